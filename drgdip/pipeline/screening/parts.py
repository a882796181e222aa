"""Which part of a large batch a row belongs to, so that whatever rules hold against each other stays together.

A part has all stays of its persons, with their fee lines. Rows that name a person, visit or settlement of another part
join the two; a batch without such contradictions falls into parts of even size.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from drgdip.pipeline.screening.ids import Encoded, Texts

LINKS = ("settlement", "visit", "person")
#: Stays of a part: about a million fee lines.
STAYS = 6_000


class Parts:
    """The parts of a batch. texts : of the IDs that link rows, as they are seen."""

    def __init__(self, cases: Mapping[str, Encoded], stays: int, count: int) -> None:
        self.count = count
        self.texts = {name: Texts() for name in LINKS}
        self._part = {name: np.empty(0, dtype=np.int16) for name in LINKS}
        self._edges: set[tuple[int, int]] = set()
        codes = {name: self.texts[name].codes(column) for name, column in cases.items() if name in LINKS}
        own = np.arange(stays, dtype=np.int64) * count // max(1, stays)
        person = codes.get("person")
        if person is not None and len(self.texts["person"]):
            own = np.where(person >= 0, person.astype(np.int64) * count // len(self.texts["person"]), own)
        self.of_cases = own.astype(np.int16)
        self._link(codes, self.of_cases)

    def place(self, codes: Mapping[str, np.ndarray], rows: int) -> np.ndarray:
        """Parts of rows by the codes of their IDs; int16, (n,)."""
        part = np.full(rows, -1, dtype=np.int16)
        for name in LINKS:
            if name in codes:
                self._grow(name)
                open_rows = part < 0
                if not open_rows.any():
                    break
                part = np.where(open_rows & (codes[name] >= 0), self._part[name][codes[name]], part)
        part[part < 0] = 0
        self._link(codes, part)
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
