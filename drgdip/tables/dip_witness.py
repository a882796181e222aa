"""A witness for every DIP group: a stay that the edition puts there, found by construction and shown by grouping it.

Codes and numbers that a row asks for are put together, and nothing beside them, and grouped with the compiled edition
until one stay lands. Where none does, the groups that took them are named. A row of the layers before the core groups, a
comprehensive group or a conservative core group that no such stay reaches is reached by none: further codes can only
bring rows that come earlier. For a core group by operation a group that wins whenever it holds has to be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.tables.dip_catalogue import TREATMENT_TYPES
from drgdip.tables.dip_conditions import ANY, NO_LIMIT, DiagnosisFinder, alternatives, terms
from drgdip.tables.dip_dominance import always_wins

if TYPE_CHECKING:
    from drgdip.tables.dip_tables import DipTables

#: Stays tried for each group, in rounds; a group that one reaches is not tried again.
ROUNDS = (1, 8, 64, 512, 8192)
#: Operations of a treatment type that are tried where every one of them is named by some row.
_NAMED_OPERATIONS = 20
#: More of anything than all rounds try.
_ENOUGH = sum(ROUNDS) + 1


class Stay(NamedTuple):
    """A stay by ids, principal diagnosis and main operation first; numbers are −1 where missing."""

    diagnoses: tuple[int, ...]
    operations: tuple[int, ...]
    age_years: int = -1
    age_days: int = -1
    birth_weight_g: int = -1


class Unreached(NamedTuple):
    """A group without a witness. takers : groups that took the stays made for it. proven : no stay can reach it.

    same_as : a group that asks for the very same, −1 if there is none.
    """

    group: int
    takers: tuple[int, ...]
    proven: bool
    same_as: int


class DipWitnesses(NamedTuple):
    """``found`` : a stay for each group that has one, by group id; ``unreached`` : the others."""

    found: dict[int, Stay]
    unreached: list[Unreached]


#: Groups stays: the group id of each, −1 if ungrouped.
Grouper = Callable[[Sequence[Stay]], np.ndarray]


def find_witnesses(tables: DipTables, group: Grouper) -> DipWitnesses:
    """Search a stay for every group of an edition, in the order of rounds."""
    search = StaySearch(tables)
    streams = {place: search.stays(place) for place in range(len(tables.group_codes))}
    found: dict[int, Stay] = {}
    takers: dict[int, dict[int, None]] = {place: {} for place in streams}
    complete = dict.fromkeys(streams, False)
    for tries in ROUNDS:
        stays, owners = [], []
        for place in [place for place in streams if place not in found and not complete[place]]:
            some = list(islice(streams[place], tries))
            complete[place] = len(some) < tries
            stays += some
            owners += [place] * len(some)
        for stay, owner, taker in zip(stays, owners, group(stays).tolist() if stays else [], strict=True):
            if taker == owner:
                found.setdefault(owner, stay)
            else:
                takers[owner][taker] = None
    missing = [place for place in streams if place not in found]
    return DipWitnesses(
        found, [_unreached(tables, place, tuple(takers[place]), complete[place], search) for place in missing]
    )


def _unreached(tables: DipTables, group: int, takers: tuple[int, ...], complete: bool, search: StaySearch) -> Unreached:
    kind = tables.rows[group].kind
    rivals = [taker for taker in takers if taker >= 0 and tables.rows[taker].kind == kind != "comprehensive"]
    held = {row: search.principals_held(row) for row in (group, *rivals)}
    arrays = tables.groups
    same = next((one for one in rivals if always_wins(arrays, one, group, held, ties=False)
                 and always_wins(arrays, group, one, held, ties=False)), -1)  # fmt: skip
    if search.all_tried(group):
        return Unreached(group, takers, complete, same)
    proven = complete and all(
        taker < 0 or tables.rows[taker].kind != "core" or always_wins(arrays, taker, group, held) for taker in takers
    )
    return Unreached(group, takers, proven, same)


class StaySearch:
    """Stays that meet the conditions of a row, by themselves."""

    def __init__(self, tables: DipTables) -> None:
        self._tables, self._arrays = tables, tables.groups
        self._finder = DiagnosisFinder(tables.diagnoses)
        self._named = np.bincount(self._arrays.alternative_procedure, minlength=len(tables.procedures))
        self._named[self._arrays.procedure_unused != 0] = len(self._arrays.alternative_procedure) + 1
        plain = np.flatnonzero(self._named == 0)
        self._plain_operation = [int(plain[0])] if len(plain) else []
        quiet = (np.diff(self._arrays.listed_offset) == 0) & (self._arrays.diagnosis_opens == 0)
        quiet &= self._arrays.principal_excluded == 0
        #: Diagnoses that no row of the layers before core asks for.
        self._quiet = [int(code) for code in np.flatnonzero(quiet)[:1]]
        self._by_type = {kind: self._operations_of(kind) for kind in range(-1, len(TREATMENT_TYPES))}

    def stays(self, group: int) -> Iterator[Stay]:
        """Stays for a group, those least likely to be taken by another first."""
        parts = (self._diagnoses(group), self._numbers(group), self._operations(group))
        for diagnoses, numbers, operations in product(*(list(islice(part, _ENOUGH)) for part in parts)):
            yield Stay(diagnoses, operations, *numbers)

    def all_tried(self, group: int) -> bool:
        """Whether no further stay could reach a group if these do not."""
        row = self._tables.rows[group]
        if row.kind == "comprehensive":
            kinds = self._types_of(row.treatment_type)
            return all(self._named[code] == 0 for kind in kinds for code in self._by_type[kind][:1])
        if row.kind == "core":
            return not row.operations
        apart = self._plain_operation or row.operation_place != "any" or not row.operations
        return bool(apart and (self._quiet or row.diagnosis_place != "any"))

    def principals_held(self, group: int) -> frozenset[int] | None:
        """Principal diagnoses that a row is for; None: all."""
        row = self._tables.rows[group]
        if row.diagnosis_category == ANY or row.diagnosis_place == "any":
            return None
        return frozenset(self._held(group))

    def _held(self, group: int) -> list[int]:
        row = self._tables.rows[group]
        category = row.diagnosis_category.upper()
        if len(category) > 1:
            return self._finder.ids(alternatives(category))
        return [place for place, code in enumerate(self._tables.diagnoses.codes) if code[:1].upper() == category]

    def _diagnoses(self, group: int) -> Iterator[tuple[int, ...]]:
        """Diagnoses, principal first: of the row, with those it wants beside."""
        row = self._tables.rows[group]
        if row.diagnosis_category == ANY:
            first: list[tuple[int, ...]] = [(code,) for code in self._quiet or range(len(self._tables.diagnoses))]
        elif row.diagnosis_place == "any":
            held = self._held(group)
            first = [*((quiet, code) for code in held for quiet in self._quiet), *((code,) for code in held)]
        else:
            first = [(code,) for code in self._held(group)]
        others = [self._finder.ids(term) for term in terms(row.other_diagnoses)]
        for start in first:
            for rest in product(*others):
                yield (*start, *rest)

    def _operations(self, group: int) -> Iterator[tuple[int, ...]]:
        """Operations, main one first."""
        row = self._tables.rows[group]
        if row.kind == "comprehensive":
            yield from (() for _ in range(row.treatment_type == "conservative"))
            yield from ((code,) for kind in self._types_of(row.treatment_type) for code in self._by_type[kind])
            return
        offset, arrays = self._arrays.alternative_offset, self._arrays
        first, last = arrays.term_offset[group : group + 2].tolist()
        codes = [arrays.alternative_procedure[offset[term] : offset[term + 1]].tolist() for term in range(first, last)]
        chosen = [tuple(dict.fromkeys(one)) for one in islice(product(*codes), _ENOUGH)]
        if row.operation_place == "any":
            # Behind a main operation that no row names, rows for a main operation do not hold.
            yield from ((main, *one) for one in chosen for main in self._plain_operation)
            yield from ((main, *one) for one in chosen for main in one)
        yield from chosen
        if row.kind == "core" and len(codes) > 0:
            every = tuple(dict.fromkeys(code for term in codes for code in term))
            yield from ((main, *(code for code in every if code != main)) for main in codes[0])

    @staticmethod
    def _types_of(treatment_type: str) -> tuple[int, ...]:
        """Codes of the types of operations that lead to a comprehensive group in the national order."""
        code = TREATMENT_TYPES.index(treatment_type)
        more = {"surgery": (TREATMENT_TYPES.index("intervention"),), "conservative": (-1,)}
        return (code, *more.get(treatment_type, ()))

    def _operations_of(self, kind: int) -> list[int]:
        """Operations of a type: one that no row names, else those that few rows do."""
        places = np.flatnonzero(
            (self._arrays.procedure_treatment_type == kind) & (self._arrays.procedure_unused == 0)
        ).tolist()
        places.sort(key=lambda place: (int(self._named[place]), place))
        return places[: 1 if places and self._named[places[0]] == 0 else _NAMED_OPERATIONS]

    def _numbers(self, group: int) -> Iterator[tuple[int, int, int]]:
        """Age in years, age in days, birth weight: in every stretch between bounds of rows; missing if not asked."""
        asked, bounds = int(self._arrays.has_bounds[group]), self._arrays.bounds
        days, years, weights = (
            self._cuts(bounds, group, 2 * place) if asked >> place & 1 else [-1] for place in range(3)
        )
        for day, year, weight in product(days, years, weights):
            # Days are known below the first birthday only.
            if day >= 0 and year > 0:
                continue
            yield (0 if day >= 0 else year, day, weight)

    @staticmethod
    def _cuts(bounds: np.ndarray, group: int, column: int) -> list[int]:
        low, high = max(int(bounds[group, column]), 0), int(bounds[group, column + 1])
        ends = bounds[:, column + 1].astype(np.int64) + 1
        cuts = {low, *bounds[:, column].tolist(), *ends.tolist()}
        return sorted(cut for cut in cuts if low <= cut <= high and cut < NO_LIMIT)
