"""A sample of stays at the edge: what is drawn, what its check found, and what that comes to (settlement arithmetic 8.2)."""

from __future__ import annotations

from typing import Literal, NamedTuple

Stays = Literal["any", "bed_day"]

CHECKED_COLUMNS = ("setl_id", "violation")
CHECKED_OPTIONAL = ("violation_fund_yuan", "note")
ANNUAL_COLUMNS = ("fixmedins_code", "pool", "fund_yuan")


class SampleLine(NamedTuple):
    """A stay that is drawn. frame_* : of its hospital and pool, from which it was drawn as the ``draw_number``-th."""

    hospital_code: str
    pool: str
    draw_number: int
    setl_id: str
    month: str
    payable_fen: int
    frame_stays: int
    frame_fund_fen: int
    frame_sha256: str
    seed: str
    rate_e4: int


class FrameLine(NamedTuple):
    """A stay that could have been drawn."""

    hospital_code: str
    pool: str
    setl_id: str
    month: str
    payable_fen: int


class BlankCheck(NamedTuple):
    """A line of the list that inspectors fill in; ``violation`` is 1 or 0."""

    setl_id: str
    violation: str = ""
    violation_fund_yuan: str = ""
    note: str = ""


class Checked(NamedTuple):
    """What the check of a stay found. bad_fund_fen : None where the whole payment of the stay counts."""

    row: int
    setl_id: str
    bad: bool
    bad_fund_fen: int | None


class ExtrapolationLine(NamedTuple):
    """What a sample comes to for one hospital and pool: both readings of the rate, the one that is used, its deduction.

    low_e4, high_e4 : exact 95 % interval of the rate by count, over all stays of the frame.
    """

    hospital_code: str
    pool: str
    frame_stays: int
    sample_stays: int
    bad_stays: int
    sample_fund_fen: int
    bad_fund_fen: int
    annual_fund_fen: int
    count_rate_e4: int
    low_e4: int
    high_e4: int
    count_deduction_fen: int
    money_rate_e4: int
    money_deduction_fen: int
    by: str
    deduction_fen: int
    frame_sha256: str
    basis: str


class SampleDeduction(NamedTuple):
    """The deduction in the form that ``settle --deductions`` takes."""

    item_id: str
    hospital_code: str
    pool: str
    deduction_type: int
    date: str
    amount_fen: int
