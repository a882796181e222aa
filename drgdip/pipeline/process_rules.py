"""What a policy's routes, coefficients and case rules change of the process: columns that stages read and write beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from drgdip import pricing, valuation
from drgdip.base.columns import Column
from drgdip.base.text import Text
from drgdip.intake.columns import WRITES as INTAKE_WRITES
from drgdip.pricing.columns import OUTSIDE
from drgdip.quality_control.columns import ELIGIBILITY_WRITES

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns
    from drgdip.pipeline.context import Context
    from drgdip.pipeline.process import Process, Stage, Verb
    from drgdip.policy.values import PolicyValues

#: Read by CHS-DRG, and made of the text of every stay (see :mod:`drgdip.pipeline.drg_stages`): an input, not given beside.
_OF_TEXT = "department_id"
#: Before valuation, where the policy's routes look at more than the plain conditions; see :mod:`drgdip.pricing.columns`.
ROUTING = "routing"


def with_case_rules(process: Process, days: Sequence[PolicyValues], price: Verb) -> Process:
    """The process with what routes, coefficients and case rules of a policy ask for beside; itself where they do not.

    ``price``: the verb of pricing that writes costs too.
    """
    needs = pricing.Needs(days)
    if any(stage.key == ROUTING for stage in process.case):
        return process
    further = {
        "valuation": (valuation.reads_for(days), ()),
        "pricing": (needs.price_reads, needs.price_writes),
        "payment": (needs.price_writes and (OUTSIDE,), ()),
    }
    process = _each(process, lambda stage: _further(stage, *further.get(stage.key, ((), ()))))
    if needs.price_writes:
        process = _each(process, lambda stage: stage._replace(verb=price) if stage.key == "pricing" else stage)
    return _with_routing(process, needs) if needs.routing else process


def _further(stage: Stage, reads: Sequence[Column], writes: Sequence[Column]) -> Stage:
    known = {column.name for column in (*stage.reads, *stage.writes)}
    new = tuple(column for column in reads if column.name not in known)
    return stage._replace(
        reads=(*stage.reads, *new), writes=(*stage.writes, *(column for column in writes if column.name not in known))
    )


def _each(process: Process, change: Callable[[Stage], Stage]) -> Process:
    return process._replace(case=tuple(map(change, process.case)), payment=tuple(map(change, process.payment)))


def _with_routing(process: Process, needs: pricing.Needs) -> Process:
    before = next(place for place, known in enumerate(process.case) if known.key == "valuation")
    stage = process.case[before]._replace(
        key=ROUTING,
        title=Text("支付路径", "Routing"),
        reads=needs.route_reads,
        writes=needs.route_writes,
        verb=_route(needs.departments, needs.gate),
        policy_keys=("routes", "case_rules.tcm_gate", "case_rules.fee_facts"),
    )
    return process._replace(case=(*process.case[:before], stage, *process.case[before:]))


@lru_cache(maxsize=64)  # One verb for policies that name the same: what is kept of a process is found by its stages.
def _route(departments: tuple[str, ...], writes_gate: bool) -> Verb:
    def route(columns: Columns, context: Context) -> dict[str, np.ndarray]:
        return pricing.route_cases(columns, context.routing(departments), writes_gate)

    return route


def given_columns(stages: Sequence[Stage]) -> tuple[Column, ...]:
    """Columns that stages read, and neither intake nor a stage writes: fee facts, departments, a quota's decision."""
    inputs = (
        *INTAKE_WRITES,
        *ELIGIBILITY_WRITES,
        *(column for stage in stages for column in (*stage.joins, *stage.writes)),
    )
    known = {_OF_TEXT, *(column.name for column in inputs)}
    wanted = {column.name: column for stage in stages for column in stage.reads if column.name not in known}
    return tuple(wanted.values())
