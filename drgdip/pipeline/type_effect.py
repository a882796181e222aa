"""What rests on treatment types that nobody published: stays whose comprehensive group would be another by another type.

Core groups are found by codes; comprehensive ones by the type of the main operation. Where that type is derived or missing,
a city's own list may put the stay elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from drgdip.base.reasons import number
from drgdip.grouping import dip
from drgdip.intake import CaseReader
from drgdip.interface.defects import join_defects
from drgdip.interface.fields import GROUPING_BY_AGE_USE, GROUPING_USE
from drgdip.pipeline.batch import keep
from drgdip.pipeline.group import NATIONAL_ORDER
from drgdip.quality_control import check_codes
from drgdip.tables.dip_catalogue import COMPREHENSIVE_TYPES, KINDS
from drgdip.tables.type_standing import Standing

if TYPE_CHECKING:
    from drgdip.base.columns import Columns
    from drgdip.tables import DipTables

_UNPUBLISHED: tuple[Standing, ...] = ("derived", "missing")


@dataclass
class TypeEffect:
    """Counts of stays; every stay is counted by its main operation.

    cases : grouped or not, without defects. comprehensive : looked up by type, in a comprehensive group or ungrouped.
    resting : of these, by standing of the type that decided. elsewhere : stays that land in another group if every type that
    is not published were the one named. movable : stays that any of these types would put elsewhere.
    groups : stays by group that rest on a type not published. moves : stays by group under these types and under
    another list.
    """

    cases: int = 0
    comprehensive: int = 0
    resting: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    movable: int = 0
    groups: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)


def type_effect(
    cases: Sequence[Any],
    tables: DipTables,
    standings: Sequence[Standing],
    against: DipTables | None = None,
    threads: int = 2,
) -> TypeEffect:
    """Group stays in the national order, and again by other types.

    Parameters
    ----------
    standings : by operation of the edition. against : the same edition compiled with another list of types.
    """
    effect = TypeEffect()
    counter = _Counter(tables, standings, against, effect)
    for columns in _good_stays(cases, tables, threads):
        counter.count(columns)
    return effect


def _good_stays(cases: Sequence[Any], tables: DipTables, threads: int) -> Iterator[Columns]:
    use = GROUPING_BY_AGE_USE if dip.asks_ages(tables.groups) else GROUPING_USE
    with CaseReader(cases, tables.diagnoses, tables.procedures, threads=threads, use=use) as reader:
        for raw in reader:
            encoded = reader.encode(raw)
            defects = join_defects(encoded.defects, check_codes(encoded.columns, encoded.defects))
            good = np.ones(raw.rows, dtype=np.bool_)
            good[defects.row] = False
            yield keep(encoded.columns, good)


class _Counter:
    """Groups chunks of stays by the edition's types and by others, and counts."""

    def __init__(
        self, tables: DipTables, standings: Sequence[Standing], against: DipTables | None, effect: TypeEffect
    ) -> None:
        self._tables, self._against, self._effect = tables, against, effect
        self._unpublished = np.array([standing in _UNPUBLISHED for standing in standings])
        self._missing = np.array([standing == "missing" for standing in standings])
        self._parameters = dip.grouping_parameters(NATIONAL_ORDER, tables.groups)
        self._codes = (*tables.group_codes, "")

    def count(self, columns: Columns) -> None:
        """Add a chunk of stays."""
        arrays, effect = self._tables.groups, self._effect
        result = dip.assign_groups(columns, arrays, self._parameters)
        group = result["group_id"]
        operations, offset = dip.used_operations(columns["procedure_id"], columns["procedure_offset"], arrays)
        by_type = (result["group_reason"] == number("ungrouped")) | (
            (group >= 0) & (arrays.group_kind[group] == KINDS.index("comprehensive"))
        )
        effect.cases += len(group)
        effect.comprehensive += int(by_type.sum())
        stays = np.flatnonzero(by_type & (np.diff(offset) > 0))
        main = operations[offset[stays]]
        resting = stays[self._unpublished[main]]
        missing = int(self._missing[main].sum())
        effect.resting.update({"derived": len(resting) - missing, "missing": missing})
        effect.groups.update(self._codes[one] for one in group[resting].tolist())
        self._other_types(columns, group, resting)
        if self._against:
            chosen = dip.grouping_parameters(NATIONAL_ORDER, self._against.groups)
            other = dip.assign_groups(columns, self._against.groups, chosen)["group_id"]
            moved = group != other
            pairs = zip(group[moved].tolist(), other[moved].tolist(), strict=True)
            effect.moves.update((self._codes[one], self._codes[two]) for one, two in pairs)

    def _other_types(self, columns: Columns, group: np.ndarray, resting: np.ndarray) -> None:
        movable = np.zeros(len(group), dtype=np.bool_)
        for code, name in enumerate(COMPREHENSIVE_TYPES):
            types = self._tables.groups.procedure_treatment_type.copy()
            types[self._unpublished] = code
            arrays = self._tables.groups._replace(procedure_treatment_type=types)
            moved = dip.assign_groups(columns, arrays, self._parameters)["group_id"][resting] != group[resting]
            self._effect.elsewhere[name] += int(moved.sum())
            movable[resting[moved]] = True
        self._effect.movable += int(movable.sum())
