"""Shares of one's own as bills state them: in ten-thousandths, and the amount is what the share gives."""

from __future__ import annotations

import numpy as np

ONE = 10_000


def whole_shares(amount: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lines for amounts of which a part is one's own, so that every line has a share in ten-thousandths.

    Where no such share gives the part, a small line that is paid by oneself entirely makes up for it.

    Parameters
    ----------
    amount, own : (n,) fen; ``0 <= own <= amount``.

    Returns
    -------
    Amount and own part of each line (m,), and the amount that it belongs to.
    """
    share = own * ONE // np.maximum(amount, 1)
    short = own - _part(amount, share)
    # Moving a fen to the second line adds one fen and takes at most one from the first, so that some number fits exactly.
    beside = short * ONE // np.maximum(ONE - share, 1)
    for step in (-1, 1):
        for _ in range(2):
            error = own - _part(amount - beside, share) - beside
            beside = np.where(np.sign(error) == step, beside + step, beside)
    extra = np.flatnonzero(beside > 0)
    first = amount - beside
    kept = np.flatnonzero(first > 0)
    parts = np.concatenate([kept, extra])
    return (
        np.concatenate([first[kept], beside[extra]]),
        np.concatenate([_part(first, share)[kept], beside[extra]]),
        parts,
    )


def _part(amount: np.ndarray, share: np.ndarray) -> np.ndarray:
    """What a share of an amount comes to, half up; fen."""
    return (2 * amount * share + ONE) // (2 * ONE)
