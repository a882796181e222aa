"""Keys of ``grouping`` that a file may leave out: what they mean then, what they take, what they refuse."""

from __future__ import annotations

from datetime import date

import pytest

from drgdip.base.errors import PolicyError
from drgdip.policy import load_policy
from drgdip.policy.values import GROUP_CLASSES, LAYERS
from tests.policy.samples import edited, only_problem, parse

FACTOR = '  ungrouped_factor: {value: "0.7", cite: "Example"}'
MAY = date(2026, 5, 15)
CORE, COMPREHENSIVE = GROUP_CLASSES[:4], GROUP_CLASSES[4:]
PRESETS = ("hubei_base", "jining", "jingmen", "jingzhou", "yichang")


def with_key(line: str) -> str:
    """The smallest policy with one more line in ``grouping``."""
    return edited((FACTOR, f'{FACTOR}\n  {line}, cite: "Example"}}'))


def test_left_out_grouping_is_in_the_national_order() -> None:
    grouping = parse(edited()).on(MAY).grouping

    assert (grouping.layers, grouping.steps) == (LAYERS, (CORE, COMPREHENSIVE))
    assert (grouping.conservative_takes, grouping.comprehensive_by) == ("no_operation", "main_operation")


def test_words_for_several_classes_stand_for_each() -> None:
    line = (
        "steps: {value: [[core_operation], [comprehensive_operation], [comprehensive_conservative, core_conservative]]"
    )

    assert parse(with_key(line)).on(MAY).grouping.steps == (
        CORE[:3],
        COMPREHENSIVE[:3],
        ("core_conservative", "comprehensive_conservative"),
    )
    assert parse(with_key("steps: {value: [[comprehensive], [core]]")).on(MAY).grouping.steps == (COMPREHENSIVE, CORE)


def test_layers_count_in_the_national_order_however_they_are_written() -> None:
    assert parse(with_key("layers: {value: [core, pre]")).on(MAY).grouping.layers == ("pre", "core")


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        ("layers: {value: []", "grouping.layers.value", "at least 1"),
        ("layers: {value: [core, xq]", "grouping.layers.value[2]", "one of pre, merge, assisted, core, comprehensive"),
        ("layers: {value: [core, core]", "grouping.layers.value[2]", "stands twice"),
        ("steps: {value: [core]", "grouping.steps.value[1]", "must be a list"),
        ("steps: {value: [[]]", "grouping.steps.value[1]", "at least 1"),
        ("steps: {value: [[core], [core_surgery]]", "grouping.steps.value", "core_surgery stands twice"),
        ("steps: {value: [[core_operations]]", "grouping.steps.value[1][1]", "did you mean core_operation?"),
        ("conservative_takes: {value: all", "grouping.conservative_takes.value", "one of no_operation, unmatched"),
        ("comprehensive_by: {value: any", "grouping.comprehensive_by.value", "one of main_operation, any_operation"),
    ],
)
def test_refusals(line: str, key: str, words: str) -> None:
    problem = only_problem(with_key(line))

    assert problem.path == key
    assert words in problem.words.en


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_drafts_of_which_what_comes_from_others_is_unverified(name: str) -> None:
    policy = load_policy(name)

    assert (policy.name, policy.status, policy.warnings) == (name, "draft", ())
    assert {row.status for row in policy.describe() if "[R1]" in row.citation} == {"unverified"}
    assert {row.status for row in policy.describe() if "[R1]" not in row.citation} == {"sourced", "derived"}
    assert all("[R1]" in row.citation for row in policy.describe() if row.key.startswith("grouping."))


@pytest.mark.parametrize("name", PRESETS)
def test_presets_group_and_refuse_to_settle_by_name(name: str) -> None:
    """Points are worth what the place says, and nobody at hand knows it: no number stands in for it."""
    policy = load_policy(name)
    unknown = {row.key for row in policy.unknown(MAY)}

    assert {"k.base", "pools.310.opening_point_value", "payment.method", "month.retention"} <= unknown
    assert not any(key.startswith(("grouping.steps", "grouping.tie_break", "deviation.low")) for key in unknown)
    assert policy.grouping_on(MAY).tie_break[-1] == "id"
    with pytest.raises(PolicyError, match=r"unknown for basis_date.* and \d+ more"):
        policy.on(MAY)


def test_values_of_the_presets() -> None:
    """Settlement arithmetic 1.4 and 9.1, by eye."""
    on = {name: load_policy(name).grouping_on(MAY) for name in PRESETS}
    assert {name: values.tie_break for name, values in on.items()} == {
        "hubei_base": ("max_ops", "max_rw", "id"),
        "jining": ("main_op", "max_ops", "min_cost_gap", "type_order", "id"),
        "jingmen": ("type_order", "max_rw", "id"),
        "jingzhou": ("full_match", "max_rw", "id"),
        "yichang": ("full_match", "max_ops", "max_rw", "id"),
    }
    assert [name for name in PRESETS if on[name].intervention_as == "therapeutic"] == ["jining"]
    assert [name for name in PRESETS if on[name].subcategory_wildcard] == ["jingmen"]
    assert [name for name in PRESETS if on[name].comprehensive_by == "any_operation"] == ["yichang"]
    rows = {name: {row.key: row.value for row in load_policy(name).describe()} for name in PRESETS}
    low = {name: rows[name]["deviation.low"] for name in PRESETS}
    assert low.pop("jining") == "threshold: 0.5; inclusive: true; formula: ratio"
    assert set(low.values()) == {"threshold: 0.5; inclusive: false; formula: ratio_k"}
    assert "formula: excess_plus_k; cap_ratio: 5" in rows["jining"]["deviation.high"]
