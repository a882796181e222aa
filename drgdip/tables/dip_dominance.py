"""Whether one core group wins over another whenever that one holds, in the national order of ties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from drgdip.tables.dip_compile import DipArrays

#: Codes that meet a term, with 1 where a sub-category stands for them.
_Term = dict[int, int]
_RANGES = 3


def always_wins(
    arrays: DipArrays, one: int, other: int, held: Mapping[int, frozenset[int] | None], ties: bool = True
) -> bool:
    """Whether ``one`` holds for every stay that ``other`` holds for, and comes before it.

    Parameters
    ----------
    held : by group, the principal diagnoses it is for, None: all.
    ties : False asks only whether it holds.

    With ``ties`` the order is the national one: fullest match, most operations, own codes before those of a
    sub-category, the heavier group, the code.
    """
    if not (_holds_diagnoses(held[one], held[other]) and _holds_conditions(arrays, one, other)):
        return False
    mine, theirs = _terms(arrays, one), _terms(arrays, other)
    if not _holds_operations(arrays, one, other, mine, theirs):
        return False
    return not ties or _comes_first(arrays, one, other, mine, theirs)


def _holds_diagnoses(mine: frozenset[int] | None, theirs: frozenset[int] | None) -> bool:
    return mine is None or (theirs is not None and theirs <= mine)


def _holds_conditions(arrays: DipArrays, one: int, other: int) -> bool:
    asked, theirs = int(arrays.has_bounds[one]), int(arrays.has_bounds[other])
    for place in range(_RANGES):
        low, high = arrays.bounds[one, 2 * place : 2 * place + 2]
        inner_low, inner_high = arrays.bounds[other, 2 * place : 2 * place + 2]
        if asked >> place & 1 and not (theirs >> place & 1 and low <= inner_low and inner_high <= high):
            return False
    anywhere, inner = _any_diagnoses(arrays, one), _any_diagnoses(arrays, other)
    if anywhere and not (inner and inner <= anywhere):
        return False
    wanted, given = _other_diagnoses(arrays, one), _other_diagnoses(arrays, other)
    return all(any(term <= want for term in given) for want in wanted)


def _holds_operations(arrays: DipArrays, one: int, other: int, mine: list[_Term], theirs: list[_Term]) -> bool:
    if not mine:  # Without operations: of a core group, only stays without any.
        return not theirs
    main = arrays.operation_place[one] != 2
    if main and (not theirs or arrays.operation_place[other] == 2 or not theirs[0].keys() <= mine[0].keys()):
        return False
    return all(any(term.keys() <= want.keys() for term in theirs) for want in mine)


def _comes_first(arrays: DipArrays, one: int, other: int, mine: list[_Term], theirs: list[_Term]) -> bool:
    best, worst = _codes(theirs, min), _codes(mine, max)
    if not best.keys() <= worst.keys():
        return False
    if len(mine) != len(theirs):
        return len(mine) > len(theirs)
    if not any(worst.values()) and any(all(term.values()) for term in theirs):
        return True  # Mine is by own codes, theirs never is.
    if any(flag > best.get(code, 1) for code, flag in worst.items()):
        return False
    weights = arrays.relative_weight_e4
    if weights[one] != weights[other]:
        return bool(weights[one] > weights[other])
    return bool(arrays.group_rank[one] < arrays.group_rank[other])


def _codes(terms: list[_Term], of: Callable[[int, int], int]) -> _Term:
    """All codes of a combination with the best or the worst way in which a term has them."""
    found: _Term = {}
    for term in terms:
        for code, flag in term.items():
            found[code] = of(flag, found.get(code, flag))
    return found


def _terms(arrays: DipArrays, group: int) -> list[_Term]:
    offset = arrays.alternative_offset
    return [
        dict(
            zip(
                arrays.alternative_procedure[offset[term] : offset[term + 1]].tolist(),
                arrays.alternative_wildcard[offset[term] : offset[term + 1]].tolist(),
                strict=True,
            )
        )
        for term in range(arrays.term_offset[group], arrays.term_offset[group + 1])
    ]


def _any_diagnoses(arrays: DipArrays, group: int) -> set[int]:
    return _part(arrays.any_diagnosis, arrays.any_diagnosis_offset, group)


def _other_diagnoses(arrays: DipArrays, group: int) -> list[set[int]]:
    first, last = arrays.diagnosis_term_offset[group : group + 2]
    return [_part(arrays.diagnosis_alternative, arrays.diagnosis_alternative_offset, t) for t in range(first, last)]


def _part(values: np.ndarray, offset: np.ndarray, place: int) -> set[int]:
    return set(values[offset[place] : offset[place + 1]].tolist())
