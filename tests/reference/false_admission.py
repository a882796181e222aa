"""The signs of a false admission (E07) taken from the tables, and what they add up to, as the rule catalogue says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.reference.screening import Row, Tables, e03, e05, netted, time
from tests.reference.screening_admission import _beds, _crowded, e15
from tests.reference.screening_answers import Sheet, fen, there

#: The weights that the page gives.
WEIGHTS = {"E03": 5, "E05": 3, "C15": 3, "E04": 2, "E15": 2, "no_cash": 2, "occupancy": 2}
LEAST = 6


def e07(tables: Tables, params: Mapping[str, Mapping[str, Any]]) -> Sheet:
    """Overlapping stays, idle days, tests without a report, a purchase in another city on an inner day, a village on one day."""
    sheet = Sheet()
    overlapping = {found[2][0] for found in e03(tables, params["E03"])}
    idle = {found[2][0] for found in e05(_treated(tables), params["E05"])}
    villages = {name for found in e15(tables, params["E15"]).findings for name in found["involves"]}
    for case in tables["cases"]:
        name = case["setl_id"]
        away = [_away(case, visit) for visit in tables["outpatient_settlements"] if _inside(case, visit)]
        signs = {
            "E03": name in overlapping, "E05": name in idle, "C15": _unreported(tables, case), "E04": True in away, "E15": name in villages,
            "no_cash": fen(case["psn_cash_pay"]) == 0, "occupancy": _crowded(tables, case, Fraction(11, 10)),
        }  # fmt: skip
        score = sum(WEIGHTS[sign] for sign, found in signs.items() if found)
        open_ = {
            "psn_cash_pay": not there(case, "psn_cash_pay"), "beds": _beds(tables, case) is None, "mdtrt_admdvs": None in away and True not in away,
        }  # fmt: skip
        if score >= LEAST:
            sheet.answer("FINDING")
            sheet.find(
                "REFER",
                "case",
                name,
                fund=fen(case["fund_pay_sumamt"]),
                facts={"score": score, "signs": sorted(sign for sign in signs if signs[sign])},
            )
        elif any(open_.values()) and score + 2 * sum(open_.values()) >= LEAST:
            sheet.answer("NOT_RUN", "missing:" + next(field for field, lacks in open_.items() if lacks))
        else:
            sheet.answer("PASS")
    return sheet


def _treated(tables: Tables) -> Tables:
    """A day with a test is no idle one, no more than one with a treatment."""
    kinds = {"03": "05", "04": "05"}
    lines = [
        {**row, "med_chrgitm_type": kinds.get(row["med_chrgitm_type"], row["med_chrgitm_type"])}
        for row in tables["fee_lines"]
    ]
    return {**tables, "fee_lines": lines}


def _inside(case: Row, visit: Row) -> bool:
    """A pharmacy's settlement of the patient on a day between the first and the last."""
    day, one = time(visit["setl_time"]).date(), timedelta(1)
    inner = time(case["adm_time"]).date() + one <= day <= time(case["dscg_time"]).date() - one
    return visit["med_type"] == "41" and visit["psn_no"] == case["psn_no"] and inner


def _away(case: Row, visit: Row) -> bool | None:
    """Whether it was in another city: the first four digits; None where one of them is not known."""
    places = case["mdtrt_admdvs"], visit["mdtrt_admdvs"]
    return places[0][:4] != places[1][:4] if all(places) else None


def _unreported(tables: Tables, case: Row) -> bool:
    """A test (03, 04) of an order, item and day of which the order system has no report; nothing where it has no order at all."""
    orders = [row for row in tables["orders"] if row["mdtrt_id"] == case["mdtrt_id"]]
    tests = [
        line
        for line in netted(tables)
        if line["setl_id"] == case["setl_id"] and line["med_chrgitm_type"] in ("03", "04")
    ]
    return bool(orders) and any(
        not any(row["report_no"] for row in orders if row["med_list_codg"] == line["med_list_codg"]
                and date.fromisoformat(row["exec_date"]) == time(line["fee_ocur_time"]).date() and line["rx_drord_no"] in ("", row["rx_drord_no"]))
        for line in tests
    )  # fmt: skip
