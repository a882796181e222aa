"""The section ``drg``, and what of a policy belongs to one scheme."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from drgdip.base.errors import PolicyError
from drgdip.base.validity import Period
from drgdip.grouping.drg import READS
from drgdip.pipeline.policy_groups import check_groups
from drgdip.policy import load_policy
from drgdip.policy.blend import blended, changed_sections, side
from drgdip.policy.bounds import Bound, prove_tables
from drgdip.policy.sections.case_rules_values import NO_RULES
from drgdip.policy.sections.drg_values import Drg
from drgdip.policy.skeleton import skeleton
from drgdip.policy.values import PolicyValues
from drgdip.pricing.columns import DEPARTMENT
from drgdip.tables import GroupValues, load_tables
from drgdip.valuation import group_values, valuation_parameters, value_cases
from drgdip.valuation.parameters import reference_costs_fen
from tests.chs_drg.sample import edition
from tests.policy.samples import TINY, only_problem, parse, problems_of

SHIPPED = load_policy("demo_drg_city").source_path.read_text(encoding="utf-8")
DAY = date(2026, 1, 15)
VALUES = load_policy("demo_drg_city").on(DAY)


def changed(*exchanges: tuple[str, str]) -> str:
    text = SHIPPED
    for old, new in exchanges:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


RATE = "method: {value: rate,"
FIXED = "point_value: {value: fixed_opening,"
SCALE = "point_scale: {value: 1,"
FIXED_YEAR = 'point_value: {value: fixed, cite: "Demo City (a floating'
FLOATING_YEAR = 'point_value: {value: floating, cite: "Demo City (a floating'


def test_the_values_of_the_section() -> None:
    assert VALUES.drg == Drg(
        method="rate",
        point_scale=1,
        region_mean_cost_fen=957_525,
        ungrouped="factor",
        ambiguous="by_item",
        ungrouped_factor_e4=7_000,
        without_weight="by_item",
    )
    assert VALUES.grouping.ungrouped_factor_e4 == 7_000
    assert load_policy("demo_city").on(DAY).drg is None


def test_each_scheme_has_its_sections() -> None:
    """A DIP policy has no section drg, one of CHS-DRG no section grouping; neither can do without its own."""
    grouping = TINY[TINY.index("grouping:") : TINY.index("\nk:") + 1]
    section = SHIPPED[SHIPPED.index("drg:\n") : SHIPPED.index("\nk:") + 1]

    assert ("grouping", "unknown") in told(SHIPPED.replace("\nk:\n", f"\n{grouping}\nk:\n", 1))
    assert ("drg", "unknown") in told(TINY + section)
    assert ("", "drg") in told(SHIPPED.replace(section, ""))


def told(text: str) -> list[tuple[str, str]]:
    """Key, and whether it is unknown, or the key that is missing."""
    found = []
    for problem in problems_of(text):
        words = problem.words.en
        found.append((problem.path, "unknown") if "unknown" in words else ("", "drg" if "drg" in words else words))
    return found


@pytest.mark.parametrize(
    ("exchanges", "key", "words"),
    [
        ([(FIXED, "point_value: {value: floating,")], "month.point_value", "rate in advance"),
        ([(SCALE, "point_scale: {value: 100,")], "drg.point_scale", "pays by weight: write 1"),
        ([(SCALE, "point_scale: {value: 10,")], "drg.point_scale", "1, 100 or 1000"),
        ([(SCALE, "point_scale: {value: true,")], "drg.point_scale", "1, 100 or 1000"),
        ([(RATE, "method: {value: points,"), (FLOATING_YEAR, FIXED_YEAR), ("scale: share_only", "scale: share_then_base")],
         "drg.method", "needs a point value that floats"),
        ([('value: "0.7"', "value: none")], "drg.ungrouped_factor", "factor needs it"),
        ([("value: rw_x_rate", "value: table")], "deviation.reference", "no mean costs"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(exchanges: list[tuple[str, str]], key: str, words: str) -> None:
    problem = only_problem(changed(*exchanges))

    assert problem.path.startswith(key)
    assert words in problem.words.en


@pytest.mark.parametrize(
    "exchanges",
    [
        [(RATE, "method: {value: points,"), (SCALE, "point_scale: {value: 100,")],
        [(RATE, "method: {value: points,"), (FIXED, "point_value: {value: floating,"), (FLOATING_YEAR, FIXED_YEAR),
         ("scale: share_only", "scale: share_then_base")],
        [('value: "0.7"', "value: none"), ("ungrouped: {value: factor", "ungrouped: {value: by_item")],
        [("value: rw_x_rate", "value: rw_x_mean")],
    ],
)  # fmt: skip
def test_what_fits_is_accepted(exchanges: list[tuple[str, str]]) -> None:
    parse(changed(*exchanges))


def weighed(*weights_e4: int) -> GroupValues:
    none = np.zeros(len(weights_e4), dtype=np.int64)
    return GroupValues(np.array(weights_e4), none, none.astype(np.int8), 1, 0)


def test_a_base_group_that_the_edition_lacks_is_named() -> None:
    with pytest.raises(PolicyError, match=r"XX99.*k\.base_groups"):
        check_groups(parse(changed(("[DT19, ES35,", "[DT19, XX99,"))), load_tables("chs-drg", "2.0"))
    check_groups(parse(SHIPPED), load_tables("chs-drg", "2.0"))


def test_scale_mean_cost_and_base_groups_are_the_policys() -> None:
    assert VALUES.drg is not None
    tables = edition()
    known = group_values(tables, VALUES._replace(drg=VALUES.drg._replace(point_scale=100)))
    base = VALUES._replace(k=VALUES.k._replace(base_groups=("BR19",)))
    flags = valuation_parameters(tables, base).without_coefficient

    assert (known.point_scale, known.region_mean_cost_fen) == (100, 957_525)
    assert [code for code, flag in zip(tables.group_codes, flags, strict=True) if flag] == ["BR19"]
    assert VALUES.k.base_groups == ("DT19", "ES35", "FV35", "IU29", "LU15")


def references(values: PolicyValues, pool: int) -> list[int]:
    """What stays of groups of weight 1, 0.5213 and none are compared with."""
    known = weighed(10_000, 5_213, 0)._replace(region_mean_cost_fen=957_525)
    parameters = valuation_parameters(edition(), values._replace(k=values.k._replace(base_groups=())), ["H1"])._replace(
        relative_weight_e4=known.relative_weight_e4, reference_cost_fen=reference_costs_fen(known, values)
    )
    columns = {
        "group_id": np.arange(3, dtype=np.int32),
        "hospital_id": np.zeros(3, dtype=np.int32),
        "hospital_tier": np.zeros(3, dtype=np.int8),
        "pool_index": np.full(3, pool, dtype=np.int16),
    }
    return value_cases(columns, parameters)["reference_cost_fen"].tolist()


def test_the_standard_is_weight_times_the_rate_of_the_pool() -> None:
    """0.5213 × 9,688.00 = 5,050.3544 and × 9,446.50 = 4,924.46045: half-up at the fen; no weight, no standard."""
    assert references(VALUES, 0) == [968_800, 505_035, 0]
    assert references(VALUES, 1) == [944_650, 492_446, 0]
    by_mean = VALUES._replace(deviation=VALUES.deviation._replace(reference="rw_x_mean"))
    assert references(by_mean, 1) == [957_525, 499_158, 0]


@pytest.mark.parametrize("condition", ["group_kinds: [core]", "primary_care: true", "tcm: false"])
def test_routes_ask_for_nothing_that_the_edition_does_not_say(condition: str) -> None:
    """Kinds, primary care and Chinese medicine are marks of a DIP catalogue; stays without a group both schemes have."""
    start = SHIPPED.index("routes:")
    routes = SHIPPED[start : SHIPPED.index("\npools:")]
    own = 'routes: {{value: [{{mode: by_item, {}}}], cite: "Demo City"}}\n'

    assert "list the groups" in only_problem(changed((routes, own.format(condition)))).words.en
    parse(changed((routes, own.format("group_kinds: [ungrouped]"))))
    parse(changed((routes, own.format("groups: [DT19]"))))


def test_stays_without_group_weigh_nothing_where_they_are_paid_by_item() -> None:
    assert VALUES.drg is not None
    rules = VALUES.drg._replace(ambiguous="factor", ungrouped="by_item")

    found = valuation_parameters(edition(), VALUES._replace(drg=rules, k=VALUES.k._replace(base_groups=())))
    assert (found.ungrouped_weight_e4, found.ambiguous_weight_e4) == (0, 10_000)
    assert found.ungrouped_reference_fen == 957_525


def bound(bounds: list[Bound], name: str) -> int:
    return next(entry.bound for entry in bounds if entry.name == name)


def test_bounds_take_every_rate_and_leave_groups_without_weight_out() -> None:
    """The largest standard is 2 × 9,688.00, the largest K 1.06 + 0.03."""
    basis = VALUES._replace(deviation=VALUES.deviation._replace(basis="ref_cost"))
    bounds = prove_tables(basis, [20_000, 0], [0, 0], 1, 957_525)

    assert bound(bounds, "reference cost × coefficient (e8)") == 1_937_600 * 10**8
    assert bound(bounds, "standard points (e4)") == 21_800


def test_own_weights_are_bound_by_what_the_policy_compares_them_with() -> None:
    """Half of weight 1 by the mean cost of weight 1, 9,575.25, though the edition has no costs; at most 2 × it."""
    rules = NO_RULES._replace(own_weights={"day": {"DT19": 5_000}})
    values = VALUES._replace(
        case_rules=rules, deviation=VALUES.deviation._replace(basis="ref_cost", reference="rw_x_mean")
    )

    bounds = prove_tables(values, [20_000, 0], [0, 0], 1, 957_525)
    assert bound(bounds, "reference cost × coefficient (e8)") == 1_915_050 * 10**8


def test_a_change_of_scheme_is_one_step() -> None:
    """Edition, grouping and the section of the other scheme are exchanged together; what does not fit waits."""
    month = Period(date(2026, 1, 1), date(2026, 1, 31))
    dip, drg = side(load_policy("demo_city"), month), side(load_policy("demo_drg_city"), month)
    there, back = changed_sections(dip, drg, month), changed_sections(drg, dip, month)

    assert there[:3] == back[:3] == ["tables", "grouping", "drg"]
    assert not {"tables", "grouping", "drg"} & {*there[3:], *back[3:]}
    assert blended(dip, drg, {"tables"}, month) is None
    assert blended(dip, drg, {"tables", "grouping", "drg"}, month) is None  # demo_city compares with table costs
    between = blended(dip, drg, {"tables", "grouping", "drg", "deviation"}, month)
    assert between is not None
    assert (between.tables_scheme, between.on(DAY).drg) == ("chs-drg", VALUES.drg)
    again = blended(drg, dip, set(back), month)
    assert again is not None
    assert (again.tables_scheme, again.on(DAY).drg) == ("dip", None)


def test_a_new_file_takes_the_form_of_the_scheme() -> None:
    text = skeleton(load_policy("demo_drg_city"), "ours", 2027)

    assert "\ndrg:\n" in text
    assert "\ngrouping:" not in text
    assert "codes, case_rules" in text
    assert "codes, auxiliary, case_rules" in skeleton(load_policy("demo_city"), "ours", 2027)
    assert parse(text).tables_scheme == "chs-drg"


def test_the_department_of_a_route_is_not_that_of_the_editions_rules() -> None:
    assert DEPARTMENT.name not in {column.name for column in READS}
