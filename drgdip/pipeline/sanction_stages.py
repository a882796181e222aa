"""How the process changes where a policy pays readmissions otherwise, and where it has denials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from drgdip.base.bill import counts_by_item_fen
from drgdip.base.caching import MOST_PROCESSES
from drgdip.base.reasons import number
from drgdip.base.rounding import rounding_code
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.fund_split import ALLOWED_COST
from drgdip.sanctions import JOINS, READS, WRITES, deny_cases
from drgdip.sanctions.columns import (
    COST_READS,
    EPISODE_HOSPITAL,
    PAYMENT_READS,
    PRICING_JOINS,
    READMISSION_JOINS,
    READMISSION_READS,
    UNMERGED,
    episode_column,
)
from drgdip.sanctions.episode import (
    allowed_of_episode,
    paid_as_episode,
    priced_as_episode,
    readmitted_points,
    without_members,
)

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns
    from drgdip.pipeline.context import Context
    from drgdip.pipeline.process import Process, Stage, Verb
    from drgdip.policy.values import PolicyValues

KEY, DENIAL = "readmission", "denial"
_SOURCE = "settlement arithmetic 8.4"
_POINTS = "points_e4"
_BY_ITEM, _BY_GROUP, _DECIDED_BY_ITEM = (number(key) for key in ("route_by_item", "route_group", "special_by_item"))


def pays_by_episode(days: Sequence[PolicyValues]) -> bool:
    """Whether a policy does more about readmissions than tell them."""
    return any(values.readmission is not None and values.readmission.action != "flag" for values in days)


def with_readmission(process: Process, days: Sequence[PolicyValues]) -> Process:
    """The process with readmission after the last stage that writes points; itself where the policy only tells them."""
    if not pays_by_episode(days) or any(stage.key == KEY for stage in process.case):
        return process
    last = max(i for i, stage in enumerate(process.case) if any(c.name == _POINTS for c in stage.writes))
    points = next(column for column in process.case[last].writes if column.name == _POINTS)
    case = [*map(_priced, process.case)]
    before = case[last]
    writes = tuple(UNMERGED if column.name == _POINTS else column for column in before.writes)
    case[last] = before._replace(writes=writes, verb=_unmerged(before.verb))
    # The cost that counts by item is the review's to say, where there is one.
    reviewed = any(map(_allows_cost, case))
    own = before._replace(
        key=KEY,
        title=Text("再次入院", "Readmission"),
        reads=READMISSION_READS if reviewed else (*READMISSION_READS, *COST_READS),
        writes=(points._replace(source=_SOURCE), *(() if reviewed else (ALLOWED_COST._replace(source=_SOURCE),))),
        verb=_points if reviewed else _points_and_cost,
        policy_keys=(KEY,),
        joins=tuple(column for column in READMISSION_JOINS if not any(column in stage.joins for stage in case)),
    )
    case.insert(last + 1, own)
    return process._replace(case=tuple(case), payment=tuple(map(_paid, process.payment)))


def with_denials(process: Process, days: Sequence[PolicyValues]) -> Process:
    """The process with denials after payment, where the policy has them."""
    if not any(values.sanctions is not None for values in days) or any(
        stage.key == DENIAL for stage in process.payment
    ):
        return process
    own = process.payment[0]._replace(
        key=DENIAL,
        title=Text("审核拒付", "Denials after review"),
        reads=READS,
        writes=WRITES,
        verb=_deny,
        policy_keys=("sanctions",),
        joins=JOINS,
    )
    return process._replace(payment=(*process.payment, own))


def _deny(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    return deny_cases(columns)


def _allows_cost(stage: Stage) -> bool:
    """Whether a stage says which cost counts by item."""
    return any(column.name == ALLOWED_COST.name for column in stage.writes)


def _priced(stage: Stage) -> Stage:
    """Pricing and review, which see an episode as one stay."""
    if stage.key == "pricing":
        joins = (*PRICING_JOINS, *(episode_column(one) for one in stage.reads if one.name.startswith("fee_")))
        return stage._replace(reads=(*stage.reads, *joins), joins=(*stage.joins, *joins), verb=_of_episode(stage.verb))
    if _allows_cost(stage):
        reads = (*PRICING_JOINS, EPISODE_HOSPITAL)
        return stage._replace(
            reads=(*stage.reads, *reads), joins=(*stage.joins, EPISODE_HOSPITAL), verb=_reviewed(stage.verb)
        )
    return stage


def _paid(stage: Stage) -> Stage:
    if stage.key != "payment":
        return stage
    reads = (*stage.reads, *PAYMENT_READS)
    if ALLOWED_COST not in reads:
        reads = (*reads, ALLOWED_COST)
    return stage._replace(reads=reads, verb=_paid_of_episode(stage.verb))


@lru_cache(maxsize=MOST_PROCESSES)
def _of_episode(verb: Verb) -> Verb:
    def price(columns: Mapping[str, np.ndarray], context: Context) -> dict[str, np.ndarray]:
        priced = verb(priced_as_episode(columns), context)
        return without_members(priced, columns["episode_role"], _BY_ITEM, _BY_GROUP)

    return price


@lru_cache(maxsize=MOST_PROCESSES)
def _reviewed(verb: Verb) -> Verb:
    def review(columns: Mapping[str, np.ndarray], context: Context) -> dict[str, np.ndarray]:
        found = verb(columns, context)
        decided = found["special_outcome"] == _DECIDED_BY_ITEM
        return {**found, ALLOWED_COST.name: allowed_of_episode(columns, found[ALLOWED_COST.name], decided)}

    return review


@lru_cache(maxsize=MOST_PROCESSES)
def _paid_of_episode(verb: Verb) -> Verb:
    def pay(columns: Mapping[str, np.ndarray], context: Context) -> dict[str, np.ndarray]:
        return verb(paid_as_episode(columns), context)

    return pay


@lru_cache(maxsize=MOST_PROCESSES)
def _unmerged(verb: Verb) -> Verb:
    def before(columns: Mapping[str, np.ndarray], context: Context) -> dict[str, np.ndarray]:
        return {UNMERGED.name if name == _POINTS else name: values for name, values in verb(columns, context).items()}

    return before


def _points(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    terms = context.values.readmission
    share = E4 if terms is None or terms.share_e4 is None else terms.share_e4
    return readmitted_points(columns, share, rounding_code(context.values.rounding.mode))


def _points_and_cost(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    own = counts_by_item_fen(columns["total_cost_fen"], columns["hospital_part_fen"])
    return {**_points(columns, context), ALLOWED_COST.name: allowed_of_episode(columns, own)}
