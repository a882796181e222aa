"""Grouping and the slow reference agree on random editions and stays; what must not matter does not."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.grouping.drg import assign_groups
from drgdip.tables.chs_drg.drg_tables import DrgTables
from tests.chs_drg.random_editions import DIAGNOSES, OPERATIONS, STAYS, Drawn, columns_of, editions, expected
from tests.lanes import examples
from tests.reference.drg.proof import proof
from tests.reference.drg.stay import Stay

BATCHES = st.lists(STAYS, min_size=1, max_size=8)
FEWER = settings(max_examples=examples(40))


def _outcome(tables: DrgTables, stays: list[Stay]) -> list[tuple[int, int]]:
    result = assign_groups(columns_of(tables, stays), tables)
    return list(zip(result["adrg_row"].tolist(), result["drg_row"].tolist(), strict=True))


@settings(max_examples=examples(200))
@given(editions(), BATCHES)
def test_groups_severities_and_deciding_codes_are_those_of_the_reference(drawn: Drawn, stays: list[Stay]) -> None:
    tables = drawn.tables()
    plain, audited = (assign_groups(columns_of(tables, stays), tables, audit=flag) for flag in (False, True))
    for name, values in expected(tables.content, stays).items():
        assert audited[name].tolist() == values, name
    for name, column in plain.items():
        assert column.tolist() == audited[name].tolist(), name


@FEWER
@given(editions(), BATCHES)
def test_every_row_that_holds_is_open(drawn: Drawn, stays: list[Stay]) -> None:
    tables = drawn.tables()
    categories = {mdc.code: mdc.rule for mdc in tables.content.mdcs}
    for stay in filter(lambda stay: stay.diagnoses, stays):
        open_rows = _open_rows(tables, stay)
        for row, adrg in enumerate(tables.content.adrgs):
            rules = (categories[adrg.mdc], adrg.rule)
            if all(proof(rule, stay, tables.content) is not None for rule in rules):
                assert row in open_rows, adrg.text


def _open_rows(tables: DrgTables, stay: Stay) -> set[int]:
    """Rows that the codes of a stay leave open, read off the arrays one by one."""
    arrays, found = tables.arrays, set(range(len(tables.adrg_codes)))
    for kind, codes, system in (
        ("diagnosis", stay.diagnoses, tables.diagnoses),
        ("operation", stay.operations, tables.procedures),
    ):
        of_code, rows, alone, helped = (getattr(arrays, f"{kind}_{part}") for part in
                                        ("class", "rows", "rows_alone", "rows_helped"))  # fmt: skip
        classes = [of_code[system.ids.get(code, -1)] for code in codes] or [of_code[-1]]
        found &= _bits(rows[classes[0]])
        found &= _bits(alone[classes[0]]).union(*(_bits(helped[other]) for other in classes[1:]))
    return found


def _bits(words: np.ndarray) -> set[int]:
    return {64 * place + bit for place, word in enumerate(words.tolist()) for bit in range(64) if word >> bit & 1}


@FEWER
@given(editions(), BATCHES, st.randoms(use_true_random=False))
def test_neither_the_order_of_stays_nor_the_batch_matters(drawn: Drawn, stays: list[Stay], random: Random) -> None:
    tables, order = drawn.tables(), list(range(len(stays)))
    random.shuffle(order)
    whole = _outcome(tables, stays)
    assert _outcome(tables, [stays[place] for place in order]) == [whole[place] for place in order]
    assert [_outcome(tables, [stay])[0] for stay in stays] == whole


@FEWER
@given(editions(), BATCHES, st.integers(1, 6))
def test_codes_that_no_rule_asks_for_change_nothing(drawn: Drawn, stays: list[Stay], place: int) -> None:
    # The last diagnosis of the list is no complication and, like the last operation, in no set that a stay could meet.
    def among(codes: tuple[str, ...], stranger: str) -> tuple[str, ...]:
        return (*codes[:place], stranger, "unknown", *codes[place:]) if codes else codes

    tables = drawn.tables()
    others = [Stay(among(s.diagnoses, DIAGNOSES[-1]), among(s.operations, OPERATIONS[-1]), *s[2:]) for s in stays]
    assert _outcome(tables, others) == _outcome(tables, stays)


@FEWER
@given(editions(), BATCHES)
def test_a_code_written_twice_counts_once(drawn: Drawn, stays: list[Stay]) -> None:
    tables = drawn.tables()
    twice = [Stay(s.diagnoses + s.diagnoses[1:], s.operations + s.operations[1:], *s[2:]) for s in stays]
    assert _outcome(tables, twice) == _outcome(tables, stays)
