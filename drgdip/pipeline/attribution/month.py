"""Attribution over a whole month: what is held and released, what interim bills take back (settlement arithmetic 2.9, 8.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from drgdip.clearing.month import HeldSums
from drgdip.interface.deduction import Deduction
from drgdip.interface.hold import AND, SCREENING, HoldLine
from drgdip.pipeline.attribution.holding import holds
from drgdip.sanctions.holding import HELD_LATE, HELD_SCREENING, LATE, NOT_HELD, holds_on

if TYPE_CHECKING:
    import pyarrow as pa

    from drgdip.base.columns import Columns
    from drgdip.pipeline.attribution.inputs import ListInputs
    from drgdip.pipeline.context import Context
    from drgdip.pipeline.denials.reserves import Reserves

_DEDUCTED = "interim_deducted_fen"
_OTHER = 99
_EPOCH = date(1970, 1, 1)
#: Hospital, pool, reason, decision.
_Key = tuple[str, str, str, str]


class AttributionOutcome(NamedTuple):
    """What attribution came to. case_fen : held of the month's stays; interim_fen : taken back anew; both by their own columns."""

    lines: Sequence[HoldLine]
    deductions: Sequence[Deduction]
    sums: Mapping[tuple[str, str], HeldSums]
    case_fen: int
    interim_fen: int


class Attributions:
    """Feed it paid chunks with :meth:`add`, then ask for the :meth:`outcome`."""

    def __init__(
        self,
        month: str,
        contexts: Sequence[Context],
        earlier: Sequence[HoldLine],
        seen: Collection[str] = (),
        reserves: Reserves | None = None,
    ) -> None:
        self._month, self._last, self._seen, self._reserves = month, contexts[-1], seen, reserves
        self._values = contexts[-1].values
        self._pools = list(self._values.pools)
        # A year to date holds the stays of earlier months again: what is no longer held in it is released by that.
        self._earlier = [] if self._values.month.point_value == "cumulative" else list(earlier)
        self._cases, self._held = Counter[_Key](), Counter[_Key]()
        #: Of findings: stay, rules, and the suspension that the stay is under as well.
        self._about = {_key_of(line): (line.setl_id, line.rules, line.under) for line in self._earlier if line.findings}
        self._late = Counter[tuple[str, str]]()
        self._items: list[Deduction] = []
        self._case_fen = self._interim_fen = 0

    def add(self, text: Mapping[str, pa.Array], columns: Columns, hospitals: Sequence[str]) -> None:
        """Look at a paid chunk."""
        if LATE.name in columns:
            for row in columns[LATE.name].nonzero()[0].tolist():
                self._late[self._place(row, columns, hospitals)] += 1
            self._take_back(text, columns, hospitals)
        if "held_fen" in columns:
            self._case_fen += int(columns["held_fen"].sum())
            for row in (columns["hold_reason"] != NOT_HELD).nonzero()[0].tolist():
                self._hold(text["setl_id"][row].as_py(), row, columns, hospitals)

    def _hold(self, setl_id: str, row: int, columns: Columns, hospitals: Sequence[str]) -> None:
        """A stay that waits as a whole is one line, but for what its findings hold beyond the end of a suspension."""
        reason, left = columns["hold_reason"][row], int(columns["held_fen"][row])
        found = self._reserves.by_stay.get(setl_id, ()) if self._reserves and reason != HELD_LATE else ()
        whole = None if reason == HELD_SCREENING else self._key(row, columns, hospitals)
        if whole:
            self._cases[whole] += 1
            self._held[whole] += left - sum(one.fen for one in found)
        for place, one in enumerate(found):
            key = (*self._place(row, columns, hospitals), SCREENING, one.findings)
            self._about[key] = (setl_id, one.rules, whole[3] if whole else "")
            self._cases[key] += whole is None and place == 0
            self._held[key] += one.fen

    def _place(self, row: int, columns: Columns, hospitals: Sequence[str]) -> tuple[str, str]:
        return hospitals[int(columns["hospital_id"][row])], self._pools[int(columns["pool_index"][row])]

    def _take_back(self, text: Mapping[str, pa.Array], columns: Columns, hospitals: Sequence[str]) -> None:
        """What earlier months paid for interim bills is an open item of its own: never below zero, never lost, never twice
        (a year to date has the stay in every month from then on).
        """
        for row in columns[_DEDUCTED].nonzero()[0].tolist():
            setl_id = text["setl_id"][row].as_py()
            if f"INTERIM-{setl_id}" in self._seen:
                continue
            day = _day(columns, row).isoformat()
            amount = int(columns[_DEDUCTED][row])
            self._interim_fen += amount
            place = self._place(row, columns, hospitals)
            self._items.append(Deduction(f"INTERIM-{setl_id}", *place, _OTHER, day, amount))

    def _key(self, row: int, columns: Columns, hospitals: Sequence[str]) -> _Key:
        hospital, pool = self._place(row, columns, hospitals)
        if columns["hold_reason"][row] == HELD_LATE:
            return hospital, pool, "held_late_list", ""
        on = _day(columns, row)
        windows = self._values.suspension.hospitals if self._values.suspension else ()
        decision = next(w.decision for w in windows if w.hospital == hospital and w.first <= on <= w.last)
        return hospital, pool, "held_suspended", decision

    def _lines(self, left_fen: Mapping[str, int]) -> list[HoldLine]:
        """By hospital, pool, reason and decision. left_fen : of stays that are denied this month, what is left of them."""
        open_fen, left = Counter[_Key](), dict(left_fen)
        for line in self._earlier:
            open_fen[_key_of(line)] += line.held_fen - line.released_fen
        found = []
        for key in sorted({*self._cases, *(key for key, fen in open_fen.items() if fen)}):
            before, held = open_fen[key], self._held[key]
            released = self._decided(key, before, left) if key[2] == SCREENING else before if self._ended(key) else 0
            found.append(
                HoldLine(self._month, *key, self._cases[key], before, held, released, before + held - released,
                         *self._about.get(key, ()))
            )  # fmt: skip
        return found

    def _decided(self, key: _Key, before: int, left: dict[str, int]) -> int:
        """What of a stay's findings is released: all once they are decided, and always what is not left after denials.

        A suspension that the stay is under holds it on until it ends.
        """
        setl_id, _, under = self._about[key]
        known = self._reserves.open if self._reserves else frozenset[str]()
        waits = under and not self._ended((*key[:2], "held_suspended", under))
        kept = before if waits or known is None or not known.isdisjoint(key[3].split(AND)) else 0
        if setl_id in left:
            kept = min(kept, left[setl_id])
            left[setl_id] -= kept
        return before - kept

    def _ended(self, key: _Key) -> bool:
        """Whether what earlier months held is paid now: the suspension has ended, or its decision was taken back."""
        terms = self._values.suspension
        if key[2] != "held_suspended" or (terms is not None and terms.release == "clearing"):
            return False
        windows = [w for w in terms.hospitals if (w.hospital, w.decision) == (key[0], key[3])] if terms else []
        return not any(holds_on(window, self._last.last_day) for window in windows)

    def outcome(self, left_fen: Mapping[str, int]) -> AttributionOutcome:
        """What it all came to. left_fen : of stays that are denied this month, what is left of them."""
        lines = self._lines(left_fen)
        sums = {key: HeldSums(late_cases=cases) for key, cases in self._late.items()}
        for line in lines:
            key = (line.hospital_code, line.pool)
            own = sums.get(key, HeldSums())
            sums[key] = own._replace(
                cases=own.cases + line.cases,
                held_fen=own.held_fen + line.held_fen,
                released_fen=own.released_fen + line.released_fen,
            )
        return AttributionOutcome(lines, self._items, sums, self._case_fen, self._interim_fen)


def attributions_of(
    month: str,
    contexts: Sequence[Context],
    given: ListInputs | None,
    seen: Collection[str] = (),
    reserves: Reserves | None = None,
) -> Attributions | None:
    """The month's, or None under a policy that neither attributes nor holds. ``seen`` : items of earlier months."""
    values = contexts[-1].values
    if values.attribution is None and not holds(values):
        return None
    return Attributions(month, contexts, given.holds if given else (), seen, reserves)


def _key_of(line: HoldLine) -> _Key:
    return line.hospital_code, line.pool, line.reason, line.decision


def _day(columns: Columns, row: int) -> date:
    return _EPOCH + timedelta(days=int(columns["discharge_time_s"][row]) // 86_400)
