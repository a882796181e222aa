"""Money counted once (review rules 0.5): what is left of each finding when all of a batch stand beside each other.

Clear violations come first, then denials that wait for a decision, then points and groups, then holds. On one line a whole
denial absorbs all others; excess quantities combine by their maximum; a price difference applies to the quantity that is
left. No finding takes more than what is left of its line, case or settlement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from drgdip.screening.amounts import NOTHING, Amounts, fund_part, over_price, share
from drgdip.screening.data import Dataset
from drgdip.screening.findings import Finding
from drgdip.screening.left import Left
from drgdip.screening.rule import STAGES
from drgdip.screening.shapes.lines import price_amounts
from drgdip.screening.visit_lines import SUBJECTS, VisitLines

_LANES = ("deny", "review", "points", "regroup", "hold")


def count_once(data: Dataset, findings: Sequence[Finding], passed: Mapping[str, str] | None = None) -> list[Finding]:
    """The findings in order of their keys, with ``due`` and ``merged_into``.

    passed : findings that were decided to be none, with the digest of the facts that this rests on: they take nothing,
    and take nothing from others.
    """
    book, none = _Book(data), passed or {}
    counts = [finding for finding in findings if finding.lane and none.get(finding.key) != finding.facts_digest]
    done: dict[str, Finding] = {}
    for lane in _LANES:
        chosen = sorted((finding for finding in counts if finding.lane == lane), key=_order)
        for finding in book.settle(lane, chosen):
            done[finding.key] = finding
    for finding in findings:
        if finding.key not in done:
            done[finding.key] = finding.with_due(NOTHING)
    return [done[key] for key in sorted(done)]


def _order(finding: Finding) -> tuple[int, str, str]:
    return STAGES.index(finding.rule.stage), finding.rule.id, finding.key


class _Book:
    """What is left of everything."""

    def __init__(self, data: Dataset) -> None:
        self._data = data
        self._cases: dict[int, Left] = {}
        self._lines: dict[int, Left] = {}
        self._outpatient: dict[int, Left] = {}
        self._visit_lines = VisitLines(data, self._settlement)

    def settle(self, lane: str, findings: list[Finding]) -> Iterable[Finding]:
        """All findings of one lane, in order."""
        yield from self._visit_lines.settle([finding for finding in findings if finding.hit.subject in SUBJECTS])
        findings = [finding for finding in findings if finding.hit.subject not in SUBJECTS]
        whole = [finding for finding in findings if finding.hit.outcome == "DENY_CASE"]
        for finding in whole:
            yield self._whole_case(finding)
        if lane == "hold":
            yield from self._holds(findings)
            return
        by_line: dict[int, list[Finding]] = {}
        for finding in findings:
            if finding.hit.subject == "line":
                by_line.setdefault(finding.hit.place, []).append(finding)
            elif finding.hit.outcome != "DENY_CASE":
                yield self._by_itself(finding)
        for row in sorted(by_line):
            yield from self._on_line(row, by_line[row])

    def _case(self, case: int) -> Left:
        if case not in self._cases:
            cases = self._data.cases
            values = [
                int(cases[name][case]) if cases.known(name)[case] else None
                for name in ("total_fen", "scope_fen", "fund_fen")
            ]
            self._cases[case] = Left(None, *values)
        return self._cases[case]

    def _line(self, row: int) -> Left:
        if row not in self._lines:
            lines = self._data.lines
            assert lines is not None
            values = [int(lines[f"net_{name}"][row]) for name in ("quantity_e4", "fee_fen", "scope_fen")]
            self._lines[row] = Left(values[0], values[1], values[2], None)
        return self._lines[row]

    def _settlement(self, row: int) -> Left:
        if row not in self._outpatient:
            table = self._data.outpatient
            assert table is not None
            self._outpatient[row] = Left(
                None, None, None, int(table["fund_fen"][row]) if table.known("fund_fen")[row] else None
            )
        return self._outpatient[row]

    def _whole_case(self, finding: Finding) -> Finding:
        left = self._case(finding.hit.case)
        if left.taken_by:
            return finding.with_due(NOTHING, left.taken_by)
        left.taken_by = finding.key
        return finding.with_due(left.take(Amounts(None, left.fee, left.scope, left.fund)))

    def _by_itself(self, finding: Finding) -> Finding:
        """Points, groups, outpatient settlements, drugs: what they claim, at most what is left."""
        hit = finding.hit
        if hit.case >= 0:
            left = self._case(hit.case)
            return (
                finding.with_due(NOTHING, left.taken_by)
                if left.taken_by
                else finding.with_due(left.take(finding.claimed))
            )
        if hit.subject == "outpatient":
            return finding.with_due(self._settlement(hit.place).take(finding.claimed))
        return finding.with_due(finding.claimed)

    def _on_line(self, row: int, findings: list[Finding]) -> Iterable[Finding]:
        line, case = self._line(row), findings[0].hit.case
        if case >= 0 and self._case(case).taken_by:
            for finding in findings:
                yield finding.with_due(NOTHING, self._case(case).taken_by)
            return
        denied = [finding for finding in findings if finding.hit.outcome == "DENY_LINE"]
        whole = [finding for finding in denied if self._is_whole(row, finding)]
        if line.taken_by or whole:
            primary = line.taken_by or whole[0].key
            for finding in findings:
                if finding.key == primary:
                    line.taken_by = primary
                    yield self._take(finding, line, Amounts(line.quantity, line.fee, line.scope, None))
                else:
                    yield finding.with_due(NOTHING, primary)
            return
        yield from self._parts_of_line(row, line, findings)

    def _parts_of_line(self, row: int, line: Left, findings: list[Finding]) -> Iterable[Finding]:
        yield from self._partly(line, [finding for finding in findings if finding.hit.outcome == "DENY_LINE"])
        excess = [finding for finding in findings if finding.hit.outcome in ("DENY_EXCESS", "HOLD_LINE")]
        price = [finding for finding in findings if finding.hit.outcome == "DENY_PRICE"]
        if excess:
            primary = max(
                excess, key=lambda finding: (finding.claimed.quantity_e4 or 0, tuple(-part for part in _rank(finding)))
            )
            for finding in excess:
                yield self._excess(finding, row, line) if finding is primary else finding.with_due(NOTHING, primary.key)
        if price:
            top = max(price, key=lambda finding: (_over(finding), tuple(-part for part in _rank(finding))))
            for finding in price:
                yield self._price(finding, row, line) if finding is top else finding.with_due(NOTHING, top.key)

    def _is_whole(self, row: int, finding: Finding) -> bool:
        """Whether a denial takes all that the line has within coverage; what was within it wrongly is a part."""
        lines = self._data.lines
        assert lines is not None
        return (finding.claimed.fee_fen or 0) >= int(lines["net_fee_fen"][row]) or not finding.claimed.scope_fen

    def _partly(self, line: Left, findings: list[Finding]) -> Iterable[Finding]:
        """Amounts that were within coverage wrongly: the largest; units and prices are then measured on the rest."""
        if not findings:
            return
        primary = max(
            findings, key=lambda finding: (finding.claimed.scope_fen or 0, tuple(-part for part in _rank(finding)))
        )
        for finding in findings:
            if finding is primary:
                line.apart_fee, line.apart_scope = finding.claimed.fee_fen or 0, finding.claimed.scope_fen or 0
                yield self._take(finding, line, finding.claimed._replace(quantity_e4=0))
            else:
                yield finding.with_due(NOTHING, primary.key)

    def _excess(self, finding: Finding, row: int, line: Left) -> Finding:
        """Units beyond those that an earlier lane has taken already."""
        lines = self._data.lines
        assert lines is not None
        whole = int(lines["net_quantity_e4"][row])
        taken = whole - (line.quantity or 0)
        units = max(0, (finding.claimed.quantity_e4 or 0) - taken)
        apart = {"fee_fen": line.apart_fee, "scope_fen": line.apart_scope}
        parts = [share(int(lines[f"net_{name}"][row]) - gone, units, whole) for name, gone in apart.items()]
        if not taken and not any(apart.values()):
            parts = [finding.claimed.fee_fen or 0, finding.claimed.scope_fen or 0]
        line.quantity = (line.quantity or 0) - units
        return self._take(finding, line, Amounts(units, parts[0], parts[1], None))

    def _price(self, finding: Finding, row: int, line: Left) -> Finding:
        lines, prices = self._data.lines, finding.hit.price_e6
        assert lines is not None
        assert prices is not None
        left = Amounts(line.quantity, line.fee, line.scope, None)
        already = share(int(lines["net_over_limit_fen"][row]), line.quantity or 0, int(lines["net_quantity_e4"][row]))
        return self._take(finding, line, price_amounts(over_price(*prices, line.quantity or 0), already, left))

    def _take(self, finding: Finding, line: Left, amounts: Amounts) -> Finding:
        """From the line, then from its case, with the funds' part of what is then within coverage."""
        taken, case = line.take(amounts), finding.hit.case
        if case < 0:
            return finding.with_due(taken)
        cases = self._data.cases
        known = cases.known("fund_fen")[case] and cases.known("scope_fen")[case]
        fund = (
            fund_part(taken.scope_fen or 0, int(cases["fund_fen"][case]), int(cases["scope_fen"][case]))
            if known
            else None
        )
        return finding.with_due(self._case(case).take(taken._replace(fund_fen=fund)))

    def _holds(self, findings: list[Finding]) -> Iterable[Finding]:
        """A case is held once, by the finding with the largest exposure; a settlement by the first; lines one by one.

        A case that is held for no amount waits as a whole until it is put right. That takes no money, so such a finding
        neither takes the place of another nor gives its own up: each is to be answered and decided by itself.
        """
        by_case: dict[int, list[Finding]] = {}
        lines: dict[int, list[Finding]] = {}
        for finding in findings:
            if finding.hit.subject == "line" and finding.hit.outcome == "HOLD_LINE":
                lines.setdefault(finding.hit.place, []).append(finding)
            elif finding.hit.case >= 0:
                by_case.setdefault(finding.hit.case, []).append(finding)
            else:
                yield self._held_settlements(finding)
        for case in sorted(by_case):
            left = self._case(case)
            amounts = [finding for finding in by_case[case] if any(finding.claimed[1:])]
            for finding in by_case[case]:
                if not any(finding.claimed[1:]):
                    yield finding.with_due(NOTHING if left.taken_by else finding.claimed, left.taken_by)
            if not amounts:
                continue
            primary = max(
                amounts,
                key=lambda finding: (finding.claimed.fund_fen or 0, tuple(-part for part in _rank(finding))),
            )
            for finding in amounts:
                if left.taken_by or finding is not primary:
                    yield finding.with_due(NOTHING, left.taken_by or primary.key)
                else:
                    yield finding.with_due(left.take(self._beyond_lines(finding)))
        for row in sorted(lines):
            yield from self._on_line(row, lines[row])

    def _beyond_lines(self, finding: Finding) -> Amounts:
        """What a hold on some lines claims beyond what denials have taken of them."""
        claimed, lines, rows = finding.claimed, self._data.lines, finding.hit.lines
        if not rows or lines is None:
            return claimed
        found = [self._line(row) for row in rows]
        taken = [
            sum(
                int(lines[f"net_{column}"][row]) - (getattr(left, name) or 0)
                for row, left in zip(rows, found, strict=True)
            )
            for column, name in (("quantity_e4", "quantity"), ("fee_fen", "fee"), ("scope_fen", "scope"))
        ]
        parts = [None if part is None else max(0, part - gone) for part, gone in zip(claimed[:3], taken, strict=True)]
        fund = claimed.fund_fen
        if fund is not None and claimed.scope_fen:
            fund = share(fund, parts[2] or 0, claimed.scope_fen)
        return Amounts(parts[0], parts[1], parts[2], fund) if any(taken) else claimed

    def _held_settlements(self, finding: Finding) -> Finding:
        hit = finding.hit
        if hit.subject == "outpatient":
            return finding.with_due(self._settlement(hit.place).take(finding.claimed))
        if hit.subject != "institution":
            return finding.with_due(finding.claimed)
        taken = [
            left.take(Amounts(fund_fen=left.fund)).fund_fen for left in map(self._settlement, sorted(set(hit.others)))
        ]
        known = [fund for fund in taken if fund is not None]
        return finding.with_due(Amounts(fund_fen=sum(known) if len(known) == len(taken) else None))


def _rank(finding: Finding) -> tuple[int, ...]:
    """Stage and rule as numbers; among equals the earlier one is primary."""
    return STAGES.index(finding.rule.stage), *finding.rule.id.encode(), int(finding.key[:8], 16)


def _over(finding: Finding) -> int:
    price, ceiling = finding.hit.price_e6 or (0, 0)
    return price - ceiling
