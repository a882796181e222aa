"""An edition compiled to arrays: what the kernel groups with.

Codes that stand in the same sets are one class; a class knows the sets it is in, and the rows that could take a case
of that principal diagnosis (or main operation) whatever else the case holds. A case then tries only the rows that both
of its classes leave open, in their order, and each rule is a short program of tests. This holds for any rule of the
language; nothing depends on how the national rules happen to be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from drgdip.tables.chs_drg.openness import open_rows
from drgdip.tables.chs_drg.programs import OTHER_DIAGNOSIS_IN, OTHER_OPERATION_IN, Programmer, simplified
from drgdip.tables.chs_drg.rows import DrgContent
from drgdip.tables.chs_drg.syntax import All, Rule
from drgdip.tables.code_system import CodeSystem

WORD = 64


class DrgArrays(NamedTuple):
    """An edition for the kernel. Rows are numbered in the order in which cases try them.

    Of diagnoses, and likewise of operations:
    diagnosis_class : int32 (codes + 1,), class of each code; the last place (also reached as -1) is that of unknown codes.
    diagnosis_sets : int64 (classes, words), bit s: the class is in column s of the set matrix.
    diagnosis_rows, diagnosis_rows_alone, diagnosis_rows_helped : int64 (classes, words), bit r: adjacent group r is open to
    a principal code of the class with others, without any, or to an other code of it; see
    :class:`drgdip.tables.chs_drg.openness.OpenRows`.
    diagnosis_heard : bool (classes,), whether an other code of the class can make a difference to memberships or open rows.

    severity : int8 (diagnoses + 1,), 0 none, 1 CC, 2 MCC. exclusion : int32 (diagnoses + 1,), exclusion table, -1 none.
    excluded_class : int32 (diagnoses + 1,), class of a principal diagnosis by the exclusion tables that name it.
    excluded_by : int64 (classes, words), bit t: exclusion table t names the class.
    program : int64 (tests, 7), see :mod:`drgdip.tables.chs_drg.programs`.
    mdc_entry : int32 (categories,), first test of the category's rule. adrg_entry : int32 (adjacent groups,).
    adrg_mdc : int32 (adjacent groups,). drg_offset : int32 (adjacent groups + 1,) into the two arrays after it.
    drg_row, drg_entry : int32, row in the list of groups, and first test of its rule; an adjacent group without any
    group is its own.
    adrg_sheet_row, drg_sheet_row : int32, data row of the sheet that each row stands in.
    """

    diagnosis_class: np.ndarray
    diagnosis_sets: np.ndarray
    diagnosis_rows: np.ndarray
    diagnosis_rows_alone: np.ndarray
    diagnosis_rows_helped: np.ndarray
    diagnosis_heard: np.ndarray
    operation_class: np.ndarray
    operation_sets: np.ndarray
    operation_rows: np.ndarray
    operation_rows_alone: np.ndarray
    operation_rows_helped: np.ndarray
    operation_heard: np.ndarray
    severity: np.ndarray
    exclusion: np.ndarray
    excluded_class: np.ndarray
    excluded_by: np.ndarray
    program: np.ndarray
    mdc_entry: np.ndarray
    adrg_entry: np.ndarray
    adrg_mdc: np.ndarray
    drg_offset: np.ndarray
    drg_row: np.ndarray
    drg_entry: np.ndarray
    adrg_sheet_row: np.ndarray
    drg_sheet_row: np.ndarray


class _Classes(NamedTuple):
    """Of one kind of code: class of each code, sets of each class, and the rows that a class leaves open."""

    of_code: np.ndarray
    sets: np.ndarray
    rows: np.ndarray
    rows_alone: np.ndarray
    rows_helped: np.ndarray


def compile_arrays(
    content: DrgContent, diagnoses: CodeSystem, procedures: CodeSystem
) -> tuple[DrgArrays, dict[str, int]]:
    """Arrays of an edition, and the number of each text constant of its rules.

    ``diagnoses``, ``procedures`` give codes their ids and must hold every code of the edition's sets.
    """
    columns = {True: _Columns(content, diagnoses), False: _Columns(content, procedures)}
    texts: dict[str, int] = {}
    programmer = Programmer(lambda of_diagnoses, names: columns[of_diagnoses].of(names), texts)
    places = {row.code: position for position, row in enumerate(content.mdcs)}
    mdc_entry = [programmer.write(row.rule) for row in content.mdcs]
    adrg_entry = [programmer.write(row.rule) for row in content.adrgs]
    drg_offset, drg_row, drg_entry = _groups(content, programmer)
    severity, exclusion = _complications(content, diagnoses)
    excluded_class, excluded_by = _classes(_matrix(_tables(content), diagnoses))
    rules = [simplified(All((content.mdcs[places[row.mdc]].rule, row.rule))) for row in content.adrgs]
    program = programmer.program()
    diagnosis = columns[True].classes(rules, "ZYZD", "QTZD")
    operation = columns[False].classes(rules, "ZYSS", "QTSS")
    arrays = DrgArrays(
        diagnosis_class=diagnosis.of_code,
        diagnosis_sets=diagnosis.sets,
        diagnosis_rows=diagnosis.rows,
        diagnosis_rows_alone=diagnosis.rows_alone,
        diagnosis_rows_helped=diagnosis.rows_helped,
        diagnosis_heard=_heard(diagnosis, program, OTHER_DIAGNOSIS_IN),
        operation_class=operation.of_code,
        operation_sets=operation.sets,
        operation_rows=operation.rows,
        operation_rows_alone=operation.rows_alone,
        operation_rows_helped=operation.rows_helped,
        operation_heard=_heard(operation, program, OTHER_OPERATION_IN),
        severity=severity,
        exclusion=exclusion,
        excluded_class=excluded_class,
        excluded_by=excluded_by,
        program=program,
        mdc_entry=_int32(mdc_entry),
        adrg_entry=_int32(adrg_entry),
        adrg_mdc=_int32([places[row.mdc] for row in content.adrgs]),
        drg_offset=_int32(drg_offset),
        drg_row=_int32(drg_row),
        drg_entry=_int32(drg_entry),
        adrg_sheet_row=_int32([row.row for row in content.adrgs]),
        drg_sheet_row=_int32([row.row for row in content.drgs]),
    )
    return arrays, texts


def _int32(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), dtype=np.int32)


def _heard(classes: _Classes, program: np.ndarray, test: int) -> np.ndarray:
    """Classes with a set that a test of some kind asks for, or a row that they help to open."""
    asked = np.zeros(classes.sets.shape[1] * WORD, dtype=np.bool_)
    asked[program[program[:, 0] == test, 1]] = True
    mask = _packed(asked.reshape(1, -1))
    heard: np.ndarray = (classes.sets & mask).any(axis=1) | classes.rows_helped.any(axis=1)
    return heard


def _groups(content: DrgContent, programmer: Programmer) -> tuple[list[int], list[int], list[int]]:
    by_adrg: dict[tuple[str, str], list[int]] = {}
    for position, row in enumerate(content.drgs):
        by_adrg.setdefault((row.adrg, row.mdc), []).append(position)
    entry = [programmer.write(row.rule) for row in content.drgs]
    offset, rows = [0], []
    for adrg in content.adrgs:
        rows += by_adrg.get((adrg.code, adrg.mdc), [])
        offset.append(len(rows))
    return offset, rows, [entry[row] for row in rows]


def _tables(content: DrgContent) -> list[Sequence[str]]:
    return [content.exclusions.get(name, ()) for name in table_names(content)]


def table_names(content: DrgContent) -> tuple[str, ...]:
    """Exclusion tables by number: those that complications name, in order."""
    return tuple(dict.fromkeys(one.exclusions for one in content.complications.values() if one.exclusions))


def _complications(content: DrgContent, diagnoses: CodeSystem) -> tuple[np.ndarray, np.ndarray]:
    severity = np.zeros(len(diagnoses) + 1, dtype=np.int8)
    exclusion = np.full(len(diagnoses) + 1, -1, dtype=np.int32)
    number = {name: position for position, name in enumerate(table_names(content))}
    for code, one in content.complications.items():
        place = diagnoses.ids[code]
        severity[place] = 2 if one.severity == "MCC" else 1
        exclusion[place] = number.get(one.exclusions, -1)
    return severity, exclusion


class _Columns:
    """The set matrix of one kind of code: one column for every union of sets that a rule asks for."""

    def __init__(self, content: DrgContent, system: CodeSystem) -> None:
        self._content, self._system = content, system
        self._numbers: dict[tuple[str, ...], int] = {}

    def of(self, names: tuple[str, ...]) -> int:
        """The column of a union of sets."""
        return self._numbers.setdefault(tuple(sorted(names)), len(self._numbers))

    def classes(self, rules: Sequence[Rule], first: str, others: str) -> _Classes:
        """Class of each code; its sets; and the rows it leaves open with others, alone, and as one of the others."""
        unions = [[code for name in names for code in self._content.sets.get(name, ())] for names in self._numbers]
        matrix = _matrix(unions, self._system)
        of_code, sets = _classes(matrix)
        members = _unpacked(sets, len(unions))
        return _Classes(of_code, sets, *map(_packed, open_rows(rules, first, others, members, self.of)))


def _matrix(unions: Sequence[Iterable[str]], system: CodeSystem) -> np.ndarray:
    """Bool (codes + 1, unions): which code is in which union; the last row is that of unknown codes."""
    matrix = np.zeros((len(system) + 1, len(unions)), dtype=np.bool_)
    for position, codes in enumerate(unions):
        matrix[[system.ids[code] for code in codes], position] = True
    return matrix


def _packed(matrix: np.ndarray) -> np.ndarray:
    """Bits of a boolean matrix as int64 words, lowest bit first."""
    rows, columns = matrix.shape
    words = max(-(-columns // WORD), 1)
    padded = np.zeros((rows, words * WORD), dtype=np.bool_)
    padded[:, :columns] = matrix
    return np.packbits(padded, axis=1, bitorder="little").view("<i8").astype(np.int64)


def _unpacked(words: np.ndarray, columns: int) -> np.ndarray:
    bits = np.unpackbits(words.astype("<i8").view(np.uint8), axis=1, bitorder="little")
    return bits[:, :columns].astype(np.bool_)


def _classes(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Class of each row of a matrix (int32), and the packed row of each class."""
    packed = _packed(matrix)
    unique, of_row = np.unique(packed, axis=0, return_inverse=True)
    return of_row.reshape(-1).astype(np.int32), np.ascontiguousarray(unique)
