"""A year's cases, summed by hospital and pool from the months' ``cases.parquet``, and checked against their statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.reasons import number
from drgdip.base.rounding import divide
from drgdip.base.text import Text
from drgdip.clearing.year import Key, Measures
from drgdip.clearing.year.rules import gross_fen
from drgdip.interface.denial import DenialLine
from drgdip.interface.special import SpecialLine
from drgdip.pipeline.context import month_bounds
from drgdip.pipeline.denials.inputs import FILE as DENIALS
from drgdip.pipeline.run_folder import RunFolder
from drgdip.pipeline.year.months import Month

if TYPE_CHECKING:
    from drgdip.pipeline.special.stay import Paid
    from drgdip.policy import Policy

_KEYS = ("fixmedins_code", "pool")
#: What stays are paid beside their points, in the case table.
_OUTSIDE = "outside_points_fen"
_BY_ITEM, _OUT_OF_SCOPE = number("route_by_item"), number("route_out_of_scope")
_SUMMED = ("points_e4", "total_cost_fen", "recorded_fen", "gross_fen", "payable_fen")
#: Columns of the statement that the cases must come to.
_CHECKED = ("cases", "points_e4", "gross_fen", "payable_fen", "recorded_fen")


def measures(months: Sequence[Month]) -> dict[Key, Measures]:
    """Sums over all cases of the given months. Raises UsageError for a month whose cases and statement disagree."""
    total: dict[Key, Measures] = {}
    for month in months:
        own = _of_month(month)
        _check(month, own)
        values = {(row.hospital_code, row.pool): row.point_value_e4 for row in month.run.rows}
        for key, sums in own.items():
            total[key] = _added(total.get(key, Measures()), sums, values[key])
    return total


def _of_month(month: Month) -> dict[Key, dict[str, int]]:
    """Sums by hospital and pool; ``by_item`` ones over cases paid by item, and those without points that are yet worth something."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import parquet

    sums: dict[Key, dict[str, int]] = {}
    path = month.path / "cases.parquet"
    try:
        with parquet.ParquetFile(path) as file:
            outside = [_OUTSIDE] if _OUTSIDE in file.schema_arrow.names else []
            for batch in file.iter_batches(100_000, columns=[*_KEYS, "route", *_SUMMED, *outside]):
                table = pa.Table.from_batches([batch])
                beside = pc.and_(pc.equal(table["points_e4"], 0), pc.not_equal(table["gross_fen"], 0))
                by_item = pc.or_(pc.equal(table["route"].cast(pa.string()), "route_by_item"), beside)
                keys = [table[name].cast(pa.string()) for name in _KEYS]
                table = pa.table([*keys, by_item, *(table[name] for name in _SUMMED)],
                                 names=[*_KEYS, "by_item", *_SUMMED])  # fmt: skip
                _add_groups(sums, table)
                if outside:
                    _set_apart(sums, batch)
    except (OSError, KeyError, pa.ArrowException) as error:
        raise _damaged(month) from error
    return sums


def _add_groups(sums: dict[Key, dict[str, int]], table: Any) -> None:
    # A batch of 100,000 cases of at most 10^10 fen stays within 64 bits; batches are added as Python integers.
    aggregates = [(name, "sum") for name in _SUMMED] + [("points_e4", "count")]
    for row in table.group_by([*_KEYS, "by_item"]).aggregate(aggregates).to_pylist():
        own = sums.setdefault((row["fixmedins_code"], row["pool"]), {})
        prefix = "by_item_" if row["by_item"] else ""
        for name in _SUMMED:
            own[prefix + name] = own.get(prefix + name, 0) + row[f"{name}_sum"]
        own["cases"] = own.get("cases", 0) + row["points_e4_count"]


def _set_apart(sums: dict[Key, dict[str, int]], batch: Any) -> None:
    """Move what stays with points were paid beside them to what is paid by item; of the payable, in proportion.

    Such stays (exclusions) are few, and the product of two amounts may not fit 64 bits: plain integers.
    """
    import pyarrow.compute as pc

    beside = batch.filter(pc.and_(pc.not_equal(batch["points_e4"], 0), pc.not_equal(batch[_OUTSIDE], 0)))
    for row in beside.to_pylist():
        own, amount = sums[row["fixmedins_code"], row["pool"]], row[_OUTSIDE]
        part = part_beside(amount, row["gross_fen"], row["payable_fen"])
        for name, moved in (("gross_fen", amount), ("payable_fen", part)):
            own[name] -= moved
            own[f"by_item_{name}"] = own.get(f"by_item_{name}", 0) + moved


def part_beside(outside_fen: int, gross_fen: int, payable_fen: int) -> int:
    """What of a payable is paid for fees beside the points, in proportion to what both are worth."""
    return divide(payable_fen * outside_fen, gross_fen) if outside_fen else 0


class Counted(NamedTuple):
    """What one stay counts for in the year, in the order of a decision's changes."""

    points_e4: int = 0
    recorded_fen: int = 0
    cost_fen: int = 0
    by_item_cost_fen: int = 0
    by_item_fund_fen: int = 0

    def less(self, other: Counted) -> Counted:
        """What has to be added to another to come to this."""
        return Counted(*(now - then for now, then in zip(self, other, strict=True)))


def paid_in(line: DenialLine | SpecialLine, when: Literal["before", "after"]) -> Paid:
    """What a line says that its stay comes to, without what it tells or with it."""
    from drgdip.pipeline.special.stay import Paid

    points, gross, payable = (getattr(line, f"{when}_{name}") for name in ("points_e4", "gross_fen", "payable_fen"))
    route = line.before_route if when == "before" else line.after_route
    return Paid(points, gross, payable, number(route) if route else 0)


def counted(line: DenialLine | SpecialLine, paid: Paid, worth_fen: Callable[[int], int]) -> Counted:
    """What the stay of a line counts for that comes to ``paid``: its points, recorded and cost, and what it is paid beside them; or by
    item what it is worth and paid; of a stay that is not paid at all, nothing. One whose points are none counts all the same.

    worth_fen : what points are worth in the stay's month; what it is worth beyond that it is paid beside its points.
    """
    points, gross, payable, route = paid
    if route == _OUT_OF_SCOPE:
        return Counted()
    if route == _BY_ITEM or (points == 0 and gross):
        return Counted(by_item_cost_fen=gross, by_item_fund_fen=payable)
    beside = gross - worth_fen(points)
    return Counted(points, line.recorded_fen, line.cost_fen, beside, part_beside(beside, gross, payable))


def points_worth(policy: Policy, months: Sequence[Month], line: DenialLine | SpecialLine) -> Callable[[int], int]:
    """What points are worth in the month of a stay: its pool's point value, rounded as the month's last day has it."""
    (point_value,) = {
        row.point_value_e4
        for month in months
        for row in month.run.rows
        if (month.name, row.hospital_code, row.pool) == (line.stay_month, line.hospital_code, line.pool)
    }
    mode = policy.on(month_bounds(line.stay_month)[1]).rounding.mode
    return lambda points_e4: gross_fen(points_e4, point_value, mode)


def after_months(year: str) -> str:
    """What stands for the month of what is decided or denied after the last: it comes after that."""
    return f"{year}-13"


def posted_denials(months: Sequence[Month]) -> list[DenialLine]:
    """What the months have denied."""
    from drgdip.statement.denial_csv import denial_line

    found: list[DenialLine] = []
    for month in months:
        run = RunFolder(month.path)
        if run.has(DENIALS):
            with run.reading(DENIALS):
                found += [denial_line(cells) for cells in run.rows(DENIALS)]
    return [line for line in found if line.standing == "posted"]


def _added(before: Measures, own: Mapping[str, int], point_value_e4: int) -> Measures:
    points = own.get("points_e4", 0)
    return Measures(
        cases=before.cases + own["cases"],
        points_e4=before.points_e4 + points,
        recorded_fen=before.recorded_fen + own.get("recorded_fen", 0),
        cost_fen=before.cost_fen + own.get("total_cost_fen", 0),
        by_item_cost_fen=before.by_item_cost_fen + own.get("by_item_gross_fen", 0),
        by_item_fund_fen=before.by_item_fund_fen + own.get("by_item_payable_fen", 0),
        payable_fen=before.payable_fen + own.get("payable_fen", 0) + own.get("by_item_payable_fen", 0),
        months=(*before.months, (points, point_value_e4)),
    )


def _check(month: Month, own: Mapping[Key, Mapping[str, int]]) -> None:
    stated = {(row.hospital_code, row.pool): [getattr(row, name) for name in _CHECKED] for row in month.run.rows}
    for key in sorted(set(stated) | set(own)):
        sums = own.get(key, {})
        summed = [sums.get(name, 0) + sums.get(f"by_item_{name}", 0) for name in _CHECKED]
        if stated.get(key, [0] * len(_CHECKED)) != summed:
            raise _damaged(month)


def _damaged(month: Month) -> UsageError:
    return UsageError(
        Text(f"{month.path.name}({month.name})的 cases.parquet 缺失、损坏或与结算单不符。",
             f"cases.parquet of {month.path.name} ({month.name}) is missing, damaged or not what the statement sums."),
        Text("请恢复该文件,或重新结算该月。", "Restore the file, or settle that month again."),
    )  # fmt: skip


def hospitals(measured: Iterable[Key]) -> list[str]:
    """Codes of all hospitals, in order."""
    return sorted({code for code, _ in measured})
