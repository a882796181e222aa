"""Read files of worked examples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.text import Text

#: The kind given to examples of review rules.
REVIEW_RULE = "review_rule"
#: The kind of an example in prose, for which there is no structured one of our own either.
PROSE = "prose"
#: Structured examples of review rules that come with the package.
OWN_REVIEW_EXAMPLES = Path(__file__).with_name("review_examples.json")


class Example(NamedTuple):
    """One worked example: the kind of calculation, what goes in, what must come out."""

    id: str
    kind: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]


def read_examples(path: Path) -> list[Example]:
    """All examples of a settlement file (``vectors``) or a rules file (``rules[].example``), in order.

    Numbers are decimal text; a number that is not quoted is taken as the text it was written with.
    """
    content = _load(path)
    if isinstance(content, dict) and isinstance(content.get("vectors"), list):
        examples = [_vector(item, f"vectors[{i}]", path) for i, item in enumerate(content["vectors"])]
    elif isinstance(content, dict) and isinstance(content.get("rules"), list):
        examples = [e for i, rule in enumerate(content["rules"]) for e in _rule(rule, f"rules[{i}]", path)]
    else:
        raise _wrong_shape(
            path, Text("顶层须有 vectors 或 rules 列表", "it has neither a list of vectors nor of rules")
        )
    if not examples:
        raise _wrong_shape(path, Text("没有任何算例", "it holds no example"))
    return examples


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_float=_plain, parse_constant=str)
    except OSError as error:
        fact = Text(f"无法读取 {path}:{error.strerror}。", f"{path} cannot be read: {error.strerror}.")
    except (ValueError, RecursionError) as error:
        fact = Text(f"{path} 不是有效的 JSON:{error}。", f"{path} is not valid JSON: {error}.")
    raise UsageError(fact, Text("请给出算例文件。", "Give a file of worked examples."))


def _plain(number: str) -> str:
    return format(Decimal(number), "f")


def _wrong_shape(path: Path, what: Text) -> UsageError:
    return UsageError(
        Text(f"{path} 不是算例文件:{what.zh}。", f"{path} is not a file of worked examples: {what.en}."),
        Text("每个算例须有 id、fn、inputs、expected。", "Each example needs id, fn, inputs and expected."),
    )


def _vector(item: Any, place: str, path: Path) -> Example:
    shapes = {"id": str, "fn": str, "inputs": dict, "expected": dict}
    for name, shape in shapes.items():
        if not isinstance(item, dict) or not isinstance(item.get(name), shape):
            raise _wrong_shape(
                path, Text(f"{place} 缺少 {name} 或其类型不符", f"{place} has no {name} of the right type")
            )
    return Example(item["id"], item["fn"], item["inputs"], item["expected"])


def _rule(rule: Any, place: str, path: Path) -> list[Example]:
    """Structured examples of a review rule; for one in prose, the package's own on the same rule."""
    if not isinstance(rule, dict) or not isinstance(rule.get("id"), str):
        raise _wrong_shape(path, Text(f"{place} 缺少 id", f"{place} has no id"))
    structured = rule.get("example")
    if not isinstance(structured, list):
        own = [] if path == OWN_REVIEW_EXAMPLES else _own_examples(rule["id"])
        return own or [Example(f"{rule['id']}#1", PROSE, {}, {})]
    found = []
    for number, item in enumerate(structured, 1):
        for name, shape in {"tables": dict, "params": dict, "expect": list}.items():
            if not isinstance(item, dict) or not isinstance(item.get(name), shape):
                what = Text(f"{place} 的算例缺少 {name}", f"an example of {place} has no {name} of the right type")
                raise _wrong_shape(path, what)
        inputs = {"rule": rule["id"], **{name: item[name] for name in ("tables", "params", "expect")}}
        expected = {"findings": item["expect"]}
        if "answers" in item:
            inputs["answers"] = expected["answers"] = item["answers"]
        found.append(Example(f"{rule['id']}#{number}", REVIEW_RULE, inputs, expected))
    return found


def _own_examples(rule: str) -> list[Example]:
    return [
        example._replace(id=f"{example.id} (own)")
        for example in read_examples(OWN_REVIEW_EXAMPLES)
        if example.inputs["rule"] == rule
    ]
