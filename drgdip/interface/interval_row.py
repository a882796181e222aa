"""Rows of a smoothed point value: one per pool and period, one per hospital of each (settlement arithmetic 2.2)."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class Account(NamedTuple):
    """Points, income and cost of one hospital."""

    hospital_code: str
    points_e4: int
    income_fen: int
    cost_fen: int

    @property
    def place(self) -> tuple[Fraction, Fraction]:
        """Income and cost per point, yuan, exactly."""
        return Fraction(self.income_fen * 100, self.points_e4), Fraction(self.cost_fen * 100, self.points_e4)


class IntervalRow(NamedTuple):
    """A pool and period; yuan per point, four decimals. kept : hospitals in the interval; fallback : there is none, and the
    regional mean cost stands for the value.
    """

    pool: str
    period: str
    hospitals: int
    kept: int
    points_e4: int
    mean_income_e4: int | None
    mean_cost_e4: int
    centre_income_e4: int | None
    centre_cost_e4: int | None
    fallback: str
    value_e4: int


class IntervalHospital(NamedTuple):
    """A hospital of a pool and period; income is None where the method does not look at it."""

    pool: str
    period: str
    hospital_code: str
    points_e4: int
    income_fen: int | None
    cost_fen: int
    income_e4: int | None
    cost_e4: int
    quadrant: str
    kept: str
