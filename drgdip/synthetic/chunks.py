"""Chunks of stays in order: drawn, laid out in the flat layout, and broken where that was asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from drgdip.synthetic.ahead import ahead
from drgdip.synthetic.blueprint import Blueprint, generator_for
from drgdip.synthetic.defects import kinds_of, plan_defects, reason_of, spoil
from drgdip.synthetic.layout import to_table
from drgdip.synthetic.stays import Stays, draw_stays

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from drgdip.synthetic.defects import Defect
    from drgdip.synthetic.request import Request

#: Rows a chunk. A part of the result: another size gives other bytes.
CHUNK_ROWS = 100_000


class Planted(NamedTuple):
    """One defect of the key: data row from 1 (0: the file as a whole), settlement ID, kind, field."""

    row: int
    setl_id: str
    kind: str
    field: str


class Chunk(NamedTuple):
    """Stays as drawn, as the clean table and as the one that is written, and the key of its defects.

    defects : by position in the chunk.
    billed : (rows,) whether fee lines are drawn for the stay: nothing is wrong with its row, nor is it repeated.
    same_visit : (rows,) whether the row says that it is of the same visit as the row before, or is left out.
    """

    number: int
    first_row: int
    stays: Stays
    clean: Any
    table: Any
    defects: Sequence[Defect]
    billed: np.ndarray
    same_visit: np.ndarray
    manifest: list[Planted]


def draw_chunks(blueprint: Blueprint, request: Request) -> Iterator[Chunk]:
    """All chunks in order; each depends on its number only, so some are drawn ahead."""
    return ahead(partial(draw_chunk, blueprint, request), range(-(-request.cases // CHUNK_ROWS)))


def draw_chunk(blueprint: Blueprint, request: Request, number: int) -> Chunk:
    """Chunk ``number`` of a request."""
    first = number * CHUNK_ROWS
    count = min(CHUNK_ROWS, request.cases - first)
    stays = draw_stays(blueprint, request.month, number, first, count, calm=request.violations)
    clean = table = to_table(blueprint, stays, request.month)
    defects: Sequence[Defect] = ()
    manifest = []
    if request.dirty:
        defects = plan_defects(
            request.dirty,
            first,
            count,
            kinds_of(request.layout, request.format, request.list_form),
            generator_for(request.seed, 2, number),
        )
        table = spoil(clean, defects, request.format)
        ids = table["setl_id"].take([defect.row for defect in defects]).to_pylist() if defects else []
        manifest = [
            Planted(first + d.row + 1, id_, reason_of(d.kind), d.field) for d, id_ in zip(defects, ids, strict=True)
        ]
    return Chunk(number, first, stays, clean, table, defects, *_visits(defects, count, request), manifest)


def _visits(defects: Sequence[Defect], count: int, request: Request) -> tuple[np.ndarray, np.ndarray]:
    billed, same = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
    billed[[defect.row for defect in defects]] = False
    again = [defect.row for defect in defects if defect.kind == "duplicate_setl_id"]
    billed[np.array(again, dtype=np.int64) - 1] = False
    same[again] = True
    if request.layout == "lists":  # there, conflicting lists are of one visit
        same[[defect.row for defect in defects if defect.kind == "conflicting_setl_id"][1::2]] = True
        same[[defect.row for defect in defects if defect.kind == "settlement_without_list"]] = True
    return billed, same
