"""The tables of a folder, each in a file named after it: any form that case files have, names by alias."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.provenance import InputFile, sha256_of_file
from drgdip.base.text import Text
from drgdip.intake.aliased import AliasedSource, names_of
from drgdip.intake.buffers import as_text, one_array
from drgdip.intake.open_source import open_sources
from drgdip.intake.parquet_source import ParquetSource
from drgdip.intake.source import Source, notices_of
from drgdip.interface.fields import Use, aliases_of, fields_of, table_names
from drgdip.pipeline.parallel import ordered_map
from drgdip.pipeline.screening.cells import Raw
from drgdip.pipeline.screening.rows import OTHER_NAMES
from drgdip.screening.columns import TABLES

#: Tables that rules do not read themselves, for codes of cases.
_CODES = {
    "diagnoses": ("setl_id", "diag_srt_no", "maindiag_flag", "diag_code"),
    "procedures": ("setl_id", "oprn_srt_no", "oprn_oprt_code", "oprn_oprt_date"),
}
_JOINED = ("diag_code", "oprn_oprt_code")
_CHUNK_ROWS = 1 << 19
LINES = "fee_lines"


class Folder(NamedTuple):
    """Tables of a folder, and what is wrong with their files.

    tables : all but fee lines. lines : the fee lines piece by piece, to be read once; None without such a table.
    findings : grow while lines are read. paths : file of each table.
    """

    tables: Mapping[str, Raw]
    lines: Iterator[Raw] | None
    findings: list[Finding]
    paths: Mapping[str, Path]

    def inputs(self, lines: int) -> list[InputFile]:
        """The files, once all are read; ``lines`` is the number of fee lines."""
        return [
            InputFile(path=str(path), sha256=sha256_of_file(path), rows=self._rows(table, lines))
            for table, path in self.paths.items()
        ]

    def _rows(self, table: str, lines: int) -> int:
        return self.tables[table].table.num_rows if table in self.tables else lines


def read_folder(folder: Path, threads: int = 1) -> Folder:
    """Read all tables that rules use, several at once. Raises UsageError if the folder has none, or one twice."""
    if not folder.is_dir():
        raise UsageError(
            Text(f"没有文件夹 {folder}。", f"There is no folder {folder}."),
            Text("请给出存放数据表的文件夹。", "Give the folder that holds the tables."),
        )
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        name = path.name.split(".")[0]
        table = OTHER_NAMES.get(name, name)
        if not path.is_file() or table not in {*TABLES, *_CODES}:
            continue
        if table in found:
            raise UsageError(
                Text(f"表 {table} 有两个文件:{found[table].name}、{path.name}。", f"The table {table} stands in two files: {found[table].name} and {path.name}."),
                Text("请只保留一个。", "Keep one of them."),
            )  # fmt: skip
        found[table] = path
    if not found:
        listed = ", ".join((*TABLES, *_CODES))
        raise UsageError(
            Text(f"文件夹 {folder.name} 中没有可审核的表。", f"There is no table in the folder {folder.name} that can be screened."),
            Text(f"请以表名命名文件:{listed}。", f"Name files after their tables: {listed}."),
        )  # fmt: skip
    others = [(table, path) for table, path in found.items() if table != LINES]
    read = list(ordered_map(lambda one: _whole(*one), others, threads))
    tables = {table: raw for (table, _), (raw, _) in zip(others, read, strict=True)}
    findings = [finding for _, own in read for finding in own]
    lines = _read(LINES, found[LINES], findings) if LINES in found else None
    return Folder(tables, lines, findings, found)


def wanted(table: str) -> list[str]:
    """National fields that are read of a table, with other names that stand for them here."""
    if table in _CODES:
        return list(_CODES[table])
    names = [name for read in TABLES[table] for name in (read.field, *read.others)]
    return list(dict.fromkeys([*names, *_JOINED] if table == "cases" else names))


def _whole(table: str, path: Path) -> tuple[Raw, list[Finding]]:
    findings: list[Finding] = []
    pieces = list(_read(table, path, findings))
    return Raw(pieces[-1].file, _joined([piece.table for piece in pieces])), findings


def _read(table: str, path: Path, findings: list[Finding]) -> Iterator[Raw]:
    """The pieces of a table, at least one, which may have no rows."""
    names = wanted(table)
    known = table in table_names()
    also = [*names, *(fields_of(table) if known else ()), *(aliases_of(table) if known else ())]
    for source in open_sources([path], Use((), frozenset()), also):
        if isinstance(source, ParquetSource) and table == LINES:
            source.repeating, source.by_column = frozenset(source.columns), True
        named: Source = AliasedSource(source, names_of(source.columns, names, table=table)) if known else source
        findings += notices_of(named)
        reads = [name for name in names if name in named.columns]
        empty = True
        for piece in _pieces(named, reads, findings):
            empty = False
            yield Raw(named.name, piece)
        if empty:
            yield Raw(named.name, pa.table({name: pa.array([], pa.string()) for name in reads}))


def _pieces(source: Source, reads: list[str], findings: list[Finding]) -> Iterator[pa.Table]:
    for piece in source.read(reads, _CHUNK_ROWS):
        for row, text in sorted(piece.malformed.items()):
            findings.append(Finding(source.name, row, "", "", text, "malformed_row"))
        findings += (Finding(source.name, note.row, "", note.field, note.value, note.key) for note in piece.notes)
        yield piece.table


def _joined(pieces: list[pa.Table]) -> pa.Table:
    """Pieces as one table; where their types differ, as text."""
    pieces = [piece for piece in pieces if piece.num_rows] or pieces[-1:]
    if len({piece.schema for piece in pieces}) > 1:
        names = pieces[0].column_names
        pieces = [
            pa.table({name: as_text(one_array(piece[name])).cast(pa.string()) for name in names}) for piece in pieces
        ]
    return pa.concat_tables(pieces)
