"""Groups found in a history: by hand on both sides of every limit, and against the plain reference on random histories."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from drgdip.catalogue import combinations, regroup
from drgdip.catalogue.clusters import category_names
from drgdip.catalogue.regroup import building_order, tables_of
from drgdip.catalogue.splits import raises_cost
from drgdip.tables import CodeSystem, Group
from tests.catalogue.treated import DIAGNOSES, PROCEDURES, TYPES, built, history_of, key_of, lists_of, settings_of
from tests.reference.clustering import Rules, Treated, clustered

FREELY = settings(deadline=None, suppress_health_check=list(HealthCheck))
TENTH = Fraction(1, 10)
PLAIN = Rules(TYPES, TENTH, comprehensive_cases=2, cases=3)
APPENDIX, SIMPLE = "K35.300", "J18.900"


def times(number: int, diagnosis: str, *operations: str, cost: int = 1000) -> list[Treated]:
    return [Treated(diagnosis, operations, cost)] * number


# --- limits --------------------------------------------------------------------------------------


def test_categories_are_called_as_their_first_code_and_others_where_there_are_some() -> None:
    codes = ("K35.800", "K35.300", "K35.301", "A46.x00", "K36.x00x001", "K36.x00")
    system = CodeSystem(codes, ("未特指", "伴腹膜炎", "伴脓肿", "丹毒", "复发", "其他阑尾炎"))

    assert category_names(system, 4) == {
        "A46.X": "丹毒", "K35.3": "伴腹膜炎", "K35.8": "未特指", "K36.X": "其他阑尾炎"
    }  # fmt: skip
    assert category_names(system, 3) == {"A46": "丹毒", "K35": "伴腹膜炎等", "K36": "其他阑尾炎"}


def test_a_related_operation_counts_from_the_increase_on() -> None:
    """Vectors V06 (9.5 % is too little) and V07 (12 %), and the limit itself, to the fen."""
    assert not raises_cost((1, 21_900_00), (1, 20_000_00), TENTH)
    assert raises_cost((1, 22_400_00), (1, 20_000_00), TENTH)
    assert raises_cost((7, 7 * 22_000_00), (3, 3 * 20_000_00), TENTH)
    assert not raises_cost((7, 7 * 22_000_00 - 1), (3, 3 * 20_000_00), TENTH)


def test_a_group_needs_its_threshold() -> None:
    found, landed = built(times(3, APPENDIX, "47.01") + times(2, APPENDIX, "47.09"), PLAIN)

    assert landed == [("K35.3", "47.01", ())] * 3 + [("K35", "surgery")] * 2
    assert [group.dip_code for group in found.groups] == ["K35.3:47.01", "K35:surgery"]
    assert found.threshold == 3


def test_a_comprehensive_group_needs_its_number_or_its_stays_have_none() -> None:
    _, landed = built(times(2, APPENDIX, "47.09") + times(1, SIMPLE, "47.09"), PLAIN)

    assert landed == [("K35", "surgery")] * 2 + [None]


@pytest.mark.parametrize(("cost", "split"), [(1100, True), (1099, False)])
def test_a_related_operation_splits_off(cost: int, split: bool) -> None:
    _, landed = built(times(3, APPENDIX, "47.01", "96.71", cost=cost) + times(3, APPENDIX, "47.01"), PLAIN)

    assert landed == [("K35.3", "47.01", ("96.71",) if split else ())] * 3 + [("K35.3", "47.01", ())] * 3


def test_a_set_is_compared_with_the_operation_that_it_adds_to() -> None:
    """Two operations together cost a tenth more than one of them does, and half as much again as none."""
    one, none = times(3, APPENDIX, "47.01", "96.71", cost=1500), times(3, APPENDIX, "47.01")
    both = times(3, APPENDIX, "47.01", "45.13", "96.71", cost=1650)
    few = times(3, APPENDIX, "47.01", "45.13", "96.71", cost=1649)

    assert ("K35.3", "47.01", ("45.13", "96.71")) in built(one + none + both, PLAIN)[1]
    assert ("K35.3", "47.01", ("45.13", "96.71")) not in built(one + none + few, PLAIN)[1]


def test_two_dear_operations_do_not_hide_each_other() -> None:
    """Against all others (27.5) the second would be 9 % dearer; without the first, which has its own group, 20 %."""
    stays = times(3, APPENDIX, "47.01", cost=2500) + times(3, APPENDIX, "47.01", "96.71", cost=3000)
    _, landed = built(stays + times(3, APPENDIX, "47.01", "45.13", cost=3100), PLAIN)

    assert landed[3:] == [("K35.3", "47.01", ("96.71",))] * 3 + [("K35.3", "47.01", ("45.13",))] * 3


def test_an_operation_that_goes_along_with_a_dear_one_is_not_dear() -> None:
    """45.13 costs nothing more by itself, and is often done with 96.71."""
    both, one = times(6, APPENDIX, "47.01", "45.13", "96.71", cost=2000), times(3, APPENDIX, "47.01", "45.13")
    _, landed = built(both + times(3, APPENDIX, "47.01", "96.71", cost=2000) + one + times(3, APPENDIX, "47.01"), PLAIN)

    assert landed == [("K35.3", "47.01", ("96.71",))] * 9 + [("K35.3", "47.01", ())] * 6


def test_without_its_dearer_stays_a_group_may_be_too_small() -> None:
    """Five stays with the main operation; two are left when three split off: those are the comprehensive group's."""
    _, landed = built(times(3, APPENDIX, "47.01", "96.71", cost=2000) + times(2, APPENDIX, "47.01"), PLAIN)

    assert landed == [("K35.3", "47.01", ("96.71",))] * 3 + [("K35", "surgery")] * 2


@pytest.mark.parametrize(("share", "threshold"), [("0.5", 5), ("0.5001", 3), ("0.8", 3), ("0.8001", 2), ("1", 2)])
def test_a_threshold_by_coverage(share: str, threshold: int) -> None:
    stays = times(5, APPENDIX, "47.01") + times(3, APPENDIX) + times(2, SIMPLE)
    found, _ = built(stays, PLAIN._replace(cases=0, coverage=Fraction(share)))

    assert found.threshold == threshold


def test_without_operations_a_group_is_conservative() -> None:
    found, landed = built(times(3, SIMPLE) + times(2, SIMPLE, "96.71"), PLAIN)

    assert landed == [("J18.9", "", ())] * 3 + [("J18", "therapeutic")] * 2
    assert found.groups[0].treatment_type == "conservative"


def test_codes_in_lower_case_fall_into_the_category() -> None:
    assert built(times(3, "k35.x00"), PLAIN)[1] == [("K35.X", "", ())] * 3


# --- lists and layers that come first ---------------------------------------------------------------


def test_excluded_diagnoses_have_no_group_and_make_none() -> None:
    rules = PLAIN._replace(excluded=("K35.300",))
    found, landed = built(times(4, "K35.300") + times(2, "K35.301"), rules)

    assert landed == [None] * 4 + [("K35", "conservative")] * 2
    assert len(found.groups) == 1


def test_unused_operations_are_as_if_absent() -> None:
    _, landed = built(times(2, SIMPLE, "99.99") + times(1, SIMPLE), PLAIN._replace(unused=("99.99",)))

    assert landed == [("J18.9", "", ())] * 3


def test_groups_that_come_first_take_their_stays() -> None:
    first = Group("XQ1", "pre", "", "*", "39.79", "transplant", "1", "1")
    stays = times(2, APPENDIX, "39.79") + times(2, APPENDIX, "47.01") + times(3, SIMPLE, "39.79")
    found, landed = built(stays, PLAIN, [first])

    assert found.groups[0] == first
    assert landed == [("*", "39.79", ())] * 2 + [("K35", "surgery")] * 2 + [("*", "39.79", ())] * 3


# --- against the reference -----------------------------------------------------------------------


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Treated], Rules]:
    """Few main operations with many sets of others, which mostly cost more the more there are."""
    diagnoses = draw(st.lists(st.sampled_from(DIAGNOSES.codes[:5]), min_size=1, max_size=2))
    others = draw(st.lists(st.sampled_from(PROCEDURES.codes[1:]), min_size=1, max_size=3))
    mains = draw(st.sampled_from([[("47.01",)], [("47.01",), ()], [("47.01",), ("47.09",)]]))
    stays = []
    for _ in range(draw(st.integers(1, 8))):
        related = tuple(draw(st.lists(st.sampled_from(others), max_size=4)))
        cost = draw(st.sampled_from((1000, 1099, 1100, 1101, 2000))) * (
            10 + len(set(related)) * draw(st.integers(0, 3))
        )
        stay = Treated(draw(st.sampled_from(diagnoses)), draw(st.sampled_from(mains)) + related, cost)
        stays += [stay] * draw(st.integers(1, 4))
    rules = Rules(
        TYPES,
        draw(st.sampled_from((TENTH, Fraction(0), Fraction(1)))),
        draw(st.integers(1, 4)),
        cases=draw(st.integers(0, 3)),
        coverage=Fraction(draw(st.integers(0, 10)), 10),
        excluded=draw(st.sampled_from(((), (), ("K35.300",)))),
        unused=draw(st.sampled_from(((), (), ("47.01",), ("99.99",)))),
    )
    return stays, rules


@settings(FREELY, max_examples=150)
@given(histories())
def test_engine_and_reference_agree(drawn: tuple[list[Treated], Rules]) -> None:
    found, landed = built(*drawn)
    groups, expected, needed = clustered(*drawn)

    event(f"most related: {max((len(key[2]) for key in groups if len(key) == 3), default=0)}")
    assert {key_of(group) for group in found.groups} == groups
    assert landed == expected
    assert found.threshold == needed


def test_engine_and_reference_agree_where_many_sets_split_off() -> None:
    """Eighty stays with one main operation, each other operation making them dearer by a factor of its own."""
    deepest = []
    for seed in range(60):
        chance = Random(seed)
        factors = {code: chance.choice((1.0, 1.09, 1.1, 1.3, 2.0)) for code in PROCEDURES.codes[1:]}
        rules = PLAIN._replace(cases=chance.randint(2, 5), increase=chance.choice((TENTH, Fraction(1, 4))))
        stays = []
        for _ in range(80):
            related = [code for code in factors if chance.random() < 0.4]
            chance.shuffle(related)
            stays.append(
                Treated(APPENDIX, ("47.01", *related), round(10_000 * prod(factors[code] for code in related)))
            )
        found, landed = built(stays, rules)
        groups, expected, _ = clustered(stays, rules)
        assert {key_of(group) for group in found.groups} == groups
        assert landed == expected
        deepest.append(max(len(key[2]) for key in groups if len(key) == 3))
    assert {1, 2, 3} <= set(deepest)


@settings(FREELY, max_examples=50)
@given(histories(), st.randoms(use_true_random=False))
def test_neither_order_nor_pieces_matter(drawn: tuple[list[Treated], Rules], random: Any) -> None:
    stays, rules = drawn
    whole, landed = built(stays, rules)
    order = list(range(len(stays)))
    random.shuffle(order)
    with pytest.MonkeyPatch.context() as patch:
        for module in (combinations, regroup):
            patch.setattr(module, "_PIECE", 3)
        other, moved = built([stays[i] for i in order], rules)

    assert other.groups == whole.groups
    assert moved == [landed[i] for i in order]


@settings(FREELY, max_examples=50)
@given(histories())
def test_a_catalogue_groups_its_own_history_into_itself(drawn: tuple[list[Treated], Rules]) -> None:
    stays, rules = drawn
    found, _ = built(stays, rules)
    tables = tables_of(found.groups, lists_of(rules))
    again = regroup.regroup(history_of(stays), tables, building_order(settings_of(rules)), threads=1)

    assert np.array_equal(again, found.group_id)
    counts = np.bincount(again[again >= 0], minlength=len(found.groups))
    least = [found.threshold if group.kind == "core" else rules.comprehensive_cases for group in found.groups]
    assert all(counts >= least)


@settings(FREELY, max_examples=50)
@given(histories(), st.integers(0, 10**9))
def test_a_stay_that_no_group_takes_changes_nothing(drawn: tuple[list[Treated], Rules], cost: int) -> None:
    """A diagnosis that nobody else has is below every threshold of two or more."""
    stays, rules = drawn
    rules = rules._replace(cases=max(rules.cases, 2), comprehensive_cases=2)
    found, landed = built(stays, rules)
    other, more = built([*stays, Treated("Z51.100", ("45.13",), cost)], rules)

    assert other.groups == found.groups
    assert more == [*landed, None]
