"""Runs rules over a batch: the gate first, then the others in the order in which money is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.screening.catalogue import rules as all_rules
from drgdip.screening.context import Grouper, Run
from drgdip.screening.coverage import Covered, covered
from drgdip.screening.data import Dataset, Frame
from drgdip.screening.findings import Finding, Writer, digests
from drgdip.screening.hits import Hit, Judged, State, Subject, not_run
from drgdip.screening.lists import Pack, with_lists
from drgdip.screening.money_once import count_once
from drgdip.screening.moved import Kept
from drgdip.screening.params import MissingList, Params
from drgdip.screening.rule import STAGES, Rule
from drgdip.screening.settings import Settings
from drgdip.screening.shapes import ACROSS_PERSONS, SHAPES
from drgdip.screening.shapes.gate import Counted, counted, shares
from drgdip.screening.suppressions import Suppression, covers, leaves_item

GATE = "A02"


#: Kernels that measure institutions against each other, or draw samples.
_STATISTICS = ("K7", "K9")


class Screened(NamedTuple):
    """What a batch came to.

    findings : in order of their keys. coverage : rows of the manifest. gate : whether the gate ran. answers : rule ->
    its answers for every subject. hits : rule -> its hits, for rules that build on others.
    """

    findings: list[Finding]
    coverage: list[Covered]
    gate: bool
    answers: Mapping[str, Judged]


def chosen_rules(wanted: Sequence[str]) -> list[Rule]:
    """Rules by ID, all of them if none is named, in the order in which they run. UsageError for an unknown one."""
    known = all_rules()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UsageError(
            Text(f"没有规则 {', '.join(unknown)}。", f"There is no rule {', '.join(unknown)}."),
            Text(f"可用:{', '.join(known)}。", f"There are {', '.join(known)}."),
        )
    chosen = [known[name] for name in dict.fromkeys(wanted)] if wanted else list(known.values())
    return sorted(chosen, key=lambda rule: (rule.id != GATE, STAGES.index(rule.stage), rule.id))


class Batch(Protocol):
    """A batch of several parts: ``whole`` has all but fee lines, ``parts`` stays with lines and their places in it."""

    @property
    def whole(self) -> Dataset: ...

    def parts(self) -> Iterator[tuple[Dataset, np.ndarray]]:
        """Each part once."""
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
    turns = _Turns(chosen_rules(wanted), settings, pack, grouper)
    done = turns.take(data, turns.rules, np.zeros(data.cases.rows, dtype=np.bool_), {})
    return Screened(count_once(data, done.findings, passed), sorted(done.coverage), turns.gate, done.answers)


def in_parts(wanted: Sequence[str], settings: Settings, with_pack: bool = False) -> bool:
    """Whether a batch can be screened part by part: no rule that would run holds lines of several persons together.

    with_pack : whether lists come from a knowledge pack, too.
    """
    return not any(_across_persons(rule, settings, with_pack) for rule in chosen_rules(wanted))


def _across_persons(rule: Rule, settings: Settings, with_pack: bool) -> bool:
    if "fee_lines" not in rule.inputs or settings.life(rule) not in ("active", "shadow"):
        return False
    if rule.shape not in ACROSS_PERSONS:
        return rule.kernel in _STATISTICS
    listed, asked = ACROSS_PERSONS[rule.shape]
    defaults = {name: parameter.default for name, parameter in rule.parameters.items()}
    given: dict[str, Any] = {**rule.fixed, **defaults, **settings.params.get(rule.id, {})}
    there = not listed or given.get(listed) is not None or (with_pack and listed in rule.lists)
    return there and (not asked or given.get(asked) not in (None, False, "false"))


def screen_parts(
    batch: Batch, wanted: Sequence[str], settings: Settings, pack: Pack | None = None, grouper: Grouper | None = None,
    passed: Mapping[str, str] | None = None,
) -> Screened:  # fmt: skip
    """The same for a batch of several parts: what reads fee lines first, then what looks at the batch as a whole."""
    whole, turns = batch.whole, _Turns(chosen_rules(wanted), settings, pack, grouper)
    own = [rule for rule in turns.rules if "fee_lines" in rule.inputs]
    held = np.zeros(whole.cases.rows, dtype=np.bool_)
    found: dict[str, list[Hit]] = {}
    findings: list[Finding] = []
    coverage = Counter[tuple[str, str, str, str, str]]()
    lines, answers, kept = Counted(), dict[str, Judged](), Kept()
    for data, places in batch.parts():
        lines = lines.plus(counted(data))
        part = turns.take(data, own, np.zeros(data.cases.rows, dtype=np.bool_), {})
        held[places[part.held]] = True
        for rule, hits in part.found.items():
            found.setdefault(rule, []).extend(_elsewhere(hit, places) for hit in hits if hit.case >= 0)
        findings += kept.moved(data, part.findings, places)
        coverage.update({row[:5]: row.number for row in part.coverage if row.number})
        answers = part.answers
    rest = turns.take(whole, [rule for rule in turns.rules if "fee_lines" not in rule.inputs], held, found, lines)
    rows = [Covered(*key, number=number) for key, number in coverage.items()]
    counted_once = count_once(whole._replace(lines=kept.lines()), [*findings, *rest.findings], passed)
    return Screened(counted_once, sorted([*rows, *rest.coverage]), turns.gate, {**answers, **rest.answers})


def _elsewhere(hit: Hit, places: np.ndarray) -> Hit:
    """A hit of a part as rules on the whole batch see it: what it did to which stay."""
    return Hit(hit.outcome, hit.subject, hit.keys, int(places[hit.case]))


class _Done(NamedTuple):
    """What some rules came to, money not counted yet. held : stays that the gate holds. found : hits by rule."""

    findings: list[Finding]
    coverage: list[Covered]
    answers: dict[str, Judged]
    held: np.ndarray
    found: dict[str, list[Hit]]


class _Turns:
    """Rules in their order, with their parameters."""

    def __init__(self, rules: list[Rule], settings: Settings, pack: Pack | None, grouper: Grouper | None) -> None:
        self.rules = rules
        self._settings, self._grouper = settings, grouper
        self._values = {rule.id: with_lists(rule, settings.params.get(rule.id, {}), pack) for rule in rules}
        self._pack_digest = pack.digest if pack else ""
        self.gate = any(rule.id == GATE and settings.life(rule) == "active" for rule in rules)

    def take(
        self, data: Dataset, rules: Sequence[Rule], held: np.ndarray, before: Mapping[str, list[Hit]],
        lines: Counted | None = None,
    ) -> _Done:  # fmt: skip
        """Run rules one after the other. before : hits of rules that ran elsewhere. lines : counted elsewhere."""
        refunded = data.cases.is_any("refunded", ("1",))
        found = dict(before)
        findings: list[Finding] = []
        coverage: list[Covered] = []
        answers: dict[str, Judged] = {}
        if lines is not None:
            findings += self._of_whole(data, lines)
        for rule in rules:
            life = self._settings.life(rule)
            values = self._values[rule.id][0]
            batch = _Batch(data, rule, values, refunded, held, self._settings.suppressions, self.gate, self._grouper)
            judged = batch.judged(life, found)
            coverage += covered(rule, life, judged)
            answers[rule.id] = judged
            if life == "active":
                found[rule.id] = judged.hits
                if rule.id == GATE:
                    held = held.copy()
                    held[[hit.case for hit in judged.hits if hit.case >= 0]] = True
            findings += self._written(data, rule, judged.hits)
        return _Done(findings, coverage, answers, held, found)

    def _of_whole(self, data: Dataset, lines: Counted) -> list[Finding]:
        """What the gate says of a batch that it has seen in parts."""
        for rule in self.rules:
            if rule.id == GATE and data.lines is not None and self._settings.life(rule) in ("active", "shadow"):
                run = Run(data, Params(rule.id, self._values[rule.id][0]), np.zeros(0, dtype=np.bool_), {})
                return self._written(data, rule, shares(run, lines))
        return []

    def _written(self, data: Dataset, rule: Rule, hits: Sequence[Hit]) -> list[Finding]:
        if not hits:
            return []
        values, used = self._values[rule.id]
        known = digests(rule, values, self._pack_digest)
        return Writer(data, rule, tuple(used), known, self._settings.life(rule) == "shadow").findings(hits)


class _Batch(NamedTuple):
    """One rule's turn."""

    data: Dataset
    rule: Rule
    values: Mapping[str, Any]
    refunded: np.ndarray
    held: np.ndarray
    suppressions: Sequence[Suppression]
    gate: bool
    grouper: Grouper | None

    def judged(self, life: str, found: Mapping[str, Sequence[Hit]]) -> Judged:
        cases = self.data.cases
        if life not in ("active", "shadow"):
            return not_run(*self._subjects(f"life:{life}"))
        left_out = {s.id: covers(s, self.rule.id, cases) for s in self.suppressions if self.rule.id in s.rules}
        closed = self.refunded | self.held
        for where in left_out.values():
            closed = closed | where
        run = Run(self.data, Params(self.rule.id, self.values), closed, found, self.grouper)
        try:
            judged = SHAPES[self.rule.shape](run)
        except MissingList as missing:
            judged = not_run(*self._subjects(f"list_absent:{missing.name}"))
        judged.hits = [hit for hit in judged.hits if self._stays(hit, closed)]
        if judged.subject == "case":
            for name in sorted(left_out):
                judged.answers.settle(left_out[name], State.NOT_APPLICABLE, f"suppressed:{name}")
            judged.answers.settle(self.refunded, State.NOT_APPLICABLE, "refunded")
            judged.answers.settle(self.held & ~self.refunded, State.NOT_RUN, f"held:{GATE}")
        return judged

    def _subjects(self, reason: str) -> tuple[int, str, Subject]:
        """What the rule would have answered for: their number, the reason why it has not, their kind."""
        tables: dict[str, tuple[Frame | None, Subject]] = {
            "outpatient_lines": (self.data.table("outpatient_lines"), "outpatient_line"),
            "outpatient_settlements": (self.data.outpatient, "outpatient"),
            "drug_lines": (self.data.drug_lines, "drug_line"),
            "drug_trace": (self.data.trace, "trace"),
        }
        frame, subject = next((tables[name] for name in tables if name in self.rule.inputs), (self.data.cases, "case"))
        return (frame.rows if frame else 0), reason, subject

    def _stays(self, hit: Hit, closed: np.ndarray) -> bool:
        """Hits on cases that may not be judged, on lines of no case, and on items that a suppression leaves alone fall."""
        if hit.case >= 0 and closed[hit.case]:
            return False
        if hit.subject != "line":
            return True
        lines = self.data.lines
        assert lines is not None
        if hit.case < 0 and self.gate and self.data.cases.rows:
            return False
        item = lines.text("item", hit.place)
        return not any(leaves_item(s, self.rule.id, item, self.data.cases, hit.case) for s in self.suppressions)
