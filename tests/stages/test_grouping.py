"""DIP grouping by a catalogue in memory (settlement arithmetic 1.4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.reasons import reason
from drgdip.grouping.dip import assign_groups, grouping_parameters
from drgdip.policy.values import Grouping
from drgdip.tables import CodeSystem, DipTables, Group, compile_dip

TYPES = {
    "47.0100": "surgery",
    "47.0901": "surgery",
    "47.0902": "surgery",
    "54.5100": "surgery",
    "54.5101": "surgery",
    "54.2100": "diagnostic",
    "99.1500": "therapeutic",
    "39.7900": "intervention",
}
UNTYPED = "00.0001"
DIAGNOSES = ("K35.300", "K35.301", "K35.800", "a46.x00", "A46.x01", "R99.x00")


def core(code: str, operations: str = "", category: str = "K35.3", **values: str) -> Group:
    kind = values.pop("kind", "surgery" if operations else "conservative")
    return Group(
        code,
        "core",
        kind,
        category,
        operations,
        code,
        values.pop("points", "1000"),
        values.pop("cost", "9000"),
        **values,
    )


def comprehensive(code: str, kind: str, category: str = "K35") -> Group:
    return Group(code, "comprehensive", kind, category, "", code, "700", "6000")


COMPREHENSIVE = [
    comprehensive("Z-S", "surgery"),
    comprehensive("Z-T", "therapeutic"),
    comprehensive("Z-D", "diagnostic"),
    comprehensive("Z-C", "conservative"),
]


def policy(*tie_break: Any, **changes: Any) -> Grouping:
    base = Grouping(
        True, (*tie_break, "id"), ("surgery", "therapeutic", "diagnostic", "conservative"), False, "surgery", 7_000
    )
    return base._replace(**changes)


def tables(groups: list[Group]) -> DipTables:
    return compile_dip(groups, CodeSystem.of(DIAGNOSES), CodeSystem.of([*TYPES, UNTYPED]), TYPES, 1000, "7800")


def grouped(
    groups: list[Group], stays: list[tuple[str, list[str]]], values: Grouping, cost_fen: int = 900_000
) -> list[tuple[str | None, str, str | None]]:
    """Group, reason and runner-up of stays given as diagnosis and operations."""
    loaded = tables(groups)
    diagnosis, procedure = list(DIAGNOSES), [*TYPES, UNTYPED]
    columns = {
        "diagnosis_id": np.array([diagnosis.index(code) for code, _ in stays], dtype=np.int32),
        "diagnosis_offset": np.arange(len(stays) + 1, dtype=np.int32),
        "procedure_id": np.array([procedure.index(op) for _, ops in stays for op in ops], dtype=np.int32),
        "procedure_offset": np.cumsum([0, *(len(ops) for _, ops in stays)]).astype(np.int32),
        "total_cost_fen": np.full(len(stays), cost_fen, dtype=np.int64),
    }
    result = assign_groups(columns, loaded.groups, grouping_parameters(values, loaded.groups))
    names = {i: group.dip_code for i, group in enumerate(groups)}
    return [
        (names.get(int(group)), reason(why).key, names.get(int(second)))
        for group, why, second in zip(*(result[name] for name in result), strict=True)
    ]


def group_of(groups: list[Group], operations: list[str], values: Grouping, cost_fen: int = 900_000) -> str | None:
    return grouped(groups, [("K35.300", operations)], values, cost_fen)[0][0]


def test_every_term_must_be_present_and_one_alternative_of_each() -> None:
    groups = [core("C", "47.0100+54.5100/54.5101+54.2100"), *COMPREHENSIVE]
    stays = [
        ["47.0100", "54.5101", "54.2100"],
        ["47.0100", "54.2100", "54.5100"],
        ["47.0100", "54.5100"],
        ["47.0100", "54.5100", "54.5101"],
    ]

    got = grouped(groups, [("K35.300", stay) for stay in stays], policy("max_ops"))

    assert [group for group, _, _ in got] == ["C", "C", "Z-S", "Z-S"]


def test_the_main_operation_must_come_first_unless_the_policy_waives_it() -> None:
    groups = [core("C", "47.0100"), *COMPREHENSIVE]
    stay = ["54.5100", "47.0100"]

    assert group_of(groups, stay, policy()) == "Z-S"
    assert group_of(groups, stay, policy(main_op_first=False)) == "C"


def test_the_key_main_op_prefers_groups_of_the_first_operation() -> None:
    groups = [core("A", "47.0100"), core("B", "54.5100")]
    stay = ["54.5100", "47.0100"]

    assert group_of(groups, stay, policy(main_op_first=False)) == "A"
    assert group_of(groups, stay, policy("main_op", main_op_first=False)) == "B"


def test_a_group_without_operations_takes_stays_without_any() -> None:
    groups = [core("C"), *COMPREHENSIVE]
    stays = [("K35.300", []), ("K35.300", ["99.1500"]), ("K35.800", [])]

    assert grouped(groups, stays, policy()) == [
        ("C", "core_conservative", None),
        ("Z-T", "comprehensive_therapeutic", None),
        ("Z-C", "comprehensive_conservative", None),
    ]


@pytest.mark.parametrize(
    ("operations", "group", "why"),
    [
        (["47.0100", "99.1500"], "Z-S", "comprehensive_surgery"),
        (["99.1500", "47.0100"], "Z-T", "comprehensive_therapeutic"),
        (["54.2100"], "Z-D", "comprehensive_diagnostic"),
        (["39.7900"], "Z-S", "comprehensive_surgery"),
        ([UNTYPED], "Z-C", "comprehensive_conservative"),
        ([], "Z-C", "comprehensive_conservative"),
    ],
)
def test_comprehensive_groups_go_by_the_main_operation(operations: list[str], group: str, why: str) -> None:
    assert grouped(COMPREHENSIVE, [("K35.800", operations)], policy()) == [(group, why, None)]


def test_interventions_count_as_the_policy_says() -> None:
    """V G09, G10."""
    assert group_of(COMPREHENSIVE, ["39.7900"], policy(intervention_as="therapeutic")) == "Z-T"


def test_a_category_without_the_type_leaves_the_stay_ungrouped() -> None:
    assert grouped([comprehensive("Z-S", "surgery")], [("K35.800", []), ("R99.x00", ["47.0100"])], policy()) == [
        (None, "ungrouped", None),
        (None, "ungrouped", None),
    ]


def test_codes_fall_into_categories_whatever_their_case() -> None:
    groups = [core("E", category="A46.X"), comprehensive("Z", "surgery", "A46")]

    got = grouped(groups, [("a46.x00", []), ("A46.x01", []), ("A46.x01", ["47.0100"])], policy())

    assert [group for group, _, _ in got] == ["E", "E", "Z"]


def test_sub_category_codes_stand_for_their_operations_only_if_the_policy_says_so() -> None:
    """G06, G07."""
    groups = [core("C", "47.09"), *COMPREHENSIVE]

    assert group_of(groups, ["47.0901"], policy()) == "Z-S"
    assert group_of(groups, ["47.0901"], policy(subcategory_wildcard=True)) == "C"
    assert group_of(groups, ["47.0100"], policy(subcategory_wildcard=True)) == "Z-S"


@pytest.mark.parametrize("ties", [(), ("max_rw",), ("max_ops", "max_rw")])
def test_a_full_code_beats_its_sub_category(ties: tuple[str, ...]) -> None:
    """Even against a higher weight and a smaller code (settlement arithmetic 1.4, Jingmen)."""
    groups = [core("A", "47.09", points="2000"), core("B", "47.0901")]

    assert group_of(groups, ["47.0901"], policy(*ties, subcategory_wildcard=True)) == "B"
    assert group_of(groups, ["47.0902"], policy(*ties, subcategory_wildcard=True)) == "A"


def test_more_operations_beat_a_full_code() -> None:
    groups = [core("A", "47.09+54.5100"), core("B", "47.0901")]

    assert group_of(groups, ["47.0901", "54.5100"], policy("max_ops", subcategory_wildcard=True)) == "A"


PAIR = ["47.0100", "54.5100", "54.2100"]
#: B has fewest operations; C the highest weight; D most operations; each differs in what the keys look at.
RIVALS = [
    core("B", "47.0100", points="1000", cost="9200", cases="80", kind="diagnostic"),
    core("C", "47.0100+54.5100", points="1300", cost="12100", cases="20", kind="therapeutic"),
    core("D", "47.0100+54.5100/54.5101+54.2100", points="1250", cost="11800", cases="18", kind="surgery"),
]


@pytest.mark.parametrize(
    ("key", "group"),
    [
        ("full_match", "D"),
        ("max_ops", "D"),
        ("max_rw", "C"),
        ("min_cost_gap", "B"),
        ("type_order", "D"),
        ("max_n", "B"),
        ("id", "B"),
    ],
)
def test_each_tie_break(key: str, group: str) -> None:
    """G02, G04, G05: one case, several legal answers."""
    assert group_of(RIVALS, PAIR, policy(key), cost_fen=950_000) == group


def test_the_cost_gap_is_measured_to_the_fen_on_both_sides() -> None:
    """Means 9 200.00 and 11 800.00: the middle is 10 500.00, where the smaller code wins."""
    ids = [
        group_of([RIVALS[0], RIVALS[2]], PAIR, policy("min_cost_gap"), cost_fen=c)
        for c in (1_049_999, 1_050_000, 1_050_001)
    ]

    assert ids == ["B", "B", "D"]


def test_keys_count_in_their_order() -> None:
    groups = [
        core("B", "47.0100", points="1300"),
        core("A", "47.0100", points="1300"),
        core("C", "47.0100", points="1200"),
    ]

    assert group_of(groups, ["47.0100"], policy("max_ops", "max_rw")) == "A"


def test_the_runner_up_is_the_second_best() -> None:
    for order in (RIVALS, RIVALS[::-1], [RIVALS[1], RIVALS[0], RIVALS[2]]):
        assert grouped(order, [("K35.300", PAIR)], policy("max_rw")) == [("C", "core_operation", "D")]


codes = st.sampled_from([*TYPES, UNTYPED])


@given(
    st.lists(st.tuples(st.sampled_from(DIAGNOSES), st.lists(codes, max_size=4)), min_size=1, max_size=10),
    st.permutations([*RIVALS, core("E", "47.09"), core("F"), *COMPREHENSIVE]),
    st.sampled_from([("max_ops", "max_rw"), ("max_rw",), ("min_cost_gap",), ("type_order", "max_n"), ("full_match",)]),
)
def test_the_order_of_catalogue_and_stays_does_not_matter(
    stays: list[tuple[str, list[str]]], groups: list[Group], ties: tuple[str, ...]
) -> None:
    values = policy(*ties, subcategory_wildcard=True)
    whole = grouped(groups, stays, values)

    assert grouped(sorted(groups), stays[::-1], values) == whole[::-1]
    assert [grouped(groups, [stay], values)[0] for stay in stays] == whole
