"""One batch in front of one rule after the other: which stays it may judge, and by which states of its lists and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from drgdip.screening.context import Grouper, Run
from drgdip.screening.coverage import not_judged
from drgdip.screening.data import Dataset, Frame
from drgdip.screening.hits import Hit, Judged, State
from drgdip.screening.lacking import Told, told_of_lines, with_lacking
from drgdip.screening.params import MissingList, Params
from drgdip.screening.plan import GATE, Planned
from drgdip.screening.rule import Rule
from drgdip.screening.shapes import SHAPES, of_lines
from drgdip.screening.shapes.gathering import GATHERED
from drgdip.screening.shared import Shared
from drgdip.screening.suppressions import leaves_item
from drgdip.screening.together import Turn, together
from drgdip.screening.whereabouts import Whereabouts

#: State of a rule -> its hits by that state.
ByState = dict[int, list[Hit]]


class OneBatch:
    """One batch in front of one rule after the other. told : what fee lines lack that only some are at hand of."""

    def __init__(
        self, data: Dataset, held: np.ndarray, gate: bool, grouper: Grouper | None, told: Told | None = None
    ) -> None:
        self.data, self.held, self._gate, self._grouper = data, held, gate, grouper
        self._told = told
        self._refunded = data.cases.is_any("refunded", ("1",))
        self.shared = Shared(data)
        self._closed: dict[tuple[int, ...], np.ndarray] = {}
        self._aside = self._set_aside()
        self.where = Whereabouts(data)

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

    def seeing(self, data: Dataset, told: Told) -> OneBatch:
        """The same stays with lines that were gathered. told : what all lines lack."""
        return OneBatch(data, self.held, self._gate, self._grouper, told)

    def told(self, rule: Rule) -> Told:
        """What the fee lines lack of the fields of a rule."""
        return told_of_lines(rule.lacking, self.shared)

    def gathered(self, one: Planned, params: Params) -> Frame:
        """The lines that a rule needs of this part."""
        run = Run(self.data, params, self._closed_to(one), {}, self.shared, self._grouper)
        run.lines.make()
        try:
            return GATHERED[one.rule.shape](run)
        except MissingList:
            return run.lines.take(np.empty(0, dtype=np.int64))

    def judged(
        self, one: Planned, found: Mapping[str, Sequence[Hit]], seen: Sequence[OneBatch]
    ) -> tuple[Judged, ByState]:  # fmt: skip
        """One rule's answers, and its hits by the state that each is judged by. seen : what it sees, for each of its values."""
        closed = self._closed_to(one)
        judged, by_state = self._by_state(one, closed, found, seen)
        if judged.hits:
            by_state = {
                number: [hit for hit in hits if self._stays(one, hit, closed)] for number, hits in by_state.items()
            }
            judged.hits = [hit for hits in by_state.values() for hit in hits]
        if one.runs and judged.subject == "case":
            if (uncounted := self._uncounted(one.rule)) is not None:
                judged.answers.mark(uncounted, State.NOT_RUN, "missing:cnt")
            for suppression in one.suppressions:
                where = self.shared.suppressed(suppression)
                judged.answers.settle(where, State.NOT_APPLICABLE, f"suppressed:{suppression.id}")
            for where, state, reason in self._aside:
                judged.answers.settle(where, state, reason)
        return judged, by_state

    def _by_state(
        self, one: Planned, closed: np.ndarray, found: Mapping[str, Sequence[Hit]], seen: Sequence[OneBatch]
    ) -> tuple[Judged, ByState]:  # fmt: skip
        rule = one.rule
        if len(one.states) == 1:
            judged, reason = seen[0]._by(rule, one.params, closed, found) if one.runs else (None, f"life:{one.life}")
            judged = judged or not_judged(self.data, rule, reason)
            return judged, {0: judged.hits}
        used = one.scope.used(self.data, rule.inputs)
        if rule.id == GATE:  # what it says of the whole batch goes by no place
            used |= {one.scope.last}
        by_value: dict[int, tuple[Judged | None, str]] = {}
        turns: dict[int, Turn] = {}
        for number in sorted(used):
            own, value = one.states[number], one.value_of[number]
            if own.runs and value not in by_value:
                by_value[value] = seen[value]._by(rule, own.params, closed, found)
            judged, reason = by_value[value] if own.runs else (None, f"life:{own.life}")
            turns[number] = Turn(judged, reason, own.life, seen[value].where)
        if len(turns) == 1:
            number, turn = turns.popitem()
            judged = turn.judged or not_judged(self.data, rule, turn.reason)
            if turn.life != one.life:
                for answers in (judged.answers, *(answers for _, answers in judged.beside)):
                    answers.lives = [(turn.life, None)]
            return judged, {number: judged.hits}
        lines = None
        if self.data.lines is not None and of_lines(rule):
            lines = self.shared.judged(closed), self.data.lines["case"]
        missing = not_judged(self.data, rule, next(iter(turns.values())).reason)
        return together(one.scope, turns, missing, lines)

    def _by(
        self, rule: Rule, params: Params, closed: np.ndarray, found: Mapping[str, Sequence[Hit]]
    ) -> tuple[Judged | None, str]:  # fmt: skip
        run = Run(self.data, params, closed, found, self.shared, self._grouper)
        try:
            return with_lacking(SHAPES[rule.shape](run), rule, params, self.shared, self._told), ""
        except MissingList as missing:
            return None, f"list_absent:{missing.name}"

    def _uncounted(self, rule: Rule) -> np.ndarray | None:
        """Stays with a line whose quantity is not known; bool, (n,). None where there is none."""
        if self._told is None:
            return self.shared.uncounted(rule)
        found = np.zeros(self.data.cases.rows, dtype=np.bool_)
        for lack, stays in self._told.items():
            if lack.field == "cnt":
                found |= np.ones_like(found) if stays is None else stays
        return found

    def _closed_to(self, one: Planned) -> np.ndarray:
        """Cases that a rule may not judge; one array for all rules that have the same."""
        names = one.suppressed_by
        if names not in self._closed:
            closed = self._refunded | self.held
            for suppression in one.suppressions:
                closed |= self.shared.suppressed(suppression)
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
