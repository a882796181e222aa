"""Values as JSON and Python bring them, put into the few forms in which a case is decoded: text and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from math import floor
from typing import Any

from drgdip.base.money import FEN_PLACES
from drgdip.intake.status import DECIMALS, OK, RANGE, WRONG
from drgdip.interface.fields import FieldType

Plain = str | int | float | Decimal

#: What missing values of pandas are called; it is not imported to find out.
_MISSING_TYPES = ("NAType", "NaTType")
_NUMBERS: frozenset[FieldType] = frozenset(("money", "integer", "decimal"))
_INT64 = 1 << 63
#: As for columns of binary fractions: amounts within a millionth of a yuan of whole fen count as these.
_FLOAT_TOLERANCE = {FEN_PLACES: 1e-4, 0: 1e-9}


class NotAValue(Exception):
    """A value that no cell can hold, such as a mapping."""


def plain(value: Any, kind: FieldType) -> Plain | None:
    """The value as text or number, None for what counts as empty.

    Raises NotAValue for what is neither.
    """
    if isinstance(value, str):
        return value
    if value is None or type(value).__name__ in _MISSING_TYPES or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, int):
        return _integer(value, kind)
    if isinstance(value, float):
        return float(value) if kind in _NUMBERS or kind == "code" else arrow_text(float(value))
    if kind in ("text", "codes") and isinstance(value, Decimal | date):
        return arrow_text(value)
    if isinstance(value, Decimal):
        return value if kind in _NUMBERS and value.is_finite() else format(value, "f")
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return _other(value, kind)


def _integer(value: int, kind: FieldType) -> Plain:
    if isinstance(value, bool):
        return int(value) if kind == "code" else str(int(value)) if kind in _NUMBERS else str(value).lower()
    return value if kind == "code" and abs(value) < _INT64 else str(value)


def _other(value: Any, kind: FieldType) -> Plain | None:
    if kind == "codes" and isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return "|".join(value)
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return plain(value.item(), kind)
    raise NotAValue


def float_number(value: float, places: int, cut: bool, limit: int) -> tuple[int, int]:
    """A binary fraction × ``10**places`` as ``(integer, status)``; see :func:`drgdip.intake.decode.numbers`."""
    if not abs(value) <= limit / 10**places:
        return 0, RANGE
    scaled = value * 10**places
    nearest = round(scaled)
    if abs(scaled - nearest) <= _FLOAT_TOLERANCE[places]:
        return nearest, OK
    return (floor(scaled), OK) if cut else (0, DECIMALS)


def integer_code(value: int | float, longest: int) -> tuple[int, int]:
    """A code that is stored as a number, as ``(code, status)``; see :func:`drgdip.intake.decode.codes`."""
    limit = 10**longest - 1
    code, status = float_number(value, 0, False, limit) if isinstance(value, float) else (value, OK)
    if status == OK and abs(code) > limit:
        return 0, RANGE
    return (0, WRONG) if status == OK and code < 0 else (code, status)


def as_written(values: Mapping[str, Any], name: str) -> str:
    """A value as findings show it: in the words of the reader where Arrow has a type for it."""
    value = values.get(name)
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return "|".join(value)
    return arrow_text(value)


def arrow_text(value: Any) -> str:
    """What the reader takes a value for where text is asked; its own text where Arrow has no type for it."""
    import pyarrow as pa

    from drgdip.intake.buffers import written

    try:
        return written(pa.array([value]))[0]
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        return str(value)
