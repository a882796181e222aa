"""Columns of the statement that a policy may ask for: special-case review, denials, money held."""

from __future__ import annotations

from drgdip.base.text import Text
from drgdip.statement.output_column import OutputColumn
from drgdip.statement.output_column import column as _column

#: Beside the others where the policy has special-case review.
SPECIAL_COLUMNS: tuple[OutputColumn, ...] = (
    _column("special_cases", "special_cases", "count", "特例病例", "special cases",
            Text("本月病例中特例单议决定生效的病例数", "cases of the month that a decision of special-case review changed"), "6.4"),
    _column("special_difference_fen", "special_difference_yuan", "yuan", "特例补差", "special-case difference",
            Text("对以前月份病例的特例单议决定,在本月入账的应付差额",
                 "difference in payable of stays of earlier months, posted in the month of decision"), "6.4"),
)  # fmt: skip


#: Beside the others where the policy has denials.
DENIAL_COLUMNS: tuple[OutputColumn, ...] = (
    _column("denied_cases", "denied_cases", "count", "拒付病例", "denied cases",
            Text("本月病例中有拒付决定的病例数", "cases of the month with a denial"), "8.3"),
    _column("denied_fen", "denied_yuan", "yuan", "本月病例拒付", "denied",
            Text("本月病例的拒付金额,已计入审核扣款", "denied of the month's cases; among the audit deductions"), "8.3"),
    _column("denied_points_e4", "denied_points", "points", "移出分值", "denied points",
            Text("确定点值前移出基金池的分值", "points that left the pool before its point value"), "8.3"),
    _column("denied_earlier_fen", "denied_earlier_yuan", "yuan", "以前月份病例拒付", "denied, earlier months",
            Text("以前月份病例的拒付金额,已计入审核扣款",
                 "denied of cases of earlier months; among the audit deductions"), "8.3"),
)  # fmt: skip


#: Beside the others where the policy attributes late lists, suspends hospitals, or holds what open findings may take.
HOLD_COLUMNS: tuple[OutputColumn, ...] = (
    _column("late_cases", "late_cases", "count", "迟到清单病例", "late lists",
            Text("因清单迟到归入本月的病例数", "cases of the month whose lists came late and moved them here"), "2.9"),
    _column("held_cases", "held_cases", "count", "暂缓支付病例", "cases held",
            Text("暂缓支付的本月病例数(迟到留待清算、机构暂停结算、疑点未办结)",
                 "cases of the month that are paid later, as a whole or in part: late lists, suspended hospitals, open findings"), "2.9, 8.1, 8.3"),
    _column("held_fen", "held_yuan", "yuan", "暂缓支付", "held",
            Text("暂缓支付的应付基金(疑点为涉及金额),不在本期拨付",
                 "payable of these cases, or what findings may take of it; not due this month"), "2.9, 8.1, 8.3"),
    _column("released_fen", "released_yuan", "yuan", "恢复支付", "released",
            Text("以前月份暂缓、随本期拨付的应付基金(其中拒付的另列扣款)",
                 "payable that earlier months held and this month pays; what is denied of it is among the deductions"), "8.1, 8.3"),
)  # fmt: skip

#: Beside the others where the policy has mixed methods under one total.
MIXED_COLUMNS: tuple[OutputColumn, ...] = (
    _column(
        "over_ceiling_fen", "over_ceiling_yuan", "yuan", "超总额", "over ceiling",
        Text("各支付方式合计超出行上限或机构总额的应付基金,不在本期拨付", "payable of all methods beyond their caps or the hospital's ceiling; not due"), "8.5",
    ),
)  # fmt: skip
