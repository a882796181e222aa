"""Finds out what kind of source a case file is, by what it holds rather than by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.csv_source import CsvSource
from drgdip.intake.parquet_source import ParquetSource, TableSource
from drgdip.intake.source import Source, check_header, unreadable
from drgdip.interface.fields import Use

_SPREADSHEET = Text(
    "请在表格软件中另存为 CSV UTF-8,或使用 Parquet。", "Save it as CSV UTF-8 in the spreadsheet, or use Parquet."
)
_PACKED = Text("请先解压。", "Unpack it first.")
_RECODE = Text("请转换为 UTF-8 编码。", "Convert it to UTF-8.")
#: First bytes of what is often taken for CSV.
_OTHERS = (
    (b"PK\x03\x04", _SPREADSHEET),
    (b"\xd0\xcf\x11\xe0", _SPREADSHEET),
    (b"\x1f\x8b", _PACKED),
    (b"\xff\xfe", _RECODE),
    (b"\xfe\xff", _RECODE),
)


def open_source(case: Any, position: int, use: Use) -> Source:
    """Open a case file, an Arrow table or a DataFrame, and check its header.

    Raises UsageError if it cannot be read, has a column twice, or lacks a required one.
    """
    source = _file(Path(case)) if isinstance(case, str | Path) else TableSource(case, position)
    check_header(source, use)
    return source


def _file(path: Path) -> Source:
    if not path.is_file():
        raise UsageError(
            Text(f"找不到病例文件 {path}。", f"There is no case file {path}."),
            Text("请核对文件名与所在文件夹。", "Check its name and folder."),
        )
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise unreadable(path.name, Text("请检查文件权限。", "Check the permissions of the file.")) from error
    if head == b"PAR1":
        return ParquetSource(path)
    for magic, advice in _OTHERS:
        if head.startswith(magic):
            raise unreadable(path.name, advice)
    return CsvSource(path)
