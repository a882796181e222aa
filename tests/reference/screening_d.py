"""Review rules on drugs and tests (D), and of limits that on negotiated drugs (B17), in plain Python, from the rule catalogue."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.reference.screening_plain import (
    FOUND,
    PASSED,
    Amounts,
    Answer,
    Found,
    Line,
    Row,
    Rule,
    State,
    Tables,
    by_case,
    codes,
    day,
    e4,
    fen,
    half_up,
    lines_of,
    on_line,
    own_lines,
    uploaded,
)  # fmt: skip

Params = Mapping[str, Any]
NO_LINES: State = ("NOT_RUN", "missing:fee_lines")
NOT_LISTED: State = ("NOT_APPLICABLE", "not_listed")


def b17(tables: Tables, params: Params) -> Answer:
    """Negotiated drugs over both channels: supply beyond the ceiling, price, place of sale, purchase within a stay."""
    found, states = [], Counter[State]()
    bought: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in tables["drug_lines"]:
        if row["hi_nego_drug_flag"] == "1" or row["med_list_codg"] in params["drugs"]:
            bought[row["psn_no"], row["drug_group"]].append(row)
        else:
            states["NOT_APPLICABLE", "not_negotiated"] += 1
    for (person, group), rows in bought.items():
        stays = [case for case in tables["cases"] if case["psn_no"] == person]
        nights = {
            day(case["adm_time"]) + timedelta(n)
            for case in stays
            for n in range((day(case["dscg_time"]) - day(case["adm_time"])).days)
        }
        stock, before = Fraction(0), None
        for row in sorted(rows, key=lambda row: (row["fee_ocur_time"], row["feedetl_sn"])):
            key, item, today = (row["setl_id"], row["feedetl_sn"]), row["med_list_codg"], day(row["fee_ocur_time"])
            units, fee, scope = e4(row["cnt"]), fen(row["det_item_fee_sumamt"]), fen(row["inscp_scp_amt"])
            if before is not None:
                stock = max(
                    Fraction(0), stock - sum(before + timedelta(n) not in nights for n in range((today - before).days))
                )
            each = Fraction(row["days_per_unit"])
            days, before = Fraction(units, 10_000) * each, today
            most = params["max_days"].get(group, params["max_days"]["*"]) + params["carry_days"]
            excess = min(days, max(Fraction(0), stock + days - most))
            if excess <= each:  # at most one smallest pack (0.14)
                excess = Fraction(0)
            stock += days - excess
            hits = []
            if excess:
                parts = [half_up(amount * excess / days) for amount in (units, fee, scope)]
                hits.append(Found("DENY_EXCESS", key, Amounts(*parts, fund_of_visit(tables, row, parts[2]))))
            cap = params["prices"].get(item)
            if cap and Fraction(row["pric"]) > Fraction(cap):
                over = min(half_up((Fraction(row["pric"]) - Fraction(cap)) * units / 100), fee)
                hits.append(
                    Found(
                        "DENY_PRICE",
                        key,
                        Amounts(None, over, min(over, scope), fund_of_visit(tables, row, min(over, scope))),
                    )
                )
            whole = Amounts(units, fee, scope, fund_of_visit(tables, row, scope))
            if item in params["permitted"] and row["fixmedins_code"] not in params["permitted"][item]:
                hits.append(Found("HOLD_LINE", key, whole))
            if any(
                day(case["adm_time"]) < today < day(case["dscg_time"])
                and case["fixmedins_code"] != row["fixmedins_code"]
                for case in stays
            ):
                hits.append(Found("REFER", key, whole))
            found += [hit._replace(lines=(key,)) for hit in hits]
            states[FOUND if hits else PASSED] += 1
    return found, states


def fund_of_visit(tables: Tables, row: Row, scope: int) -> int | None:
    """The funds' part of an amount within coverage of the settlement that a purchase is of (0.3)."""
    for visit in tables["outpatient_settlements"]:
        if visit["setl_id"] == row["setl_id"]:
            paid, whole = fen(visit["fund_pay_sumamt"]), fen(visit["inscp_scp_amt"])
            return min(half_up(Fraction(scope * paid, whole)), paid) if whole else 0
    return None


def d03(tables: Tables, params: Params) -> Answer:
    """Settlements of one person, doctor, day and disease, each just under the ceiling, or of drugs for one prescription."""
    found, states = [], Counter[State]()
    groups: dict[tuple[str, str, date, str], list[Row]] = defaultdict(list)
    for row in sorted(tables["outpatient_settlements"], key=lambda row: (row["setl_time"], row["setl_id"])):
        if row["bilg_dr_codg"]:
            groups[row["psn_no"], row["bilg_dr_codg"], day(row["setl_time"]), row["diag_code"][:3]].append(row)
        else:
            states["NOT_RUN", "missing:bilg_dr_codg"] += 1
    cap = fen(params["cap"])
    for rows in groups.values():
        near = [row for row in rows if Fraction(params["near"]) * cap <= fen(row["fund_pay_sumamt"]) <= cap]
        kinds = [int(row["n_drugs"] or params["kinds"] + 1) for row in rows]
        split = (
            near
            if len(near) >= params["n"]
            else rows
            if len(rows) >= params["n"] and 0 < sum(kinds) <= params["kinds"]
            else []
        )
        paid, hits = 0, []
        for row in split:
            fund = fen(row["fund_pay_sumamt"])
            over = max(0, paid + fund - cap) - max(0, paid - cap)
            paid += fund
            if over:
                hits.append(Found("HOLD_SETTLEMENT", (row["setl_id"],), Amounts(None, None, None, over)))
        found += hits
        states[FOUND] += len(hits)
        states[PASSED] += len(rows) - len(hits)
    return found, +states


def dose(text: str) -> tuple[Fraction, str] | None:
    """A number with its unit; grams as milligrams."""
    read = re.fullmatch(r"\s*([0-9.]+)\s*(mg|g|ml|片)\s*", text or "", re.IGNORECASE)
    if not read:
        return None
    number, unit = Fraction(read[1]), read[2].lower()
    return (number * 1000, "mg") if unit == "g" else (number, unit)


def d04(tables: Tables, params: Params) -> Answer:
    """Single dose times the times a day above a multiple of the most that the label allows."""
    lines = lines_of(tables)

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        hits, unread = [], [] if uploaded(tables, case) else [NO_LINES]
        for line in own_lines(lines, case):
            if line.item not in params["max_daily"]:
                continue
            most, one, times = (
                dose(params["max_daily"][line.item]),
                dose(line.row["sin_dos_dscr"]),
                params["times"].get(line.row["used_frqu_dscr"].lower()),
            )
            if not most or not one or times is None or one[1] != most[1]:
                unread.append(("NOT_RUN", "missing:sin_dos_dscr"))
            elif one[0] * times > Fraction(params["mult"]) * most[0]:
                hits.append(on_line("WARN", line, Amounts()))
        return hits, unread

    return by_case(tables, judge)


def d05(tables: Tables, params: Params) -> Answer:
    """Two items on one day (said of the one whose code is later), or an item with a diagnosis or from an age on."""
    lines = lines_of(tables)

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        hits, unknown, own = [], [] if uploaded(tables, case) else [NO_LINES], own_lines(lines, case)
        for row in params["constraints"]:
            if "other" in row:
                one, other = sorted((row["item"], row["other"]))
                for today in {line.time.date() for line in own}:
                    first, second = (
                        [line for line in own if line.item == item and line.time.date() == today]
                        for item in (one, other)
                    )
                    if first and second:
                        hits.append(on_line("WARN", second[0], Amounts(), more=(f"{one} + {other}",)))
                continue
            for line in own:
                against = [
                    code
                    for code in [case["main_dx"], *codes(case["dx"])]
                    if code.startswith(tuple(row.get("diagnoses", ())))
                ]
                if line.item != row["item"]:
                    continue
                if against:
                    hits.append(on_line("WARN", line, Amounts(), more=(against[0],)))
                elif "from_age" in row and not case["age"]:
                    unknown.append(("NOT_RUN", "missing:age"))
                elif "from_age" in row and int(case["age"]) >= row["from_age"]:
                    hits.append(on_line("WARN", line, Amounts(), more=(f"≥ {row['from_age']}",)))
        return hits, unknown

    return by_case(tables, judge)


def d07(tables: Tables, params: Params) -> Answer:
    """Tests without an indication that hardly ever go with the principal diagnosis here, by their lift."""
    lines = lines_of(tables)
    tested = {(line.row["setl_id"], line.item) for line in lines}
    of = {case["setl_id"]: case["main_dx"][:3] for case in tables["cases"]}

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        hits, weak = [], [] if uploaded(tables, case) else [NO_LINES]
        for line in own_lines(lines, case):
            wanted = params["indication"].get(line.item)
            if wanted is None or any(code.startswith(tuple(wanted)) for code in [case["main_dx"], *codes(case["dx"])]):
                continue
            same = sum(1 for dx in of.values() if dx == case["main_dx"][:3])
            if same < params["support"]:
                weak.append(("NOT_RUN", "too_little_support"))
                continue
            both = sum(1 for name, dx in of.items() if dx == case["main_dx"][:3] and (name, line.item) in tested)
            item = sum(1 for name in of if (name, line.item) in tested)
            if Fraction(both * len(of), item * same) < Fraction(params["lift"]):
                hits.append(on_line("HOLD_LINE", line))
        return hits, weak

    return by_case(tables, judge)


def d08(tables: Tables, params: Params) -> Answer:
    """Treatments without their indication, or with more units a day than nearly all days elsewhere; the latest units."""
    lines = lines_of(tables)
    days: dict[tuple[str, str, str, date], list[Line]] = defaultdict(list)
    for line in lines:
        if line.item in params["treatments"] and line.case:
            days[line.item, line.case["fixmedins_code"], line.row["setl_id"], line.time.date()].append(line)

    def usual(item: str, hospital: str) -> int | None:
        if "limit" in params["treatments"][item]:
            return e4(str(params["treatments"][item]["limit"]))
        elsewhere = sorted(
            sum(line.units for line in own)
            for (name, place, _, _), own in days.items()
            if name == item and place != hospital
        )
        if len(elsewhere) < params["min_n"]:
            return None
        return elsewhere[max(1, math.ceil(Fraction(params["pct"]) * len(elsewhere))) - 1]

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        hits, few = [], [] if uploaded(tables, case) else [NO_LINES]
        for (item, hospital, name, _), own in days.items():
            wanted = params["treatments"][item].get("indication")
            if name != case["setl_id"]:
                continue
            if wanted and not any(code.startswith(tuple(wanted)) for code in [case["main_dx"], *codes(case["dx"])]):
                hits += [on_line("HOLD_LINE", line) for line in own]
                continue
            left = usual(item, hospital)
            if left is None:
                few.append(("NOT_RUN", "too_few_peers"))
                continue
            for line in own:
                payable = min(line.units, max(0, left))
                left -= line.units
                if payable < line.units:
                    hits.append(on_line("HOLD_LINE", line, line.amounts(line.units - payable)))
        return hits, few

    return by_case(tables, judge)


def d09(tables: Tables, params: Params) -> Answer:
    """Antimicrobials for longer than prophylaxis takes after a clean operation, without an infection; by days."""
    lines = lines_of(tables)

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        own = [line for line in own_lines(lines, case) if line.item in params["antimicrobials"]]
        answers = [] if uploaded(tables, case) else [NO_LINES]
        infected = any(code.startswith(tuple(params["infection_dx"])) for code in [case["main_dx"], *codes(case["dx"])])
        clean = case["incision"] in params["clean_incisions"]
        if own and not case["incision"]:
            answers.append(("NOT_RUN", "missing:incision"))
        if own and clean and not codes(case["oprn_date"]):
            answers.append(("NOT_RUN", "missing:oprn_oprt_date"))
        if not own or (case["incision"] and not clean) or infected:
            answers.append(("NOT_APPLICABLE", "guard"))
        if not own or not clean or infected or not codes(case["oprn_date"]):
            return [], answers
        operated = max(day(text) for text in codes(case["oprn_date"]))
        cardiac = any(code.startswith(tuple(params["cardiac_operations"])) for code in codes(case["oprn"]))
        late = [
            line for line in own if (line.time.date() - operated).days * 24 > params["h_cardiac" if cardiac else "h"]
        ]
        return [
            on_line("WARN", late[0], Amounts())._replace(lines=tuple(sorted(line.key for line in late)))
        ] if late else [], answers

    return by_case(tables, judge)


def d10(tables: Tables, params: Params) -> Answer:
    """Drugs without any service that uses them."""
    lines = lines_of(tables)

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        own = own_lines(lines, case)
        hits = [
            on_line("HOLD_LINE", line) for line in own
            if line.item in params["carriers"] and not any(other.item.startswith(tuple(params["carriers"][line.item]["services"])) for other in own)
        ]  # fmt: skip
        return hits, [] if uploaded(tables, case) else [NO_LINES]

    return by_case(tables, judge)


RULES: dict[str, Rule] = {
    "B17": b17, "D03": d03, "D04": d04, "D05": d05, "D07": d07, "D08": d08, "D09": d09, "D10": d10,
}  # fmt: skip
