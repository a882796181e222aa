"""Values of the section ``cross_region`` (settlement arithmetic 7)."""

from __future__ import annotations

from typing import Literal, NamedTuple

Rules = Literal["place"]
Benefits = Literal["home"]
ClearingAmount = Literal["dip_payable", "recorded"]


class CrossRegion(NamedTuple):
    """How stays of patients insured elsewhere are cleared between regions.

    rules, benefits : whose rules group and price a stay, and whose decide what the patient pays. clearing : what the
    home region pays. sub_pool : whether such patients have pools of their own. joint_review_fen : stays of other
    provinces from this cost on are listed for joint review; None: none are.
    """

    rules: Rules
    benefits: Benefits
    clearing: ClearingAmount
    sub_pool: bool
    joint_review_fen: int | None
