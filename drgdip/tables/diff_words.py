"""Words for what a comparison of two editions shows: parts of an edition, and values of their entries."""

from __future__ import annotations

from drgdip.base.text import Text

PART_WORDS: dict[str, Text] = {
    "mdc": Text("主要诊断大类", "categories"),
    "adrg": Text("核心病组", "adjacent groups"),
    "drg": Text("病组", "groups"),
    "set": Text("集合", "sets"),
    "set_code": Text("集合编码", "codes of sets"),
    "complication": Text("并发症或合并症", "complications"),
    "exclusion_code": Text("排除表编码", "codes of exclusion tables"),
    "weight": Text("权重", "weights"),
    "edition": Text("版本参数", "numbers of the edition"),
    "group": Text("病种", "groups"),
    "principal_excluded": Text("不应作为主要诊断", "diagnoses not allowed as principal"),
    "operation_unused": Text("不用于分组的手术操作", "operations not used in grouping"),
    "coefficient": Text("辅助分型系数", "auxiliary coefficients"),
    "type_code": Text("手术操作治疗方式", "treatment types of operations"),
    "diagnosis_code": Text("诊断编码", "codes of diagnoses"),
    "procedure_code": Text("手术操作编码", "codes of operations"),
}
#: Values by name, for reading; others show their name.
FIELD_WORDS: dict[str, Text] = {
    "name": Text("名称", "name"),
    "rule": Text("规则", "rule"),
    "order": Text("排序", "order"),
    "kind": Text("层次", "layer"),
    "after": Text("排在其后的病种", "stands after"),
    "treatment_type": Text("治疗方式", "treatment type"),
    "diagnosis_category": Text("诊断", "diagnoses"),
    "operations": Text("手术操作", "operations"),
    "points": Text("分值", "points"),
    "mean_cost_yuan": Text("次均费用(元)", "mean cost (yuan)"),
    "mean_stay_days": Text("平均住院日", "mean stay in days"),
    "cv": Text("变异系数", "coefficient of variation"),
    "cases": Text("病例数", "cases"),
    "primary_care": Text("基层病种", "primary-care group"),
    "weight": Text("权重", "weight"),
    "upper_limit_multiple": Text("上限倍数", "upper limit, multiple"),
    "single_review": Text("特例单议", "single review"),
    "tcm": Text("中医优势病种", "group of Chinese medicine"),
    "diagnosis_place": Text("诊断位置", "place of the diagnosis"),
    "other_diagnoses": Text("其他诊断", "other diagnoses"),
    "operation_place": Text("首项手术位置", "place of the first operation"),
    "age_days": Text("日龄(天)", "age in days"),
    "age_years": Text("年龄(岁)", "age in years"),
    "birth_weight_g": Text("出生体重(克)", "birth weight (g)"),
    "coefficient": Text("系数", "coefficient"),
    "value": Text("值", "value"),
}
