"""Rows that annual clearing hands to the statement: one per hospital and pool, one per pool, one per difference.

Source: settlement arithmetic 5 (annual clearing).
"""

from __future__ import annotations

from typing import NamedTuple

from drgdip.base.text import Text

#: How a row was cleared: the rule of its band, or ``months`` for a pool without a budget of its own.
CLEARING_RULES: dict[str, Text] = {
    "recorded": Text("记账", "recorded"),
    "recorded_plus": Text("记账+分享", "recorded + share"),
    "dip": Text("应付", "payable"),
    "dip_plus": Text("应付+分担", "payable + share"),
    "cap": Text("封顶", "capped"),
    "months": Text("各月", "months"),
}

DIRECTIONS: dict[str, Text] = {"pay": Text("拨付", "pay"), "recover": Text("收回", "recover")}


class YearRow(NamedTuple):
    """What one hospital gets from one pool for one year; money in fen, scaled numbers in ten-thousandths.

    before_fen : points at the settlement point value and fund ratio. dip_fen : after assessment and audit deductions.
    recorded_fen : of cases with points, net of audit deductions. ratio_e4 : recorded ÷ dip. claimed_fen : what the
    band pays. clearing_fen : within the fund, by-item amounts included. final_fen : below zero it is recovered.
    score_e4 : None where nothing asks for one.
    """

    year: str
    hospital_code: str
    hospital_tier: int
    pool: str
    pool_name: Text
    cases: int
    points_e4: int
    point_value_e4: int
    fund_ratio_e4: int
    before_fen: int
    score_e4: int | None
    coefficient_e4: int
    deductions_fen: int
    dip_fen: int
    recorded_fen: int
    ratio_e4: int
    rule: str
    claimed_fen: int
    by_item_fen: int
    clearing_fen: int
    months_payable_fen: int
    true_up_fen: int
    withheld_fen: int
    release_e4: int
    released_fen: int
    forfeited_fen: int
    paid_fen: int
    prepayment_offset_fen: int
    other_deductions_fen: int
    prepayment_outstanding_fen: int
    open_deductions_fen: int
    final_fen: int
    direction: str


class YearPool(NamedTuple):
    """The year of one pool: its fund, and what became of every fen of it.

    fund_fen = clearing_fen + left_fen; left_fen = undistributed_fen + assessment_fen + deductions_fen + returned_fen
    − sharing_fen, below zero where the risk fund was drawn on. cut_fen : of payables, where the policy allows it.
    sharing_claimed_fen : of the overspend, before it was scaled to the fund.
    """

    pool: str
    pool_name: Text
    inpatient_fen: int
    adjustment_fund_fen: int
    cross_region_fen: int
    other_fen: int
    fund_fen: int
    risk_fund_fen: int
    hospitals: int
    points_e4: int
    fund_ratio_e4: int
    point_value_e4: int
    opening_point_value_e4: int
    before_fen: int
    by_item_fen: int
    undistributed_fen: int
    assessment_fen: int
    deductions_fen: int
    returned_fen: int
    cut_fen: int
    sharing_claimed_fen: int
    sharing_fen: int
    clearing_fen: int
    left_fen: int
    recorded_fen: int
    paid_fen: int
    final_fen: int
    clearing_share_e4: int
    scaled: bool


class YearDifference(NamedTuple):
    """What a later clearing posts against an earlier one, which stays as it is."""

    hospital_code: str
    pool: str
    before_fen: int
    now_fen: int

    @property
    def difference_fen(self) -> int:
        """To be paid (above zero) or recovered."""
        return self.now_fen - self.before_fen
