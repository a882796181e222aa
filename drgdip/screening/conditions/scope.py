"""What the names of a condition stand for in the rows of a table, and the condition worked out for all of them at once."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from drgdip.base.scaled import parse_ratio
from drgdip.screening.columns import PLACES, TABLES, Read
from drgdip.screening.conditions.parsing import parsed
from drgdip.screening.conditions.values import (
    KNOWN,
    Column,
    WrongKindError,
    aligned,
    both,
    certain,
    constant,
    first_missing,
    numbers,
    objects,
    over,
    times,
    why_unless,
)
from drgdip.screening.context import Run
from drgdip.screening.data import Frame, everywhere

#: A table and the name of another before a field -> that table, and the column that both have in common.
JOINS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("outpatient_lines", "visit"): ("outpatient_settlements", "settlement"), ("cases", "inst_facts"): ("inst_facts", "hospital"),
    ("outpatient_settlements", "inst_facts"): ("inst_facts", "hospital"), ("cases", "patient"): ("patients", "person"),
    ("outpatient_settlements", "patient"): ("patients", "person"), ("fee_lines", "stay"): ("cases", "case"),
}  # fmt: skip
_COMPARED = {
    ast.Eq: np.equal, ast.NotEq: np.not_equal, ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}  # fmt: skip


@cache
def fields_of(table: str) -> Mapping[str, Read]:
    """National field -> how it is read."""
    return {read.field: read for read in TABLES.get(table, ())}


class Scope:
    """Rows of a table in front of the conditions of a rule.

    table : its name. frame : its rows. lets : what the rule names itself, text by name. rows : some rows, all if not given.
    """

    def __init__(
        self, run: Run, table: str, frame: Frame, lets: Mapping[str, str], rows: np.ndarray | None = None,
        missing: list[str] | None = None,
    ) -> None:  # fmt: skip
        self.run, self.table, self.frame, self._lets, self.rows = run, table, frame, lets, rows
        self.size = frame.rows if rows is None else len(rows)
        self._found: dict[str, Column] = {}
        self._missing = [""] if missing is None else missing

    def whole(self) -> Scope:
        """The same for all rows."""
        return Scope(self.run, self.table, self.frame, self._lets, None, self._missing)

    def at(self, rows: Sequence[int] | np.ndarray) -> Scope:
        """The same for some of the rows."""
        return Scope(self.run, self.table, self.frame, self._lets, np.array(rows, dtype=np.int64), self._missing)

    def value(self, text: str) -> Column:
        """A condition or formula for all rows."""
        return self.of(parsed(text).root)

    def beside(self, table: str, frame: Frame) -> Scope:
        """All rows of another table, with what may be missing in common."""
        return Scope(self.run, table, frame, {}, None, self._missing)

    def is_own(self, name: str) -> bool:
        """Whether the rule itself gives a name."""
        return name in self._lets

    def missing(self) -> list[str]:
        """What may be missing, by the number that columns name it with."""
        return self._missing

    def unknown(self, name: str) -> np.ndarray:
        """That a value is missing in all rows."""
        return everywhere(self.number(name), self.size)

    def number(self, name: str) -> int:
        """The number that columns name what is missing with."""
        if name not in self._missing:
            self._missing.append(name)
        return self._missing.index(name)

    def part(self, column: np.ndarray) -> np.ndarray:
        """A column of the whole table for the rows at hand."""
        return column if self.rows is None else column[self.rows]

    def of(self, node: ast.expr) -> Column:
        """What a part of an expression comes to."""
        match node:
            case ast.Constant(value=value):
                return constant(parse(str(value)) if isinstance(value, float) else value, self.size)
            case ast.Name(id=name):
                return self.named(name)
            case ast.Attribute(value=ast.Name(id=other), attr=field):
                return self._joined(other, field)
            case ast.Call(func=ast.Name(id=name), args=args):
                from drgdip.screening.conditions.functions import FUNCTIONS

                return FUNCTIONS[name](self, *args)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                one = self.of(operand)
                return _all_or_any(False, [one], self.size)._replace(values=~one.values)
            case ast.UnaryOp(operand=operand):
                numbers(one := self.of(operand))
                return one._replace(values=-one.values)
            case ast.BoolOp(op=op, values=parts):
                return _all_or_any(isinstance(op, ast.And), map(self.of, parts), self.size)
            case ast.BinOp(left=left, op=op, right=right):
                return _worked_out(self.of(left), op, self.of(right))
            case ast.Compare(left=left, ops=ops, comparators=rest):
                sides = [self.of(one) for one in (left, *rest)]
                answers = [_compared(one, op, other) for one, op, other in zip(sides, ops, sides[1:], strict=False)]
                return _all_or_any(True, answers, self.size) if len(answers) > 1 else answers[0]
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return _chosen(self.of(test), self.of(body), self.of(orelse))
        raise ValueError(ast.unparse(node))

    def named(self, name: str) -> Column:
        """What a name stands for; worked out once."""
        if name not in self._found:
            self._found[name] = self._named(name)
        return self._found[name]

    def _named(self, name: str) -> Column:
        from drgdip.screening.conditions.derived import DERIVED

        if name in self._lets:
            return self.value(self._lets[name])
        if name in DERIVED.get(self.table, {}):
            derived, missing = DERIVED[self.table][name]
            column, known = derived(self)
            return column._replace(why=why_unless(known, self.number(missing)))
        read = fields_of(self.table).get(name)
        return self._read(self.frame, read, self.rows) if read else constant(self._parameter(name), self.size)

    def _parameter(self, name: str) -> Any:
        value = self.run.params.values[name]
        if isinstance(value, bool) or not isinstance(value, str | int):
            return self.run.params.flag(name) if isinstance(value, bool) else self.run.params.ratio(name)
        try:
            parse_ratio(str(value))
        except ValueError:
            return str(value)
        return self.run.params.ratio(name)

    def _read(self, frame: Frame, read: Read, rows: np.ndarray | None) -> Column:
        """A column; ``rows`` may be -1, where there is no row."""
        places = np.arange(frame.rows) if rows is None else rows
        known = frame.known(read.name) if rows is None else np.append(frame.known(read.name), False)[rows]
        why = why_unless(known, self.number(read.field))
        if read.kind == "list":
            return Column(objects([frame.codes(read.name, row) if row >= 0 else () for row in places.tolist()]), why)
        if read.kind == "id":
            texts = np.array([*frame.words.get(read.name, ()), ""], dtype=object)
            codes = frame[read.name] if rows is None else np.append(frame[read.name], -1)[rows]
            return Column(texts[codes] if read.name in frame.values else objects([""] * len(places)), why)
        values = frame[read.name] if rows is None else np.append(frame[read.name], 0)[rows]
        return Column(values, why, 10 ** PLACES.get(read.kind, 0))

    def _joined(self, other: str, field: str) -> Column:
        """A field of the row of another table that belongs to each row: of several the last that has it; or a parameter."""
        if other == "param":
            return constant(self._parameter(field), self.size)
        table, column = JOINS[self.table, other]
        if column == "case":
            case, cases = self.part(self.frame["case"]), self.run.cases
            places = np.where(case < cases.rows, case, -1)
            return Scope(self.run, table, cases, {}, places, self._missing).named(field)
        read, frame = fields_of(table)[field], self.run.data.table(table)
        if frame is None or not self.frame.has(column):
            return Column(objects([""] * self.size) if read.kind == "id" else np.zeros(self.size, dtype=np.int64),
                          self.unknown(field), 0 if read.kind == "id" else 10 ** PLACES.get(read.kind, 0))  # fmt: skip
        there = np.flatnonzero(frame.known(read.name) & frame.known(column)).tolist()
        place = {frame.text(column, row): row for row in there}
        words = self.frame.words[column]
        of_word = np.array([place.get(str(word), -1) for word in words] + [-1], dtype=np.int64)
        return self._read(frame, read, of_word[self.part(self.frame[column])])


def parse(text: str) -> Any:
    """A number as it is written, exact."""
    from fractions import Fraction

    return Fraction(*parse_ratio(text))


def _worked_out(one: Column, op: ast.operator, other: Column) -> Column:
    if isinstance(op, ast.Mult):
        return times(one, other)
    if isinstance(op, ast.Div):
        return over(one, other)
    left, right, scale = aligned(one, other)
    return Column(np.asarray(left + right if isinstance(op, ast.Add) else left - right), both(one, other), scale)


def _compared(one: Column, op: ast.cmpop, other: Column) -> Column:
    if bool(one.scale) != bool(other.scale) or (not one.scale and not isinstance(op, ast.Eq | ast.NotEq)):
        raise WrongKindError
    left, right = aligned(one, other)[:2] if one.scale else (one.values, other.values)
    return Column(np.asarray(_COMPARED[type(op)](left, right), dtype=np.bool_), both(one, other))


def _all_or_any(all_of: bool, parts: Iterable[Column], rows: int) -> Column:
    """``and`` or ``or``: decided where one part decides it, open where a part that might is not known, the first of them.

    Once all rows are decided no further part is worked out.
    """
    decided, why = np.zeros(rows, dtype=np.bool_), everywhere(KNOWN, rows)
    for one in parts:
        if one.values.dtype != np.bool_:
            raise WrongKindError
        decides = one.values != all_of
        decided |= decides if one.why is everywhere(KNOWN, rows) else decides & (one.why == KNOWN)
        why = first_missing(why, one.why)
        if rows and decided.all():
            return certain(decided != all_of)
    return Column(decided != all_of, why if why is everywhere(KNOWN, rows) else np.where(decided, KNOWN, why))


def _chosen(test: Column, one: Column, other: Column) -> Column:
    if test.values.dtype != np.bool_:
        raise WrongKindError
    left, right, scale = aligned(one, other) if one.scale and other.scale else (one.values, other.values, 0)
    why = np.where(test.why == KNOWN, np.where(test.values, one.why, other.why), test.why)
    return Column(np.where(test.values, left, right), why, scale)
