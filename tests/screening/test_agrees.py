"""Screening equals the plain reference on random batches, whatever the order of rows."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.pipeline.screening import screen_rows
from drgdip.screening.findings import Finding
from drgdip.screening.plain import row
from tests.reference import screening as reference
from tests.reference.screening_plain import fen, fund_of

PARAMS: dict[str, dict[str, Any]] = {
    "A03": {"pre_adm_days": 1, "post_dscg_days": 0},
    "C01": {"pairs": [{"main": main, "sub": sub, "window": window} for main, sub, window in (
        ("A", "B", "单日"), ("B", "C", "6小时"), ("A", "D", "同一小时"), ("C", "E", "单次就诊"))]},
    "C02": {"daily_limit": {"A": "1", "B": "2.5", "E": "0"}},
    "C03": {"period_limit": {"C": {"group": "G"}, "D": {"group": "G"}}, "groups": {"G": {"period_days": "4", "limit_times": "2"}},
            "exempt_dx_prefix": []},
    "C07": {"stay_groups": {"A": "BED", "D": "BED", "E": "HOUR"}, "unit_per_day": {"BED": "1", "HOUR": "1.5"}, "count_both_ends": False},
    "E01": {"days": 3, "exempt_dx_prefix": []},
    "E03": {"min_overlap_hours": 12},
    "E04": {"edge_days": 1},
    "E05": {"min_los": 3, "min_run": 2},
    "O01": {"window_min": 60, "min_persons": 2, "baseline": {"*": "0"}},
}  # fmt: skip
START = datetime(2026, 3, 1)


def moment(hours: int, whole_day: bool) -> str:
    time = START + timedelta(hours=hours)
    return time.strftime("%Y-%m-%d" if whole_day else "%Y-%m-%d %H:%M:%S")


@st.composite
def batches(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    hours = st.integers(0, 24 * 9)
    cases, lines = [], []
    for number in range(draw(st.integers(1, 5))):
        first = draw(hours)
        name = f"S{number}"
        cases.append({
            "setl_id": name, "mdtrt_id": f"M{number}", "psn_no": draw(st.sampled_from(["P1", "P2"])),
            "fixmedins_code": draw(st.sampled_from(["H1", "H2"])), "adm_time": moment(first, False),
            "dscg_time": moment(first + draw(st.integers(1, 150)), False), "main_dx": draw(st.sampled_from(["I63.9", "I63.1", "J18.9"])),
            "dscg_way": draw(st.sampled_from(["1", "1", "2"])), "medfee_sumamt": "1000",
            "inscp_scp_amt": draw(st.sampled_from(["800", "800", "0", "33.33"])), "fund_pay_sumamt": draw(st.sampled_from(["500", "500", "0", "900"])),
        })  # fmt: skip
        for place in range(draw(st.integers(0, 9))):
            fee = draw(st.integers(1, 9999))
            line = {
                "setl_id": name, "mdtrt_id": f"M{number}", "feedetl_sn": f"{place:02}", "init_feedetl_sn": "",
                "med_list_codg": draw(st.sampled_from("ABCDEF")), "fee_ocur_time": moment(first + draw(st.integers(-30, 160)), draw(st.booleans())),
                "cnt": draw(st.sampled_from(["1", "2", "3", "0.5", "2.25"])), "det_item_fee_sumamt": str(Decimal(fee) / 100),
                "inscp_scp_amt": str(Decimal(fee // 2) / 100), "med_chrgitm_type": draw(st.sampled_from(["01", "05", "14"])),
            }  # fmt: skip
            lines.append(line)
            if draw(st.integers(0, 5)) == 0:
                half = Decimal(line["cnt"]) / draw(st.sampled_from([1, 2]))
                lines.append({**line, "feedetl_sn": f"r{place:02}", "init_feedetl_sn": line["feedetl_sn"], "cnt": str(-half),
                              "det_item_fee_sumamt": str(-Decimal(fee // 2) / 100), "inscp_scp_amt": str(-Decimal(fee // 4) / 100)})  # fmt: skip
    visits = [
        {"setl_id": f"O{number}", "psn_no": draw(st.sampled_from(["P1", "P2", "P3"])), "fixmedins_code": draw(st.sampled_from(["H1", "R1"])),
         "med_type": draw(st.sampled_from(["11", "41", "13"])), "fund_pay_sumamt": "10",
         "setl_time": (START + timedelta(minutes=1 + 30 * draw(st.one_of(st.integers(0, 300), st.integers(100, 106))))).strftime("%Y-%m-%d %H:%M:%S")}
        for number in range(draw(st.integers(0, 8)))
    ]  # fmt: skip
    if draw(st.booleans()):
        lines = [{**line, "dscg_tkdrug_flag": "0"} for line in lines]
    return {"cases": cases, "fee_lines": lines, "outpatient": visits}


def plain(finding: Finding) -> reference.Found:
    hit, amounts = finding.hit, finding.claimed
    parts = tuple(
        Decimal(value or 0) / scale
        for value, scale in ((amounts.quantity_e4, 10_000), (amounts.fee_fen, 100), (amounts.scope_fen, 100))
    )
    head = (finding.rule.id, hit.outcome, hit.keys)
    match finding.rule.id:
        case "C01":
            return (*head, parts, finding.severity, frozenset(hit.involves))
        case "E01":
            return (*head, hit.involves[0], hit.facts["gap_days"])
        case "E03" | "E04":
            return (*head, frozenset(hit.involves))
        case "E05":
            return (*head, hit.facts["idle_days"], hit.facts["longest_run"], parts)
        case "O01":
            return (*head, frozenset(hit.facts["setl_ids"]))
        case _:
            return (*head, parts)


@settings(max_examples=60, deadline=None)
@given(tables=batches(), seed=st.integers(0, 2**16))
def test_findings_are_those_of_the_reference_in_any_order_of_rows(
    tables: dict[str, list[dict[str, Any]]], seed: int
) -> None:
    wanted = {"rules": PARAMS, "default_suppressions": False}
    result = screen_rows(tables, list(PARAMS), wanted).screened
    mixed = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in tables.items()}
    again = screen_rows(mixed, list(PARAMS), wanted).screened

    for name, rule in reference.RULES.items():
        found = [plain(finding) for finding in result.findings if finding.rule.id == name]
        expected = rule(tables, PARAMS[name])
        assert sorted(repr(normal(one)) for one in found) == sorted(repr(normal(one)) for one in expected), name
        answers = Counter(
            {(one.state, one.reason): one.number for one in result.coverage if one.rule == name and one.number}
        )
        assert answers == reference.states(name, tables, PARAMS[name], expected), name
    cases = {case["setl_id"]: case for case in tables["cases"]}
    for finding in result.findings:
        assert (finding.claimed.fund_fen or 0) == funds(finding, cases), finding.rule.id
    assert [row(finding) for finding in again.findings] == [row(finding) for finding in result.findings]
    assert again.coverage == result.coverage


def funds(finding: Finding, cases: dict[str, dict[str, Any]]) -> int:
    """The funds' part (0.3): of what is within coverage; all of a stay or of settlements of 10 yuan each; nothing where nothing is said."""
    match finding.rule.id:
        case "E01":
            return 0
        case "E03":
            return fen(cases[finding.settlement]["fund_pay_sumamt"])
        case "E04":
            return 1000
        case "O01":
            return 1000 * len(finding.hit.facts["setl_ids"])
        case _:
            return fund_of(cases[finding.settlement], finding.claimed.scope_fen or 0) or 0


def normal(value: Any) -> Any:
    """Decimals without zeros at the end, sets in order."""
    if isinstance(value, Decimal):
        return str(value.normalize() + 0)
    if isinstance(value, frozenset):
        return sorted(value)
    return tuple(normal(item) for item in value) if isinstance(value, tuple) else value


@settings(max_examples=40, deadline=None)
@given(tables=batches())
def test_money_is_counted_once(tables: dict[str, list[dict[str, Any]]]) -> None:
    result = screen_rows(tables, list(PARAMS), {"rules": PARAMS, "default_suppressions": False}).screened
    keys = {finding.key for finding in result.findings}
    by_line: dict[Any, int] = {}
    by_case: dict[str, list[int]] = {}
    for finding in result.findings:
        assert (finding.due.fee_fen or 0) <= (finding.claimed.fee_fen or 0)
        assert not finding.merged_into or (finding.merged_into in keys and not any(finding.due))
        if finding.hit.subject == "line" and finding.lane in ("deny", "review"):
            by_line[finding.hit.keys] = by_line.get(finding.hit.keys, 0) + (finding.due.fee_fen or 0)
        if finding.hit.case >= 0:
            sums = by_case.setdefault(finding.settlement, [0, 0])
            sums[0] += finding.due.fee_fen or 0
            sums[1] += finding.due.fund_fen or 0
    paid = {case["setl_id"]: fen(case["fund_pay_sumamt"]) for case in tables["cases"]}
    left = {reference.about(line): line["fee"] for line in reference.netted(tables)}

    assert all(fee <= 100 * left[key] for key, fee in by_line.items())
    assert all(fee <= 100_000 and fund <= paid[name] for name, (fee, fund) in by_case.items())
