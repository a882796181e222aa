"""What valuation reads and writes."""

from __future__ import annotations

from collections.abc import Iterable

from drgdip.base.columns import Column
from drgdip.policy.values import PolicyValues

#: Written by valuation as one, or by the auxiliary directory before it.
AUXILIARY = "auxiliary_coefficient_e4"

READS = (
    Column("group_id", "int32", "id", "入组病种", "group"),
    Column("hospital_id", "int32", "id", "医疗机构", "hospital"),
    Column("hospital_tier", "int8", "code", "医院级别", "hospital tier (3 tertiary … 1 primary, 0 unrated)"),
)

WRITES = (
    Column("relative_weight_e4", "int64", "e4", "病种分值", "relative weight of the group", "DIP technical specification, ch. 5 s. 1"),
    Column("hospital_coefficient_e4", "int64", "e4", "医疗机构系数", "hospital coefficient K", "DIP technical specification, ch. 5 s. 2"),
    Column("auxiliary_coefficient_e4", "int64", "e4", "辅助分型系数", "auxiliary coefficient", "DIP technical specification, ch. 5 s. 2"),
    Column("standard_points_e4", "int64", "e4", "标准分值", "RW × K × auxiliary", "DIP technical specification, ch. 5 s. 3"),
    Column("reference_cost_fen", "int64", "fen", "参照次均费用", "mean cost that the bill is compared with", "settlement arithmetic 2.6"),
)  # fmt: skip

#: Read where the scheme has ambiguous stays, which a policy may value unlike ungrouped ones.
GROUP_REASON = Column("group_reason", "int16", "reason", "入组依据", "how the group was found")
_DISCHARGE = Column("discharge_time_s", "int64", "s", "出院时间", "time of discharge")
_POOL = Column("pool_index", "int16", "id", "基金池", "insurance pool")
#: What routing found, where the policy gives stays of a route a weight of their own.
ROUTE_NUMBER = Column("route_number", "int16", "count", "路由序号", "number of the route that holds (0 none)")
GATE_PASSED = Column("tcm_gate_passed", "int8", "flag", "中治率达标", "share of Chinese medicine reached")


def reads_for(days: Iterable[PolicyValues]) -> tuple[Column, ...]:
    """What valuation reads beside ``READS`` under some policy values."""
    values = list(days)
    modes = {route.mode for value in values for route in value.routes}
    wanted = {
        _DISCHARGE: any(value.k.windows for value in values),
        _POOL: any(value.deviation.reference == "rw_x_rate" for value in values),
        ROUTE_NUMBER: bool(modes & {"day_surgery", "tcm"}),
        GATE_PASSED: "tcm" in modes,
    }
    return tuple(column for column, needed in wanted.items() if needed)
