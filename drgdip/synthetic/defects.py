"""Dirty rows on request: each breaks one thing, and a manifest says which row and what.

Kinds carry the key of the reason (:mod:`drgdip.base.reasons`) under which a reader should find them, or have it by
:func:`reason_of`.
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

    from drgdip.synthetic.request import Format, Layout, ListForm

KINDS = (
    "unknown_diagnosis_code", "unknown_procedure_code", "impossible_date", "negative_amount", "cost_identity_broken",
    "fund_identity_broken", "payer_identity_broken", "duplicate_setl_id", "conflicting_setl_id", "wrong_type",
    "missing_value", "discharge_before_admission", "settlement_before_discharge", "unknown_code", "value_too_long",
    "amount_out_of_range", "too_many_decimals", "bad_encoding", "malformed_row", "open_quote",
    "thousands_separators", "nul_in_number", "nul_in_text", "long_cell",
)  # fmt: skip
#: Kinds that share their reason with others: the key of what is planted names the reason.
_REASONS = {
    "thousands_separators": "wrong_type", "nul_in_number": "wrong_type", "nul_in_text": "bad_encoding",
    "long_cell": "row_too_long",
}  # fmt: skip
#: Kinds of lists and their results; the level of a hospital is in neither.
LIST_KINDS = (
    "settlement_absent", "conflicting_settlement", "result_of_another_stay", "hospital_not_listed",
    "principal_diagnosis_unclear", "diagnosis_type_unclear", "malformed_list", "main_operation_unclear",
    "intensive_care_unclear", "list_result_differ", "settlement_without_list",
)  # fmt: skip
#: Kinds that are made of a row's bytes, once it is written.
OF_BYTES = (
    "bad_encoding", "malformed_row", "open_quote", "thousands_separators", "nul_in_number", "nul_in_text", "long_cell",
)  # fmt: skip
#: Kinds that only text can hold.
_OF_TEXT = ("wrong_type", "too_many_decimals", *OF_BYTES)
#: Cells beyond what a row may hold (1 MiB), so often in a file; later turns lose cells instead.
_LONG_BYTES, MOST_LONG_CELLS, INSTEAD_OF_LONG = 1 << 20, 3, "malformed_row"
UNKNOWN_DIAGNOSIS, UNKNOWN_PROCEDURE = "Z99.999x999", "99.9999x999"
#: Fields written as text when a CSV may hold values of the wrong type.
TEXT_FIELDS = ("adm_time", "medfee_sumamt", "act_pay_dedc")
_REQUIRED = ("hosp_lv", "insutype", "insu_admdvs", "diag_code", "act_ipt_days")
_TOO_MUCH = Decimal("1000.00")
_IMPOSSIBLE_TEXT, _IMPOSSIBLE_TIME = "2026-02-30 08:00:00", np.datetime64("1800-01-01T08:00:00")
#: A word, full-width digits, another unit, a number cut off.
_NOT_NUMBERS = ("一千元", "１２３４.５０", "0.5万元", "1234.5.")
_TOO_LONG = "9" * 31
_TOO_MANY_YUAN, _THREE_DECIMALS = Decimal("99999999999.00"), "100.001"
_NO_LEVEL = "77"


class Defect(NamedTuple):
    """row : position in the chunk. kind : one of KINDS. field : national field name, empty for the row as a whole."""

    row: int
    kind: str
    field: str


def reason_of(kind: str) -> str:
    """Key of the reason under which a reader should find a kind."""
    return _REASONS.get(kind, kind)


def kinds_of(layout: Layout, format_: Format, form: ListForm = "4101") -> tuple[str, ...]:
    """Kinds that a file can hold, in the order in which they are planted."""
    if layout == "lists":  # 4101A and its results have nothing in common but what tells the stay
        without = (*OF_BYTES, "unknown_code", *(() if form == "4101" else ("list_result_differ",)))
        return tuple(kind for kind in (*KINDS, *LIST_KINDS) if kind not in without)
    return KINDS if format_ == "csv" else tuple(kind for kind in KINDS if kind not in _OF_TEXT)


def plan_defects(
    share: Decimal, first_row: int, count: int, kinds: Sequence[str], generator: np.random.Generator
) -> list[Defect]:
    """The defects of one chunk, in row order; kinds follow in turn over the whole file."""
    before, after = int(share * first_row), int(share * (first_row + count))
    pairs = np.sort(generator.choice(count // 2, size=min(after - before, count // 2), replace=False))
    defects = []
    for position, pair in enumerate(pairs.tolist()):
        turn, kind = divmod(before + position, len(kinds))
        defects += _defects_of(_kind_in(kinds[kind], turn), 2 * pair, turn, "settlement_absent" in kinds)
    return defects


def _kind_in(kind: str, turn: int) -> str:
    return INSTEAD_OF_LONG if kind == "long_cell" and turn >= MOST_LONG_CELLS else kind


def _defects_of(kind: str, first: int, turn: int, lists: bool) -> list[Defect]:
    if kind == "conflicting_setl_id":
        return [Defect(first, kind, "setl_id"), Defect(first + 1, kind, "setl_id")]
    required = _REQUIRED[lists:]  # the first one is not part of lists
    field = required[turn % len(required)] if kind == "missing_value" else _FIELD_OF[kind]
    return [Defect(first + 1, kind, field)]


#: Where the defect shows: of a broken sum the total, whichever of its parts was changed.
_FIELD_OF = {
    "unknown_diagnosis_code": "diag_code",
    "unknown_procedure_code": "oprn_oprt_code",
    "impossible_date": "adm_time",
    "negative_amount": "overlmt_selfpay",
    "cost_identity_broken": "medfee_sumamt",
    "fund_identity_broken": "fund_pay_sumamt",
    "payer_identity_broken": "medfee_sumamt",
    "duplicate_setl_id": "setl_id",
    "wrong_type": "medfee_sumamt",
    "discharge_before_admission": "dscg_time",
    "settlement_before_discharge": "setl_time",
    "unknown_code": "hosp_lv",
    "value_too_long": "psn_no",
    "amount_out_of_range": "act_pay_dedc",
    "too_many_decimals": "act_pay_dedc",
    "bad_encoding": "dscg_caty",
    "thousands_separators": "medfee_sumamt",
    "nul_in_number": "medfee_sumamt",
    "nul_in_text": "dscg_caty",
    **dict.fromkeys(("malformed_row", "open_quote", "long_cell"), ""),
    **dict.fromkeys(("settlement_absent", "conflicting_settlement", "malformed_list"), ""),
    "result_of_another_stay": "mdtrt_id",
    "hospital_not_listed": "hosp_lv",
    "principal_diagnosis_unclear": "diag_code",
    "diagnosis_type_unclear": "diag_code",
    "main_operation_unclear": "oprn_oprt_code",
    "intensive_care_unclear": "icu_hours",
    "list_result_differ": "gend",
    "settlement_without_list": "setl_id",
}


def spoil(table: Any, defects: Sequence[Defect], format_: Format) -> Any:
    """Carry out planned defects on one chunk."""
    table = _change_values(table, defects)
    if format_ == "csv":
        for field in TEXT_FIELDS:
            table = _with(table, field, table[field].cast(pa.string()))
    for kind, values in (
        ("impossible_date", (_impossible(format_),)),
        ("wrong_type", _NOT_NUMBERS),
        ("too_many_decimals", (_THREE_DECIMALS,)),
    ):
        rows = _rows(defects, kind)
        if rows:
            written = [values[place % len(values)] for place in range(len(rows))]
            table = replaced(table, _FIELD_OF[kind], rows, written)
    return _repeat(table, defects)


def _change_values(table: Any, defects: Sequence[Defect]) -> Any:
    for kind, field, change in _CHANGES:
        rows = _rows(defects, kind)
        if rows:
            table = replaced(table, field, rows, [change(value) for value in table[field].take(rows).to_pylist()])
    for field in _REQUIRED:
        rows = [d.row for d in defects if d.kind == "missing_value" and d.field == field]
        table = replaced(table, field, rows, [None] * len(rows)) if rows else table
    for kind, field, days in (
        ("discharge_before_admission", "adm_time", 2),
        ("settlement_before_discharge", "setl_time", -2),
    ):
        rows = _rows(defects, kind)
        if rows:
            moved = pc.add(table["dscg_time"].take(rows), pa.scalar(days * 86_400, pa.duration("s")))
            table = replaced(table, field, rows, moved.to_pylist())
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
    ("unknown_code", "hosp_lv", lambda _: _NO_LEVEL),
    ("value_too_long", "psn_no", lambda _: _TOO_LONG),
    ("amount_out_of_range", "act_pay_dedc", lambda _: _TOO_MANY_YUAN),
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


def replaced(table: Any, field: str, rows: Sequence[int], values: Sequence[Any]) -> Any:
    """A table with other values in some rows of a column."""
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


def break_bytes(written: bytes, defects: Sequence[Defect], columns: Sequence[str]) -> bytes:
    """Carry out the defects of :data:`OF_BYTES` on a chunk as written, one row a line, no cell in quotes."""
    broken = [defect for defect in defects if defect.kind in OF_BYTES]
    if not broken:
        return written
    lines = written.split(b"\n")
    for defect in broken:
        change = _BREAKS[defect.kind]
        if defect.field:
            cells, place = lines[defect.row].split(b","), columns.index(defect.field)
            cells[place] = change(cells[place])
            lines[defect.row] = b",".join(cells)
        else:
            lines[defect.row] = change(lines[defect.row])
    return b"\n".join(lines)


def _with_separators(amount: bytes) -> bytes:
    """An amount as spreadsheets show it, in quotes; one too small for a separator is raised."""
    yuan = Decimal(amount.decode())
    return f'"{yuan if yuan >= _TOO_MUCH else yuan + _TOO_MUCH:,.2f}"'.encode()


#: What becomes of a cell, or of a row where no field is named. ``FF`` is a byte that no encoding in use has.
_BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "bad_encoding": lambda cell: b"\xff" + cell,
    "malformed_row": lambda line: line.rsplit(b",", 3)[0],
    "open_quote": lambda line: b'"' + line,
    "thousands_separators": _with_separators,
    "nul_in_number": lambda cell: cell[:2] + b"\0" + cell[2:],
    "nul_in_text": lambda cell: cell + b"\0",
    "long_cell": lambda line: line + b"0" * _LONG_BYTES,
}
