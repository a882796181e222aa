"""Findings: hits with their keys, digests and sentences. Nothing in them depends on the run or on the order of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from drgdip.base.provenance import sha256_of_text
from drgdip.base.text import Text
from drgdip.screening.amounts import Amounts, fund_part
from drgdip.screening.columns import TABLES
from drgdip.screening.data import Dataset, Frame, Line, line_of
from drgdip.screening.hits import Hit
from drgdip.screening.rule import Rule
from drgdip.screening.sentences import sentence_of
from drgdip.screening.words import Words

#: Outcomes that take money, hold it, change the group or its points; the others touch none.
LANES = {
    "DENY_LINE": "deny", "DENY_EXCESS": "deny", "DENY_PRICE": "deny", "DENY_SETTLEMENT": "deny", "DENY_CASE": "deny",
    "HOLD_LINE": "hold", "HOLD_CASE": "hold", "HOLD_SETTLEMENT": "hold", "REGROUP": "regroup", "CUT_POINTS": "points",
}  # fmt: skip
CLEAR = "明确违规"
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

    def with_due(self, due: Amounts, merged_into: str = "") -> Finding:
        """The same finding with what is left of its amounts."""
        return self._replace(due=due, merged_into=merged_into)


class Writer:
    """Makes findings of one rule's hits. rule_digest, pack_digest : see :func:`digests`."""

    def __init__(
        self, data: Dataset, rule: Rule, lists: tuple[str, ...], digests: tuple[str, str], shadow: bool
    ) -> None:
        self._data, self._rule, self._lists, self._shadow = data, rule, lists, shadow
        self._rule_digest, self._pack_digest = digests
        self._lines: dict[int, Line] = {}
        self._read: dict[tuple[str, tuple[str, ...]], tuple[list[_Column], dict[int, str]]] = {}
        self._visits: dict[int, int] | None = None

    def findings(self, hits: Sequence[Hit]) -> list[Finding]:
        """The findings of all hits. Hits on rows that share their IDs get a number, so that none vanishes behind another."""
        seen: dict[str, int] = {}
        found = []
        for hit in hits:
            key = finding_key(self._rule.id, hit)
            seen[key] = seen.get(key, 0) + 1
            if seen[key] > 1:
                hit.window = f"{hit.window}#{seen[key]}"
                key = finding_key(self._rule.id, hit)
            found.append(self._finding(hit, key))
        return found

    def _finding(self, hit: Hit, key: str) -> Finding:
        data, rule = self._data, self._rule
        line = self._line(hit.place) if hit.subject == "line" else None
        severity = hit.severity or rule.severity
        claimed = self._with_fund(hit)
        settlement = line.settlement if line else self._settlement(hit)
        return Finding(
            key, rule, hit, severity, settlement,
            line.visit if line else self._text("visit", hit) or settlement, self._text("person", hit), self._hospital(hit),
            self._lane(hit.outcome, severity), claimed, claimed, "", sentence_of(data, rule, hit, claimed),
            tuple([self._line_key(row) for row in hit.lines]), tuple([self._line_key(row) for row in hit.related]),
            hit.facts, self._lists, sha256_of_text(self._used(hit)), self._rule_digest, self._pack_digest,
        )  # fmt: skip

    def _lane(self, outcome: str, severity: str) -> str:
        """Suspicions never deny without a person (review rules 0.11); shadow touches no money (0.13)."""
        lane = "" if self._shadow else LANES.get(outcome, "")
        return "review" if lane == "deny" and severity != CLEAR else lane

    def _with_fund(self, hit: Hit) -> Amounts:
        amounts = hit.amounts
        if amounts.fund_fen is not None or amounts.scope_fen is None:
            return amounts
        settled, place = self._settled(hit)
        if (
            settled is None
            or place < 0
            or not (settled.is_known("fund_fen", place) and settled.is_known("scope_fen", place))
        ):
            return amounts
        fund, scope = int(settled["fund_fen"][place]), int(settled["scope_fen"][place])
        return amounts._replace(fund_fen=fund_part(amounts.scope_fen, fund, scope))

    def _settled(self, hit: Hit) -> tuple[Frame | None, int]:
        """The settlement that a hit is part of: a stay, or for a line of a visit or a purchase the visit; -1 without one."""
        visits, lines = self._data.outpatient, self._frame(hit)
        if hit.subject not in ("outpatient_line", "drug_line") or visits is None or lines is None:
            return self._data.cases, hit.case
        if self._visits is None:
            self._visits = visits_by_settlement(visits)
        return visits, self._visits.get(int(lines["settlement"][hit.place]), -1)

    def _line(self, row: int) -> Line:
        if row not in self._lines:
            self._lines[row] = line_of(self._data, row)
        return self._lines[row]

    def _line_key(self, row: int) -> tuple[str, str]:
        line = self._line(row)
        return line.visit, line.number

    def _settlement(self, hit: Hit) -> str:
        if hit.subject in ("case", "outpatient"):
            return hit.keys[0]
        return str(hit.facts.get("settlement", "")) or self._text("settlement", hit)

    def _text(self, name: str, hit: Hit) -> str:
        frame = self._frame(hit)
        place = hit.case if hit.subject == "case" else hit.place
        return frame.text(name, place) if frame and place >= 0 else ""

    def _hospital(self, hit: Hit) -> str:
        if hit.subject == "line" and self._data.lines is not None:
            return self._data.lines.text("hospital", hit.place)
        return self._text("hospital", hit) or str(hit.facts.get("fixmedins_code", ""))

    def _frame(self, hit: Hit) -> Frame | None:
        if hit.table:
            return self._data.table(hit.table)
        name = TABLE_OF.get(hit.subject, "")
        return self._data.table(name) if name else None

    def _used(self, hit: Hit) -> str:
        """The input rows that the hit rests on, in an order of their own, as canonical text."""
        data, inputs = self._data, self._rule.inputs
        case_rows = {hit.case, *(hit.others if hit.subject in ("case", "outpatient") else ())} - {-1}
        used = {"cases": self._rows("cases", data.cases, case_rows, inputs.get("cases", ()))}
        if data.lines is not None:
            fields = (*inputs.get("fee_lines", ()), "net")
            used["fee_lines"] = self._rows("fee_lines", data.lines, {*hit.lines, *hit.related}, fields)
        frame, table = self._frame(hit), hit.table or TABLE_OF.get(hit.subject, "")
        if hit.subject not in ("line", "case") and frame is not None and hit.place >= 0:
            places = {hit.place, *(hit.others if hit.subject != "outpatient" or hit.table else ())}
            used[table] = self._rows(table, frame, places, inputs.get(table, ()))
        if self._rule.shape == "split_pairs" and data.pairs is not None:
            used["pairs"] = self._rows("pairs", data.pairs, {hit.place}, ())
        return "{" + ",".join(f'"{name}":[{used[name]}]' for name in sorted(used)) + "}"

    def _rows(self, table: str, frame: Frame, places: set[int], fields: tuple[str, ...]) -> str:
        """Some rows of a table, each as canonical text, in the order of these texts."""
        if (table, fields) not in self._read:
            self._read[table, fields] = list(_columns(frame, fields)), {}
        columns, texts = self._read[table, fields]
        for place in places:
            if place not in texts:
                texts[place] = canonical(_row(columns, place))
        return ",".join(sorted([texts[place] for place in places]))


class _Column(NamedTuple):
    """One column as facts of findings have it. known : None where a code of -1 says that there is none."""

    name: str
    values: np.ndarray
    known: np.ndarray | None
    words: Words | None
    listed: Sequence[tuple[str, ...] | None] | None


@lru_cache(maxsize=256)
def _names(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Our names of national fields, and always the IDs."""
    names = {read.name for reads in TABLES.values() for read in reads if read.field in fields}
    names |= {"settlement", "visit", "line", "code"}
    if "net" in fields:
        names |= {"net_quantity_e4", "net_fee_fen", "net_scope_fen"}
    return tuple(sorted(names))


def _columns(frame: Frame, fields: tuple[str, ...]) -> Iterator[_Column]:
    """Columns of a table: the rule's inputs where it names them, and always the IDs."""
    for name in _names(fields) if fields else sorted(frame.values):
        if name in frame.values or name in frame.lists:
            words, listed = frame.words.get(name), frame.lists.get(name)
            known = frame.known(name) if words is None or frame.has_known(name) else None
            yield _Column(name, frame[name], known, words, listed)


def _row(columns: Sequence[_Column], place: int) -> dict[str, Any]:
    """What is known of a row."""
    row: dict[str, Any] = {}
    for name, values, known, words, listed in columns:
        if listed is not None and listed[place] is not None:
            row[name] = list(listed[place] or ())
        elif known is None or known[place]:
            value = int(values[place])
            if words is None:
                row[name] = value
            elif known is not None or value >= 0:
                row[name] = str(words[value]) if value >= 0 else ""
    return row


def visits_by_settlement(visits: Frame) -> dict[int, int]:
    """The place of each visit by the code of its settlement; of several the first."""
    return {code: place for place, code in reversed(list(enumerate(visits["settlement"].tolist())))}


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def canonical(value: Any) -> str:
    """Plain values as one and the same text."""
    return _ENCODER.encode(value)


def digests(rule: Rule, values: Mapping[str, Any], pack_digest: str) -> tuple[str, str]:
    """What a rule's declaration and parameters come to, and its lists; empty without lists."""
    own = sha256_of_text(rule.digest + canonical({k: v for k, v in values.items() if k not in rule.lists}))
    listed = {name: values.get(name) for name in rule.lists}
    return own, sha256_of_text(pack_digest + canonical(listed)) if rule.lists else ""


def finding_key(rule: str, hit: Hit) -> str:
    """``SHA256(rule | subject type | sorted subject keys | window)`` (review workflow 5)."""
    return sha256_of_text("|".join([rule, hit.subject, canonical(sorted(hit.keys)), hit.window]))
