"""How a text file is encoded, and its content as UTF-8: byte order marks, GB18030, and files of mixed encodings.

A file is UTF-8 if all of it is. If not, lines decide: those that are no UTF-8 but GB18030, against those that are
UTF-8 with Chinese in it. Lines of the minority are never guessed at; their cells are left, or made, unreadable, which
intake reports cell by cell.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from drgdip.intake.temporary import TemporaryBytes

BLOCK = 1 << 20
#: Byte order mark -> codec; the longer ones first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_REPLACED = "\ufffd".encode()
#: A byte that no UTF-8 text has.
_NO_TEXT = b"\xff"
_HIGH = re.compile(rb"[\x80-\xff]")
#: Three bytes of UTF-8 that stand for a Chinese sign or full-width punctuation.
_CHINESE = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf][\x80-\xbf]")


def marked(head: bytes) -> str:
    """Codec named by a byte order mark other than that of UTF-8, or empty."""
    return next((codec for mark, codec in _MARKS if head.startswith(mark)), "")


def from_codec(path: Path, codec: str) -> TemporaryBytes:
    """A file with a byte order mark as UTF-8; what cannot be decoded stays unreadable."""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    with path.open("rb") as file, TemporaryBytes() as kept:
        for block in iter(lambda: file.read(BLOCK), b""):
            kept.write(_unreadable_marked(decoder.decode(block)))
        kept.write(_unreadable_marked(decoder.decode(b"", True)))
    return kept


def _unreadable_marked(text: str) -> bytes:
    return text.encode("utf-8", "replace").replace(_REPLACED, _NO_TEXT)


def is_gb18030(path: Path) -> bool:
    """Whether a file that is not UTF-8 throughout is GB18030 rather than UTF-8, by the majority of its lines."""
    utf_8 = gb18030 = 0
    with path.open("rb") as file:
        for line in lines(file):
            if not line.isascii():
                chinese = _is_chinese_utf_8(line)
                utf_8 += chinese
                gb18030 += not chinese and not _decodes(line, "utf-8") and _decodes(line, "gb18030")
    return gb18030 > utf_8


def from_gb18030(path: Path) -> TemporaryBytes:
    """A GB18030 file as UTF-8; lines that are not, or that are UTF-8 with Chinese in it, become unreadable."""
    with path.open("rb") as file, TemporaryBytes() as kept:
        held: list[bytes] = []
        for line in lines(file):
            held.append(line if line.isascii() else _from_gb18030(line))
            if len(held) == 10_000:
                kept.write(b"".join(held))
                held = []
        kept.write(b"".join(held))
    return kept


def _from_gb18030(line: bytes) -> bytes:
    if _is_chinese_utf_8(line):
        return _HIGH.sub(_NO_TEXT, line)
    try:
        return line.decode("gb18030").encode("utf-8", "replace")
    except UnicodeDecodeError:
        return _HIGH.sub(_NO_TEXT, line)


def _is_chinese_utf_8(line: bytes) -> bool:
    return _CHINESE.search(line) is not None and _decodes(line, "utf-8")


def _decodes(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def is_unicode(text: str) -> bool:
    """Whether a text can be written as UTF-8: JSON and XML can smuggle in halves of characters."""
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def lines(file: IO[bytes], most: int = BLOCK + 2) -> Iterator[bytes]:
    """Lines with their ends (line feed, carriage return, or both), cut into parts of about ``most`` bytes if longer."""
    rest = b""
    while block := file.read(BLOCK):
        parts = (rest + block).splitlines(keepends=True)
        # A carriage return at the end may be half of a line's end.
        rest = b"" if parts[-1].endswith(b"\n") else parts.pop()
        yield from parts
        if len(rest) > most:
            yield rest
            rest = b""
    if rest:
        yield rest
