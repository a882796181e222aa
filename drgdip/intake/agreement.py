"""Whether two ways of writing a value of one field mean the same; and which of two documents counts for a field."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from drgdip.interface.fields import Field, fields

#: Fields in which list and result of one settlement must agree, or they belong to different stays.
IDENTITY = ("fixmedins_code", "psn_no", "mdtrt_id", "insutype", "insu_admdvs")
#: Fields for which the settlement result counts where both have a value; for all others the list does.
OF_THE_RESULT = frozenset(
    name
    for name, field in fields().items()
    if field.type == "money" or name in (*IDENTITY, "setl_time", "med_type", "refd_setl_flag", "hosp_lv")
)
#: The list has the day of the settlement only, and of a period.
NOT_COMPARED = frozenset(("setl_id", "setl_time"))
_DATE_DIGITS = 8


def alike(field: Field, one: str, other: str) -> bool:
    """Whether two values that are written differently mean the same; a day agrees with a time on it."""
    if field.type in ("money", "integer", "decimal"):
        return _same_number(one, other)
    if field.type == "code":
        return one.isascii() and other.isascii() and one.isdigit() and other.isdigit() and int(one) == int(other)
    if field.type == "datetime":
        left, right = _digits(one), _digits(other)
        length = min(len(left), len(right))
        return length >= _DATE_DIGITS and left[:length] == right[:length]
    if field.type == "codes":
        return _codes(one) == _codes(other)
    return False


def _same_number(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False


def _digits(text: str) -> str:
    """A time as digits: parts padded, a fraction of a second left out, midnight as the day alone."""
    parts = text.replace("T", " ").split(".")[0]
    for sign in "/- :":
        parts = parts.replace(sign, "\0")
    digits = "".join(part.zfill(2) for part in parts.split("\0") if part)
    return digits.removesuffix("000000") if len(digits) == _DATE_DIGITS + 6 else digits


def _codes(text: str) -> list[str]:
    return [code.strip().upper() for code in text.split("|") if code.strip()]
