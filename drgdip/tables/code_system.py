"""Code lists: diagnoses and procedures in the order of the file; a code's id is its position."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.tables.csv_file import csv_text, header_of, read_text, require_columns, rows_of
from drgdip.tables.problems import TableProblem, raise_if_errors

if TYPE_CHECKING:
    import pyarrow as pa

CODES_FILE = "codes.csv"
_HEADER = ("code", "name")


@dataclass(frozen=True, eq=False)
class CodeSystem:
    """A list of codes. ``codes[i]`` and ``names[i]`` belong to id ``i``."""

    codes: tuple[str, ...]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def ids(self) -> dict[str, int]:
        """Id by code."""
        return {code: position for position, code in enumerate(self.codes)}

    @cached_property
    def text(self) -> pa.Array:
        """The codes as Arrow text, for what looks at all of them at once."""
        import pyarrow as pa

        return pa.array(self.codes, pa.string())

    @staticmethod
    def of(codes: Iterable[str]) -> CodeSystem:
        """A list whose names are its codes, for tables made in memory."""
        unique = tuple(dict.fromkeys(codes))
        return CodeSystem(unique, unique)


def parse_code_system(text: str, file: str) -> CodeSystem:
    """Read ``code,name``. Raises TablesError naming every row that is wrong."""
    require_columns(header_of(text), _HEADER, file)
    problems: list[TableProblem] = []
    names: dict[str, str] = {}
    for number, row in rows_of(text, file, problems):
        code, name = row["code"], row["name"]
        for field in _HEADER:
            if not row[field]:
                problems.append(TableProblem("missing_value", file, number, field, ""))
            elif "\n" in row[field] or "\r" in row[field]:
                problems.append(TableProblem("line_break", file, number, field, row[field]))
        if code in names:
            problems.append(TableProblem("duplicate_code", file, number, "code", code))
        names[code] = name
    raise_if_errors(problems)
    return CodeSystem(tuple(names), tuple(names.values()))


def read_code_system(path: Path) -> CodeSystem:
    """Read a code list's CSV file."""
    return parse_code_system(read_text(path), path.name)


def code_system_text(system: CodeSystem) -> str:
    """A code list as CSV."""
    return csv_text(_HEADER, zip(system.codes, system.names, strict=True))
