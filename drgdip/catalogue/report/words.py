"""The reports' fixed words, Chinese first."""

from __future__ import annotations

from drgdip.base.text import Text
from drgdip.catalogue.criteria import Criterion
from drgdip.catalogue.report.compare_words import COMPARE_WORDS
from drgdip.statement.words import WORDS as STATEMENT_WORDS

KINDS: dict[str, Text] = {
    "pre": Text("先期病种", "pre-groups"),
    "merge": Text("并项病种", "merged groups"),
    "assisted": Text("诊断辅助病种", "diagnosis-assisted groups"),
    "core": Text("核心病种", "core groups"),
    "comprehensive": Text("综合病种", "comprehensive groups"),
    "": Text("未入组", "ungrouped"),
}

TYPES: dict[str, Text] = {
    "surgery": Text("手术", "surgery"),
    "therapeutic": Text("治疗性操作", "therapeutic"),
    "diagnostic": Text("诊断性操作", "diagnostic"),
    "conservative": Text("保守治疗", "conservative"),
    "intervention": Text("介入", "intervention"),
    "": Text("", ""),
}

CRITERIA: dict[Criterion, Text] = {
    "core": Text("不是核心病种", "is no core group"),
    "cases": Text("病例数不足", "too few stays"),
    "variation": Text("变异系数超过上限", "variation above the limit"),
    "drift": Text("各年分值偏离过大", "weights of single years lie too far off"),
    "years": Text("有年度没有病例", "a year without stays"),
    "level_cases": Text("所列级别机构病例数不足", "too few stays at the levels"),
    "level_share": Text("所列级别机构占比不足", "too small a share of the levels"),
    "operations": Text("手术操作不符", "operations do not fit"),
}

TIERS: dict[str, Text] = {
    "tertiary": Text("三级", "tertiary"),
    "secondary": Text("二级", "secondary"),
    "primary": Text("一级", "primary"),
    "unrated": Text("未定级", "unrated"),
}

MOVES: dict[str, Text] = {
    "new": Text("新增", "new"),
    "gone": Text("取消", "gone"),
    "changed": Text("分值变动", "weight changed"),
    "same": Text("未变", "same"),
}

STANDINGS: dict[str, Text] = {
    "": Text("有出处", "as cited"),
    "disputed": Text("存疑", "disputed"),
    "unverified": Text("未核实", "unverified"),
    "memory": Text("凭一般知识", "general knowledge"),
}

WORDS: dict[str, Text] = {
    **STATEMENT_WORDS,
    "build_title": Text("DIP 病种目录测算报告", "Building the DIP catalogue"),
    "for_year": Text("{year} 年度用,依据 {first}–{last} 年病例", "for {year}, from the stays of {first}–{last}"),
    "reference_only": Text(
        "目录状态:{status}。发布前须经协商论证与核定。",
        "Status: {status}. It is not in force before it is agreed and published.",
    ),
    "stays_kept": Text("采用病例", "stays kept"),
    "coverage": Text("入组率", "coverage"),
    "group_count": Text("病种数", "groups"),
    "core_count": Text("核心病种", "core groups"),
    "region_mean": Text("全市次均费用", "mean cost of the region"),
    "core_variation": Text("核心病种变异系数(裁剪前→后)", "variation of core groups, before → after trimming"),
    "explained": Text("组间解释的费用方差", "variance that groups explain"),
    "threshold": Text("核心病种病例数下限", "stays that a core group needs"),
    "coverage_section": Text("覆盖", "Coverage"),
    "coverage_note": Text("各层病种的病例占比,逐年", "shares of stays by layer and year"),
    "layer": Text("病种类别", "layer"),
    "stays": Text("病例数", "stays"),
    "stay_share": Text("病例占比", "share of stays"),
    "cost_share": Text("费用占比", "share of cost"),
    "variation_section": Text("组内费用的一致性", "How alike costs within groups are"),
    "variation_note": Text(
        "核心病种(含先期、并项、诊断辅助)按变异系数分段的个数;深色为裁剪后,浅色为裁剪前",
        "groups but comprehensive ones by coefficient of variation; dark: after trimming, light: before",
    ),
    "variation_class": Text("变异系数", "variation"),
    "before_trim": Text("裁剪前病种数", "groups before trimming"),
    "after_trim": Text("裁剪后病种数", "groups after trimming"),
    "variation_means": Text(
        "按病例数加权的平均变异系数:核心病种 {core_before} → {core},全部病种 {all_before} → {all};全部入组病例合为一组时为 {region}。",
        "Mean variation, weighed by stays: core groups {core_before} → {core}, all groups {all_before} → {all}; "
        "of all grouped stays as one group {region}.",
    ),
    "explained_before": Text(
        "病种解释了入组病例费用方差的 {now}(上一版目录对同样的病例为 {before})。",
        "Groups explain {now} of the variance of cost (the earlier edition, on the same stays, {before}).",
    ),
    "explained_now": Text("病种解释了入组病例费用方差的 {now}。", "Groups explain {now} of the variance of cost."),
    "largest": Text("病例最多的病种", "Largest groups"),
    "missed_section": Text("未达标的病种", "Groups that miss the criteria"),
    "missed_note": Text(
        "变异系数不高于 {variation},各年分值偏离不超过 {drift},每年都有病例;综合病种不看变异系数",
        "variation at most {variation}, weights of single years within {drift}, stays in every year; comprehensive groups are not judged by variation",
    ),
    "criterion": Text("标准", "Criterion"),
    "missed_none": Text("所有病种都达标。", "Every group meets the criteria."),
    "misses": Text("未达标之处", "Misses"),
    "rest_missed": Text(
        "共 {all} 个病种,此处列出病例最多的 {shown} 个;全部见 catalogue.xlsx。",
        "The {shown} with the most stays out of {all}; all of them are in catalogue.xlsx.",
    ),
    "moves_section": Text("与上一版目录({edition})相比", "Against the earlier edition ({edition})"),
    "moves_counts": Text(
        "新增 {new} 个,取消 {gone} 个,分值变动 {changed} 个,未变 {same} 个(按入组规则对应,不看编码)。",
        "{new} new, {gone} gone, {changed} with another weight, {same} the same (matched by rule, not by code).",
    ),
    "moves_note": Text(
        "按 {year} 年病例,总分变动最大的病种", "with the stays of {year}: groups whose points move most"
    ),
    "move": Text("变动", "Move"),
    "effect_section": Text("对各机构的影响", "What it does to hospitals"),
    "effect_note": Text(
        "{year} 年病例;各基金池费用总额不变,按分值份额重新分配;不计机构系数与偏差规则",
        "stays of {year}; each pool's cost is held and shared out by points; without coefficients and deviation rules",
    ),
    "effect_sum": Text(
        "受益机构合计 {gain} 元,受损机构合计 {loss} 元,占费用总额 {share}。",
        "Hospitals gain {gain} and lose {loss} yuan, {share} of all cost.",
    ),
    "cleaning_section": Text("清洗与裁剪", "Cleaning and trimming"),
    "cleaning_rule": Text("清洗规则(按先后,每例只计一次)", "Rule (in order, each stay once)"),
    "cleaning_read": Text("读入", "read"),
    "cleaning_kept": Text("采用", "kept"),
    "trim_note": Text(
        "组内费用按分位数裁剪;病例不足 {minimum} 的病种不裁剪",
        "costs beyond quantiles of a group are left out; groups with fewer than {minimum} stays are left alone",
    ),
    "trim_none": Text("未裁剪。", "Nothing is trimmed."),
    "trimmed": Text("裁剪病例", "trimmed"),
    "trimmed_groups": Text("涉及病种", "groups concerned"),
    "trimmed_cost": Text("裁剪费用", "cost trimmed"),
    "levels_section": Text("机构级别系数", "Coefficients by level of hospital"),
    "inverted": Text(
        "级别系数倒挂:较高级别的系数低于较低级别,须论证。",
        "A higher level has a lower coefficient than a lower one: to be argued.",
    ),
    "too_few": Text("病例不足", "too few stays"),
    "lists_section": Text("目录清单", "Lists"),
    "list": Text("清单", "List"),
    "list_groups": Text("病种数", "groups"),
    "list_care": Text("基层病种", "primary care"),
    "list_tcm": Text("中医优势病种", "Chinese medicine"),
    "list_disease": Text("有病种级别系数的病种", "groups with coefficients of their own by level"),
    "list_auxiliary": Text("有辅助分型系数的病种", "groups with coefficients by sub-type"),
    "opening_section": Text("年初点值", "Opening point values"),
    "opening_cost": Text("加权费用", "weighted cost"),
    "opening_points": Text("加权分值", "weighted points"),
    "opening_value": Text("年初点值(元/分)", "opening point value (yuan per point)"),
    "settings_section": Text("测算参数", "Settings"),
    "setting": Text("参数", "Setting"),
    "setting_value": Text("取值", "Value"),
    "setting_cite": Text("出处", "Citation"),
    "setting_standing": Text("核实情况", "Standing"),
    "setting_note": Text("说明", "Note"),
    "basis": Text("测算依据", "What it rests on"),
    "edition": Text("目录版本", "Edition"),
    "base_lists": Text("编码与治疗方式表", "Code lists"),
    "year": Text("年度", "Year"),
    "build_foot": Text(
        "由历史病例与参数重算得出;相同输入得到相同内容。目录见 groups.csv,逐病种明细见 catalogue.xlsx。",
        "Recomputed from the stays and settings; the same inputs give the same report. groups.csv is the catalogue; catalogue.xlsx has every group.",
    ),
    **COMPARE_WORDS,
    "above": Text("高于 {limit}", "above {limit}"),
    "up_to": Text("{low}–{limit}", "{low}–{limit}"),
}
