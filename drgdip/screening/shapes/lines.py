"""K1: each fee line by itself, against its stay, a list, or a price."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import NOTHING, PRICE_QUANTITY_PER_FEN, Amounts, over_price, share
from drgdip.screening.context import Run, stay_days
from drgdip.screening.data import Frame, days
from drgdip.screening.hits import Answers, Hit, Judged, State, in_cases, not_run
from drgdip.screening.shapes.common import diagnosed

_NOWHERE = np.empty(0, dtype=np.int64)
_WIDEST = 2**62


def whole_line(run: Run, row: int) -> Amounts:
    """All that is left of a line after refunds."""
    return whole_lines(run, [row])[0]


def whole_lines(run: Run, rows: Sequence[int]) -> list[Amounts]:
    """All that is left of each of some lines after refunds."""
    lines, places = run.lines, list(rows)
    columns = (lines[name][places].tolist() for name in ("net_quantity_e4", "net_fee_fen", "net_scope_fen"))
    return [Amounts(quantity, fee, scope, None) for quantity, fee, scope in zip(*columns, strict=True)]


def units_of_line(run: Run, row: int, quantity_e4: int) -> Amounts:
    """Some units of a line: ``amount × units / net quantity``."""
    whole = whole_line(run, row)
    assert whole.quantity_e4
    parts = [share(amount or 0, quantity_e4, whole.quantity_e4) for amount in (whole.fee_fen, whole.scope_fen)]
    return Amounts(quantity_e4, parts[0], parts[1], None)


def line_answers(run: Run, needed: dict[str, np.ndarray], hits: list[Hit]) -> Answers:
    """Answers of cases for a rule on lines: NOT_RUN where a judged line lacks a field, else PASS or FINDING."""
    answers, judged = Answers(run.cases.rows), run.judged()
    for name, known in needed.items():
        lacking = judged & ~known
        where = in_cases(run.cases.rows, lacking, run.lines["case"]) if lacking.any() else _NOWHERE
        answers.mark(where, State.NOT_RUN, f"missing:{name}")
    without = run.shared.once("without_lines", lambda: np.diff(run.data.offsets) == 0)
    answers.mark(without, State.NOT_RUN, "missing:fee_lines")
    answers.mark(np.array([hit.case for hit in hits if hit.case >= 0], dtype=np.int64), State.FINDING, "")
    return answers


def outside_stay(run: Run) -> Judged:
    """Lines dated before admission or after discharge (A03). Dates are compared, never times (review rules 0.9)."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases, outcome = run.lines, run.cases, run.params.text("outcome")
    first, last = stay_days(cases)
    first, last = first - run.params.integer("pre_adm_days"), last + run.params.integer("post_dscg_days")
    rows = _beyond(run, first, last)
    rows = rows[lines.known("time_s")[rows] & run.judged()[rows] & ~lines.is_any("take_home", ("1",))[rows]]
    case, day, done = lines["case"][rows], lines["day"][rows], days(lines["done_s"][rows])
    outside = (day < first[case]) | (day > last[case])
    late = lines.known("done_s")[rows] & (done >= first[case]) & (done <= last[case])
    hits = [
        Hit("WARN" if warned else outcome, "line", run.line_keys(row), run.case_index(row), row, lines=(row,),
            amounts=NOTHING if warned else whole_line(run, row))
        for row, warned in zip(rows[outside].tolist(), late[outside].tolist(), strict=True)
    ]  # fmt: skip
    answers = line_answers(run, {"fee_ocur_time": lines.known("time_s")}, hits)
    answers.require({"adm_time": cases.known("admission_s"), "dscg_time": cases.known("discharge_s")})
    return Judged(hits, answers)


def _beyond(run: Run, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """All lines of the stays whose earliest or latest line is not between two days; lines stand in order of time."""
    cases, day = run.cases, run.lines["day"]
    starts, ends = run.data.offsets[:-1], run.data.offsets[1:]
    there = np.flatnonzero((starts < ends) & cases.known("admission_s") & cases.known("discharge_s"))
    found = there[(day[starts[there]] < first[there]) | (day[ends[there] - 1] > last[there])]
    spans = zip(starts[found].tolist(), ends[found].tolist(), strict=True)
    return np.concatenate([np.empty(0, dtype=np.int64), *(np.arange(start, end) for start, end in spans)])


def limited_to_sex(run: Run) -> Judged:
    """Items for the other sex (B01). A contradiction with the ID number's digit is a question of identity, no denial."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    limit = run.params.once("sexes", "sex_limit", lambda: _sexes(run))
    lines, cases, outcome = run.lines, run.cases, run.params.text("outcome")
    sex = cases.looked_up("sex", {"1": 1, "2": 2}, 0)
    digit = cases.looked_up("identity_sex", {"1": 1, "2": 2}, 0)
    exempt = _exempt_from_sex(run)
    rows = np.flatnonzero(run.judged() & lines.is_any("item", limit))
    wanted, case = lines.looked_up("item", limit, 0, rows), lines["case"][rows]
    own = np.append(np.where(exempt, 0, sex), 0)[case]
    other = np.flatnonzero((own > 0) & (wanted != own))
    doubtful = np.append((digit > 0) & (digit != sex), False)[case]
    hits = [
        Hit("HOLD_CASE" if doubtful[at] else outcome, "line", run.line_keys(row), run.case_index(row), row,
            severity="高度可疑" if doubtful[at] else "", lines=(row,),
            amounts=NOTHING if doubtful[at] else whole_line(run, row),
            facts={"sex": str(own[at]), "limited_to": str(wanted[at])})
        for at, row in zip(other.tolist(), rows[other].tolist(), strict=True)
    ]  # fmt: skip
    answers = line_answers(run, {"med_list_codg": lines.known("item")}, hits)
    answers.mark(~cases.known("sex"), State.NOT_RUN, "missing:gend")
    answers.mark(cases.known("sex") & (sex == 0), State.NOT_APPLICABLE, "sex_not_stated")
    answers.mark(exempt, State.NOT_APPLICABLE, "guard")
    return Judged(hits, answers)


def _sexes(run: Run) -> dict[str, int]:
    return {code: int(sex) for code, sex in run.params.mapping("sex_limit").items() if str(sex) in ("1", "2")}


def _exempt_from_sex(run: Run) -> np.ndarray:
    """Newborns under the mother's number, and diagnoses for which sex-limited items can be right."""
    cases = run.cases
    by_diagnosis = diagnosed(cases, run.params.texts("exempt_dx_prefix"))
    return np.asarray(cases.known("newborn_days") | by_diagnosis)


def above_price(run: Run) -> Judged:
    """Unit prices above the ceiling (B10), less what the platform has already put above the limit."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines = run.lines
    table = run.params.prices("price_cap")
    rows = np.flatnonzero(((lines["ceiling_e6"] > 0) | lines.is_any("item", table)) & run.judged())
    stated = lines["ceiling_e6"][rows]
    cap = np.where(stated > 0, stated, lines.looked_up("item", table, 0, rows))
    above = (cap > 0) & lines.known("price_e6")[rows] & (lines["price_e6"][rows] > cap)
    least = run.params.scaled("abs_tol", 2) * PRICE_QUANTITY_PER_FEN
    priced, hits = _amounts_known(lines), []
    unpriced = in_cases(run.cases.rows, rows[above][~priced[rows[above]]], lines["case"])
    above &= priced[rows]
    rows, cap = rows[above], cap[above]
    likely = _may_leave(run, rows, cap, least)
    for row, ceiling in zip(rows[likely].tolist(), cap[likely].tolist(), strict=True):
        price, whole = int(lines["price_e6"][row]), whole_line(run, row)
        over = over_price(price, ceiling, whole.quantity_e4 or 0)
        amounts = price_amounts(over, int(lines["net_over_limit_fen"][row]), whole)
        if over > least and amounts.scope_fen:
            hits.append(
                Hit(run.params.text("outcome"), "line", run.line_keys(row), run.case_index(row), row, lines=(row,), amounts=amounts,
                    facts={"price": format_scaled(price, 6), "ceiling": format_scaled(ceiling, 6)},
                    formula=_price_formula(price, ceiling, int(lines["net_over_limit_fen"][row]), amounts),
                    price_e6=(price, ceiling))
            )  # fmt: skip
    answers = line_answers(run, {"pric": lines.known("price_e6")}, hits)
    answers.mark(unpriced, State.NOT_RUN, "missing:overlmt_amt")
    return Judged(hits, answers)


def _amounts_known(lines: Frame) -> np.ndarray:
    """Lines of which it is known what the platform has put above the limit: nothing where all is within coverage; bool, (n,)."""
    amounts = lines.known("fee_fen") & lines.known("scope_fen")
    return amounts & (lines.known("over_limit_fen") | (lines["net_fee_fen"] <= lines["net_scope_fen"]))


def within_scope(lines: Frame) -> np.ndarray:
    """Lines with an amount within coverage, and those of which that is not known; bool, (n,)."""
    return np.asarray((lines["net_scope_fen"] > 0) | ~lines.known("scope_fen"))


def _may_leave(run: Run, rows: np.ndarray, cap: np.ndarray, least: int) -> np.ndarray:
    """Lines of which something may be left to deny, all at once: the platform has put most of them above the limit itself.

    All that have something left are among them; where products might not fit, all lines are. bool, (n,).
    """
    lines = run.lines
    more, quantity = lines["price_e6"][rows] - cap, lines["net_quantity_e4"][rows]
    if int(more.max(initial=0)) * int(quantity.max(initial=0)) >= _WIDEST:
        return np.ones(len(rows), dtype=np.bool_)
    over = more * quantity
    fee = np.minimum((over + PRICE_QUANTITY_PER_FEN // 2) // PRICE_QUANTITY_PER_FEN, lines["net_fee_fen"][rows])
    scope = np.minimum(np.maximum(0, fee - lines["net_over_limit_fen"][rows]), lines["net_scope_fen"][rows])
    return (over > least) & (scope != 0)


def price_amounts(over: int, already_fen: int, left: Amounts) -> Amounts:
    """What a price difference comes to, at most what is left of the line. ``over`` as :func:`over_price` has it."""
    fee = min(divide(over, PRICE_QUANTITY_PER_FEN), left.fee_fen or 0)
    return Amounts(left.quantity_e4, fee, min(max(0, fee - already_fen), left.scope_fen or 0), None)


def _price_formula(price: int, ceiling: int, already_fen: int, amounts: Amounts) -> str:
    count = format_scaled(amounts.quantity_e4 or 0, 4)
    text = f"({format_scaled(price, 6)} − {format_scaled(ceiling, 6)}) × {count} = {format_yuan(amounts.fee_fen or 0)}"
    return f"{text}; − {format_yuan(already_fen)} = {format_yuan(amounts.scope_fen or 0)}" if already_fen else text
