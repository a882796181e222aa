"""Review rules P0 in plain Python, written from the rule catalogue: rows as dicts, dates and decimals, no arrays.

Each function gives findings as ``(rule, outcome, what it is about, amounts or what else was found)``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = Mapping[str, Any]
Tables = Mapping[str, list[dict[str, Any]]]
Found = tuple[Any, ...]
CENT = Decimal("0.01")


def time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def in_order(lines: Iterable[Row]) -> list[Row]:
    return sorted(lines, key=lambda line: (time(line["fee_ocur_time"]), line["feedetl_sn"]))


def netted(tables: Tables) -> list[dict[str, Any]]:
    """Lines after refunds, of those that still charge something (0.6)."""
    lines = [dict(line, n=Decimal(line["cnt"]), fee=Decimal(line["det_item_fee_sumamt"]), scp=Decimal(line["inscp_scp_amt"]))
             for line in tables["fee_lines"]]  # fmt: skip
    by_number = {(line["mdtrt_id"], line["feedetl_sn"]): line for line in lines if line["n"] > 0}
    for line in lines:
        target = by_number.get((line["mdtrt_id"], line.get("init_feedetl_sn")))
        if line["n"] < 0 and target:
            for name in ("n", "fee", "scp"):
                target[name] += line[name]
    return [line for line in lines if Decimal(line["cnt"]) > 0 and line["n"] > 0]


def part(line: Row, units: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    return units, cents(line["fee"] * units / line["n"]), cents(line["scp"] * units / line["n"])


def about(line: Row) -> tuple[str, str]:
    return line["mdtrt_id"], line["feedetl_sn"]


def a03(tables: Tables, params: Row) -> list[Found]:
    """Where nothing says what is take-home medicine, a person decides."""
    said = any("dscg_tkdrug_flag" in line for line in tables["fee_lines"])
    cases = {case["setl_id"]: case for case in tables["cases"]}
    found = []
    for line in netted(tables):
        case = cases[line["setl_id"]]
        first = time(case["adm_time"]).date() - timedelta(days=params["pre_adm_days"])
        last = time(case["dscg_time"]).date() + timedelta(days=params["post_dscg_days"])
        if not first <= time(line["fee_ocur_time"]).date() <= last:
            found.append(("A03", "DENY_LINE" if said else "HOLD_LINE", about(line), part(line, line["n"])))
    return found


def excess(rule: str, groups: Mapping[Any, list[Row]], limit: Callable[[Any], Decimal]) -> list[Found]:
    """The latest units of each group are beyond the limit."""
    found = []
    for key, lines in groups.items():
        left = limit(key)
        for line in in_order(lines):
            payable = min(left, line["n"])
            left -= payable
            if line["n"] > payable:
                found.append((rule, "DENY_EXCESS", about(line), part(line, line["n"] - payable)))
    return found


def c02(tables: Tables, params: Row) -> list[Found]:
    groups = defaultdict(list)
    for line in netted(tables):
        if line["med_list_codg"] in params["daily_limit"]:
            groups[line["setl_id"], line["med_list_codg"], line["fee_ocur_time"][:10]].append(line)
    return excess("C02", groups, lambda key: Decimal(params["daily_limit"][key[1]]))


def c07(tables: Tables, params: Row) -> list[Found]:
    cases = {case["setl_id"]: case for case in tables["cases"]}
    groups = defaultdict(list)
    for line in netted(tables):
        if line["med_list_codg"] in params["stay_groups"]:
            groups[line["setl_id"], params["stay_groups"][line["med_list_codg"]]].append(line)

    def limit(key: tuple[str, str]) -> Decimal:
        case = cases[key[0]]
        days = max(1, (time(case["dscg_time"]).date() - time(case["adm_time"]).date()).days)
        return Decimal(params["unit_per_day"][key[1]]) * (days + params["count_both_ends"])

    return excess("C07", groups, limit)


def c01(tables: Tables, params: Row) -> list[Found]:
    found = []
    lines = netted(tables)
    for sub in lines:
        mains, severity = set(), "高度可疑"
        for main in lines:
            for pair in params["pairs"]:
                if (pair["main"], pair["sub"]) != (main["med_list_codg"], sub["med_list_codg"]) or main[
                    "setl_id"
                ] != sub["setl_id"]:
                    continue
                one, other = time(main["fee_ocur_time"]), time(sub["fee_ocur_time"])
                timed = all(moment.time() != datetime.min.time() for moment in (one, other))
                window = pair["window"]
                same = {
                    "单次就诊": True,
                    "单日": one.date() == other.date(),
                    "同一小时": one.replace(minute=0, second=0) == other.replace(minute=0, second=0) if timed else one.date() == other.date(),
                    "6小时": abs(one - other) <= timedelta(hours=6) if timed else one.date() == other.date(),
                }[window]  # fmt: skip
                if same:
                    mains.add(main["feedetl_sn"])
                    if timed or window in ("单次就诊", "单日"):
                        severity = "明确违规"
        if mains:
            found.append(("C01", "DENY_LINE", about(sub), part(sub, sub["n"]), severity, frozenset(mains)))
    return found


def c03(tables: Tables, params: Row) -> list[Found]:
    found, sequences = [], defaultdict(list)
    cases = {case["setl_id"]: case for case in tables["cases"]}
    for line in netted(tables):
        if line["med_list_codg"] in params["period_limit"]:
            case = cases[line["setl_id"]]
            group = params["period_limit"][line["med_list_codg"]]["group"]
            sequences[case["psn_no"], case["fixmedins_code"], group].append(dict(line, setl=line["setl_id"]))
    for (_, _, group), lines in sequences.items():
        days, times = (int(params["groups"][group][name]) for name in ("period_days", "limit_times"))
        paid: list[tuple[Any, Decimal]] = []
        for line in sorted(lines, key=lambda one: (time(one["fee_ocur_time"]), one["setl"], one["feedetl_sn"])):
            day = time(line["fee_ocur_time"]).date()
            used = sum((units for earlier, units in paid if (day - earlier).days < days), Decimal(0))
            payable = min(line["n"], max(Decimal(0), times - used))
            paid.append((day, payable))
            if payable < line["n"]:
                found.append(("C03", "DENY_EXCESS", about(line), part(line, line["n"] - payable)))
    return found


def stays(tables: Tables) -> list[list[Row]]:
    persons = defaultdict(list)
    for case in tables["cases"]:
        persons[case["psn_no"]].append(case)
    return [sorted(found, key=lambda case: (case["adm_time"], case["setl_id"])) for found in persons.values()]


def e01(tables: Tables, params: Row) -> list[Found]:
    found = []
    for cases in stays(tables):
        for place, later in enumerate(cases):
            near = []
            for earlier in cases[:place]:
                gap = (time(later["adm_time"]).date() - time(earlier["dscg_time"]).date()).days
                if (0 <= gap <= params["days"] and earlier["main_dx"][:3] == later["main_dx"][:3]
                        and earlier["fixmedins_code"] == later["fixmedins_code"] and earlier["dscg_way"] not in ("2", "4", "5")):  # fmt: skip
                    near.append((earlier["dscg_time"], earlier["setl_id"], gap))
            if near:
                _, name, gap = max(near)
                found.append(("E01", "HOLD_CASE", (later["setl_id"],), name, gap))
    return found


def e03(tables: Tables, params: Row) -> list[Found]:
    found = []
    for cases in stays(tables):
        for place, later in enumerate(cases):
            over = {}
            for earlier in cases[:place]:
                common = min(time(earlier["dscg_time"]), time(later["dscg_time"])) - time(later["adm_time"])
                if common >= timedelta(hours=params["min_overlap_hours"]) and common > timedelta(0):
                    over[earlier["setl_id"]] = common
            if over:
                found.append(("E03", "HOLD_CASE", (later["setl_id"],), frozenset(over)))
    return found


def e04(tables: Tables, params: Row) -> list[Found]:
    found = []
    edge = timedelta(days=params["edge_days"])
    for visit in tables["outpatient"]:
        day = time(visit["setl_time"]).date()
        inside = [case for case in tables["cases"] if case["psn_no"] == visit["psn_no"] and visit["med_type"] != "13"
                  and time(case["adm_time"]).date() + edge <= day <= time(case["dscg_time"]).date() - edge]  # fmt: skip
        if inside:
            same = any(case["fixmedins_code"] == visit["fixmedins_code"] for case in inside)
            outcome = "DENY_SETTLEMENT" if same else "HOLD_SETTLEMENT"
            found.append(("E04", outcome, (visit["setl_id"],), frozenset(case["setl_id"] for case in inside)))
    return found


def e05(tables: Tables, params: Row) -> list[Found]:
    found = []
    lines = netted(tables)
    for case in tables["cases"]:
        own = [line for line in lines if line["setl_id"] == case["setl_id"]]
        first, last = time(case["adm_time"]).date(), time(case["dscg_time"]).date()
        inner = [first + timedelta(days=n) for n in range(1, (last - first).days)]
        uploaded = any(line["setl_id"] == case["setl_id"] for line in tables["fee_lines"])
        if not uploaded or (last - first).days < params["min_los"]:
            continue
        busy = {time(line["fee_ocur_time"]).date() for line in own if line["med_chrgitm_type"] == "05"}
        idle = [day for day in inner if day not in busy]
        longest = max((sum(1 for _ in run) for run in _runs(idle)), default=0)
        if idle and (longest >= params["min_run"] or 2 * len(idle) >= len(inner)):
            billed = [
                line for line in own if time(line["fee_ocur_time"]).date() in idle and line["med_chrgitm_type"] == "01"
            ]
            sums = tuple(sum((line[name] for line in billed), Decimal(0)) for name in ("n", "fee", "scp"))
            found.append(("E05", "HOLD_CASE", (case["setl_id"],), len(idle), longest, sums))
    return found


def _runs(days: list[Any]) -> list[list[Any]]:
    runs: list[list[Any]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def o01(tables: Tables, params: Row) -> list[Found]:
    """Settlements of any window that holds enough persons, joined where windows overlap."""
    found = []
    width, least = timedelta(minutes=params["window_min"]), params["min_persons"]
    for place in {visit["fixmedins_code"] for visit in tables["outpatient"]}:
        visits = sorted((v for v in tables["outpatient"] if v["fixmedins_code"] == place and v["med_type"] in ("11", "41")),
                        key=lambda v: (v["setl_time"], v["setl_id"]))  # fmt: skip
        windows: list[set[int]] = []
        for end, last in enumerate(visits):
            inside = {at for at in range(end + 1) if time(last["setl_time"]) - time(visits[at]["setl_time"]) <= width}
            times = {visits[at]["setl_time"] for at in inside}
            if len({visits[at]["psn_no"] for at in inside}) >= least and len(times) > 1:
                if windows and windows[-1] & inside:
                    windows[-1] |= inside
                else:
                    windows.append(inside)
        found += [
            ("O01", "HOLD_SETTLEMENT", (place,), frozenset(visits[at]["setl_id"] for at in window))
            for window in windows
        ]
    return found


def states(rule: str, tables: Tables, params: Row, found: Iterable[Found]) -> Counter[tuple[str, str]]:
    """What a rule answers of each of its subjects: cases, or settlements of outpatients for E04 and O01 (0.1)."""
    about = (
        {key for one in found for key in one[2]} if rule not in ("O01",) else {key for one in found for key in one[3]}
    )
    answers: Counter[tuple[str, str]] = Counter()
    if rule in ("E04", "O01"):
        left_out = ("NOT_APPLICABLE", "guard") if rule == "E04" else ("NOT_APPLICABLE", "other_care")
        for visit in tables["outpatient"]:
            judged = (visit["med_type"] != "13") if rule == "E04" else visit["med_type"] in ("11", "41")
            answers[("FINDING", "") if visit["setl_id"] in about else ("PASS", "") if judged else left_out] += 1
        return answers
    uploaded = {line["setl_id"] for line in tables["fee_lines"]}
    for case in tables["cases"]:
        days = (time(case["dscg_time"]).date() - time(case["adm_time"]).date()).days
        if {case["setl_id"], case["mdtrt_id"]} & about:
            answers["FINDING", ""] += 1
        elif rule not in ("E01", "E03") and case["setl_id"] not in uploaded:
            answers["NOT_RUN", "missing:fee_lines"] += 1
        elif rule == "E05" and days < params["min_los"]:
            answers["NOT_APPLICABLE", "short_stay"] += 1
        elif rule == "E01" and _would_be_related(tables, params, case):
            answers["NOT_RUN", "missing:group"] += 1
        else:
            answers["PASS", ""] += 1
    return answers


def _would_be_related(tables: Tables, params: Row, later: Row) -> bool:
    """Whether an earlier stay of another disease is near enough, so that only the groups, which are not known, could tell."""
    return any(
        (other["adm_time"], other["setl_id"]) < (later["adm_time"], later["setl_id"]) and other["psn_no"] == later["psn_no"]
        and 0 <= (time(later["adm_time"]).date() - time(other["dscg_time"]).date()).days <= params["days"]
        and other["fixmedins_code"] == later["fixmedins_code"] and other["dscg_way"] not in ("2", "4", "5")
        for other in tables["cases"]
    )  # fmt: skip


RULES: dict[str, Callable[[Tables, Row], list[Found]]] = {
    "A03": a03, "C01": c01, "C02": c02, "C03": c03, "C07": c07, "E01": e01, "E03": e03, "E04": e04, "E05": e05, "O01": o01,
}  # fmt: skip
