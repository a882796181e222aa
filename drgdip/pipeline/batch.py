"""Rows of a batch: take some, put them back. A batch is a dict of column arrays; lists have offsets."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np

#: Flat list columns and the offsets that cut them into stays.
LISTS = {"diagnosis_id": "diagnosis_offset", "procedure_id": "procedure_offset"}
_NOT_BY_CASE = frozenset((*LISTS, *LISTS.values()))


def rows_of(columns: Mapping[str, np.ndarray]) -> int:
    """Number of stays in a batch."""
    return len(columns["row_number"])


def _take_list(flat: np.ndarray, offset: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lengths = (offset[1:] - offset[:-1])[rows]
    new_offset = np.zeros(len(rows) + 1, dtype=offset.dtype)
    np.cumsum(lengths, out=new_offset[1:])
    position = np.arange(new_offset[-1], dtype=np.int64) + np.repeat(offset[:-1][rows] - new_offset[:-1], lengths)
    return flat[position], new_offset


def take(columns: Mapping[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    """The batch that holds the given rows, in their order."""
    taken = {name: values[rows] for name, values in columns.items() if name not in _NOT_BY_CASE}
    for flat, offset in LISTS.items():
        if flat in columns:
            taken[flat], taken[offset] = _take_list(columns[flat], columns[offset], rows)
    return taken


def split(columns: Mapping[str, np.ndarray]) -> list[dict[str, np.ndarray]]:
    """Each stay of a batch as a batch of one, in order; they share the memory of the whole."""
    names = [name for name in columns if name not in _NOT_BY_CASE]
    # Rows of a table of one column are views too, and are made faster than slices.
    cells = zip(*(columns[name].reshape(-1, 1) for name in names), strict=True)
    parts = [dict(zip(names, own, strict=True)) for own in cells]
    for flat, offset in LISTS.items():
        if flat in columns:
            ends = columns[offset].tolist()
            for part, first, last in zip(parts, ends, ends[1:], strict=False):
                part[flat] = columns[flat][first:last]
                part[offset] = np.array([0, last - first], dtype=columns[offset].dtype)
    return parts


def joined(batches: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Batches with the same columns as one, in their order."""
    names = [name for name in batches[0] if name not in LISTS.values()]
    columns = zip(*(map(one.__getitem__, names) for one in batches), strict=True)
    whole = {name: np.concatenate(parts) for name, parts in zip(names, columns, strict=True)}
    for offset in LISTS.values():
        if offset in batches[0]:
            lengths = np.concatenate([one[offset][1:] - one[offset][:-1] for one in batches])
            whole[offset] = np.concatenate([[0], np.cumsum(lengths)]).astype(batches[0][offset].dtype)
    return whole


def in_batches(stays: Sequence[Mapping[str, np.ndarray]]) -> list[dict[str, np.ndarray]]:
    """Batches of one as few batches: those with the same columns together."""
    return [joined([stays[place] for place in places]) for places in alike([frozenset(one) for one in stays])]


def alike(keys: Sequence[Hashable]) -> list[list[int]]:
    """Positions with the same key, such as the names of columns; in the order in which keys first stand."""
    found: dict[Hashable, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    return list(found.values())


def keep(columns: Mapping[str, np.ndarray], wanted: np.ndarray) -> Mapping[str, np.ndarray]:
    """The rows of a mask; the batch itself where all are wanted."""
    if wanted.all():
        return columns
    kept = {name: values[wanted] for name, values in columns.items() if name not in _NOT_BY_CASE}
    for flat, offset in LISTS.items():
        if flat in columns:
            lengths = columns[offset][1:] - columns[offset][:-1]
            kept[flat] = columns[flat][np.repeat(wanted, lengths)]
            kept[offset] = np.zeros(len(lengths[wanted]) + 1, dtype=columns[offset].dtype)
            np.cumsum(lengths[wanted], out=kept[offset][1:])
    return kept


def scatter(parts: Sequence[tuple[np.ndarray, Mapping[str, np.ndarray]]], rows: int) -> dict[str, np.ndarray]:
    """Put columns computed for disjoint sets of rows back in place."""
    whole: dict[str, np.ndarray] = {}
    for positions, columns in parts:
        for name, values in columns.items():
            whole.setdefault(name, np.zeros(rows, dtype=values.dtype))[positions] = values
    return whole
