"""All inputs of a run become sources of flat rows: mapped, assembled, joined with their results, located."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.intake.aliased import AliasedSource, names_of
from drgdip.intake.assembled import AssembledSource, SideTable
from drgdip.intake.case_files import STANDARD_INPUT, case_files
from drgdip.intake.coded import CodedSource, Translation
from drgdip.intake.institutions import INSTITUTION_COLUMNS, Institutions, LocatedSource
from drgdip.intake.key_index import plain_text
from drgdip.intake.mapped import MappedSource
from drgdip.intake.open_source import open_sources
from drgdip.intake.settlements import JoinedSource, Results
from drgdip.intake.source import Source, check_header
from drgdip.interface.fields import Use
from drgdip.interface.mapping import Mapping, Table, as_mapping

_ID = "setl_id"
_WITH_ID = frozenset((_ID,))
#: Columns keep their names and none is required; what is wrong is told once everything is joined.
_AS_THEY_ARE = Use((), frozenset())


class Beside(NamedTuple):
    """What is given beside the cases: settlement results, a table of institutions, a mapping or its name.

    codes : fields whose codes are in another edition, with what translates them.
    code_tables : file of codes by which a place extends the national tables.
    """

    settlements: Sequence[Any] = ()
    institutions: Sequence[Any] = ()
    mapping: Mapping | str | Path | None = None
    codes: tuple[tuple[str, Translation], ...] = ()
    code_tables: Path | None = None


#: Cases alone.
NOTHING = Beside()


class Combined(NamedTuple):
    """Sources of flat rows, and findings about what was joined to them. hospitals : of the table of institutions."""

    sources: list[Source]
    findings: list[Finding]
    hospitals: frozenset[str] = frozenset()


def combined_sources(cases: Sequence[Any], use: Use, beside: Beside, chunk_rows: int) -> Combined:
    """Open everything and join it. Raises UsageError where a file cannot be used or required columns are absent."""
    if beside == NOTHING:
        return Combined(open_sources(cases, use), [])
    anything, hospitals = Use(use.reads, frozenset()), frozenset[str]()
    sources, findings = _mapped(cases, anything, beside.mapping, chunk_rows)
    if beside.settlements:
        results = Results(open_sources(beside.settlements, Use(use.reads, _WITH_ID)), chunk_rows)
        findings += results.findings
        joined = [JoinedSource(source, results) for source in sources]
        findings += _without_list(joined, results, chunk_rows)
        sources = list(joined)
    if beside.institutions:
        institutions = Institutions(open_sources(beside.institutions, _AS_THEY_ARE, INSTITUTION_COLUMNS), chunk_rows)
        sources = [LocatedSource(source, institutions) for source in sources]
        hospitals = institutions.codes
    if beside.codes:
        sources = [CodedSource(source, dict(beside.codes)) for source in sources]
    for source in sources:
        _check(source, use)
    return Combined(sources, findings, hospitals)


def _without_list(sources: Iterable[JoinedSource], results: Results, chunk_rows: int) -> list[Finding]:
    for source in sources:
        for piece in source.ids(chunk_rows):
            results.rows_of(plain_text(piece.table[_ID]))
    return results.unused()


def _check(source: Source, use: Use) -> None:
    missing = [name for name in use.reads if name in use.requires and name not in source.columns]
    if not missing or _ID in missing:
        check_header(source, use)
        return
    names = ", ".join(missing)
    raise UsageError(
        Text(f"{source.name} 及所联各表缺少必填列:{names}。",
             f"{source.name} and what is joined to it lack required columns: {names}."),
        Text("结算金额取自 --settlements(2304),医院等级与就医地取自 --institutions,其余请补在清单中。",
             "Amounts come by --settlements (2304), level and place of hospitals by --institutions, all else in the list."),
    )  # fmt: skip


def _mapped(
    cases: Sequence[Any], use: Use, given: Mapping | str | Path | None, chunk_rows: int
) -> tuple[list[Source], list[Finding]]:
    mapping = as_mapping(given)
    if mapping is None:
        return open_sources(cases, use), []
    main, *others = mapping.tables
    named = mapping.named_columns()
    if not others:
        return [_named(MappedSource(source, main), use) for source in open_sources(cases, _AS_THEY_ARE, named)], []
    files, passed_over = _by_table(cases, mapping)
    sides = [SideTable(table, open_sources(files[table.name], _AS_THEY_ARE, named), chunk_rows) for table in others]
    stays = open_sources(files[main.name], _AS_THEY_ARE, named)
    findings = passed_over + [finding for side in sides for finding in side.findings]
    return [_named(AssembledSource(source, main, sides), use) for source in stays], findings


def _named(source: Source, use: Use) -> Source:
    """A mapped source, other names of what the mapping leaves to the file included."""
    names = names_of(source.columns, use.reads)
    return AliasedSource(source, names) if names.theirs or names.notices else source


def _by_table(cases: Sequence[Any], mapping: Mapping) -> tuple[dict[str, list[Path]], list[Finding]]:
    """The files of each table, by their names, and notices of those in folders that the mapping keeps for elsewhere.

    Raises UsageError for a file of no table and a table without files.
    """
    files: dict[str, list[Path]] = {table.name: [] for table in mapping.tables}
    notices: list[Finding] = []
    for path, in_folder in _files(cases):
        stem = path.name.split(".")[0]
        table = mapping.table_of(stem)
        if table is not None:
            files[table.name].append(path)
        elif in_folder and (mapping.has_fees(stem) or mapping.why_not_read(stem)):
            notices.append(Finding(path.name, 0, "", "", "--fees" if mapping.has_fees(stem) else "", "file_skipped"))
        else:
            raise _misnamed(path.name, mapping.tables)
    for name, found in files.items():
        if not found:
            raise UsageError(
                Text(f"没有映射表 {name} 的文件。", f"There is no file of the mapping's table {name}."),
                Text("请一并给出各表的文件,或给出其所在文件夹。", "Give the files of all tables, or their folder."),
            )
    return files, notices


def _files(cases: Sequence[Any]) -> list[tuple[Path, bool]]:
    """All files, and whether each was found in a folder."""
    paths = [Path(case) for case in cases if isinstance(case, str | Path)]
    if len(paths) < len(cases) or any(str(path) == STANDARD_INPUT for path in paths):
        raise UsageError(
            Text("多表映射需要文件。", "A mapping of several tables needs files."),
            Text("请给出文件或文件夹。", "Give files or a folder."),
        )
    return [(file.path, file.path != path) for path in paths for file in case_files(path) if not file.skip]


def _misnamed(file: str, tables: Iterable[Table]) -> UsageError:
    names = ", ".join(name for table in tables for name in table.files)
    return UsageError(
        Text(f"从文件名看不出 {file} 属于哪个表。", f"The name of {file} does not say which table it is."),
        Text(f"请以表名开头命名:{names}。", f"Begin its name with that of its table: {names}."),
    )
