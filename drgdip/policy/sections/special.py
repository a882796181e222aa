"""The section ``special`` (special-case review): its form, and its values of a day (settlement arithmetic 6, 11).

It may be left out: then no stay is reviewed, and no decision can be given. What counts over a year (share, base,
ranking, allocation, who may wait) holds for a calendar year.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from drgdip.base.rounding import RoundingMode
from drgdip.base.scaled import E4
from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy import readers as read
from drgdip.policy.form import Leaf, Tree
from drgdip.policy.problems import Problems
from drgdip.policy.sections import special_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

#: Multiples of a mean are small numbers; products with them stay within two words.
_MULTIPLE_CEILING_E4 = 1000 * E4
_multiple = read.decimal(most=_MULTIPLE_CEILING_E4)
_MOST_REVIEWERS = 20

_gate_fields = read.record(
    {},
    {
        "cost_above": _multiple,
        "cost_basis": read.choice(v.CostBasis),
        "stay_from": read.days,
        "stay_above": _multiple,
        "icu_from": read.days,
        "age_from": read.days,
        "age_to": read.days,
        "age_to_days": read.days,
        "bands": read.list_of(read.choice(v.CostBand), least=1),
    },
)
_NAMES = {
    "cost_above": "cost_above_e4",
    "stay_from": "stay_from_days",
    "stay_above": "stay_above_e4",
    "icu_from": "icu_from_days",
    "age_from": "age_from_years",
    "age_to": "age_to_years",
}


def gate(node: Node, problems: Problems) -> Any:
    """``{cost_above, cost_basis, stay_from, stay_above, icu_from, age_from, age_to, age_to_days, bands}`` (6.1)."""
    fields = _gate_fields(node, problems)
    if fields is INVALID:
        return INVALID
    if not set(fields) - {"cost_basis"}:
        return read.reject(node, problems, "至少须有一个条件", "must have at least one condition")
    if "cost_basis" in fields and "cost_above" not in fields:
        return read.reject(node, problems, "cost_basis 只与 cost_above 同用", "cost_basis goes with cost_above only")
    found = v.Gate(**{_NAMES.get(key, key): value for key, value in fields.items()})
    if None not in (found.age_from_years, found.age_to_years) and fields["age_from"] > fields["age_to"]:
        return read.reject(
            node, problems, "age_from 大于 age_to,永不成立", "age_from is above age_to: it can never hold"
        )
    return found


def reviewers(node: Node, problems: Problems) -> Any:
    """Independent reviewers of a change of money, at least two (6.3)."""
    number = read.count(node, problems)
    if number is not INVALID and not 2 <= number <= _MOST_REVIEWERS:
        return read.reject(
            node, problems, f"须在 2 至 {_MOST_REVIEWERS} 之间", f"must lie between 2 and {_MOST_REVIEWERS}"
        )
    return number


def outcomes(node: Node, problems: Problems) -> Any:
    """Outcomes that are allowed; a rejection always is (6.4)."""
    chosen = read.list_of(read.choice(v.Outcome), least=1)(node, problems)
    if chosen is not INVALID and "rejected" not in chosen:
        return read.reject(
            node, problems, "须含 rejected:申请总可以不予通过", "must have rejected: any application may be"
        )
    return chosen


#: Of a level: a level may be given no places at all.
_level_shares = read.record(
    dict.fromkeys(v.LEVELS, read.decimal(least=0, most=E4)), {v.UNRATED: read.decimal(least=0, most=E4)}
)


def share(node: Node, problems: Problems) -> Any:
    """One share of the discharges, or one for each level of hospital: ``{tertiary, secondary, primary, unrated}`` (6.2).

    Hospitals without a level may be left out: their stays are then not decided on.
    """
    return (_level_shares if isinstance(node.value, dict) else read.share)(node, problems)


SPECIAL: Mapping[str, Tree] = {
    "match": Leaf(read.choice(v.GateMatch), "month_start"),
    "gates": Leaf(read.list_of(gate, least=1), "month_start"),
    "share": Leaf(share, "year_start"),
    "base": Leaf(read.choice(v.QuotaBase), "year_start"),
    "rounding": Leaf(read.choice(RoundingMode), "year_start"),
    "ranking": Leaf(read.choice(v.Ranking), "year_start"),
    "allocation": Leaf(read.choice(v.Allocation), "year_start"),
    "over_quota": Leaf(read.choice(v.OverQuota), "year_start"),
    "outcomes": Leaf(outcomes, "month_start"),
    "effect": Leaf(read.choice(v.Effect), "year_start"),
    "reviewers": Leaf(reviewers, "month_start"),
    "application_days": Leaf(read.or_none(read.days), "month_start"),
}


def special(on: Day) -> v.Special | None:
    """The section ``special``, or None where the file leaves it out."""
    if "special.share" not in on.contents.leaves:
        return None
    given = on["special.share"]
    by_level = isinstance(given, dict)
    return v.Special(
        match=on["special.match"],
        gates=on["special.gates"],
        share_e4=None if by_level else given,
        base=on["special.base"],
        rounding=on["special.rounding"],
        ranking=on["special.ranking"],
        allocation=on["special.allocation"],
        over_quota=on["special.over_quota"],
        outcomes=on["special.outcomes"],
        effect=on["special.effect"],
        reviewers=on["special.reviewers"],
        application_days=on["special.application_days"],
        level_shares_e4=given if by_level else {},
    )
