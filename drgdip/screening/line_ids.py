"""IDs of fee lines as people read them, for hits and findings: read together, each line once a batch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from drgdip.screening.data import Dataset


class Line(NamedTuple):
    """One fee line as people read it. Without IDs of its own it has those of its case; a visit without a number that of its settlement."""

    settlement: str
    visit: str
    number: str
    item: str


class LineIds:
    """The lines of one batch by place."""

    def __init__(self, data: Dataset) -> None:
        self._data = data
        self._lines: dict[int, Line] = {}
        self._keys: dict[int, tuple[str, str]] = {}

    def of(self, row: int) -> Line:
        """IDs of one fee line."""
        found = self._lines.get(row)
        if found is None:
            self.read((row,))
            found = self._lines[row]
        return found

    def key(self, row: int) -> tuple[str, str]:
        """Visit and number of one fee line: what findings call it."""
        if row not in self._keys:
            self.read((row,))
        return self._keys[row]

    def keys(self, rows: Iterable[int]) -> tuple[tuple[str, str], ...]:
        """Visit and number of some fee lines."""
        return tuple([self.key(row) for row in rows])

    def read(self, rows: Iterable[int]) -> None:
        """Read the IDs of these lines, as far as they have not been; one by one it costs several times as much."""
        new = sorted({*rows} - self._lines.keys())
        if not new:
            return
        cases, lines = self._data.cases, self._data.lines
        assert lines is not None
        owners = lines["case"][new].tolist()
        named: list[list[str]] = []
        for name in ("settlement", "visit"):
            texts = lines.texts_at(name, new)
            if not all(texts):
                texts = [
                    text or (cases.text(name, case) if case < cases.rows else "")
                    for text, case in zip(texts, owners, strict=True)
                ]
            named.append(texts)
        visits = [visit or settlement for settlement, visit in zip(*named, strict=True)]
        numbers, items = lines.texts_at("line", new), lines.texts_at("item", new)
        self._lines.update(zip(new, map(Line, named[0], visits, numbers, items), strict=True))
        self._keys.update(zip(new, zip(visits, numbers, strict=True), strict=True))
