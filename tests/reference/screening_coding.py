"""Review rules on coding and case payment in plain Python, written from the rule catalogue: G03 to G05, G07 to G11."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
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
    fen,
    half_up,
    length,
    lines_by_case,
    missing,
    moment,
    number,
    percent,
    there,
    three,
    two,
)

Params = Mapping[str, Any]


def group_of(principal: str, others: Iterable[str], operations: Iterable[str]) -> str | None:
    """The invented grouper: a letter for the disease, S with an operation, the tier 1 with a complication, else 5."""
    letter = {"J": "E", "I": "F", "K": "H"}.get(principal[:1])
    return letter and f"{letter}{'S' if operations else ''}{1 if {'E87', 'N17'} & {code[:3] for code in others} else 5}"


def expected(tables: Tables, hospital: str, key: str, marked: set[str], least: int) -> tuple[int, Fraction, Fraction] | None:  # fmt: skip
    """Observed, expected from the same groups elsewhere, and its variance; None where no group has enough elsewhere."""
    found = None
    for case in tables["cases"]:
        peers = [one for one in tables["cases"] if one["fixmedins_code"] != hospital and one[key] == case[key]]
        if case["fixmedins_code"] == hospital and there(case, key) and len(peers) >= least:
            rate = Fraction(sum(one["setl_id"] in marked for one in peers), len(peers))
            one, other, spread = found or (0, Fraction(0), Fraction(0))
            found = one + (case["setl_id"] in marked), other + rate, spread + rate * (1 - rate)
    return found


def _fund(case: Row, gain: Fraction, rate: int) -> int:
    """Difference of weights x rate x the funds' share; without a share the one that they paid of this stay."""
    share = number(case["fund_share"])
    if share is None and there(case, "medfee_sumamt"):
        share = Fraction(fen(case["fund_pay_sumamt"]), fen(case["medfee_sumamt"]))
    return half_up(gain * rate * 100 * share) if share is not None else 0


def _band(case: Row) -> str:
    return case["group"] and case["group"][:-1] + (
        str(sum(int(case["age"]) >= bound for bound in (15, 45, 65))) if there(case, "age") else "?"
    )


def g03(tables: Tables, params: Params) -> Sheet:
    """Complications without any evidence are dropped; what the weight falls by is not owed. Rates against others."""
    sheet, lines, evidence = Sheet(), lines_by_case(tables), params["evidence"]
    for case in tables["cases"]:
        listed = [code for code in codes(case, "dx") if code in evidence]
        lacks = "" if case["setl_id"] in lines else "fee_lines"
        if lacks or missing(case, "main_dx"):
            sheet.answer("NOT_RUN", f"missing:{lacks or 'main_dx'}")
        elif not listed:
            sheet.answer("NOT_APPLICABLE", "not_listed")
        else:
            billed = {line["med_list_codg"] for line in lines[case["setl_id"]]}
            dropped = [code for code in listed if not any(billed & set(kind) for kind in evidence[code])]
            kept = [code for code in codes(case, "dx") if code not in dropped]
            claimed, should = (
                group_of(case["main_dx"], others, codes(case, "oprn")) for others in (codes(case, "dx"), kept)
            )
            gain = Fraction(params["weight"].get(claimed, 0)) - Fraction(params["weight"].get(should, 0))
            if not dropped or (claimed == should and claimed):
                sheet.answer("PASS")
            elif not {claimed, should} <= set(params["weight"]):
                sheet.answer("NOT_RUN", "no_weight_or_mean")
            elif gain <= 0:
                sheet.answer("PASS")
            else:
                sheet.answer("FINDING")
                sheet.find(
                    "REGROUP",
                    "case",
                    case["setl_id"],
                    fund=_fund(case, gain, params["rate"]),
                    facts={"claimed": claimed, "should": should},
                )
    with_one = {case["setl_id"] for case in tables["cases"] if set(codes(case, "dx")) & set(evidence)}
    banded = [{**case, "band": _band(case)} for case in tables["cases"]]
    for hospital in {case["fixmedins_code"] for case in tables["cases"]}:
        found = expected({"cases": banded}, hospital, "band", with_one, params["min_n"])
        if found and found[0] > Fraction(3, 2) * found[1] and (found[0] - found[1]) ** 2 > params["z"] ** 2 * found[2]:
            sheet.find("WARN", "institution", hospital, facts={"observed": found[0]})
    return sheet


def g04(tables: Tables, params: Params) -> Sheet:
    """Tests within 72 hours before a stay, drugs of others on its inner days; own payment and spending around stays."""
    sheet = Sheet()
    visits = [visit for visit in tables["outpatient_settlements"]
              if not visit["med_type"].startswith("14") and visit["refd_setl_flag"] != "1"]  # fmt: skip
    kinds = {visit["setl_id"]: {line["med_chrgitm_type"] for line in tables["outpatient_lines"] if line["setl_id"] == visit["setl_id"]} for visit in visits}  # fmt: skip
    spending: dict[str, list[int]] = {}
    for case in tables["cases"]:
        if missing(case, "psn_no"):
            sheet.answer("NOT_RUN", "missing:psn_no")
            continue
        first, last, shifted, around = moment(case["adm_time"]), moment(case["dscg_time"]), [], 0
        for visit in (visit for visit in visits if visit["psn_no"] == case["psn_no"]):
            when = moment(visit["setl_time"])
            dated = visit["setl_time"].endswith("00:00:00")
            before = (
                0 <= (first.date() - when.date()).days <= 3
                if dated
                else timedelta(0) <= first - when <= timedelta(hours=72)
            )
            inner = first.date() < when.date() < last.date()
            if (before and kinds[visit["setl_id"]] & {"03", "04"}) or (
                inner and kinds[visit["setl_id"]] & {"09", "10", "11"} and visit["fixmedins_code"] != case["fixmedins_code"]):  # fmt: skip
                shifted.append(visit)
            if (
                (when.date() - first.date()).days >= -3
                and (when.date() - last.date()).days <= 7
                and when.date() not in (first.date(), last.date())
            ):
                around += fen(visit["fund_pay_sumamt"])
        spending.setdefault(case["fixmedins_code"], []).append(around)
        if shifted:
            sheet.answer("FINDING")
            sheet.find("HOLD_CASE", "case", case["setl_id"], fund=sum(fen(visit["fund_pay_sumamt"]) for visit in shifted),
                       involves=[visit["setl_id"] for visit in shifted])  # fmt: skip
        else:
            sheet.answer("PASS")
    for hospital, amounts in spending.items():
        usual = params["before"].get(hospital)
        if usual and sum(amounts) > Fraction(13, 10) * fen(usual) * len(amounts):
            sheet.find("WARN", "institution", hospital, facts={"reason": "spending_around_stays"})
    for hospital in {case["fixmedins_code"] for case in tables["cases"]}:
        own, usual = 0, Fraction(0)
        for case in (
            case for case in tables["cases"] if not missing(case, "group", "fulamt_ownpay_amt", "medfee_sumamt")
        ):
            peers = [one for one in tables["cases"] if one["group"] == case["group"] and one["fixmedins_code"] != hospital
                     and not missing(one, "fulamt_ownpay_amt", "medfee_sumamt")]  # fmt: skip
            if case["fixmedins_code"] == hospital and len(peers) >= params["min_n"]:
                own += fen(case["fulamt_ownpay_amt"])
                usual += fen(case["medfee_sumamt"]) * Fraction(
                    sum(fen(one["fulamt_ownpay_amt"]) for one in peers), sum(fen(one["medfee_sumamt"]) for one in peers)
                )
        if own > Fraction(3, 2) * usual > 0:
            sheet.find("WARN", "institution", hospital, facts={"reason": "own_pay"})
    return sheet


def g05(tables: Tables, params: Params) -> Sheet:
    """Cases just above a border of the multiplier against those just below: 1.5 to 1, and hardly by chance."""
    sheet = Sheet()
    for (hospital,), every in by(tables["cases"], "fixmedins_code").items():
        own = [fen(case["medfee_sumamt"]) / Fraction(fen(case["std_fee"])) for case in every if not missing(case, "medfee_sumamt", "std_fee")]  # fmt: skip
        if len(own) < params["min_n"]:
            sheet.answer("NOT_RUN", "too_few_cases")
            continue
        found = False
        for border in (Fraction(2), Fraction(1, 2)):
            above = sum(border <= ratio < border + Fraction(1, 10) for ratio in own)
            below = sum(border - Fraction(1, 10) <= ratio < border for ratio in own)
            n = above + below
            chance = Fraction(sum(math.comb(n, k) for k in range(above, n + 1)), 2**n)
            if 2 * above > 3 * below and chance < Fraction(params["alpha"]):
                found = True
                sheet.find("WARN", "institution", hospital, facts={"above": above, "below": below})
        sheet.answer("FINDING" if found else "PASS")
    return sheet


def g07(tables: Tables, params: Params) -> Sheet:
    """Four of the five proposed scores: returns by their gap, low standard (E06), very long stays, deaths; those above 0."""
    sheet, cases = Sheet(), tables["cases"]
    gaps = {(0, 1): Fraction(1), (2, 7): Fraction(3, 4), (8, 15): Fraction(1, 2), (16, 31): Fraction(1, 4)}
    returned: dict[str, int] = {}
    for (person,), stays in by(cases, "psn_no").items():
        stays = sorted(stays, key=lambda case: (case["adm_time"], case["setl_id"]))
        for earlier, later in pairwise(stays) if person else ():
            returned[earlier["setl_id"]] = (day(later["adm_time"]) - day(earlier["dscg_time"])).days
    died = _unlikely(cases)
    for hospital in {case["fixmedins_code"] for case in cases}:
        scores: dict[str, Fraction] = {}
        for low, high in gaps:
            back = expected(tables, hospital, "group", {name for name, gap in returned.items() if low <= gap <= high}, params["min_n"])  # fmt: skip
            if back:
                ratio = (back[0] + 5) / (back[1] + 5) - 1
                scores["readmission"] = scores.get("readmission", Fraction(0)) + gaps[low, high] * max(
                    Fraction(0), ratio
                )
        low_standard = {case["setl_id"] for case in cases if case["E06"] == "1"}
        for name, marked in (("low_standard", low_standard), ("long_stay", _overlong(tables)), ("death", died)):
            found = expected(tables, hospital, "group", marked, params["min_n"])
            if found:
                scores[name] = max(Fraction(0), (found[0] + 10) / (found[1] + 10) - 1)
        shown = {name: three(score) for name, score in scores.items() if score > 0}
        sheet.answer(*(("FINDING",) if shown else ("PASS",) if scores else ("NOT_RUN", "too_few_peers")))
        if shown:
            sheet.find("WARN", "institution", hospital, facts={"scores": shown})
    return sheet


def _unlikely(cases: list[Row]) -> set[str]:
    """Deaths in groups of level 1 or 2: at most the (geometric) mean of the groups in which someone died."""
    rates = {
        group: Fraction(sum(case["dscg_way"] == "5" for case in own), len(own))
        for (group,), own in by(cases, "group").items()
        if group
    }
    rates = {group: rate for group, rate in rates.items() if rate}
    low = {group for group, rate in rates.items() if rate ** len(rates) <= math.prod(rates.values())}
    return {case["setl_id"] for case in cases if case["dscg_way"] == "5" and case["group"] in low}


def _overlong(tables: Tables) -> set[str]:
    """Stays longer than the 95th percentile of their group in the region."""
    found = set()
    for (group,), stays in by(tables["cases"], "group").items():
        days = sorted(length(case) for case in stays)
        limit = days[math.ceil(Fraction(95, 100) * len(days)) - 1]
        found |= {case["setl_id"] for case in stays if group and length(case) > limit}
    return found


def g08(tables: Tables, params: Params) -> Sheet:
    """A death in a group whose ln(mortality) lies below mean - SD."""
    sheet = Sheet()
    logs = {group: math.log(float(rate)) for group, rate in params["mortality"].items() if Fraction(rate)}
    mean = sum(logs.values()) / len(logs)
    cut = mean - math.sqrt(sum((log - mean) ** 2 for log in logs.values()) / (len(logs) - 1))
    for case in tables["cases"]:
        if missing(case, "dscg_way", "group"):
            sheet.answer("NOT_RUN", f"missing:{missing(case, 'dscg_way', 'group')}")
        elif case["dscg_way"] != "5":
            sheet.answer("NOT_APPLICABLE", "alive")
        elif case["group"] not in params["mortality"]:
            sheet.answer("NOT_RUN", "list_absent:mortality")
        elif logs.get(case["group"], cut) < cut:
            sheet.answer("FINDING")
            sheet.find("REFER", "case", case["setl_id"], facts={"group": case["group"]})
        else:
            sheet.answer("PASS")
    return sheet


def g09(tables: Tables, params: Params) -> Sheet:
    """A principal that may not be one; or another diagnosis explains 60 % of the treatment and is of another category."""
    sheet, lines = Sheet(), lines_by_case(tables)
    for case in tables["cases"]:
        if missing(case, "main_dx"):
            sheet.answer("NOT_RUN", "missing:main_dx")
            continue
        if case["main_dx"].startswith(tuple(params["not_principal"])):
            sheet.answer("FINDING")
            sheet.find("HOLD_CASE", "case", case["setl_id"], facts={"reason": "not_principal"})
            continue
        listed = [code for code in codes(case, "dx") if code in params["explains"]]
        if listed and case["setl_id"] not in lines:
            sheet.answer("NOT_RUN", "missing:fee_lines")
            continue
        treated = [line for line in lines.get(case["setl_id"], ()) if line["med_chrgitm_type"] in ("05", "06")]
        total = sum(line["fee"] for line in treated)
        claimed = group_of(case["main_dx"], codes(case, "dx"), codes(case, "oprn"))
        better = []
        for code in listed:
            explained = sum(line["fee"] for line in treated if line["med_list_codg"] in params["explains"][code])
            should = group_of(
                code, [case["main_dx"], *(other for other in codes(case, "dx") if other != code)], codes(case, "oprn")
            )
            if total and 10 * explained >= 6 * total and claimed and should and claimed[0] != should[0]:
                better.append(Fraction(params["weight"][should]))
        if better:  # the one that is best for the hospital, as in G01
            gain = Fraction(params["weight"][claimed]) - max(better)
            fund = _fund(case, gain, params["rate"]) if gain > 0 else 0
            sheet.answer("FINDING")
            sheet.find("HOLD_CASE", "case", case["setl_id"], fund=fund, facts={"reason": "explains_more"})
        else:
            sheet.answer("PASS")
    return sheet


def g10(tables: Tables, params: Params) -> Sheet:
    """100 x (1 - weighed errors / records), below the line; down-coded records are told in any case."""
    sheet, weights = Sheet(), {"main_dx": "0.4", "main_operation": "0.3", "complication": "0.2", "field": "0.1"}
    for (hospital,), own in by(tables["record_reviews"], "fixmedins_code").items():
        if any(row["error_type"] not in ("none", *weights) for row in own):
            sheet.answer("NOT_RUN", "unknown_error_type")
            continue
        records = len({row["setl_id"] for row in own})
        lost = sum((Fraction(weights.get(row["error_type"], 0)) for row in own), Fraction(0))
        index = 100 * (1 - lost / records)
        down = sorted({row["setl_id"] for row in own if row["direction"] == "down"})
        if index < Fraction(params["line"]) or down:
            sheet.answer("FINDING")
            sheet.find("WARN", "institution", hospital, facts={"index": two(index), "reviewed": records, "down_coded": down})  # fmt: skip
        else:
            sheet.answer("PASS")
    return sheet


def g11(tables: Tables, params: Params) -> Sheet:
    """A basic group is paid at coefficient 1; and its neighbour does not take its cases."""
    sheet = Sheet()
    for case in tables["cases"]:
        if missing(case, "group") or (case["group"] in params["groups"] and missing(case, "coef")):
            sheet.answer("NOT_RUN", f"missing:{missing(case, 'group', 'coef')}")
        elif case["group"] not in params["groups"]:
            sheet.answer("NOT_APPLICABLE", "not_listed")
        elif number(case["coef"]) == 1:
            sheet.answer("PASS")
        else:
            points = number(case["score"]) or Fraction(0)
            fund = half_up((number(case["coef"]) - 1) * points * params["point_value"] * 100)
            sheet.answer("FINDING")
            sheet.find("WARN", "case", case["setl_id"], fund=max(0, fund))
    for pair in params["neighbours"]:
        for hospital, before in pair["year_before"].items():
            own = [case for case in tables["cases"] if case["fixmedins_code"] == hospital and case["group"] in (pair["group"], pair["neighbour"])]  # fmt: skip
            there_now, was = sum(case["group"] == pair["neighbour"] for case in own), Fraction(before)
            over = there_now - len(own) * was
            if len(own) >= params["min_n"] and over > 0 and over**2 > params["z"] ** 2 * len(own) * was * (1 - was):
                sheet.find("WARN", "institution", hospital, facts={"neighbour": pair["neighbour"], "share": percent(Fraction(there_now, len(own)))})  # fmt: skip
    return sheet


RULES: dict[str, Reference] = {
    "G03": g03, "G04": g04, "G05": g05, "G07": g07, "G08": g08, "G09": g09, "G10": g10, "G11": g11,
}  # fmt: skip
