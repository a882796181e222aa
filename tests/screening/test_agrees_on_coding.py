"""Rules on coding and case payment equal their plain references on random batches, in any order of rows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.screening_coding import RULES, group_of
from tests.screening.agreement import Batch, hold_against, not_reached

START = datetime(2026, 3, 1)
WEIGHTS = {"E1": "1.02", "E5": "0.8", "F1": "1.2", "F5": "0.9", "H1": "1.1", "H5": "0.7", "ES1": "1.5", "ES5": "1.5", "FS1": "1.4", "FS5": "1.6", "HS1": "1", "HS5": "0.777"}  # fmt: skip
PARAMS: dict[str, dict[str, Any]] = {
    "G03": {"evidence": {"E87.6": [["A"], ["B", "C"]], "N17.9": [["D"]]}, "weight": {k: v for k, v in WEIGHTS.items() if k != "H5"}, "rate": 8001,
            "z": 1, "min_n": 2},
    "G04": {"before": {"H1": "20", "H2": "10.01"}, "min_n": 2},
    "G05": {"min_n": 4, "alpha": "0.3"},
    "G07": {"min_n": 2},
    "G08": {"mortality": {"E5": "0.0005", "E1": "0.002", "F1": "0.01", "F5": "0.03", "H1": "0.12", "H5": "0"}},
    "G09": {"not_principal": ["Z48"], "explains": {"K80.0": ["B"], "I63.9": ["C", "D"]}, "weight": WEIGHTS, "rate": 8001},
    "G10": {"line": "95"},
    "G11": {"groups": ["E5", "F5"], "point_value": 101, "z": 1, "min_n": 3,
            "neighbours": [{"group": "E5", "neighbour": "E1", "year_before": {"H1": "0.2", "H2": "0.5"}}]},
}  # fmt: skip


def grouper(principal: str, others: Sequence[str], operations: Sequence[str], settlement: str) -> str | None:
    return group_of(principal, others, operations)


def at(hours: float) -> str:
    return (START + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M:%S")


def batch(draw: random.Random) -> Batch:
    """Stays of a few persons at two or three hospitals with their bills, visits around them and reviewed records."""
    one_of, cases, lines = draw.choice, [], []
    borders, many = draw.choice([(0, 0), (1, 0), (0, 1)])
    for number in range(draw.randint(4, 12) + 18 * many):
        first, name = 24 * draw.randrange(30) + 9, f"S{number}"
        cases.append({
            "setl_id": name, "mdtrt_id": f"M{number}", "psn_no": one_of(["P1", "P1", "P2", "P3", ""]), "fixmedins_code": one_of(["H1", "H1", "H2"]),
            "adm_time": at(first), "dscg_time": at(first + 24 * draw.choice([1, 3, 5])), "main_dx": one_of(["J18.9", "J18.9", "I63.9", "K80.0", "Z48.8", "R99", ""]),
            "dx": one_of(["", "E87.6", "E87.6|N17.9", "K80.0|I63.9", "K80.0|E87.6"]), "oprn": one_of(["", "", "51.2"]), "fund_share": one_of(["0.7", "0.333333", ""]),
            "group": one_of(["E1", "E5", "E5", "F5", ""]) if not many else one_of(["E5"] * 9 + ["F5"]), "age": one_of(["", "14", "15", "70", "70"]), "dscg_way": one_of(["1", "1", "5", ""]), "act_ipt_days": "30" if number in (3, 9) else one_of(["1", "2", "3", "3"]),
            "std_fee": one_of(["100", "100", "100", ""]), "medfee_sumamt": one_of(["200", "209.99", "209.99", "199.99", "190"] if borders else ["50", "59.99", "49.99", "40", "39.99", "100"]),
            "inscp_scp_amt": "80", "fund_pay_sumamt": "50", "fulamt_ownpay_amt": one_of(["0", "10", "15", "15.01", ""]),
            "coef": one_of(["1", "1.15", "0.95", "1.000001", ""]), "score": one_of(["60", "33.3333", ""]), "E06": one_of(["1", "0", ""]),
        })  # fmt: skip
        for place in range(draw.randint(0, 4)):
            lines.append({
                "setl_id": name, "mdtrt_id": f"M{number}", "feedetl_sn": f"{place}", "init_feedetl_sn": "", "med_list_codg": one_of("ABCD"), "cnt": "1",
                "med_chrgitm_type": one_of(["05", "06", "04"]), "fee_ocur_time": at(first + place), "det_item_fee_sumamt": one_of(["60", "40", "39.99"]), "inscp_scp_amt": "30",
            })  # fmt: skip
    visits, sold = [], []
    for number in range(draw.randint(0, 8)):
        case, hours = one_of(cases), one_of([-72, -72 - 1 / 3600, -24, -1, -9, -81, 24, 49, 24 * 6, 24 * 12, 24 * 13])
        when = datetime.fromisoformat(case["adm_time"]) + timedelta(hours=hours)
        visits.append({"setl_id": f"O{number}", "psn_no": case["psn_no"], "fixmedins_code": one_of(["H1", "R1"]), "med_type": one_of(["11", "41", "1401"]),
                       "refd_setl_flag": one_of("0001"), "setl_time": when.strftime("%Y-%m-%d %H:%M:%S"), "fund_pay_sumamt": one_of(["13", "26.01", "100"])})  # fmt: skip
        sold += [{"setl_id": f"O{number}", "mdtrt_id": f"V{number}", "feedetl_sn": f"{place}", "med_list_codg": "X", "med_chrgitm_type": one_of(["03", "04", "09", "11", "05"]), "cnt": "1",
                  "fee_ocur_time": at(0), "det_item_fee_sumamt": "10", "inscp_scp_amt": "10"} for place in range(draw.randint(0, 2))]  # fmt: skip
    kinds = ["none"] * 9 + ["main_dx", "main_operation", "complication", "field"] + ["other"] * draw.randrange(2)
    reviews = [{"setl_id": f"S{number}", "fixmedins_code": one_of(["H1", "H2", "H3"]), "error_type": one_of(kinds), "direction": one_of(["", "", "", "", "", "up", "down"])}
               for number in range(draw.randint(1, 20))]  # fmt: skip
    return {
        "cases": cases,
        "fee_lines": lines,
        "outpatient_settlements": visits,
        "outpatient_lines": sold,
        "record_reviews": reviews,
    }


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_coding_rules_are_those_of_the_reference(seed: int) -> None:
    hold_against(RULES, PARAMS, batch(random.Random(seed)), seed, grouper)


def test_the_batches_reach_findings_and_passes_of_every_rule() -> None:
    assert not_reached(RULES, PARAMS, batch, 60) == {}
