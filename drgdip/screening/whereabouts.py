"""Where and when the subjects of a batch were: what decides by which lists and values each of them is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from drgdip.screening.data import DAY, Dataset, Frame
from drgdip.screening.findings import visits_by_settlement
from drgdip.screening.hits import TABLE_OF, Hit, Judged, Units
from drgdip.screening.words import NONE

#: The day of what has none: it goes by the last.
NO_DAY = 10**9


class Places(NamedTuple):
    """Place of care and day of some subjects. region : places in ``texts``, -1 where none is known. day : :data:`NO_DAY` without one."""

    region: np.ndarray
    texts: Sequence[str]
    day: np.ndarray

    def take(self, rows: Sequence[int] | np.ndarray) -> Places:
        """Those of some subjects."""
        return Places(self.region[rows], self.texts, self.day[rows])


class Whereabouts:
    """Of one batch, worked out when they are asked for."""

    def __init__(self, data: Dataset) -> None:
        self._data = data
        self._rows: dict[str, Places] = {}
        self._hospitals: dict[str, tuple[str, int]] | None = None

    def rows(self, table: str) -> Places:
        """Of the rows of a table: discharge of a stay, time of others; where the stay or visit was."""
        if table not in self._rows:
            frame = self._data.table(table)
            assert frame is not None
            column = "discharge_s" if table == "cases" else "time_s"
            day = np.where(frame.known(column), frame[column] // DAY, NO_DAY)
            self._rows[table] = Places(*self._regions(table, frame), day)
        return self._rows[table]

    def _regions(self, table: str, frame: Frame) -> tuple[np.ndarray, Sequence[str]]:
        of_stay, visits = table in ("cases", "fee_lines"), self._data.outpatient
        if not of_stay and not frame.has("settlement"):
            found = self._named([self._hospital(name) for name in frame.texts("hospital")])
            return found.region, found.texts
        whose = self._data.cases if of_stay else visits
        if whose is None or not whose.has("treated_region"):
            return np.full(frame.rows, NONE), ()
        own = whose["treated_region"]
        if table == "fee_lines":
            own = np.append(own, NONE)[frame["case"]]
        elif frame is not whose:
            place = visits_by_settlement(whose)
            own = np.append(own, NONE)[[place.get(code, NONE) for code in frame["settlement"].tolist()]]
        return own, whose.words["treated_region"]

    def units(self, units: Units, areas: bool) -> Places:
        """Of what answers stand for. areas : whether names are those of areas."""
        if units.table:
            return self.rows(units.table).take(list(units.rows))
        return self._named([(name, NO_DAY) if areas else self._hospital(name) for name in units.names])

    def of_hits(self, judged: Judged, hits: Sequence[Hit], state: Callable[[Places], np.ndarray]) -> list[int]:
        """What ``state`` says of each hit's place: that of the unit it is about, else of its line, stay or row, else of its institution."""
        said: dict[str, np.ndarray] = {}
        found = []
        for hit in hits:
            table, row = _row_of(judged, hit)
            if row < 0:
                name = self._hospital(hit.keys[0]) if hit.subject == "institution" else ("", NO_DAY)
                found.append(int(state(self._named([name]))[0]))
                continue
            if table not in said:
                said[table] = state(self.rows(table) if table else self._units(judged))
            found.append(int(said[table][row]))
        return found

    def _units(self, judged: Judged) -> Places:
        assert judged.units is not None
        return self.units(judged.units, judged.subject == "area")

    def _named(self, found: Sequence[tuple[str, int]]) -> Places:
        texts = sorted({region for region, _ in found} - {""})
        region = [texts.index(region) if region else NONE for region, _ in found]
        return Places(np.array(region, dtype=np.int64), texts, np.array([day for _, day in found], dtype=np.int64))

    def _hospital(self, name: str) -> tuple[str, int]:
        if self._hospitals is None:
            self._hospitals = _hospitals(self._data)
        return self._hospitals.get(name, ("", NO_DAY))


def _row_of(judged: Judged, hit: Hit) -> tuple[str, int]:
    """The table and row that say where and when a hit is; no table for a unit of the answers, no row where none does."""
    if hit.unit >= 0:
        return ("" if judged.units is not None else TABLE_OF[judged.subject]), hit.unit
    if hit.case >= 0 and hit.subject != "line":
        return "cases", hit.case
    table = hit.table or TABLE_OF.get(hit.subject, "")
    of_rows = hit.subject != "case" and (hit.subject != "institution" or bool(hit.others))  # some of its rows, not all
    return table, hit.place if table and of_rows else NONE


def _hospitals(data: Dataset) -> dict[str, tuple[str, int]]:
    """Institution -> where it is by the register, else by its last stay or visit that says where; and the day of its last one."""
    days: dict[str, int] = {}
    last: dict[str, tuple[int, str]] = {}
    for frame, column in ((data.cases, "discharge_s"), (data.outpatient, "time_s")):
        if frame is None:
            continue
        rows = frame.known(column) & frame.known("hospital")
        seen = zip(
            frame.texts("hospital"),
            frame.texts("treated_region"),
            (frame[column] // DAY).tolist(),
            rows.tolist(),
            strict=True,
        )
        for name, region, day, there in seen if frame.has("hospital") else ():
            if there:
                days[name] = max(day, days.get(name, day))
                if region:
                    last[name] = max((day, region), last.get(name, (day, region)))
    regions = {name: region for name, (_, region) in last.items()}
    register = data.table("institutions")
    if register is not None:
        rows = sorted(
            zip(register["from_s"].tolist(), register.texts("region"), register.texts("hospital"), strict=True)
        )
        regions |= {name: region for _, region, name in rows if region}
    return {name: (regions.get(name, ""), days.get(name, NO_DAY)) for name in {*days, *regions}}
