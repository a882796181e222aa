"""What of an analysis is worth a look, by the limits of the policy (settlement arithmetic 10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from drgdip.audit.indicators.definitions import BY_KEY
from drgdip.audit.indicators.period import point_value_change_e4
from drgdip.base.scaled import E4, format_scaled
from drgdip.base.text import Text
from drgdip.policy.sections.warning_values import Outlier, Warnings
from drgdip.policy.values import PolicyValues
from drgdip.statement.analysis.columns import ExecutionRow, ScopeRow, WarningRow
from drgdip.statement.cells import as_text

_SCOPES = ("hospital", "county")


def warnings(
    values: PolicyValues,
    scopes: Sequence[ScopeRow],
    execution: Sequence[ExecutionRow],
    point_values_e4: Mapping[str, int],
    crowded: Mapping[str, tuple[int, int]],
) -> list[WarningRow]:
    """All warnings, the gravest first; none where the policy has no section ``warning``.

    crowded : by hospital, stays just above and just below the low threshold.
    """
    terms = values.warning
    if terms is None:
        return []
    found = [
        *_executions(execution),
        *_outliers(terms, scopes),
        *_falls(terms, values, point_values_e4),
        *_crowding(terms, crowded),
    ]
    order = {"red": 0, "yellow": 1, "notice": 2}
    return sorted(found, key=lambda row: (order[row.level], row.scope, row.indicator, row.key))


def _executions(rows: Sequence[ExecutionRow]) -> Iterator[WarningRow]:
    for row in rows:
        if row.level != "none":
            value = format_scaled(row.execution_e4, 4)
            words = Text(f"基金池 {row.pool} 预算执行率 {value}", f"budget execution of the pool {row.pool} is {value}")
            yield WarningRow(row.level, "pool", row.pool, "execution", value, "1.0000", words)


def _outliers(terms: Warnings, scopes: Sequence[ScopeRow]) -> Iterator[WarningRow]:
    city = next(row for row in scopes if row.scope == "city")
    for row in scopes:
        for limit in terms.outliers if row.scope in _SCOPES else ():
            if exceeds(row, city, limit):
                yield _outlier(row, city, limit)


def exceeds(row: ScopeRow, city: ScopeRow, limit: Outlier) -> bool:
    """Whether an indicator reaches the multiple of the city's; the multiple itself counts."""
    own, whole = row.values[limit.indicator], city.values[limit.indicator]
    if own is None or not whole or row.cases < limit.min_cases:
        return False
    return own * E4 >= limit.multiple_e4 * whole


def _outlier(row: ScopeRow, city: ScopeRow, limit: Outlier) -> WarningRow:
    definition = BY_KEY[limit.indicator]
    own, whole = (as_text(one.values[limit.indicator] or 0, definition.unit) for one in (row, city))
    times = format_scaled(limit.multiple_e4, 4).rstrip("0").rstrip(".")
    words = Text(
        f"{definition.name.zh} {own},达到全市 {whole} 的 {times} 倍",
        f"{definition.name.en} {own}: at least {times} times the city's {whole}",
    )
    return WarningRow("notice", row.scope, row.key, limit.indicator, own, whole, words)


def _falls(terms: Warnings, values: PolicyValues, point_values_e4: Mapping[str, int]) -> Iterator[WarningRow]:
    for pool, value in sorted(point_values_e4.items()):
        opening = values.pools[pool].opening_point_value_e4 if pool in values.pools else 0
        if terms.point_value_fall_e4 is None or not opening:
            continue
        # A fall of exactly the limit counts.
        if (opening - value) * E4 >= terms.point_value_fall_e4 * opening:
            change = format_scaled(point_value_change_e4(opening, value) or 0, 4)
            words = Text(
                f"基金池 {pool} 点值较年初变化 {change}", f"point value of {pool} against the opening: {change}"
            )
            yield WarningRow(
                "yellow", "pool", pool, "point_value_fall", format_scaled(value, 4), format_scaled(opening, 4), words
            )


def _crowding(terms: Warnings, crowded: Mapping[str, tuple[int, int]]) -> Iterator[WarningRow]:
    if terms.crowding is None:
        return
    for code, (above, below) in sorted(crowded.items()):
        if above + below >= terms.crowding.min_cases and above * E4 >= terms.crowding.multiple_e4 * below and above:
            words = Text(
                f"费用刚过低倍率下限的病例 {above} 例,未及下限的 {below} 例,可能有意凑线",
                f"{above} stays just above the low threshold, {below} just below it: costs may be steered",
            )
            yield WarningRow("notice", "hospital", code, "low_crowding", str(above), str(below), words)
