"""The registry of input fields: every column of the flat case layout, once.

National field names are used here and at the edges only; inside, columns have the names of ``Field.column``.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from drgdip.base.text import Text

FieldType = Literal["text", "code", "codes", "integer", "decimal", "money", "datetime"]
CodeCheck = Literal["", "closed", "open"]


class Field(NamedTuple):
    """One field.

    position : place in the registry, by which defects name the field.
    type : ``text`` kept as written; ``code`` digits of a code table; ``codes`` several codes joined by ``|``;
        ``integer``; ``decimal`` whole part counts; ``money`` yuan, at most two decimals; ``datetime``.
    min_length, max_length : characters of text, digits of a code or of the whole part of a number; 0 not limited.
    code_check : ``closed`` a value outside ``code_table`` is a defect; ``open`` places extend the table.
    column : name of our column, empty for text that is only handed through. unit : unit of that column.
    required : needed for settlement. aliases : other names seen for the field (noted, not applied).
    """

    position: int
    name: str
    label: Text
    type: FieldType
    min_length: int
    max_length: int
    unit: str
    code_table: str
    code_check: CodeCheck
    column: str
    required: bool
    aliases: tuple[str, ...]
    source: str
    evidence: str


@cache
def fields() -> dict[str, Field]:
    """All fields by national name, in the order of the flat layout."""
    with Path(__file__).with_name("fields.csv").open(encoding="utf-8", newline="") as file:
        return {row["field"]: _field(position, row) for position, row in enumerate(csv.DictReader(file))}


def _field(position: int, row: dict[str, str]) -> Field:
    return Field(
        position=position,
        name=row["field"],
        label=Text(row["zh"], row["en"]),
        type=_one_of(FieldType, row["type"]),
        min_length=int(row["min_length"] or 0),
        max_length=int(row["max_length"] or 0),
        unit=row["unit"],
        code_table=row["code_table"],
        code_check=_one_of(CodeCheck, row["code_check"]),
        column=row["column"],
        required=row["required_for_settle"] == "yes",
        aliases=tuple(row["aliases"].split()),
        source=row["source"],
        evidence=row["evidence"],
    )


def _one_of(kinds: object, value: str) -> Any:
    if value not in get_args(kinds):
        raise ValueError(f"{value!r} is none of {get_args(kinds)}")
    return value


@cache
def field_names() -> tuple[str, ...]:
    """National names in order; the place is the field's position."""
    return tuple(fields())


class Use(NamedTuple):
    """What a command reads of a case file, and what it cannot do without."""

    reads: tuple[str, ...]
    requires: frozenset[str]


def required_fields() -> tuple[str, ...]:
    """Names of the fields that settlement cannot do without."""
    return tuple(field.name for field in fields().values() if field.required)


@cache
def settlement_use() -> Use:
    """Settlement reads every field."""
    return Use(field_names(), frozenset(required_fields()))


#: Grouping looks at codes; the cost only where a policy breaks ties by it.
GROUPING_USE = Use(("setl_id", "diag_code", "oprn_oprt_code", "medfee_sumamt"), frozenset(("setl_id", "diag_code")))


def label(name: str) -> Text:
    """What people call a field; the name itself if it is not a field of the interface."""
    field = fields().get(name)
    return field.label if field else Text(name, name)
