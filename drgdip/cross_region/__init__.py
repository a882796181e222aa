"""Stage 9, 异地清算: what other regions owe for their patients, and what is owed to them, until both ways net to zero."""

from __future__ import annotations

from drgdip.cross_region.clearing import clearing_lines, home_totals, net_lines
from drgdip.cross_region.review import review_lines
from drgdip.cross_region.rules import city_of, home_pays_fen, needs_joint_review, province_of

__all__ = [
    "city_of",
    "clearing_lines",
    "home_pays_fen",
    "home_totals",
    "needs_joint_review",
    "net_lines",
    "province_of",
    "review_lines",
]
