"""Cells in a form in which equal values are equal, however they are stored or written."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from drgdip.base.money import FEN_PLACES, MAX_CASE_FEN
from drgdip.intake.buffers import written
from drgdip.intake.decode import Decoded, codes, numbers, times
from drgdip.intake.status import OK
from drgdip.interface.fields import Field

_NINE_DIGITS = 9
#: Stands before values, so that none is taken for text that cannot be read.
_VALUE = "\1"


def comparable(field: Field, array: pa.Array) -> list[str]:
    """One text for each cell of a field: equal for equal values, empty for empty cells.

    Amounts, numbers, times and codes of digits count by their value (``1``, ``01`` and ``1.00`` yuan of a decimal are
    one), lists of codes without blanks and empty items, whatever the case of letters. Text, and what cannot be read, counts as written, without
    blanks around it. An empty cell is not a zero.
    """
    text = [cell.strip() for cell in written(array)]
    if field.type == "codes":
        return [_items(cell) for cell in text]
    decoded = _decoded(field, array)
    if decoded is None:
        return text
    values, status = decoded
    for place in np.nonzero(status == OK)[0].tolist():
        text[place] = f"{_VALUE}{values[place]}"
    return text


def _decoded(field: Field, array: pa.Array) -> Decoded | None:
    """Values to the last digit that the field allows, also where a column of ours keeps fewer; None for text."""
    if field.type == "money":
        return numbers(array, FEN_PLACES, False, MAX_CASE_FEN, 0)
    if field.type == "datetime":
        return times(array)
    if field.type == "code":
        return codes(array, field.min_length, min(field.max_length, _NINE_DIGITS), -1)
    if field.type in ("integer", "decimal"):
        return numbers(array, field.decimals, False, 10 ** (field.max_length + field.decimals), 0)
    return None


def _items(cell: str) -> str:
    """A list of codes as they are looked up; an empty first item stays, for then there is no principal code."""
    first, *others = (code.strip().upper() for code in cell.split("|"))
    return "|".join([first, *filter(None, others)])
