"""Checking an edition of any scheme: its files and rows, and that a case can reach every group."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.tables.manifest import Manifest, read_manifest
from drgdip.tables.problems import TableProblem, errors

if TYPE_CHECKING:
    from drgdip.tables.chs_drg.drg_tables import DrgTables
    from drgdip.tables.chs_drg.variations import Case
    from drgdip.tables.chs_drg.witness import Target
    from drgdip.tables.dip_tables import DipTables
    from drgdip.tables.dip_witness import Stay, Unreached


class Reach(NamedTuple):
    """How many of the outcomes of grouping are reached by a case built for them."""

    reached: int
    outcomes: int


class WitnessCase(NamedTuple):
    """A case and the code of the group that it must reach."""

    case: Case
    expected: str


class TableReport(NamedTuple):
    """An edition and its problems.

    reach, cases : what came of the search for a case of each group; None where rows are wrong.
    """

    manifest: Manifest
    problems: list[TableProblem]
    reach: Reach | None = None
    cases: tuple[WitnessCase, ...] = ()


def check_tables(folder: Path) -> TableReport:
    """Check the edition in a folder. Raises TablesError if it cannot be read as one."""
    return _check_drg(folder) if read_manifest(folder).scheme == "chs-drg" else _check_dip(folder)


def _check_dip(folder: Path) -> TableReport:
    from drgdip.tables.check import check_edition
    from drgdip.tables.edition import open_edition

    opened = open_edition(folder)
    problems = check_edition(opened)
    if errors(problems):
        return TableReport(opened.manifest, problems)
    from drgdip.pipeline.dip_witnesses import dip_witnesses
    from drgdip.tables import load_tables

    tables = load_tables("dip", path=folder)
    found, unreached = dip_witnesses(tables)
    problems += [_unreached_row(one, tables) for one in unreached]
    cases = tuple(WitnessCase(_case(stay, tables), tables.group_codes[group]) for group, stay in found.items())
    return TableReport(opened.manifest, problems, Reach(len(found), len(tables.group_codes)), cases)


def _unreached_row(one: Unreached, tables: DipTables) -> TableProblem:
    """A row that no case reaches, with the groups that take its cases."""
    takers = [tables.group_codes[taker] for taker in (one.takers if one.same_as < 0 else (one.same_as,)) if taker >= 0]
    key = "no_witness" if not one.proven else "indistinct_group" if one.same_as >= 0 else "unreachable_group"
    shown = ", ".join(takers[:_TAKERS]) + (" …" if len(takers) > _TAKERS else "")
    value = f"{tables.group_codes[one.group]} → {shown}" if shown else tables.group_codes[one.group]
    return TableProblem(key, "groups.csv", one.group + 1, "dip_code", value)


def _case(stay: Stay, tables: DipTables) -> Case:
    from drgdip.tables.chs_drg.variations import Case

    return Case(
        tuple(tables.diagnoses.codes[code] for code in stay.diagnoses),
        tuple(tables.procedures.codes[code] for code in stay.operations),
        (stay.age_years, stay.age_days, stay.birth_weight_g, -1, -1, -1, -1),
        "",
    )


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
    cases = tuple(WitnessCase(case, _code(target, tables)) for target, case in found.found.items())
    whole = len(found.found) + len(found.impossible) + len(found.open)
    return TableReport(opened.manifest, problems, Reach(len(found.found), whole), cases)


def _code(target: Target, tables: DrgTables) -> str:
    return tables.drg_codes[target.drg] if target.drg >= 0 else tables.adrg_codes[target.adrg]


def _unreached(key: str, target: Target, tables: DrgTables) -> TableProblem:
    content = tables.content
    if target.drg >= 0:
        drg = content.drgs[target.drg]
        return TableProblem(key, "drg.csv", drg.row, "编码", drg.code)
    adrg = content.adrgs[target.adrg]
    return TableProblem(key, "adrg.csv", adrg.row, "编码", adrg.code)


#: Groups named as takers of the cases of a row.
_TAKERS = 3
_COLUMNS = (
    "setl_id", "age", "nwb_age", "nwb_bir_wt", "gend", "act_ipt_days", "dscg_way", "icu_hours", "dscg_caty", "diag_code",
    "oprn_oprt_code",
)  # fmt: skip


def witness_rows(report: TableReport) -> tuple[tuple[str, ...], list[list[str]]]:
    """Header and rows of the witness cases in the flat case layout; the last column is where each must land."""
    rows = []
    for number, (case, expected) in enumerate(report.cases, 1):
        numbers = ["" if value < 0 else str(value) for value in case.numbers]
        rows.append(
            [f"W{number:04d}", *numbers, case.department, "|".join(case.diagnoses), "|".join(case.operations), expected]
        )
    return (*_COLUMNS, "expected_drg" if report.manifest.scheme == "chs-drg" else "expected_dip"), rows
