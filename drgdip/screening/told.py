"""What people read of outcomes and of why a rule did not run: the words for codes that files for programs keep."""

from __future__ import annotations

from collections.abc import Mapping

from drgdip.base.text import Text
from drgdip.interface.fields import label
from drgdip.screening.catalogue import rules
from drgdip.screening.fact_words import fact_word

#: Outcome -> what is done.
OUTCOME_WORDS: Mapping[str, Text] = {
    "DENY_LINE": Text("拒付明细", "deny line"), "DENY_EXCESS": Text("拒付超量", "deny excess"), "DENY_PRICE": Text("拒付超价", "deny price"),
    "DENY_SETTLEMENT": Text("拒付门诊结算", "deny settlement"), "DENY_CASE": Text("拒付病例", "deny case"),
    "HOLD_LINE": Text("暂缓明细", "hold line"), "HOLD_CASE": Text("暂缓病例", "hold case"),
    "HOLD_SETTLEMENT": Text("暂缓门诊结算", "hold settlement"), "REGROUP": Text("改组", "regroup"), "CUT_POINTS": Text("扣减点数", "cut points"),
    "WARN": Text("提示", "warn"), "NOTIFY": Text("推送医师端", "notify"), "REFER": Text("移送核查", "refer"),
    "SPECIAL_REVIEW": Text("特例单议", "special review"), "QUEUE_OVER_QUOTA": Text("单议超额候补", "queue over quota"),
    "ROUTE": Text("确定适用地区", "route"), "DEDUCT_RATIO": Text("按比例扣减", "deduct ratio"), "COEF": Text("调整系数", "coefficient"),
    "POINTS": Text("记分", "points"), "GRADE": Text("评级", "grade"), "DISPOSE": Text("考核处理", "dispose"), "LIMIT": Text("限制", "limit"),
    "BUDGET": Text("浮动预算", "budget"), "SELECT": Text("抽取", "select"), "RATE": Text("核定", "rate"), "SELF": Text("自查自纠", "self-corrected"),
    "TRANSFER": Text("移交", "transfer"), "OFFSET": Text("抵扣", "offset"),
}  # fmt: skip
_TABLES: Mapping[str, str] = {
    "cases": "病例表", "fee_lines": "费用明细表", "outpatient_settlements": "门诊结算表", "outpatient_lines": "门诊明细表", "drug_lines": "购药明细表",
    "drug_trace": "追溯码表", "pairs": "再入院对子表", "patients": "参保人表", "institutions": "机构表", "staff": "医师表", "inventory": "进销存表",
    "orders": "医嘱执行表", "manual_claims": "手工报销表", "care_assessments": "护理评估表", "inst_month": "机构月度表", "inst_facts": "机构情况表",
    "upheld_findings": "已维持疑点表", "sample_reviews": "抽样审核表", "self_returns": "自查退回表", "record_reviews": "病案复核表",
}  # fmt: skip
#: Reason -> why there is no answer, in Chinese.
_REASONS: Mapping[str, str] = {
    "no_grouper": "未给分组依据(--policy 或 --group-by)", "no_weight_or_mean": "无权重或均费", "no_upheld_pair": "无已维持的对子",
    "no_operation": "无手术操作", "no_subjects": "无可判断的对象", "not_listed": "清单未列", "not_applied": "未申请", "too_few_peers": "同类不足",
    "too_few_cases": "病例不足", "too_few_settlements": "结算不足", "too_few_persons": "人数不足", "too_few_known": "可识别的不足",
    "too_little_support": "支持例数不足", "discharge_before_admission": "出院早于入院", "limit_without_ages": "限定未写明年龄", "code_form": "编码格式不符",
}  # fmt: skip


def outcome_words(outcome: str) -> Text:
    """An outcome as people read it, in English by its code."""
    return Text(OUTCOME_WORDS[outcome].zh if outcome in OUTCOME_WORDS else outcome, outcome)


def reason_words(rule: str, reason: str) -> Text:
    """Why a rule did not run, in English by its code."""
    kind, _, what = reason.partition(":")
    if kind == "missing":
        zh = f"缺{_TABLES.get(what) or label(what).zh}"
    elif kind == "held":
        zh = f"数据校验 {what} 暂缓"
    elif kind == "list_absent":
        own = rules()[rule].parameters if rule in rules() else {}
        zh = f"未给{own[what].words.zh if what in own else what}"
    elif kind == "undecided":
        zh = f"征象不明({'、'.join(fact_word(rule, sign, 'zh') for sign in what.split('+'))})"
    else:
        zh = _REASONS.get(reason, reason)
    return Text(zh, reason)
