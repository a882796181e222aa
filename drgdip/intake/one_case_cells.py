"""How the cells of one case are read: the reader's kernels for text, its rules for numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from drgdip.base.money import FEN_PLACES, MAX_CASE_FEN
from drgdip.intake.buffers import Cells
from drgdip.intake.columns import dtype_of, missing_value
from drgdip.intake.one_case_kernels import CODES, NUMBERS, TIMES, read_cells
from drgdip.intake.one_case_values import Plain, float_number, integer_code, plain
from drgdip.intake.status import BEYOND, LONG, LOST, MISSING, OK, RANGE, WRONG
from drgdip.interface.code_tables import CodeTables, code_numbers, hospital_tier
from drgdip.interface.fields import Field

#: What the reader takes for blanks around a cell.
BLANKS = " \t\n\v\f\r"
#: From here on several whole numbers are stored as one binary fraction.
_FIRST_LOST = 2.0**53
_NINE_DIGITS = 9
_ANY = 2**63 - 1
_NO_BITS = np.zeros(0, dtype=np.uint8)

Values = Mapping[str, Plain]


class _Rule(NamedTuple):
    """How the cells of a field are read; members as in a run of :func:`read_cells`."""

    kind: int
    least: int
    most: int
    missing: int
    cut: bool


class _Closed(NamedTuple):
    """What a code or whole number must be: one of ``known`` where its table is closed, else from ``lowest`` to ``most``."""

    known: Collection[int] | None
    lowest: int
    most: int
    missing: int
    is_level: bool


def _rule(field: Field) -> _Rule:
    missing = missing_value(field)
    if field.type == "code":
        return _Rule(CODES, field.min_length, min(field.max_length, _NINE_DIGITS), missing, False)
    if field.type == "money":
        return _Rule(NUMBERS, FEN_PLACES, MAX_CASE_FEN, missing, False)
    if field.type == "datetime":
        return _Rule(TIMES, 0, 0, missing, False)
    return _Rule(NUMBERS, 0, 10**field.max_length - 1, missing, field.type == "decimal")


def _closed(field: Field, tables: CodeTables) -> _Closed:
    known = code_numbers(field.code_table, tables) if field.code_check == "closed" else None
    lowest = 10 ** (field.min_length - 1) if field.type == "code" and field.min_length else 0
    most = field.most if field.type in ("integer", "decimal") else _ANY
    return _Closed(known, lowest, most, missing_value(field), field.column == "hospital_tier")


class NumberCells:
    """Reads the cells of a case that hold numbers, all of them at once: codes, whole numbers, amounts, times.

    ``fields`` : those fields, codes and whole numbers first. ``beside`` : further fields, whose text stands in the same
    buffer after theirs.
    """

    def __init__(self, fields: Sequence[Field], beside: Sequence[Field], tables: CodeTables) -> None:
        self._names = [field.name for field in (*fields, *beside)]
        self._rules = [_rule(field) for field in fields]
        self._runs = _runs(self._rules)
        self._closed = [_closed(field, tables) for field in fields if field.type not in ("money", "datetime")]
        self._stored = [
            (dtype, [f.column for f in alike], np.array([fields.index(f) for f in alike]))
            for dtype, alike in _by_dtype(fields).items()
        ]

    def read(self, values: Values, columns: dict[str, np.ndarray]) -> tuple[list[int], Cells]:
        """Write the columns of the numbers; returns their statuses, and the cells of the other fields."""
        count = len(self._rules)
        cells = [values.get(name) for name in self._names]
        numbers, status = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int8)
        data, offsets = _bytes_of(cells)
        start, end = read_cells(data, offsets, _NO_BITS, self._runs, numbers, status)
        statuses: list[int] = status.tolist()
        for place, cell in enumerate(cells[:count]):
            if cell is not None and not isinstance(cell, str):
                numbers[place], statuses[place] = _given_number(cell, self._rules[place])
        self._judge(numbers, statuses)
        for dtype, names, places in self._stored:
            columns.update(zip(names, numbers[places].astype(dtype).reshape(-1, 1), strict=True))
        return statuses, Cells(data, start[count:], end[count:])

    def _judge(self, numbers: np.ndarray, statuses: list[int]) -> None:
        """Codes outside a closed table or shorter than their field are none; nor is a whole number that cannot be."""
        for place, closed in enumerate(self._closed):
            status = statuses[place]
            if status == MISSING:
                continue
            number = int(numbers[place])
            if closed.known is not None:
                status = OK if status == OK and number in closed.known else RANGE
            elif status == OK and number < closed.lowest:
                status = WRONG
            elif status == OK and number > closed.most:
                status = BEYOND
            statuses[place] = status
            if status != OK:
                numbers[place] = closed.missing
            elif closed.is_level:
                numbers[place] = hospital_tier(number)


def _by_dtype(fields: Sequence[Field]) -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for field in fields:
        found.setdefault(dtype_of(field), []).append(field)
    return found


def _runs(rules: Sequence[_Rule]) -> np.ndarray:
    """Neighbouring cells that are read alike, as :func:`read_cells` takes them."""
    firsts = [place for place, rule in enumerate(rules) if place == 0 or rule != rules[place - 1]]
    runs = zip(firsts, (*firsts[1:], len(rules)), strict=True)
    return np.array([(first, stop, *rules[first]) for first, stop in runs], dtype=np.int64)


def _bytes_of(cells: Sequence[Plain | None]) -> tuple[np.ndarray, np.ndarray]:
    """All text and its offsets; numbers stand as empty cells. Lone surrogates become bytes that are no text."""
    texts = [cell if isinstance(cell, str) else "" for cell in cells]
    data, sizes = "".join(texts).encode("utf-8", "surrogatepass"), [len(text) for text in texts]
    if len(data) != sum(sizes):
        sizes = [len(text.encode("utf-8", "surrogatepass")) for text in texts]
    offsets = np.array([0, *accumulate(sizes)], dtype=np.int32)
    return np.frombuffer(data + b"\0", dtype=np.uint8), offsets


def _given_number(value: int | float | Decimal, rule: _Rule) -> tuple[int, int]:
    """Value and status of a number that came as such."""
    if rule.kind == CODES and not isinstance(value, Decimal):
        number, status = integer_code(value, rule.most)
    elif isinstance(value, float):
        number, status = float_number(value, rule.least, rule.cut, rule.most)
    else:
        return _from_arrow(value, rule)
    return number if status == OK else rule.missing, status


def _from_arrow(value: int | Decimal, rule: _Rule) -> tuple[int, int]:
    import pyarrow as pa

    from drgdip.intake.decode import numbers

    try:
        column = pa.array([value])
    except pa.ArrowInvalid:  # more digits than any amount has
        column = pa.array([format(value, "f")])
    found, status = numbers(column, rule.least, rule.cut, rule.most, rule.missing)
    return int(found[0]), int(status[0])


def handed_text(value: Plain | None, given: Any) -> str | None:
    """A cell as it is handed through; codes that came as numbers are written in full."""
    text = value if value is None or isinstance(value, str) else plain(given, "text")
    return str(text).strip() or None if text is not None else None


def text_status(field: Field, value: Plain, given: Any) -> int:
    """Empty, too long, no text, or a number that has lost digits; blanks around the text do not count."""
    if isinstance(given, float) and abs(given) >= _FIRST_LOST:
        return LOST
    text = str(value)
    cut = text.strip(BLANKS)
    if not cut:
        return MISSING
    try:
        size = len(cut.encode("utf-8"))
    except UnicodeEncodeError:
        return RANGE
    if "\0" in cut:
        return RANGE
    return LONG if size > field.max_length and len(text.strip()) > field.max_length else OK


def settle_age(columns: Mapping[str, np.ndarray]) -> None:
    """Empty age with an age in days is 0 years; above 0 years the age in days is ignored (case file rules)."""
    years, days = columns["age_years"], columns["age_days"]
    if years[0] < 0 <= days[0]:
        years[0] = 0
    if years[0] > 0:
        days[0] = -1
