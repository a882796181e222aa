"""The small CSV tables: plain UTF-8, LF, English headers, no total rows (programs read them).

``statement.csv`` one row per hospital and pool · ``deductions.csv`` one per item · ``proof.csv`` one per line.
Text that comes from input stands as it was, always in quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TextIO

from drgdip.interface.statement_row import DEDUCTION_TYPES, DeductionLine, StatementRow
from drgdip.statement.cells import as_text
from drgdip.statement.columns import STATEMENT_COLUMNS, OutputColumn, ProofLine
from drgdip.statement.totals import in_order


class Bare(str):
    """A cell that is a number or a header: written without quotes."""

    __slots__ = ()


def open_csv(path: Path) -> TextIO:
    r"""A file for CSV text. What UTF-8 cannot say (undecodable input bytes) is written as ``\\udcXX``."""
    return path.open("w", encoding="utf-8", newline="", errors="backslashreplace")


def write_statement_csv(
    path: Path, rows: Iterable[StatementRow], columns: Sequence[OutputColumn] = STATEMENT_COLUMNS
) -> None:
    """Write ``statement.csv``: yuan with two decimals, points and point value with four."""
    write_table(path, columns, in_order(rows))


def write_deductions_csv(path: Path, lines: Iterable[DeductionLine]) -> None:
    """Write ``deductions.csv``: every item, what was taken of it and what is carried."""
    header = ["fixmedins_code", "pool", "deduction_type", "words_zh", "words_en", "date", "item_id",
              "amount_yuan", "taken_yuan", "carried_yuan"]  # fmt: skip
    write_csv(path, header, map(_deduction, sorted(lines)))


def write_proof_csv(path: Path, lines: Iterable[ProofLine]) -> None:
    """Write ``proof.csv``: both sides of every line, their difference and whether it holds."""
    header = ["id", "zh", "en", "left", "right", "difference", "unit", "holds"]
    write_csv(path, header, map(_proof, lines))


def _deduction(line: DeductionLine) -> list[str]:
    words = DEDUCTION_TYPES[line.deduction_type]
    amounts = (line.amount_fen, line.taken_fen, line.carried_fen)
    return [line.hospital_code, line.pool, Bare(line.deduction_type), words.zh, words.en, line.date, line.item_id,
            *(Bare(as_text(amount, "yuan")) for amount in amounts)]  # fmt: skip


def _proof(line: ProofLine) -> list[str]:
    values = (line.left, line.right, line.difference)
    return [line.line_id, line.words.zh, line.words.en, *(Bare(as_text(value, line.unit)) for value in values),
            line.unit, "yes" if line.holds else "no"]  # fmt: skip


def cell(text: str, unit: str) -> str:
    """A value as a cell: numbers bare, text in quotes."""
    return text if unit == "text" else Bare(text)


def write_table(path: Path, columns: Sequence[OutputColumn], rows: Iterable[object]) -> None:
    """Write the header of two columns or more and the fields of rows: numbers bare, text in quotes."""
    fields = attrgetter(*(column.field for column in columns))
    cells = [_quoted if column.unit == "text" else partial(as_text, unit=column.unit) for column in columns]
    with open_csv(path) as file:
        file.write(",".join(column.header for column in columns) + "\n")
        for row in rows:
            file.write(",".join([of(value) for of, value in zip(cells, fields(row), strict=True)]) + "\n")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a header and rows of cells; what is not :class:`Bare` stands in quotes."""
    with open_csv(path) as file:
        file.write(",".join(header) + "\n")
        for row in rows:
            file.write(",".join(cell if isinstance(cell, Bare) else quoted(cell) for cell in row) + "\n")


def quoted(text: str) -> str:
    """A CSV cell in quotes."""
    return '"' + text.replace('"', '""') + '"'


def _quoted(value: object) -> str:
    return quoted(value if isinstance(value, str) else as_text(value, "text"))
