"""Rules between regions and on counties equal their plain references on random batches, in any order of rows."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.screening_areas import RULES
from tests.screening.agreement import Batch, hold_against, not_reached

START = datetime(2026, 3, 1)
PARAMS: dict[str, dict[str, Any]] = {
    "X04": {"r": "1.3", "n": 2, "alpha": "0.2"},
    "X05": {"pp": 3, "before": {"620702": "0.3", "620721": "0.5", "620900": "0.1"}, "filed": ["S0"]},
    "X06": {"max_days": {"*": 9}, "carry_days": 2, "code_len": 3, "resend_min": 30},
    "I03": {"insured": {"620702": {"45|1": "10", "0|2": "10"}, "620721": {"45|1": "20", "0|2": "5"}, "620722": {"45|1": "7", "0|2": "9", "65|1": "4"}}, "z": 1},
}  # fmt: skip
COUNTIES = ["620702", "620721", "620722", "620900"]


def at(hours: float) -> str:
    return (START + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M:%S")


def batch(draw: random.Random) -> Batch:
    """Stays of insured of four counties in three hospitals of two cities, purchases and boxes there."""
    one_of, cases = draw.choice, []
    places = {"H1": "620702", "H2": "620900", "H3": "620721"}
    persons = one_of([["P1", "P2"], [f"P{n}" for n in range(20)]])
    dear = one_of([["1000", "1010", "990"], ["1290", "1300.01", "1310"], ["1500", "1490", "2000"]])
    blank = draw.randrange(2)
    alike = draw.randrange(2)  # of one hospital, group and age, so that origins can be compared
    hospitals = ["H1"] * 9 + ["H2"] if alike else ["H1", "H1", "H2", "H3"]
    for number in range(draw.randint(3, 16)):
        first, hospital, county = 6 * draw.randrange(80), one_of(hospitals), one_of(COUNTIES)
        elsewhere = county[:4] != places[hospital][:4]
        cases.append({
            "setl_id": f"S{number}", "mdtrt_id": f"M{number}", "psn_no": one_of([*persons, ""] if blank else persons), "fixmedins_code": hospital,
            "mdtrt_admdvs": places[hospital], "insu_admdvs": county if not blank or draw.randrange(8) else "", "adm_time": at(first),
            "dscg_time": at(first + one_of([12, 24, 30, 72])), "main_dx": one_of(["I63.9", "I63.1", "J18.9"] + [""] * blank), "dscg_way": one_of("1112"),
            "group": "G1" if alike else one_of(["G1", "G1", "G2"] + [""] * blank), "medfee_sumamt": one_of(dear if elsewhere else ["1000", "1001", "999"]), "inscp_scp_amt": "800",
            "fund_pay_sumamt": "500", "age": "50" if alike and draw.randrange(9) else one_of(["10", "50", "50", "70"] + [""] * (blank and not draw.randrange(4))), "gend": one_of("12"),
        })  # fmt: skip
    buys = [{"feedetl_sn": f"{n}", "setl_id": f"O{n}", "psn_no": one_of(["P1", "P1", "P2"]), "fixmedins_code": one_of(["H1", "H2", "H3"]), "med_type": "14", "drug_group": "G",
             "fee_ocur_time": at(24 * draw.randrange(26))[:10], "cnt": one_of(["3", "7", "10"]), "days_per_unit": one_of(["1", "1.5"]), "det_item_fee_sumamt": one_of(["9.99", "70"]),
             "inscp_scp_amt": "5"} for n in range(draw.randint(0, 7))]  # fmt: skip
    boxes = [{"drug_trac_codg": one_of(["111", "222"]), "rtal_docno": f"D{n}", "feedetl_sn": f"{n}", "psn_no": one_of(["P1", "P2"]), "fixmedins_code": one_of(["H1", "H2"]),
              "trdn_flag": one_of("001"), "sel_retn_time": at(draw.randrange(5)), "sel_retn_cnt": "1", "amt": one_of(["5", "7.01"])} for n in range(draw.randint(0, 6))]  # fmt: skip
    institutions = [{"fixmedins_code": name, "fix_blng_admdvs": region} for name, region in places.items()]
    return {"cases": cases, "drug_lines": buys, "drug_trace": boxes, "institutions": institutions}


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_rules_on_regions_are_those_of_the_reference(seed: int) -> None:
    hold_against(RULES, PARAMS, batch(random.Random(seed)), seed)


def test_the_batches_reach_findings_and_passes_of_every_rule() -> None:
    assert not_reached(RULES, PARAMS, batch, 60) == {}
