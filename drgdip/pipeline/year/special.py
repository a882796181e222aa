"""Special cases in the year: what months posted for stays of earlier ones, and what is decided after the last (6.3, 6.4).

Both change a hospital's measures once: a stay that is decided within its own month is in that month's cases already.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.special_files import read_special_decisions
from drgdip.intake.year_files import Decision
from drgdip.interface.denial import DenialLine
from drgdip.interface.special import SpecialLine
from drgdip.pipeline.special.history import History, read_history
from drgdip.pipeline.year.accounts import YearInputs
from drgdip.pipeline.year.case_sums import after_months, counted, paid_in, points_worth, posted_denials
from drgdip.pipeline.year.months import Month
from drgdip.pipeline.year.refusing import refuse_findings

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues

#: The line of a decided stay, what of its payable the months or the year post, and the point value of that.
Changed: TypeAlias = tuple[SpecialLine, int, int]
#: What is told, and lets the decision stand.
_TOLD_ONLY = ("special_without_application",)
_NO_PLACE = "special_quota_exhausted"


def names_stays(path: Path) -> bool:
    """Whether a file of decisions is in the form of special-case review: it names stays."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return "setl_id" in (csv.DictReader(file).fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error):
        return False  # the reader of the other form tells it


def with_special_cases(
    policy: Policy, year: str, values: PolicyValues, months: Sequence[Month], given: YearInputs
) -> YearInputs:
    """The inputs with what special cases change. Raises UsageError where a decision cannot be used."""
    if values.special is None:
        if given.special is not None:
            raise UsageError(
                Text(f"政策 {policy.name} 没有 special 一节。", f"The policy {policy.name} has no section special."),
                Text("请在政策中规定特例单议,或给出另一种决定文件。", "Give it one, or the other form of decisions."),
            )
        return given
    cumulative = values.month.point_value == "cumulative"
    history = read_history([month.path for month in months], f"{year}-12", cumulative, closing=True)
    point_values = {(m.name, row.pool): row.point_value_e4 for m in months for row in m.run.rows}
    in_force = history.of_decisions("in_force")
    later = [line for line in in_force if line.month != line.stay_month and not cumulative]
    # A year to date has them in its cases; what they change of earlier denials it has not.
    settled = [line for line in in_force if line.denied_change_fen and cumulative]
    posted = [(line, _gained_fen(line), point_values[line.stay_month, line.pool]) for line in later]
    denied = posted_denials(months)
    late, warnings = _decided_now(policy, year, values, given.special, history, denied) if given.special else ([], ())
    changed = [*posted, *late]
    decided = [_change(points_worth(policy, months, line), line, *more) for line, *more in changed]
    return given._replace(
        decisions=[*given.decisions, *decided],
        warnings=(*given.warnings, *warnings),
        decided_later=[*settled, *(line for line, _, _ in changed)],
    )


def _gained_fen(line: SpecialLine) -> int:
    """What the stay gains as it counts; what denials take of that is a deduction."""
    return line.after_payable_fen - line.before_payable_fen


def _decided_now(
    policy: Policy, year: str, values: PolicyValues, file: Path, history: History, denied: Sequence[DenialLine]
) -> tuple[list[Changed], tuple[Text, ...]]:
    """Decisions after the last month: reviewed as in a month, with the places that the whole year leaves."""
    from drgdip.pipeline.context import contexts_for, month_bounds
    from drgdip.pipeline.process import process_for
    from drgdip.pipeline.sources import load_sources
    from drgdip.pipeline.special.inputs import SpecialInputs
    from drgdip.pipeline.special.review import Review

    decisions, findings = read_special_decisions(file)
    policy, tables = load_sources(policy, None)
    december = f"{year}-12"
    review = Review(
        december, policy, tables, process_for(None, policy, tables), contexts_for(policy, tables, *month_bounds(december), []),
        SpecialInputs((), decisions, history), findings.extend, closing=True, denied=denied,
    )  # fmt: skip
    review.decide()
    refuse_findings(file, [one for one in findings if one.key not in (*_TOLD_ONLY, _NO_PLACE)])
    lines = review.outcome().lines
    without = sorted(line.decision_id for line in lines if line.why == _NO_PLACE)
    words = Text("超出全年特例名额、未予采用的决定:{ids}", "decisions beyond the quota of the year, not used: {ids}")
    warnings = (words.fill(ids=", ".join(without)),) if without else ()
    if review.terms.share_e4 is None and history.without_levels:
        words = Text(
            "以下月份的结果未按医院级别计数,不计入各级特例名额:{months}",
            "months whose runs do not count by level of hospital, and count in no level's quota: {months}",
        )
        warnings = (*warnings, words.fill(months=", ".join(history.without_levels)))
    budgets = values.year.budgets if values.year else {}
    changes = [
        (
            line._replace(month=after_months(year)),
            0 if line.pool in budgets else _gained_fen(line),
            0,
        )
        for line in lines
        if line.standing == "in_force"
    ]
    return changes, warnings


def _change(worth_fen: Callable[[int], int], line: SpecialLine, payable_fen: int, point_value_e4: int) -> Decision:
    """What a decided stay changes: what it counted for is taken away, what it counts for now is brought."""
    before, after = counted(line, paid_in(line, "before"), worth_fen), counted(line, paid_in(line, "after"), worth_fen)
    return Decision(line.decision_id, line.hospital_code, line.pool, line.decision_date, *after.less(before), payable_fen,
                    point_value_e4)  # fmt: skip
