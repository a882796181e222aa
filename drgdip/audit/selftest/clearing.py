"""Examples of the month: due, retention, deductions, exact distribution (settlement arithmetic 4.1, 4.3, 4.5, 5.4)."""

from __future__ import annotations

from math import lcm
from typing import Any

from drgdip.audit.selftest.payment import paid
from drgdip.audit.selftest.policy import Money
from drgdip.audit.selftest.values import e4, exact, fen, mapping, one_of, rows, yuan
from drgdip.base.apportion import largest_remainder as distribute
from drgdip.clearing import cumulative_due_fen, month_due, take_deductions
from drgdip.clearing.prepayment import prepayment_month_fen
from drgdip.interface.deduction import Deduction
from drgdip.interface.statement_row import DEDUCTION_TYPES

_AUDIT = 10


def cumulative_month(cum_payable: Any, paid_before: Any, ratio: Any) -> dict[str, Any]:
    """4.1: what is due of the year to date."""
    return {"due": yuan(cumulative_due_fen(fen(cum_payable), fen(paid_before), e4(ratio)))}


def month_prepay(
    total_weight: Any, rate: Any, patient_paid: Any, prepay_ratio: Any, audit_deduction: Any = "0"
) -> dict[str, Any]:
    """4.1: the prepayment formula of the draft of DIP 3.0."""
    result = prepayment_month_fen(e4(total_weight), e4(rate), fen(patient_paid), e4(prepay_ratio), fen(audit_deduction))
    return {"gross": yuan(result.gross_fen), "prepay": yuan(result.prepaid_fen), "paid": yuan(result.paid_fen)}


def deduction_ledger(due: Any, deductions: Any) -> dict[str, Any]:
    """4.5: deductions by type, then date; items without a date in the order in which they are listed."""
    items = []
    for position, row in enumerate(rows(deductions)):
        item = mapping(row, ("id", "type", "amount", "date"), ("id", "type", "amount"))
        type_ = one_of(str(item["type"]), [str(known) for known in DEDUCTION_TYPES])
        day = str(item.get("date", f"{position:09d}"))
        items.append(Deduction(item["id"], "hospital", "pool", int(type_), day, fen(item["amount"])))
    lines = take_deductions(fen(due), items)
    return {
        "paid": yuan(max(fen(due), 0) - sum(line.taken_fen for line in lines)),
        "ledger": [
            {"id": line.item_id, "taken": yuan(line.taken_fen), "carried": yuan(line.carried_fen), "state": line.state}
            for line in lines
        ],
    }


def largest_remainder(total: Any, weights: Any) -> dict[str, Any]:
    """5.4: a fixed total distributed to the fen."""
    shares = {key: exact(weight) for key, weight in mapping(weights).items()}
    unit = lcm(*(share.denominator for share in shares.values()))
    parts = distribute(fen(total), [int(share * unit) for share in shares.values()], list(shares))
    return {"alloc": dict(zip(shares, map(yuan, parts), strict=True)), "sum": yuan(sum(parts))}


def month_cases(cases: Any, pv: Any, retention: Any, deductions: Any = "0", offset: Any = "case") -> dict[str, Any]:
    """4.3: a month of cases of one hospital, clamped by case or offset within the month."""
    stays = [mapping(row, ("id", "points", "patient", "other"), ("id", "points")) for row in rows(cases)]
    negative = {"case": "clamp_case", "hospital_month": "hospital_month"}[one_of(offset, ("case", "hospital_month"))]
    result = paid(
        [e4(stay["points"]) for stay in stays],
        Money({"pool": e4(pv)}, "residual", negative=negative),
        [fen(stay.get("patient", "0")) for stay in stays],
        [fen(stay.get("other", "0")) for stay in stays],
    )["payable_fen"]
    due = month_due(sum(result), e4(retention))
    taken = take_deductions(due.due_fen, [Deduction("1", "hospital", "pool", _AUDIT, "", fen(deductions))])
    return {
        "per_case": {stay["id"]: yuan(payable) for stay, payable in zip(stays, result, strict=True)},
        "payable": yuan(sum(result)),
        "retained": yuan(due.retained_fen),
        "paid": yuan(max(due.due_fen, 0) - taken[0].taken_fen),
    }
