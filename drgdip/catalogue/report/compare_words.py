"""The fixed words of a comparison, Chinese first."""

from __future__ import annotations

from drgdip.base.text import Text

COMPARE_WORDS: dict[str, Text] = {
    "compare_title": Text("DIP 病种目录比较与回测", "Two DIP catalogues compared"),
    "compare_year": Text("{year} 年病例", "stays of {year}"),
    "compare_cases": Text("病例数", "stays"),
    "compare_before": Text("原应付基金", "payable before"),
    "compare_after": Text("现应付基金", "payable after"),
    "compare_difference": Text("差额", "difference"),
    "compare_winners": Text("受益机构", "hospitals that gain"),
    "compare_losers": Text("受损机构", "hospitals that lose"),
    "compare_regrouped": Text("换组病例", "stays in another group"),
    "compare_factor": Text("分值调整系数", "factor on weights"),
    "held_all": Text(
        "政策按固定点值支付:新目录全部分值乘以 {factor},使总分值与上一版相同。",
        "Point values are fixed: all weights of the later edition are multiplied by {factor}, so that total points stay.",
    ),
    "held_unchanged": Text(
        "新目录中未变动的分值乘以 {factor},使总分值与上一版相同。",
        "Weights that did not change are multiplied by {factor}, so that total points stay.",
    ),
    "held_free": Text(
        "分值未作调整;点值浮动时由全年基金在总分值中分配。",
        "Weights are as published; where point values float, the year's fund is shared out by points.",
    ),
    "compare_pools": Text("各基金池", "By pool"),
    "compare_hospitals": Text("各机构受益与受损", "Hospitals that gain and lose"),
    "compare_groups": Text("各病种受益与受损", "Groups that gain and lose"),
    "compare_groups_note": Text(
        "按新目录的病种归集;差额最大者", "by group of the later edition; largest difference first"
    ),
    "compare_pairs": Text("换组去向", "Where stays move"),
    "compare_pairs_note": Text(
        "原病种与现病种不同的病例,差额最大者", "stays whose group is another, largest difference first"
    ),
    "compare_moves": Text("目录变动", "What moved in the catalogue"),
    "point_before": Text("原点值", "point value before"),
    "point_after": Text("现点值", "point value"),
    "compare_only": Text(
        "仅上一版能结算 {before} 例,仅新目录能结算 {after} 例(编码不在另一版编码表等)。",
        "{before} stays can be settled under the earlier edition only, {after} under the later only (codes and the like).",
    ),
    "compare_rest": Text(
        "此处列出差额最大的 {shown} 行,共 {all} 行;全部见 compare.xlsx。",
        "The {shown} rows with the largest difference out of {all}; all of them are in compare.xlsx.",
    ),
    "compare_foot": Text(
        "由两版目录、病例与政策重算得出,逐例经过月度结算的全部环节;相同输入得到相同内容。",
        "Recomputed from both editions, cases and policy, case by case through the process of payment; the same inputs give the same report.",
    ),
    "compare_weights_note": Text(
        "未指定政策:只比较入组与分值,各基金池费用总额按分值份额分配。",
        "No policy: groups and weights only; each pool's cost is shared out by points.",
    ),
    "edition_before": Text("上一版目录", "Earlier edition"),
    "edition_after": Text("新目录", "Later edition"),
}
