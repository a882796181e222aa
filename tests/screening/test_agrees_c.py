"""Rules on charging (C) equal their plain references on random batches, whatever the order of rows."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import screening_c as reference
from tests.screening.agreeing import Batch, at, compare, filled, reached

#: What the engine is given; what is left is the default of the catalogue, for the reference too.
GIVEN: dict[str, dict[str, Any]] = {
    "C05": {"national": {"A": {"name": "甲乙丙丁", "price": "3.333"}, "B": {"name": "戊乙丙己庚", "price": "5"}, "C": {"name": "辛壬", "price": "1"}}, "cheaper": {"A": "B", "B": "C"}, "methods": {"M": {"low": "B", "high": "A", "difference": "1.11"}}, "min_n": 3},
    "C06": {"sets": {"K": {"codes": ["A", "B"], "indication": ["I26"]}, "L": {"codes": ["C"]}}, "min_n": 2, "min_peers": 1, "peer": "0.5", "noind": "0.5"},
    "C10": {"minutes": {"A": {"minutes": 20}, "B": {"minutes": 30, "parallel": 6}, "C": {"minutes": "7.5"}}, "capacity_min": 60},
    "C13": {"sets": {"P": {"codes": ["A"]}, "Q": {"codes": ["B"], "indication": ["I26"]}}, "min_n": 2, "min_peers": 2, "z": "1.5"},
    "C15": {"tol_units": 0},
    "C16": {"families": {"F": {"codes": ["C", "B", "A"], "prices": ["1", "2", "4.44"]}}, "min_n": 3, "z": "0.5"},
}  # fmt: skip
FACTS = {
    "C05": lambda facts: (facts["reason"], facts.get("item") or facts.get("own_item") or facts.get("family"), facts.get("true_item", "")),
    "C06": lambda facts: (facts["set"], facts["department"], facts["month"]),
    "C13": lambda facts: (facts["set"], facts["department"], facts["month"]),
    "C16": lambda facts: (facts["family"],),
}  # fmt: skip
PARAMS = filled(GIVEN)


def batch(random: Random) -> Batch:
    """Stays of a few institutions with lines, orders and stock."""

    def one_of(*values: Any) -> Any:
        return random.choice(values)

    cases, lines, orders = [], [], []
    for number in range(random.randint(4, 11)):
        name, first = f"S{number}", random.randint(0, 24 * 20) + one_of(0, 0, 0, 24 * 31)  # March, some in April
        cases.append({
            "setl_id": name, "mdtrt_id": f"M{number}", "psn_no": f"P{number}", "fixmedins_code": one_of("H1", "H1", "H2", "H2", "H3"), "adm_time": at(first, whole_day=random.random() < 0.2),
            "dscg_time": at(first + 72), "main_dx": one_of("I63.9", "J18.9", "J18.9", "I26.0"), "dx": one_of("", "I26.9", "K80"), "dscg_caty": one_of("A", "A", "A", "B"), "hosp_lv": one_of("04", "04", "07", ""),
            "refd_setl_flag": one_of(*"0000000001"), "medfee_sumamt": "100", "inscp_scp_amt": "80", "fund_pay_sumamt": "33.33",
        })  # fmt: skip
        for place in range(random.randint(0, 4)):
            fee, item, order = random.randint(1, 9999), one_of(*"AAABBCCD"), one_of("R1", "R1", "R2", "")
            time = at(first + one_of(-1, 0, 0, 1, 24, 48, 49), one_of(0, 0, 1), whole_day=random.random() < 0.2)
            line = {
                "setl_id": name, "mdtrt_id": f"M{number}", "feedetl_sn": f"{place:02}", "init_feedetl_sn": "", "med_list_codg": item, "fee_ocur_time": time,
                "cnt": one_of("1", "2", "3", "2.25", "5"), "det_item_fee_sumamt": f"{fee / 100:.2f}", "inscp_scp_amt": f"{one_of(0, fee // 2, fee) / 100:.2f}", "acord_dr_codg": one_of("D1", "D1", "D2", ""),
                "medins_list_codg": one_of("X1", "X2", "X3", ""), "medins_list_name": one_of("甲乙丙丁", "甲乙丙", "戊乙丙己", "戊乙丙", "戊乙丙己庚", "辛壬", ""), "rx_drord_no": order, "med_chrgitm_type": {"A": "05", "B": "03", "C": "01", "D": "04"}[item],
            }  # fmt: skip
            lines.append(line)
            if random.random() < 0.1:
                lines.append(
                    {
                        **line,
                        "feedetl_sn": f"r{place}",
                        "init_feedetl_sn": line["feedetl_sn"],
                        "cnt": "-1",
                        "det_item_fee_sumamt": "-0.01",
                        "inscp_scp_amt": "0",
                    }
                )
            if random.random() < 0.8:
                orders.append(
                    {
                        "mdtrt_id": f"M{number}",
                        "rx_drord_no": order or "R3",
                        "med_list_codg": item,
                        "exec_date": time[:10],
                        "exec_cnt": one_of("1", "2", "3", "5"),
                        "report_no": one_of("", "B1", "B1"),
                    }
                )
    stock = [{"fixmedins_code": hospital, "med_list_codg": item, "period": "202603", "open_qty": one_of("0", "1"), "in_qty": one_of("1", "3", "5.25"), "close_qty": one_of("0", "1")}
             for hospital in ("H1", "H2") for item in "ABC" if random.random() < 0.8]  # fmt: skip
    levels = [{"fixmedins_code": "H1", "hosp_lv": one_of("04", "07", "")}]
    return {"cases": cases, "fee_lines": lines, "orders": orders, "inventory": stock, "institutions": levels}


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_findings_and_answers_are_those_of_the_reference_in_any_order_of_rows(seed: int) -> None:
    compare(batch(Random(seed)), seed, reference.RULES, PARAMS, GIVEN, FACTS)


def test_the_batches_reach_findings_and_what_passes_of_every_rule() -> None:
    assert reached([batch(Random(seed)) for seed in range(40)], reference.RULES, PARAMS) == set()
