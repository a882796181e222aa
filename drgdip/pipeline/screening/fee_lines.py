"""Fee lines as they are read, piece by piece: in few bytes each, split among the parts of the batch.

A city's month has millions of them. What is kept is places in the texts of the piece and whole numbers as narrow as they
fit; beyond a cap they wait on disk. They become codes when their part is taken, once all texts are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.base.findings import Finding
from drgdip.intake.status import MISSING, OK
from drgdip.pipeline.screening.cells import Reporter, column_of
from drgdip.pipeline.screening.ids import Encoded, Texts
from drgdip.pipeline.screening.line_cells import Decoded, first_s, taken
from drgdip.pipeline.screening.line_store import LineStore, Rows
from drgdip.pipeline.screening.parts import LINKS, Parts
from drgdip.screening.columns import TABLES, Read
from drgdip.screening.data import Frame
from drgdip.screening.later import Later
from drgdip.screening.words import Words

#: Line numbers, which share their texts. Unless each text stands for several lines of a piece on the average they are
#: kept as text, since a month may have as many of them as lines, and told apart among the lines of a part.
_OWN = ("line", "refunds")
_NUMBER = "number"
_REPEATS, _MANY = 4, 1 << 20
_KNOWN = "known"
#: Rows beside each other that are of one part, at the least on the average; else a piece is put in order of its parts.
_LEAST_RUN = 32
_READS: dict[str, Read] = {read.name: read for read in TABLES["fee_lines"]}
_NUMBERS = [name for name, read in _READS.items() if read.kind != "id"]


class _Piece(NamedTuple):
    """What stays of a piece beside its rows. codes : of its texts, by place; -1 behind the last. always, ever : bits of the
    numbers that all, or any, of its rows have. ranks : places of its texts in the sorted ones, once all are known.
    """

    codes: dict[str, np.ndarray]
    always: int
    ever: int
    ranks: dict[str, np.ndarray]


class FeeLines:
    """The fee lines of a batch."""

    def __init__(self, parts: Parts, findings: list[Finding]) -> None:
        self.rows, self.last_s, self.first_s = 0, -1, 1 << 62
        self._parts, self._findings = parts, findings
        self._texts: dict[str, Texts] = dict(parts.texts)
        self._columns: set[str] = set()
        self._reporters: dict[str, Reporter] = {}
        self._pieces: list[_Piece] = []
        self._number_words = Words(())
        self._store = LineStore(parts.count)

    def add(self, piece: Decoded) -> None:
        """Take a piece up; what cannot be read in it is a finding, and a line without a number is set aside."""
        self.rows += piece.rows
        rows = self._with_number(piece, self._reported(piece))
        if len(rows) < piece.rows:
            piece = taken(piece, rows)
        if not len(rows):
            return
        self._columns |= {*piece.ids, *piece.numbers}
        self.last_s = max(self.last_s, piece.last_s)
        self.first_s = min(self.first_s, first_s(piece))
        own = {name: piece.ids[name].texts() for name in _OWN if name in piece.ids and _is_own(piece.ids[name])}
        codes = {name: self._texts_of(name).by_place(column) for name, column in piece.ids.items() if name not in own}
        known, always, ever = _known(piece.numbers, len(rows))
        columns = {name: piece.ids[name].places for name in codes}
        columns |= {name: values for name, (values, _) in piece.numbers.items()}
        self._pieces.append(_Piece(codes, always, ever, {}))
        part = self._parts.place({name: (codes[name], columns[name]) for name in LINKS if name in codes}, len(rows))
        self._split(columns if always == ever else {**columns, _KNOWN: known}, own, part)

    def _reported(self, piece: Decoded) -> Reporter:
        """What is wrong with the cells of a piece is told."""
        raw = piece.raw
        report = self._reporters.setdefault(raw.file, Reporter(raw.file, self._findings))
        report.start(raw.table, piece.first_row)
        for name, column in piece.ids.items():
            if len(column.bad):
                report.encoding(_READS[name], column_of(raw.table, _READS[name]), column.bad)
        for name, (_, status) in piece.numbers.items():
            if (status > MISSING).any():
                report.statuses(_READS[name], column_of(raw.table, _READS[name]), status)
        return report

    def _with_number(self, piece: Decoded, report: Reporter) -> np.ndarray:
        """Rows that have a line number."""
        there = np.zeros(piece.rows, dtype=np.bool_)
        if "line" in piece.ids:
            there = piece.ids["line"].is_there()
        report.missing(_READS["line"], np.flatnonzero(~there))
        return np.flatnonzero(there)

    def _texts_of(self, name: str) -> Texts:
        return self._texts.setdefault(_NUMBER if name in _OWN else name, Texts())

    def _split(self, arrays: Mapping[str, np.ndarray], own: Mapping[str, pa.Array], part: np.ndarray) -> None:
        """Keep the rows of a piece by their parts; where those change often, in order of them."""
        starts = _starts(part)
        if len(starts) * _LEAST_RUN > len(part):
            order = np.argsort(part, kind="stable")
            part, arrays = part[order], {name: values[order] for name, values in arrays.items()}
            own = {name: texts.take(pa.array(order)) for name, texts in own.items()}
            starts = _starts(part)
        batch = pa.RecordBatch.from_pydict({**{name: pa.array(values) for name, values in arrays.items()}, **own})
        runs: dict[int, list[slice]] = {}
        for number, first, after in zip(part[starts].tolist(), starts, [*starts[1:], len(part)], strict=True):
            runs.setdefault(number, []).append(slice(first, after))
        self._store.keep(len(self._pieces) - 1, batch, runs)

    def texts(self) -> dict[str, pa.Array]:
        """ID column -> its distinct texts in all lines, but for line numbers."""
        return {name: texts.known for name, texts in self._texts.items() if name in self._columns}

    def finish(self, texts: Mapping[str, pa.Array]) -> None:
        """All lines are there. texts : the sorted ones of shared ID columns."""
        numbers = self._texts_of("line").known
        sorted_texts = {**texts, _NUMBER: numbers.take(pc.sort_indices(numbers))}
        self._number_words = Words(sorted_texts[_NUMBER])
        for name, own in self._texts.items():
            if name in sorted_texts:
                places = pc.index_in(own.known, value_set=sorted_texts[name])
                rank = np.append(places.fill_null(-1).to_numpy(zero_copy_only=False), -1).astype(np.int32)
                for column in _OWN if name == _NUMBER else (name,):
                    for piece in self._pieces:
                        if column in piece.codes:
                            piece.ranks[column] = rank[piece.codes[column]]

    def frame(self, parts: Sequence[int], words: Mapping[str, Words]) -> Frame:
        """The lines of some parts, which are given away; columns are made when they are asked for.

        words : the sorted texts of shared ID columns.
        """
        batches = [kept for part in parts for kept in self._store.taken(part)]
        rows = sum(map(len, batches))
        there = [name for name in _READS if name in self._columns]
        numbers = [name for name in there if name in _NUMBERS]
        shared = [name for name in there if name not in (*_NUMBERS, *_OWN)]
        own, texts = self._numbered(batches, [name for name in _OWN if name in there], rows)
        values = {
            **{name: partial(self._number, name, batches, rows) for name in numbers},
            **{name: partial(self._coded, name, batches, rows) for name in shared},
            **own,
        }
        known = {name: partial(self._seen, name, batches, rows) for name in numbers}
        return Frame(
            rows, Later(values), Later(known), {**{name: words[name] for name in shared}, **dict.fromkeys(own, texts)}
        )

    def _number(self, name: str, batches: Sequence[Rows], rows: int) -> np.ndarray:
        """A column of numbers as int64; a piece that lacks it reads as zero."""
        values = np.empty(rows, dtype=np.int64)
        for batch, own in _places(batches):
            values[own] = batch.numbers(name) if batch.has(name) else 0
        return values

    def _seen(self, name: str, batches: Sequence[Rows], rows: int) -> np.ndarray:
        """Which rows have a number."""
        bit, seen = _NUMBERS.index(name), np.zeros(rows, dtype=np.bool_)
        for batch, own in _places(batches):
            piece = self._pieces[batch.piece]
            if piece.always >> bit & 1:
                seen[own] = True
            elif piece.ever >> bit & 1:
                seen[own] = batch.numbers(_KNOWN) & np.uint32(1 << bit)
        return seen

    def _coded(self, name: str, batches: Sequence[Rows], rows: int) -> np.ndarray:
        """A column of IDs as places in sorted texts, int32; a piece that lacks it reads as none."""
        codes = np.empty(rows, dtype=np.int32)
        for batch, own in _places(batches):
            if batch.has(name):
                np.take(self._pieces[batch.piece].ranks[name], batch.numbers(name), out=codes[own], mode="wrap")
            else:
                codes[own] = -1
        return codes

    def _numbered(self, batches: Sequence[Rows], names: Sequence[str], rows: int) -> tuple[dict[str, Any], Words]:
        """Line numbers and the numbers that refunds refer to, as codes of one dictionary."""
        if not any(batch.is_text(name) for batch in batches for name in names):
            return {name: partial(self._coded, name, batches, rows) for name in names}, self._number_words
        columns = [self._written(name, batch) for name in names for batch in batches]
        coded = pa.concat_arrays(columns).dictionary_encode()
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        split = {name: codes[place * rows : (place + 1) * rows] for place, name in enumerate(names)}
        return split, Words(coded.dictionary, in_order=False)

    def _written(self, name: str, rows: Rows) -> pa.Array:
        """The line numbers of a batch as text."""
        if not rows.has(name):
            return pa.nulls(len(rows), pa.string())
        if rows.is_text(name):
            return rows.array(name)
        codes = self._pieces[rows.piece].codes[name][rows.numbers(name)]
        return self._texts_of(name).known.take(pa.array(codes, mask=codes < 0))

    def close(self) -> None:
        """Remove what waits on disk."""
        self._store.close()


def _starts(part: np.ndarray) -> list[int]:
    """Rows at which another part begins."""
    return [0, *(np.flatnonzero(part[1:] != part[:-1]) + 1).tolist()]


def _places(batches: Sequence[Rows]) -> Iterator[tuple[Rows, slice]]:
    """Batches with their places one behind the other."""
    at = 0
    for batch in batches:
        rows = len(batch)
        yield batch, slice(at, at + rows)
        at += rows


def _is_own(column: Encoded) -> bool:
    """Whether most rows have a text of their own."""
    return len(column.values) > _MANY or len(column.values) * _REPEATS > len(column.places)


def _known(numbers: Mapping[str, tuple[np.ndarray, np.ndarray]], rows: int) -> tuple[np.ndarray, int, int]:
    """Bits of the numbers that each row has, uint32; those that all have, and those that any has."""
    always, ever, some = 0, 0, np.zeros(rows, dtype=np.uint32)
    for bit, name in enumerate(_NUMBERS):
        if name not in numbers:
            continue
        status = numbers[name][1]
        if not status.any():
            always |= 1 << bit
            ever |= 1 << bit
            continue
        there = status == OK
        if there.any():
            ever |= 1 << bit
            some |= there.astype(np.uint32) << np.uint32(bit)
    return some, always, ever
