"""Departments of discharge as rules of a CHS-DRG edition name them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

MISSING, OTHER = -1, -2


def departments(cells: pa.Array | None, texts: Sequence[str], rows: int) -> np.ndarray:
    """Departments as numbers of the edition's texts (int32): -2 none of them, -1 missing."""
    if cells is None or not texts:
        return np.full(rows, MISSING if cells is None else OTHER, dtype=np.int32)
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    found = pc.fill_null(pc.index_in(trimmed, pa.array(texts, pa.string())), OTHER).to_numpy(zero_copy_only=False)
    empty = pc.fill_null(pc.equal(trimmed, ""), True).to_numpy(zero_copy_only=False)
    return np.where(empty, MISSING, found).astype(np.int32)


def department(cell: str | None, texts: Sequence[str]) -> np.ndarray:
    """The same of one stay, without blanks around it."""
    name = (cell or "").strip()
    place = (texts.index(name) if name in texts else OTHER) if name else MISSING
    return np.array([place], dtype=np.int32)
