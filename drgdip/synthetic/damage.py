"""Files damaged in a named way, and the key of what a reader should say about them.

:func:`drgdip.synthetic.synthesize` breaks values and rows; this breaks what is around them: bytes, packing, header,
spelling. Some damages change nothing that is said (other spellings of dates, a byte order mark): their key is empty.
"""

from __future__ import annotations

import gzip
import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.synthetic.chunks import Planted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

#: Kind of a key entry for a file that cannot be read at all.
REFUSED = "refused"
_LONG_CELL = 10_000_000
_BOMB = 64 << 20
_COLUMNS, _DEPTH = 500_000, 10_000
_ANY_TIME = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_AMOUNT = "medfee_sumamt"
#: Some rows in GB18030 among others in UTF-8.
_MIXED = "mixed_encodings"
_CHINESE = "内科"


class _Csv(NamedTuple):
    """A CSV file in memory: names, and data rows as lines without their ends."""

    names: list[str]
    rows: list[bytes]

    def bytes(self) -> bytes:
        return b"\n".join([",".join(self.names).encode(), *self.rows, b""])

    def id_of(self, row: int) -> str:
        return self.rows[row - 1].split(b",", 1)[0].decode(errors="replace")


def damages() -> tuple[str, ...]:
    """Names of all damages."""
    return (*_OF_FILES, *_OF_ROWS, *_SPELLINGS)


def damage(source: Path, how: str, out: Path, rows: Sequence[int] = ()) -> list[Planted]:
    """Write a damaged copy of a file.

    Parameters
    ----------
    source : a CSV file whose first column is the settlement ID, by commas and without quotes; any file for damages
        of bytes. how : one of :func:`damages`. out : file to write.
    rows : data rows from 1, for damages of rows.

    Returns
    -------
    What a reader should say: row 0 for the file as a whole, with the kind ``refused`` if it cannot be read.

    Raises UsageError for a damage that there is none of.
    """
    content = source.read_bytes()
    if how in _OF_FILES:
        kind, change = _OF_FILES[how]
        out.write_bytes(change(content))
        return [Planted(0, "", kind, "")] if kind else []
    table = _table(_with_chinese(content, "utf-8") if how == _MIXED else content)
    if how in _OF_ROWS:
        kind, field, spoil = _OF_ROWS[how]
        for row in rows:
            table.rows[row - 1] = spoil(table, table.rows[row - 1])
        out.write_bytes(table.bytes())
        return [Planted(row, table.id_of(row) if field else "", kind, field) for row in rows]
    if how in _SPELLINGS:
        out.write_bytes(_SPELLINGS[how](table).bytes())
        return []
    known = ", ".join(damages())
    raise UsageError(
        Text(f"没有名为“{how}”的损坏方式。", f"There is no damage named '{how}'."),
        Text(f"可用:{known}。", f"There are: {known}."),
    )


def _table(content: bytes) -> _Csv:
    header, *rows = content.rstrip(b"\n").split(b"\n")
    return _Csv(header.decode("utf-8-sig").split(","), rows)


def _doubled_column(content: bytes) -> bytes:
    return b"\n".join(line + b"," + line.split(b",", 1)[0] for line in content.rstrip(b"\n").split(b"\n")) + b"\n"


def _many_columns(content: bytes) -> bytes:
    names = b",".join(b"c%d" % number for number in range(_COLUMNS))
    return names + b"\n" + b"," * (_COLUMNS - 1) + b"\n"


def _deep(content: bytes) -> bytes:
    return b'{"infno":"4101","input":' + b'{"setlinfo":' * _DEPTH + b"{}" + b"}" * _DEPTH + b"}\n"


def _with_chinese(content: bytes, codec: str) -> bytes:
    """Chinese words for the departments."""
    table = _table(content)
    place = table.names.index("dscg_caty")
    lines = []
    for row in table.rows:
        cells = row.split(b",")
        cells[place] = _CHINESE.encode(codec)
        lines.append(b",".join(cells))
    return _Csv(table.names, lines).bytes()


#: Damage -> kind of the key entry (empty: nothing is said), and what it does to the bytes.
_OF_FILES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "empty": (REFUSED, lambda content: b""),
    "header_only": ("", lambda content: content.split(b"\n", 1)[0] + b"\n"),
    "byte_order_mark": ("", lambda content: b"\xef\xbb\xbf" + content),
    "windows_line_ends": ("", lambda content: content.replace(b"\n", b"\r\n")),
    "tabs": ("", lambda content: content.replace(b",", b"\t")),
    "gzip": ("", lambda content: gzip.compress(content, 6, mtime=0)),
    "gzip_truncated": (REFUSED, lambda content: gzip.compress(content, 6, mtime=0)[:-12]),
    "bomb": (REFUSED, lambda content: gzip.compress(b"0" * _BOMB, 9, mtime=0)),
    "doubled_column": (REFUSED, _doubled_column),
    "many_columns": (REFUSED, _many_columns),
    "deep_json": ("malformed_list", _deep),
    "gb18030": ("read_from_encoding", lambda content: _with_chinese(content, "gb18030")),
}


def _set(field: str, change: Callable[[bytes], bytes]) -> Callable[[_Csv, bytes], bytes]:
    def spoil(table: _Csv, row: bytes) -> bytes:
        cells, place = row.split(b","), table.names.index(field)
        cells[place] = change(cells[place])
        return b",".join(cells)

    return spoil


def _with_separators(amount: bytes) -> bytes:
    whole, point, part = amount.partition(b".")
    return f'"{int(whole):,}'.encode() + point + part + b'"'


def _full_width(amount: bytes) -> bytes:
    return amount.decode().translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}).encode()


#: Damage -> kind and field of the key entries, and what it does to a row.
_OF_ROWS: dict[str, tuple[str, str, Callable[[_Csv, bytes], bytes]]] = {
    "cut_row": ("malformed_row", "", lambda table, row: row[: len(row) // 2]),
    "extra_cell": ("malformed_row", "", lambda table, row: row + b",0"),
    "lone_quote": ("open_quote", "", lambda table, row: b'"' + row),
    "long_cell": ("row_too_long", "", lambda table, row: row + b"0" * _LONG_CELL),
    "bad_bytes": ("bad_encoding", "dscg_caty", _set("dscg_caty", lambda cell: b"\xff\xff" + cell)),
    _MIXED: ("bad_encoding", "dscg_caty", _set("dscg_caty", lambda cell: _CHINESE.encode("gb18030"))),
    "nul_byte": ("wrong_type", _AMOUNT, _set(_AMOUNT, lambda cell: cell[:2] + b"\0" + cell[2:])),
    "thousands_separators": ("wrong_type", _AMOUNT, _set(_AMOUNT, _with_separators)),
    "full_width_digits": ("wrong_type", _AMOUNT, _set(_AMOUNT, _full_width)),
    "impossible_time": ("impossible_date", "setl_time", _set("setl_time", lambda cell: b"2026-02-30 10:00:00")),
}


def _other_dates(table: _Csv) -> _Csv:
    """Each row in another of five spellings of its times."""
    rows = [_ANY_TIME.sub(_SPELL[number % len(_SPELL)], row) for number, row in enumerate(table.rows)]
    return _Csv(table.names, rows)


def _spelling(form: str, short: bool = False) -> Callable[[re.Match[bytes]], bytes]:
    def spell(found: re.Match[bytes]) -> bytes:
        text = datetime.fromisoformat(found[0].decode()).strftime(form)
        return (re.sub(r"(?<=[/ ])0(?=\d)", "", text) if short else text).encode()

    return spell


_SPELL = (
    _spelling("%Y-%m-%d %H:%M:%S"), _spelling("%Y/%m/%d %H:%M:%S"), _spelling("%Y/%m/%d %H:%M:%S", short=True),
    _spelling("%Y%m%d%H%M%S"), _spelling("%Y-%m-%dT%H:%M:%S"),
)  # fmt: skip


def _with_blanks(table: _Csv) -> _Csv:
    return _Csv(table.names, [b" , ".join(row.split(b",")) for row in table.rows])


def _in_quotes(table: _Csv) -> _Csv:
    return _Csv(table.names, [b",".join(b'"' + cell + b'"' for cell in row.split(b",")) for row in table.rows])


#: Damages that are none: the same said in another way.
_SPELLINGS: dict[str, Callable[[_Csv], _Csv]] = {
    "five_spellings_of_dates": _other_dates,
    "blanks_around_cells": _with_blanks,
    "all_cells_in_quotes": _in_quotes,
}
