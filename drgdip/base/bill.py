"""What of a bill counts where a stay is paid by item."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

T = TypeVar("T", np.ndarray, np.int64)


def counts_by_item_fen(cost_fen: T, borne_fen: T) -> T:
    """The cost less what the hospital bears of it, never below zero; fen, any shape.

    A bill may miss the sum of its payers by the tolerance of the policy, so that the part borne may exceed the cost of a bill that
    nobody else pays for. What is below zero would lower what counts of the other stays.
    Source: settlement arithmetic 4.2, 6.4.
    """
    return np.maximum(cost_fen - borne_fen, 0)
