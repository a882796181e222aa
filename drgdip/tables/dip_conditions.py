"""What a row of a layered catalogue asks of a stay beside its operations: diagnoses, ages, birth weight.

A **category** is three or four characters of a diagnosis code (``A40``, ``K35.3``, ``A46.X``) and holds every code that
begins so; a longer one is a single code. Capitals do not matter. In a list of categories ``/`` joins alternatives and
``+`` terms that must all be met.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from drgdip.tables.code_system import CodeSystem

#: Any principal diagnosis.
ANY = "*"
#: Upper end of a range without one.
NO_LIMIT = 2**31 - 1

_CATEGORY = re.compile(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]+)?", re.IGNORECASE)
_WIDEST = 5
_RANGE = re.compile(r"(\d{1,6})-(\d{1,6})|(\d{1,6})-|-(\d{1,6})")


def is_category(text: str) -> bool:
    """Whether text is a category or a single diagnosis code."""
    return _CATEGORY.fullmatch(text) is not None


def alternatives(cell: str) -> list[str]:
    """The categories that ``/`` joins."""
    return cell.split("/") if cell else []


def terms(cell: str) -> list[list[str]]:
    """Lists of categories, of each of which one must be met."""
    return [alternatives(term) for term in cell.split("+")] if cell else []


def parse_range(cell: str) -> tuple[int, int] | None:
    """Both ends, inclusive, of ``0-28``, ``29-`` or ``-999``; None for what is no range. An empty cell has no ends."""
    if not cell:
        return -1, NO_LIMIT
    match = _RANGE.fullmatch(cell)
    if match is None:
        return None
    first, last = match[1] or match[3] or "0", match[2] or match[4] or str(NO_LIMIT)
    return (int(first), int(last)) if int(first) <= int(last) else None


class DiagnosisFinder:
    """The codes of a list that categories hold."""

    def __init__(self, diagnoses: CodeSystem) -> None:
        self._in_order = sorted((code.upper(), position) for position, code in enumerate(diagnoses.codes))
        self._codes = [code for code, _ in self._in_order]

    def ids(self, categories: Sequence[str]) -> list[int]:
        """Ids of the codes that any of the categories holds, ascending."""
        return sorted({position for category in categories for position in self._held(category.upper())})

    def _held(self, category: str) -> list[int]:
        first = bisect_left(self._codes, category)
        whole = len(category) > _WIDEST
        last = bisect_left(self._codes, category + ("\0" if whole else "\uffff"))
        return [position for _, position in self._in_order[first:last]]
