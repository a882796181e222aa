"""What is wrong with a CHS-DRG edition between its rows and sheets; single rows are checked when they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from drgdip.tables.chs_drg.rows import AdrgRow, DrgContent, DrgRow
from drgdip.tables.chs_drg.sheets import SHEETS
from drgdip.tables.chs_drg.syntax import ALWAYS, Member, Rule, atoms, sets_of
from drgdip.tables.chs_drg.systems import diagnosis_codes, operation_codes, used_sets
from drgdip.tables.code_system import CodeSystem
from drgdip.tables.problems import TableProblem

_FILE = {key: sheet.file for key, sheet in SHEETS.items()}


def check_content(
    content: DrgContent, diagnoses: CodeSystem, procedures: CodeSystem, files: Mapping[str, str] = _FILE
) -> list[TableProblem]:
    """Problems between rows and sheets, in the order of the sheets. ``files`` : what they call each sheet, by its key."""
    called = {_FILE[key]: file for key, file in files.items()}
    return [one._replace(file=called[one.file]) for one in _problems(content, diagnoses, procedures)]


def _problems(content: DrgContent, diagnoses: CodeSystem, procedures: CodeSystem) -> list[TableProblem]:
    return [
        *_repeated_rows(content),
        *_lost_rows(content),
        *_sets(content),
        *_hidden(content),
        *_outside_mdc(content),
        *_complications(content),
        *_unknown_codes(set(diagnosis_codes(content)) - diagnoses.ids.keys(), "diagnosis"),
        *_unknown_codes(set(operation_codes(content)) - procedures.ids.keys(), "operation"),
    ]


def _repeated_rows(content: DrgContent) -> Iterator[TableProblem]:
    keyed = (
        ("mdc", [(row.row, row.code, (row.code,)) for row in content.mdcs]),
        ("adrg", [(row.row, row.code, (row.code, row.mdc, row.order)) for row in content.adrgs]),
        ("drg", [(row.row, row.code, (row.code, row.adrg, row.mdc, row.order)) for row in content.drgs]),
    )
    for sheet, rows in keyed:
        seen: set[tuple[object, ...]] = set()
        for row, code, key in rows:
            if key in seen:
                yield TableProblem("duplicate_code", _FILE[sheet], row, "编码", code)
            seen.add(key)


def _lost_rows(content: DrgContent) -> Iterator[TableProblem]:
    """Rows of a category or adjacent group that the edition does not have."""
    mdcs = {row.code for row in content.mdcs}
    adrgs = {(row.code, row.mdc) for row in content.adrgs}
    for adrg in content.adrgs:
        if adrg.mdc not in mdcs:
            yield TableProblem("unknown_parent", _FILE["adrg"], adrg.row, "所属MDC", adrg.mdc)
    for drg in content.drgs:
        if (drg.adrg, drg.mdc) not in adrgs:
            yield TableProblem("unknown_parent", _FILE["drg"], drg.row, "所属ADRG", f"{drg.adrg} ({drg.mdc})")


def _sets(content: DrgContent) -> Iterator[TableProblem]:
    used = used_sets(content)
    for sheet, rows in (("mdc", content.mdcs), ("adrg", content.adrgs), ("drg", content.drgs)):
        for row in rows:
            for name in sets_of(row.rule):
                if not content.sets.get(name):
                    yield TableProblem("undefined_set", _FILE[sheet], row.row, "规则", f"{row.code}: {name}")
    for name, kinds in used.items():
        if len(kinds) > 1:
            yield TableProblem("mixed_set", _FILE["sets"], 0, "集合编号", name)
    for name in content.sets:
        if name not in used:
            yield TableProblem("unused_set", _FILE["sets"], 0, "集合编号", name)


def _hidden(content: DrgContent) -> Iterator[TableProblem]:
    """Rows whose case an earlier row of the same parent always takes, and adjacent groups without a last resort."""
    yield from _taken("adrg", [(row, (row.mdc,)) for row in content.adrgs])
    yield from _taken("drg", [(row, (row.adrg, row.mdc)) for row in content.drgs])
    open_ended = {(row.adrg, row.mdc) for row in content.drgs}
    open_ended -= {(row.adrg, row.mdc) for row in content.drgs if row.rule == ALWAYS}
    for adrg, mdc in sorted(open_ended):
        yield TableProblem("no_last_resort", _FILE["drg"], 0, "规则", f"{adrg} ({mdc})")


def _taken(sheet: str, rows: Sequence[tuple[AdrgRow | DrgRow, tuple[str, ...]]]) -> Iterator[TableProblem]:
    """Rows after one with the same rule, or after one that always holds."""
    seen: dict[tuple[object, ...], str] = {}
    for row, parent in rows:
        earlier = seen.get((*parent, ALWAYS)) or seen.get((*parent, row.rule))
        if earlier:
            yield TableProblem("hidden_row", _FILE[sheet], row.row, "规则", f"{row.code} ← {earlier}")
        seen.setdefault((*parent, row.rule), row.code)


def _outside_mdc(content: DrgContent) -> Iterator[TableProblem]:
    """Adjacent groups with principal diagnoses that their category never has; told once for each, with a code."""
    inside = {row.code: _principal_codes(content, row.rule) for row in content.mdcs}
    for adrg in content.adrgs:
        category, own = inside.get(adrg.mdc), _principal_codes(content, adrg.rule)
        outside = sorted(own - category) if category and own else []
        if outside:
            yield TableProblem(
                "outside_mdc", _FILE["adrg"], adrg.row, "规则", f"{adrg.code}: {outside[0]} ({len(outside)})"
            )


def _principal_codes(content: DrgContent, rule: Rule) -> set[str]:
    """Codes that a rule asks of the principal diagnosis alone; empty where it does not, or takes others as well."""
    members = [
        atom for atom in atoms(rule) if isinstance(atom, Member) and "ZYZD" in atom.variables and not atom.negated
    ]
    if not members or any(len(member.variables) > 1 for member in members):
        return set()
    return {code for member in members for name in member.sets for code in content.sets.get(name, ())}


def _complications(content: DrgContent) -> Iterator[TableProblem]:
    wanted = Counter(one.exclusions for one in content.complications.values())
    for table, count in wanted.items():
        if table and not content.exclusions.get(table):
            yield TableProblem("empty_exclusions", _FILE["cc"], 0, "排除表", f"{table} ({count})")
    for table in content.exclusions:
        if table not in wanted:
            yield TableProblem("unused_exclusions", _FILE["exclusions"], 0, "排除表编号", table)


def _unknown_codes(codes: Iterable[str], kind: str) -> Iterator[TableProblem]:
    for code in sorted(codes):
        yield TableProblem(f"unlisted_{kind}", _FILE["sets"], 0, "ICD编码", code)
