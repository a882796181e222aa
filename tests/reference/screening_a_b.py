"""Review rules on data (A) and on limits (B) in plain Python, written from the rule catalogue."""

from __future__ import annotations

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
    fen,
    lines_of,
    moment,
    on_line,
    own_lines,
    uploaded,
    whole_day,
)  # fmt: skip

Params = Mapping[str, Any]


def missing(name: str) -> State:
    return "NOT_RUN", f"missing:{name}"


def years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def a01(tables: Tables, params: Params) -> Answer:
    """Fields there, codes in their tables, dates, age, weight, principal, operations and length that agree."""

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        reasons = [f"MISSING:{name}" for name in params["required"] if not case.get(name)]
        reasons += [
            f"CODE:{name}" for name, known in params["codes"].items() if case.get(name) and case[name] not in known
        ]
        newborn = case.get("nwb_age")
        if case.get("adm_time") and case.get("dscg_time"):
            first, last = day(case["adm_time"]), day(case["dscg_time"])
            backwards = str(moment(case["dscg_time"])) < str(moment(case["adm_time"]))
            counted = case.get("act_ipt_days") and case["med_type"] not in params["exempt_med_type"] and not backwards
            if backwards:
                reasons.append("DISCHARGE_BEFORE_ADMISSION")
            if counted and abs(int(case["act_ipt_days"]) - max(1, (last - first).days)) > params["los_tol_days"]:
                reasons.append("ACT_IPT_DAYS")
            operated = [day(text) for text in codes(case.get("oprn_date"))]
            if any(not first <= one <= last for one in operated):
                reasons.append("OPERATION_OUTSIDE_STAY")
        aged = case.get("brdy") and case.get("age") and case.get("adm_time") and not newborn
        if aged and abs(int(case["age"]) - years(day(case["brdy"]), day(case["adm_time"]))) > params["age_tol_years"]:
            reasons.append("AGE")
        young = newborn and int(newborn) <= 28 and int(case.get("age") or 0) == 0
        if (
            young
            and case.get("nwb_adm_wt")
            and not params["newborn_grams"][0] <= int(case["nwb_adm_wt"]) <= params["newborn_grams"][1]
        ):
            reasons.append("NEWBORN_WEIGHT")
        if case.get("main_dx_count") and case["main_dx_count"] != "1":
            reasons.append(f"MAIN_DX_COUNT={case['main_dx_count']}")
        if case.get("main_dx") in params["not_principal"]:
            reasons.append("NOT_PRINCIPAL")
        return [Found("HOLD_CASE", (case["setl_id"],), more=tuple(sorted(reasons)))] if reasons else [], []

    return by_case(tables, judge)


def a04(tables: Tables, params: Params) -> Answer:
    """Operations that are limited to the other sex; newborns under the mother are left out."""

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        if case.get("oprn") is None:
            return [], [missing("oprn_oprt_code")]
        limited = {
            code: row["sex"]
            for row in params["codes"]
            for code in codes(case["oprn"])
            if code.startswith(tuple(row["prefix"]))
        }
        if case.get("nwb_age"):  # newborn under the mother's number
            return [], []
        if limited and not case.get("gend"):
            return [], [missing("gend")]
        wrong = [code for code, sex in limited.items() if case["gend"] in ("1", "2") and case["gend"] != sex]
        return [Found("HOLD_CASE", (case["setl_id"],), more=tuple(sorted(wrong)))] if wrong else [], []

    return by_case(tables, judge)


def a05(tables: Tables, params: Params) -> Answer:
    """Diagnoses of the other sex, of another age (years, both included), or of newborns only."""

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        if case.get("nwb_age"):  # mother and newborn on one settlement: a code may be the other's
            return [], []
        sex, age, wrong, unknown = case.get("gend"), case.get("age"), set(), []
        for code in {case["main_dx"], *codes(case.get("dx"))}:
            for row in (row for row in params["codes"] if code.startswith(tuple(row["prefix"]))):
                if "sex" in row and not sex:
                    unknown.append(missing("gend"))
                elif "sex" in row and sex in ("1", "2") and sex != row["sex"]:
                    wrong.add(code)
                if row.get("newborn"):
                    if (age and int(age) > 0) or (
                        case.get("brdy") and (day(case["adm_time"]) - day(case["brdy"])).days > params["newborn_days"]
                    ):
                        wrong.add(code)
                    elif not case.get("brdy"):
                        unknown.append(missing("age"))
                if "from_year" in row and not age:
                    unknown.append(missing("age"))
                elif "from_year" in row and not row["from_year"] <= int(age) <= row["to_year"]:
                    wrong.add(code)
        unknown.sort(key=lambda state: state[1] != "missing:gend")
        return [Found("HOLD_CASE", (case["setl_id"],), more=tuple(sorted(wrong)))] if wrong else [], unknown

    return by_case(tables, judge)


def a06(tables: Tables, params: Params) -> Answer:
    """Diagnoses with a profile of evidence of which less than the least share of kinds was billed."""
    lines = lines_of(tables)

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        others = [
            code
            for code in codes(case.get("dx"))
            if params.get("complications") is None or code in params["complications"]
        ]
        listed = [code for code in {case["main_dx"], *others} if code in params["evidence"]]
        if not uploaded(tables, case):
            return [], [missing("fee_lines")]
        if not listed:
            return [], [("NOT_APPLICABLE", "not_listed")]
        billed = {line.item for line in own_lines(lines, case)}
        weak = []
        for code in listed:
            kinds = params["evidence"][code]
            share = Fraction(sum(1 for kind in kinds if billed & set(kind)), len(kinds))
            if share < Fraction(params["min_evidence"]):
                weak.append(code)
        return [Found("WARN", (case["setl_id"],), more=tuple(sorted(weak)))] if weak else [], []

    return by_case(tables, judge)


def a07(tables: Tables, params: Params) -> Answer:
    """By institution and month the share of lines posted late; stays posted on one day."""
    found, states = [], Counter[State]()
    for hospital in sorted({line.case["fixmedins_code"] for line in lines_of(tables) if line.case}):
        own = [
            line
            for line in lines_of(tables)
            if line.case and line.case["fixmedins_code"] == hospital and line.row.get("opt_time")
        ]
        months: dict[str, list[bool]] = defaultdict(list)
        for line in own:
            posted = moment(line.row["opt_time"])
            assert posted
            if whole_day(posted) or whole_day(line.time):
                late = timedelta(days=(posted.date() - line.time.date()).days) > timedelta(hours=params["late_h"])
            else:
                late = posted - line.time > timedelta(hours=params["late_h"])
            months[line.row["fee_ocur_time"][:7]].append(late)
        hits = [
            Found("WARN", (hospital,), more=("late", month)) for month, late in months.items()
            if Fraction(sum(late), len(late)) > Fraction(params["share_max"])
        ]  # fmt: skip
        at_once = 0
        for case in tables["cases"]:
            stay = own_lines(own, case)
            days = Counter(day(line.row["opt_time"]) for line in stay)
            several = len({line.time.date() for line in stay}) > 1
            at_once += bool(several and Fraction(max(days.values()), len(stay)) > Fraction(params["bulk"]))
        if at_once >= params["min_stays"]:
            hits.append(Found("WARN", (hospital,), more=("bulk", at_once)))
        found += hits
        states[FOUND if hits else PASSED if own else missing("opt_time")] += 1
    return found, states


def a08(tables: Tables, params: Params) -> Answer:
    """Settled for one who had died, or was not insured on the first day. Stays and visits answer, each for themselves."""
    register = {person["psn_no"]: person for person in tables["patients"]}
    found, states = [], Counter[State]()
    for outcome, name in (("DENY_CASE", "cases"), ("DENY_SETTLEMENT", "outpatient_settlements")):
        for row in tables[name]:
            person = register.get(row["psn_no"])
            if person is None:
                states[missing("patients")] += 1
                continue
            first, last = (
                day(row[field])
                for field in (("adm_time", "dscg_time") if name == "cases" else ("setl_time", "setl_time"))
            )
            died, since, until = (person.get(field) for field in ("death_date", "insu_begn", "insu_end"))
            reason = ""
            if died and last > day(died) + timedelta(days=params["grace_days"]):
                reason = "death"
            elif (since and first < day(since)) or (until and first > day(until)):
                reason = "not_insured"
            if reason:
                found.append(Found(outcome, (row["setl_id"],), exposure(row), more=(reason,)))
            states[FOUND if reason else PASSED] += 1
    return found, +states


def exposure(row: Row) -> Amounts:
    """What the funds paid of a whole settlement, where it is said."""
    return Amounts(None, None, None, fen(row["fund_pay_sumamt"]) if row.get("fund_pay_sumamt") else None)


def a09(tables: Tables, params: Params) -> Answer:
    """A pair of principal and operation that the grouper calls unrelated, or that hardly ever goes together."""
    pairs = [(case["main_dx"][:3], codes(case["oprn"])[0][:4]) for case in tables["cases"] if codes(case["oprn"])]
    of_dx, of_operation, of_both = Counter(dx for dx, _ in pairs), Counter(op for _, op in pairs), Counter(pairs)

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        if case["oprn"] is None:
            return [], [missing("oprn")]
        operations = codes(case["oprn"])
        if not operations:
            return [], [("NOT_APPLICABLE", "no_operation")]
        dx, operation = case["main_dx"][:3], operations[0][:4]
        group = params["grouper"](case["main_dx"], codes(case["dx"]), operations, case["setl_id"])
        lift = Fraction(of_both[dx, operation] * len(pairs), of_dx[dx] * of_operation[operation])
        rare = min(of_dx[dx], of_operation[operation]) >= params["support"] and lift < Fraction(params["lift"])
        if (group or "").endswith("QY") or rare:
            return [Found("HOLD_CASE", (case["setl_id"],))], []
        return [], []

    return by_case(tables, judge)


def of_list(outcome: str, tables: Tables, params: Params, in_scope_only: bool, every: bool) -> Answer:
    """Lines of listed items outside what their limit allows: one of its fields will do, or every one has to hold."""
    lines = lines_of(tables)
    order = [name for kind in sorted(params["allowed"]) for name in params["allowed"][kind]]

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        if not uploaded(tables, case):
            return [], [missing("fee_lines")]
        hits, unknown = [], set()
        for line in own_lines(lines, case):
            if line.item not in params["limit"] or (in_scope_only and line.scope <= 0):
                continue
            allowed = params["allowed"][params["limit"][line.item]]
            said = {name: value_of(tables, line, name) for name in allowed}
            holds = {name for name, texts in allowed.items() if said[name].startswith(tuple(texts))}
            absent = {name for name in allowed if not said[name]}
            wrong = set(allowed) - holds - absent
            if (every and wrong) or (not holds and not absent):
                doubt = "高度可疑" if params.get("exceptions", {}).get(line.item) else ""
                hits.append(on_line(outcome, line, Amounts() if outcome == "WARN" else None, doubt))
            elif absent and (every or not holds):
                unknown |= absent
        return hits, [missing(name) for name in sorted(unknown, key=order.index)]

    return by_case(tables, judge)


def value_of(tables: Tables, line: Line, name: str) -> str:
    """What is said of a line in a field: by itself, its doctor, its stay or its institution; empty if nothing is."""
    assert line.case
    if name == "title":
        return title_of(tables, line.row.get("orders_dr_code"), line.case["fixmedins_code"])
    if name == "bilg_dept_codg":
        return line.row.get(name) or ""
    return level_of(tables, line.case) if name == "hosp_lv" else line.case.get(name) or ""


def title_of(tables: Tables, doctor: str | None, hospital: str) -> str:
    """The title in the register of the institution, else the only one that any has for the doctor."""
    rows = [row for row in tables["staff"] if doctor and row["dr_code"] == doctor]
    titles = {row["title"] for row in rows if row["fixmedins_code"] == hospital} or {row["title"] for row in rows}
    return titles.pop() if len(titles) == 1 else ""


def level_of(tables: Tables, case: Row) -> str:
    """The level that a case names, else that of the register on the day of settlement: begun last, then the higher one."""
    if case.get("hosp_lv"):
        return str(case["hosp_lv"])
    settled = case.get("setl_time") or case.get("dscg_time")
    found = []
    for row in tables.get("institutions", ()):
        first, last = row.get("valid_from") or "0001-01-01", row.get("valid_to") or "9999-12-31"
        if row["fixmedins_code"] == case["fixmedins_code"] and settled and day(first) <= day(settled) <= day(last):
            found.append((day(first), str(row["hosp_lv"])))
    found = [one for one in found if one[1]]
    return min((level for first, level in found if first == max(found)[0]), default="")


def b03(tables: Tables, params: Params) -> Answer:
    return of_list("DENY_LINE", tables, params, True, False)


def b04(tables: Tables, params: Params) -> Answer:
    return of_list("DENY_LINE", tables, params, True, False)


def b12(tables: Tables, params: Params) -> Answer:
    """Departments and qualifications; not where too few of the lines that need a department name theirs."""
    asked = {item for item, kind in params["limit"].items() if "bilg_dept_codg" in params["allowed"][kind]}
    listed = [line for line in lines_of(tables) if line.item in asked]
    known = sum(1 for line in listed if line.row.get("bilg_dept_codg"))
    if listed and Fraction(known, len(listed)) < Fraction(params["min_known"]):
        return [], Counter({("NOT_RUN", "too_few_known"): len(tables["cases"])})
    return of_list("HOLD_LINE", tables, params, False, True)


def b16(tables: Tables, params: Params) -> Answer:
    return of_list("WARN", tables, params, False, True)


def b08(tables: Tables, params: Params) -> Answer:
    """Drugs of the second line without any of the first on the same day or in the days before."""
    lines = lines_of(tables)

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        hits, answers, listed = [], [], False
        if not uploaded(tables, case):
            return [], [missing("fee_lines")]
        for line in own_lines(lines, case):
            first_line = params["first_line_of"].get(line.item)
            if first_line is None:
                continue
            listed = True
            if not case.get("psn_no"):
                answers.append(missing("psn_no"))
                continue
            before = [
                other for other in lines
                if other.case and other.case.get("psn_no") == case["psn_no"] and other.item in first_line
                and 0 <= (line.time.date() - other.time.date()).days <= params["lookback_days"]
            ]  # fmt: skip
            if not before and line.scope > 0:
                hits.append(on_line("HOLD_LINE", line))
        return hits, answers if listed else [("NOT_APPLICABLE", "not_listed")]

    return by_case(tables, judge)


def b15(tables: Tables, params: Params) -> Answer:
    """Listed drugs within coverage of visits over the internet."""
    lines = {line.key: line for line in lines_of(tables, "outpatient_lines", "outpatient_settlements")}
    found, states = [], Counter[State]()
    for row in tables["outpatient_lines"]:
        line = lines.get((row["mdtrt_id"], row["feedetl_sn"]))
        if line is None:
            states["NOT_APPLICABLE", "refunded"] += 1
        elif line.item not in params["drugs"] or line.scope <= 0:
            states["NOT_APPLICABLE", "not_listed"] += 1
        elif not line.case or not line.case["internet_flag"]:
            states[missing("internet_flag")] += 1
        elif line.case["internet_flag"] == "1":
            found.append(on_line("DENY_LINE", line))
            states[FOUND] += 1
        else:
            states[PASSED] += 1
    return found, states


def b18(tables: Tables, params: Params) -> Answer:
    """An injury with an external cause and without a signed statement."""

    def judge(case: Row) -> tuple[list[Found], list[State]]:
        own = [case["main_dx"], *codes(case.get("dx"))]
        injuries = [code for code in own if code.startswith(tuple(params["injury_dx"]))]
        causes = [
            code
            for code in own
            if code.startswith(tuple(params["causes"])) and not code.startswith(tuple(params["exempt_causes"]))
        ]
        if injuries and causes and case.get("cause_statement") != "1":
            return [Found("HOLD_CASE", (case["setl_id"],), exposure(case))], []
        return [], []

    return by_case(tables, judge)


RULES: dict[str, Rule] = {
    "A01": a01, "A04": a04, "A05": a05, "A06": a06, "A07": a07, "A08": a08, "A09": a09, "B03": b03, "B04": b04, "B08": b08,
    "B12": b12, "B15": b15, "B16": b16, "B18": b18,
}  # fmt: skip
