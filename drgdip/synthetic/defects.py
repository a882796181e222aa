"""Dirty rows on request: each breaks one thing, and a manifest says which row and what.

Kinds carry the key of the reason (:mod:`drgdip.base.reasons`) under which a reader should find them.
A defect sits on the second row of a pair of rows; the first stays clean, so that a repeated row has its original
beside it. Of a conflicting settlement ID both rows are listed, for neither can be settled.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from drgdip.synthetic.request import Format

KINDS = (
    "unknown_diagnosis_code", "unknown_procedure_code", "impossible_date", "negative_amount", "cost_identity_broken",
    "fund_identity_broken", "payer_identity_broken", "duplicate_setl_id", "conflicting_setl_id", "wrong_type",
    "missing_value", "discharge_before_admission",
)  # fmt: skip
UNKNOWN_DIAGNOSIS, UNKNOWN_PROCEDURE = "Z99.999x999", "99.9999x999"
#: Fields written as text when a CSV may hold values of the wrong type.
TEXT_FIELDS = ("adm_time", "medfee_sumamt")
_REQUIRED = ("hosp_lv", "insutype", "insu_admdvs", "diag_code", "act_ipt_days")
_TOO_MUCH = Decimal("1000.00")
_IMPOSSIBLE_TEXT, _IMPOSSIBLE_TIME = "2026-02-30 08:00:00", np.datetime64("1800-01-01T08:00:00")
_NOT_A_NUMBER = "一千元"


class Defect(NamedTuple):
    """row : position in the chunk. kind : one of KINDS. field : national field name, empty for the row as a whole."""

    row: int
    kind: str
    field: str


def plan_defects(
    share: Decimal, first_row: int, count: int, format_: Format, generator: np.random.Generator
) -> list[Defect]:
    """The defects of one chunk, in row order; kinds follow in turn over the whole file."""
    before, after = int(share * first_row), int(share * (first_row + count))
    pairs = np.sort(generator.choice(count // 2, size=min(after - before, count // 2), replace=False))
    defects = []
    for position, pair in enumerate(pairs.tolist()):
        turn = before + position
        kind = KINDS[turn % len(KINDS)]
        if kind == "wrong_type" and format_ == "parquet":
            kind = "missing_value"  # a typed file cannot hold it
        defects += _defects_of(kind, 2 * pair, turn // len(KINDS))
    return defects


def _defects_of(kind: str, first: int, turn: int) -> list[Defect]:
    if kind == "conflicting_setl_id":
        return [Defect(first, kind, "setl_id"), Defect(first + 1, kind, "setl_id")]
    field = _REQUIRED[turn % len(_REQUIRED)] if kind == "missing_value" else _FIELD_OF[kind]
    return [Defect(first + 1, kind, field)]


_FIELD_OF = {
    "unknown_diagnosis_code": "diag_code",
    "unknown_procedure_code": "oprn_oprt_code",
    "impossible_date": "adm_time",
    "negative_amount": "overlmt_selfpay",
    "cost_identity_broken": "inscp_scp_amt",
    "fund_identity_broken": "hifp_pay",
    "payer_identity_broken": "psn_cash_pay",
    "duplicate_setl_id": "setl_id",
    "wrong_type": "medfee_sumamt",
    "discharge_before_admission": "adm_time",
}


def spoil(table: Any, defects: Sequence[Defect], format_: Format) -> Any:
    """Carry out planned defects on one chunk."""
    table = _change_values(table, defects)
    if format_ == "csv":
        for field in TEXT_FIELDS:
            table = _with(table, field, table[field].cast(pa.string()))
    for kind, value in (("impossible_date", _impossible(format_)), ("wrong_type", _NOT_A_NUMBER)):
        rows = _rows(defects, kind)
        table = _replace(table, _FIELD_OF[kind], rows, [value] * len(rows)) if rows else table
    return _repeat(table, defects)


def _change_values(table: Any, defects: Sequence[Defect]) -> Any:
    for kind, field, change in _CHANGES:
        rows = _rows(defects, kind)
        if rows:
            table = _replace(table, field, rows, [change(value) for value in table[field].take(rows).to_pylist()])
    for field in _REQUIRED:
        rows = [d.row for d in defects if d.kind == "missing_value" and d.field == field]
        table = _replace(table, field, rows, [None] * len(rows)) if rows else table
    rows = _rows(defects, "discharge_before_admission")
    if rows:
        after = pc.add(table["dscg_time"].take(rows), pa.scalar(2 * 86_400, pa.duration("s")))
        table = _replace(table, "adm_time", rows, after.to_pylist())
    return table


#: Kind, field, change. A negative over-limit amount is balanced in the self-paid one, so that nothing else breaks.
_CHANGES: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("unknown_diagnosis_code", "diag_code", lambda codes: "|".join([UNKNOWN_DIAGNOSIS, *codes.split("|")[1:]])),
    (
        "unknown_procedure_code",
        "oprn_oprt_code",
        lambda codes: f"{codes}|{UNKNOWN_PROCEDURE}" if codes else UNKNOWN_PROCEDURE,
    ),
    ("negative_amount", "fulamt_ownpay_amt", lambda amount: amount + _TOO_MUCH),
    ("negative_amount", "overlmt_selfpay", lambda amount: amount - _TOO_MUCH),
    ("cost_identity_broken", "inscp_scp_amt", lambda amount: amount + _TOO_MUCH),
    ("fund_identity_broken", "hifp_pay", lambda amount: amount + _TOO_MUCH),
    ("payer_identity_broken", "psn_cash_pay", lambda amount: amount + _TOO_MUCH),
)


def _impossible(format_: Format) -> Any:
    return _IMPOSSIBLE_TEXT if format_ == "csv" else _IMPOSSIBLE_TIME.item()


def _repeat(table: Any, defects: Sequence[Defect]) -> Any:
    """Repeat whole rows, and settlement IDs of other rows."""
    whole, only_id = _rows(defects, "duplicate_setl_id"), _rows(defects, "conflicting_setl_id")[1::2]
    source = np.arange(table.num_rows)
    source[only_id] -= 1
    table = _with(table, "setl_id", table["setl_id"].take(pa.array(source))) if only_id else table
    source = np.arange(table.num_rows)
    source[whole] -= 1
    return table.take(pa.array(source)) if whole else table


def _rows(defects: Sequence[Defect], kind: str) -> list[int]:
    return [defect.row for defect in defects if defect.kind == kind]


def _replace(table: Any, field: str, rows: Sequence[int], values: Sequence[Any]) -> Any:
    column = table[field].combine_chunks()
    kept = column.type
    if pa.types.is_dictionary(kept):
        column = column.cast(kept.value_type)
    mask = np.zeros(len(column), dtype=bool)
    mask[list(rows)] = True
    changed = pc.replace_with_mask(column, pa.array(mask), pa.array(values, column.type))
    return _with(table, field, changed.dictionary_encode() if pa.types.is_dictionary(kept) else changed)


def _with(table: Any, field: str, column: Any) -> Any:
    return table.set_column(table.schema.get_field_index(field), field, column)
