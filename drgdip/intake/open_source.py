"""Finds out what kind of source a case file is, by what it holds rather than by its name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.intake.aliased import NO_NAMES, AliasedSource, names_of
from drgdip.intake.case_files import STANDARD_INPUT, CaseFile, case_files
from drgdip.intake.csv_header import check_head, read_header
from drgdip.intake.csv_source import CsvSource
from drgdip.intake.encoding import marked
from drgdip.intake.packed import StandardInput, packing, unpacked
from drgdip.intake.parquet_source import ParquetSource, TableSource, check_types
from drgdip.intake.source import NoCases, Source, check_header, unreadable
from drgdip.intake.temporary import TemporaryBytes
from drgdip.intake.workbook import is_workbook
from drgdip.interface.fields import Use, aliases_of, fields_of, table_names

_ID, _DIAGNOSES = "setl_id", "diag_code"
_HEAD = 4096
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ACCESS = Text("请检查文件权限。", "Check the permissions of the file.")
_ARCHIVE = Text("请先解开压缩包,给出其中的文件或文件夹。", "Unpack the archive and give the files or the folder in it.")
_SPREADSHEET = Text("请在表格软件中另存为 XLSX 或 CSV UTF-8。", "Save it as XLSX or CSV UTF-8 in the spreadsheet.")
#: First bytes of what is often taken for a case file.
_OTHERS = (
    (b"PK", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ\x00", _ARCHIVE),
    (b"\xd0\xcf\x11\xe0", _SPREADSHEET),
)
_TWICE = Text("文件被压缩了两次,请解压一次。", "It is packed twice; unpack it once.")
_HEADER = Text("请检查表头是否为标准字段名。", "See that the header has national field names.")
_TAR, _TAR_AT = b"ustar", 257


class Wanted(NamedTuple):
    """use : fields that are read, and required ones. also : columns that a mapping names."""

    use: Use
    also: frozenset[str]

    @property
    def known(self) -> set[str]:
        """Names by which a header is recognised."""
        return {*_all_names(), *self.also}


@cache
def _all_names() -> frozenset[str]:
    return frozenset(name for table in table_names() for name in (*fields_of(table), *aliases_of(table)))


def open_sources(cases: Sequence[Any], use: Use, also: Collection[str] = ()) -> list[Source]:
    """Open case files, folders, standard input (``-``), Arrow tables and DataFrames, and check their headers.

    Parameters
    ----------
    cases : what to open.
    use : fields that are read, and those that may not be missing.
    also : columns that a mapping names; they keep their names and tell a header from other rows.

    Raises
    ------
    UsageError : something cannot be read, has a column twice, or lacks a required one.
    """
    wanted = Wanted(use, frozenset(also))
    sources: list[Source] = []
    for position, case in enumerate(cases, start=1):
        if isinstance(case, StandardInput):
            sources.append(_standard_input(case, wanted))
        elif not isinstance(case, str | Path):
            sources.append(_checked(TableSource(case, position), wanted))
        elif str(case) == STANDARD_INPUT:
            sources.append(_standard_input(StandardInput(), wanted))
        else:
            sources += _files(Path(case), wanted)
    return sources


def _files(path: Path, wanted: Wanted) -> list[Source]:
    files = case_files(path)
    if [file.path for file in files] == [path]:
        return [_checked(_opened(files[0], wanted), wanted)]
    sources: list[Source] = []
    skipped: list[Finding] = []
    for file in files:
        source = None if file.skip else _case_source(file, wanted)
        if source is None:
            skipped.append(Finding(file.name, 0, "", "", "", "file_skipped"))
        else:
            sources.append(_checked(source, wanted))
    if not sources:
        raise UsageError(
            Text(f"文件夹 {path.name} 中没有病例文件。", f"There is no case file in the folder {path.name}."),
            Text("请核对文件夹,或直接给出文件。", "Check the folder, or give the files themselves."),
        )
    if skipped:
        sources[0] = AliasedSource(sources[0], NO_NAMES, skipped)
    return sources


def _case_source(file: CaseFile, wanted: Wanted) -> Source | None:
    """A file of a folder, if it is one of cases: it has ID and diagnoses, and at least half of what is required."""
    try:
        source = _opened(file, wanted, in_folder=True)
    except NoCases:
        return None
    there = set(source.columns) | set(names_of(source.columns, wanted.use.reads, wanted.also).theirs)
    if wanted.also & there:
        return source
    required = wanted.use.requires
    telling = {_ID, _DIAGNOSES} & required if required else {_ID, _DIAGNOSES}
    return source if telling <= there and 2 * len(required & there) >= len(required) else None


def _standard_input(stream: StandardInput, wanted: Wanted) -> Source:
    kept = stream.content(lambda head: _check_content(head, STANDARD_INPUT))
    return _checked(_opened(CaseFile(kept.path, STANDARD_INPUT), wanted, kept, STANDARD_INPUT), wanted)


def _checked(source: Source, wanted: Wanted) -> Source:
    use = wanted.use
    names = names_of(source.columns, use.reads, wanted.also)
    named = AliasedSource(source, names) if names.notices else source
    check_header(named, use)
    schema = getattr(source, "schema", None)
    if schema is not None:
        theirs = {names.theirs.get(name, name) for name in use.reads} | wanted.also
        check_types(source.name, schema, [name for name in source.columns if name in theirs])
    return named


def _opened(
    file: CaseFile, wanted: Wanted, kept: TemporaryBytes | None = None, key: str = "", in_folder: bool = False
) -> Source:
    """The source of a file, packed or not; ``kept`` is the owner of its temporary content."""
    key = key or str(file.path)
    head = _head(file)
    kind = packing(head)
    if not kind:
        return _plain(file, head, wanted, kept, key, in_folder)
    inner = unpacked(file.path, file.name, kind, lambda first: _check_content(first, file.name))
    head = _head(CaseFile(inner.path, file.name))
    if packing(head):
        raise unreadable(file.name, _TWICE)
    return _plain(CaseFile(inner.path, file.name), head, wanted, inner, key, in_folder)


def _plain(
    file: CaseFile, head: bytes, wanted: Wanted, kept: TemporaryBytes | None, key: str, in_folder: bool
) -> Source:
    if head.startswith(b"PAR1"):
        return ParquetSource(file.path, file.name, key, kept)
    if head.startswith(b"PK") and is_workbook(file.path):
        from drgdip.intake.xlsx_source import XlsxSource

        return XlsxSource(file.path, file.name, key, wanted.use, wanted.known, wanted.also)
    _check_kind(head, file.name)
    if _is_json(head):
        from drgdip.intake.list_source import ListSource

        lists = ListSource(file.path, file.name, wanted.also)
        lists.key = key
        return lists
    if in_folder:
        _check_names(file, head, wanted)
    return CsvSource(file.path, file.name, key, wanted.known, kept)


def _head(file: CaseFile) -> bytes:
    try:
        with file.path.open("rb") as content:
            return content.read(_HEAD)
    except OSError as error:
        raise unreadable(file.name, _ACCESS) from error


def _is_json(head: bytes) -> bool:
    return head.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1] in (b"{", b"[")


def _check_kind(head: bytes, name: str) -> None:
    """Raises UsageError for files that are often taken for case files."""
    archive = head[_TAR_AT:].startswith(_TAR)
    for magic, advice in _OTHERS:
        if archive or head.startswith(magic):
            fault = unreadable(name, _ARCHIVE if archive else advice)
            raise NoCases(fault.fact, fault.advice)


def _check_content(head: bytes, name: str) -> None:
    """Raises UsageError if what is being unpacked cannot be a case file; the rest is then not unpacked."""
    _check_kind(head if not head.startswith(b"PK") else b"", name)
    binary = head.startswith((b"PAR1", b"PK")) or packing(head) or marked(head) or _is_json(head)
    if head and not binary:
        check_head(head, name)


def _check_names(file: CaseFile, head: bytes, wanted: Wanted) -> None:
    """Raises NoCases if a file of a folder is no text with a header that is known."""
    try:
        names = () if marked(head) else read_header(file.path, file.name, wanted.known).names
    except UsageError as error:
        raise NoCases(error.fact, error.advice) from error
    if names and not wanted.known & set(names):
        fault = unreadable(file.name, _HEADER)
        raise NoCases(fault.fact, fault.advice)
