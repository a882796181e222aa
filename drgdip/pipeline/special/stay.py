"""One stay under review: its columns as a batch of one, priced and paid with and without a decision."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.interface.special import SpecialDecision, SpecialLine
from drgdip.pipeline.batch import alike, joined, split
from drgdip.pipeline.chunk import basis_column
from drgdip.pipeline.context import segment_of
from drgdip.pipeline.process import SPECIAL_STAGE, Process, Stage
from drgdip.pipeline.running import run_stages
from drgdip.special_cases.rules import ADJUSTED, BY_ITEM, REJECTED

if TYPE_CHECKING:
    from drgdip.pipeline.context import Context
    from drgdip.policy.values import PolicyValues

_CODES = {"by_item": BY_ITEM, "adjusted": ADJUSTED, "rejected": REJECTED}
#: points e4 × point value e4 → fen
_E8_PER_FEN = 10**6


class Verdict(NamedTuple):
    """What a decision says, as the stage reads it."""

    outcome: int = 0
    allowed_fen: int = 0
    factor_e4: int = 0
    points_e4: int = 0

    def columns(self) -> dict[str, np.ndarray]:
        """The joined columns of a batch of one."""
        values = zip(SPECIAL_STAGE.joins, self, strict=True)
        return {column.name: np.array([value], dtype=column.dtype) for column, value in values}


class Paid(NamedTuple):
    """What a stay comes to."""

    points_e4: int
    gross_fen: int
    payable_fen: int


@dataclass
class Stay:
    """A settled stay. month : that it was settled in. contexts : of that month; columns : before any decision."""

    setl_id: str
    month: str
    hospital: str
    pool: str
    columns: Mapping[str, np.ndarray]
    contexts: Sequence[Context]
    process: Process

    def value(self, name: str) -> int:
        """The value of a column."""
        return int(self.columns[name][0])

    @property
    def context(self) -> Context:
        """The context of the stay's day."""
        return self.contexts[int(segment_of(self.basis, self.contexts)[0])]

    @property
    def values(self) -> PolicyValues:
        """The policy values of the stay's day."""
        return self.context.values

    @property
    def basis(self) -> np.ndarray:
        """The time that decides which values of the policy hold for it."""
        return self.columns[basis_column(self.contexts[0])]

    def decided(self, verdict: Verdict) -> dict[str, np.ndarray]:
        """The columns under a decision: of the review and of all that follows it before payment."""
        stages = stages_from_review(self.process)
        return run_stages({**self.columns, **verdict.columns()}, stages, self.contexts, self.basis)

    def paid(self, verdict: Verdict) -> Paid:
        """What the stay comes to under a decision, with the values of its month."""
        result = run_stages(self.decided(verdict), _payment(self.process), self.contexts, self.basis)
        return Paid(*(int(result[name][0]) for name in Paid._fields))


def decided_all(asked: Sequence[tuple[Stay, Verdict]]) -> list[dict[str, np.ndarray]]:
    """The columns of stays under decisions, each as a batch of one, in their order."""
    found: list[dict[str, np.ndarray]] = [{} for _ in asked]
    for places in alike([_kind(stay) for stay, _ in asked]):
        group = [asked[place] for place in places]
        columns = joined([stay.columns for stay, _ in group])
        for place, own in zip(places, split(_run(group, columns, ())), strict=True):
            found[place] = own
    return found


def paid_all(asked: Sequence[tuple[Stay, Verdict]]) -> list[Paid]:
    """What stays come to under decisions, in their order; those with the same month's contexts in one batch."""
    found: dict[int, Paid] = {}
    for places in alike([_kind(stay) for stay, _ in asked]):
        group = [asked[place] for place in places]
        payment = _payment(group[0][0].process)
        read = _read_by((*stages_from_review(group[0][0].process), *payment), group[0][0].contexts)
        columns = joined([{name: v for name, v in stay.columns.items() if name in read} for stay, _ in group])
        result = _run(group, columns, payment)
        found |= zip(
            places, starmap(Paid, zip(*(result[name].tolist() for name in Paid._fields), strict=True)), strict=True
        )
    return [found[place] for place in range(len(asked))]


def _kind(stay: Stay) -> Hashable:
    """What has to agree for stays to be worked out in one batch."""
    return id(stay.contexts), frozenset(stay.columns)


def _read_by(stages: Sequence[Stage], contexts: Sequence[Context]) -> set[str]:
    """Columns that stages need of a batch."""
    columns = (column.name for stage in stages for column in (*stage.reads, *stage.joins))
    return {*columns, "row_number", basis_column(contexts[0])}


def _run(
    group: Sequence[tuple[Stay, Verdict]], columns: dict[str, np.ndarray], payment: Sequence[Stage]
) -> dict[str, np.ndarray]:
    first = group[0][0]
    verdicts = zip(SPECIAL_STAGE.joins, zip(*(verdict for _, verdict in group), strict=True), strict=True)
    given = {column.name: np.array(values, dtype=column.dtype) for column, values in verdicts}
    stages = (*stages_from_review(first.process), *payment)
    return run_stages({**columns, **given}, stages, first.contexts, columns[basis_column(first.contexts[0])])


def _payment(process: Process) -> tuple[Stage, ...]:
    return tuple(stage for stage in process.payment if stage.key == "payment")


def stages_from_review(process: Process) -> tuple[Stage, ...]:
    """The review and what follows it before payment."""
    keys = [stage.key for stage in process.case]
    return process.case[keys.index(SPECIAL_STAGE.key) :]


def verdict_of(decision: SpecialDecision, stay: Stay) -> Verdict:
    """A decision as the stage reads it; a standard in money becomes points at the pool's opening point value."""
    points = decision.points_e4 or 0
    if decision.standard_fen is not None:
        opening = stay.values.pools[stay.pool].opening_point_value_e4
        points = (2 * decision.standard_fen * _E8_PER_FEN + opening) // (2 * opening)
    return Verdict(_CODES[decision.outcome], decision.allowed_fen or 0, decision.factor_e4 or 0, points)


def verdict_of_line(line: SpecialLine) -> Verdict:
    """The decision that a line of an earlier run holds."""
    return Verdict(_CODES[line.outcome], line.allowed_fen, line.factor_e4, line.decided_points_e4)


def worth_more_than_cost(verdict: Verdict, stay: Stay) -> bool:
    """Whether a decision is worth more than the stay cost: adjusted points at the opening point value, exactly."""
    if verdict.outcome == BY_ITEM:
        return verdict.allowed_fen > stay.value("total_cost_fen") - stay.value("hospital_part_fen")
    if verdict.outcome != ADJUSTED:
        return False
    opening = stay.values.pools[stay.pool].opening_point_value_e4
    points = int(stay.decided(verdict)["points_e4"][0])
    return points * opening > stay.value("total_cost_fen") * _E8_PER_FEN
