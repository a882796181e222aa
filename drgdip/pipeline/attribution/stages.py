"""How the process changes where a policy has attribution: the month of a stay, interim bills, what they were paid (2.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from drgdip.base.caching import MOST_PROCESSES
from drgdip.base.columns import Column
from drgdip.base.reasons import number
from drgdip.base.text import Text
from drgdip.pipeline.batch import scatter
from drgdip.policy.values import Route
from drgdip.quality_control.columns import ARRIVAL, ATTRIBUTION_READS, ATTRIBUTION_WRITES, BILL, INTERIM

if TYPE_CHECKING:
    from drgdip.base.columns import Columns
    from drgdip.pipeline.context import Context
    from drgdip.pipeline.process import Process, Stage, Verb
    from drgdip.policy.values import PolicyValues

KEY, INTERIM_KEY = "attribution", "interim"
_SOURCE = "settlement arithmetic 2.9"
#: Given with the cases: what earlier months have paid for the interim bills of a final one, whose amounts hold them all.
INTERIM_PAID = Column(
    "interim_paid_fen", "int64", "fen", "中途结算已付", "paid for the interim bills of the stay", _SOURCE
)
_ROUTE = Column("route", "int16", "reason", "支付方式", "how the stay is paid")
_DEDUCTED = Column("interim_deducted_fen", "int64", "fen", "扣除中途结算", "deducted for interim bills, as an item of its own", _SOURCE)  # fmt: skip
_OUT_OF_SCOPE = number("route_out_of_scope")


def as_it_came(rows: int) -> dict[str, np.ndarray]:
    """What stays are given without a register: their lists came with their settlement, and are whole stays'."""
    return {
        ARRIVAL.name: np.full(rows, -1, dtype=np.int32),
        BILL.name: np.zeros(rows, dtype=np.int8),
        INTERIM_PAID.name: np.zeros(rows, dtype=np.int64),
    }


def _attributes(days: Sequence[PolicyValues]) -> bool:
    return any(values.attribution is not None for values in days)


def with_interim_bills(process: Process, days: Sequence[PolicyValues]) -> Process:
    """The process whose pricing pays interim bills by item, where the policy has attribution.

    Before what changes the names that pricing writes: review and readmission then see how such a bill is paid.
    """
    if not _attributes(days):
        return process
    return process._replace(case=tuple(_by_item(stage) if stage.key == "pricing" else stage for stage in process.case))


def with_attribution(process: Process, days: Sequence[PolicyValues]) -> Process:
    """The process with attribution before all else, where the policy has it, and what interim bills were paid after payment."""
    if not _attributes(days) or any(stage.key == KEY for stage in process.case):
        return process
    first = process.case[0]
    own = first._replace(
        key=KEY,
        title=Text("归属", "Attribution"),
        reads=ATTRIBUTION_READS,
        writes=ATTRIBUTION_WRITES,
        verb=_attribute,
        policy_keys=("attribution", "basis_date"),
        joins=(),
    )
    deducted = own._replace(
        key=INTERIM_KEY,
        title=Text("中途结算", "Interim bills"),
        reads=(BILL, INTERIM_PAID),
        writes=(_DEDUCTED,),
        verb=_deduct,
        policy_keys=("attribution.interim_bill",),
    )
    return process._replace(case=(own, *process.case), payment=(*process.payment, deducted))


def _attribute(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    from drgdip.quality_control.attribution import attribute

    terms = context.values.attribution
    if terms is None:
        raise ValueError("the policy has no section attribution on this day")
    return attribute(columns, terms, context.values.basis_date)


def _deduct(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    return {_DEDUCTED.name: columns[INTERIM_PAID.name].copy()}


def _by_item(stage: Stage) -> Stage:
    if BILL in stage.reads:
        return stage
    return stage._replace(reads=(*stage.reads, BILL), verb=_interim_by_item(stage.verb))


@lru_cache(maxsize=MOST_PROCESSES)
def _interim_by_item(verb: Verb) -> Verb:
    """The verb of pricing, by which an interim bill that is in scope is paid by item, whatever its route would be."""

    def price(columns: Mapping[str, np.ndarray], context: Context) -> dict[str, np.ndarray]:
        priced = verb(columns, context)
        rows = np.nonzero((columns[BILL.name] == INTERIM) & (priced[_ROUTE.name] != _OUT_OF_SCOPE))[0]
        if not len(rows):
            return priced
        some = {name: values[rows] for name, values in columns.items()}
        if "route_number" in some:
            some["route_number"] = np.ones_like(some["route_number"])
        only = replace(context, values=context.values._replace(routes=(Route("by_item"),)), _cache={})
        whole = np.arange(len(columns[BILL.name]))
        return scatter([(whole, priced), (rows, verb(some, only))], len(whole))

    return price
