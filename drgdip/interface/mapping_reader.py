"""Reads a mapping from strict YAML; every key that is not known is refused with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, get_args

from drgdip.base.problems import Problems
from drgdip.base.text import Text
from drgdip.base.yaml_source import INVALID, Node
from drgdip.interface.fields import fields, fields_of
from drgdip.interface.mapping import UNITS, Codes, Column, Mapping, Rows, Status, Table

_COLUMN_KEYS = ("from", "gather", "constant", "values", "unit", "evidence")
_CODES_KEYS = ("code", "principal", "only", "order", "evidence")
_FEES_KEYS = ("files", "columns", "evidence")
_TABLE_KEYS = ("files", "rows", "key", "columns", "codes", "evidence")


class _Reader:
    """Walks the nodes and tells problems; what is wrong becomes an empty value of its kind."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems

    def tell(self, node: Node, zh: str, en: str) -> None:
        if node.value is not INVALID:
            self._problems.add(node.line, node.path, Text(zh, en))

    def record(self, node: Node, known: Iterable[str], needed: Iterable[str] = ()) -> dict[str, Node]:
        """A mapping of known keys."""
        if not isinstance(node.value, dict):
            self.tell(node, "须为若干键值", "must be keys with values")
            return {}
        known = tuple(known)
        for key, child in node.value.items():
            if key not in known:
                near = get_close_matches(key, known, n=1)
                listed = near[0] if near else ", ".join(known)
                self.tell(child, f"不认识的键 {key},可用:{listed}", f"the key {key} is not known; use {listed}")
        for key in needed:
            if key not in node.value:
                self.tell(node, f"缺少键 {key}", f"the key {key} is missing")
        return {key: child for key, child in node.value.items() if key in known}

    def words(self, node: Node | None) -> str:
        if node is None:
            return ""
        if isinstance(node.value, str) and node.value.strip():
            return node.value.strip()
        self.tell(node, "须为非空文本(数字请加引号)", "must be text and not empty (write numbers in quotes)")
        return ""

    def several(self, node: Node | None) -> tuple[str, ...]:
        """A text, or a list of them."""
        if node is None:
            return ()
        items = node.value if isinstance(node.value, list) else [node]
        return tuple(word for item in items if (word := self.words(item)))

    def choice(self, node: Node | None, allowed: Iterable[str], default: str) -> Any:
        if node is None:
            return default
        if isinstance(node.value, str) and node.value in allowed:
            return node.value
        listed = ", ".join(allowed)
        self.tell(node, f"须为 {listed} 之一", f"must be one of {listed}")
        return default

    def bilingual(self, node: Node | None) -> Text:
        if node is None:
            return Text("", "")
        parts = self.record(node, ("zh", "en"), ("zh", "en"))
        return Text(self.words(parts.get("zh")), self.words(parts.get("en")))

    def translation(self, node: Node | None) -> dict[str, str] | None:
        if node is None:
            return None
        if not isinstance(node.value, dict):
            self.tell(node, "须为“原值: 新值”", "must be values with their translations")
            return None
        return {written.strip(): self.words(child) for written, child in node.value.items()}

    def named(self, node: Node | None, read: Callable[[str, Node], Any]) -> dict[str, Any]:
        """Children under names that the file chooses."""
        if node is None:
            return {}
        if not isinstance(node.value, dict) or not node.value:
            self.tell(node, "须为若干键值", "must be keys with values")
            return {}
        return {name: read(name, child) for name, child in node.value.items()}

    def field(self, name: str, node: Node, kinds: tuple[str, ...] = (), of_fees: bool = False) -> None:
        known = fields_of("fee_lines") if of_fees else fields()
        field = known.get(name)
        if field is None:
            near = get_close_matches(name, known, n=1)
            hint = Text(f",是否为 {near[0]}?", f"; did you mean {near[0]}?") if near else Text("", "")
            what = Text("费用明细", "fee line") if of_fees else Text("病例", "case")
            self.tell(node, f"{name} 不是{what.zh}字段{hint.zh}", f"{name} is not a field of a {what.en}{hint.en}")
        elif kinds and field.type not in kinds:
            self.tell(node, f"{name} 不能这样取值", f"{name} cannot be read in this way")


def read_mapping(root: Node, problems: Problems) -> Mapping | None:
    """The mapping that a document holds; None where it is not even a record. Problems are told."""
    reader = _Reader(problems)
    parts = reader.record(root, ("mapping", "tables", "fees", "not_read"), ("mapping", "tables"))
    if not {"mapping", "tables"} <= parts.keys():
        return None
    head = reader.record(parts["mapping"], ("name", "title", "status", "source"), ("name", "title", "status", "source"))
    tables = reader.named(parts["tables"], lambda name, node: _table(reader, name, node))
    mapping = Mapping(
        name=reader.words(head.get("name")),
        title=reader.bilingual(head.get("title")),
        status=reader.choice(head.get("status"), get_args(Status), "unverified"),
        source=reader.bilingual(head.get("source")),
        tables=tuple(tables.values()),
        fees=_fees(reader, parts["fees"]) if "fees" in parts else None,
        not_read=reader.named(parts.get("not_read"), lambda name, node: reader.bilingual(node)),
    )
    _check_whole(reader, parts["tables"], mapping)
    return mapping


def _check_whole(reader: _Reader, node: Node, mapping: Mapping) -> None:
    if mapping.tables and mapping.tables[0].rows != "one":
        reader.tell(node, "第一个表须每例一行(rows: one)", "the first table must have one row a stay (rows: one)")
    given = [name for table in mapping.tables for name in (*table.columns, *(codes.field for codes in table.codes))]
    for name in sorted({name for name in given if given.count(name) > 1}):
        reader.tell(node, f"字段 {name} 有多个来源", f"the field {name} comes from several places")
    for table in mapping.tables if len(mapping.tables) > 1 else ():
        if not table.key or not table.files:
            reader.tell(node, f"表 {table.name} 须有 key 与 files", f"the table {table.name} must have key and files")


def _table(reader: _Reader, name: str, node: Node) -> Table:
    parts = reader.record(node, _TABLE_KEYS)
    rows: Rows = reader.choice(parts.get("rows"), get_args(Rows), "one")
    columns = reader.named(parts.get("columns"), lambda field, child: _column(reader, field, child))
    codes = reader.named(parts.get("codes"), lambda field, child: _codes(reader, field, child))
    if rows == "many" and columns:
        reader.tell(node, "每例多行的表只能用 codes", "a table of many rows a stay can only give codes")
    if rows == "one" and codes:
        reader.tell(node, "每例一行的表请用 columns", "a table of one row a stay gives columns")
    return Table(
        name, reader.several(parts.get("files")) or (name,), rows, reader.words(parts.get("key")), columns,
        tuple(codes.values()),
    )  # fmt: skip


def _fees(reader: _Reader, node: Node) -> Table:
    """The table of fee lines; without names of files, any file of fee lines is one."""
    parts = reader.record(node, _FEES_KEYS, ("columns",))
    columns = reader.named(parts.get("columns"), lambda field, child: _column(reader, field, child, of_fees=True))
    files = reader.several(parts.get("files"))
    return Table(files[0] if files else "fees", files, "many", "", columns, ())


def _column(reader: _Reader, field: str, node: Node, of_fees: bool = False) -> Column:
    if isinstance(node.value, str):
        reader.field(field, node, of_fees=of_fees)
        return Column((reader.words(node),))
    parts = reader.record(node, _COLUMN_KEYS)
    reader.field(field, node, ("codes",) if "gather" in parts else (), of_fees)
    if sum(key in parts for key in ("from", "gather", "constant")) != 1:
        reader.tell(
            node,
            "须有 from、gather、constant 之一,且仅一个",
            "must have one of from, gather and constant, and one only",
        )
    gathered = parts.get("gather")
    return Column(
        columns=_spread(reader.several(gathered)) if gathered else reader.several(parts.get("from")),
        constant=reader.words(parts["constant"]) if "constant" in parts else None,
        values=reader.translation(parts.get("values")),
        unit=reader.choice(parts.get("unit"), UNITS, ""),
        evidence=reader.words(parts.get("evidence")),
    )


def _spread(names: tuple[str, ...]) -> tuple[str, ...]:
    """``JBDM1..JBDM15`` stands for all columns from the first number to the last."""
    spread: list[str] = []
    for name in names:
        first, dots, last = name.partition("..")
        stem = first.rstrip("0123456789")
        numbers = (first.removeprefix(stem), last.removeprefix(stem))
        if dots and last.startswith(stem) and all(number.isdigit() and len(number) < 4 for number in numbers):
            spread += [f"{stem}{number}" for number in range(int(numbers[0]), int(numbers[1]) + 1)]
        else:
            spread.append(name)
    return tuple(spread)


def _codes(reader: _Reader, field: str, node: Node) -> Codes:
    reader.field(field, node, ("codes",))
    parts = reader.record(node, _CODES_KEYS, ("code",))
    principal = reader.record(parts["principal"], ("column", "is"), ("column", "is")) if "principal" in parts else {}
    only = reader.record(parts["only"], ("column", "is"), ("column", "is")) if "only" in parts else {}
    return Codes(
        field=field,
        code=reader.words(parts.get("code")),
        first_column=reader.words(principal.get("column")),
        first_value=reader.words(principal.get("is")),
        only_column=reader.words(only.get("column")),
        only_values=reader.several(only.get("is")),
        order=reader.words(parts.get("order")),
    )
