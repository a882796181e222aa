"""Rows of tables as canonical text, column by column: what the digests of findings are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import NamedTuple

import numpy as np

from drgdip.screening.columns import TABLES
from drgdip.screening.data import Frame
from drgdip.screening.words import Words


class RowTexts:
    """The rows of one table that a rule rests on, each written once. fields : the rule's inputs; without any all columns."""

    def __init__(self, frame: Frame, fields: tuple[str, ...]) -> None:
        self._columns = list(_columns(frame, fields))
        self._texts: dict[int, str] = {}

    def read(self, places: Collection[int]) -> None:
        """Write these rows, as far as they have not been."""
        new = sorted({*places} - self._texts.keys())
        if new:
            parts = [column.texts(new) for column in self._columns]
            rows: Iterable[tuple[str, ...]] = zip(*parts, strict=True) if parts else [()] * len(new)
            if any("" in part for part in parts):
                rows = (tuple(filter(None, row)) for row in rows)
            self._texts.update(zip(new, ["{" + ",".join(row) + "}" for row in rows], strict=True))

    def text(self, places: Collection[int]) -> str:
        """Some rows, each once, in the order of their texts."""
        try:
            texts = [self._texts[place] for place in places]
        except KeyError:
            self.read(places)
            texts = [self._texts[place] for place in places]
        texts.sort()
        return ",".join(texts)


class _Column(NamedTuple):
    """One column as facts of findings have it. known : None where a code of -1 says that there is none."""

    name: str
    values: np.ndarray
    known: np.ndarray | None
    words: Words | None
    listed: Sequence[tuple[str, ...] | None] | None

    def texts(self, places: list[int]) -> list[str]:
        """Name and value of some rows, as JSON has them; empty where a row has none."""
        there = None if self.known is None else self.known[places].tolist()
        values, head = self.values[places].astype(np.int64, copy=False).tolist(), f'"{self.name}":'
        words, different = self.words, {*values}
        if words is None:
            written = {value: f"{head}{value}" for value in different}
        else:
            written = {code: head + quoted(str(words[code])) for code in different if code >= 0}
            written[-1] = "" if there is None else f'{head}""'
        texts = [written[value] for value in values]
        if there is not None and not all(there):
            texts = [text if known else "" for text, known in zip(texts, there, strict=True)]
        if self.listed is None:
            return texts
        lists = [self.listed[place] for place in places]
        return [
            text if codes is None else f"{head}{list_text(codes)}" for text, codes in zip(texts, lists, strict=True)
        ]


def list_text(texts: Sequence[str]) -> str:
    """A list of texts as JSON has it, without blanks."""
    return "[" + ",".join(map(quoted, texts)) + "]"


@lru_cache(maxsize=256)
def _names(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Our names of national fields, and always the IDs."""
    names = {read.name for reads in TABLES.values() for read in reads if read.field in fields}
    names |= {"settlement", "visit", "line", "code"}
    if "net" in fields:
        names |= {"net_quantity_e4", "net_fee_fen", "net_scope_fen"}
    return tuple(sorted(names))


def _columns(frame: Frame, fields: tuple[str, ...]) -> Iterator[_Column]:
    """Columns of a table: the rule's inputs where it names them, and always the IDs."""
    for name in _names(fields) if fields else sorted(frame.values):
        if name in frame.values or name in frame.lists:
            words, listed = frame.words.get(name), frame.lists.get(name)
            known = frame.known(name) if words is None or frame.has_known(name) else None
            yield _Column(name, frame[name], known, words, listed)
