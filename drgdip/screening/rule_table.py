"""The table of rules for readers: what the catalogue declares, as one Markdown page (``make rules``)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from drgdip.screening.catalogue import rules
from drgdip.screening.forms import described, form_of
from drgdip.screening.rule import Parameter, Rule

_HEAD = """# 审核规则一览 | Screening rules

由规则目录生成(`make rules`)。参数标记:sourced 有出处,proposal 建议值(由统筹区确定),memory 凭记忆(使用前核实);“须给出”的参数或清单缺失时,
规则为 NOT_RUN。 | Made of the rule catalogue by `make rules`. Marks of parameters: sourced; proposal, to be set by the region; memory, to be
verified before use. Without a parameter or list that must be given, a rule is NOT_RUN.
"""


def rule_table() -> str:
    """The page: one section a rule, in order of their IDs."""
    found = rules()
    counts = f"共 {len(found)} 条 | {len(found)} rules, {len({rule.shape for rule in found.values()})} shapes\n"
    return "\n".join([_HEAD, counts, *(line for rule in found.values() for line in _section(rule))]) + "\n"


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id} {rule.name.zh} | {rule.name.en}\n"
    code = f" · {rule.official_code}" if rule.official_code else ""
    yield f"- {rule.official_class}{code} · {rule.basis} ({rule.provenance})"
    severity = f" · {rule.severity}" if rule.severity else ""
    yield f"- `{rule.outcome}`{severity} · {rule.kernel} `{rule.shape}` · {rule.state}"
    yield "- 输入 | inputs: " + "; ".join(f"`{table}`: {', '.join(fields)}" for table, fields in rule.inputs.items())
    for guard in rule.guards:
        yield f"- 除外 | guard: {guard.zh} | {guard.en}"
    if rule.parameters:
        yield "\n| 参数 | 默认 | 标记 | 含义 | meaning |\n|---|---|---|---|---|"
        for name, parameter in rule.parameters.items():
            yield f"| `{name}` | {_default(parameter, name in rule.lists)} | {parameter.mark} | {parameter.words.zh} | {parameter.words.en} |"
    yield ""


def _default(parameter: Parameter, listed: bool) -> str:
    if listed:
        return "知识包 · knowledge pack"
    if parameter.default is None:
        said = described(form_of(parameter))
        return f"须给出或不用 · given, or not used: `{said.zh}` · `{said.en}`".replace("|", "∣")
    text = json.dumps(parameter.default, ensure_ascii=False)
    return f"`{text.replace('|', '∣')}`"


if __name__ == "__main__":
    print(rule_table(), end="")
