"""What the section ``case_rules`` and the coefficient's further parts must be to each other and to the rest, by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from drgdip.base.text import Text
from drgdip.policy.dated import Entry
from drgdip.policy.problems import Problems
from drgdip.policy.sections.case_rules import case_rules, coefficient_parts
from drgdip.policy.sections.case_rules_values import NO_RULES, CaseRules

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day


def _tell(entry: Entry, problems: Problems, zh: str, en: str) -> None:
    problems.add(entry.node.line, entry.node.path, Text(zh, en))


def _rules(on: Day) -> CaseRules:
    return case_rules(on) or NO_RULES


def _routes_have_what_they_name(on: Day, problems: Problems) -> None:
    entry, rules = on.entry("routes"), _rules(on)
    for route in entry.value:
        if route.rate and route.rate not in rules.bed_day:
            _tell(entry, problems, f"case_rules.bed_day 中没有 {route.rate}", f"case_rules.bed_day has no {route.rate}")
        if route.weights and route.weights not in rules.own_weights:
            name = route.weights
            _tell(entry, problems, f"case_rules.own_weights 中没有 {name}", f"case_rules.own_weights has no {name}")
        if route.mode == "tcm" and rules.tcm is None:
            _tell(entry, problems, "tcm 路由须有 case_rules.tcm_gate", "a tcm route needs case_rules.tcm_gate")


def _facts_are_defined(on: Day, problems: Problems) -> None:
    rules = _rules(on)
    named = [("case_rules.exclusions", name) for name in rules.exclusions]
    named += [(f"case_rules.additions.{key}.fact", one.fact) for key, one in rules.additions.items()]
    if rules.tcm:
        named += [("case_rules.tcm_gate.numerator", name) for name in rules.tcm.numerator]
        named += [("case_rules.tcm_gate.denominator", name) for name in rules.tcm.denominator]
    for key, name in named:
        if name not in rules.fee_facts:
            _tell(on.entry(key), problems, f"fee_facts 中没有 {name}", f"fee_facts has no {name}")


def _no_cost_leaves_twice(on: Day, problems: Problems) -> None:
    """What leaves the cost must not be counted in two facts, or be paid outside the group and added as points."""
    rules = _rules(on)
    for key, addition in rules.additions.items():
        if addition.fact in rules.exclusions:
            entry = on.entry(f"case_rules.additions.{key}.fact")
            _tell(entry, problems, "该费用已除外支付,不得再加分", "it is paid outside the group already")
    names = [*rules.exclusions, *(one.fact for one in rules.additions.values() if one.leaves_cost)]
    names = [name for name in names if name in rules.fee_facts]
    facts = [(name, rules.fee_facts[name]) for name in dict.fromkeys(names)]
    if len(names) < 2:
        return
    listed = Counter(item for _, fact in facts for item in {*fact.items, *fact.charge_types})
    kinds = {(bool(fact.items), bool(fact.charge_types)) for _, fact in facts}
    apart = len(kinds) == 1 and (True, True) not in kinds and max(listed.values(), default=2) == 1
    if not apart or len(names) != len(facts):
        entry = on.entry(f"case_rules.fee_facts.{facts[0][0]}")
        zh = "从总费用中扣除的各项费用须互不重叠:都用 items 或都用 charge_types,且编码不重复"
        en = "costs that leave the total must not overlap: all by items or all by charge_types, no code twice"
        _tell(entry, problems, zh, en)


def _exclusions_under_fund_value(on: Day, problems: Problems) -> None:
    if _rules(on).exclusions and on["payment.method"] == "fund_pv":
        zh = "fund_pv 方式下点值只含基金部分,除外支付的费用无从拆分"
        en = "under fund_pv points are worth fund money only, and costs paid outside the group cannot be told apart"
        _tell(on.entry("case_rules.exclusions"), problems, zh, en)


def _standard_is_known(on: Day, problems: Problems) -> None:
    if on.get("deviation.reference_point_value") != "settlement":
        return
    entry = on.entry("deviation.reference_point_value")
    if on["deviation.reference"] != "rw_x_rate":
        _tell(entry, problems, "只用于 reference: rw_x_rate", "belongs to reference: rw_x_rate only")
    elif on["month.point_value"] != "fixed_opening":
        zh = "结算点值要待病例计分后才确定,不能作为偏差判定标准;请用 opening"
        en = "the settlement point value is known only when cases have points, and cannot judge them; use opening"
        _tell(entry, problems, zh, en)


def _share_cap_has_effect(on: Day, problems: Problems) -> None:
    entry = on.entry("deviation.high")
    if entry.value is not None and entry.value.share_cap is not None and entry.value.formula == "none":
        _tell(entry, problems, "formula 为 none 时 share_cap 无作用", "share_cap has no effect where formula is none")


def _coefficients(on: Day, problems: Problems) -> None:
    parts = coefficient_parts(on)
    typed = Counter(code for one in parts["hospital_types"].values() for code in one.hospitals)
    for name, one in parts["hospital_types"].items():
        for code in one.hospitals:
            if typed[code] > 1:
                entry = on.entry(f"k.hospital_types.{name}.hospitals")
                _tell(entry, problems, f"{code} 属于多个类型", f"{code} is of several types")
    for code in parts["base_groups"]:
        if code in parts["group_coefficients"]:
            zh, en = f"{code} 不用系数,又有病种系数", f"{code} has no coefficient, and one of its own"
            _tell(on.entry("k.base_groups"), problems, zh, en)


CHECKS: tuple[Callable[[Day, Problems], None], ...] = (
    _routes_have_what_they_name,
    _facts_are_defined,
    _no_cost_leaves_twice,
    _exclusions_under_fund_value,
    _standard_is_known,
    _share_cap_has_effect,
    _coefficients,
)
