"""Policy values and table values of valuation, as the kernel takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.rounding import divide, rounding_code
from drgdip.base.scaled import E4
from drgdip.policy.values import PolicyValues
from drgdip.valuation.groups import base_groups, group_values
from drgdip.valuation.hospital_coefficient import coefficient_table

if TYPE_CHECKING:
    from drgdip.tables import GroupTables, GroupValues


_FEN_PER_E8 = 10**6


class ValuationParameters(NamedTuple):
    """Arrays by group; ``coefficient_e4`` by hospital and tier, ``reference_cost_fen`` by pool (or one row) and group.

    The weight of stays that no group takes, and of ambiguous ones, is 0 where they are paid by item.
    """

    relative_weight_e4: np.ndarray
    reference_cost_fen: np.ndarray
    without_coefficient: np.ndarray
    coefficient_e4: np.ndarray
    ungrouped_weight_e4: int
    ambiguous_weight_e4: int
    ungrouped_reference_fen: int
    rounding: int


def reference_costs_fen(groups: GroupValues, values: PolicyValues) -> np.ndarray:
    """The mean cost each group's bills are compared with (settlement arithmetic 2.6, basis).

    A constant: rounded to fen half-up, whatever mode the policy names for points and money.
    """
    if values.deviation.reference == "table":
        return groups.mean_cost_fen
    return np.array(
        [
            divide(int(weight) * groups.region_mean_cost_fen, groups.point_scale * E4)
            for weight in groups.relative_weight_e4
        ],
        dtype=np.int64,
    )


def _references_fen(groups: GroupValues, values: PolicyValues) -> np.ndarray:
    """Reference costs by pool and group; one row where they are the same for all pools.

    ``rw_x_rate`` is the payment standard at the opening point value or rate of the pool, before coefficients
    (settlement arithmetic 2.6, 3.1): coefficients enter the test by ``deviation.basis``.
    """
    if values.deviation.reference != "rw_x_rate":
        return reference_costs_fen(groups, values).reshape(1, -1)
    rates = [pool.opening_point_value_e4 for pool in values.pools.values()]
    weights = groups.relative_weight_e4.tolist()
    rows = [[divide(weight * rate, _FEN_PER_E8) for weight in weights] for rate in rates]
    return np.array(rows, dtype=np.int64).reshape(len(rates), len(weights))


def coefficients_e4(values: PolicyValues, hospitals: Sequence[str]) -> np.ndarray:
    """K by hospital (its id is the position in ``hospitals``) and tier, int64."""
    return np.array(coefficient_table(values.k, hospitals), dtype=np.int64).reshape(len(hospitals), 4)


def valuation_parameters(
    tables: GroupTables, values: PolicyValues, hospitals: Sequence[str] = ()
) -> ValuationParameters:
    """Parameters for the hospitals met so far; position in ``hospitals`` is the hospital's id."""
    groups = group_values(tables, values)
    exempt = base_groups(tables, values.k)
    if values.k.primary_care == "none":
        exempt |= groups.primary_care
    return ValuationParameters(
        relative_weight_e4=groups.relative_weight_e4,
        reference_cost_fen=_references_fen(groups, values),
        without_coefficient=exempt,
        coefficient_e4=coefficients_e4(values, hospitals),
        ungrouped_weight_e4=0 if values.drg and values.drg.ungrouped == "by_item" else groups.point_scale * E4,
        ambiguous_weight_e4=0 if values.drg and values.drg.ambiguous == "by_item" else groups.point_scale * E4,
        ungrouped_reference_fen=groups.region_mean_cost_fen,
        rounding=rounding_code(values.rounding.mode),
    )
