"""Findings: hits with their keys, digests and sentences. Nothing in them depends on the run or on the order of rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from typing import Any, NamedTuple

from drgdip.base.provenance import sha256_of_text
from drgdip.base.text import Text
from drgdip.screening.amounts import Amounts, fund_part
from drgdip.screening.data import Frame
from drgdip.screening.hits import Hit
from drgdip.screening.line_ids import Line, charged
from drgdip.screening.row_texts import RowTexts, list_text
from drgdip.screening.rule import Rule
from drgdip.screening.sentences import Sentences, plain_numbers
from drgdip.screening.shared import Shared

#: Outcomes that take money, hold it, change the group or its points; the others touch none.
LANES = {
    "DENY_LINE": "deny", "DENY_EXCESS": "deny", "DENY_PRICE": "deny", "DENY_SETTLEMENT": "deny", "DENY_CASE": "deny",
    "HOLD_LINE": "hold", "HOLD_CASE": "hold", "HOLD_SETTLEMENT": "hold", "REGROUP": "regroup", "CUT_POINTS": "points",
}  # fmt: skip
CLEAR = "明确违规"
_NO_ROWS: tuple[str, Set[int]] = ("", frozenset())
#: The table in which a subject is a row.
TABLE_OF: dict[str, str] = {
    "line": "fee_lines", "case": "cases", "outpatient": "outpatient_settlements", "outpatient_line": "outpatient_lines",
    "institution": "outpatient_settlements", "drug_line": "drug_lines", "trace": "drug_trace", "stock": "inventory",
    "claim": "manual_claims",
}  # fmt: skip


class Finding(NamedTuple):
    """One finding (review workflow 4 and 5).

    key : finding key, without amounts, run or rule version. lane : what it does to money: ``deny`` after the time to
    answer, ``review`` a denial that waits for a decision, ``hold``, ``regroup``, ``points``, or nothing.
    claimed : amounts of the finding by itself. due : what is left of them when money is counted once.
    merged_into : key of the finding that has taken its place. offending, related : lines as (visit, number).
    lines : these lines, the offending before the related. list_rows : rows of lists that they are judged by.
    shadow : of a rule that runs without effect: it is shown to who tries the rule, and to nobody else (review rules 0.13).
    """

    key: str
    rule: Rule
    hit: Hit
    severity: str
    settlement: str
    visit: str
    person: str
    hospital: str
    lane: str
    claimed: Amounts
    due: Amounts
    merged_into: str
    sentence: Text
    offending: tuple[tuple[str, str], ...]
    related: tuple[tuple[str, str], ...]
    facts: Mapping[str, Any]
    lists: tuple[str, ...]
    facts_digest: str
    rule_digest: str
    pack_digest: str
    lines: tuple[Line, ...] = ()
    list_rows: tuple[str, ...] = ()
    shadow: bool = False

    @property
    def life(self) -> str:
        """The life of the rule, where and when the finding was made."""
        return "shadow" if self.shadow else "active"

    @property
    def guards(self) -> tuple[Text, ...]:
        """The guards of the rule, and the fields that were not there to check them by."""
        unchecked = self.facts.get("unchecked", ())
        return (*self.rule.guards, *(Text(f"未能核对:缺 {field}", f"not checked: no {field}") for field in unchecked))

    def with_due(self, due: Amounts, merged_into: str = "") -> Finding:
        """The same finding with what is left of its amounts."""
        return Finding(*self[:10], due, merged_into, *self[12:])


class Writer:
    """Makes findings of one rule's hits. rule_digest, pack_digest : see :func:`digests`."""

    def __init__(
        self, shared: Shared, rule: Rule, lists: tuple[str, ...], digests: tuple[str, str], shadow: bool,
        cited: Callable[[str, Collection[str]], tuple[str, ...]],
    ) -> None:  # fmt: skip
        self._data, self._rule, self._lists, self._shadow, self._cited = shared.data, rule, lists, shadow, cited
        self._lines = shared.lines
        self._rule_digest, self._pack_digest = digests
        self._sentences = Sentences(self._data, rule)
        self._frames: dict[str, Frame | None] = {}
        self._read: dict[str, RowTexts] = {}
        self._funds: dict[tuple[bool, int], tuple[int, int] | None] = {}
        self._visits: dict[int, int] | None = None

    def findings(self, hits: Sequence[Hit]) -> list[Finding]:
        """The findings of all hits. Hits on rows that share their IDs get a number, so that none vanishes behind another."""
        seen: dict[str, int] = {}
        found = []
        self._read_ahead(hits)
        for hit in hits:
            key = finding_key(self._rule.id, hit)
            seen[key] = seen.get(key, 0) + 1
            if seen[key] > 1:
                hit.window = f"{hit.window}#{seen[key]}"
                key = finding_key(self._rule.id, hit)
            found.append(self._finding(hit, key))
        return found

    def _finding(self, hit: Hit, key: str) -> Finding:
        rule, frame = self._rule, self._frame(hit)
        severity = hit.severity or rule.severity
        claimed = self._with_fund(hit, frame)
        hit.formula = plain_numbers(hit.formula)
        place = hit.case if hit.subject == "case" else hit.place
        text = frame.text if frame is not None and place >= 0 else _nothing
        hospital = text("hospital", place)
        if hit.subject == "line":
            settlement, visit, *_ = self._lines.of(place)
        else:
            settlement = hit.keys[0] if hit.subject in ("case", "outpatient") else str(hit.facts.get("settlement", ""))
            settlement = settlement or text("settlement", place)
            visit = text("visit", place) or settlement
            hospital = hospital or str(hit.facts.get("fixmedins_code", ""))
        lines, related = self._lines.all_of(hit.lines), self._lines.all_of(hit.related)
        if hit.subject in ("outpatient_line", "drug_line") and frame is not None and not lines:
            lines = (Line(settlement, visit, hit.keys[1], text("item", place), *next(charged(frame, [place]))),)
        items = {line.item for line in lines} if self._lists else ()
        rows = [row for item in sorted(items) for row in self._cited(item, [line.item for line in related])]
        return Finding(
            key, rule, hit, severity, settlement, visit, text("person", place), hospital, self._lane(hit.outcome, severity),
            claimed, claimed, "", self._sentences.of(hit, claimed), _numbers(lines), _numbers(related),
            hit.facts, self._lists, sha256_of_text(self._used(hit)), self._rule_digest, self._pack_digest,
            (*lines, *related), tuple(rows), self._shadow,
        )  # fmt: skip

    def _lane(self, outcome: str, severity: str) -> str:
        """Suspicions never deny without a person (review rules 0.11); shadow touches no money (0.13)."""
        lane = "" if self._shadow else LANES.get(outcome, "")
        return "review" if lane == "deny" and severity != CLEAR else lane

    def _with_fund(self, hit: Hit, frame: Frame | None) -> Amounts:
        amounts = hit.amounts
        if amounts.fund_fen is not None or amounts.scope_fen is None:
            return amounts
        paid = self._paid(hit, frame)
        return amounts if paid is None else Amounts(*amounts[:3], fund_part(amounts.scope_fen, *paid))

    def _paid(self, hit: Hit, frame: Frame | None) -> tuple[int, int] | None:
        """What the funds paid of the settlement that a hit is part of, and its part within coverage; None where either is not said.

        That is a stay, or for a line of a visit or a purchase the visit.
        """
        settled, place, visits = self._data.cases, hit.case, self._data.outpatient
        visited = hit.subject in ("outpatient_line", "drug_line") and visits is not None and frame is not None
        if visited:
            assert visits is not None
            assert frame is not None
            if self._visits is None:
                self._visits = visits_by_settlement(visits)
            settled, place = visits, self._visits.get(int(frame["settlement"][hit.place]), -1)
        if (visited, place) not in self._funds:
            known = place >= 0 and settled.is_known("fund_fen", place) and settled.is_known("scope_fen", place)
            self._funds[visited, place] = (
                (int(settled["fund_fen"][place]), int(settled["scope_fen"][place])) if known else None
            )
        return self._funds[visited, place]

    def _frame(self, hit: Hit) -> Frame | None:
        """The table of the hit's place."""
        name = hit.table or TABLE_OF.get(hit.subject, "")
        if name not in self._frames:
            self._frames[name] = self._data.table(name) if name else None
        return self._frames[name]

    def _read_ahead(self, hits: Sequence[Hit]) -> None:
        """Read the rows that all hits rest on: together they cost far less than one by one."""
        rows: dict[str, set[int]] = {"cases": set(), "fee_lines": set()}
        for hit in hits:
            rows["cases"].add(hit.case)
            rows["fee_lines"].update(hit.lines, hit.related)
            table, beside = self._beside(hit)
            if table:
                rows.setdefault(table, set()).update(beside)
        rows["cases"].discard(-1)
        self._lines.read(rows["fee_lines"])
        for table, places in rows.items():
            if places:
                self._rows(table).read(places)

    def _used(self, hit: Hit) -> str:
        """The input rows that the hit rests on, in an order of their own, as canonical text."""
        data, places = self._data, {hit.case, *(hit.others if hit.subject in ("case", "outpatient") else ())}
        places.discard(-1)
        used = {"cases": self._rows("cases").text(places)}
        if data.lines is not None:
            used["fee_lines"] = self._rows("fee_lines").text({*hit.lines, *hit.related})
        table, beside = self._beside(hit)
        if table:
            used[table] = self._rows(table).text(beside)
        if self._rule.shape == "split_pairs" and data.pairs is not None:
            used["pairs"] = self._rows("pairs").text({hit.place})
        return "{" + ",".join([f'"{name}":[{used[name]}]' for name in sorted(used)]) + "}"

    def _beside(self, hit: Hit) -> tuple[str, Set[int]]:
        """The table of a hit that is about no fee line and no stay, and its rows; without one nothing."""
        if hit.subject in ("line", "case") or hit.place < 0 or self._frame(hit) is None:
            return _NO_ROWS
        others = hit.others if hit.subject != "outpatient" or hit.table else ()
        return hit.table or TABLE_OF.get(hit.subject, ""), {hit.place, *others}

    def _rows(self, table: str) -> RowTexts:
        """The rows of a table with the fields that the rule reads."""
        if table not in self._read:
            frame, fields = self._data.table(table), self._rule.inputs.get(table, ())
            assert frame is not None
            fields = () if table == "pairs" else (*fields, "net") if table == "fee_lines" else fields
            self._read[table] = RowTexts(frame, fields)
        return self._read[table]


def _numbers(lines: Sequence[Line]) -> tuple[tuple[str, str], ...]:
    """Visit and number: what findings call lines."""
    return tuple([(line.visit, line.number) for line in lines])


def _nothing(name: str, row: int) -> str:
    """The text of an ID where there is no row."""
    return ""


def visits_by_settlement(visits: Frame) -> dict[int, int]:
    """The place of each visit by the code of its settlement; of several the first."""
    return {code: place for place, code in reversed(list(enumerate(visits["settlement"].tolist())))}


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def canonical(value: Any) -> str:
    """Plain values as one and the same text."""
    return _ENCODER.encode(value)


def digests(rule: Rule, values: Mapping[str, Any], pack_digest: str) -> tuple[str, str]:
    """What a rule in its version and its parameters come to, and its lists; empty without lists."""
    own = sha256_of_text(rule.digest + canonical({k: values.get(k) for k in rule.parameters if k not in rule.lists}))
    listed = {name: values.get(name) for name in rule.lists}
    return own, sha256_of_text(pack_digest + canonical(listed)) if rule.lists else ""


def finding_key(rule: str, hit: Hit) -> str:
    """``SHA256(rule | subject type | sorted subject keys | window)`` (review workflow 5)."""
    return sha256_of_text("|".join([rule, hit.subject, list_text(sorted(hit.keys)), hit.window]))
