"""Money counted once on lines of visits and on purchases (review rules 0.5), as it is on the lines of stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from drgdip.screening.amounts import NOTHING, Amounts, fund_part, share
from drgdip.screening.data import Dataset, Frame
from drgdip.screening.findings import Finding, visits_by_settlement
from drgdip.screening.hits import TABLE_OF
from drgdip.screening.left import Left

#: Kinds of subject that are such lines.
SUBJECTS = ("outpatient_line", "drug_line")
_Row = tuple[str, int]
_VISITS = "outpatient_lines"


class VisitLines:
    """What is left of each of them.

    A whole denial absorbs all others; excess units combine by their maximum; a price difference applies to the units
    that are left. None takes more than what is left of its line, or for the funds of its settlement. A purchase that stands
    in both tables, with one settlement and one line number, is one line: that of the visit, after refunds.
    """

    def __init__(self, data: Dataset, settlement: Callable[[int], Left]) -> None:
        self._data, self._settlement = data, settlement
        self._visits: dict[int, int] | None = None
        self._lines: dict[_Row, Left] = {}
        self._of_visits: dict[tuple[str, str], int] | None = None

    def settle(self, findings: Sequence[Finding]) -> Iterable[Finding]:
        """Findings of one lane, in order."""
        rows: dict[_Row, list[Finding]] = {}
        for finding in findings:
            rows.setdefault(self._row(finding), []).append(finding)
        for row in sorted(rows):
            yield from self._on(row, rows[row])

    def _row(self, finding: Finding) -> _Row:
        """Where the line stands; a purchase that is a visit's line too stands there."""
        own = TABLE_OF[finding.hit.subject], finding.hit.place
        lines = self._data.table(_VISITS)
        if finding.hit.subject != "drug_line" or lines is None:
            return own
        if self._of_visits is None:
            names = list(zip(lines.texts("settlement"), lines.texts("line"), strict=True))
            self._of_visits = {name: place for place, name in reversed(list(enumerate(names))) if all(name)}
        frame = self._frame(own)
        place = self._of_visits.get((frame.text("settlement", own[1]), frame.text("line", own[1])))
        return own if place is None else (_VISITS, place)

    def _frame(self, row: _Row) -> Frame:
        frame = self._data.table(row[0])
        assert frame is not None
        return frame

    def _amounts(self, row: _Row) -> tuple[int, int, int]:
        """Quantity, fee and part within coverage, after refunds where the table has them."""
        frame, net = self._frame(row), "net_" if row[0] == _VISITS else ""
        quantity, fee, scope = (int(frame[f"{net}{name}"][row[1]]) for name in ("quantity_e4", "fee_fen", "scope_fen"))
        return quantity, fee, scope

    def _on(self, row: _Row, findings: list[Finding]) -> Iterable[Finding]:
        if row not in self._lines:
            quantity, fee, scope = self._amounts(row)
            self._lines[row] = Left(quantity, fee, scope, None)
        left = self._lines[row]
        if self._amounts(row)[0] <= 0:
            yield from (finding.with_due(NOTHING) for finding in findings)
            return
        if not left.taken_by:
            left.taken_by = next((finding.key for finding in findings if finding.hit.outcome == "DENY_LINE"), "")
            findings = sorted(findings, key=lambda finding: finding.key != left.taken_by)
            if left.taken_by:
                yield self._take(row, findings.pop(0), Amounts(left.quantity, left.fee, left.scope, None))
        if left.taken_by:
            yield from (finding.with_due(NOTHING, left.taken_by) for finding in findings)
            return
        price, units = (
            [finding for finding in findings if (finding.hit.outcome == "DENY_PRICE") == is_price]
            for is_price in (True, False)
        )
        yield from self._most(row, units, self._units)
        yield from self._most(row, price, self._price)

    def _most(self, row: _Row, findings: list[Finding], part: Callable[[_Row, Finding], Amounts]) -> Iterable[Finding]:
        """The largest of some findings takes its part; it stands for the others."""
        if not findings:
            return
        primary = max(findings, key=lambda finding: (finding.claimed.quantity_e4 or 0, finding.claimed.fee_fen or 0))
        for finding in findings:
            if finding is primary:
                yield self._take(row, finding, part(row, finding))
            else:
                yield finding.with_due(NOTHING, primary.key)

    def _units(self, row: _Row, finding: Finding) -> Amounts:
        """Units beyond those that an earlier lane has taken already."""
        left, (whole, fee, scope) = self._lines[row], self._amounts(row)
        taken = max(0, self._bought(row, finding) - whole) + whole - (left.quantity or 0)
        units = min(max(0, (finding.claimed.quantity_e4 or 0) - taken), left.quantity or 0)
        left.quantity = (left.quantity or 0) - units
        return (
            finding.claimed if not taken else Amounts(units, share(fee, units, whole), share(scope, units, whole), None)
        )

    def _price(self, row: _Row, finding: Finding) -> Amounts:
        """The difference on the units that are left."""
        judged = self._bought(row, finding)
        left = min(self._lines[row].quantity or 0, judged)
        fee, scope = (
            share(amount or 0, left, judged) for amount in (finding.claimed.fee_fen, finding.claimed.scope_fen)
        )
        return Amounts(finding.claimed.quantity_e4, fee, scope, None)

    def _bought(self, row: _Row, finding: Finding) -> int:
        """Units that the finding was made of: those of a purchase before any was given back, else those of the line."""
        own = TABLE_OF[finding.hit.subject], finding.hit.place
        return self._amounts(row if own == row else own)[0]

    def _take(self, row: _Row, finding: Finding, amounts: Amounts) -> Finding:
        """From the line, then from its settlement, with the funds' part of what is then within coverage."""
        taken, visits = self._lines[row].take(amounts._replace(fund_fen=None)), self._data.outpatient
        if self._visits is None:
            self._visits = visits_by_settlement(visits) if visits is not None else {}
        place = self._visits.get(int(self._frame(row)["settlement"][row[1]]), -1)
        if visits is None or place < 0:
            return finding.with_due(taken)
        known = visits.is_known("fund_fen", place) and visits.is_known("scope_fen", place)
        fund = (
            fund_part(taken.scope_fen or 0, int(visits["fund_fen"][place]), int(visits["scope_fen"][place]))
            if known
            else None
        )
        return finding.with_due(self._settlement(place).take(taken._replace(fund_fen=fund)))
