"""Stays of patients from other provinces that are jointly reviewed (settlement arithmetic 7.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from drgdip.interface.clearing_line import ReviewLine

#: Lanes of the list: stays with suspected violations are reviewed by both provinces, the others take the usual way.
JOINT, USUAL = "joint", "usual"


def review_lines(stays: Iterable[ReviewLine], findings: Mapping[str, Sequence[str]]) -> list[ReviewLine]:
    """The list: stays with suspicions first, the dearest of each first; ``findings`` are keys of suspected violations by settlement ID."""
    listed = []
    for stay in stays:
        keys = sorted(set(findings.get(stay.setl_id, ())))
        listed.append(stay._replace(lane=JOINT if keys else USUAL, findings="|".join(keys)))
    return sorted(listed, key=lambda line: (line.lane != JOINT, -line.total_cost_fen, line.setl_id))
