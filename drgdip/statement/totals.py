"""Totals of statement rows, written as statement rows. Sums of rounded fen always add up (0.3 (5))."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from drgdip.base.text import Text
from drgdip.interface.statement_row import StatementRow

_SUMMED = tuple(name for name in StatementRow._fields if name.endswith(("_fen", "cases")) or name == "points_e4")

ALL_POOLS = Text("合计", "all pools")


def in_order(rows: Iterable[StatementRow]) -> list[StatementRow]:
    """Rows by hospital, then pool."""
    return sorted(rows, key=lambda row: (row.hospital_code, row.pool))


def grand_total(rows: Sequence[StatementRow], pool: str = "", pool_name: Text = ALL_POOLS) -> StatementRow:
    """One row with every sum. The point value stays only if all rows share it; hospital fields are empty."""
    months = {row.month for row in rows}
    point_values = {row.point_value_e4 for row in rows}
    return StatementRow(
        month=months.pop() if len(months) == 1 else "",
        hospital_code="",
        hospital_tier=0,
        pool=pool,
        pool_name=pool_name,
        point_value_e4=point_values.pop() if len(point_values) == 1 and pool else 0,
        **{name: sum(getattr(row, name) for row in rows) for name in _SUMMED},
    )


def pool_totals(rows: Sequence[StatementRow]) -> list[StatementRow]:
    """One total per pool, by pool code."""
    pools = {row.pool: row.pool_name for row in rows}
    return [grand_total([row for row in rows if row.pool == pool], pool, pools[pool]) for pool in sorted(pools)]


def hospital_totals(rows: Sequence[StatementRow]) -> list[StatementRow]:
    """One total per hospital over its pools, by hospital code."""
    by_hospital: dict[str, list[StatementRow]] = {}
    for row in rows:
        by_hospital.setdefault(row.hospital_code, []).append(row)
    return [
        grand_total(own)._replace(hospital_code=code, hospital_tier=own[0].hospital_tier)
        for code, own in sorted(by_hospital.items())
    ]


def deducted_fen(row: StatementRow) -> int:
    """All deductions that a row takes."""
    return (
        row.audit_deduction_fen
        + row.inspection_deduction_fen
        + row.prepayment_offset_fen
        + row.retention_hold_fen
        + row.other_deduction_fen
    )
