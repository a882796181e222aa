"""Guards and conventions of single rules, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from drgdip.base.problems import Problems
from drgdip.pipeline.screening import screen_rows
from drgdip.screening.amounts import Amounts
from drgdip.screening.catalogue import declaration_of, read_rule, rules
from drgdip.screening.findings import Finding
from tests.screening.test_engine import case, line


def found(rule: str, tables: dict[str, Any], params: dict[str, Any] | None = None) -> list[Finding]:
    return screen_rows(tables, [rule], {rule: params or {}, "default_suppressions": False}).screened.findings


def of_case(rule: str, **fields: Any) -> list[Finding]:
    return found(rule, {"cases": [case(**fields)]})


def test_an_age_is_judged_of_a_sex_that_is_not_stated() -> None:
    finding = of_case("A05", gend="9", main_dx="O26.900", age="9")[0]

    assert "未说明" in finding.sentence.zh
    assert "not stated" in finding.sentence.en


def test_beside_a_newborn_age_and_codes_may_be_those_of_the_mother() -> None:
    shared = {"nwb_age": "5", "brdy": "1998-02-01", "age": "0", "gend": "1", "main_dx": "P07.300", "dx": ["O80.000"]}

    assert of_case("A01", act_ipt_days="10", **shared) == []
    assert of_case("A05", **shared) == []


def test_below_a_year_the_date_of_birth_tells_newborns() -> None:
    born = {"2026-02-10": [], "2026-02-09": ["P07.300"], "": []}  # 28 and 29 days before the admission, and not known
    for day, codes in born.items():
        findings = of_case("A05", main_dx="P07.300", age="0", brdy=day)
        assert [code for finding in findings for code in finding.facts["codes"]] == codes


def test_days_are_compared_where_a_time_of_day_is_missing() -> None:
    for posted, count in (("2026-03-15 23:00:00", 0), ("2026-03-16 01:00:00", 1)):
        late = line("1", fee_ocur_time="2026-03-12", opt_time=posted)
        assert len(found("A07", {"cases": [case()], "fee_lines": [late]})) == count


def test_own_expense_needs_no_first_line() -> None:
    for scope, count in (("0.00", 0), ("0.01", 1)):
        tables = {"cases": [case()], "fee_lines": [line("1", inscp_scp_amt=scope)]}
        assert len(found("B08", tables, {"first_line_of": {"A": ["F"]}})) == count


def test_department_and_qualification_must_both_hold() -> None:
    params = {"limit": {"A": "透析"}, "allowed": {"透析": {"bilg_dept_codg": ["A03"], "title": ["主任"]}}}
    staff = [
        {"fixmedins_code": "H1", "dr_code": "D1", "title": "主任医师"},
        {"fixmedins_code": "H1", "dr_code": "D2", "title": "住院医师"},
    ]
    for department, doctor, count in (
        ("A03", "D1", 0),
        ("A03", "D2", 1),
        ("A02", "D1", 1),
        ("A02", "D9", 1),
        ("A03", "D9", 0),
    ):
        billed = line("1", bilg_dept_codg=department, orders_dr_code=doctor)
        assert len(found("B12", {"cases": [case()], "fee_lines": [billed], "staff": staff}, params)) == count, (
            department,
            doctor,
        )


def test_a_doctor_has_the_title_of_the_institution_that_bills() -> None:
    here, there = (
        {"fixmedins_code": place, "dr_code": "D1", "title": title}
        for place, title in (("H1", "主任医师"), ("H2", "住院医师"))
    )
    params = {"limit": {"A": "特殊"}}
    tables = {"cases": [case()], "fee_lines": [line("1", orders_dr_code="D1")]}

    assert (
        found("B16", {**tables, "staff": [here, there]}, params)
        == found("B16", {**tables, "staff": [there, here]}, params)
        == []
    )
    assert len(found("B16", {**tables, "staff": [there]}, params)) == 1


def test_a_line_of_a_visit_is_denied_once_and_for_its_share_of_the_funds() -> None:
    visit = {"setl_id": "O1", "psn_no": "P1", "fixmedins_code": "R1", "med_type": "1402", "dise_code": "M1", "internet_flag": "1",
             "setl_time": "2026-03-12 09:00:00", "inscp_scp_amt": "100.00", "fund_pay_sumamt": "70.00"}  # fmt: skip
    drug = {"setl_id": "O1", "mdtrt_id": "V1", "feedetl_sn": "1", "med_list_codg": "FT", "med_chrgitm_type": "09", "cnt": "1",
            "fee_ocur_time": "2026-03-12 09:00:00", "det_item_fee_sumamt": "50.00", "inscp_scp_amt": "45.00"}  # fmt: skip
    wanted = {"B15": {"drugs": ["FT"]}, "O09": {"disease_drugs": {"M1": ["A"]}}, "default_suppressions": False}
    findings = screen_rows(
        {"outpatient_settlements": [visit], "outpatient_lines": [drug]}, ["B15", "O09"], wanted
    ).screened.findings

    # 45 of the 100 within coverage, of which the funds paid 70: 31.50.
    assert {finding.rule.id: finding.claimed.fund_fen for finding in findings} == {"B15": 3150, "O09": 3150}
    assert sorted(finding.due for finding in findings) == [Amounts(0, 0, 0, 0), Amounts(10_000, 5000, 4500, 3150)]


def test_a_report_of_another_day_is_none_of_this_test() -> None:
    billed = line("1", cnt="1", rx_drord_no="R1", med_chrgitm_type="03")
    done = {"mdtrt_id": "M1", "rx_drord_no": "R1", "med_list_codg": "A", "exec_cnt": "1"}
    for day, count in (("2026-03-12", 0), ("2026-03-11", 1)):
        orders = [{**done, "exec_date": "2026-03-12", "report_no": ""}, {**done, "exec_date": day, "report_no": "B1"}]
        assert len(found("C15", {"cases": [case()], "fee_lines": [billed], "orders": orders})) == count


def test_an_institution_has_the_level_that_any_of_its_cases_names() -> None:
    cases = [
        case(setl_id="S0", hosp_lv=""),
        case(hosp_lv="04"),
        case(setl_id="S2", mdtrt_id="M2", fixmedins_code="H2", hosp_lv="04"),
    ]
    lines = [line("1", "XL", cnt="81"), line("2", "XS", cnt="19"), *(line(number, item, setl_id="S2", mdtrt_id="M2", cnt=count)
             for number, item, count in (("3", "XL", "32"), ("4", "XS", "68")))]  # fmt: skip
    params = {"families": {"换药": {"codes": ["XS", "XL"], "prices": ["20", "30"]}}, "min_n": 100}

    # 81 of 100 where the other has 32: 49 more than expected, at 10 yuan.
    assert [finding.claimed.fee_fen for finding in found("C16", {"cases": cases, "fee_lines": lines}, params)] == [
        49_000
    ]


def test_tests_of_routine_are_counted_month_by_month_of_discharge() -> None:
    """One of one admission in March and none of one in April: in both together half, which is below 0.6."""
    params = {"sets": {"K": {"codes": ["A"]}}, "min_n": 1, "min_peers": 1}
    stays = [
        ("S1", "H1", "2026-03-31 23:59:59"),
        ("S2", "H2", "2026-03-31"),
        ("S3", "H1", "2026-04-01"),
        ("S4", "H2", "2026-04-01"),
    ]
    cases = [
        case(setl_id=name, mdtrt_id=f"M{name}", fixmedins_code=place, dscg_time=time) for name, place, time in stays
    ]
    lines = [{**line("1", fee_ocur_time="2026-03-10 12:00:00"), "mdtrt_id": "MS1"}]
    hits = found("C06", {"cases": cases, "fee_lines": lines}, params)
    assert [(one.facts["fixmedins_code"], one.facts["month"], one.facts["share"]) for one in hits] == [
        ("H1", "2026-03", "100.00%")
    ]
    assert (
        found("C06", {"cases": [*cases[:2], {**cases[2], "dscg_time": "2026-03-31"}], "fee_lines": lines}, params) == []
    )


def test_first_hours_are_days_where_a_time_of_day_is_missing() -> None:
    params = {"sets": {"K": {"codes": ["A"]}}, "min_n": 1, "min_peers": 1}
    cases = [case(adm_time="2026-03-10"), case(setl_id="S2", mdtrt_id="M2", fixmedins_code="H2")]
    for time, count in (("2026-03-12 20:00:00", 1), ("2026-03-13 00:00:01", 0)):  # two days, and three
        assert len(found("C06", {"cases": cases, "fee_lines": [line("1", fee_ocur_time=time)]}, params)) == count


def test_an_age_that_is_not_known_passes_no_limit_of_age() -> None:
    wanted = {"D05": {"constraints": [{"item": "A", "from_age": 65}]}}
    result = screen_rows({"cases": [case()], "fee_lines": [line("1")]}, ["D05"], wanted).screened

    assert [(row.state, row.reason) for row in result.coverage] == [("NOT_RUN", "missing:age")]


def purchase(number: str, **other: Any) -> dict[str, Any]:
    return {"setl_id": f"O{number}", "feedetl_sn": number, "psn_no": "P1", "fixmedins_code": "R1", "med_type": "14", "drug_group": "G", "med_list_codg": "N",
            "fee_ocur_time": "2026-03-01", "cnt": "30", "days_per_unit": "1", "pric": "10", "det_item_fee_sumamt": "300.00", "inscp_scp_amt": "300.00", **other}  # fmt: skip


def test_a_purchase_that_is_a_line_of_a_visit_too_counts_once() -> None:
    """The second purchase, 300.00, is denied whole as a line over the internet: nothing of it is left for its 22 days too many."""
    visits = [{"setl_id": name, "psn_no": "P1", "fixmedins_code": "R1", "setl_time": "2026-03-02", "inscp_scp_amt": "900.00", "fund_pay_sumamt": "450.00", "internet_flag": "1"}
              for name in ("O1", "O2")]  # fmt: skip
    bought = [purchase("1"), purchase("2", fee_ocur_time="2026-03-02")]
    wanted = {"D01": {}, "O04": {"max_days": {"*": 30}, "min_institutions": 1}, "B15": {"drugs": ["N"]}}

    def due(number: str) -> dict[str, Amounts]:
        tables = {
            "outpatient_settlements": visits,
            "drug_lines": bought,
            "outpatient_lines": [{**bought[1], "feedetl_sn": number}],
        }
        findings = screen_rows(tables, list(wanted), wanted).screened.findings
        return {finding.rule.id: finding.due for finding in findings if any(finding.due)}

    whole = Amounts(300_000, 30_000, 30_000, 15_000)
    assert due("2") == {"B15": whole}
    assert due("3") == {"B15": whole, "D01": Amounts(220_000, 22_000, 22_000, 11_000)}


def test_units_of_a_purchase_count_once_and_its_price_on_the_others() -> None:
    visits = [{"setl_id": name, "psn_no": "P1", "fixmedins_code": "R1", "setl_time": "2026-03-02", "inscp_scp_amt": "400.00", "fund_pay_sumamt": "200.00"}
              for name in ("O1", "O2")]  # fmt: skip
    bought = [purchase("1"), purchase("2", fee_ocur_time="2026-03-02", hi_nego_drug_flag="1", pric="10.10")]
    wanted = {"D01": {}, "O04": {"max_days": {"*": 30}, "min_institutions": 1}, "B17": {"prices": {"N": "10"}}}
    result = screen_rows({"outpatient_settlements": visits, "drug_lines": bought}, list(wanted), wanted).screened
    claimed = sorted((finding.hit.outcome, finding.rule.id, finding.claimed) for finding in result.findings)
    due = {finding.rule.id: finding.due for finding in result.findings if any(finding.due)}

    # 29 + 30 − 37 = 22 of 30 days are too many, twice said: 220.00, of which the funds paid half; ten fen too much on 30.
    assert claimed == [("DENY_EXCESS", "D01", Amounts(220_000, 22_000, 22_000, 11_000)), ("DENY_EXCESS", "O04", Amounts(220_000, 22_000, 22_000, 11_000)),
                       ("DENY_PRICE", "B17", Amounts(None, 300, 300, 150))]  # fmt: skip
    # One of the two is due, and the price on the eight units that are left: 0.80.
    assert due == {"D01": Amounts(220_000, 22_000, 22_000, 11_000), "B17": Amounts(None, 80, 80, 40)}


@pytest.mark.parametrize(("given_back", "excess", "price"), [(0, 22_000, 80), (20, 2_000, 80), (25, 0, 50), (30, 0, 0)])
def test_units_of_a_purchase_that_were_given_back_are_the_ones_too_many(
    given_back: int, excess: int, price: int
) -> None:
    """Of 30 units 22 are too many; what was given back at the visit comes off them, and the ten fen of each go with what is left."""
    visits = [{"setl_id": name, "mdtrt_id": f"M{name}", "psn_no": "P1", "fixmedins_code": "R1", "setl_time": "2026-03-02", "inscp_scp_amt": "300.00",
               "fund_pay_sumamt": "150.00"} for name in ("O1", "O2")]  # fmt: skip
    bought = [purchase("1"), purchase("2", fee_ocur_time="2026-03-02", hi_nego_drug_flag="1", pric="10.10")]
    lines = [{**bought[1], "mdtrt_id": "MO2", "init_feedetl_sn": ""}]
    if given_back:
        lines.append({**lines[0], "feedetl_sn": "9", "init_feedetl_sn": "2", "cnt": str(-given_back), "det_item_fee_sumamt": f"{-10 * given_back}.00",
                      "inscp_scp_amt": f"{-10 * given_back}.00"})  # fmt: skip
    wanted = {"D01": {}, "O04": {"max_days": {"*": 30}, "min_institutions": 1}, "B17": {"prices": {"N": "10"}}}
    tables = {"outpatient_settlements": visits, "outpatient_lines": lines, "drug_lines": bought}
    findings = screen_rows(tables, list(wanted), wanted).screened.findings
    due = {finding.rule.id: (finding.due.fee_fen, finding.due.fund_fen) for finding in findings if any(finding.due[1:])}

    assert due == {rule: (fee, fee // 2) for rule, fee in (("D01", excess), ("B17", price)) if fee}


def test_a_purchase_within_any_stay_elsewhere_is_referred() -> None:
    here, elsewhere = case(setl_id="S1", fixmedins_code="R1"), case(setl_id="S2", mdtrt_id="M2", fixmedins_code="H2")
    for stays, count in (([here], 0), ([here, elsewhere], 1)):
        bought = purchase("1", fee_ocur_time="2026-03-12", hi_nego_drug_flag="1")
        assert [finding.facts["reason"] for finding in found("B17", {"cases": stays, "drug_lines": [bought]})] == [
            "S2"
        ] * count


def test_reversed_settlements_count_in_no_statistics() -> None:
    kinds = [
        ("J06.900", "51.2300", "0"),
        ("J06.900", "81.5100", "0"),
        ("I21.900", "51.2300", "0"),
        ("I21.900", "51.2300", "0"),
        ("J06.900", "51.2300", "1"),
    ]
    cases = [
        case(setl_id=f"S{place}", mdtrt_id=f"M{place}", main_dx=dx, oprn=[operation], refd_setl_flag=gone)
        for place, (dx, operation, gone) in enumerate(kinds)
    ]
    lines = [
        line("1", "A" if operation == "51.2300" else "B", setl_id=f"S{place}", mdtrt_id=f"M{place}")
        for place, (_, operation, _) in enumerate(kinds)
    ]

    # 1 x 4 / (2 x 3) is below 0.7; with the fifth it would be 2 x 5 / (3 x 4).
    for rule, params in (("A09", {}), ("D07", {"indication": {"A": ["I21"]}})):
        findings = found(rule, {"cases": cases, "fee_lines": lines}, {"support": 2, "lift": "0.7", **params})
        assert [finding.settlement for finding in findings if finding.settlement != "S1"] == ["S0"], rule


def test_a_first_line_of_a_reversed_settlement_is_none() -> None:
    for gone, count in (("0", 0), ("1", 1)):
        earlier = case(setl_id="S0", mdtrt_id="M0", refd_setl_flag=gone)
        lines = [line("1", "F", setl_id="S0", mdtrt_id="M0", fee_ocur_time="2026-03-11"), line("2")]
        assert (
            len(found("B08", {"cases": [earlier, case()], "fee_lines": lines}, {"first_line_of": {"A": ["F"]}}))
            == count
        )


def test_an_institution_with_reversed_settlements_alone_passes_nothing() -> None:
    wanted = {"C13": {"sets": {"K": {"codes": ["A"]}}}}
    result = screen_rows({"cases": [case(refd_setl_flag="1")], "fee_lines": [line("1")]}, ["C13"], wanted).screened

    assert [row.state for row in result.coverage if row.number] == []


def test_what_the_platform_has_put_above_the_limit_is_not_denied_again() -> None:
    # 10 units of 3.00 with a ceiling of 2.99 are 0.10 above it. Price times quantity may need more than 64 bits.
    for price, count, already, scope in (
        ("3.00", "10", "0.10", None),
        ("3.00", "10", "0.09", 1),
        ("9000000000", "1000", "8999999997010", None),
        ("9000000000", "1000", "8999999997009.99", 1),
    ):
        fee = f"{float(price) * float(count):.2f}"
        above = line("1", cnt=count, pric=price, det_item_fee_sumamt=fee, inscp_scp_amt=fee, overlmt_amt=already,
                     pric_uplmt_amt="2.99")  # fmt: skip
        findings = found("B10", {"cases": [case()], "fee_lines": [above]})
        assert [finding.claimed.scope_fen for finding in findings] == ([] if scope is None else [scope])


def test_settlements_on_the_edges_of_a_stay_are_none_during_it() -> None:
    stay = case(adm_time="2026-03-01 08:00:00", dscg_time="2026-03-05 08:00:00")
    for day, count in (("01", 0), ("02", 1), ("04", 1), ("05", 0)):
        visits = [{"setl_id": "O1", "psn_no": person, "fixmedins_code": "H1", "setl_time": f"2026-03-{day} 09:00:00",
                   "fund_pay_sumamt": "10"} for person in (stay["psn_no"], "P-none")]  # fmt: skip
        assert (
            len(found("E04", {"cases": [stay], "outpatient_settlements": [visits[0], {**visits[1], "setl_id": "O2"}]}))
            == count
        )


def came_of(finding: Finding, words: str) -> tuple[str, str]:
    """State and ground of the guard whose Chinese begins so."""
    (answer,) = (one for one in finding.answers if one.words.zh.startswith(words))
    return answer.state, answer.by.zh


OUTSIDE = line("1", fee_ocur_time="2026-03-25 09:00:00", dscg_tkdrug_flag="0", exec_time="")


def test_a_guard_says_by_which_value_it_was_checked() -> None:
    (finding,) = found("A03", {"cases": [case()], "fee_lines": [OUTSIDE | {"exec_time": "2026-03-24 08:00:00"}]})

    assert came_of(finding, "执行时间") == ("checked", "执行时间 2026-03-24 08:00:00")
    assert came_of(finding, "出院带药") == ("checked", "出院带药标志 0")
    assert came_of(finding, "只比较日期") == ("applied", "")
    assert finding.answers[0].text.zh == "执行时间在住院期间的为补记,仅提示:已核对,不适用(执行时间 2026-03-24 08:00:00)"
    assert (
        finding.answers[1].text.en
        == "take-home medicine is left out: checked, does not apply (medicine to take home 0)"
    )


def test_a_guard_without_its_field_was_not_checked() -> None:
    """A row without a time of execution says that there is none; a table without the column says nothing."""
    bare = {name: value for name, value in OUTSIDE.items() if name not in ("dscg_tkdrug_flag", "exec_time")}
    for row, states in ((OUTSIDE, ("checked", "checked")), (bare, ("unchecked", "unchecked"))):
        (finding,) = found("A03", {"cases": [case()], "fee_lines": [row]})
        assert tuple(one.state for one in finding.answers[:2]) == states
    assert came_of(finding, "出院带药") == ("unchecked", "缺 出院带药标志")
    assert finding.lane == "hold"


def test_a_guard_whose_parameters_say_nothing_is_not_in_use() -> None:
    hurt = case(main_dx="S72.000", dx=["S72.000", "V43.500"], cause_statement="", fund_pay_sumamt="100.00")
    for causes, told in (
        ([], ("not_in_use", "未设 不判断的外因(如居家跌倒)")),
        (["W01"], ("checked", "不判断的外因(如居家跌倒) W01")),
    ):
        (finding,) = found("B18", {"cases": [hurt]}, {"exempt_causes": causes})
        assert came_of(finding, "居家跌倒") == told


def test_the_reply_shows_what_no_data_can() -> None:
    (finding,) = found("B08", {"cases": [case()], "fee_lines": [line("1")]}, {"first_line_of": {"A": ["F"]}})

    assert came_of(finding, "医保外") == ("reply", "")


def test_an_earlier_discharge_is_looked_up_in_the_earlier_stay() -> None:
    """The stay that is held left by way 9, the one before it by way 1."""
    before = case(
        setl_id="S0", mdtrt_id="M0", adm_time="2026-02-20 09:00:00", dscg_time="2026-03-05 10:00:00", dscg_way="1"
    )
    (finding,) = found("E01", {"cases": [before, case(dscg_way="9", adm_way="9")]})

    assert came_of(finding, "前次转院")[1].endswith(";离院方式 1")


def test_suppressions_are_a_guard_where_a_region_has_some() -> None:
    late = line("1", fee_ocur_time="2026-03-12 08:00:00", opt_time="2026-03-18 08:00:00")
    own = {"id": "outage", "reason": "网络中断", "rules": ["A07"], "fixmedins_code": ["H9"]}
    for suppressions, told in (([], ("not_in_use", "未设 排除名单")), ([own], ("checked", "排除名单 outage"))):
        wanted = {"suppressions": suppressions, "default_suppressions": False}
        (finding,) = screen_rows({"cases": [case()], "fee_lines": [late]}, ["A07"], wanted).screened.findings
        assert came_of(finding, "网络中断") == told


def test_every_guard_of_the_catalogue_says_what_it_rests_on() -> None:
    for rule in rules().values():
        for guard in rule.guards:
            assert guard.by or guard.answer, (rule.id, guard.words)


def test_a_guard_that_rests_on_nothing_there_stops_the_run() -> None:
    row = declaration_of("A04") | {
        "guards": [{"zh": "甲", "en": "a", "by": ["cases.oprn_date", "no_such"], "answer": "maybe"}]
    }
    problems = Problems("rules")
    read_rule(row, 1, "rules[0]", problems)

    said = "; ".join(problem.in_language("en") for problem in problems.in_order())
    assert all(name in said for name in ("guards.by.cases.oprn_date", "guards.by.no_such", "guards.answer"))
