"""Review rules between regions and on counties in plain Python, written from the rule catalogue: X02, X04 to X06, I03."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.reference.screening import Row, Tables
from tests.reference.screening_answers import Reference, Sheet, by, day, fen, half_up, missing, moment, percent, there
from tests.reference.screening_cases import o07

Params = Mapping[str, Any]


def city(code: str) -> str:
    return code[:4]


def x02(tables: Tables, params: Params) -> Sheet:
    """Rules and prices of the place of care, benefits of the place of insurance, where the two are not one city."""
    sheet = Sheet()
    for case in tables["cases"]:
        lacks = missing(case, "insu_admdvs", "mdtrt_admdvs")
        insured, treated = case["insu_admdvs"], case["mdtrt_admdvs"]
        if lacks or city(insured) == city(treated):
            sheet.answer(*(("NOT_RUN", f"missing:{lacks}") if lacks else ("PASS",)))
            continue
        sheet.answer("FINDING")
        facts = {"rules": treated[:2], "benefit": insured[:2], "rules_city": treated[:4], "benefit_city": insured[:4]}
        sheet.find("ROUTE", "case", case["setl_id"], facts=facts)
    return sheet


def x04(tables: Tables, params: Params) -> Sheet:
    """Patients from elsewhere cost more than 1.3 times as much as local ones of the group and age band, and not by chance."""
    sheet = Sheet()
    for (hospital,), every in by(tables["cases"], "fixmedins_code").items():
        ready = [case for case in every if not missing(case, "group", "medfee_sumamt", "insu_admdvs", "mdtrt_admdvs")]
        found, few = False, False
        for (group,), own in by(ready, "group").items():
            local, other = (
                [case for case in own if (city(case["insu_admdvs"]) == city(case["mdtrt_admdvs"])) == here]
                for here in (True, False)
            )
            if not other:
                continue
            means = {band: Fraction(sum(costs), len(costs)) for band, costs in _costs(local).items()}
            mine, rest = (
                [cost / means[band] for band, costs in _costs(cases).items() if means.get(band) for cost in costs]
                for cases in (local, other)
            )
            if min(len(mine), len(rest)) < params["n"]:
                few = True
            elif sum(rest) / len(rest) > Fraction(params["r"]) and _chance(rest, mine) < float(params["alpha"]):
                found = True
                sheet.find("WARN", "institution", hospital, facts={"group": group, "cases": len(rest)})
        if found:
            sheet.answer("FINDING")
        elif few or not ready:
            sheet.answer("NOT_RUN", "too_few_cases" if few else "missing:insu_admdvs")
        else:
            sheet.answer("PASS")
    return sheet


def _costs(cases: list[Row]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for case in cases:
        age = case["age"]
        band = "?" if not age else "child" if int(age) < 18 else "adult" if int(age) < 65 else "old"
        found.setdefault(band, []).append(int(fen(case["medfee_sumamt"]) or 0))
    return found


def _chance(one: list[Fraction], other: list[Fraction]) -> float:
    """Welch's t test, two-sided: the density of t added up in small steps."""
    n, m = len(one), len(other)
    means = float(sum(one)) / n, float(sum(other)) / m
    parts = [sum((float(value) - mean) ** 2 for value in values) / (len(values) - 1) / len(values)
             for values, mean in ((one, means[0]), (other, means[1]))]  # fmt: skip
    if sum(parts) <= 1e-30:
        return 0.0 if means[0] != means[1] else 1.0
    t = abs(means[0] - means[1]) / math.sqrt(sum(parts))
    nu = sum(parts) ** 2 / (parts[0] ** 2 / (n - 1) + parts[1] ** 2 / (m - 1))
    scale = math.exp(math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2)) / math.sqrt(nu * math.pi)
    # With x = sqrt(nu) tan(u) the density becomes scale sqrt(nu) cos(u) ** (nu - 1), from u(t) to a quarter turn.
    low, steps = math.atan(t / math.sqrt(nu)), 2000
    width = (math.pi / 2 - low) / steps
    inside = sum(math.cos(low + (step + 0.5) * width) ** (nu - 1) for step in range(steps)) * width
    return 2 * scale * math.sqrt(nu) * inside


def x05(tables: Tables, params: Params) -> Sheet:
    """Counties with more than three points above the median of their city going elsewhere, and more than before."""
    sheet, rates = Sheet(), dict[str, Fraction]()
    cases = [case for case in tables["cases"] if not missing(case, "insu_admdvs", "mdtrt_admdvs")]
    for (county,), own in by([case for case in cases if case["setl_id"] not in params["filed"]], "insu_admdvs").items():
        rates[county] = Fraction(sum(city(case["mdtrt_admdvs"]) != city(county) for case in own), len(own))
    for county, rate in rates.items():
        order = sorted(other for name, other in rates.items() if city(name) == city(county))
        half = len(order) // 2
        middle = order[half] if len(order) % 2 else (order[half - 1] + order[half]) / 2
        if rate <= middle + Fraction(params["pp"], 100):
            sheet.answer("PASS")
        elif county not in params["before"]:
            sheet.answer("NOT_RUN", "list_absent:before")
        elif rate <= Fraction(params["before"][county]):
            sheet.answer("PASS")
        else:
            sheet.answer("FINDING")
            sheet.find("WARN", "area", county, facts={"rate": percent(rate), "median": percent(middle)})
    return sheet


def x06(tables: Tables, params: Params) -> Sheet:
    """Readmissions, overlaps, over-supply and boxes sold twice over regions together, where several regions are in it."""
    sheet = Sheet()
    regions = {row["fixmedins_code"]: city(row["fix_blng_admdvs"]) for row in tables["institutions"]}
    place = {("case", case["setl_id"]): case["fixmedins_code"] for case in tables["cases"]}

    def tell(rule: str, subject: str, keys: tuple[str, ...], hospitals: set[str], **what: Any) -> bool:
        owners = sorted({regions[hospital] for hospital in hospitals})
        if len(owners) > 1:
            sheet.find("REFER", subject, *keys, facts={"rule": rule, "owners": owners}, **what)
        return len(owners) > 1

    for case in tables["cases"]:
        earlier = [one for one in tables["cases"] if one["psn_no"] == case["psn_no"] != ""
                   and (one["adm_time"], one["setl_id"]) < (case["adm_time"], case["setl_id"])]  # fmt: skip
        back = [
            one
            for one in earlier
            if 0 <= (day(case["adm_time"]) - day(one["dscg_time"])).days <= 15
            and one["dscg_way"] not in ("2", "4", "5")
            and one["main_dx"]
            and case["main_dx"]
            and (one["main_dx"][:3] == case["main_dx"][:3] or one["group"] == case["group"] != "")
        ]
        over = [
            one["setl_id"]
            for one in earlier
            if min(moment(one["dscg_time"]), moment(case["dscg_time"])) - moment(case["adm_time"])
            >= timedelta(hours=24)
        ]
        found = False
        if back:
            name = max((one["dscg_time"], one["setl_id"]) for one in back)[1]
            found |= tell(
                "E01", "case", (case["setl_id"],), {case["fixmedins_code"], place["case", name]}, involves=[name]
            )
        if over:
            hospitals = {case["fixmedins_code"], *(place["case", name] for name in over)}
            found |= tell(
                "E03", "case", (case["setl_id"],), hospitals, involves=over, fund=fen(case["fund_pay_sumamt"])
            )
        lacks = missing(case, "psn_no", "mdtrt_admdvs", "main_dx")
        sheet.answer(*(("FINDING",) if found else ("NOT_RUN", f"missing:{lacks}") if lacks else ("PASS",)))
    _bought(tables, tell)
    return sheet


def _bought(tables: Tables, tell: Any) -> None:
    """Stock that falls by a day a day outside hospital and may not pass 9 + 2 days; boxes by the plain reference of O07."""
    for (person, _), buys in by(tables["drug_lines"], "psn_no", "drug_group").items():
        stock, before = Fraction(0), None
        buys.sort(key=lambda buy: (buy["fee_ocur_time"], buy["feedetl_sn"]))
        inside = {
            day(case["adm_time"]) + timedelta(n)
            for case in tables["cases"]
            if case["psn_no"] == person
            for n in range((day(case["dscg_time"]) - day(case["adm_time"])).days)
        }
        for number_, buy in enumerate(buys):
            today, pack = day(buy["fee_ocur_time"]), Fraction(buy["days_per_unit"])
            gone = [before + timedelta(n) for n in range((today - before).days)] if before else []
            stock, before = max(Fraction(0), stock - sum(when not in inside for when in gone)), today
            days = Fraction(buy["cnt"]) * pack
            excess = min(days, max(Fraction(0), stock + days - 9 - 2))
            excess = excess if excess > pack else Fraction(0)
            stock += days - excess
            near = {
                one["fixmedins_code"] for one in buys[: number_ + 1] if (today - day(one["fee_ocur_time"])).days <= 90
            }
            if excess and len(near) >= 2:
                part = excess / days
                tell("O04", "drug_line", (buy["setl_id"], buy["feedetl_sn"]), near, fee=half_up(fen(buy["det_item_fee_sumamt"]) * part),
                     scope=half_up(fen(buy["inscp_scp_amt"]) * part), quantity=half_up(Fraction(buy["cnt"]) * part * 10_000))  # fmt: skip
    sales = {(sale["drug_trac_codg"], sale["rtal_docno"], sale["feedetl_sn"]): sale for sale in tables["drug_trace"]}
    for _, outcome, key, _ in o07(tables, {"resend_min": 30}):
        own = sorted((sale["sel_retn_time"], sale["rtal_docno"], sale["feedetl_sn"], sale["fixmedins_code"])
                     for sale in sales.values() if sale["drug_trac_codg"] == key[0] and sale["trdn_flag"] == "0")  # fmt: skip
        if outcome == "REFER":
            tell(
                "O07",
                "trace",
                key,
                {sales[key]["fixmedins_code"], own[0][3]},
                quantity=10_000,
                fee=fen(sales[key]["amt"]),
            )


def i03(tables: Tables, params: Params) -> Sheet:
    """Stays per insured, as if each county had the ages and sexes of the city; above 1.2 times the city or two deviations."""
    sheet, population = Sheet(), params["insured"]
    unclear = {
        case["insu_admdvs"] for case in tables["cases"] if not there(case, "age") or case["gend"] not in ("1", "2")
    }
    clear = [county for county in population if county not in unclear]
    sheet.answer("NOT_RUN", "missing:age", len(population) - len(clear))
    bands = sorted({band for county in clear for band in population[county]})
    stays = {(county, band): sum(case["insu_admdvs"] == county and _band(case) == band for case in tables["cases"])
             for county in clear for band in bands}  # fmt: skip
    people = {band: sum(int(population[county].get(band, 0)) for county in clear) for band in bands}
    everyone, rates = sum(people.values()), dict[str, Fraction]()
    for county in clear:
        rates[county] = sum(
            (Fraction(stays[county, band], int(population[county][band])) * people[band] for band in population[county]),
            Fraction(0),
        ) / everyone  # fmt: skip
    for county, rate in rates.items():
        whole = Fraction(sum(stays[one, band] for one in clear for band in population[one]), everyone)
        mean = sum(rates.values(), Fraction(0)) / len(rates)
        variance = sum(((one - mean) ** 2 for one in rates.values()), Fraction(0)) / max(1, len(rates) - 1)
        far = variance > 0 and rate > mean and (rate - mean) ** 2 > params["z"] ** 2 * variance
        sheet.answer("FINDING" if far or rate > Fraction(6, 5) * whole else "PASS")
        if far or rate > Fraction(6, 5) * whole:
            sheet.find("WARN", "area", county, facts={"rate": percent(rate), "city": percent(whole)})
    return sheet


def _band(case: Row) -> str:
    low = max(bound for bound in (0, 15, 45, 65) if bound <= int(case["age"])) if there(case, "age") else -1
    return f"{low}|{case['gend']}"


RULES: dict[str, Reference] = {"X02": x02, "X04": x04, "X05": x05, "X06": x06, "I03": i03}
