"""Rows of a year's prepayment: one per hospital and pool, one per pool (settlement arithmetic 4.4)."""

from __future__ import annotations

from typing import NamedTuple


class PrepaymentRow(NamedTuple):
    """What one hospital is advanced from one pool; fen. years : of history that it is measured by."""

    hospital_code: str
    pool: str
    years: int
    monthly_mean_fen: int
    coefficient_e4: int
    amount_fen: int


class PrepaymentPool(NamedTuple):
    """Whether a pool may prepay, and what it does."""

    pool: str
    balance_months_e4: int
    least_months_e4: int
    year_result_fen: int
    rolling_deficit: str
    eligible: str
    hospitals: int
    amount_fen: int


class PrepaymentOffset(NamedTuple):
    """An instalment: an open deduction of type 30 of its month, in the form that ``settle`` takes."""

    item_id: str
    hospital_code: str
    pool: str
    deduction_type: int
    date: str
    amount_fen: int
