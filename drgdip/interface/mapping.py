"""Mappings: how the columns of a foreign export become fields of the flat case layout. A mapping is data, in YAML.

A mapping names tables (one, or several joined by a key), and for each the fields that it gives. What it does not
name is not used and reported; what it cannot translate sets the row aside. ``mappings/`` holds those that are shipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from decimal import Decimal
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.problems import Problem, Problems
from drgdip.base.text import Text
from drgdip.base.yaml_source import MAX_BYTES, read_yaml

_SHIPPED = Path(__file__).with_name("mappings")

Status = Literal["verified", "transcribed", "unverified"]
Rows = Literal["one", "many"]

#: What a unit is in ours: yuan, grams, days.
UNITS: dict[str, Decimal] = {
    "yuan": Decimal(1), "fen": Decimal("0.01"), "ten_thousand_yuan": Decimal(10_000),
    "g": Decimal(1), "kg": Decimal(1000), "days": Decimal(1), "weeks": Decimal(7),
}  # fmt: skip


class Column(NamedTuple):
    """Where a field comes from: one column, several (first names first) gathered into a list of codes, or a constant.

    values : translation of what is written; a value that it does not have sets the row aside. unit : unit it is
    written in. evidence : how sure we are of the column.
    """

    columns: tuple[str, ...]
    constant: str | None = None
    values: MappingOf[str, str] | None = None
    unit: str = ""
    evidence: str = ""


class Codes(NamedTuple):
    """Rows of a table gathered into a list of codes.

    field : field of the flat layout. code : column of the code. first_column, first_value : what marks the principal
    one. only_column, only_values : rows that count. order : column that orders them; the order of the file if empty.
    """

    field: str
    code: str
    first_column: str = ""
    first_value: str = ""
    only_column: str = ""
    only_values: tuple[str, ...] = ()
    order: str = ""

    def columns(self) -> list[str]:
        """The columns that are read, each once."""
        names = (self.code, self.first_column, self.only_column, self.order)
        return list(dict.fromkeys(name for name in names if name))


class Table(NamedTuple):
    """One table of an export.

    name : what people call it. files : beginnings of the names of its files. rows : ``one`` a stay, or ``many``.
    key : column that joins it to the other tables. columns : field -> where it comes from. codes : gathered lists.
    """

    name: str
    files: tuple[str, ...]
    rows: Rows
    key: str
    columns: MappingOf[str, Column]
    codes: tuple[Codes, ...]

    def named_columns(self) -> list[str]:
        """The columns that are read."""
        names = [name for column in self.columns.values() for name in column.columns]
        return [self.key, *names, *(name for codes in self.codes for name in codes.columns())]


class Mapping(NamedTuple):
    """A whole mapping; the first table has one row a stay.

    fees : the table of fee lines, if the mapping has one; its columns give fields of fee lines.
    not_read : tables of the export that are left alone, by the beginning of their files' names, and why.
    """

    name: str
    title: Text
    status: Status
    source: Text
    tables: tuple[Table, ...]
    fees: Table | None = None
    not_read: MappingOf[str, Text] = MappingProxyType({})

    def named_columns(self) -> frozenset[str]:
        """All columns that the mapping reads of stays, in every case that a file may write them."""
        return _forms(name for table in self.tables for name in table.named_columns())

    def fee_columns(self) -> frozenset[str]:
        """The same of fee lines."""
        return _forms(self.fees.named_columns() if self.fees else ())

    def table_of(self, stem: str) -> Table | None:
        """The table that a file belongs to by its name: longest match, followed by nothing or by a number or date."""
        if len(self.tables) == 1:
            return self.tables[0]
        named = [(name, table) for table in self.tables for name in table.files]
        fitting = [(len(name), table) for name, table in named if is_named(stem, name)]
        return max(fitting, key=lambda pair: pair[0])[1] if fitting else None

    def has_fees(self, stem: str) -> bool:
        """Whether a file is one of fee lines by its name."""
        return self.fees is not None and any(is_named(stem, name) for name in self.fees.files)

    def why_not_read(self, stem: str) -> Text | None:
        """Why a file is left alone, if the mapping says so of its table."""
        return next((why for name, why in self.not_read.items() if is_named(stem, name)), None)


def is_named(stem: str, beginning: str) -> bool:
    """Whether a file's name is that of a table, followed by nothing or by a number or date."""
    return bool(re.fullmatch(re.escape(beginning) + r"(?:[-_. ]?[0-9][0-9_.-]*)?", stem, re.IGNORECASE | re.ASCII))


def _forms(names: Iterable[str]) -> frozenset[str]:
    return frozenset(form for name in names if name for form in (name, name.upper(), name.lower()))


class MappingFileError(UsageError):
    """A mapping file with problems; ``problems`` holds all of them, in the order of lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        first, more = problems[0].text, len(problems) - 1
        super().__init__(
            Text(f"映射文件有 {more + 1} 处问题,第一处为 {first.zh}。",
                 f"The mapping file has {more + 1} problem{'s' if more else ''}, the first is {first.en}."),
            Text("请按所列位置修改,可参照随附的映射。", "Mend the place that is named, after the mappings that are shipped."),
        )  # fmt: skip


def shipped_mappings() -> list[str]:
    """Names of the mappings that come with the package."""
    return sorted(path.stem for path in _SHIPPED.glob("*.yaml"))


def load_mapping(path_or_name: str | PathLike[str]) -> Mapping:
    """A mapping file, or a shipped mapping by its name.

    Raises UsageError if there is none; MappingFileError, which is one, with every problem and its line.
    """
    shipped = str(path_or_name) in shipped_mappings()
    path = _SHIPPED / f"{path_or_name}.yaml" if shipped else Path(path_or_name)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(
            Text(f"没有映射 {path_or_name}。", f"There is no mapping {path_or_name}."),
            Text(f"请给出映射文件,或使用:{', '.join(shipped_mappings())}。",
                 f"Name a mapping file, or use {', '.join(shipped_mappings())}."),
        ) from error  # fmt: skip
    return parse_mapping(content, path.name)


def as_mapping(given: Mapping | str | PathLike[str] | None) -> Mapping | None:
    """A mapping, loaded if it is named; see :func:`load_mapping`."""
    return given if given is None or isinstance(given, Mapping) else load_mapping(given)


def parse_mapping(content: bytes, file: str) -> Mapping:
    """The mapping that a file's bytes hold. Raises MappingFileError."""
    from drgdip.interface.mapping_reader import read_mapping

    problems = Problems(file)
    root = read_yaml(content, problems)
    mapping = read_mapping(root, problems) if root is not None else None
    if problems or mapping is None:
        raise MappingFileError(problems.in_order())
    return mapping
