"""The rule catalogue: YAML beside this module, read strictly; a wrong declaration stops the run and names its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from drgdip.base.errors import PolicyError
from drgdip.base.problems import Problems
from drgdip.base.provenance import sha256_of_text
from drgdip.base.text import Text
from drgdip.base.yaml_source import Node, read_yaml
from drgdip.screening.columns import NAMES
from drgdip.screening.forms import form_of, is_form
from drgdip.screening.rule import (
    GUARD_ANSWERS,
    LIVES,
    OTHERS,
    OUTCOMES,
    PROVENANCES,
    ROLES,
    SEVERITIES,
    STAGES,
    SUPPRESSIONS,
    Guard,
    Lack,
    NeededList,
    Parameter,
    Rule,
)

_KEYS = ("id", "name", "class", "basis", "provenance", "inputs", "parameters", "lists", "outcome", "severity", "guards",
         "kernel", "shape", "fixed", "lacking", "stage", "state", "sentences", "version", "code")  # fmt: skip
_OPTIONAL = ("code", "parameters", "lists", "guards", "fixed", "lacking", "version")
_KERNELS = tuple(f"K{number}" for number in range(1, 11))
_FORMS = ("by_code", "rows", "pairs", "members", "groups", "codes", "listed")


@cache
def rules() -> dict[str, Rule]:
    """All rules that come with the package, by ID, in order of their IDs."""
    return {name: rule for name, (rule, _) in _declared().items()}


def declaration_of(name: str) -> dict[str, Any]:
    """What the catalogue declares of a rule, as plain values."""
    return _declared()[name][1]


@cache
def _declared() -> dict[str, tuple[Rule, dict[str, Any]]]:
    found: dict[str, tuple[Rule, dict[str, Any]]] = {}
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        for rule, values in _read(path.read_bytes(), path.name):
            if rule.id in found:
                raise _broken([f"{path.name}: {rule.id}"], Text("规则重复", "a rule stands twice"))
            found[rule.id] = rule, values
    return dict(sorted(found.items()))


def read_rules(content: bytes, name: str) -> list[Rule]:
    """Rules of one file. Raises PolicyError with everything that is wrong."""
    return [rule for rule, _ in _read(content, name)]


def _read(content: bytes, name: str) -> list[tuple[Rule, dict[str, Any]]]:
    problems = Problems(name)
    root = read_yaml(content, problems)
    if root is None or not isinstance(root.value, dict) or list(root.value) != ["rules"]:
        problems.add(1, "", Text("须为 rules 列表", "it must be a list of rules"))
        listed: list[Node] = []
    else:
        listed = root.value["rules"].value
    values = [plain(node) if isinstance(node.value, dict) else {} for node in listed]
    found = [(read_rule(own, node.line, node.path, problems), own) for node, own in zip(listed, values, strict=True)]
    if problems:
        raise _broken(
            [problem.in_language("en") for problem in problems.in_order()], Text("声明有误", "declarations are wrong")
        )
    return found


def read_rule(values: Mapping[str, Any], line: int, path: str, problems: Problems, *, local: bool = False) -> Rule:
    """One declaration as plain values; what is wrong of it goes to ``problems``.

    local : whether it is a region's own: its digest is of all that it says, as nobody keeps its version.
    """
    return _Reader(values, line, path, problems).rule(local)


def _broken(places: Sequence[str], what: Text) -> PolicyError:
    listed = "; ".join(places)
    return PolicyError(
        Text(f"规则目录{what.zh}:{listed}。", f"The rule catalogue is broken, {what.en}: {listed}."),
        Text("请恢复程序自带的规则目录。", "Restore the catalogue that comes with the program."),
    )


class _Reader:
    """Reads one declaration."""

    def __init__(self, values: Mapping[str, Any], line: int, path: str, problems: Problems) -> None:
        self._problems, self._values = problems, values
        self._line, self._path = line, path

    def rule(self, local: bool) -> Rule:
        unknown = set(self._values) - {*_KEYS}
        absent = {*_KEYS} - set(self._values) - {*_OPTIONAL}
        for name in sorted(unknown | absent):
            word = ("未知的键", "unknown key") if name in unknown else ("缺少键", "missing key")
            self._wrong(name, Text(*word))
        get = self._values.get
        if not isinstance(get("version", 1), int) or get("version", 1) is True:
            self._wrong("version", Text("须为整数", "it must be a whole number"))
        return Rule(
            str(get("id")), self._words("name"), str(get("class")), str(get("code") or ""), str(get("basis")),
            self._one_of("provenance", PROVENANCES),
            {table: tuple(fields) for table, fields in (get("inputs") or {}).items()},
            {name: self._parameter(name, item) for name, item in (get("parameters") or {}).items()},
            {name: self._list(name, item) for name, item in (get("lists") or {}).items()},
            self._one_of("outcome", OUTCOMES), self._one_of("severity", SEVERITIES),
            tuple(self._guard(item) for item in get("guards") or ()),
            self._one_of("kernel", _KERNELS), str(get("shape")), self._one_of("stage", STAGES),
            self._one_of("state", LIVES),  # type: ignore[arg-type]
            self._sentences(), self._digest(local),
            {"outcome": str(get("outcome")), **(get("fixed") or {})}, tuple(self._lacking()),
        )  # fmt: skip

    def _digest(self, local: bool) -> str:
        """Which rule it is, in which version, on which ground and with which outcome; values join it where they hold.

        How the computation is written down (shape, what is fixed of it, words) is not what a rule does: its version is
        raised with what it computes.
        """
        names = sorted(self._values) if local else ("id", "version", "basis", "outcome", "severity", "stage", "lacking")
        return sha256_of_text(repr([(name, self._values.get(name, 1)) for name in names]))

    def _wrong(self, name: str, words: Text) -> None:
        self._problems.add(self._line, f"{self._path}.{name}", words)

    def _one_of(self, name: str, choices: Sequence[str]) -> str:
        value = self._values.get(name)
        if value not in choices:
            self._wrong(name, Text(f"不是 {choices} 之一", f"none of {choices}"))
        return str(value)

    def _words(self, name: str) -> Text:
        return self._text(name, self._values.get(name))

    def _text(self, name: str, value: Any) -> Text:
        if (
            not isinstance(value, dict)
            or set(value) != {"zh", "en"}
            or not all(isinstance(v, str) for v in value.values())
        ):
            self._wrong(name, Text("须有 zh 与 en", "it needs zh and en"))
            return Text("", "")
        return Text(value["zh"], value["en"])

    def _guard(self, item: Any) -> Guard:
        """A guard, which may name what it rests on: parameters and inputs of the rule, or suppressions."""
        own = item if isinstance(item, dict) else {}
        words = self._text("guards", {key: value for key, value in own.items() if key not in ("by", "answer")})
        found = Guard(words, tuple(own.get("by") or ()), str(own.get("answer") or ""))
        inputs, parameters = self._values.get("inputs") or {}, self._values.get("parameters") or {}
        for name in found.by:
            table, _, field = name.removeprefix(OTHERS).partition(".")
            there = field in NAMES.get(table, {}) and field in inputs.get(table, ())
            if not (there if field else name in parameters or name == SUPPRESSIONS):
                self._wrong(
                    f"guards.by.{name}", Text("须为规则的输入或参数", "it must be an input or a parameter of the rule")
                )
        if found.answer and found.answer not in GUARD_ANSWERS:
            self._wrong("guards.answer", Text(f"不是 {GUARD_ANSWERS} 之一", f"none of {GUARD_ANSWERS}"))
        return found

    def _sentences(self) -> dict[str, Text]:
        found = {
            key: self._text(f"sentences.{key}", value) for key, value in (self._values.get("sentences") or {}).items()
        }
        for key in found:
            if key not in OUTCOMES and not (key.isascii() and key.replace("_", "").islower()):  # reasons and subjects
                self._wrong(f"sentences.{key}", Text("未知的处理方式", "an unknown outcome"))
        if "default" not in found:
            self._wrong("sentences", Text("缺少 default", "it has no default"))
        return found

    def _parameter(self, name: str, item: Any) -> Parameter:
        if not isinstance(item, dict) or set(item) - {"zh", "en", "default", "mark", "form"} or "mark" not in item:
            self._wrong(f"parameters.{name}", Text("须有 default、mark、zh、en", "it needs default, mark, zh and en"))
            return Parameter(None, "", Text("", ""))
        found = Parameter(
            item.get("default"), str(item["mark"]), self._text(name, {k: item.get(k) for k in ("zh", "en")}), item.get("form")
        )  # fmt: skip
        if not is_form(form_of(found)):
            self._wrong(f"parameters.{name}.form", Text("须说明取值的形式", "it must say what form a value has"))
        return found

    def _lacking(self) -> Iterator[Lack]:
        """Fields that are not done without: inputs of the rule, each with a parameter of it where that decides.

        No rule passes a batch whose fee lines have no quantities.
        """
        inputs, parameters = self._values.get("inputs") or {}, self._values.get("parameters") or {}
        for role, tables in (self._values.get("lacking") or {}).items():
            for table, fields in tables.items():
                for field, parameter in (fields if isinstance(fields, dict) else dict.fromkeys(fields)).items():
                    lack = Lack(role, table, field, parameter or "")
                    known = field in inputs.get(table, ()) and field in NAMES.get(table, {}) and role in ROLES
                    if not known or (parameter and parameter.lstrip("!") not in parameters):
                        self._wrong(
                            f"lacking.{role}.{table}.{field}",
                            Text("须为规则的输入与参数", "it must be an input, with a parameter, of the rule"),
                        )
                    yield lack
        if "fee_lines" in inputs and self._values.get("stage") != "gate":
            yield Lack("no_pass", "fee_lines", "cnt", "")

    def _list(self, name: str, item: Any) -> NeededList:
        if not isinstance(item, dict) or set(item) - {"packs", "form", "key", "value"}:
            self._wrong(f"lists.{name}", Text("列表声明有误", "the list is declared wrongly"))
            return NeededList((), "", "", "")
        if item.get("form") not in _FORMS:
            self._wrong(f"lists.{name}.form", Text(f"不是 {_FORMS} 之一", f"none of {_FORMS}"))
        texts = [str(item.get(key) or missing) for key, missing in (("form", ""), ("key", "code"), ("value", ""))]
        return NeededList(tuple(item.get("packs") or ()), *texts)


def plain(node: Node) -> Any:
    """A node and what is below it as plain values."""
    if isinstance(node.value, dict):
        return {key: plain(below) for key, below in node.value.items()}
    if isinstance(node.value, list):
        return [plain(below) for below in node.value]
    return node.value
