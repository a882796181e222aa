"""What a denial makes of one stay: the stages run again on a batch of one, and the patient's part stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.reasons import number
from drgdip.pipeline.process import Stage
from drgdip.pipeline.running import run_stages
from drgdip.sanctions.columns import EPISODE_COST
from drgdip.sanctions.rules import DEDUCT_AMOUNT, DEDUCT_SCALED, REGROUP, REPRICE_COST, VOID, lost_fen, scaled_fen

if TYPE_CHECKING:
    from drgdip.interface.denial import Denial
    from drgdip.pipeline.special.stay import Stay

MODES = {
    "deduct_amount": DEDUCT_AMOUNT,
    "deduct_scaled": DEDUCT_SCALED,
    "reprice_cost": REPRICE_COST,
    "regroup": REGROUP,
    "void": VOID,
}
#: Modes that make another stay of it; a stay has at most one of these.
STRUCTURAL = ("reprice_cost", "regroup", "void")
_BY_ITEM = number("route_by_item")
#: What a bill stands in: of the stay, and of an episode that it is paid for.
_COSTS = ("total_cost_fen", EPISODE_COST.name)

Columns = Mapping[str, np.ndarray]


class Effect(NamedTuple):
    """What a stay comes to under a denial. after_* : points and payable that the mode gives it. asked_fen : it takes."""

    before_points_e4: int
    before_payable_fen: int
    after_points_e4: int
    after_payable_fen: int
    asked_fen: int


def changed(stay: Stay, columns: Columns, denial: Denial, mode: str) -> Columns | None:
    """The stay's priced columns under a structural denial; None if nothing of it is left in the pool."""
    if mode == "void":
        return None
    if mode == "regroup":
        group = np.array([list(stay.context.tables.group_codes).index(denial.group)], dtype=np.int32)
        return _run(stay, {**columns, "group_id": group}, "grouping")
    cost = columns["total_cost_fen"]
    less = {name: columns[name] - denial.fee_fen for name in _COSTS if name in columns}
    repriced = _run(stay, {**columns, **less}, "valuation")
    if int(repriced["route"][0]) == _BY_ITEM:
        return repriced
    # The funds' share of the bill is what it was at the bedside, whatever of the bill is denied later.
    return {**repriced, "total_cost_fen": cost}


def _run(stay: Stay, columns: Columns, after: str) -> dict[str, np.ndarray]:
    stages = stay.process.case
    place = [stage.key for stage in stages].index(after) + 1
    return run_stages(dict(columns), stages[place:], stay.contexts, stay.basis)


def paid(stay: Stay, columns: Columns) -> tuple[int, int]:
    """Points and payable of a priced stay, with the values of its month."""
    stages: tuple[Stage, ...] = tuple(stage for stage in stay.process.payment if stage.key == "payment")
    result = run_stages(dict(columns), stages, stay.contexts, stay.basis)
    return int(result["points_e4"][0]), int(result["payable_fen"][0])


def effect_of(stay: Stay, columns: Columns, denial: Denial, mode: str) -> Effect:
    """What a denial comes to, before it is held against what is left of the payable (8.3, V103–V109)."""
    points, payable = paid(stay, columns)
    recorded = int(columns["recorded_fen"][0])
    if mode == "deduct_amount":
        return Effect(points, payable, points, payable - denial.fund_fen, denial.fund_fen)
    if mode == "deduct_scaled":
        asked = scaled_fen(denial.fund_fen, payable, recorded)
        return Effect(points, payable, points, payable - asked, asked)
    other = changed(stay, columns, denial, mode)
    after_points, after = (0, 0) if other is None else paid(stay, other)
    return Effect(points, payable, after_points, after, lost_fen(payable, after))
