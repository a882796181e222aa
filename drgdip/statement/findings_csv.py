"""Streaming writers: findings and rows that are not settled, appended chunk by chunk.

They keep only counts, so memory does not grow with the input. Text from input stays as written, in quotes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Self

from drgdip.base.findings import Finding
from drgdip.base.money import round_yuan
from drgdip.base.reasons import REASONS
from drgdip.interface.set_aside import SetAsideRow
from drgdip.statement.columns import FindingsSummary, ReasonTotal
from drgdip.statement.csv_tables import open_csv, quoted

#: Rows that ``findings.xlsx`` holds; the full list is always ``findings.csv``.
WORKBOOK_ROWS = 20_000

FINDINGS_HEADER = (
    "file", "row", "setl_id", "field", "value", "reason_number", "reason", "effect",
    "words_zh", "words_en", "remedy_zh", "remedy_en",
)  # fmt: skip
SET_ASIDE_HEADER = (
    "file", "row", "setl_id", "fixmedins_code", "insutype", "medfee_sumamt", "reasons", "words_zh", "words_en",
)  # fmt: skip


class _CsvWriter:
    """A CSV file that is open between chunks."""

    def __init__(self, path: Path, header: Iterable[str]) -> None:
        self._file = open_csv(path)
        self._file.write(",".join(header) + "\n")

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class FindingsWriter(_CsvWriter):
    """Writes ``findings.csv``; ``summary`` gives the counts and the first rows."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, FINDINGS_HEADER)
        self._counts: dict[str, int] = {}
        self._first: list[Finding] = []

    def append(self, findings: Iterable[Finding]) -> None:
        """Add findings in the order given."""
        lines = []
        for finding in findings:
            self._counts[finding.key] = self._counts.get(finding.key, 0) + 1
            if len(self._first) < WORKBOOK_ROWS:
                self._first.append(finding)
            place = f"{quoted(finding.file)},{finding.row},{quoted(finding.setl_id)}"
            lines.append(f"{place},{quoted(finding.field)},{quoted(finding.value)},{_reason_cells(finding.key)}\n")
        self._file.write("".join(lines))

    def summary(self) -> FindingsSummary:
        """Counts by reason number, and the first findings."""
        return FindingsSummary(dict(sorted(self._counts.items(), key=_by_number)), tuple(self._first))


class SetAsideWriter(_CsvWriter):
    """Writes ``set_aside.csv``; ``totals`` gives rows and cost by first reason."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, SET_ASIDE_HEADER)
        self._totals: dict[str, list[int]] = {}

    def append(self, rows: Iterable[SetAsideRow]) -> None:
        """Add rows in the order given."""
        lines = []
        for row in rows:
            self.count(row.reasons[0], 1, amount_fen(row.total_cost))
            words = [REASONS[key].words for key in row.reasons]
            texts = (row.setl_id, row.hospital_code, row.insurance_type, row.total_cost, "|".join(row.reasons),
                     "|".join(text.zh for text in words), "|".join(text.en for text in words))  # fmt: skip
            lines.append(f"{quoted(row.file)},{row.row},{','.join(map(quoted, texts))}\n")
        self._file.write("".join(lines))

    def count(self, key: str, rows: int, amount_fen: int = 0) -> None:
        """Count rows that are not listed (those of other months)."""
        total = self._totals.setdefault(key, [0, 0])
        total[0] += rows
        total[1] += amount_fen

    def totals(self) -> tuple[ReasonTotal, ...]:
        """Rows and cost by first reason, in the order of reason numbers."""
        return tuple(ReasonTotal(key, rows, fen) for key, (rows, fen) in sorted(self._totals.items(), key=_by_number))


def _by_number(item: tuple[str, object]) -> int:
    return REASONS[item[0]].number


@cache
def _reason_cells(key: str) -> str:
    reason = REASONS[key]
    words = (reason.key, reason.effect, reason.words.zh, reason.words.en, reason.remedy.zh, reason.remedy.en)
    return f"{reason.number},{','.join(map(quoted, words))}"


def amount_fen(text: str) -> int:
    """The cost of a row that is not settled, for information: what cannot be read counts as nothing."""
    try:
        return round_yuan(text)
    except ValueError:
        return 0
