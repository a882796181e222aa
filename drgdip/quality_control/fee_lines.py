"""Edits on fee lines: each line in itself, and the lines of a stay against its settlement.

What they find changes no payment. Tolerances follow the extraction list of the national inspection of 2024.
Amounts are fen, counts ten-thousandths, prices millionths of a yuan; arrays are int64, (n,).
"""

from __future__ import annotations

import numpy as np

#: A line's amount may miss price × count by one fen a unit.
_FEN_A_UNIT_E10 = 10**4
#: The parts of a line may miss its amount by one fen.
_PARTS_FEN = 1
#: Header and lines of a stay may differ by 5 in 1000; lines without a stay and repeated lines may be 1 in 1000.
HEADER_PER_MILLE, KEYS_PER_MILLE = 5, 1
_SAFE = 2.0**62


def price_misses_amount(price_e6: np.ndarray, count_e4: np.ndarray, amount_fen: np.ndarray) -> np.ndarray:
    """Lines whose amount is further from price × count than 0.01 yuan × count; bool, (n,)."""
    wide = (np.abs(price_e6).astype(float) * np.abs(count_e4) >= _SAFE) | (np.abs(amount_fen) >= _SAFE / 10**9)
    wide |= np.abs(count_e4) >= _SAFE / 10**5
    price, count, amount = (np.where(wide, 0, values) for values in (price_e6, count_e4, amount_fen))
    missed = np.abs(price * count - amount * 10**8) > np.abs(count) * _FEN_A_UNIT_E10
    for place in np.nonzero(wide)[0].tolist():
        price_, count_, amount_ = (int(values[place]) for values in (price_e6, count_e4, amount_fen))
        missed[place] = abs(price_ * count_ - amount_ * 10**8) > abs(count_) * _FEN_A_UNIT_E10
    return missed


def parts_miss_amount(parts_fen: np.ndarray, amount_fen: np.ndarray) -> np.ndarray:
    """Lines whose four coverage parts (int64, (4, n)) are further than 0.01 yuan from the amount; bool, (n,)."""
    return np.asarray(np.abs(parts_fen.sum(axis=0) - amount_fen) > _PARTS_FEN)


def sum_misses_header(lines_fen: np.ndarray, header_fen: np.ndarray, total_fen: np.ndarray) -> np.ndarray:
    """Stays whose lines miss an amount of the header by more than 0.5 % of the total cost; bool, (n,)."""
    return np.asarray(np.abs(lines_fen - header_fen) * 1000 > np.abs(total_fen) * HEADER_PER_MILLE)


def too_many(count: int, lines: int) -> bool:
    """Whether lines with a fault of their key are more than 0.1 % of all."""
    return count * 1000 > lines * KEYS_PER_MILLE
