"""Rules of a region's own, declared in the params file: a rule of the catalogue with other lists, values and words, or a whole row.

A row has all checks that rows of the catalogue have. ``like`` names the rule whose row it starts from: what it says itself
stands in place of that, parameter by parameter; lists of the other's knowledge pack are not taken over, as they would
fill the new rule with the old limits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from drgdip.base.errors import PolicyError
from drgdip.base.problems import Problems
from drgdip.base.text import Text
from drgdip.screening.catalogue import declaration_of, read_rule, rules
from drgdip.screening.columns import FIELDS
from drgdip.screening.forms import check_form, check_values
from drgdip.screening.rule import Rule

KEY = "local_rules"
_ID = re.compile(r"L[0-9]{2,4}")
#: Rules that others build on by their name, or that are built on others: nothing is like them.
_ALONE = ("A02", "X06")
#: Kernels of statistics: what they find is a lead.
_STATISTICS = ("K7", "K9")
_OWN = ("parameters", "fixed")


def known_rules(given: Any) -> Mapping[str, Rule]:
    """All rules by ID: the catalogue's, and those that a params file declares. Raises PolicyError for a row that cannot be."""
    rows = given.get(KEY) if isinstance(given, Mapping) else None
    if rows is None:
        return rules()
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise _wrong([Text(f"{KEY} 须为列表", f"{KEY} must be a list")])
    found: dict[str, Rule] = {}
    for number, row in enumerate(rows, 1):
        rule = _read(row, f"{KEY}[{number}]")
        if rule.id in found:
            raise _wrong([Text(f"{rule.id} 重复", f"{rule.id} stands twice")])
        found[rule.id] = rule
    return {**rules(), **dict(sorted(found.items()))}


def _read(row: Any, place: str) -> Rule:
    if not isinstance(row, Mapping):
        raise _wrong([Text(f"{place} 须为键值", f"{place} must be keys with values")])
    problems = Problems(str(row.get("id") or place))
    if not _ID.fullmatch(str(row.get("id"))):
        problems.add(1, f"{place}.id", Text("须为 L 加两至四位数字", "it must be L with two to four digits"))
    for name in ("name", "basis"):
        if not row.get(name):
            problems.add(1, f"{place}.{name}", Text("须自行写明", "it must be its own"))
    values = _whole(row, place, problems)
    if not problems:
        rule = read_rule(values, 1, place, problems, local=True)
        if not problems:
            _check(rule, place, problems)
    if problems:
        raise _wrong([Text(f"{one.path} {one.words.zh}", f"{one.path}: {one.words.en}") for one in problems.in_order()])
    check_values(rule, {name: parameter.default for name, parameter in rule.parameters.items()})
    return rule


def _whole(row: Mapping[str, Any], place: str, problems: Problems) -> dict[str, Any]:
    """The row with what it takes over; a rule of one's own is in shadow until it is said to be active."""
    own = {name: value for name, value in row.items() if name != "like"}
    base: dict[str, Any] = {}
    if "like" in row:
        if str(row["like"]) not in rules() or str(row["like"]) in _ALONE:
            problems.add(
                1, f"{place}.like", Text(f"没有可参照的规则 {row['like']}", f"no rule {row['like']} to be like")
            )
            return own
        base = {**declaration_of(str(row["like"]))}
        for name in ("lists", "code", "version", "state"):
            base.pop(name, None)
        for name in _OWN:
            own[name] = _replaced(base.get(name) or {}, own.get(name) or {}, f"{place}.{name}", problems)
        sentences = own.get("sentences")
        own["sentences"] = {**base["sentences"], **sentences} if isinstance(sentences, Mapping) else base["sentences"]
    return {"state": "shadow", "provenance": "sourced", **base, **own}


def _replaced(base: Mapping[str, Any], own: Any, place: str, problems: Problems) -> dict[str, Any]:
    """What is taken over, with one's own in its place; a name that the other rule does not have would do nothing."""
    if not isinstance(own, Mapping):
        problems.add(1, place, Text("须为键值", "it must be keys with values"))
        return dict(base)
    found = dict(base)
    for name, value in own.items():
        if name not in base:
            problems.add(
                1,
                f"{place}.{name}",
                Text(
                    f"所参照的规则无此项,可用:{', '.join(base)}",
                    f"the other rule has no such name, there are {', '.join(base)}",
                ),
            )
        whole = isinstance(value, Mapping) and isinstance(base.get(name), Mapping) and place.endswith("parameters")
        found[name] = {**base[name], **value} if whole else value
    return found


def _check(rule: Rule, place: str, problems: Problems) -> None:
    """What only a row of one's own can have wrong: the catalogue's are right, or its tests fail."""
    from drgdip.screening.shapes import SHAPES

    alike = [one for one in rules().values() if one.shape == rule.shape and one.id not in _ALONE]
    if rule.shape not in SHAPES or not alike:
        problems.add(1, f"{place}.shape", Text(f"没有形态 {rule.shape}", f"there is no shape {rule.shape}"))
        return
    if rule.kernel not in {one.kernel for one in alike}:
        problems.add(
            1,
            f"{place}.kernel",
            Text(f"形态 {rule.shape} 不属于 {rule.kernel}", f"shape {rule.shape} is none of {rule.kernel}"),
        )
    needed = set.intersection(*({*one.parameters, *one.fixed} for one in alike))
    for name in sorted(needed - {*rule.parameters, *rule.fixed}):
        problems.add(
            1, f"{place}.parameters.{name}", Text(f"形态 {rule.shape} 须有此项", f"shape {rule.shape} needs it")
        )
    read = {(table, field) for one in rules().values() for table, fields in one.inputs.items() for field in fields}
    read |= {(table, field) for table, fields in FIELDS.items() for field in fields.values()}
    for table, field in sorted({(table, field) for table, fields in rule.inputs.items() for field in fields} - read):
        problems.add(1, f"{place}.inputs.{table}.{field}", Text("没有该字段", "there is no such field"))
    _check_fixed(rule, place, problems)
    if rule.shape in ("rows_where", "groups_where"):
        from drgdip.screening.conditions.checking import faults_of

        for name, words in faults_of(rule):
            problems.add(1, f"{place}.fixed.{name}", words)
    if rule.kernel in _STATISTICS and rule.outcome.startswith("DENY"):
        problems.add(1, f"{place}.outcome", Text("统计结果不得直接拒付", "statistics never deny"))


def _check_fixed(rule: Rule, place: str, problems: Problems) -> None:
    """What a rule fixes of a general shape has its form and words, and names parameters that there are."""
    from drgdip.screening.shapes import counts, excess, groups

    forms: dict[str, Any] = {"count_within": counts, "units_beyond": excess, "groups_where": groups}
    general = forms.get(rule.shape)
    if general is None:
        return
    own = {name: value for name, value in rule.fixed.items() if name != "outcome"}
    check_form(rule.id, "fixed", own, general.FORMS)
    for name, words in general.CHOICES.items():
        given = own.get(name, ())
        for word in given.values() if isinstance(given, Mapping) else [given] if given else ():
            if word not in words:
                problems.add(
                    1,
                    f"{place}.fixed.{name}",
                    Text(f"须为 {', '.join(words)} 之一", f"it is one of {', '.join(words)}"),
                )
    for name in general.names_in(own):
        if name not in rule.parameters:
            problems.add(1, f"{place}.fixed", Text(f"没有参数 {name}", f"there is no parameter {name}"))
    if any(("at_least" in one) == ("above" in one) for one in own.get("windows", ())):
        problems.add(
            1,
            f"{place}.fixed.windows",
            Text("每个窗口须有 at_least 或 above 之一", "each window has either at_least or above"),
        )


def _wrong(what: Sequence[Text]) -> PolicyError:
    return PolicyError(
        Text(f"参数文件中的自定规则有误:{';'.join(one.zh for one in what)}。",
             f"A rule of the params file is wrong: {'; '.join(one.en for one in what)}."),
        Text("请按规则目录的形式书写,或用 like 写明所参照的规则。", "Write it as the catalogue has its rows, or name a rule by `like` that it starts from."),
    )  # fmt: skip
