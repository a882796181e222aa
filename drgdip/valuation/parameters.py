"""Policy values and table values of valuation, as the kernel takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.rounding import divide, rounding_code
from drgdip.base.scaled import E4
from drgdip.policy.values import PolicyValues
from drgdip.valuation.hospital_coefficient import coefficient_table

if TYPE_CHECKING:
    from drgdip.tables import DipTables


class ValuationParameters(NamedTuple):
    """Arrays by group; ``coefficient_e4`` by hospital and tier."""

    relative_weight_e4: np.ndarray
    reference_cost_fen: np.ndarray
    without_coefficient: np.ndarray
    coefficient_e4: np.ndarray
    ungrouped_weight_e4: int
    ungrouped_reference_fen: int
    rounding: int


def reference_costs_fen(tables: DipTables, values: PolicyValues) -> np.ndarray:
    """The mean cost each group's bills are compared with (settlement arithmetic 2.6, basis).

    A constant: rounded to fen half-up, whatever mode the policy names for points and money.
    """
    if values.deviation.reference == "table":
        return tables.groups.mean_cost_fen
    return np.array(
        [
            divide(int(weight) * tables.region_mean_cost_fen, tables.point_scale * E4)
            for weight in tables.groups.relative_weight_e4
        ],
        dtype=np.int64,
    )


def coefficients_e4(values: PolicyValues, hospitals: Sequence[str]) -> np.ndarray:
    """K by hospital (its id is the position in ``hospitals``) and tier, int64."""
    return np.array(coefficient_table(values.k, hospitals), dtype=np.int64).reshape(len(hospitals), 4)


def valuation_parameters(tables: DipTables, values: PolicyValues, hospitals: Sequence[str] = ()) -> ValuationParameters:
    """Parameters for the hospitals met so far; position in ``hospitals`` is the hospital's id."""
    exempt = tables.groups.group_primary_care.astype(np.int8) if values.k.primary_care == "none" else None
    return ValuationParameters(
        relative_weight_e4=tables.groups.relative_weight_e4,
        reference_cost_fen=reference_costs_fen(tables, values),
        without_coefficient=np.zeros(len(tables.group_codes), dtype=np.int8) if exempt is None else exempt,
        coefficient_e4=coefficients_e4(values, hospitals),
        ungrouped_weight_e4=tables.point_scale * E4,
        ungrouped_reference_fen=tables.region_mean_cost_fen,
        rounding=rounding_code(values.rounding.mode),
    )
