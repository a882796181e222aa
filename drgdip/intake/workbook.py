"""What a workbook may hold, looked at before anything of it is taken into memory."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.source import unreadable

#: Unpacked bytes of all parts, of the texts, and of any other part that is read as a whole.
MOST_BYTES, MOST_TEXTS, MOST_OTHER = 8 << 30, 512 << 20, 64 << 20
#: Unpacked against packed bytes, above a size that needs no bound.
MOST_RATIO, SMALL = 300, 64 << 20
#: Bytes of a sheet without the beginning of a row: one row is taken into memory at a time.
LONGEST_ROW = 32 << 20
#: Rows that a sheet can have.
MOST_ROWS = 1_048_576
_BLOCK, _TAG = 1 << 20, 256
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)")
_NUMBER = re.compile(rb"""\br=["'](\d+)["']""")
_ADVICE = Text("请另存为 CSV UTF-8 或 Parquet。", "Save it as CSV UTF-8 or Parquet.")


def is_workbook(path: Path) -> bool:
    """Whether a ZIP file is a workbook; False if it is damaged."""
    try:
        with zipfile.ZipFile(path) as parts:
            names = parts.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError):
        return False
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


def check_parts(path: Path, name: str) -> None:
    """Raises UsageError if a workbook unpacks beyond its caps, or the rows of a sheet are out of order."""
    with zipfile.ZipFile(path) as parts:
        sizes = {part.filename: part.file_size for part in parts.infolist()}
        cap = _exceeded(sizes, path.stat().st_size)
        if cap:
            raise _beyond(name, cap)
        for part in sizes:
            if _is_sheet(part):
                with parts.open(part) as sheet:
                    _check_rows(sheet, name)


def _is_sheet(part: str) -> bool:
    return part.startswith("xl/worksheets/") and part.endswith(".xml") and "/_rels/" not in part


def _exceeded(sizes: dict[str, int], packed: int) -> str:
    """The cap that is exceeded, or empty."""
    total = sum(sizes.values())
    if total > MOST_BYTES:
        return f"{MOST_BYTES >> 30} GiB"
    if total > max(SMALL, MOST_RATIO * packed):
        return f"{MOST_RATIO}×"
    for part, size in sizes.items():
        most = MOST_TEXTS if part.endswith("sharedStrings.xml") else MOST_OTHER
        if part.endswith((".xml", ".rels")) and not _is_sheet(part) and size > most:
            return f"{most >> 20} MiB"
    return ""


def _beyond(name: str, cap: str) -> UsageError:
    return UsageError(
        Text(f"{name} 解压后超过上限({cap}),未读取。", f"{name} unpacks beyond the cap ({cap}); it was not read."),
        _ADVICE,
    )


def _check_rows(sheet: IO[bytes], name: str) -> None:
    last = since = 0
    rest = b""
    while block := sheet.read(_BLOCK):
        rest += block
        # A tag may be cut at the end of a block: it waits for the next one.
        end = max(rest.rfind(b"<"), len(rest) - _TAG)
        found = 0
        for tag in _ROW.finditer(rest, 0, end):
            found = tag.end()
            number = _NUMBER.search(tag[1])
            row = int(number[1]) if number and len(number[1]) < 10 else last + 1
            if not last < row <= MOST_ROWS:
                raise unreadable(
                    name, Text("工作表的行序错乱,请重新保存。", "Rows of a sheet are out of order; save it again.")
                )
            last = row
        since = end - found if found else since + end
        if since > LONGEST_ROW:
            raise _beyond(name, f"{LONGEST_ROW >> 20} MiB")
        rest = rest[end:]
