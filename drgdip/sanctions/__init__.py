"""Sanctions: sample extrapolation, denials after review, readmission (settlement arithmetic 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.sanctions.columns import JOINS, READS, WRITES
from drgdip.sanctions.readmission import Episode, Visit, episodes, leads, numbered
from drgdip.sanctions.sample import (
    Extrapolation,
    Sampled,
    draw,
    extrapolate,
    frame_sha256,
    rate_interval_e4,
    sample_size,
)

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns

__all__ = [
    "JOINS",
    "READS",
    "WRITES",
    "Episode",
    "Extrapolation",
    "Sampled",
    "Visit",
    "deny_cases",
    "draw",
    "episodes",
    "extrapolate",
    "frame_sha256",
    "leads",
    "numbered",
    "rate_interval_e4",
    "sample_size",
]


def deny_cases(columns: Columns) -> dict[str, np.ndarray]:
    """What of every stay's payable is denied, and what remains. Source: settlement arithmetic 8.3, V103–V109."""
    from drgdip.sanctions.kernels import deny

    denied, net = deny(columns["denial_asked_fen"], columns["payable_fen"])
    return {"denied_fen": denied, "net_payable_fen": net}
