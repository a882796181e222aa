"""What several rules need of one batch, worked out once, when the first of them asks."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np

from drgdip.screening.data import Dataset
from drgdip.screening.hits import in_cases
from drgdip.screening.line_ids import LineIds
from drgdip.screening.rule import Rule
from drgdip.screening.suppressions import Suppression, covered_by

Made = TypeVar("Made")


class Shared:
    """Findings of fact about one batch, by name. lines : IDs of its fee lines."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.lines = LineIds(data)
        self._made: dict[Hashable, Any] = {}
        self._judged: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` returns, made at the first call for this name. Nobody changes it."""
        if name not in self._made:
            self._made[name] = make()
        found: Made = self._made[name]
        return found

    def suppressed(self, one: Suppression) -> np.ndarray:
        """Which cases a suppression covers; bool, (n,)."""
        return self.once(("suppressed", id(one)), lambda: covered_by(one, self.data.cases))

    def uncounted(self, rule: Rule) -> np.ndarray | None:
        """Cases with a line whose quantity is not known, which no rule on lines looks at; bool, (n,). None where there is none."""
        reads = "fee_lines" in rule.inputs and self.data.lines is not None
        return self.once("uncounted", self._uncounted) if reads else None

    def _uncounted(self) -> np.ndarray | None:
        lines = self.data.lines
        assert lines is not None
        unknown = ~lines.known("quantity_e4")
        return in_cases(self.data.cases.rows, unknown, lines["case"]) if unknown.any() else None

    def judged(self, closed: np.ndarray) -> np.ndarray:
        """Which lines still charge something after refunds and are of a case that is not closed; bool, (lines,).

        Most rules have the same cases closed, and hand the same array over.
        """
        if id(closed) not in self._judged:
            lines = self.data.lines
            assert lines is not None
            found = np.append(~closed, True)[lines["case"]]
            found &= lines["net_quantity_e4"] > 0
            found.flags.writeable = False
            self._judged[id(closed)] = found, closed
        return self._judged[id(closed)][0]
