"""Rules on drugs and tests (D, B17) equal their plain references on random batches, whatever the order of rows."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import screening_d as reference
from tests.reference.screening_plain import fen
from tests.screening.agreeing import Batch, at, compare, filled, reached

#: What the engine is given; what is left is the default of the catalogue, for the reference too.
GIVEN: dict[str, dict[str, Any]] = {
    "B17": {"max_days": {"*": 8, "L": 12}, "carry_days": 2, "prices": {"N": "10"}, "permitted": {"M": ["H1", "R1"]}, "drugs": ["M"]},
    "D03": {"cap": "200"},
    "D04": {"max_daily": {"A": "4 g", "B": "10 ml", "C": "6片"}},
    "D05": {"constraints": [{"item": "B", "other": "A"}, {"item": "A", "other": "C"}, {"item": "D", "diagnoses": ["I63", "K"]}, {"item": "E", "from_age": 65}]},
    "D07": {"indication": {"A": ["I63"], "B": ["K"], "C": ["J18"]}, "support": 3, "lift": "1"},
    "D08": {"treatments": {"A": {"limit": "2.5"}, "B": {"indication": ["I63", "K"]}, "C": {}}, "min_n": 2, "pct": "0.6"},
    "D09": {"antimicrobials": ["D", "E"]},
    "D10": {"carriers": {"E": {"services": ["A", "B1"]}, "F": {"services": ["B", "D"]}}},
}  # fmt: skip
FACTS = {"D05": lambda facts: (facts["reason"],)}
PARAMS = filled(GIVEN)


def batch(random: Random) -> Batch:
    """Stays with lines, visits, and purchases of drugs."""

    def one_of(*values: Any) -> Any:
        return random.choice(values)

    cases, lines = [], []
    for number in range(random.randint(4, 9)):
        name, first = f"S{number}", random.randint(0, 24 * 12)
        cases.append({
            "setl_id": name, "mdtrt_id": f"M{number}", "psn_no": f"P{number % 4}", "fixmedins_code": one_of("H1", "H2", "H2"), "adm_time": at(first), "dscg_time": at(first + one_of(24, 72, 120)),
            "main_dx": one_of("I63.9", "I63.0", "I63.9", "J18.9"), "dx": one_of("", "", "", "K80.1", "T81.4|K80"), "age": one_of("64", "65", "66", ""), "oprn": one_of("", "06.2", "36.1"),
            "oprn_date": one_of(at(first + 24, whole_day=True), at(first, whole_day=True) + "|" + at(first + 24, whole_day=True), at(first, whole_day=True), ""), "incision": one_of("1", "1", "I", "I", "3", ""),
            "refd_setl_flag": one_of(*"0000000001"), "medfee_sumamt": "100", "inscp_scp_amt": "80", "fund_pay_sumamt": "33.33",
        })  # fmt: skip
        for place in range(random.randint(0, 6)):
            fee = random.randint(1, 9999)
            line = {
                "setl_id": name, "mdtrt_id": f"M{number}", "feedetl_sn": f"{place:02}", "init_feedetl_sn": "", "med_list_codg": one_of("A", "B", "B1", "C", "D", "E", "F"),
                "fee_ocur_time": at(first + 24 * one_of(0, 0, 1, 1, 2, 3, 4), one_of(0, 60), whole_day=random.random() < 0.2), "cnt": one_of("1", "2", "2.5", "3", "0.75"), "det_item_fee_sumamt": f"{fee / 100:.2f}",
                "inscp_scp_amt": f"{one_of(0, fee // 2, fee) / 100:.2f}", "sin_dos_dscr": one_of("2.4g", "2400 mg", "2400.1mg", "4ml", "6ML", "3 片", "1 片", "适量", ""), "used_frqu_dscr": one_of("bid", "BID", "qd", "tid", "必要时"),
            }  # fmt: skip
            lines.append(line)
            if random.random() < 0.1:
                lines.append(
                    {
                        **line,
                        "feedetl_sn": f"r{place}",
                        "init_feedetl_sn": line["feedetl_sn"],
                        "cnt": one_of("-" + line["cnt"], "-0.5"),
                        "det_item_fee_sumamt": "-0.01",
                        "inscp_scp_amt": "0",
                    }
                )
    visits = [{
        "setl_id": f"O{number}", "psn_no": one_of("P1", "P2"), "fixmedins_code": "H1", "med_type": "11", "setl_time": at(24 * one_of(0, 1) + random.randint(1, 20)), "bilg_dr_codg": one_of("D1", "D1", "D1", "D2", ""),
        "diag_code": one_of("J06.9", "J06.9", "J06.0", "K29"), "n_drugs": one_of("1", "2", "3", ""), "fund_pay_sumamt": one_of("179.99", "180", "195", "200", "200.01", "60", "125"), "inscp_scp_amt": one_of("210", "0", "300.33"),
    } for number in range(random.randint(3, 8))]  # fmt: skip
    bought = []
    for number in range(random.randint(2, 9)):
        fee, when = random.randint(1, 9999), 24 * random.randint(0, 20)
        bought.append({
            "feedetl_sn": f"{number:02}", "setl_id": one_of("O0", "O1", f"X{number}"), "psn_no": one_of("P1", "P1", "P2"), "fixmedins_code": one_of("H1", "H2", "R1"), "med_type": one_of("11", "14", "21"), "drug_group": one_of("K", "K", "L"),
            "med_list_codg": one_of("M", "N", "N"), "fee_ocur_time": at(when, whole_day=True), "cnt": one_of("2", "5", "10", "4.5"), "days_per_unit": one_of("1", "1.5", "2"), "hi_nego_drug_flag": one_of("1", "1", "1", "0"),
            "pric": one_of("9.999999", "10", "10.000001", "10.1", "12"), "det_item_fee_sumamt": f"{fee / 100:.2f}", "inscp_scp_amt": f"{one_of(0, fee // 2, fee) / 100:.2f}",
        })  # fmt: skip
    return {"cases": cases, "fee_lines": lines, "outpatient_settlements": visits, "drug_lines": bought}


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_findings_and_answers_are_those_of_the_reference_in_any_order_of_rows(seed: int) -> None:
    tables = batch(Random(seed))
    findings = compare(tables, seed, reference.RULES, PARAMS, GIVEN, FACTS)
    fees = {(row["setl_id"], row["feedetl_sn"]): fen(row["det_item_fee_sumamt"]) for row in tables["drug_lines"]}
    paid = {row["setl_id"]: fen(row["fund_pay_sumamt"]) for row in tables["outpatient_settlements"]}

    # Money once: no more than what a purchase cost, and than what the funds paid for a visit.
    for about, fee in fees.items():
        assert sum(finding.due.fee_fen or 0 for finding in findings if finding.hit.keys == about) <= fee
    for visit, fund in paid.items():
        assert sum(finding.due.fund_fen or 0 for finding in findings if finding.hit.keys[0] == visit) <= fund


def test_the_batches_reach_findings_and_what_passes_of_every_rule() -> None:
    assert reached([batch(Random(seed)) for seed in range(40)], reference.RULES, PARAMS) == set()
