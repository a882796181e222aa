"""Runs rules over a batch: the gate first, then the others in the order in which money is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

import numpy as np

from drgdip.screening.across import across_persons
from drgdip.screening.context import Grouper, Run
from drgdip.screening.coverage import Covered, covered
from drgdip.screening.data import Dataset, Frame
from drgdip.screening.findings import LANES, Finding, Writer
from drgdip.screening.gathered import with_gathered
from drgdip.screening.hits import Hit, Judged
from drgdip.screening.lacking import Rows, Told, told_together
from drgdip.screening.lists import Pack
from drgdip.screening.money_once import count_once
from drgdip.screening.moved import Kept, LinesOf, lines_of
from drgdip.screening.one_batch import OneBatch
from drgdip.screening.plan import GATE, Plan, Planned
from drgdip.screening.rule import Lack
from drgdip.screening.settings import Settings
from drgdip.screening.shapes.gate import Counted, counted, shares
from drgdip.screening.shared import Shared

Result = TypeVar("Result")

_NOTHING: Mapping[str, tuple[Sequence[Dataset], Told]] = {}


class Screened(NamedTuple):
    """What a batch came to.

    findings : in order of their keys. coverage : rows of the manifest. gate : whether the gate ran. answers : rule ->
    its answers for every subject. hits : rule -> its hits, for rules that build on others.
    """

    findings: list[Finding]
    coverage: list[Covered]
    gate: bool
    answers: Mapping[str, Judged]


class Batch(Protocol):
    """A batch of several parts: ``whole`` has all but fee lines, each part stays with lines."""

    @property
    def whole(self) -> Dataset: ...

    def each(self, work: Callable[[Dataset, np.ndarray], Result]) -> Iterator[Result]:
        """What becomes of each part, in order: work is given the part, and the places of its stays in the whole."""
        ...


def screen_batch(
    data: Dataset,
    wanted: Sequence[str],
    settings: Settings,
    pack: Pack | None = None,
    grouper: Grouper | None = None,
    passed: Mapping[str, str] | None = None,
) -> Screened:
    """Findings of a batch, with money counted once, and the coverage of every rule.

    Parameters
    ----------
    data : the batch. wanted : IDs of rules; all of them if none is named. The gate runs if it is among them.
    settings : parameters, states and suppressions. pack : lists. grouper : for rules that group again.
    passed : see :func:`drgdip.screening.money_once.count_once`.
    """
    return screen_planned(data, Plan(wanted, settings, pack), grouper, passed)


def screen_planned(
    data: Dataset, plan: Plan, grouper: Grouper | None = None, passed: Mapping[str, str] | None = None
) -> Screened:
    """The same with what does not depend on the batch settled before."""
    turns = _Turns(plan, grouper)
    done = turns.take(data, plan.rules, np.zeros(data.cases.rows, dtype=np.bool_), {})
    return Screened(count_once(data, done.findings, passed), sorted(done.coverage), plan.gate, done.answers)


def screen_parts(
    batch: Batch, wanted: Sequence[str], settings: Settings, pack: Pack | None = None, grouper: Grouper | None = None,
    passed: Mapping[str, str] | None = None,
) -> Screened:  # fmt: skip
    """The same for a batch of several parts: what looks at fee lines of one person first, then what looks at the whole."""
    whole, plan = batch.whole, Plan(wanted, settings, pack)
    turns = _Turns(plan, grouper)
    across = [one for one in plan.rules if across_persons(one.rule, settings, pack is not None)]
    own = [one for one in plan.rules if "fee_lines" in one.rule.inputs and one not in across]
    others = [one for one in plan.rules if one not in own]
    gathered: dict[str, list[list[Frame]]] = {one.rule.id: [[] for _ in one.values] for one in across}
    told: dict[str, dict[Lack, Rows]] = {one.rule.id: {} for one in across}
    held = np.zeros(whole.cases.rows, dtype=np.bool_)
    found: dict[str, list[Hit]] = {}
    findings: list[Finding] = []
    coverage = Counter[tuple[str, str, str, str, str]]()
    lines, answers, kept = Counted(), dict[str, Judged](), Kept()

    def screened(data: Dataset, places: np.ndarray) -> _Part:
        done = turns.take(data, own, np.zeros(data.cases.rows, dtype=np.bool_), {}, gather=across)
        return _Part(done, places, counted(data), lines_of(data, done.findings))

    for part in batch.each(screened):
        lines = lines.plus(part.counted)
        held[part.places[part.done.held]] = True
        for rule, hits in part.done.found.items():
            found.setdefault(rule, []).extend(_elsewhere(hit, part.places) for hit in hits if hit.case >= 0)
        findings += kept.moved(part.lines, part.done.findings, part.places)
        coverage.update({row[:5]: row.number for row in part.done.coverage if row.number})
        answers = part.done.answers
        for rule, lacks in part.done.told.items():
            told_together(told[rule], lacks, part.places, whole.cases.rows)
        for rule, frames in part.done.gathered.items():
            for every, frame in zip(gathered[rule], frames, strict=True):
                every.append(frame)
    seen = {rule: ([with_gathered(whole, frames) for frames in own], told[rule]) for rule, own in gathered.items()}
    rest = turns.take(whole, others, held, found, lines, seen, kept=kept)
    rows = [Covered(*key, number=number) for key, number in coverage.items()]
    counted_once = count_once(whole._replace(lines=kept.lines()), [*findings, *rest.findings], passed)
    return Screened(counted_once, sorted([*rows, *rest.coverage]), plan.gate, {**answers, **rest.answers})


def _elsewhere(hit: Hit, places: np.ndarray) -> Hit:
    """A hit of a part as rules on the whole batch see it: what it did to which stay."""
    return Hit(hit.outcome, hit.subject, hit.keys, int(places[hit.case]))


class _Done(NamedTuple):
    """What some rules came to, money not counted yet. held : stays that the gate holds. found : hits by rule. gathered : lines for rules that are to look at all parts together, for each of their values. told : what all lines lack for these."""

    findings: list[Finding]
    coverage: list[Covered]
    answers: dict[str, Judged]
    held: np.ndarray
    found: dict[str, list[Hit]]
    gathered: dict[str, list[Frame]]
    told: dict[str, Told]


class _Part(NamedTuple):
    """What a part came to: places of its stays in the whole, its fee lines counted, and those that findings are about."""

    done: _Done
    places: np.ndarray
    counted: Counted
    lines: LinesOf


class _Turns:
    """Rules in their order."""

    def __init__(self, plan: Plan, grouper: Grouper | None) -> None:
        self._plan, self._grouper = plan, grouper

    def take(
        self, data: Dataset, rules: Sequence[Planned], held: np.ndarray, before: Mapping[str, list[Hit]],
        lines: Counted | None = None, seen: Mapping[str, tuple[Sequence[Dataset], Told]] = _NOTHING, gather: Sequence[Planned] = (), kept: Kept | None = None,
    ) -> _Done:  # fmt: skip
        """Run rules one after the other.

        before : hits of rules that ran elsewhere. lines : counted elsewhere. seen : what some rules see in place of the
        batch, for each of their values. gather : rules whose lines are to be gathered. kept : lines that findings are about, where those of
        what some rules see are no longer at hand when money is counted.
        """
        found = dict(before)
        findings: list[Finding] = []
        coverage: list[Covered] = []
        answers: dict[str, Judged] = {}
        batch, places = OneBatch(data, held, self._plan.gate, self._grouper), np.arange(data.cases.rows)
        if lines is not None:
            findings += self._of_whole(data, lines)
        for one in rules:
            rule = one.rule
            parts, lacks = seen.get(rule.id, ((), {}))
            own = [batch.seeing(gathered, lacks) for gathered in parts] or [batch] * len(one.values)
            judged, by_state = own[0].judged(one, found, own)
            coverage += covered(rule, one.life, judged)
            answers[rule.id] = judged
            if one.is_ever_active:
                found[rule.id] = [
                    hit for state, hits in by_state.items() if one.states[state].life == "active" for hit in hits
                ]
                if rule.id == GATE:
                    batch.hold([hit.case for hit in found[rule.id] if hit.case >= 0])
            for state, hits in by_state.items():
                shared = own[one.value_of[state]].shared
                written = _written(shared, one, state, hits) if hits else []
                findings += kept.moved(lines_of(shared.data, written), written, places) if kept and parts else written
        told = {one.rule.id: batch.told(one.rule) for one in gather}
        gathered = {one.rule.id: [batch.gathered(one, params) for params in one.values] for one in gather}
        return _Done(findings, coverage, answers, batch.held, found, gathered, told)

    def _of_whole(self, data: Dataset, lines: Counted) -> list[Finding]:
        """What the gate says of a batch that it has seen in parts."""
        for one in self._plan.rules:
            if one.rule.id == GATE and data.lines is not None and one.states[one.scope.last].runs:
                run = Run(data, one.params, np.zeros(0, dtype=np.bool_), {}, Shared(data))
                return _written(run.shared, one, one.scope.last, shares(run, lines))
        return []


def _written(shared: Shared, one: Planned, state: int, hits: Sequence[Hit]) -> list[Finding]:
    """Findings with the digests, lists and values of the days and places that they are judged by."""
    own = one.states[state]
    for hit in hits if own.said else ():
        hit.facts = {**hit.facts, "values": own.said}
    for hit in hits if one.rule.outcome not in LANES else ():  # a rule does no more than it declares
        hit.outcome = one.rule.outcome if hit.outcome in LANES else hit.outcome
    return Writer(shared, one.rule, own.lists, own.digests, own.life == "shadow", own.cited).findings(hits)
