"""A published DIP catalogue, of whatever layout, as groups in our terms."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from pathlib import Path
from typing import NamedTuple

from drgdip.tables.condition_cells import read_conditions
from drgdip.tables.csv_file import require_columns
from drgdip.tables.dip_catalogue import Group, group_problems, is_weighted
from drgdip.tables.local_weights import LocalWeights
from drgdip.tables.mapping import Mapping, built_in_mappings, fitting_mapping
from drgdip.tables.problems import TableProblem, raise_if_errors
from drgdip.tables.workbook import Sheet, read_sheets

_TYPE_WORDS = {"surgery": "手术", "therapeutic": "治疗性操作", "diagnostic": "诊断性操作", "conservative": "保守治疗"}


class Published(NamedTuple):
    """A published catalogue in our terms; ``region_mean_costs`` are the values found in its column.

    warnings : problems that do not stand in the way.
    """

    groups: list[Group]
    region_mean_costs: list[str]
    warnings: list[TableProblem]


class _Row(NamedTuple):
    """A group and where it was read."""

    group: Group
    file: str
    number: int
    mapping: Mapping


def read_published(path: Path, mapping: Mapping | None = None, weights: LocalWeights | None = None) -> Published:
    """Read a published catalogue: CSV, or the sheets of a workbook that have its columns.

    Raises TablesFileError with every row that is wrong, TablesError for columns.
    """
    problems: list[TableProblem] = []
    rows: list[_Row] = []
    means: dict[str, None] = {}
    for sheet in read_sheets(path, lambda header: _fits(header, mapping), problems):
        used = mapping or fitting_mapping(sheet.header, sheet.name)
        require_columns(sheet.header, used.required_columns(), sheet.name)
        rows += _rows(sheet, used, problems)
        means |= {cells.get(used.region_mean_cost or "", ""): None for _, cells in sheet.rows}
    if weights:
        kept = weights.apply([(row.group, row.file, row.number) for row in rows], problems)
        rows = [row._replace(group=group) for row, group in zip(rows, kept, strict=True) if group]
    problems += _row_problems(rows, problems)
    sheets = list(dict.fromkeys(problem.file for problem in problems))
    problems.sort(key=lambda problem: (sheets.index(problem.file), problem.row))
    raise_if_errors(problems)
    return Published([row.group for row in rows], [mean for mean in means if mean], problems)


def _fits(header: list[str], mapping: Mapping | None) -> bool:
    known = [mapping] if mapping else built_in_mappings()
    return any(set(one.required_columns()) <= set(header) for one in known)


def _row_problems(rows: list[_Row], told: list[TableProblem]) -> Iterator[TableProblem]:
    """What is wrong with single rows, where nothing is told of the cell yet."""
    known = {(problem.file, problem.row, problem.field) for problem in told}
    weighted = is_weighted(row.group for row in rows)
    for row in rows:
        for problem in group_problems(row.group, row.file, row.number, weighted):
            column = _column_of(problem.field, row.mapping)
            if (row.file, row.number, column) not in known:
                yield problem._replace(field=column)


def _rows(sheet: Sheet, mapping: Mapping, problems: list[TableProblem]) -> Iterator[_Row]:
    for number, cells in sheet.rows:
        reader = _Reader(cells, mapping, sheet.name, number, problems)
        yield _Row(reader.group(), sheet.name, number, mapping)


class _Reader:
    """Reads one row; cells that the mapping does not know go to ``problems``."""

    def __init__(
        self, cells: Dict[str, str], mapping: Mapping, file: str, number: int, problems: list[TableProblem]
    ) -> None:
        self.cells, self.mapping, self.file, self.number, self.problems = cells, mapping, file, number, problems

    def group(self) -> Group:
        """The row as a group."""
        mapping, columns = self.mapping, self.mapping.columns
        code = columns.code(self.cells)
        kind = self._valued("kind", columns.kind, self.cells[columns.kind])
        operations = mapping.operations.combine(self._cells(mapping.operations.columns))
        kind_type = self._type(kind, code, operations)
        diagnosis = mapping.diagnosis_cell(self.cells[columns.diagnosis_category])
        optional = self._optional()
        if diagnosis.others:
            optional["other_diagnoses"] = "+".join(filter(None, (diagnosis.others, optional["other_diagnoses"])))
        if diagnosis.place:
            optional["diagnosis_place"] = diagnosis.place
        return Group(
            dip_code=code,
            kind=kind,
            treatment_type=kind_type,
            diagnosis_category=diagnosis.category,
            operations=operations,
            name=self._name(kind, kind_type),
            points=self.cells.get(columns.points or "", ""),
            mean_cost_yuan=self.cells.get(columns.mean_cost_yuan or "", ""),
            **optional,
        )

    def _cells(self, columns: tuple[str, ...]) -> list[str]:
        return [self.cells.get(column, "") for column in columns]

    def _valued(self, field: str, column: str, cell: str) -> str:
        value = self.mapping.value(field, cell)
        if value is None:
            self.problems.append(
                TableProblem("unknown_value" if cell else "missing_value", self.file, self.number, column, cell)
            )
        return value or ""

    def _type(self, kind: str, code: str, operations: str) -> str:
        column = self.mapping.treatment_type.column
        cell = self.mapping.treatment_type.read(self.cells[column] if column else code)
        if kind == "comprehensive" or (column is not None and cell != ""):
            return self._valued("treatment_type", self.mapping.type_column, cell)
        return "conservative" if kind == "core" and not operations else ""

    def _optional(self) -> dict[str, str]:
        """Cells of optional columns and of the column of conditions, by our names."""
        found = {}
        for field, column in self.mapping.optional.model_dump().items():
            cell = self.cells.get(column or "", "")
            found[field] = self._valued(field, column or "", cell) if field in self.mapping.values else cell
        found["other_diagnoses"] = self.mapping.diagnoses.notation(found["other_diagnoses"]).upper()
        column = self.mapping.conditions.column
        if column:
            read = read_conditions(self.cells.get(column, ""), self.mapping.conditions)
            for part in read.unknown:
                self.problems.append(TableProblem("unknown_value", self.file, self.number, column, part))
            found |= read.cells
        return found

    def _name(self, kind: str, kind_type: str) -> str:
        parts = self._cells(self.mapping.name)
        if not any(parts):
            return " ".join(part for part in self._cells(self.mapping.name_else) if part)
        if kind == "comprehensive" and len(self.mapping.name) > 1:
            parts.append(_TYPE_WORDS.get(kind_type, ""))
        return "+".join(part for part in parts if part)


def _column_of(field: str, mapping: Mapping) -> str:
    """The file's own name of a column of ours."""
    named = {**mapping.columns.model_dump(), **{k: v for k, v in mapping.optional.model_dump().items() if v}}
    named |= {
        "dip_code": mapping.columns.code_columns[0],
        "operations": mapping.operations.columns[0],
        "name": mapping.name[0],
        "treatment_type": mapping.type_column,
    }
    return str(named.get(field) or field)
