"""Levels and divisions of hospitals, from a table of institutions: neither list nor settlement result has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.key_index import plain_text
from drgdip.intake.source import Piece, RowNote, Source, check_header, notices_of
from drgdip.interface.fields import Use

_CODE, _DISCHARGE = "fixmedins_code", "dscg_time"
#: Field of a case -> column of the table.
FILLED = {"hosp_lv": "hosp_lv", "mdtrt_admdvs": "fix_blng_admdvs"}
#: What is read of the table.
INSTITUTION_COLUMNS = (_CODE, *FILLED.values(), "valid_from", "valid_to")
_FIRST_DAY, _LAST_DAY = b"00000000", b"99999999"


class _Stretch(NamedTuple):
    """What holds for an institution from a day to a day, both included, written as eight digits."""

    first: bytes
    last: bytes
    values: tuple[bytes | None, ...]


class Institutions:
    """The table of institutions. Raises UsageError where one of them has two levels on the same day.

    ``columns`` : fields of the case that it can fill.
    """

    def __init__(self, sources: Sequence[Source], chunk_rows: int) -> None:
        has = {name for source in sources for name in source.columns}
        self.columns = tuple(name for name, column in FILLED.items() if column in has)
        self._known: dict[bytes, list[_Stretch]] = {}
        for source in sources:
            check_header(source, Use((_CODE,), frozenset((_CODE,))))
            for piece in source.read(INSTITUTION_COLUMNS, chunk_rows):
                self._add(source.name, piece.table)

    def _add(self, file: str, table: pa.Table) -> None:
        absent = [None] * table.num_rows
        columns = [
            plain_text(table[name]).to_pylist() if name in table.column_names else absent
            for name in INSTITUTION_COLUMNS
        ]
        for code, level, division, first, last in zip(*columns, strict=True):
            if code is None:
                continue
            stretch = _Stretch(_day(first) or _FIRST_DAY, _day(last) or _LAST_DAY, (level, division))
            known = self._known.setdefault(code, [])
            if any(_overlap(stretch, other) and other.values != stretch.values for other in known):
                raise _twice(file, code.decode("utf-8", "replace"))
            if stretch not in known:
                known.append(stretch)

    @property
    def codes(self) -> frozenset[str]:
        """Codes of the institutions."""
        return frozenset(code.decode("utf-8", "replace") for code in self._known)

    def values(self, code: bytes | None, day: bytes | None) -> tuple[bytes | None, ...] | None:
        """Level and division of an institution on a day (as written in the list); None if the table does not say."""
        known = self._known.get(code, []) if code else []
        digits = _day(day)
        if digits is None:
            return known[0].values if len(known) == 1 else None
        return next((stretch.values for stretch in known if stretch.first <= digits <= stretch.last), None)


class LocatedSource:
    """A source with the level and the division of each hospital filled in where they are empty."""

    def __init__(self, source: Source, institutions: Institutions) -> None:
        self.name, self.key, self.notices = source.name, source.key, notices_of(source)
        self._source, self._institutions = source, institutions
        self.columns = (*source.columns, *(name for name in institutions.columns if name not in source.columns))

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        filled = [name for name in fields if name in self._institutions.columns]
        wanted = [*fields, *((_CODE, _DISCHARGE) if filled else ())]
        own = [name for name in dict.fromkeys(wanted) if name in self._source.columns]
        first = 1
        for piece in self._source.read(own, chunk_rows):
            if filled and _CODE in own:
                piece = self._located(piece, filled, first)
            first += piece.table.num_rows
            yield piece._replace(table=piece.table.select([name for name in fields if name in self.columns]))

    def _located(self, piece: Piece, filled: list[str], first: int) -> Piece:
        table = piece.table
        codes = plain_text(table[_CODE]).to_pylist()
        days = plain_text(table[_DISCHARGE]).to_pylist() if _DISCHARGE in table.column_names else [None] * len(codes)
        found = [self._institutions.values(code, day) for code, day in zip(codes, days, strict=True)]
        notes = list(piece.notes)
        columns = {name: table[name] for name in table.column_names}
        for name in filled:
            place = list(FILLED).index(name)
            given = pa.array([values[place] if values else None for values in found], pa.binary())
            own = plain_text(table[name]) if name in columns else pa.nulls(len(codes), pa.binary())
            columns[name] = pc.coalesce(own, given)
            if name == "hosp_lv":
                notes += _unknown(columns[name], codes, first)
        return piece._replace(table=pa.table(columns), notes=tuple(sorted(notes, key=lambda note: note.row)))


def _unknown(levels: pa.Array, codes: list[bytes | None], first: int) -> Iterator[RowNote]:
    for row in pc.indices_nonzero(levels.is_null()).to_pylist():
        code = codes[row]
        if code is not None:
            yield RowNote(first + row, "hosp_lv", code.decode("utf-8", "replace"), "hospital_not_listed")


def _day(written: bytes | None) -> bytes | None:
    """A day as eight digits; None where nothing is written, or no day."""
    if not written:
        return None
    parts = written.replace(b"/", b"-").split(b" ")[0].split(b"T")[0].split(b"-")
    digits = parts[0] + b"".join(part.rjust(2, b"0") for part in parts[1:])
    return digits[:8] if len(digits) >= 8 and digits[:8].isdigit() else None


def _overlap(one: _Stretch, other: _Stretch) -> bool:
    return one.first <= other.last and other.first <= one.last


def _twice(file: str, code: str) -> UsageError:
    return UsageError(
        Text(
            f"{file} 中机构 {code} 有互相矛盾的行。",
            f"{file} has rows of the institution {code} that contradict each other.",
        ),
        Text(
            "请保留一行,或用 valid_from 与 valid_to 区分期间。",
            "Keep one of them, or part their periods by valid_from and valid_to.",
        ),
    )
