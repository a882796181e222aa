"""How the cells of one case are read, a kind at a time: the reader's kernels for text, its rules for numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from drgdip.base.money import FEN_PLACES, MAX_CASE_FEN
from drgdip.intake.buffers import Cells
from drgdip.intake.cell_kernels import bounds, read_numbers, read_times
from drgdip.intake.columns import dtype_of, missing_value
from drgdip.intake.one_case_values import Plain, float_number, plain
from drgdip.intake.status import LONG, LOST, MISSING, OK, RANGE, WRONG
from drgdip.interface.fields import Field

#: What the reader takes for blanks around a cell.
BLANKS = " \t\n\v\f\r"
#: From here on several whole numbers are stored as one binary fraction.
_FIRST_LOST = 2.0**53
_NO_BITS = np.zeros(0, dtype=np.uint8)

Values = Mapping[str, Plain]
#: Value and status of one cell.
Read = tuple[int, int]


def text_cells(values: Values, of: Sequence[Field]) -> Cells:
    """The text cells of some fields; numbers stand as empty ones. Lone surrogates become bytes that are no text."""
    texts = [values.get(field.name) for field in of]
    parts = [text.encode("utf-8", "surrogatepass") if isinstance(text, str) else b"" for text in texts]
    offsets = np.zeros(len(parts) + 1, dtype=np.int32)
    np.cumsum([len(part) for part in parts], out=offsets[1:])
    data = np.frombuffer(b"".join((*parts, b"\0")), dtype=np.uint8)
    return Cells(data, *bounds(offsets, data, _NO_BITS, 0))


def first_read(read: tuple[np.ndarray, np.ndarray]) -> Read:
    """Value and status of the only cell that a kernel has read."""
    return int(read[0][0]), int(read[1][0])


def _number(value: float | Decimal, places: int, cut: bool, limit: int, missing: int) -> Read:
    if isinstance(value, float):
        scaled, status = float_number(value, places, cut, limit)
        return scaled if status == OK else missing, status
    import pyarrow as pa

    from drgdip.intake.decode import numbers

    try:
        column = pa.array([value])
    except pa.ArrowInvalid:  # more digits than any amount has
        column = pa.array([format(value, "f")])
    return first_read(numbers(column, places, cut, limit, missing))


def read_whole(of: Sequence[Field], values: Values, cells: Cells, columns: dict[str, np.ndarray]) -> list[int]:
    """Whole numbers, none of them negative, in their columns; returns statuses."""
    statuses = []
    for i, field in enumerate(of):
        value, missing = values.get(field.name), missing_value(field)
        rule = (0, field.type == "decimal", 10**field.max_length - 1, missing)
        if value is None:
            whole, status = missing, MISSING
        elif isinstance(value, str):
            whole, status = first_read(read_numbers(cells.data, cells.start[i : i + 1], cells.end[i : i + 1], *rule))
        else:
            whole, status = _number(value, *rule)
        if whole < 0 and status == OK:
            whole, status = missing, WRONG
        columns[field.column] = np.array([whole], dtype=dtype_of(field))
        statuses.append(status)
    return statuses


def read_money(of: Sequence[Field], values: Values, cells: Cells, columns: dict[str, np.ndarray]) -> list[int]:
    """Amounts, as fen in their columns; returns statuses."""
    amounts, states = read_numbers(*cells, FEN_PLACES, False, MAX_CASE_FEN, 0)
    statuses: list[int] = states.tolist()
    for i, field in enumerate(of):
        value = values.get(field.name)
        if isinstance(value, float | Decimal):
            amounts[i], statuses[i] = _number(value, FEN_PLACES, False, MAX_CASE_FEN, 0)
        columns[field.column] = amounts[i : i + 1]
    return statuses


def read_moments(of: Sequence[Field], values: Values, cells: Cells, columns: dict[str, np.ndarray]) -> list[int]:
    """Times, as seconds in their columns; returns statuses."""
    seconds, states = read_times(*cells)
    for i, field in enumerate(of):
        columns[field.column] = seconds[i : i + 1]
    statuses: list[int] = states.tolist()
    return statuses


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
