"""The denials of one month: checked, taken from what is left of each stay, posted as audit deductions (8.3).

A denial of a stay of the month itself is part of the stay's trace (``denied_fen``); one of an earlier month's stay is worked
out with the values that its month was paid with. Either is taken from the month of decision as an audit deduction, so that
it goes through the ledger: never below zero, never lost, never twice. The point value of a month that is closed stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.findings import Finding
from drgdip.clearing import DeniedSums
from drgdip.interface.deduction import Deduction
from drgdip.interface.denial import Denial, DenialLine, PoolReading
from drgdip.pipeline.batch import in_batches, rows_of
from drgdip.pipeline.denials.effect import (
    MODES,
    STRUCTURAL,
    Asked,
    Columns,
    Effect,
    changed_all,
    effects_of,
    reproduced,
    worth_e10,
)
from drgdip.pipeline.denials.inputs import DenialInputs
from drgdip.pipeline.denials.kept import KeptStays
from drgdip.pipeline.denials.lines import again, amount_defects, blank, told
from drgdip.pipeline.special.earlier import stays_of
from drgdip.pipeline.special.stay import Stay
from drgdip.pipeline.text_rows import rows_with_ids
from drgdip.sanctions import JOINS
from drgdip.sanctions.rules import denied_fen

if TYPE_CHECKING:
    import pyarrow as pa

    from drgdip.pipeline.context import Context
    from drgdip.pipeline.process import Process
    from drgdip.pipeline.special.denied import Later
    from drgdip.policy import Policy
    from drgdip.policy.sections.sanctions_values import Sanctions
    from drgdip.tables import GroupTables

_AUDIT = 10


class DenialOutcome(NamedTuple):
    """What a month's denials came to. case_fen : what the stays of the month lose, summed over their own columns."""

    lines: list[DenialLine]
    deductions: list[Deduction]
    sums: Mapping[tuple[str, str], DeniedSums]
    pools: list[PoolReading]
    case_fen: int = 0


class Moved(NamedTuple):
    """Batches of priced stays that leave a pool, and those that come into it instead."""

    out: list[dict[str, np.ndarray]]
    back: list[dict[str, np.ndarray]]


class Denials:
    """Feed it priced chunks with :meth:`see`, then :meth:`decide`; once the month's values are known, :meth:`work_out`, and pay
    what :meth:`apply` returns.
    """

    def __init__(
        self,
        month: str,
        policy: Policy,
        tables: GroupTables,
        process: Process,
        contexts: Sequence[Context],
        given: DenialInputs,
        tell: Callable[[Sequence[Finding]], None],
    ) -> None:
        values = contexts[-1].values
        if values.sanctions is None:
            raise ValueError("the policy has no section sanctions")
        self.terms: Sanctions = values.sanctions
        self._month, self._policy, self._tables, self._process = month, policy, tables, process
        self._contexts, self._given, self._tell = contexts, given, tell
        self._cumulative = values.month.point_value == "cumulative"
        self._known = {line.denial_id for line in given.earlier}
        posted = [line for line in given.earlier if line.standing == "posted"]
        self._taken = Counter[str]()
        for line in posted:
            self._taken[line.setl_id] += line.denied_fen
        self._structural = {line.setl_id for line in posted if line.mode in STRUCTURAL}
        #: In a year to date the stays of earlier months are in the pool again, and what left it must leave it again: points, or
        #: the cost of a stay by item, which has none.
        again = self._cumulative and self.terms.timing == "before_pool"
        self._again = [line for line in posted if line.mode in STRUCTURAL] if again else []
        self.wanted = {one.setl_id for one in given.denials} | {line.setl_id for line in self._again}
        self._kept = KeptStays(month, process, contexts, self.wanted)
        self._stays = self._kept.stays
        self._priced: dict[str, Columns] = {}
        self._pooled: dict[str, Columns] = {}
        self._accepted: dict[str, list[tuple[Denial, str]]] = {}
        self._left_pool: dict[str, int] = {}
        self._lines: list[DenialLine] = []
        self._posting: dict[str, list[DenialLine]] = {}
        self.pools: list[PoolReading] = []

    @property
    def waits(self) -> bool:
        """Whether stays have to wait for the month's denials before any is paid."""
        return bool(self._given.denials or self._again)

    def see(self, text: Mapping[str, pa.Array], columns: Columns, hospitals: Sequence[str]) -> None:
        """Keep the stays that something is denied of."""
        self._kept.see(text, columns, hospitals)

    def decide(
        self, replaced: Mapping[str, Columns], pooled: Mapping[str, Columns], later: Mapping[str, Later]
    ) -> Moved:
        """Check every denial, once all stays of the month are known.

        ``replaced``: columns of stays that special-case review or readmission has changed, as they are paid; ``pooled``: as
        the pools hold them; ``later``: decisions in force on stays of earlier months. Returns what leaves the pool before its point value.
        """
        self._priced, self._pooled = self._kept.priced(replaced), self._kept.priced(pooled)
        missing = self.wanted - self._stays.keys()
        earlier = stays_of(self._given.runs, missing, self._policy, self._tables, self._process)
        self._stays.update(earlier)
        self._priced |= {id_: stay.columns for id_, stay in earlier.items()} | self._decided(earlier, later)
        for denial in self._given.denials:
            self._check(denial)
        denied = [(id_, *one) for id_, denials in self._accepted.items() for one in denials]
        denied += [(line.setl_id, again(line), line.mode) for line in self._again]
        leaving = [one for one in denied if self._leaves_pool(one[0], one[2])]
        asked = [Asked(self._stays[id_], self._pooled[id_], denial, mode) for id_, denial, mode in leaving]
        return self._out_of_pool(asked, changed_all(asked))

    def _decided(self, earlier: Mapping[str, Stay], later: Mapping[str, Later]) -> dict[str, Mapping[str, np.ndarray]]:
        """Columns of earlier stays that were decided on since, as decided; what was denied of them is what that takes of it now."""
        from drgdip.pipeline.special.denied import EarlierDenials, as_decided

        found, taken = as_decided(earlier, later, EarlierDenials(self._given.earlier))
        for id_, fen in taken.items():
            self._taken[id_] = fen
        return found

    def _leaves_pool(self, setl_id: str, mode: str) -> bool:
        """Whether a denial changes what the pool of the month holds."""
        stay = self._stays.get(setl_id)
        if mode not in STRUCTURAL or stay is None or stay.month != self._month:
            return False
        return mode != "void" or self.terms.void_points != "keep"

    def _out_of_pool(self, asked: Sequence[Asked], after: Sequence[Columns | None]) -> Moved:
        """What leaves the pool. A stay that would be worth more than before stays as it was: nobody is paid for that (8.3)."""
        moved = [
            (one, left) for one, left in zip(asked, after, strict=True)
            if left is None or worth_e10(one.stay, left) <= worth_e10(one.stay, one.columns)
        ]  # fmt: skip
        for one, left in moved if self.terms.timing == "before_pool" else ():
            points = 0 if left is None else int(left["points_e4"][0])
            self._left_pool[one.stay.setl_id] = int(one.columns["points_e4"][0]) - points
        kept = [left for _, left in moved if left is not None]
        return Moved(in_batches([one.columns for one, _ in moved]), in_batches(kept))

    def _check(self, denial: Denial) -> None:
        """Take a denial up, or refuse it with all that is wrong with it."""
        stay, mode = self._stays.get(denial.setl_id), denial.mode or self.terms.denial
        defects = self._defects(denial, stay, mode)
        for field, key in defects:
            self._say(denial, field, key)
        if defects:
            self._lines.append(blank(self._month, denial, stay, mode)._replace(standing="refused", why=defects[0][1]))
            return
        self._accepted.setdefault(denial.setl_id, []).append((denial, mode))
        if mode in STRUCTURAL:
            self._structural.add(denial.setl_id)

    def _defects(self, denial: Denial, stay: Stay | None, mode: str) -> list[tuple[str, str]]:
        if denial.id in self._known:
            return [("denial_id", "denial_repeated")]
        if stay is None:
            return [("setl_id", "denial_unknown_stay")]
        found = []
        if stay.month[:4] != self._month[:4]:
            found.append(("setl_id", "denial_other_year"))
        elif stay.month != self._month and not reproduced(stay):
            found.append(("setl_id", "denial_month_changed"))
        discharged = datetime.fromtimestamp(stay.value("discharge_time_s"), UTC).date()
        if date.fromisoformat(denial.date) < discharged:
            found.append(("date", "denial_before_discharge"))
        if mode not in self.terms.modes:
            found.append(("mode", "denial_mode_not_allowed"))
        if mode in STRUCTURAL and denial.setl_id in self._structural:
            found.append(("mode", "denial_second_change"))
        return [*found, *amount_defects(denial, stay, mode)]

    def apply(self, text: Mapping[str, pa.Array], columns: Columns) -> Columns:
        """A priced chunk with what the denials of its stays ask for; the chunk itself where there are none."""
        asked = self._accepted.keys() | self._left_pool.keys()
        rows = rows_with_ids(text, {id_ for id_ in asked if self._stays[id_].month == self._month})
        if not rows:
            return columns
        joined = {column.name: np.zeros(rows_of(columns), dtype=column.dtype) for column in JOINS}
        for row, setl_id in rows:
            accepted = self._accepted.get(setl_id, [])
            joined["denial_mode"][row] = max((MODES[mode] for _, mode in accepted), default=0)
            joined["denial_asked_fen"][row] = sum(line.denied_fen for line in self._posting.get(setl_id, ()))
            joined["denial_points_e4"][row] = self._left_pool.get(setl_id, 0)
        return {**columns, **joined}

    def work_out(self, changes: Mapping[str, int] | None = None) -> None:
        """What the denials come to, once the month's values are known: those of a stay one after the other, each up to what
        the earlier ones leave. changes : by stay of a year to date, what decisions make the earlier ones take more.
        """
        self._taken.update(changes or {})
        ordered = {
            setl_id: sorted(denials, key=lambda one: (one[1] not in STRUCTURAL, one[0].date, one[0].id))
            for setl_id, denials in self._accepted.items()
        }
        asked = [
            Asked(self._stays[id_], self._priced[id_], *one) for id_, denials in ordered.items() for one in denials
        ]
        effects = iter(effects_of(asked))
        self._posting = {id_: self._worked_out(id_, denials, effects) for id_, denials in ordered.items()}

    def _worked_out(
        self, setl_id: str, denials: Sequence[tuple[Denial, str]], effects: Iterator[Effect]
    ) -> list[DenialLine]:
        found, taken = [], self._taken[setl_id]
        for (denial, mode), effect in zip(denials, effects, strict=False):
            left = max(effect.before.payable_fen, 0) - taken
            denied = denied_fen(effect.asked_fen, left)
            taken += denied
            line = told(blank(self._month, denial, self._stays[setl_id], mode), effect, max(left, 0), denied)
            out = self._left_pool.get(setl_id, 0) if mode in STRUCTURAL else 0
            found.append(line._replace(pool_points_e4=out))
        return found

    def taken_fen(self, setl_id: str) -> int:
        """What earlier months' denials and those of this month take of a stay."""
        return self._taken[setl_id] + sum(line.denied_fen for line in self._posting.get(setl_id, ()))

    def outcome(self) -> DenialOutcome:
        """What the month's denials came to, once :meth:`work_out` has been called."""
        lines = [line for setl_id in sorted(self._accepted) for line in self._posting[setl_id]]
        given = {denial.id: denial for denials in self._accepted.values() for denial, _ in denials}
        for line in lines:
            if line.denied_fen < line.asked_fen or not line.asked_fen:
                key = "denial_without_effect" if not line.asked_fen else "denial_nothing_left"
                self._say(given[line.denial_id], "denial_id", key)
        items = [
            Deduction(f"DENIAL-{line.denial_id}", line.hospital_code, line.pool, _AUDIT, line.date, line.denied_fen)
            for line in lines
            if line.denied_fen
        ]
        return DenialOutcome([*lines, *self._lines], items, self._sums(lines), self.pools)

    def _sums(self, lines: Sequence[DenialLine]) -> dict[tuple[str, str], DeniedSums]:
        sums: dict[tuple[str, str], DeniedSums] = {}
        seen: set[str] = set()
        for line in lines:
            key, own = (line.hospital_code, line.pool), line.stay_month == self._month
            before = sums.get(key, DeniedSums())
            sums[key] = DeniedSums(
                before.cases + (own and line.setl_id not in seen),
                before.denied_fen + (line.denied_fen if own else 0),
                before.points_e4 + line.pool_points_e4,
                before.earlier_fen + (0 if own else line.denied_fen),
            )
            seen.add(line.setl_id)
        return sums

    def _say(self, denial: Denial, field: str, key: str) -> None:
        value = {"denial_id": denial.id, "setl_id": denial.setl_id, "group_code": denial.group}.get(field)
        value = getattr(denial, field, "") if value is None else value
        self._tell([Finding(denial.file, denial.row, denial.setl_id, field, str(value), key)])
