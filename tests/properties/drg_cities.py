"""Small random cities that pay by CHS-DRG: the draws of :mod:`tests.properties.cities` over a tiny invented edition."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor

from hypothesis import assume
from hypothesis import strategies as st

from drgdip.policy import values as v
from drgdip.policy.sections.drg_values import Drg
from drgdip.tables.chs_drg.content import read_content
from drgdip.tables.chs_drg.drg_tables import DrgTables, compile_drg
from drgdip.tables.chs_drg.sheets import sheet_names
from drgdip.tables.code_system import CodeSystem
from tests.chs_drg.sample import edition, rows_of
from tests.properties import cities as dip
from tests.properties.cities import DIAGNOSES, MONTH, PROCEDURES, REGION, City, Draw, Row
from tests.properties.picking import pick
from tests.reference.catalogue import Catalogue
from tests.reference.drg import money
from tests.reference.eligibility import tier_of
from tests.reference.numbers import e4, from_e4
from tests.reference.valuation import hospital_coefficient_e4

SHEETS: dict[str, list[list[str]]] = {
    "mdc": [
        ["MDCP", "新生儿", "(NL = 0) and (XSRTL <= 28)", "1"],
        ["MDCG", "消化", "ZYZD in DI_G", "2"],
        ["MDCE", "呼吸", "ZYZD in DI_E", "3"],
        ["MDCJ", "皮肤", "ZYZD in DI_J", "4"],
    ],
    "adrg": [
        ["PS1", "新生儿", "ZYZD in {DI_G, DI_E}", "MDCP", "1"],
        ["GB1", "阑尾", "ZYSS in OP_GB", "MDCG", "1"],
        ["GC1", "联合", "length(OP_GC ∩ {ZYSS, QTSS}) >= 2", "MDCG", "2"],
        ["GQY", "", "ZYSS in OP_ALL", "MDCG", "3"],
        ["GZ1", "腹痛", "ZYZD in DI_GZ", "MDCG", "4"],
        ["ER1", "肺炎", "length(OP_ALL ∩ {ZYSS, QTSS}) = 0", "MDCE", "1"],
        ["EQY", "", "ZYSS in OP_ALL", "MDCE", "2"],
        ["JR1", "丹毒", "NL >= 18", "MDCJ", "1"],
    ],
    "drg": [
        ["PS19", "新生儿", "1", "PS1", "MDCP", "1"],
        ["GB11", "阑尾,严重", "QTZD in MCC", "GB1", "MDCG", "1"],
        ["GB15", "阑尾", "1", "GB1", "MDCG", "2"],
        ["GC19", "联合", "1", "GC1", "MDCG", "1"],
        ["GZ19", "腹痛", "1", "GZ1", "MDCG", "1"],
        ["ER13", "肺炎,并发症", "QTZD in CC", "ER1", "MDCE", "1"],
        ["ER15", "肺炎", "1", "ER1", "MDCE", "2"],
        ["JR19", "丹毒", "1", "JR1", "MDCJ", "1"],
    ],
    "sets": [
        *[["DI_G", code, ""] for code in DIAGNOSES[:3]],
        ["DI_GZ", DIAGNOSES[0], ""], ["DI_GZ", DIAGNOSES[2], ""], ["DI_E", "J18.900", ""], ["DI_J", "A46.x00", ""],
        *[["OP_GB", code, ""] for code in PROCEDURES[:2]],
        *[["OP_GC", code, ""] for code in PROCEDURES[2:5]],
        *[["OP_ALL", code, ""] for code in PROCEDURES],
    ],
    "cc": [["I10.x00", "", "EX_1", "MCC"], ["A46.x00", "", "EX_1", "CC"]],
    "exclusions": [["EX_1", "K35.800", ""]],
}  # fmt: skip
GROUPS = [row[0] for row in SHEETS["drg"]]
#: What a DIP catalogue says of a group and an edition of CHS-DRG does not.
_NO_DIP = {"kind": "", "primary_care": "", "treatment_type": ""}
_WEIGHTS = ("0.5213", "1", "1.0001", "0.8", "3.2", "12.3457", "")


def as_tables(city: City) -> DrgTables:
    """The edition compiled for the engine, with the city's weights."""
    assert city.catalogue.drg is not None
    systems = CodeSystem.of(DIAGNOSES), CodeSystem.of(PROCEDURES)
    bare = edition(SHEETS, DIAGNOSES, PROCEDURES)
    return compile_drg(city.catalogue.drg, *systems, bare.manifest, "0" * 64)


@st.composite
def _catalogues(draw: Draw, scale: int) -> Catalogue:
    weights = {code: draw(pick(_WEIGHTS)) for code in GROUPS}
    weights["GB15"] = weights["GB15"] or "1"
    content = read_content(rows_of(SHEETS), sheet_names(), [], weights, {})
    groups = [
        {"dip_code": code, "weight": weight, "points": str(Fraction(weight or 0) * scale), "cases": "1", **_NO_DIP}
        for code, weight in weights.items()
    ]
    mean = draw(pick(("10000", "9575.25")))
    return Catalogue(groups, scale, mean, {}, frozenset(DIAGNOSES), frozenset(PROCEDURES), drg=content)


def _policies(draw: Draw, catalogue: Catalogue) -> tuple[tuple[object, v.PolicyValues], ...]:
    weighed = catalogue._replace(groups=[group for group in catalogue.groups if group["weight"]])
    stretches = draw(dip.policies(weighed))
    floats = stretches[0][1].month.point_value != "fixed_opening"
    assume(floats or catalogue.point_scale == 1)
    ungrouped, ambiguous = (draw(pick(("factor", "by_item"))) for _ in range(2))
    factor = draw(pick((7_000, 10_000, 3_333))) if "factor" in (ungrouped, ambiguous) else 0
    rules = Drg(
        method="points" if floats else "rate",
        point_scale=catalogue.point_scale,
        region_mean_cost_fen=round(Fraction(catalogue.region_mean_cost_yuan) * 100),
        ungrouped=ungrouped,  # type: ignore[arg-type]
        ambiguous=ambiguous,  # type: ignore[arg-type]
        ungrouped_factor_e4=factor,
        without_weight="by_item",
    )
    base = draw(st.lists(pick(GROUPS), max_size=2, unique=True))
    by_edition = v.Grouping(True, ("id",), (), False, "surgery", factor)
    references = pick(("rw_x_mean", "rw_x_rate", "rw_x_rate"))
    return tuple(
        (
            first,
            values._replace(
                drg=rules,
                k=values.k._replace(base_groups=tuple(c for c in base if c not in values.k.group_coefficients)),
                routes=tuple(
                    route
                    for route in values.routes
                    if set(route.group_kinds) <= {"ungrouped"} and route.primary_care is None
                ),
                grouping=by_edition,
                deviation=values.deviation._replace(reference=draw(references), reference_point_value="opening"),
            ),
        )
        for first, values in stretches
    )


@st.composite
def _stays(draw: Draw, number: int, catalogue: Catalogue, city: City) -> Row:
    plain = Catalogue(
        [], 1000, catalogue.region_mean_cost_yuan, {}, catalogue.diagnosis_codes, catalogue.procedure_codes
    )
    row = draw(dip.stays(number, plain, lambda day: _with_table(city.values_on(day))))
    more = draw(st.lists(pick(DIAGNOSES), max_size=2))
    row |= {
        "diag_code": "|".join([draw(pick(DIAGNOSES)), *more]),
        "oprn_oprt_code": "|".join(draw(st.lists(pick(PROCEDURES), max_size=3))),
    }
    return {**row, **draw(_costs(row, catalogue, city))}


def _with_table(values: v.PolicyValues) -> v.PolicyValues:
    return values._replace(deviation=values.deviation._replace(reference="rw_x_mean"))


@st.composite
def _costs(draw: Draw, row: Row, catalogue: Catalogue, city: City) -> Mapping[str, str]:
    """Amounts of a stay whose cost stands at a threshold of its group, one fen beside it, or anywhere."""
    values = city.policy[-1][1]
    tolerance = values.quality_control.identity_tolerance_fen
    rules, pool = values.drg, draw(pick(list(values.pools)))
    assert rules is not None
    group = draw(pick([group for group in catalogue.groups if group["weight"]]))
    weight = e4(Fraction(group["weight"])) * rules.point_scale
    reference = Fraction(money.reference_cost_fen(money.Found(group, "", {}), weight, pool, values))
    if values.deviation.basis == "ref_cost_k":
        reference *= from_e4(hospital_coefficient_e4(values.k, row["fixmedins_code"], tier_of(row["hosp_lv"])))
    near = draw(pick((0, 0, -1, 1)))
    at = floor(reference * from_e4(draw(pick(dip._thresholds(values.deviation))))) + near
    cost = draw(pick((at, at, at, draw(st.integers(1, 9_000_000)))))
    return draw(dip._amounts(max(cost, 1), tolerance))


@st.composite
def drg_cities(draw: Draw) -> City:
    """A small city, ready to be settled by the engine and by the reference."""
    catalogue = draw(_catalogues(draw(pick((1, 1, 100, 1000)))))
    city = City(MONTH, REGION, _policies(draw, catalogue), catalogue, [], [], [])  # type: ignore[arg-type]
    pools = list(city.policy[0][1].pools)
    tolerance = city.policy[0][1].quality_control.identity_tolerance_fen
    rows = []
    for number in range(draw(st.integers(0, 24))):
        row = draw(_stays(number, catalogue, city))
        defect = draw(pick((None,) * 8 * len(dip.DEFECTS) + dip.DEFECTS))
        rows.append(draw(dip.spoiled(row, defect, tolerance)) if defect else row)
    fees = draw(dip.fee_lines([row["setl_id"].strip() for row in rows])) if city.policy[0][1].case_rules else []
    city = city._replace(cases=rows, fees=fees, deductions=draw(dip._deductions(pools)), prior=draw(dip._prior(pools)))
    target = Fraction(draw(pick((100_000, 83_333, 120_001))), 10_000) * 1000 / catalogue.point_scale
    city = draw(dip.with_limits(dip._with_month_funds(city, target), target))
    assume(fits(city))
    return city


def fits(city: City) -> bool:
    """Whether the point value floats where the method is that of points, and only there (3.4)."""
    rules, month = city.policy[0][1].drg, city.policy[0][1].month
    return rules is None or (rules.method == "points") == (month.point_value != "fixed_opening")
