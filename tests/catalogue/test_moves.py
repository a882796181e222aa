"""What moves between editions: groups matched by rule, and a pool's cost shared out by points, by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.catalogue.moves import Grouped, GroupMove, by_hospital, group_moves, hospital_effects, rule_of
from drgdip.tables import CodeSystem, DipTables, Group, compile_dip
from tests.catalogue.histories import history_of
from tests.reference.building import Stay

POOLS = {"employees": (310,), "residents": (390,)}


def group(code: str, operations: str = "", points: str = "1000", category: str = "K35.3") -> Group:
    kind = "" if operations else "conservative"
    return Group(code, "core", kind, category, operations, f"name of {code}", points, "10000")


def edition(*groups: Group, scale: int = 1000, mean: str = "10000") -> DipTables:
    return compile_dip(
        groups, CodeSystem.of(("K35.300", "I10.x00")), CodeSystem.of(("47.01", "54.51", "54.59")), {}, scale, mean
    )


def test_a_rule_is_the_same_in_whatever_order_it_is_written() -> None:
    one = group("A", "47.01+54.51/54.59+47.01")

    assert rule_of(one) == rule_of(group("B", "47.01+47.01+54.59/54.51", points="7"))
    assert rule_of(one) != rule_of(group("A", "54.51/54.59+47.01+47.01"))  # another main operation
    assert rule_of(one) != rule_of(one._replace(age_days="0-28"))
    assert rule_of(group("A")) != rule_of(group("A")._replace(kind="assisted"))


def test_groups_come_go_change_and_stay() -> None:
    before = edition(group("old", "47.01"), group("gone", "47.01+54.51"), group("same", category="I10.X", points="200"))
    after = edition(group("renamed", "47.01", "1100"), group("new"), group("I10", category="I10.X", points="200"))
    moves = {move.kind: move for move in group_moves(before, after, [10, 5, 100], [12, 3, 100])}

    assert moves["changed"] == GroupMove("changed", "old", "renamed", "name of renamed", 10**7, 11 * 10**6, 10, 12)
    assert (moves["changed"].change_e4, moves["changed"].effect_e4) == (1_000, 12 * 11_000_000 - 10 * 10_000_000)
    assert (moves["gone"].effect_e4, moves["gone"].code, moves["gone"].name) == (-5 * 10**7, "", "name of gone")
    assert (moves["new"].effect_e4, moves["new"].points_before_e4, moves["new"].change_e4) == (3 * 10**7, None, None)
    assert (moves["same"].effect_e4, moves["same"].change_e4) == (0, 0)


def test_weights_of_another_scale_are_converted() -> None:
    (move,) = group_moves(edition(group("A", points="100"), scale=100), edition(group("A")), [1], [1])

    assert (move.kind, move.points_before_e4) == ("same", 10_000_000)


def test_the_groups_that_move_most_points_come_first() -> None:
    before = edition(group("A"), group("B", "47.01"))
    after = edition(group("A", points="1001"), group("B", "47.01", "990"))

    assert [move.code for move in group_moves(before, after, [5, 1], [5, 1])] == ["B", "A"]


# Hospital 0 treats A, hospital 1 B; both editions know A, the later one has a weight for B, too.
STAYS = [
    Stay(2025, "A", 3, 310, 900_000, hospital=0),
    Stay(2025, "B", 2, 310, 300_000, hospital=1),
    Stay(2024, "B", 2, 310, 99, hospital=1),
]
BEFORE, AFTER = edition(group("A")), edition(group("A"), group("B", "47.01", "500"))


def effects(stays: list[Stay] = STAYS, factor: str = "0.7") -> list[tuple[object, ...]]:
    history, group_id = history_of(stays, ("A", "B"))
    before = np.where(group_id == 1, -1, group_id).astype(np.int32)
    found = hospital_effects(
        history, Grouped(BEFORE, before), Grouped(AFTER, group_id), (2025,), POOLS, Fraction(factor)
    )
    return [tuple(one) for one in found]


def test_a_pools_cost_is_shared_out_by_points() -> None:
    # Before: A 1000 points; B ungrouped, 0.7 × 3000 ÷ 10000 × 1000 = 210. After: 1000 and 500. The cost is 12000 yuan.
    assert effects() == [
        ("H0", "employees", 1, 900_000, 10_000_000, 10_000_000, 991_736, 800_000),
        ("H1", "employees", 1, 300_000, 2_100_000, 5_000_000, 208_264, 400_000),
    ]


def test_pools_stay_apart_and_add_up_by_hospital() -> None:
    stays = [*STAYS, Stay(2025, "A", 3, 390, 500_000, hospital=0), Stay(2025, "A", 3, 999, 1, hospital=0)]
    history, group_id = history_of(stays, ("A", "B"))
    same = Grouped(AFTER, group_id)
    found = hospital_effects(history, same, same, (2025,), POOLS, Fraction("0.7"))

    assert [(one.hospital_code, one.pool, one.cases, one.difference_fen) for one in found] == [
        ("H0", "employees", 1, 0), ("H1", "employees", 1, 0), ("H0", "residents", 1, 0),
    ]  # fmt: skip
    assert [(one.hospital_code, one.pool, one.cases, one.cost_fen) for one in by_hospital(found)] == [
        ("H0", "", 2, 1_400_000), ("H1", "", 1, 300_000),
    ]  # fmt: skip


@given(
    st.lists(
        st.builds(
            Stay,
            st.just(2025), st.sampled_from(["A", "B", None]), st.just(3), st.sampled_from([310, 390]),
            st.integers(1, 10**9), st.just(1), st.integers(0, 3),
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_what_some_gain_others_lose(stays: list[Stay]) -> None:
    history, group_id = history_of(stays, ("A", "B"))
    before = Grouped(BEFORE, np.where(group_id == 1, -1, group_id).astype(np.int32))
    found = hospital_effects(history, before, Grouped(AFTER, group_id), (2025,), POOLS, Fraction("0.7"))

    for pool in POOLS:
        assert sum(one.difference_fen for one in found if one.pool == pool) == 0
    assert sum(one.cost_fen for one in found) == sum(stay.cost_fen for stay in stays)


def test_a_share_of_nothing_does_not_change() -> None:
    history, group_id = history_of([Stay(2025, "A", 3, 310, 100)], ("A",))
    (one,) = hospital_effects(history, *[Grouped(BEFORE, group_id)] * 2, (2025,), POOLS, Fraction(0))

    assert one.change_e4 == 0
    assert one._replace(before_fen=0).change_e4 == 0
    assert one._replace(before_fen=200).change_e4 == -5_000


@pytest.mark.parametrize("factor", ["0", "0.7"])
def test_a_pool_without_points_is_left_out(factor: str) -> None:
    stays = [Stay(2025, None, 3, 310, 100)]

    assert len(effects(stays, factor)) == (0 if factor == "0" else 1)
