"""Rules on outpatient care and pharmacies equal their plain references on random batches, in any order of rows."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.screening_outpatient import RULES
from tests.screening.agreement import Batch, hold_against, not_reached

PARAMS: dict[str, dict[str, Any]] = {
    "O03": {"abs_yuan": 600, "pct": "0.8", "min_n": 5, "peers": {"3|41|": "120.50"}},
    "O05": {"quota": "1000", "year_end": "2026-12-31", "oe": 2, "min_n": 2},
    "O06": {"min_n": 5, "round_share": "0.4", "same_share": "0.4", "refund_share": "0.3"},
    "O08": {"min_codes": 2},
    "O09": {"disease_drugs": {"M01": ["MET"], "M02": ["AML"]}},
    "O10": {"pct": "0.6", "min_n": 3},
    "O11": {"n": 2, "share": "0.8", "min_n": 5},
    "O13": {"terminals": {"T1": "R1", "T2": "R2"}, "mult": 3, "stops": [{"date": "2026-11-17", "neighbours": ["R1"]}, {"date": "2026-12-01", "neighbours": ["R1", "R2"]}]},
}  # fmt: skip
MOMENTS = ["2025-12-31 10:00:00", "2026-08-20 09:00:00", "2026-11-16 23:59:59", "2026-11-17 00:00:01", "2026-11-17 01:00:00", "2026-11-17 01:00:01", "2026-12-01 09:00:00",
           "2026-12-01 09:59:59", "2026-12-01 10:00:00", "2026-12-31 09:00:00", "2027-01-01 09:00:00"]  # fmt: skip


def batch(draw: random.Random) -> Batch:
    """Settlements of a few persons at three places near the end of a year, their lines, and boxes by trace code."""
    one_of = draw.choice
    shops, visits, lines = one_of([["R1", "R2", "R3"], ["R1", "R1", "R1", "R2"]]), [], []
    for number in range(draw.randint(2, 16)):
        visits.append({
            "setl_id": f"O{number}", "mdtrt_id": one_of(["", f"V{number}", "V1"]), "psn_no": one_of(["P1", "P2", "P3", "P4", ""]), "fixmedins_code": one_of(shops),
            "hosp_lv": one_of("33 "), "med_type": one_of(["41", "41", "11", "1401", "21"]), "dise_code": one_of(["", "M01", "M02", "M03"]), "refd_setl_flag": one_of("00001"),
            "setl_time": one_of(MOMENTS[1:-1] * 3 + MOMENTS), "rx_time": one_of(["", "", "2026-11-17 01:00:01", "2026-12-01 09:00:00"]),
            "fund_pay_sumamt": one_of(["100", "120.50", "120.51", "480", "500", "500.01", "980", "599.99", "600", ""]),
            "medfee_sumamt": one_of(["50", "88.80", "50.01", "77.10", "66.66", "55.05", ""]), "bilg_dr_codg": one_of(["D1", "D1", "D2", ""]), "term_id": one_of(["", "", "T1", "T2", "T9"]),
            "opter_id": one_of(["", "", "A", "B", "C"]),
        })  # fmt: skip
        lines += [{"setl_id": f"O{number}", "mdtrt_id": f"V{number}", "feedetl_sn": f"{place}", "med_list_codg": one_of(["MET", "AML", "OME"]), "med_chrgitm_type": one_of(["09", "10", "05"]),
                   "cnt": one_of(["1", "2.5"]), "fee_ocur_time": "2026-12-01", "det_item_fee_sumamt": "45.01", "inscp_scp_amt": one_of(["45.01", "40"])}
                  for place in range(draw.randint(0, 2))]  # fmt: skip
    start, boxes, number, network = datetime(2026, 3, 1, 9), [], 0, draw.randrange(2)
    for code in ("C1", "C2", "C3", "C4"):
        for seconds in sorted(draw.sample([0, 0, 3600, 86_400, 86_401, 90_001], draw.randint(1, 4))):
            number += 1
            boxes.append({
                "drug_trac_codg": code, "rtal_docno": f"D{number % 3}", "feedetl_sn": f"{number}", "psn_no": one_of(["P1", "P1", "P1", "P2", ""]),
                "fixmedins_code": one_of(["R1", "R1", "R2"]), "trdn_flag": one_of("00000001"), "sel_retn_cnt": one_of(["1", "1", "1", "-1"]), "amt": one_of(["35", "12.34"]),
                "sel_retn_time": (start + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S"),
            })  # fmt: skip
        if network and draw.randrange(4):
            for one, later in ((0, 0), (1, one_of([86_400, 86_401, 90_001]))):
                boxes.append({
                    "drug_trac_codg": f"N{code}", "rtal_docno": "D", "feedetl_sn": f"{code}{one}", "psn_no": "P2" if one else "P1", "fixmedins_code": f"R{1 + one}", "trdn_flag": "0",
                    "sel_retn_cnt": "1", "amt": "12.34", "sel_retn_time": (start + timedelta(seconds=later)).strftime("%Y-%m-%d %H:%M:%S"),
                })  # fmt: skip
    return {"outpatient_settlements": visits, "outpatient_lines": lines, "drug_trace": boxes,
            "patients": [{"psn_no": "P1", "filed_dise": "M02"}, {"psn_no": "P2", "filed_dise": one_of(["", "M01|M09"])}]}  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_outpatient_rules_are_those_of_the_reference(seed: int) -> None:
    hold_against(RULES, PARAMS, batch(random.Random(seed)), seed)


def test_the_batches_reach_findings_and_passes_of_every_rule() -> None:
    assert not_reached(RULES, PARAMS, batch, 60) == {}
