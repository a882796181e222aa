"""Rules on admission behaviour equal their plain references on random batches, in any order of rows."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.screening_admission import RULES
from tests.screening.agreement import Batch, hold_against, not_reached

START = datetime(2026, 3, 1)
PARAMS: dict[str, dict[str, Any]] = {
    "E07": {"threshold": 6, "weights": {"E03": 5, "E05": 3, "C15": 3, "E04": 2, "E15": 2, "no_cash": 2, "occupancy": 2}},
    "E10": {"key_services": {"G1": [["A"], ["B", "C"]], "G2": [["D"]]}},
    "E11": {"dx_prefix": ["Z0"], "exempt_dx_prefix": ["Z09"]},
    "E12": {"oe": 2, "min_n": 2, "min_observed": 1, "severe_dx": ["E87"],
            "year_before": {"H1": {"share": "0.5", "cases": "3"}, "H2": {"share": "0.4", "cases": "4"}}},
    "E14": {"bed_codes": ["BED"], "nursing_grades": {"N3": 3, "N2": 2}, "day_rate": "120"},
    "E15": {"k": 3, "cv": "0.1", "usual": {"H1|V1": "0.005", "H2|V1": "0.3"}, "p": "0.0001"},
}  # fmt: skip


def at(hours: float) -> str:
    return (START + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M:%S")


def batch(draw: random.Random) -> Batch:
    """Stays of a few persons at three hospitals, with everything that these rules look at, near their limits."""
    one_of = draw.choice
    cases, lines, assessments = [], [], []
    together, sent = draw.choice([(0, 0), (1, 0), (0, 1), (0, 1)])
    for number in range(draw.randint(3, 9)):
        first = 9 if together and draw.randrange(3) else draw.choice([0, 9, 33, 57, 81]) + draw.choice([0, 0, 24, 48])
        stay, name = draw.choice([24, 47, 48, 49, 72, 120, 144, 24 * 31, 24 * 31 + 1]), f"S{number}"
        case = {
            "setl_id": name, "mdtrt_id": f"M{number}", "psn_no": one_of(["P1", "P1", "P2", "P3", ""]), "fixmedins_code": one_of(["H1", "H2", "H3"]),
            "adm_time": at(first), "dscg_time": at(first + stay), "main_dx": one_of(["Z00.0", "Z01.0", "Z09.0", "I63.9", "I63.1", "O80.0", ""]),
            "dx": one_of(["", "E87.6", "I10|E87.6"]), "oprn": one_of(["", "47.01", "47.1|68.4", "73.5"]), "age": one_of(["79", "80", "20", ""]),
            "dscg_way": one_of(["1", "1", "1", "2", "3", ""]), "medfee_sumamt": one_of(["1000", "1000", "1000.01", "999.99", "1200"]),
            "inscp_scp_amt": "800", "fund_pay_sumamt": "500", "psn_cash_pay": one_of(["0", "0.01", ""]),
            "std_fee": one_of(["2500", "2500.01", "2500.03", "3000", ""]), "group": one_of(["G1", "G2", "G3", ""]), "fund_share": one_of(["0.7", "0.333333"]),
            "low_los": one_of(["", "2", "3", "5"]), "act_ipt_days": one_of(["", "4", "5", "5", "6"]), "hi_paymtd": one_of(["4", "4", "1"]),
            "blood_type": one_of(["", "A", "A", "B"]), "face_match": one_of(["", "", "0.8", "0.799999"]), "village_code": one_of(["V1", "V1", "V2", ""]),
        }  # fmt: skip
        if together and draw.randrange(4):  # one village on one day
            case |= {
                "fixmedins_code": "H1",
                "village_code": "V1",
                "act_ipt_days": "5",
                "medfee_sumamt": one_of(["1000", "1200", "1000", ""]),
            }
        if sent:  # from one hospital to another with one disease
            case |= {
                "main_dx": "I63.9",
                "psn_no": one_of(["P1", "P2"]),
                "dscg_way": "1",
                "fixmedins_code": one_of(["H1", "H2"]),
                "adm_time": at(one_of([0, 0, 72, 96, 120])),
                "dscg_time": at(one_of([144, 145])),
            }
            if case["adm_time"] == at(0):
                case["dscg_time"] = at(one_of([47, 48, 49]))
        cases.append(case | {sign: one_of("0001") for sign in ("E03", "E05", "C15", "E04", "E15")})
        for place in range(draw.randint(0, 4)):
            item, kind, fee = one_of([("A", "03", 70000), ("B", "04", 80000), ("C", "04", 79999), ("D", "09", 10000), ("BED", "01", 36000), ("N3", "08", 100)])  # fmt: skip
            lines.append({
                "setl_id": name, "mdtrt_id": f"M{number}", "feedetl_sn": f"{place}", "init_feedetl_sn": "", "med_list_codg": item, "med_chrgitm_type": kind,
                "fee_ocur_time": at(first + 12 * place), "cnt": one_of(["1", "2", "3.5", "31", "32"]), "det_item_fee_sumamt": f"{fee / 100:.2f}",
                "inscp_scp_amt": f"{fee / 200:.2f}", "medc_way_dscr": one_of(["口服", "口服", "静滴", ""]),
            })  # fmt: skip
        assessments += [{"setl_id": name, "assess_time": at(first + 24 * after)[:10], "care_grade": one_of("23")}
                        for after in draw.sample([-1, 0, 1, 2, 30, 31], draw.randint(0, 3))]  # fmt: skip
    visits = [
        {"setl_id": f"O{number}", "psn_no": one_of(["P1", "P2", ""]), "fixmedins_code": "R1", "med_type": "41", "fund_pay_sumamt": "60",
         "setl_time": at(draw.choice([9, 10, 11, 11 + 1 / 3600])), "mdtrt_admdvs": one_of(["620702", "620701", "620100", ""])}
        for number in range(draw.randint(0, 4))
    ]  # fmt: skip
    return {
        "cases": cases, "fee_lines": lines, "care_assessments": assessments, "outpatient_settlements": visits,
        "institutions": [{"fixmedins_code": "H1", "beds": "1"}, {"fixmedins_code": "H2", "beds": "2"}], "staff": [],
    }  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_admission_rules_are_those_of_the_reference(seed: int) -> None:
    tables = batch(random.Random(seed))
    alone = {"E07": RULES["E07"]}  # it adds up what the other rules of a run find; here what the batch says of them

    hold_against(alone, PARAMS, tables, seed)
    hold_against({name: rule for name, rule in RULES.items() if name not in alone}, PARAMS, tables, seed)


def test_the_batches_reach_findings_and_passes_of_every_rule() -> None:
    assert not_reached(RULES, PARAMS, batch, 60) == {}
