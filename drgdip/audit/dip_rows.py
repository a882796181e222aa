"""What a DIP row asks of one stay, condition by condition, in words; from compiled tables, but not by compiled code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.text import Text

if TYPE_CHECKING:
    from drgdip.grouping.dip import GroupingParameters
    from drgdip.tables import DipTables

#: Columns of ``bounds``, by the bit of ``has_bounds`` that says they are asked for.
_RANGES = (
    (1, 0, "age_days", Text("日龄(天)", "age in days")),
    (2, 2, "age_years", Text("年龄(岁)", "age in years")),
    (4, 4, "birth_weight_g", Text("出生体重(克)", "birth weight in grams")),
)
_OTHER_DIAGNOSES, _NO_LIMIT = 8, 2**31 - 1


class Condition(NamedTuple):
    """One thing that a row asks, and whether the stay has it."""

    words: Text
    holds: bool


class OneStay(NamedTuple):
    """One stay by ids; ``operations`` are those that grouping uses, the main one first; a number below 0 is unknown."""

    diagnoses: tuple[int, ...]
    operations: tuple[int, ...]
    numbers: dict[str, int]
    cost_fen: int


class Rows:
    """Reads rows of an edition against one stay."""

    def __init__(self, tables: DipTables, parameters: GroupingParameters, stay: OneStay) -> None:
        self.tables, self.parameters, self.stay = tables, parameters, stay
        self.arrays = tables.groups

    def conditions(self, group: int) -> tuple[Condition, ...]:
        """All that a row asks beside its diagnosis category, in the order of its cells."""
        return (*self._anywhere(group), *self._operations(group), *self._numbers(group), *self._others(group))

    def terms(self, group: int) -> range:
        """Terms of a row's combination."""
        return range(int(self.arrays.term_offset[group]), int(self.arrays.term_offset[group + 1]))

    def met_by(self, term: int, operations: Sequence[int]) -> list[bool]:
        """For each of the operations that meets a term: whether by its own code."""
        first, last = self.arrays.alternative_offset[term : term + 2].tolist()
        listed = dict(
            zip(
                self.arrays.alternative_procedure[first:last].tolist(),
                self.arrays.alternative_wildcard[first:last].tolist(),
                strict=True,
            )
        )
        usable = [listed[code] for code in operations if code in listed]
        return [not by_category for by_category in usable if not by_category or self.parameters.wildcard]

    def reach(self, group: int, term: int) -> tuple[int, ...]:
        """The operations among which a term is looked for."""
        main = term == self.terms(group).start and self.parameters.main_first[group]
        return self.stay.operations[:1] if main else self.stay.operations

    def _operations(self, group: int) -> Iterator[Condition]:
        row = self.tables.rows[group]
        if not self.terms(group):
            if row.kind == "core":
                yield Condition(Text("没有手术操作", "no operations"), not self.stay.operations)
            return
        for term, codes in zip(self.terms(group), row.terms(), strict=True):
            reach, listed = self.reach(group, term), "/".join(codes)
            main = term == self.terms(group).start and self.parameters.main_first[group]
            words = Text(f"主要手术操作为 {listed}", f"main operation {listed}") if main else Text(
                f"有手术操作 {listed}", f"an operation {listed}"
            )  # fmt: skip
            yield Condition(words, bool(self.met_by(term, reach)))

    def _anywhere(self, group: int) -> Iterator[Condition]:
        row = self.tables.rows[group]
        if row.diagnosis_place == "any" and row.diagnosis_category != "*":
            first, last = self.arrays.any_diagnosis_offset[group : group + 2].tolist()
            held = set(self.arrays.any_diagnosis[first:last].tolist())
            words = Text(f"任一诊断属于 {row.diagnosis_category}", f"any diagnosis in {row.diagnosis_category}")
            yield Condition(words, any(code in held for code in self.stay.diagnoses))

    def _numbers(self, group: int) -> Iterator[Condition]:
        for bit, column, name, label in _RANGES:
            if self.arrays.has_bounds[group] & bit:
                low, high = self.arrays.bounds[group, column : column + 2].tolist()
                value = self.stay.numbers.get(name, -1)
                limits = f"{max(low, 0)}–{'' if high == _NO_LIMIT else high}"
                written = Text("未知", "unknown") if value < 0 else Text(str(value), str(value))
                words = Text(f"{label.zh} {limits}(为 {written.zh})", f"{label.en} {limits} (is {written.en})")
                yield Condition(words, value >= 0 and low <= value <= high)

    def _others(self, group: int) -> Iterator[Condition]:
        if not self.arrays.has_bounds[group] & _OTHER_DIAGNOSES:
            return
        first, last = self.arrays.diagnosis_term_offset[group : group + 2].tolist()
        cells = self.tables.rows[group].other_diagnoses.split("+")
        for term, cell in zip(range(first, last), cells, strict=True):
            start, end = self.arrays.diagnosis_alternative_offset[term : term + 2].tolist()
            held = set(self.arrays.diagnosis_alternative[start:end].tolist())
            words = Text(f"其他诊断有 {cell}", f"another diagnosis {cell}")
            yield Condition(words, any(code in held for code in self.stay.diagnoses[1:]))
