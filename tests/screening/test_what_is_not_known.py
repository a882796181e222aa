"""By hand: what is not known never passes, never finds, and is no money (review rules 0.1 and 0.2)."""

from __future__ import annotations

from typing import Any

from drgdip.pipeline.screening import screen_rows
from drgdip.screening.engine import Screened

CASE = {
    "setl_id": "S1", "mdtrt_id": "M1", "psn_no": "P1", "fixmedins_code": "H1", "med_type": "21", "adm_time": "2026-03-01 09:00:00",
    "dscg_time": "2026-03-29 09:00:00", "gend": "1", "main_dx": "I63.900", "dscg_way": "1", "medfee_sumamt": "1000", "inscp_scp_amt": "800",
    "fund_pay_sumamt": "400", "mdtrt_admdvs": "620702",
}  # fmt: skip


def screened(rules: list[str], params: dict[str, Any] | None = None, **tables: list[dict[str, Any]]) -> Screened:
    rows = {name: [{**CASE, **row} if name == "cases" else row for row in rows] for name, rows in tables.items()}
    wanted = {"rules": params or {}, "states": dict.fromkeys(rules, "active"), "default_suppressions": False}
    return screen_rows(rows, rules, wanted).screened


def states(result: Screened, rule: str) -> dict[str, int]:
    return {f"{row.state} {row.reason}".strip(): row.number for row in result.coverage if row.rule == rule}


def line(number: str, item: str, **other: str) -> dict[str, str]:
    return {"setl_id": "S1", "mdtrt_id": "M1", "feedetl_sn": number, "med_list_codg": item, "fee_ocur_time": "2026-03-05", "cnt": "1",
            "det_item_fee_sumamt": "100", "inscp_scp_amt": "100", "med_chrgitm_type": "05", **other}  # fmt: skip


def test_only_a_pharmacy_in_another_city_is_a_sign_of_a_false_admission() -> None:
    beds = [{"fixmedins_code": "H1", "beds": "5"}]
    signs = {"E03": "1", "E05": "0", "C15": "0", "E15": "0", "psn_cash_pay": "1"}

    def score(care: str, city: str) -> list[int]:
        visit = {"setl_id": "O1", "psn_no": "P1", "fixmedins_code": "R1", "med_type": care, "setl_time": "2026-03-10 09:00:00",
                 "mdtrt_admdvs": city, "fund_pay_sumamt": "60"}  # fmt: skip
        result = screened(["E04", "E07"], cases=[signs], outpatient_settlements=[visit], institutions=beds)
        return [finding.facts["score"] for finding in result.findings if finding.rule.id == "E07"]

    assert score("41", "620100") == [7]
    assert score("11", "620100") == []  # no pharmacy
    assert score("41", "620721") == []  # the same city
    assert score("41", "") == []


def test_a_sign_that_is_not_known_and_would_decide() -> None:
    signs = {"E03": "1", "E05": "0", "C15": "0", "E04": "0", "E15": "0"}

    assert states(screened(["E07"], cases=[signs]), "E07") == {"NOT_RUN missing:psn_cash_pay": 1}
    assert states(screened(["E07"], cases=[{**signs, "psn_cash_pay": "1"}]), "E07") == {"NOT_RUN missing:beds": 1}
    assert states(screened(["E07"], cases=[{**signs, "E03": "0"}]), "E07") == {"PASS": 1}  # both would be four


def test_purchases_elsewhere_that_are_not_known_and_would_decide() -> None:
    """E03 is 5, a purchase in another city 2: from 6 on."""
    signs = {"E03": "1", "E05": "0", "C15": "0", "E15": "0", "psn_cash_pay": "1"}
    beds = [{"fixmedins_code": "H1", "beds": "5"}]
    visit = {
        "setl_id": "O1",
        "psn_no": "P1",
        "fixmedins_code": "R1",
        "med_type": "41",
        "setl_time": "2026-03-10 09:00:00",
        "fund_pay_sumamt": "60",
    }

    def answered(case: dict[str, str], **tables: list[dict[str, Any]]) -> dict[str, int]:
        return states(screened(["E04", "E07"], cases=[case], institutions=beds, **tables), "E07")

    assert answered(signs) == {"NOT_RUN missing:outpatient_settlements": 1}
    assert answered({**signs, "E03": "0", "E05": "1"}) == {"PASS": 1}  # 3 + 2 decide nothing
    assert answered(signs, outpatient_settlements=[visit]) == {"NOT_RUN missing:mdtrt_admdvs": 1}
    assert answered(signs, outpatient_settlements=[{**visit, "med_type": "11"}]) == {"PASS": 1}
    assert answered(signs, outpatient_settlements=[{**visit, "mdtrt_admdvs": "620100"}]) == {"FINDING": 1}


def test_stays_and_visits_answer_each_for_themselves() -> None:
    """A08: one stay and two visits of known persons, and one visit of an unknown one; every subject is in the coverage."""
    visit = {
        "psn_no": "P1",
        "fixmedins_code": "R1",
        "med_type": "41",
        "setl_time": "2026-04-10 09:00:00",
        "fund_pay_sumamt": "60",
    }
    visits = [
        {**visit, "setl_id": "O1"},
        {**visit, "setl_id": "O2", "setl_time": "2026-03-30"},
        {**visit, "setl_id": "O3", "psn_no": "P9"},
        {**visit, "setl_id": "O4", "refd_setl_flag": "1"},
        {**visit, "setl_id": "O5", "setl_time": ""},
    ]
    patients = [{"psn_no": "P1", "death_date": "2026-03-30", "insu_end": ""}]
    for tables, wanted in (
        ({"patients": patients}, {("case", "PASS", ""): 1, ("outpatient", "FINDING", ""): 1, ("outpatient", "PASS", ""): 1,
                                  ("outpatient", "NOT_RUN", "missing:patients"): 1, ("outpatient", "NOT_APPLICABLE", "refunded"): 1,
                                  ("outpatient", "NOT_RUN", "missing:setl_time"): 1}),
        ({}, {("case", "NOT_RUN", "missing:patients"): 1, ("outpatient", "NOT_RUN", "missing:patients"): 5}),
    ):  # fmt: skip
        result = screened(["A08"], cases=[{}], outpatient_settlements=visits, **tables)
        assert {(row.subject, row.state, row.reason): row.number for row in result.coverage} == wanted


def test_patients_whose_number_is_not_known_lie_in_beds_too() -> None:
    signs = {"E03": "1", "E05": "0", "C15": "0", "E04": "0", "E15": "0", "psn_cash_pay": "1"}
    cases = [signs, {**signs, "setl_id": "S2", "mdtrt_id": "M2", "psn_no": "", "E03": "0"}]

    result = screened(["E07"], cases=cases, institutions=[{"fixmedins_code": "H1", "beds": "1"}])

    assert [(finding.settlement, finding.facts["score"]) for finding in result.findings] == [("S1", 7)]


def test_a_stay_that_cost_little_is_not_judged_by_half_of_the_test() -> None:
    services = {"E10": {"key_services": {"G": [["A"]]}}}
    cheap = {"group": "G", "std_fee": "3000", "fund_share": "0.5"}

    assert states(screened(["E10"], services, cases=[cheap], fee_lines=[line("1", "A")]), "E10") == {
        "NOT_RUN missing:low_los": 1
    }
    known = [{**cheap, "low_los": "28"}]
    assert states(screened(["E10"], services, cases=known, fee_lines=[line("1", "A")]), "E10") == {"PASS": 1}
    other = [{**known[0], "group": "K"}]
    assert states(screened(["E10"], services, cases=other, fee_lines=[line("1", "A")]), "E10") == {
        "NOT_RUN list_absent:key_services": 1
    }
    dear = [{**cheap, "std_fee": "2500"}]
    assert states(screened(["E10"], services, cases=dear, fee_lines=[line("1", "A")]), "E10") == {"PASS": 1}


def test_a_drug_whose_way_is_not_said() -> None:
    case = {"main_dx": "Z00.000", "act_ipt_days": "3"}
    lines = [
        line("1", "L", det_item_fee_sumamt="900", med_chrgitm_type="04"),
        line("2", "D", med_chrgitm_type="09", medc_way_dscr=""),
    ]

    assert states(screened(["E11"], cases=[case], fee_lines=lines), "E11") == {"NOT_RUN missing:medc_way_dscr": 1}


def test_ages_that_are_not_known_do_not_make_severe_cases_go() -> None:
    before = {"E12": {"min_n": 1, "year_before": {"H1": {"share": "0.5", "cases": "4"}}}}
    peers = [{"setl_id": "S9", "mdtrt_id": "M9", "psn_no": "P9", "fixmedins_code": "H2", "age": "60"}]

    def answer(*ages: str) -> dict[str, int]:
        own = [{"setl_id": f"S{n}", "mdtrt_id": f"M{n}", "psn_no": f"P{n}", "age": age} for n, age in enumerate(ages)]
        return states(screened(["E12"], before, cases=[*own, *peers]), "E12")

    assert answer("80", "60", "60", "60") == {"PASS": 1, "FINDING": 1}  # 25 % where 50 % were
    assert answer("80", "", "60", "60") == {"PASS": 1, "NOT_RUN missing:age": 1}
    assert answer("80", "80", "", "") == {"PASS": 2}


def test_bed_days_denied_stay_within_what_was_billed_and_covered() -> None:
    params = {"E14": {"bed_codes": ["BED"], "day_rate": "120"}}
    tables = {"care_assessments": [{"setl_id": "S1", "assess_time": "2026-03-01", "care_grade": "2"}],
              "institutions": [{"fixmedins_code": "H1", "beds": "5"}]}  # fmt: skip

    def amounts(fee: str, scope: str) -> tuple[int | None, ...]:
        bed = line("1", "BED", cnt="31", det_item_fee_sumamt=fee, inscp_scp_amt=scope, med_chrgitm_type="01")
        (finding,) = screened(
            ["E14"], params, cases=[{"hi_paymtd": "4"}], fee_lines=[bed, line("2", "T")], **tables
        ).findings
        return finding.claimed

    assert amounts("3720", "1860") == (30_000, 36_000, 18_000, 9_000)  # half of it in scope, half of that by the funds
    assert amounts("310", "310") == (30_000, 31_000, 31_000, 15_500)  # 3 × 120 is more than was billed at all


def test_nursing_is_held_against_the_grade_of_its_day() -> None:
    params = {"E14": {"bed_codes": ["BED"], "nursing_grades": {"N3": 3}}}
    risen = [
        {"setl_id": "S1", "assess_time": "2026-03-01", "care_grade": "2"},
        {"setl_id": "S1", "assess_time": "2026-03-10", "care_grade": "3"},
    ]

    def reasons(day: str) -> list[list[str]]:
        result = screened(["E14"], params, cases=[{"hi_paymtd": "4"}], fee_lines=[line("1", "N3", fee_ocur_time=day)],
                          care_assessments=risen, institutions=[{"fixmedins_code": "H1", "beds": "5"}])  # fmt: skip
        return [finding.facts["reasons"] for finding in result.findings]

    assert reasons("2026-03-09") == [["NURSING_GRADE"]]
    assert reasons("2026-03-10") == []


def test_a_village_of_which_one_cost_is_not_known() -> None:
    cases = [
        {
            "setl_id": f"S{n}",
            "mdtrt_id": f"M{n}",
            "psn_no": f"P{n}",
            "village_code": "V",
            "medfee_sumamt": "1000" if n else "",
        }
        for n in range(6)
    ]

    assert states(screened(["E15"], cases=cases), "E15") == {"NOT_RUN missing:medfee_sumamt": 6}


def test_patients_of_a_house_are_counted_together() -> None:
    from drgdip.screening.across import in_parts
    from drgdip.screening.settings import settings_of

    assert in_parts(["E14"], settings_of({}))
    assert not in_parts(["E14"], settings_of({"rules": {"E14": {"bed_codes": ["BED"]}}}))


def test_a_hospital_without_any_standard_is_not_judged_by_its_borders() -> None:
    assert states(screened(["G05"], cases=[{"std_fee": ""}]), "G05") == {"NOT_RUN too_few_cases": 1}


def test_another_principal_needs_the_bill_and_is_the_best_one_for_the_hospital() -> None:
    groups = {"I63": "BR", "K80": "HC", "K81": "HD"}
    params = {
        "G09": {
            "explains": {"K80.0": ["X"], "K81.0": ["X"]},
            "weight": {"BR": "1.5", "HC": "1", "HD": "1.2"},
            "rate": 1000,
        }
    }
    case = {**CASE, "dx": "K80.0|K81.0", "fund_share": "0.5"}
    wanted = {"rules": params, "default_suppressions": False}

    def run(*lines: dict[str, str]) -> Screened:
        tables = {"cases": [case], "fee_lines": [*lines, {**line("9", "Y"), "setl_id": "S2", "mdtrt_id": "M2"}]}
        return screen_rows(tables, ["G09"], wanted, grouper=lambda principal, *_: groups.get(principal[:3])).screened

    assert states(run(), "G09") == {"NOT_RUN missing:fee_lines": 1}
    (finding,) = run(line("1", "X")).findings
    assert (finding.facts["should_main_dx"], finding.claimed.fund_fen) == ("K81.0", 15_000)  # (1.5 − 1.2) × 1,000 × 0.5


def test_a_coefficient_below_one_is_told_without_money() -> None:
    params = {"G11": {"groups": ["B1"], "point_value": 100}}
    (finding,) = screened(["G11"], params, cases=[{"group": "B1", "coef": "0.95", "score": "60"}]).findings

    assert (finding.hit.outcome, finding.claimed.fund_fen) == ("WARN", 0)


def test_a_complication_that_does_not_move_the_group_needs_no_weight() -> None:
    params = {"G03": {"evidence": {"E87.6": [["K"]]}, "weight": {}, "rate": 1000}}
    tables = {"cases": [{**CASE, "dx": "E87.6", "group": "ES25"}], "fee_lines": [line("1", "X")]}
    result = screen_rows(tables, ["G03"], {"rules": params, "default_suppressions": False}, grouper=lambda *_: "ES25")

    assert states(result.screened, "G03") == {"PASS": 1}


def test_rates_of_complications_are_compared_within_an_age_band() -> None:
    old = {"group": "ES21", "age": "80"}
    own = [{**old, "setl_id": f"A{n}", "mdtrt_id": f"A{n}", "psn_no": f"A{n}", "dx": "E87.6"} for n in range(8)]
    peers = [
        {**old, "setl_id": f"B{n}", "mdtrt_id": f"B{n}", "psn_no": f"B{n}", "fixmedins_code": "H2", "dx": "E87.6"}
        for n in range(8)
    ]
    young = [
        {**one, "setl_id": f"C{n}", "mdtrt_id": f"C{n}", "psn_no": f"C{n}", "dx": "", "age": "20"}
        for n, one in enumerate(peers)
    ]
    params = {"G03": {"evidence": {"E87.6": [["K"]]}, "weight": {"ES21": 1}, "rate": 1000, "min_n": 8}}
    cases = [{**CASE, **case} for case in [*own, *peers, *young]]
    lines = [{**line("1", "K"), "setl_id": case["setl_id"], "mdtrt_id": case["mdtrt_id"]} for case in cases]
    result = screen_rows(
        {"cases": cases, "fee_lines": lines},
        ["G03"],
        {"rules": params, "default_suppressions": False},
        grouper=lambda *_: "ES21",
    )

    assert [
        finding.hit.keys for finding in result.screened.findings
    ] == []  # 8 of 8 among the old at both; half of all elsewhere


def around(when: str, pre: str = "2026-03-01 09:00:00") -> list[tuple[str, str]]:
    visits = [
        {
            "setl_id": "O1",
            "psn_no": "P1",
            "fixmedins_code": "R1",
            "med_type": "11",
            "setl_time": when,
            "fund_pay_sumamt": "130.01",
        }
    ]
    tests = [{"setl_id": "O1", "mdtrt_id": "V1", "feedetl_sn": "1", "med_list_codg": "CT", "med_chrgitm_type": "03", "cnt": "1", "fee_ocur_time": when,
              "det_item_fee_sumamt": "100", "inscp_scp_amt": "100"}]  # fmt: skip
    result = screened(
        ["G04"],
        {"G04": {"before": {"H1": "100"}}},
        cases=[{"adm_time": pre}],
        outpatient_settlements=visits,
        outpatient_lines=tests,
    )
    return sorted((finding.hit.outcome, finding.hit.keys[0]) for finding in result.findings)


def test_dates_without_times_before_a_stay_and_the_days_that_do_not_count() -> None:
    assert around("2026-02-26") == [("HOLD_CASE", "S1"), ("WARN", "H1")]  # three days, no time
    assert around("2026-02-26 08:59:59") == [("WARN", "H1")]  # more than 72 hours
    assert around("2026-02-25") == []
    assert around("2026-03-01 08:00:00") == [
        ("HOLD_CASE", "S1")
    ]  # the day of admission is not spending around the stay
    assert around("2026-03-29 10:00:00") == []  # nor is that of discharge


def test_deaths_where_many_die_are_no_unlikely_ones() -> None:
    def cases(group: str, hospital: str, deaths: int, number: int) -> list[dict[str, Any]]:
        return [{"setl_id": f"{group}{hospital}{n}", "mdtrt_id": f"{group}{hospital}{n}", "psn_no": f"{group}{hospital}{n}", "fixmedins_code": hospital,
                 "group": group, "act_ipt_days": "5", "dscg_way": "5" if n < deaths else "1"} for n in range(number)]  # fmt: skip

    grave = [*cases("X", "H1", 9, 10), *cases("X", "H2", 3, 10)]  # 60 % die there; of the other group 10 %
    light = [*cases("G", "H1", 1, 10), *cases("G", "H2", 1, 10)]

    result = screened(["G07"], {"G07": {"min_n": 10}}, cases=[*grave, *light])
    assert [finding.hit.keys for finding in result.findings] == []


def visit(number: int, **other: str) -> dict[str, str]:
    return {"setl_id": f"O{number}", "psn_no": f"P{number}", "fixmedins_code": "R1", "med_type": "41", "setl_time": "2026-12-01 09:00:00",
            "fund_pay_sumamt": "100", "medfee_sumamt": "88.80", **other}  # fmt: skip


def test_a_very_large_settlement_of_no_one_is_large_all_the_same() -> None:
    peers = {"O03": {"peers": {"|41|": "1150"}}}

    result = screened(
        ["O03"],
        peers,
        outpatient_settlements=[
            visit(1, psn_no="", fund_pay_sumamt="3180"),
            visit(2, psn_no="", fund_pay_sumamt="1999"),
        ],
    )
    assert [(finding.settlement, finding.claimed.fund_fen) for finding in result.findings] == [("O1", 203_000)]
    assert states(result, "O03") == {"FINDING": 1, "NOT_RUN missing:psn_no": 1}


def test_one_person_elsewhere_is_no_rate() -> None:
    params = {"O05": {"quota": "100", "year_end": "2026-12-31", "min_n": 2}}
    here = [visit(1), visit(2, fund_pay_sumamt="1")]

    def answer(elsewhere: int) -> dict[str, int]:
        others = [visit(n + 10, fixmedins_code="R2", fund_pay_sumamt="1") for n in range(elsewhere)]
        return states(screened(["O05"], params, outpatient_settlements=[*here, *others]), "O05")

    assert answer(1) == {"NOT_RUN too_few_persons": 2}
    assert answer(2) == {"FINDING": 1, "PASS": 1}


def test_one_sum_of_many_persons_is_not_one_persons_habit() -> None:
    habit = [visit(n, psn_no="P0", medfee_sumamt="70.10") for n in range(5)]
    many = [visit(n + 10, medfee_sumamt="88.80") for n in range(3)]
    others = [visit(n + 20, medfee_sumamt=f"{n}.11") for n in range(1, 3)]
    nowhere = [visit(90, fixmedins_code="R9", medfee_sumamt="")]

    result = screened(["O06"], {"O06": {"min_n": 5}}, outpatient_settlements=[*habit, *many, *others, *nowhere])
    assert [finding.facts["reasons"] for finding in result.findings] == [["same 50.00%"]]  # three of six persons
    assert states(result, "O06") == {"FINDING": 1, "NOT_RUN too_few_settlements": 1}


def box(code: str, number: str, person: str, place: str, day: int, count: str = "1") -> dict[str, str]:
    return {"drug_trac_codg": code, "rtal_docno": f"D{number}", "feedetl_sn": f"{code}{number}", "psn_no": person, "fixmedins_code": place, "trdn_flag": "0",
            "sel_retn_time": f"2026-03-{day:02} 09:00:00", "sel_retn_cnt": count, "amt": "35"}  # fmt: skip


def test_boxes_that_come_back_whoever_buys_them_but_not_those_that_were_returned() -> None:
    def codes(*boxes: dict[str, str]) -> list[tuple[str, list[str]]]:
        result = screened(["O08"], {"O08": {"min_codes": 1}}, drug_trace=list(boxes))
        return [(finding.hit.keys[0], finding.facts["codes"]) for finding in result.findings]

    assert codes(box("C1", "1", "PA", "R1", 1), box("C1", "2", "", "R2", 3)) == [
        ("PA", ["C1"])
    ]  # sold to someone who paid himself
    returned = [box("C1", "1", "PA", "R1", 1), box("C1", "2", "PA", "R1", 2, "-1"), box("C1", "3", "PB", "R2", 5)]
    assert codes(*returned) == []
    assert (
        codes(box("C1", "1", "", "R1", 1), box("C1", "2", "PA", "R2", 3), box("C1", "3", "PB", "R3", 5)) == []
    )  # first sold to no one known


def test_a_drug_of_one_known_list_passes_whatever_other_lists_hold() -> None:
    params = {"O09": {"disease_drugs": {"M01": ["MET"]}}}
    settled = [visit(1, med_type="1401", dise_code="M01")]
    drug = {"setl_id": "O1", "mdtrt_id": "V1", "feedetl_sn": "1", "med_list_codg": "MET", "med_chrgitm_type": "09", "cnt": "1", "fee_ocur_time": "2026-12-01",
            "det_item_fee_sumamt": "45", "inscp_scp_amt": "45"}  # fmt: skip

    def answer(item: str) -> dict[str, int]:
        tables = {
            "outpatient_settlements": settled,
            "outpatient_lines": [{**drug, "med_list_codg": item}],
            "patients": [{"psn_no": "P1", "filed_dise": "M77"}],
        }
        return states(screened(["O09"], params, **tables), "O09")

    assert answer("MET") == {"PASS": 1}
    assert answer("OME") == {"NOT_RUN list_absent:disease_drugs": 1}


def test_a_sum_of_funds_of_which_one_is_not_known_is_not_said() -> None:
    params = {"O13": {"terminals": {"T1": "R2"}}}
    rows = [visit(1, term_id="T1"), visit(2, term_id="T1", fund_pay_sumamt="")]

    (finding,) = screened(["O13"], params, outpatient_settlements=rows).findings
    assert (finding.facts["settlements"], finding.claimed.fund_fen) == (2, None)


def test_chance_by_welch_is_that_of_the_tables_of_t() -> None:
    from drgdip.screening.shapes.areas import welch

    assert round(welch([2.0, 1.0, 3.0], [0.0, 0.0, 0.0]), 4) == 0.0742  # t = 2 / (1 / √3) = 3.464, two degrees
    assert round(welch([0.0, 2.0], [-1.0, 1.0]), 4) == 0.5528  # t = 1 / √2, two degrees: 1 − t / √(2 + t²)


def test_patients_from_elsewhere_that_chance_explains() -> None:
    local = [{"insu_admdvs": "620702", "group": "G", "medfee_sumamt": cost} for cost in ("999", "1001")]
    other = [{"insu_admdvs": "610100", "group": "G", "medfee_sumamt": cost} for cost in ("1500", "2000")]
    cases = [
        {**case, "setl_id": f"S{n}", "mdtrt_id": f"M{n}", "psn_no": f"P{n}"} for n, case in enumerate([*local, *other])
    ]

    def found(alpha: str) -> int:
        return len(screened(["X04"], {"X04": {"n": 2, "alpha": alpha}}, cases=cases).findings)

    assert (found("0.20"), found("0.21")) == (0, 1)  # t = 3 at one degree of freedom: 0.2048
    unsaid = [{**case, "insu_admdvs": ""} for case in cases]
    assert states(screened(["X04"], cases=unsaid), "X04") == {"NOT_RUN missing:insu_admdvs": 1}


def test_a_county_that_cannot_be_judged_does_not_judge_others() -> None:
    params = {"I03": {"insured": {"620702": {"45|1": "100"}, "620721": {"45|1": "100"}}}}
    here = [
        {"insu_admdvs": "620702", "age": "50", "setl_id": f"A{n}", "psn_no": f"A{n}", "mdtrt_id": f"A{n}"}
        for n in range(20)
    ]
    there = [
        {"insu_admdvs": "620721", "age": "", "setl_id": f"B{n}", "psn_no": f"B{n}", "mdtrt_id": f"B{n}"}
        for n in range(20)
    ]

    assert states(screened(["I03"], params, cases=[*here, *there]), "I03") == {"PASS": 1, "NOT_RUN missing:age": 1}


def test_lines_of_no_hospital() -> None:
    """Neither the lines nor their stays have the column: the rules that need it have nobody to judge."""
    case = {name: value for name, value in CASE.items() if name != "fixmedins_code"}
    result = screen_rows({"cases": [case], "fee_lines": [line("1", "A")]}).screened

    assert states(result, "A07") == {"NOT_RUN missing:fixmedins_code": 0}
    assert states(result, "A02") == {"FINDING": 1}  # the lines come to 100, the stay to 1000


def test_a_line_without_quantity_is_looked_at_by_no_rule_and_passes_none() -> None:
    lines = [line("1", "A", cnt=""), line("2", "B")]
    params = {"B01": {"sex_limit": {"A": "2", "B": "2"}}, "C02": {"daily_limit": {"A": 1}}}
    result = screened(["B01", "C02", "E01"], params, cases=[{}], fee_lines=lines)

    # The other line is found all the same; rules that read no lines do not mind.
    assert [finding.offending for finding in result.findings] == [(("M1", "2"),)]
    assert states(result, "B01") == {"FINDING": 1}
    assert states(result, "C02") == {"NOT_RUN missing:cnt": 1}
    assert states(result, "E01") == {"PASS": 1}


def test_amounts_that_would_decide() -> None:
    """Limits within coverage, and prices of which the platform may have excluded the part above the ceiling."""
    allowed = {"limit": {"A": "work"}, "allowed": {"work": {"insutype": ["410"]}}}
    limited = screened(
        ["B03"], {"B03": allowed}, cases=[{"insutype": "310"}], fee_lines=[line("1", "A", inscp_scp_amt="")]
    )
    assert (limited.findings, states(limited, "B03")) == ([], {"NOT_RUN missing:inscp_scp_amt": 1})

    def above(**other: str) -> dict[str, int]:
        row = line("1", "A", pric="100", pric_uplmt_amt="80", **other)
        return states(screened(["B10"], {}, cases=[{}], fee_lines=[row]), "B10")

    assert above() == {"FINDING": 1}  # all is within coverage, so nothing was excluded
    assert above(inscp_scp_amt="80") == {"NOT_RUN missing:overlmt_amt": 1}
    assert above(inscp_scp_amt="80", overlmt_amt="20") == {"PASS": 1}
    assert above(inscp_scp_amt="80", overlmt_amt="0") == {"FINDING": 1}  # preselfpay, say


def test_lines_whose_kind_price_or_doctor_is_not_known_are_no_copies() -> None:
    same = {"fee_ocur_time": "2026-03-05 10:05:00", "pric": "100", "acord_dr_codg": "D1"}

    def copies(**other: str) -> dict[str, int]:
        return states(screened(["C08"], {}, cases=[{}], fee_lines=[line("1", "CT", **{**same, **other}), line("2", "CT", **{**same, **other})]), "C08")  # fmt: skip

    assert copies() == {"FINDING": 1}
    for field in ("pric", "acord_dr_codg", "med_chrgitm_type"):
        assert copies(**{field: ""}) == {f"NOT_RUN missing:{field}": 1}


def test_what_lies_between_or_beside_and_may_be_the_reason() -> None:
    exam = {"exam_class": {"MRI": "spine"}}
    lines = [line("1", "MRI", fee_ocur_time="2026-03-05 08:00:00", psn_no="P1", fixmedins_code="H1"),
             line("2", "X", fee_ocur_time="2026-03-06 08:00:00", psn_no="P1", fixmedins_code="H1", med_chrgitm_type=""),
             line("3", "MRI", fee_ocur_time="2026-03-07 08:00:00", psn_no="P1", fixmedins_code="H1")]  # fmt: skip
    again = screened(["C14"], {"C14": exam}, cases=[{}], fee_lines=lines)
    assert (again.findings, states(again, "C14")) == ([], {"NOT_RUN missing:med_chrgitm_type": 1})
    later = screened(
        ["C14"],
        {"C14": exam},
        cases=[{}],
        fee_lines=[*lines[::2], {**lines[1], "fee_ocur_time": "2026-03-08 08:00:00"}],
    )
    assert states(later, "C14") == {"FINDING": 1}

    herbs = [line("1", "HQ", rx_drord_no="R1"), line("2", "DG", rx_drord_no="R1", med_chrgitm_type="")]
    alone = screened(["B09"], {"B09": {"slice_limit": {"HQ": "alone"}}}, cases=[{}], fee_lines=herbs)
    assert (alone.findings, states(alone, "B09")) == ([], {"NOT_RUN missing:med_chrgitm_type": 1})

    carriers = {"C11": {"carriers": {"STENT": {"operations": ["36.06"]}}}}
    assert states(screened(["C11"], carriers, cases=[{}], fee_lines=[line("1", "STENT")]), "C11") == {
        "NOT_RUN missing:oprn_oprt_code": 1
    }
    assert states(screened(["C11"], carriers, cases=[{"oprn": ""}], fee_lines=[line("1", "STENT")]), "C11") == {
        "FINDING": 1
    }
