"""How the process changes where a policy pays readmissions otherwise, and where it has denials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from drgdip.base.rounding import rounding_code
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.sanctions import JOINS, READS, WRITES, deny_cases
from drgdip.sanctions.columns import PAYMENT_READS, PRICING_JOINS, READMISSION_JOINS, READMISSION_READS, UNMERGED
from drgdip.sanctions.episode import paid_as_episode, priced_as_episode, readmitted_points

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns
    from drgdip.pipeline.context import Context
    from drgdip.pipeline.process import Process, Stage, Verb
    from drgdip.policy.values import PolicyValues

KEY, DENIAL = "readmission", "denial"
_POINTS = "points_e4"


def pays_by_episode(days: Sequence[PolicyValues]) -> bool:
    """Whether a policy does more about readmissions than tell them."""
    return any(values.readmission is not None and values.readmission.action != "flag" for values in days)


def with_readmission(process: Process, days: Sequence[PolicyValues]) -> Process:
    """The process with readmission after the last stage that writes points; itself where the policy only tells them."""
    if not pays_by_episode(days) or any(stage.key == KEY for stage in process.case):
        return process
    last = max(i for i, stage in enumerate(process.case) if any(c.name == _POINTS for c in stage.writes))
    points = next(column for column in process.case[last].writes if column.name == _POINTS)
    case = [_priced(stage) if stage.key == "pricing" else stage for stage in process.case]
    before = case[last]
    writes = tuple(UNMERGED if column.name == _POINTS else column for column in before.writes)
    case[last] = before._replace(writes=writes, verb=_unmerged(before.verb))
    own = before._replace(
        key=KEY,
        title=Text("再次入院", "Readmission"),
        reads=READMISSION_READS,
        writes=(points._replace(source="settlement arithmetic 8.4"),),
        verb=_points,
        policy_keys=(KEY,),
        joins=READMISSION_JOINS,
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


def _priced(stage: Stage) -> Stage:
    return stage._replace(
        reads=(*stage.reads, *PRICING_JOINS), joins=(*stage.joins, *PRICING_JOINS), verb=_of_episode(stage.verb)
    )


def _paid(stage: Stage) -> Stage:
    if stage.key != "payment":
        return stage
    return stage._replace(reads=(*stage.reads, *PAYMENT_READS), verb=_paid_of_episode(stage.verb))


@cache
def _of_episode(verb: Verb) -> Verb:
    def price(columns: Mapping[str, np.ndarray], context: Context) -> dict[str, np.ndarray]:
        return verb(priced_as_episode(columns), context)

    return price


@cache
def _paid_of_episode(verb: Verb) -> Verb:
    def pay(columns: Mapping[str, np.ndarray], context: Context) -> dict[str, np.ndarray]:
        return verb(paid_as_episode(columns), context)

    return pay


@cache
def _unmerged(verb: Verb) -> Verb:
    def before(columns: Mapping[str, np.ndarray], context: Context) -> dict[str, np.ndarray]:
        return {UNMERGED.name if name == _POINTS else name: values for name, values in verb(columns, context).items()}

    return before


def _points(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    terms = context.values.readmission
    share = E4 if terms is None or terms.share_e4 is None else terms.share_e4
    return readmitted_points(columns, share, rounding_code(context.values.rounding.mode))
