"""Rules on data and limits (A, B) equal their plain references on random batches, whatever the order of rows."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import screening_a_b as reference
from tests.screening.agreeing import Batch, at, compare, filled, reached

#: What the engine is given; what is left is the default of the catalogue, for the reference too.
GIVEN: dict[str, dict[str, Any]] = {
    "A01": {"not_principal": ["E87.6"]},
    "A04": {},
    "A05": {},
    "A06": {"evidence": {"I21.9": [["A"], ["B", "C"]], "E87.6": [["C"]], "S72.0": [["A"], ["B"], ["F"]]}},
    "A07": {"min_stays": 2, "bulk": "0.5"},
    "A08": {"grace_days": 1},
    "A09": {"support": 3, "lift": "0.75"},
    "B03": {"limit": {"A": "work_injury", "B": "maternity"}},
    "B04": {"limit": {"A": "2", "C": "3"}, "exceptions": {"C": "first_prescription"}},
    "B08": {"first_line_of": {"A": ["B"], "C": ["D", "E"]}, "lookback_days": 3},
    "B12": {"limit": {"A": "ward", "B": "grade", "C": "both"}, "min_known": "0.75", "allowed": {
        "ward": {"bilg_dept_codg": ["A03"]}, "grade": {"title": ["主任"]}, "both": {"bilg_dept_codg": ["A03"], "title": ["主任", "主治"]}}},
    "B15": {"drugs": ["A", "B"]},
    "B16": {"limit": {"A": "特殊", "B": "限制"}},
    "B18": {"exempt_causes": ["W18.0"]},
}  # fmt: skip
FACTS = {
    "A01": lambda facts: tuple(sorted(facts["reasons"])),
    "A04": lambda facts: tuple(facts["codes"]),
    "A05": lambda facts: tuple(facts["codes"]),
    "A06": lambda facts: tuple(facts["codes"]),
    "A07": lambda facts: ("bulk", facts["stays"]) if facts["reason"] == "bulk" else (facts["reason"], facts["month"]),
    "A08": lambda facts: (facts["reason"],),
}


def grouper(principal: str, others: Any, operations: Any, settlement: str) -> str:
    """The invented grouper of the test: an injury that is operated on the uterus is unrelated."""
    return "IQY" if principal[0] == "S" and any(code.startswith("68") for code in operations) else "IB1"


PARAMS = filled(GIVEN, grouper=grouper)


def batch(random: Random) -> Batch:
    """A few stays with lines, and a few visits."""

    def one_of(*values: Any) -> Any:
        return random.choice(values)

    cases, lines = [], []
    for number in range(random.randint(3, 10)):
        name, first, length = f"S{number}", random.randint(0, 24 * 25), one_of(2, 20, 24, 47, 72, 96)
        days = max(1, (first + length) // 24 - first // 24)
        born = one_of(1966, 2016, 2017, 2025)
        young = random.random() < 0.15
        cases.append({
            "setl_id": name, "mdtrt_id": f"M{number}", "psn_no": one_of("P1", "P2", "P3", "P3", ""), "fixmedins_code": one_of("H1", "H1", "H2"),
            "gend": one_of("1", "1", "2", "2", "9", ""), "adm_time": at(first), "dscg_time": at(first + (length if random.random() < 0.95 else -30)),
            "dscg_way": one_of("1", "1", "1", "1", "5", "7"), "main_dx": one_of("I21.9", "S72.0", "S72.0", "S72.0", "N80.0", "O26.9", "P07.3", "P07.3", "E87.6"),
            "dx": one_of("", "V23.4", "V23.4|W18.0", "Y09.9|E87.6", "Y10.9", "W18.0", "N40.0|E87.6", None), "main_dx_count": one_of("1", "1", "1", "0", "2", ""),
            "brdy": one_of(f"{born}-03-{one_of('01', '10', '20')}", f"{born}-03-02", at(first - 24 * 28, whole_day=True), at(first - 24 * 29, whole_day=True), ""), "age": str(max(0, 2026 - born - one_of(-2, -1, 0, 0, 1, 2, 3))) if random.random() < 0.9 else "",
            "nwb_age": one_of("3", "28", "29") if young else "", "nwb_adm_wt": one_of("99", "100", "9999", "10000", "") if young else "",
            "oprn": one_of("", "68.41", "68.41|60.29", "81.51", "81.51", "81.51|68.41", None), "oprn_date": one_of("", at(first, whole_day=True), at(first + length, whole_day=True), at(first + length + 24, whole_day=True)),
            "act_ipt_days": one_of("", str(days), str(days), str(days + 1)), "med_type": one_of("21", "21", "28", "52"), "insutype": one_of("310", "310", "410", "510", ""),
            "hosp_lv": one_of("", "01", "04", "05", "07", "08"), "setl_time": one_of("", at(first + length + one_of(0, 24), whole_day=one_of(True, False))),
            "cause_statement": one_of("", "0", "1"), "refd_setl_flag": one_of(*"0000000001"), "medfee_sumamt": "100", "inscp_scp_amt": one_of("80", "80.01", "0", ""), "fund_pay_sumamt": one_of("50", "33.33", ""),
        })  # fmt: skip
        for place in range(random.randint(0, 4)):
            fee, hour = random.randint(1, 9999), first + one_of(0, 0, 1, 24, 25, 48, 72, 73, 96)
            line = {
                "setl_id": name, "mdtrt_id": f"M{number}", "feedetl_sn": f"{place:02}", "init_feedetl_sn": "", "med_list_codg": one_of(*"AABBCCDEF"),
                "fee_ocur_time": at(hour, whole_day=random.random() < 0.1), "cnt": one_of("1", "2", "2.25"), "det_item_fee_sumamt": f"{fee / 100:.2f}",
                "inscp_scp_amt": f"{one_of(0, fee // 2, fee, fee) / 100:.2f}", "opt_time": one_of(at(hour + 72), at(hour + 72), at(hour + 72, 1), at(hour + 96, whole_day=True), at(hour + 2), ""),
                "bilg_dept_codg": one_of("A03", "A03.07", "A02", "A04", ""), "orders_dr_code": one_of("D1", "D2", "D3", "D9", ""),
            }  # fmt: skip
            lines.append(line)
            if random.random() < 0.15:
                lines.append(refund(line, fee, one_of(1, 2)))
    people = [{"psn_no": f"P{number}", "death_date": one_of("", "", at(24 * random.randint(3, 28), whole_day=True)), "insu_begn": one_of("", at(24 * random.randint(0, 12), whole_day=True)),
               "insu_end": one_of("", at(24 * random.randint(15, 30), whole_day=True))} for number in (1, 2)]  # fmt: skip
    staff = [{"fixmedins_code": hospital, "dr_code": f"D{number}", "title": one_of("主任医师", "副主任医师", "主治医师", "住院医师", "")} for hospital in ("H1", "H2") for number in (1, 2, 3)]  # fmt: skip
    change = random.randint(5, 25) * 24
    levels = [{"fixmedins_code": hospital, "hosp_lv": one_of("04", "05", "07", "08"), "valid_from": since, "valid_to": until}
              for hospital in ("H1", "H2") for since, until in (("", at(change, whole_day=True)), (at(change + 24, whole_day=True), ""))]  # fmt: skip
    levels += [
        {
            "fixmedins_code": "H1",
            "hosp_lv": one_of("04", "05", "07", "08", ""),
            "valid_from": one_of("", at(change, whole_day=True), at(change + 24, whole_day=True)),
            "valid_to": "",
        }
        for _ in range(random.randint(0, 2))
    ]  # periods that overlap
    visits, bought = [], []
    for number in range(random.randint(0, 5)):
        visits.append({"setl_id": f"O{number}", "mdtrt_id": f"V{number}", "psn_no": one_of("P1", "P2", "P9"), "fixmedins_code": "H1", "med_type": "11", "setl_time": at(24 * random.randint(0, 30) + 9),
                       "fund_pay_sumamt": "12.34", "inscp_scp_amt": "20", "internet_flag": one_of("1", "1", "0", "")})  # fmt: skip
        for place in range(random.randint(0, 2)):
            fee = random.randint(1, 9999)
            line = {"setl_id": f"O{number}", "mdtrt_id": f"V{number}", "feedetl_sn": f"{place}", "init_feedetl_sn": "", "med_list_codg": one_of(*"AABC"), "fee_ocur_time": at(9),
                    "cnt": one_of("1", "2"), "det_item_fee_sumamt": f"{fee / 100:.2f}", "inscp_scp_amt": f"{one_of(0, fee, fee) / 100:.2f}"}  # fmt: skip
            bought.append(line)
            if random.random() < 0.2:
                bought.append(refund(line, fee, one_of(1, 2)))
    return {"cases": cases, "fee_lines": lines, "patients": people, "staff": staff, "institutions": levels, "outpatient_settlements": visits, "outpatient_lines": bought}  # fmt: skip


def refund(line: dict[str, Any], fee: int, part: int) -> dict[str, Any]:
    """Half or all of a line given back."""
    scope = -float(line["inscp_scp_amt"]) if part == 1 else 0
    return {**line, "feedetl_sn": f"r{line['feedetl_sn']}", "init_feedetl_sn": line["feedetl_sn"], "cnt": str(-float(line["cnt"]) / part),
            "det_item_fee_sumamt": f"{-(fee if part == 1 else fee // 2) / 100:.2f}", "inscp_scp_amt": f"{scope:.2f}"}  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_findings_and_answers_are_those_of_the_reference_in_any_order_of_rows(seed: int) -> None:
    compare(batch(Random(seed)), seed, reference.RULES, PARAMS, GIVEN, FACTS, grouper)


def test_the_batches_reach_findings_and_what_passes_of_every_rule() -> None:
    assert reached([batch(Random(seed)) for seed in range(40)], reference.RULES, PARAMS) == set()
