"""The files of a checked sample: the sample as it was drawn, the list that inspectors filled in, yearly fund payments.

What ``sample draw`` wrote must come back as it was; a row of the check in doubt is a finding (settlement arithmetic 8.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.money import parse_yuan
from drgdip.base.scaled import parse_scaled
from drgdip.base.text import Text
from drgdip.intake.small_table import table_rows
from drgdip.interface.sample import ANNUAL_COLUMNS, CHECKED_COLUMNS, CHECKED_OPTIONAL, Checked, SampleLine

_SAMPLE = ("fixmedins_code", "pool", "draw_number", "setl_id", "month", "payable_yuan", "frame_stays",
           "frame_fund_yuan", "frame_sha256", "seed", "rate")  # fmt: skip


def read_sample(path: Path) -> list[SampleLine]:
    """A sample as ``sample draw`` wrote it. Raises UsageError for anything else."""
    lines: list[SampleLine] = []
    for row in table_rows(path, _SAMPLE):
        try:
            lines.append(
                SampleLine(
                    row["fixmedins_code"], row["pool"], int(row["draw_number"]), row["setl_id"], row["month"],
                    parse_yuan(row["payable_yuan"]), int(row["frame_stays"]), parse_yuan(row["frame_fund_yuan"]),
                    row["frame_sha256"], row["seed"], parse_scaled(row["rate"], 4),
                )
            )  # fmt: skip
        except ValueError as error:
            raise _changed(path) from error
    if not lines or len({line.setl_id for line in lines}) != len(lines):
        raise _changed(path)
    return lines


def _changed(path: Path) -> UsageError:
    return UsageError(
        Text(f"{path.name} 不是 sample draw 写出的抽样清单。", f"{path.name} is not a sample that sample draw has written."),
        Text("请给出未经改动的 sample.csv;核查结果写在 checked.csv。",
             "Give sample.csv as it was written; what the check found goes into checked.csv."),
    )  # fmt: skip


def read_checked(path: Path, sample: Sequence[SampleLine]) -> tuple[dict[str, Checked], list[Finding]]:
    """What the check found, by stay. A row that cannot be used is a finding; a stay that stands twice has no result."""
    drawn = {line.setl_id: line for line in sample}
    found: dict[str, Checked] = {}
    twice: set[str] = set()
    findings: list[Finding] = []
    for row in table_rows(path, CHECKED_COLUMNS, CHECKED_OPTIONAL):
        row.required(CHECKED_COLUMNS)
        row.one_of("violation", ("0", "1"))
        amount = row.amount("violation_fund_yuan")
        stay = drawn.get(row["setl_id"])
        if row["setl_id"] and stay is None:
            row.defect("setl_id", "sample_not_drawn")
        if row["setl_id"] in found:
            row.defect("setl_id", "sample_checked_twice")
            twice.add(row["setl_id"])
        if amount and (row["violation"] == "0" or (stay and amount > stay.payable_fen)):
            row.defect("violation_fund_yuan", "sample_amount")
        findings += row.findings
        if not row.findings:
            found[row["setl_id"]] = Checked(row.number, row["setl_id"], row["violation"] == "1", amount)
    return {id_: one for id_, one in found.items() if id_ not in twice}, findings


def read_annual(path: Path) -> Mapping[tuple[str, str], int]:
    """Fund payments of the year by hospital and pool. Raises UsageError for a row in doubt."""
    found: dict[tuple[str, str], int] = {}
    for row in table_rows(path, ANNUAL_COLUMNS):
        row.required(ANNUAL_COLUMNS)
        amount, key = row.amount("fund_yuan"), (row["fixmedins_code"], row["pool"])
        if row.findings or amount is None or key in found:
            raise UsageError(
                Text(f"{path.name} 第 {row.number} 行的金额无法使用或重复。",
                     f"Row {row.number} of {path.name} has no usable amount, or stands twice."),
                Text("金额以元为单位,每机构每基金池一行。", "Write yuan, one row for each hospital and pool."),
            )  # fmt: skip
        found[key] = amount
    return found
