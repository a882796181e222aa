"""Every refusal, and beside it what is accepted; each problem names file, line and key path."""

from __future__ import annotations

from contextlib import suppress

import pytest

from drgdip.policy import PolicyFileError
from tests.policy.samples import LOW, TINY, Accepted, edited, only_problem, parse, problems_of

FACTOR = '  ungrouped_factor: {value: "0.7", cite: "Example"}'
BASE = 'base: {value: {tertiary: "1.1", secondary: "1", primary: "0.9", unrated: "0.8"}, cite: "Example"}'
HIGH = 'value: {threshold: "2", inclusive: false, formula: excess_plus_one, cap_ratio: none, over_cap: no_extra}'
ROUTE = "- {mode: by_item, patients: cross_province}"
TIE = "tie_break: {value: [full_match, max_ops, max_rw, id]"
TYPES = "value: [surgery, intervention, therapeutic, diagnostic, conservative]"
FLOATING = ("point_value: {value: fixed_opening", "point_value: {value: floating")


def line_of(text: str, piece: str) -> int:
    """1-based line of the only place where a piece stands."""
    lines = [i for i, line in enumerate(text.splitlines(), start=1) if piece in line]
    assert len(lines) == 1, lines
    return lines[0]


# (old, new, key path, words in English); the last piece of `new` is what stands on the problem's line.
REFUSED = [
    (FACTOR, '  ungrouped_factor: {value: 0.7, cite: "Example"}', "grouping.ungrouped_factor.value", "in quotes"),
    (FACTOR, '  ungrouped_factor: {value: 1, cite: "Example"}', "grouping.ungrouped_factor.value", "decimal in quotes"),
    (FACTOR, '  ungrouped_factor: {value: "0.70001", cite: "Example"}', "grouping.ungrouped_factor.value", "4 decimals"),
    (FACTOR, '  ungrouped_factor: {value: "-0.7", cite: "Example"}', "grouping.ungrouped_factor.value", "between"),
    (FACTOR, '  ungrouped_factor: {value: "7e-1", cite: "Example"}', "grouping.ungrouped_factor.value", "plain decimal"),
    (FACTOR, '  ungrouped_factor: {value: "9999999", cite: "E"}', "grouping.ungrouped_factor.value", "between"),
    (FACTOR, '  ungrouped_factor: {value: "0.7", cite: " "}', "grouping.ungrouped_factor.cite", "not empty"),
    (FACTOR, '  ungrouped_factor: {value: "0.7"}', "grouping.ungrouped_factor", "key cite is missing"),
    (FACTOR, '  ungrouped_factor: {value: "0.7", cite: "E", status: sure}', "grouping.ungrouped_factor.status", "one of"),
    (FACTOR, '  ungrouped_factor: "0.7"', "grouping.ungrouped_factor", "mapping"),
    (TIE, "tie_break: {value: [full_match, max_ops, max_rw]", "grouping.tie_break.value", "must end with id"),
    (TIE, "tie_break: {value: [max_ops, max_ops, id]", "grouping.tie_break.value[2]", "stands twice"),
    (TIE, "tie_break: {value: [ful_match, id]", "grouping.tie_break.value[1]", "did you mean full_match?"),
    (TYPES, "value: [surgery, therapeutic, diagnostic, conservative]", "grouping.type_order.value", "intervention"),
    ("intervention_as: {value: surgery", "intervention_as: {value: diagnostic", "grouping.intervention_as.value", "one of"),
    ("main_op_first: {value: false", "main_op_first: {value: no", "grouping.main_op_first.value", "true or false"),
    ("main_op_first: {value: false", 'main_op_first: {value: "no"', "grouping.main_op_first.value", "true or false"),
    ("points_before_money: {value: true", "points_before_money: {value: false", "rounding.points_before_money.value",
     "only true is supported"),
    ('    pay_ratio: {value: "0.8"', '    point_value_cap: {value: "9", cite: E}\n    pay_ratio: {value: "0.8"',
     "pools.310.point_value_cap.value", "nothing has limits"),
    ("mode: {value: half_up, cite", "mode: {value: up, cite", "rounding.mode.value", "one of half_up"),
    (BASE, BASE.replace('unrated: "0.8"', 'unrated: "0"'), "k.base.value.unrated", "between"),
    (BASE, BASE.replace(', unrated: "0.8"', ""), "k.base.value", "key unrated is missing"),
    ("hospitals: {}", "hospitals: {H-1: {value: \"1\", cite: E}}", "k.hospitals.H-1", "hospital code"),
    ("hospitals: {}", "hospitals: none", "k.hospitals", "mapping"),
    ("bonuses: {}", "bonuses: {H99010000001: {}}", "k.bonuses.H99010000001", "at least 1"),
    ("floor: {value: none", 'floor: {value: "-1"', "k.floor.value", "between"),
    (LOW, LOW.replace("formula: ratio", "formula: ratios"), "deviation.low.value.formula", "did you mean ratio?"),
    (LOW, LOW.replace("inclusive: false, ", ""), "deviation.low.value", "key inclusive is missing"),
    (LOW, LOW.replace('"0.5"', '"2"'), "deviation.high.value", "above the low threshold"),
    (HIGH, HIGH.replace("cap_ratio: none", 'cap_ratio: "1.9999"'), "deviation.high.value", "cap_ratio"),
    (HIGH, HIGH.replace('threshold: "2", ', ""), "deviation.high.value", "either threshold or segments"),
    (HIGH, HIGH.replace('threshold: "2"', 'segments: [{threshold: "2", rw_below: "1000"}]'),
     "deviation.high.value.segments", "the last has none"),
    (HIGH, HIGH.replace('threshold: "2"', 'segments: [{threshold: "3", rw_below: "9"}, {threshold: "2", rw_below: "9"},'
                                          ' {threshold: "1.5"}]'), "deviation.high.value.segments", "must rise"),
    (ROUTE, "- {mode: by_item}", "routes.value[1]", "at least one condition"),
    (ROUTE, "- {mode: by_item, los_min: 3, los_max: 2}", "routes.value[1]", "never hold"),
    (ROUTE, '- {mode: by_item, los_max: "2"}', "routes.value[1].los_max", "whole number"),
    (ROUTE, "- {mode: by_item, los_max: 010}", "routes.value[1].los_max", "in quotes"),
    (ROUTE, "- {mode: by_item, med_types: [21]}", "routes.value[1].med_types[1]", "in quotes"),
    (ROUTE, "- {mode: by_items, los_max: 2}", "routes.value[1].mode", "did you mean by_item?"),
    ('insurance_types: {value: ["310"]', "insurance_types: {value: [310]", "pools.310.insurance_types.value[1]", "quotes"),
    ('insurance_types: {value: ["310"]', "insurance_types: {value: []", "pools.310.insurance_types.value", "at least 1"),
    ("fund_scope: {value: [hifp_pay]", "fund_scope: {value: [hifp_pay, hifx_pay]", "pools.310.fund_scope.value[2]",
     "one of"),
    ("pooled_fund: {value: hifp_pay", "pooled_fund: {value: maf_pay", "pools.310.pooled_fund.value", "not in fund_scope"),
    ('opening_point_value: {value: "10"', 'opening_point_value: {value: "0"', "pools.310.opening_point_value.value",
     "between"),
    ('month_fund_yuan: {value: "100000"', 'month_fund_yuan: {value: "0.001"', "pools.310.month_fund_yuan.value",
     "2 decimals"),
    ('pay_ratio: {value: "0.8"', 'pay_ratio: {value: "1.0001"', "pools.310.pay_ratio.value", "between"),
    ('insurance_types: {value: ["390"]', 'insurance_types: {value: ["310"]', "pools.390.patients.value", "earlier pools"),
    ("fund_ratio_level: {value: pool", "fund_ratio_level: {value: case", "payment.fund_ratio_level.value", "write pool"),
    ('retention: {value: "0.05"', 'retention: {value: "1"', "month.retention.value", "between"),
    ('admdvs: "990100"', "admdvs: 990100", "region.admdvs", "six digits"),
    ("effective: {from: 2026-01-01, to: 2026-12-31}", "effective: {from: 2026-01-01, to: 2025-12-31}", "effective",
     "before it begins"),
    ("effective: {from: 2026-01-01,", "effective: {from: 2026-02-30,", "effective.from", "does not exist"),
    ("effective: {from: 2026-01-01,", "effective: {from: 2026-1-1,", "effective.from", "YYYY-MM-DD"),
    ("effective: {from: 2026-01-01,", "effective: {from: 2026-01-01 00:00:00,", "effective.from", "YYYY-MM-DD"),
    ("status: synthetic", "status: invented", "policy.status", "one of"),
    ("scheme: dip", "scheme: icd", "tables.scheme", "one of dip, chs-drg"),
    ("quality_control:\n", "quality_controls:\n", "quality_controls", "did you mean quality_control?"),
    ('version: "1"', 'version: 1', "policy.version", "in quotes"),
    ('version: "1"', 'version: !!python/name:os.system ""', "policy.version", "tag"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "path", "words"), REFUSED, ids=[f"{r[2]}-{r[3]}" for r in REFUSED])
def test_refused_with_its_place(old: str, new: str, path: str, words: str) -> None:
    found = [problem for problem in problems_of(edited((old, new))) if problem.path == path]
    assert len(found) == 1
    assert words in found[0].words.en
    assert found[0].file == "city.yaml"
    assert found[0].words.zh != found[0].words.en


ACCEPTED = [
    (FACTOR, '  ungrouped_factor: {value: "0", cite: "Example"}'),
    (FACTOR, '  ungrouped_factor: {value: "0.70000", cite: "Example"}'),
    (FACTOR, '  ungrouped_factor: {value: "0.7", cite: "E", status: memory, note: "Unsure."}'),
    (TIE, "tie_break: {value: [id]"),
    (TYPES, "value: [conservative, surgery, therapeutic, diagnostic, intervention]"),
    (BASE, BASE.replace('"0.8"', '"0.0001"')),
    ("hospitals: {}", 'hospitals: {H99010000001: {value: "1.2", cite: E}}'),
    ("bonuses: {}", 'bonuses: {H99010000001: {sanction: {value: "-0.7999", cite: E}}}'),
    (LOW, LOW.replace('"0.5"', '"1.9999"')),
    (LOW, '  low: {value: none, cite: "Example"}\n'),
    (HIGH, HIGH.replace("cap_ratio: none", 'cap_ratio: "2"')),
    (HIGH, HIGH.replace('threshold: "2"', 'segments: [{threshold: "3", rw_below: "9"}, {threshold: "2"}]')),
    (ROUTE, '- {mode: by_item, los_min: 2, los_max: 2, med_types: ["21"], discharge_ways: ["5"]}'),
    ("\n    - {mode: by_item, patients: cross_province}", " []"),
    ("fund_scope: {value: [hifp_pay]", "fund_scope: {value: [hifp_pay, maf_pay]"),
    ('month_fund_yuan: {value: "100000"', "month_fund_yuan: {value: none"),
    ('pay_ratio: {value: "0.8"', 'pay_ratio: {value: "1"'),
    ('retention: {value: "0.05"', 'retention: {value: "0"'),
]


@pytest.mark.parametrize(("old", "new"), ACCEPTED)
def test_accepted(old: str, new: str) -> None:
    assert parse(edited((old, new))).warnings == ()


def test_line_is_that_of_the_key() -> None:
    text = edited((FACTOR, '  ungrouped_factor:\n    cite: "Example"\n    value: 0.7'))
    assert only_problem(text).line == line_of(text, "value: 0.7")


def test_duplicate_key_names_both_lines() -> None:
    text = edited((FACTOR, FACTOR + "\n" + FACTOR.replace("0.7", "0.8")))
    problem = only_problem(text)
    first, second = line_of(text, '"0.7"'), line_of(text, 'factor: {value: "0.8"')
    assert problem.path == "grouping.ungrouped_factor"
    assert problem.line == second == first + 1
    assert f"line {first}" in problem.words.en


def test_key_that_is_not_text() -> None:
    problem = problems_of(edited(('  "310":', "  310:")))[0]
    assert (problem.path, "310" in problem.words.en, "quotes" in problem.words.en) == ("pools", True, True)


def test_unknown_key_suggests_the_nearest() -> None:
    text = edited(("tie_break:", "tiebreak:"))
    assert [(p.path, p.words.en) for p in problems_of(text)] == [
        ("grouping", "the key tie_break is missing"),
        ("grouping.tiebreak", "unknown key; did you mean tie_break?"),
    ]


def test_unknown_key_with_nothing_near() -> None:
    problem = only_problem(TINY + "zzz: 1\n")
    assert (problem.path, problem.words.en) == ("zzz", "unknown key")


def test_all_problems_are_told_in_the_order_of_lines() -> None:
    text = edited((FACTOR, FACTOR.replace('"0.7"', "0.7")), (LOW, LOW.replace("false", "maybe")),
                  ('opening_point_value: {value: "10"', 'opening_point_value: {value: "-10"'))  # fmt: skip
    with pytest.raises(PolicyFileError) as caught:
        parse(text)
    problems = caught.value.problems
    assert [problem.path for problem in problems] == [
        "grouping.ungrouped_factor.value",
        "deviation.low.value.inclusive",
        "pools.310.opening_point_value.value",
    ]
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    assert "3 problems" in caught.value.fact.en
    assert problems[0].in_language("en") in caught.value.fact.en
    assert problems[0].in_language("zh") in caught.value.fact.zh


def test_cross_checks_run_beside_other_problems() -> None:
    text = edited((FACTOR, FACTOR.replace('"0.7"', "0.7")), (LOW, LOW.replace('"0.5"', '"3"')))
    assert [problem.path for problem in problems_of(text)] == [
        "grouping.ungrouped_factor.value",
        "deviation.high.value",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"# nothing\n", "empty"),
        (b"a: [1\nb: 2\n", "not readable as YAML"),
        (b"a: \xff\n", "UTF-8"),
        (b"a: \x00\n", "not readable as YAML"),
        (b"a: 1\n---\nb: 2\n", "not readable as YAML"),
        (b"a: &x [1]\nb: [*x, *x]\n", "anchors"),
        (b"a: *x\n", "anchors"),
        (b"a: " + b"[" * 30 + b"]" * 30 + b"\n", "nested too deeply"),
        (b"#" * (1 << 20) + b"\n", "larger than"),
    ],
)
def test_unreadable_files(content: bytes, words: str) -> None:
    problem = only_problem(content)
    assert words in problem.words.en
    assert problem.line >= 1


def test_unreadable_file_names_the_line() -> None:
    assert only_problem(b"a: 1\nb: \xff\n").line == 2
    assert only_problem(b"a: 1\n\nb: &x 1\n").line == 3


def test_a_list_in_place_of_the_file() -> None:
    assert "mapping" in only_problem(b"- 1\n").words.en


def test_floating_point_value_needs_a_month_fund() -> None:
    assert parse(edited(FLOATING)).on(parse(TINY).period.first).month.point_value == "floating"
    problem = only_problem(edited(FLOATING, ('month_fund_yuan: {value: "80000"', "month_fund_yuan: {value: none")))
    assert problem.path == "pools.390.month_fund_yuan.value"


def test_fixed_fund_ratio_needs_a_number_only_where_it_is_used() -> None:
    no_ratio = ('pay_ratio: {value: "0.6"', "pay_ratio: {value: none")
    assert parse(edited(no_ratio))
    assert only_problem(edited(no_ratio, FLOATING)).path == "pools.390.pay_ratio.value"
    by_ratio = ("method: {value: residual", "method: {value: ratio")
    assert only_problem(edited(no_ratio, by_ratio)).path == "pools.390.pay_ratio.value"
    actual = ("fund_ratio_source: {value: fixed", "fund_ratio_source: {value: actual")
    assert parse(edited(no_ratio, by_ratio, actual))


def test_coefficients_must_stay_above_zero() -> None:
    sanction = 'bonuses: {H99010000001: {sanction: {value: "-0.8", cite: E}}}'
    assert only_problem(edited(("bonuses: {}", sanction))).path == "k.base.value"
    assert parse(edited(("bonuses: {}", sanction), ("floor: {value: none", 'floor: {value: "0.1"')))


def test_floor_above_cap() -> None:
    floor = ("floor: {value: none", 'floor: {value: "1.2"')
    assert only_problem(edited(floor, ("  cap: {value: none", '  cap: {value: "1.1"'))).path == "k.floor.value"
    assert parse(edited(floor, ("  cap: {value: none", '  cap: {value: "1.2"')))


def test_pools_may_share_an_insurance_type_but_not_the_patients() -> None:
    text = edited(('insurance_types: {value: ["390"]', 'insurance_types: {value: ["310"]'))
    local = text.replace("patients: {value: any", "patients: {value: local", 1)
    assert list(parse(local).on(parse(TINY).period.first).pools) == ["310", "390"]


def test_retention_above_the_deposit_is_accepted_with_a_warning() -> None:
    assert parse(TINY).warnings == ()
    (warning,) = parse(edited(('retention: {value: "0.05"', 'retention: {value: "0.0501"'))).warnings
    assert warning.path == "month.retention.value"
    assert "art. 26" in warning.words.en
    assert "第二十六条" in warning.words.zh


JUNK = ("", "7", "x", "[]", "{}", "[[1]]", "{a: {b: c}}", "true", "2026-01-01", '"1"', "{value: , cite: x}")
LINES = [i for i, line in enumerate(TINY.splitlines()) if ":" in line and not line.startswith("#")]


@pytest.mark.parametrize("number", LINES)
def test_junk_anywhere_is_refused_with_a_place_and_never_crashes(number: int) -> None:
    """One line of the file is cut off after its key, another kind of junk put there each time."""
    lines = TINY.splitlines()
    key = lines[number].split(":")[0]
    for junk in (JUNK[number % len(JUNK)], JUNK[(number + 3) % len(JUNK)]):
        changed = [*lines[:number], f"{key}: {junk}", *lines[number + 1 :]]
        with suppress(Accepted):
            assert all(problem.line >= 1 and problem.words.zh for problem in problems_of("\n".join(changed)))
