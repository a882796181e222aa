"""Every worked example gives the same findings and answers whatever the order of its rows."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from drgdip.audit.selftest import review
from drgdip.audit.selftest.examples import OWN_REVIEW_EXAMPLES
from drgdip.pipeline.screening import screen_rows
from drgdip.screening.plain import row

RULES = json.loads(OWN_REVIEW_EXAMPLES.read_text(encoding="utf-8"))["rules"]


def screened(rule: str, tables: dict[str, Any], params: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    values = dict(params)
    grouper = review._GROUPERS.get(str(values.pop("grouper", "")))
    settings = {"rules": {rule: values}, "default_suppressions": False}
    result = screen_rows(tables, [rule], settings, grouper=grouper).screened
    return [row(finding) for finding in result.findings], result.coverage


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["id"]))
def test_rows_in_any_order(rule: dict[str, Any]) -> None:
    for number, example in enumerate(rule["example"]):
        mixed = {name: random.Random(number).sample(rows, len(rows)) for name, rows in example["tables"].items()}
        assert screened(rule["id"], mixed, example["params"]) == screened(
            rule["id"], example["tables"], example["params"]
        )


def test_every_rule_has_an_example_that_finds_and_one_that_does_not() -> None:
    from drgdip.screening.catalogue import rules

    named = {rule["id"]: [bool(example["expect"]) for example in rule["example"]] for rule in RULES}

    assert set(named) == set(rules())
    assert {rule for rule, found in named.items() if not (any(found) and not all(found))} == set()
