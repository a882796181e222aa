"""What earlier months of the same city hand on: open deductions and what has been paid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.money import parse_yuan
from drgdip.base.text import Text
from drgdip.interface.deduction import Deduction
from drgdip.interface.statement_row import DEDUCTION_FIELDS, StatementRow
from drgdip.pipeline.context import first_day_of, month_bounds
from drgdip.pipeline.run_folder import RunFolder
from drgdip.policy.named_hospitals import named_hospitals

if TYPE_CHECKING:
    from drgdip.intake import CaseReader
    from drgdip.pipeline.context import Context


class Prior(NamedTuple):
    """What earlier runs hand on.

    paid_before_fen : (hospital, pool) -> paid and deducted in earlier months of the year.
    carried : items that the last of the runs carried over. item_ids : of every item that any of them has seen.
    months : the months of the runs. hospitals : that have a stay in any of them.
    """

    paid_before_fen: dict[tuple[str, str], int]
    carried: Sequence[Deduction] = ()
    item_ids: frozenset[str] = frozenset()
    months: tuple[str, ...] = ()
    hospitals: frozenset[str] = frozenset()

    def unseen(self, items: Iterable[Deduction]) -> tuple[list[Deduction], list[Finding]]:
        """Items that no earlier run has seen; each of the others is a finding, so that nothing is deducted twice."""
        fresh: list[Deduction] = []
        findings: list[Finding] = []
        for item in items:
            if item.id in self.item_ids:
                findings.append(Finding("--deductions", 0, item.id, "item_id", item.id, "duplicate_deduction"))
            else:
                fresh.append(item)
        return fresh, findings

    def missing_before(self, month: str) -> list[Finding]:
        """Earlier months of the year without a run: a cumulative month takes nothing as paid in them."""
        year, number = month.split("-")
        earlier = [f"{year}-{m:02d}" for m in range(1, int(number))]
        return [Finding("--prior", 0, "", "", m, "prior_month_missing") for m in earlier if m not in self.months]


def without_stay(items: Iterable[Deduction], rows: Iterable[StatementRow]) -> list[Finding]:
    """Items whose hospital has no stay in their pool and month: it may be right, or the wrong code."""
    settled = {(row.hospital_code, row.pool) for row in rows if row.cases}
    return [
        Finding("--deductions", 0, item.id, "fixmedins_code", item.hospital_code, "deduction_without_stay")
        for item in items
        if (item.hospital_code, item.pool) not in settled
    ]


def strangers(contexts: Sequence[Context], month: str, reader: CaseReader, prior: Prior) -> list[Finding]:
    """Hospitals that the policy names and nobody knows: the code may be wrong, and what is said under it then does nothing.

    Known are those of the month's own data, of earlier runs given, and of a table of institutions.
    """
    days = [context.values for context in contexts if not context.early]
    named = named_hospitals(days, first_day_of(contexts), month_bounds(month)[1])
    known = {*reader.hospitals, *reader.listed_hospitals, *prior.hospitals} if named else ()
    return [
        Finding("--policy", 0, "", one.key, one.code, "policy_hospital_unknown")
        for one in named
        if one.code not in known
    ]


_PAID = ["paid_yuan", *(field.replace("_fen", "_yuan") for field in DEDUCTION_FIELDS.values())]


def read_prior(folders: Sequence[str | Path], policy_name: str, pools: Collection[str], month: str) -> Prior:
    """Read earlier months' runs, in the order of their months.

    Raises UsageError for a folder that is no run, is damaged, or cannot be an earlier month under this policy.
    """
    runs = sorted((RunFolder(folder) for folder in folders), key=lambda run: run.record.month)
    for run in runs:
        _check(run, policy_name, month)
    for one, other in pairwise(runs):
        if one.record.month == other.record.month:
            raise _unfit(other, Text(f"与 {one.path} 同为 {one.record.month} 的结果",
                                     f"is, like {one.path}, a run of {one.record.month}"))  # fmt: skip
    paid: dict[tuple[str, str], int] = {}
    carried: list[Deduction] = []
    item_ids: set[str] = set()
    hospitals: set[str] = set()
    for run in runs:
        hospitals |= _add_paid(run, paid, run.record.month[:4] == month[:4])
        items = _carried(run)
        item_ids |= {item.id for item in items}
        carried = [item for item in items if item.amount_fen > 0]
        for item in carried:
            if item.pool not in pools:
                raise _unfit(run, Text(f"结转的扣款 {item.id} 属于政策中没有的基金池 {item.pool}",
                                       f"carries over {item.id} of the pool {item.pool}, which the policy lacks"))  # fmt: skip
    return Prior(paid, carried, frozenset(item_ids), tuple(run.record.month for run in runs), frozenset(hospitals))


def _check(run: RunFolder, policy_name: str, month: str) -> None:
    settled_by = run.record.policy.name.split(" ")[0]
    if run.record.month >= month:
        raise _unfit(run, Text(f"是 {run.record.month} 的结果,不早于本次的 {month}",
                               f"is a run of {run.record.month}, which is not before {month}"))  # fmt: skip
    if settled_by != policy_name:
        raise _unfit(run, Text(f"是按政策 {settled_by} 而不是 {policy_name} 结算的",
                               f"was settled under the policy {settled_by}, not {policy_name}"))  # fmt: skip


def _unfit(run: RunFolder, what: Text) -> UsageError:
    return UsageError(
        Text(f"--prior {run.path} {what.zh}。", f"--prior {run.path} {what.en}."),
        Text("请给出同一政策以前各月的结果,每月一个;其他未扣款项请以 --deductions 给出。",
             "Give runs of earlier months under the same policy, one a month; other open items go in by --deductions."),
    )  # fmt: skip


def _add_paid(run: RunFolder, paid: dict[tuple[str, str], int], of_year: bool) -> set[str]:
    """Add what a run of the same year has paid; the hospitals that have a stay in it."""
    with run.reading("statement.csv"):
        rows = run.rows("statement.csv")
        for row in rows if of_year else ():
            key = (row["fixmedins_code"], row["pool"])
            paid[key] = paid.get(key, 0) + sum(parse_yuan(row[name]) for name in _PAID)
        return {row["fixmedins_code"] for row in rows if row["cases"] != "0"}


def _carried(run: RunFolder) -> list[Deduction]:
    """Every item of a run with the amount that it carried over, zero where it was taken in full."""
    if not run.has("deductions.csv"):
        return []
    with run.reading("deductions.csv"):
        return [
            Deduction(
                row["item_id"],
                row["fixmedins_code"],
                row["pool"],
                int(row["deduction_type"]),
                row["date"],
                parse_yuan(row["carried_yuan"]),
            )
            for row in run.rows("deductions.csv")
        ]
