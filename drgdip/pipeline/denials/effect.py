"""What denials make of stays: the stages run again on batches of them, and the patient's part stays as it was."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.reasons import number
from drgdip.base.scaled import E8_PER_FEN
from drgdip.clearing.totals import by_item_gross_fen
from drgdip.pipeline.batch import alike, joined, names_of, split
from drgdip.pipeline.chunk import basis_column
from drgdip.pipeline.process import Stage
from drgdip.pipeline.running import run_stages
from drgdip.pipeline.special.stay import NOTHING, Paid
from drgdip.sanctions.columns import EPISODE_COST, EPISODE_HOSPITAL
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
#: What a bill stands in, and what of it the hospital bears: of the stay, and of an episode that it is paid for.
_BILLS = (("total_cost_fen", "hospital_part_fen"), (EPISODE_COST.name, EPISODE_HOSPITAL.name))

Columns = Mapping[str, np.ndarray]


class Effect(NamedTuple):
    """What a stay comes to without a denial, and what the mode of the denial gives it. asked_fen : it takes."""

    before: Paid
    after: Paid
    asked_fen: int


class Asked(NamedTuple):
    """A denial of a stay whose priced columns (a batch of one) are given; mode : that of the denial, or of the policy."""

    stay: Stay
    columns: Columns
    denial: Denial
    mode: str

    @property
    def kind(self) -> Hashable:
        """What has to agree for denials to be worked out in one batch."""
        return self.mode, id(self.stay.contexts), names_of(self.columns)


def changed_all(asked: Sequence[Asked]) -> list[Columns | None]:
    """Priced columns of stays under structural denials; None where nothing of one is left in the pool."""
    found: list[Columns | None] = [None] * len(asked)
    for places in alike([one.kind for one in asked]):
        group = [asked[place] for place in places]
        if group[0].mode != "void":
            for place, columns in zip(places, split(_changed(group)), strict=True):
                found[place] = columns
    return found


def _changed(group: Sequence[Asked]) -> dict[str, np.ndarray]:
    stay, columns = group[0].stay, joined([one.columns for one in group])
    if group[0].mode == "regroup":
        codes = {code: number for number, code in enumerate(stay.context.tables.group_codes)}
        groups = np.array([codes[one.denial.group] for one in group], dtype=np.int32)
        return _run(stay, {**columns, "group_id": groups}, "grouping")
    denied = np.array([one.denial.fee_fen for one in group], dtype=np.int64)
    repriced = _run(stay, {**columns, **_bills_left(columns, denied)}, "valuation")
    by_item = repriced["route"] == _BY_ITEM
    # The funds' share of the bill is what it was at the bedside, whatever of the bill is denied later.
    cost = np.where(by_item, repriced["total_cost_fen"], columns["total_cost_fen"])
    return {**repriced, "total_cost_fen": cost}


def _bills_left(columns: Columns, denied_fen: np.ndarray) -> dict[str, np.ndarray]:
    """Bills less what is denied of them. What the hospital bears no fund has ever paid: where more is denied than all else, it
    bears what is left, and nothing counts by item; never less than that (8.3).
    """
    found: dict[str, np.ndarray] = {}
    for bill, borne in _BILLS:
        if bill in columns:
            found[bill] = columns[bill] - denied_fen
            found[borne] = np.minimum(columns[borne], found[bill])
    return found


def _run(stay: Stay, columns: dict[str, np.ndarray], after: str) -> dict[str, np.ndarray]:
    stages = stay.process.case
    place = [stage.key for stage in stages].index(after) + 1
    return run_stages(columns, stages[place:], stay.contexts, columns[basis_column(stay.contexts[0])])


def paid_all(priced: Sequence[tuple[Stay, Columns]]) -> list[Paid]:
    """What priced stays come to, each with the values of its month."""
    found = [NOTHING] * len(priced)
    for places in alike([(id(stay.contexts), names_of(columns)) for stay, columns in priced]):
        stay, basis = priced[places[0]][0], basis_column(priced[places[0]][0].contexts[0])
        stages: tuple[Stage, ...] = tuple(stage for stage in stay.process.payment if stage.key == "payment")
        read = {column.name for stage in stages for column in (*stage.reads, *stage.joins)} | {"row_number", basis}
        columns = joined([priced[place][1] for place in places], read)
        result = run_stages(columns, stages, stay.contexts, columns[basis])
        found_here = zip(*(result[name].tolist() for name in Paid._fields), strict=True)
        for place, own in zip(places, found_here, strict=True):
            found[place] = Paid(*own)
    return found


def effects_of(asked: Sequence[Asked]) -> list[Effect]:
    """What denials come to, before each is held against what is left of the payable (8.3, V103–V109)."""
    before = paid_all([(one.stay, one.columns) for one in asked])
    structural = [place for place, one in enumerate(asked) if one.mode in STRUCTURAL]
    others = zip(structural, changed_all([asked[place] for place in structural]), strict=True)
    left = {place: columns for place, columns in others if columns is not None}
    after = dict(zip(left, paid_all([(asked[place].stay, columns) for place, columns in left.items()]), strict=True))
    return [_effect(one, before[place], after.get(place, NOTHING)) for place, one in enumerate(asked)]


def _effect(one: Asked, before: Paid, after: Paid) -> Effect:
    if one.mode in STRUCTURAL:
        return Effect(before, after, lost_fen(before.payable_fen, after.payable_fen))
    asked = one.denial.fund_fen
    if one.mode == "deduct_scaled":
        asked = scaled_fen(asked, before.payable_fen, int(one.columns["recorded_fen"][0]))
    return Effect(before, before._replace(payable_fen=before.payable_fen - asked), asked)


def worth_e10(stay: Stay, columns: Columns) -> int:
    """What a priced stay is worth before its month has a point value: points at the opening one, and what is paid beside."""
    opening = stay.values.pools[stay.pool].opening_point_value_e4
    beside = int(by_item_gross_fen(columns)[0])
    return int(columns["points_e4"][0]) * opening + beside * E8_PER_FEN


def reproduced(stay: Stay) -> bool:
    """Whether the values at hand still give what the stay's month paid."""
    (paid,) = paid_all([(stay, stay.columns)])
    return (paid.points_e4, paid.payable_fen) == (stay.value("points_e4"), stay.value("payable_fen"))
