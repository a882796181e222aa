"""A place's own weights for a catalogue that is published without: points, mean costs and statistics by group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from drgdip.tables.csv_file import header_of, read_text, require_columns, rows_of
from drgdip.tables.dip_catalogue import Group, number_problem
from drgdip.tables.problems import TableProblem

_NUMBERS = ("points", "mean_cost_yuan", "mean_stay_days", "cv", "cases", "weight")
#: Columns that a file of weights may have beside the code of the group.
WEIGHT_COLUMNS = (*_NUMBERS, "primary_care")


class LocalWeights(NamedTuple):
    """Cells by group, and the data row of each; ``leave_out`` : groups without a weight leave the catalogue.

    problems : what is wrong with the file.
    """

    file: str
    cells: dict[str, dict[str, str]]
    rows: dict[str, int]
    leave_out: bool
    problems: list[TableProblem]

    def apply(self, groups: Iterable[tuple[Group, str, int]], problems: list[TableProblem]) -> list[Group | None]:
        """Groups with their weights, None for those left out; each stands with the file and row it was read from."""
        problems += self.problems
        wanted = dict(self.rows)
        weighed = list(self._weighed(groups, wanted, problems))
        problems += [TableProblem("unknown_group", self.file, row, "dip_code", code) for code, row in wanted.items()]
        return weighed

    def _weighed(
        self, groups: Iterable[tuple[Group, str, int]], wanted: dict[str, int], problems: list[TableProblem]
    ) -> Iterator[Group | None]:
        for group, file, row in groups:
            wanted.pop(group.dip_code, None)
            one = group._replace(**self.cells.get(group.dip_code, {}))
            if self.leave_out and not (one.points or one.mean_cost_yuan):
                problems.append(TableProblem("left_out", file, row, "dip_code", group.dip_code))
                yield None
            else:
                yield one


def read_weights(path: Path, leave_out: bool = False) -> LocalWeights:
    """Read ``dip_code``, ``points``, ``mean_cost_yuan`` and, where they stand, other columns of WEIGHT_COLUMNS.

    An empty cell leaves what the catalogue has. Raises TablesError if a column is missing.
    """
    text = read_text(path)
    header = header_of(text)
    require_columns(header, ("dip_code", "points", "mean_cost_yuan"), path.name)
    problems: list[TableProblem] = []
    cells: dict[str, dict[str, str]] = {}
    rows: dict[str, int] = {}
    for number, row in rows_of(text, path.name, problems):
        code = row["dip_code"]
        if not code or code in cells:
            key = "duplicate_code" if code else "missing_value"
            problems.append(TableProblem(key, path.name, number, "dip_code", code))
            continue
        cells[code] = {name: row[name] for name in WEIGHT_COLUMNS if row.get(name)}
        rows[code] = number
        problems += _number_problems(cells[code], path.name, number)
    return LocalWeights(path.name, cells, rows, leave_out, problems)


def _number_problems(cells: dict[str, str], file: str, row: int) -> Iterator[TableProblem]:
    for name in _NUMBERS:
        if wrong := number_problem(name, cells.get(name, "")):
            yield TableProblem(wrong, file, row, name, cells[name])
