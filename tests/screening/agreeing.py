"""Comparing rules with their plain references: the same findings and answers, whatever the order of rows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from drgdip.pipeline.screening import screen_rows
from drgdip.screening.catalogue import rules
from drgdip.screening.findings import Finding
from drgdip.screening.plain import row
from tests.reference.screening_plain import Amounts, Found, Rule

Batch = dict[str, list[dict[str, Any]]]
START = datetime(2026, 3, 1)


def at(hours: float = 0, seconds: int = 0, whole_day: bool = False) -> str:
    """A time so long after the first of the month; the day alone if asked for."""
    return (START + timedelta(hours=hours, seconds=seconds)).strftime("%Y-%m-%d" if whole_day else "%Y-%m-%d %H:%M:%S")


def plain(finding: Finding, facts: Callable[[Mapping[str, Any]], tuple[Any, ...]] | None) -> Found:
    """A finding of the engine as the references write it."""
    claimed = finding.claimed
    severity = finding.severity if finding.severity != finding.rule.severity else ""
    return Found(
        finding.hit.outcome, finding.hit.keys, Amounts(claimed.quantity_e4, claimed.fee_fen, claimed.scope_fen, claimed.fund_fen),
        tuple(sorted(finding.offending)), severity, facts(finding.facts) if facts else (),
    )  # fmt: skip


def compare(
    batch: Batch, seed: int, references: Mapping[str, Rule], params: Mapping[str, Mapping[str, Any]],
    given: Mapping[str, Mapping[str, Any]], facts: Mapping[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]], grouper: Any = None,
) -> list[Finding]:  # fmt: skip
    """Every rule finds and answers what its reference does; so it does with the rows in another order.

    Gives the findings. params : what the references read. given : what the engine is given of it, where the rest are its defaults.
    """
    wanted = {"rules": given, "default_suppressions": False}
    mixed = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in batch.items()}
    result, again = (
        screen_rows(tables, list(references), wanted, grouper=grouper).screened for tables in (batch, mixed)
    )
    for name, rule in references.items():
        expected, states = rule(settled(batch), params[name])
        if any(row.rule == name and row.subject == "case" for row in result.coverage):
            states += Counter({("NOT_APPLICABLE", "refunded"): sum(map(reversed_, batch["cases"]))})
        found = [plain(finding, facts.get(name)) for finding in result.findings if finding.rule.id == name]
        assert sorted(map(repr, found)) == sorted(map(repr, expected)), name
        answers = Counter[tuple[str, str]]()
        for row_ in result.coverage:
            answers.update({(row_.state, row_.reason): row_.number} if row_.rule == name and row_.number else {})
        assert answers == states, name
    assert [row(finding) for finding in again.findings] == [row(finding) for finding in result.findings]
    assert again.coverage == result.coverage
    return result.findings


def reversed_(case: Mapping[str, Any]) -> bool:
    """Whether a settlement was reversed: it counts nowhere, for no rule."""
    return case.get("refd_setl_flag") == "1"


def settled(batch: Batch) -> Batch:
    """The batch without reversed settlements and their lines."""
    gone = {case["setl_id"] for case in batch["cases"] if reversed_(case)}
    return {name: [row for row in rows if row.get("setl_id") not in gone] for name, rows in batch.items()}


def filled(given: Mapping[str, Mapping[str, Any]], **more: Any) -> dict[str, dict[str, Any]]:
    """Parameters of each rule as its reference reads them: what the engine is given, and the catalogue's defaults."""
    return {
        name: {**{key: parameter.default for key, parameter in rules()[name].parameters.items()}, **values, **more}
        for name, values in given.items()
    }


def reached(batches: list[Batch], references: Mapping[str, Rule], params: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Rules of which these batches show no finding, or no subject that passes: nothing would be compared."""
    states: dict[str, Counter[str]] = {name: Counter() for name in references}
    for batch in batches:
        for name, rule in references.items():
            for (state, _), number in rule(settled(batch), params[name])[1].items():
                states[name][state] += number
    return {name for name, seen in states.items() if not (seen["FINDING"] and seen["PASS"])}
