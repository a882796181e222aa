"""The two-dimensional optimal interval: a point value from hospitals that are cheap, are paid little and live on it.

Axes are income per point and cost per point. Hospitals below the regional mean in both, whose income covers their cost, are
kept; the value is where their geometric centre lies, the place whose distances to all of them come to least. It needs the
hospitals' cost accounts, which no settlement has: an offline tool.

Source: DIP technical specification, ch. 5 s. 4 (2) (settlement arithmetic 2.2). The text names neither which of the centre's
two numbers is the point value, nor what holds of several centres: both are told below.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.interface.interval_row import Account

Quadrant = Literal["low_low", "low_income", "low_cost", "high_high"]
Place: TypeAlias = tuple[Fraction, Fraction]
_Spot: TypeAlias = tuple[Decimal, Decimal]

_PRECISION = Context(prec=60)
#: Far below the fourth decimal; steps that are smaller change no value.
_SMALL = Decimal("1e-25")
_KNOWN = Decimal("1e-12")
_MOST_STEPS = 500


class Placed(NamedTuple):
    """Where a hospital stands: yuan per point (e4), the side of the means it is on, and whether it is kept."""

    hospital_code: str
    income_e4: int
    cost_e4: int
    quadrant: Quadrant
    kept: bool


class Interval(NamedTuple):
    """Regional means, all hospitals, and the geometric centre of those that are kept (None: none is); yuan per point (e4)."""

    mean_income_e4: int
    mean_cost_e4: int
    hospitals: tuple[Placed, ...]
    centre_income_e4: int | None
    centre_cost_e4: int | None


def two_dimensional_interval(accounts: Sequence[Account]) -> Interval:
    """Place the hospitals of a region, and find the centre of those that are kept.

    Below a mean is strictly below it, as in the one-dimensional interval; income that just covers cost does.
    Raises ValueError without points.
    """
    points = sum(one.points_e4 for one in accounts)
    if points <= 0 or any(one.points_e4 <= 0 for one in accounts):
        raise ValueError("every hospital needs points")
    means = tuple(Fraction(sum(amounts) * 100, points) for amounts in zip(*(a[2:] for a in accounts), strict=True))
    placed = [_placed(one, means[0], means[1]) for one in accounts]
    kept = [one.place for one, found in zip(accounts, placed, strict=True) if found.kept]
    centre = tuple(map(_rounded, geometric_centre(kept))) if kept else (None, None)
    return Interval(_e4(means[0]), _e4(means[1]), tuple(placed), *centre)


def _placed(account: Account, mean_income: Fraction, mean_cost: Fraction) -> Placed:
    income, cost = account.place
    sides: dict[tuple[bool, bool], Quadrant] = {
        (True, True): "low_low", (True, False): "low_income", (False, True): "low_cost", (False, False): "high_high",
    }  # fmt: skip
    quadrant = sides[income < mean_income, cost < mean_cost]
    return Placed(account.hospital_code, _e4(income), _e4(cost), quadrant, quadrant == "low_low" and income >= cost)


def _e4(value: Fraction) -> int:
    return divide(value.numerator * E4, value.denominator)


def _rounded(value: Decimal) -> int:
    """At four decimals, half-up; what stands beyond the twelfth is not known any more."""
    return int((value.quantize(_KNOWN) * E4).to_integral_value(ROUND_HALF_UP))


def geometric_centre(places: Sequence[Place]) -> _Spot:
    """The place whose distances to all given ones come to least, to far more decimals than are used.

    Of places on one line it is the middle one; of an even number of them, the middle of the middle two (every place between
    these two is as good). Otherwise there is exactly one, found by Newton's method from the mean. Raises ValueError for none.
    """
    if not places:
        raise ValueError("no place, no centre")
    with localcontext(_PRECISION):
        ordered = sorted(places)
        if _on_a_line(ordered):
            halves = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
            return _decimal((halves[0][0] + halves[1][0]) / 2), _decimal((halves[0][1] + halves[1][1]) / 2)
        spots = [(_decimal(x), _decimal(y)) for x, y in ordered]
        for spot in dict.fromkeys(spots):
            if _holds_all(spot, spots):
                return spot
        return _descended(spots)


def _on_a_line(places: Sequence[Place]) -> bool:
    (ax, ay), (bx, by) = places[0], places[-1]
    return all((bx - ax) * (y - ay) == (by - ay) * (x - ax) for x, y in places)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _distance(one: _Spot, other: _Spot) -> Decimal:
    return ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2).sqrt()


def _total(spot: _Spot, spots: Sequence[_Spot]) -> Decimal:
    return sum((_distance(spot, one) for one in spots), Decimal(0))


def _holds_all(spot: _Spot, spots: Sequence[_Spot]) -> bool:
    """Whether a given place is the centre: the others together pull it no more than it weighs itself."""
    weight = spots.count(spot)
    others = [(one, _distance(spot, one)) for one in spots if one != spot]
    pull = [sum(((one[axis] - spot[axis]) / far for one, far in others), Decimal(0)) for axis in (0, 1)]
    return pull[0] ** 2 + pull[1] ** 2 <= weight**2


def _descended(spots: Sequence[_Spot]) -> _Spot:
    """The least total distance, which is at none of the places themselves; each step is halved until it gains."""
    at = tuple(sum((spot[axis] for spot in spots), Decimal(0)) / len(spots) for axis in (0, 1))
    for _ in range(_MOST_STEPS):
        step = _step((at[0], at[1]), spots)
        least = _total((at[0], at[1]), spots)
        while max(map(abs, step)) > _SMALL and _total((at[0] + step[0], at[1] + step[1]), spots) >= least:
            step = (step[0] / 2, step[1] / 2)
        if max(map(abs, step)) <= _SMALL:
            return at[0], at[1]
        at = (at[0] + step[0], at[1] + step[1])
    raise ArithmeticError("no centre found")


def _step(at: _Spot, spots: Sequence[_Spot]) -> _Spot:
    """Newton's step; from one of the places itself, a step the way that the others pull."""
    far = [(one, _distance(at, one)) for one in spots]
    gx, gy = (sum(((at[axis] - one[axis]) / d for one, d in far if d), Decimal(0)) for axis in (0, 1))
    if any(not d for _, d in far):
        return -gx, -gy
    hxx = sum(((at[1] - one[1]) ** 2 / d**3 for one, d in far), Decimal(0))
    hyy = sum(((at[0] - one[0]) ** 2 / d**3 for one, d in far), Decimal(0))
    hxy = sum((-(at[0] - one[0]) * (at[1] - one[1]) / d**3 for one, d in far), Decimal(0))
    determinant = hxx * hyy - hxy * hxy
    return -(hyy * gx - hxy * gy) / determinant, -(hxx * gy - hxy * gx) / determinant
