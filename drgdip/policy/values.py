"""Policy values as the stages use them: resolved for one day, integers and closed sets only.

Every name mirrors a key of the policy file; ratios carry four decimals (``_e4``), money is in fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

from drgdip.base.rounding import RoundingMode
from drgdip.base.text import Text
from drgdip.policy.sections.attribution_values import Attribution
from drgdip.policy.sections.case_rules_values import CaseRules, CoefficientWindow, HospitalType, ShareCap
from drgdip.policy.sections.cross_region_values import CrossRegion
from drgdip.policy.sections.drg_values import Drg
from drgdip.policy.sections.mixed_values import Mixed
from drgdip.policy.sections.readmission_values import Readmission
from drgdip.policy.sections.sanctions_values import Sanctions
from drgdip.policy.sections.screening_values import Screening
from drgdip.policy.sections.special_values import Special
from drgdip.policy.sections.suspension_values import Suspension
from drgdip.policy.sections.warning_values import Warnings
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
ReferencePointValue = Literal["opening", "settlement"]
LowFormula = Literal["none", "ratio", "ratio_k", "std_correction", "by_item"]
HighFormula = Literal["none", "excess_plus_one", "excess_plus_k", "linear_add", "deduct", "cap", "by_item"]
OverCap = Literal["no_extra"]
RouteMode = Literal["dip", "by_item", "out_of_scope", "bed_day", "day_surgery", "tcm", "lower_of"]
GroupKind = Literal["pre", "merge", "assisted", "core", "comprehensive", "ungrouped"]
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
    hospital_types : bases of types of hospitals. group_coefficients : bases by group, then tier, in place of all
    others. windows : changes by decision, by day of discharge. base_groups : groups without a coefficient.
    """

    mode: CoefficientMode
    base: Mapping[HospitalTier, int]
    hospitals: Mapping[str, int]
    bonuses: Mapping[str, Mapping[str, int]]
    bonus_cap_e4: int | None
    floor_e4: int | None
    cap_e4: int | None
    primary_care: Literal["none", "apply"]
    hospital_types: Mapping[str, HospitalType] = {}
    group_coefficients: Mapping[str, Mapping[HospitalTier, int]] = {}
    windows: tuple[CoefficientWindow, ...] = ()
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
    """Settlement arithmetic 2.7, 3.2, 3.3. One segment with no limit is a plain threshold.

    share_cap : how many stays may be paid as such; None: all. The others have standard points.
    """

    segments: tuple[HighSegment, ...]
    inclusive: bool
    formula: HighFormula
    cap_ratio_e4: int | None
    over_cap: OverCap
    share_cap: ShareCap | None = None


class Deviation(NamedTuple):
    """Settlement arithmetic 2.6 and 2.7; None where the policy has no such rule.

    reference_point_value : which point value makes a standard of money of a weight, under ``rw_x_rate``.
    """

    basis: DeviationBasis
    reference: ReferenceSource
    low: LowRule | None
    high: HighRule | None
    reference_point_value: ReferencePointValue = "opening"


class Route(NamedTuple):
    """One predicate of settlement arithmetic 2.8: all given conditions must hold; the first route that holds decides.

    hours_max : from admission to discharge. groups : codes. rate : entry of ``case_rules.bed_day``. factor_e4, weights :
    weight of a day surgery, × that of its group or by a table of ``case_rules.own_weights``.
    """

    mode: RouteMode
    los_max: int | None = None
    los_min: int | None = None
    patients: Patients = "any"
    med_types: tuple[str, ...] = ()
    discharge_ways: tuple[str, ...] = ()
    hours_max: int | None = None
    groups: tuple[str, ...] = ()
    group_kinds: tuple[GroupKind, ...] = ()
    primary_care: bool | None = None
    tcm: bool | None = None
    departments: tuple[str, ...] = ()
    hospital_tiers: tuple[HospitalTier, ...] = ()
    rate: str = ""
    factor_e4: int | None = None
    weights: str = ""


class Pool(NamedTuple):
    """One insurance pool. ``fund_scope`` and ``pooled_fund`` are national fund fields (``hifp_pay`` …).

    point_value_floor_e4, point_value_cap_e4 : what a floating point value is held to; None: no limit.
    """

    name: Text
    insurance_types: tuple[str, ...]
    patients: Patients
    fund_scope: tuple[str, ...]
    pooled_fund: str
    opening_point_value_e4: int
    month_fund_fen: int | None
    pay_ratio_e4: int | None
    point_value_floor_e4: int | None = None
    point_value_cap_e4: int | None = None


class Payment(NamedTuple):
    """Settlement arithmetic 4.2."""

    method: PaymentMethod
    fund_ratio_level: RatioLevel
    fund_ratio_source: RatioSource
    negative: NegativeRule
    fund_variance: FundVariance


class Month(NamedTuple):
    """Settlement arithmetic 4.1 and 4.3.

    seasonal_quota_e4 : twelve shares of the year's budget for case payment that are the funds of its months, for pools
    whose month the policy names no fund for.
    """

    point_value: PointValueMode
    retention_e4: int
    seasonal_quota_e4: tuple[int, ...] | None = None


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
    cross_region: CrossRegion | None = None
    warning: Warnings | None = None
    case_rules: CaseRules | None = None
    special: Special | None = None
    drg: Drg | None = None
    sanctions: Sanctions | None = None
    screening: Screening | None = None
    readmission: Readmission | None = None
    attribution: Attribution | None = None
    suspension: Suspension | None = None
    mixed: Mixed | None = None
