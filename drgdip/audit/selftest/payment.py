"""Examples of the fund split: points to money, money to funds (settlement arithmetic 4.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drgdip.audit.selftest.policy import Money, deviation, policy_values
from drgdip.audit.selftest.values import (
    Unsupported,
    e4,
    fen,
    in_range,
    mapping,
    one_of,
    refuse_missing,
    yuan,
)
from drgdip.base.reasons import number
from drgdip.base.scaled import E4, E8_PER_FEN
from drgdip.base.text import Text

#: Codes of the pooled basic funds of employees and residents (national fund codes).
_POOLED_FUNDS = ("310100", "390100")
_INT64 = 2**63
_FEN_TO_E4 = 100


def paid(
    points_e4: Sequence[int],
    money: Money,
    patient_fen: Sequence[int],
    other_fen: Sequence[int],
    funds_fen: Sequence[Sequence[int]] = (),
    *,
    proportional: bool = False,
    pooled_fund: int | None = None,
    priced: Mapping[str, Any] | None = None,
) -> dict[str, list[int]]:
    """Pay cases of one pool by the engine; ``funds_fen`` are what each case's funds recorded, in fund order.

    ``priced``: columns of pricing, where more than points decides.
    """
    import numpy as np

    from drgdip.fund_split import FUND_COLUMNS, pay_cases, payment_parameters

    n, ratio = len(points_e4), money.fund_ratio_e4
    (value,) = money.point_values_e4.values()
    for points in points_e4:
        in_range(max(points * value, points * value // E8_PER_FEN * ratio), _INT64 - 1)
    funds = np.zeros((n, len(FUND_COLUMNS)), dtype=np.int64)
    for row, amounts in enumerate(funds_fen):
        funds[row, : len(amounts)] = amounts
    values = policy_values(deviation(None, None, "ref_cost"), 0, E4, money)
    parameters = payment_parameters(values, [value], [[ratio]])
    if pooled_fund is not None:
        parameters = parameters._replace(
            in_scope=np.ones_like(parameters.in_scope),
            pooled_fund=np.array([pooled_fund], dtype=np.int64),
            proportional=proportional,
        )
    columns = {
        **{fund.name: funds[:, f] for f, fund in enumerate(FUND_COLUMNS)},
        "points_e4": np.array(points_e4, dtype=np.int64),
        "route": np.full(n, number("route_group"), dtype=np.int16),
        "total_cost_fen": np.zeros(n, dtype=np.int64),
        "hospital_part_fen": np.zeros(n, dtype=np.int64),
        "pool_index": np.zeros(n, dtype=np.int16),
        "hospital_id": np.zeros(n, dtype=np.int32),
        "patient_fen": np.array(patient_fen, dtype=np.int64),
        "other_funds_fen": np.array(other_fen, dtype=np.int64),
        "recorded_fen": funds.sum(axis=1),
        **(priced or {}),
    }
    return {name: result.tolist() for name, result in pay_cases(columns, parameters).items()}


def gross_of_points_fen(points_e4: Sequence[int], point_value_e4: int) -> list[int]:
    """What points are worth."""
    nothing = [0] * len(points_e4)
    return paid(points_e4, Money({"pool": point_value_e4}, "fund_pv"), nothing, nothing)["gross_fen"]


def case_pay(
    points: Any,
    pv: Any,
    method: Any,
    patient: Any = "0",
    other_funds: Any = "0",
    fund_ratio: Any = None,
    negative: Any = "clamp",
) -> dict[str, Any]:
    """4.2: one case by any of the three families."""
    if method == "ratio":
        refuse_missing(() if fund_ratio is None else ("fund_ratio",), ("fund_ratio",))
    ratio = E4 if fund_ratio is None else e4(fund_ratio)
    money = Money({"pool": e4(pv)}, method, ratio, negative)
    result = paid([e4(points)], money, [fen(patient)], [fen(other_funds)])
    return {
        "gross": yuan(result["gross_fen"][0]),
        "payable": yuan(result["payable_fen"][0]),
        "clamped": result["clamped_fen"][0] > 0,
    }


def split_funds(gross: Any, patient: Any, recorded: Any, mode: Any) -> dict[str, Any]:
    """4.2: a case's payable shared among funds; what they recorded decides.

    Funds stand in the order of their codes, so that ties go to the smaller code. The pooled basic fund takes the
    variance; where no fund has such a code, the first one listed does.
    """
    from drgdip.fund_split import FUND_COLUMNS

    amounts: Mapping[str, Any] = mapping(recorded)
    codes = sorted(amounts)
    if not 0 < len(codes) <= len(FUND_COLUMNS):
        raise Unsupported(Text(f"基金数不支持:{len(codes)}", f"so many funds are not supported: {len(codes)}"))
    pooled = next((code for code in _POOLED_FUNDS if code in amounts), next(iter(amounts)))
    result = paid(
        [fen(gross) * _FEN_TO_E4],
        Money({"pool": E4}, "residual", negative="allow"),
        [fen(patient)],
        [0],
        [[fen(amounts[code]) for code in codes]],
        proportional=one_of(mode, ("pool_residual", "proportional")) == "proportional",
        pooled_fund=codes.index(pooled),
    )
    shares = [result[fund.name.replace("_fen", "_payable_fen")][0] for fund in FUND_COLUMNS]
    return {code: yuan(share) for code, share in zip(codes, shares, strict=False)}
