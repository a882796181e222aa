"""Rules on cases, purchases, boxes and settlements equal the plain reference on random batches, in any order of rows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.pipeline.screening import screen_rows
from drgdip.screening.findings import Finding
from drgdip.screening.plain import row
from tests.reference import screening_cases as reference
from tests.screening.test_agrees import START, moment, normal

WEIGHTS = {"J18": "1.2", "J06": "0.65", "I63": "1.19", "J18S": "1.5", "J06S": "0.7", "I63S": "1.5"}
EVIDENCE = {"J18.900": [["A"], ["B", "C"]], "I63.900": [["D"]]}
PARAMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "A02": ({"tol": "0.3", "batch_tol": "1"}, {"tol": "0.3"}),
    "B01": ({"sex_limit": {"A": "2", "B": "1"}},) * 2,
    "B10": ({}, {}),
    "D01": ({"max_days": {"*": 9}, "carry_days": 2, "med_types": ["14"]}, {"max_days": 9, "carry_days": 2, "min_institutions": 1}),
    "E02": ({"point_value": 3}, {"point_value": 3}),
    "E06": ({"threshold": 5, "low_acuity_dx": ["J"], "high_nursing_codes": ["F"], "parenteral_ways": ["静"]}, {"threshold": 5}),
    "E08": ({"abs_days": 5, "exempt_dx_prefix": ["X"]}, {"abs_days": 5}),
    "E09": ({"n": 3, "m": 2, "exempt_dx_prefix": ["X"]}, {"n": 3, "m": 2}),
    "G01": ({"evidence": EVIDENCE, "weight": WEIGHTS, "mean_fee": dict.fromkeys(WEIGHTS, "200"), "rate": 7},) * 2,
    "G02": ({"oprn_fee_map": {"51.2": ["A", "E"], "36.0": ["B"]}, "weight": WEIGHTS, "rate": 7},) * 2,
    "G06": ({"quota": "0.5"}, {"quota": "0.5"}),
    "O02": ({"n_day": 2, "n_7": 3, "n_30": 4}, {"n_day": 2, "n_7": 3, "n_30": 4}),
    "O04": ({"max_days": {"*": 9}, "carry_days": 2}, {"max_days": 9, "carry_days": 2, "min_institutions": 2}),
    "O07": ({"code_len": 3, "resend_min": 30}, {"resend_min": 30}),
    "O12": ({}, {}),
    "X01": ({"fee": 100}, {"fee": 100}),
    "X03": ({}, {}),
}  # fmt: skip


def grouper(principal: str, others: Sequence[str], operations: Sequence[str], settlement: str) -> str | None:
    return reference.group_of(principal, list(operations))


@st.composite
def batches(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    def one_of(*values: str) -> str:
        return draw(st.sampled_from(values))

    cases, lines = [], []
    for number in range(draw(st.integers(1, 5))):
        first, name = draw(st.integers(0, 24 * 20)), f"S{number}"
        cases.append({
            "setl_id": name, "mdtrt_id": f"M{number}", "psn_no": one_of("P1", "P2"), "fixmedins_code": one_of("H1", "H1", "H2"), "gend": one_of("1", "2", "9"),
            "certno_gend": one_of("1", "2", ""), "adm_time": moment(first, False), "dscg_time": moment(first + draw(st.integers(1, 200)), False),
            "main_dx": one_of("J18.900", "J06.900", "I63.900"), "dx": one_of("", "J06.900", "I63.900|J06.900"), "oprn": one_of("", "51.2", "36.0|51.2"),
            "n_procedures": one_of("0", "1"), "age": one_of("2", "3", "80", "81"), "mean_los": one_of("1", "1.5"), "group_n": "30", "dscg_way": one_of("1", "1", "5"),
            "medfee_sumamt": one_of("100", "119.99", "120", "99.99"), "group_mean_fee": "200", "std_fee": one_of("50", "50.01", "60"), "inscp_scp_amt": "80",
            "fund_pay_sumamt": "50", "fund_share": one_of("0.5", "0.333"), "applied": one_of("1", "1", "0"), "icu_days": one_of("0", "13.9", "14"),
            "insu_admdvs": one_of("620702", "610100"), "mdtrt_admdvs": "620702",
        })  # fmt: skip
        for place in range(draw(st.integers(1, 5))):
            fee = draw(st.integers(500, 6000))
            lines.append({
                "setl_id": name, "mdtrt_id": f"M{number}", "feedetl_sn": f"{place:02}", "init_feedetl_sn": "", "med_list_codg": one_of(*"ABCDEF"),
                "fee_ocur_time": moment(first + 10 * place, False), "cnt": one_of("1", "2", "2.25"), "det_item_fee_sumamt": str(Decimal(fee) / 100),
                "inscp_scp_amt": str(Decimal(fee // 2) / 100), "pric": one_of("7.77", "20"), "pric_uplmt_amt": one_of("", "7.77", "7.765", "19"), "overlmt_amt": one_of("0", "1"),
                "med_chrgitm_type": one_of("01", "04", "05", "09"), "medc_way_dscr": one_of("口服", "静滴"),
            })  # fmt: skip
    day = st.integers(0, 25)
    buys = [{"feedetl_sn": f"{n}", "setl_id": f"O{n}", "psn_no": one_of("P1", "P1", "P2"), "fixmedins_code": one_of("R1", "R2"), "med_type": "14", "drug_group": "G",
             "fee_ocur_time": moment(24 * draw(day), True), "cnt": one_of("3", "7", "10"), "days_per_unit": one_of("1", "1.5"), "det_item_fee_sumamt": one_of("9.99", "70"),
             "inscp_scp_amt": one_of("5", "9.98")} for n in range(draw(st.integers(0, 6)))]  # fmt: skip
    boxes = [{"drug_trac_codg": one_of("111", "222"), "rtal_docno": f"D{n}", "feedetl_sn": f"{n}", "psn_no": one_of("P1", "P2"), "fixmedins_code": one_of("R1", "R2"),
              "trdn_flag": one_of("0", "0", "1"), "sel_retn_time": (START + timedelta(minutes=draw(st.integers(0, 5)) * 15)).strftime("%Y-%m-%d %H:%M:%S"),
              "sel_retn_cnt": one_of("1", "1", "-1"), "amt": one_of("5", "7.01")} for n in range(draw(st.integers(0, 6)))]  # fmt: skip
    visits = [{"setl_id": f"O{n}", "psn_no": one_of("P1", "P2"), "fixmedins_code": one_of("R1", "R2"), "med_type": "41", "fund_pay_sumamt": "5",
               "setl_time": moment(24 * draw(st.integers(0, 40)) + 9, False)} for n in range(draw(st.integers(0, 7)))]  # fmt: skip
    pairs = [{"prev_setl_id": one_of("S1", "S2"), "next_setl_id": f"S{3 + n}", "prev_fixmedins_code": "H1", "next_fixmedins_code": one_of("H1", "H2"), "prev_group": "G",
              "next_group": one_of("G", "K"), "prev_points": one_of("80.0001", "33"), "next_points": "50", "fund_share": one_of("0.75", "0.333")}
             for n in range(draw(st.integers(1, 3)))]  # fmt: skip
    chosen = [case for case in cases if draw(st.integers(0, 1))]
    claims = [{**{key: case[key] for key in ("psn_no", "fixmedins_code", "dscg_time")}, "claim_id": f"C{n}", "fund_pay_sumamt": "5",
               "adm_time": moment(24 * draw(st.integers(0, 20)), True) if draw(st.integers(0, 2)) == 0 else case["adm_time"],
               "medfee_sumamt": one_of("100", "101", "121.01"), "paid_time": one_of("2026-01-01", "2026-06-01")} for n, case in enumerate(chosen)]  # fmt: skip
    stock = [{"fixmedins_code": "H1", "med_list_codg": item, "period": "202603", "open_qty": one_of("0", "1"), "in_qty": one_of("1", "2.2059"), "close_qty": one_of("0", "1")}
             for item in "AB"]  # fmt: skip
    return {
        "cases": cases,
        "fee_lines": lines,
        "drug_lines": buys,
        "drug_trace": boxes,
        "outpatient": visits,
        "pairs": pairs,
        "manual_claims": claims,
        "inventory": stock,
    }


def plain(finding: Finding) -> reference.Found:
    hit, amounts, facts = finding.hit, finding.claimed, finding.facts
    head = (finding.rule.id, hit.outcome, hit.keys)
    match finding.rule.id:
        case "B01" | "B10":
            scales = ((amounts.quantity_e4, 10_000), (amounts.fee_fen, 100), (amounts.scope_fen, 100))
            return (*head, tuple(Decimal(value or 0) / scale for value, scale in scales))
        case "E06":
            return (*head, facts["score"])
        case "G06":
            return (*head, facts["place"])
        case "E02" | "G01" | "G02":
            return (*head, Decimal(amounts.fund_fen or 0) / 100)
        case "D01" | "O04":
            return (*head, Decimal(amounts.fee_fen or 0) / 100, Decimal(amounts.scope_fen or 0) / 100)
        case "O07" | "O12":
            return (*head, Decimal(amounts.fee_fen or 0) / 100)
        case _:
            return head


@settings(max_examples=25, deadline=None)
@given(tables=batches(), seed=st.integers(0, 2**16))
def test_findings_are_those_of_the_reference_in_any_order_of_rows(
    tables: dict[str, list[dict[str, Any]]], seed: int
) -> None:
    mixed = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in tables.items()}
    for name, rule in reference.RULES.items():
        wanted = {"rules": {name: PARAMS[name][0]}, "default_suppressions": False}
        result, again = (screen_rows(batch, [name], wanted, grouper=grouper).screened for batch in (tables, mixed))
        found = [plain(finding) for finding in result.findings if finding.hit.subject != "batch"]
        expected = rule(tables, PARAMS[name][1])
        assert sorted(repr(normal(one)) for one in found) == sorted(repr(normal(one)) for one in expected), name
        assert answered(result.coverage, name) == reference.states(name, tables, PARAMS[name][1], expected), name
        assert [row(finding) for finding in again.findings] == [row(finding) for finding in result.findings]
        assert again.coverage == result.coverage


def answered(coverage: Any, name: str) -> Counter[tuple[str, str]]:
    return Counter({(one.state, one.reason): one.number for one in coverage if one.rule == name and one.number})


@st.composite
def bills(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Up to three settlements of up to two visits; numbers that repeat, refunds of something and of nothing, lines of no settlement."""
    cases = [{"setl_id": f"S{n}", "mdtrt_id": draw(st.sampled_from(["M0", "M1"])), "medfee_sumamt": draw(st.sampled_from(["10.00", "10.10", "20", "0.06", "0"]))}
             for n in range(draw(st.integers(1, 3)))]  # fmt: skip
    lines = []
    for _ in range(draw(st.integers(1, 8))):
        case = draw(st.sampled_from([*cases, {"setl_id": "S9", "mdtrt_id": "M9"}]))
        refund, number = draw(st.integers(0, 3)) == 0, draw(st.sampled_from("123456789"))
        lines.append({
            "setl_id": case["setl_id"], "mdtrt_id": case["mdtrt_id"], "feedetl_sn": number, "init_feedetl_sn": draw(st.sampled_from("123456789")) if refund else "",
            "cnt": "-1" if refund else "1", "det_item_fee_sumamt": "-5.00" if refund else draw(st.sampled_from(["5.00", "10.05", "0.01", "9.99"])),
            "inscp_scp_amt": "0", "med_list_codg": "A", "fee_ocur_time": "2026-03-02 09:00:00",
        })  # fmt: skip
    return {"cases": cases, "fee_lines": lines}


@settings(max_examples=25, deadline=None)
@given(tables=bills(), seed=st.integers(0, 2**16), share=st.sampled_from(["0", "0.25", "0.5", "1"]))
def test_the_gate_says_what_the_reference_says(tables: dict[str, list[dict[str, Any]]], seed: int, share: str) -> None:
    params = {"tol": "0.005", "batch_tol": share}
    mixed = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in tables.items()}
    result, again = (screen_rows(batch, ["A02"], {"rules": {"A02": params}}).screened for batch in (tables, mixed))
    expected, states = reference.gate(tables, params)

    found = [
        (one.hit.outcome, one.hit.subject, one.hit.keys, tuple(one.hit.facts["reasons"])) for one in result.findings
    ]
    assert sorted(found) == sorted(expected)
    assert answered(result.coverage, "A02") == states
    assert [row(finding) for finding in again.findings] == [row(finding) for finding in result.findings]
