"""The history of cases that a catalogue is built from: columns of stays in a working folder, mapped, not loaded.

A stay takes about a hundred bytes, so several years of a province fit on a disk where they would not fit in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np

#: Columns with one value a stay.
COLUMNS: Mapping[str, str] = {
    "year": "int16",
    "hospital_id": "int32",
    "hospital_tier": "int8",
    "insurance_type": "int32",
    "sex": "int8",
    "age_years": "int16",
    "age_days": "int16",
    "birth_weight_g": "int32",
    "length_of_stay_days": "int32",
    "icu_hours": "int32",
    "discharge_way": "int8",
    "total_cost_fen": "int64",
    "recorded_fund_fen": "int64",
}
#: Lists of codes: diagnoses with the principal first, operations with the main one first.
LISTS = ("diagnosis", "procedure")

Rows = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class History:
    """Stays in order, all with a group's worth of data: a principal diagnosis, a cost, a day of discharge.

    columns : by name, see COLUMNS. codes, offsets : the lists end to end, and where each begins (int64, one more than
    there are stays). hospital_codes : the position is the hospital's id.
    """

    columns: Mapping[str, np.ndarray]
    codes: Mapping[str, np.ndarray]
    offsets: Mapping[str, np.ndarray]
    hospital_codes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.columns["year"])

    def rows(self, first: int, last: int) -> Rows:
        """Columns of the stays from ``first`` to ``last``; offsets of lists begin at 0 and are int32, as kernels take them.

        They are copies: kernels are compiled anew for arrays that cannot be written.
        """
        piece = {name: np.array(values[first:last]) for name, values in self.columns.items()}
        for name in LISTS:
            ends = np.asarray(self.offsets[name][first : last + 1])
            begin = int(ends[0]) if len(ends) else 0
            piece[f"{name}_id"] = np.array(self.codes[name][begin : int(ends[-1]) if len(ends) else 0])
            piece[f"{name}_offset"] = (ends - begin).astype(np.int32)
        return piece


class HistoryWriter:
    """Appends stays to files of a folder, a column each; :meth:`finish` maps them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, IO[bytes]] = {}
        self._ends = dict.fromkeys(LISTS, 0)
        for name in (*COLUMNS, *(f"{name}_{part}" for name in LISTS for part in ("id", "offset"))):
            self._files[name] = (folder / f"{name}.bin").open("wb")
        for name in LISTS:
            np.zeros(1, dtype=np.int64).tofile(self._files[f"{name}_offset"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()

    def append(self, rows: Mapping[str, np.ndarray]) -> None:
        """Add stays: columns of COLUMNS, and lists with offsets that begin at 0."""
        for name, kind in COLUMNS.items():
            np.ascontiguousarray(rows[name], dtype=kind).tofile(self._files[name])
        for name in LISTS:
            np.ascontiguousarray(rows[f"{name}_id"], dtype=np.int32).tofile(self._files[f"{name}_id"])
            ends = np.asarray(rows[f"{name}_offset"][1:], dtype=np.int64) + self._ends[name]
            ends.tofile(self._files[f"{name}_offset"])
            self._ends[name] += len(rows[f"{name}_id"])

    def finish(self, hospital_codes: Sequence[str]) -> History:
        """All stays, read from the files as they are asked for."""
        for file in self._files.values():
            file.flush()
        return History(
            {name: self._mapped(name, kind) for name, kind in COLUMNS.items()},
            {name: self._mapped(f"{name}_id", "int32") for name in LISTS},
            {name: self._mapped(f"{name}_offset", "int64") for name in LISTS},
            tuple(hospital_codes),
        )

    def _mapped(self, name: str, kind: str) -> np.ndarray:
        path = self._folder / f"{name}.bin"
        if not path.stat().st_size:  # nothing can be mapped of an empty file
            return np.empty(0, dtype=kind)
        return np.memmap(path, dtype=kind, mode="r")
