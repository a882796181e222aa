"""Defects of a batch of rows: which row, which field, which reason. Findings are written from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from drgdip.base.reasons import number

#: ``field`` of a defect that is not in one field but in the row as a whole.
WHOLE_ROW = -1


class Defects(NamedTuple):
    """Three arrays of one length, ordered by row, field and reason.

    row : int32, position in the batch. field : int16, position in the registry of fields, or WHOLE_ROW.
    reason : int16, number of the reason in :mod:`drgdip.base.reasons`.
    """

    row: np.ndarray
    field: np.ndarray
    reason: np.ndarray


def defects_of(rows: np.ndarray, field: int, key: str) -> Defects:
    """The same defect in several rows."""
    count = len(rows)
    return Defects(
        rows.astype(np.int32), np.full(count, field, dtype=np.int16), np.full(count, number(key), dtype=np.int16)
    )


def join_defects(*parts: Defects) -> Defects:
    """All defects of several lists, each once, in order."""
    filled = [part for part in parts if len(part.row)]
    if not filled:
        return Defects(np.empty(0, np.int32), np.empty(0, np.int16), np.empty(0, np.int16))
    row, field, reason = (np.concatenate(arrays) for arrays in zip(*filled, strict=True))
    order = np.lexsort((reason, field, row))
    row, field, reason = row[order], field[order], reason[order]
    fresh = np.ones(len(row), dtype=np.bool_)
    fresh[1:] = (row[1:] != row[:-1]) | (field[1:] != field[:-1]) | (reason[1:] != reason[:-1])
    return Defects(row[fresh], field[fresh], reason[fresh])


def without_rows_of(rows: np.ndarray, known: Defects, fields: Iterable[int]) -> np.ndarray:
    """``rows`` less those that have a known defect in one of the fields, or as a whole."""
    if not len(rows) or not len(known.row):
        return rows
    blocking = np.isin(known.field, [WHOLE_ROW, *fields])
    return rows[~np.isin(rows, known.row[blocking])]
