"""Review rules on institutions and the measures of the agency in plain Python, from the rule catalogue: I01, I02, I04 to I18."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from typing import Any

from tests.reference.screening import Row, Tables, netted
from tests.reference.screening_answers import (
    Reference,
    Sheet,
    by,
    codes,
    day,
    fen,
    half_up,
    missing,
    number,
    percent,
    there,
    two,
)

Params = Mapping[str, Any]


def median(values: Iterable[Fraction]) -> Fraction:
    order = sorted(values)
    half = len(order) // 2
    return order[half] if len(order) % 2 else (order[half - 1] + order[half]) / 2


def outlying(value: Fraction, others: list[Fraction], z: int) -> bool:
    """(x - median) / (1.4826 MAD) above z; values that do not vary measure nothing."""
    middle = median(others)
    spread = median([abs(other - middle) for other in others])
    return spread > 0 and value - middle > z * Fraction(14826, 10_000) * spread


def band(score: Fraction, bands: list[list[Any]]) -> Fraction:
    return next((Fraction(value) for least, value in bands if score >= least), Fraction(0))


def levels_of(tables: Tables) -> dict[str, str]:
    return {row["fixmedins_code"]: row["hosp_lv"] for row in tables["institutions"]}


def i01(tables: Tables, params: Params) -> Sheet:
    """Spent less elapsed in points, and growth against the level: yellow, orange; twice yellow orange, orange again red."""
    sheet, levels = Sheet(), levels_of(tables)
    rows = {(row["fixmedins_code"], row["ym"]): row for row in tables["inst_month"]}
    last = max((month for _, month in rows), default="")
    names = sorted({name for name, _ in rows})
    growth = {name: found for name in names if (found := _growth(rows, name, last))}
    for name in names:
        own = [rows.get((name, f"{last[:4]}{month:02}")) for month in range(1, int(last[4:]) + 1)]
        if None in own or any(missing(row, "fund", "budget") for row in own if row):
            sheet.answer("NOT_RUN", "missing:budget")
            continue
        spent, budget = (sum(fen(row[key]) for row in own if row) for key in ("fund", "budget"))
        elapsed = Fraction(len(own), 12)
        whole = 100 * Fraction(params["year_budget"][name]) if name in params["year_budget"] else budget / elapsed
        gap = 100 * (spent / whole - elapsed)
        level, reasons = (2 if gap > 5 else 1 if gap > 3 else 0), ["progress"] if gap > 3 else []
        peers = [growth[other] for other in growth if other != name and levels[other] == levels[name]]
        for metric, value in sorted(growth.get(name, {}).items()):
            others = [peer[metric] for peer in peers]
            if len(others) >= 3 and outlying(value, others, 2):
                reasons.append(metric)
                level = max(level, 2 if outlying(value, others, 3) else 1)
        before = params["levels_before"].get(name, [])[-1:]
        level = 2 if level == 1 and before == ["YELLOW"] else level
        level = 3 if level == 2 and before in (["ORANGE"], ["RED"]) else level
        sheet.answer("FINDING" if level else "PASS")
        if level:
            facts = {"level": ["", "YELLOW", "ORANGE", "RED"][level], "reasons": reasons, "gap_pp": two(gap)}
            sheet.find("WARN", "institution", name, facts=facts)
    return sheet


def _growth(rows: Mapping[tuple[str, str], Row], name: str, last: str) -> dict[str, Fraction]:
    """This year's months against the same of the year before."""
    sums = []
    for year in (int(last[:4]), int(last[:4]) - 1):
        own = [rows.get((name, f"{year}{month:02}")) for month in range(1, int(last[4:]) + 1)]
        if None in own or any(missing(row, "fee", "n_adm") for row in own if row):
            return {}
        sums.append([sum(int(Decimal(row[key]) * 100) for row in own if row) for key in ("fee", "n_adm")])
    (cost, stays), (cost_then, stays_then) = sums
    if not (cost_then and stays_then and stays):
        return {}
    mean = Fraction(cost * stays_then, stays * cost_then)
    return {"cost": Fraction(cost, cost_then), "admissions": Fraction(stays, stays_then), "mean_cost": mean}


def i02(tables: Tables, params: Params) -> Sheet:
    """Above 1.2 for two quarters in a row, and warned: the coefficient falls by the step of its level, not below 0.9."""
    sheet = Sheet()
    for row in tables["inst_facts"]:
        lacks = missing(row, "coef", "warn_level", "oe_quarters", "points", "point_value")
        if lacks:
            sheet.answer("NOT_RUN", f"missing:{lacks}")
            continue
        old = Fraction(row["coef"])
        step = {"YELLOW": Fraction(0), "ORANGE": Fraction(1, 100), "RED": Fraction(3, 100)}.get(
            row["warn_level"], Fraction(0)
        )
        new = max(Fraction(9, 10), old * (1 - step))
        quarters = [Fraction(value) for value in codes(row, "oe_quarters")]
        cut = len(quarters) >= 2 and min(quarters[-2:]) > Fraction(6, 5) and new < old
        if cut and row["warned"] == "1":
            sheet.answer("FINDING")
            fund = half_up(Fraction(row["points"]) * Fraction(row["point_value"]) * (old - new) * 100)
            sheet.find("COEF", "institution", row["fixmedins_code"], fund=fund, facts={"level": row["warn_level"]})
        else:
            sheet.answer(*(("NOT_RUN", "missing:warned") if cut and not row["warned"] else ("PASS",)))
    return sheet


def i04(tables: Tables, params: Params) -> Sheet:
    """Shares of cost by class, and unplanned returns within 31 days, against others of the level."""
    sheet, levels = Sheet(), levels_of(tables)
    hospital = {case["setl_id"]: case["fixmedins_code"] for case in tables["cases"]}
    shares: dict[str, dict[str, Fraction]] = {}
    lines = by([{**line, "hospital": hospital[line["setl_id"]]} for line in netted(tables)], "hospital")
    for name, kinds in (("drugs", ("09", "10", "11")), ("tests", ("03", "04"))):
        for (place,), own in lines.items():
            part = sum((line["fee"] for line in own if line["med_chrgitm_type"] in kinds), Decimal(0))
            shares.setdefault(name, {})[place] = Fraction(part) / Fraction(sum(line["fee"] for line in own))
    back = {place: [0, 0] for place in hospital.values()}
    for (person,), stays in by(tables["cases"], "psn_no").items():
        stays = sorted(stays, key=lambda case: (case["adm_time"], case["setl_id"])) if person else []
        for at, stay in enumerate(stays):
            gap = (day(stays[at + 1]["adm_time"]) - day(stay["dscg_time"])).days if at + 1 < len(stays) else -1
            back[stay["fixmedins_code"]][0] += 1
            back[stay["fixmedins_code"]][1] += 0 <= gap <= 31
    shares["readmission_31"] = {place: Fraction(again, all_) for place, (all_, again) in back.items() if all_}
    found, few = set(), set()
    for name, own in shares.items():
        for place, share in own.items():
            others = [own[other] for other in own if other != place and levels[other] == levels[place]]
            if len(others) < params["min_peers"]:
                few.add(place)
            elif outlying(share, others, params["z"]):
                found.add(place)
                sheet.find("WARN", "institution", place, facts={"indicator": name, "share": percent(share)})
    for place in set(hospital.values()):
        state = ("FINDING",) if place in found else ("NOT_RUN", "too_few_peers") if place in few else ("PASS",)
        sheet.answer(*state)
    return sheet


def i05(tables: Tables, params: Params) -> Sheet:
    """A seeded draw; once reviewed R x fund of the year, less 1.2816 standard errors; the largest are reviewed whole."""
    sheet = Sheet()
    denied = {row["setl_id"]: fen(row["deny_fund"]) for row in tables["sample_reviews"] if there(row, "deny_fund")}
    for (hospital,), own in by(
        [case for case in tables["cases"] if there(case, "fund_pay_sumamt")], "fixmedins_code"
    ).items():
        fund = {case["setl_id"]: int(fen(case["fund_pay_sumamt"]) or 0) for case in own}
        whole = {name for name, paid in fund.items() if paid >= 100 * params["top_fund"]}
        rest = sorted(set(fund) - whole)
        population = sha256("\n".join(rest).encode()).hexdigest()
        seed = sha256(f"{hospital}|{params['period']}|{population}".encode()).hexdigest()
        size = min(len(rest), max(math.ceil(Fraction(params["rate"]) * len(rest)), params["n_min"]))
        drawn = sorted(rest, key=lambda name: sha256(f"{seed}|{name}".encode()).hexdigest())[:size]
        sheet.answer("FINDING")
        facts: dict[str, Any] = {"population": len(rest), "drawn": drawn}
        if not all(name in denied for name in [*drawn, *whole]) or (rest and size < 2):
            sheet.find("SELECT", "institution", hospital, facts={**facts, "point_fen": None})
            continue
        exact = sum(int(denied[name] or 0) for name in whole)
        point, spread = 0, 0
        if drawn:
            ratio = Fraction(sum(int(denied[name] or 0) for name in drawn), sum(fund[name] for name in drawn))
            year = (
                100 * Fraction(params["year_fund"][hospital])
                if hospital in params["year_fund"]
                else sum(fund[name] for name in rest)
            )
            point = max(0, half_up(ratio * year - 100 * Fraction(params["already_denied"].get(hospital, 0))))
            errors = [int(denied[name] or 0) - ratio * fund[name] for name in drawn]
            mean = sum(errors, Fraction(0)) / size
            variance = sum(((error - mean) ** 2 for error in errors), Fraction(0)) / (size - 1)
            spread = round(len(rest) * math.sqrt((1 - Fraction(size, len(rest))) / size * variance) * 1.2816)
        facts["lower90_fen"] = max(0, point - spread)
        sheet.find("DEDUCT_RATIO", "institution", hospital, fund=point + exact, facts={**facts, "point_fen": point})
    return sheet


def i06(tables: Tables, params: Params) -> Sheet:
    """Points by doctor and year: of one event the highest, not while an appeal is open, less what study repaired."""
    sheet, years = Sheet(), dict[tuple[str, str], list[Row]]()
    for row in tables["upheld_findings"]:
        if row["appeal_open"] != "1" and not missing(row, "dr_code", "decided_time"):
            years.setdefault((row["dr_code"], row["decided_time"][:4]), []).append(row)
    for (doctor, year), rows in years.items():
        events: dict[str, Fraction] = {}
        for row in (row for row in rows if there(row, "points")):
            event = row["event_id"] or row["finding_key"]
            events[event] = max(events.get(event, Fraction(0)), Fraction(row["points"]))
        points = max(
            Fraction(0), sum(events.values(), Fraction(0)) - min(4, params["study"].get(f"{doctor}|{year}", 0))
        )
        at_once = max(events.values(), default=0) >= 12
        measure = "terminate_3_years" if at_once else "terminate" if points >= 12 else "suspend" if points >= 9 else ""
        if measure:
            sheet.answer("FINDING")
            sheet.find(
                "POINTS", "doctor", doctor, facts={"year": year, "measure": measure, "points": f"{float(points):g}"}
            )
        else:
            sheet.answer(*(("PASS",) if all(there(row, "points") for row in rows) else ("NOT_RUN", "missing:points")))
    return sheet


BAD = {"denied_share": (400, 30), "upheld_rate": (1, 20), "data_faults": (200, 15), "complaint_rate": (1, 10)}
GOOD = {"appeal_won": (10, 5), "self_reported": (10, 5)}


def i07(tables: Tables, params: Params) -> Sheet:
    """100 less what each rate weighs, at most its cap; rates of few settlements are drawn to the level's mean."""
    sheet = Sheet()
    ready = [row for row in tables["inst_facts"] if not missing(row, "n_setl", *BAD)]
    for row in tables["inst_facts"]:
        lacks = missing(row, "n_setl", *BAD)
        if lacks:
            sheet.answer("NOT_RUN", f"missing:{lacks}")
            continue
        peers = [one for one in ready if (one["hosp_lv"], one["period"]) == (row["hosp_lv"], row["period"])]
        n, score = int(row["n_setl"]), Fraction(100)
        for sign, rates in ((-1, BAD), (1, GOOD)):
            for name, (weight, cap) in rates.items():
                mean = sum(((number(one[name]) or Fraction(0)) for one in peers), Fraction(0)) / len(peers)
                rate = ((number(row[name]) or Fraction(0)) * n + mean * 10) / (n + 10)
                score += sign * min(Fraction(cap), weight * rate)
        grade = "A" if score >= 90 else "B" if score >= 80 else "C" if score >= 60 else "D"
        sheet.answer("FINDING")
        sheet.find("GRADE", "institution", row["fixmedins_code"], facts={"score": two(score), "grade": grade})
    return sheet


def i08(tables: Tables, params: Params) -> Sheet:
    """At 60 or below the agreement ends, else for the last of the list; the deposit is returned by the score."""
    sheet = Sheet()
    ready = [row for row in tables["inst_facts"] if not missing(row, "score", "deposit")]
    last = set()
    for (period,), own in by(ready, "period").items():
        order = sorted(own, key=lambda row: (Fraction(row["score"]), row["fixmedins_code"]))
        last |= {
            (period, row["fixmedins_code"]) for row in order[: math.floor(Fraction(params["last_pct"]) * len(own))]
        }
    for row in tables["inst_facts"]:
        lacks = missing(row, "score", "deposit")
        if lacks:
            sheet.answer("NOT_RUN", f"missing:{lacks}")
            continue
        score = Fraction(row["score"])
        share = band(score, [[90, "1"], [80, "0.9"], [70, "0.8"], [60, "0.6"]])
        kept = half_up(fen(row["deposit"]) * (1 - share))
        reasons = ["line"] * (score <= 60) + ["last_of_list"] * ((row["period"], row["fixmedins_code"]) in last)
        reasons = ["sole_provider"] if reasons and row["sole_provider"] == "1" else reasons
        sheet.answer("FINDING" if reasons or kept else "PASS")
        if reasons or kept:
            sheet.find("DISPOSE", "institution", row["fixmedins_code"], fund=kept, facts={"reasons": reasons})
    return sheet


def i09(tables: Tables, params: Params) -> Sheet:
    """Two upheld findings of a person's own fault within 365 days."""
    sheet = Sheet()
    own_fault = [row for row in tables["upheld_findings"] if row["personal_fault"] == "1" and row["appeal_open"] != "1"]
    for (person,), own in by([row for row in own_fault if row["psn_no"]], "psn_no").items():
        days = sorted(day(row["decided_time"]) for row in own)
        near = any((later - earlier).days < 365 for earlier, later in pairwise(days))
        sheet.answer("FINDING" if near else "PASS")
        if near:
            sheet.find("LIMIT", "person", person)
    return sheet


def i10(tables: Tables, params: Params) -> Sheet:
    """Less than 0.9 of the contract, more than 0.4 of dearer alternatives, above the procured price."""
    sheet = Sheet()
    hospital = {case["setl_id"]: case["fixmedins_code"] for case in tables["cases"]}
    lines = [{**line, "hospital": hospital[line["setl_id"]]} for line in netted(tables)]
    for place in {line["hospital"] for line in lines} | set(params["contracts"]):
        found = False
        for item, product in params["products"].items():
            own = [line for line in lines if line["hospital"] == place and line["med_list_codg"] == item]
            used = sum((line["n"] for line in own), Decimal(0))
            rest = sum(
                (
                    line["n"]
                    for line in lines
                    if line["hospital"] == place and line["med_list_codg"] in product["alternatives"]
                ),
                Decimal(0),
            )
            contract = params["contracts"].get(place, {}).get(item)
            reasons = ["volume"] * (contract is not None and used < Decimal("0.9") * Decimal(contract or 0))
            reasons += ["alternatives"] * (rest > Decimal("0.4") * (used + rest))
            reasons += ["price"] * any(Decimal(line["pric"]) > Decimal(product["price"]) for line in own)
            if reasons:
                found = True
                sheet.find("WARN", "institution", place, facts={"item": item, "reasons": reasons})
        sheet.answer("FINDING" if found else "PASS")
    return sheet


def i11(tables: Tables, params: Params) -> Sheet:
    """Units against those of the same groups elsewhere; of all that were tested those that chance hardly explains."""
    sheet, tested = Sheet(), []
    cases = {case["setl_id"]: case for case in tables["cases"] if there(case, "group")}
    lines = [line for line in netted(tables) if line["setl_id"] in cases]
    hospitals = {case["fixmedins_code"] for case in cases.values()}
    for item in {line["med_list_codg"] for line in lines}:
        for place in hospitals:
            observed, expected = Fraction(0), Fraction(0)
            for every in by(cases.values(), "group").values():
                own = {case["setl_id"] for case in every if case["fixmedins_code"] == place}
                rest = {case["setl_id"] for case in every} - own
                if len(rest) >= params["min_n"] and own:
                    here, elsewhere = (Fraction(sum(line["n"] for line in lines if line["med_list_codg"] == item and line["setl_id"] in names)) for names in (own, rest))  # fmt: skip
                    observed, expected = observed + here, expected + elsewhere / len(rest) * len(own)
            used = [
                line
                for line in lines
                if line["med_list_codg"] == item and cases[line["setl_id"]]["fixmedins_code"] == place
            ]
            if not used or not observed:
                continue
            ratio = (observed + 10) / (expected + 10)
            chance = 1.0
            if observed > expected and ratio >= Fraction(params["least_ratio"]):
                chance = 1 - sum(
                    math.exp(-expected) * float(expected) ** k / math.factorial(k) for k in range(math.floor(observed))
                )
            price = Fraction(sum(line["fee"] for line in used)) / Fraction(sum(line["n"] for line in used))
            tested.append((chance, item, place, ratio, half_up(max(Fraction(0), observed - expected) * price * 100)))
    tested.sort()
    limit = max((at for at, one in enumerate(tested, 1) if one[0] * len(tested) <= float(params["q"]) * at), default=0)
    leads = sorted(tested[:limit], key=lambda one: (-one[4], one[1], one[2]))[
        : params["most"]
    ]  # Equal amounts by item.
    for _, item, place, ratio, excess in leads:
        sheet.find("REFER", "institution", place, fee=excess, facts={"item": item, "ratio": two(ratio)})
    for place in hospitals:
        sheet.answer("FINDING" if any(lead[2] == place for lead in leads) else "PASS")
    return sheet


def i12(tables: Tables, params: Params) -> Sheet:
    """Growth by score, volume and public duties, between its bounds."""
    sheet = Sheet()
    for row in tables["inst_facts"]:
        lacks = missing(row, "score", "budget", "volume_growth")
        if lacks:
            sheet.answer("NOT_RUN", f"missing:{lacks}")
            continue
        growth = band(Fraction(row["score"]), [[90, "0.03"], [80, "0.01"], [60, "0"], [0, "-0.02"]])
        growth += Fraction(params["volume_weight"]) * Fraction(row["volume_growth"])
        growth = max(Fraction(-5, 100), min(Fraction(1, 10), growth))
        sheet.answer("FINDING")
        sheet.find(
            "BUDGET", "institution", row["fixmedins_code"], facts={"change_fen": half_up(growth * fen(row["budget"]))}
        )
    return sheet


def i13(tables: Tables, params: Params) -> Sheet:
    """Institutions by hash under the seed, the heavier the sooner; inspectors without a conflict, by hash too."""
    sheet, times = Sheet(), dict[str, float]()
    grades = {row["fixmedins_code"]: row["credit_grade"] for row in tables["inst_facts"]}
    weights = {"A": 1, "B": 2, "C": 4, "D": 6}
    for name, grade in grades.items():
        uniform = (int(sha256(f"{params['seed']}|{name}".encode()).hexdigest(), 16) + 1) / 16**64
        if grade:
            times[name] = -math.log(uniform) / weights[grade]
    drawn = sorted(times, key=lambda name: (times[name], name))[: params["institutions"]]
    for name, grade in grades.items():
        state = ("NOT_RUN", "missing:credit_grade") if not grade else ("FINDING",) if name in drawn else ("PASS",)
        sheet.answer(*state)
    for name in drawn:
        free = [one["name"] for one in params["inspectors"] if name not in one.get("conflicts", ())]
        free.sort(key=lambda one: sha256(f"{params['seed']}|{name}|{one}".encode()).hexdigest())
        sheet.find("SELECT", "institution", name, facts={"grade": grades[name], "inspectors": sorted(free[:2])})
    return sheet


def i14(tables: Tables, params: Params) -> Sheet:
    """rate x min(1, beds found / beds) x staff factor."""
    sheet = Sheet()
    for row in tables["inst_facts"]:
        lacks = missing(row, "day_rate", "beds", "beds_ok")
        if lacks:
            sheet.answer("NOT_RUN", f"missing:{lacks}")
            continue
        old = int(fen(row["day_rate"]) or 0)
        staff = number(row["staff_factor"]) if there(row, "staff_factor") else Fraction(1)
        new = half_up(old * min(Fraction(1), Fraction(int(row["beds_ok"]), int(row["beds"]))) * staff)
        sheet.answer("FINDING" if new < old else "PASS")
        if new < old:
            fund = half_up((old - new) * Fraction(row["bed_days"])) if there(row, "bed_days") else 0
            sheet.find("RATE", "institution", row["fixmedins_code"], fund=fund)
    return sheet


def i15(tables: Tables, params: Params) -> Sheet:
    """What hospitals returned themselves by the same rules."""
    sheet, sums = Sheet(), dict[str, list[int]]()
    for row in tables["self_returns"]:
        lacks = missing(row, "amt", "fixmedins_code", "pack_digest")
        if lacks:
            sheet.answer("NOT_RUN", f"missing:{lacks}")
        elif row["pack_digest"] != params["pack_digest"]:
            sheet.answer("NOT_APPLICABLE", "other_pack")
        else:
            sheet.answer("FINDING")
            sums.setdefault(row["fixmedins_code"], []).append(int(fen(row["amt"]) or 0))
    for hospital, amounts in sums.items():
        sheet.find("SELF", "institution", hospital, fee=sum(amounts), facts={"items": len(amounts)})
    return sheet


def i16(tables: Tables, params: Params) -> Sheet:
    """Admitted on or after the day on which the agreement stopped, and no rescue."""
    sheet, stops = (
        Sheet(),
        {row["fixmedins_code"]: row["stop_date"] for row in tables["inst_facts"] if row["stop_date"]},
    )
    for case in tables["cases"]:
        stop = stops.get(case["fixmedins_code"])
        late = stop is not None and case["adm_way"] != "1" and day(case["adm_time"]) >= day(stop)
        sheet.answer("FINDING" if late else "PASS")
        if late:
            sheet.find("LIMIT", "case", case["setl_id"], fund=fen(case["fund_pay_sumamt"]) or 0)
    return sheet


def i17(tables: Tables, params: Params) -> Sheet:
    """Upheld findings by hospital and authority; the police from the filing line on."""
    sheet, packets = Sheet(), dict[tuple[str, str], list[Row]]()
    told, unsaid = set(), set()
    for row in tables["upheld_findings"]:
        for lane, rules in params["lanes"].items():
            if row["rule_id"] in rules and row["appeal_open"] != "1" and row["fixmedins_code"]:
                packets.setdefault((row["fixmedins_code"], lane), []).append(row)
    for (hospital, lane), rows in packets.items():
        keys, total = sorted(row["finding_key"] for row in rows), sum(fen(row["amt"]) or 0 for row in rows)
        if lane == "police" and total < 100 * Fraction(params["filing_line"]):
            unsaid |= {row["finding_key"] for row in rows if not there(row, "amt")}
            continue
        told |= set(keys)
        facts = {"to": lane, "findings": keys, "packet_digest": sha256("\n".join(keys).encode()).hexdigest()}
        sheet.find("TRANSFER", "institution", hospital, facts=facts)
    for row in tables["upheld_findings"]:
        lacks = missing(row, "rule_id", "fixmedins_code")
        if row["finding_key"] in told:
            sheet.answer("FINDING")
        elif lacks or row["finding_key"] in unsaid:
            sheet.answer("NOT_RUN", f"missing:{lacks or 'amt'}")
        else:
            sheet.answer(*(("NOT_APPLICABLE", "appeal_open") if row["appeal_open"] == "1" else ("PASS",)))
    return sheet


def i18(tables: Tables, params: Params) -> Sheet:
    """From the month's payable, then the prepayment, then the deposit; the rest is carried."""
    sheet = Sheet()
    for row in tables["inst_facts"]:
        lacks = missing(row, "payable", "denied")
        left = 0 if lacks else int(fen(row["denied"]) or 0)
        facts: dict[str, Any] = {}
        for name in ("payable", "prepaid", "deposit"):
            lacks = lacks or (missing(row, name) if left else "")
            taken = min(left, fen(row[name]) or 0)
            left -= taken
            facts[f"from_{name}_fen"] = taken
        if lacks:
            sheet.answer("NOT_RUN", f"missing:{lacks}")
        elif not fen(row["denied"]):
            sheet.answer("PASS")
        else:
            sheet.answer("FINDING")
            sheet.find(
                "OFFSET",
                "institution",
                row["fixmedins_code"],
                fund=fen(row["denied"]),
                facts={**facts, "carried_fen": left},
            )
    return sheet


RULES: dict[str, Reference] = {
    "I01": i01, "I02": i02, "I04": i04, "I05": i05, "I06": i06, "I07": i07, "I08": i08, "I09": i09, "I10": i10, "I11": i11, "I12": i12,
    "I13": i13, "I14": i14, "I15": i15, "I16": i16, "I17": i17, "I18": i18,
}  # fmt: skip
