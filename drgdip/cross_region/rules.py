"""Scalar rules of clearing between regions (settlement arithmetic 7)."""

from __future__ import annotations

from drgdip.policy.sections.cross_region_values import ClearingAmount

_CITY_DIGITS = 4


def city_of(region: str) -> str:
    """The city (six digits, the last two zero) that an administrative division belongs to: regions clear as cities."""
    return region[:_CITY_DIGITS] + "00"


def province_of(region: str) -> str:
    """The first two digits of an administrative division."""
    return region[:2]


def home_pays_fen(clearing: ClearingAmount, payable_fen: int, recorded_fen: int) -> int:
    """What the home region pays for its patients: what case payment comes to, or what was recorded at the bedside.

    Source: interim measures for case-based payment (2025), arts. 6 and 12 of the procedure; settlement arithmetic 7.2,
    vectors V95, V96.
    """
    return payable_fen if clearing == "dip_payable" else recorded_fen


def needs_joint_review(cost_fen: int, least_fen: int | None) -> bool:
    """Whether a stay of another province's patient is dear enough for joint review; the limit itself counts (7.3)."""
    return least_fen is not None and cost_fen >= least_fen
