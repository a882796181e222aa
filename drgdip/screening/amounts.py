"""Amounts of findings (review rules 0.2 to 0.7): integer fen, half-up once a finding."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drgdip.base.rounding import divide

#: Price e6 times quantity e4 is 10**10 to the yuan, 10**8 to the fen.
PRICE_QUANTITY_PER_FEN = 10**8


class Amounts(NamedTuple):
    """What a finding is about, in fen; None where the data do not say.

    quantity_e4 : units. fee_fen : of det_item_fee_sumamt. scope_fen : of inscp_scp_amt. fund_fen : of the funds' part.
    """

    quantity_e4: int | None = None
    fee_fen: int | None = None
    scope_fen: int | None = None
    fund_fen: int | None = None


NOTHING = Amounts(0, 0, 0, 0)


def share(amount: int, part: int, whole: int) -> int:
    """``amount × part / whole``, half-up."""
    return divide(amount * part, whole)


def fund_part(scope_fen: int, fund_fen: int, in_scope_fen: int) -> int:
    """The funds' part of an amount within coverage, in proportion, at most what they paid (review rules 0.3)."""
    return min(share(scope_fen, fund_fen, in_scope_fen), fund_fen) if in_scope_fen > 0 else 0


def excess_latest_first(quantity: np.ndarray, before: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """Units of each line that are beyond the limit of its group: the latest ones (review rules 0.7).

    Parameters
    ----------
    quantity : of each line. before : of the group's earlier lines together. limit : of the group. All e4, (n,).
    """
    return np.asarray(quantity - np.clip(limit - before, 0, quantity))


def sums_before(group_starts: np.ndarray, quantity: np.ndarray) -> np.ndarray:
    """Sum of the earlier members of a row's group; rows stand by group, ``group_starts`` marks the first of each."""
    total = np.cumsum(quantity) - quantity
    first = np.flatnonzero(group_starts)
    sizes = np.diff(np.append(first, len(quantity)))
    return np.asarray(total - np.repeat(total[first], sizes))


def over_price(price_e6: int, cap_e6: int, quantity_e4: int) -> int:
    """``(price − cap) × quantity`` in units of 10**-8 fen, exact."""
    return (price_e6 - cap_e6) * quantity_e4
