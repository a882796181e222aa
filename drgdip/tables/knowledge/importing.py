"""Import of the public lists into a knowledge pack, through a mapping of their columns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from drgdip.base.errors import TablesError
from drgdip.base.provenance import sha256_of_text
from drgdip.base.text import Text
from drgdip.tables.csv_file import csv_text, require_columns
from drgdip.tables.folder import write_folder
from drgdip.tables.knowledge.check import check_opened
from drgdip.tables.knowledge.forms import FORMS, Form, file_of
from drgdip.tables.knowledge.load import Opened
from drgdip.tables.knowledge.mapping import KnowledgeMapping, ListMapping, Names, read_knowledge_mapping
from drgdip.tables.knowledge.register import Point, Points, points_of, read_register
from drgdip.tables.knowledge.updates import Cells, apply_register, with_limit
from drgdip.tables.manifest import About, ListOrigin, Manifest, new_manifest
from drgdip.tables.problems import TableProblem, raise_if_errors
from drgdip.tables.workbook import SHEET_COLUMN, read_sheets


class Built(NamedTuple):
    """A list as built: its rows, and how many of its limits could not be read."""

    rows: list[Cells]
    unread: int


def import_public(
    folder: Path, name: str, out: Path, about: About, *,
    mapping: KnowledgeMapping | None = None, imported_at: date, overwrite: bool = False,
) -> tuple[Manifest, list[TableProblem]]:  # fmt: skip
    """Import the lists that a folder has; gives the manifest and the warnings.

    Lists whose file the folder lacks are left out. Nothing is written if a row is wrong: raises TablesFileError with
    every problem.
    """
    mapping = mapping or read_knowledge_mapping()
    register = _register(folder, mapping)
    problems: list[TableProblem] = []
    texts: dict[str, str] = {}
    lists: dict[str, ListOrigin] = {}
    _tell_unread(folder, mapping, problems)
    for list_name in FORMS:
        one = mapping.lists.get(list_name)
        if one is None or not _at_hand(folder, one, register):
            continue
        points = points_of(register, one)
        built = _build(list_name, folder, one, points, problems)
        texts[list_name] = csv_text(FORMS[list_name].columns, _lines(FORMS[list_name], built.rows))
        lists[list_name] = _origin(built, one, points)
        if not built.rows:
            problems.append(TableProblem("empty_list", file_of(list_name), 0, "", ""))
    if all(mapping.lists[name].rows for name in texts):  # Rows that the mapping itself has are no list of the folder.
        raise TablesError(
            Text(f"{folder} 没有可导入的清单。", f"{folder} has no list to import."),
            Text("请核对文件名,或用 --mapping 指定。", "Check the names of files, or name them with --mapping."),
        )
    return write_pack(texts, lists, name, out, about, None, problems, imported_at, overwrite)


def _tell_unread(folder: Path, mapping: KnowledgeMapping, problems: list[TableProblem]) -> None:
    """Name the CSV files of a folder that no list comes from: a file with a wrong name would be left out without a word."""
    named = {file for one in mapping.lists.values() for file in one.files}
    if mapping.register_:
        named |= {mapping.register_.points, mapping.register_.codes}
    problems += [
        TableProblem("unread_file", path.name, 0, "", "")
        for path in sorted(folder.glob("*.csv"))
        if path.name not in named
    ]


def write_pack(
    texts: Mapping[str, str], lists: Mapping[str, ListOrigin], name: str, out: Path, about: About, base: Opened | None,
    problems: list[TableProblem], imported_at: date, overwrite: bool, **content: object,
) -> tuple[Manifest, list[TableProblem]]:  # fmt: skip
    """Check a pack as it will stand and write it. Raises TablesFileError with every problem if any is an error."""
    files = {file_of(one): text for one, text in texts.items()}
    manifest = new_manifest(
        about, scheme="knowledge", edition=name, imported_at=imported_at, lists=dict(lists),
        rows={one: len(text.splitlines()) - 1 for one, text in texts.items()},
        files={file: sha256_of_text(text) for file, text in files.items()}, **content,
    )  # fmt: skip
    problems = [*problems, *check_opened(Opened(out, manifest, "", texts, (), base))]
    raise_if_errors(problems)
    write_folder(out, files, manifest, overwrite)
    return manifest, problems


def _register(folder: Path, mapping: KnowledgeMapping) -> list[Point]:
    named = mapping.register_
    if named is None or not (folder / named.points).is_file():
        return []
    return read_register(folder / named.points, folder / named.codes)


def _at_hand(folder: Path, mapping: ListMapping, register: list[Point]) -> bool:
    if mapping.file:
        return (folder / mapping.file).is_file()
    return bool(mapping.rows) or any(point.rule_class in mapping.classes for point in register)


def _lines(form: Form, rows: list[Cells]) -> Iterator[list[str]]:
    return ([row.get(column, "") for column in form.columns] for row in rows)


def _build(name: str, folder: Path, mapping: ListMapping, points: Points, problems: list[TableProblem]) -> Built:
    rows = [dict(row) for row in mapping.rows]
    unread = 0
    finder = _finder(points, mapping)
    for file in mapping.files:
        for number, source in _source_rows(folder / file, mapping, problems):
            cells = _cells(mapping, source, file, number, problems)
            if cells is None:
                problems.append(TableProblem("limit_unread", file, number, _first(mapping.limit, source) or "", ""))
                unread += 1
            if not cells:
                continue
            rows.append(_traced(cells, mapping, source, finder, f"{file}:{number}"))
    if "code" in FORMS[name].columns and mapping.classes and not mapping.prefixes:
        left_out = apply_register(rows, mapping, points)
        problems += [TableProblem("limit_unread", file_of(name), 0, "code", code) for code in left_out]
        unread += len(left_out)
    return Built(rows, unread + sum(bool(row.get("text")) for row in rows))


def _source_rows(path: Path, mapping: ListMapping, problems: list[TableProblem]) -> Iterator[tuple[int, Cells]]:
    """Rows of a published file. Raises TablesError naming a column of the mapping that it lacks."""
    if not path.is_file():
        return

    def is_header(row: list[str]) -> bool:
        return all(_first(names, row) for names in mapping.fields.values())

    for sheet in read_sheets(path, is_header, problems):
        for names in mapping.fields.values():
            if not _first(names, sheet.header):
                require_columns([name for name in sheet.header if name != SHEET_COLUMN], names[:1], path.name)
        yield from sheet.rows


def _first(names: Names, header: list[str] | Cells) -> str | None:
    return next((name for name in names if name in header), None)


def _cell(source: Cells, names: Names) -> str:
    found = _first(names, source)
    return source[found] if found else ""


def _cells(mapping: ListMapping, source: Cells, file: str, number: int, problems: list[TableProblem]) -> Cells | None:
    """Cells of our row; empty if the row is none of the list; None if its limit cannot be read and has no place."""
    if mapping.needs and not source.get(mapping.needs):
        return {}
    cells = dict(mapping.constants)
    for column, names in mapping.fields.items():
        cell = _cell(source, names)
        known = mapping.values.get(column)
        if known is not None and cell not in known:
            problems.append(TableProblem("unknown_value", file, number, _first(names, source) or names[0], cell))
        cells[column] = known.get(cell, cell) if known else cell
    for column, by_value in mapping.prefixes.items():
        code = cells.get("code", "")
        value = next((value for value, starts in by_value.items() if code.startswith(starts)), None)
        if value is None:
            return {}
        cells[column] = value
    return with_limit(mapping, cells, _cell(source, mapping.limit), _cell(source, mapping.text))


Finder = Mapping[tuple[str, str], list[Point]]


def _finder(points: Points, mapping: ListMapping) -> Finder:
    """Points that are no updates, by code and what else tells them apart; each is used by one row, in order."""
    later = {point.id for point in points.later}
    found: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for point in points.all.values():
        if point.id in later:
            continue
        mark = point.name if mapping.point_name else point.text if mapping.point_text else ""
        for code in point.codes[:1] if mapping.point_name else point.codes:
            found["" if mapping.point_name else code, mark].append(point)
    return found


def _traced(cells: Cells, mapping: ListMapping, source: Cells, finder: Finder, place: str) -> Cells:
    """The row with its source: the point that it is of, else its place in the file."""
    if mapping.point_name:
        key = ("", "×".join(source.get(column, "") for column in mapping.point_name))
    else:
        key = (cells.get("code", ""), _cell(source, mapping.point_text) if mapping.point_text else "")
    queue = finder.get(key, [])
    point = (queue.pop(0) if len(queue) > 1 else queue[0]) if queue else None
    traced = {**cells, "source": point.id if point else place}
    if mapping.rule and point:
        traced[mapping.rule] = point.rule
    return traced


def _origin(built: Built, mapping: ListMapping, points: Points) -> ListOrigin:
    marks = Counter(row["mark"] for row in built.rows if row.get("mark"))
    batches: dict[str, date | None] = points.batches() or ({mapping.batch: None} if mapping.batch else {})
    dated = sum(bool(row.get("valid_from") or row.get("valid_to")) for row in built.rows)
    return ListOrigin(
        batches=batches, rules=points.rules(), rows=len(built.rows), unread=built.unread, dated=dated,
        marked=dict(sorted(marks.items())),
    )  # fmt: skip
