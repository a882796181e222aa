"""Other names of columns: the registry's aliases, used where they are unmistakable, and always reported."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.findings import Finding
from drgdip.intake.source import Piece, Source, notices_of, tables_of
from drgdip.interface.fields import fields_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


class Names(NamedTuple):
    """theirs : national name -> column of the source, where the two differ. notices : field, value and key of findings."""

    theirs: dict[str, str]
    notices: tuple[tuple[str, str, str], ...]


NO_NAMES = Names({}, ())


def names_of(columns: Collection[str], reads: Sequence[str], kept: Collection[str] = (), table: str = "cases") -> Names:
    """Which columns stand for fields under another name.

    An alias counts if the field's own column is absent and no other alias of it is there. ``kept`` are columns that
    stay as they are, because a mapping names them. ``table`` is the one of the interface that the fields belong to.
    """
    theirs: dict[str, str] = {}
    notices: list[tuple[str, str, str]] = []
    for name in reads:
        if name not in fields_of(table):
            continue
        aliases = [alias for alias in fields_of(table)[name].aliases if alias in columns and alias not in kept]
        if not aliases:
            continue
        if name in columns or len(aliases) > 1:
            notices.append((name, ", ".join(aliases), "alias_ignored"))
        else:
            theirs[name] = aliases[0]
            notices.append((name, aliases[0], "column_alias_used"))
    return Names(theirs, tuple(notices))


class AliasedSource:
    """A source whose columns have their national names, and what else there is to say about its file.

    See :class:`drgdip.intake.source.Source`.
    """

    def __init__(self, source: Source, names: Names, beside: Sequence[Finding] = ()) -> None:
        self.name, self.key = source.name, source.key
        self._source = source
        self._theirs = names.theirs
        self._ours = {theirs: name for name, theirs in names.theirs.items()}
        self.columns = tuple(self._ours.get(column, column) for column in source.columns)
        found = [Finding(self.name, 0, "", field, value, key) for field, value, key in names.notices]
        self.notices = (*notices_of(source), *found, *beside)

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        for piece in self._source.read(self._named(fields), chunk_rows):
            notes = tuple(note._replace(field=self._ours.get(note.field, note.field)) for note in piece.notes)
            yield Piece(self._renamed(piece.table), piece.malformed, notes)

    def rows(self, fields: Sequence[str], rows: np.ndarray, chunk_rows: int, threads: int) -> Iterator[pa.Table]:
        """See :func:`drgdip.intake.source.tables_of`."""
        for table in tables_of(self._source, self._named(fields), rows, chunk_rows, threads):
            yield self._renamed(table)

    def _named(self, fields: Sequence[str]) -> list[str]:
        return [self._theirs.get(name, name) for name in fields]

    def _renamed(self, table: pa.Table) -> pa.Table:
        return table.rename_columns([self._ours.get(name, name) for name in table.column_names])
