"""A city with special-case review, small enough to be settled by hand.

Every stay is Erysipelas in a tertiary hospital: 300 points × K 1.1 = 330, at 10 yuan 3,300; the reference cost is 3,000.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drgdip import settle_to_folder
from drgdip.statement import MonthReport
from tests.cli.conftest import HEADER
from tests.policy.samples import TINY

H1, H2 = "H99010000001", "H99010000002"

#: One place for every two discharges, so that small months have some.
SPECIAL = """
special:
  match: {value: any, cite: "Example"}
  gates: {value: [{cost_above: "2"}, {stay_from: 60}], cite: "Example"}
  share: {value: "0.5", cite: "Example"}
  base: {value: region, cite: "Example"}
  rounding: {value: down, cite: "Example"}
  ranking: {value: cost_ratio, cite: "Example"}
  allocation: {value: none, cite: "Example"}
  over_quota: {value: wait, cite: "Example"}
  outcomes: {value: [by_item, adjusted, rejected], cite: "Example"}
  effect: {value: before_pv, cite: "Example"}
  reviewers: {value: 2, cite: "Example"}
  application_days: {value: 30, cite: "Example"}
"""


def special_policy(*exchanges: tuple[str, str], text: str = TINY + SPECIAL) -> str:
    """The policy with each old piece (which must stand there) replaced by the new one."""
    for old, new in exchanges:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def stay(
    month: str,
    name: str,
    cost: int = 3000,
    patient: int = 1000,
    hospital: str = H1,
    place: str = "990100",
    level: str = "01",
) -> str:
    """A stay that costs so many yuan, of which the patient has paid some; the pooled fund recorded the rest."""
    times = f"{month}-01 08:00:00,{month}-07 09:00:00,{month}-07 10:00:00,6"
    paid = f"{cost}.00,0,0,0,{cost}.00,{cost - patient}.00,{cost - patient}.00,0,{patient}.00"
    return f"{name},{hospital},{level},310,{place},990100,{times},A46.x00,{paid}"


def decision(name: str, setl_id: str, outcome: str, day: str = "2026-01-20", **cells: str) -> dict[str, str]:
    """A decision of two reviewers."""
    return {"decision_id": name, "setl_id": setl_id, "outcome": outcome, "date": day, "reviewers": "R1|R2", **cells}


def application(name: str, setl_id: str, day: str = "2026-01-15", hospital: str = H1) -> dict[str, str]:
    """An application with a reason."""
    return {"application_id": name, "setl_id": setl_id, "fixmedins_code": hospital, "date": day, "exit_rea": "危重"}


_DECISION = ("decision_id", "setl_id", "outcome", "date", "reviewers", "reviewer_units", "allowed_yuan", "factor",
             "points", "pay_std_amt")  # fmt: skip
_APPLICATION = ("application_id", "setl_id", "fixmedins_code", "date", "exit_rea")


def write(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> Path:
    lines = [",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_decisions(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    return write(path, _DECISION, rows)


def write_applications(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    return write(path, _APPLICATION, rows)


class City:
    """A folder with a policy; months are settled into it one after the other."""

    def __init__(self, folder: Path, text: str) -> None:
        self.folder = folder
        self.policy = folder / "city.yaml"
        self.policy.write_text(text, encoding="utf-8")

    def settle(
        self,
        month: str,
        rows: Sequence[str],
        decisions: Sequence[dict[str, str]] = (),
        applications: Sequence[dict[str, str]] = (),
        prior: Sequence[str] = (),
        out: str = "",
        **more: Any,
    ) -> MonthReport:
        cases = self.folder / f"{month}.csv"
        cases.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        if decisions:
            more["decisions"] = write_decisions(self.folder / f"{month}-decisions.csv", decisions)
        if applications:
            more["applications"] = write_applications(self.folder / f"{month}-applications.csv", applications)
        return settle_to_folder(
            self.policy,
            [cases],
            month,
            self.run(out or month),
            prior=[self.run(name) for name in prior],
            threads=1,
            **more,
        )

    def run(self, name: str) -> Path:
        return self.folder / "runs" / name
