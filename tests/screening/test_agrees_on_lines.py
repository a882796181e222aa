"""Rules on fee lines equal the plain reference on random batches, whatever the order of rows."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.pipeline.screening import screen_rows
from drgdip.screening.findings import Finding
from drgdip.screening.plain import row
from tests.reference import screening_lines as reference
from tests.screening.test_agrees import START, moment, normal

#: Parameters of the rule, and what the reference reads of them.
PARAMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "B02": ({"age_limit": {"A": {"below_age": 18, "below_unit": "year"}, "B": {"from_age": 60, "from_unit": "year"}}, "doubtful_item_prefix": []},
            {"age_limit": {"A": {"below_age": 18}, "B": {"from_age": 60}}}),
    "B05": ({"limit": {"A": "inpatient", "C": "inpatient"}, "allowed": {"inpatient": {"med_type": ["21"]}}},) * 2,
    "B06": ({"course_limit": {"A": {"name": "G", "days": 3, "scope": "stay"}, "B": {"name": "G", "days": 3, "scope": "stay"}}},) * 2,
    "B07": ({"indication": {"A": ["J18"], "D": ["I63.9"]}, "history_days": 0},) * 2,
    "B09": ({"slice_limit": {"A": "alone", "B": "never", "C": "alone"}, "max_kinds": 99, "max_g_per_dose": 10**6},) * 2,
    "B11": ({"surgery_group": [{"code": code, "group": "G"} for code in "ABC"]}, {"members": "ABC"}),
    "B13": ({"amount_cap": {"A": {"group": "G", "cap": "40.005", "scope": "stay"}, "B": {"group": "G", "cap": "40.005", "scope": "stay"}}},
            {"amount_cap": {"A": {"group": "G", "cap": "40.01"}, "B": {"group": "G", "cap": "40.01"}}}),
    "B14": ({}, {}),
    "C04": ({"bundles": {"F": {"components": ["A", "B"], "price": "5"}}, "min_share": 1}, {"name": "F", "parts": "AB", "price": "5"}),
    "C08": ({"repeatable_types": ["09", "10"]}, {}),
    "C09": ({"therapies": {code: {"minutes": 0} for code in "ABCD"}, "k": 2, "s": 1000}, {"therapies": "ABCD", "k": 2}),
    "C11": ({"carriers": {"A": {"services": ["B"], "most": 2}}}, {"item": "A", "service": "B", "most": 2}),
    "C12": ({"acute": 5, "chronic_dx": ["X"], "special_dx": ["X"], "drug_types": ["09", "10"]}, {"acute": 5}),
    "C14": ({"exam_class": {"A": "X", "B": "X", "C": "Y"}, "days": 2}, {"exam_class": {"A": "X", "B": "X", "C": "Y"}, "days": 2}),
    "D02": ({"drug_class": {code: {"class": "K", "name": code} for code in "ABC"}, "overlap_days": 1}, {"drug_class": "ABC", "overlap_days": 1}),
    "D06": ({"n": 2, "drug_types": ["09"], "med_types": ["11"]}, {"n": 2}),
}  # fmt: skip


@st.composite
def batches(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    cases, lines = [], []
    for number in range(draw(st.integers(1, 3))):
        first, name = draw(st.integers(0, 24 * 6)), f"S{number}"
        year, day = draw(st.sampled_from([1966, 2008])), draw(st.integers(1, 12))
        cases.append({
            "setl_id": name, "mdtrt_id": f"M{number}", "psn_no": draw(st.sampled_from(["P1", "P2"])), "fixmedins_code": draw(st.sampled_from(["H1", "H2"])),
            "adm_time": moment(first, False), "dscg_time": moment(first + draw(st.integers(1, 120)), False), "brdy": f"{year}-03-{day:02}",
            "main_dx": draw(st.sampled_from(["I63.9", "J18.9"])), "dx": draw(st.sampled_from(["", "J18.0", "I63.9|K80"])),
            "med_type": draw(st.sampled_from(["21", "11", "11"])), "medfee_sumamt": "1000", "inscp_scp_amt": "800", "fund_pay_sumamt": "500",
        })  # fmt: skip
        for place in range(draw(st.integers(3, 14))):
            fee, hour = draw(st.integers(1, 9999)), first + 12 * draw(st.sampled_from([-1, 0, 0, 1, 1, 1, 2, 3, 8]))
            line = {
                "setl_id": name, "mdtrt_id": f"M{number}", "feedetl_sn": f"{place:02}", "init_feedetl_sn": "",
                "med_list_codg": draw(st.sampled_from("AAABBCDEF")), "fee_ocur_time": (START + timedelta(hours=hour, minutes=1)).strftime("%Y-%m-%d %H:%M:%S"),
                "cnt": draw(st.sampled_from(["1", "1", "2", "2.25"])), "det_item_fee_sumamt": str(Decimal(fee) / 100),
                "inscp_scp_amt": str(Decimal(draw(st.sampled_from([0, fee // 2, fee]))) / 100), "pric": draw(st.sampled_from(["20", "20", "20.000001"])),
                "med_chrgitm_type": draw(st.sampled_from(["01", "06", "09", "09", "10"])), "rx_drord_no": draw(st.sampled_from(["R1", "R2"])),
                "prd_days": draw(st.sampled_from(["1", "3", "8"])), "dscg_tkdrug_flag": draw(st.sampled_from(["0", "1"])),
                "chrgitm_lv": draw(st.sampled_from(["02", "03"])), "selfpay_prop": draw(st.sampled_from(["0", "0.1", "0.333"])),
                "acord_dr_codg": draw(st.sampled_from(["D1", "D1", "D2"])),
            }  # fmt: skip
            lines.append(line)
            if draw(st.integers(0, 6)) == 0:
                half = Decimal(line["cnt"]) / draw(st.sampled_from([1, 2]))
                lines.append({**line, "feedetl_sn": f"r{place:02}", "init_feedetl_sn": line["feedetl_sn"], "cnt": str(-half),
                              "det_item_fee_sumamt": str(-Decimal(fee // 2) / 100), "inscp_scp_amt": "0"})  # fmt: skip
    return {"cases": cases, "fee_lines": lines}


def plain(finding: Finding) -> reference.Found:
    amounts = finding.claimed
    parts = tuple(
        Decimal(value or 0) / scale
        for value, scale in ((amounts.quantity_e4, 10_000), (amounts.fee_fen, 100), (amounts.scope_fen, 100))
    )
    return (finding.rule.id, finding.hit.outcome, finding.hit.keys, parts)


@settings(max_examples=40, deadline=None)
@given(tables=batches(), seed=st.integers(0, 2**16))
def test_findings_are_those_of_the_reference_in_any_order_of_rows(
    tables: dict[str, list[dict[str, Any]]], seed: int
) -> None:
    wanted = {"rules": {rule: given for rule, (given, _) in PARAMS.items()}, "default_suppressions": False}
    result = screen_rows(tables, list(PARAMS), wanted).screened
    mixed = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in tables.items()}
    again = screen_rows(mixed, list(PARAMS), wanted).screened

    for name, rule in reference.RULES.items():
        found = [plain(finding) for finding in result.findings if finding.rule.id == name]
        expected = rule(tables, PARAMS[name][1])
        assert sorted(repr(normal(one)) for one in found) == sorted(repr(normal(one)) for one in expected), name
    assert [row(finding) for finding in again.findings] == [row(finding) for finding in result.findings]
    assert again.coverage == result.coverage
