"""Money that is held, as ``holds.csv`` keeps it (settlement arithmetic 2.9, 8.1; review workflow 3)."""

from __future__ import annotations

from typing import NamedTuple

#: Between the findings of one line.
AND = "+"
SCREENING = "held_screening"


class HoldLine(NamedTuple):
    """What is held of one hospital and pool for one reason; money in fen.

    reason : key of the reason, ``held_late_list``, ``held_suspended`` or ``held_screening``; decision : of the suspension,
    or keys of the open findings. cases : stays of the month that are held, each in the first of its lines.
    before + held − released = open. setl_id, rules : of findings, the stay and the rules that found them. under : decision
    of the suspension that the stay is under as well, which holds it beyond the findings.
    """

    month: str
    hospital_code: str
    pool: str
    reason: str
    decision: str
    cases: int
    before_fen: int
    held_fen: int
    released_fen: int
    open_fen: int
    setl_id: str = ""
    rules: str = ""
    under: str = ""

    @property
    def findings(self) -> tuple[str, ...]:
        """Keys of the findings that hold it."""
        return tuple(self.decision.split(AND)) if self.reason == SCREENING else ()

    @property
    def cause(self) -> str:
        """What people look it up by: the decision of a suspension, or the rules and their stay."""
        return f"{self.rules} · {self.setl_id}" if self.reason == SCREENING else self.decision
