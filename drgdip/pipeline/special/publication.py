"""Figures that a region publishes on special-case review (6.5): 医疗保障按病种付费管理暂行办法 (2025) art. 24."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from drgdip.base.money import parse_yuan
from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.interface.special import SpecialLine
from drgdip.pipeline.run_folder import RunFolder
from drgdip.pipeline.special.history import key_of
from drgdip.statement.special_csv import special_line


class Publication(NamedTuple):
    """Applications and approvals (that took effect) of a period, and their part in discharges and fund; money in fen.

    case_share_e4 : of approvals in discharges paid by group. paid_fen : by the funds for approved stays; fund_share_e4 :
    of it in all that the funds owe. settled_fen : what approved stays are worth; added_fen : more than without review.
    """

    months: str
    discharges: int
    applications: int
    approvals: int
    rejected: int
    waiting: int
    case_share_e4: int
    paid_fen: int
    fund_fen: int
    fund_share_e4: int
    settled_fen: int
    added_fen: int


def publication(runs: Sequence[str | Path]) -> Publication:
    """The figures of settled months; of a decision that several months name, the last counts. Raises UsageError."""
    folders = sorted((RunFolder(run) for run in runs), key=lambda run: run.record.month)
    cumulative = any(str(run.record.parameters["first_day"]) < f"{run.record.month}-01" for run in folders)
    lines: dict[str, SpecialLine] = {}
    for run in folders:
        if run.has("special.csv"):
            with run.reading("special.csv"):
                lines |= {key_of(line): line for line in map(special_line, run.rows("special.csv"))}
    counted = folders[-1:] if cumulative else folders
    discharges = sum(
        sum(run.record.parameters.get("special", {"discharges": {}})["discharges"].values()) for run in counted
    )
    fund = 0
    for run in counted:
        with run.reading("statement.csv"):
            for row in run.rows("statement.csv"):
                fund += parse_yuan(row["payable_yuan"]) + parse_yuan(row.get("special_difference_yuan", "0"))
    approved = [line for line in lines.values() if line.standing == "in_force"]
    paid = sum(line.after_payable_fen for line in approved)
    return Publication(
        months=f"{folders[0].record.month} – {folders[-1].record.month}",
        discharges=discharges,
        applications=len(
            {line.setl_id for line in lines.values() if line.application_id or line.standing != "refused"}
        ),
        approvals=len(approved),
        rejected=sum(line.standing == "rejected" for line in lines.values()),
        waiting=sum(line.standing == "waiting" for line in lines.values()),
        case_share_e4=divide(len(approved) * E4, discharges) if discharges else 0,
        paid_fen=paid,
        fund_fen=fund,
        fund_share_e4=divide(paid * E4, fund) if fund > 0 else 0,
        settled_fen=sum(line.after_gross_fen for line in approved),
        added_fen=sum(line.after_payable_fen - line.before_payable_fen for line in approved),
    )
