"""Tables of the interface as the frames that rules read: IDs by shared sorted dictionaries, numbers exact.

A cell that cannot be read counts as missing and is a finding of the data; a row without its key is set aside with one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.base.findings import Finding
from drgdip.intake.buffers import one_array
from drgdip.intake.status import OK
from drgdip.pipeline.parallel import ahead, ordered_map
from drgdip.pipeline.screening.case_codes import codes_of, with_codes
from drgdip.pipeline.screening.cells import Raw, Reporter, columns_of, possible, read_numbers
from drgdip.pipeline.screening.fee_lines import FeeLines
from drgdip.pipeline.screening.ids import Encoded, Texts, encoded, mapped
from drgdip.pipeline.screening.line_cells import Decoded, decode
from drgdip.pipeline.screening.parts import STAYS, Parts
from drgdip.screening.building import build
from drgdip.screening.columns import KEYS, TABLES
from drgdip.screening.data import Dataset, Frame
from drgdip.screening.words import Words

LINES = "fee_lines"
_FLAG = "refd_setl_flag"
#: Pieces of fee lines that are read while other tables are: they are kept in little room, and would be kept anyway.
_AHEAD = 12
Result = TypeVar("Result")


class ReadTable(NamedTuple):
    """A table whose cells have been read."""

    rows: int
    ids: dict[str, Encoded]
    numbers: dict[str, np.ndarray]
    known: dict[str, np.ndarray]
    lists: dict[str, list[tuple[str, ...] | None]]


class Batch:
    """The tables of a batch: all but its fee lines as one, and its stays with their lines part by part.

    whole : without lines, but for a batch of one part. rows : of fee lines. last_s : time of the last of them. span_s : of the
    first and the last.
    """

    def __init__(self, tables: Mapping[str, ReadTable], lines: FeeLines | None, parts: Parts, threads: int = 1) -> None:
        self._lines, self._threads = lines, threads
        texts = _dictionaries(tables.values(), lines, threads)
        self._words = {name: Words(known) for name, known in texts.items()}
        self._frames = _frames(tables, lines, texts, self._words, threads)
        self._groups = parts.groups()
        self._part = parts.of_cases
        self.rows, self.last_s = (lines.rows, lines.last_s) if lines else (0, -1)
        self.span_s = (lines.first_s, lines.last_s) if lines and lines.first_s <= lines.last_s else None
        self.whole = self._whole()

    @property
    def alone(self) -> bool:
        """Whether the batch has one part: it is the whole."""
        return len(self._groups) == 1 or self._lines is None

    def _whole(self) -> Dataset:
        frames = dict(self._frames)
        if self._lines is not None:
            frames[LINES] = self._lines.frame(self._groups[0] if self.alone else (), self._words)
        return build(frames)

    def each(self, work: Callable[[Dataset, np.ndarray], Result]) -> Iterator[Result]:
        """What becomes of each part of a batch of several, in order: work is given the part, and the places of its stays in the whole.

        Parts are worked on by as many threads as the batch has; their lines are given away.
        """
        if not self.alone:
            yield from ordered_map(lambda group: work(*self._built(group)), self._groups, self._threads)
            pa.default_memory_pool().release_unused()  # the room of all lines, before what was gathered of them is joined

    def _built(self, group: list[int]) -> tuple[Dataset, np.ndarray]:
        assert self._lines is not None
        own = self._frames["cases"].take(np.flatnonzero(np.isin(self._part, group)))
        data = build({"cases": own, LINES: self._lines.frame(group, self._words)}, part=True, others=self.whole.others)
        return data, np.searchsorted(self.whole.cases["settlement"], data.cases["settlement"])

    def close(self) -> None:
        """Remove what waits on disk."""
        if self._lines is not None:
            self._lines.close()


def dataset_of(tables: Mapping[str, Raw]) -> tuple[Dataset, list[Finding]]:
    """A batch of tables by their names in the interface, and what is wrong with their data."""
    pieces = iter([tables[LINES]]) if LINES in tables else None
    batch, findings = read_batch(
        {name: raw for name, raw in tables.items() if name != LINES}, pieces, stays_a_part=None
    )
    batch.close()
    return batch.whole, findings


def read_batch(
    tables: Mapping[str, Raw], pieces: Iterable[Raw] | None, *, stays_a_part: int | None = STAYS, threads: int = 1
) -> tuple[Batch, list[Finding]]:
    """A batch of tables, and what is wrong with their data.

    Parameters
    ----------
    tables : all but fee lines, by their names. pieces : of the fee lines; None without such a table.
    stays_a_part : how many stays a part has; None keeps the batch in one. threads : that read fee lines, and work on parts.
    """
    findings: list[Finding] = []
    decoded = _decoded(pieces, threads) if pieces is not None else None
    raw = with_codes(dict(tables))
    read = {name: _read(name, raw[name], findings) for name in TABLES if name in raw}
    cases = read.get("cases")
    stays = cases.rows if cases else 0
    count = max(1, -(-stays // stays_a_part)) if stays_a_part else 1
    parts = Parts(cases.ids if cases else {}, stays, count)
    lines = None
    if decoded is not None:
        lines = FeeLines(parts, findings)
        for piece in decoded:
            lines.add(piece)
    return Batch(read, lines, parts, threads), findings


def _numbered(pieces: Iterable[Raw]) -> Iterator[tuple[Raw, int]]:
    """Pieces with the row that each begins with in its file."""
    rows: dict[str, int] = {}
    for piece in pieces:
        first = rows.get(piece.file, 0)
        rows[piece.file] = first + piece.table.num_rows
        yield piece, first


def _decoded(pieces: Iterable[Raw], threads: int) -> Iterator[Decoded]:
    """Pieces with their cells read; by several threads the first ones at once, while other tables are read."""

    def read(piece: tuple[Raw, int]) -> Decoded:
        return decode(*piece)

    if threads <= 1:
        return map(read, _numbered(pieces))
    return ahead(ordered_map(read, ahead(_numbered(pieces)), threads, _AHEAD))


def _read(name: str, raw: Raw, findings: list[Finding]) -> ReadTable:
    ids, values, known, lists = {}, {}, {}, {}
    report = Reporter(raw.file, findings)
    report.start(raw.table)
    refunded = _refunded(raw.table)
    for read, array in columns_of(name, raw.table):
        if read.kind == "id":
            ids[read.name] = encoded(array)
            report.encoding(read, array, ids[read.name].bad)
        elif read.kind == "list":
            lists[read.name] = _codes_by_row(array, listed := encoded(array))
            report.encoding(read, array, listed.bad)
        else:
            values[read.name], status = read_numbers(read, array)
            status = possible(name, read, values[read.name], status, refunded)
            known[read.name] = status == OK
            report.statuses(read, array, status)
    table = ReadTable(raw.table.num_rows, ids, values, known, lists)
    keep = _with_key(name, table, report)
    if name == "cases":
        keep = _once(raw, table, keep, report)
    return table if keep.all() else _taken(table, np.flatnonzero(keep))


def _refunded(table: pa.Table) -> np.ndarray:
    """Which settlements of a table were refunded; bool, (n,)."""
    if _FLAG not in table.column_names:
        return np.zeros(table.num_rows, dtype=np.bool_)
    there = encoded(one_array(table[_FLAG]))
    return np.array([*(text == "1" for text in there.values.to_pylist()), False], dtype=np.bool_)[there.places]


def _codes_by_row(array: pa.Array, texts: Encoded) -> list[tuple[str, ...] | None]:
    """Codes of each cell: none of an empty one, None where the cell is missing or no text. Each distinct text is cut up once."""
    there = array.is_valid().to_numpy(zero_copy_only=False).copy()
    there[texts.bad] = False
    cells = texts.texts().to_pylist()
    cut = {cell: codes_of(cell or "") for cell in set(cells)}
    return [cut[cell] if known else None for cell, known in zip(cells, there, strict=True)]


def _with_key(name: str, table: ReadTable, report: Reporter) -> np.ndarray:
    keep = np.ones(table.rows, dtype=np.bool_)
    for key in KEYS[name]:
        read = next(read for read in TABLES[name] if read.name == key)
        there = np.zeros(table.rows, dtype=np.bool_)
        if key in table.ids:
            there = table.ids[key].is_there()
        report.missing(read, np.flatnonzero(~there & keep))
        keep &= there
    return keep


def _once(raw: Raw, table: ReadTable, keep: np.ndarray, report: Reporter) -> np.ndarray:
    """One row a settlement: of equal rows the first, of conflicting ones none."""
    if "settlement" not in table.ids or table.rows < 2:
        return keep
    texts = Texts()
    codes = texts.codes(table.ids["settlement"])
    order = np.argsort(codes, kind="stable")
    order = order[codes[order] >= 0]
    again = np.flatnonzero(np.diff(codes[order]) == 0)
    groups: dict[int, list[int]] = {}
    for at in again.tolist():
        groups.setdefault(int(codes[order[at]]), []).extend(order[at : at + 2].tolist())
    for code, found in groups.items():
        rows = sorted(set(found))
        contents = {repr(raw.table.slice(row, 1).to_pylist()) for row in rows}
        key = "duplicate_setl_id" if len(contents) == 1 else "conflicting_setl_id"
        for row in rows[1:] if len(contents) == 1 else rows:
            keep[row] = False
            report.twice(row, texts.known[code].as_py(), key)
    return keep


def _taken(table: ReadTable, rows: np.ndarray) -> ReadTable:
    return ReadTable(
        len(rows),
        {name: column._replace(places=column.places[rows]) for name, column in table.ids.items()},
        {name: values[rows] for name, values in table.numbers.items()},
        {name: known[rows] for name, known in table.known.items()},
        {name: [codes[row] for row in rows.tolist()] for name, codes in table.lists.items()},
    )


def _dictionaries(tables: Iterable[ReadTable], lines: FeeLines | None, threads: int) -> dict[str, pa.Array]:
    """Column -> the sorted texts that it has in any table."""
    found: dict[str, list[pa.Array]] = {}
    for table in tables:
        for name, column in table.ids.items():
            found.setdefault(name, []).append(pc.drop_null(column.values))
    for name, texts in (lines.texts() if lines else {}).items():
        found.setdefault(name, []).append(texts)
    return dict(zip(found, ordered_map(_sorted_unique, found.values(), threads), strict=True))


def _sorted_unique(arrays: Sequence[pa.Array]) -> pa.Array:
    texts = pc.unique(pa.concat_arrays(arrays))
    return texts.take(pc.sort_indices(texts))


def _frames(
    tables: Mapping[str, ReadTable], lines: FeeLines | None, texts: Mapping[str, pa.Array], words: Mapping[str, Words],
    threads: int,
) -> dict[str, Frame]:  # fmt: skip
    """The tables with their IDs as places in the sorted texts, which fee lines are told too; column by column on some threads."""
    work: list[Callable[[], Any]] = [] if lines is None else [partial(lines.finish, texts)]
    work += [partial(_places, column, texts[name]) for table in tables.values() for name, column in table.ids.items()]
    done = list(ordered_map(lambda do: do(), work, threads))
    codes = iter(done[lines is not None :])
    return {
        name: Frame(
            table.rows,
            {**table.numbers, **{column: next(codes) for column in table.ids}},
            table.known,
            {column: words[column] for column in table.ids},
            table.lists,
        )
        for name, table in tables.items()
    }


def _places(column: Encoded, texts: pa.Array) -> np.ndarray:
    return mapped(pc.index_in(column.values, value_set=texts), column.places)
