"""Rules of a region's own: declared in the params file, checked like the catalogue's, and run on the same shapes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drgdip.base.errors import PolicyError
from drgdip.pipeline.screening import screen_rows
from drgdip.pipeline.screening.params_file import read_params
from drgdip.screening.catalogue import declaration_of, read_rule, rules
from drgdip.screening.findings import digests
from drgdip.screening.settings import settings_of
from tests.contracts.source import ROOT

CASE = {"setl_id": "S1", "mdtrt_id": "M1", "psn_no": "P1", "fixmedins_code": "H1", "gend": "1", "adm_time": "2026-01-01",
        "dscg_time": "2026-01-05", "medfee_sumamt": "100", "inscp_scp_amt": "100", "fund_pay_sumamt": "50"}  # fmt: skip
LINE = {"setl_id": "S1", "mdtrt_id": "M1", "feedetl_sn": "1", "med_list_codg": "X1", "fee_ocur_time": "2026-01-02 10:00:00",
        "cnt": "3", "pric": "10", "det_item_fee_sumamt": "30", "inscp_scp_amt": "30"}  # fmt: skip
OWN: dict[str, Any] = {
    "id": "L01", "like": "C02", "name": {"zh": "本地日限量", "en": "Local limit of a day"}, "basis": "某市医保规〔2026〕1号",
    "state": "active", "parameters": {"daily_limit": {"default": {"X1": 1}}},
}  # fmt: skip


def _found(own: dict[str, Any], **settings: Any) -> list[tuple[Any, ...]]:
    given = {"local_rules": [own], **settings}
    result = screen_rows({"cases": [CASE], "fee_lines": [LINE]}, [own["id"]], given)
    return [
        (one.rule.id, one.hit.outcome, one.lane, one.due.fee_fen, one.due.fund_fen) for one in result.screened.findings
    ]


def test_a_rule_like_another_has_a_list_and_a_ground_of_its_own() -> None:
    # 3 billed, 1 allowed: 2 × 10.00, of which the funds paid one half.
    assert _found(OWN) == [("L01", "DENY_EXCESS", "deny", 2000, 1000)]
    assert _found(OWN, rules={"L01": {"daily_limit": {"X1": 2}}}) == [("L01", "DENY_EXCESS", "deny", 1000, 500)]
    assert _found(OWN, rules={"L01": {"daily_limit": {"X1": 3}}}) == []
    assert _found(OWN, states={"L01": "draft"}) == []


def test_it_is_in_shadow_until_it_is_said_to_be_active_and_does_no_more_than_it_declares() -> None:
    assert _found({**OWN, "state": "shadow"}) == _found({name: value for name, value in OWN.items() if name != "state"})
    assert _found({**OWN, "state": "shadow"}) == [("L01", "DENY_EXCESS", "", 0, 0)]
    assert [one[1:3] for one in _found({**OWN, "outcome": "WARN"})] == [("WARN", "")]
    assert [one[1:3] for one in _found({**OWN, "severity": "高度可疑"})] == [("DENY_EXCESS", "review")]
    # B01 holds a stay whose ID number says another sex; a warning like it only warns.
    sex = {**OWN, "like": "B01", "outcome": "WARN", "parameters": {"sex_limit": {"default": {"X1": "2"}}}}
    result = screen_rows(
        {"cases": [{**CASE, "certno_gend": "2"}], "fee_lines": [LINE]}, ["L01"], {"local_rules": [sex]}
    )
    assert [(one.hit.outcome, one.lane) for one in result.screened.findings] == [("WARN", "")]


def test_a_whole_row_runs_as_the_catalogues_do() -> None:
    row = {**declaration_of("C02"), "id": "L02", "state": "active"}
    limit = {**row["parameters"]["daily_limit"], "default": {"X1": 1}}
    row = {**row, "parameters": {**row["parameters"], "daily_limit": limit}}
    assert _found(row) == [("L02", "DENY_EXCESS", "deny", 2000, 1000)]


VISIT = {"psn_no": "P1", "fixmedins_code": "H1", "med_type": "11", "fund_pay_sumamt": "10"}
COUNT = {
    "id": "L04", "name": {"zh": "一", "en": "one"}, "class": "c", "basis": "b", "kernel": "K6", "shape": "count_within", "stage": "outpatient",
    "inputs": {"outpatient_settlements": ["psn_no", "setl_time", "fixmedins_code"]}, "outcome": "REFER", "severity": "轻度可疑",
    "parameters": {"n": {"default": 3, "mark": "proposal", "zh": "一", "en": "one"}}, "state": "active",
    "fixed": {"events": "visits", "tell": "most", "facts": {"visits": "count"}, "windows": [{"days": 2, "at_least": "n", "same_place": True}]},
    "sentences": {"default": {"zh": "{subject} {visits}", "en": "{subject} {visits}"}},
}  # fmt: skip


def test_a_count_of_ones_own() -> None:
    days = [("1", "H1", "05"), ("2", "H1", "06"), ("3", "H2", "06"), ("4", "H1", "06"), ("5", "H1", "08")]
    visits = [
        {**VISIT, "setl_id": name, "fixmedins_code": place, "setl_time": f"2026-01-{day} 10:00:00"}
        for name, place, day in days
    ]
    # Three at H1 within two days; the one at H2 is not theirs, and two days on it is a window of its own.
    result = screen_rows({"outpatient_settlements": visits}, ["L04"], {"local_rules": [COUNT]})
    assert [(one.sentence.en, len(one.hit.others)) for one in result.screened.findings] == [("P1 3", 3)]
    more = screen_rows(
        {"outpatient_settlements": visits}, ["L04"], {"local_rules": [COUNT], "rules": {"L04": {"n": 4}}}
    )
    assert more.screened.findings == []
    fixed: dict[str, Any] = {**COUNT["fixed"]}  # type: ignore[dict-item]
    for change in (
        {"tell": "all"},
        {"windows": [{"days": 2}]},
        {"windows": [{"days": "d", "at_least": "n"}]},
        {"facts": {"x": "sum"}},
        {"every": 1},
    ):
        with pytest.raises(PolicyError):
            settings_of({"local_rules": [{**COUNT, "fixed": {**fixed, **change}}]})


STAY = {
    "id": "L05", "name": {"zh": "一", "en": "one"}, "class": "c", "basis": "b", "kernel": "K2", "shape": "units_beyond", "stage": "quantity",
    "inputs": {"fee_lines": ["med_list_codg", "cnt"]}, "outcome": "DENY_EXCESS", "severity": "明确违规", "state": "active",
    "parameters": {"most": {"default": {"G": "4"}, "mark": "sourced", "form": {"*": "number"}, "zh": "一", "en": "one"},
                   "of": {"default": {"X1": "G", "X2": "G"}, "mark": "sourced", "form": {"*": "text"}, "zh": "一", "en": "one"}},
    "fixed": {"limits": "most", "groups": "of", "per": "stay", "facts": {"limit": "limit", "total": "total", "group": "group"}},
    "sentences": {"default": {"zh": "{group} {total} {limit}", "en": "{group} {total} {limit}"}},
}  # fmt: skip


def test_units_of_a_group_in_a_stay() -> None:
    lines = [{**LINE, "feedetl_sn": number, "med_list_codg": item, "fee_ocur_time": f"2026-01-0{number} 10:00:00", "cnt": cnt, "det_item_fee_sumamt": fee}
             for number, item, cnt, fee in (("2", "X1", "3", "30"), ("3", "X2", "2", "30"), ("4", "X3", "9", "90"))]  # fmt: skip

    # 3 + 2 of the group, 4 a stay: one of the two later ones, 15.00; a day has its own limit where the rule says so.
    def amounts(own: dict[str, Any]) -> list[tuple[Any, ...]]:
        result = screen_rows({"cases": [CASE], "fee_lines": lines}, ["L05"], {"local_rules": [own]})
        return [(one.offending[0][1], one.claimed.fee_fen, one.sentence.en) for one in result.screened.findings]

    fixed: dict[str, Any] = {**STAY["fixed"]}  # type: ignore[dict-item]
    assert amounts(STAY) == [("3", 1500, "G 5 4")]
    assert amounts({**STAY, "fixed": {**fixed, "per": "day"}}) == []
    with pytest.raises(PolicyError):
        settings_of({"local_rules": [{**STAY, "fixed": {**fixed, "per": "week"}}]})
    with pytest.raises(PolicyError):
        settings_of({"local_rules": [{**STAY, "fixed": {**fixed, "groups": "which"}}]})


def test_all_rules_of_a_run_are_the_catalogues_and_ones_own() -> None:
    result = screen_rows({"cases": [CASE], "fee_lines": [LINE]}, (), {"local_rules": [OWN]})
    assert {row.rule for row in result.screened.coverage} == {*rules(), "L01"}
    left = {"id": "x", "reason": "why", "rules": ["L01"], "main_dx": ["Z51"]}
    assert settings_of({"local_rules": [OWN], "suppressions": [left]}).suppressions[-1].rules == {"L01"}


@pytest.mark.parametrize(("change", "place"), [
    ({"id": "C02"}, "[1].id"), ({"id": "L1"}, "[1].id"), ({"like": "C99"}, "[1].like"), ({"like": "A02"}, "[1].like"),
    ({"name": {"zh": "一"}}, ".name"), ({"basis": None}, ".basis"), ({"outcome": "PAY"}, ".outcome"), ({"kernel": "K11"}, ".kernel"),
    ({"kernel": "K3"}, ".kernel"), ({"shape": "any"}, ".shape"), ({"shape": "above_price", "kernel": "K1"}, "price_cap"),
    ({"parameters": {"daily": {"default": 1}}}, ".parameters.daily"), ({"parameters": {"daily_limit": {"default": {"X1": -1}}}}, "daily_limit.X1"),
    ({"parameters": {"daily_limit": {"default": {"X1": 1}, "unit": "d"}}}, ".parameters.daily_limit"),
    ({"fixed": {"every": True}}, ".fixed.every"), ({"inputs": {"fee_lines": ["cnt2"]}}, "cnt2"), ({"unit": "day"}, ".unit"),
    ({"sentences": {"default": {"zh": "一"}}}, ".sentences"), ({"like": "I04", "outcome": "DENY_CASE", "parameters": {}}, ".outcome"),
])  # fmt: skip
def test_what_cannot_be_stops_the_run_and_names_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(PolicyError) as fault:
        settings_of({"local_rules": [{**OWN, **change}]})
    assert place in fault.value.fact.en
    with pytest.raises(PolicyError):
        settings_of({"local_rules": [OWN, OWN]})


def test_a_digest_tells_what_a_rule_computes_and_not_how_it_is_written_down() -> None:
    row = declaration_of("C02")

    def digest(change: dict[str, Any], values: dict[str, Any], *, local: bool = False) -> tuple[str, str]:
        from drgdip.base.problems import Problems

        return digests(read_rule({**row, **change}, 1, "", Problems("x"), local=local), values, "")

    same = digest({}, {"bulk_posting_guard": False, "outcome": "DENY_EXCESS"})
    assert (
        digest(
            {"shape": "other", "fixed": {"unit": "day"}, "kernel": "K3"}, {"bulk_posting_guard": False, "unit": "day"}
        )
        == same
    )
    others = [digest({"version": 2}, {"bulk_posting_guard": False}), digest({"outcome": "WARN"}, {"bulk_posting_guard": False}),
              digest({}, {"bulk_posting_guard": True}), digest({"basis": "x"}, {"bulk_posting_guard": False}),
              digest({}, {"bulk_posting_guard": False, "daily_limit": {"X": 1}})]  # fmt: skip
    assert len({same, *others}) == 6
    assert digest({"shape": "other"}, {}, local=True) != digest({}, {}, local=True)  # nobody keeps its version


def test_the_rules_that_the_guide_shows_can_be_read(tmp_path: Path) -> None:
    blocks = (ROOT / "docs" / "screening-guide.md").read_text(encoding="utf-8").split("```yaml\n")
    file = tmp_path / "city.yaml"
    file.write_text(next(one for one in blocks if one.startswith("local_rules:")).split("```")[0], encoding="utf-8")
    params = read_params(file)
    assert {*settings_of(params).local} == {"L01", "L02"}
    stays = [
        ("S1", "2026-04-11", "20000"),
        ("S2", "2026-04-01", "20000"),
        ("S3", "2026-04-11", "15000"),
        ("S4", "2026-04-11", None),
    ]
    cases = [{**CASE, "setl_id": name, "mdtrt_id": name, "dscg_time": day, "medfee_sumamt": cost, "med_type": "28", "main_dx": "I63"}
             for name, day, cost in stays]  # fmt: skip
    screened = screen_rows({"cases": cases}, ["L02"], params).screened
    assert [(one.settlement, one.hit.formula) for one in screened.findings] == [("S1", "20000.00 − 150 × 100")]
    assert [(row.state, row.reason, row.number) for row in screened.coverage] == [
        ("FINDING", "", 1), ("NOT_RUN", "missing:medfee_sumamt", 1), ("PASS", "", 2),
    ]  # fmt: skip
