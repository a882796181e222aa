"""One stay for CHS-DRG grouping: codes and numbers as they are given, and as the columns that grouping reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.columns import Column
from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.grouping.drg import READS
from drgdip.intake.code_index import code_index, ids_in

if TYPE_CHECKING:
    from drgdip.tables.chs_drg.drg_tables import DrgTables

#: Numbers that rules can ask for; after them comes the department of discharge.
NUMBERS = READS[4:-1]
_YEARS, _DAYS = NUMBERS[:2]
_NO_DEPARTMENT, _OTHER_DEPARTMENT = -1, -2


class DrgCase(NamedTuple):
    """A stay; codes as given, the principal diagnosis and the main operation first; ``columns`` of one row."""

    diagnoses: tuple[str, ...]
    operations: tuple[str, ...]
    columns: Mapping[str, np.ndarray]
    department: str = ""
    setl_id: str = ""


class CaseCoder:
    """Turns codes and numbers into columns; calls change nothing in it, so threads may share it."""

    def __init__(self, tables: DrgTables) -> None:
        self._diagnoses, self._operations = code_index(tables.diagnoses), code_index(tables.procedures)
        self._departments = tables.texts

    def case(
        self,
        diagnoses: str | Sequence[str],
        operations: str | Sequence[str],
        department: str = "",
        numbers: Sequence[int | None] = (),
    ) -> DrgCase:
        """A stay given by its codes, whatever the case of their letters, and numbers in the order of ``NUMBERS``.

        Numbers that are missing are None, or left out at the end.

        Raises UsageError without a principal diagnosis, or for a number that is none.
        """
        dx, op = _clean(diagnoses), [code for code in _clean(operations) if code]
        if not dx or not dx[0]:
            raise UsageError(
                Text("没有给出诊断编码。", "No diagnosis is given."),
                Text(
                    "请至少给出主要诊断,例如 --dx I63.900。", "Give the principal diagnosis first, as in --dx I63.900."
                ),
            )
        dx = [code for code in dx if code]
        department = department.strip()
        given = dict(zip_longest(NUMBERS, numbers))
        columns = {column.name: _number(column, value) for column, value in _settled(given).items()}
        columns["department_id"] = np.array([self._department(department)], dtype=np.int32)
        columns["diagnosis_id"] = ids_in("|".join(dx), self._diagnoses)
        columns["procedure_id"] = ids_in("|".join(op), self._operations)
        for name, codes in (("diagnosis_offset", dx), ("procedure_offset", op)):
            columns[name] = np.array([0, len(codes)], dtype=np.int32)
        return DrgCase(tuple(dx), tuple(op), columns, department)

    def _department(self, name: str) -> int:
        if not name:
            return _NO_DEPARTMENT
        return self._departments.index(name) if name in self._departments else _OTHER_DEPARTMENT


def _clean(codes: str | Sequence[str]) -> list[str]:
    """Codes without blanks around them; what is joined by ``|`` is several; lone surrogates become question marks."""
    joined = codes if isinstance(codes, str) else "|".join(codes)
    return [code.strip() for code in joined.encode("utf-8", "replace").decode("utf-8").split("|")]


def _settled(numbers: Mapping[Column, int | None]) -> dict[Column, int | None]:
    """Empty age with an age in days is 0 years; above 0 years the age in days is ignored (case file rules)."""
    years, days = numbers[_YEARS], numbers[_DAYS]
    years = 0 if years is None and days is not None else years
    return {**numbers, _YEARS: years, _DAYS: None if years else days}


def _number(column: Column, value: int | None) -> np.ndarray:
    limit = np.iinfo(column.dtype).max
    if value is not None and not 0 <= value <= limit:
        raise UsageError(
            Text(f"{column.zh}的值 {value} 不可用。", f"{value} is no {column.en}."),
            Text(f"请给出 0 至 {limit} 的整数。", f"Give a whole number from 0 to {limit}."),
        )
    return np.array([-1 if value is None else value], dtype=column.dtype)


def batch_of(cases: Sequence[tuple[np.ndarray, np.ndarray]], case: DrgCase) -> dict[str, np.ndarray]:
    """Columns of stays that differ from a case in their codes: ids of diagnoses and of operations."""
    columns = {column.name: np.repeat(case.columns[column.name], len(cases)) for column in READS[4:]}
    for kind, lists in (("diagnosis", [dx for dx, _ in cases]), ("procedure", [op for _, op in cases])):
        columns[f"{kind}_id"] = np.concatenate(lists).astype(np.int32)
        columns[f"{kind}_offset"] = np.cumsum([0, *map(len, lists)]).astype(np.int32)
    return columns
