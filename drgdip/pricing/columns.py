"""What routing and pricing read and write."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from drgdip.base.columns import Column
from drgdip.policy.sections.case_rules_values import NO_RULES, CaseRules
from drgdip.policy.values import PolicyValues, Route

_GROUP = Column("group_id", "int32", "id", "入组病种", "group")
_DAYS = Column("length_of_stay_days", "int32", "days", "实际住院天数", "length of stay")
_ROUTES = "settlement arithmetic 2.8"

#: What every policy's routes may look at.
PLAIN_ROUTE_READS = (
    _DAYS,
    Column(
        "residence",
        "int8",
        "code",
        "参保地关系",
        "where the patient is insured (0 local, 1 in province, 2 other province)",
    ),
    Column("medical_type", "int32", "code", "医疗类别", "kind of care"),
    Column("discharge_way", "int8", "code", "离院方式", "way of discharge"),
)

READS = (
    _GROUP,
    *PLAIN_ROUTE_READS,
    Column("relative_weight_e4", "int64", "e4", "病种分值", "relative weight of the group"),
    Column("hospital_coefficient_e4", "int64", "e4", "医疗机构系数", "hospital coefficient K"),
    Column("auxiliary_coefficient_e4", "int64", "e4", "辅助分型系数", "auxiliary coefficient"),
    Column("standard_points_e4", "int64", "e4", "标准分值", "RW × K × auxiliary"),
    Column("reference_cost_fen", "int64", "fen", "参照次均费用", "mean cost that the bill is compared with"),
    Column("total_cost_fen", "int64", "fen", "医疗费总额", "total cost of the stay"),
)

WRITES = (
    Column("route", "int16", "reason", "支付方式", "how the stay is paid", "settlement arithmetic 2.8"),
    Column("deviation_band", "int16", "reason", "费用偏差", "cost band", "settlement arithmetic 2.6–2.7"),
    Column("cost_ratio_e4", "int64", "e4", "费用倍率", "cost ÷ reference cost", "settlement arithmetic 2.6"),
    Column("points_e4", "int64", "e4", "病例分值", "points of the stay", "DIP technical specification, ch. 5 s. 3"),
    Column("special_review", "int8", "flag", "转特例评审", "sent to special review", "settlement arithmetic 2.7"),
)  # fmt: skip

#: What routing writes as a stage of its own.
ROUTE_NUMBER = Column("route_number", "int16", "count", "路由序号", "number of the route that holds (0 none)", _ROUTES)
GATE_WRITES = (
    Column("tcm_ratio_e4", "int64", "e4", "中治率", "share of Chinese medicine", _ROUTES),
    Column("tcm_gate_passed", "int8", "flag", "中治率达标", "share of Chinese medicine reached", _ROUTES),
)
_TIER = Column("hospital_tier", "int8", "code", "医院级别", "hospital tier (3 tertiary … 1 primary, 0 unrated)")
_TIMES = (
    Column("admission_time_s", "int64", "s", "入院时间", "time of admission"),
    Column("discharge_time_s", "int64", "s", "出院时间", "time of discharge"),
)
_POOL = Column("pool_index", "int16", "id", "基金池", "insurance pool")

#: Given with the cases where a policy asks for them, and written by no stage.
DEPARTMENT = Column("route_department_id", "int32", "count", "路由所列科别", "place among the departments that routes name (−1 none)")  # fmt: skip
BEYOND_QUOTA = Column("beyond_quota", "int8", "flag", "超出高倍率名额", "high cost, but beyond the quota", "settlement arithmetic 3.2")  # fmt: skip

#: What pricing writes beside where costs are paid outside points, or points are added.
NET_COST = Column(
    "net_cost_fen", "int64", "fen", "参与偏差判定的费用", "cost that the deviation test looks at", _ROUTES
)
OUTSIDE = Column("outside_points_fen", "int64", "fen", "点数外支付", "paid outside points", _ROUTES)
ADDED = Column(
    "added_points_e4", "int64", "e4", "新药新技术加分", "points added for new drugs and technologies", _ROUTES
)


def fee_column(name: str) -> Column:
    """The column of a fee fact."""
    return Column(f"fee_{name}_fen", "int64", "fen", f"费用明细合计 {name}", f"sum of fee lines {name}", "2301")


def is_plain(route: Route) -> bool:
    """Whether a route pays by group, by item or not at all, and looks at nothing beyond the plain conditions."""
    kept = {"mode", "los_max", "los_min", "patients", "med_types", "discharge_ways"}
    default = Route(route.mode)
    further = (name for name in Route._fields if name not in kept)
    return route.mode in ("dip", "by_item", "out_of_scope") and all(
        getattr(route, name) == getattr(default, name) for name in further
    )


class Needs:
    """What routing and pricing read and write under some policy values, beside what they always do."""

    def __init__(self, days: Iterable[PolicyValues]) -> None:
        values = list(days)
        rules = [value.case_rules or NO_RULES for value in values]
        routes = [route for value in values for route in value.routes]
        self.routing = not all(map(is_plain, routes))
        self.gate = any(route.mode == "tcm" for route in routes)
        self.departments = tuple(sorted({code for route in routes for code in route.departments}))
        self.quota = any(value.deviation.high is not None and value.deviation.high.share_cap for value in values)
        self.costs = any(rule.exclusions or rule.additions for rule in rules) or any(r.rate for r in routes)
        self._values_money = any(rule.additions for rule in rules) or any(
            route.rate or route.mode == "lower_of" for route in routes
        )
        self._hours = any(route.hours_max is not None for route in routes)
        self._gate_facts = _facts(rules, _of_gate) if self.gate else ()
        self._cost_facts = _facts(rules, _of_costs)

    @property
    def fee_facts(self) -> tuple[str, ...]:
        """Names of the fee facts that are used, sorted."""
        return tuple(sorted({*self._gate_facts, *self._cost_facts}))

    @property
    def route_reads(self) -> tuple[Column, ...]:
        """Of routing as a stage."""
        return (
            _GROUP,
            *PLAIN_ROUTE_READS,
            _TIER,
            *(_TIMES if self._hours else ()),
            *((DEPARTMENT,) if self.departments else ()),
            *map(fee_column, self._gate_facts),
        )

    @property
    def route_writes(self) -> tuple[Column, ...]:
        """Of routing as a stage."""
        return (ROUTE_NUMBER, *(GATE_WRITES if self.gate else ()))

    @property
    def price_reads(self) -> tuple[Column, ...]:
        """Of pricing, beside ``READS``."""
        return (
            *((ROUTE_NUMBER,) if self.routing else ()),
            *((_POOL,) if self._values_money else ()),
            *map(fee_column, self._cost_facts),
            *((BEYOND_QUOTA,) if self.quota else ()),
        )

    @property
    def price_writes(self) -> tuple[Column, ...]:
        """Of pricing, beside ``WRITES``."""
        return (NET_COST, OUTSIDE, ADDED) if self.costs else ()

    @property
    def given(self) -> tuple[Column, ...]:
        """Columns that no stage writes and intake does not read: fee facts, departments, the quota's decision."""
        return (
            *map(fee_column, self.fee_facts),
            *((DEPARTMENT,) if self.departments else ()),
            *((BEYOND_QUOTA,) if self.quota else ()),
        )


def _facts(rules: Iterable[CaseRules], of: Callable[[CaseRules], tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({name for rule in rules for name in of(rule)}))


def _of_gate(rule: CaseRules) -> tuple[str, ...]:
    return (*rule.tcm.numerator, *rule.tcm.denominator) if rule.tcm else ()


def _of_costs(rule: CaseRules) -> tuple[str, ...]:
    return (*rule.exclusions, *(one.fact for one in rule.additions.values()))
