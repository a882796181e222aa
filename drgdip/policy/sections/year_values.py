"""Values of the sections ``year`` and ``prepayment``, as clearing uses them (settlement arithmetic 4.4 and 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

YearMethod = Literal["ratio", "fund_pv"]
YearPointValue = Literal["floating", "fixed", "elastic"]
Distribution = Literal["point_value", "largest_remainder"]
ByItemBasis = Literal["covered_cost", "fund_amount"]
RatioLevel = Literal["pool", "hospital"]
RatioSource = Literal["fixed", "actual"]
BandRule = Literal["recorded", "recorded_plus", "dip", "dip_plus", "cap"]
Scaling = Literal["share_only", "share_then_base"]
Offset = Literal["clearing", "instalment"]


class Band(NamedTuple):
    """What is paid while recorded ÷ payable lies below ``upto_e4`` (None: above all others) (5.3).

    share : of the surplus or the overspend between start and recorded (``cap``: and end). carry : what earlier bands
    come to, as a share of the payable.
    """

    upto_e4: int | None
    inclusive: bool
    rule: BandRule
    share_e4: int = 0
    start_e4: int = 10_000
    end_e4: int = 10_000
    carry_e4: int = 0


class ScoreStep(NamedTuple):
    """The coefficient of scores from ``from_e4`` on."""

    from_e4: int
    coefficient_e4: int


class ScoreSlope(NamedTuple):
    """One at ``full_e4`` and above; ``per_point_e4`` less for each point below; never under the floor."""

    full_e4: int
    per_point_e4: int
    floor_e4: int


class Assessment(NamedTuple):
    """From score to coefficient: a table (highest step first) or a line (5.5)."""

    steps: tuple[ScoreStep, ...] = ()
    slope: ScoreSlope | None = None


class Release(NamedTuple):
    """How much of the retention is released: all from ``full_e4`` on, nothing below ``zero_e4`` (5.5).

    per_point : less for each point below full; None: in proportion between zero and full.
    """

    full_e4: int
    zero_e4: int
    per_point_e4: int | None


class Budget(NamedTuple):
    """The budget of a pool and what of it is not for case payment (5.1), in fen."""

    inpatient_fen: int
    adjustment_fund_fen: int
    cross_region_fen: int
    other_fen: int

    @property
    def case_payment_fen(self) -> int:
        """What is left for case payment."""
        return self.inpatient_fen - self.adjustment_fund_fen - self.cross_region_fen - self.other_fen


class Elastic(NamedTuple):
    """Base points at a fixed value, what is above them at what is left of the total, with a cap (5.1)."""

    base_point_value_e4: int
    increment_cap_e4: int | None
    base_points_e4: Mapping[str, int]


class OverBudget(NamedTuple):
    """What may be paid above the budget, and what is scaled where that does not suffice (5.4)."""

    risk_fund_e4: int
    scale: Scaling


class Year(NamedTuple):
    """The section ``year``: annual clearing. budgets, elastic : by pool; a pool without budget is as its months say.

    score_if_missing_e4 : of a hospital that nobody has assessed; None: then no year is cleared.
    agreement_ends_below_e4 : hospitals with a lower score are named, for the place to end their agreement (5.5).
    agreement_ends_lowest : so are this many hospitals of the lowest scores, with all that have the same.
    """

    method: YearMethod
    point_value: YearPointValue
    distribution: Distribution
    by_item: ByItemBasis
    fund_ratio_level: RatioLevel
    fund_ratio_source: RatioSource
    assessment: Assessment | None
    score_if_missing_e4: int | None
    bands: tuple[Band, ...]
    over_budget: OverBudget
    retention_release: Release | None
    budgets: Mapping[str, Budget]
    elastic: Mapping[str, Elastic]
    agreement_ends_below_e4: int | None = None
    agreement_ends_lowest: int | None = None


class Prepayment(NamedTuple):
    """The section ``prepayment`` (4.4).

    balance_months_e4 : what a pool must have laid by to prepay, by pool; a pool that is not named never does.
    years : of history that the base is the mean of. months_e4 : how many months' expenditure is advanced.
    coefficient : adjusts it by assessment. offset : at clearing, or in ``instalments`` equal parts from the first month.
    """

    balance_months_e4: Mapping[str, int]
    years: int
    months_e4: int
    coefficient: Assessment | None
    offset: Offset
    instalments: int
