"""Code systems as arrays in which kernels look up ids by the bytes of a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.intake.buffers import Cells, buffers, cells
from drgdip.intake.code_kernels import read_lists

if TYPE_CHECKING:
    from drgdip.tables import CodeSystem


class CodeIndex(NamedTuple):
    """An open-addressing hash table.

    data, offsets : bytes of code i are ``data[offsets[i]:offsets[i + 1]]``. slots : int32, ids, -1 where free.
    """

    data: np.ndarray
    offsets: np.ndarray
    slots: np.ndarray


def code_index(system: CodeSystem) -> CodeIndex:
    """Index of a code system; the id of a code is its position in ``system.codes``."""
    offsets, data, _ = buffers(system.text)
    slots = np.full(1 << (2 * len(system.codes) + 1).bit_length(), -1, dtype=np.int32)
    read_lists(data, offsets[:-1].copy(), offsets[1:].copy(), data, offsets, slots, True)
    return CodeIndex(data, offsets, slots)


def read_code_lists(cells: Cells, index: CodeIndex) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lists of codes joined by ``|``: ids (int32, -1 unknown), offsets (int32, n+1) and statuses (int8, n).

    Codes are compared as written, then whatever the case of their letters (``a01.000X005+j17.0*``); of several codes
    that differ only in it, the first of the list is meant.
    """
    ids, offsets, status = read_lists(*cells, *index, False)
    return ids, offsets, status


def ids_in(cell: str, index: CodeIndex) -> np.ndarray:
    """Ids (int32) of the codes in one cell, joined by ``|``; -1 for those that the system does not have."""
    ids, _, _ = read_code_lists(cells(pa.array([cell], pa.string())), index)
    return ids


def code_ids(cell: str, system: CodeSystem) -> np.ndarray:
    """Like :func:`ids_in`, for a code system that has no index yet."""
    return ids_in(cell, code_index(system))
