"""Random stays near the rules of an edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from drgdip.tables.chs_drg.drg_tables import DrgTables
from drgdip.tables.chs_drg.rows import DrgContent
from drgdip.tables.chs_drg.syntax import DIAGNOSIS_VARIABLES, Compare, Count, Member, atoms
from tests.reference.drg.stay import Stay


class Draw:
    """Draws stays near the rules of an edition: a row is chosen, codes of the sets it asks for, and some of any other."""

    def __init__(self, tables: DrgTables, seed: str) -> None:
        self.random = Random(seed)
        self.tables, self.content = tables, tables.content
        self.categories = {row.code: row for row in self.content.mdcs}
        self.severe, self.excluding = list(self.content.complications), self.content.exclusions

    def stay(self) -> Stay:
        row = self.random.choice(self.content.adrgs)
        groups = self.content.groups_of(row)
        rules = [self.categories[row.mdc].rule, row.rule, *(group.rule for group in groups[:1])]
        asked = [atom for rule in rules for atom in atoms(rule)]
        diagnoses, operations = (self._codes(asked, of_diagnoses) for of_diagnoses in (True, False))
        if self.random.random() < 0.5:
            diagnoses += self._complication(diagnoses)
        return Stay(tuple(diagnoses), tuple(operations), self._numbers(asked))

    def _codes(self, asked: Sequence[Any], of_diagnoses: bool) -> list[str]:
        system = self.tables.diagnoses if of_diagnoses else self.tables.procedures
        first: list[str] = []
        others: list[str] = []
        for atom in asked:
            if not isinstance(atom, Member | Count) or (atom.variables[0] in DIAGNOSIS_VARIABLES) != of_diagnoses:
                continue
            names = atom.sets if isinstance(atom, Member) else (atom.set,)
            codes = self.content.sets.get(self.random.choice(names), ())
            if codes and self.random.random() < 0.8:
                (first if atom.variables[0].startswith("ZY") else others).append(self.random.choice(codes))
        self.random.shuffle(first)
        extra = [self.random.choice(system.codes) for _ in range(self.random.choice((0, 0, 1, 2, 5)))]
        if not first and (of_diagnoses or self.random.random() < 0.5):
            first = [self.random.choice(system.codes)]
        codes = [*first[:1], *self._shuffled([*first[1:], *others, *extra])]
        return [*codes, codes[-1]] if codes and self.random.random() < 0.1 else codes

    def _shuffled(self, codes: list[str]) -> list[str]:
        self.random.shuffle(codes)
        return codes

    def _complication(self, diagnoses: list[str]) -> list[str]:
        """A complication, now and then beside a principal diagnosis that its exclusion table names."""
        code = self.random.choice(self.severe)
        named = self.excluding.get(self.content.complications[code].exclusions, ())
        if named and self.random.random() < 0.3:
            diagnoses[0] = self.random.choice(named)
        return [code]

    def _numbers(self, asked: Sequence[Any]) -> dict[str, int]:
        usual: dict[str, Sequence[int | None]] = {
            "NL": (None, 0, 0, 1, 16, 17, 18, 40, 65, 70, 90), "XSRTL": (None, 0, 3, 27, 28, 29, 200, 365, 366),
            "XSRTZ": (None, 0, 999, 1000, 1499, 1500, 1999, 2499, 2500, 3200), "XB": (None, 1, 2, 1, 2, 9),
        }  # fmt: skip
        numbers = {variable: self.random.choice(values) for variable, values in usual.items()}
        for atom in asked:
            if isinstance(atom, Compare) and not isinstance(atom.value, str) and self.random.random() < 0.7:
                numbers[atom.variable] = max(int(atom.value) + self.random.choice((-1, 0, 0, 1)), 0)
        return {variable: value for variable, value in numbers.items() if value is not None}


def quick(content: DrgContent) -> Any:
    """The same rows; sets and tables that answer at once whether a code is in them."""
    return replace(
        content,
        sets={name: frozenset(codes) for name, codes in content.sets.items()},
        exclusions={name: frozenset(codes) for name, codes in content.exclusions.items()},
    )
