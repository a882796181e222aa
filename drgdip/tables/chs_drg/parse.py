"""Reads rules of the national sheets into trees; says exactly where a rule cannot be read and what was expected."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from drgdip.base.text import Text
from drgdip.tables.chs_drg.syntax import (
    ALWAYS,
    CODE_VARIABLES,
    DIAGNOSIS_VARIABLES,
    NUMBER_VARIABLES,
    OPERATION_VARIABLES,
    SEVERITY_SETS,
    TEXT_VARIABLES,
    All,
    Any,
    Compare,
    Constant,
    Count,
    Member,
    Operator,
    Rule,
)
from drgdip.tables.chs_drg.tokens import RuleError, Token, tokens

#: Deeper nesting than any published rule by far; keeps a hostile workbook from exhausting the stack.
MAX_DEPTH = 60
MAX_LENGTH = 100_000

_VARIABLES = (*CODE_VARIABLES, *NUMBER_VARIABLES, *TEXT_VARIABLES)


def parse_rule(text: str | None) -> Rule:
    """The tree of a rule. An empty cell and ``1`` always hold.

    Raises RuleError: a rule that is not of the language.
    """
    if text is None or not text.strip():
        return ALWAYS
    if len(text) > MAX_LENGTH:
        raise RuleError(MAX_LENGTH, Text(f"不超过 {MAX_LENGTH} 个字符的规则", f"at most {MAX_LENGTH} characters"), "…")
    return _Parser(tokens(text)).rule()


class _Parser:
    """Recursive descent: ``or`` binds weakest, then ``and``, then a condition or a bracket."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0

    def rule(self) -> Rule:
        rule = self._any(0)
        if self._next.kind != "end":
            raise self._expected("and、or 或规则结尾", "and, or, or the end")
        return rule

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _expected(self, zh: str, en: str, token: Token | None = None) -> RuleError:
        token = token or self._next
        return RuleError(token.place, Text(zh, en), token.value)

    def _is(self, kind: str, value: str) -> bool:
        return self._next.kind == kind and self._next.value == value

    def _require(self, value: str) -> None:
        if not self._is("sign", value):
            raise self._expected(f"“{value}”", f"'{value}'")
        self._take()

    def _any(self, depth: int) -> Rule:
        parts = [self._all(depth)]
        while self._is("keyword", "or"):
            self._take()
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self, depth: int) -> Rule:
        parts = [self._condition(depth)]
        while self._is("keyword", "and"):
            self._take()
            parts.append(self._condition(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _condition(self, depth: int) -> Rule:
        if self._is("sign", "("):
            if depth >= MAX_DEPTH:
                raise self._expected(f"不超过 {MAX_DEPTH} 层的括号", f"at most {MAX_DEPTH} nested brackets")
            self._take()
            inside = self._any(depth + 1)
            self._require(")")
            return inside
        if self._is("keyword", "length"):
            return self._count()
        if self._next.kind == "number" and self._next.value in ("0", "1"):
            return Constant(self._take().value == "1")
        return self._test()

    def _test(self) -> Rule:
        """``X in SET``, ``{X, Y} not in {SET, SET}``, or a comparison."""
        first = self._next
        variables = self._variables()
        if self._next.kind == "operator":
            if len(variables) > 1 or variables[0] in CODE_VARIABLES:
                raise self._expected("in 或 not in", "in or not in")
            return self._comparison(variables[0])
        negated = self._is("keyword", "not")
        if negated:
            self._take()
        if not self._is("keyword", "in"):
            raise self._expected("in、not in 或比较符", "in, not in or a comparison")
        for variable in variables:
            if variable not in CODE_VARIABLES:
                raise self._expected("诊断或手术变量", "a variable of diagnoses or operations", first)
        self._take()
        return self._member(variables, negated, first)

    def _member(self, variables: tuple[str, ...], negated: bool, first: Token) -> Member:
        place = self._next
        names = self._names("集合名", "the name of a set")
        if any(name in SEVERITY_SETS for name in names) and (variables != ("QTZD",) or negated):
            raise self._expected("QTZD in MCC 或 QTZD in CC 的写法", "MCC and CC as in QTZD in MCC", place)
        if any(v in DIAGNOSIS_VARIABLES for v in variables) and any(v in OPERATION_VARIABLES for v in variables):
            raise self._expected("同为诊断或同为手术的变量", "variables of diagnoses only or of operations only", first)
        return Member(variables, names, negated)

    def _variables(self) -> tuple[str, ...]:
        first = self._next
        names = tuple(name.upper() for name in self._names("变量", "a variable"))
        for name in names:
            if name not in _VARIABLES:
                raise self._expected(f"变量({'、'.join(_VARIABLES)})", f"a variable ({', '.join(_VARIABLES)})", first)
        return names

    def _names(self, zh: str, en: str) -> tuple[str, ...]:
        """One name, or several in braces."""
        if not self._is("sign", "{"):
            return (self._name(zh, en),)
        self._take()
        names = [self._name(zh, en)]
        while self._is("sign", ","):
            self._take()
            names.append(self._name(zh, en))
        self._require("}")
        return tuple(dict.fromkeys(names))

    def _name(self, zh: str, en: str) -> str:
        if self._next.kind != "name":
            raise self._expected(zh, en)
        return self._take().value

    def _operator(self) -> Operator:
        if self._next.kind != "operator":
            raise self._expected("比较符", "a comparison")
        return cast("Operator", self._take().value)

    def _comparison(self, variable: str) -> Compare:
        operator = self._operator()
        token = self._next
        if token.kind == "text" and variable not in TEXT_VARIABLES and token.value.strip().isdecimal():
            # The way of discharge is written as '5' as well as 5.
            return Compare(variable, operator, Decimal(self._take().value.strip()))
        if token.kind == "text" and variable in TEXT_VARIABLES:
            if operator not in ("=", "!="):
                raise self._expected("文本只能用 = 或 != 比较", "text compared with = or != only")
            return Compare(variable, operator, self._take().value.strip())
        if token.kind == "number" and variable in NUMBER_VARIABLES:
            return Compare(variable, operator, Decimal(self._take().value))
        if variable in TEXT_VARIABLES:
            raise self._expected("引号中的文本", "text in quotes")
        raise self._expected("数字", "a number")

    def _count(self) -> Count:
        self._take()
        self._require("(")
        first = self._next
        name = self._name("集合名", "the name of a set")
        self._require("∩")
        variables = self._variables()
        if any(variable not in CODE_VARIABLES for variable in variables) or name in SEVERITY_SETS:
            raise self._expected("集合与诊断或手术变量", "a set and variables of diagnoses or operations", first)
        if len({variable in DIAGNOSIS_VARIABLES for variable in variables}) > 1:
            raise self._expected("同为诊断或同为手术的变量", "variables of diagnoses only or of operations only", first)
        self._require(")")
        operator = self._operator()
        if self._next.kind != "number" or not self._next.value.isdecimal():
            raise self._expected("整数", "a whole number")
        return Count(variables, name, operator, int(self._take().value))
