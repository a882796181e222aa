"""A tiny invented edition in the six national sheets, and stays to group with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from drgdip.grouping.drg import READS, assign_groups
from drgdip.tables.chs_drg.content import read_content
from drgdip.tables.chs_drg.drg_tables import DrgTables, compile_drg
from drgdip.tables.chs_drg.sheets import SHEETS, Rows, sheet_names
from drgdip.tables.chs_drg.syntax import NUMBER_VARIABLES
from drgdip.tables.chs_drg.variations import Case
from drgdip.tables.code_system import CodeSystem
from drgdip.tables.manifest import Manifest, Words
from tests.reference.drg.stay import Stay

#: Sheets as lists of cells in the order of the national columns.
Sheets = Mapping[str, Sequence[Sequence[str]]]

TINY: dict[str, list[list[str]]] = {
    "mdc": [
        ["MDCA", "先期", "", "1"],
        ["MDCP", "新生儿", "(NL = 0) and (XSRTL <= 28)", "2"],
        ["MDCM", "男性", "(ZYZD in DI_M) and (XB = 1)", "3"],
        ["MDCB", "神经", "ZYZD in DI_B", "4"],
        ["MDCE", "呼吸", "ZYZD in {DI_E, DI_M}", "5"],
    ],
    "adrg": [
        ["AA1", "移植", "ZYSS in OP_AA1", "MDCA", "1"],
        ["AC1", "联合", "({ZYSS, QTSS} in OP1_AC1) and ({ZYSS, QTSS} in OP2_AC1)", "MDCA", "2"],
        ["PS1", "低体重", "(XSRTZ > 0) and (XSRTZ < 1500)", "MDCP", "1"],
        ["MZ1", "男性病", "ZYZD in DI_MZ", "MDCM", "1"],
        ["BB1", "神经手术", "(ZYZD in DI_B) and (ZYSS in OP_B)", "MDCB", "1"],
        ["BQY", "", "ZYSS in OP_ALL", "MDCB", "2"],
        ["BR1", "神经内科", "ZYZD in DI_BR", "MDCB", "3"],
        ["BS1", "无手术", "length(OP_ALL ∩ {ZYSS, QTSS}) = 0", "MDCB", "4"],
        ["EX1", "双侧", "length(OP_E ∩ {ZYSS, QTSS}) >= 2", "MDCE", "1"],
        ["ER1", "呼吸", "QTZD in DI_ER", "MDCE", "2"],
    ],
    "drg": [
        ["AA19", "移植", "1", "AA1", "MDCA", "1"],
        ["AC19", "联合", "1", "AC1", "MDCA", "1"],
        ["PS19", "低体重", "1", "PS1", "MDCP", "1"],
        ["MZ19", "男性病", "1", "MZ1", "MDCM", "1"],
        ["BB11", "手术,严重并发症", "QTZD in MCC", "BB1", "MDCB", "1"],
        ["BB13", "手术,并发症", "(QTZD in MCC) or (QTZD in CC)", "BB1", "MDCB", "2"],
        ["BB15", "手术", "1", "BB1", "MDCB", "3"],
        ["BR19", "内科", "1", "BR1", "MDCB", "1"],
        ["BS19", "无手术", "1", "BS1", "MDCB", "1"],
        ["EX19", "双侧", "1", "EX1", "MDCE", "1"],
        ["ER19", "呼吸", "1", "ER1", "MDCE", "1"],
    ],
    "sets": [
        *[["DI_B", code, ""] for code in ("B01", "B02", "B03")],
        ["DI_BR", "B01", ""], ["DI_M", "M01", ""], ["DI_MZ", "M01", ""], ["DI_E", "E01", ""], ["DI_ER", "X01", ""],
        ["OP_AA1", "90", ""], ["OP1_AC1", "91", ""], ["OP2_AC1", "92", ""], ["OP_B", "10", ""],
        ["OP_E", "20", ""], ["OP_E", "21", ""],
        *[["OP_ALL", code, ""] for code in ("10", "11", "20", "21", "90", "91", "92")],
    ],
    "cc": [["X01", "", "EX_1", "MCC"], ["X02", "", "EX_2", "CC"], ["X03", "", "EX_9", "CC"]],
    "exclusions": [["EX_1", "B02", ""], ["EX_2", "B03", ""]],
}  # fmt: skip

#: Numbers of a stay where a test does not say otherwise: an adult; -1 is missing.
ADULT = {
    "age_years": 40, "age_days": -1, "birth_weight_g": -1, "sex": 0, "length_of_stay_days": 5, "discharge_way": 1,
    "icu_hours": -1, "department_id": -1,
}  # fmt: skip


def rows_of(sheets: Sheets) -> dict[str, Rows]:
    """Sheets of cells as rows by column."""
    return {
        key: [(number, dict(zip(SHEETS[key].columns, cells, strict=True))) for number, cells in enumerate(rows, 1)]
        for key, rows in sheets.items()
    }


def edition(sheets: Sheets = TINY, diagnoses: Sequence[str] = (), procedures: Sequence[str] = ()) -> DrgTables:
    """Compile sheets; every row must be right."""
    problems: list[Any] = []
    content = read_content(rows_of(sheets), sheet_names(), problems, {}, {})
    assert problems == []
    manifest = Manifest(
        scheme="chs-drg", edition="tiny", title=Words(zh="样例", en="Sample"), status="synthetic",
        imported_at=date(2026, 1, 1), rows={}, files={},
    )  # fmt: skip
    systems = CodeSystem.of(diagnoses), CodeSystem.of(procedures)
    return compile_drg(content, *systems, manifest, "0" * 64)


def batch(tables: DrgTables, stays: Sequence[tuple[str, str, Mapping[str, int]]]) -> dict[str, np.ndarray]:
    """Columns of stays given as diagnoses and operations joined by blanks, and numbers; unknown codes are -1."""
    columns: dict[str, Any] = {name: [] for name in ADULT}
    for kind in ("diagnosis", "procedure"):
        columns[f"{kind}_id"], columns[f"{kind}_offset"] = [], [0]
    for diagnoses, operations, numbers in stays:
        for kind, codes, system in (
            ("diagnosis", diagnoses, tables.diagnoses),
            ("procedure", operations, tables.procedures),
        ):
            columns[f"{kind}_id"] += [system.ids.get(code, -1) for code in codes.split()]
            columns[f"{kind}_offset"].append(len(columns[f"{kind}_id"]))
        for name, value in {**ADULT, **numbers}.items():
            columns[name].append(value)
    return {column.name: np.array(columns[column.name], dtype=column.dtype) for column in READS}


def group(tables: DrgTables, diagnoses: str, operations: str = "", **numbers: int) -> str:
    """The group of one stay: DRG, else ADRG, else 0000."""
    result = assign_groups(batch(tables, [(diagnoses, operations, numbers)]), tables)
    return outcome(tables, int(result["adrg_row"][0]), int(result["drg_row"][0]))


def outcome(tables: DrgTables, adrg_row: int, drg_row: int) -> str:
    """The code that people know an outcome by."""
    if adrg_row < 0:
        return "0000"
    return tables.drg_codes[drg_row] if drg_row >= 0 else tables.adrg_codes[adrg_row]


def stay_of(case: Case) -> Stay:
    """A witness as the reference reads stays."""
    numbers = {name: value for name, value in zip(NUMBER_VARIABLES, case.numbers, strict=True) if value >= 0}
    return Stay(case.diagnoses, case.operations, numbers, case.department or None)
