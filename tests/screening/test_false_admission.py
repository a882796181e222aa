"""E07 with the signs that the other rules of the run find, against a reference that finds them itself."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.pipeline.screening import screen_rows
from tests.lanes import examples
from tests.reference.false_admission import e07
from tests.screening.agreement import Batch, _counted, _plain, _stated, _states
from tests.screening.test_agrees_on_admission import at

PARAMS: dict[str, dict[str, Any]] = {
    "E03": {"min_overlap_hours": 12},
    "E04": {"edge_days": 1},
    "E05": {"min_los": 3, "min_run": 2},
    "E15": {"k": 3, "cv": "0.1", "usual": {}, "p": "0.0001"},
    "C15": {},
    "E07": {},
}


def batch(draw: random.Random) -> Batch:
    """Stays of one village and others, with few lines, orders, and purchases at home and elsewhere meanwhile."""
    one_of, cases, lines, orders = draw.choice, [], [], []
    for number in range(draw.randint(3, 7)):
        first, days, name = 9 + 24 * one_of([0, 0, 0, 1, 2]), one_of([3, 4, 4, 5]), f"S{number}"
        cases.append({
            "setl_id": name, "mdtrt_id": f"M{number}", "psn_no": one_of(["P1", "P2", "P3", "P4"]), "fixmedins_code": one_of(["H1", "H1", "H2", "H3"]),
            "adm_time": at(first), "dscg_time": at(first + 24 * days + one_of([0, 2])), "main_dx": "I63.9", "dscg_way": "1", "act_ipt_days": "", "village_code": one_of(["V1", "V1", "V2"]),
            "medfee_sumamt": one_of(["1000", "1010"]), "inscp_scp_amt": "800", "fund_pay_sumamt": "500", "psn_cash_pay": one_of(["0", "0.01", "0.01", ""]),
            "mdtrt_admdvs": one_of(["620702", "620702", "620100", ""]),
        })  # fmt: skip
        for place in range(draw.randint(1, 4)):
            day, order, item = draw.randrange(days), one_of(["R1", "R1", ""]), one_of("AB")
            lines.append({
                "setl_id": name, "mdtrt_id": f"M{number}", "feedetl_sn": f"{place}", "init_feedetl_sn": "", "med_list_codg": item, "med_chrgitm_type": one_of(["03", "04", "05", "01"]),
                "fee_ocur_time": at(first + 24 * day), "cnt": "1", "det_item_fee_sumamt": "30", "inscp_scp_amt": "20", "rx_drord_no": order,
            })  # fmt: skip
            if draw.randrange(5):
                orders.append({"mdtrt_id": f"M{number}", "setl_id": name, "rx_drord_no": one_of(["R1", "R1", "R2"]), "med_list_codg": item,
                               "exec_date": at(first + 24 * day)[:10], "exec_cnt": "1", "report_no": one_of(["X", "X", ""])})  # fmt: skip
    visits = [
        {"setl_id": f"O{number}", "psn_no": one_of(["P1", "P2", "P3"]), "fixmedins_code": "R1", "med_type": one_of(["41", "41", "11"]), "fund_pay_sumamt": "60",
         "setl_time": at(24 * draw.randrange(7) + 10), "mdtrt_admdvs": one_of(["620702", "620701", "620100", ""])}
        for number in range(draw.randint(1, 4))
    ]  # fmt: skip
    beds = [{"fixmedins_code": "H1", "beds": one_of(["1", "9"])}, {"fixmedins_code": "H2", "beds": "1"}]
    return {
        "cases": cases,
        "fee_lines": lines,
        "orders": orders,
        "outpatient_settlements": visits,
        "institutions": beds,
    }


@settings(max_examples=examples(15), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_signs_of_a_false_admission_are_those_of_the_reference(seed: int) -> None:
    tables = batch(random.Random(seed))
    if not tables["orders"]:
        tables["orders"] = [
            {
                "mdtrt_id": "M",
                "setl_id": "S",
                "rx_drord_no": "",
                "med_list_codg": "A",
                "exec_date": "2026-03-01",
                "exec_cnt": "1",
                "report_no": "X",
            }
        ]
    wanted = {"rules": PARAMS, "states": dict.fromkeys(PARAMS, "active"), "default_suppressions": False}
    result = screen_rows(tables, list(PARAMS), wanted).screened
    expected = e07(tables, PARAMS)
    for one in result.findings:
        if one.rule.id == "E07":
            one.hit.facts = {**one.hit.facts, "signs": sorted(one.hit.facts["signs"])}
    assert sorted(_plain([one for one in result.findings if one.rule.id == "E07"], expected)) == sorted(
        _stated(expected)
    )
    assert _states(result, "E07") == _counted(expected)


def test_the_batches_reach_every_sign_and_every_answer() -> None:
    signs, states = Counter[str](), Counter[str]()
    for seed in range(60):
        sheet = e07(batch(random.Random(seed)), PARAMS)
        signs.update(sign for one in sheet.findings for sign in one["facts"]["signs"])
        states.update(f"{state} {reason}" for state, reason in sheet.states)
    assert set(signs) == {"E03", "E05", "C15", "E04", "E15", "no_cash", "occupancy"}
    assert set(states) == {
        "FINDING ",
        "PASS ",
        "NOT_RUN missing:psn_cash_pay",
        "NOT_RUN missing:beds",
        "NOT_RUN missing:mdtrt_admdvs",
    }
