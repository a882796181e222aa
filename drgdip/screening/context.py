"""What a shape gets: the batch, its rule, the parameters, and what runs before it have found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from drgdip.screening.data import DAY, Dataset, Frame
from drgdip.screening.hits import Hit
from drgdip.screening.params import Params
from drgdip.screening.shared import Shared


class Grouper(Protocol):
    """Groups a stay by its codes; production passes the project's own groupers."""

    def __call__(self, principal: str, others: Sequence[str], operations: Sequence[str], settlement: str) -> str | None:
        """The group, or None where the stay has none."""
        ...


class Run(NamedTuple):
    """One rule over one batch.

    closed : cases that the rule may not judge (held, refunded, suppressed); they stay as history of others.
    found : hits of the rules before it, by rule. shared : what several rules need of the batch.
    """

    data: Dataset
    params: Params
    closed: np.ndarray
    found: Mapping[str, Sequence[Hit]]
    shared: Shared
    grouper: Grouper | None = None

    @property
    def cases(self) -> Frame:
        return self.data.cases

    @property
    def lines(self) -> Frame:
        """The fee lines; a rule that needs them does not run without the table."""
        assert self.data.lines is not None
        return self.data.lines

    def judged(self) -> np.ndarray:
        """Which lines are judged: those that still charge something after refunds, of cases that may be judged."""
        return self.shared.judged(self.closed)

    def line_keys(self, row: int) -> tuple[str, ...]:
        """Key of a finding on a fee line: visit and line number."""
        return self.shared.lines.key(row)

    def case_index(self, row: int) -> int:
        """Place of a line's case, -1 without one."""
        case = int(self.lines["case"][row])
        return case if case < self.cases.rows else -1


def stay_days(cases: Frame) -> tuple[np.ndarray, np.ndarray]:
    """First and last calendar day of each stay."""
    return cases["admission_s"] // DAY, cases["discharge_s"] // DAY
