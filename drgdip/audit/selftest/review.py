"""Worked examples of review rules: tables and parameters in, findings out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drgdip.audit.selftest.compare import differences
from drgdip.audit.selftest.values import Unsupported
from drgdip.base.text import Text
from drgdip.screening.catalogue import rules
from drgdip.screening.context import Grouper

#: The invented grouper of the examples: beginning of the principal diagnosis -> group; S is appended with an operation.
_TEST_GROUPS = {"J18": "ES2", "J06": "ES3", "I63": "BR2", "K80": "HC2"}


def _test_grouper(principal: str, others: Sequence[str], operations: Sequence[str], settlement: str) -> str | None:
    group = _TEST_GROUPS.get(principal[:3])
    if principal.startswith("I10") and operations:
        return "IQY"
    return f"{group}S" if group and operations else group


def _complications_grouper(
    principal: str, others: Sequence[str], operations: Sequence[str], settlement: str
) -> str | None:
    """The same with a digit for the tier: 1 with the complication E87.6, 5 without."""
    group = _test_grouper(principal, others, operations, settlement)
    return f"{group}{1 if any(code.startswith('E87.6') for code in others) else 5}" if group else None


_GROUPERS: dict[str, Grouper] = {"TEST": _test_grouper, "TEST_CC": _complications_grouper}


def review_rule(
    rule: str,
    tables: Mapping[str, Any],
    params: Mapping[str, Any],
    expect: Sequence[Any],
    answers: Mapping[str, Any] | None = None,
) -> Mapping[str, Any]:
    """The findings of one rule, those that an expected row describes first and in the order of the expectation.

    answers : state, or state and reason, with the number of subjects; given if the example looks at coverage.
    """
    from drgdip.pipeline.screening import screen_rows
    from drgdip.screening.plain import example_row

    if rule not in rules():
        raise Unsupported(Text(f"尚无规则 {rule}", f"there is no rule {rule} yet"))
    values = dict(params)
    grouper = _GROUPERS.get(str(values.pop("grouper", "")))
    result = screen_rows(tables, [rule], {"rules": {rule: values}, "default_suppressions": False}, grouper=grouper)
    found = {"findings": _in_order(list(expect), [example_row(finding) for finding in result.screened.findings])}
    if answers is None:
        return found
    counted = {f"{row.state} {row.reason}".strip(): row.number for row in result.screened.coverage}
    return {**found, "answers": dict(sorted(counted.items())) if counted != dict(answers) else answers}


def _in_order(expected: list[Any], got: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each expected row beside the finding that it describes, or else the one that it comes nearest to."""
    found: dict[int, dict[str, Any]] = {}
    for exact in (True, False):
        for place, row in enumerate(expected):
            if place in found or not got:
                continue
            nearest = min(got, key=lambda finding: len(list(differences(row, finding))))
            if not exact or not list(differences(row, nearest)):
                found[place] = nearest
                got.remove(nearest)
    return [found[place] for place in sorted(found)] + got
