"""Reference weights of groups, as they are published beside an edition: kept as text, empty where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from drgdip.tables.chs_drg.rows import DrgContent
from drgdip.tables.csv_file import header_of, read_text, require_columns, rows_of
from drgdip.tables.dip_catalogue import number_problem
from drgdip.tables.problems import TableProblem, raise_if_errors

_COLUMNS = ("drg_code", "reference_weight")


def read_weights(path: Path) -> dict[str, str]:
    """Weight by group code, as published. Raises TablesFileError with every row that is wrong."""
    return parse_weights(read_text(path), path.name)


def parse_weights(text: str, file: str) -> dict[str, str]:
    """Weight by group code from CSV text with the columns ``drg_code`` and ``reference_weight``."""
    require_columns(header_of(text), _COLUMNS, file)
    problems: list[TableProblem] = []
    found: dict[str, str] = {}
    for row, cells in rows_of(text, file, problems):
        code, weight = cells["drg_code"], cells["reference_weight"]
        if not code:
            problems.append(TableProblem("missing_value", file, row, "drg_code", ""))
        if code in found:
            problems.append(TableProblem("duplicate_code", file, row, "drg_code", code))
        kind = number_problem("points", weight)
        if kind:
            problems.append(TableProblem(kind, file, row, "reference_weight", weight))
        found[code] = weight
    raise_if_errors(problems)
    return found


def weight_problems(content: DrgContent, file: str) -> Iterator[TableProblem]:
    """Groups without a weight, and weights of groups that the edition does not have."""
    groups = {row.code for row in content.drgs}
    for code in content.weights:
        if code not in groups:
            yield TableProblem("weight_of_no_group", file, 0, "drg_code", code)
    for code in sorted(groups):
        if not content.weights.get(code):
            yield TableProblem("group_without_weight", file, 0, "drg_code", code)
