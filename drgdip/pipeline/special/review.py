"""Special-case review of one month: what is decided, what of it takes effect, and what the statement posts (6.2–6.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.findings import Finding
from drgdip.clearing import SpecialSums
from drgdip.interface.special import Application, SpecialDecision, SpecialLine
from drgdip.pipeline.batch import joined, split, take
from drgdip.pipeline.special import lines
from drgdip.pipeline.special.case import Case, claim_of, denied_changes, later_of, settled, sums_of
from drgdip.pipeline.special.checks import Given, application_defect, decision_defects
from drgdip.pipeline.special.denied import EarlierDenials, Later
from drgdip.pipeline.special.earlier import reproduced, stays_of
from drgdip.pipeline.special.inputs import SpecialInputs
from drgdip.pipeline.special.places import places, scope_of
from drgdip.pipeline.special.stay import (
    Stay,
    Verdict,
    decided_all,
    level_of,
    stages_from_review,
    verdict_of,
    verdict_of_line,
    worth_more_than_cost,
)
from drgdip.pipeline.special.tally import Tally, added, counted, empty_tally
from drgdip.pipeline.text_rows import rows_with_ids
from drgdip.special_cases.quota import Places, admit, ranked

if TYPE_CHECKING:
    import pyarrow as pa

    from drgdip.interface.denial import DenialLine
    from drgdip.pipeline.context import Context
    from drgdip.pipeline.process import Process
    from drgdip.policy import Policy
    from drgdip.policy.sections.special_values import Special
    from drgdip.tables import GroupTables

_DECEMBER = "12"


class Outcome(NamedTuple):
    """What a month's review came to: lines, sums by hospital and pool, its own tally, places held and there."""

    lines: list[SpecialLine]
    sums: Mapping[tuple[str, str], SpecialSums]
    tally: Tally
    used: Mapping[str, int]
    allowed: Mapping[str, int]


class Review:
    """The review of one month. Feed it priced chunks with :meth:`see`, then :meth:`decide`, then pay by :meth:`apply`."""

    def __init__(
        self,
        month: str,
        policy: Policy,
        tables: GroupTables,
        process: Process,
        contexts: Sequence[Context],
        given: SpecialInputs,
        tell: Callable[[Sequence[Finding]], None],
        closing: bool = False,
        denied: Sequence[DenialLine] = (),
    ) -> None:
        values = contexts[-1].values
        if values.special is None:
            raise ValueError("the policy has no section special")
        self.terms: Special = values.special
        self._month, self._policy, self._tables, self._process = month, policy, tables, process
        self._paid_now = "" if closing else month  # whose stays are decided on before they are paid
        self._contexts, self._given, self._tell = contexts, given, tell
        self._pools = list(values.pools)
        #: A year to date is settled again with all its stays; a year that is closed has its stays in its months.
        self._cumulative = values.month.point_value == "cumulative" and not closing
        self._decisions = self._unseen(given.decisions)
        self._held = given.history.of_decisions("in_force")
        self._again = [*given.history.of_decisions("waiting"), *(self._held if self._cumulative else ())]
        self._wanted = {line.setl_id for line in given.history.lines.values() if line.standing == "open"}
        self._wanted |= {one.setl_id for one in (*self._again, *given.applications, *self._decisions)}
        #: What earlier runs have denied; what that has left of stays of earlier months.
        self._denied, self._left = EarlierDenials(denied, values.sanctions), dict[str, Stay]()
        self._by_level = self.terms.share_e4 is None
        self.tally = empty_tally(self._by_level)
        self._stays: dict[str, Stay] = {}
        self._cases, self._taken_up = list[Case](), set[str]()
        self._decided_before = {one.setl_id for one in given.history.of_decisions("in_force", "waiting", "rejected")}
        self._lines: list[SpecialLine] = []
        self._applied: dict[str, SpecialLine] = {}
        self.places: dict[str, Places] = {}
        #: Columns of the month's stays that a decision changes.
        self.replaced: dict[str, Mapping[str, np.ndarray]] = {}

    @property
    def waits(self) -> bool:
        """Whether decisions have to wait for the month's discharges before any stay is paid."""
        return bool(self._decisions or self._again)

    def see(self, text: Mapping[str, pa.Array], columns: Mapping[str, np.ndarray], hospitals: Sequence[str]) -> None:
        """Count a priced chunk, and keep the stays that somebody applied for or decided on."""
        self.tally = added([self.tally, counted(columns, hospitals, self._pools, self._by_level)])
        rows = rows_with_ids(text, self._wanted)
        kept = split(take(columns, np.array([row for row, _ in rows]))) if rows else []
        for (_, setl_id), own in zip(rows, kept, strict=True):
            hospital, pool = hospitals[int(own["hospital_id"][0])], self._pools[int(own["pool_index"][0])]
            self._stays[setl_id] = Stay(setl_id, self._month, hospital, pool, own, self._contexts, self._process)

    def decide(self) -> tuple[list[dict[str, np.ndarray]], list[dict[str, np.ndarray]]]:
        """Check every decision and give out the places, once all stays of the month are known.

        Returns the stays of the month that change before the point value, in batches: their columns before, and after.
        """
        self._find_earlier()
        self._find_applications()
        self._check_decisions()
        self._take_up_again()
        self._give_places()
        now = [case for case in self._cases if case.in_force and case.stay.month == self._paid_now]
        found = decided_all([(case.stay, case.verdict) for case in now])
        for one in found:
            self.replaced |= zip((now[place].stay.setl_id for place in one.places), split(one.after), strict=True)
        if self.terms.effect == "after_pv":
            return [], []
        return [one.before for one in found], [one.after for one in found]

    def _find_earlier(self) -> None:
        missing = self._wanted - self._stays.keys()
        runs = [] if self._cumulative else self._given.history.runs
        earlier = stays_of(runs, missing, self._policy, self._tables, self._process)
        self._stays |= earlier
        self._left = self._denied.left_of(earlier)

    def _find_applications(self) -> None:
        """Applications by stay: those that an earlier month left open or returned, then the new ones."""
        earlier = [line for line in self._given.history.lines.values() if line.application_id]
        self._applied = {line.setl_id: line for line in earlier if not line.decision_id}
        known = {line.application_id for line in earlier}
        for one in self._given.applications:
            before = self._applied.get(one.setl_id)
            if one.id in known or (before is not None and before.standing == "open"):
                self._say(one, "application_id", one.id, "special_repeated")
                continue
            stay = self._stays.get(one.setl_id)
            why = "special_unknown_stay" if stay is None else application_defect(one, stay, self.terms)
            if why:
                self._say(one, "setl_id", one.setl_id, why)
            self._applied[one.setl_id] = lines.applied(lines.blank(self._month, one.setl_id, stay), one, why)

    def _check_decisions(self) -> None:
        """Take every decision up, or refuse it with all that is wrong with it."""
        known = [(one, self._stays.get(one.setl_id)) for one in self._decisions]
        asked = [(self._seen(stay), verdict_of(one, stay)) for one, stay in known if stay is not None]
        judged = zip(asked, worth_more_than_cost(asked), strict=True)
        for decision, stay in known:
            line = self._applied.get(decision.setl_id) or lines.blank(self._month, decision.setl_id, stay)
            line = line._replace(month=self._month)
            if stay is None:
                self._refuse(decision, line, [("setl_id", "special_unknown_stay")])
                continue
            (seen, verdict), above_cost = next(judged)
            if defects := self._defects(Given(decision, seen, above_cost, line.why), stay):
                self._refuse(decision, line, defects)
            else:
                self._accept(decision, line, stay, verdict)

    def _refuse(self, decision: SpecialDecision, line: SpecialLine, defects: Sequence[tuple[str, str]]) -> None:
        for field, key in defects:
            self._say(decision, field, lines.cell(decision, field), key)
        self._lines.append(lines.named(line, decision)._replace(standing="refused", why=defects[0][1]))

    def _accept(self, decision: SpecialDecision, line: SpecialLine, stay: Stay, verdict: Verdict) -> None:
        if not line.application_id:
            self._say(decision, "setl_id", decision.setl_id, "special_without_application")
        self._applied.pop(decision.setl_id, None)
        self._taken_up.add(decision.setl_id)
        self._cases.append(self._case(lines.decided(line, decision, verdict), stay, verdict))

    def _case(self, line: SpecialLine, stay: Stay, verdict: Verdict, in_force: bool = False) -> Case:
        line = line._replace(level=level_of(stay) if self._by_level else "")
        return Case(line, stay, verdict, in_force, self._seen(stay))

    def _seen(self, stay: Stay) -> Stay:
        return self._denied.judged(stay, self._left.get(stay.setl_id))

    def _defects(self, given: Given, stay: Stay) -> list[tuple[str, str]]:
        setl_id = given.decision.setl_id
        if stay.month[:4] != self._month[:4]:
            return [("setl_id", "special_other_year")]
        if setl_id in self._taken_up or setl_id in self._decided_before:
            return [("setl_id", "special_decided_before")]
        if not self._denied.decidable(setl_id, self._cumulative):
            return [("setl_id", "special_stay_denied")]
        if stay.month != self._paid_now and not reproduced(stay, Verdict()):
            return [("setl_id", "special_month_changed")]
        return list(decision_defects(given, self.terms))

    def _take_up_again(self) -> None:
        """Decisions of earlier months that wait for a place, and, of a year to date, those that are in force."""
        for line in self._again:
            stay = self._stays.get(line.setl_id)
            if stay is None:
                self._tell([Finding("--prior", 0, line.setl_id, "", line.decision_id, "special_unknown_stay")])
                continue
            line = line._replace(month=self._month)
            if line.standing == "waiting" and not self._denied.decidable(line.setl_id, self._cumulative):
                self._tell([Finding("--prior", 0, line.setl_id, "", line.decision_id, "special_stay_denied")])
                self._lines.append(lines.without_place(line)._replace(why="special_stay_denied"))
                continue
            self._cases.append(self._case(line, stay, verdict_of_line(line), line.standing == "in_force"))

    def _give_places(self) -> None:
        self.places = places(self.terms, added([self._given.history.tally, self.tally]), self._held)
        waiting = {case.stay.setl_id: case for case in self._cases if case.line.standing == "waiting"}
        claims = ranked([claim_of(case, self.terms) for case in waiting.values()], self.terms.ranking)
        admitted, given = admit(claims, self.places), {one.id: (one.file, one.row) for one in self._given.decisions}
        last = self._month.endswith(_DECEMBER) or self.terms.over_quota == "reject"
        for setl_id, case in waiting.items():
            if setl_id in admitted:
                case.in_force, case.line = True, lines.in_force(case.line)
                continue
            case.line = lines.without_place(case.line) if last else case.line
            key = "special_quota_exhausted" if last else "special_over_quota"
            file, row = given.get(case.line.decision_id, ("--prior", 0))
            self._tell([Finding(file, row, setl_id, "decision_id", case.line.decision_id, key)])

    def denied_changes(self) -> dict[str, int]:
        """By stay of a year to date, what earlier denials take of it as it is decided more than before, once point values are known."""
        return denied_changes(self._held, self._cases, self._denied) if self._cumulative else {}

    def later(self) -> dict[str, Later]:
        """Decisions that are in force on stays of earlier months, once :meth:`decide` has been called."""
        return {} if self._cumulative else later_of(self._held, self._cases, self._month)

    @property
    def pooled(self) -> Mapping[str, Mapping[str, np.ndarray]]:
        """Columns of the decided stays that count as decided in the month's point value."""
        return {} if self.terms.effect == "after_pv" else self.replaced

    def apply(self, text: Mapping[str, pa.Array], columns: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
        """A chunk of the month with the decided stays as they are decided; the chunk itself where there are none."""
        rows = rows_with_ids(text, self.replaced)
        if not rows:
            return columns
        changed = dict(columns)
        stages = stages_from_review(self._process)
        names = {column.name for stage in stages for column in (*stage.joins, *stage.writes)}
        for name, values in joined([self.replaced[setl_id] for _, setl_id in rows], names).items():
            changed[name] = columns[name].copy()
            changed[name][[row for row, _ in rows]] = values
        return changed

    def outcome(self) -> Outcome:
        """What the month's review came to, once its stays are paid."""
        if not self.waits:  # nothing was decided; applications are told all the same
            self._find_earlier()
            self._find_applications()
            self.places = places(self.terms, added([self._given.history.tally, self.tally]), self._held)
        found = settled(self._cases, self._paid_now, self._denied, self.denied_changes())
        open_ones = [line for line in self._applied.values() if line.month == self._month]
        sums = sums_of(self._cases, found, self._paid_now)
        used = Counter({scope: known.used_in_all for scope, known in self.places.items()})
        held = {line.setl_id for line in self._held}
        new = [case for case in self._cases if case.in_force and case.stay.setl_id not in held]
        used.update(scope_of(self.terms, case.stay.pool, case.line.level) for case in new)
        allowed = {scope: known.total for scope, known in self.places.items()}
        return Outcome([*found, *open_ones, *self._lines], sums, self.tally, used, allowed)

    def _unseen(self, decisions: Iterable[SpecialDecision]) -> list[SpecialDecision]:
        """Decisions that no earlier run has taken up; each of the others is a finding, so that nothing is posted twice."""
        known = {line.decision_id for line in self._given.history.lines.values() if line.decision_id}
        for one in decisions:
            if one.id in known:
                self._say(one, "decision_id", one.id, "special_repeated")
        return [one for one in decisions if one.id not in known]

    def _say(self, item: Application | SpecialDecision, field: str, value: str, key: str) -> None:
        self._tell([Finding(item.file, item.row, item.setl_id, field, value, key)])
