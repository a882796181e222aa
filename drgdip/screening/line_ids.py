"""IDs of fee lines as people read them, for hits and findings: read together, each line once a batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from drgdip.screening.data import Dataset, Frame


class Line(NamedTuple):
    """One fee line as people read it. Without IDs of its own it has those of its case; a visit without a number that of its settlement.

    time_s, quantity_e4, fee_fen, price_e6 : as charged, None where they are not said. name : the hospital's own of the item.
    order, doctor, department : that it was ordered with, by and in; empty where they are not said, as the name is.
    """

    settlement: str
    visit: str
    number: str
    item: str
    time_s: int | None = None
    quantity_e4: int | None = None
    fee_fen: int | None = None
    price_e6: int | None = None
    name: str = ""
    order: str = ""
    doctor: str = ""
    department: str = ""


#: What is charged, and how it came about, in the order of :class:`Line`.
CHARGED = ("time_s", "quantity_e4", "fee_fen", "price_e6")
ORDERED = ("own_name", "order", "doctor", "department")


def charged(frame: Frame, rows: Sequence[int]) -> list[list[Any]]:
    """Time, quantity, fee and price of some rows of a table, and the order that they are of: column by column."""
    return [
        *(_figures(frame, name, rows) if frame.has(name) else [None] * len(rows) for name in CHARGED),
        *(frame.texts_at(name, rows) for name in ORDERED),
    ]


def _figures(frame: Frame, name: str, rows: Sequence[int]) -> list[int | None]:
    values, known = frame[name][rows].tolist(), frame.known(name)[rows].tolist()
    return values if all(known) else [value if there else None for value, there in zip(values, known, strict=True)]


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

    def all_of(self, rows: Iterable[int]) -> tuple[Line, ...]:
        """IDs of some fee lines, and what they charge."""
        return tuple([self.of(row) for row in rows])

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
        told = zip(named[0], visits, numbers, items, *charged(lines, new), strict=True)
        self._lines.update(zip(new, map(Line._make, told), strict=True))
        self._keys.update(zip(new, zip(visits, numbers, strict=True), strict=True))
