"""Code systems as arrays in which kernels look up ids by the bytes of a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.intake.buffers import cells
from drgdip.intake.code_kernels import fill_slots, read_code_lists

if TYPE_CHECKING:
    from drgdip.tables import CodeSystem


class CodeIndex(NamedTuple):
    """An open-addressing hash table: ``slots`` (int32, -1 free) hold ids; bytes of code i are ``data[offsets[i]:offsets[i + 1]]``."""

    offsets: np.ndarray
    data: np.ndarray
    slots: np.ndarray


def code_index(system: CodeSystem) -> CodeIndex:
    """Index of a code system; the id of a code is its position in ``system.codes``."""
    codes = cells(pa.array(system.codes, pa.string()))
    slots = np.full(1 << (2 * len(system.codes) + 1).bit_length(), -1, dtype=np.int32)
    fill_slots(codes.data, codes.offsets, slots)
    return CodeIndex(codes.offsets, codes.data, slots)


def ids_in(cell: str, index: CodeIndex) -> np.ndarray:
    """Ids (int32) of the codes in one cell, joined by ``|``; -1 for those that the system does not have."""
    ids, _, _ = read_code_lists(cells(pa.array([cell], pa.string())), index)
    return ids


def code_ids(cell: str, system: CodeSystem) -> np.ndarray:
    """Like :func:`ids_in`, for a code system that has no index yet."""
    return ids_in(cell, code_index(system))
