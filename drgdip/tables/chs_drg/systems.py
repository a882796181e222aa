"""Which codes an edition speaks of, and the code lists completed with those that they lack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from drgdip.tables.chs_drg.rows import DrgContent
from drgdip.tables.chs_drg.syntax import DIAGNOSIS_VARIABLES, SEVERITY_SETS, Count, Member, atoms
from drgdip.tables.code_system import CodeSystem


def used_sets(content: DrgContent) -> dict[str, set[bool]]:
    """Sets that rules ask for, by name: as sets of diagnoses (True), of operations (False), or wrongly as both."""
    used: dict[str, set[bool]] = {}
    for row in content.all_rows():
        for atom in atoms(row.rule):
            if isinstance(atom, Member | Count):
                names = atom.sets if isinstance(atom, Member) else (atom.set,)
                for name in names:
                    if name not in SEVERITY_SETS:
                        used.setdefault(name, set()).add(atom.variables[0] in DIAGNOSIS_VARIABLES)
    return used


def diagnosis_codes(content: DrgContent) -> Iterator[str]:
    """All diagnosis codes of an edition: of its sets, complications and exclusion tables."""
    for name, kinds in used_sets(content).items():
        if True in kinds:
            yield from content.sets.get(name, ())
    yield from content.complications
    for codes in content.exclusions.values():
        yield from codes


def operation_codes(content: DrgContent) -> Iterator[str]:
    """All operation codes of an edition's sets."""
    for name, kinds in used_sets(content).items():
        if False in kinds:
            yield from content.sets.get(name, ())


def complete_systems(
    content: DrgContent, diagnoses: CodeSystem, procedures: CodeSystem
) -> tuple[CodeSystem, CodeSystem]:
    """The code lists, and after them the edition's codes that they lack, so that every code has an id."""
    return (
        _completed(diagnoses, diagnosis_codes(content), content.names),
        _completed(procedures, operation_codes(content), content.names),
    )


def _completed(system: CodeSystem, codes: Iterable[str], names: Mapping[str, str]) -> CodeSystem:
    known = system.ids
    extra = [code for code in dict.fromkeys(codes) if code not in known]
    if not extra:
        return system
    return CodeSystem(system.codes + tuple(extra), system.names + tuple(names.get(code) or code for code in extra))
