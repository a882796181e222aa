"""Columns are the trace: each is declared with unit, words and source, and written by one stage only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

from drgdip.base.columns import Column
from drgdip.pipeline.process import CASE_PAYMENT, CASE_PROCESS, Stage

STAGES = (*CASE_PROCESS, *CASE_PAYMENT)
#: Unit -> ending of the names that carry it.
ENDINGS = {"fen": "_fen", "e4": "_e4", "days": "_days", "s": "_s"}


def written() -> Iterator[tuple[Stage, Column]]:
    return ((stage, column) for stage in STAGES for column in stage.writes)


def test_a_column_is_written_by_one_stage_only() -> None:
    counts = Counter(column.name for _, column in written())

    assert {name: count for name, count in counts.items() if count > 1} == {}


@pytest.mark.parametrize("column", [column for _, column in written()], ids=lambda column: column.name)
def test_a_written_column_is_explained_and_cited(column: Column) -> None:
    assert column.zh
    assert column.en
    assert column.source


@pytest.mark.parametrize("column", [c for stage in STAGES for c in (*stage.reads, *stage.writes)], ids=lambda c: c.name)
def test_a_name_ends_in_its_unit(column: Column) -> None:
    assert column.name.endswith(ENDINGS.get(column.unit, ""))
    assert [unit for unit, ending in ENDINGS.items() if column.name.endswith(ending)] in ([], [column.unit])


def test_every_column_is_of_integers() -> None:
    kinds = {column.name: column.dtype for stage in STAGES for column in (*stage.reads, *stage.writes)}

    assert {name: kind for name, kind in kinds.items() if not np.issubdtype(np.dtype(kind), np.integer)} == {}


def test_a_column_has_one_type_and_unit_wherever_it_is_declared() -> None:
    forms: dict[str, set[tuple[str, str, str]]] = {}
    for stage in STAGES:
        for column in (*stage.reads, *stage.writes):
            forms.setdefault(column.name, set()).add((column.dtype, column.unit, column.dims))

    assert {name: kinds for name, kinds in forms.items() if len(kinds) > 1} == {}


def test_no_stage_reads_what_a_later_one_writes() -> None:
    position = {column.name: i for i, stage in enumerate(STAGES) for column in stage.writes}
    too_early = [
        (stage.key, column.name)
        for i, stage in enumerate(STAGES)
        for column in stage.reads
        if position.get(column.name, -1) >= i
    ]

    assert too_early == []
