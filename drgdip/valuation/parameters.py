"""Policy values and table values of valuation, as the kernel takes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.rounding import divide, rounding_code
from drgdip.base.scaled import E4
from drgdip.policy.sections.case_rules_values import NO_RULES, CoefficientWindow
from drgdip.policy.values import PolicyValues, Route
from drgdip.valuation.groups import group_values
from drgdip.valuation.hospital_coefficient import coefficient_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from drgdip.tables import GroupTables, GroupValues

_NONE = -1


class Windows(NamedTuple):
    """Changes of coefficients, in order: ``hospital`` id, ``first_s`` ≤ discharge < ``end_s``; without a factor by delta."""

    hospital: np.ndarray
    first_s: np.ndarray
    end_s: np.ndarray
    delta_e4: np.ndarray
    factor_e4: np.ndarray


class ValuationParameters(NamedTuple):
    """Arrays by group; ``coefficient_e4`` by set, hospital and tier: set 0 is the hospitals' own.

    ungrouped_weight_e4, ambiguous_weight_e4 : 0 where such stays are paid by item.
    coefficient_set : set of each group. rate_e4 : by pool, what makes a standard of money of a weight; empty where the
    reference is a cost. own_weight_e4 : by table and group, −1 none. Of routes, by number (0: none): route_table the
    table of own weights or −1, route_factor_e4 what multiplies the weight, route_gated whether the gate of Chinese
    medicine applies; fallback_group : whose weight counts where it is not passed. floor_e4, cap_e4 : −1 none.
    """

    relative_weight_e4: np.ndarray
    reference_cost_fen: np.ndarray
    without_coefficient: np.ndarray
    coefficient_e4: np.ndarray
    ungrouped_weight_e4: int
    ambiguous_weight_e4: int
    ungrouped_reference_fen: int
    rounding: int
    coefficient_set: np.ndarray
    windows: Windows
    floor_e4: int
    cap_e4: int
    rate_e4: np.ndarray
    own_weight_e4: np.ndarray
    route_table: np.ndarray
    route_factor_e4: np.ndarray
    route_gated: np.ndarray
    fallback_group: np.ndarray


def reference_costs_fen(groups: GroupValues, values: PolicyValues) -> np.ndarray:
    """The mean cost each group's bills are compared with (settlement arithmetic 2.6, basis).

    A constant: rounded to fen half-up, whatever mode the policy names for points and money. Under ``rw_x_rate`` the
    standard is of the pool (see :func:`rates_e4`); these are then the costs that auxiliary sub-types compare with.
    """
    if values.deviation.reference != "rw_x_mean":
        return groups.mean_cost_fen
    return np.array(
        [
            divide(int(weight) * groups.region_mean_cost_fen, groups.point_scale * E4)
            for weight in groups.relative_weight_e4
        ],
        dtype=np.int64,
    )


def rates_e4(values: PolicyValues) -> np.ndarray:
    """The point value by pool that makes a standard of money of a weight; empty where costs are compared with costs.

    The opening one: where ``settlement`` is allowed, the month settles at it too (settlement arithmetic 2.6, 13-5).
    """
    if values.deviation.reference != "rw_x_rate":
        return np.empty(0, dtype=np.int64)
    return np.array([pool.opening_point_value_e4 for pool in values.pools.values()], dtype=np.int64)


def coefficients_e4(values: PolicyValues, hospitals: Sequence[str]) -> np.ndarray:
    """K by set (0: the hospitals' own, then those of each listed group), hospital (its position) and tier, int64."""
    sets = [None, *values.k.group_coefficients.values()]
    tables = [coefficient_table(values.k, hospitals, own) for own in sets]
    return np.array(tables, dtype=np.int64).reshape(len(sets), len(hospitals), 4)


def windows_of(values: PolicyValues, hospitals: Sequence[str]) -> Windows:
    """The changes by decision, of hospitals met so far."""
    ids = {code: i for i, code in enumerate(hospitals)}
    known = [window for window in values.k.windows if window.hospital in ids]

    def column(cells: list[int]) -> np.ndarray:
        return np.array(cells, dtype=np.int64)

    return Windows(
        column([ids[window.hospital] for window in known]),
        column([_seconds(window.first) for window in known]),
        column([_seconds(window.last + timedelta(days=1)) for window in known]),
        column([window.delta_e4 or 0 for window in known]),
        column([_factor_e4(window) for window in known]),
    )


def _factor_e4(window: CoefficientWindow) -> int:
    return _NONE if window.factor_e4 is None else window.factor_e4


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _weights_of_routes(
    routes: Sequence[Route], own: Mapping[str, Mapping[str, int]], tables: GroupTables
) -> dict[str, np.ndarray]:
    names = list(own)
    table = np.full((len(names), len(tables.group_codes)), _NONE, dtype=np.int64)
    for row, name in enumerate(names):
        for code, weight in own[name].items():
            if code in tables.group_ids:
                table[row, tables.group_ids[code]] = weight
    return {
        "own_weight_e4": table,
        "route_table": np.array([_NONE, *(names.index(r.weights) if r.weights else _NONE for r in routes)], np.int64),
        "route_factor_e4": np.array([E4, *(r.factor_e4 or E4 for r in routes)], dtype=np.int64),
        "route_gated": np.array([0, *(int(route.mode == "tcm") for route in routes)], dtype=np.int64),
    }


def _fallback(fallback: Mapping[str, str], ids: Mapping[str, int]) -> np.ndarray:
    found = np.arange(len(ids), dtype=np.int64)
    for code, other in fallback.items():
        if code in ids and other in ids:
            found[ids[code]] = ids[other]
    return found


def _sets(values: PolicyValues, ids: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Groups without a coefficient by the policy's list, and the set of coefficients of each group."""
    without, sets = np.zeros(len(ids), dtype=np.int8), np.zeros(len(ids), dtype=np.int64)
    for code in values.k.base_groups:
        if code in ids:
            without[ids[code]] = 1
    for number, code in enumerate(values.k.group_coefficients, start=1):
        if code in ids:
            sets[ids[code]] = number
    return without, sets


def valuation_parameters(
    tables: GroupTables, values: PolicyValues, hospitals: Sequence[str] = ()
) -> ValuationParameters:
    """Parameters for the hospitals met so far; position in ``hospitals`` is the hospital's id."""
    rules, groups = values.case_rules or NO_RULES, group_values(tables, values)
    without, sets = _sets(values, tables.group_ids)
    if values.k.primary_care == "none":
        without |= groups.primary_care
    return ValuationParameters(
        relative_weight_e4=groups.relative_weight_e4,
        reference_cost_fen=reference_costs_fen(groups, values),
        without_coefficient=without,
        coefficient_e4=coefficients_e4(values, hospitals),
        ungrouped_weight_e4=0 if values.drg and values.drg.ungrouped == "by_item" else groups.point_scale * E4,
        ambiguous_weight_e4=0 if values.drg and values.drg.ambiguous == "by_item" else groups.point_scale * E4,
        ungrouped_reference_fen=groups.region_mean_cost_fen,
        rounding=rounding_code(values.rounding.mode),
        coefficient_set=sets,
        windows=windows_of(values, hospitals),
        floor_e4=_NONE if values.k.floor_e4 is None else values.k.floor_e4,
        cap_e4=_NONE if values.k.cap_e4 is None else values.k.cap_e4,
        rate_e4=rates_e4(values),
        fallback_group=_fallback(rules.tcm.fallback if rules.tcm else {}, tables.group_ids),
        **_weights_of_routes(values.routes, rules.own_weights, tables),
    )
