"""A plan is made once for equal settings, and never serves others."""

from __future__ import annotations

from typing import Any

import pytest

from drgdip.base.errors import PolicyError, UsageError
from drgdip.pipeline.screening import screen_rows
from drgdip.screening.plan import Plan, plan_of
from drgdip.screening.settings import settings_of

CASE = {"setl_id": "S1", "psn_no": "P1", "fixmedins_code": "H1", "gend": "1", "adm_time": "2026-03-01 09:00:00",
        "dscg_time": "2026-03-05 09:00:00", "medfee_sumamt": "90.00", "inscp_scp_amt": "90.00", "fund_pay_sumamt": "90.00"}  # fmt: skip
LINE = {"setl_id": "S1", "feedetl_sn": "1", "med_list_codg": "A", "fee_ocur_time": "2026-03-02 08:00:00", "cnt": "3",
        "pric": "30", "det_item_fee_sumamt": "90.00", "inscp_scp_amt": "90.00"}  # fmt: skip


def _units(settings: Any) -> list[str]:
    found = screen_rows({"cases": [CASE], "fee_lines": [LINE]}, ["C02"], settings).screened.findings
    return [finding.hit.facts["limit"] for finding in found]


def test_a_changed_limit_is_seen_although_the_settings_are_the_same_object() -> None:
    settings: dict[str, Any] = {"C02": {"daily_limit": {"A": 2}}}
    assert _units(settings) == ["2.0000"]
    settings["C02"]["daily_limit"]["A"] = 1
    assert _units(settings) == ["1.0000"]
    settings["C02"]["daily_limit"]["A"] = 3
    assert _units(settings) == []


def test_equal_settings_have_one_plan_and_others_their_own() -> None:
    plan = plan_of(["C02"], {"C02": {"daily_limit": {"A": 2}}})
    assert plan_of(["C02"], {"C02": {"daily_limit": {"A": 2}}}) is plan
    assert plan_of(["C02"], {"C02": {"daily_limit": {"A": "2"}}}) is not plan
    assert plan_of(["C02", "C01"], {"C02": {"daily_limit": {"A": 2}}}) is not plan


def test_a_plan_serves_call_after_call_with_its_own_rules() -> None:
    plan = Plan(["C02"], settings_of({"C02": {"daily_limit": {"A": 2}}}))
    for _ in range(2):
        result = screen_rows({"cases": [CASE], "fee_lines": [LINE]}, settings=plan).screened
        assert [finding.rule.id for finding in result.findings] == ["C02"]
        assert list(result.answers) == ["C02"]


def test_what_cannot_be_is_refused_every_time() -> None:
    for _ in range(2):
        with pytest.raises(UsageError):
            plan_of(["Z99"], {})
        with pytest.raises(PolicyError):
            plan_of([], {"C02": {"nothing": 1}})


def test_of_two_suppressions_with_one_name_the_last_holds_and_other_rules_keep_theirs() -> None:
    given = [{"id": "one", "reason": "r", "rules": ["C02"], "setl_id": ["S1"]},
             {"id": "one", "reason": "r", "rules": ["C02"], "setl_id": ["S2"]},
             {"id": "two", "reason": "r", "rules": ["A03"], "setl_id": ["S1"]}]  # fmt: skip
    limit = {"C02": {"daily_limit": {"A": 2}}}
    assert _units({**limit, "suppressions": given[:1]}) == []
    assert _units({**limit, "suppressions": given}) == ["2.0000"]
