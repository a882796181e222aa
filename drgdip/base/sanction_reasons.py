"""Reasons of sanctions: samples, denials, readmission. Numbers from 750 on, within the hundred of clearing."""

from __future__ import annotations

from drgdip.base.reason import a_reason
from drgdip.base.text import Text

SANCTION_REASONS = (
    a_reason(750, "sample_not_drawn", "notice", "该病例不在抽样清单中,不计入", "the stay is not in the sample; it does not count",
              Text("请核对结算ID与抽样清单", "check the settlement ID against the sample")),
    a_reason(751, "sample_unchecked", "notice", "样本病例没有可用的核查结果,该机构不予放大扣减",
              "a stay of the sample has no usable result; its hospital gets no deduction",
              Text("请补齐核查结果后重新计算", "complete the check and work it out again")),
    a_reason(752, "sample_checked_twice", "notice", "同一病例有多条核查结果,均不采用", "the stay stands twice in the check; no result of it is used",
              Text("请只保留正确的一条", "keep the right one only")),
    a_reason(753, "sample_amount", "notice", "违规金额与核查结果不符或高于该病例基金支付,该行不采用",
              "the amount contradicts the result or is above what the fund paid for the stay; the row is not used",
              Text("请核对违规金额", "check the amount")),
    a_reason(754, "sample_no_annual_fund", "notice", "年度基金支付表没有该机构该基金池,不予放大扣减",
              "the yearly payments lack this hospital and pool; it gets no deduction",
              Text("请在 --annual 表中补充", "add it to the table of --annual")),
    a_reason(755, "denial_unknown_stay", "notice", "拒付决定的病例未找到", "the stay of the denial is not found",
              Text("请核对结算ID;以前月份的病例需以 --prior 给出该月结果", "check the settlement ID; for a stay of an earlier month give its run with --prior")),
    a_reason(756, "denial_repeated", "notice", "拒付决定编号重复,不再处理", "the number of the denial has been used; it is not taken twice",
              Text("请核对拒付清单", "check the list of denials")),
    a_reason(757, "denial_mode_not_allowed", "notice", "政策不允许该拒付方式", "the policy does not allow this mode",
              Text("请核对政策 sanctions.modes", "see sanctions.modes of the policy")),
    a_reason(758, "denial_amount_missing", "notice", "该拒付方式需要的金额为空或为零", "the mode needs an amount above zero",
              Text("请填写违规基金或违规费用", "fill in the denied fund amount or cost")),
    a_reason(759, "denial_unknown_group", "notice", "目录中没有更正的病种", "the edition has no such group",
              Text("请核对病种编码", "check the code of the group")),
    a_reason(760, "denial_before_discharge", "notice", "拒付决定早于出院", "the denial is dated before the discharge",
              Text("请核对日期", "check the date")),
    a_reason(761, "denial_nothing_left", "notice", "拒付金额超过该病例尚余应付,只扣到零为止",
              "more is denied than is left of the stay; it is taken down to zero",
              Text("超出部分如须追回,请另行处理", "what is beyond must be recovered otherwise, if at all")),
    a_reason(762, "denial_second_change", "notice", "该病例已重定费用、改组或作废,不再第二次改变",
              "the stay has been re-priced, regrouped or voided before; that happens once",
              Text("请以金额方式拒付,或撤销原决定", "deny an amount, or withdraw the earlier decision")),
    a_reason(763, "denial_month_changed", "notice", "按该病例结算月份的取值无法重现原支付,不予采用",
              "the values of the stay's month do not reproduce its payment; the denial is not used",
              Text("请恢复该月结算时的政策文件", "restore the policy file that the month was settled under")),
    a_reason(764, "denial_above_cost", "notice", "违规费用不小于该病例总费用", "the denied cost is not below the cost of the stay",
              Text("请核对金额,或按作废处理", "check the amount, or void the stay")),
    a_reason(765, "denial_other_year", "notice", "病例属于其他年度,不在月度结算中拒付",
              "the stay is of another year, which no month of this one denies",
              Text("请在该年度清算的扣款中处理,或按基金追回处理", "give it to the clearing of that year as a deduction, or recover it")),
    a_reason(766, "denial_without_effect", "notice", "按该方式重算后应付不减少,未扣款",
              "worked out this way the stay loses nothing; nothing is taken",
              Text("重定费用通常不影响按病种支付;请改用其他拒付方式", "a lower cost seldom changes a payment by group; use another mode")),
    a_reason(767, "readmission", "notice", "再次入院:在规定天数内同一参保人同病种(同类目)再次住院",
              "readmission: the same patient again, for the same, within the days that the policy names",
              Text("请核查是否分解住院", "see whether one stay was split into several")),
    a_reason(768, "readmission_no_person", "notice", "病例没有人员编号,无法判断再次入院", "stays without a person number: readmission cannot be seen",
              Text("请补充 psn_no", "give psn_no")),
    a_reason(769, "denial_no_section", "notice", "政策没有拒付规定(sanctions 一节),拒付不起作用",
              "the policy has no section sanctions: the denial has no effect under it",
              Text("如仍须适用,请在新政策中规定拒付", "give the policy a section sanctions if it is to count")),
)  # fmt: skip

#: What of a month lets a violation be suspected; its other reasons are about data, lists, or how a rule has decided.
SUSPICIONS = frozenset({"readmission", "held_screening"})
