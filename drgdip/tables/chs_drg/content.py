"""From sheets of text to the rows of an edition: codes trimmed, orders as numbers, rules as trees, problems with places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from drgdip.tables.chs_drg.parse import parse_rule
from drgdip.tables.chs_drg.rows import AdrgRow, Complication, DrgContent, DrgRow, MdcRow, Severity, in_order
from drgdip.tables.chs_drg.sheets import SHEETS, Rows
from drgdip.tables.chs_drg.syntax import ALWAYS, SEVERITY_SETS, Rule
from drgdip.tables.chs_drg.tokens import RuleError, is_plain
from drgdip.tables.problems import TableProblem


def read_content(
    sheets: Mapping[str, Rows],
    files: Mapping[str, str],
    problems: list[TableProblem],
    weights: Mapping[str, str],
    names: Mapping[str, str],
) -> DrgContent:
    """The edition that six sheets hold.

    files : what problems call each sheet, by key of ``SHEETS``. weights : by group. names : of codes, beside the sheets'.
    """
    reader = _Reader(files, problems)
    mdcs, adrgs, drgs = in_order(reader.mdcs(sheets["mdc"]), reader.adrgs(sheets["adrg"]), reader.drgs(sheets["drg"]))
    return DrgContent(
        mdcs,
        adrgs,
        drgs,
        sets=reader.lists(sheets["sets"], "sets", "集合编号"),
        complications=reader.complications(sheets["cc"]),
        exclusions=reader.lists(sheets["exclusions"], "exclusions", "排除表编号"),
        names={**reader.names, **names},
        weights=weights,
    )


class _Reader:
    """Reads sheet by sheet; what cannot be read is a problem, and the row is left out."""

    def __init__(self, files: Mapping[str, str], problems: list[TableProblem]) -> None:
        self._files, self._problems = files, problems
        self.names: dict[str, str] = {}

    def _tell(self, key: str, sheet: str, row: int, column: str, value: str) -> None:
        self._problems.append(TableProblem(key, self._files[sheet], row, column, value))

    def _name(self, code: str, name: str) -> None:
        if name:
            self.names.setdefault(code, name)

    def _has(self, sheet: str, row: int, cells: Mapping[str, str], *columns: str) -> bool:
        empty = [column for column in columns if not cells.get(column)]
        for column in empty:
            self._tell("missing_value", sheet, row, column, "")
        return not empty

    def _order(self, sheet: str, row: int, cells: Mapping[str, str], column: str) -> int:
        cell = cells[column]
        if cell.isdecimal():
            return int(cell)
        self._tell("bad_order", sheet, row, column, cell)
        return row

    def _rule(self, sheet: str, row: int, cells: Mapping[str, str]) -> Rule:
        text = cells.get("规则", "")
        if not is_plain(text):
            self._tell("unusual_signs", sheet, row, "规则", text)
        try:
            return parse_rule(text)
        except RuleError as error:
            self._tell("bad_rule", sheet, row, "规则", f"{text[:200]} ({error.text.zh} | {error.text.en})")
            return ALWAYS

    def mdcs(self, rows: Rows) -> list[MdcRow]:
        return [
            MdcRow(row, cells["编码"], cells.get("名称", ""), cells.get("规则", "").strip(),
                   self._order("mdc", row, cells, "排序"), self._rule("mdc", row, cells))
            for row, cells in rows if self._has("mdc", row, cells, "编码", "排序")
        ]  # fmt: skip

    def adrgs(self, rows: Rows) -> list[AdrgRow]:
        return [
            AdrgRow(row, cells["编码"], cells.get("名称", ""), cells.get("规则", "").strip(), cells["所属MDC"],
                    self._order("adrg", row, cells, "MDC内排序"), self._rule("adrg", row, cells))
            for row, cells in rows if self._has("adrg", row, cells, "编码", "所属MDC", "MDC内排序")
        ]  # fmt: skip

    def drgs(self, rows: Rows) -> list[DrgRow]:
        return [
            DrgRow(row, cells["编码"], cells.get("名称", ""), cells.get("规则", "").strip(), cells["所属ADRG"], cells["所属MDC"],
                   self._order("drg", row, cells, "ADRG内排序"), self._rule("drg", row, cells))
            for row, cells in rows if self._has("drg", row, cells, "编码", "所属ADRG", "所属MDC", "ADRG内排序")
        ]  # fmt: skip

    def lists(self, rows: Rows, sheet: str, key: str) -> dict[str, tuple[str, ...]]:
        name_column = SHEETS[sheet].columns[2]
        found: dict[str, dict[str, None]] = {}
        for row, cells in rows:
            if not self._has(sheet, row, cells, key, "ICD编码"):
                continue
            codes, code = found.setdefault(cells[key], {}), cells["ICD编码"]
            if code in codes:
                self._tell("code_twice", sheet, row, "ICD编码", f"{cells[key]} {code}")
            codes[code] = None
            self._name(code, cells.get(name_column, ""))
        return {name: tuple(codes) for name, codes in found.items()}

    def complications(self, rows: Rows) -> dict[str, Complication]:
        found: dict[str, Complication] = {}
        for row, cells in rows:
            if not self._has("cc", row, cells, "编码", "类型"):
                continue
            kind = cells["类型"].upper()
            if kind not in SEVERITY_SETS:
                self._tell("bad_severity", "cc", row, "类型", cells["类型"])
                continue
            if cells["编码"] in found:
                self._tell("code_twice", "cc", row, "编码", cells["编码"])
                continue
            found[cells["编码"]] = Complication(cast("Severity", kind), cells.get("排除表", ""))
            self._name(cells["编码"], cells.get("名称", ""))
        return found
