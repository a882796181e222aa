"""By hand: measures of the agency where facts are missing, years stand side by side, or an item is not used everywhere."""

from __future__ import annotations

from typing import Any

import pytest

from tests.screening.test_what_is_not_known import line, screened, states


def fact(hospital: str = "H1", **other: str) -> dict[str, str]:
    return {"fixmedins_code": hospital, "period": "2026", **other}


def test_an_institution_without_its_latest_month_or_without_a_budget() -> None:
    month = {"n_adm": "", "fee": "", "fund": "1", "budget": "10"}
    months = [{"fixmedins_code": "H1", "ym": "202602", **month}, {"fixmedins_code": "H1", "ym": "202601", **month},
              {"fixmedins_code": "H2", "ym": "202601", **month}]  # fmt: skip
    none = [{"fixmedins_code": "H3", "ym": f"20260{n}", **month, "budget": "0"} for n in (1, 2)]

    assert states(screened(["I01"], inst_month=[*months, *none]), "I01") == {"PASS": 1, "NOT_RUN missing:budget": 2}


def test_a_coefficient_is_not_cut_where_the_warning_is_not_known() -> None:
    row = fact(coef="1.05", warn_level="RED", oe_quarters="1.3|1.3", points="10", point_value="10")

    assert states(screened(["I02"], inst_facts=[row]), "I02") == {"NOT_RUN missing:warned": 1}
    assert states(screened(["I02"], inst_facts=[{**row, "warned": "1", "oe_quarters": ""}]), "I02") == {
        "NOT_RUN missing:oe_quarters": 1
    }


def test_years_are_graded_and_listed_apart() -> None:
    rates = {name: "0" for name in ("denied_share", "upheld_rate", "data_faults", "complaint_rate")}
    years = [fact(**rates, n_setl="10"), fact(**{**rates, "denied_share": "0.04", "period": "2025"}, n_setl="10")]
    result = screened(["I07"], inst_facts=years)
    assert sorted(finding.facts["score"] for finding in result.findings) == [
        "100.00",
        "84.00",
    ]  # 400 × 0.04, no mean of both years

    scores = [
        fact(f"H{n}", score=str(90 + n), deposit="0", period=period) for n in range(2) for period in ("2025", "2026")
    ]
    result = screened(["I08"], {"I08": {"last_pct": "0.5"}}, inst_facts=scores)
    assert sorted((finding.hit.keys[0], finding.hit.window) for finding in result.findings) == [
        ("H0", "2025"),
        ("H0", "2026"),
    ]


def test_what_a_sample_came_to_needs_every_review_and_its_amount() -> None:
    cases = [
        {"setl_id": f"S{n}", "mdtrt_id": f"M{n}", "psn_no": f"P{n}", "fund_pay_sumamt": "900" if n == 0 else "100"}
        for n in range(3)
    ]
    params = {"I05": {"period": "2026", "top_fund": 900}}

    def outcome(*denied: str) -> list[tuple[str, int | None]]:
        reviews = [{"setl_id": f"S{n}", "deny_fund": amount} for n, amount in enumerate(denied) if amount != "-"]
        return [
            (finding.hit.outcome, finding.claimed.fund_fen)
            for finding in screened(["I05"], params, cases=cases, sample_reviews=reviews).findings
        ]

    assert outcome("50", "10", "0") == [("DEDUCT_RATIO", 6_000)]
    assert outcome("-", "10", "0") == [("SELECT", 0)]  # of the largest, which are reviewed whole, one is not
    assert outcome("50", "10", "") == [("SELECT", 0)]  # reviewed, and no amount said
    only = screened(
        ["I05"],
        {"I05": {"period": "2026", "top_fund": 100}},
        cases=cases,
        sample_reviews=[{"setl_id": f"S{n}", "deny_fund": "1"} for n in range(3)],
    )
    assert [(finding.hit.outcome, finding.claimed.fund_fen) for finding in only.findings] == [("DEDUCT_RATIO", 300)]


def test_points_that_are_not_said() -> None:
    rows = [
        {"finding_key": f"F{n}", "event_id": f"E{n}", "dr_code": "D1", "points": points, "decided_time": "2026-01-10"}
        for n, points in enumerate(("8", ""))
    ]

    assert states(screened(["I06"], upheld_findings=rows), "I06") == {"NOT_RUN missing:points": 1}


def test_an_item_is_expected_in_groups_in_which_only_others_use_it() -> None:
    def used(hospital: str, group: str, units: str, number: int) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        names = [f"{hospital}{group}{n}" for n in range(number)]
        cases = [
            {"setl_id": name, "mdtrt_id": name, "psn_no": name, "fixmedins_code": hospital, "group": group}
            for name in names
        ]
        lines = [
            {**line("1", "RH"), "setl_id": name, "mdtrt_id": name, "cnt": units, "fixmedins_code": hospital}
            for name in names
            if units != "0"
        ]
        return cases, lines

    parts = [used("H1", "G", "4", 10), used("H2", "G", "1", 10), used("H1", "K", "0", 10), used("H2", "K", "3", 10)]
    tables = {
        "cases": [row for cases, _ in parts for row in cases],
        "fee_lines": [row for _, lines in parts for row in lines],
    }

    assert screened(["I11"], {"I11": {"min_n": 10}}, **tables).findings == []  # 40 units where 10 + 30 are expected
    few = {
        "cases": [row for cases, _ in parts[:2] for row in cases],
        "fee_lines": [row for _, lines in parts[:2] for row in lines],
    }
    (finding,) = screened(["I11"], {"I11": {"min_n": 10}}, **few).findings
    assert (finding.hit.keys, finding.facts["ratio"]) == (("H1",), "2.50")  # (40 + 10) / (10 + 10)


def test_growth_by_a_volume_that_is_not_known() -> None:
    row = fact(score="80", budget="100")

    assert states(screened(["I12"], {"I12": {"volume_weight": "0.5"}}, inst_facts=[row]), "I12") == {
        "NOT_RUN missing:volume_growth": 1
    }
    assert states(screened(["I12"], inst_facts=[row]), "I12") == {"FINDING": 1}


def test_a_packet_that_may_reach_the_filing_line() -> None:
    rows = [
        {"finding_key": f"F{n}", "rule_id": "O08", "fixmedins_code": "H1", "amt": amount}
        for n, amount in enumerate(("2500", ""))
    ]

    assert states(screened(["I17"], {"I17": {"filing_line": "5000"}}, upheld_findings=rows), "I17") == {
        "PASS": 1,
        "NOT_RUN missing:amt": 1,
    }


@pytest.mark.parametrize(("row", "answer"), [
    ({"payable": "900", "denied": "900"}, {"FINDING": 1}),  # nothing is left for the prepayment, known or not
    ({"payable": "900", "denied": "900.01"}, {"NOT_RUN missing:prepaid": 1}),
    ({"payable": "900", "denied": "900.01", "prepaid": "0.01"}, {"FINDING": 1}),
    ({"payable": "900", "denied": "900.02", "prepaid": "0.01"}, {"NOT_RUN missing:deposit": 1}),
])  # fmt: skip
def test_offsets_ask_for_a_balance_only_where_something_is_left(row: dict[str, Any], answer: dict[str, int]) -> None:
    assert states(screened(["I18"], inst_facts=[fact(**row)]), "I18") == answer


def test_the_level_of_an_institution_is_that_of_the_cases_that_say_it() -> None:
    levels = {"H0": ["", "3"], "H1": ["3"], "H2": ["3"], "H3": ["3"], "H4": ["3"]}
    cases, lines = [], []
    for place, (hospital, own) in enumerate(levels.items()):
        for n, level in enumerate(own):
            name = f"{hospital}{n}"
            cases.append(
                {"setl_id": name, "mdtrt_id": name, "psn_no": name, "fixmedins_code": hospital, "hosp_lv": level}
            )
            tests = [90, 10, 11, 12, 13][place]
            lines += [{**line("1", "L"), "setl_id": name, "mdtrt_id": name, "fixmedins_code": hospital, "det_item_fee_sumamt": str(tests), "med_chrgitm_type": "04"},
                      {**line("2", "X"), "setl_id": name, "mdtrt_id": name, "fixmedins_code": hospital, "det_item_fee_sumamt": str(100 - tests), "med_chrgitm_type": "14"}]  # fmt: skip

    result = screened(["I04"], cases=cases, fee_lines=lines)
    assert [(finding.hit.keys[0], finding.facts["indicator"]) for finding in result.findings] == [("H0", "tests")]
