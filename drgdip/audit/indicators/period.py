"""What a period adds up to beside indicators: quarters, budget execution, flows, and figures of the whole city."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from drgdip.audit.indicators.cases import Cases
from drgdip.audit.indicators.measures import variation_counts
from drgdip.audit.indicators.rules import execution, quotient_e4
from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.cross_region import city_of
from drgdip.interface.clearing_line import ClearingLine
from drgdip.interface.statement_row import DEDUCTION_FIELDS, StatementRow
from drgdip.policy.values import PolicyValues
from drgdip.statement.analysis.columns import ExecutionRow, FigureRow, FlowRow, QuarterRow
from drgdip.statement.finished_run import FinishedRun

_MONTHS = 12
_VARIATION_E4 = (5_000, 7_000, 10_000)
_SUMMED = ("cases", "gross_fen", "payable_fen", "recorded_fen", "difference_fen", "retained_fen")


def quarters(runs: Sequence[FinishedRun]) -> list[QuarterRow]:
    """The statements by quarter and pool; amounts stand in the order of the row's fields."""
    months: dict[tuple[str, str], set[str]] = {}
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for row in (row for run in runs for row in run.rows):
        key = (_quarter(row.month), row.pool)
        months.setdefault(key, set()).add(row.month)
        own = sums.setdefault(key, {})
        for name, value in _amounts(row).items():
            own[name] = own.get(name, 0) + value
    return [QuarterRow(*key, len(months[key]), *own.values()) for key, own in sorted(sums.items())]


def _amounts(row: StatementRow) -> dict[str, int]:
    return {
        **{name: getattr(row, name) for name in _SUMMED},
        "deducted_fen": sum(getattr(row, field) for field in DEDUCTION_FIELDS.values()),
        "paid_fen": row.paid_fen,
    }


def _quarter(month: str) -> str:
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


class Share(NamedTuple):
    """The share of the year that months have, exactly: part ÷ whole (a twelfth has no four decimals)."""

    part: int
    whole: int

    @property
    def shown_e4(self) -> int:
        """At four decimals."""
        return divide(self.part * E4, self.whole)


def seasonal_share(values: PolicyValues, months: Sequence[str]) -> Share:
    """By the shares that the policy warns by, else those that its months are funded by, else in equal parts (4.1, 10)."""
    shares = values.warning.seasonal_e4 if values.warning else values.month.seasonal_quota_e4
    if shares is None:
        return Share(len(months), _MONTHS)
    return Share(sum(shares[int(month[5:]) - 1] for month in months), E4)


def executions(runs: Sequence[FinishedRun], values: PolicyValues, months: Sequence[str]) -> list[ExecutionRow]:
    """Execution of pools with an annual budget, where the policy has limits and all months are of one year (10, V126)."""
    limits = values.warning.execution if values.warning else None
    if limits is None or values.year is None or len({month[:4] for month in months}) != 1:
        return []
    share = seasonal_share(values, months)
    rows = []
    for pool, budget in values.year.budgets.items():
        spent = sum(row.payable_fen for run in runs for row in run.rows if row.pool == pool)
        if share.part and budget.case_payment_fen > 0:
            found = execution(spent, budget.case_payment_fen, share.part, limits.yellow_e4, limits.red_e4, share.whole)
            rows.append(ExecutionRow(pool, spent, budget.case_payment_fen, share.shown_e4, *found))
    return rows


def flows(cases: Cases, received: Sequence[ClearingLine]) -> list[FlowRow]:
    """Patients of other regions treated here, and those insured here treated elsewhere (by statements received)."""
    sums: dict[tuple[str, str], list[int]] = {}
    for place, region in enumerate(cases.homes):
        rows = cases.home == place
        if rows.any():
            own = sums.setdefault(("in", city_of(f"{int(region):06d}")), [0, 0, 0])
            amounts = (cases.whole[name][rows].sum() for name in ("total_cost_fen", "payable_fen"))
            for i, value in enumerate((rows.sum(), *amounts)):
                own[i] += int(value)
    for line in received:
        own = sums.setdefault(("out", line.place), [0, 0, 0])
        for i, value in enumerate((line.cases, line.total_cost_fen, line.home_pays_fen)):
            own[i] += value
    return [FlowRow(direction, region, *amounts) for (direction, region), amounts in sorted(sums.items())]


def figures(cases: Cases, runs: Sequence[FinishedRun], values: PolicyValues, months: Sequence[str]) -> list[FigureRow]:
    """Groups by variation, hospitals with a surplus, point values against the opening, budget against payable."""
    return [*_variations(cases), _surplus(runs), *_point_values(runs, values), *_accuracy(runs, values, months)]


def _variations(cases: Cases) -> Iterator[FigureRow]:
    for limit, count in variation_counts(cases, _VARIATION_E4).items():
        share = f"{limit / E4:g}"
        yield FigureRow(
            f"groups_cv_above_{share}", "", count, "rows", Text(f"变异系数 > {share} 的病组数", f"groups with CV > {share}"),
            Text("病组费用标准差 ÷ 均值(总体标准差)", "sd ÷ mean of the group's costs (population deviation)"),
        )  # fmt: skip


def _surplus(runs: Sequence[FinishedRun]) -> FigureRow:
    balance: dict[str, int] = {}
    for row in (row for run in runs for row in run.rows):
        balance[row.hospital_code] = balance.get(row.hospital_code, 0) + row.difference_fen
    share = quotient_e4(sum(value > 0 for value in balance.values()), len(balance))
    return FigureRow(
        "surplus_coverage", "", share, "ratio", Text("结余机构覆盖率", "hospitals with a surplus"),
        Text("应付大于记账的机构 ÷ 机构数", "hospitals whose payable exceeds the recorded amount ÷ hospitals"),
    )  # fmt: skip


def point_value_change_e4(before_e4: int, now_e4: int) -> int | None:
    """(Now − opening) ÷ opening."""
    return quotient_e4(now_e4 - before_e4, before_e4)


def last_point_values_e4(runs: Sequence[FinishedRun]) -> Mapping[str, int]:
    """Point value of the last month by pool that has one: where nothing is paid by points there is none (2.1)."""
    return {row.pool: row.point_value_e4 for run in runs for row in run.rows if row.point_value_e4}


def _point_values(runs: Sequence[FinishedRun], values: PolicyValues) -> Iterator[FigureRow]:
    for pool, value in sorted(last_point_values_e4(runs).items()):
        change = (
            point_value_change_e4(values.pools[pool].opening_point_value_e4, value) if pool in values.pools else None
        )
        yield FigureRow(
            "point_value_variance", pool, change, "ratio", Text("点值偏差", "point value against opening"),
            Text("(最近月份点值 − 年初点值)÷ 年初点值", "(point value of the last month − opening) ÷ opening"),
        )  # fmt: skip


def _accuracy(runs: Sequence[FinishedRun], values: PolicyValues, months: Sequence[str]) -> Iterator[FigureRow]:
    share = seasonal_share(values, months)
    for pool, budget in (values.year.budgets if values.year else {}).items():
        spent = sum(row.payable_fen for run in runs for row in run.rows if row.pool == pool)
        accuracy = quotient_e4(budget.case_payment_fen * share.part, spent * share.whole)
        yield FigureRow(
            "budget_accuracy", pool, accuracy, "ratio", Text("总额准确度", "budget ÷ payable"),
            Text("预算 × 时序比例 ÷ 应付基金", "budget × seasonal share ÷ payable"),
        )  # fmt: skip


def admissions_e4(cases: Cases, population: Mapping[str, int]) -> dict[str, int | None]:
    """Stays of residents ÷ persons insured, by county, and of all counties given (key ``""``)."""
    stays = {county: int(np.sum(cases.county == place)) for place, county in enumerate(cases.counties)}
    rates = {county: quotient_e4(stays.get(county, 0), insured) for county, insured in population.items()}
    whole = quotient_e4(sum(stays.get(county, 0) for county in population), sum(population.values()))
    return {**rates, "": whole}
