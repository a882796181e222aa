"""Review rules on outpatient care and pharmacies in plain Python, from the rule catalogue: O03, O05, O06, O08 to O11, O13."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.reference.screening import Row, Tables
from tests.reference.screening_answers import Reference, Sheet, by, day, fen, missing, moment, percent, there

Params = Mapping[str, Any]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def kept(tables: Tables) -> list[Row]:
    """Outpatient settlements that were not refunded."""
    return [visit for visit in tables["outpatient_settlements"] if visit["refd_setl_flag"] != "1"]


def paid(visits: list[Row]) -> int:
    """What the funds paid; nothing is said where one of them does not say."""
    funds = [fen(visit["fund_pay_sumamt"]) for visit in visits]
    return 0 if None in funds else sum(funds)


def median(values: list[int]) -> Fraction:
    order, half = sorted(values), len(values) // 2
    return Fraction(order[half]) if len(order) % 2 else Fraction(order[half - 1] + order[half], 2)


def rank(values: list[int], share: str) -> int:
    """The smallest value that this share of the values does not exceed."""
    return sorted(values)[max(1, math.ceil(Fraction(share) * len(values))) - 1]


def o03(tables: Tables, params: Params) -> Sheet:
    """From a sum on, or above the peers' share and more than five times the median of the person's others."""
    sheet = Sheet()
    visits = [visit for visit in kept(tables) if there(visit, "fund_pay_sumamt")]
    kinds = by(visits, "hosp_lv", "med_type", "dise_code")
    for visit in tables["outpatient_settlements"]:
        if visit["refd_setl_flag"] == "1" or missing(visit, "fund_pay_sumamt"):
            refunded = visit["refd_setl_flag"] == "1"
            sheet.answer(*(("NOT_APPLICABLE", "refunded") if refunded else ("NOT_RUN", "missing:fund_pay_sumamt")))
            continue
        kind = visit["hosp_lv"], visit["med_type"], visit["dise_code"]
        peers, given = paid_each(kinds[kind]), params["peers"].get("|".join(kind))
        limit = fen(given) if given else rank(peers, params["pct"]) if len(peers) >= params["min_n"] else None
        own = paid_each([one for one in visits if one["psn_no"] == visit["psn_no"] != "" and one is not visit])
        fund = fen(visit["fund_pay_sumamt"])
        if fund >= 100 * params["abs_yuan"] or (limit is not None and fund > limit and own and fund > 5 * median(own)):
            sheet.answer("FINDING")
            over = 0 if limit is None else max(0, fund - limit)
            sheet.find("HOLD_SETTLEMENT", "outpatient", visit["setl_id"], fund=over)
        elif limit is None:
            sheet.answer("NOT_RUN", "too_few_peers")
        elif fund > limit and not visit["psn_no"]:
            sheet.answer("NOT_RUN", "missing:psn_no")
        else:
            sheet.answer("PASS")
    return sheet


def paid_each(visits: list[Row]) -> list[int]:
    return [int(fen(visit["fund_pay_sumamt"]) or 0) for visit in visits]


def o05(tables: Tables, params: Params) -> Sheet:
    """More than half of the quota in the last 45 days, and 98 % reached; and places whose patients do so twice as often."""
    sheet, end, quota, reached = Sheet(), day(params["year_end"]), 100 * Fraction(params["quota"]), set()
    visits = [
        visit
        for visit in kept(tables)
        if not missing(visit, "psn_no", "fund_pay_sumamt") and day(visit["setl_time"]).year == end.year
    ]
    for (person,), own in by(visits, "psn_no").items():
        total = paid(own)
        late = paid([visit for visit in own if day(visit["setl_time"]) > end - 45 * DAY])
        if 100 * total >= 98 * quota:
            reached.add(person)
            if 2 * late > quota:
                sheet.find("WARN", "person", person, facts={"total_fen": total})
    places = {place: {visit["psn_no"] for visit in own} for (place,), own in by(visits, "fixmedins_code").items()}
    for place, persons in places.items():
        others = [person for other, found in places.items() if other != place for person in found]
        if min(len(persons), len(others)) < params["min_n"]:
            sheet.answer("NOT_RUN", "too_few_persons")
            continue
        share, usual = (
            Fraction(sum(person in reached for person in group), len(group)) for group in (list(persons), others)
        )
        sheet.answer("FINDING" if share > params["oe"] * usual else "PASS")
        if share > params["oe"] * usual:
            sheet.find("WARN", "institution", place, facts={"share": percent(share), "peers": percent(usual)})
    return sheet


def o06(tables: Tables, params: Params) -> Sheet:
    """Round sums, one sum of many persons, refunds: shares of a place's settlements."""
    sheet = Sheet()
    for (place,), own in by(tables["outpatient_settlements"], "fixmedins_code").items():
        refunds = [visit for visit in own if visit["refd_setl_flag"] == "1"]
        sales = [visit for visit in own if visit not in refunds and there(visit, "medfee_sumamt")]
        if len(sales) < params["min_n"]:
            sheet.answer("NOT_RUN", "too_few_settlements")
            continue
        persons = {visit["psn_no"] for visit in sales} - {""}
        sums = by(sales, "medfee_sumamt").values()
        shares = {
            "refunded": (Fraction(len(refunds), len(refunds) + len(sales)), params["refund_share"]),
            "round": (Fraction(sum(fen(v["medfee_sumamt"]) % 5_000 == 0 for v in sales), len(sales)), params["round_share"]),
            "same": (Fraction(max(len({v["psn_no"] for v in same} - {""}) for same in sums), max(1, len(persons))), params["same_share"]),
        }  # fmt: skip
        reasons = [f"{name} {percent(share)}" for name, (share, limit) in shares.items() if share > Fraction(limit)]
        sheet.answer("FINDING" if reasons else "PASS")
        if reasons:
            sheet.find("REFER", "institution", place, facts={"reasons": reasons})
    return sheet


def o08(tables: Tables, params: Params) -> Sheet:
    """Boxes first sold to a person and later, after more than a day, sold at another place; some of them are a network."""
    sheet, boxes = Sheet(), dict[str, dict[str, Row]]()
    whole = [sale for sale in tables["drug_trace"] if sale["trdn_flag"] != "1"]
    for (code,), own in by(whole, "drug_trac_codg").items():
        live: list[Row] = []
        for sale in sorted(own, key=lambda sale: (sale["sel_retn_time"], sale["rtal_docno"], sale["feedetl_sn"])):
            buyer = sale["psn_no"], sale["fixmedins_code"]
            mine = [one for one in live if (one["psn_no"], one["fixmedins_code"]) == buyer]
            if sale["sel_retn_cnt"] == "1":
                live.append(sale)
            elif mine:
                live.remove(mine[-1])
        later = [
            sale
            for sale in live
            if sale["fixmedins_code"] != live[0]["fixmedins_code"]
            and moment(sale["sel_retn_time"]) - moment(live[0]["sel_retn_time"]) > DAY
        ]
        if later and there(live[0], "psn_no"):
            boxes.setdefault(live[0]["psn_no"], {})[code] = later[0]
    for person in {sale["psn_no"] for sale in whole if sale["sel_retn_cnt"] == "1"} - {""}:
        found = boxes.get(person, {})
        sheet.answer("FINDING" if len(found) >= params["min_codes"] else "PASS")
        if len(found) >= params["min_codes"]:
            facts = {"codes": sorted(found), "places": sorted({sale["fixmedins_code"] for sale in found.values()})}
            fee = sum(fen(sale["amt"]) or 0 for sale in found.values())
            sheet.find("REFER", "person", person, quantity=10_000 * len(found), fee=fee, facts=facts)
    return sheet


def o09(tables: Tables, params: Params) -> Sheet:
    """Drugs under a chronic benefit that are in the list of no filed disease."""
    sheet, lists = Sheet(), params["disease_drugs"]
    visits = {visit["setl_id"]: visit for visit in tables["outpatient_settlements"]}
    filed = {patient["psn_no"]: patient["filed_dise"].split("|") for patient in tables["patients"]}
    for line in tables["outpatient_lines"]:
        visit = visits[line["setl_id"]]
        diseases = {visit["dise_code"], *filed.get(visit["psn_no"], ())} - {""}
        if visit["refd_setl_flag"] == "1":
            sheet.answer("NOT_APPLICABLE", "refunded")
        elif line["med_chrgitm_type"] not in ("09", "10", "11") or not fen(line["inscp_scp_amt"]):
            sheet.answer("NOT_APPLICABLE", "not_listed")
        elif not visit["med_type"].startswith("14"):
            sheet.answer("NOT_APPLICABLE", "other_care")
        elif any(line["med_list_codg"] in lists.get(disease, ()) for disease in diseases):
            sheet.answer("PASS")
        elif not diseases or not diseases <= set(lists):
            sheet.answer("NOT_RUN", "list_absent:disease_drugs" if diseases else "missing:dise_code")
        else:
            sheet.answer("FINDING")
            sheet.find("DENY_LINE", "outpatient_line", line["mdtrt_id"], line["feedetl_sn"], quantity=int(Fraction(line["cnt"]) * 10_000),
                       fee=fen(line["det_item_fee_sumamt"]), scope=fen(line["inscp_scp_amt"]))  # fmt: skip
    return sheet


def o10(tables: Tables, params: Params) -> Sheet:
    """Persons with more visits within 90 days than nearly all others; settlements of one visit count once."""
    sheet, counts = Sheet(), dict[str, int]()
    for (person,), own in by([visit for visit in kept(tables) if visit["psn_no"]], "psn_no").items():
        days: dict[str, Any] = {}
        for visit in sorted(own, key=lambda one: one["setl_time"]):
            days.setdefault(visit["mdtrt_id"] or f"of its own {visit['setl_id']}", day(visit["setl_time"]))
        counts[person] = max(sum(0 <= (other - first).days < 90 for other in days.values()) for first in days.values())
    if len(counts) < params["min_n"]:
        sheet.answer("NOT_RUN", "too_few_peers", len(counts))
        return sheet
    limit = rank(list(counts.values()), params["pct"])
    for person, visits in counts.items():
        sheet.answer("FINDING" if visits > limit else "PASS")
        if visits > limit:
            sheet.find("REFER", "person", person, facts={"visits": visits, "limit": limit})
    return sheet


def o11(tables: Tables, params: Params) -> Sheet:
    """Doctors with too many prescriptions in an hour, nearly all for one pharmacy, or written after the sale."""
    sheet = Sheet()
    sold = [visit for visit in kept(tables) if visit["med_type"].startswith(("11", "12", "14", "41"))]
    for (doctor,), own in by([visit for visit in sold if visit["bilg_dr_codg"]], "bilg_dr_codg").items():
        written = {visit["setl_id"]: moment(visit["rx_time"] or visit["setl_time"]) for visit in own}
        hours = [
            {name for name, when in written.items() if 0 * HOUR <= when - first < HOUR} for first in written.values()
        ]
        many = set().union(*(hour for hour in hours if len(hour) > params["n"]))
        shop = max(by(own, "fixmedins_code").values(), key=len)
        one_shop = len(own) >= params["min_n"] and len(shop) > Fraction(params["share"]) * len(own)
        late = {v["setl_id"] for v in own if v["rx_time"] and moment(v["rx_time"]) > moment(v["setl_time"])}
        found = {
            "per_hour": many,
            "one_pharmacy": {v["setl_id"] for v in shop} if one_shop else set(),
            "after_sale": late,
        }
        reasons = [name for name, marked in found.items() if marked]
        involved = [visit for visit in own if visit["setl_id"] in set().union(*found.values())]
        sheet.answer("FINDING" if reasons else "PASS")
        if reasons:
            facts = {"reasons": reasons, "prescriptions": len(involved)}
            sheet.find("REFER", "doctor", doctor, fund=paid(involved), facts=facts)
    return sheet


def o13(tables: Tables, params: Params) -> Sheet:
    """A terminal of another place, an operator of two, three times as many after a neighbour has stopped."""
    sheet, visits = Sheet(), kept(tables)
    for (place,), own in by(visits, "fixmedins_code").items():
        found: list[tuple[str, int]] = []
        foreign = [visit for visit in own if params["terminals"].get(visit["term_id"], place) != place]
        others = {visit["opter_id"] for visit in visits if visit["fixmedins_code"] != place} - {""}
        shared = [visit for visit in own if visit["opter_id"] in others]
        found += [(reason, paid(rows)) for reason, rows in (("terminal", foreign), ("operator", shared)) if rows]
        for stop in params["stops"]:
            when = day(stop["date"])
            before, after = (
                [visit for visit in own if 0 * DAY <= day(visit["setl_time"]) - first < 30 * DAY]
                for first in (when - 30 * DAY, when)
            )
            if place in stop["neighbours"] and before and len(after) >= 3 * len(before):
                known = all(there(visit, "fund_pay_sumamt") for visit in before + after)
                found.append(("volume", max(0, paid(after) - paid(before)) if known else 0))
        for reason, fund in found:
            sheet.find("REFER", "institution", place, fund=fund, facts={"reason": reason})
        sheet.answer("FINDING" if found else "PASS")
    return sheet


RULES: dict[str, Reference] = {
    "O03": o03, "O05": o05, "O06": o06, "O08": o08, "O09": o09, "O10": o10, "O11": o11, "O13": o13,
}  # fmt: skip
