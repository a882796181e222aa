"""What a month's readmissions and denials change before and after its point value (settlement arithmetic 8.3, 8.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from drgdip.base.findings import Finding
from drgdip.pipeline.attribution.holding import reserves
from drgdip.pipeline.denials.inputs import DenialInputs, denials_of, pool_readings

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from drgdip.clearing import MonthTotals
    from drgdip.interface.hold import HoldLine
    from drgdip.pipeline.context import Context, MonthValues
    from drgdip.pipeline.denials.month import DenialOutcome
    from drgdip.pipeline.denials.reserves import Reserves
    from drgdip.pipeline.process import Process
    from drgdip.pipeline.readmissions.month import Readmissions
    from drgdip.pipeline.special.denied import Later
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables

Text = Mapping[str, "pa.Array"]
Columns = Mapping[str, "np.ndarray"]
Tell = Callable[[Sequence[Finding]], None]


class Sanctioning:
    """Feed it priced chunks with :meth:`see`, then :meth:`values` and :meth:`work_out`; pay what :meth:`apply` returns, and :meth:`count` it."""

    def __init__(
        self,
        month: str,
        policy: Policy,
        tables: GroupTables,
        process: Process,
        contexts: Sequence[Context],
        given: DenialInputs,
        tell: Tell,
        holds: Sequence[HoldLine] = (),
    ) -> None:
        self._denials = denials_of(month, policy, tables, process, contexts, given, tell)
        self.reserves = _reserves_of(month, process, contexts, given, holds, tell)
        self._readmissions = _readmissions_of(month, process, contexts, given, tell)
        self._pools = list(contexts[-1].values.pools)
        self._denied_fen = 0

    @property
    def waits(self) -> bool:
        """Whether all stays have to be known before any is paid."""
        return any(part is not None and part.waits for part in (self._denials, self._readmissions, self.reserves))

    def look(self, text: Text, columns: Columns) -> None:
        """Look at a chunk as it was first priced, with its codes."""
        if self._readmissions:
            self._readmissions.see(text, columns)

    def see(self, text: Text, columns: Columns, hospitals: Sequence[str]) -> None:
        """Look at a chunk as it is paid, but for what is decided; where it had codes, they are looked at then."""
        if self._denials:
            self._denials.see(text, columns, hospitals)
        if self.reserves:
            self.reserves.see(text, columns, hospitals)

    def find(self, hospitals: Sequence[str], decided: Mapping[str, Columns]) -> None:
        """Tell the readmissions, once all stays are known."""
        if self._readmissions:
            self._readmissions.find(decided, hospitals)

    def values(
        self,
        totals: MonthTotals,
        hospitals: Sequence[str],
        kept: Iterable[tuple[Text, Columns]],
        decided: Mapping[str, Columns],
        pooled: Mapping[str, Columns],
        later: Mapping[str, Later],
        values_of: Callable[[], MonthValues],
    ) -> MonthValues:
        """The month's values once readmissions are paid as one, with or without what denials take out of the pools.

        decided, pooled : columns of stays that special-case review has changed, as they are paid and as the pools hold them.
        """
        self.find(hospitals, decided)
        changed, in_pool = dict(decided), dict(pooled)
        if self._readmissions and self._readmissions.joined:
            for text, columns in kept:
                if (found := self._readmissions.changes(text, columns)) is not None:
                    totals.move_priced([found.before], [found.after], len(hospitals))
                    if self._denials:
                        joined = found.by_id(self._denials.wanted | (self.reserves.wanted if self.reserves else set()))
                        changed, in_pool = changed | joined, in_pool | joined
        if self._denials is None:
            return values_of()
        if self.reserves:
            self.reserves.decide(changed)
        with_all, points = values_of(), _points(totals)
        out, back = self._denials.decide(changed, in_pool, later)
        totals.move_priced(out, back, len(hospitals))
        without, points_left = values_of(), _points(totals)
        self._denials.pools = pool_readings(self._pools, points, points_left, with_all, without)
        if self._denials.terms.timing == "before_pool":
            return without
        totals.move_priced(back, out, len(hospitals))
        return with_all

    def work_out(self, changes: Mapping[str, int]) -> None:
        """What denials and open findings come to, once the month's values are known. changes : by stay, what decisions make earlier
        denials take more of it.
        """
        if self._denials:
            self._denials.work_out(changes)
        if self.reserves:
            self.reserves.work_out()

    def apply(self, text: Text, columns: Columns) -> Columns:
        """A chunk with its readmissions, and with what is denied and held of its stays."""
        columns = self._readmissions.apply(text, columns) if self._readmissions else columns
        if self._denials is None:
            return columns
        columns = self._denials.apply(text, columns)
        return self.reserves.apply(text, columns, self._denials.taken_fen) if self.reserves else columns

    def count(self, paid: Columns) -> None:
        """Add up what paid stays lose, from their own columns."""
        if "denied_fen" in paid:
            self._denied_fen += int(paid["denied_fen"].sum())

    def outcome(self) -> DenialOutcome | None:
        """What the denials came to."""
        return self._denials.outcome()._replace(case_fen=self._denied_fen) if self._denials else None


def _reserves_of(
    month: str,
    process: Process,
    contexts: Sequence[Context],
    given: DenialInputs,
    holds: Sequence[HoldLine],
    tell: Tell,
) -> Reserves | None:
    if not reserves(contexts[-1].values):
        return None
    from drgdip.pipeline.denials.reserves import Reserves

    return Reserves(month, process, contexts, given, holds, tell)


def _readmissions_of(
    month: str, process: Process, contexts: Sequence[Context], given: DenialInputs, tell: Tell
) -> Readmissions | None:
    terms = contexts[-1].values.readmission
    if terms is None:
        return None
    from drgdip.pipeline.readmissions.month import Readmissions

    return Readmissions(terms, contexts, process, given.runs, month, tell)


def _points(totals: MonthTotals) -> list[int]:
    return totals.priced()["points_e4"].sum(axis=0).tolist()
