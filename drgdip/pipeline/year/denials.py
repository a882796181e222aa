"""Denials in the year (settlement arithmetic 8.3): what months posted, and what is denied after the last.

An amount that is denied is an audit deduction, in the year as in its month. A stay that was re-priced, regrouped or voided
counts in the year as what it is now: its points and money are exchanged, and what was deducted for that is no deduction of
the year, or it would be taken twice. Where the policy lets such stays keep their points (``after_pool``, or void points that
are kept), the deduction stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.year_files import Decision
from drgdip.interface.deduction import Deduction
from drgdip.interface.denial import DenialLine
from drgdip.interface.special import SpecialLine
from drgdip.pipeline.context import month_bounds
from drgdip.pipeline.denials.effect import STRUCTURAL
from drgdip.pipeline.denials.inputs import DenialInputs
from drgdip.pipeline.run_folder import RunFolder
from drgdip.pipeline.year.accounts import YearInputs
from drgdip.pipeline.year.case_sums import Counted, after_months, counted, paid_in, points_worth, posted_denials
from drgdip.pipeline.year.months import Month
from drgdip.pipeline.year.refusing import refuse_findings
from drgdip.sanctions.rules import counts_otherwise
from drgdip.statement.year import DeniedOfYear

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.policy.sections.sanctions_values import Sanctions
    from drgdip.policy.values import PolicyValues

_ITEM, _AUDIT = "DENIAL-", 10
#: What is told, and lets the denial stand.
_TOLD_ONLY = ("denial_without_effect", "denial_nothing_left")


def with_denials(
    policy: Policy, year: str, values: PolicyValues, months: Sequence[Month], given: YearInputs
) -> YearInputs:
    """The inputs with what denials change. Raises UsageError where a denial after the months cannot be used."""
    terms = values.sanctions
    if terms is None:
        if given.denials is not None:
            raise UsageError(
                Text(
                    f"政策 {policy.name} 没有 sanctions 一节。", f"The policy {policy.name} has no section sanctions."
                ),
                Text("请在政策中规定拒付方式。", "Give it one."),
            )
        return given
    posted = posted_denials(months)
    late, items = _denied_now(policy, year, given, given.denials, months, posted) if given.denials else ([], [])
    lines = [*posted, *(line for line in late if line.standing == "posted")]
    shifts = _shifts(given.decided_later)
    more = [shift.deduction for shift in shifts.values() if shift.fen > 0]
    moved = [line for line in lines if _moves(line, terms)]
    changes = [_change(line, points_worth(policy, months, line)) for line in moved]
    cancelled, items = _cancelled(lines, moved, shifts), [*items, *more]
    left = [item._replace(amount_fen=item.amount_fen - cancelled.get(item.id, 0)) for item in items]
    return given._replace(
        decisions=[*given.decisions, *changes],
        deductions=[*given.deductions, *(item for item in left if item.amount_fen)],
        cancelled_fen={**given.cancelled_fen, **cancelled},
        denied=DeniedOfYear(
            sum(line.denied_fen for line in lines) + sum(item.amount_fen for item in more),
            sum(item.amount_fen for item in items) + _of_months(months),
            sum(cancelled.values()),
            -sum(change.points_e4 for change in changes),
        ),
    )


def _moves(line: DenialLine, terms: Sanctions) -> bool:
    """Whether a denial makes another stay of it in the pool of the year, rather than an amount that is deducted."""
    if line.mode not in STRUCTURAL or terms.timing == "after_pool":
        return False
    before, after = (
        (line.before_points_e4, line.before_payable_fen),
        (line.after_points_e4, line.after_payable_fen),
    )
    return counts_otherwise(*before, *after) and (line.mode != "void" or terms.void_points == "exclude")


class _Shift(NamedTuple):
    """What a decision changes of the amounts that were denied of its stay before: they take more of it (fen above zero), or find
    less to take. item : of what they take more.
    """

    line: SpecialLine
    item: str
    fen: int

    @property
    def deduction(self) -> Deduction:
        line = self.line
        return Deduction(self.item, line.hospital_code, line.pool, _AUDIT, line.decision_date, self.fen)


def _shifts(decided: Sequence[SpecialLine]) -> dict[str, _Shift]:
    """What decisions change, by stay."""
    found = [_Shift(line, f"SPECIAL-{line.decision_id}", line.denied_change_fen) for line in decided]
    return {shift.line.setl_id: shift for shift in found if shift.fen}


def _denied_now(
    policy: Policy,
    year: str,
    known: YearInputs,
    file: Path,
    months: Sequence[Month],
    posted: Sequence[DenialLine],
) -> tuple[list[DenialLine], list[Deduction]]:
    """Denials after the last month, worked out with the values of the stays' own months."""
    from drgdip.intake.denial_files import read_denials
    from drgdip.pipeline.context import contexts_for
    from drgdip.pipeline.denials.month import Denials
    from drgdip.pipeline.process import process_for
    from drgdip.pipeline.sources import load_sources
    from drgdip.pipeline.special.denied import Later
    from drgdip.pipeline.special.stay import verdict_of_line

    denials, findings = read_denials(file)
    policy, tables = load_sources(policy, None)
    contexts = contexts_for(policy, tables, *month_bounds(f"{year}-12"), [])
    runs = [(month.name, RunFolder(month.path)) for month in months]
    given = DenialInputs(denials, posted, runs)
    # The year itself stands for the month of decision: no stay is of it, so every payment is reproduced first.
    found = Denials(year, policy, tables, process_for(None, policy, tables), contexts, given, findings.extend)
    later = {line.setl_id: Later(line.month, verdict_of_line(line)) for line in known.decided_later}
    found.decide({}, {}, later)
    found.work_out()
    outcome = found.outcome()
    refuse_findings(file, [one for one in findings if one.key not in _TOLD_ONLY])
    return [line._replace(month=after_months(year)) for line in outcome.lines], outcome.deductions


def _of_months(months: Sequence[Month]) -> int:
    """What months have taken of denials, and what the last of them carries."""
    items: dict[str, tuple[int, int]] = {}
    for month in months:
        for line in month.run.deductions:
            if line.item_id.startswith(_ITEM):
                taken = items.get(line.item_id, (0, 0))[0] + line.taken_fen
                items[line.item_id] = taken, line.carried_fen
    return sum(taken + carried for taken, carried in items.values())


def _change(line: DenialLine, worth_fen: Callable[[int], int]) -> Decision:
    """What a stay counted for is taken away, what it counts for now is brought; its money is what the month's values say.

    A denial pays nobody more: what a stay owed before, it owes still. ``worth_fen`` : what points are worth in the stay's month.
    """
    owed = min(line.before_payable_fen, 0)
    left = max(line.after_payable_fen, 0) or owed
    before = counted(line, paid_in(line, "before"), worth_fen)
    after = counted(line, paid_in(line, "after")._replace(payable_fen=left), worth_fen)
    if after == Counted():
        after = Counted(by_item_fund_fen=min(before.by_item_fund_fen, 0))
    return Decision(f"{_ITEM}{line.denial_id}", line.hospital_code, line.pool, line.date, *after.less(before),
                    left - line.before_payable_fen)  # fmt: skip


def _cancelled(
    lines: Sequence[DenialLine], moved: Sequence[DenialLine], shifts: Mapping[str, _Shift]
) -> dict[str, int]:
    """By item, what of it is no deduction: what the change of its stay has taken already, and what a decision has left nothing for.

    Of a stay that has changed its own item comes first, then those of the same stay, then what a decision lets them take.
    """
    asked = {line.setl_id: (line, line.asked_fen) for line in moved}
    cancelled: dict[str, int] = {}
    for setl_id in sorted({*asked, *(id_ for id_, shift in shifts.items() if shift.fen < 0)}):
        first, left = asked.get(setl_id, (None, 0))
        shift = shifts.get(setl_id)
        left += max(-shift.fen, 0) if shift else 0
        own = sorted((line for line in lines if line.setl_id == setl_id), key=lambda line: line is not first)
        items = [(f"{_ITEM}{line.denial_id}", line.denied_fen) for line in own]
        items += [(shift.item, shift.fen)] if shift else []
        for item, fen in items:
            part = min(max(fen, 0), left)
            left -= part
            if part:
                cancelled[item] = cancelled.get(item, 0) + part
    return cancelled
