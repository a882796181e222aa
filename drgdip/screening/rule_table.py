"""The table of rules for readers: what the catalogue declares, as one Markdown page (``make rules``)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from drgdip.screening.catalogue import rules
from drgdip.screening.forms import described, form_of
from drgdip.screening.rule import Guard, Lack, Parameter, Rule

_HEAD = """# 审核规则一览 | Screening rules

由规则目录生成(`make rules`)。参数标记:sourced 有出处,proposal 建议值(由统筹区确定),memory 凭记忆(使用前核实);“须给出”的参数或清单缺失时,
规则为 NOT_RUN。 | Made of the rule catalogue by `make rules`. Marks of parameters: sourced; proposal, to be set by the region; memory, to be
verified before use. Without a parameter or list that must be given, a rule is NOT_RUN.
"""


#: What each kernel does (review rules 1).
_KERNELS = {
    "K1": ("逐行查表", "looks up each row"),
    "K2": ("按病例、日、编码分组后限额", "groups by case, day and code, then a limit"),
    "K3": ("同一窗口内同时出现", "items together in one window"),
    "K4": ("按人按时间的序列", "a sequence by person and time"),
    "K5": ("区间重叠", "overlapping intervals"),
    "K6": ("滑动窗口计数", "counts in a sliding window"),
    "K7": ("机构与同类比较", "institutions against peers"),
    "K8": ("重新分组与定价", "groups and prices again"),
    "K9": ("有种子的抽样与推断", "seeded samples and estimates"),
    "K10": ("查重", "finds what is there twice"),
}

#: What is made of a field that is not there.
_WITHOUT = {
    "no_answer": "不作判断 (NOT_RUN) | no answer (NOT_RUN)",
    "no_pass": "疑点成立,其余 NOT_RUN | findings stand, nothing passes (NOT_RUN)",
    "no_column": "整列缺失时,疑点成立,其余 NOT_RUN | without the column findings stand, nothing passes (NOT_RUN)",
    "suspect": "除外情形未能核对,只暂缓不拒付 | the guard is not checked: money is held, not denied",
    "unchecked": "除外情形未能核对,随疑点注明 | the guard is not checked, and the finding says so",
}

#: What a guard says of itself.
_ANSWERS = {"reply": "待机构举证 · for the reply", "applied": "计算口径 · kept to"}


def rule_table() -> str:
    """The page: rules by kernel and shape, then one section a rule, in order of their IDs."""
    found = rules()
    counts = f"共 {len(found)} 条 | {len(found)} rules, {len({rule.shape for rule in found.values()})} shapes\n"
    sections = (line for rule in found.values() for line in _section(rule))
    return "\n".join([_HEAD, counts, *_by_kernel(found.values()), *sections]) + "\n"


def _by_kernel(every: Collection[Rule]) -> Iterator[str]:
    yield "## 核心与形态 | Kernels and shapes\n"
    yield "| 核心 kernel | 形态 shape | 规则 rules |\n|---|---|---|"
    for kernel, (zh, en) in _KERNELS.items():
        own = [rule for rule in every if rule.kernel == kernel]
        for number, shape in enumerate(dict.fromkeys(rule.shape for rule in own)):
            said = f"**{kernel}** {zh} · {en}" if not number else kernel
            yield f"| {said} | `{shape}` | {', '.join(rule.id for rule in own if rule.shape == shape)} |"
    yield ""


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id} {rule.name.zh} | {rule.name.en}\n"
    code = f" · {rule.official_code}" if rule.official_code else ""
    yield f"- {rule.official_class}{code} · {rule.basis} ({rule.provenance})"
    severity = f" · {rule.severity}" if rule.severity else ""
    yield f"- `{rule.outcome}`{severity} · {rule.kernel} `{rule.shape}` · {rule.state}"
    yield "- 输入 | inputs: " + "; ".join(f"`{table}`: {', '.join(fields)}" for table, fields in rule.inputs.items())
    for name, value in rule.fixed.items():
        if name != "outcome":
            yield f"- 计算 | computed with `{name}`: `{_plain(value)}`"
    for guard in rule.guards:
        yield f"- 除外 | guard: {guard.words.zh} | {guard.words.en}{_rests_on(guard)}"
    for role, words in _WITHOUT.items():
        fields = [f"`{lack.table}.{lack.field}`{_asked(lack)}" for lack in rule.lacking if lack.role == role]
        if fields:
            yield f"- 缺失 | without {', '.join(fields)}: {words}"
    if rule.parameters:
        yield "\n| 参数 | 默认 | 标记 | 含义 | meaning |\n|---|---|---|---|---|"
        for name, parameter in rule.parameters.items():
            yield f"| `{name}` | {_default(parameter, name in rule.lists)} | {parameter.mark} | {parameter.words.zh} | {parameter.words.en} |"
    yield ""


def _rests_on(guard: Guard) -> str:
    """What a guard rests on, or what it says of itself."""
    said = [f"`{name}`" for name in guard.by]
    said += [_ANSWERS[guard.answer]] if guard.answer else []
    return f" ({', '.join(said)})" if said else ""


def _asked(lack: Lack) -> str:
    name = lack.parameter.lstrip("!")
    return f" ({'无' if lack.parameter.startswith('!') else '有'} `{name}`)" if name else ""


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False).replace("`", "'")


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
