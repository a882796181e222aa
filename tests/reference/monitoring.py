"""The five monitoring scores in plain Python, from the review analytics 2, 5, 6, 7 and 10: stays as tuples, exact fractions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, NamedTuple

F = Fraction
BANDS = {(0, 1): F(1), (2, 7): F(3, 4), (8, 15): F(1, 2), (16, 31): F(1, 4)}
ERRORS = {"main_diagnosis": F(4, 10), "main_operation": F(3, 10), "complication": F(2, 10), "field": F(1, 10)}
AGES = (0, 15, 45, 65)


class Stay(NamedTuple):
    """A settled stay. group : None if no group takes it; of CHS-DRG or of DIP. bill : interim bills are no discharges."""

    name: str
    person: str
    hospital: str
    level: int
    age: int | None
    diagnosis: str
    operation: str
    group: str | None
    drg: bool
    days: int
    way: int
    admitted: date
    discharged: date
    cost: int
    standard: int
    interim: bool


class Score(NamedTuple):
    """What a report says of one hospital; None where it cannot be told. more : counts that it was made of."""

    value: Fraction | None
    cases: int
    observed: int | None
    expected: Fraction | None
    more: Mapping[str, Any]


def half_up(value: Fraction, places: int) -> Fraction:
    return F(math.floor(value * 10**places + F(1, 2)), 10**places)


def age_band(stay: Stay) -> int:
    return sum(stay.age >= bound for bound in AGES) if stay.age is not None else 0


def family(stay: Stay, letters: int) -> tuple[bool, str]:
    """ADRG (three letters) and MDC (one) of a CHS-DRG group; category and chapter of the diagnosis of a DIP group, or of no group."""
    by_group = stay.drg and stay.group is not None
    return by_group, (stay.group or "")[:letters] if by_group else stay.diagnosis.upper()[:letters]


def sets_of(within: Sequence[str]) -> list[Callable[[Stay], Any]]:
    """What stays are compared within, the narrowest first: a group is (level, age band, group), then group, family and so on up."""

    def group(stay: Stay) -> Any:
        return stay.group or ("none", stay.diagnosis.upper()[:3])

    def narrow(stay: Stay) -> Any:
        own = {"level": stay.level, "age": age_band(stay)}
        return (group(stay), *(own[name] for name in within))

    return [narrow, group, lambda stay: family(stay, 3), lambda stay: family(stay, 1), lambda _: True]


def compared(stays: Sequence[Stay], hospital: str, marked: set[str], within: Sequence[str], least: int) -> tuple[int, int, Fraction]:  # fmt: skip
    """Own stays that can be compared, those of them that are marked, and Σ of the others' rates; the judged one is left out."""
    n = observed = 0
    total = F(0)
    for stay in stays:
        if stay.hospital != hospital:
            continue
        for of in sets_of(within):
            others = [other for other in stays if other.hospital != hospital and of(other) == of(stay)]
            if len(others) >= least:
                n, observed = n + 1, observed + (stay.name in marked)
                total += F(sum(other.name in marked for other in others), len(others))
                break
    return n, observed, half_up(total, 6)


def shrunken(observed: int, expected: Fraction, a: int) -> Fraction:
    """(O + a) ÷ (E + a) less 1, not below zero."""
    return max(F(0), (observed + a) / (expected + a) - 1)


def interval(observed: int, expected: Fraction) -> tuple[Fraction, Fraction] | None:
    """Byar: O (1 − 1/9O − 1.96/3√O)³ ÷ E, and the same of O + 1 with a plus."""
    if not expected:
        return None
    with localcontext() as context:
        context.prec = 60
        mean = Decimal(expected.numerator) / expected.denominator

        def limit(count: int, side: int) -> Fraction:
            wide = 1 - Decimal(1) / (9 * count) + side * Decimal("1.96") / (3 * Decimal(count).sqrt())
            return F(count * wide**3 / mean)

        return limit(observed, -1) if observed else F(0), limit(observed + 1, 1)


def next_days(stay: Stay, stays: Iterable[Stay]) -> int | None:
    """Days to the person's next admission for the same category that does not come before this discharge."""
    if not stay.person:
        return None
    alike = [
        one for one in stays if (one.person, one.diagnosis.upper()[:3]) == (stay.person, stay.diagnosis.upper()[:3])
    ]
    alike.sort(key=lambda one: (one.admitted, one.discharged))
    later = alike[next(place for place, one in enumerate(alike) if one is stay) + 1 :]
    return next(((one.admitted - stay.discharged).days for one in later if one.admitted >= stay.discharged), None)


def quantile_limit(stay: Stay, stays: Sequence[Stay], least: int) -> int:
    """The 95th percentile of the region's stays of the group, of what is above it where it has too few."""
    for of in sets_of([])[1:]:
        days = sorted(one.days for one in stays if of(one) == of(stay))
        if len(days) >= least:
            break
    return days[max(0, math.ceil(F(95, 100) * len(days)) - 1)]


def risk_levels(rates: Mapping[str, Fraction]) -> dict[str, int]:
    """By ln(mortality): 1 below mean − SD (n − 1), 2 to the mean, 3 to mean + SD, 4 above; 0 without a death."""
    found = dict.fromkeys(rates, 0)
    deadly = {name: rate for name, rate in rates.items() if rate}
    if len(set(deadly.values())) == 1:
        return found | dict.fromkeys(deadly, 2)
    with localcontext() as context:
        context.prec = 60
        logs = {name: (Decimal(rate.numerator) / rate.denominator).ln() for name, rate in deadly.items()}
        mean = sum(logs.values(), Decimal(0)) / max(1, len(logs))
        sd = (sum(((log - mean) ** 2 for log in logs.values()), Decimal(0)) / max(1, len(logs) - 1)).sqrt()
        for name, log in logs.items():
            at_most_mean = deadly[name] ** len(deadly) <= math.prod(deadly.values())
            found[name] = 1 if log < mean - sd else 2 if at_most_mean else 3 if log <= mean + sd else 4
    return found


def scores(
    bills: Sequence[Stay], hospital: str, least: int, errors: Mapping[str, int], records: int
) -> dict[str, Score]:
    """All five scores of a hospital. errors : records with an error by kind. records : rows with those set aside."""
    stays = [stay for stay in bills if not stay.interim]
    own = sum(stay.hospital == hospital for stay in stays)
    lost = sum((ERRORS[kind] * count for kind, count in errors.items()), F(0))
    found = {"RQI": Score(100 * (1 - lost / records), records, sum(errors.values()), None, {"errors": errors})}

    gaps = {stay.name: next_days(stay, stays) for stay in stays}
    parts = [
        compared(stays, hospital, {name for name, gap in gaps.items() if gap is not None and low <= gap <= high}, ["level"], least)
        for low, high in BANDS
    ]  # fmt: skip
    value = sum((weight * shrunken(o, e, 5) for weight, (_, o, e) in zip(BANDS.values(), parts, strict=True)), F(0))
    found["RSA"] = Score(
        value if parts[0][0] else None, own, sum(o for _, o, _ in parts), sum((e for _, _, e in parts), F(0)),
        {"observed": [o for _, o, _ in parts], "expected": [e for _, _, e in parts], "compared": parts[0][0]},
    )  # fmt: skip

    low = {s.name for s in stays if 2 * s.cost < s.standard and s.days <= 3 and not s.operation}
    long = {s.name for s in stays if s.days > quantile_limit(s, stays, least)}
    for name, marked, within in (("RLA", low, ["level", "age"]), ("RLS", long, ["level"])):
        n, o, e = compared(stays, hospital, marked, within, least)
        found[name] = Score(shrunken(o, e, 10) if n else None, own, o, e, {"compared": n})

    groups = {s.group for s in stays if s.group}
    of = {g: [s for s in stays if s.group == g] for g in groups}
    levels = risk_levels({g: F(sum(s.way == 5 for s in one), len(one)) for g, one in of.items() if len(one) >= least})
    safe = [s for s in stays if s.group and levels.get(s.group, 0) in (1, 2)]
    n, o, e = compared(safe, hospital, {s.name for s in safe if s.way == 5}, ["level"], least)
    found["RMR"] = Score(o / e if e else None, own, o, e, {"compared": n, "cases_of_low_risk": sum(s.hospital == hospital for s in safe)})  # fmt: skip
    return found
