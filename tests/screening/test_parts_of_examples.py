"""The worked examples of every rule, joined to one batch by their parameters: screened part by part they say what they say as one."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

import pytest

from drgdip.audit.selftest.examples import OWN_REVIEW_EXAMPLES
from drgdip.audit.selftest.review import _test_grouper
from drgdip.pipeline.screening.rows import tables_of_rows
from drgdip.pipeline.screening.tables import LINES, dataset_of, read_batch
from drgdip.screening.across import in_parts
from drgdip.screening.engine import screen_batch, screen_parts
from drgdip.screening.plain import row
from drgdip.screening.settings import settings_of

EXAMPLES: dict[str, list[dict[str, Any]]] = {
    rule["id"]: rule["example"] for rule in json.loads(OWN_REVIEW_EXAMPLES.read_text(encoding="utf-8"))["rules"]
}
_OWN = ("setl_id", "mdtrt_id", "psn_no", "claim_id", "drug_trac_codg")


def renamed(tables: dict[str, Any], mark: str) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [{key: f"{value}{mark}" if key in _OWN and value else value for key, value in one.items()}
               for one in (rows if isinstance(rows, list) else [rows])]
        for name, rows in tables.items()
    }  # fmt: skip


def joined(examples: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for number, example in enumerate(examples):
        for name, rows in renamed(example["tables"], f"-{number}").items():
            found.setdefault(name, []).extend(rows)
    return found


@pytest.mark.parametrize("rule", sorted(EXAMPLES))
def test_a_rule_says_the_same_of_parts(rule: str) -> None:
    examples = sorted(EXAMPLES[rule], key=lambda one: json.dumps(one.get("params") or {}, sort_keys=True))
    for text, group in groupby(examples, key=lambda one: json.dumps(one.get("params") or {}, sort_keys=True)):
        values = json.loads(text)
        grouper = _test_grouper if values.pop("grouper", None) else None
        settings = settings_of({"rules": {rule: values}, "default_suppressions": False})
        if not in_parts([rule], settings):
            continue
        tables = joined(list(group))
        if not tables.get("cases") or not tables.get(LINES):
            continue
        raw = tables_of_rows(tables)
        whole = screen_batch(dataset_of(raw)[0], [rule], settings, grouper=grouper)
        small = {name: table for name, table in raw.items() if name != LINES}
        batch, _ = read_batch(small, [raw[LINES]], stays_a_part=1)
        parted = whole if batch.alone else screen_parts(batch, [rule], settings, grouper=grouper)

        assert [row(finding) for finding in parted.findings] == [row(finding) for finding in whole.findings]
        assert parted.coverage == whole.coverage
