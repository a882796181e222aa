"""Rows of a batch: take some, put them back. A batch is a dict of column arrays; lists have offsets."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence

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


class OneStay(Mapping[str, np.ndarray]):
    """A stay of a batch as a batch of one, read where it stands.

    batch : the whole, shared by all of its stays, and never written to. row : the stay's. names : of the columns.
    """

    __slots__ = ("batch", "names", "row")

    def __init__(self, batch: Mapping[str, np.ndarray], row: int, names: frozenset[str]) -> None:
        self.batch, self.row, self.names = batch, row, names

    def __getitem__(self, name: str) -> np.ndarray:
        values = self.batch[name]
        if name in LISTS:
            first, last = self.batch[LISTS[name]][self.row : self.row + 2]
            return values[first:last]
        if name in _NOT_BY_CASE:
            return values[self.row : self.row + 2] - values[self.row]
        return values[self.row : self.row + 1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.batch)

    def __len__(self) -> int:
        return len(self.batch)


def split(columns: Mapping[str, np.ndarray]) -> list[OneStay]:
    """Each stay of a batch as a batch of one, in order; they share the memory of the whole."""
    names = frozenset(columns)
    return [OneStay(columns, row, names) for row in range(rows_of(columns))]


def names_of(columns: Mapping[str, np.ndarray]) -> frozenset[str]:
    """Names of a batch's columns; those of one batch are counted once for all of its stays."""
    return columns.names if isinstance(columns, OneStay) else frozenset(columns)


def joined(batches: Sequence[Mapping[str, np.ndarray]], wanted: Collection[str] | None = None) -> dict[str, np.ndarray]:
    """Batches with the same columns as one, in their order; ``wanted``: these columns only, as far as there are."""
    names = [name for name in batches[0] if wanted is None or name in wanted]
    stays = [one for one in batches if isinstance(one, OneStay)]
    if len(stays) < len(batches):
        return _concatenated(batches, names)
    parts = alike([id(one.batch) for one in stays])
    taken = [_taken([stays[place] for place in places], names) for places in parts]
    if len(taken) == 1:
        return taken[0]
    return take(_concatenated(taken, names), np.argsort(np.concatenate(parts)))


def _taken(stays: Sequence[OneStay], names: Sequence[str]) -> dict[str, np.ndarray]:
    """Stays of the same batch as one batch."""
    batch = stays[0].batch
    return take({name: batch[name] for name in names}, np.array([one.row for one in stays]))


def _concatenated(batches: Sequence[Mapping[str, np.ndarray]], names: Sequence[str]) -> dict[str, np.ndarray]:
    own = [name for name in names if name not in LISTS.values()]
    columns = zip(*(map(one.__getitem__, own) for one in batches), strict=True)
    whole = {name: np.concatenate(parts) for name, parts in zip(own, columns, strict=True)}
    for offset in LISTS.values():
        if offset in names:
            lengths = np.concatenate([one[offset][1:] - one[offset][:-1] for one in batches])
            whole[offset] = np.concatenate([[0], np.cumsum(lengths)]).astype(batches[0][offset].dtype)
    return whole


def in_batches(stays: Sequence[Mapping[str, np.ndarray]]) -> list[dict[str, np.ndarray]]:
    """Batches of one as few batches: those with the same columns together."""
    return [joined([stays[place] for place in places]) for places in alike(list(map(names_of, stays)))]


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
