"""The compiled drivers of denials and readmission."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel
from drgdip.base.scaled import E4
from drgdip.base.wide import round_product_quotient
from drgdip.sanctions.episode import LATER, MEMBER
from drgdip.sanctions.rules import denied_fen


@kernel
def deny(asked_fen: Any, payable_fen: Any) -> Any:
    """Denied and net payable of every stay; shapes (n,)."""
    n = len(asked_fen)
    denied = np.zeros(n, dtype=np.int64)
    for i in range(n):
        if asked_fen[i] > 0:
            denied[i] = denied_fen(asked_fen[i], payable_fen[i])
    return denied, payable_fen - denied


@kernel
def episode_points(points_e4: Any, role: Any, share_e4: Any, rounding: Any) -> Any:
    """Points of every stay once episodes are known; shape (n,) (8.4)."""
    found = points_e4.copy()
    for i in range(len(points_e4)):
        if role[i] == MEMBER:
            found[i] = 0
        elif role[i] == LATER and points_e4[i] > 0:
            found[i] = round_product_quotient(points_e4[i], share_e4, E4, rounding)
    return found
