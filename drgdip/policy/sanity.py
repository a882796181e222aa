"""What the values of a policy must be to each other, on every day; and what deserves a warning.

A check that needs a value which could not be read is left out: that value was told already.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from drgdip.base.scaled import format_scaled
from drgdip.base.text import Text
from drgdip.policy.coefficient_range import coefficient_range_e4
from drgdip.policy.dated import Entry
from drgdip.policy.problems import Problem, Problems
from drgdip.policy.resolve import Absent, Day, hospital_coefficient
from drgdip.policy.sections import (
    attribution,
    case_rules_checks,
    cross_region,
    drg,
    mixed,
    readmission,
    sanctions,
    special_checks,
    warning,
    year_checks,
)

_MAX_DEPOSIT_E4 = 500


def check_day(on: Day, problems: Problems) -> None:
    """Tell what does not fit together on one day."""
    for check in _CHECKS:
        try:
            check(on, problems)
        except Absent:
            continue


def _tell(entry: Entry, problems: Problems, zh: str, en: str) -> None:
    problems.add(entry.node.line, entry.node.path, Text(zh, en))


def _deviation(on: Day, problems: Problems) -> None:
    entry = on.entry("deviation.high")
    high, low = entry.value, on["deviation.low"]
    if high is None:
        return
    thresholds = [segment.threshold_e4 for segment in high.segments]
    if low is not None and min(thresholds) <= low.threshold_e4:
        _tell(entry, problems, "高倍率阈值须大于低倍率阈值", "the high threshold must be above the low threshold")
    if high.cap_ratio_e4 is not None and high.cap_ratio_e4 < max(thresholds):
        _tell(entry, problems, "cap_ratio 不得小于高倍率阈值", "cap_ratio must not be below the high threshold")


def _coefficient_limits(on: Day, problems: Problems) -> None:
    entry = on.entry("k.floor")
    if entry.value is not None and on["k.cap"] is not None and entry.value > on["k.cap"]:
        _tell(entry, problems, "系数下限大于上限", "the floor is above the cap")


def _coefficient_positive(on: Day, problems: Problems) -> None:
    if coefficient_range_e4(hospital_coefficient(on))[0] <= 0:
        _tell(on.entry("k.base"), problems, "有医疗机构的系数不大于 0", "some hospital's coefficient is not above 0")


def _auxiliary_limits(on: Day, problems: Problems) -> None:
    entry = on.entry("auxiliary.floor")
    if entry.value is not None and on["auxiliary.cap"] is not None and entry.value > on["auxiliary.cap"]:
        _tell(entry, problems, "系数下限大于上限", "the floor is above the cap")


def _fund_scope(on: Day, problems: Problems) -> None:
    for name in on.names("pools"):
        entry = on.entry(f"pools.{name}.pooled_fund")
        if entry.value not in on[f"pools.{name}.fund_scope"]:
            _tell(entry, problems, f"{entry.value} 不在 fund_scope 中", f"{entry.value} is not in fund_scope")


def _floating_fund(on: Day, problems: Problems) -> None:
    mode = on["month.point_value"]
    if mode == "fixed_opening":
        return
    for name in on.names("pools"):
        entry = on.entry(f"pools.{name}.month_fund_yuan")
        if entry.value is None and not (on.get("month.seasonal_quota") and name in on.names("year.budgets")):
            _tell(entry, problems, f"month.point_value 为 {mode} 时须填月度基金", f"month.point_value {mode} needs it")


def _point_value_limits(on: Day, problems: Problems) -> None:
    """Limits hold what floats, in the month or in the year; shared out by largest remainder, the fund itself is paid."""
    by_year = "year.point_value" in on.contents.leaves and on["year.point_value"] == "floating"
    for name in on.names("pools"):
        limits = {key: on.get(f"pools.{name}.point_value_{key}") for key in ("floor", "cap")}
        named = [key for key, value in limits.items() if value is not None]
        if not named:
            continue
        entry = on.entry(f"pools.{name}.point_value_{named[0]}")
        if on["month.point_value"] == "fixed_opening" and not by_year:
            _tell(
                entry,
                problems,
                "月度与年度点值都不浮动,没有可限制的点值",
                "no point value floats, so nothing has limits",
            )
        if len(named) == 2 and limits["floor"] > limits["cap"]:
            _tell(entry, problems, "点值下限大于上限", "the floor is above the cap")
        if by_year and on["year.distribution"] == "largest_remainder":
            _tell(entry, problems, "最大余额法直接分配基金,点值不得另设限",
                  "largest_remainder shares the fund itself out: a point value has no limits there")  # fmt: skip


def _fund_ratio(on: Day, problems: Problems) -> None:
    if on["payment.fund_ratio_source"] != "fixed":
        return
    if on["payment.fund_ratio_level"] != "pool":
        entry = on.entry("payment.fund_ratio_level")
        _tell(entry, problems, "固定基金支付比例只有 pool 一级", "a fixed fund ratio belongs to the pool: write pool")
    if on["month.point_value"] == "fixed_opening" and on["payment.method"] != "ratio":
        return
    for name in on.names("pools"):
        entry = on.entry(f"pools.{name}.pay_ratio")
        if entry.value is None:
            _tell(entry, problems, "fund_ratio_source 为 fixed 时须填", "fund_ratio_source fixed needs it")


_KINDS = ("local", "in_province", "cross_province")


def _pools_reachable(on: Day, problems: Problems) -> None:
    taken: set[tuple[str, str]] = set()
    for name in on.names("pools"):
        entry = on.entry(f"pools.{name}.patients")
        kinds = _KINDS if entry.value == "any" else (entry.value,)
        wanted = {(insurance, kind) for insurance in on[f"pools.{name}.insurance_types"] for kind in kinds}
        if wanted <= taken:
            _tell(entry, problems, "前面的基金池已包含其全部病例", "earlier pools take all its cases")
        taken |= wanted


_CHECKS: tuple[Callable[[Day, Problems], None], ...] = (
    _deviation,
    _coefficient_limits,
    _coefficient_positive,
    _auxiliary_limits,
    _fund_scope,
    _floating_fund,
    _point_value_limits,
    _fund_ratio,
    _pools_reachable,
    attribution.check,
    *cross_region.CHECKS,
    *case_rules_checks.CHECKS,
    mixed.check,
    sanctions.check,
    readmission.check,
    warning.check,
    *year_checks.CHECKS,
    *drg.CHECKS,
)


def warnings(on: Day, file: str) -> list[Problem]:
    """What is accepted and yet departs from national rules, on one day."""
    found: list[Problem] = []
    for source in (_deposit_warnings, cross_region.warnings, special_checks.warnings, year_checks.warnings):
        with suppress(Absent):  # what is unknown deserves no warning yet
            found += source(on, file)
    return found


def _deposit_warnings(on: Day, file: str) -> list[Problem]:
    entry = on.entry("month.retention")
    if entry.value <= _MAX_DEPOSIT_E4:
        return []
    share = format_scaled(entry.value, 4)
    words = Text(
        f"预留比例 {share} 高于 0.05;《按病种付费医疗保障经办管理规程(2025版)》第二十六条规定质量保证金不超过 5%",
        f"retention {share} is above 0.05; the quality deposit is at most 5 % by the Administration Procedure for"
        " Case-based Payment (2025 edition), art. 26",
    )
    return [Problem(file, entry.node.line, entry.node.path, words)]
