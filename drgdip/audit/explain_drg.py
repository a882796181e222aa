"""Why a stay is in its CHS-DRG group: grouped by the kernel, with every rule on the way shown true or false."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from drgdip.audit.drg_candidates import near_misses, rejected
from drgdip.audit.drg_conditions import Stay
from drgdip.audit.drg_explanation import CodeLine, DrgExplanation, Kind, Note, PathStep, ValueLine, WhatIf
from drgdip.audit.drg_language import COLUMN_OF, label_of
from drgdip.audit.drg_walk import Category, Decision, Tried, decision, walk
from drgdip.base.findings import Finding
from drgdip.base.reasons import reason
from drgdip.grouping.drg import assign_groups
from drgdip.interface.fields import field_names
from drgdip.pipeline.drg_case import batch_of
from drgdip.quality_control.code_lists import FAMILIES, CodeLists
from drgdip.tables.chs_drg.syntax import NUMBER_VARIABLES

if TYPE_CHECKING:
    from drgdip.pipeline.drg_case import DrgCase
    from drgdip.pipeline.drg_outcome import Outcomes
    from drgdip.tables import CodeSystem
    from drgdip.tables.chs_drg.drg_tables import DrgTables
    from drgdip.tables.chs_drg.look_up import LookUp

_Codes = tuple[np.ndarray, np.ndarray]
#: A what-if: its kind, the id of the code put first, all codes.
_Other = tuple[Kind, int, _Codes]
#: Checks that speak of what stands first.
_AGAINST: dict[Kind, str] = {"principal": "principal", "main_operation": "operation"}
_DIAGNOSES, _OPERATIONS = ("ZYZD", "QTZD"), ("ZYSS", "QTSS")


class DrgExplainer:
    """Explains stays grouped by one edition; calls change nothing in it but what is read on first use."""

    def __init__(self, tables: DrgTables, look_up: LookUp, outcomes: Outcomes) -> None:
        self._tables, self._look_up, self._outcomes = tables, look_up, outcomes

    @cached_property
    def _lists(self) -> CodeLists:
        return CodeLists(self._tables.diagnoses, self._tables.procedures)

    def explain(self, case: DrgCase) -> DrgExplanation:
        """Explain one stay. Groups come from one grouped batch: the stay itself, then each what-if.

        Raises TablesError if the edition's files have changed since the tables were loaded.
        """
        tables = self._tables
        own = case.columns["diagnosis_id"], case.columns["procedure_id"]
        others = list(_what_ifs(*own))
        batch = batch_of([own, *(codes for _, _, codes in others)], case)
        result = assign_groups(batch, tables, audit=True)
        stay = stay_of(case, tables, self._look_up)
        tried = walk(self._look_up.rows, stay)
        decided = decision(tried, stay)
        rows = rejected(tried, decided)
        return DrgExplanation(
            identity=_identity(tables, case.setl_id),
            outcome=self._outcomes.of(result),
            diagnoses=_code_lines(case.diagnoses, own[0], tables.diagnoses, result["diagnosis_role"], _DIAGNOSES),
            operations=_code_lines(case.operations, own[1], tables.procedures, result["procedure_role"], _OPERATIONS),
            values=_values(stay),
            notes=list(self._notes(case, batch)),
            path=list(_path(tried, decided)),
            decided=_deciding(decided),
            severities=stay.severities(),
            rejected=rows,
            near_misses=near_misses(rows, decided),
            what_if=list(self._other_groups(others, batch, result)),
            differences=differences(result, stay, decided),
        )

    def _notes(self, case: DrgCase, batch: Mapping[str, np.ndarray]) -> Iterator[Note]:
        found = self._lists.defects(batch, FAMILIES)
        for place, number in zip(
            found.field[found.row == 0].tolist(), found.reason[found.row == 0].tolist(), strict=True
        ):
            name, why = field_names()[place], reason(number)
            cell = "|".join(case.diagnoses if name == "diag_code" else case.operations)
            codes = self._lists.with_codes(Finding("", 0, case.setl_id, name, cell, why.key)).value
            yield Note(why.key, codes, why.words)

    def _other_groups(
        self, others: Sequence[_Other], batch: Mapping[str, np.ndarray], result: Mapping[str, np.ndarray]
    ) -> Iterator[WhatIf]:
        own = self._outcomes.of(result)
        against = {kind: self._rows(batch, family) for kind, family in _AGAINST.items()}
        for place, (kind, code, _) in enumerate(others, 1):
            system = self._tables.diagnoses if kind == "principal" else self._tables.procedures
            outcome = self._outcomes.of(result, place)
            note = against[kind].get(place, "")
            yield WhatIf(kind, system.codes[code], system.names[code], outcome, outcome[:3] == own[:3], note)

    def _rows(self, batch: Mapping[str, np.ndarray], family: str) -> dict[int, str]:
        """Reasons that a family of checks gives, by stay of a batch."""
        found = self._lists.defects(batch, (family,))
        return {row: reason(number).key for row, number in zip(found.row.tolist(), found.reason.tolist(), strict=True)}


def stay_of(case: DrgCase, tables: DrgTables, look_up: LookUp) -> Stay:
    """A stay as rules see it, from what grouping reads."""
    numbers = {name: int(case.columns[COLUMN_OF[name].name][0]) for name in NUMBER_VARIABLES}
    return Stay(
        tuple(_code(place, tables.diagnoses) for place in case.columns["diagnosis_id"].tolist()),
        tuple(_code(place, tables.procedures) for place in case.columns["procedure_id"].tolist()),
        {name: value for name, value in numbers.items() if value >= 0},
        case.department,
        look_up.places,
    )


def _code(place: int, system: CodeSystem) -> str:
    return system.codes[place] if place >= 0 else ""


def differences(result: Mapping[str, np.ndarray], stay: Stay, decided: Decision) -> list[str]:
    """Where what is shown disagrees with the first stay of a grouped batch; a fault of the program if anywhere."""
    grouped = (int(result["adrg_row"][0]), int(result["drg_row"][0]))
    found = [] if decided.places == grouped else [f"rows {decided.places} shown, {grouped} grouped"]
    levels = [{"": 0, "CC": 1, "MCC": 2}[one.level] * (1 if one.counts else -1) for one in stay.severities()]
    counted = result["diagnosis_severity"][1 : len(levels) + 1].tolist()
    return found if levels == counted else [*found, f"severities {levels} shown, {counted} grouped"]


def _identity(tables: DrgTables, setl_id: str) -> dict[str, str]:
    manifest = tables.manifest
    identity = {"setl_id": setl_id} if setl_id else {}
    identity |= {"scheme": manifest.scheme, "edition": manifest.edition, "title_zh": manifest.title.zh}
    identity |= {"title_en": manifest.title.en, "standing": manifest.status, "sha256": tables.sha256}
    return identity | ({"extends": manifest.extends.edition} if manifest.extends else {})


def _code_lines(
    given: Sequence[str], ids: np.ndarray, system: CodeSystem, role: np.ndarray, variables: tuple[str, str]
) -> list[CodeLine]:
    return [
        CodeLine(variables[position > 0], given[position], _code(place, system),
                 system.names[place] if place >= 0 else "", bool(role[position]))
        for position, place in enumerate(ids.tolist())
    ]  # fmt: skip


def _values(stay: Stay) -> list[ValueLine]:
    lines = [ValueLine(name, label_of(name), str(stay.numbers.get(name, ""))) for name in NUMBER_VARIABLES]
    return [*lines, ValueLine("KB", label_of("KB"), stay.department)]


def _path(tried: Sequence[Category], decided: Decision) -> Iterator[PathStep]:
    for category in tried:
        if category is decided.category and decided.adjacent is not None:
            yield PathStep(category.row, category.adjacent.index(decided.adjacent), True)
            return
        yield PathStep(category.row, len(category.adjacent) if category.row.holds else 0, False)


def _deciding(decided: Decision) -> list[Tried]:
    if decided.category is None or decided.adjacent is None:
        return []
    return [decided.category.row, decided.adjacent.row, *([decided.group] if decided.group else [])]


def _what_ifs(diagnoses: np.ndarray, operations: np.ndarray) -> Iterator[_Other]:
    """Every other known code, once, put first; in the order of the stay's codes."""
    lists: tuple[tuple[Kind, np.ndarray], ...] = (("principal", diagnoses), ("main_operation", operations))
    for kind, ids in lists:
        for position in _others(ids):
            moved = np.concatenate((ids[position : position + 1], np.delete(ids, position)))
            codes = (moved, operations) if kind == "principal" else (diagnoses, moved)
            yield kind, int(ids[position]), codes


def _others(ids: np.ndarray) -> Iterator[int]:
    seen = {-1, *ids[:1].tolist()}
    for position, code in enumerate(ids.tolist()):
        if code not in seen:
            seen.add(code)
            yield position
