"""What special-case review reads and writes."""

from __future__ import annotations

from drgdip.base.columns import Column

_SOURCE = "settlement arithmetic 6"

#: What pricing found before any decision; where a policy has special cases, pricing writes these names.
ORDINARY = {"route": "ordinary_route", "deviation_band": "ordinary_band", "points_e4": "ordinary_points_e4"}

#: What a decision says of a stay; it comes beside the cases. All zero: there is none, or none that takes effect.
JOINS = (
    Column("decision_outcome", "int8", "code", "特例评审结论", "decision (0 none, 1 by item, 2 adjusted, 3 rejected)"),
    Column("decision_allowed_fen", "int64", "fen", "评审认可费用", "cost that the decision allows to be paid by item"),
    Column("decision_factor_e4", "int64", "e4", "评审调整倍数", "factor that the decision sets on the standard points"),
    Column(
        "decision_points_e4", "int64", "e4", "评审核定分值", "points that the decision sets, where it sets no factor"
    ),
)

READS = (
    Column("ordinary_route", "int16", "reason", "评审前支付方式", "how the stay is paid before any decision"),
    Column("ordinary_band", "int16", "reason", "评审前费用偏差", "cost band before any decision"),
    Column("ordinary_points_e4", "int64", "e4", "评审前分值", "points before any decision"),
    Column("group_id", "int32", "id", "入组病种", "group"),
    Column("standard_points_e4", "int64", "e4", "标准分值", "RW × K × auxiliary"),
    Column("reference_cost_fen", "int64", "fen", "参照次均费用", "mean cost that the bill is compared with"),
    Column("total_cost_fen", "int64", "fen", "医疗费总额", "total cost of the stay"),
    Column("hospital_part_fen", "int64", "fen", "医院负担", "borne by the hospital"),
    Column("length_of_stay_days", "int32", "days", "实际住院天数", "length of stay"),
    Column("icu_hours", "int32", "hours", "重症监护小时数", "hours in intensive care"),
    Column("age_years", "int16", "years", "年龄", "age in years"),
    Column("age_days", "int16", "days", "不足一周岁天数", "age in days below one year"),
    Column("pool_index", "int16", "id", "基金池", "insurance pool"),
    *JOINS,
)

WRITES = (
    Column("special_eligible", "int8", "flag", "符合特例申请条件", "meets the conditions for special-case review", f"{_SOURCE}.1"),
    Column("special_outcome", "int16", "reason", "特例单议结果", "what special-case review changed", f"{_SOURCE}.4"),
    Column("route", "int16", "reason", "支付方式", "how the stay is paid", f"settlement arithmetic 2.8 and {_SOURCE[-1]}.4"),
    Column("deviation_band", "int16", "reason", "费用偏差", "cost band", f"settlement arithmetic 2.6–2.7 and {_SOURCE[-1]}.4"),
    Column("points_e4", "int64", "e4", "病例分值", "points of the stay", f"{_SOURCE}.4"),
    Column("allowed_cost_fen", "int64", "fen", "按项目认可费用", "cost that counts where the stay is paid by item", f"{_SOURCE}.4"),
)  # fmt: skip
