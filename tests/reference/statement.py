"""Settlement arithmetic 4.3 and 4.5: the statement of each hospital and pool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from drgdip.policy.values import PolicyValues
from tests.reference.case import Case
from tests.reference.clearing import (
    DEDUCTIONS,
    Taken,
    cumulative_due_fen,
    paid_fen,
    retained_fen,
    take_deductions,
)
from tests.reference.fund_split import CasePayment
from tests.reference.numbers import E4

TIERS = {"tertiary": 3, "secondary": 2, "primary": 1, "unrated": 0}
NOTHING_POSTED: Mapping[tuple[str, str], int] = {}
BANDS = ("normal", "low", "high", "extreme", "ungrouped", "by_item")


def statement_of(
    settled: Sequence[tuple[Case, CasePayment]],
    point_values: Mapping[str, int],
    policy: PolicyValues,
    month: str,
    deductions: Sequence[Any],
    prior: Iterable[Mapping[str, Any]],
    posted: Mapping[tuple[str, str], int] = NOTHING_POSTED,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Statement rows by hospital and pool, and all deductions; a hospital with deductions only has a row too.

    posted : what decisions post beside the payable of the stays; it is due, and retained, with it (6.4).
    """
    cumulative = policy.month.point_value == "cumulative"
    before = paid_before(prior, month) if cumulative else {}
    keys = {(case.stay.hospital, case.stay.pool) for case, _ in settled}
    keys |= {(item.hospital_code, item.pool) for item in deductions} | before.keys() | posted.keys()
    tiers = {case.stay.hospital: TIERS[case.stay.tier] for case, _ in settled}
    pools = list(policy.pools)
    rows, items = [], []
    for hospital, pool in sorted(keys, key=lambda key: (key[0], pools.index(key[1]))):
        own = [(case, paid) for case, paid in settled if (case.stay.hospital, case.stay.pool) == (hospital, pool)]
        open_items = [item for item in deductions if (item.hospital_code, item.pool) == (hospital, pool)]
        amounts = totals(own)
        waits = [paid.payable_fen for case, paid in own if case.held]
        beside = posted.get((hospital, pool), 0)
        due = due_of(amounts["payable_fen"] + beside - sum(waits), policy, before.get((hospital, pool), 0))
        taken = take_deductions(due["due_fen"], open_items)
        rows.append(
            {
                "month": month,
                "hospital_code": hospital,
                "hospital_tier": tiers.get(hospital, 0),
                "pool": pool,
                "point_value_e4": point_values[pool],
                **amounts,
                **due,
                **{
                    column: sum(item.taken_fen for item in taken if item.deduction_type == kind)
                    for kind, column in DEDUCTIONS.items()
                },
                "paid_fen": paid_fen(due["due_fen"], taken),
                "late_cases": sum(case.stay.late for case, _ in own),
                "held_cases": len(waits),
                "held_fen": sum(waits),
                "special_difference_fen": beside,
            }
        )
        if due["due_fen"] < 0 and not cumulative:
            owed = -due["due_fen"]
            taken.append(Taken(f"NEG-{month}-{hospital}-{pool}", 99, f"{month}-01", owed, 0, owed))
        place = {"hospital_code": hospital, "pool": pool}
        items += [{**place, **item._asdict(), "state": item.state} for item in taken]
    return rows, items


def totals(own: Sequence[tuple[Case, CasePayment]]) -> dict[str, int]:
    """Sums of amounts that are rounded already."""
    payable = sum(paid.payable_fen for _, paid in own)
    recorded = sum(case.recorded_fen for case, _ in own)
    # Stays whose cost is not tested count with those paid by item.
    bands = ["by_item" if case.points.band == "not_tested" else case.points.band for case, _ in own]
    return {
        "cases": len(own),
        "points_e4": sum(case.points.points_e4 for case, _ in own),
        "gross_fen": sum(paid.gross_fen for _, paid in own),
        "patient_fen": sum(case.patient_fen for case, _ in own),
        "other_funds_fen": sum(case.other_funds_fen for case, _ in own),
        "payable_fen": payable,
        "clamped_fen": sum(paid.clamped_fen for _, paid in own),
        "recorded_fen": recorded,
        "difference_fen": payable - recorded,
        **{f"{band}_cases": bands.count(band) for band in BANDS},
    }


def due_of(payable_fen: int, policy: PolicyValues, before_fen: int) -> dict[str, int]:
    """What is due after retention; cumulative: of the year to date, less what was paid before."""
    retained = retained_fen(payable_fen, policy.month.retention_e4)
    due = payable_fen - retained
    if policy.month.point_value == "cumulative":
        if payable_fen > 0:
            due = cumulative_due_fen(payable_fen, E4 - policy.month.retention_e4, before_fen)
        else:
            due = payable_fen - before_fen
        retained = payable_fen - before_fen - due
    return {"retained_fen": retained, "paid_before_fen": before_fen, "due_fen": due}


def paid_before(prior: Iterable[Mapping[str, Any]], month: str) -> dict[tuple[str, str], int]:
    """Paid and taken by deductions in earlier months of the year."""
    before: dict[tuple[str, str], int] = {}
    for row in prior:
        if row["month"][:4] == month[:4] and row["month"] < month:
            key = (row["hospital_code"], row["pool"])
            amount = row["paid_fen"] + sum(row[column] for column in DEDUCTIONS.values())
            before[key] = before.get(key, 0) + amount
    return before
