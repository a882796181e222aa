"""The auxiliary directory compiled to arrays: what its kernel looks up."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from drgdip.base.scaled import parse_scaled
from drgdip.base.text import Text
from drgdip.tables.auxiliary import (
    AUXILIARY_TYPES,
    RANGES,
    RATIOS,
    Classification,
    CoefficientRow,
    SubtypeRow,
    parse_range,
)
from drgdip.tables.code_system import CodeSystem
from drgdip.tables.problems import TableProblem

#: Lower bound of a range that a row does not ask for.
NO_BOUND = -1
#: Cases, and fall of the coefficient of variation, that are not published: below every limit.
UNPUBLISHED = -1
UNPUBLISHED_FALL_E4 = -(2**31)


class AuxiliaryArrays(NamedTuple):
    """Conditions by row of ``subtypes.csv``; sets of lists are bits of an int64.

    diagnosis_lists, procedure_lists : the lists that a code belongs to. diagnosis_category : three-character category.
    score_list, score_weight, score_unless : comorbidity scores: bit, points, lists that take its place.
    row_type, row_subtype : code of the type, number of the sub-type. row_principal, row_not_principal, row_other,
    row_operation, row_discharge : bits asked for, 0 none. row_other_category : 1 if of another category than the
    principal one. row_range : (rows, RANGES, 2), NO_BOUND none. row_ratio_e4 : (rows, RATIOS), 0 none.
    """

    diagnosis_lists: np.ndarray
    procedure_lists: np.ndarray
    diagnosis_category: np.ndarray
    score_list: np.ndarray
    score_weight: np.ndarray
    score_unless: np.ndarray
    row_type: np.ndarray
    row_subtype: np.ndarray
    row_principal: np.ndarray
    row_not_principal: np.ndarray
    row_other: np.ndarray
    row_other_category: np.ndarray
    row_operation: np.ndarray
    row_discharge: np.ndarray
    row_range: np.ndarray
    row_ratio_e4: np.ndarray


class Coefficients(NamedTuple):
    """Published coefficients, one entry a group and sub-type; UNPUBLISHED cases and falls are below every limit."""

    group: np.ndarray
    subtype: np.ndarray
    coefficient_e4: np.ndarray
    cases: np.ndarray
    cv_fall_e4: np.ndarray


class Subtype(NamedTuple):
    """A sub-type and its name; its number is its position."""

    type: str
    key: str
    name: Text

    @property
    def code(self) -> str:
        """``type/subtype``."""
        return f"{self.type}/{self.key}"


@dataclass(frozen=True, eq=False)
class AuxiliaryDirectory:
    """The auxiliary directory of an edition: sub-types, their conditions, and coefficients by group."""

    subtypes: tuple[Subtype, ...]
    rows: tuple[SubtypeRow, ...]
    arrays: AuxiliaryArrays
    coefficients: Coefficients


def compile_auxiliary(
    classification: Classification,
    coefficients: Sequence[CoefficientRow],
    group_ids: Mapping[str, int],
    diagnoses: CodeSystem,
    procedures: CodeSystem,
) -> AuxiliaryDirectory:
    """Compile what has been read without problems; see :func:`coefficient_problems` for what else can be wrong."""
    bits = {
        name: 1 << position for position, name in enumerate(dict.fromkeys(row.list for row in classification.lists))
    }
    numbers = subtype_numbers(classification)
    names = {(row.type, row.subtype): Text(row.name_zh, row.name_en) for row in reversed(classification.subtypes)}
    return AuxiliaryDirectory(
        subtypes=tuple(Subtype(*key, names[key]) for key in numbers),
        rows=classification.subtypes,
        arrays=AuxiliaryArrays(
            **_codes(classification, bits, diagnoses, procedures),
            **_scores(classification, bits),
            **_conditions(classification.subtypes, bits, numbers),
        ),
        coefficients=_coefficients(coefficients, group_ids, numbers),
    )


def subtype_numbers(classification: Classification) -> dict[tuple[str, str], int]:
    """Number of each sub-type, in the order of the file; rows may share one."""
    keys = dict.fromkeys((row.type, row.subtype) for row in classification.subtypes)
    return {key: position for position, key in enumerate(keys)}


def coefficient_problems(
    rows: Sequence[CoefficientRow], classification: Classification, group_ids: Mapping[str, int], file: str
) -> list[TableProblem]:
    """Coefficients of groups or sub-types that do not exist, or that stand twice."""
    problems, seen = [], set()
    numbers = subtype_numbers(classification)
    for number, row in enumerate(rows, 1):
        key = (row.dip_code, row.type, row.subtype)
        if row.dip_code not in group_ids:
            problems.append(TableProblem("unknown_group", file, number, "dip_code", row.dip_code))
        if key[1:] not in numbers:
            problems.append(TableProblem("unknown_subtype", file, number, "subtype", f"{row.type}/{row.subtype}"))
        if key in seen:
            problems.append(TableProblem("duplicate_coefficient", file, number, "subtype", "/".join(key)))
        seen.add(key)
    return problems


def _codes(
    classification: Classification, bits: Mapping[str, int], diagnoses: CodeSystem, procedures: CodeSystem
) -> dict[str, np.ndarray]:
    categories: dict[str, int] = {}
    return {
        "diagnosis_lists": _lists_of(diagnoses, classification, bits),
        "procedure_lists": _lists_of(procedures, classification, bits),
        "diagnosis_category": np.array(
            [categories.setdefault(code[:3].upper(), len(categories)) for code in diagnoses.codes], dtype=np.int32
        ),
    }


def _lists_of(system: CodeSystem, classification: Classification, bits: Mapping[str, int]) -> np.ndarray:
    """The lists of every code: those that name it or a beginning of it."""
    lists = np.zeros(len(system), dtype=np.int64)
    order = sorted(range(len(system)), key=lambda position: system.codes[position].upper())
    codes, positions = [system.codes[position].upper() for position in order], np.array(order, dtype=np.int64)
    for row in classification.lists:
        code = row.code.upper()
        first, last = bisect_left(codes, code), bisect_right(codes, code + "\U0010ffff")
        lists[positions[first:last]] |= bits[row.list]
    return lists


def _bits(cell: str, bits: Mapping[str, int]) -> int:
    return sum(bits[name] for name in set(cell.split("/"))) if cell else 0


def _scores(classification: Classification, bits: Mapping[str, int]) -> dict[str, np.ndarray]:
    scores = classification.scores
    return {
        "score_list": _int64([bits[row.list] for row in scores]),
        "score_weight": _int64([int(row.weight) for row in scores]),
        "score_unless": _int64([_bits(row.unless, bits) for row in scores]),
    }


def _conditions(
    rows: Sequence[SubtypeRow], bits: Mapping[str, int], numbers: Mapping[tuple[str, str], int]
) -> dict[str, np.ndarray]:
    wanted = ["/".join(name for name in row.principal.split("/") if name[:1] != "!") for row in rows]
    unwanted = ["/".join(name[1:] for name in row.principal.split("/") if name[:1] == "!") for row in rows]
    return {
        "row_type": np.array([AUXILIARY_TYPES.index(row.type) for row in rows], dtype=np.int8),
        "row_subtype": np.array([numbers[row.type, row.subtype] for row in rows], dtype=np.int16),
        "row_principal": _int64([_bits(cell, bits) for cell in wanted]),
        "row_not_principal": _int64([_bits(cell, bits) for cell in unwanted]),
        "row_other": _int64([_bits(row.other_diagnoses, bits) for row in rows]),
        "row_other_category": np.array([row.another_category == "1" for row in rows], dtype=np.int8),
        "row_operation": _int64([_bits(row.operations, bits) for row in rows]),
        "row_discharge": _int64(
            [sum(1 << int(way) for way in set(row.discharge_ways.split("/")) if way) for row in rows]
        ),
        "row_range": np.array(
            [[_range(getattr(row, name)) for name in RANGES] for row in rows], dtype=np.int64
        ).reshape(len(rows), len(RANGES), 2),
        "row_ratio_e4": np.array(
            [[parse_scaled(getattr(row, name) or "0", 4) for name in RATIOS] for row in rows], dtype=np.int64
        ).reshape(len(rows), len(RATIOS)),
    }  # fmt: skip


def _range(cell: str) -> tuple[int, int]:
    return parse_range(cell) or (NO_BOUND, NO_BOUND)


def _coefficients(
    rows: Sequence[CoefficientRow], group_ids: Mapping[str, int], numbers: Mapping[tuple[str, str], int]
) -> Coefficients:
    return Coefficients(
        group=np.array([group_ids[row.dip_code] for row in rows], dtype=np.int32),
        subtype=np.array([numbers[row.type, row.subtype] for row in rows], dtype=np.int16),
        coefficient_e4=_int64([parse_scaled(row.coefficient, 4) for row in rows]),
        cases=_int64([int(row.cases or UNPUBLISHED) for row in rows]),
        cv_fall_e4=_int64([parse_scaled(row.cv_fall, 4) if row.cv_fall else UNPUBLISHED_FALL_E4 for row in rows]),
    )


def _int64(values: Sequence[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)
