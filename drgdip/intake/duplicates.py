"""Settlement IDs that stand more than once, over all files of a run.

A first pass keeps eight bytes a row: a hash of the ID. Only rows whose hash stands twice are read again,
by the ID itself and the content of the row, so a collision of hashes never sets anything aside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.base.reasons import number
from drgdip.intake.buffers import as_text, cells, gather, one_array, written
from drgdip.intake.cell_kernels import hash_ids
from drgdip.intake.same_values import comparable
from drgdip.intake.source import Source, tables_of
from drgdip.interface.fields import field_names, fields

_ID = "setl_id"
_LAST_BITS = (1 << 18) - 1
_DUPLICATE, _CONFLICTING = number("duplicate_setl_id"), number("conflicting_setl_id")


class Repeated(NamedTuple):
    """Rows of one source that share their ID with another row: data rows (int64, ascending) and reasons (int16)."""

    row: np.ndarray
    reason: np.ndarray


class _Rows(NamedTuple):
    """Rows of one source that may share their ID: data row, number of the ID, digest (n by two); all int64."""

    row: np.ndarray
    group: np.ndarray
    content: np.ndarray


_ROWS_OF_NONE = np.empty(0, dtype=np.int64), np.empty((0, 2), dtype=np.int64)


def repeated_ids(sources: Sequence[Source], chunk_rows: int, threads: int = 1) -> list[Repeated]:
    """For every source, the rows that cannot be settled because of their settlement ID.

    Identical rows: the first one stands, the others are duplicates. Rows that differ: all conflict.
    Two rows are identical if the values of all known columns are (:func:`drgdip.intake.same_values.comparable`),
    whatever they are stored as; a column that is absent counts as empty.
    """
    found = _repeated_rows(sources, _all_hashes(sources, chunk_rows), chunk_rows, threads)
    reason = _reasons(np.concatenate([rows.group for rows in found]), np.concatenate([rows.content for rows in found]))
    ends = np.cumsum([len(rows.row) for rows in found])
    return [
        Repeated(rows.row[one > 0], one[one > 0]) for rows, one in zip(found, np.split(reason, ends[:-1]), strict=True)
    ]


def _reasons(group: np.ndarray, content: np.ndarray) -> np.ndarray:
    """For rows in the order of the input, why each cannot be settled (int16); 0 for the one that stands."""
    _, first = np.unique(group, return_index=True)
    differs = (content != content[first[group]]).any(axis=1)
    conflicting = np.zeros(len(first), dtype=np.bool_)
    conflicting[group[differs]] = True
    again = np.arange(len(group)) != first[group]
    return np.where(conflicting[group], _CONFLICTING, np.where(again, _DUPLICATE, 0)).astype(np.int16)


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


def _repeated_rows(
    sources: Sequence[Source], hashes: Sequence[np.ndarray], chunk_rows: int, threads: int
) -> list[_Rows]:
    """For every source, the rows whose hash stands more than once. Memory: forty bytes a row and each ID once."""
    groups: dict[str, int] = {}
    suspects = _repeated_hashes(hashes)
    found = []
    for position, source in enumerate(sources):
        rows = _members(hashes[position], suspects)
        parts = [_ROWS_OF_NONE]
        for table in tables_of(source, field_names(), rows, chunk_rows, threads):
            ids = [cell.strip() for cell in written(one_array(table[_ID]))]
            group = np.array([groups.setdefault(identity, len(groups)) for identity in ids], dtype=np.int64)
            parts.append((group, _contents(table)))
        group, content = (np.concatenate(column) for column in zip(*parts, strict=True))
        found.append(_Rows(rows + 1, group, content))
    return found


def _contents(table: pa.Table) -> np.ndarray:
    """A digest of every row (n by two int64): the values of all fields, in their order."""
    nothing = [""] * table.num_rows
    columns = [
        comparable(field, one_array(table[name])) if name in table.column_names else nothing
        for name, field in fields().items()
    ]
    digests = [
        hashlib.blake2b(_joined(row).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        for row in zip(*columns, strict=True)
    ]
    return np.frombuffer(b"".join(digests), dtype=np.int64).reshape(-1, 2)


def _joined(cells: tuple[str, ...]) -> str:
    """Cells as one text that is cut in one way only, whatever stands in them."""
    return "".join(f"{len(cell)}:{cell}" for cell in cells)
