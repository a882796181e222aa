"""Reading YAML strictly: every value knows its line and key path, and nothing is guessed.

Duplicate keys, bare decimals, anchors, unusual spellings of numbers and flags, and tags are refused, because
each of them can make a file say something other than what its reader sees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import yaml  # type: ignore[import-untyped, unused-ignore]
from yaml.composer import Composer  # type: ignore[import-untyped, unused-ignore]
from yaml.resolver import Resolver  # type: ignore[import-untyped, unused-ignore]

from drgdip.base.problems import Problems
from drgdip.base.text import Text

MAX_BYTES = 1 << 20
MAX_DEPTH = 20

_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+\Z", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


class _Invalid:
    """Stands for a value that was already reported."""

    def __repr__(self) -> str:
        return "INVALID"


INVALID: Final = _Invalid()


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place.

    value : str, int, bool, date, None, ``dict[str, Node]``, ``list[Node]``, or INVALID where a problem was reported.
    line : 1-based, of the key that holds it. path : keys joined by dots, list items as ``[1]``.
    """

    value: Any
    line: int
    path: str


class _Composer(Composer):  # type: ignore[misc, unused-ignore]
    """PyYAML's composer, without anchors and with a limited depth."""

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[attr-defined, no-untyped-call, unused-ignore]
        if getattr(event, "anchor", None) is not None:
            raise yaml.MarkedYAMLError(
                problem="anchors and aliases are not accepted, write the value out", problem_mark=event.start_mark
            )
        if self._depth >= MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=event.start_mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


class PlainLoader(_Composer, yaml.SafeLoader):  # type: ignore[misc, unused-ignore]
    """Reads everywhere, by Python alone."""


#: What reads: by libyaml where PyYAML has it, which is six times as fast; policies and rules are read at every start.
LOADER: Any = PlainLoader

if yaml.__with_libyaml__:
    from yaml.cyaml import CParser  # type: ignore[attr-defined, import-untyped, unused-ignore]

    class FastLoader(_Composer, CParser, Resolver):  # type: ignore[misc, unused-ignore]
        """The same by libyaml."""

        def __init__(self, stream: str) -> None:
            CParser.__init__(self, stream)
            Composer.__init__(self)
            Resolver.__init__(self)

    LOADER = FastLoader


def read_yaml(content: bytes, problems: Problems, decimals: bool = False) -> Node | None:
    """Read one document. None if it could not be read at all; what is wrong goes to ``problems``.

    ``decimals`` accepts plain decimal numbers without quotes, as the text that they are written with.
    """
    if len(content) > MAX_BYTES:
        problems.add(1, "", Text(f"文件超过 {MAX_BYTES} 字节", f"the file is larger than {MAX_BYTES} bytes"))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.add(line, "", Text("不是有效的 UTF-8 文本", "not valid UTF-8 text"))
        return None
    try:
        root = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        problems.add(*_syntax_problem(error, text))
        return None
    if root is None:
        problems.add(1, "", Text("文件为空", "the file is empty"))
        return None
    if decimals:
        _keep_decimals(root)
    return _node(root, root.start_mark.line + 1, "", problems)


def _keep_decimals(raw: Any) -> None:
    """Make text of plain decimal numbers: their digits stay what they are."""
    if isinstance(raw, yaml.ScalarNode):
        if raw.tag == _TAG + "float" and _DECIMAL.match(raw.value):
            raw.tag = _TAG + "str"
        return
    for item in raw.value if isinstance(raw, yaml.SequenceNode) else [value for _, value in raw.value]:
        _keep_decimals(item)


def _syntax_problem(error: yaml.YAMLError, text: str) -> tuple[int, str, Text]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    position = getattr(error, "position", 0)
    line = mark.line + 1 if mark else text.count("\n", 0, position) + 1
    detail = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    return line, "", Text(f"YAML 无法读取({detail})", f"not readable as YAML ({detail})")


def _node(raw: Any, line: int, path: str, problems: Problems) -> Node:
    if isinstance(raw, yaml.ScalarNode):
        return Node(_scalar(raw, line, path, problems), line, path)
    if raw.tag not in (_TAG + "map", _TAG + "seq"):
        problems.add(line, path, _unknown_tag(raw.tag))
        return Node(INVALID, line, path)
    if isinstance(raw, yaml.SequenceNode):
        items = [
            _node(item, item.start_mark.line + 1, f"{path}[{i}]", problems) for i, item in enumerate(raw.value, start=1)
        ]
        return Node(items, line, path)
    return Node(_mapping(raw, path, problems), line, path)


def _mapping(raw: Any, path: str, problems: Problems) -> dict[str, Node]:
    mapping: dict[str, Node] = {}
    for key, value in raw.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.tag != _TAG + "str":
            written = getattr(key, "value", "") if isinstance(key, yaml.ScalarNode) else ""
            words = Text(f"键 {written} 不是文本,请加引号", f"the key {written} is not text, write it in quotes")
            problems.add(line, path, words)
            continue
        below = f"{path}.{key.value}" if path else key.value
        if key.value in mapping:
            first = mapping[key.value].line
            words = Text(f"键重复,首次出现在第 {first} 行", f"the key stands twice, first on line {first}")
            problems.add(line, below, words)
            continue
        mapping[key.value] = _node(value, line, below, problems)
    return mapping


def _scalar(raw: Any, line: int, path: str, problems: Problems) -> Any:
    kind, text = raw.tag.removeprefix(_TAG), raw.value
    if kind == "str":
        return text
    if kind == "null":
        return None
    if kind == "bool" and text in ("true", "false"):
        return text == "true"
    if kind == "int" and _INTEGER.match(text):
        return int(text)
    if kind == "timestamp" and _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            problems.add(line, path, Text(f"日期 {text} 不存在", f"the date {text} does not exist"))
            return INVALID
    problems.add(line, path, _refusal(kind, text, raw.tag))
    return INVALID


def _refusal(kind: str, text: str, tag: str) -> Text:
    match kind:
        case "float" | "int":
            return Text(f"数值 {text} 须加引号书写", f"the number {text} must be written in quotes")
        case "bool":
            return Text(
                f"{text} 含义不明:请写 true 或 false,文本请加引号",
                f"{text} is ambiguous: write true or false, or put it in quotes",
            )
        case "timestamp":
            return Text(f"日期 {text} 须写作 YYYY-MM-DD", f"the date {text} must be written YYYY-MM-DD")
        case _:
            return _unknown_tag(tag)


def _unknown_tag(tag: str) -> Text:
    return Text(f"不接受 YAML 标签 {tag}", f"the YAML tag {tag} is not accepted")
