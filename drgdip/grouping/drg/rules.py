"""Scalar rules of CHS-DRG grouping: one test of one case, and which complications count.

Source: rule language of the CHS-DRG 3.0 workbook; an other diagnosis counts as MCC or CC unless the principal diagnosis
stands in its exclusion table (排除表).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import rule

#: Kinds of tests, as programs number them.
_AT_MOST, _AT_LEAST, _EQUAL = 5, 6, 7
#: A number that is not known; every comparison with it is false.
MISSING = -1


@rule
def in_column(words: Any, code_class: Any, column: Any) -> Any:
    """Whether a class of codes is in a column of a packed matrix."""
    return (words[code_class, column >> 6] >> (column & 63)) & 1 == 1


@rule
def distinct_in(codes: Any, start: Any, end: Any, of_code: Any, words: Any, column: Any) -> Any:
    """How many distinct codes of ``codes[start:end]`` are in a column."""
    count = 0
    for k in range(start, end):
        if not in_column(words, of_code[codes[k]], column):
            continue
        first = True
        for earlier in range(start, k):
            if codes[earlier] == codes[k]:
                first = False
        count += first
    return count


@rule
def compared(test: Any, value: Any, limit: Any) -> Any:
    """A comparison of whole numbers; false where the value is missing."""
    if value == MISSING:
        return False
    if test == _AT_MOST:
        return value <= limit
    if test == _AT_LEAST:
        return value >= limit
    if test == _EQUAL:
        return value == limit
    return value != limit


@rule
def asked_codes(start: Any, end: Any, scope: Any) -> Any:
    """First and last place (exclusive) of the codes that a test asks for; ``scope`` as programs code it."""
    second = min(start + 1, end)
    return start if scope & 16 else second, end if scope & 32 else second


@rule
def counted(codes: Any, start: Any, end: Any, of_code: Any, words: Any, column: Any, scope: Any, limit: Any) -> Any:
    """A count of distinct codes against a number."""
    left, right = asked_codes(start, end, scope)
    return compared(scope & 15, np.int64(distinct_in(codes, left, right, of_code, words, column)), limit)


@rule
def effective_severity(
    diagnosis: Any, principal: Any, level: Any, exclusion: Any, excluded_class: Any, excluded_by: Any
) -> Any:
    """0 none, 1 CC, 2 MCC: what an other diagnosis counts as beside a principal one."""
    severity = level[diagnosis]
    if severity == 0:
        return severity
    table = exclusion[diagnosis]
    if table >= 0 and in_column(excluded_by, excluded_class[principal], table):
        return np.int8(0)
    return severity
