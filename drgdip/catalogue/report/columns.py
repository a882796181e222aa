"""Columns of the reports' tables, with their meaning, so that one sheet of definitions covers all."""

from __future__ import annotations

from drgdip.base.text import Text
from drgdip.statement.columns import OutputColumn, Unit


def column(field: str, header: str, unit: Unit, zh: str, en: str, meaning: Text, source: str) -> OutputColumn:
    """A column whose source is a section of the settlement arithmetic."""
    return OutputColumn(field, header, unit, Text(zh, en), meaning,
                        Text(f"结算算法规范 {source}", f"Settlement arithmetic {source}"))  # fmt: skip


GROUP_COLUMNS: tuple[OutputColumn, ...] = (
    column("code", "dip_code", "text", "病种编码", "group code", Text("本目录的病种编码", "code in this catalogue"), "1.3"),
    column("name", "dip_name", "text", "病种名称", "group name", Text("类目与操作的名称", "names of category and operations"), "1.3"),
    column("kind", "kind", "text", "类别", "layer", Text("先期、并项、诊断辅助、核心或综合", "pre, merge, assisted, core or comprehensive"), "1.3"),
    column("treatment_type", "treatment_type", "text", "治疗方式", "type", Text("保守或主要操作的类型", "conservative, or the type of the main operation"), "1.3"),
    column("category", "diagnosis_category", "text", "诊断类目", "category", Text("核心病种为亚目,综合病种为类目", "four characters for core groups, three for comprehensive ones"), "1.4"),
    column("operations", "operations", "text", "手术操作", "operations", Text("+ 为同时具备,/ 为任一", "+ joins what must all be there, / alternatives"), "1.4"),
    column("points_e4", "points", "points", "分值", "weight", Text("病种分值", "relative weight of the group"), "1.2"),
    column("mean_cost_fen", "mean_cost_yuan", "yuan", "次均费用", "mean cost", Text("各年裁剪后均值按年度权重加权", "means of trimmed years, weighed by year"), "1.2"),
    column("cases", "cases", "count", "病例数", "stays", Text("全部年度、裁剪前", "all years, before trimming"), "1.1"),
    column("share_e4", "share", "ratio", "病例占比", "share of stays", Text("占采用病例的比例", "of all stays kept"), "1.1"),
    column("cost_fen", "cost_yuan", "yuan", "总费用", "cost", Text("全部年度、裁剪前", "all years, before trimming"), "1.2"),
    column("trimmed", "trimmed", "count", "裁剪病例", "trimmed", Text("费用在分位数之外、测算时不计的病例", "stays whose cost lies beyond the quantiles"), "2.2"),
    column("mean_stay_e4", "mean_stay_days", "ratio", "平均住院日", "mean stay", Text("裁剪后病例的平均住院天数", "days, of stays that trimming keeps"), "1.2"),
    column("variation_before_e4", "cv_before", "ratio", "变异系数(裁剪前)", "variation before", Text("标准差÷均值,裁剪前", "standard deviation ÷ mean, before trimming"), "10"),
    column("variation_e4", "cv", "ratio", "变异系数(裁剪后)", "variation", Text("标准差÷均值,裁剪后", "standard deviation ÷ mean, after trimming"), "10"),
    column("drift_e4", "drift", "ratio", "年度偏离", "drift", Text("单年分值与分值之差占分值的最大比例", "furthest that a single year's weight lies off, as a share"), "1.2"),
    column("primary_care", "primary_care", "code", "基层病种", "primary care", Text("1 为基层病种", "1: of primary care"), "1.3"),
    column("tcm", "tcm", "code", "中医优势", "Chinese medicine", Text("1 为中医优势病种", "1: of Chinese medicine"), "1.3"),
    column("coefficients", "level_coefficients", "count", "级别系数个数", "coefficients", Text("有本病种系数的机构级别数", "levels that have a coefficient of the group's own"), "2.3"),
    column("misses", "misses", "text", "未达标之处", "misses", Text("未满足的质量标准", "criteria that the group misses"), "10"),
)  # fmt: skip

MOVE_COLUMNS: tuple[OutputColumn, ...] = (
    column("kind", "move", "text", "变动", "move", Text("新增、取消、分值变动或未变", "new, gone, changed or same"), "1.2"),
    column("code_before", "code_before", "text", "原编码", "code before", Text("上一版目录的编码", "in the earlier edition"), "1.3"),
    column("code", "code", "text", "现编码", "code", Text("本目录的编码", "in this edition"), "1.3"),
    column("name", "name", "text", "病种名称", "name", Text("病种名称", "name of the group"), "1.3"),
    column("points_before_e4", "points_before", "points", "原分值", "weight before", Text("换算到本目录的分值基数", "in this edition's scale"), "1.2"),
    column("points_e4", "points", "points", "现分值", "weight", Text("本目录的分值", "in this edition"), "1.2"),
    column("change_e4", "change", "ratio", "分值变化率", "change", Text("(现分值−原分值)÷原分值", "(weight − before) ÷ before"), "1.2"),
    column("cases_before", "cases_before", "count", "原病例数", "stays before", Text("所示年度按上一版目录入组的病例", "of the year, grouped by the earlier edition"), "1.4"),
    column("cases", "cases", "count", "现病例数", "stays", Text("所示年度按本目录入组的病例", "of the year, grouped by this edition"), "1.4"),
    column("total_before_e4", "total_before", "points", "原总分", "points before", Text("原分值×原病例数", "weight × stays before"), "1.2"),
    column("total_e4", "total", "points", "现总分", "points", Text("现分值×现病例数", "weight × stays"), "1.2"),
    column("effect_e4", "effect", "points", "总分变化", "effect", Text("现总分−原总分", "points − before"), "1.2"),
)  # fmt: skip

EFFECT_COLUMNS: tuple[OutputColumn, ...] = (
    column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code", Text("国家编码的定点医药机构编号", "national code of the hospital"), "5.2"),
    column("pool", "pool", "text", "基金池代码", "pool", Text("基金池;合计行为空", "pool; empty in sums"), "0.1"),
    column("cases", "cases", "count", "病例数", "stays", Text("所示年度的病例", "of the year"), "5.2"),
    column("cost_fen", "cost_yuan", "yuan", "医疗费总额", "cost", Text("这些病例的费用", "of these stays"), "0.1"),
    column("before_e4", "points_before", "points", "原分值合计", "points before", Text("按上一版目录;未入组按费用折算", "by the earlier edition; ungrouped stays by their cost"), "2.6"),
    column("after_e4", "points", "points", "现分值合计", "points", Text("按本目录;未入组按费用折算", "by this edition; ungrouped stays by their cost"), "2.6"),
    column("before_fen", "share_before_yuan", "yuan", "原份额", "share before", Text("基金池费用总额按原分值分配", "the pool's cost shared out by the points before"), "2.1"),
    column("after_fen", "share_yuan", "yuan", "现份额", "share", Text("基金池费用总额按现分值分配", "the pool's cost shared out by the points now"), "2.1"),
    column("difference_fen", "difference_yuan", "yuan", "影响", "effect", Text("现份额−原份额;各池合计为零", "share − before; each pool's sum is zero"), "2.1"),
    column("change_e4", "change", "ratio", "变化率", "change", Text("影响÷原份额", "effect ÷ share before"), "2.1"),
)  # fmt: skip


def pick(columns: tuple[OutputColumn, ...], fields: tuple[str, ...]) -> list[OutputColumn]:
    """The columns of these fields, in their order."""
    by_field = {column.field: column for column in columns}
    return [by_field[field] for field in fields]
