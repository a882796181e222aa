"""Stages as an edition or a policy changes them: what they read and write beside the usual."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from drgdip import fund_split, special_cases
from drgdip.base.caching import MOST_PROCESSES
from drgdip.grouping import dip
from drgdip.valuation.columns import AUXILIARY

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns
    from drgdip.pipeline.context import Context
    from drgdip.pipeline.process import Stage, Verb


def by_age(stage: Stage) -> Stage:
    """Grouping that reads age and birth weight, too."""
    if stage.key != "grouping" or set(dip.READS_BY_AGE) <= set(stage.reads):
        return stage
    return stage._replace(reads=(*stage.reads, *dip.READS_BY_AGE))


def with_auxiliary(stage: Stage, auxiliary: Stage) -> tuple[Stage, ...]:
    """Valuation with the auxiliary directory before it, whose coefficient it then reads."""
    if stage.key != "valuation":
        return (stage,)
    given = next(column for column in stage.writes if column.name == AUXILIARY)
    writes = tuple(column for column in stage.writes if column != given)
    return auxiliary, stage._replace(reads=(*stage.reads, given), writes=writes)


def with_special(stage: Stage, special: Stage) -> tuple[Stage, ...]:
    """Pricing that writes what it finds under other names, and special-case review after it."""
    if stage.key != "pricing":
        return (stage,)
    names = special_cases.ORDINARY
    writes = tuple(column._replace(name=names.get(column.name, column.name)) for column in stage.writes)
    return stage._replace(writes=writes, verb=_before_review(stage.verb)), special


@lru_cache(maxsize=MOST_PROCESSES)
def _before_review(verb: Verb) -> Verb:
    def price(columns: Columns, context: Context) -> dict[str, np.ndarray]:
        return {special_cases.ORDINARY.get(name, name): values for name, values in verb(columns, context).items()}

    return price


def by_allowed_cost(stage: Stage) -> Stage:
    """Payment that reads the cost which review allows."""
    return stage._replace(reads=(*stage.reads, fund_split.ALLOWED_COST)) if stage.key == "payment" else stage
