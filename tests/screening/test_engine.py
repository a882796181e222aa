"""Gate, life cycle, suppressions, coverage, money once and keys, by hand."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from drgdip.base.errors import PolicyError, UsageError
from drgdip.pipeline.screening import screen_rows
from drgdip.pipeline.screening.answer import answer
from drgdip.screening.amounts import Amounts
from drgdip.screening.catalogue import read_rules, rules
from drgdip.screening.coverage import Covered
from drgdip.screening.engine import Screened
from drgdip.screening.plain import row
from drgdip.screening.shapes import SHAPES

NONE = Amounts(0, 0, 0, 0)


def case(**other: Any) -> dict[str, Any]:
    return {"setl_id": "S1", "mdtrt_id": "M1", "psn_no": "P1", "fixmedins_code": "H1", "adm_time": "2026-03-10 09:00:00",
            "dscg_time": "2026-03-20 10:00:00", "gend": "1", "main_dx": "I63.900", "dscg_way": "1", "med_type": "21",
            "medfee_sumamt": "120.00", "inscp_scp_amt": "120.00", "fund_pay_sumamt": "60.00", **other}  # fmt: skip


def line(number: str, item: str = "A", **other: Any) -> dict[str, Any]:
    return {"setl_id": "S1", "mdtrt_id": "M1", "feedetl_sn": number, "med_list_codg": item, "fee_ocur_time": "2026-03-12 08:00:00",
            "cnt": "4", "pric": "30", "det_item_fee_sumamt": "120.00", "inscp_scp_amt": "120.00", "dscg_tkdrug_flag": "0", "overlmt_amt": "", **other}  # fmt: skip


def run(wanted: str, lines: list[dict[str, Any]], settings: dict[str, Any] | None = None, **of_case: Any) -> Screened:
    return screen_rows({"cases": [case(**of_case)], "fee_lines": lines}, wanted.split(), settings).screened


def dues(result: Screened) -> dict[str, Amounts]:
    return {finding.rule.id: finding.due for finding in result.findings}


def test_excess_first_then_the_price_on_what_is_left() -> None:
    result = run("C02 B10", [line("1", pric_uplmt_amt="25")], {"C02": {"daily_limit": {"A": 3}}})

    # 4 x 30 = 120: one unit too many, and 5 over on the other three: 1 x 30 + 3 x 5 = 45; the funds pay half.
    assert dues(result) == {"C02": Amounts(10_000, 3000, 3000, 1500), "B10": Amounts(30_000, 1500, 1500, 750)}
    assert {finding.rule.id: finding.claimed.fee_fen for finding in result.findings} == {"C02": 3000, "B10": 2000}


def test_a_whole_line_absorbs_what_else_is_wrong_with_it() -> None:
    late = line("1", pric_uplmt_amt="25", fee_ocur_time="2026-03-22 08:00:00")
    result = run("A03 C02 B10", [late], {"C02": {"daily_limit": {"A": 3}}})
    primary = next(finding for finding in result.findings if finding.rule.id == "A03")

    assert dues(result) == {"A03": Amounts(40_000, 12_000, 12_000, 6000), "C02": NONE, "B10": NONE}
    assert {finding.merged_into for finding in result.findings if finding.rule.id != "A03"} == {primary.key}


def test_excess_combines_by_its_maximum() -> None:
    params = {"C02": {"daily_limit": {"A": 3}}, "C07": {"stay_groups": {"A": "G"}, "unit_per_day": {"G": "0.2"}}}
    result = run("C02 C07", [line("1")], params)

    # One unit beyond the day, two beyond the stay (10 days x 0.2): two in all.
    assert dues(result) == {"C02": NONE, "C07": Amounts(20_000, 6000, 6000, 3000)}


def test_no_more_than_the_case_has() -> None:
    lines = [line("1", fee_ocur_time="2026-03-22"), line("2", fee_ocur_time="2026-03-23")]
    result = run("A03", lines, fund_pay_sumamt="100.00")

    assert sum(finding.due.fee_fen or 0 for finding in result.findings) == 12_000
    assert sum(finding.due.fund_fen or 0 for finding in result.findings) == 10_000


def test_a_case_is_held_once_and_only_for_what_is_left() -> None:
    tables = {
        "cases": [case(fund_pay_sumamt="60.00"), case(setl_id="S0", mdtrt_id="M0", fixmedins_code="H2", dscg_time="2026-03-25 10:00:00",
                                                       adm_time="2026-03-01 09:00:00")],
        "fee_lines": [line("1", fee_ocur_time="2026-03-22", cnt="1", det_item_fee_sumamt="20.00", inscp_scp_amt="20.00",
                           med_chrgitm_type="01"), line("2", med_chrgitm_type="01")],
    }  # fmt: skip
    result = screen_rows(tables, ["A03", "E03", "E05"]).screened
    of_case = {finding.rule.id: finding for finding in result.findings if finding.settlement == "S1"}

    assert of_case["A03"].due.fund_fen == 1000
    assert of_case["E03"].due.fund_fen == 5000
    assert of_case["E05"].merged_into == of_case["E03"].key


def test_a_case_that_waits_as_a_whole_is_answered_beside_holds_of_its_parts() -> None:
    bed = line("1", med_chrgitm_type="01")
    held = run("A01 A05 E05", [bed], dscg_way="7", diag_code="C61|O80")
    by_rule = {finding.rule.id: finding for finding in held.findings}

    # Neither names an amount: the stay waits for them as a whole, and they take nothing of the bed-days' exposure.
    assert dues(held) == {"A01": NONE, "A05": NONE, "E05": Amounts(40_000, 12_000, 12_000, 6000)}
    assert {rule: finding.merged_into for rule, finding in by_rule.items()} == {"A01": "", "A05": "", "E05": ""}


def test_a_hold_on_lines_is_for_what_denials_have_left_of_them() -> None:
    bed = line("1", med_chrgitm_type="01")
    idle = run(
        "C02 E05",
        [bed],
        {"C02": {"daily_limit": {"A": 3}}},
        medfee_sumamt="500.00",
        inscp_scp_amt="500.00",
        fund_pay_sumamt="250.00",
    )

    # Four bed-days on an idle day, one of them denied: the exposure of the other three is held.
    assert dues(idle) == {"C02": Amounts(10_000, 3000, 3000, 1500), "E05": Amounts(30_000, 9000, 9000, 4500)}

    params = {
        "C07": {"stay_groups": {"A": "G"}, "unit_per_day": {"G": "0.2"}},
        "E14": {"bed_codes": ["A"], "day_rate": "30", "floor": 0},
    }
    bed = line("1", cnt="12", det_item_fee_sumamt="360.00", inscp_scp_amt="360.00")
    both = run(
        "C07 E14",
        [bed],
        params,
        hi_paymtd="4",
        medfee_sumamt="500.00",
        inscp_scp_amt="500.00",
        fund_pay_sumamt="250.00",
    )

    # Twelve bed-days in ten days: two too many by E14, ten too many by C07, which takes them.
    assert dues(both) == {"C07": Amounts(100_000, 30_000, 30_000, 15_000), "E14": NONE}


def test_a_suspicion_waits_and_gives_way_to_a_clear_violation() -> None:
    pairs = {"pairs": [{"main": "M", "sub": "A", "window": "6小时"}]}
    lines = [line("1", fee_ocur_time="2026-03-12"), line("2", "M", fee_ocur_time="2026-03-12 09:00:00")]
    doubtful = run("C01", lines, {"C01": pairs})
    both = run("C01 C02", lines, {"C01": pairs, "C02": {"daily_limit": {"A": 3}}})

    assert [finding.lane for finding in doubtful.findings] == ["review"]
    assert dues(both) == {"C02": Amounts(10_000, 3000, 3000, 1500), "C01": Amounts(30_000, 9000, 9000, 4500)}


def test_the_gate_holds_a_case_from_every_other_rule() -> None:
    late = line("1", fee_ocur_time="2026-03-22", det_item_fee_sumamt="100.00")
    result = run("A02 A03 B10", [late])

    assert [finding.rule.id for finding in result.findings] == ["A02"]
    assert Covered("A03", "case", "active", "NOT_RUN", "held:A02", 1) in result.coverage
    assert not run("A03", [late]).gate


@pytest.mark.parametrize(
    ("state", "found", "lane"), [("active", 1, "deny"), ("shadow", 1, ""), ("draft", 0, ""), ("deprecated", 0, "")]
)
def test_only_active_rules_touch_money(state: str, found: int, lane: str) -> None:
    result = run("A03", [line("1", fee_ocur_time="2026-03-22")], {"states": {"A03": state}})

    assert len(result.findings) == found
    assert all(finding.lane == lane and (lane or finding.due == NONE) for finding in result.findings)
    assert [row(finding)["life"] for finding in result.findings] == [state] * found
    assert len(answer(result.findings, {})["result"]) == (state == "active")
    assert found or result.coverage == [Covered("A03", "case", state, "NOT_RUN", f"life:{state}", 1)]


def test_a_suppression_is_counted_and_holds_in_its_period_only() -> None:
    late = [line("1", fee_ocur_time="2026-03-22")]
    waiver = {"id": "W", "reason": "local", "rules": ["A03"], "med_type": ["21"]}

    suppressed = run("A03", late, {"suppressions": [waiver]})
    assert suppressed.findings == []
    assert suppressed.coverage == [Covered("A03", "case", "active", "NOT_APPLICABLE", "suppressed:W", 1)]
    assert run("A03", late, {"suppressions": [{**waiver, "to": "2026-03-20"}]}).findings == []
    assert len(run("A03", late, {"suppressions": [{**waiver, "to": "2026-03-19"}]}).findings) == 1
    assert len(run("A03", late, {"suppressions": [{**waiver, "med_type": ["71"]}]}).findings) == 1
    assert (
        run("A03", late, {"suppressions": [{"id": "I", "reason": "x", "rules": ["A03"], "item": ["A"]}]}).findings == []
    )


def test_a_refunded_settlement_is_nobody_s_concern() -> None:
    result = run("A02 A03", [line("1", fee_ocur_time="2026-03-22")], refd_setl_flag="1")

    assert result.findings == []
    assert {covered.reason for covered in result.coverage} == {"refunded"}


@pytest.mark.parametrize(("wanted", "missing"), [
    ("A03", "adm_time"), ("B01", "gend"), ("E01", "psn_no"), ("E03", "dscg_time"), ("X01", "insu_admdvs"), ("A02", "medfee_sumamt"),
])  # fmt: skip
def test_missing_data_never_pass(wanted: str, missing: str) -> None:
    result = run(wanted, [line("1")], {"B01": {"sex_limit": {"A": "2"}}}, **{missing: ""})

    assert [(c.state, c.reason) for c in result.coverage if c.rule == wanted] == [("NOT_RUN", f"missing:{missing}")]


def test_a_rule_without_its_list_does_not_run() -> None:
    result = run("C01 C02 C03 C07 B01", [line("1")])

    assert {covered.state for covered in result.coverage} == {"NOT_RUN"}
    assert {covered.rule: covered.reason for covered in result.coverage} == {
        "B01": "list_absent:sex_limit", "C01": "list_absent:pairs", "C02": "list_absent:daily_limit",
        "C03": "list_absent:period_limit", "C07": "list_absent:stay_groups",
    }  # fmt: skip


def test_every_rule_stands_in_the_coverage() -> None:
    result = screen_rows({"cases": [case()], "fee_lines": [line("1")]}).screened

    assert {covered.rule for covered in result.coverage} == set(rules())


class Limit(NamedTuple):
    code: str
    quantity: int


class OnePack:
    name, digest = "pack", "d" * 64

    def rows(self, name: str) -> tuple[Limit, ...]:
        return (Limit("A", 3),) if name == "daily_frequency" else ()


def test_lists_of_a_pack_are_used_and_named_and_the_params_go_before_them() -> None:
    tables = {"cases": [case()], "fee_lines": [line("1")]}
    by_pack = screen_rows(tables, ["C02"], pack=OnePack()).screened.findings
    by_params = screen_rows(tables, ["C02"], {"C02": {"daily_limit": {"A": 2}}}, pack=OnePack()).screened.findings

    assert [(finding.claimed.quantity_e4, finding.lists) for finding in by_pack] == [
        (10_000, ("pack/daily_frequency",))
    ]
    assert [(finding.claimed.quantity_e4, finding.lists) for finding in by_params] == [(20_000, ())]
    assert by_pack[0].key == by_params[0].key
    assert by_pack[0].pack_digest != by_params[0].pack_digest


def test_keys_stay_and_digests_tell_changed_facts() -> None:
    late = line("1", fee_ocur_time="2026-03-22")
    one, other = (run("A03", [row]).findings[0] for row in (late, {**late, "fee_ocur_time": "2026-03-23"}))
    ruled = run("A03", [late], {"A03": {"post_dscg_days": 1}}).findings[0]

    assert one.key == other.key == ruled.key
    assert one.facts_digest != other.facts_digest
    assert one.facts_digest == ruled.facts_digest
    assert one.rule_digest != ruled.rule_digest


def test_sentences_in_both_languages() -> None:
    finding = run("A03", [line("1", fee_ocur_time="2026-03-22")]).findings[0]

    assert finding.sentence.zh.startswith("费用 1(A)发生于 2026-03-22,")
    assert (
        finding.sentence.en
        == "Line 1 (A) is dated 2026-03-22, outside the stay from 2026-03-10 09:00:00 to 2026-03-20 10:00:00."
    )


@pytest.mark.parametrize("settings", [
    {"A99": {}}, {"A03": {"days": 1}}, {"states": {"A03": "on"}}, {"A03": {"pre_adm_days": "x"}}, {"A03": {"pre_adm_days": "1.5"}},
    {"suppressions": [{"id": "W", "rules": ["A03"], "med_type": ["21"]}]}, {"C01": {"pairs": [{"main": "A", "sub": "B", "window": "年"}]}},
])  # fmt: skip
def test_wrong_parameters_stop_the_run(settings: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        run("A03 C01", [line("1")], settings)


def test_an_unknown_rule_or_table_stops_the_run() -> None:
    with pytest.raises(UsageError, match="Z99"):
        run("Z99", [line("1")])
    with pytest.raises(UsageError, match="fees"):
        screen_rows({"fees": []})


def test_bad_cells_and_repeated_cases_are_findings_of_the_data() -> None:
    tables = {
        "cases": [
            case(),
            case(),
            case(setl_id="S2", mdtrt_id="M2"),
            case(setl_id="S2", mdtrt_id="M2", gend="2"),
            case(setl_id=""),
        ],
        "fee_lines": [line("1", cnt="four"), line("2", fee_ocur_time="2026-02-30"), line("")],
    }
    result = screen_rows(tables, ["A03"])
    found = {(finding.row, finding.field, finding.key) for finding in result.data_findings}

    assert found == {
        (2, "setl_id", "duplicate_setl_id"), (3, "setl_id", "conflicting_setl_id"), (4, "setl_id", "conflicting_setl_id"),
        (5, "setl_id", "missing_value"), (1, "cnt", "wrong_type"), (2, "fee_ocur_time", "impossible_date"),
        (3, "feedetl_sn", "missing_value"),
    }  # fmt: skip
    assert result.screened.coverage[0].state == "NOT_RUN"


def test_every_rule_has_a_shape_and_every_shape_a_rule() -> None:
    assert {rule.shape for rule in rules().values()} == set(SHAPES)


@pytest.mark.parametrize(("old", "new"), [
    ("outcome: HOLD_CASE", "outcome: PAY"), ("state: active", "state: on"), ("kernel: K2", "kernel: K11"),
    ("stage: gate", "stage: last"), ("provenance: sourced", "provenance: hearsay"), ("    basis:", "    grounds:"),
    ("    sentences:\n      default:", "    sentences:\n      other:"), ("mark: sourced, zh", "note: sourced, zh"),
])  # fmt: skip
def test_a_wrong_declaration_is_refused(old: str, new: str) -> None:
    from pathlib import Path

    import drgdip.screening.catalogue as catalogue

    text = (Path(catalogue.__file__).parent / "a_data.yaml").read_text(encoding="utf-8")
    assert read_rules(text.encode(), "a_data.yaml")
    assert old in text
    with pytest.raises(PolicyError):
        read_rules(text.replace(old, new, 1).encode(), "a_data.yaml")
