"""Review rules on cases, purchases, boxes and settlements in plain Python, written from the rule catalogue."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.reference.screening import Found, Row, Tables, about, cents, netted, part, stays, time
from tests.reference.screening_lines import lines_of


def yuan(value: Fraction) -> Decimal:
    """To the fen, half-up."""
    return Decimal(math.floor(value * 100 + Fraction(1, 2))) / 100


def a02(tables: Tables, params: Row) -> list[Found]:
    """Header against lines, with all lines as they are."""
    found = []
    for case in tables["cases"]:
        total = Decimal(case["medfee_sumamt"])
        sums = sum(
            (
                Decimal(line["det_item_fee_sumamt"])
                for line in tables["fee_lines"]
                if line["setl_id"] == case["setl_id"]
            ),
            Decimal(0),
        )
        if abs(sums - total) > Decimal(params["tol"]) * total and abs(sums - total) > Decimal("0.05"):
            found.append(("A02", "HOLD_CASE", (case["setl_id"],)))
    return found


def gate(tables: Tables, params: Row) -> tuple[list[Found], Counter[tuple[str, str]]]:
    """All that the gate says: header and lines, numbers twice in a visit, negatives without a charge, lines of no case, shares of the batch."""
    lines, cases = tables["fee_lines"], {case["setl_id"]: case for case in tables["cases"]}
    numbers = Counter((line["mdtrt_id"], line["feedetl_sn"]) for line in lines)
    charged = {(line["mdtrt_id"], line["feedetl_sn"]) for line in lines if Decimal(line["cnt"]) > 0}
    orphans = [line for line in lines if cases and line["setl_id"] not in cases]
    twice = [line for line in lines if numbers[about(line)] > 1]
    found: list[Found] = [
        ("HOLD_CASE", "batch", (name,), ("ORPHAN",)) for name in {line["setl_id"] for line in orphans}
    ]
    for name, case in cases.items():
        own, total = [line for line in lines if line["setl_id"] == name], Decimal(case["medfee_sumamt"])
        off = abs(sum((Decimal(line["det_item_fee_sumamt"]) for line in own), Decimal(0)) - total)
        faults = {
            "HEADER_DETAIL_MISMATCH": off > Decimal(params["tol"]) * total and off > Decimal("0.05"),
            "DUPLICATE": any(line in twice for line in own),
            "NEGATIVE_WITHOUT_REFUND_REF": any(
                Decimal(line["cnt"]) < 0 and (line["mdtrt_id"], line["init_feedetl_sn"]) not in charged for line in own
            ),
        }
        if any(faults.values()):
            found.append(("HOLD_CASE", "case", (name,), tuple(sorted(fault for fault in faults if faults[fault]))))
    states = Counter({("FINDING", ""): sum(one[1] == "case" for one in found)})
    states["PASS", ""] = len(cases) - states["FINDING", ""]
    for reason, some in (("DUPLICATE_SHARE", twice), ("UNMATCHED_SHARE", orphans)):
        if len(some) > Decimal(params["batch_tol"]) * len(lines):
            found.append(("WARN", "batch", ("",), (reason,)))
    return found, +states


def b01(tables: Tables, params: Row) -> list[Found]:
    found = []
    for line in lines_of(tables):
        limit, case = params["sex_limit"].get(line["med_list_codg"]), line["case"]
        if limit and case["gend"] in ("1", "2") and case["gend"] != limit:
            doubtful = case["certno_gend"] in ("1", "2") and case["certno_gend"] != case["gend"]
            zero = (Decimal(0), Decimal(0), Decimal(0))
            found.append(
                (
                    "B01",
                    "HOLD_CASE" if doubtful else "DENY_LINE",
                    about(line),
                    zero if doubtful else part(line, line["n"]),
                )
            )
    return found


def b10(tables: Tables, params: Row) -> list[Found]:
    found = []
    for line in netted(tables):
        cap, price = Decimal(line["pric_uplmt_amt"] or 0), Decimal(line["pric"])
        over = (price - cap) * line["n"]
        fee = min(cents(over), line["fee"])
        scope = min(max(Decimal(0), fee - Decimal(line["overlmt_amt"])), line["scp"])
        if cap and over > Decimal("0.01") and scope:
            found.append(("B10", "DENY_PRICE", about(line), (line["n"], fee, scope)))
    return found


def e06(tables: Tables, params: Row) -> list[Found]:
    """Weighted signs of a needless admission."""
    found = []
    for case in tables["cases"]:
        own = [line for line in netted(tables) if line["setl_id"] == case["setl_id"]]
        if not any(line["setl_id"] == case["setl_id"] for line in tables["fee_lines"]) or case["dscg_way"] in (
            "2",
            "5",
        ):
            continue
        total = Decimal(case["medfee_sumamt"])
        tests = sum((line["fee"] for line in own if line["med_chrgitm_type"] in ("03", "04")), Decimal(0))
        treated = sum(
            (line["fee"] for line in own if line["med_chrgitm_type"] in ("05", "06", "09", "10", "11")), Decimal(0)
        )
        drugs = [line for line in own if line["med_chrgitm_type"] in ("09", "10", "11")]
        score = (
            (case["n_procedures"] == "0") + 2 * (total < Decimal("0.5") * Decimal(case["group_mean_fee"])) + 2 * (tests >= Decimal("0.7") * total)
            + 2 * (treated <= Decimal("0.2") * total) + 2 * case["main_dx"].startswith("J")
            + (not any(line["medc_way_dscr"] == "静滴" for line in drugs)) + (not any(line["med_list_codg"] == "F" for line in own))
        )  # fmt: skip
        if score >= params["threshold"] + (int(case["age"]) < 3 or int(case["age"]) > 80):
            found.append(("E06", "HOLD_CASE", (case["setl_id"],), score))
    return found


def group_of(principal: str, operations: list[str]) -> str:
    """The invented grouper of the test."""
    return principal[:3] + ("S" if operations else "")


def g01(tables: Tables, params: Row) -> list[Found]:
    found = []
    for case in tables["cases"]:
        billed = {line["med_list_codg"] for line in netted(tables) if line["setl_id"] == case["setl_id"]}
        others, operations = (
            [code for code in case["dx"].split("|") if code],
            [code for code in case["oprn"].split("|") if code],
        )

        def supported(code: str, billed: set[str] = billed) -> Fraction:
            kinds = params["evidence"].get(code)
            return Fraction(sum(1 for kind in kinds if billed & set(kind)), len(kinds)) if kinds else Fraction(1)

        if case["main_dx"] not in params["evidence"] or not any(
            line["setl_id"] == case["setl_id"] for line in tables["fee_lines"]
        ):
            continue
        claimed = group_of(case["main_dx"], operations)
        low = Fraction(case["medfee_sumamt"]) < Fraction(3, 5) * Fraction(params["mean_fee"][claimed])
        if case["dscg_way"] == "5" or supported(case["main_dx"]) >= Fraction(1, 2) or not low:
            continue
        candidates = [code for code in set(others) - {case["main_dx"]} if supported(code) >= Fraction(1, 2)]
        weights = [Fraction(params["weight"][group_of(code, operations)]) for code in candidates]
        gain = Fraction(params["weight"][claimed]) - max(weights, default=Fraction(99))
        if gain >= Fraction(1, 20):
            fund = yuan(gain * params["rate"] * Fraction(case["fund_share"]))
            found.append(("G01", "REGROUP", (case["setl_id"],), fund))
    return found


def g02(tables: Tables, params: Row) -> list[Found]:
    found = []
    for case in tables["cases"]:
        billed = {line["med_list_codg"] for line in netted(tables) if line["setl_id"] == case["setl_id"]}
        operations = [code for code in case["oprn"].split("|") if code]
        mapped = [code for code in operations if code in params["oprn_fee_map"]]
        without = [code for code in mapped if not billed & set(params["oprn_fee_map"][code])]
        if not without or not any(line["setl_id"] == case["setl_id"] for line in tables["fee_lines"]):
            continue
        left = [code for code in operations if code not in without]
        gain = Fraction(params["weight"][group_of(case["main_dx"], operations)]) - Fraction(
            params["weight"][group_of(case["main_dx"], left)]
        )
        fund = yuan(gain * params["rate"] * Fraction(case["fund_share"])) if gain > 0 else Decimal(0)
        found.append(("G02", "REGROUP" if gain > 0 else "WARN", (case["setl_id"],), fund))
    return found


def g06(tables: Tables, params: Row) -> list[Found]:
    """Those that qualify, by hospital in order of their overrun, up to a share of its discharges."""
    found, queues = [], defaultdict(list)
    for case in tables["cases"]:
        cost, standard = Decimal(case["medfee_sumamt"]), Decimal(case["std_fee"])
        if case["applied"] == "1" and (cost >= 2 * standard or Decimal(case["icu_days"]) >= 14):
            queues[case["fixmedins_code"]].append((standard - cost, case["setl_id"]))
    for hospital, queue in queues.items():
        discharges = sum(1 for case in tables["cases"] if case["fixmedins_code"] == hospital)
        quota = math.floor(discharges * Fraction(params["quota"]))
        for place, (_, name) in enumerate(sorted(queue), 1):
            found.append(("G06", "SPECIAL_REVIEW" if place <= quota else "QUEUE_OVER_QUOTA", (name,), place))
    return found


def e02(tables: Tables, params: Row) -> list[Found]:
    found, cut = [], set()
    for pair in sorted(tables["pairs"], key=lambda pair: (pair["prev_setl_id"], pair["next_setl_id"])):
        same = all(pair[f"prev_{key}"] == pair[f"next_{key}"] for key in ("fixmedins_code", "group"))
        if same and pair["prev_setl_id"] not in cut:
            cut.add(pair["prev_setl_id"])
            points = Fraction(pair["prev_points"])
            kept = Fraction(math.floor(points / 2 * 10_000 + Fraction(1, 2)), 10_000)
            fund = yuan((points - kept) * params["point_value"] * Fraction(pair["fund_share"]))
            found.append(("E02", "CUT_POINTS", (pair["prev_setl_id"],), fund))
    return found


def x01(tables: Tables, params: Row) -> list[Found]:
    return [
        ("X01", "REFER", (case["setl_id"],))
        for case in tables["cases"] if case["insu_admdvs"][:2] != case["mdtrt_admdvs"][:2] and Decimal(case["medfee_sumamt"]) >= params["fee"]
    ]  # fmt: skip


def supply(rule: str, tables: Tables, params: Row, apart: bool) -> list[Found]:
    """Stock that falls by a day a day and may be lifted to a ceiling; what is beyond it is no stock."""
    found, sequences = [], defaultdict(list)
    for buy in tables["drug_lines"]:
        sequences[buy["psn_no"], buy["drug_group"], buy["fixmedins_code"] if apart else ""].append(buy)
    for buys in sequences.values():
        stock, places, before = Fraction(0), list[tuple[Any, str]](), None
        for buy in sorted(buys, key=lambda buy: (buy["fee_ocur_time"], buy["feedetl_sn"])):
            day = time(buy["fee_ocur_time"]).date()
            inside = {
                first + timedelta(n)
                for case in tables["cases"] if case["psn_no"] == buy["psn_no"]
                for first in [time(case["adm_time"]).date()] for n in range((time(case["dscg_time"]).date() - first).days)
            }  # fmt: skip
            used = (
                0
                if before is None
                else sum(1 for n in range((day - before).days) if before + timedelta(n) not in inside)
            )
            stock, before = max(Fraction(0), stock - used), day
            days = Fraction(buy["cnt"]) * Fraction(buy["days_per_unit"])
            excess = min(days, max(Fraction(0), stock + days - params["max_days"] - params["carry_days"]))
            excess = Fraction(0) if excess <= Fraction(buy["days_per_unit"]) else excess
            places.append((day, buy["fixmedins_code"]))
            if excess:
                recent = {place for when, place in places if (day - when).days <= 90}
                denied = len(recent) >= params["min_institutions"]
                fee, scope = (
                    yuan(Fraction(buy[name]) * excess / days) if denied else Decimal(0)
                    for name in ("det_item_fee_sumamt", "inscp_scp_amt")
                )
                keys = (buy["setl_id"], buy["feedetl_sn"])
                found.append((rule, "DENY_EXCESS" if denied else "WARN", keys, fee, scope))
            stock += days - excess
    return found


def o07(tables: Tables, params: Row) -> list[Found]:
    found, codes = [], defaultdict(list)
    for sale in sorted(
        tables["drug_trace"], key=lambda sale: (sale["sel_retn_time"], sale["rtal_docno"], sale["feedetl_sn"])
    ):
        if sale["trdn_flag"] == "0":
            codes[sale["drug_trac_codg"]].append(sale)
    for sales in codes.values():
        live: list[Row] = []
        for sale in sales:
            mine = [
                one
                for one in live
                if (one["psn_no"], one["fixmedins_code"]) == (sale["psn_no"], sale["fixmedins_code"])
            ]
            if int(sale["sel_retn_cnt"]) > 0:
                live.append(sale)
            elif mine:
                live.remove(mine[-1])
        for place, sale in enumerate(live[1:], 1):
            resent = any(
                (one["psn_no"], one["fixmedins_code"]) == (sale["psn_no"], sale["fixmedins_code"])
                and time(sale["sel_retn_time"]) - time(one["sel_retn_time"]) <= timedelta(minutes=params["resend_min"])
                for one in live[:place]
            )
            fee = Decimal(0) if resent else Decimal(sale["amt"])
            keys = (sale["drug_trac_codg"], sale["rtal_docno"], sale["feedetl_sn"])
            found.append(("O07", "WARN" if resent else "REFER", keys, fee))
    return found


def e08(tables: Tables, params: Row) -> list[Found]:
    found = []
    for case in tables["cases"]:
        days = max(1, (time(case["dscg_time"]).date() - time(case["adm_time"]).date()).days)
        if Decimal(case["icu_days"]) > 0:
            continue
        if days >= params["abs_days"] or days > 3 * Fraction(case["mean_los"]):
            found.append(("E08", "HOLD_CASE", (case["setl_id"],)))
    return found


def e09(tables: Tables, params: Row) -> list[Found]:
    """Persons with enough admissions within 365 or 90 days."""
    found = []
    for own in stays(tables):
        days = [time(case["adm_time"]).date() for case in own]
        if any(
            sum(0 <= (other - day).days < width for other in days) >= most
            for width, most in ((365, params["n"]), (90, params["m"]))
            for day in days
        ):
            found.append(("E09", "REFER", (own[0]["psn_no"],)))
    return found


def o02(tables: Tables, params: Row) -> list[Found]:
    found, persons = [], defaultdict(list)
    for visit in sorted(tables["outpatient"], key=lambda visit: (visit["setl_time"], visit["setl_id"])):
        earlier = persons[visit["psn_no"]]
        day = time(visit["setl_time"]).date()
        earlier.append((day, visit["fixmedins_code"]))
        here = sum(1 for when, place in earlier if when == day and place == visit["fixmedins_code"])
        week, month = (sum(1 for when, _ in earlier if (day - when).days < width) for width in (7, 30))
        if here >= params["n_day"] or week >= params["n_7"] or month >= params["n_30"]:
            found.append(("O02", "HOLD_SETTLEMENT", (visit["setl_id"],)))
    return found


def x03(tables: Tables, params: Row) -> list[Found]:
    found = []
    for case in tables["cases"]:
        for claim in tables["manual_claims"]:
            near = all(
                abs((time(case[name]).date() - time(claim[name]).date()).days) <= 1
                for name in ("adm_time", "dscg_time")
            )
            cost = abs(Decimal(case["medfee_sumamt"]) - Decimal(claim["medfee_sumamt"])) <= 1
            if near and cost and (case["psn_no"], case["fixmedins_code"]) == (claim["psn_no"], claim["fixmedins_code"]):
                earlier = time(claim["paid_time"]) < time(case["dscg_time"])
                found.append(
                    ("X03", "DENY_CASE", (case["setl_id"],))
                    if earlier
                    else ("X03", "DENY_SETTLEMENT", (claim["claim_id"],))
                )
    return found


def o12(tables: Tables, params: Row) -> list[Found]:
    """March: what was billed, against opening + received - closing."""
    found = []
    for stock in tables["inventory"]:
        own = [line for line in lines_of(tables) if (line["case"]["fixmedins_code"], line["med_list_codg"]) == (stock["fixmedins_code"], stock["med_list_codg"])
               and line["fee_ocur_time"].startswith("2026-03")]  # fmt: skip
        billed = sum((line["n"] for line in own), Decimal(0))
        available = Decimal(stock["open_qty"]) + Decimal(stock["in_qty"]) - Decimal(stock["close_qty"])
        if billed > Decimal("1.02") * available and billed:
            fee = yuan(
                Fraction(sum((line["fee"] for line in own), Decimal(0)))
                * Fraction(billed - available)
                / Fraction(billed)
            )
            found.append(("O12", "REFER", (stock["fixmedins_code"], stock["med_list_codg"], "2026-03"), fee))
    return found


def states(rule: str, tables: Tables, params: Row, found: list[Found]) -> Counter[tuple[str, str]]:
    """What a rule answers of each of its subjects."""
    keys = {key for one in found for key in one[2]}
    if rule in ("D01", "O04", "O07", "O12"):
        table = {"O07": "drug_trace", "O12": "inventory"}.get(rule, "drug_lines")
        split = sum(row.get("trdn_flag") == "1" for row in tables[table])
        told = len({one[2] for one in found})
        return +Counter(
            {("FINDING", ""): told, ("NOT_APPLICABLE", "guard"): split, ("PASS", ""): len(tables[table]) - split - told}
        )
    if rule == "O02":
        return +Counter({("FINDING", ""): len(found), ("PASS", ""): len(tables["outpatient"]) - len(found)})
    answers: Counter[tuple[str, str]] = Counter()
    for case in tables["cases"]:
        names = {case["setl_id"], case["psn_no"] if rule == "E09" else case["mdtrt_id"]}
        told = x03({**tables, "cases": [case]}, params) if rule == "X03" else names & keys
        answers[("FINDING", "") if told else _without(rule, tables, params, case)] += 1
    return answers


def _without(rule: str, tables: Tables, params: Row, case: Row) -> tuple[str, str]:
    """The answer of a case of which nothing was found: it passes, or why it does not."""
    operations = [code for code in case["oprn"].split("|") if code]
    paired = {pair[f"{side}_setl_id"] for pair in tables["pairs"] for side in ("prev", "next")}
    left_out = {
        "B01": (("sex_not_stated", case["gend"] not in ("1", "2")),),
        "E02": (("no_upheld_pair", case["setl_id"] not in paired),),
        "E06": (("guard", case["dscg_way"] in ("2", "5")),),
        "E08": (("guard", Decimal(case["icu_days"]) > 0),),
        "G01": (("guard", case["dscg_way"] == "5"), ("not_listed", case["main_dx"] not in params.get("evidence", {}))),
        "G02": (("not_listed", not set(operations) & set(params.get("oprn_fee_map", {}))),),
        "G06": (("not_applied", case["applied"] != "1"),),
        "X01": (("same_province", case["insu_admdvs"][:2] == case["mdtrt_admdvs"][:2]),),
    }.get(rule, ())  # fmt: skip
    why = next((reason for reason, holds in left_out if holds), "")
    if why:
        return "NOT_APPLICABLE", why
    lacks = {"G06": "act_ipt_days", "X03": "bill_code"}.get(rule)  # what could still make a finding of it
    return ("NOT_RUN", f"missing:{lacks}") if lacks else ("PASS", "")


RULES: dict[str, Callable[[Tables, Mapping[str, Any]], list[Found]]] = {
    "A02": a02, "B01": b01, "B10": b10, "E02": e02, "E06": e06, "E08": e08, "E09": e09, "G01": g01, "G02": g02, "G06": g06,
    "D01": lambda tables, params: supply("D01", tables, params, True), "O02": o02,
    "O04": lambda tables, params: supply("O04", tables, params, False), "O07": o07, "O12": o12, "X01": x01, "X03": x03,
}  # fmt: skip
