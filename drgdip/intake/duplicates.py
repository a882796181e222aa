"""Settlement IDs that stand more than once, over all files of a run.

A first pass keeps eight bytes a row: a hash of the ID. Only rows whose hash stands twice are read again,
by the ID itself and the content of the row, so a collision of hashes never sets anything aside.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.base.reasons import number
from drgdip.intake.buffers import as_text, cells, gather, one_array, written
from drgdip.intake.cell_kernels import hash_ids
from drgdip.intake.source import Source, rows_of
from drgdip.interface.fields import field_names

_ID = "setl_id"
_LAST_BITS = (1 << 18) - 1
_DUPLICATE, _CONFLICTING = number("duplicate_setl_id"), number("conflicting_setl_id")


class Repeated(NamedTuple):
    """Rows of one source that share their ID with another row: data rows (int64, ascending) and reasons (int16)."""

    row: np.ndarray
    reason: np.ndarray


def repeated_ids(sources: Sequence[Source], chunk_rows: int, threads: int = 1) -> list[Repeated]:
    """For every source, the rows that cannot be settled because of their settlement ID.

    Identical rows: the first one stands, the others are duplicates. Rows that differ: all conflict.
    Two rows are identical if all known columns are, as written.
    """
    marked: list[dict[int, int]] = [{} for _ in sources]
    hashes = _all_hashes(sources, chunk_rows)
    for places in _places_by_id(sources, hashes, chunk_rows, threads).values():
        if len(places) > 1:
            alike = len({content for _, _, content in places}) == 1
            for source, row, _ in places[1:] if alike else places:
                marked[source][row] = _DUPLICATE if alike else _CONFLICTING
    return [_sorted(rows) for rows in marked]


def _sorted(reasons: dict[int, int]) -> Repeated:
    rows = sorted(reasons)
    return Repeated(np.array(rows, dtype=np.int64), np.array([reasons[row] for row in rows], dtype=np.int16))


def _hashes(column: pa.ChunkedArray) -> np.ndarray:
    text = as_text(one_array(column))
    if pa.types.is_dictionary(text.type):
        return gather(hash_ids(*cells(text.dictionary)), text.indices, -1)
    return hash_ids(*cells(text))


def _all_hashes(sources: Sequence[Source], chunk_rows: int) -> list[np.ndarray]:
    """For every source, the hash of every row's ID (int64), -1 where it is empty."""
    nothing = np.empty(0, dtype=np.int64)
    return [
        np.concatenate([nothing, *(_hashes(piece.table[_ID]) for piece in source.read([_ID], chunk_rows))])
        for source in sources
    ]


def _repeated_hashes(hashes: Sequence[np.ndarray]) -> np.ndarray:
    """Hashes that stand more than once, ascending; those of empty IDs left out."""
    ordered = np.concatenate(hashes)
    ordered.sort()
    again = ordered[1:][(ordered[1:] == ordered[:-1]) & (ordered[1:] >= 0)]
    return np.unique(again)


def _members(hashes: np.ndarray, suspects: np.ndarray) -> np.ndarray:
    """Positions of hashes that are among some. Their last bits tell nearly all others apart at little cost."""
    marked = np.zeros(_LAST_BITS + 1, dtype=np.bool_)
    marked[suspects & _LAST_BITS] = True
    near = np.nonzero(marked[hashes & _LAST_BITS])[0]
    return near[np.isin(hashes[near], suspects)]


def _places_by_id(
    sources: Sequence[Source], hashes: Sequence[np.ndarray], chunk_rows: int, threads: int
) -> dict[str, list[tuple[int, int, bytes]]]:
    """ID -> source, data row and content of every row whose hash stands more than once, in the order of the input."""
    places: dict[str, list[tuple[int, int, bytes]]] = defaultdict(list)
    suspects = _repeated_hashes(hashes)
    for position, source in enumerate(sources):
        rows = _members(hashes[position], suspects)
        if len(rows):
            table = rows_of(source, field_names(), rows, chunk_rows, threads)
            ids = [cell.strip() for cell in written(one_array(table[_ID]))]
            for identity, row, content in zip(ids, (rows + 1).tolist(), _contents(table), strict=True):
                places[identity].append((position, row, content))
    return places


def _contents(table: pa.Table) -> list[bytes]:
    """A digest of every row: the cells as written, under their names."""
    names = sorted(table.column_names)
    columns = [written(one_array(table[name])) for name in names]
    known = "\0".join(names)
    return [
        hashlib.blake2b("\0".join((known, *row)).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        for row in zip(*columns, strict=True)
    ]
