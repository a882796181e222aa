"""K1 and K2 on amounts within coverage: what a line may count at most, and ceilings of sums."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.base.rounding import divide
from drgdip.screening.amounts import Amounts, share
from drgdip.screening.context import Run
from drgdip.screening.data import DAY
from drgdip.screening.hits import Hit, Judged, State, not_run
from drgdip.screening.params import wrong_choice
from drgdip.screening.shapes.common import day_of, groups_of, line_hit, months_of, numbered
from drgdip.screening.shapes.lines import line_answers
from drgdip.screening.words import NONE

_E6 = 10**6
_WIDEST = 2**61


def scope_recomputed(run: Run) -> Judged:
    """Lines with more within coverage than their class and shares allow (B14).

    Expected: ``amount − outside coverage − above the limit − first share``, the first share by its ratio where the line
    has one; nothing where the class, or the catalogue on the day of the fee, says that the item is not paid.
    """
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, params = run.lines, run.params
    unpaid = lines.is_any("payment_class", params.texts("unpaid_classes"))
    catalogue = params.values.get("catalogue")
    judged = run.judged() & lines.known("scope_fen") & lines.known("fee_fen")
    suspects = judged & (lines["net_scope_fen"] > 0)
    hits = []
    tolerance = params.scaled("tol", 2)
    for row in np.flatnonzero(suspects & ~_surely_within(run, unpaid, catalogue is not None, tolerance)).tolist():
        outside = bool(unpaid[row]) or (catalogue is not None and not _in_catalogue(run, row, catalogue))
        expected, formula = (0, "0") if outside else _expected(run, row)
        over = int(lines["net_scope_fen"][row]) - expected
        if over > tolerance:
            hits.append(
                line_hit(run, row, amounts=Amounts(int(lines["net_quantity_e4"][row]), over, over, None),
                         facts={"scope_fen": int(lines["net_scope_fen"][row]), "expected_fen": expected},
                         formula=f"{format_yuan(int(lines['net_scope_fen'][row]))} − ({formula})")
            )  # fmt: skip
    needed = {"det_item_fee_sumamt": lines.known("fee_fen"), "inscp_scp_amt": lines.known("scope_fen")}
    if catalogue is None:
        classed = lines.known("payment_class") | lines.known("first_share_e6")
        needed["chrgitm_lv"] = classed | (lines["net_scope_fen"] <= 0)
    answers = line_answers(run, needed, [])
    answers.mark(np.array([hit.case for hit in hits if hit.case >= 0], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _surely_within(run: Run, unpaid: np.ndarray, by_catalogue: bool, tolerance: int) -> np.ndarray:
    """Lines that need no closer look: paid, and within what their shares allow; bool, (n,)."""
    lines = run.lines
    if by_catalogue or not lines.rows:
        return np.zeros(lines.rows, dtype=np.bool_)
    own, above, first_fen = (_left_of(run, name) for name in ("own_pay_fen", "over_limit_fen", "first_share_fen"))
    base = lines["net_fee_fen"] - own - above
    plain = (np.minimum(np.minimum(own, above), first_fen) >= 0) & (base >= 0) & (base < _WIDEST // _E6) & ~unpaid
    ratio = lines["first_share_e6"]
    plain &= (ratio >= 0) & (ratio <= _E6)
    by_ratio = (2 * np.where(plain, base, 0) * np.where(plain, ratio, 0) + _E6) // (2 * _E6)
    first = np.where(lines.known("first_share_e6"), by_ratio, first_fen)
    return np.asarray(plain & (lines["net_scope_fen"] - np.maximum(0, base - first) <= tolerance))


def _left_of(run: Run, name: str) -> np.ndarray:
    """The part of an amount that belongs to the units left after refunds; -1 where this look cannot say it."""
    lines = run.lines
    whole, left = lines["quantity_e4"], lines["net_quantity_e4"]
    found = np.where(lines[name] >= 0, lines[name], NONE)
    rows = np.flatnonzero(left != whole)
    amount, units, of = found[rows], left[rows], whole[rows]
    small = (amount >= 0) & (amount < 2**31) & (units >= 0) & (units < 2**29) & (of > 0)
    found[rows] = np.where(small, (2 * amount * np.where(small, units, 0) + of) // (2 * np.maximum(of, 1)), NONE)
    return found


def _in_catalogue(run: Run, row: int, catalogue: Any) -> bool:
    """Whether the item stands in the catalogue on the day of the fee."""
    entry = catalogue.get(run.lines.text("item", row))
    if entry is None or not run.lines.known("time_s")[row]:
        return entry is not None
    day = day_of(int(run.lines["time_s"][row]) // DAY).isoformat()
    first, last = str(entry.get("valid_from") or ""), str(entry.get("valid_to") or "")
    return (not first or first <= day) and (not last or day <= last)


def _expected(run: Run, row: int) -> tuple[int, str]:
    """The amount within coverage after refunds, in fen, and its formula."""
    lines = run.lines
    whole, left = int(lines["quantity_e4"][row]), int(lines["net_quantity_e4"][row])
    fee = int(lines["net_fee_fen"][row])
    own, over = (share(int(lines[name][row]), left, whole) for name in ("own_pay_fen", "over_limit_fen"))
    base = fee - own - over
    text = f"{format_yuan(fee)} − {format_yuan(own)} − {format_yuan(over)}"
    if lines.known("first_share_e6")[row]:
        ratio = int(lines["first_share_e6"][row])
        first = divide(base * ratio, _E6)
    else:
        first = share(int(lines["first_share_fen"][row]), left, whole)
    return max(0, base - first), f"{text} − {format_yuan(first)}"


def amount_cap(run: Run) -> Judged:
    """Amounts within coverage above a ceiling for the stay or the person's year (B13): the latest lines are denied."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, params = run.lines, run.params
    groups, number = params.once("caps", "amount_cap", lambda: numbered(_caps(run)))
    group = lines.looked_up("item", number, -1)
    listed = run.judged() & (group >= 0) & (lines["case"] < run.cases.rows) & (lines["net_scope_fen"] > 0)
    years = 1970 + months_of(lines["day"]) // 12
    yearly = (
        np.array([scope == "year" for _, scope, _ in groups], dtype=np.bool_)[group]
        if groups
        else np.zeros(lines.rows, np.bool_)
    )
    owner = np.where(yearly, lines["person"], lines["case"])
    ready = listed & (~yearly | (lines.known("person") & lines.known("time_s")))
    keys = [group, owner, np.where(yearly, years, 0)]
    rows = np.flatnonzero(ready)
    rows = rows[np.lexsort((np.arange(len(rows)), lines["time_s"][rows]))]
    hits = [hit for key, found in sorted(groups_of(keys, rows).items()) for hit in _above(run, found, groups[key[0]])]
    needed = {"med_list_codg": lines.known("item"), "psn_no": ~listed | ~yearly | lines.known("person"),
              "fee_ocur_time": ~listed | ~yearly | lines.known("time_s"),
              "inscp_scp_amt": (group < 0) | lines.known("scope_fen")}  # fmt: skip
    return Judged(hits, line_answers(run, needed, hits))


def _caps(run: Run) -> dict[str, tuple[str, str, Fraction]]:
    """Code -> its group, what the ceiling is for, and the ceiling."""
    params, caps = run.params, dict[str, tuple[str, str, Fraction]]()
    for code, row in params.mapping("amount_cap").items():
        scope = str(row.get("scope", "stay"))
        if scope not in ("stay", "year"):
            raise wrong_choice(params.rule, "amount_cap.scope", scope, ("stay", "year"))
        caps[str(code)] = (str(row.get("group", code)), scope, params.number("amount_cap", row["cap"]))
    return caps


def _above(run: Run, rows: list[int], group: tuple[str, str, Fraction]) -> list[Hit]:
    name, scope, cap = group
    limit = divide(cap.numerator * 100, cap.denominator)
    sums, hits = 0, []
    for row in rows:
        amount = int(run.lines["net_scope_fen"][row])
        over = min(amount, max(0, sums + amount - limit))
        sums += amount
        if over:
            quantity, fee = (
                share(int(run.lines[f"net_{part}"][row]), over, amount) for part in ("quantity_e4", "fee_fen")
            )
            hits.append(
                line_hit(run, row, window=name, related=tuple(other for other in rows if other != row),
                         amounts=Amounts(quantity, fee, over, None), formula=f"{format_yuan(sums)} − {format_yuan(limit)}",
                         facts={"group": name, "scope": scope, "cap_fen": limit, "total_fen": sums})
            )  # fmt: skip
    return hits
