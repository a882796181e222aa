"""Policy values as the stages use them: resolved for one day, integers and closed sets only.

Every name mirrors a key of the policy file; ratios carry four decimals (``_e4``), money is in fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

from drgdip.base.rounding import RoundingMode
from drgdip.base.text import Text
from drgdip.policy.sections.drg_values import Drg
from drgdip.policy.sections.year_values import Prepayment, Year

BasisDate = Literal["discharge", "settlement"]
TieBreak = Literal["full_match", "main_op", "max_ops", "max_rw", "min_cost_gap", "type_order", "max_n", "id"]
TreatmentType = Literal["surgery", "intervention", "therapeutic", "diagnostic", "conservative"]
Layer = Literal["pre", "merge", "assisted", "core", "comprehensive"]
GroupClass = Literal[
    "core_surgery",
    "core_therapeutic",
    "core_diagnostic",
    "core_conservative",
    "comprehensive_surgery",
    "comprehensive_therapeutic",
    "comprehensive_diagnostic",
    "comprehensive_conservative",
]
ConservativeTakes = Literal["no_operation", "unmatched"]
ComprehensiveBy = Literal["main_operation", "any_operation"]
CoefficientMode = Literal["additive", "multiplicative"]
HospitalTier = Literal["tertiary", "secondary", "primary", "unrated"]
DeviationBasis = Literal["ref_cost", "ref_cost_k"]
ReferenceSource = Literal["table", "rw_x_mean", "rw_x_rate"]
LowFormula = Literal["none", "ratio", "ratio_k", "std_correction", "by_item"]
HighFormula = Literal["none", "excess_plus_one", "excess_plus_k"]
OverCap = Literal["no_extra"]
RouteMode = Literal["dip", "by_item", "out_of_scope"]
Patients = Literal["local", "in_province", "cross_province", "any"]
PaymentMethod = Literal["residual", "ratio", "fund_pv"]
RatioLevel = Literal["pool", "hospital", "case"]
RatioSource = Literal["fixed", "actual"]
NegativeRule = Literal["clamp_case", "hospital_month"]
CodeCheckFamily = Literal["grey", "principal", "operation"]
FundVariance = Literal["pool_residual", "proportional"]
AuxiliaryType = Literal["cci", "severity", "tumour_severity", "age", "icu"]
SeveralSubtypes = Literal["highest"]
PointValueMode = Literal["fixed_opening", "floating", "cumulative"]


class Rounding(NamedTuple):
    """Settlement arithmetic 0.3."""

    mode: RoundingMode
    point_value_mode: RoundingMode


class QualityControl(NamedTuple):
    """By how much the amounts of a settlement may miss their sum."""

    identity_tolerance_fen: int


class Codes(NamedTuple):
    """The codes of the input.

    diagnosis_mapping, procedure_mapping : the name of a mapping to the insurance edition, or None for that itself.
    barred : checks whose cases are set aside: ``grey`` codes, ``principal`` diagnoses that are none, main ``operation``
    that is not grouped by.
    """

    diagnosis_mapping: str | None = None
    procedure_mapping: str | None = None
    barred: tuple[CodeCheckFamily, ...] = ()


LAYERS: tuple[Layer, ...] = get_args(Layer)
GROUP_CLASSES: tuple[GroupClass, ...] = get_args(GroupClass)
#: The national order: all core groups, then all comprehensive ones.
NATIONAL_STEPS = (GROUP_CLASSES[:4], GROUP_CLASSES[4:])


class Grouping(NamedTuple):
    """Settlement arithmetic 1.4.

    layers : kinds of groups that are used. steps : classes of core and comprehensive groups that are looked through
    together, first to last; within one the tie-breaks decide. conservative_takes : whether conservative groups take
    only stays without operations, or also those whose operations no other group of the step meets.
    comprehensive_by : operations whose treatment type picks a comprehensive group.
    """

    main_op_first: bool
    tie_break: tuple[TieBreak, ...]
    type_order: tuple[TreatmentType, ...]
    subcategory_wildcard: bool
    intervention_as: Literal["surgery", "therapeutic"]
    ungrouped_factor_e4: int
    layers: tuple[Layer, ...] = LAYERS
    steps: tuple[tuple[GroupClass, ...], ...] = NATIONAL_STEPS
    conservative_takes: ConservativeTakes = "no_operation"
    comprehensive_by: ComprehensiveBy = "main_operation"


class HospitalCoefficient(NamedTuple):
    """Settlement arithmetic 2.3.

    hospitals : bases of single hospitals, in place of their tier's. bonuses : by hospital, then by name.
    base_groups : codes of groups without a coefficient, alike on all levels.
    """

    mode: CoefficientMode
    base: Mapping[HospitalTier, int]
    hospitals: Mapping[str, int]
    bonuses: Mapping[str, Mapping[str, int]]
    bonus_cap_e4: int | None
    floor_e4: int | None
    cap_e4: int | None
    primary_care: Literal["none", "apply"]
    base_groups: tuple[str, ...] = ()


class LowRule(NamedTuple):
    """Settlement arithmetic 2.6."""

    threshold_e4: int
    inclusive: bool
    formula: LowFormula


class HighSegment(NamedTuple):
    """A threshold for groups with a relative weight below ``rw_below_e4`` (None: all others)."""

    rw_below_e4: int | None
    threshold_e4: int


class HighRule(NamedTuple):
    """Settlement arithmetic 2.7. One segment with no limit is a plain threshold."""

    segments: tuple[HighSegment, ...]
    inclusive: bool
    formula: HighFormula
    cap_ratio_e4: int | None
    over_cap: OverCap


class Deviation(NamedTuple):
    """Settlement arithmetic 2.6 and 2.7; None where the policy has no such rule."""

    basis: DeviationBasis
    reference: ReferenceSource
    low: LowRule | None
    high: HighRule | None


class Route(NamedTuple):
    """One predicate of settlement arithmetic 2.8: all given conditions must hold; the first route that holds decides."""

    mode: RouteMode
    los_max: int | None = None
    los_min: int | None = None
    patients: Patients = "any"
    med_types: tuple[str, ...] = ()
    discharge_ways: tuple[str, ...] = ()


class Pool(NamedTuple):
    """One insurance pool. ``fund_scope`` and ``pooled_fund`` are national fund fields (``hifp_pay`` …)."""

    name: Text
    insurance_types: tuple[str, ...]
    patients: Patients
    fund_scope: tuple[str, ...]
    pooled_fund: str
    opening_point_value_e4: int
    month_fund_fen: int | None
    pay_ratio_e4: int | None


class Payment(NamedTuple):
    """Settlement arithmetic 4.2."""

    method: PaymentMethod
    fund_ratio_level: RatioLevel
    fund_ratio_source: RatioSource
    negative: NegativeRule
    fund_variance: FundVariance


class Month(NamedTuple):
    """Settlement arithmetic 4.1 and 4.3."""

    point_value: PointValueMode
    retention_e4: int


class Auxiliary(NamedTuple):
    """Settlement arithmetic 1.5.

    types : that are used; among equal coefficients the first. min_group_cases, min_subtype_cases, min_cv_fall_e4 : what
    a published coefficient needs to count. excluded_groups : DIP codes; excluded_tcm : groups of Chinese medicine.
    """

    types: tuple[AuxiliaryType, ...]
    several: SeveralSubtypes = "highest"
    min_group_cases: int = 0
    min_subtype_cases: int = 0
    min_cv_fall_e4: int | None = None
    floor_e4: int | None = None
    cap_e4: int | None = None
    excluded_tcm: bool = True
    excluded_med_types: tuple[str, ...] = ()
    excluded_groups: tuple[str, ...] = ()


class PolicyValues(NamedTuple):
    """All values that hold on one day."""

    basis_date: BasisDate
    rounding: Rounding
    quality_control: QualityControl
    grouping: Grouping
    k: HospitalCoefficient
    deviation: Deviation
    routes: tuple[Route, ...]
    pools: Mapping[str, Pool]
    payment: Payment
    month: Month
    codes: Codes = Codes()
    auxiliary: Auxiliary | None = None
    prepayment: Prepayment | None = None
    year: Year | None = None
    drg: Drg | None = None
