"""Policy choices of routes and of the gate of Chinese medicine, as the kernels take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.reasons import number
from drgdip.policy.sections.case_rules_values import NO_RULES
from drgdip.policy.values import PolicyValues, Route
from drgdip.pricing.route_rules import Routes

if TYPE_CHECKING:
    from drgdip.base.columns import Columns
    from drgdip.tables import GroupTables

PATIENTS = ("local", "in_province", "cross_province", "any")
TIERS = ("unrated", "primary", "secondary", "tertiary")
ROUTE_REASONS = {
    "dip": "route_group",
    "by_item": "route_by_item",
    "out_of_scope": "route_out_of_scope",
    "bed_day": "route_bed_day",
    "day_surgery": "route_day_surgery",
    "tcm": "route_tcm",
    "lower_of": "route_lower_of",
}

_NO_MINIMUM, _NO_MAXIMUM = -1, 1 << 30
_ABSENT = -1


class RoutingParameters(NamedTuple):
    """``numerator``, ``denominator``: fee facts of the gate; its threshold is −1 where the policy has none."""

    routes: Routes
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    threshold_e4: int


def _padded(lists: list[list[int]]) -> np.ndarray:
    """Rows of codes, filled up with −1; a row of −1 only means any code."""
    width = max((len(row) for row in lists), default=0) or 1
    padded = np.full((len(lists), width), _ABSENT, dtype=np.int64)
    for i, row in enumerate(lists):
        padded[i, : len(row)] = row
    return padded


def routes_of(routes: Sequence[Route], departments: Sequence[str] = (), tables: GroupTables | None = None) -> Routes:
    """Code routes for the kernel; ``departments`` give departments their ids, ``tables`` groups theirs."""

    def column(values: list[int]) -> np.ndarray:
        return np.array(values, dtype=np.int64)

    hours = [_ABSENT if route.hours_max is None else route.hours_max for route in routes]
    tiers = [[not r.hospital_tiers or tier in r.hospital_tiers for tier in TIERS] for r in routes]
    groups = [np.ones(1, dtype=np.bool_) if tables is None else _taken(route, tables) for route in routes]
    return Routes(
        mode=column([number(ROUTE_REASONS[route.mode]) for route in routes]),
        los_min=column([_NO_MINIMUM if route.los_min is None else route.los_min for route in routes]),
        los_max=column([_NO_MAXIMUM if route.los_max is None else route.los_max for route in routes]),
        hours_max=column(hours),
        patients=column([PATIENTS.index(route.patients) for route in routes]),
        types=_padded([[int(code) for code in route.med_types] for route in routes]),
        ways=_padded([[int(code) for code in route.discharge_ways] for route in routes]),
        departments=_padded([[departments.index(code) for code in route.departments] for route in routes]),
        tiers=np.array(tiers, dtype=np.bool_).reshape(len(routes), len(TIERS)),
        groups=np.stack(groups) if groups else np.ones((0, 1), dtype=np.bool_),
    )


def _taken(route: Route, tables: GroupTables) -> np.ndarray:
    """Whether a route takes each group, and, last, a stay without one."""
    taken = np.ones(len(tables.group_codes) + 1, dtype=np.bool_)
    if route.groups:
        taken &= np.array([code in route.groups for code in tables.group_codes] + [False])
    if route.group_kinds:
        kinds = [kind in route.group_kinds for kind in tables.group_kinds]
        taken &= np.array([*kinds, "ungrouped" in route.group_kinds])
    if route.primary_care is not None:
        taken &= np.append(tables.group_values.primary_care.astype(np.bool_) == route.primary_care, False)
    if route.tcm is not None:
        taken &= np.array([*(marked == route.tcm for marked in tables.group_tcm), False])
    return taken


def routing_parameters(values: PolicyValues, departments: Sequence[str], tables: GroupTables) -> RoutingParameters:
    """Parameters of routing as a stage of its own."""
    gate = (values.case_rules or NO_RULES).tcm
    routes = routes_of(values.routes, departments, tables)
    if gate is None:
        return RoutingParameters(routes, (), (), _ABSENT)
    return RoutingParameters(routes, gate.numerator, gate.denominator, gate.threshold_e4)


def sum_of(columns: Columns, facts: Sequence[str], rows: int) -> np.ndarray:
    """Fee facts added up, fen by stay."""
    total = np.zeros(rows, dtype=np.int64)
    for name in facts:
        total += columns[f"fee_{name}_fen"]
    return total
