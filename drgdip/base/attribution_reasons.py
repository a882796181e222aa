"""Reasons of attribution: lists that come late or have not passed, interim bills, money that is held (2.9, 4.6, 8.1)."""

from __future__ import annotations

from drgdip.base.reason import a_reason
from drgdip.base.text import Text

ATTRIBUTION_REASONS = (
    a_reason(241, "list_attributed_later", "notice", "清单迟到,不在本月结算,归入所示月份",
             "the list came late: it is not settled this month but in the one shown",
             Text("无需处理;请将该病例列入所示月份的病例文件", "nothing to do; see that the stay is in the file of the month shown")),
    a_reason(242, "list_of_earlier_month", "notice", "迟到清单,由所示月份归入本月结算",
             "a late list of the month shown, settled this month",
             Text("无需处理", "nothing to do")),
    a_reason(243, "list_not_passed", "excluded", "结算清单未通过审核(状态非 2),待通过后结算",
             "the settlement list has not passed (its state is not 2); the stay waits until it has",
             Text("请更正清单,通过后列入病例文件", "correct the list; settle the stay once it has passed")),
    a_reason(244, "interim_not_found", "excluded", "出院账单的中途结算未在以前各月结果中找到,不予结算",
             "the interim bills of a final bill are not found in earlier runs; it is not settled",
             Text("请用 --prior 给出中途结算所在月份的结果", "give the runs that settled them with --prior")),
    a_reason(245, "interim_deducted", "notice", "出院账单与中途结算合并入组,已扣除所示月份的中途结算支付",
             "the stay is paid as a whole by its final bill; what interim bills of the months shown were paid is deducted",
             Text("无需处理", "nothing to do")),
    a_reason(247, "list_before_discharge", "notice", "清单登记的到达日早于出院日,该清单按未通过处理",
             "the register says that the list came before the discharge: it counts as one that has not passed",
             Text("请核对登记中的到达日", "check the day of arrival in the register")),
    a_reason(246, "list_repeated", "notice", "清单登记中该结算ID重复,仅采用第一行", "the settlement ID stands twice in the register; its first row counts",
             Text("请保留一行", "keep one of them")),
)  # fmt: skip

HOLD_REASONS = (
    a_reason(710, "not_held", "outcome", "随本月支付", "paid with the month"),
    a_reason(711, "held_late_list", "outcome", "迟到清单,留待清算支付", "a late list, paid when the year is cleared"),
    a_reason(
        712, "held_suspended", "outcome", "医疗机构暂停结算,暂不支付", "the hospital is suspended; not paid meanwhile"
    ),
    a_reason(713, "held_screening", "outcome", "疑点未办结,暂缓支付涉及金额", "a finding is open; what it may take is not paid meanwhile"),
)  # fmt: skip
