"""Interim bills in the year (settlement arithmetic 2.9): a stay whose bills all fall in one year counts in it once.

The month of an interim bill has paid it by item; the month of the final bill has paid the whole stay and taken that payment
back. So neither the interim payment nor its taking back belongs to the year. What an earlier year has paid is taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.year_files import Decision
from drgdip.pipeline.year.accounts import YearInputs
from drgdip.pipeline.year.months import Month, sources
from drgdip.quality_control.columns import BILL, FINAL, INTERIM

_NAMES = ("setl_id", "mdtrt_id", "fixmedins_code", "pool", "discharge_time_s", "gross_fen", "payable_fen", BILL.name)


def with_interim_bills(months: Sequence[Month], given: YearInputs) -> YearInputs:
    """The inputs with what interim bills of the year's own stays change."""
    rows = [row for month in sources(months) for row in _bills(month.path)]
    interim: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row[BILL.name] == INTERIM:
            interim.setdefault(_visit(row), []).append(row)
    changes, cancelled = [], dict[str, int]()
    for row in rows:
        bills = interim.get(_visit(row), []) if row[BILL.name] == FINAL else []
        for bill in bills:
            item = f"INTERIM-{row['setl_id']}"
            cancelled[item] = cancelled.get(item, 0) + bill["payable_fen"]
            changes.append(_out(bill, row))
    return given._replace(decisions=[*given.decisions, *changes], cancelled_fen={**given.cancelled_fen, **cancelled})


def _visit(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["fixmedins_code"], row["pool"], row["mdtrt_id"] or ""


def _out(bill: dict[str, Any], final: dict[str, Any]) -> Decision:
    day = final["discharge_time_s"].date().isoformat()
    return Decision(f"INTERIM-{bill['setl_id']}", bill["fixmedins_code"], bill["pool"], day, 0, 0, 0,
                    -bill["gross_fen"], -bill["payable_fen"], -bill["payable_fen"])  # fmt: skip


def _bills(folder: Path) -> list[dict[str, Any]]:
    """Interim bills, and final ones that take some back."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import parquet

    found: list[dict[str, Any]] = []
    try:
        with parquet.ParquetFile(folder / "cases.parquet") as file:
            if BILL.name not in file.schema_arrow.names:
                return []
            for batch in file.iter_batches(100_000, columns=[*_NAMES, "interim_deducted_fen"]):
                taken = pc.not_equal(batch.column("interim_deducted_fen"), 0)
                found += batch.filter(pc.or_(pc.equal(batch.column(BILL.name), INTERIM), taken)).to_pylist()
    except (OSError, KeyError, pa.ArrowException) as error:
        raise UsageError(
            Text(f"{folder.name} 的 cases.parquet 无法读取。", f"cases.parquet of {folder.name} cannot be read."),
            Text("请恢复该文件,或重新结算该月。", "Restore the file, or settle that month again."),
        ) from error
    return found
