"""The process, written once: what happens to a case, in order.

Every stage reads some columns and writes others; a batch of a hundred thousand stays and the single stay
that ``explain`` follows go through this same list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from drgdip import fund_split, pricing, valuation
from drgdip.base.columns import Column, check_columns
from drgdip.base.text import Text
from drgdip.grouping import dip
from drgdip.pipeline.batch import rows_of, scatter, take
from drgdip.pipeline.context import Context, segment_of

Verb = Callable[[Mapping[str, np.ndarray], Context], dict[str, np.ndarray]]


class Stage(NamedTuple):
    """One step: ``key`` names it in files, ``title`` to people; ``policy_keys`` are the values it obeys,
    where ``{hospital}`` and ``{pool}`` stand for those of the case.
    """

    key: str
    title: Text
    reads: tuple[Column, ...]
    writes: tuple[Column, ...]
    policy_keys: tuple[str, ...]
    verb: Verb


CASE_PROCESS = (
    Stage(
        "grouping",
        Text("病例入组", "Grouping"),
        dip.READS,
        dip.WRITES,
        ("grouping.main_op_first", "grouping.tie_break", "grouping.subcategory_wildcard", "grouping.intervention_as"),
        lambda columns, context: dip.assign_groups(columns, context.tables.groups, context.grouping()),
    ),
    Stage(
        "valuation",
        Text("权重分值", "Valuation"),
        valuation.READS,
        valuation.WRITES,
        ("k.mode", "k.base", "k.hospitals.{hospital}", "k.bonuses.{hospital}", "k.primary_care", "deviation.reference"),
        lambda columns, context: valuation.value_cases(columns, context.valuation()),
    ),
    Stage(
        "pricing",
        Text("病例支付", "Pricing"),
        pricing.READS,
        pricing.WRITES,
        ("routes", "deviation.basis", "deviation.low", "deviation.high", "grouping.ungrouped_factor"),
        lambda columns, context: pricing.price_cases(columns, context.pricing()),
    ),
    Stage(
        "bedside",
        Text("床旁结算", "Bedside settlement"),
        fund_split.BEDSIDE_READS,
        fund_split.BEDSIDE_WRITES,
        ("pools.{pool}.insurance_types", "pools.{pool}.fund_scope"),
        lambda columns, context: fund_split.split_bedside(columns, context.bedside()),
    ),
)

#: Steps that wait for the month's point values.
CASE_PAYMENT = (
    Stage(
        "payment",
        Text("基金分担", "Fund split"),
        fund_split.READS,
        fund_split.WRITES,
        (
            "month.point_value",
            "pools.{pool}.opening_point_value",
            "payment.method",
            "payment.negative",
            "payment.fund_variance",
        ),
        lambda columns, context: fund_split.pay_cases(columns, context.payment()),
    ),
)


def run_stages(
    columns: dict[str, np.ndarray], stages: Sequence[Stage], contexts: Sequence[Context], basis_time_s: np.ndarray
) -> dict[str, np.ndarray]:
    """Run stages on a batch and return it with their columns; values of the policy by each stay's basis date."""
    segment = segment_of(basis_time_s, contexts)
    present = np.unique(segment)
    if len(present) <= 1:
        return _run(columns, stages, contexts[int(present[0]) if len(present) else 0])
    parts = []
    for number in present:
        rows = np.nonzero(segment == number)[0]
        result = _run(take(columns, rows), stages, contexts[int(number)])
        parts.append((rows, {name: result[name] for stage in stages for name in _names(stage)}))
    return {**columns, **scatter(parts, rows_of(columns))}


def _names(stage: Stage) -> tuple[str, ...]:
    return tuple(column.name for column in stage.writes)


def _run(columns: Mapping[str, np.ndarray], stages: Sequence[Stage], context: Context) -> dict[str, np.ndarray]:
    result = dict(columns)
    for stage in stages:
        written = stage.verb({column.name: result[column.name] for column in stage.reads}, context)
        check_columns(stage.writes, written, stage.key)
        result.update(written)
    return result
