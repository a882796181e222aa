"""The tables of diagnoses and procedures that belong to rows of the flat layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.synthetic.arrow import CODE, DAY, TIME, coded, days, times
from drgdip.synthetic.stays import HOUR_S

if TYPE_CHECKING:
    from drgdip.synthetic.stays import Stays
    from drgdip.tables import CodeSystem

_TEXT = pa.string()
DIAGNOSES = pa.schema([
    ("setl_id", _TEXT), ("diag_srt_no", pa.int16()), ("diag_type", CODE), ("maindiag_flag", CODE),
    ("diag_code", _TEXT), ("diag_name", _TEXT), ("adm_cond_type", CODE),
])  # fmt: skip
PROCEDURES = pa.schema([
    ("setl_id", _TEXT), ("oprn_srt_no", pa.int16()), ("oprn_oprt_type", CODE), ("oprn_oprt_code", _TEXT),
    ("oprn_oprt_name", _TEXT), ("oprn_oprt_date", DAY), ("oprn_oprt_begntime", TIME), ("oprn_oprt_endtime", TIME),
])  # fmt: skip


def first_rows(table: Any) -> np.ndarray:
    """Rows whose settlement ID is not that of the row before; further ones repeat what belongs to the first."""
    ids = table["setl_id"].combine_chunks()
    again = pc.equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False)
    return np.flatnonzero(np.append(True, ~again)[: len(ids)])


def diagnoses_table(table: Any, rows: np.ndarray, known: CodeSystem) -> Any:
    """Diagnoses of some rows in order, the principal one first."""
    place, code = _cut(table["diag_code"], rows)
    rank = _rank(place)
    nothing = np.zeros(len(place), dtype=np.int32)
    columns = {
        "setl_id": table["setl_id"].take(pa.array(rows[place])),
        "diag_srt_no": pa.array((rank + 1).astype(np.int16)),
        "diag_type": coded(nothing, ("1",)),
        "maindiag_flag": coded((rank > 0).astype(np.int32), ("1", "0")),
        "diag_code": code,
        "diag_name": _names(code, known),
        "adm_cond_type": coded(nothing, ("1",)),
    }
    return pa.table([columns[name] for name in DIAGNOSES.names], schema=DIAGNOSES)


def procedures_table(table: Any, rows: np.ndarray, known: CodeSystem, stays: Stays) -> Any:
    """Procedures of some rows in order, the main one first; each takes up to four hours within the stay."""
    place, code = _cut(table["oprn_oprt_code"], rows)
    rank = _rank(place)
    begin, end = operation_times(stays, rows[place], rank)
    columns = {
        "setl_id": table["setl_id"].take(pa.array(rows[place])),
        "oprn_srt_no": pa.array((rank + 1).astype(np.int16)),
        "oprn_oprt_type": coded((rank > 0).astype(np.int32), ("1", "2")),
        "oprn_oprt_code": code,
        "oprn_oprt_name": _names(code, known),
        "oprn_oprt_date": days(begin),
        "oprn_oprt_begntime": times(begin),
        "oprn_oprt_endtime": times(end),
    }
    return pa.table([columns[name] for name in PROCEDURES.names], schema=PROCEDURES)


def operation_times(stays: Stays, stay: np.ndarray, rank: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Begin and end of the operations of some stays, by place in the list of operations."""
    admission, length = stays.admission_s[stay], (stays.discharge_s - stays.admission_s)[stay]
    begin = admission + length * (10 + 7 * np.minimum(rank, 10) + stays.row[stay] % 11) // 100
    end = begin + np.minimum(length // 12, 4 * HOUR_S)
    return begin, end


def _cut(column: Any, rows: np.ndarray) -> tuple[np.ndarray, Any]:
    """Codes joined by ``|``, cut: place in ``rows``, and code."""
    lists = pc.split_pattern(column.combine_chunks().take(pa.array(rows)), "|")
    place = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    return place, pc.list_flatten(lists)


def _rank(place: np.ndarray) -> np.ndarray:
    start = np.maximum.accumulate(np.where(np.diff(place, prepend=-1) != 0, np.arange(len(place)), 0))
    rank: np.ndarray = np.arange(len(place)) - start
    return rank


def _names(code: Any, known: CodeSystem) -> Any:
    """Names of codes, null for unknown ones."""
    place = pc.index_in(code, value_set=pa.array(known.codes, _TEXT))
    return pa.array(known.names, _TEXT).take(place)
