"""Which part of a large batch a row belongs to, so that whatever rules hold against each other stays together.

A part has all stays of its persons, with their fee lines. Rows that name a person, visit or settlement of another part
join the two; a batch without such contradictions falls into parts of even size.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from drgdip.pipeline.screening.ids import Encoded, Texts

LINKS = ("settlement", "visit", "person")
#: Stays of a part: about half a million fee lines, so that the parts in work take little memory.
STAYS = 3_000


class Parts:
    """The parts of a batch. texts : of the IDs that link rows, as they are seen."""

    def __init__(self, cases: Mapping[str, Encoded], stays: int, count: int) -> None:
        self.count = count
        self.texts = {name: Texts() for name in LINKS}
        self._part = {name: np.empty(0, dtype=np.int16) for name in LINKS}
        self._edges: set[tuple[int, int]] = set()
        self.of_cases = np.zeros(stays, dtype=np.int16)
        if count == 1:
            return
        codes = {name: self.texts[name].codes(column) for name, column in cases.items() if name in LINKS}
        own = np.arange(stays, dtype=np.int64) * count // max(1, stays)
        person = codes.get("person")
        if person is not None and len(self.texts["person"]):
            own = np.where(person >= 0, person.astype(np.int64) * count // len(self.texts["person"]), own)
        self.of_cases = own.astype(np.int16)
        self._link(codes, self.of_cases)

    def place(self, ids: Mapping[str, tuple[np.ndarray, np.ndarray]], rows: int) -> np.ndarray:
        """Parts of rows by their IDs; int16, (n,). ids : codes by place, -1 last, and the places of the rows."""
        if self.count == 1:
            return np.zeros(rows, dtype=np.int16)
        part = np.full(rows, -1, dtype=np.int16)
        for name in LINKS:
            if name in ids:
                self._grow(name)
                codes, places = ids[name]
                known = self._part[name][codes][places]
                part = known if not np.any(part >= 0) else np.where(part < 0, known, part)
                if not np.any(part < 0):
                    break
        part[part < 0] = 0
        for name, (codes, places) in ids.items():
            self._grow(name)
            if not np.array_equal(self._part[name][codes][places], part):
                self._link({name: codes[places]}, part)
        return part

    def groups(self) -> list[list[int]]:
        """Parts that belong together, each once."""
        root = list(range(self.count))

        def of(part: int) -> int:
            while root[part] != part:
                part = root[part]
            return part

        for one, other in sorted(self._edges):
            low, high = sorted((of(one), of(other)))
            root[high] = low
        found: dict[int, list[int]] = {}
        for part in range(self.count):
            found.setdefault(of(part), []).append(part)
        return list(found.values())

    def _grow(self, name: str) -> None:
        more = len(self.texts[name]) + 1 - len(self._part[name])
        if more > 0:
            self._part[name] = np.append(self._part[name], np.full(more, -1, dtype=np.int16))

    def _link(self, codes: Mapping[str, np.ndarray], part: np.ndarray) -> None:
        """Remember where IDs are, and which parts they join."""
        for name, of_rows in codes.items():
            self._grow(name)
            known = self._part[name]
            new = np.flatnonzero((of_rows >= 0) & (known[of_rows] < 0))
            known[of_rows[new]] = part[new]
            joined = np.flatnonzero((of_rows >= 0) & (known[of_rows] != part))
            for pair in np.unique(np.stack([part[joined], known[of_rows[joined]]]), axis=1).T.tolist():
                self._edges.add((pair[0], pair[1]))
