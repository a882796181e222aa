"""Who a stay belongs to: persons with one stay or several, in an order that time allows.

Stays of one sex and age stand side by side, those of one illness and level of hospital together; a stay may become the next one of the
person before it. Shares, costs and lengths of stay were drawn before and do not change, so the catalogue's figures
hold as they would without histories. The chances and gaps are invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.synthetic import clinical

if TYPE_CHECKING:
    from drgdip.synthetic.blueprint import Blueprint

#: Chance that a stay is another one of the person before it, by age class; half of it where the illness is another.
_CHANCES = {
    "adult": 0.16, "newborn": 0.0, "child": 0.08, "mixed": 0.10, "obstetric": 0.0, "fertile": 0.06, "elderly": 0.22,
    "tumour": 0.45, "injury": 0.05,
}  # fmt: skip
#: Days from a discharge to the next admission: one and an exponential number of this mean.
_MEAN_GAP_DAYS = 6.0
#: Of readmissions to the same level of hospital, those that go back to the first hospital.
SAME_HOSPITAL = 0.8
_YOUNGEST_CELL = clinical.INFANT + 1


class Drawn(NamedTuple):
    """What of each stay is known before it has a person; all (n,)."""

    group: np.ndarray
    pattern: np.ndarray
    female: np.ndarray
    age_cell: np.ndarray
    stay_days: np.ndarray
    tier: np.ndarray
    place: np.ndarray


class Histories(NamedTuple):
    """Persons and sequence of a chunk's stays; all (n,).

    person : number of the person in the chunk, from 0. previous : the person's stay before, −1 for the first.
    first : the person's first stay. lead_days : days from the first discharge to this one.
    span_days : days from the first discharge to the last.
    """

    person: np.ndarray
    previous: np.ndarray
    first: np.ndarray
    lead_days: np.ndarray
    span_days: np.ndarray

    @property
    def has_next(self) -> np.ndarray:
        """Whether the person has a later stay; (n,) bool."""
        found = np.zeros(len(self.person), dtype=bool)
        found[self.previous[self.previous >= 0]] = True
        return found


def draw_histories(
    blueprint: Blueprint, drawn: Drawn, days_in_month: int, generator: np.random.Generator, *, calm: bool = False
) -> Histories:
    """Join stays to histories; every discharge of a history fits into a month of ``days_in_month``.

    calm : nobody comes back.
    """
    n = len(drawn.group)
    cell = drawn.female * clinical.AGE_CELLS + drawn.age_cell
    category = blueprint.category[drawn.pattern]
    order = np.lexsort((drawn.place, drawn.tier, category, cell))
    need = drawn.stay_days + 1 + generator.exponential(_MEAN_GAP_DAYS, n).astype(np.int64)
    linked = _linked(blueprint, drawn, cell, category, order, generator.random(n)) & ~np.bool_(calm)
    need = np.where(linked, need[order], 0)
    linked &= _since_start(need, linked) < days_in_month
    start = np.maximum.accumulate(np.where(linked, 0, np.arange(n)))
    lead = _since_start(np.where(linked, need, 0), linked)
    last = np.append(start[1:] != start[:-1], True)
    span = lead[last][np.cumsum(~linked) - 1]
    previous = np.where(linked, np.roll(order, 1), -1)
    return Histories(
        *(_unsorted(order, values) for values in (np.cumsum(~linked) - 1, previous, order[start], lead, span))
    )


def _linked(
    blueprint: Blueprint, drawn: Drawn, cell: np.ndarray, category: np.ndarray, order: np.ndarray, chance: np.ndarray
) -> np.ndarray:
    """In sorted order: whether a stay may and does follow the one before it. The same operation is not done twice."""
    patterns = blueprint.patterns
    here, before = order, np.roll(order, 1)
    by_class = np.array([_CHANCES[name] for name in clinical.AGE_CLASSES])
    age_class = patterns.age_class[drawn.pattern]
    wanted = by_class[age_class[here]] * np.where(category[here] == category[before], 1.0, 0.5)
    operated = np.diff(patterns.operation_offset)[drawn.pattern] > 0
    tumour = age_class == clinical.AGE_CLASSES.index("tumour")
    twice = operated[here] & (drawn.group[here] == drawn.group[before]) & ~tumour[here]
    newborn = clinical.AGE_CLASSES.index("newborn"), clinical.AGE_CLASSES.index("obstetric")
    excluded = np.isin(age_class[before], newborn) | (drawn.age_cell[here] < _YOUNGEST_CELL) | twice
    linked: np.ndarray = (cell[here] == cell[before]) & (chance[here] < wanted) & ~excluded
    linked[:1] = False
    return linked


def _since_start(need: np.ndarray, linked: np.ndarray) -> np.ndarray:
    """Running sum of ``need`` within each run that begins where ``linked`` does not hold."""
    total = np.cumsum(need)
    start = np.maximum.accumulate(np.where(linked, 0, np.arange(len(need))))
    since: np.ndarray = total - total[start] + need[start]
    return since


def _unsorted(order: np.ndarray, values: np.ndarray) -> np.ndarray:
    result = np.empty(len(order), dtype=np.int64)
    result[order] = values
    return result


def back_to_first(
    histories: Histories, hospital: np.ndarray, tier: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Hospitals where most readmissions go back to the first hospital; its level stays the one that was drawn."""
    returns = (histories.previous >= 0) & (generator.random(len(hospital)) < SAME_HOSPITAL)
    same_level = tier[hospital[histories.first]] == tier[hospital]
    return np.where(returns & same_level, hospital[histories.first], hospital)
