"""How reading a cell went, as kernels say it; and the reason that each answer is reported under.

The numbers are compiled into kernels (see :mod:`drgdip.base.accelerate`).
"""

from __future__ import annotations

OK, MISSING, WRONG, DECIMALS, RANGE, LONG = range(6)
#: Text that was stored as a binary fraction too large for all its digits.
LOST = 6
#: A number that its field can hold and nothing can be: an age of 999 years.
BEYOND = 7

_REASONS = {
    "money": {WRONG: "wrong_type", DECIMALS: "too_many_decimals", RANGE: "amount_out_of_range"},
    "datetime": {WRONG: "wrong_type", RANGE: "impossible_date"},
    "integer": {WRONG: "wrong_type", DECIMALS: "wrong_type", RANGE: "value_too_long", BEYOND: "number_not_possible"},
    "decimal": {WRONG: "wrong_type", RANGE: "value_too_long", BEYOND: "number_not_possible"},
    "code": {WRONG: "wrong_type", DECIMALS: "wrong_type", RANGE: "unknown_code", LONG: "value_too_long"},
    "codes": {},
    "text": {RANGE: "bad_encoding", LONG: "value_too_long", LOST: "digits_lost"},
}


def reason_key(field_type: str, status: int) -> str:
    """Key of the reason for a status other than OK."""
    return "missing_value" if status == MISSING else _REASONS[field_type][status]
