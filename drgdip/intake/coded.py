"""A source whose codes become those of another edition, and every change is noted: from what, to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from drgdip.intake.key_index import plain_text
from drgdip.intake.source import Piece, RowNote, Source, notices_of


class Translation(Protocol):
    """What a mapping between editions can do (see ``drgdip.tables.code_mapping``)."""

    @property
    def path(self) -> Path:
        """Its file."""
        ...

    def of(self, code: str) -> str | None:
        """The code that a code becomes, or None if the edition does not have it."""
        ...


class CodedSource:
    """Codes of one edition as codes of another, in the fields given. A code that has no other sets its row aside.

    See :class:`drgdip.intake.source.Source`.
    """

    def __init__(self, source: Source, translations: Mapping[str, Translation]) -> None:
        self.name, self.key, self.notices = source.name, source.key, notices_of(source)
        self.columns = source.columns
        self._source, self._translations = source, translations

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        first = 1
        for piece in self._source.read(fields, chunk_rows):
            table, notes = piece.table, list(piece.notes)
            for field, translation in self._translations.items():
                if field in table.column_names:
                    cells, said = _translated(plain_text(table[field]), field, translation)
                    table = table.set_column(table.column_names.index(field), field, cells)
                    notes += [note._replace(row=first + note.row) for note in said]
            first += table.num_rows
            yield piece._replace(table=table, notes=tuple(sorted(notes, key=lambda note: note.row)))


def _translated(cells: pa.Array, field: str, translation: Translation) -> tuple[pa.Array, list[RowNote]]:
    """Lists of codes in the other edition; notes have positions from 0. Equal lists are translated once."""
    coded = cells.dictionary_encode()
    new, said = [], []
    for written in coded.dictionary.to_pylist():
        cell, note = translate(written.decode("utf-8", "replace"), translation)
        new.append(cell.encode())
        said.append(note)
    texts = pa.array(new, pa.binary()).take(coded.indices)
    if not any(said):
        return texts, []
    places = enumerate(coded.indices.to_pylist())
    return texts, [RowNote(row, field, *note) for row, index in places if index is not None and (note := said[index])]


def translate(cell: str, translation: Translation) -> tuple[str, tuple[str, str] | None]:
    """A list of codes (joined by ``|``) in the other edition; value and reason of what is to be said, if anything."""
    codes = [code.strip() for code in cell.split("|")]
    found = [translation.of(code) if code else "" for code in codes]
    unknown = [code for code, to in zip(codes, found, strict=True) if to is None]
    if unknown:
        return cell, ("|".join(unknown), "code_not_mapped")
    changed = [f"{code} → {to}" for code, to in zip(codes, found, strict=True) if code != to]
    return "|".join(to or "" for to in found), ("; ".join(changed), "code_mapped") if changed else None
