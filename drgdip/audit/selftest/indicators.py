"""Examples of indicators and early warning (settlement arithmetic 10)."""

from __future__ import annotations

from typing import Any

from drgdip.audit.indicators.rules import case_mix_e4, consumption_index_e4, execution, quotient_e4
from drgdip.audit.selftest.values import e4, fen, mapping, rows, yuan
from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled

_CASE = ("group", "rw", "cost", "los", "fund_dip", "fund_recorded")
#: Means are given with at most this many decimals of a fen or a day.
_ONE = 10**4


def indicators(cases: Any, group_stats: Any) -> dict[str, Any]:
    """10: case mix, grouping rate, consumption indices, pay rate and mean cost of some stays."""
    # A stay without a group says so with null.
    stays = [mapping(row, _CASE, _CASE[1:]) for row in rows(cases)]
    means = {code: mapping(row, ("los", "cost"), ("los", "cost")) for code, row in mapping(group_stats).items()}
    grouped = [stay for stay in stays if stay.get("group") is not None]
    cost = sum(fen(stay["cost"]) for stay in stays)

    def index(name: str, read: Any) -> int | None:
        # A mean is one stay's worth of the region.
        parts = [(read(stay[name]) * _ONE, read(means[stay["group"]][name]) * _ONE, 1) for stay in grouped]
        return consumption_index_e4(parts, len(grouped))

    return {
        "cmi": _written(case_mix_e4(sum(e4(stay["rw"]) for stay in grouped), len(grouped))),
        "grouping_rate": _written(quotient_e4(len(grouped), len(stays))),
        "time_index": _written(index("los", e4)),
        "cost_index": _written(index("cost", fen)),
        "pay_rate": _written(
            quotient_e4(sum(fen(s["fund_dip"]) for s in stays), sum(fen(s["fund_recorded"]) for s in stays))
        ),
        "avg_cost": yuan(divide(cost, len(stays))),
    }


def budget_warning(ytd: Any, annual_budget: Any, seasonal_share: Any, yellow: Any, red: Any) -> dict[str, Any]:
    """10: budget execution, its level, and the year at this pace."""
    found = execution(fen(ytd), fen(annual_budget), e4(seasonal_share), e4(yellow), e4(red))
    return {"execution": _written(found.execution_e4), "level": found.level, "forecast": yuan(found.forecast_fen)}


def _written(value_e4: int | None) -> str | None:
    return None if value_e4 is None else format_scaled(value_e4, 4)
