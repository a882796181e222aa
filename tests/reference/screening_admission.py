"""Review rules on admission behaviour in plain Python, written from the rule catalogue: E07, E10 to E15."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.reference.screening import Row, Tables
from tests.reference.screening_answers import (
    Reference,
    Sheet,
    by,
    codes,
    day,
    diagnoses,
    fen,
    fund_part,
    half_up,
    length,
    lines_by_case,
    missing,
    moment,
    number,
    there,
)

Params = Mapping[str, Any]


def e07(tables: Tables, params: Params) -> Sheet:
    """Findings and signs that add up: E03 5, E05 3, C15 3, E04 2, E15 2, no cash 2, too many patients 2; from 6 on."""
    sheet = Sheet()
    for case in tables["cases"]:
        signs = {rule: case[rule] == "1" for rule in ("E03", "E05", "C15", "E04", "E15")}
        signs["no_cash"] = fen(case["psn_cash_pay"]) == 0
        signs["occupancy"] = _crowded(tables, case, Fraction(11, 10))
        score = sum(params["weights"][sign] for sign, found in signs.items() if found)
        unknown = {"psn_cash_pay": not there(case, "psn_cash_pay"), "beds": _beds(tables, case) is None}
        if score >= params["threshold"]:
            sheet.answer("FINDING")
            sheet.find("REFER", "case", case["setl_id"], fund=fen(case["fund_pay_sumamt"]), facts={"score": score})
        elif any(unknown.values()) and score + 2 * sum(unknown.values()) >= params["threshold"]:
            sheet.answer("NOT_RUN", "missing:" + next(name for name, lacks in unknown.items() if lacks))
        else:
            sheet.answer("PASS")
    return sheet


def _beds(tables: Tables, case: Row) -> int | None:
    return next((int(row["beds"]) for row in tables["institutions"] if row["fixmedins_code"] == case["fixmedins_code"]), None)  # fmt: skip


def _crowded(tables: Tables, case: Row, share: Fraction) -> bool:
    """On the day of admission more patients were in the house than this share of its beds."""
    today, beds = day(case["adm_time"]), _beds(tables, case)
    inside = [other for other in tables["cases"] if other["fixmedins_code"] == case["fixmedins_code"]
              and (day(other["adm_time"]) == today or day(other["adm_time"]) < today < day(other["dscg_time"]))]  # fmt: skip
    return beds is not None and len(inside) > share * beds


def e10(tables: Tables, params: Params) -> Sheet:
    """Cost below 0.4 of the standard, and fewer than half of the key services or shorter than the group's p5."""
    sheet, lines = Sheet(), lines_by_case(tables)
    for case in tables["cases"]:
        lacks = (
            missing(case, "group", "medfee_sumamt", "std_fee", "dscg_way") if case["setl_id"] in lines else "fee_lines"
        )
        kinds = params["key_services"].get(case["group"])
        if lacks:
            sheet.answer("NOT_RUN", f"missing:{lacks}")
            continue
        if case["dscg_way"] != "1":
            sheet.answer("NOT_APPLICABLE", "guard")
            continue
        cost, standard = fen(case["medfee_sumamt"]), fen(case["std_fee"])
        billed = {line["med_list_codg"] for line in lines.get(case["setl_id"], ())}
        done = sum(1 for kind in kinds or () if billed & set(kind))
        few = bool(kinds) and 2 * done < len(kinds)
        short = there(case, "low_los") and length(case) < int(case["low_los"])
        if 10 * cost < 4 * standard and (few or short):
            share = number(case["fund_share"])
            back = any(
                there(case, "psn_no") and other["psn_no"] == case["psn_no"] and other is not case
                and 0 <= (day(other["adm_time"]) - day(case["dscg_time"])).days <= 7
                for other in tables["cases"]
            )  # fmt: skip
            fund = 0 if share is None else half_up((standard - cost) * share)
            sheet.answer("FINDING")
            sheet.find("HOLD_CASE", "case", case["setl_id"], fund=fund, facts={"returned": back})
        elif 10 * cost < 4 * standard and not kinds:
            sheet.answer("NOT_RUN", "list_absent:key_services")
        elif 10 * cost < 4 * standard and not there(case, "low_los"):
            sheet.answer("NOT_RUN", "missing:low_los")
        else:
            sheet.answer("PASS")
    return sheet


def e11(tables: Tables, params: Params) -> Sheet:
    """At most five days, 80 % tests, no drug but by mouth, for a check-up."""
    sheet, lines = Sheet(), lines_by_case(tables)
    for case in tables["cases"]:
        own = lines.get(case["setl_id"])
        lacks = "fee_lines" if own is None else missing(case, "main_dx", "medfee_sumamt")
        if lacks:
            sheet.answer("NOT_RUN", f"missing:{lacks}")
            continue
        if not case["main_dx"].startswith("Z0") or any(code.startswith("Z09") for code in diagnoses(case)):
            sheet.answer("NOT_APPLICABLE", "guard" if case["main_dx"].startswith("Z09") else "other_diagnosis")
            continue
        tests = sum(int(line["fee"] * 100) for line in own if line["med_chrgitm_type"] in ("03", "04"))
        drugs = [line for line in own if line["med_chrgitm_type"] in ("09", "10", "11")]
        oral = all("口服" in line["medc_way_dscr"] for line in drugs if line["medc_way_dscr"])
        found = length(case) <= 5 and oral and 10 * tests >= 8 * fen(case["medfee_sumamt"])
        if found and not all(line["medc_way_dscr"] for line in drugs):
            sheet.answer("NOT_RUN", "missing:medc_way_dscr")
        elif found:
            sheet.answer("FINDING")
            sheet.find("HOLD_CASE", "case", case["setl_id"], fund=fen(case["fund_pay_sumamt"]))
        else:
            sheet.answer("PASS")
    return sheet


def e12(tables: Tables, params: Params) -> Sheet:
    """Sent away within 48 hours and admitted elsewhere within 3 days; and the share of severe cases that falls."""
    sheet = Sheet()
    cases = [case for case in tables["cases"] if not missing(case, "main_dx", "psn_no", "dscg_way")]
    sent = {case["setl_id"] for case in cases if _sent_away(case, tables["cases"])}
    for (hospital,), all_own in by(tables["cases"], "fixmedins_code").items():
        observed, expected, judged, found = 0, Fraction(0), False, False
        for case in (case for case in cases if case["fixmedins_code"] == hospital):
            peers = [one for one in cases if one["fixmedins_code"] != hospital and one["main_dx"][:3] == case["main_dx"][:3]]  # fmt: skip
            if len(peers) >= params["min_n"]:
                judged = True
                observed += case["setl_id"] in sent
                expected += Fraction(sum(1 for one in peers if one["setl_id"] in sent), len(peers))
        if judged and observed >= params["min_observed"] and observed > params["oe"] * expected:
            found = True
            sheet.find("WARN", "institution", hospital, facts={"reason": "sent_away", "observed": observed})
        fell, unsaid = _fewer_severe(all_own, params["year_before"].get(hospital), tuple(params["severe_dx"]))
        if fell:
            found = True
            sheet.find("WARN", "institution", hospital, facts={"reason": "severe_cases", "observed": None})
        if found:
            sheet.answer("FINDING")
        elif unsaid or not judged:
            sheet.answer("NOT_RUN", "too_few_peers" if not judged else "missing:age")
        else:
            sheet.answer("PASS")
    return sheet


def _fewer_severe(own: list[Row], before: Any, listed: tuple[str, ...]) -> tuple[bool, bool]:
    """Whether the share fell by more than a fifth while the number of cases stayed within a tenth; whether an age decides."""
    if not before or 10 * abs(len(own) - int(before["cases"])) > int(before["cases"]):
        return False, False
    limit = Fraction(4, 5) * Fraction(before["share"]) * len(own)
    severe = [case for case in own if any(code.startswith(listed) for code in codes(case, "dx")) or (there(case, "age") and int(case["age"]) >= 80)]  # fmt: skip
    most = len(severe) + sum(1 for case in own if case not in severe and not there(case, "age"))
    return most < limit, len(severe) < limit <= most


def _sent_away(case: Row, cases: list[Row]) -> bool:
    stay = moment(case["dscg_time"]) - moment(case["adm_time"])
    return case["dscg_way"] in ("1", "2", "4") and stay <= timedelta(hours=48) and any(
        other["psn_no"] == case["psn_no"] and other["fixmedins_code"] != case["fixmedins_code"]
        and other["main_dx"][:3] == case["main_dx"][:3]
        and 0 <= (day(other["adm_time"]) - day(case["dscg_time"])).days <= 3
        for other in cases if other is not case
    )  # fmt: skip


REMOVED = {"appendix": ("47.0", "47.1"), "uterus": ("68.3", "68.4")}


def e13(tables: Tables, params: Params) -> Sheet:
    """What cannot be true of one person: another blood type, removed twice, delivered after removal, another face, two cities."""
    sheet = Sheet()
    for case in tables["cases"]:
        if missing(case, "psn_no"):
            sheet.answer("NOT_RUN", "missing:psn_no")
            continue
        reasons: dict[str, str] = {}
        if there(case, "face_match") and number(case["face_match"]) < Fraction(4, 5):
            reasons["face"] = case["setl_id"]
        for other in sorted(tables["cases"], key=lambda one: (one["adm_time"], one["setl_id"])):
            if other["psn_no"] != case["psn_no"] or (other["adm_time"], other["setl_id"]) >= (case["adm_time"], case["setl_id"]):  # fmt: skip
                continue
            found = set()
            if there(case, "blood_type") and there(other, "blood_type") and case["blood_type"] != other["blood_type"]:
                found.add("blood_type")
            for organ, prefixes in REMOVED.items():
                before, now = (any(code.startswith(prefixes) for code in codes(one, "oprn")) for one in (other, case))
                if before and now:
                    found.add(f"removed_twice:{organ}")
            delivered = any(code.startswith(("72", "73", "74")) for code in codes(case, "oprn")) or any(code.startswith("O") for code in diagnoses(case))  # fmt: skip
            if any(code.startswith(REMOVED["uterus"]) for code in codes(other, "oprn")) and delivered:
                found.add("after_removal:uterus")
            for reason in found:
                reasons.setdefault(reason, other["setl_id"])
        if reasons:
            sheet.answer("FINDING")
            sheet.find("HOLD_CASE", "case", case["setl_id"], fund=fen(case["fund_pay_sumamt"]),
                       involves=set(reasons.values()) - {case["setl_id"]}, facts={"reasons": sorted(reasons)})  # fmt: skip
        else:
            sheet.answer("PASS")
    persons = by((v for v in tables["outpatient_settlements"] if not missing(v, "psn_no", "mdtrt_admdvs")), "psn_no")
    for visits in persons.values():
        visits.sort(key=lambda visit: (visit["setl_time"], visit["setl_id"]))
        for earlier, later in pairwise(visits):
            apart = moment(later["setl_time"]) - moment(earlier["setl_time"])
            if apart <= timedelta(hours=2) and earlier["mdtrt_admdvs"][:4] != later["mdtrt_admdvs"][:4]:
                sheet.find("HOLD_SETTLEMENT", "outpatient", later["setl_id"], fund=fen(later["fund_pay_sumamt"]),
                           involves=[earlier["setl_id"]], facts={"reasons": ["two_cities"]})  # fmt: skip
    return sheet


def e14(tables: Tables, params: Params) -> Sheet:
    """Bed-days billed beyond those in the house, assessments that lack, nursing above its grade, too few services."""
    sheet, lines = Sheet(), lines_by_case(tables)
    for case in tables["cases"]:
        own = lines.get(case["setl_id"])
        if own is None or case["hi_paymtd"] != "4":
            sheet.answer(*(("NOT_RUN", "missing:fee_lines") if own is None else ("NOT_APPLICABLE", "other_care")))
            continue
        first, last = day(case["adm_time"]), day(case["dscg_time"])
        days, reasons = max(1, (last - first).days), []
        beds = [line for line in own if line["med_list_codg"] in params["bed_codes"]]
        billed = sum((Fraction(line["n"]) for line in beds), Fraction(0))
        amounts: dict[str, int] = {}
        if billed > days:
            reasons.append("BED_DAYS")
            excess = billed - days
            fee, scope = (sum((int(line[name] * 100) for line in beds), 0) for name in ("fee", "scp"))
            denied = min(half_up(excess * fen(params["day_rate"])), fee)
            scope = half_up(Fraction(scope * denied, fee)) if fee else 0
            amounts = {"quantity": int(excess * 10_000), "fee": denied, "scope": scope, "fund": fund_part(case, scope)}
        assessed = sorted((day(row["assess_time"]), int(row["care_grade"])) for row in tables["care_assessments"] if row["setl_id"] == case["setl_id"])  # fmt: skip
        if not any(first <= when <= first + timedelta(days=1) for when, _ in assessed):
            reasons.append("NO_ADMISSION_ASSESSMENT")
        inside = [when for when, _ in assessed if first <= when <= last]
        if any((later - earlier).days > 30 for earlier, later in pairwise([*(inside or [first]), last])):
            reasons.append("LATE_ASSESSMENT")
        for line in own if assessed else ():
            until = [grade for when, grade in assessed if when <= day(line["fee_ocur_time"])] or [assessed[0][1]]
            if {"N3": 3, "N2": 2}.get(line["med_list_codg"], 0) > until[-1]:
                reasons.append("NURSING_GRADE")
                break
        medical = sum(int(line["fee"] * 100) for line in own if line["med_chrgitm_type"] in ("02", "03", "04", "05", "06", "09", "10", "11"))  # fmt: skip
        if there(case, "medfee_sumamt") and 10 * medical < fen(case["medfee_sumamt"]):
            reasons.append("MEDICAL_SHARE")
        if _crowded(tables, case, Fraction(1)):
            reasons.append("BEDS")
        if reasons:
            sheet.answer("FINDING")
            sheet.find("HOLD_CASE", "case", case["setl_id"], **amounts, facts={"reasons": reasons})
        elif missing(case, "medfee_sumamt") or _beds(tables, case) is None:
            sheet.answer("NOT_RUN", f"missing:{missing(case, 'medfee_sumamt') or 'beds'}")
        else:
            sheet.answer("PASS")
    return sheet


def e15(tables: Tables, params: Params) -> Sheet:
    """Many of one village on one day, alike in length and cost; or so many that chance does not explain it."""
    sheet = Sheet()
    known = [case for case in tables["cases"] if there(case, "village_code")]
    sheet.answer("NOT_RUN", "missing:village_code", len(tables["cases"]) - len(known))
    dated = [{**case, "day": day(case["adm_time"])} for case in known]
    for (hospital, village, when), own in by(dated, "fixmedins_code", "village_code", "day").items():
        many = len(own) >= params["k"]
        priced = all(there(case, "medfee_sumamt") for case in own)
        alike = priced and all(_alike(values, params["cv"]) for values in (
            [length(case) for case in own], [fen(case["medfee_sumamt"]) for case in own]))  # fmt: skip
        usual = number(params["usual"].get(f"{hospital}|{village}"))
        rare = usual is not None and _at_least(len(own), float(usual)) < float(params["p"])
        if many and (alike or rare):
            sheet.answer("FINDING", "", len(own))
            sheet.find("REFER", "institution", hospital, involves=[case["setl_id"] for case in own],
                       facts={"village": village, "admitted": when.isoformat(), "admissions": len(own)})  # fmt: skip
        else:
            sheet.answer(*(("PASS", "") if priced or not many else ("NOT_RUN", "missing:medfee_sumamt")), len(own))
    return sheet


def _alike(values: list[int], limit: str) -> bool:
    """Whether standard deviation / mean is below the limit."""
    mean = Fraction(sum(values), len(values))
    variance = sum(((value - mean) ** 2 for value in values), Fraction(0)) / len(values)
    return variance < (Fraction(limit) * mean) ** 2


def _at_least(count: int, mean: float) -> float:
    return 1 - sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(count))


RULES: dict[str, Reference] = {"E07": e07, "E10": e10, "E11": e11, "E12": e12, "E13": e13, "E14": e14, "E15": e15}
