"""A finished run as its folder tells it: rows, deductions, groups' names, and whether they agree with one another.

Statements and hospital reports are made from these alone, so nothing is taken on trust: amounts are read exactly, and
every sum is formed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from drgdip.base.money import format_yuan, parse_yuan
from drgdip.base.provenance import RunRecord
from drgdip.base.scaled import format_scaled, parse_scaled
from drgdip.base.text import Text
from drgdip.interface.denial import DenialLine
from drgdip.interface.hold import HoldLine
from drgdip.interface.special import SpecialLine
from drgdip.interface.statement_row import DEDUCTION_FIELDS, DeductionLine, StatementRow
from drgdip.statement.columns import STATEMENT_COLUMNS, statement_columns
from drgdip.statement.totals import deducted_fen

#: A row of a CSV file: its cells by header.
Cells = Mapping[str, str]

_PLACES = {"yuan": 2, "points": 4, "ratio": 4, "yuan_per_point": 4, "count": 0, "code": 0}
#: Sums of the record that the statement must come to.
_TOTALS = ("gross", "patient", "other_funds", "payable", "clamped", "recorded")
_BANDS = ("normal_cases", "low_cases", "high_cases", "extreme_cases", "ungrouped_cases", "by_item_cases")


class CityGroup(NamedTuple):
    """A group in the whole city: its name, and its costs over reference costs."""

    name: str
    cost_ratio_e4: int


class FinishedRun(NamedTuple):
    """What on-demand documents are made from.

    groups : by code, ungrouped under an empty one. broken_proof : ids of proof lines that do not hold.
    """

    record: RunRecord
    rows: Sequence[StatementRow]
    deductions: Sequence[DeductionLine]
    groups: Mapping[str, CityGroup]
    broken_proof: Sequence[str]
    special: Sequence[SpecialLine] = ()
    denials: Sequence[DenialLine] = ()
    holds: Sequence[HoldLine] = ()

    @property
    def hospitals(self) -> list[str]:
        """Codes of all hospitals on the statement, in order."""
        return sorted({row.hospital_code for row in self.rows})


def statement_row(cells: Cells, record: RunRecord) -> StatementRow:
    """A row of ``statement.csv``. Raises ValueError, KeyError or TypeError for anything but what was written."""
    columns = statement_columns(record.parameters)
    values: dict[str, object] = {
        column.field: cells[column.header] if column.unit == "text" else _number(cells[column.header], column.unit)
        for column in columns
    }
    if set(cells) != {column.header for column in columns}:
        raise ValueError("a column is missing or too many")
    names = record.standing.pools if record.standing else {}
    pool, written = cells["pool"], cells["pool_name"]
    values["pool_name"] = names[pool].text if pool in names else Text(written, written)
    return StatementRow(**values)  # type: ignore[arg-type]


def deduction_line(cells: Cells) -> DeductionLine:
    """A row of ``deductions.csv``; its type must be one of the interface's. Raises as :func:`statement_row`."""
    type_ = _number(cells["deduction_type"], "code")
    if type_ not in DEDUCTION_FIELDS:
        raise ValueError(f"no type of deduction: {type_}")
    amounts = (parse_yuan(cells[name]) for name in ("amount_yuan", "taken_yuan", "carried_yuan"))
    return DeductionLine(cells["fixmedins_code"], cells["pool"], type_, cells["date"], cells["item_id"], *amounts)


def city_group(cells: Cells) -> tuple[str, CityGroup]:
    """Code and figures of a row of ``groups.csv``. Raises as :func:`statement_row`."""
    kind = "drg" if "drg_code" in cells else "dip"
    return cells[f"{kind}_code"], CityGroup(cells[f"{kind}_name"], _number(cells["cost_ratio"], "ratio"))


def _number(text: str, unit: str) -> int:
    return parse_scaled(text, _PLACES[unit])


def contradictions(run: FinishedRun) -> Iterator[Text]:
    """Where the files of a run contradict one another, in words; nothing for a folder that is as it was written."""
    keys = [(row.hospital_code, row.pool) for row in run.rows]
    if len(set(keys)) < len(keys):
        yield Text("结算单中有重复的行", "the statement repeats a row")
    for row in run.rows:
        yield from _row_contradictions(row, run.record)
    yield from _deduction_contradictions(run)
    yield from _total_contradictions(run.rows, run.record)


def _row_contradictions(row: StatementRow, record: RunRecord) -> Iterator[Text]:
    place = Text(f"{row.hospital_code} / {row.pool} 的", f"{row.hospital_code} / {row.pool}: ")
    if row.month != record.month:
        yield Text(f"{place.zh}月份不是 {record.month}", f"{place.en}the month is not {record.month}")
    if record.point_values.get(row.pool) != format_scaled(row.point_value_e4, 4):
        yield Text(f"{place.zh}点值与运行记录不同", f"{place.en}the point value is not that of the run")
    for zh, en, left, right in (
        ("差额", "difference", row.difference_fen, row.payable_fen - row.recorded_fen),
        (
            "本期应拨",
            "due",
            row.due_fen,
            row.payable_fen
            + row.special_difference_fen
            - row.held_fen
            + row.released_fen
            - row.over_ceiling_fen
            - row.retained_fen
            - row.paid_before_fen,
        ),
        ("实付", "paid", row.paid_fen, max(row.due_fen, 0) - deducted_fen(row)),
        ("病例数", "number of cases", row.cases, sum(getattr(row, field) for field in _BANDS)),
    ):
        if left != right:
            yield Text(f"{place.zh}{zh}与其组成不符", f"{place.en}the {en} is not what it is made of")


def _deduction_contradictions(run: FinishedRun) -> Iterator[Text]:
    taken: dict[tuple[str, str, int], int] = {}
    for line in run.deductions:
        key = (line.hospital_code, line.pool, line.deduction_type)
        taken[key] = taken.get(key, 0) + line.taken_fen
        if line.amount_fen != line.taken_fen + line.carried_fen or min(line.taken_fen, line.carried_fen) < 0:
            yield Text(f"扣款 {line.item_id} 的实扣与结转之和不等于应扣",
                       f"deduction {line.item_id} is not what was taken and what is carried")  # fmt: skip
    stated = {
        (row.hospital_code, row.pool, type_): getattr(row, field)
        for row in run.rows
        for type_, field in DEDUCTION_FIELDS.items()
    }
    for key in sorted(taken.keys() | {key for key, fen in stated.items() if fen}):
        if taken.get(key, 0) != stated.get(key):
            yield Text(f"{key[0]} / {key[1]} 的扣款与扣款清单不符",
                       f"{key[0]} / {key[1]}: the deductions are not those of the list")  # fmt: skip


def _total_contradictions(rows: Iterable[StatementRow], record: RunRecord) -> Iterator[Text]:
    rows = list(rows)
    cases = sum(row.cases for row in rows)
    if cases != record.rows.get("settled"):
        yield Text("结算单病例数与运行记录不同", "the cases of the statement are not those of the run")
    for name in _TOTALS:
        total = sum(getattr(row, f"{name}_fen") for row in rows)
        if total != record.totals_fen.get(name):
            column = next(column for column in STATEMENT_COLUMNS if column.field == f"{name}_fen")
            yield Text(f"{column.label.zh}合计 {format_yuan(total)} 元与运行记录不同",
                       f"the sum of {column.label.en}, {format_yuan(total)}, is not that of the run")  # fmt: skip
