"""Cells of a case file become values, or the reason why they cannot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.reference.catalogue import Catalogue
from tests.reference.fields import CODE_FORMS, CODES, CUT, LAYOUT, MONEY, MOST, REQUIRED, TEXT_LENGTH, TIMES, WHOLE

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.([0-9]*))?", re.ASCII)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}:[0-9]{2})?", re.ASCII)
MAX_CASE_FEN = 10**10


class Refused(Exception):
    """A cell that cannot be read; the argument is the key of the reason."""


def read_row(row: Mapping[str, str], catalogue: Catalogue) -> tuple[dict[str, Any], dict[str, str]]:
    """Values of all fields of a row, and the reason by field where a cell has none."""
    values: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for field in LAYOUT:
        cell = (row.get(field) or "").strip()
        try:
            values[field] = _read(field, cell, catalogue)
        except Refused as error:
            refused[field] = str(error)
    if (values.get("age") or 0) > 0:
        refused.pop("nwb_age", None)  # Above 0 years the age in days is ignored.
    return values, refused


def _read(field: str, cell: str, catalogue: Catalogue) -> Any:
    if not cell and field in REQUIRED:
        raise Refused("missing_value")
    if field in MONEY:
        return money_fen(cell) if cell else 0
    if field in CODES:
        return _codes(field, cell, catalogue)
    if not cell:
        return ""
    if field in TIMES:
        return time_of(cell)
    if field in CODE_FORMS:
        return _code(field, cell)
    if field in WHOLE or field in CUT:
        return _number(field, cell)
    if len(cell) > TEXT_LENGTH:
        raise Refused("value_too_long")
    return cell


def money_fen(cell: str) -> int:
    """Yuan with at most two decimals, as fen, up to what one stay can cost."""
    match = _NUMBER.fullmatch(cell)
    if match is None:
        raise Refused("wrong_type")
    if len(match[1] or "") > 2:
        raise Refused("too_many_decimals")
    amount = int(Fraction(cell) * 100)
    if abs(amount) > MAX_CASE_FEN:
        raise Refused("amount_out_of_range")
    return amount


def time_of(cell: str) -> datetime:
    if _TIME.fullmatch(cell) is None:
        raise Refused("wrong_type")
    try:
        time = datetime.fromisoformat(cell)
    except ValueError:
        raise Refused("impossible_date") from None
    if not 1900 <= time.year <= 2099:
        raise Refused("impossible_date")
    return time


def _code(field: str, cell: str) -> str:
    form = CODE_FORMS[field]
    if not (cell.isascii() and cell.isdigit()) or len(cell) < form.least:
        raise Refused("wrong_type")
    if len(cell) > form.most:
        raise Refused("value_too_long")
    if form.closed and int(cell) not in form.closed:
        raise Refused("unknown_code")
    return cell


def _number(field: str, cell: str) -> int:
    match = _NUMBER.fullmatch(cell)
    if match is None or cell.startswith("-") or (field in WHOLE and match[1]):
        raise Refused("wrong_type")
    whole = int(Fraction(cell))
    if len(str(whole)) > (WHOLE.get(field) or CUT[field]):
        raise Refused("value_too_long")
    if whole > MOST.get(field, whole):
        raise Refused("number_not_possible")
    return whole


def _codes(field: str, cell: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Codes joined by ``|``; a list that begins with an empty item lacks its principal code."""
    if not cell:
        return ()
    items = [item.strip() for item in cell.split("|")]
    if not items[0]:
        raise Refused("missing_value")
    known = catalogue.diagnosis_codes if field == "diag_code" else catalogue.procedure_codes
    found = [known_code(item, known) for item in items if item]
    if None in found:
        raise Refused("unknown_diagnosis_code" if field == "diag_code" else "unknown_procedure_code")
    return tuple(code for code in found if code is not None)


def known_code(written: str, known: Set[str]) -> str | None:
    """The code as the list has it: as written, or with letters folded."""
    if written in known:
        return written
    return next((code for code in sorted(known) if code.lower() == written.lower()), None)
