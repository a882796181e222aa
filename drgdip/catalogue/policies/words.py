"""The fixed words of a back-test of policies, Chinese first."""

from __future__ import annotations

from drgdip.base.text import Text
from drgdip.catalogue.report.words import WORDS as REPORT_WORDS

WORDS: dict[str, Text] = {
    **REPORT_WORDS,
    "policies_title": Text("支付政策回测", "Two payment policies back-tested"),
    "policies_months": Text("期间 {months}", "months {months}"),
    "policy_before": Text("原政策", "Old policy"),
    "policy_after": Text("新政策", "New policy"),
    "policies_due": Text("应拨差额", "difference of what is due"),
    "policies_causes": Text("成因:政策各节各改变多少", "Causes: what each section moves"),
    "policies_causes_note": Text(
        "按政策文件的次序逐节由原政策换成新政策,每节的份额为换入后的增减,不能单独成立的几节合为一项;再加特例单议决定(decisions)、"
        "拒付(denials)与疑点暂缓(holds),其份额为新政策下的增减比原政策下多多少;相加恰为总差额",
        "sections are exchanged one after another in the order of the file; each share is what its exchange adds, and they "
        "come to the whole difference; sections that do not fit alone stand together. Last come decisions, denials and what open findings hold (holds): what each "
        "moves more under the new policy than under the old one",
    ),
    "policies_same": Text("两个政策在该期间的取值相同。", "Both policies have the same values in this period."),
    "policies_foot": Text(
        "由病例与两个政策重算得出,逐例经过月度结算的全部环节;除拒付外不含扣款;相同输入得到相同内容。",
        "Recomputed from cases and both policies, case by case; without deductions other than denials; the same inputs give the same report.",
    ),
    "policies_rest": Text(
        "此处列出差额最大的 {shown} 行,共 {all} 行;全部见 backtest.xlsx。",
        "The {shown} rows with the largest difference out of {all}; all of them are in backtest.xlsx.",
    ),
}
