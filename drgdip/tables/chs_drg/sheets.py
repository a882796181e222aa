"""The six sheets of an edition, from a workbook or from CSV files, as rows of text.

A sheet is known by its national name or by the name of our file; columns by their national names, wherever they stand,
so that an extra first column (as the updated 3.0 workbook has it) does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from drgdip.base.errors import TablesError
from drgdip.base.text import Text
from drgdip.tables.csv_file import header_of, read_text, rows_of
from drgdip.tables.problems import TableProblem
from drgdip.tables.workbook import MAX_COLUMNS, MAX_ROWS, cell_text


class Sheet(NamedTuple):
    """One sheet: national name, our file, and its columns; a column may have other spellings after a slash."""

    name: str
    file: str
    columns: tuple[str, ...]


SHEETS: dict[str, Sheet] = {
    "mdc": Sheet("MDC", "mdc.csv", ("编码", "名称", "规则", "排序")),
    "adrg": Sheet("ADRG", "adrg.csv", ("编码", "名称", "规则", "所属MDC", "MDC内排序")),
    "drg": Sheet("DRG", "drg.csv", ("编码", "名称", "规则", "所属ADRG", "所属MDC", "ADRG内排序")),
    "sets": Sheet("集合", "sets.csv", ("集合编号", "ICD编码", "ICD名称")),
    "cc": Sheet("CC", "cc.csv", ("编码", "名称", "排除表", "类型")),
    "exclusions": Sheet("排除表", "exclusions.csv", ("排除表编号", "ICD编码", "名称")),
}
#: Cells that may be absent as a column: names are for people.
_OPTIONAL = frozenset(("名称", "ICD名称"))
#: Cells that are read as they are written, so that what is odd about them can be told.
_AS_WRITTEN = frozenset(("规则",))
#: Signs that no one sees and that no code has.
_UNSEEN = str.maketrans("", "", "\u200b\u2060\ufeff")
#: Other spellings of column names, as workbooks have them.
_SPELLINGS = {"类型(MCC/CC)": "类型", "类型（MCC/CC）": "类型"}

#: Rows of a sheet: (data row, cells by column).
Rows = list[tuple[int, dict[str, str]]]


def read_sheets(source: Path, problems: list[TableProblem]) -> dict[str, Rows]:
    """All six sheets of a workbook or of a folder of CSV files, by key of ``SHEETS``.

    Rows of another width go to ``problems``. Raises TablesError if a sheet or a column is missing or unreadable.
    """
    if source.is_dir():
        return {key: _from_csv(source, sheet, problems) for key, sheet in SHEETS.items()}
    return _from_workbook(source)


def _from_csv(folder: Path, sheet: Sheet, problems: list[TableProblem]) -> Rows:
    for name in (sheet.file, f"{sheet.name}.csv"):
        if (folder / name).is_file():
            return rows_in(read_text(folder / name), sheet, name, problems)
    raise _missing_sheet(folder.name, sheet)


def _missing_sheet(source: str, sheet: Sheet) -> TablesError:
    return TablesError(
        Text(f"{source} 中没有“{sheet.name}”表。", f"{source} has no sheet '{sheet.name}' ({sheet.file})."),
        Text(f"需要六张表:{'、'.join(s.name for s in SHEETS.values())}。",
             f"Six sheets are needed: {', '.join(s.name for s in SHEETS.values())}."),
    )  # fmt: skip


def rows_in(text: str, sheet: Sheet, file: str, problems: list[TableProblem]) -> Rows:
    """Rows of a sheet that is written as CSV."""
    _require([_column(name) for name in header_of(text)], sheet, file)
    return [
        (row, {_column(name): _cell(_column(name), cell) for name, cell in cells.items()})
        for row, cells in rows_of(text, file, problems, _AS_WRITTEN)
    ]


def _from_workbook(path: Path) -> dict[str, Rows]:
    import openpyxl

    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except Exception as error:  # Whatever its reader makes of a broken file.
            raise TablesError(
                Text(f"无法读取工作簿 {path}。", f"The workbook {path} cannot be read."),
                Text("请提供未加密的 XLSX 文件,或六个 CSV 文件所在的文件夹。",
                     "Give an XLSX file without a password, or a folder with the six sheets as CSV."),
            ) from error  # fmt: skip
        return {key: _from_sheet(book, sheet, path.name) for key, sheet in SHEETS.items()}


def _from_sheet(book: object, sheet: Sheet, source: str) -> Rows:
    titles = {title.strip(): title for title in book.sheetnames}  # type: ignore[attr-defined]
    if sheet.name not in titles:
        raise _missing_sheet(source, sheet)
    cells = book[titles[sheet.name]].iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)  # type: ignore[index]
    with closing(cells):
        header = [_column(cell_text(cell)) for cell in next(cells, ())]
        _require(header, sheet, f"{source} “{sheet.name}”")
        return list(_filled(cells, header))


def _filled(rows: Iterator[Sequence[object]], header: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in enumerate(rows, 1):
        cells = {name: _cell(name, cell) for name, cell in zip(header, row, strict=False) if name}
        if any(cell.strip() for cell in cells.values()):
            yield number, cells


def _cell(name: str, cell: object) -> str:
    """A cell as text: rules as written, of others neither blanks around them nor signs that are not seen."""
    if name in _AS_WRITTEN and isinstance(cell, str):
        return cell
    text = cell_text(cell)
    return text if text.isascii() else text.translate(_UNSEEN).strip()


@lru_cache(maxsize=256)
def _column(name: str) -> str:
    name = re.sub(r"\s+", "", name)
    return _SPELLINGS.get(name, name)


def _require(header: Sequence[str], sheet: Sheet, source: str) -> None:
    for column in sheet.columns:
        if header.count(column) == 1 or (column in _OPTIONAL and column not in header):
            continue
        state = Text("重复", "twice") if column in header else Text("缺失", "missing")
        raise TablesError(
            Text(f"{source} 的列“{column}”{state.zh}。", f"The column '{column}' of {source} is {state.en}."),
            Text(
                f"该表的列应为:{'、'.join(sheet.columns)}。", f"The sheet has the columns {', '.join(sheet.columns)}."
            ),
        )


def sheet_names() -> Mapping[str, str]:
    """National name of each sheet by key."""
    return {key: sheet.name for key, sheet in SHEETS.items()}
