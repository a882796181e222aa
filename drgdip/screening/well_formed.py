"""Whether plain values of a params file have the shape that they are read in: a wrong one stops the run and names its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.screening.forms import check_values
from drgdip.screening.rule import Rule

_BLOCKS = "by_place_and_day"


def well_formed(given: Any, known: Mapping[str, Rule]) -> Mapping[str, Any]:
    """The same values; known : rules by ID. Raises PolicyError for one of another shape; whether its name is known is not looked at."""
    top = _mapping("", given)
    own = {key: values for key, values in top.items() if key in known}
    _check_rules("", own, known)
    _check_block("", top, known)
    for rule in own.keys() & (top.get("rules") or {}).keys():
        raise _wrong(f"rules.{rule}", top["rules"][rule], Text(f"只写一处,{rule} 也在顶层", f"{rule} in one place, not at the top as well"))  # fmt: skip
    blocks = top.get(_BLOCKS)
    for number, block in enumerate(blocks if isinstance(blocks, list | tuple) else ()):
        if isinstance(block, Mapping):
            _check_block(f"{_BLOCKS}[{number + 1}].", block, known)
    for name in ("triage", "life_cycle", "review_reasons"):
        _mapping(name, top.get(name) or {})
    if not isinstance(top.get("default_suppressions", True), bool):
        raise _wrong("default_suppressions", top["default_suppressions"], Text("true 或 false", "true or false"))
    _check_suppressions(top.get("suppressions") or (), known)
    return top


def _check_block(place: str, block: Mapping[str, Any], known: Mapping[str, Rule]) -> None:
    _check_rules(f"{place}rules.", _mapping(f"{place}rules", block.get("rules") or {}), known)
    _mapping(f"{place}states", block.get("states") or {})


def _check_rules(place: str, values_of: Mapping[Any, Any], known: Mapping[str, Rule]) -> None:
    for rule, values in values_of.items():
        _mapping(f"{place}{rule}", values or {})
        if values and rule in known:
            check_values(known[rule], values)


def _check_suppressions(given: Any, known: Mapping[str, Rule]) -> None:
    """They are a list, and name rules that there are."""
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise _wrong("suppressions", given, Text("列表", "a list"))
    for one in given:
        named = one.get("rules") if isinstance(one, Mapping) else None
        for rule in named if isinstance(named, list | tuple) else ():
            if rule not in known:
                raise _wrong(f"suppressions.{one.get('id')}.rules", rule, Text("规则编号", "IDs of rules"))


def _mapping(place: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(place, value, Text("名称与值", "names with their values"))
    return value


def _wrong(place: str, value: Any, form: Text) -> PolicyError:
    return PolicyError(
        Text(f"参数文件中的 {place} 不能为 {value!r}。", f"{place} of the params file cannot be {value!r}."),
        Text(f"形式应为:{form.zh}。", f"Its form is {form.en}."),
    )
