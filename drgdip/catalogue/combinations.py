"""The combinations of a history: every different category, main operation and set of related operations, with its sums."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from drgdip.catalogue.history import History
from drgdip.tables.code_system import CodeSystem
from drgdip.tables.dip_compile import core_category

_PIECE = 500_000
_SALTS = 4


class Combinations(NamedTuple):
    """One row a combination, in the order of category, main operation and related operations.

    categories : names (``K35.3``), by position. category : int64 position. main : int64 procedure id, −1 none.
    diagnosis : a diagnosis of each category that may be the principal one (int32, −1 none).
    related_id, related_offset : ascending procedure ids. stays, cost_fen : int64.
    """

    categories: tuple[str, ...]
    diagnosis: np.ndarray
    category: np.ndarray
    main: np.ndarray
    related_id: np.ndarray
    related_offset: np.ndarray
    stays: np.ndarray
    cost_fen: np.ndarray

    def related(self, row: int) -> tuple[int, ...]:
        """Related operations of a combination."""
        return tuple(self.related_id[self.related_offset[row] : self.related_offset[row + 1]].tolist())


class Categories(NamedTuple):
    """Core categories of a code list in order: their names, and the position of each diagnosis's (int32, −1 excluded)."""

    names: tuple[str, ...]
    of_diagnosis: np.ndarray

    def first_diagnosis(self) -> np.ndarray:
        """The first diagnosis of each category that is not excluded (int32, −1 none)."""
        first = np.full(len(self.names), -1, dtype=np.int32)
        backwards = np.flatnonzero(self.of_diagnosis >= 0)[::-1]
        first[self.of_diagnosis[backwards]] = backwards
        return first


def categories_of(diagnoses: CodeSystem, excluded: Collection[str] = ()) -> Categories:
    """Categories of diagnoses; those that may not be the principal one (``excluded``) have none."""
    named = [core_category(code) for code in diagnoses.codes]
    names = sorted(set(named))
    place = {name: position for position, name in enumerate(names)}
    of_diagnosis = np.array([place[name] for name in named], dtype=np.int32)
    barred = {code.casefold() for code in excluded}
    of_diagnosis[[code.casefold() in barred for code in diagnoses.codes]] = -1
    return Categories(tuple(names), of_diagnosis)


def find_combinations(
    history: History, categories: Categories, procedure_unused: np.ndarray, taken: np.ndarray | None = None
) -> Combinations:
    """All combinations of the stays that are not ``taken`` by groups that come first."""
    for salt in range(_SALTS):
        found = _find(history, categories, procedure_unused, taken, np.uint64(salt * 7919 + 1))
        if found is not None:
            return found
    raise RuntimeError("combinations cannot be told apart")  # four different hashes would have to collide


def _find(
    history: History, categories: Categories, unused: np.ndarray, taken: np.ndarray | None, salt: np.uint64
) -> Combinations | None:
    """Combinations told apart by their hash, None if two that differ have the same one."""
    known = _Table()
    for first in range(0, len(history), _PIECE):
        last = min(first + _PIECE, len(history))
        rows = history.rows(first, last)
        own = np.zeros(last - first, dtype=np.bool_) if taken is None else np.asarray(taken[first:last])
        if not known.add(_piece(rows, categories.of_diagnosis, unused, own, salt)):
            return None
    return known.in_order(categories)


class _Piece(NamedTuple):
    hashes: np.ndarray
    keys: list[tuple[int, int, tuple[int, ...]]]
    stays: np.ndarray
    cost_fen: np.ndarray
    sound: bool


def _piece(
    rows: dict[str, np.ndarray], category_of: np.ndarray, unused: np.ndarray, taken: np.ndarray, salt: np.uint64
) -> _Piece:
    from drgdip.catalogue.combination_kernels import add_combinations, hash_combinations

    category = np.where(taken, -1, category_of[rows["diagnosis_id"][rows["diagnosis_offset"][:-1]]])
    offset = rows["procedure_offset"]
    longest = int(np.diff(offset).max(initial=0)) + 1
    hashes = np.empty(len(category), dtype=np.uint64)
    hash_combinations(category, rows["procedure_id"], offset, unused, longest, salt, hashes)
    distinct, where, which = np.unique(hashes, return_index=True, return_inverse=True)
    group = which.astype(np.int64).reshape(-1)
    keys = _keys(rows, category, unused, where)
    sound = _same(rows, category, unused, where, group)
    if len(distinct) and distinct[0] == 0:
        distinct, keys, group = distinct[1:], keys[1:], group - 1
    stays, cost_fen = np.zeros(len(distinct), dtype=np.int64), np.zeros(len(distinct), dtype=np.int64)
    add_combinations(group, rows["total_cost_fen"], stays, cost_fen)
    return _Piece(distinct, keys, stays, cost_fen, sound)


def _keys(
    rows: dict[str, np.ndarray], category: np.ndarray, unused: np.ndarray, where: np.ndarray
) -> list[tuple[int, int, tuple[int, ...]]]:
    """What stands behind some stays: category, main operation, related operations."""
    main, related, offset = _listed(rows, unused, where)
    flat, ends = related.tolist(), offset.tolist()
    return [
        (one, operation, tuple(flat[first:last]))
        for one, operation, first, last in zip(
            category[where].tolist(), main.tolist(), ends[:-1], ends[1:], strict=True
        )
    ]


def _listed(
    rows: dict[str, np.ndarray], unused: np.ndarray, where: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from drgdip.catalogue.combination_kernels import list_related

    lengths = np.diff(rows["procedure_offset"])[where]
    main, offset = np.empty(len(where), dtype=np.int64), np.zeros(len(where) + 1, dtype=np.int64)
    related = np.empty(int(lengths.sum()) + 1, dtype=np.int64)
    list_related(rows["procedure_id"], rows["procedure_offset"], where, unused, main, related, offset)
    return main, related, offset


def _same(
    rows: dict[str, np.ndarray], category: np.ndarray, unused: np.ndarray, where: np.ndarray, group: np.ndarray
) -> bool:
    """Whether every stay has the combination of the first stay with its hash."""
    main, related, offset = _listed(rows, unused, np.arange(len(category)))
    first = where[group]
    used = category >= 0
    if not (np.array_equal(main[used], main[first][used]) and np.array_equal(category[used], category[first][used])):
        return False
    lengths = np.diff(offset)
    if not np.array_equal(lengths[used], lengths[first][used]):
        return False
    inside = np.arange(int(lengths.sum())) - np.repeat(offset[:-1], lengths)
    theirs = np.repeat(offset[:-1][first], lengths) + inside
    count = len(inside)
    return bool(np.all((related[:count] == related[theirs]) | ~np.repeat(used, lengths)))


class _Table:
    """Combinations of all pieces so far, by hash."""

    def __init__(self) -> None:
        self._keys: dict[int, tuple[int, int, tuple[int, ...]]] = {}
        self._sums: dict[int, list[int]] = {}

    def add(self, piece: _Piece) -> bool:
        """Add a piece; False if a hash stands for another combination than before."""
        if not piece.sound:
            return False
        values = zip(piece.hashes.tolist(), piece.keys, piece.stays.tolist(), piece.cost_fen.tolist(), strict=True)
        for mark, key, stays, cost_fen in values:
            if self._keys.setdefault(mark, key) != key:
                return False
            sums = self._sums.setdefault(mark, [0, 0])
            sums[0] += stays
            sums[1] += cost_fen
        return True

    def in_order(self, categories: Categories) -> Combinations:
        """Everything seen, by category, main operation and related operations."""
        order = sorted(self._keys, key=self._keys.__getitem__)
        keys = [self._keys[mark] for mark in order]
        offset = np.zeros(len(keys) + 1, dtype=np.int64)
        np.cumsum([len(related) for _, _, related in keys], out=offset[1:])
        return Combinations(
            categories=categories.names,
            diagnosis=categories.first_diagnosis(),
            category=np.array([category for category, _, _ in keys], dtype=np.int64),
            main=np.array([main for _, main, _ in keys], dtype=np.int64),
            related_id=np.array([code for _, _, related in keys for code in related], dtype=np.int64),
            related_offset=offset,
            stays=np.array([self._sums[mark][0] for mark in order], dtype=np.int64),
            cost_fen=np.array([self._sums[mark][1] for mark in order], dtype=np.int64),
        )
