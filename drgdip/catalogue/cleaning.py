"""Which stays of the input a catalogue is built from: rules in order, each stay counted under the first that holds.

Costs are those of all discharges, self-paying patients included (DIP technical specification 3.0, ch. 5 s. 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from drgdip.base.text import Text


class StayLimits(NamedTuple):
    """Shortest and longest stay in days, None without limit; both ends belong to the range."""

    shortest_days: int | None = None
    longest_days: int | None = None


class Rule(NamedTuple):
    """A reason not to build on a stay."""

    key: str
    words: Text


RULES = (
    Rule("defect", Text("数据有误(编码未知、日期或金额无法识别、结算ID重复等)", "defective data: unknown codes, unreadable dates or amounts, repeated IDs")),
    Rule("refunded", Text("已退费结算", "the settlement was refunded")),
    Rule("no_cost", Text("医疗费总额为零", "the stay cost nothing")),
    Rule("other_year", Text("出院年份不在测算年度内", "discharged in a year that does not count")),
    Rule("too_short", Text("住院天数低于下限", "shorter than the shortest stay")),
    Rule("too_long", Text("住院天数超过上限", "longer than the longest stay")),
)  # fmt: skip
_DEFECT, _REFUNDED, _NO_COST, _OTHER_YEAR, _SHORT, _LONG = range(len(RULES))
KEPT = -1


class CleaningLine(NamedTuple):
    """Stays that a rule took away, and their cost; a defective stay's cost counts as far as it could be read."""

    rule: Rule
    stays: int
    cost_fen: int


@dataclass
class CleaningCount:
    """Adds up what cleaning did; may be filled piece by piece."""

    read: int = 0
    kept: int = 0
    kept_cost_fen: int = 0
    stays: list[int] = field(default_factory=lambda: [0] * len(RULES))
    cost_fen: list[int] = field(default_factory=lambda: [0] * len(RULES))

    def add(self, decided: np.ndarray, cost_fen: np.ndarray) -> None:
        """Count a piece by the decision of every stay."""
        self.read += len(decided)
        kept = decided == KEPT
        self.kept += int(kept.sum())
        self.kept_cost_fen += int(cost_fen[kept].sum())
        for place in range(len(RULES)):
            held = decided == place
            self.stays[place] += int(held.sum())
            self.cost_fen[place] += int(np.maximum(cost_fen[held], 0).sum())

    def lines(self) -> list[CleaningLine]:
        """One line a rule, in their order."""
        return [CleaningLine(*line) for line in zip(RULES, self.stays, self.cost_fen, strict=True)]


def decide(
    columns: Mapping[str, np.ndarray], defective: np.ndarray, years: Sequence[int], limits: StayLimits
) -> np.ndarray:
    """Position in RULES of the first that takes each stay away (int8), KEPT where none does."""
    days = columns["length_of_stay_days"]
    holds = {
        _DEFECT: defective,
        _REFUNDED: columns["refunded"] != 0,
        _NO_COST: columns["total_cost_fen"] <= 0,
        _OTHER_YEAR: ~np.isin(columns["year"], np.array(years, dtype=np.int16)),
    }
    if limits.shortest_days is not None:
        holds[_SHORT] = (days >= 0) & (days < limits.shortest_days)
    if limits.longest_days is not None:
        holds[_LONG] = days > limits.longest_days
    decided = np.full(len(days), KEPT, dtype=np.int8)
    for place in sorted(holds, reverse=True):
        decided[holds[place]] = place
    return decided
