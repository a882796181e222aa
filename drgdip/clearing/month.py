"""The month of one hospital and pool: due, deductions, payout (settlement arithmetic 4.1, 4.3, 4.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.clearing.deductions import take_deductions
from drgdip.clearing.totals import BANDS, MonthTotals
from drgdip.interface.deduction import Deduction
from drgdip.interface.statement_row import DEDUCTION_FIELDS, DeductionLine, StatementRow
from drgdip.policy.values import PolicyValues


class SpecialSums(NamedTuple):
    """Special-case review of one hospital and pool: decided stays of the month, and what is posted for earlier ones."""

    cases: int = 0
    difference_fen: int = 0


class DeniedSums(NamedTuple):
    """Denials of one hospital and pool: stays of the month that lose something, what they lose and the points that left the
    pool, and what stays of earlier months lose.
    """

    cases: int = 0
    denied_fen: int = 0
    points_e4: int = 0
    earlier_fen: int = 0


class HeldSums(NamedTuple):
    """Money that is held of one hospital and pool: its stays of the month, what is held of them, what of earlier months is
    released. late_cases : stays of earlier months whose lists came late.
    """

    late_cases: int = 0
    cases: int = 0
    held_fen: int = 0
    released_fen: int = 0


_NO_SPECIAL, _NO_DENIALS, _NOT_HELD = SpecialSums(), DeniedSums(), HeldSums()


class MonthlyDue(NamedTuple):
    """What is held back and what is due before deductions."""

    retained_fen: int
    due_fen: int


def month_due(payable_fen: int, retention_e4: int) -> MonthlyDue:
    """Hold back the quality deposit of a single month, half-up; nothing of a negative month (4.3, vector V63)."""
    retained = divide(max(payable_fen, 0) * retention_e4, E4)
    return MonthlyDue(retained, payable_fen - retained)


def cumulative_due_fen(cumulative_payable_fen: int, paid_before_fen: int, ratio_e4: int) -> int:
    """Ratio × payable of the year to date, half-up, less what earlier months were due (4.1, vector V62)."""
    return divide(cumulative_payable_fen * ratio_e4, E4) - paid_before_fen


def _due(payable: int, paid_before: int, values: PolicyValues) -> MonthlyDue:
    retention_e4 = values.month.retention_e4
    if values.month.point_value != "cumulative":
        return month_due(payable, retention_e4)
    # Nothing is held back of a year to date that is below zero.
    due = cumulative_due_fen(payable, paid_before, E4 - retention_e4 if payable > 0 else E4)
    return MonthlyDue(payable - paid_before - due, due)


def _shortfall(month: str, hospital: str, pool: str, due_fen: int) -> DeductionLine:
    """A month below zero pays nothing; what is missing is an open item of the next month."""
    item_id = f"NEG-{month}-{hospital}-{pool}"
    return DeductionLine(hospital, pool, 99, f"{month}-01", item_id, -due_fen, 0, -due_fen)


def statement_rows(
    month: str,
    values: PolicyValues,
    totals: MonthTotals,
    hospitals: Sequence[str],
    point_values_e4: Sequence[int],
    deductions: Sequence[Deduction] = (),
    paid_before_fen: Mapping[tuple[str, str], int] | None = None,
    special: Mapping[tuple[str, str], SpecialSums] | None = None,
    denied: Mapping[tuple[str, str], DeniedSums] | None = None,
    held: Mapping[tuple[str, str], HeldSums] | None = None,
    over: Mapping[tuple[str, str], int] | None = None,
) -> tuple[list[StatementRow], list[DeductionLine]]:
    """Statement of every hospital and pool with stays or open deductions, by hospital code then pool.

    ``paid_before_fen`` (hospital, pool): paid and deducted in earlier months of the year, for the cumulative mode.
    ``special`` : what special-case review adds; its difference is due with the payable, and retained with it.
    ``denied`` : what denials took, told beside; they are among the ``deductions``. ``held`` : money that waits, and that of
    earlier months that does no longer; retention is of what is due. ``over`` : what is beyond the hospital's ceiling, and is not due.
    """
    paid = totals.paid()
    before, reviewed = paid_before_fen or {}, special or {}
    rows: list[StatementRow] = []
    ledger: list[DeductionLine] = []
    for hospital, h, pool, p in _positions(
        values, hospitals, paid, deductions, {*before, *reviewed, *(denied or {}), *(held or {})}
    ):
        sums = {name: int(table[h, p]) if 0 <= h < len(table) else 0 for name, table in paid.items()}
        own = reviewed.get((hospital, pool), _NO_SPECIAL)
        lost = (denied or {}).get((hospital, pool), _NO_DENIALS)
        waits = (held or {}).get((hospital, pool), _NOT_HELD)
        beyond = (over or {}).get((hospital, pool), 0)
        payable = sums["payable_fen"] + own.difference_fen - waits.held_fen + waits.released_fen - beyond
        due = _due(payable, before.get((hospital, pool), 0), values)
        entries = take_deductions(due.due_fen, [d for d in deductions if (d.hospital_code, d.pool) == (hospital, pool)])
        if due.due_fen < 0 and values.month.point_value != "cumulative":
            entries.append(_shortfall(month, hospital, pool, due.due_fen))
        taken = dict.fromkeys(DEDUCTION_FIELDS.values(), 0)
        for entry in entries:
            taken[DEDUCTION_FIELDS[entry.deduction_type]] += entry.taken_fen
        ledger += entries
        rows.append(
            StatementRow(
                month=month,
                hospital_code=hospital,
                hospital_tier=totals.tiers.get(h, 0),
                pool=pool,
                pool_name=values.pools[pool].name,
                point_value_e4=point_values_e4[p],
                cases=sums["cases"],
                points_e4=sums["points_e4"],
                gross_fen=sums["gross_fen"],
                patient_fen=sums["patient_fen"],
                other_funds_fen=sums["other_funds_fen"],
                payable_fen=sums["payable_fen"],
                clamped_fen=sums["clamped_fen"],
                recorded_fen=sums["recorded_fen"],
                difference_fen=sums["payable_fen"] - sums["recorded_fen"],
                retained_fen=due.retained_fen,
                paid_before_fen=before.get((hospital, pool), 0),
                due_fen=due.due_fen,
                **taken,
                paid_fen=max(due.due_fen, 0) - sum(taken.values()),
                **{f"{band.removeprefix('band_')}_cases": sums[band] for band in BANDS},
                special_cases=own.cases,
                special_difference_fen=own.difference_fen,
                denied_cases=lost.cases,
                denied_fen=lost.denied_fen,
                denied_points_e4=lost.points_e4,
                denied_earlier_fen=lost.earlier_fen,
                late_cases=waits.late_cases,
                held_cases=waits.cases,
                held_fen=waits.held_fen,
                released_fen=waits.released_fen,
                over_ceiling_fen=beyond,
            )
        )
    return rows, ledger


def _positions(
    values: PolicyValues,
    hospitals: Sequence[str],
    paid: Mapping[str, object],
    deductions: Sequence[Deduction],
    others: Collection[tuple[str, str]],
) -> Iterator[tuple[str, int, str, int]]:
    """Hospitals and pools that the statement names, with their positions (−1: no stay this month)."""
    cases = paid["cases"]
    named = {(d.hospital_code, d.pool) for d in deductions} | set(others)
    known = {code: h for h, code in enumerate(hospitals)}
    for hospital in sorted(set(hospitals) | {code for code, _ in named}):
        h = known.get(hospital, -1)
        for p, pool in enumerate(values.pools):
            has_cases = 0 <= h < len(cases) and cases[h, p] > 0  # type: ignore[arg-type,index]
            if has_cases or (hospital, pool) in named:
                yield hospital, h, pool, p
