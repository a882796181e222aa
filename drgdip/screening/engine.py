"""Runs rules over a batch: the gate first, then the others in the order in which money is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

import numpy as np

from drgdip.screening.across import across_persons
from drgdip.screening.context import Grouper, Run
from drgdip.screening.coverage import Covered, covered, not_judged
from drgdip.screening.data import Dataset, Frame
from drgdip.screening.dated import together
from drgdip.screening.findings import Finding, Writer
from drgdip.screening.gathered import with_gathered
from drgdip.screening.hits import Hit, Judged, State
from drgdip.screening.lists import Pack
from drgdip.screening.money_once import count_once
from drgdip.screening.moved import Kept, LinesOf, lines_of
from drgdip.screening.params import MissingList, Params
from drgdip.screening.plan import GATE, Plan, Planned
from drgdip.screening.rule import Rule
from drgdip.screening.settings import Settings
from drgdip.screening.shapes import SHAPES
from drgdip.screening.shapes.gate import Counted, counted, shares
from drgdip.screening.shapes.gathering import GATHERED
from drgdip.screening.shared import Shared
from drgdip.screening.suppressions import leaves_item

Result = TypeVar("Result")

_NOTHING: Mapping[str, Dataset] = {}


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
    gathered: dict[str, list[Frame]] = {one.rule.id: [] for one in across}
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
        for rule, frame in part.done.gathered.items():
            gathered[rule].append(frame)
    seen = {rule: with_gathered(whole, frames) for rule, frames in gathered.items()}
    rest = turns.take(whole, others, held, found, lines, seen)
    rows = [Covered(*key, number=number) for key, number in coverage.items()]
    counted_once = count_once(whole._replace(lines=kept.lines()), [*findings, *rest.findings], passed)
    return Screened(counted_once, sorted([*rows, *rest.coverage]), plan.gate, {**answers, **rest.answers})


def _elsewhere(hit: Hit, places: np.ndarray) -> Hit:
    """A hit of a part as rules on the whole batch see it: what it did to which stay."""
    return Hit(hit.outcome, hit.subject, hit.keys, int(places[hit.case]))


class _Done(NamedTuple):
    """What some rules came to, money not counted yet. held : stays that the gate holds. found : hits by rule. gathered : lines for rules that are to look at all parts together."""

    findings: list[Finding]
    coverage: list[Covered]
    answers: dict[str, Judged]
    held: np.ndarray
    found: dict[str, list[Hit]]
    gathered: dict[str, Frame]


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
        lines: Counted | None = None, seen: Mapping[str, Dataset] = _NOTHING, gather: Sequence[Planned] = (),
    ) -> _Done:  # fmt: skip
        """Run rules one after the other.

        before : hits of rules that ran elsewhere. lines : counted elsewhere. seen : what some rules see in place of the
        batch. gather : rules whose lines are to be gathered.
        """
        found = dict(before)
        findings: list[Finding] = []
        coverage: list[Covered] = []
        answers: dict[str, Judged] = {}
        batch = _Batch(data, held, self._plan.gate, self._grouper)
        if lines is not None:
            findings += self._of_whole(data, lines)
        for one in rules:
            rule = one.rule
            own = batch.seeing(seen[rule.id]) if rule.id in seen else batch
            judged = own.judged(one, found)
            coverage += covered(rule, one.life, judged)
            answers[rule.id] = judged
            if one.life == "active":
                found[rule.id] = judged.hits
                if rule.id == GATE:
                    batch.hold([hit.case for hit in judged.hits if hit.case >= 0])
            findings += _written(own.data, one, judged.hits)
        gathered = {one.rule.id: batch.gathered(one) for one in gather}
        return _Done(findings, coverage, answers, batch.held, found, gathered)

    def _of_whole(self, data: Dataset, lines: Counted) -> list[Finding]:
        """What the gate says of a batch that it has seen in parts."""
        for one in self._plan.rules:
            if one.rule.id == GATE and data.lines is not None and one.runs:
                run = Run(data, one.params, np.zeros(0, dtype=np.bool_), {}, Shared(data))
                return _written(data, one, shares(run, lines))
        return []


def _written(data: Dataset, one: Planned, hits: Sequence[Hit]) -> list[Finding]:
    """Findings with the digests and lists of the days and places that they are judged by."""
    found: list[Finding] = []
    by_state: dict[int, list[Hit]] = {}
    for hit, state in zip(hits, one.scope.of_hits(data, hits) if len(one.states) > 1 else [0] * len(hits), strict=True):
        by_state.setdefault(state, []).append(hit)
    for state, own in by_state.items():
        lists = one.states[state]
        found += Writer(data, one.rule, lists.lists, lists.digests, one.life == "shadow").findings(own)
    return found


class _Batch:
    """One batch in front of one rule after the other."""

    def __init__(self, data: Dataset, held: np.ndarray, gate: bool, grouper: Grouper | None) -> None:
        self.data, self.held, self._gate, self._grouper = data, held, gate, grouper
        self._refunded = data.cases.is_any("refunded", ("1",))
        self._shared = Shared(data)
        self._closed: dict[tuple[int, ...], np.ndarray] = {}
        self._aside = self._set_aside()

    def hold(self, cases: list[int]) -> None:
        """Cases that no later rule judges."""
        self.held, self._closed = self.held.copy(), {}
        self.held[cases] = True
        self._aside = self._set_aside()

    def _set_aside(self) -> list[tuple[np.ndarray, State, str]]:
        """Which cases no rule judges, with what is said of them."""
        kinds = (
            (self._refunded, State.NOT_APPLICABLE, "refunded"),
            (self.held & ~self._refunded, State.NOT_RUN, f"held:{GATE}"),
        )
        return [kind for kind in kinds if kind[0].any()]

    def seeing(self, data: Dataset) -> _Batch:
        """The same stays with other lines."""
        return _Batch(data, self.held, self._gate, self._grouper)

    def gathered(self, one: Planned) -> Frame:
        """The lines that a rule needs of this part."""
        run = Run(self.data, one.params, self._closed_to(one), {}, self._shared, self._grouper)
        run.lines.make()
        try:
            return GATHERED[one.rule.shape](run)
        except MissingList:
            return run.lines.take(np.empty(0, dtype=np.int64))

    def judged(self, one: Planned, found: Mapping[str, Sequence[Hit]]) -> Judged:
        """One rule's answers."""
        if not one.runs:
            return not_judged(self.data, one.rule, f"life:{one.life}")
        closed = self._closed_to(one)
        by_state = [self._by(one.rule, own.params, closed, found) for own in one.states]
        judged = by_state[0]
        if len(by_state) > 1:
            counted = self._shared.judged(closed) if self.data.lines is not None else None
            judged = together(self.data, one.scope, by_state, counted)
        judged.hits = [hit for hit in judged.hits if self._stays(one, hit, closed)]
        if judged.subject == "case":
            for suppression in one.suppressions:
                where = self._shared.suppressed(suppression)
                judged.answers.settle(where, State.NOT_APPLICABLE, f"suppressed:{suppression.id}")
            for where, state, reason in self._aside:
                judged.answers.settle(where, state, reason)
        return judged

    def _by(self, rule: Rule, params: Params, closed: np.ndarray, found: Mapping[str, Sequence[Hit]]) -> Judged:
        run = Run(self.data, params, closed, found, self._shared, self._grouper)
        try:
            return SHAPES[rule.shape](run)
        except MissingList as missing:
            return not_judged(self.data, rule, f"list_absent:{missing.name}")

    def _closed_to(self, one: Planned) -> np.ndarray:
        """Cases that a rule may not judge; one array for all rules that have the same."""
        names = tuple(map(id, one.suppressions))
        if names not in self._closed:
            closed = self._refunded | self.held
            for suppression in one.suppressions:
                closed |= self._shared.suppressed(suppression)
            closed.flags.writeable = False
            self._closed[names] = closed
        return self._closed[names]

    def _stays(self, one: Planned, hit: Hit, closed: np.ndarray) -> bool:
        """Hits on cases that may not be judged, on lines of no case, and on items that a suppression leaves alone fall."""
        if hit.case >= 0 and closed[hit.case]:
            return False
        if hit.subject != "line":
            return True
        if hit.case < 0 and self._gate and self.data.cases.rows:
            return False
        lines = self.data.lines
        assert lines is not None
        if not one.items:
            return True
        item = lines.text("item", hit.place)
        return not any(
            leaves_item(suppression, one.rule.id, item, self.data.cases, hit.case) for suppression in one.items
        )
