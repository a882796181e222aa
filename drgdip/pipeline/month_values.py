"""Point values and fund ratios as callers give them, and those that hold before a month is settled."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from drgdip.base.errors import UsageError
from drgdip.base.scaled import parse_scaled
from drgdip.base.text import Text
from drgdip.pipeline.context import MonthValues

if TYPE_CHECKING:
    from drgdip.policy.values import PolicyValues

#: Four decimals, by pool: text or Decimal, never a float.
ByPool: TypeAlias = Mapping[str, str | Decimal | int]

_ONE_E4 = 10_000


def point_values_known(values: PolicyValues) -> bool:
    """Whether cases can be paid as they come: nothing waits for the month's sums."""
    return values.month.point_value == "fixed_opening" and not ratios_wait(values)


def ratios_wait(values: PolicyValues) -> bool:
    """Whether the fund ratio is what the month's cases come to."""
    payment = values.payment
    return payment.method == "ratio" and payment.fund_ratio_source == "actual" and payment.fund_ratio_level != "case"


def given_values(
    values: PolicyValues, point_values: ByPool | None, fund_ratios: ByPool | None
) -> tuple[MonthValues, bool]:
    """The month's values from what is given, and whether any of them is only provisional.

    Point values that are not given are those of the opening, ratios those that the policy fixes.
    Raises UsageError for another pool, for what is no decimal, or where a ratio is needed and nobody gives it.
    """
    points = _by_pool(values, point_values or {}, "point_values")
    ratios = _by_pool(values, fund_ratios or {}, "fund_ratios")
    floating = values.month.point_value != "fixed_opening"
    provisional = (floating and len(points) < len(values.pools)) or (
        ratios_wait(values) and len(ratios) < len(values.pools)
    )
    opening = [points.get(name, pool.opening_point_value_e4) for name, pool in values.pools.items()]
    return MonthValues(opening, [_ratios(values, ratios)]), provisional


def _ratios(values: PolicyValues, given: Mapping[str, int]) -> list[int]:
    if values.payment.method != "ratio" or values.payment.fund_ratio_level == "case":
        return [_ONE_E4] * len(values.pools)
    fixed = {name: pool.pay_ratio_e4 for name, pool in values.pools.items() if pool.pay_ratio_e4 is not None}
    missing = [name for name in values.pools if name not in given and name not in fixed]
    if missing:
        raise UsageError(
            Text(f"基金池 {', '.join(missing)} 的支付比例要到月末才能确定。",
                 f"The fund ratio of {', '.join(missing)} is known only when the month is."),
            Text("请以 fund_ratios= 给出,例如 {'employee': '0.7000'}。",
                 "Give it as fund_ratios=, such as {'employee': '0.7000'}."),
        )  # fmt: skip
    return [given.get(name, fixed.get(name, 0)) for name in values.pools]


def _by_pool(values: PolicyValues, given: ByPool, argument: str) -> dict[str, int]:
    return {pool: _value(values, pool, value, argument) for pool, value in given.items()}


def _value(values: PolicyValues, pool: str, value: object, argument: str) -> int:
    if pool not in values.pools:
        raise UsageError(
            Text(f"政策中没有基金池 {pool}({argument})。", f"The policy has no pool {pool} ({argument})."),
            Text(f"可用的基金池:{', '.join(values.pools)}。", f"Its pools are {', '.join(values.pools)}."),
        )
    try:
        number = -1 if isinstance(value, float) else parse_scaled(str(value), 4)
    except ValueError:
        number = -1
    if number < 0:
        raise UsageError(
            Text(f"{argument} 中 {pool} 的值 {value!r} 不是最多四位小数的非负数。",
                 f"In {argument}, the value {value!r} of {pool} is no number with at most four decimals."),
            Text('请写成文本或 Decimal,例如 "9.8765"。', 'Write it as text or Decimal, such as "9.8765".'),
        )  # fmt: skip
    return number
