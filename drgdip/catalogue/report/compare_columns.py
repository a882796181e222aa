"""Columns of the comparison of two editions."""

from __future__ import annotations

from drgdip.base.text import Text
from drgdip.catalogue.report.columns import column
from drgdip.statement.columns import OutputColumn

_PAID = (
    column("points_before_e4", "points_before", "points", "原分值合计", "points before", Text("上一版目录下的病例分值之和", "points of cases under the earlier edition"), "2.5-2.7"),
    column("points_after_e4", "points", "points", "现分值合计", "points", Text("新目录下的病例分值之和", "points of cases under the later edition"), "2.5-2.7"),
    column("before_fen", "payable_before_yuan", "yuan", "原应付", "payable before", Text("上一版目录下的应付基金", "payable under the earlier edition"), "4.2"),
    column("after_fen", "payable_yuan", "yuan", "现应付", "payable", Text("新目录下的应付基金", "payable under the later edition"), "4.2"),
    column("difference_fen", "difference_yuan", "yuan", "差额", "difference", Text("现应付−原应付", "payable − before"), "4.2"),
)  # fmt: skip
_CHANGE = column(
    "change_e4", "change", "ratio", "变化率", "change", Text("差额÷原应付", "difference ÷ payable before"), "4.2"
)
_CASES = column(
    "cases",
    "cases",
    "count",
    "病例数",
    "cases",
    Text("新目录下结算的病例", "cases settled under the later edition"),
    "4.3",
)

POOL_COLUMNS: tuple[OutputColumn, ...] = (
    column("code", "pool", "text", "基金池代码", "pool", Text("政策文件中的基金池代码", "key of the pool"), "0.1"),
    column("name", "pool_name", "text", "基金池", "pool name", Text("基金池名称", "name of the pool"), "0.1"),
    _CASES, *_PAID, _CHANGE,
)  # fmt: skip
HOSPITAL_COLUMNS: tuple[OutputColumn, ...] = (
    column("code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code", Text("国家编码的定点医药机构编号", "national code of the hospital"), "4.3"),
    column("pool", "pool", "text", "基金池代码", "pool", Text("基金池;合计行为空", "pool; empty in sums"), "0.1"),
    _CASES, *_PAID, _CHANGE,
)  # fmt: skip
GROUP_COLUMNS: tuple[OutputColumn, ...] = (
    column("code", "dip_code", "text", "病种编码", "group code", Text("新目录的病种;空为未入组", "group of the later edition; empty: ungrouped"), "1.3"),
    column("name", "dip_name", "text", "病种名称", "group name", Text("病种名称", "name of the group"), "1.3"),
    _CASES, *_PAID, _CHANGE,
)  # fmt: skip
PAIR_COLUMNS: tuple[OutputColumn, ...] = (
    column("code_before", "code_before", "text", "原病种", "group before", Text("上一版目录的病种;空为未入组", "group of the earlier edition; empty: ungrouped"), "1.4"),
    column("code", "code", "text", "现病种", "group", Text("新目录的病种;空为未入组", "group of the later edition; empty: ungrouped"), "1.4"),
    column("name", "name", "text", "病种名称", "name", Text("病种名称", "name of the group"), "1.3"),
    _CASES,
    column("cost_fen", "cost_yuan", "yuan", "医疗费总额", "cost", Text("这些病例的费用", "of these stays"), "0.1"),
    *_PAID,
)  # fmt: skip
