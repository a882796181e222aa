"""What codes among the facts of findings mean, by rule: hospitals read sentences, not the names that programs have for things."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from drgdip.base.text import Language, Text
from drgdip.interface.fields import label

#: Of every rule.
WORDS: Mapping[str, Text] = {
    "HEADER_DETAIL_MISMATCH": Text("明细合计与总额不符", "the lines do not add up to the total"),
    "DUPLICATE": Text("明细流水号重复", "line numbers are repeated"),
    "NEGATIVE_WITHOUT_REFUND_REF": Text("负数量无对应原费用", "a negative quantity refers to no line"),
    "ORPHAN": Text("明细无对应结算", "lines without a settlement"),
    "DUPLICATE_SHARE": Text("重复明细过多", "too many repeated lines"),
    "UNMATCHED_SHARE": Text("无主明细过多", "too many lines without a settlement"),
    "COST": Text("费用", "cost"),
    "LOS": Text("住院天数", "length of stay"),
    "ICU": Text("重症监护", "intensive care"),
    "NEW_TECHNIQUE": Text("新药新技术", "new drug or technique"),
    "SEVERAL_DEPARTMENTS": Text("多学科危重", "critical care by several departments"),
    "no_procedure": Text("无手术操作", "no procedure"),
    "low_cost": Text("费用偏低", "low cost"),
    "exam_share": Text("检查检验占比高", "mostly tests"),
    "little_treatment": Text("治疗用药少", "little treatment"),
    "low_acuity_dx": Text("低标准诊断", "a diagnosis of low acuity"),
    "no_parenteral": Text("无注射用药", "no parenteral drug"),
    "low_nursing": Text("护理等级低", "low level of nursing"),
    "联合核查": Text("联合核查", "joint check"),
    "常规协查": Text("常规协查", "ordinary assistance"),
}
_LEVELS = {"YELLOW": Text("黄色", "yellow"), "ORANGE": Text("橙色", "orange"), "RED": Text("红色", "red")}
_OFTEN = {"days": Text("天数", "days")}
#: Rule -> its own codes. What a city names itself (items, groups, indicators, organs) stays as it is.
OF_RULES: Mapping[str, Mapping[str, Text]] = {
    "A01": {
        "MISSING": Text("缺少", "missing "), "CODE": Text("代码不在代码表中:", "code not in its table: "),
        "MAIN_DX_COUNT": Text("主要诊断个数 ", "principal diagnoses: "), "main_dx": Text("主要诊断", "principal diagnosis"),
        "DISCHARGE_BEFORE_ADMISSION": Text("出院早于入院", "discharged before admission"),
        "ACT_IPT_DAYS": Text("实际住院天数与日期不符", "days of stay do not agree with the dates"),
        "AGE": Text("年龄与出生日期不符", "age does not agree with the date of birth"),
        "NEWBORN_WEIGHT": Text("新生儿体重超出范围", "weight of the newborn out of range"),
        "NOT_PRINCIPAL": Text("主要诊断不得作主诊断", "a principal diagnosis that may be none"),
        "OPERATION_OUTSIDE_STAY": Text("手术日期不在住院期间", "an operation outside the stay"),
    },
    "A07": {"late": Text("迟传", "late")},
    "A08": {"death": Text("已死亡", "dead"), "not_insured": Text("未参保", "not insured")},
    "B03": {"work_injury": Text("工伤", "work injury"), "maternity": Text("生育", "maternity")},
    "B05": {"inpatient": Text("住院", "inpatient"), "emergency": Text("急诊", "emergency")},
    "B09": {"alone": Text("单味使用", "alone"), "never": Text("一概不付", "never paid")},
    "B16": {"非限制": Text("非限制", "not restricted"), "限制": Text("限制", "restricted"), "特殊": Text("特殊", "special")},
    "C01": {"单日": Text("单日", "a day"), "单次就诊": Text("单次就诊", "a visit"), "同一小时": Text("同一小时", "a clock hour")},
    "C12": _OFTEN,
    "C15": {"no_report": Text("无报告", "no report"), "not_executed": Text("计费多于执行", "more billed than executed")},
    "D08": {"indication": Text("无指征", "no indication"), "not_executed": Text("多于执行或常用次数", "more than was done or is usual")},
    "E07": {"no_cash": Text("个人无现金支付", "the patient paid no cash"), "occupancy": Text("床位超员", "more patients than beds")},
    "E12": {"sent_away": Text("短时转出后他院收治", "sent away and admitted elsewhere")},
    "E13": {
        "removed_twice": Text("器官重复切除", "removed twice"), "after_removal": Text("切除后又有相关诊疗", "treated after its removal"),
        "blood_type": Text("血型不同", "another blood type"), "face": Text("人脸比对不符", "another face"),
        "two_cities": Text("同时在两地就医", "in two cities at once"),
        "appendix": Text("阑尾", "appendix"), "uterus": Text("子宫", "uterus"), "gallbladder": Text("胆囊", "gallbladder"),
    },
    "E14": {
        "BED_DAYS": Text("计费床日多于住院天数", "more bed-days billed than stayed"),
        "NO_ADMISSION_ASSESSMENT": Text("无入院评估", "no assessment at admission"),
        "LATE_ASSESSMENT": Text("评估逾期", "an assessment too late"), "NURSING_GRADE": Text("护理等级高于评估", "a higher grade of nursing than assessed"),
        "MEDICAL_SHARE": Text("医疗费用占比过低", "too little medical care"), "BEDS": Text("在院人数超过床位", "more patients than beds"),
        "STAFF": Text("人员不足", "too little staff"),
    },
    "G04": {"own_pay": Text("自费占比倍数", "own pay, times"), "spending_around_stays": Text("住院前后门诊费用倍数", "spending around stays, times")},
    "G07": {
        "readmission": Text("二次入院", "readmission"), "low_standard": Text("低标入院", "low standard"),
        "long_stay": Text("超长住院", "long stays"), "death": Text("死亡风险", "deaths"),
    },
    "G09": {
        "not_principal": Text("该编码不得作主诊断", "this code may be no principal diagnosis"),
        "explains_more": Text("另一诊断占用资源更多:", "another explains more of the cost: "),
    },
    "I01": {
        **_LEVELS, "progress": Text("进度", "progress"), "cost": Text("费用增长", "growth of cost"),
        "admissions": Text("住院人次增长", "growth of admissions"), "mean_cost": Text("次均费用增长", "growth of the mean cost"),
    },
    "I02": _LEVELS,
    "I04": {
        "drugs": Text("药占比", "share of drugs"), "tests": Text("检查检验占比", "share of tests"),
        "consumables": Text("耗材占比", "share of consumables"), "treatment": Text("治疗占比", "share of treatment"),
    },
    "I06": {"terminate_3_years": Text("终止资格三年", "termination for three years"), "suspend": Text("暂停资格", "suspension"), "terminate": Text("终止资格", "termination")},
    "I08": {
        "line": Text("低于合格线", "below the line"), "last_of_list": Text("末位", "last of the list"),
        "sole_provider": Text("当地唯一机构", "the only one of its place"),
    },
    "I10": {"volume": Text("未完成约定采购量", "contracted volume not met"), "alternatives": Text("替代品占比高", "too many alternatives"),
            "price": Text("高于中选价", "above the procured price")},
    "I15": {"SELF_CORRECTED": Text("已自行纠正", "corrected by itself")},
    "I17": {
        "police": Text("公安机关", "the police"), "market": Text("市场监管部门", "the market regulator"),
        "health": Text("卫生健康部门", "the health authority"), "discipline": Text("纪检监察机关", "the discipline authority"),
    },
    "O06": {"round": Text("整数金额占", "round sums"), "same": Text("相同金额占", "equal sums"), "refunded": Text("退费占", "refunds")},
    "O11": {
        "per_hour": Text("一小时内开方过多", "too many in an hour"), "one_pharmacy": Text("集中于一家药店", "nearly all at one pharmacy"),
        "after_sale": Text("先售药后开方", "written after the sale"),
    },
    "O13": {"terminal": Text("终端不属该机构", "terminals of another place"), "operator": Text("同一操作员在多家机构", "one operator at several places")},
}  # fmt: skip
_UNITS = {"year": Text("岁", "years"), "month": Text("个月", "months"), "day": Text("天", "days")}
_UNIT = re.compile(r"(?<=\d) (year|month|day)\b")
_COUNTED = re.compile(r"(\d+) / (\d+) d")
_WITHIN = re.compile(r"(\d+)小时")
_CODE = re.compile(r"[A-Za-z]+(?:_[A-Za-z]+)+|[a-z]{4,}")
_HEAD = re.compile(r"([A-Za-z_]+)([:= ])(.*)", re.DOTALL)


def fact_word(rule: str, text: str, language: Language) -> str:
    """A text among the facts of a rule as people say it; one without words of its own stays as it is."""
    own = OF_RULES.get(rule, {})
    found = own.get(text) or WORDS.get(text)
    if found:
        return found.in_language(language)
    special = _SPECIAL.get(rule)
    if special:
        return special(text, language)
    head = _HEAD.fullmatch(text)
    if head and head[1] in own:
        rest = own.get(head[3])
        shown = rest.in_language(language) if rest else label(head[3]).in_language(language)
        word = own[head[1]].in_language(language)
        return f"{word}({shown})" if head[1] in _BRACKETED else f"{word}{head[2].strip(':=')}{shown}"
    return text


def formula_words(rule: str, formula: str, language: Language) -> str:
    """Arithmetic with the signs that it adds up as people say them."""
    return _CODE.sub(lambda code: fact_word(rule, code[0], language), formula)


#: Codes that stand before what they are about.
_BRACKETED = frozenset({"removed_twice", "after_removal"})


def _age(text: str, language: Language) -> str:
    return _UNIT.sub(lambda unit: f" {_UNITS[unit[1]].in_language(language)}", text)


def _kinds(text: str, language: Language) -> str:
    kinds = [
        OF_RULES["B05"][kind].in_language(language) if kind in OF_RULES["B05"] else kind for kind in text.split("|")
    ]
    return ("或" if language == "zh" else " or ").join(kinds)


def _within(text: str, language: Language) -> str:
    found = _WITHIN.fullmatch(text)
    return f"{found[1]} hours" if found and language == "en" else text


def _counted(text: str, language: Language) -> str:
    found = _COUNTED.fullmatch(text)
    if found is None:
        return text
    return f"{found[2]} 天内 {found[1]} 次" if language == "zh" else f"{found[1]} in {found[2]} days"


def _older(text: str, language: Language) -> str:
    return f"{text} {_UNITS['year'].in_language(language)}" if text.startswith("≥ ") else text


#: Rules whose texts are figures with units.
_SPECIAL: Mapping[str, Callable[[str, Language], str]] = {
    "B02": _age,
    "C01": _within,
    "B05": _kinds,
    "D05": _older,
    "O02": _counted,
    "E09": _counted,
}
