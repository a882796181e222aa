"""Reasons of decisions on findings of screening. Numbers from 780 on, within the hundred of clearing."""

from __future__ import annotations

from drgdip.base.reason import a_reason
from drgdip.base.text import Text

REVIEW_REASONS = (
    a_reason(780, "review_unknown_finding", "notice", "没有该疑点", "there is no such finding",
             Text("请核对疑点编号(finding_key)与上次结果", "check the key against the earlier results")),
    a_reason(781, "review_not_possible", "notice", "疑点的当前状态不允许该决定", "the state of the finding does not allow this decision",
             Text("请按审核流程的顺序填写;见 states.csv", "follow the order of the workflow; see states.csv")),
    a_reason(782, "review_same_person", "notice", "复审人与初审人相同", "the second reviewer is the first one",
             Text("请由另一人复审", "have somebody else review it")),
    a_reason(783, "review_later_than_day", "notice", "决定日期晚于本次审核的日期", "the decision is dated after the day of this run",
             Text("请核对日期,或以较晚的 --as-of 运行", "check the date, or run with a later --as-of")),
    a_reason(786, "review_before_facts", "notice", "决定日期早于发现该疑点或其事实变化的日期", "the decision is older than the finding, or than the facts that it has now",
             Text("请按现有事实重新决定;见 events.jsonl", "decide on the facts at hand; see events.jsonl")),
    a_reason(789, "review_unknown_reason", "notice", "理由不是代码表中的代码,决定照常采用,但不计入任何理由",
             "the reason is no code of the list; the decision stands and counts under none",
             Text("请改用 review_reasons 中的代码(如 CLINICAL_NEED、RULE_ERROR),或在参数文件中增列", "use a code of the list (CLINICAL_NEED, RULE_ERROR …), or add it under review_reasons of the params file")),
    a_reason(788, "stay_number_not_possible", "notice", "天数或体重为负或过大", "days or a weight are below zero or too large",
             Text("请核对并更正;该值按缺失处理", "check and correct it; it counts as missing")),
    a_reason(787, "negative_settlement", "notice", "未退费的结算,其金额为负", "an amount of a settlement that was not refunded is negative",
             Text("请核对;退费请以冲销结算(refd_setl_flag=1)上传。该值按缺失处理", "check it; a refund is a settlement with refd_setl_flag=1; the amount counts as missing")),
    a_reason(784, "held_repeated", "notice", "暂缓清单中疑点编号重复,只采用第一行", "the finding stands twice among those that are held; its first row counts",
             Text("请使用审核结果中未改动的 held.csv", "use held.csv as the screening has written it")),
    a_reason(785, "held_too_late", "notice", "该病例已在以前月份支付,疑点未办结前不再暂缓;拒付时由当月扣回",
             "the stay was paid in an earlier month: nothing of it is held; a denial is taken from the month of decision",
             Text("无需处理;请在月度结算之前完成审核", "nothing to do; screen a month before it is settled")),
)  # fmt: skip
