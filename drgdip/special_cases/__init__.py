"""Stage 7, 特例单议: which stays may be reviewed, how many of them, and what a decision on one changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.special_cases.columns import JOINS, ORDINARY, READS, WRITES
from drgdip.special_cases.parameters import Batch, SpecialParameters, special_parameters

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns

__all__ = ["JOINS", "ORDINARY", "READS", "WRITES", "SpecialParameters", "review_cases", "special_parameters"]


def review_cases(columns: Columns, parameters: SpecialParameters) -> dict[str, np.ndarray]:
    """Say which stays may apply, and re-price those that a decision in force changes.

    Returns the columns named in ``WRITES``. Source: settlement arithmetic 6.1 and 6.4, vectors V88, V90, V91.
    """
    from drgdip.special_cases.kernels import review

    batch = Batch(**{name: columns[name] for name in Batch._fields})
    eligible, outcome, route, band, points, allowed = review(batch, parameters)
    return {
        "special_eligible": eligible,
        "special_outcome": outcome,
        "route": route,
        "deviation_band": band,
        "points_e4": points,
        "allowed_cost_fen": allowed,
    }
