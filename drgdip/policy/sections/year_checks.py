"""What the values of ``year`` and ``prepayment`` must be to each other, and what of them deserves a warning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from drgdip.base.scaled import E4, format_scaled
from drgdip.base.text import Text
from drgdip.policy.dated import Entry
from drgdip.policy.problems import Problem, Problems
from drgdip.policy.sections.bands import cliffs
from drgdip.policy.sections.year import budget

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

#: Months of expenditure laid by that the national notice of November 2024 asks for, by insurance type [S7].
NATIONAL_MONTHS_E4 = {"310": 12 * E4, "390": 6 * E4}
#: Above this a risk fund is more than the one published rule at hand has (settlement arithmetic 5.4).
_USUAL_RISK_FUND_E4 = 500


def _tell(entry: Entry, problems: Problems, zh: str, en: str) -> None:
    problems.add(entry.node.line, entry.node.path, Text(zh, en))


def _pools(on: Day, problems: Problems) -> None:
    for key, leaf in (
        ("year.budgets", ".inpatient_yuan"),
        ("year.elastic", ".base_point_value"),
        ("prepayment.balance_months", ""),
    ):
        for name in on.names(key):
            if name not in on.names("pools"):
                _tell(on.entry(f"{key}.{name}{leaf}"), problems, f"没有基金池 {name}", f"there is no pool {name}")


def _budgets(on: Day, problems: Problems) -> None:
    for name in on.names("year.budgets"):
        if budget(on, name).case_payment_fen <= 0:
            _tell(on.entry(f"year.budgets.{name}.inpatient_yuan"), problems,
                  "扣除各项后不大于 0", "what is left of it for case payment is not above 0")  # fmt: skip


def _elastic(on: Day, problems: Problems) -> None:
    entry = on.entry("year.point_value")
    if entry.value != "elastic":
        return
    for name in on.names("year.budgets"):
        if name not in on.names("year.elastic"):
            _tell(entry, problems, f"elastic 中缺少基金池 {name}", f"elastic lacks the pool {name}")


def _ratio(on: Day, problems: Problems) -> None:
    if on["year.method"] != "ratio" or on["year.fund_ratio_source"] != "fixed":
        return
    if on["year.fund_ratio_level"] != "pool":
        _tell(on.entry("year.fund_ratio_level"), problems,
              "固定基金支付比例只有 pool 一级", "a fixed fund ratio belongs to the pool: write pool")  # fmt: skip
    for name in on.names("year.budgets"):
        if name in on.names("pools") and on[f"pools.{name}.pay_ratio"] is None:
            _tell(on.entry("year.fund_ratio_source"), problems,
                  f"基金池 {name} 没有 pay_ratio", f"the pool {name} has no pay_ratio")  # fmt: skip


def _distribution(on: Day, problems: Problems) -> None:
    entry = on.entry("year.distribution")
    if entry.value == "largest_remainder" and on["year.point_value"] != "floating":
        _tell(entry, problems, "最大余额法直接分配基金,点值须为 floating",
              "largest_remainder shares the fund itself out: point_value must be floating")  # fmt: skip


def _scale(on: Day, problems: Problems) -> None:
    entry = on.entry("year.over_budget")
    lifted = any(on.get(f"pools.{name}.point_value_floor") is not None for name in on.names("pools"))
    free = on["year.point_value"] != "floating" or (
        (lifted or on["year.fund_ratio_level"] == "hospital") and on["year.distribution"] == "point_value"
    )
    # By-item amounts are what they are: under covered_cost they may be more than their share of the fund.
    if entry.value.scale == "share_then_base" and not free and on["year.by_item"] != "covered_cost":
        _tell(entry, problems, "点值浮动且按基金池比例时应付额不得折减,请写 share_only",
              "with a floating point value and the pool's ratio payables are never cut: write share_only")  # fmt: skip
    if entry.value.scale == "share_only" and free:
        _tell(entry, problems, "该组合下应付额之和可能超过预算,须写 share_then_base",
              "payables may exceed the budget under these methods: write share_then_base")  # fmt: skip


def _instalments(on: Day, problems: Problems) -> None:
    entry = on.entry("prepayment.instalments")
    if on["prepayment.offset"] == "clearing" and entry.value != 1:
        _tell(entry, problems, "在清算时一次抵扣,须为 1", "offset at clearing is in one part: write 1")


CHECKS: tuple[Callable[[Day, Problems], None], ...] = (
    _pools,
    _budgets,
    _elastic,
    _ratio,
    _distribution,
    _scale,
    _instalments,
)


def warnings(on: Day, file: str) -> list[Problem]:
    """What is accepted and yet jumps, punishes twice or departs from national rules, on one day."""
    found: list[Problem] = []
    if "year.method" in on.contents.leaves:
        found += [_warning(entry, file, words) for entry, words in _year_warnings(on)]
    if "prepayment.years" in on.contents.leaves:
        found += [_warning(entry, file, words) for entry, words in _prepayment_warnings(on)]
    return found


def _warning(entry: Entry, file: str, words: Text) -> Problem:
    return Problem(file, entry.node.line, entry.node.path, words)


def _year_warnings(on: Day) -> Iterator[tuple[Entry, Text]]:
    entry = on.entry("year.bands")
    for cliff in cliffs(entry.value or ()):
        bound, jump = format_scaled(cliff.upto_e4, 4), format_scaled(cliff.jump_e4, 4)
        yield (
            entry,
            Text(
                f"比值 {bound} 处有断崖:记账一分之差使清算额变动应付的 {jump} 倍;可改其份额,或以 recorded_plus、carry 使两档相接",
                f"a cliff at the ratio {bound}: one fen recorded moves the clearing by {jump} of the payable;"
                " another share, recorded_plus or carry can close it",
            ),
        )
    risk = on.entry("year.over_budget")
    if risk.value.risk_fund_e4 > _USUAL_RISK_FUND_E4:
        share = format_scaled(risk.value.risk_fund_e4, 4)
        yield risk, Text(f"风险金比例 {share} 高于 0.05", f"the risk fund, {share} of the budget, is above 0.05")
    if on["year.assessment"] is not None and on["year.retention_release"] is not None:
        yield (
            on.entry("year.retention_release"),
            Text(
                "考核分同时影响系数与预留金兑现,可能重复扣罚;《按病种付费医疗保障经办管理规程(2025版)》第三十五条",
                "the score moves both the coefficient and the retention, which may punish twice; Administration Procedure"
                " for Case-based Payment (2025 edition), art. 35",
            ),
        )


def _prepayment_warnings(on: Day) -> Iterator[tuple[Entry, Text]]:
    for name in on.names("prepayment.balance_months"):
        entry = on.entry(f"prepayment.balance_months.{name}")
        types = on[f"pools.{name}.insurance_types"]
        least = max((NATIONAL_MONTHS_E4.get(code, 0) for code in types), default=0)
        if entry.value < least:
            months = format_scaled(least // E4, 0)
            yield (
                entry,
                Text(
                    f"低于国家通知要求的累计结余 {months} 个月(2024年11月《关于做好医保基金预付工作的通知》)",
                    f"below the {months} months laid by that the national notice on prepayment (November 2024) asks for",
                ),
            )
