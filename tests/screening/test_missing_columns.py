"""Every rule's examples less one column: nothing passes silently, and what could not be checked is said (review rules 0.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from drgdip.audit.selftest.examples import OWN_REVIEW_EXAMPLES
from drgdip.audit.selftest.review import _GROUPERS
from drgdip.pipeline.screening import screen_rows
from drgdip.pipeline.screening.rows import OTHER_NAMES
from drgdip.screening.catalogue import rules
from drgdip.screening.columns import KEYS, NAMES
from drgdip.screening.engine import Screened

EXAMPLES: dict[str, list[dict[str, Any]]] = {
    rule["id"]: rule["example"] for rule in json.loads(OWN_REVIEW_EXAMPLES.read_text(encoding="utf-8"))["rules"]
}
#: Columns whose absence says something by itself, or for which something else stands.
STAND_INS = {
    ("*", "refd_setl_flag"): "no settlement was refunded",
    ("*", "init_feedetl_sn"): "lines refund nothing; a negative one is then held by the gate",
    ("A01", "*"): "its parameter `required` says what has to be there; what is not is the finding",
    ("B04", "setl_time"): "the day of discharge",
    ("B04", "valid_from"): "the register holds on every day",
    ("B06", "prd_days"): "a line is a day of use, as the review rules count",
    ("E08", "act_ipt_days"): "the days between admission and discharge",
    ("E11", "act_ipt_days"): "the days between admission and discharge",
    ("I14", "staff_factor"): "one",
}  # fmt: skip
Less = tuple[str, dict[str, Any], str, str]


def screened(rule: str, example: dict[str, Any], tables: dict[str, Any]) -> Screened:
    params = dict(example.get("params") or {})
    grouper = _GROUPERS.get(str(params.pop("grouper", "")))
    wanted = {"rules": {rule: params}, "default_suppressions": False, "states": {rule: "active"}}
    return screen_rows(tables, [rule], wanted, grouper=grouper).screened


def less(tables: dict[str, Any], table: str, column: str) -> dict[str, Any]:
    rows = tables[table] if isinstance(tables[table], list) else [tables[table]]
    return {**tables, table: [{name: value for name, value in row.items() if name != column} for row in rows]}


def fault(rule: str, example: dict[str, Any], table: str, column: str) -> str:
    """What is wrong with the answers without a column; empty for nothing."""
    whole = screened(rule, example, example["tables"])
    part = screened(rule, example, less(example["tables"], table, column))
    before = {finding.key for finding in whole.findings}
    new = [finding for finding in part.findings if finding.key not in before]
    if len(part.findings) < len(whole.findings) and not any(row.state == "NOT_RUN" for row in part.coverage):
        return "a finding is lost, and nothing says so"
    if len(part.findings) <= len(whole.findings):
        return ""
    roles = {lack.role for lack in rules()[rule].lacking if lack.field == column}
    if not all(column in finding.facts.get("unchecked", ()) for finding in new):
        return "a finding is made that does not say what it could not check"
    if "suspect" in roles and any(finding.lane in ("deny", "review") for finding in new):
        return "money is denied on what could not be checked"
    return ""


def columns_of(rule: str) -> Iterator[Less]:
    """Every example of a rule less every column that is no key of its table."""
    for example in EXAMPLES[rule]:
        for table, rows in example["tables"].items():
            name = OTHER_NAMES.get(table, table)
            columns = {column for row in (rows if isinstance(rows, list) else [rows]) for column in row}
            for column in sorted(columns):
                keyed = NAMES.get(name, {}).get(column) in (*KEYS.get(name, ()), "settlement", "visit", "line")
                spared = {("*", column), (rule, column), (rule, "*")} & STAND_INS.keys()
                if not keyed and not spared:
                    yield rule, example, table, column


def test_a_column_that_a_rule_does_not_do_without() -> None:
    """A finding less one that it needs, and a guard that held less one that it reads; all columns in the long run."""
    for name, rule in rules().items():
        guards = {lack.field for lack in rule.lacking if lack.role in ("unchecked", "suspect")}
        needed = {lack.field for lack in rule.lacking} - guards
        for fields, found in ((needed, True), (guards, False)):
            cases = (one for one in columns_of(name) if one[3] in fields and bool(one[1].get("expect")) is found)
            one = next(cases, None)
            assert one is None or not fault(*one), (name, one[1].get("note"), *one[2:])


@pytest.mark.long
@pytest.mark.parametrize("rule", sorted(EXAMPLES))
def test_any_column(rule: str) -> None:
    found = [(one[1].get("note"), *one[2:], wrong) for one in columns_of(rule) if (wrong := fault(*one))]
    assert found == []


def test_without_a_guard_money_is_held_and_the_finding_says_why() -> None:
    """A03: a line after discharge may be take-home medicine; whether it is, nothing says."""
    case = {"setl_id": "S1", "mdtrt_id": "M1", "adm_time": "2026-03-01", "dscg_time": "2026-03-09", "inscp_scp_amt": "100", "fund_pay_sumamt": "50"}  # fmt: skip
    line = {"setl_id": "S1", "mdtrt_id": "M1", "feedetl_sn": "1", "fee_ocur_time": "2026-03-10", "cnt": "1", "det_item_fee_sumamt": "20", "inscp_scp_amt": "20"}  # fmt: skip
    (held,) = screened("A03", {}, {"cases": [case], "fee_lines": [line]}).findings
    (denied,) = screened("A03", {}, {"cases": [case], "fee_lines": [{**line, "dscg_tkdrug_flag": ""}]}).findings

    assert (held.hit.outcome, held.severity, held.lane, held.due.fund_fen) == ("HOLD_LINE", "高度可疑", "hold", 1000)
    assert held.guards[-1].en == "not checked: no dscg_tkdrug_flag"
    assert (denied.hit.outcome, denied.severity, denied.lane) == ("DENY_LINE", "明确违规", "deny")
    assert denied.guards == tuple(guard.words for guard in denied.rule.guards)
    assert held.key == denied.key


def test_a_service_counts_as_not_billed_only_where_all_lines_say_what_they_are() -> None:
    """A06: of two stays with a diagnosis of no evidence, one has a line that does not say what it is."""
    cases = [{"setl_id": f"S{n}", "mdtrt_id": f"M{n}", "main_dx": "I21.900", "dx": ""} for n in (1, 2)]
    lines = [{"setl_id": f"S{n}", "mdtrt_id": f"M{n}", "feedetl_sn": str(n), "med_list_codg": item, "fee_ocur_time": "2026-03-10", "cnt": "1"}
             for n, item in ((1, "X"), (2, ""))]  # fmt: skip
    example = {"params": {"evidence": {"I21.900": [["TROPONIN"]]}}}
    result = screened("A06", example, {"cases": cases, "fee_lines": lines})

    assert [finding.settlement for finding in result.findings] == ["S1"]
    assert [(row.state, row.reason, row.number) for row in result.coverage] == [
        ("FINDING", "", 1), ("NOT_RUN", "missing:med_list_codg", 1),
    ]  # fmt: skip
