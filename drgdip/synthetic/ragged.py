"""Lists of different lengths, one a stay, as flat values with offsets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Ragged(NamedTuple):
    """values : flat. offset : (rows + 1,) first value of each row."""

    values: np.ndarray
    offset: np.ndarray


def joined(
    source: np.ndarray, start: np.ndarray, count: np.ndarray, more: np.ndarray, more_count: np.ndarray
) -> Ragged:
    """Rows of ``source[start : start + count]``, each followed by the first ``more_count`` entries of its row of ``more``."""
    offset = np.concatenate(([0], np.cumsum(count + more_count))).astype(np.int32)
    values = np.empty(offset[-1], dtype=np.int32)
    row, place = places(count)
    values[offset[row] + place] = source[start[row] + place]
    row, place = places(more_count)
    values[offset[row] + count[row] + place] = more[row, place]
    return Ragged(values, offset)


def places(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row and place within the row of every entry."""
    first = np.cumsum(count) - count
    row = np.repeat(np.arange(len(count)), count)
    return row, np.arange(len(row)) - first[row]
