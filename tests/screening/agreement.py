"""The engine's findings and states held against those of a plain reference, and the batch in another order of rows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from drgdip.pipeline.screening import screen_rows
from drgdip.screening.context import Grouper
from drgdip.screening.engine import Screened
from drgdip.screening.findings import Finding, canonical
from drgdip.screening.plain import row
from tests.reference.screening_answers import Found, Reference, Sheet

Batch = dict[str, list[dict[str, Any]]]
Params = Mapping[str, Mapping[str, Any]]


def hold_against(
    references: Mapping[str, Reference], params: Params, tables: Batch, order: int, grouper: Grouper | None = None
) -> None:
    """Every rule gives what its reference gives, for the rows as they are and for the same rows shuffled."""
    mixed = {name: random.Random(order).sample(rows, len(rows)) for name, rows in tables.items()}
    wanted = {
        "rules": {name: params.get(name, {}) for name in references},
        "states": dict.fromkeys(references, "active"),
        "default_suppressions": False,
    }
    result, again = (
        screen_rows(batch, list(references), wanted, grouper=grouper).screened for batch in (tables, mixed)
    )

    for name, reference in references.items():
        expected = reference(tables, params.get(name, {}))
        found = [finding for finding in result.findings if finding.rule.id == name]
        assert sorted(_plain(found, expected)) == sorted(_stated(expected)), name
        assert _states(result, name) == _counted(expected), name
    assert [row(finding) for finding in again.findings] == [row(finding) for finding in result.findings]
    assert again.coverage == result.coverage


def _plain(found: list[Finding], expected: Sheet) -> list[str]:
    """Findings as the reference states them, with the facts that it states."""
    names = {(one["outcome"], one["subject"]): set(one.get("facts", ())) for one in expected.findings}
    return [canonical(_one(finding, names.get((finding.hit.outcome, finding.hit.subject), set()))) for finding in found]


def _one(finding: Finding, names: set[str]) -> Found:
    hit, amounts = finding.hit, finding.claimed
    return {
        "outcome": hit.outcome, "subject": hit.subject, "keys": sorted(hit.keys), "quantity": amounts.quantity_e4 or 0,
        "fee": amounts.fee_fen or 0, "scope": amounts.scope_fen or 0, "fund": amounts.fund_fen or 0,
        "involves": sorted(hit.involves), "facts": {name: hit.facts.get(name) for name in sorted(names)},
    }  # fmt: skip


def _stated(expected: Sheet) -> list[str]:
    return [canonical({"facts": {}, **one, "involves": sorted(one.get("involves", ()))}) for one in expected.findings]


def _states(result: Screened, name: str) -> Counter[tuple[str, str]]:
    return Counter({(one.state, one.reason): one.number for one in result.coverage if one.rule == name and one.number})


def _counted(expected: Sheet) -> Counter[tuple[str, str]]:
    return Counter({state: number for state, number in expected.states.items() if number})


def not_reached(
    references: Mapping[str, Reference],
    params: Params,
    batch: Callable[[random.Random], Batch],
    batches: int,
    states: tuple[str, ...] = ("FINDING", "PASS"),
) -> dict[str, set[str]]:
    """Rules and states that no batch of the generator reaches: a comparison of nothing shows nothing."""
    found: dict[str, set[str]] = {name: set() for name in references}
    for seed in range(batches):
        tables = batch(random.Random(seed))
        for name, reference in references.items():
            found[name] |= {state for state, _ in _counted(reference(tables, params.get(name, {})))}
    return {name: set(states) - seen for name, seen in found.items() if set(states) - seen}
