"""Small random cities: a policy, a catalogue, hospitals, up to thirty stays with planted defects, deductions.

``cities()`` draws one; the engine and the reference must agree on it to the fen. Codes are few, so that groups tie;
most costs stand at a threshold, or one fen to either side of it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

from hypothesis import strategies as st

from drgdip.base.text import Text
from drgdip.policy import values as v
from drgdip.policy.sections.case_rules_values import (
    Addition,
    BedDay,
    BedDayTier,
    CaseRules,
    ChineseMedicine,
    CoefficientWindow,
    FeeFact,
    HospitalType,
    ShareCap,
)
from drgdip.tables import CodeSystem, DipTables, Group, compile_dip
from tests.properties.picking import pick
from tests.reference.case_rules import FeeLine
from tests.reference.catalogue import Catalogue, mean_cost_fen, region_mean_cost_fen, relative_weight_e4
from tests.reference.clearing import DEDUCTIONS
from tests.reference.eligibility import tier_of
from tests.reference.fields import COVERAGE, FUNDS, LAYOUT, REQUIRED
from tests.reference.grouping import group_case, terms
from tests.reference.lists import NO_LISTS, Lists
from tests.reference.month import ReferenceResult, settle_month
from tests.reference.numbers import e4, from_e4
from tests.reference.policy_text import policy_text, yuan_text
from tests.reference.valuation import hospital_coefficient_e4, reference_cost_fen

Draw = st.DrawFn
Row = dict[str, str]

REGION = "990100"
MONTH = "2026-03"
YEAR = (date(2026, 1, 1), date(2026, 12, 31))

DIAGNOSES = ("K35.300", "K35.301x002", "K35.800", "A46.x00", "J18.900", "I10.x00")
PROCEDURES = ("47.0100", "47.0101", "47.0900", "47.0901", "54.5100", "54.2100", "39.7900", "38.9300")
LISTED = (*PROCEDURES, "47.01", "47.09")
TYPES = ("surgery", "intervention", "therapeutic", "diagnostic", "conservative")
COMPREHENSIVE_TYPES = ("surgery", "therapeutic", "diagnostic", "conservative")
#: Orders of places: by turns within a type, conservative groups last, two kinds at once.
STEPS = (
    tuple((v.GROUP_CLASSES[place],) for place in (0, 4, 1, 5, 2, 6, 3, 7)),
    (v.GROUP_CLASSES[:3], v.GROUP_CLASSES[4:7], v.GROUP_CLASSES[3:4], v.GROUP_CLASSES[7:]),
    (v.GROUP_CLASSES[:2] + v.GROUP_CLASSES[4:], v.GROUP_CLASSES[2:4]),
)
TIE_BREAKS = ("full_match", "main_op", "max_ops", "max_rw", "min_cost_gap", "type_order", "max_n")
#: Layers before the core groups that an edition may have a row of, and conditions of such a row.
FIRST_LAYERS: tuple[tuple[str, ...], ...] = ((), (), ("pre",), ("assisted", "merge"))
CONDITIONS = (
    {},
    {"age_days": "0-28"},
    {"age_years": "18-"},
    {"birth_weight_g": "-999"},
    {"other_diagnoses": "K35/I10"},
)
AGES = (("", "", ""), ("35", "", ""), ("17", "", ""), ("18", "", ""), ("0", "28", "999"), ("", "29", "1000"))
#: Hospital code and level.
HOSPITALS = (("H99010000001", "02"), ("H99010000002", "05"), ("H99010000003", "10"), ("H99010000004", "11"))
#: Insurance types and patients of the pools of a city, by pool.
POOLS: tuple[dict[str, tuple[tuple[str, ...], str]], ...] = (
    {"all": (("310", "390"), "any")},
    {"310": (("310",), "any"), "390": (("390",), "any")},
    {"310": (("310",), "local"), "310-away": (("310",), "any"), "390": (("390", "391"), "any")},
    {"near": (("310", "390"), "local"), "far": (("310",), "in_province")},
)
ROUTES = (
    v.Route("by_item", los_max=2),
    v.Route("by_item", los_min=60),
    v.Route("by_item", los_min=3, los_max=7, patients="in_province"),
    v.Route("by_item", patients="cross_province"),
    v.Route("out_of_scope", med_types=("22", "24")),
    v.Route("dip", discharge_ways=("5",)),
    v.Route("out_of_scope", discharge_ways=("4", "5")),
)


class Deduction(NamedTuple):
    """An open deduction; ``date`` ISO text."""

    id: str
    hospital_code: str
    pool: str
    type: int
    date: str
    amount_fen: int


class City(NamedTuple):
    """``policy`` : values with the day from which they hold. ``prior`` : statement rows of earlier months."""

    month: str
    region: str
    policy: tuple[tuple[date, v.PolicyValues], ...]
    catalogue: Catalogue
    cases: list[Row]
    deductions: list[Deduction]
    prior: list[dict[str, Any]]
    fees: list[FeeLine] = []  # noqa: RUF012 (never written to)
    lists: Lists = NO_LISTS

    def values_on(self, day: date) -> v.PolicyValues:
        """The values of a day; KeyError outside the policy's year."""
        if not YEAR[0] <= day <= YEAR[1]:
            raise KeyError(day)
        return next(values for first, values in reversed(self.policy) if first <= day)

    def settle(self) -> ReferenceResult:
        """What the reference makes of it."""
        return settle_month(
            self.values_on,
            self.catalogue,
            self.cases,
            self.month,
            self.deductions,
            self.prior,
            region=self.region,
            fees=self.fees,
            lists=self.lists,
        )


# --- writing -------------------------------------------------------------------------------------


def as_rows(city: City) -> list[Row]:
    """The cases as dicts of text, one a row."""
    return [dict(row) for row in city.cases]


def as_csv(city: City) -> str:
    """The cases as a CSV file of the flat layout."""
    header = list(city.cases[0]) if city.cases else list(LAYOUT)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(city.cases)
    return buffer.getvalue()


def as_policy_text(city: City) -> str:
    """The policy as a policy file."""
    return policy_text(city.policy, city.region, YEAR[1])


def as_tables(city: City) -> DipTables:
    """The catalogue compiled for the engine."""
    catalogue = city.catalogue
    groups = [Group(**{"name": group["dip_code"], **group}) for group in catalogue.groups]
    return compile_dip(
        groups,
        CodeSystem.of(DIAGNOSES),
        CodeSystem.of(PROCEDURES),
        dict(catalogue.procedure_types),
        catalogue.point_scale,
        catalogue.region_mean_cost_yuan,
    )


# --- catalogue -----------------------------------------------------------------------------------

_MEANS = ("2000", "3000", "5000", "5000.01", "8000", "10000", "10000.005", "12345.67", "20000")
#: Points of a group ÷ mean cost × 10; a decimal beyond the fourth is rounded half-up.
_SLOPES = ("1", "1", "0.8", "1.25", "1.00000005")


@st.composite
def catalogues(draw: Draw) -> Catalogue:
    scale = draw(pick((1000, 1000, 100)))
    combos = draw(
        st.lists(
            st.tuples(pick(("K35.3", "K35.3", "K35.8", "A46.X")), combinations()),
            min_size=draw(pick((0, 2, 4))),
            max_size=10,
            unique_by=_same_combination,
        )
    )
    kinds = [(category, kind) for category in ("K35", "A46", "J18") for kind in COMPREHENSIVE_TYPES]
    comprehensive = draw(st.lists(pick(kinds), min_size=0 if combos else 1, max_size=8, unique=True))
    codes = draw(st.permutations([f"{letter}{number}" for letter in "GZa" for number in range(1, 8)]))
    groups = []
    for code, (category, operations) in zip(codes, combos, strict=False):
        kind = draw(pick(TYPES)) if operations else "conservative"
        groups.append(draw(_group(code, "core", kind, category, operations, scale)))
    for code, (category, kind) in zip(codes[len(combos) :], comprehensive, strict=False):
        groups.append(draw(_group(code, "comprehensive", kind, category, "", scale)))
    for code, kind in zip(codes[len(groups) :], draw(pick(FIRST_LAYERS)), strict=False):
        row = draw(_group(code, kind, "", draw(pick(("*", "K35", "A46.X/J18"))), draw(combinations()), scale))
        groups.append(row | {"diagnosis_place": draw(pick(("", "any"))), **draw(pick(CONDITIONS))})
    if len(groups) > 1 and draw(pick((False, False, True))):
        place = draw(st.integers(0, len(groups) - 1))
        groups[place] = {**groups[place], "points": "0"}
    kinds_of = draw(st.lists(pick((*TYPES, "")), min_size=len(PROCEDURES), max_size=len(PROCEDURES)))
    types = {code: kind for code, kind in zip(PROCEDURES, kinds_of, strict=True) if kind}
    region_mean = draw(pick(("10000", "9876.54", "10000.005")))
    return Catalogue(groups, scale, region_mean, types, frozenset(DIAGNOSES), frozenset(PROCEDURES))


def combinations() -> st.SearchStrategy[str]:
    """Operations of a core group: up to three terms of one or two alternatives; empty: conservative."""
    term = st.lists(pick(LISTED), min_size=1, max_size=2, unique=True).map("/".join)
    return st.lists(term, max_size=3, unique=True).map("+".join)


def _same_combination(group: tuple[str, str]) -> Any:
    category, operations = group
    main, *related = [tuple(sorted(term.split("/"))) for term in operations.split("+")]
    return category, main, tuple(sorted(related))


@st.composite
def _group(draw: Draw, code: str, kind: str, treatment: str, category: str, operations: str, scale: int) -> Any:
    mean = draw(pick(_MEANS))
    points = Decimal(mean) * Decimal(draw(pick(_SLOPES))) * scale / 10_000
    return {
        "dip_code": code,
        "kind": kind,
        "treatment_type": treatment,
        "diagnosis_category": category,
        "operations": operations,
        "points": f"{points:f}",
        "mean_cost_yuan": mean,
        "cases": draw(pick(("15", "15", "40", "200"))),
        "primary_care": draw(pick(("0", "0", "0", "1"))),
    }


# --- policy --------------------------------------------------------------------------------------


@st.composite
def policies(draw: Draw, catalogue: Catalogue) -> tuple[tuple[date, v.PolicyValues], ...]:
    """Values of the year; sometimes coefficients, rules, routes and grouping change on a day of the month."""
    fixed = draw(st.booleans())
    first = v.PolicyValues(
        basis_date=draw(pick(("discharge", "discharge", "settlement"))),
        rounding=v.Rounding(draw(_MODES), draw(_MODES)),
        quality_control=v.QualityControl(draw(pick((0, 0, 1, 100)))),
        grouping=draw(_grouping()),
        k=draw(_coefficients()),
        deviation=draw(_deviations(catalogue)),
        routes=tuple(draw(st.lists(pick(ROUTES), max_size=3, unique=True))),
        pools=draw(_pools(catalogue)),
        payment=v.Payment(
            draw(pick(("residual", "residual", "ratio", "fund_pv"))),
            "pool" if fixed else draw(pick(("pool", "hospital", "case"))),
            "fixed" if fixed else "actual",
            draw(pick(("clamp_case", "hospital_month"))),
            draw(pick(("pool_residual", "proportional"))),
        ),
        month=v.Month(draw(pick(("fixed_opening", "floating", "cumulative"))), draw(pick((0, 500, 1_234)))),
    )
    if draw(st.booleans()):
        return ((YEAR[0], draw(with_case_rules(catalogue, first)) if draw(pick((True, True, False))) else first),)
    other = first._replace(
        grouping=draw(_grouping()),
        k=draw(_coefficients(first.k)),
        deviation=draw(_deviations(catalogue)),
        routes=tuple(draw(st.lists(pick(ROUTES), max_size=2, unique=True))),
    )
    return ((YEAR[0], first), (date.fromisoformat(f"{MONTH}-{draw(pick(('01', '16', '31')))}"), other))


_MODES = pick(("half_up", "half_up", "half_even", "down"))


@st.composite
def _grouping(draw: Draw) -> v.Grouping:
    keys = draw(st.lists(pick(TIE_BREAKS), max_size=5, unique=True))
    return v.Grouping(
        draw(st.booleans()),
        (*keys, "id"),
        tuple(draw(st.permutations(TYPES))),
        draw(st.booleans()),
        draw(pick(("surgery", "therapeutic"))),
        draw(pick((7_000, 10_000, 3_333))),
        draw(pick((v.LAYERS, v.LAYERS, ("core",)))),
        draw(pick([v.NATIONAL_STEPS, v.NATIONAL_STEPS, *STEPS])),
        draw(pick(("no_operation", "no_operation", "unmatched"))),
        draw(pick(("main_operation", "main_operation", "any_operation"))),
    )


_BASES = pick((10_000, 10_500, 9_200, 11_003, 8_887))


@st.composite
def _coefficients(draw: Draw, like: v.HospitalCoefficient | None = None) -> v.HospitalCoefficient:
    """``like`` : the values before, whose hospitals and bonuses have other numbers now."""
    bonus = pick((0, 100, 333, 777, -250, -500))
    if like is None:
        known = [code for code, _ in HOSPITALS]
        own = draw(st.lists(pick(known), max_size=2, unique=True))
        names = {
            code: draw(st.lists(pick(("cmi", "specialty", "sanction")), min_size=1, unique=True))
            for code in draw(st.lists(pick(known), max_size=2, unique=True))
        }
    else:
        own, names = list(like.hospitals), {code: list(bonuses) for code, bonuses in like.bonuses.items()}
    return v.HospitalCoefficient(
        draw(pick(("additive", "multiplicative"))),
        {tier: draw(_BASES) for tier in ("tertiary", "secondary", "primary", "unrated")},
        {code: draw(_BASES) for code in own},
        {code: {name: draw(bonus) for name in listed} for code, listed in names.items()},
        draw(pick((None, None, 0, 400))),
        draw(pick((None, 9_000, 9_500))),
        draw(pick((None, 9_500, 10_800))),
        draw(pick(("none", "apply"))),
    )


@st.composite
def _deviations(draw: Draw, catalogue: Catalogue) -> v.Deviation:
    low = v.LowRule(
        draw(pick((5_000, 5_000, 4_000, 3_333))),
        draw(st.booleans()),
        draw(pick(("none", "ratio", "ratio_k", "std_correction", "by_item"))),
    )
    high = v.HighRule(
        draw(_segments(catalogue)),
        draw(st.booleans()),
        draw(pick(("none", "excess_plus_one", "excess_plus_k", "linear_add", "deduct", "cap", "by_item"))),
        None,
        "no_extra",
    )
    most = max(segment.threshold_e4 for segment in high.segments)
    high = high._replace(cap_ratio_e4=draw(pick((None, most, most + 20_000))))
    return v.Deviation(
        draw(pick(("ref_cost", "ref_cost", "ref_cost_k"))),
        draw(pick(("table", "table", "rw_x_mean"))),
        draw(pick((low, low, low, None))),
        draw(pick((high, high, high, None))),
    )


@st.composite
def _segments(draw: Draw, catalogue: Catalogue) -> tuple[v.HighSegment, ...]:
    """Limits are weights of groups, so that a weight stands right at the limit."""
    weights = sorted({relative_weight_e4(group) for group in catalogue.groups} - {0})
    limits = sorted(draw(st.lists(pick(weights), max_size=2, unique=True))) if weights else []
    thresholds = pick((20_000, 20_000, 15_000, 30_000, 13_333))
    return tuple(v.HighSegment(limit, draw(thresholds)) for limit in [*limits, None])


@st.composite
def _pools(draw: Draw, catalogue: Catalogue) -> Mapping[str, v.Pool]:
    pools = {}
    for name, (insurance_types, patients) in draw(pick(POOLS)).items():
        pooled = draw(pick(("hifp_pay", "hifp_pay", "hifmi_pay")))
        more = draw(st.lists(pick(list(FUNDS)), max_size=3, unique=True))
        pools[name] = v.Pool(
            name=Text(name, name),
            insurance_types=insurance_types,
            patients=patients,  # type: ignore[arg-type]
            fund_scope=tuple(dict.fromkeys((pooled, *more))),
            pooled_fund=pooled,
            opening_point_value_e4=draw(pick((100_000, 81_234, 57_851))) * 1000 // catalogue.point_scale,
            month_fund_fen=10_000_000,
            pay_ratio_e4=draw(pick((10_000, 7_200, 6_543))),
        )
    return pools


# --- case rules ----------------------------------------------------------------------------------

#: Items and charge types of fee lines.
FEE_ITEMS = (("D1", "09"), ("D2", "09"), ("T1", "04"), ("T2", "11"), ("X", "01"))


@st.composite
def with_case_rules(draw: Draw, catalogue: Catalogue, plain: v.PolicyValues) -> v.PolicyValues:
    """Every further rule by turns: routes of all modes, coefficients, rates, quota, costs by fee lines."""
    codes = [group["dip_code"] for group in catalogue.groups]
    weighted = pick([group["dip_code"] for group in catalogue.groups if relative_weight_e4(group)])
    some = st.lists(pick(codes), min_size=1, max_size=3, unique=True)
    # A group without a type of treatment counts as conservative, and has no coefficient of its own.
    operated = [group["dip_code"] for group in catalogue.groups if group["treatment_type"] not in ("", "conservative")]
    rules = CaseRules(
        fee_facts={
            "drug": FeeFact(("D1",)),
            "device": FeeFact(("D2", "X")),
            "tcm": FeeFact((), ("11",)),
            "all": FeeFact(),
        },
        bed_day={
            "ward": BedDay(
                draw(pick(("outside_points", "as_points"))),
                (BedDayTier(3, 12_345), BedDayTier(8, 10_000), BedDayTier(None, 7_777)),
            )
        },
        own_weights={
            "day": {
                code: draw(pick((1_000_000, 3_333_333)))
                for code in draw(st.lists(weighted, min_size=1, max_size=3, unique=True))
            }
        },
        tcm=ChineseMedicine(("tcm",), ("all",), draw(pick((5_000, 6_000))), {draw(some)[0]: draw(some)[0]}),
        additions=draw(
            pick([{}, {"new": Addition("device", 6_000, None, True), "more": Addition("tcm", 3_333, 50_000, False)}])
        ),
        exclusions=() if plain.payment.method == "fund_pv" else draw(pick(((), ("drug",)))),
    )
    routes = [
        v.Route("bed_day", departments=("A01",), rate="ward"),
        v.Route("day_surgery", los_max=2, factor_e4=8_000),
        v.Route("day_surgery", los_max=7, weights="day", hospital_tiers=("tertiary", "primary")),
        v.Route("tcm", groups=tuple(draw(some))),
        v.Route("lower_of", hours_max=24),
        v.Route("lower_of", group_kinds=("core", "ungrouped"), discharge_ways=("5",)),
        v.Route("by_item", primary_care=True, los_min=9),
        v.Route("dip", group_kinds=("comprehensive",)),
        *ROUTES[:5],
    ]
    k = plain.k._replace(
        hospital_types={"type_a": HospitalType((HOSPITALS[2][0],), {tier: draw(_BASES) for tier in plain.k.base})},
        group_coefficients={code: {"tertiary": 10_777, "secondary": 10_000} for code in operated[:1]},
        windows=draw(
            pick(
                [
                    (),
                    (CoefficientWindow(HOSPITALS[0][0], date(2026, 3, 2), date(2026, 3, 15), -500, None, "no. 7"),),
                    (CoefficientWindow(HOSPITALS[1][0], date(2026, 3, 15), date(2026, 3, 16), None, 9_333, "no. 8"),),
                ]
            )
        ),
    )
    base = [code for code in draw(some) if code not in k.group_coefficients]
    deviation = plain.deviation._replace(reference=draw(pick(("table", "rw_x_mean", "rw_x_rate"))))
    if deviation.high and deviation.high.formula != "none" and draw(st.booleans()):
        cap = ShareCap(draw(pick((500, 3_333, 5_000))), draw(pick(("hospital", "pool"))))
        deviation = deviation._replace(high=deviation.high._replace(share_cap=cap))
    return plain._replace(
        routes=tuple(draw(st.lists(pick(routes), max_size=5, unique=True))),
        k=k._replace(base_groups=tuple(base)),
        deviation=deviation,
        case_rules=rules,
    )


def fee_lines(setl_ids: Sequence[str]) -> st.SearchStrategy[list[FeeLine]]:
    """Lines of known stays, refunds among them."""
    if not setl_ids:
        return st.just([])
    line = st.tuples(
        pick(sorted(set(setl_ids))),
        pick(FEE_ITEMS),
        pick((1, 33_333, 100_000, 250_050, 2_000_000, -50_000)),
    )
    return st.lists(line.map(lambda drawn: FeeLine(drawn[0], *drawn[1], drawn[2])), max_size=40)


# --- stays ---------------------------------------------------------------------------------------


@st.composite
def stays(draw: Draw, number: int, catalogue: Catalogue, values_on: Any) -> Row:
    """One row in order, whose header identities hold; its period, route and pool may be any."""
    discharge, admission, settlement = draw(_times())
    hospital, level = draw(pick(HOSPITALS))
    diagnoses, operations = draw(_clinical(catalogue))
    values = values_on(discharge.date() if YEAR[0] <= discharge.date() <= YEAR[1] else YEAR[0])
    cost = draw(_costs(catalogue, values, diagnoses[0], operations, hospital, level))
    row = dict.fromkeys(LAYOUT, "")
    row |= {
        "setl_id": f"S{number:03}",
        "fixmedins_code": hospital,
        "hosp_lv": level,
        "insutype": draw(pick(("310", "310", "310", "310", "390", "390", "391"))),
        "insu_admdvs": draw(pick((REGION, REGION, REGION, "990182", "990200", "110100"))),
        "mdtrt_admdvs": REGION,
        "med_type": draw(pick(("21", "21", "21", "24", ""))),
        "dscg_caty": draw(pick(("", "A01", "B02"))),
        "dscg_way": draw(pick(("1", "1", "1", "1", "5", ""))),
        **dict(zip(("age", "nwb_age", "nwb_bir_wt"), draw(pick(AGES)), strict=True)),
        "act_ipt_days": str(draw(pick((8, 8, 9, 2, 3, 7, 59, 60)))),
        "refd_setl_flag": draw(pick([""] * 14 + ["0"] * 5 + ["1"])),
        "diag_code": "|".join(diagnoses),
        "oprn_oprt_code": "|".join(operations),
        **_written_times(admission, discharge, settlement, with_time=draw(st.booleans())),
        **draw(_amounts(cost, values.quality_control.identity_tolerance_fen)),
    }
    return row


@st.composite
def _clinical(draw: Draw, catalogue: Catalogue) -> tuple[list[str], list[str]]:
    """Diagnoses and operations: mostly those that some core group asks for, perhaps with more."""
    core = [group for group in catalogue.groups if group["kind"] == "core"]
    group = draw(pick([None, *core, *core]))
    more = draw(st.lists(pick(PROCEDURES), max_size=3))
    if group is None:
        return draw(st.lists(pick(DIAGNOSES), min_size=1, max_size=2)), more
    fitting = [code for code in DIAGNOSES if code[:5].upper() == group["diagnosis_category"]]
    wanted = [draw(pick(term)) for term in terms(group)]
    done = [draw(pick([code for code in PROCEDURES if code.startswith(listed)])) for listed in wanted]
    operations = draw(pick([done, [*done, *more], [*more, *done]]))
    return [draw(pick(fitting)), *draw(st.lists(pick(DIAGNOSES), max_size=1))], operations


@st.composite
def _times(draw: Draw) -> tuple[datetime, datetime, datetime]:
    """Mostly in the month, at its edges too; also in other months and years."""
    day = draw(pick((15, 16, 1, 31, 15, 16, 2, 30, 14, 17, -20, -50, 32, -80)))
    moment = draw(pick((timedelta(), timedelta(hours=23, minutes=59, seconds=59), timedelta(hours=10))))
    discharge = datetime.fromisoformat(f"{MONTH}-01") + timedelta(days=day - 1) + moment
    admission = discharge - timedelta(days=draw(st.integers(0, 9)))
    settlement = discharge.replace(hour=0, minute=0, second=0)
    return discharge, admission, settlement + timedelta(days=draw(pick((0, 0, 1, 30))))


def _written_times(admission: datetime, discharge: datetime, settlement: datetime, *, with_time: bool) -> Row:
    form = "%Y-%m-%d %H:%M:%S" if with_time else "%Y-%m-%d"
    times = {"adm_time": admission, "dscg_time": discharge, "setl_time": settlement}
    return {field: time.strftime(form) for field, time in times.items()}


@st.composite
def _costs(
    draw: Draw,
    catalogue: Catalogue,
    values: v.PolicyValues,
    diagnosis: str,
    operations: Sequence[str],
    hospital: str,
    level: str,
) -> int:
    """In fen: at a threshold of the group that takes the stay, between two groups' means, or anything."""
    means = [mean_cost_fen(group) for group in catalogue.groups] or [region_mean_cost_fen(catalogue)]
    guess = draw(pick(means))
    near = draw(pick((0, 0, -1, 1)))
    match draw(pick(["threshold"] * 12 + ["tie"] * 4 + ["any"] * 3 + ["zero"])):
        case "threshold":
            thresholds = _thresholds(values.deviation)
            group = group_case(catalogue, diagnosis, operations, guess, values.grouping).group
            reference = Fraction(reference_cost_fen(catalogue, group, values.deviation.reference))
            if values.deviation.basis == "ref_cost_k" and group is not None:
                reference *= from_e4(hospital_coefficient_e4(values.k, hospital, tier_of(level)))
            return max(floor(reference * from_e4(draw(pick(thresholds)))) + near, 1)
        case "tie":
            return (guess + draw(pick(means))) // 2 + near
        case "any":
            return draw(st.integers(1, 9_000_000))
    return 0


def _thresholds(deviation: v.Deviation) -> list[int]:
    low, high = deviation.low, deviation.high
    found = [10_000, 5_000, 20_000]
    if low:
        found += [low.threshold_e4] * 4
    if high:
        found += [segment.threshold_e4 for segment in high.segments] * 2
        found += [high.cap_ratio_e4] * 3 if high.cap_ratio_e4 else []
    return found


#: Payers of a stay; a share of the cost each, the rest is paid in cash.
_PAYERS = ("hifp_pay", "acct_pay", "hifmi_pay", "maf_pay", "hifob_pay", "cvlserv_pay", "oth_pay", "hosp_part_amt")


@st.composite
def _amounts(draw: Draw, cost: int, tolerance: int) -> Row:
    """All amounts of a stay. Identities hold, some of them just within the tolerance."""
    weights = draw(pick(((90, 5, 0, 0, 0, 0, 0, 0), (0,) * 8, (60, 10, 9, 5, 3, 3, 2, 2), None)))
    if weights is None:
        weights = draw(st.tuples(st.integers(0, 70), *[st.integers(0, 8) for _ in _PAYERS[1:]]))
    payers = {field: cost * weight // 130 for field, weight in zip(_PAYERS, weights, strict=True)}
    amounts = {"medfee_sumamt": cost, **payers, "psn_cash_pay": cost - sum(payers.values())}
    amounts["fund_pay_sumamt"] = sum(amounts.get(field, 0) for field in FUNDS)
    parts = [cost * share // 100 for share in draw(pick(((0, 0, 0), (10, 5, 20), (33, 0, 1))))]
    amounts |= dict(zip(COVERAGE, [*parts, cost - sum(parts)], strict=True))
    slack = draw(pick((0, 0, tolerance, -tolerance)))
    field = draw(pick(("inscp_scp_amt", "psn_cash_pay", "hifp_pay")))
    amounts[field] = max(amounts[field] + slack, 0)
    return {field: _written_amount(amount, field, cost) for field, amount in amounts.items()}


def _written_amount(amount: int, field: str, cost: int) -> str:
    if amount == 0 and field not in REQUIRED:
        return "" if cost % 2 else "0"
    return str(amount // 100) if amount % 100 == 0 and cost % 2 else yuan_text(amount)


# --- defects -------------------------------------------------------------------------------------

DEFECTS = (
    *("missing", "impossible_date", "wrong_type", "too_many_decimals", "out_of_range", "negative"),
    *("diagnosis", "procedure", "code", "too_long", "early_discharge", "early_settlement"),
    *("cost_identity", "fund_identity", "payer_identity"),
)
#: Fields that stand in one identity only.
_IDENTITY_FIELDS = {
    "cost_identity": ("inscp_scp_amt", "preselfpay_amt"),
    "fund_identity": ("hifp_pay", "maf_pay"),
    "payer_identity": ("psn_cash_pay", "oth_pay"),
}


@st.composite
def spoiled(draw: Draw, row: Row, defect: str, tolerance: int) -> Row:
    """The row with one planted defect."""
    amount = draw(pick(("medfee_sumamt", "hifp_pay", "psn_cash_pay", "maf_pay", "act_pay_dedc")))
    one = _ONE_CELL.get(defect)
    if one:
        field, cell = draw(pick(one(row, amount)))
        return {**row, field: cell}
    if defect == "missing":
        return {**row, draw(pick(REQUIRED)): draw(pick(("", " ")))}
    field = draw(pick(_IDENTITY_FIELDS[defect]))
    held = round(Fraction(row[field] or "0") * 100)
    gap = tolerance + draw(pick((1, 100)))
    # Whatever slack the row had, the identity is broken by more than the tolerance: twice it is past the other side.
    return {**row, field: yuan_text(held + gap + tolerance)}


def _shifted(row: Row, field: str, days: int) -> list[tuple[str, str]]:
    form = "%Y-%m-%d %H:%M:%S" if " " in row[field] else "%Y-%m-%d"
    return [(field, (datetime.strptime(row[field], form) + timedelta(days=days)).strftime(form))]


_ONE_CELL: dict[str, Any] = {
    "impossible_date": lambda row, amount: [("dscg_time", "2026-02-30"), ("adm_time", "2026-13-01 00:00:00")],
    "wrong_type": lambda row, amount: [(amount, "abc"), ("act_ipt_days", "x"), ("insutype", "3a0")],
    "too_many_decimals": lambda row, amount: [(amount, "12.345")],
    "out_of_range": lambda row, amount: [(amount, "100000000.01"), (amount, "12345678901234567890")],
    "negative": lambda row, amount: [(amount, "-0.01"), ("psn_cash_pay", "-500")],
    "diagnosis": lambda row, amount: [("diag_code", "Z99.999"), ("diag_code", f"{row['diag_code']}|Q00.000")],
    "procedure": lambda row, amount: [("oprn_oprt_code", "99.9999"), ("oprn_oprt_code", "47.0100|47.09")],
    "code": lambda row, amount: [("dscg_way", "7"), ("hosp_lv", "15"), ("gend", "3"), ("refd_setl_flag", "2")],
    "too_long": lambda row, amount: [("setl_id", "S" * 31), ("psn_no", "1" * 31), ("insutype", "1234567")],
    "early_discharge": lambda row, amount: _shifted({**row, "adm_time": row["dscg_time"]}, "adm_time", 1),
    "early_settlement": lambda row, amount: _shifted({**row, "setl_time": row["dscg_time"]}, "setl_time", -1),
}


@st.composite
def case_files(draw: Draw, catalogue: Catalogue, values_on: Any) -> list[Row]:
    """Up to thirty rows, few of them spoiled or repeated; optional columns may be absent."""
    tolerance = values_on(YEAR[0]).quality_control.identity_tolerance_fen
    rows: list[Row] = []
    for number in range(draw(st.integers(0, 28))):
        row = draw(stays(number, catalogue, values_on))
        defect = draw(pick((None,) * 4 * len(DEFECTS) + DEFECTS))
        rows.append(draw(spoiled(row, defect, tolerance)) if defect else row)
    for _ in range(draw(pick((0, 0, 1, 2))) if rows else 0):
        row = dict(draw(pick(rows)))
        if draw(st.booleans()):
            row["setl_id"] = f" {row['setl_id']} " if len(row["setl_id"]) < 9 else row["setl_id"]
            row["psn_no"] = "another"
        rows.insert(draw(st.integers(0, len(rows))), row)
    optional = [field for field in LAYOUT if field not in REQUIRED]
    empty = {field for field in optional if not any(row[field].strip() for row in rows)}
    if rows and draw(st.booleans()):
        rows = [{field: cell for field, cell in row.items() if field not in empty} for row in rows]
    return rows


# --- whole cities --------------------------------------------------------------------------------


@st.composite
def cities(draw: Draw) -> City:
    """A small city, ready to be settled by the engine and by the reference."""
    catalogue = draw(catalogues())
    city = City(MONTH, REGION, draw(policies(catalogue)), catalogue, [], [], [])
    pools = list(city.policy[0][1].pools)
    city = city._replace(
        cases=(rows := draw(case_files(catalogue, city.values_on))),
        fees=draw(fee_lines([row["setl_id"].strip() for row in rows])) if city.policy[0][1].case_rules else [],
        deductions=draw(_deductions(pools)),
        prior=draw(_prior(pools)),
    )
    target = Fraction(draw(pick((100_000, 83_333, 120_001))), 10_000) * 1000 / catalogue.point_scale
    return draw(with_limits(_with_month_funds(city, target), target))


@st.composite
def with_limits(draw: Draw, city: City, target: Fraction) -> City:
    """A floating point value held to a floor or a cap: at its target, a little above or below, or far from it."""
    side = draw(pick((None, None, "point_value_floor_e4", "point_value_cap_e4")))
    if side is None or city.policy[0][1].month.point_value == "fixed_opening":
        return city
    limit = max(round(target * 10_000) + draw(pick((-5_000, -1, 0, 1))), 1)
    return _replaced(city, lambda values: _limited(values, **{side: limit}))


@st.composite
def year_to_date(draw: Draw, city: City) -> City:
    """The city with a year to date, or, where some pool cannot float, with opening point values."""
    target = Fraction(draw(pick((100_000, 83_333, 120_001))), 10_000) * 1000 / city.catalogue.point_scale
    cumulative = _replaced(city, lambda values: values._replace(month=values.month._replace(point_value="cumulative")))
    return draw(with_limits(_with_month_funds(cumulative, target), target))


def _limited(values: v.PolicyValues, **limits: int | None) -> v.PolicyValues:
    return values._replace(pools={name: pool._replace(**limits) for name, pool in values.pools.items()})


def without_limits(city: City) -> City:
    """The city with point values that float freely."""
    return _replaced(city, lambda values: _limited(values, point_value_floor_e4=None, point_value_cap_e4=None))


def _deductions(pools: Sequence[str]) -> st.SearchStrategy[list[Deduction]]:
    return st.lists(
        st.builds(
            Deduction,
            pick([f"D{letter}{number}" for letter in "aBz" for number in range(5)]),
            pick([code for code, _ in HOSPITALS[:3]]),
            pick(list(pools)),
            pick(list(DEDUCTIONS)),
            pick(("2026-01-05", "2026-03-01", "2026-02-28")),
            pick((1, 50_000, 1_000_000, 300_000_000)),
        ),
        max_size=6,
        unique_by=lambda item: item.id,
    )


def _prior(pools: Sequence[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Statement rows of January and February, as far as cumulative clearing reads them."""
    row = st.fixed_dictionaries(
        {
            "month": pick(("2026-01", "2026-02")),
            "hospital_code": pick([code for code, _ in HOSPITALS[:3]]),
            "pool": pick(list(pools)),
            "paid_fen": pick((0, 12_345, 5_000_000)),
            **{column: pick((0, 0, 777)) for column in DEDUCTIONS.values()},
        }
    )
    return st.lists(row, max_size=4, unique_by=lambda row: (row["month"], row["hospital_code"], row["pool"]))


def _with_month_funds(city: City, target: Fraction) -> City:
    """Month funds that bring floating point values near a target: overflow bounds leave room for sound ones only.

    Where some pool cannot float (nothing recorded, or next to no points), point values are those of the opening.
    """
    city = without_limits(city)
    mode = city.policy[0][1].month.point_value
    if mode == "fixed_opening":
        return city
    opening = _replaced(city, lambda values: values._replace(month=values.month._replace(point_value="fixed_opening")))
    cumulative = mode == "cumulative"
    # Points do not depend on the point value: any that is not zero tells them, over the same period.
    rough = city.settle()
    funds = {}
    for name, pool in city.policy[0][1].pools.items():
        rows = [row for row in rough.cases if row["pool"] == name and row["route"] != "route_out_of_scope"]
        by_item = sum(row["gross_fen"] for row in rows if row["route"] == "route_by_item")
        by_item += sum(row["outside_points_fen"] for row in rows)
        points = Fraction(sum(row["points_e4"] for row in rows), 10_000)
        ratio_e4 = pool.pay_ratio_e4 or 0
        if city.policy[0][1].payment.fund_ratio_source == "actual":
            recorded = sum(row["recorded_fen"] for row in rows)
            ratio_e4 = e4(Fraction(recorded, _cost_of(city, rows))) if rows else 1
        if ratio_e4 == 0:
            return opening
        funds[name] = max(ceil((target * 100 * points + by_item) * from_e4(ratio_e4) / (3 if cumulative else 1)), 1)
    floating = _replaced(
        city,
        lambda values: values._replace(
            pools={name: pool._replace(month_fund_fen=funds[name]) for name, pool in values.pools.items()}
        ),
    )
    sound = all(row["point_value_e4"] <= target * 12_000 for row in floating.settle().statement)
    return floating if sound else opening


def _replaced(city: City, change: Callable[[v.PolicyValues], v.PolicyValues]) -> City:
    return city._replace(policy=tuple((first, change(values)) for first, values in city.policy))


def _cost_of(city: City, rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(round(Fraction(city.cases[row["row"] - 1]["medfee_sumamt"]) * 100) for row in rows)
