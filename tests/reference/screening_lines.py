"""Review rules on fee lines in plain Python, written from the rule catalogue: limits, charging, supply.

Rows as dicts, dates and decimals. Each function gives ``(rule, outcome, what it is about, (units, fee, in scope))``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from tests.reference.screening import Found, Row, Tables, about, cents, in_order, netted, part, time

UNIT = Decimal("0.0001")


def cases_of(tables: Tables) -> dict[str, Row]:
    return {case["setl_id"]: case for case in tables["cases"]}


def lines_of(tables: Tables) -> list[dict[str, Any]]:
    """Lines after refunds with their case, in order of case, time and number."""
    cases = cases_of(tables)
    lines = [dict(line, case=cases[line["setl_id"]], day=time(line["fee_ocur_time"]).date()) for line in netted(tables)]
    return sorted(lines, key=lambda line: (line["setl_id"], line["fee_ocur_time"], line["feedetl_sn"]))


def whole(rule: str, outcome: str, line: Row) -> Found:
    return (rule, outcome, about(line), part(line, line["n"]))


def units(value: Decimal) -> Decimal:
    from decimal import ROUND_HALF_UP

    return value.quantize(UNIT, ROUND_HALF_UP)


def of_share(line: Row, numerator: Decimal, denominator: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Quantity and amounts in proportion, each rounded by itself."""
    return (
        units(line["n"] * numerator / denominator), cents(line["fee"] * numerator / denominator),
        cents(line["scp"] * numerator / denominator),
    )  # fmt: skip


def b02(tables: Tables, params: Row) -> list[Found]:
    found = []
    for line in lines_of(tables):
        row = params["age_limit"].get(line["med_list_codg"])
        if row is None:
            continue
        born, admitted = date.fromisoformat(line["case"]["brdy"]), time(line["case"]["adm_time"]).date()
        years = admitted.year - born.year - ((admitted.month, admitted.day) < (born.month, born.day))
        if (row.get("from_age") is not None and years < row["from_age"]) or (
            row.get("below_age") is not None and years >= row["below_age"]
        ):
            found.append(whole("B02", "DENY_LINE", line))
    return found


def b05(tables: Tables, params: Row) -> list[Found]:
    found = []
    for line in lines_of(tables):
        word = params["limit"].get(line["med_list_codg"])
        if (
            word
            and line["scp"] > 0
            and not line["case"]["med_type"].startswith(tuple(params["allowed"][word]["med_type"]))
        ):
            found.append(whole("B05", "DENY_LINE", line))
    return found


def b06(tables: Tables, params: Row) -> list[Found]:
    """Days of use in a stay beyond the course."""
    groups = defaultdict(list)
    for line in lines_of(tables):
        if line["med_list_codg"] in params["course_limit"]:
            row = params["course_limit"][line["med_list_codg"]]
            groups[line["setl_id"], row["name"], row["days"]].append(line)
    found = []
    for (_, _, most), lines in groups.items():
        used: list[date] = []
        for line in lines:
            length = int(line["prd_days"])
            beyond = 0
            for day in (line["day"] + timedelta(n) for n in range(length)):
                if day not in used:
                    used.append(day)
                beyond += used.index(day) >= most
            if beyond:
                found.append(("B06", "DENY_EXCESS", about(line), of_share(line, Decimal(beyond), Decimal(length))))
    return found


def b07(tables: Tables, params: Row) -> list[Found]:
    found = []
    for line in lines_of(tables):
        codes = params["indication"].get(line["med_list_codg"])
        own = [line["case"]["main_dx"], *filter(None, line["case"]["dx"].split("|"))]
        if codes and line["scp"] > 0 and not any(code.startswith(tuple(codes)) for code in own):
            found.append(whole("B07", "HOLD_LINE", line))
    return found


def b09(tables: Tables, params: Row) -> list[Found]:
    """Herbs that are never paid, and those that stand alone in their prescription."""
    found, prescriptions = [], defaultdict(list)
    for line in lines_of(tables):
        if line["med_chrgitm_type"] == "10" or line["med_list_codg"] in params["slice_limit"]:
            prescriptions[line["setl_id"], line["rx_drord_no"]].append(line)
    for lines in prescriptions.values():
        alone = all(line["med_list_codg"] in params["slice_limit"] for line in lines)
        for line in lines:
            if alone or params["slice_limit"].get(line["med_list_codg"]) == "never":
                found.append(whole("B09", "DENY_LINE", line))
    return found


def b11(tables: Tables, params: Row) -> list[Found]:
    """Of one group and day the dearest counts in full, the others at half their price."""
    days = defaultdict(list)
    for line in lines_of(tables):
        if line["med_list_codg"] in params["members"]:
            days[line["setl_id"], line["day"]].append(line)
    found = []
    for lines in days.values():
        top = max(lines, key=lambda line: (Decimal(line["pric"]), -lines.index(line)))
        for line in lines:
            price = Decimal(line["pric"])
            over = cents((price - (price / 2).quantize(Decimal("0.000001"), ROUND_FLOOR)) * line["n"])
            over = min(over, line["fee"])
            if line["med_list_codg"] != top["med_list_codg"] and over:
                found.append(("B11", "DENY_PRICE", about(line), (line["n"], over, min(over, line["scp"]))))
    return found


def b13(tables: Tables, params: Row) -> list[Found]:
    found, sums = [], defaultdict(Decimal)
    for line in lines_of(tables):
        row = params["amount_cap"].get(line["med_list_codg"])
        if row and line["scp"] > 0:
            key = line["setl_id"], row["group"]
            over = min(line["scp"], max(Decimal(0), sums[key] + line["scp"] - Decimal(row["cap"])))
            sums[key] += line["scp"]
            if over:
                _, fee, _ = of_share(line, over, line["scp"])
                found.append(("B13", "DENY_EXCESS", about(line), (units(line["n"] * over / line["scp"]), fee, over)))
    return found


def b14(tables: Tables, params: Row) -> list[Found]:
    found = []
    for line in lines_of(tables):
        expected = (
            Decimal(0)
            if line["chrgitm_lv"] == "03"
            else max(Decimal(0), line["fee"] - cents(line["fee"] * Decimal(line["selfpay_prop"])))
        )
        over = line["scp"] - expected
        if line["scp"] > 0 and over > Decimal("0.01"):
            found.append(("B14", "DENY_LINE", about(line), (line["n"], over, over)))
    return found


def c04(tables: Tables, params: Row) -> list[Found]:
    """All components of a bundle on one day: what they cost beyond the bundle, the latest first."""
    days, found = defaultdict(list), []
    for line in lines_of(tables):
        if line["med_list_codg"] in (*params["parts"], params["name"]):
            days[line["setl_id"], line["day"]].append(line)
    for lines in days.values():
        items = {line["med_list_codg"] for line in lines}
        if items != set(params["parts"]):
            continue
        times = max(Decimal(1), *(sum(line["n"] for line in lines if line["med_list_codg"] == item) for item in items))
        left = sum(line["fee"] for line in lines) - cents(Decimal(params["price"]) * times)
        for line in reversed(lines):
            denied = max(Decimal(0), min(left, line["fee"]))
            left -= denied
            if denied:
                quantity, _, scope = of_share(line, denied, line["fee"])
                found.append(("C04", "DENY_EXCESS", about(line), (quantity, denied, scope)))
    return found


def c08(tables: Tables, params: Row) -> list[Found]:
    found, seen = [], defaultdict(list)
    quantities = {(line["mdtrt_id"], line["feedetl_sn"]): Decimal(line["cnt"]) for line in tables["fee_lines"]}
    for line in lines_of(tables):
        if line["med_chrgitm_type"] in ("09", "10") or time(line["fee_ocur_time"]).time().isoformat() == "00:00:00":
            continue
        key = (
            line["setl_id"],
            line["med_list_codg"],
            line["fee_ocur_time"][:16],
            quantities[about(line)],
            Decimal(line["pric"]),
            line["acord_dr_codg"],
        )
        seen[key].append(line)
    for lines in seen.values():
        found += [whole("C08", "HOLD_LINE", line) for line in sorted(lines, key=lambda line: line["feedetl_sn"])[1:]]
    return found


def c11(tables: Tables, params: Row) -> list[Found]:
    """No unit without a carrier, and at most so many for each unit of one; the latest are too many."""
    found = []
    lines = lines_of(tables)
    for name in cases_of(tables):
        own = [line for line in lines if line["setl_id"] == name]
        uses = sum((line["n"] for line in own if line["med_list_codg"] == params["service"]), Decimal(0))
        left = uses * params["most"]
        for line in own:
            if line["med_list_codg"] != params["item"]:
                continue
            if not uses:
                found.append(whole("C11", "HOLD_LINE", line))
                continue
            payable = min(left, line["n"])
            left -= payable
            if payable < line["n"]:
                found.append(("C11", "HOLD_LINE", about(line), part(line, line["n"] - payable)))
    return found


def c12(tables: Tables, params: Row) -> list[Found]:
    """Take-home days of an item beyond seven; an excess of one smallest pack cannot be helped."""
    groups, found = defaultdict(list), []
    for line in lines_of(tables):
        last = time(line["case"]["dscg_time"]).date()
        if line["dscg_tkdrug_flag"] == "1" or (
            line["med_chrgitm_type"] in ("09", "10") and line["day"] == last and int(line["prd_days"]) > 2
        ):
            groups[line["setl_id"], line["med_list_codg"]].append(line)
    for lines in groups.values():
        left = Decimal(params["acute"])
        for line in lines:
            days = Decimal(line["prd_days"])
            beyond = days - min(days, max(Decimal(0), left))
            left -= days
            if beyond and beyond * line["n"] > days:
                found.append(("C12", "DENY_EXCESS", about(line), of_share(line, beyond, days)))
    return found


def c14(tables: Tables, params: Row) -> list[Found]:
    """Again within the days after one that is payable, without an operation between."""
    found, sequences = [], defaultdict(list)
    lines = sorted(lines_of(tables), key=lambda line: (line["fee_ocur_time"], line["setl_id"], line["feedetl_sn"]))
    for line in lines:
        if line["med_list_codg"] in params["exam_class"]:
            case = line["case"]
            sequences[case["psn_no"], case["fixmedins_code"], params["exam_class"][line["med_list_codg"]]].append(line)
    for (person, _, _), exams in sequences.items():
        operated = [
            time(line["fee_ocur_time"])
            for line in lines
            if line["case"]["psn_no"] == person and line["med_chrgitm_type"] == "06"
        ]
        paid: list[Row] = []
        for line in exams:
            now = time(line["fee_ocur_time"])
            near = [one for one in paid if (line["day"] - one["day"]).days <= params["days"]
                    and not any(time(one["fee_ocur_time"]) <= moment <= now for moment in operated)]  # fmt: skip
            if near:
                found.append(whole("C14", "HOLD_LINE", line))
            else:
                paid.append(line)
    return found


def d02(tables: Tables, params: Row) -> list[Found]:
    """The later of two drugs of one class, on the days that both are used, where those are too many."""
    uses: dict[tuple[str, str], dict[date, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for line in lines_of(tables):
        if line["med_list_codg"] in params["drug_class"]:
            for n in range(int(line["prd_days"])):
                uses[line["case"]["psn_no"], line["med_list_codg"]][line["day"] + timedelta(n)].append(line)
    held: dict[tuple[str, str], set[date]] = defaultdict(set)
    lines = {}
    for (person, item), days in uses.items():
        for (other_person, other), earlier in uses.items():
            if other_person != person or (min(earlier), other) >= (min(days), item):
                continue
            common = days.keys() & earlier.keys()
            if len(common) > params["overlap_days"]:
                for day in common:
                    for line in days[day]:
                        held[about(line)].add(day)
                        lines[about(line)] = line
    return [
        ("D02", "HOLD_LINE", key, of_share(lines[key], Decimal(len(days)), Decimal(lines[key]["prd_days"])))
        for key, days in held.items()
    ]


def d06(tables: Tables, params: Row) -> list[Found]:
    groups = defaultdict(list)
    for line in lines_of(tables):
        if line["med_chrgitm_type"] == "09" and line["case"]["med_type"] == "11":
            groups[line["setl_id"], line["rx_drord_no"]].append(line)
    zero = (Decimal(0), Decimal(0), Decimal(0))
    return [
        ("D06", "WARN", about(lines[0]), zero)
        for lines in groups.values()
        if len({line["med_list_codg"] for line in lines}) > params["n"]
    ]


def c09(tables: Tables, params: Row) -> list[Found]:
    """Kinds of therapy of a day beyond the limit: those that began last, among equals the dearest."""
    days, found = defaultdict(list), []
    for line in lines_of(tables):
        if line["med_list_codg"] in params["therapies"]:
            days[line["setl_id"], line["day"]].append(line)
    for lines in days.values():
        kinds: dict[str, list[Row]] = {}
        for line in in_order(lines):
            kinds.setdefault(line["med_list_codg"], []).append(line)
        order = sorted(
            kinds, key=lambda item: (kinds[item][0]["fee_ocur_time"], sum(line["fee"] for line in kinds[item]), item)
        )
        found += [whole("C09", "HOLD_LINE", line) for item in order[params["k"] :] for line in kinds[item]]
    return found


RULES: dict[str, Callable[[Tables, Mapping[str, Any]], list[Found]]] = {
    "B02": b02, "B05": b05, "B06": b06, "B07": b07, "B09": b09, "B11": b11, "B13": b13, "B14": b14, "C04": c04, "C08": c08,
    "C09": c09, "C11": c11, "C12": c12, "C14": c14, "D02": d02, "D06": d06,
}  # fmt: skip
