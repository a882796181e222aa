"""Columns of the back-test's tables."""

from __future__ import annotations

from drgdip.base.text import Text
from drgdip.catalogue.report.columns import column
from drgdip.statement.columns import OutputColumn

_MONEY = (
    column("cases_before", "cases_before", "count", "原病例数", "cases before", Text("原政策下结算的病例", "settled under the old policy"), "4.3"),
    column("cases", "cases", "count", "现病例数", "cases", Text("新政策下结算的病例", "settled under the new policy"), "4.3"),
    column("points_before_e4", "points_before", "points", "原分值", "points before", Text("原政策下的病例分值", "points under the old policy"), "2.5-2.7"),
    column("points_e4", "points", "points", "现分值", "points", Text("新政策下的病例分值", "points under the new policy"), "2.5-2.7"),
    column("before_fen", "payable_before_yuan", "yuan", "原应付", "payable before", Text("原政策下的应付基金", "payable under the old policy"), "4.2"),
    column("after_fen", "payable_yuan", "yuan", "现应付", "payable", Text("新政策下的应付基金", "payable under the new policy"), "4.2"),
    column("difference_fen", "difference_yuan", "yuan", "差额", "difference", Text("现应付−原应付", "payable − before"), "4.2"),
    column("change_e4", "change", "ratio", "变化率", "change", Text("差额÷原应付", "difference ÷ payable before"), "4.2"),
)  # fmt: skip
_DUE = (
    column("due_before_fen", "due_before_yuan", "yuan", "原应拨", "due before", Text("原应付减预留金", "payable before less retained"), "4.1"),
    column("due_fen", "due_yuan", "yuan", "现应拨", "due", Text("现应付减预留金", "payable less retained"), "4.1"),
    column("due_difference_fen", "due_difference_yuan", "yuan", "应拨差额", "difference of due", Text("现应拨−原应拨", "due − before"), "4.1"),
)  # fmt: skip
_POOL = column(
    "pool", "pool", "text", "基金池代码", "pool", Text("政策文件中的基金池代码", "key of the pool in the policy"), "0.1"
)
_HOSPITAL = column("code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code", Text("国家编码", "national code of the hospital"), "4.3")  # fmt: skip

HOSPITAL_COLUMNS: tuple[OutputColumn, ...] = (_HOSPITAL, *_MONEY, *_DUE)
HOSPITAL_POOL_COLUMNS: tuple[OutputColumn, ...] = (_HOSPITAL, _POOL, *_MONEY, *_DUE)
POOL_COLUMNS: tuple[OutputColumn, ...] = (
    column("code", "pool", "text", "基金池代码", "pool", Text("政策文件中的基金池代码", "key of the pool in the policy"), "0.1"),
    column("name", "pool_name", "text", "基金池", "pool name", Text("基金池名称", "name of the pool"), "0.1"),
    *_MONEY, *_DUE,
)  # fmt: skip
GROUP_COLUMNS: tuple[OutputColumn, ...] = (
    column("code", "dip_code", "text", "病种编码", "group code", Text("空为未入组", "empty: ungrouped"), "1.3"),
    column("name", "dip_name", "text", "病种名称", "group name", Text("病种名称", "name of the group"), "1.3"),
    *_MONEY,
)  # fmt: skip
_CAUSE = column("cause", "section", "text", "成因(政策章节)", "section", Text("按文件次序逐节换成新政策,再加特例单议决定(decisions)与拒付(denials);相加恰为总差额", "sections of the new policy, exchanged one after another in the order of the file, then decisions and denials; they add up"), "11")  # fmt: skip
_MOVED = (
    column("difference_fen", "difference_yuan", "yuan", "应付差额", "difference", Text("换入该节所改变的应付", "by how much its exchange moves what is payable"), "4.2"),
    column("due_difference_fen", "due_difference_yuan", "yuan", "应拨差额", "difference of due", Text("换入该节所改变的应拨", "by how much its exchange moves what is due"), "4.1"),
)  # fmt: skip
BY_CAUSE_COLUMNS: tuple[OutputColumn, ...] = (_CAUSE, *_MOVED)
CAUSE_COLUMNS: tuple[OutputColumn, ...] = (
    _CAUSE,
    column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code", Text("国家编码", "national code of the hospital"), "4.3"),
    _POOL, *_MOVED,
)  # fmt: skip
#: Decisions, denials and open findings that a policy leaves without effect.
NOT_APPLIED_COLUMNS: tuple[OutputColumn, ...] = (
    column("side", "side", "text", "政策", "policy", Text("old 原政策,new 新政策,both 两者", "old, new or both"), "11"),
    column("kind", "kind", "text", "类别", "kind", Text("decision 特例单议决定,denial 拒付,finding 未办结疑点", "decision, denial or (open) finding"), "6.4, 8.3"),
    column("id", "id", "text", "编号", "ID", Text("决定或拒付的编号", "of the decision or denial"), "6.4, 8.3"),
    column("setl_id", "setl_id", "text", "结算ID", "settlement ID", Text("病例", "of the stay"), "6.4, 8.3"),
    column("month", "month", "text", "月份", "month", Text("病例结算月份;按年累计的为末月", "of the stay; of a year to date the last"), "6.4, 8.3"),
    column("why", "why", "text", "原因", "reason", Text("原因的键", "key of the reason"), "6.4, 8.3"),
    column("words", "words", "text", "说明", "words", Text("原因", "what is so"), "6.4, 8.3"),
    column("remedy", "remedy", "text", "处理", "remedy", Text("如何处理", "what to do about it"), "6.4, 8.3"),
)  # fmt: skip
