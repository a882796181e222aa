"""Findings whose money waits for a decision, as ``held.csv`` of a screening hands them to ``settle`` (review workflow 3)."""

from __future__ import annotations

from typing import NamedTuple

COLUMNS = ("key", "settlement", "rule")
OPTIONAL = ("fee_yuan", "fund_yuan", "group", "hold_mode")


class HeldFinding(NamedTuple):
    """One finding that is open.

    mode : how a denial of it would count (settlement arithmetic 8.3), so that what is held is what it could take; empty where
    it is the region's own. fund_fen, fee_fen : fund amount and cost in doubt. group : that the stay would belong in.
    """

    key: str
    setl_id: str
    rule: str
    mode: str = ""
    fund_fen: int = 0
    fee_fen: int = 0
    group: str = ""
