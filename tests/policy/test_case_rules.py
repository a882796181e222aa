"""What a policy's case rules and further coefficients may say, and what is refused with place and reason."""

from __future__ import annotations

import pytest

from drgdip.base.errors import PolicyError
from drgdip.pipeline.policy_groups import check_groups
from drgdip.policy.sections.case_rules_values import BedDayTier
from drgdip.policy.values import Route
from drgdip.tables import load_tables
from tests.policy.samples import TINY, edited, only_problem, parse

ROUTES = '  value: [{mode: by_item, patients: cross_province}]\n  cite: "Example"\n'
RULES = """case_rules:
  fee_facts:
    drugs: {value: {items: ["D1"]}, cite: "Example"}
    herbs: {value: {charge_types: ["11"]}, cite: "Example"}
    all: {value: {}, cite: "Example"}
  bed_day:
    ward:
      paid: {value: outside_points, cite: "Example"}
      tiers: {value: [{upto: 60, rate_yuan: "400"}, {upto: none, rate_yuan: "300"}], cite: "Example"}
  tcm_gate:
    numerator: {value: [herbs], cite: "Example"}
    denominator: {value: [all], cite: "Example"}
    threshold: {value: "0.60", cite: "Example"}
    fallback: {value: {A: B}, cite: "Example"}
  additions:
    new:
      fact: {value: herbs, cite: "Example"}
      ratio: {value: "0.6", cite: "Example"}
      cap_yuan: {value: "30000", cite: "Example"}
      leaves_cost: {value: false, cite: "Example"}
  exclusions: {value: [drugs], cite: "Example"}
"""


def with_routes(routes: str) -> str:
    start = TINY.index("routes:")
    end = TINY.index("\n\n", start)
    return TINY[:start] + f'routes: {{value: {routes}, cite: "Example"}}' + TINY[end:] + "\n" + RULES


def test_a_file_without_the_section_has_none_of_it() -> None:
    values = parse(TINY).distinct_values()[0]

    assert values.case_rules is None
    assert values.k.windows == ()
    assert values.deviation.reference_point_value == "opening"


def test_all_parts_are_read() -> None:
    values = parse(
        with_routes('[{mode: bed_day, rate: ward, departments: ["A01"]}, {mode: lower_of, hours_max: 24}]')
    ).distinct_values()[0]

    assert values.routes == (
        Route("bed_day", departments=("A01",), rate="ward"),
        Route("lower_of", hours_max=24),
    )
    assert values.case_rules is not None
    assert values.case_rules.bed_day["ward"].tiers == (BedDayTier(60, 40_000), BedDayTier(None, 30_000))
    assert values.case_rules.tcm is not None
    assert values.case_rules.tcm.threshold_e4 == 6_000
    assert values.case_rules.additions["new"].cap_fen == 3_000_000


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        ("[{mode: bed_day, rate: other, los_min: 1}]", "has no other"),
        ("[{mode: bed_day, los_min: 1}]", "needs a rate"),
        ("[{mode: by_item, rate: ward, los_min: 1}]", "belongs to bed_day only"),
        ('[{mode: lower_of, factor: "0.8", los_min: 1}]', "belongs to day_surgery only"),
        ("[{mode: day_surgery, weights: mine, los_max: 1}]", "has no mine"),
        ("[{mode: bed_day, rate: ward}]", "at least one condition"),
    ],
)
def test_routes_that_make_no_sense(routes: str, words: str) -> None:
    assert words in only_problem(with_routes(routes)).words.en


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("exclusions: {value: [drugs]", "exclusions: {value: [pills]", "has no pills"),
        ("exclusions: {value: [drugs]", "exclusions: {value: [herbs]", "paid outside the group already"),
        ("exclusions: {value: [drugs]", "exclusions: {value: [drugs, all]", "must not overlap"),
        ("leaves_cost: {value: false", "leaves_cost: {value: true", "must not overlap"),
        ("{upto: 60,", "{upto: none,", "and no other, has none"),
        ("{upto: 60,", "{upto: 0,", "must be above 0"),
    ],
)
def test_rules_that_make_no_sense(old: str, new: str, words: str) -> None:
    text = with_routes("[{mode: by_item, los_max: 2}]")
    assert old in text

    assert words in only_problem(text.replace(old, new, 1)).words.en


K = "  primary_care:"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ('group_coefficients: {value: {A: {tertiary: "1.0", primary: "1.1"}}, cite: "E"}', "levels are inverted"),
        ('group_coefficients: {value: {A: {}}, cite: "E"}', "at least one level"),
        (
            'windows: {value: [{hospital: H1, from: 2026-01-01, to: 2026-02-01, decision: "1"}], cite: "E"}',
            "either delta or factor",
        ),
        (
            'windows: {value: [{hospital: H1, from: 2026-02-02, to: 2026-02-01, decision: "1", delta: "-0.05"}],'
            ' cite: "E"}',
            "ends before it begins",
        ),
        (
            'windows: {value: [{hospital: H1, from: 2026-01-01, to: 2026-02-01, decision: "1", delta: "-0.05"},'
            ' {hospital: H1, from: 2026-02-01, to: 2026-03-01, decision: "2", factor: "0.9"}], cite: "E"}',
            "overlap",
        ),
        (
            'windows: {value: [{hospital: H1, from: 2026-01-01, to: 2026-02-01, decision: "1", delta: "-2"}], cite: "E"}',
            "not above 0",
        ),
    ],
)
def test_coefficients_that_make_no_sense(key: str, words: str) -> None:
    assert words in only_problem(edited((K, f"  {key}\n{K}"))).words.en


def test_a_group_that_the_edition_lacks_is_refused() -> None:
    policy = parse(edited((K, f'  base_groups: {{value: [NONE], cite: "E"}}\n{K}')))

    with pytest.raises(PolicyError, match="has no group NONE"):
        check_groups(policy, load_tables("dip", policy.tables_edition))


def test_a_conservative_group_has_no_coefficient_of_its_own() -> None:
    tables = load_tables("dip", parse(TINY).tables_edition)
    conservative = next(row.dip_code for row in tables.rows if row.treatment_type == "conservative")
    own = f'group_coefficients: {{value: {{{conservative}: {{tertiary: "1.1"}}}}, cite: "E"}}'

    with pytest.raises(PolicyError, match="conservative"):
        check_groups(parse(edited((K, f"  {own}\n{K}"))), tables)


def test_limits_of_segments_may_be_included() -> None:
    """Base points up to 100, up to 300, above (3.4): a weight right at the limit belongs to the lower segment."""
    start = TINY.index("  high:")
    end = TINY.index("\n\nroutes:", start)
    high = (
        '  high: {value: {segments: [{rw_upto: "100", threshold: "3"}, {rw_upto: "300", threshold: "2"},'
        ' {threshold: "1.5"}], inclusive: false, formula: excess_plus_one, cap_ratio: none, over_cap: no_extra},'
        ' cite: "Example", status: memory}'
    )
    rule = parse(TINY[:start] + high + TINY[end:]).distinct_values()[0].deviation.high

    assert rule is not None
    assert [segment.rw_below_e4 for segment in rule.segments] == [1_000_001, 3_000_001, None]


def test_a_settlement_point_value_is_no_standard_while_it_floats() -> None:
    text = edited(("  reference:", '  reference_point_value: {value: settlement, cite: "E"}\n  reference:'))

    assert "belongs to reference: rw_x_rate only" in only_problem(text).words.en
