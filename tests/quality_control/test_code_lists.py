"""Codes that should not stand where they stand: which rows and codes are told, counts, and where a code may stand."""

from __future__ import annotations

import numpy as np
import pytest

from drgdip.base.findings import Finding
from drgdip.base.reasons import number
from drgdip.quality_control.code_lists import CodeLists, CodeTally
from drgdip.tables.code_system import CodeSystem

#: Fine; grey; not to be principal.
DIAGNOSES = CodeSystem.of(["I63.900", "A00.000", "B95.000"])
#: Fine; grey; not used for grouping.
OPERATIONS = CodeSystem.of(["47.0100", "00.0100", "00.0101"])


@pytest.fixture(scope="module")
def lists() -> CodeLists:
    return CodeLists(DIAGNOSES, OPERATIONS)


def _columns(diagnoses: list[list[int]], operations: list[list[int]]) -> dict[str, np.ndarray]:
    columns = {}
    for kind, stays in (("diagnosis", diagnoses), ("procedure", operations)):
        columns[f"{kind}_id"] = np.array([code for stay in stays for code in stay], dtype=np.int32)
        columns[f"{kind}_offset"] = np.cumsum([0, *map(len, stays)]).astype(np.int32)
    return columns


STAYS = _columns([[0], [0, 1, 1], [2], [0, 2], [-1], [1]], [[0], [], [2, 0], [0, 2], [1], [0, 1]])


def test_rows_by_family(lists: CodeLists) -> None:
    grey = lists.defects(STAYS, ("grey",))
    assert list(zip(grey.row.tolist(), grey.reason.tolist(), strict=True)) == [
        (1, number("grey_diagnosis_code")),
        (4, number("grey_operation_code")),
        (5, number("grey_diagnosis_code")),
        (5, number("grey_operation_code")),
    ]
    # Only the principal diagnosis and the main operation are judged by where they stand.
    assert lists.defects(STAYS, ("principal",)).row.tolist() == [2]
    assert lists.defects(STAYS, ("operation",)).row.tolist() == [2]
    assert len(lists.defects(STAYS, ()).row) == 0


def test_counts_over_batches(lists: CodeLists) -> None:
    tally = CodeTally(lists)
    tally.add(STAYS)
    tally.add(STAYS)
    assert [(one.key, one.value) for one in tally.findings()] == [
        ("grey_diagnosis_code", "4: A00.000 (6)"),
        ("grey_operation_code", "4: 00.0100 (4)"),
        ("principal_not_allowed", "2: B95.000 (2)"),
        ("main_operation_not_grouped", "2: 00.0101 (2)"),
    ]
    assert CodeTally(lists).findings() == []


def test_a_finding_names_the_codes_it_is_about(lists: CodeLists) -> None:
    cell = Finding("a.csv", 1, "S1", "diag_code", "I63.900| a00.000 |B95.000|", "grey_diagnosis_code")
    assert lists.with_codes(cell).value == "a00.000"
    other = cell._replace(key="missing_value")
    assert lists.with_codes(other) is other
