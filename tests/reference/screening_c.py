"""Review rules on charging (C) in plain Python, written from the rule catalogue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.screening_plain import (
    FOUND,
    PASSED,
    Amounts,
    Answer,
    Found,
    Line,
    Rule,
    State,
    Tables,
    codes,
    e4,
    half_up,
    lines_of,
    on_line,
    own_lines,
    within_hours,
)  # fmt: skip

Params = Mapping[str, Any]
FEW: State = ("NOT_RUN", "too_few_peers")


def hospital(line: Line) -> str:
    return str(line.case["fixmedins_code"]) if line.case else ""


def of_places(names: set[str], found: Sequence[Found], few: set[str]) -> Answer:
    """Answers of institutions: those found, those with nothing to be compared with, the others pass."""
    hit = {one.about[0] for one in found}
    return list(found), Counter(FOUND if name in hit else FEW if name in few else PASSED for name in names)


def median(values: Sequence[Fraction]) -> Fraction:
    order, half = sorted(values), len(values) // 2
    return order[half] if len(values) % 2 else (order[half - 1] + order[half]) / 2


def alike(one: str, other: str) -> Fraction:
    """Pairs of neighbouring characters that two names share, twice, by the pairs of both."""
    own, its = (Counter(name[at : at + 2] for at in range(len(name) - 1)) for name in (one, other))
    return Fraction(2 * (own & its).total(), own.total() + its.total())


def c05(tables: Tables, params: Params) -> Answer:
    """Signs of an item billed as another: (a) its name, (b) what was bought, (c) two codes in a month, (d) the method."""
    lines, found = lines_of(tables), list[Found]()
    national = params["national"]
    named: dict[tuple[str, str, str], list[Line]] = defaultdict(list)
    months: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    billed: Counter[tuple[str, str]] = Counter()
    for line in lines:
        billed[hospital(line), line.item] += line.units
        if line.item in national and line.row["medins_list_name"]:
            named[hospital(line), line.item, line.row["medins_list_name"]].append(line)
        if line.row["medins_list_codg"]:
            months[hospital(line), line.row["medins_list_codg"], line.row["fee_ocur_time"][:7]].add(line.item)
    for (place, item, name), own in named.items():
        likeness = {code: alike(name, row["name"]) for code, row in national.items()}
        best = max(sorted(likeness), key=lambda code: likeness[code])
        if (
            likeness[item] < Fraction(params["sim_low"])
            and best != item
            and likeness[best] > Fraction(params["sim_high"])
        ):
            units, fee = sum(line.units for line in own), sum(line.fee for line in own)
            true = half_up(Fraction(national[best]["price"]) * 100 * units / 10_000)
            keys = tuple(sorted(line.key for line in own))
            found.append(
                Found(
                    "REFER", (place,), Amounts(units, max(0, fee - true), None, None), keys, more=("name", item, best)
                )
            )
    found += [
        Found("REFER", (place,), more=("two_codes", own, ""))
        for (place, own, _), items in months.items()
        if len(items) > 1
    ]
    stock: Counter[tuple[str, str]] = Counter()
    for row in tables["inventory"]:
        stock[row["fixmedins_code"], row["med_list_codg"]] += (
            e4(row["open_qty"]) + e4(row["in_qty"]) - e4(row["close_qty"])
        )
    for (place, item), units in billed.items():
        cheaper = params["cheaper"].get(item)
        if cheaper and (place, item) in stock:
            over, left = units - stock[place, item], stock[place, cheaper] - billed[place, cheaper]
            if over > 0 and left > 0:
                found.append(
                    Found("REFER", (place,), Amounts(min(over, left), None, None, None), more=("bought", item, cheaper))
                )
    for family, row in params["methods"].items():
        places = {place for place, item in billed if item in (row["low"], row["high"])}
        whole = {place: billed[place, row["low"]] + billed[place, row["high"]] for place in places}
        shares = {
            place: Fraction(billed[place, row["high"]], units)
            for place, units in whole.items()
            if units >= params["min_n"] * 10_000
        }
        for place, share in shares.items():
            others = [other for name, other in shares.items() if name != place]
            if (
                not others
                or share <= Fraction(params["method_ratio"]) * median(others)
                or share <= Fraction(params["method_share"])
            ):
                continue
            extra = (share - median(others)) * whole[place] / 10_000 * Fraction(row["difference"]) * 100
            found.append(
                Found("REFER", (place,), Amounts(None, half_up(extra), None, None), more=("method", family, ""))
            )
    return of_places({hospital(line) for line in lines}, found, set())


def routine(tables: Tables, params: Params) -> Answer:
    """Sets of tests of nearly all admissions of a department in a month (C06; C13 by the robust distance from others)."""
    lines, found, few = lines_of(tables), list[Found](), set[str]()
    for name, row in params["sets"].items():
        uses: dict[tuple[str, str, str], list[tuple[bool, bool, list[Line]]]] = defaultdict(list)
        for case in tables["cases"]:
            tests = [
                line for line in own_lines(lines, case)
                if line.item in row["codes"] and ("first_h" not in params or within_hours(line.row["fee_ocur_time"], case["adm_time"], params["first_h"]))
            ]  # fmt: skip
            whole = {line.item for line in tests} == set(row["codes"])
            ground = any(
                code.startswith(tuple(row.get("indication", ("-",)))) for code in [case["main_dx"], *codes(case["dx"])]
            )
            uses[case["fixmedins_code"], case["dscg_caty"], case["dscg_time"][:7]].append(
                (whole, whole and not ground, tests)
            )
        shares = {key: Fraction(sum(whole for whole, _, _ in own), len(own)) for key, own in uses.items()}
        for (place, ward, month), own in uses.items():
            others = [share for (other, *where), share in shares.items() if other != place and where == [ward, month]]
            if len(others) < params["min_peers"] or len(own) < params["min_n"]:
                few.add(place)
                continue
            share, used, groundless = (
                shares[place, ward, month],
                sum(whole for whole, _, _ in own),
                sum(bare for _, bare, _ in own),
            )
            if "z" in params:
                deviation = median([abs(other - median(others)) for other in others]) * Fraction("1.4826")
                unusual = share - median(others) > Fraction(params["z"]) * deviation
            else:
                unusual = median(others) <= Fraction(params["peer"]) and groundless >= Fraction(params["noind"]) * used
            if share >= Fraction(params["pen"]) and unusual:
                bare = [line for _, without, tests in own if without for line in tests]
                sums = Amounts(
                    sum(line.units for line in bare),
                    sum(line.fee for line in bare),
                    sum(line.scope for line in bare),
                    None,
                )
                found.append(
                    Found("REFER", (place,), sums, tuple(sorted(line.key for line in bare)), more=(name, ward, month))
                )
    return of_places({case["fixmedins_code"] for case in tables["cases"]}, found, few)


def c10(tables: Tables, params: Params) -> Answer:
    """More minutes of one person and day than the day has: the share above it of what that day was billed."""
    listed = [line for line in lines_of(tables) if line.item in params["minutes"]]
    days: dict[tuple[str, str, date], list[Line]] = defaultdict(list)
    for line in listed:
        if line.row["acord_dr_codg"]:
            days[hospital(line), line.row["acord_dr_codg"], line.time.date()].append(line)
    found = []
    for (place, doctor, _), own in days.items():
        minutes = Fraction(0)
        for line in own:
            row = params["minutes"][line.item]
            minutes += Fraction(line.units, 10_000) * Fraction(row["minutes"]) / row.get("parallel", 1)
        if minutes > params["capacity_min"]:
            above = (minutes - params["capacity_min"]) / minutes
            fee, scope = (
                half_up(sum(line.fee for line in own) * above),
                half_up(sum(line.scope for line in own) * above),
            )
            found.append(
                Found(
                    "REFER", (place, doctor), Amounts(None, fee, scope, None), tuple(sorted(line.key for line in own))
                )
            )
    unknown = any(not line.row["acord_dr_codg"] for line in listed)
    return found, +Counter(
        {FOUND: len(found), PASSED: len(days) - len(found), ("NOT_RUN", "missing:acord_dr_codg"): int(unknown)}
    )


def c15(tables: Tables, params: Params) -> Answer:
    """Units beyond those executed, by order, item and day, the latest first; tests without a report."""
    lines, found, states = lines_of(tables), list[Found](), Counter[State]()
    for case in tables["cases"]:
        orders = [row for row in tables["orders"] if row["mdtrt_id"] == case["mdtrt_id"]]
        own = [line for line in own_lines(lines, case) if line.row["med_chrgitm_type"] in params["ordered_types"]]
        hits = []
        groups: dict[tuple[str, str, date], list[Line]] = defaultdict(list)
        for line in own:
            groups[line.row["rx_drord_no"], line.item, line.time.date()].append(line)
        for (order, item, day), billed in groups.items():
            done = [
                row for row in orders
                if row["med_list_codg"] == item and date.fromisoformat(row["exec_date"]) == day and order in ("", row["rx_drord_no"])
            ]  # fmt: skip
            left = sum(e4(row["exec_cnt"]) for row in done) + e4(str(params["tol_units"]))
            for line in billed:
                reported = line.row["med_chrgitm_type"] not in params["report_types"] or any(
                    row["report_no"] for row in done
                )
                payable = min(line.units, max(0, left)) if reported else 0
                left -= line.units
                if payable < line.units:
                    hits.append(on_line("HOLD_LINE", line, line.amounts(line.units - payable)))
        if not any(row["setl_id"] == case["setl_id"] for row in tables["fee_lines"]):
            states["NOT_RUN", "missing:fee_lines"] += 1
        elif not orders:
            hits = []
            states[("NOT_RUN", "missing:orders") if own else PASSED] += 1
        else:
            states[FOUND if hits else PASSED] += 1
        found += hits
    return found, states


def c16(tables: Tables, params: Params) -> Answer:
    """The dearest of a family far more often than at other institutions of the level: O/E, and z of a binomial."""
    lines, found, few = lines_of(tables), list[Found](), set[str]()
    registered = {row["fixmedins_code"]: row["hosp_lv"] for row in tables["institutions"] if row["hosp_lv"]}
    levels: dict[str, str] = {}
    for case in sorted(tables["cases"], key=lambda case: str(case["setl_id"])):
        levels[case["fixmedins_code"]] = levels.get(case["fixmedins_code"]) or case["hosp_lv"]
    levels |= registered
    for family, row in params["families"].items():
        units, tops = Counter[str](), Counter[str]()
        for line in lines:
            if line.item in row["codes"]:
                units[hospital(line)] += line.units
                tops[hospital(line)] += line.units if line.item == row["codes"][-1] else 0
        for place in units:
            others = [other for other in units if other != place and levels[other] == levels[place]]
            if units[place] < params["min_n"] * 10_000 or not others:
                few.add(place)
                continue
            rate = Fraction(sum(tops[other] for other in others), sum(units[other] for other in others))
            count = Fraction(units[place], 10_000)
            expected, observed = count * rate, Fraction(tops[place], 10_000)
            over = observed - expected
            if (
                observed > Fraction(params["oe"]) * expected
                and over > 0
                and over**2 > Fraction(params["z"]) ** 2 * count * rate * (1 - rate)
            ):
                step = Fraction(row["prices"][-1]) - Fraction(row["prices"][-2])
                found.append(
                    Found("REFER", (place,), Amounts(None, half_up(step * over * 100), None, None), more=(family,))
                )
    return of_places({hospital(line) for line in lines}, found, few)


RULES: dict[str, Rule] = {"C05": c05, "C06": routine, "C10": c10, "C13": routine, "C15": c15, "C16": c16}
