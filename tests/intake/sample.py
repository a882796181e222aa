"""A stay in order, as text, and files made of such stays."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from drgdip.base.findings import Finding
from drgdip.intake import CaseReader
from drgdip.interface.defects import join_defects
from drgdip.interface.fields import fields
from drgdip.quality_control import check
from drgdip.tables.code_system import CodeSystem

DIAGNOSES = CodeSystem.of(["A01.000", "A01.000x005", "A01.000x005+J17.0*", "I63.900", "K35.300", "M80000/0"])
PROCEDURES = CodeSystem.of(["47.0100", "54.5100", "54.5100x005"])

#: Cost: 100 + 50 + 150 + 700. Funds: 400 + 10 + 20 + 30 + 40 + 50 = 550. Payers: 550 + 200 + 240 + 7 + 3.
STAY = {
    "setl_id": "S1", "mdtrt_id": "M1", "psn_no": "P1", "fixmedins_code": "H41040100001", "hosp_lv": "02",
    "insutype": "310", "insu_admdvs": "410402", "mdtrt_admdvs": "410400", "med_type": "21", "gend": "2",
    "age": "66", "nwb_age": "", "nwb_bir_wt": "", "adm_time": "2026-01-02 08:30:00",
    "dscg_time": "2026-01-09 10:00:00", "setl_time": "2026-01-09 11:15:30", "act_ipt_days": "7", "dscg_way": "1",
    "dscg_caty": "A04", "icu_hours": "12", "refd_setl_flag": "0", "diag_code": "K35.300|I63.900",
    "oprn_oprt_code": "47.0100|54.5100x005", "medfee_sumamt": "1000.00", "fulamt_ownpay_amt": "100.00",
    "overlmt_selfpay": "50.00", "preselfpay_amt": "150.00", "inscp_scp_amt": "700.00", "act_pay_dedc": "300.00",
    "hifp_pay": "400.00", "cvlserv_pay": "10.00", "hifes_pay": "20.00", "hifmi_pay": "30.00", "hifob_pay": "40.00",
    "maf_pay": "50.00", "hosp_part_amt": "7.00", "oth_pay": "3.00", "fund_pay_sumamt": "550.00",
    "acct_pay": "200.00", "psn_cash_pay": "240.00",
}  # fmt: skip


def stay(number: int = 1, **changes: Any) -> dict[str, Any]:
    """The stay with settlement ID ``S<number>`` and other changes."""
    return {**STAY, "setl_id": f"S{number}", **changes}


def write_csv(
    path: Path, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = tuple(STAY), **options: Any
) -> Path:
    """Rows as CSV; missing cells are empty."""
    with path.open("w", encoding=options.pop("encoding", "utf-8"), newline="") as file:
        writer = csv.DictWriter(
            file, columns, extrasaction="ignore", lineterminator=options.pop("lineterminator", "\n")
        )
        writer.writeheader()
        writer.writerows(rows)
    return path


def as_table(rows: Sequence[Mapping[str, Any]], **types: pa.DataType) -> pa.Table:
    """Rows as a typed table: decimals, timestamps, integers and text, or the types given; empty cells are null."""
    columns = {}
    for name, field in fields().items():
        kind = types.get(
            name, {"money": pa.decimal128(16, 2), "datetime": pa.timestamp("us")}.get(field.type, pa.string())
        )
        columns[name] = pa.array([_typed(row[name], kind) for row in rows], kind)
    return pa.table(columns)


def _typed(value: Any, kind: pa.DataType) -> Any:
    if value == "" or not isinstance(value, str):
        return None if value == "" else value
    if pa.types.is_decimal(kind):
        return Decimal(value)
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat(value)
    return int(value) if pa.types.is_integer(kind) else float(value) if pa.types.is_floating(kind) else value


def write_parquet(path: Path, rows: Sequence[Mapping[str, Any]], **types: pa.DataType) -> Path:
    """Rows as Parquet, typed as in :func:`as_table`."""
    pq.write_table(as_table(rows, **types), path)
    return path


def reader(*cases: Any, chunk_rows: int = 100_000) -> CaseReader:
    """A reader with the code systems of this sample."""
    return CaseReader(list(cases), DIAGNOSES, PROCEDURES, chunk_rows)


def findings(*cases: Any, chunk_rows: int = 100_000, tolerance_fen: int = 1) -> list[Finding]:
    """Everything that intake and quality control find in the rows."""
    found: list[Finding] = []
    with reader(*cases, chunk_rows=chunk_rows) as read:
        for raw in read:
            encoded = read.encode(raw)
            defects = join_defects(encoded.defects, check(encoded.columns, tolerance_fen, skip=encoded.defects))
            found += read.findings(raw, defects)
    return found


def seen(*cases: Any, **options: Any) -> list[tuple[int, str, str, str]]:
    """``findings`` as row, field, value and reason."""
    return [(found.row, found.field, found.value, found.key) for found in findings(*cases, **options)]


def columns_of(*cases: Any, chunk_rows: int = 100_000) -> list[dict[str, Any]]:
    """Encoded columns, chunk by chunk."""
    with reader(*cases, chunk_rows=chunk_rows) as read:
        return [read.encode(raw).columns for raw in read]
