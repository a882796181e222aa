"""One look through a CSV file before it is read: does it need care, and is it UTF-8.

Quotes by the book (RFC 4180) open a cell at its beginning and close it at its end. Where all do, and no quoted cell
holds a line end, rows can be cut without looking back; everything else is left to :mod:`drgdip.intake.csv_repair`.
"""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NamedTuple

import numpy as np

from drgdip.intake.encoding import BLOCK

#: Bytes of the longest row that is read, its line end not counted.
LONGEST_ROW = 1 << 20
_QUOTE, _LINE_FEED, _RETURN = b'"\n\r'
_FEED_SIGN = b"\n"


class Scan(NamedTuple):
    """``well_formed``: every quote by the book, no quoted line end, no row beyond ``LONGEST_ROW``."""

    utf_8: bool
    well_formed: bool


def scan(path: Path, separator: str) -> Scan:
    """Look through a file once. Raises OSError."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    quotes = _Quotes(ord(separator))
    utf_8, line, longest = True, 0, 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            utf_8 = utf_8 and _continues(decoder, block)
            quotes.add(block)
            first = block.find(_FEED_SIGN)
            if first < 0:
                line += len(block)
            else:
                longest = max(longest, line + first)
                line = len(block) - block.rfind(_FEED_SIGN) - 1
    utf_8 = utf_8 and _continues(decoder, b"", True)
    return Scan(utf_8, quotes.by_the_book() and max(longest, line) <= LONGEST_ROW)


def _continues(decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> bool:
    if block.isascii() and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


class _Quotes:
    """Checks the quotes of a file block by block."""

    def __init__(self, separator: int) -> None:
        self._ends = np.zeros(256, dtype=np.bool_)
        self._ends[[separator, _LINE_FEED, _RETURN, _QUOTE]] = True
        self._held = b""
        self._before = _LINE_FEED
        self._open = False
        self._good = True

    def add(self, block: bytes) -> None:
        if not self._good or (not self._open and not self._held and b'"' not in block):
            self._before = block[-1]
            return
        block = self._held + block
        # What follows a quote tells what it does: quotes at the end wait for the next block.
        whole = block.rstrip(b'"')
        self._held = block[len(whole) :]
        self._good = len(self._held) < LONGEST_ROW
        if whole:
            self._check(whole, _LINE_FEED)

    def by_the_book(self) -> bool:
        """Whether all quotes were in order, now that the file has ended."""
        if self._good and self._held:
            self._check(self._held, _LINE_FEED)
        return self._good and not self._open

    def _check(self, block: bytes, after: int) -> None:
        signs = np.frombuffer(bytes([self._before]) + block + bytes([after]), dtype=np.uint8)
        at = np.flatnonzero(signs[1:-1] == _QUOTE) + 1
        opening = slice(1, None, 2) if self._open else slice(0, None, 2)
        closing = slice(0, None, 2) if self._open else slice(1, None, 2)
        well = bool(self._ends[signs[at[opening] - 1]].all() and self._ends[signs[at[closing] + 1]].all())
        line_ends = np.flatnonzero((signs[1:-1] == _LINE_FEED) | (signs[1:-1] == _RETURN)) + 1
        quotes_before = np.searchsorted(at, line_ends) + self._open
        self._good = well and not (quotes_before % 2).any()
        self._open ^= bool(len(at) % 2)
        self._before = block[-1]
