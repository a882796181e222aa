"""Findings whose money waits for a decision, as ``held.csv`` of a screening hands them to ``settle`` (review workflow 3)."""

from __future__ import annotations

from typing import NamedTuple

COLUMNS = ("key", "settlement", "rule")
OPTIONAL = ("fee_yuan", "fund_yuan", "group", "hold_mode", "severity", "official_class")


class HeldFinding(NamedTuple):
    """One finding that is open.

    mode : how a denial of it would count (settlement arithmetic 8.3), so that what is held is what it could take; empty where
    it is the region's own. fund_fen, fee_fen : fund amount and cost in doubt. group : that the stay would belong in.
    severity, official_class : by which a policy says whether such a finding holds money; empty where nothing says it.
    """

    key: str
    setl_id: str
    rule: str
    mode: str = ""
    fund_fen: int = 0
    fee_fen: int = 0
    group: str = ""
    severity: str = ""
    official_class: str = ""
