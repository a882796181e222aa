"""Fee lines against themselves and against the settlements they belong to: what is found is reported.

They pay nothing by themselves; the sums that a policy names (fee facts) are taken on the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from drgdip.base.findings import Finding
from drgdip.base.money import format_yuan
from drgdip.intake.fee_lines import (
    AMOUNT,
    CODED,
    LINE,
    NUMBERS,
    PARTS,
    READS,
    REFUNDED,
    TIME,
    VISIT,
    FeeChunk,
    add_up,
    fee_chunks,
    open_fees,
)
from drgdip.intake.fee_stays import Stays
from drgdip.intake.source import notices_of
from drgdip.intake.status import MISSING, OK
from drgdip.interface.code_tables import CodeTables
from drgdip.interface.fields import fields_of
from drgdip.interface.mapping import Mapping as ColumnMapping
from drgdip.interface.mapping import as_mapping
from drgdip.pipeline.fee_facts import FactSums
from drgdip.quality_control.fee_lines import (
    parts_miss_amount,
    price_misses_amount,
    sum_misses_header,
    too_many,
)

if TYPE_CHECKING:
    from drgdip.intake import CaseReader
    from drgdip.policy.sections.case_rules_values import FeeFact

_SHOWN = 20


class FeeReading:
    """Fee lines of a run, read once.

    Attributes
    ----------
    sums : fen by fact and row of the cases, complete when all findings have been asked for.
    """

    def __init__(
        self,
        reader: CaseReader,
        fees: Sequence[Any],
        chunk_rows: int,
        facts: Mapping[str, FeeFact],
        mapping: ColumnMapping | str | Path | None = None,
    ) -> None:
        self._reader, self._fees, self._chunk_rows, self._facts = reader, fees, chunk_rows, facts
        self._mapping = mapping
        self.sums: Mapping[str, np.ndarray] = {}

    def findings(self) -> Iterator[list[Finding]]:
        """See :func:`fee_findings`; stays without the lines that the policy asks for are told one by one."""
        sources = open_fees(self._fees, as_mapping(self._mapping))
        yield [notice for file in sources for notice in notices_of(file.source)]
        stays = Stays(self._reader, self._chunk_rows)
        facts = FactSums(self._facts, stays)
        yield from _findings(stays, self._reader.code_tables, sources, self._chunk_rows, facts)
        self.sums = facts.sums
        yield [*facts.findings()]


def fee_findings(
    reader: CaseReader, fees: Sequence[Any], chunk_rows: int, mapping: ColumnMapping | str | Path | None = None
) -> Iterator[list[Finding]]:
    """All findings about the fee lines of a run, in parts: line by line, then by stay, then about all together.

    Files that have no national names are read through the fee lines of a mapping, if it has any.
    Memory: two numbers for each line (its key, and that of the line it refunds), and a few for each stay.
    Raises UsageError if a file cannot be read or lacks the visit, the line's number (unless a mapping has none) or its amount.
    """
    yield from FeeReading(reader, fees, chunk_rows, {}, mapping).findings()


def _findings(
    stays: Stays, tables: CodeTables, sources: Sequence[Any], chunk_rows: int, facts: FactSums
) -> Iterator[list[Finding]]:
    checks = _Checks(stays, tables)
    for chunk in fee_chunks(sources, READS, chunk_rows):
        of_lines = stays.of_lines(chunk)
        yield checks.lines(chunk, of_lines.stay)
        facts.add(chunk, of_lines)
    repeated, dangling = checks.keys()
    if len(repeated) or len(dangling):
        names = (VISIT, LINE, REFUNDED, "setl_id")
        for chunk in fee_chunks(sources, names, chunk_rows):
            yield checks.key_findings(chunk, repeated, dangling)
    yield [*checks.stays_off(), *checks.summary()]


class _Checks:
    """What is known of the lines so far."""

    def __init__(self, stays: Stays, tables: CodeTables) -> None:
        self._stays, self._tables = stays, tables
        self._keys: list[np.ndarray] = []
        self._refunded: list[np.ndarray] = []
        self._sums = {name: np.zeros(len(stays), dtype=np.int64) for name in (AMOUNT, *PARTS)}
        self._lines_of = np.zeros(len(stays), dtype=np.int64)
        self._unknown: dict[str, Counter[str]] = {name: Counter() for name in CODED}
        self._lines = self._lost = self._lost_fen = self._repeated = 0
        self._seen: dict[tuple[str, str], int] = {}
        self._lost_keys: dict[str, None] = {}
        self._has: set[str] = set()

    def lines(self, chunk: FeeChunk, stay: np.ndarray) -> list[Finding]:
        """Findings of single lines, each of the stay with a number (-1 none); sums and keys are kept."""
        good = np.ones(chunk.rows, dtype=np.bool_)
        good[[row - chunk.first_row for row in chunk.malformed]] = False
        self._keep(chunk, good, stay)
        found = [(row, Finding(chunk.file, row, "", "", text, key)) for row, (text, key) in chunk.malformed.items()]
        for row, name, value, _ in chunk.notes:
            found.append((row, Finding(chunk.file, row, "", name, value, "fee_value_unreadable")))
        for rows, name, key in self._faults(chunk, good, stay):
            ids = chunk.cells("setl_id", rows)
            for row, setl_id, value in zip(rows.tolist(), ids, chunk.cells(name, rows), strict=True):
                found.append(
                    (row + chunk.first_row, Finding(chunk.file, row + chunk.first_row, setl_id, name, value, key))
                )
        return [finding for _, finding in sorted(found, key=lambda pair: pair[0])]

    def _keep(self, chunk: FeeChunk, good: np.ndarray, stay: np.ndarray) -> None:
        self._has.update(chunk.table.column_names)
        self._lines += int(good.sum())
        self._keys.append(chunk.key[chunk.key >= 0])
        self._refunded.append(chunk.refunded_key[chunk.refunded_key >= 0])
        for name, sums in self._sums.items():
            if name in chunk.table.column_names:
                add_up(sums, stay, chunk.numbers[name])
        add_up(self._lines_of, stay, np.ones(chunk.rows, dtype=np.int64))
        lost = np.nonzero((stay < 0) & good)[0]
        self._lost += len(lost)
        self._lost_fen += int(chunk.numbers[AMOUNT][lost].sum())
        for key in chunk.cells(VISIT, lost[:_SHOWN]) if len(self._lost_keys) < _SHOWN else ():
            self._lost_keys[key] = None
        for name, counter in self._unknown.items():
            counter.update(chunk.unknown_codes(name, self._tables))

    def _faults(self, chunk: FeeChunk, good: np.ndarray, stay: np.ndarray) -> Iterator[tuple[np.ndarray, str, str]]:
        """Lines with a fault: positions, field and reason."""
        number, status, present = chunk.numbers, chunk.status, set(chunk.table.column_names)
        for name in (name for name in (*NUMBERS, TIME) if name in present):
            unreadable = good & (status[name] != OK) & (status[name] != MISSING)
            yield np.nonzero(unreadable)[0], name, "fee_value_unreadable"
        yield np.nonzero(good & (status[AMOUNT] == MISSING))[0], AMOUNT, "fee_value_missing"
        if LINE not in chunk.absent:
            yield np.nonzero(good & (chunk.key < 0))[0], LINE, "fee_value_missing"
        amount_known = good & (status[AMOUNT] == OK)
        if present.issuperset(("pric", "cnt")):
            priced = amount_known & (status["pric"] == OK) & (status["cnt"] == OK)
            missed = price_misses_amount(number["pric"], number["cnt"], number[AMOUNT])
            yield np.nonzero(priced & missed)[0], AMOUNT, "fee_price_times_count"
        if present.intersection(PARTS) and not chunk.absent.intersection(PARTS):
            parted = amount_known & np.any([status[name] == OK for name in PARTS], axis=0)
            apart = parts_miss_amount(np.array([number[name] for name in PARTS]), number[AMOUNT])
            yield np.nonzero(parted & apart)[0], AMOUNT, "fee_parts_differ"
        refund = good & ((number["cnt"] < 0) | (number[AMOUNT] < 0))
        if not chunk.absent & {LINE, REFUNDED}:
            yield np.nonzero(refund & (chunk.refunded_key < 0))[0], REFUNDED, "fee_refund_without_line"
        if TIME in present:
            outside = self._stays.outside(stay, number[TIME]) & (status[TIME] == OK)
            yield np.nonzero(good & outside)[0], TIME, "fee_outside_stay"

    def keys(self) -> tuple[np.ndarray, np.ndarray]:
        """Hashes of lines that stand twice, and of refunded lines that stand nowhere; sorted."""
        keys = _joined(self._keys)
        keys.sort()
        repeated = np.unique(keys[1:][keys[1:] == keys[:-1]])
        wanted = np.unique(_joined(self._refunded))
        return repeated, wanted[~_among(wanted, keys)]

    def key_findings(self, chunk: FeeChunk, repeated: np.ndarray, dangling: np.ndarray) -> list[Finding]:
        """Lines whose key stood before, and refunds of lines that stand nowhere."""
        found: list[Finding] = []
        rows = np.nonzero(_among(chunk.key, repeated) | _among(chunk.refunded_key, dangling))[0]
        cells = (chunk.cells(name, rows) for name in (VISIT, LINE, REFUNDED, "setl_id"))
        for row, visit, line, refunded, setl_id in zip(rows.tolist(), *cells, strict=True):
            place = chunk.first_row + row
            if refunded and _among(chunk.refunded_key[row : row + 1], dangling)[0]:
                found.append(Finding(chunk.file, place, setl_id, REFUNDED, refunded, "fee_refund_of_nothing"))
            if _among(chunk.key[row : row + 1], repeated)[0]:
                self._seen[visit, line] = self._seen.get((visit, line), 0) + 1
                if self._seen[visit, line] > 1:
                    self._repeated += 1
                    found.append(Finding(chunk.file, place, setl_id, LINE, f"{visit} {line}", "fee_line_repeated"))
        return found

    def stays_off(self) -> Iterator[Finding]:
        """Stays whose lines do not add up to their settlement, within 0.5 % of the total cost."""
        headers = self._stays.headers
        total = headers["medfee_sumamt"]
        compared = (self._lines_of > 0) & self._stays.counted
        for name, header in ((AMOUNT, "medfee_sumamt"), *PARTS.items()):
            if name in self._has:
                off = compared & sum_misses_header(self._sums[name], headers[header], total)
                stays = np.nonzero(off)[0]
                for stay, place in zip(stays.tolist(), self._stays.places(stays), strict=True):
                    value = f"{format_yuan(int(self._sums[name][stay]))} ≠ {format_yuan(int(headers[header][stay]))}"
                    yield Finding(*place, header, value, "fee_sum_differs")

    def summary(self) -> Iterator[Finding]:
        """What to say about all lines together."""
        without = np.nonzero((self._lines_of == 0) & self._stays.counted)[0]
        if len(without):
            ids = ", ".join(setl_id for _, _, setl_id in self._stays.places(without[:_SHOWN]))
            yield Finding("", 0, "", VISIT, _counted(len(without), ids), "fee_lines_absent")
        if self._lost:
            shown = f"{format_yuan(self._lost_fen)}; {', '.join(list(self._lost_keys)[:_SHOWN])}"
            yield Finding("", 0, "", VISIT, _counted(self._lost, shown), "fee_line_without_stay")
        for name, counter in self._unknown.items():
            if counter:
                shown = ", ".join(f"{code[:30]} ({count})" for code, count in _most(counter))
                table = fields_of("fee_lines")[name].code_table
                yield Finding("", 0, "", name, f"{table} {_counted(counter.total(), shown)}", "fee_code_unknown")
        for count, name in ((self._lost, VISIT), (self._repeated, LINE)):
            if too_many(count, self._lines):
                yield Finding("", 0, "", name, f"{count} / {self._lines}", "fee_keys_unsound")


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    """All parts as one array; each is freed once it is copied."""
    joined = np.empty(sum(map(len, parts)), dtype=np.int64)
    end = len(joined)
    while parts:
        part = parts.pop()
        joined[end - len(part) : end] = part
        end -= len(part)
    return joined


def _among(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which values stand in a sorted array."""
    if not len(known):
        return np.zeros(len(values), dtype=np.bool_)
    near = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.asarray(known[near] == values)


def _most(counter: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))[:_SHOWN]


def _counted(count: int, shown: str) -> str:
    return f"{count}: {shown}"
