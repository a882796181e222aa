"""K7 on months of institutions: the course of spending and its growth."""

from __future__ import annotations

import re
from fractions import Fraction

from drgdip.screening.amounts import NOTHING
from drgdip.screening.context import Run
from drgdip.screening.data import Frame
from drgdip.screening.hits import Judged, not_run
from drgdip.screening.shapes.institutions import place_hit, places
from drgdip.screening.shapes.peers import by_institution
from drgdip.screening.shown import decimals
from drgdip.screening.statistics import robust

_MONTH = re.compile("[0-9]{4}(0[1-9]|1[0-2])")
_LEVELS = ("", "YELLOW", "ORANGE", "RED")


def fund_progress(run: Run) -> Judged:
    """Spending against the budget and the year's course, and growth against the level (I01): yellow, orange or red."""
    table, params = run.data.table("inst_month"), run.params
    if table is None:
        return not_run(0, "missing:inst_month", "institution")
    months, unread = dict[tuple[str, str], int](), set[str]()
    for row in range(table.rows):
        name, month = table.text("hospital", row), table.text("month", row).replace("-", "")
        if _MONTH.fullmatch(month):
            months[name, month] = row
        else:
            unread.add(name)
    last = max((month for _, month in months), default="")
    year, number = last[:4], int(last[4:6] or 0)
    names = sorted({name for name, _ in months} - unread)
    growth = _growth(table, months, names, year, number)
    before = params.mapping("levels_before")
    groups = by_institution(run, dict.fromkeys(names, Fraction(0))).values()
    peers = {name: [other for other in group if other != name] for group in groups for name in group}
    hits, missing = [], dict.fromkeys(sorted(unread), "missing:ym")
    for name in names:
        rows = [
            months[name, f"{year}{month:02}"] for month in range(1, number + 1) if (name, f"{year}{month:02}") in months
        ]
        if len(rows) < number or not all(
            table.known("fund_fen")[row] and table.known("budget_fen")[row] for row in rows
        ):
            missing[name] = "missing:budget"
            continue
        spent, budget = (sum(int(table[column][row]) for row in rows) for column in ("fund_fen", "budget_fen"))
        whole = params.numbers("year_budget").get(name)
        yearly = Fraction(whole * 100) if whole is not None else Fraction(budget * 12, number)
        if not yearly:
            missing[name] = "missing:budget"
            continue
        gap = (Fraction(spent) / yearly - Fraction(number, 12)) * 100
        level, why = _level(run, gap, growth.get(name, {}), [growth[other] for other in peers[name] if other in growth])
        earlier = [str(word) for word in before.get(name, ())]
        if level == 1 and earlier[-1:] == ["YELLOW"]:
            level = 2
        if level >= 2 and earlier[-1:] in (["ORANGE"], ["RED"]):
            level = 3
        if level:
            facts = {"level": _LEVELS[level], "gap_pp": decimals(gap), "reasons": why, "month": last}
            hits.append(place_hit(run, name, last, facts, amounts=NOTHING))
    return places(missing, hits, [*names, *unread])


def _growth(
    table: Frame, months: dict[tuple[str, str], int], names: list[str], year: str, number: int
) -> dict[str, dict[str, Fraction]]:
    """Growth of cost, admissions and mean cost against the same months of the year before, where both are complete."""
    found: dict[str, dict[str, Fraction]] = {}
    for name in names:
        sums = []
        for one in (year, str(int(year) - 1)):
            rows = [
                months[name, f"{one}{month:02}"]
                for month in range(1, number + 1)
                if (name, f"{one}{month:02}") in months
            ]
            known = len(rows) == number and all(
                table.known(column)[row] for row in rows for column in ("total_fen", "admissions")
            )
            sums.append(
                [sum(int(table[column][row]) for row in rows) for column in ("total_fen", "admissions")]
                if known
                else None
            )
        now, then = sums
        if now and then and all(then) and now[1]:
            found[name] = {
                "cost": Fraction(now[0], then[0]),
                "admissions": Fraction(now[1], then[1]),
                "mean_cost": Fraction(now[0] * then[1], now[1] * then[0]),
            }
    return found


def _level(
    run: Run, gap: Fraction, growth: dict[str, Fraction], peers: list[dict[str, Fraction]]
) -> tuple[int, list[str]]:
    """Level by gap and growth, with the reasons. Growth is measured against the other institutions of the level."""
    params, level, why = run.params, 0, []
    for place, limit in enumerate(params.values["gap_pp"], 1):
        if gap > params.number("gap_pp", limit):
            level = max(level, place)
    if level:
        why.append("progress")
    for name, value in sorted(growth.items()):
        others = [one[name] for one in peers]
        if len(others) < params.integer("min_peers"):
            continue
        spread = robust(others)
        for place, limit in enumerate(params.values["z"], 1):
            if spread.deviation and spread.beyond(value, params.number("z", limit)):
                level = max(level, place)
                why = [*why, name] if name not in why else why
    return level, why
