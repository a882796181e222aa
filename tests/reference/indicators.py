"""Settlement arithmetic 10 by plain fractions over single stays: what a period's stays say of a scope. None: nothing to divide by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

Value = Fraction | None


class Stay(NamedTuple):
    """A settled stay. group : None if ungrouped. county : of residents; home : region of patients from elsewhere; else empty."""

    hospital: str
    pool: str
    group: str | None
    weight: Fraction
    days: int
    cost_fen: int
    self_paid_fen: int
    over_limit_fen: int
    patient_fen: int
    recorded_fen: int
    payable_fen: int
    band: str
    special: bool
    county: str
    home: str
    person: str
    admitted: date
    discharged: date


def ratio(part: Fraction | int, whole: Fraction | int) -> Value:
    return Fraction(part) / whole if whole else None


def mean(values: Sequence[Fraction]) -> Value:
    return ratio(sum(values, Fraction(0)), len(values))


def cmi(stays: Sequence[Stay]) -> Value:
    """Σ(RW × n) ÷ N of the grouped stays."""
    return mean([stay.weight for stay in stays if stay.group is not None])


def consumption(stays: Sequence[Stay], region: Sequence[Stay], of: Callable[[Stay], int]) -> Value:
    """mean(own ÷ the region's mean of the group), ungrouped stays and groups that come to nothing left out."""
    found = []
    for stay in stays:
        alike = [of(other) for other in region if other.group == stay.group]
        if stay.group is not None and sum(alike):
            found.append(of(stay) / Fraction(sum(alike), len(alike)))
    return mean(found)


def share(stays: Sequence[Stay], holds: Callable[[Stay], bool]) -> Value:
    return ratio(sum(map(holds, stays)), len(stays))


def returned(stays: Sequence[Stay], region: Sequence[Stay], days: int) -> Value:
    """Of stays whose person is known, those that another admission of the person follows within so many days."""
    known = [stay for stay in stays if stay.person]
    ordered = {
        person: sorted((one for one in region if one.person == person), key=lambda one: (one.admitted, one.discharged))
        for person in {stay.person for stay in known}
    }

    def again(stay: Stay) -> bool:
        own = ordered[stay.person]
        place = next(i for i, one in enumerate(own) if one is stay)
        return any((one.admitted - stay.discharged).days <= days for one in own[place + 1 :])

    return share(known, again)


def indicators(stays: Sequence[Stay], region: Sequence[Stay], set_aside: int | None) -> dict[str, Value]:
    """All indicators of a scope's stays, of all the region's; set_aside : lists that did not pass, None where not known of it."""
    n = len(stays)
    cost, recorded, paid, patient = (
        sum(getattr(stay, name) for stay in stays)
        for name in ("cost_fen", "recorded_fen", "payable_fen", "patient_fen")
    )
    outside = sum(stay.self_paid_fen + stay.over_limit_fen for stay in stays)
    return {
        "cmi": cmi(stays),
        "grouping_rate": share(stays, lambda stay: stay.group is not None),
        "time_index": consumption(stays, region, lambda stay: stay.days),
        "cost_index": consumption(stays, region, lambda stay: stay.cost_fen),
        "paid_over_recorded": ratio(paid, recorded),
        "recorded_over_paid": ratio(recorded, paid),
        "mean_cost": ratio(Fraction(cost, 100), n),
        "mean_stay": ratio(sum(stay.days for stay in stays), n),
        "self_paid_share": ratio(outside, cost),
        "own_share": ratio(patient - outside, cost),
        "low_share": share(stays, lambda stay: stay.band == "low"),
        "high_share": share(stays, lambda stay: stay.band in ("high", "extreme")),
        "special_share": share(stays, lambda stay: stay.special),
        "by_item_share": share(stays, lambda stay: stay.band == "by_item"),
        "ungrouped_share": share(stays, lambda stay: stay.band == "ungrouped"),
        "readmission_14": returned(stays, region, 14),
        "readmission_30": returned(stays, region, 30),
        "quality_rate": None if set_aside is None else ratio(n, n + set_aside),
    }


def varied_groups(stays: Sequence[Stay], limit: Fraction) -> int:
    """Groups of more than one stay whose sd ÷ mean of cost (population) lies above a limit, compared as squares."""
    groups: dict[str, list[int]] = {}
    for stay in stays:
        if stay.group is not None:
            groups.setdefault(stay.group, []).append(stay.cost_fen)
    found = 0
    for costs in groups.values():
        middle = Fraction(sum(costs), len(costs))
        variance = sum((cost - middle) ** 2 for cost in costs) / len(costs)
        found += len(costs) > 1 and variance > (limit * middle) ** 2
    return found


def surplus_coverage(rows: Iterable[tuple[str, int, int]]) -> Value:
    """Hospitals that are paid more than was recorded ÷ all; (hospital, payable, recorded)."""
    balance: dict[str, int] = {}
    for hospital, payable, recorded in rows:
        balance[hospital] = balance.get(hospital, 0) + payable - recorded
    return ratio(sum(value > 0 for value in balance.values()), len(balance))


def season(shares_e4: Sequence[int] | None, months: Sequence[str]) -> Fraction:
    """The part of the year that months have: by the shares of the seasons, or a twelfth each."""
    if shares_e4 is None:
        return Fraction(len(months), 12)
    return sum((Fraction(shares_e4[int(month[5:]) - 1], 10_000) for month in months), Fraction(0))


def flows(
    stays: Sequence[Stay], received: Iterable[tuple[str, int, int, int]]
) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Cases, cost and fund by direction and city (four digits of a region): in, and by statements (place, …) received out."""
    found: dict[tuple[str, str], tuple[int, int, int]] = {}
    lines = [("in", stay.home[:4] + "00", 1, stay.cost_fen, stay.payable_fen) for stay in stays if stay.home]
    lines += [("out", *line) for line in received]
    for direction, city, *amounts in lines:
        before = found.get((direction, city), (0, 0, 0))
        found[direction, city] = (before[0] + amounts[0], before[1] + amounts[1], before[2] + amounts[2])
    return found


def variance(opening: Fraction, now: Fraction) -> Value:
    """(settlement − opening) ÷ opening."""
    return ratio(now - opening, opening)


def by_scope(stays: Sequence[Stay], of: Callable[[Stay], str]) -> Mapping[str, list[Stay]]:
    found: dict[str, list[Stay]] = {}
    for stay in stays:
        if of(stay):
            found.setdefault(of(stay), []).append(stay)
    return found
