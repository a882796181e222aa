"""Principal, other diagnoses and operations of cases, from the tables that have a row for each, or from joined codes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.intake.buffers import as_text, one_array, written
from drgdip.pipeline.screening.cells import Raw
from drgdip.pipeline.screening.ids import Texts, encoded

_LAST = 10**16
#: Tables of codes, and columns of cases in which they stand joined: without any of these nothing is added to cases.
CODES_BESIDE = frozenset({"diagnoses", "procedures", "diag_code", "oprn_oprt_code"})


class _Listed(NamedTuple):
    """Texts of each case in their order. first : place of its first one. counts : how many it has."""

    texts: pa.Array
    first: np.ndarray
    counts: np.ndarray

    def joined(self, skip: int = 0) -> pa.Array:
        """All of each case but some at the beginning, joined by ``|``."""
        count = np.maximum(self.counts - skip, 0)
        ends = np.cumsum(count)
        own = np.repeat(self.first + skip - (ends - count), count) + np.arange(count.sum())
        offsets = pa.array(np.append(0, ends).astype(np.int32))
        return pc.binary_join(pa.ListArray.from_arrays(offsets, self.texts.take(pa.array(own))), "|")

    def principal(self) -> pa.Array:
        """The first of each case, null where it has none."""
        return self.texts.take(pa.array(self.first, mask=self.counts == 0))


def with_codes(tables: dict[str, Raw]) -> dict[str, Raw]:
    """The tables, their cases with columns for what other tables say of them."""
    if "cases" not in tables:
        return tables
    cases = tables["cases"].table
    new: dict[str, pa.Array] = {}
    listed = _listed(tables.get("diagnoses"), cases, "diag_code", "diag_srt_no", "maindiag_flag")
    listed = listed or _split(cases, "diag_code")
    if listed is not None:
        new |= {"main_dx": listed.principal(), "dx": listed.joined(1)}
    new |= _principals(tables.get("diagnoses"), cases)
    procedures = tables.get("procedures")
    operations = _listed(procedures, cases, "oprn_oprt_code", "oprn_srt_no", "") or _split(cases, "oprn_oprt_code")
    if operations is not None:
        days = _listed(procedures, cases, "oprn_oprt_date", "oprn_srt_no", "")
        new |= {"oprn_date": days.joined()} if days is not None else {}
        new |= {"oprn": operations.joined(), "n_procedures": pa.array(operations.counts).cast(pa.string())}
    for name, cells in new.items():
        if name not in cases.column_names:
            cases = cases.append_column(name, cells)
    return {**tables, "cases": Raw(tables["cases"].file, cases)}


def codes_of(cell: str) -> tuple[str, ...]:
    """Codes joined by ``|``."""
    return tuple(code.strip() for code in cell.split("|") if code.strip())


def _cells(table: pa.Table, name: str) -> tuple[list[str], np.ndarray]:
    """The distinct cells of a column without blanks around them, an empty one last, and the place of each row's."""
    if name not in table.column_names:
        return [""], np.zeros(table.num_rows, dtype=np.int64)
    array = as_text(one_array(table[name]))
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    texts = [*(cell.strip() for cell in written(array.dictionary)), ""]
    places = array.indices.cast(pa.int64()).fill_null(len(texts) - 1).to_numpy(zero_copy_only=False)
    return texts, places


def _owners(raw: Raw, cases: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """A number for the settlement of each row, and for that of each case; -1 for none, and for a case without rows."""
    texts = Texts()
    rows = texts.codes(encoded(one_array(raw.table["setl_id"])))
    if "setl_id" not in cases.column_names:
        return rows, np.full(cases.num_rows, -1, dtype=np.int32)
    known = len(texts)
    of_cases = texts.codes(encoded(one_array(cases["setl_id"])))
    return rows, np.where(of_cases < known, of_cases, -1)


def _principals(raw: Raw | None, cases: pa.Table) -> dict[str, pa.Array]:
    """How many diagnoses of each case are marked as the principal one; null for a case without diagnoses."""
    if raw is None or not {"setl_id", "maindiag_flag"} <= set(raw.table.column_names):
        return {}
    rows, of_cases = _owners(raw, cases)
    texts, places = _cells(raw.table, "maindiag_flag")
    marked = np.array([text == "1" for text in texts], dtype=np.bool_)[places]
    counts = np.append(np.bincount(rows[marked & (rows >= 0)], minlength=int(rows.max(initial=-1)) + 1), 0)
    return {"main_dx_count": pa.array(counts[of_cases], mask=of_cases < 0).cast(pa.string())}


def _listed(raw: Raw | None, cases: pa.Table, code: str, place: str, main: str) -> _Listed | None:
    """Codes of each case: the principal first, then by their number, then by their text."""
    if raw is None or not {"setl_id", code} <= set(raw.table.column_names):
        return None
    rows, of_cases = _owners(raw, cases)
    texts, at = _cells(raw.table, code)
    order, at_order = _cells(raw.table, place)
    flags, at_flag = _cells(raw.table, main)
    number = np.array([int(cell) if cell.isdigit() and len(cell) < 10 else _LAST for cell in order], dtype=np.int64)
    later = np.array([flag != "1" for flag in flags], dtype=np.bool_)
    rank = {text: place for place, text in enumerate(sorted(set(texts)))}
    ranks = np.array([rank[text] for text in texts], dtype=np.int64)
    there = np.flatnonzero((rows >= 0) & np.array([bool(text) for text in texts], dtype=np.bool_)[at])
    keys = (ranks[at[there]], number[at_order[there]], later[at_flag[there]], rows[there])
    there = there[np.lexsort(keys)]
    first = np.searchsorted(rows[there], np.arange(int(rows.max(initial=-1)) + 2))
    count = np.append(np.diff(first), 0)
    return _Listed(pa.array(texts, pa.string()).take(pa.array(at[there])), first[of_cases], count[of_cases])


def _split(cases: pa.Table, name: str) -> _Listed | None:
    """The codes that stand joined in a column of cases."""
    if name not in cases.column_names:
        return None
    texts, at = _cells(cases, name)
    lists = [codes_of(text) for text in texts]
    rows = [lists[place] for place in at.tolist()]
    count = np.array([len(codes) for codes in rows], dtype=np.int64)
    return _Listed(pa.array([code for codes in rows for code in codes], pa.string()), np.cumsum(count) - count, count)
