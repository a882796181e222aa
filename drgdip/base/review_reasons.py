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
)  # fmt: skip
