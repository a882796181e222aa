"""Checking an edition of any scheme: its files and rows, and for CHS-DRG that a case can reach every group."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.tables.manifest import Manifest, read_manifest
from drgdip.tables.problems import TableProblem, errors

if TYPE_CHECKING:
    from drgdip.tables.chs_drg.drg_tables import DrgTables
    from drgdip.tables.chs_drg.witness import Case, Target, Witnesses


class TableReport(NamedTuple):
    """An edition and its problems.

    witnesses : what came of the search for a case of each group, where the scheme has it and rows are right.
    cases : the cases found, each with the code of the group that it reaches.
    """

    manifest: Manifest
    problems: list[TableProblem]
    witnesses: Witnesses | None = None
    cases: tuple[tuple[str, Case], ...] = ()


def check_tables(folder: Path) -> TableReport:
    """Check the edition in a folder. Raises TablesError if it cannot be read as one."""
    if read_manifest(folder).scheme == "chs-drg":
        return _check_drg(folder)
    from drgdip.tables.check import check_edition
    from drgdip.tables.edition import open_edition

    opened = open_edition(folder)
    return TableReport(opened.manifest, check_edition(opened))


def _check_drg(folder: Path) -> TableReport:
    from drgdip.tables.chs_drg.check import check_content
    from drgdip.tables.chs_drg.edition import open_drg_edition

    opened = open_drg_edition(folder)
    problems = list(opened.changes)
    if any(problem.key == "file_missing" for problem in problems):
        return TableReport(opened.manifest, problems)
    content = opened.content(problems)
    problems += check_content(content, opened.code_list("diagnoses"), opened.code_list("procedures"))
    if errors(problems):
        return TableReport(opened.manifest, problems)
    from drgdip.pipeline.witnesses import witnesses
    from drgdip.tables.chs_drg.drg_tables import load_drg

    tables = load_drg(folder)
    found = witnesses(tables)
    problems += [_unreached("unreachable_group", target, tables) for target in found.impossible]
    problems += [_unreached("no_witness", target, tables) for target in found.open]
    cases = tuple((_code(target, tables), case) for target, case in found.found.items())
    return TableReport(opened.manifest, problems, found, cases)


def _code(target: Target, tables: DrgTables) -> str:
    return tables.drg_codes[target.drg] if target.drg >= 0 else tables.adrg_codes[target.adrg]


def _unreached(key: str, target: Target, tables: DrgTables) -> TableProblem:
    content = tables.content
    if target.drg >= 0:
        drg = content.drgs[target.drg]
        return TableProblem(key, "drg.csv", drg.row, "编码", drg.code)
    adrg = content.adrgs[target.adrg]
    return TableProblem(key, "adrg.csv", adrg.row, "编码", adrg.code)


_COLUMNS = (
    "setl_id", "age", "nwb_age", "nwb_bir_wt", "gend", "act_ipt_days", "dscg_way", "icu_hours", "dscg_caty", "diag_code",
    "oprn_oprt_code", "expected_drg",
)  # fmt: skip


def witness_rows(report: TableReport) -> tuple[tuple[str, ...], list[list[str]]]:
    """Header and rows of the witness cases in the flat case layout; ``expected_drg`` is where each must land."""
    rows = []
    for number, (expected, case) in enumerate(report.cases, 1):
        numbers = ["" if value < 0 else str(value) for value in case.numbers]
        rows.append(
            [f"W{number:04d}", *numbers, case.department, "|".join(case.diagnoses), "|".join(case.operations), expected]
        )
    return _COLUMNS, rows
