"""The registry of fields: every column of every table of the interface, once.

National field names are used here and at the edges only; inside, columns have the names of ``Field.column``.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from drgdip.base.text import Text

FieldType = Literal["text", "code", "codes", "integer", "decimal", "money", "date", "datetime"]
CodeCheck = Literal["", "closed", "open"]
Key = Literal["", "primary", "foreign"]


class Field(NamedTuple):
    """One field.

    position : place in its table, by which defects name the field. table : table of the interface (``cases`` …).
    type : ``text`` kept as written; ``code`` digits of a code table; ``codes`` several codes joined by ``|``;
        ``integer``; ``decimal`` (of the flat layout: whole part counts); ``money`` yuan, at most two decimals;
        ``date``; ``datetime``.
    min_length, max_length : characters of text, digits of a code or of the whole part of a number; 0 not limited.
    decimals : digits after the point. unit : unit of our column.
    code_check : ``closed`` a value outside ``code_table`` is a defect; ``open`` places extend the table.
    column : name of our column, empty for text that is only handed through.
    key : part of the table's key. filled : the interface wants it on every row.
    required : needed for settlement. aliases : other names in use for the same thing.
    source : documents that have it. evidence : how sure we are, and where sources disagree.
    """

    position: int
    table: str
    name: str
    label: Text
    type: FieldType
    min_length: int
    max_length: int
    decimals: int
    unit: str
    code_table: str
    code_check: CodeCheck
    column: str
    key: Key
    filled: bool
    required: bool
    aliases: tuple[str, ...]
    source: str
    evidence: str

    @property
    def most(self) -> int:
        """The largest whole number that the field may hold, where it holds one."""
        return _MOST.get((self.table, self.name), 10**self.max_length - 1)


#: Whole numbers that can be, where their digits would allow more. Days of age are given below the first birthday alone (4101,
#: ``nwb_age``: 天,<1岁必填), and no first year has more than 365 before it. That nobody is older than 150 is derived: no text at
#: hand names a limit, the interface says the length alone (N4,1); words and documents say so.
_MOST = {("cases", "age"): 150, ("cases", "nwb_age"): 365}

#: Layout of the case file: the fields of ``cases`` that a flat row has.
FLAT = "flat"


@cache
def _registry() -> dict[str, dict[str, tuple[str, Field]]]:
    """Table -> field -> layout and field."""
    tables: dict[str, dict[str, tuple[str, Field]]] = {}
    with Path(__file__).with_name("fields.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            known = tables.setdefault(row["table"], {})
            if row["field"] in known:
                raise ValueError(f"{row['field']} stands twice in {row['table']}")
            known[row["field"]] = (row["layout"], _field(len(known), row))
    return tables


def table_names() -> tuple[str, ...]:
    """All tables of the interface."""
    return tuple(_registry())


@cache
def fields_of(table: str) -> dict[str, Field]:
    """All fields of a table by national name. Those of ``cases`` begin with the flat layout. KeyError if unknown."""
    return {name: field for name, (_, field) in _registry()[table].items()}


@cache
def fields() -> dict[str, Field]:
    """The fields of the flat case layout by national name, in its order."""
    return {name: field for name, (layout, field) in _registry()["cases"].items() if layout == FLAT}


@cache
def aliases_of(table: str) -> dict[str, str]:
    """Other names in use -> national name, for one table."""
    return {alias: field.name for field in fields_of(table).values() for alias in field.aliases}


def _field(position: int, row: dict[str, str]) -> Field:
    return Field(
        position=position,
        table=row["table"],
        name=row["field"],
        label=Text(row["zh"], row["en"]),
        type=_one_of(FieldType, row["type"]),
        min_length=int(row["min_length"] or 0),
        max_length=int(row["max_length"] or 0),
        decimals=int(row["decimals"] or 0),
        unit=row["unit"],
        code_table=row["code_table"],
        code_check=_one_of(CodeCheck, row["code_check"]),
        column=row["column"],
        key=_one_of(Key, row["key"]),
        filled=row["filled"] == "yes",
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
    """National names of the flat layout in order; the place is the field's position."""
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
#: The same where the edition has groups with conditions on ages and birth weight.
GROUPING_BY_AGE_USE = Use((*GROUPING_USE.reads, "age", "nwb_age", "nwb_bir_wt"), GROUPING_USE.requires)
#: What CHS-DRG rules can ask for; a column that is absent counts as missing, and comparisons with it are false.
DRG_GROUPING_USE = Use(
    ("setl_id", "gend", "age", "nwb_age", "nwb_bir_wt", "act_ipt_days", "dscg_way", "dscg_caty", "icu_hours", "diag_code",
     "oprn_oprt_code"),
    frozenset(("setl_id", "diag_code")),
)  # fmt: skip


def label(name: str) -> Text:
    """What people call a field of a case or a fee line; the name itself if it is neither."""
    field = fields_of("cases").get(name) or fields_of("fee_lines").get(name)
    return field.label if field else Text(name, name)
