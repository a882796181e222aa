"""Lines of clearing between regions: what one place of treatment asks of the home region of its patients."""

from __future__ import annotations

from typing import NamedTuple


class HomeSums(NamedTuple):
    """What the stays of one home region came to at one hospital in one pool and month, in fen."""

    home: str
    month: str
    hospital_code: str
    pool: str
    cases: int
    total_cost_fen: int
    gross_fen: int
    patient_fen: int
    other_funds_fen: int
    payable_fen: int
    recorded_fen: int


class ClearingLine(NamedTuple):
    """A line of the statement that the place of treatment sends to the home region of its patients.

    home_pays_fen : what the home region transfers. hospital_receives_fen : what the hospital is owed for these stays.
    place_pool_difference_fen : what stays with the pool of the place (below zero: what it adds).
    """

    place: str
    home: str
    month: str
    hospital_code: str
    pool: str
    cases: int
    total_cost_fen: int
    gross_fen: int
    patient_fen: int
    other_funds_fen: int
    payable_fen: int
    recorded_fen: int
    home_pays_fen: int
    hospital_receives_fen: int
    place_pool_difference_fen: int


class HomeTotal(NamedTuple):
    """One home region's statement in one sum."""

    home: str
    level: str
    cases: int
    payable_fen: int
    recorded_fen: int
    home_pays_fen: int
    hospital_receives_fen: int
    place_pool_difference_fen: int


class NetLine(NamedTuple):
    """What stands between two regions: theirs to us, ours to them, and the balance (below zero: we pay)."""

    region: str
    other: str
    receivable_fen: int
    payable_fen: int
    net_fen: int


class ReviewLine(NamedTuple):
    """A stay of another province's patient that goes to joint review, or to the usual assistance where no violation is suspected."""

    setl_id: str
    month: str
    hospital_code: str
    home: str
    insured_province: str
    care_province: str
    total_cost_fen: int
    recorded_fen: int
    payable_fen: int
    lane: str
    findings: str
