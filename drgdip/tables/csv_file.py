"""Reading and writing the CSV files of tables: strict, and the same bytes for the same rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from drgdip.base.errors import TablesError
from drgdip.base.text import Text
from drgdip.tables.problems import TableProblem


def decode(content: bytes, path: Path) -> str:
    """Text of a file in UTF-8, or in GB 18030 as many offices still write it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TablesError(
        Text(f"{path.name} 既不是 UTF-8 也不是 GB 18030 文本。", f"{path.name} is neither UTF-8 nor GB 18030 text."),
        Text("请另存为 UTF-8 的 CSV 文件。", "Save it as a CSV file in UTF-8."),
    )


def read_text(path: Path) -> str:
    """Text of a CSV file. Raises TablesError if it cannot be read."""
    try:
        return decode(path.read_bytes(), path)
    except OSError as error:
        raise TablesError(
            Text(f"无法读取 {path}。", f"{path} cannot be read ({error.strerror})."),
            Text("请检查路径与权限。", "Check the path and its permissions."),
        ) from error


def header_of(text: str) -> list[str]:
    """Column names, trimmed."""
    return [name.strip() for name in next(_lines(text), [])]


def rows_of(
    text: str, file: str, problems: list[TableProblem], as_written: Collection[str] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """``(data row, cells by column)``; rows of another width go to ``problems``. Blank rows are skipped.

    as_written : columns whose cells keep the blanks around them.
    """
    reader = _lines(text, file)
    header = [name.strip() for name in next(reader, [])]
    for number, cells in enumerate(reader, 1):
        if len(cells) == len(header):
            yield (
                number,
                {n: cell if n in as_written else cell.strip() for n, cell in zip(header, cells, strict=True)},
            )
        elif any(cell.strip() for cell in cells):
            problems.append(TableProblem("cell_count", file, number, "", str(len(cells))))


def _lines(text: str, file: str = "CSV") -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        yield from reader
    except csv.Error as error:
        raise TablesError(
            Text(f"{file} 第 {reader.line_num} 行无法按 CSV 读取。", f"Line {reader.line_num} of {file} is not readable as CSV ({error})."),
            Text("请检查引号与异常长的单元格。", "Check quotes and cells that are far too long."),
        ) from error  # fmt: skip


def require_columns(header: Sequence[str], needed: Iterable[str], file: str) -> None:
    """Raise TablesError naming the first column that is absent or stands twice."""
    for name in needed:
        if header.count(name) == 1:
            continue
        absent = name not in header
        raise TablesError(
            Text(f"{file} {'缺少' if absent else '重复出现'}列 {name}。",
                 f"{file} {'has no' if absent else 'repeats the'} column {name}."),
            Text(f"请更正表头,或用 --mapping 指定列名;现有列:{'、'.join(header)}。",
                 f"Correct the header, or name the columns with --mapping; it has {', '.join(header)}."),
        )  # fmt: skip


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV with line feeds; quotes only where a cell needs them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()
