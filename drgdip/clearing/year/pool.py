"""The year of one pool: from points to what each hospital is cleared at (settlement arithmetic 5.1–5.4).

Source: DIP technical specification 3.0 (draft), ch. 7 s. 3; vectors V137, V138, E02, E03.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from drgdip.base.apportion import largest_remainder
from drgdip.base.rounding import RoundingMode, divide
from drgdip.base.scaled import E4
from drgdip.clearing.point_value import within_limits
from drgdip.clearing.year.bands import Banded, banded
from drgdip.clearing.year.budget import Claim, within_fund
from drgdip.clearing.year.point_value import ByItem, elastic_gross_fen, floating_e4, increment_value
from drgdip.clearing.year.rules import assessed_fen, quotient_e4, ratio_amount_fen
from drgdip.policy.sections.year_values import (
    Band,
    ByItemBasis,
    Distribution,
    Elastic,
    RatioLevel,
    Scaling,
    YearMethod,
    YearPointValue,
)

#: Points (e4) × point value (e4, yuan) × ratio (e4) per fen.
_E10 = 10**10


class HospitalYear(NamedTuple):
    """A hospital's year in one pool; fen. Recorded and cost are those of cases with points.

    deductions_fen : audit deductions of the year, taken or still open. coefficient_e4 : of the assessment.
    """

    code: str
    points_e4: int
    recorded_fen: int
    cost_fen: int = 0
    by_item_cost_fen: int = 0
    by_item_fund_fen: int = 0
    deductions_fen: int = 0
    coefficient_e4: int = E4


class PoolTerms(NamedTuple):
    """The terms of a pool's clearing. risk_fund_fen : what may be paid above the fund.

    ratio_e4 : fixed fund ratio; None: recorded ÷ cost. fixed_point_value_e4 : for ``fixed``. kept_increment_e4 : for
    ``elastic``, the value of an earlier clearing in place of a new one. floor_e4, cap_e4 : what a floating point value is
    held to.
    """

    fund_fen: int
    risk_fund_fen: int = 0
    method: YearMethod = "ratio"
    ratio_level: RatioLevel = "pool"
    ratio_e4: int | None = None
    point_value: YearPointValue = "floating"
    fixed_point_value_e4: int = 0
    kept_increment_e4: int | None = None
    elastic: Elastic | None = None
    distribution: Distribution = "point_value"
    by_item: ByItemBasis = "covered_cost"
    bands: Sequence[Band] = ()
    scale: Scaling = "share_only"
    mode: RoundingMode = "half_up"
    point_value_mode: RoundingMode = "half_up"
    floor_e4: int | None = None
    cap_e4: int | None = None


class HospitalClearing(NamedTuple):
    """What a hospital is cleared at; fen.

    before_fen : points at the settlement point value and ratio. dip_fen : after assessment and deductions.
    recorded_fen : net of deductions. claimed_fen : what the band pays. clearing_fen : within the fund, by-item included.
    """

    code: str
    fund_ratio_e4: int
    before_fen: int
    dip_fen: int
    recorded_fen: int
    band: Banded
    by_item_fund_fen: int
    clearing_fen: int


class PoolClearing(NamedTuple):
    """A cleared pool. point_value_e4 : of points above the base where it is elastic."""

    ratio_e4: int
    point_value_e4: int
    scaled: bool
    hospitals: tuple[HospitalClearing, ...]

    @property
    def total_fen(self) -> int:
        """What all hospitals are cleared at."""
        return sum(hospital.clearing_fen for hospital in self.hospitals)


def clear_pool(terms: PoolTerms, hospitals: Sequence[HospitalYear]) -> PoolClearing:
    """Clear one pool: point value, amounts, assessment, bands, budget. Pools are cleared apart and never mix."""
    ratio = _pool_ratio_e4(terms, hospitals)
    value = _point_value_e4(terms, hospitals, ratio)
    before = _before_fen(terms, hospitals, ratio, value)
    drafts = []
    for hospital in hospitals:
        dip = assessed_fen(before[hospital.code], hospital.coefficient_e4, hospital.deductions_fen, terms.mode)
        recorded = hospital.recorded_fen - hospital.deductions_fen
        drafts.append((hospital, dip, recorded, banded(recorded, dip, terms.bands, terms.mode)))
    claims = {hospital.code: Claim.of(band.payable_fen, dip) for hospital, dip, _, band in drafts}
    by_item = sum(hospital.by_item_fund_fen for hospital in hospitals)
    granted = within_fund(claims, terms.fund_fen + terms.risk_fund_fen - by_item, terms.scale)
    rows = (
        HospitalClearing(
            hospital.code, _ratio_e4(terms, hospital, ratio), before[hospital.code], dip, recorded, band,
            hospital.by_item_fund_fen, granted.clearing_fen[hospital.code] + hospital.by_item_fund_fen,
        )
        for hospital, dip, recorded, band in drafts
    )  # fmt: skip
    return PoolClearing(ratio, value, granted.scaled, tuple(rows))


def _pool_ratio_e4(terms: PoolTerms, hospitals: Sequence[HospitalYear]) -> int:
    """Fixed, or recorded ÷ cost of the pool; a fund point value is net already (2.1, 4.2)."""
    if terms.method == "fund_pv":
        return E4
    if terms.ratio_e4 is not None:
        return terms.ratio_e4
    return quotient_e4(sum(h.recorded_fen for h in hospitals), sum(h.cost_fen for h in hospitals))


def _ratio_e4(terms: PoolTerms, hospital: HospitalYear, pool_e4: int) -> int:
    """The ratio of the payable: the pool's, or the hospital's own, which can break the budget (13-3; V137, V138)."""
    if terms.method == "fund_pv" or terms.ratio_level == "pool":
        return pool_e4
    return quotient_e4(hospital.recorded_fen, hospital.cost_fen)


def _point_value_e4(terms: PoolTerms, hospitals: Sequence[HospitalYear], ratio_e4: int) -> int:
    by_item = _by_item(hospitals)
    if terms.point_value == "fixed":
        return terms.fixed_point_value_e4
    if terms.elastic is None or terms.point_value == "floating":
        value = _unlimited_e4(terms, hospitals, ratio_e4)
        has_value = ratio_e4 and any(h.points_e4 for h in hospitals)
        return within_limits(value, terms.floor_e4, terms.cap_e4) if has_value else value
    if terms.kept_increment_e4 is not None:
        return terms.kept_increment_e4
    base = terms.elastic.base_points_e4
    return increment_value(
        _covered_fen(terms, by_item, ratio_e4),
        sum(base.values()),
        sum(max(h.points_e4 - base.get(h.code, 0), 0) for h in hospitals),
        terms.elastic.base_point_value_e4,
        terms.elastic.increment_cap_e4,
        terms.point_value_mode,
    ).point_value_e4


def _unlimited_e4(terms: PoolTerms, hospitals: Sequence[HospitalYear], ratio_e4: int) -> int:
    points = sum(h.points_e4 for h in hospitals)
    return floating_e4(terms.fund_fen, ratio_e4, points, _by_item(hospitals), terms.by_item, terms.point_value_mode)


def _by_item(hospitals: Sequence[HospitalYear]) -> ByItem:
    return ByItem(sum(h.by_item_cost_fen for h in hospitals), sum(h.by_item_fund_fen for h in hospitals))


def _covered_fen(terms: PoolTerms, by_item: ByItem, ratio_e4: int) -> Fraction:
    """The cost that the fund covers for points."""
    if not ratio_e4:
        return Fraction(0)
    if terms.by_item == "covered_cost":
        return Fraction(terms.fund_fen * E4, ratio_e4) - by_item.cost_fen
    return Fraction((terms.fund_fen - by_item.fund_fen) * E4, ratio_e4)


def _before_fen(terms: PoolTerms, hospitals: Sequence[HospitalYear], ratio_e4: int, value_e4: int) -> Mapping[str, int]:
    """What points come to by hospital: at the point value, or the fund itself by largest remainder (5.4; V75)."""
    if terms.distribution == "largest_remainder":
        return _shared_out(terms, hospitals, ratio_e4)
    before: dict[str, int] = {}
    for hospital in hospitals:
        ratio = _ratio_e4(terms, hospital, ratio_e4)
        if terms.point_value == "elastic" and terms.elastic is not None:
            base = terms.elastic.base_points_e4.get(hospital.code, 0)
            gross = elastic_gross_fen(hospital.points_e4, base, terms.elastic, value_e4, terms.mode)
            before[hospital.code] = divide(gross * ratio, E4, terms.mode)
        else:
            before[hospital.code] = ratio_amount_fen(hospital.points_e4, value_e4, ratio, terms.mode)
    return _without_overshoot(terms, hospitals, ratio_e4, value_e4, before)


def _without_overshoot(
    terms: PoolTerms, hospitals: Sequence[HospitalYear], ratio_e4: int, value_e4: int, before: dict[str, int]
) -> Mapping[str, int]:
    """A floating point value that is cut stays within the fund, and so do its amounts: half fen that all round up
    could exceed it by a few, which are then taken back by largest remainder (0.3 (5) and (6); 12-9).
    """
    cut = terms.point_value == "floating" and terms.point_value_mode == "down" and terms.ratio_level == "pool"
    cut = cut and value_e4 <= _unlimited_e4(terms, hospitals, ratio_e4)  # else the floor asks for more than the fund
    fund = _covered_fen(terms, _by_item(hospitals), ratio_e4) * ratio_e4 / E4
    if not cut or sum(before.values()) <= fund or fund <= 0:
        return before
    exact = {hospital.code: hospital.points_e4 * value_e4 * ratio_e4 for hospital in hospitals}
    total = min(fund, Fraction(sum(exact.values()), _E10))
    # Within half a fen of the exact amounts: shares of their own sum, which the fund holds.
    parts = {code: amount // _E10 for code, amount in exact.items()}
    order = sorted(exact, key=lambda code: (-(exact[code] % _E10), code))
    for code in order[: total.numerator // total.denominator - sum(parts.values())]:
        parts[code] += 1
    return parts


def _shared_out(terms: PoolTerms, hospitals: Sequence[HospitalYear], ratio_e4: int) -> Mapping[str, int]:
    covered = _covered_fen(terms, _by_item(hospitals), ratio_e4) * ratio_e4 / E4
    fund = max(covered.numerator // covered.denominator, 0)
    weights = [hospital.points_e4 * _ratio_e4(terms, hospital, ratio_e4) for hospital in hospitals]
    codes = [hospital.code for hospital in hospitals]
    if not any(weights):
        return dict.fromkeys(codes, 0)
    return dict(zip(codes, largest_remainder(fund, weights, codes), strict=True))
