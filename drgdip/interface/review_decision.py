"""Decisions on findings of screening at the edge: one row a decision (review workflow 2)."""

from __future__ import annotations

from typing import NamedTuple

COLUMNS = ("finding_key", "decision", "reason", "decided_by", "date")
OPTIONAL = ("denied_fund_yuan", "group_code")


class ReviewDecision(NamedTuple):
    """One decision of a person.

    decision : the state that it leads to. fund_fen : of a partial denial. group : that the stay belongs in.
    """

    file: str
    row: int
    key: str
    decision: str
    reason: str
    decided_by: str
    date: str
    fund_fen: int | None = None
    group: str = ""
