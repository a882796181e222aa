"""One stay under review: its columns as a batch of one, priced and paid with and without a decision."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.reasons import number
from drgdip.base.scaled import E8_PER_FEN
from drgdip.interface.special import SpecialDecision, SpecialLine
from drgdip.pipeline.batch import alike, joined, names_of
from drgdip.pipeline.chunk import basis_column
from drgdip.pipeline.context import segment_of
from drgdip.pipeline.process import SPECIAL_STAGE, Process, Stage
from drgdip.pipeline.running import run_stages
from drgdip.sanctions.columns import ROLE
from drgdip.sanctions.episode import LEAD, role_of_decided
from drgdip.special_cases.rules import ADJUSTED, BY_ITEM, REJECTED
from drgdip.valuation.hospital_coefficient import TIERS

if TYPE_CHECKING:
    from drgdip.pipeline.context import Context
    from drgdip.policy.values import PolicyValues

_CODES = {"by_item": BY_ITEM, "adjusted": ADJUSTED, "rejected": REJECTED}


class Verdict(NamedTuple):
    """What a decision says, as the stage reads it."""

    outcome: int = 0
    allowed_fen: int = 0
    factor_e4: int = 0
    points_e4: int = 0


class Paid(NamedTuple):
    """What a stay comes to. route : reason of how it is paid."""

    points_e4: int
    gross_fen: int
    payable_fen: int
    route: int


#: Of a stay that is not paid at all.
NOTHING = Paid(0, 0, 0, number("route_out_of_scope"))


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
    def role(self) -> int:
        """Its place in an episode of readmissions, 0 where it is in none."""
        return self.value(ROLE.name) if ROLE.name in self.columns else 0

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


def level_of(stay: Stay) -> str:
    """The level of its hospital, as the stay names it."""
    return TIERS[stay.value("hospital_tier")]


class Decided(NamedTuple):
    """Stays under decisions as one batch. places : theirs in what was asked. before, after : columns without and with them."""

    places: Sequence[int]
    before: dict[str, np.ndarray]
    after: dict[str, np.ndarray]


def decided_all(asked: Sequence[tuple[Stay, Verdict]]) -> list[Decided]:
    """Stays under decisions, before payment, in as few batches as their columns allow."""
    found = []
    for places in alike([_kind(stay) for stay, _ in asked]):
        group = [asked[place] for place in places]
        columns = joined([stay.columns for stay, _ in group])
        found.append(Decided(places, columns, _run(group, columns, stages_from_review(group[0][0].process))))
    return found


def paid_all(asked: Sequence[tuple[Stay, Verdict]]) -> list[Paid]:
    """What stays come to under decisions, with the values of their months, in their order."""
    return [Paid(*own) for own in _figures(asked, Paid._fields, _payment)]


def _figures(
    asked: Sequence[tuple[Stay, Verdict]], names: Sequence[str], further: Callable[[Process], tuple[Stage, ...]]
) -> list[tuple[int, ...]]:
    """Columns of stays under decisions, after the review and ``further`` stages; those with the same month's contexts in one batch."""
    found: list[tuple[int, ...]] = [()] * len(asked)
    for places in alike([_kind(stay) for stay, _ in asked]):
        group = [asked[place] for place in places]
        process, contexts = group[0][0].process, group[0][0].contexts
        stages = (*stages_from_review(process), *further(process))
        columns = joined([stay.columns for stay, _ in group], _read_by(stages, contexts))
        result = _run(group, columns, stages)
        for place, own in zip(places, zip(*(result[name].tolist() for name in names), strict=True), strict=True):
            found[place] = own
    return found


def _kind(stay: Stay) -> Hashable:
    """What has to agree for stays to be worked out in one batch."""
    return id(stay.contexts), names_of(stay.columns)


def _read_by(stages: Sequence[Stage], contexts: Sequence[Context]) -> set[str]:
    """Columns that stages need of a batch."""
    columns = (column.name for stage in stages for column in (*stage.reads, *stage.joins))
    return {*columns, "row_number", basis_column(contexts[0])}


def _run(
    group: Sequence[tuple[Stay, Verdict]], columns: dict[str, np.ndarray], stages: Sequence[Stage]
) -> dict[str, np.ndarray]:
    contexts = group[0][0].contexts
    verdicts = zip(SPECIAL_STAGE.joins, zip(*(verdict for _, verdict in group), strict=True), strict=True)
    given = {column.name: np.array(values, dtype=column.dtype) for column, values in verdicts}
    if ROLE.name in columns:
        decided = np.isin([verdict.outcome for _, verdict in group], (BY_ITEM, ADJUSTED))
        given[ROLE.name] = role_of_decided(columns[ROLE.name], decided)
    return run_stages({**columns, **given}, stages, contexts, columns[basis_column(contexts[0])])


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
        points = (2 * decision.standard_fen * E8_PER_FEN + opening) // (2 * opening)
    return Verdict(_CODES[decision.outcome], decision.allowed_fen or 0, decision.factor_e4 or 0, points)


def verdict_of_line(line: SpecialLine) -> Verdict:
    """The decision that a line of an earlier run holds."""
    return Verdict(_CODES[line.outcome], line.allowed_fen, line.factor_e4, line.decided_points_e4)


def worth_more_than_cost(asked: Sequence[tuple[Stay, Verdict]]) -> list[bool]:
    """Whether each decision is worth more than the stay cost: adjusted points at the opening point value, exactly."""
    adjusted = [place for place, (_, verdict) in enumerate(asked) if verdict.outcome == ADJUSTED]
    points = dict(
        zip(adjusted, _figures([asked[place] for place in adjusted], ("points_e4",), lambda _: ()), strict=True)
    )
    return [_worth_more(stay, verdict, *points.get(place, (0,))) for place, (stay, verdict) in enumerate(asked)]


def _worth_more(stay: Stay, verdict: Verdict, points_e4: int) -> bool:
    # A stay that is paid for an episode is decided on for all of it.
    names = (
        ("episode_cost_fen", "episode_hospital_fen") if stay.role == LEAD else ("total_cost_fen", "hospital_part_fen")
    )
    cost, hospital = map(stay.value, names)
    if verdict.outcome == BY_ITEM:
        return verdict.allowed_fen > max(cost - hospital, 0)
    opening = stay.values.pools[stay.pool].opening_point_value_e4
    return verdict.outcome == ADJUSTED and points_e4 * opening > cost * E8_PER_FEN
