"""What came of the guards of a rule for a finding (review workflow 4.5), by what the catalogue declares of each.

A guard names what it rests on (``by``): parameters, fields of tables, or the suppressions of the params file. From that alone
it is told of a finding whether it was checked and by which value, could not be checked for want of a field, or is not in
use because no parameter says anything. What the reply has to show, and what the computation keeps to, say so (``answer``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from drgdip.base.money import format_yuan
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Text
from drgdip.interface.fields import fields_of, label, table_names
from drgdip.screening.columns import NAMES, OPTIONAL, PLACES, TABLES, Kind
from drgdip.screening.data import Dataset, Frame
from drgdip.screening.hits import TABLE_OF, Hit
from drgdip.screening.rule import OTHERS, SUPPRESSIONS, Guard, Rule
from drgdip.screening.sentences import plain_numbers, time_text
from drgdip.screening.suppressions import Suppression

#: State of a guard -> how people read it.
STATES = {
    "checked": Text("已核对,不适用", "checked, does not apply"),
    "applied": Text("已按此计算", "counted so"),
    "unchecked": Text("未能核对", "could not be checked"),
    "not_in_use": Text("本地未启用", "not in use here"),
    "reply": Text("本程序不核对,由机构举证", "not checked here"),
    "stated": Text("", ""),
}
_LACKS = Text("缺 {names}", "missing: {names}")
_UNSET = Text("未设 {names}", "nothing is set for {names}")
_NOT_SAID = Text("未载", "not said")
_NONE_SET = Text("未设", "none set")
_OTHER = Text("其他除外情形", "another guard")
_SUPPRESSED = Text("排除名单", "suppressions")
#: Values of a parameter that are told one by one; of more their number.
_FEW = 8


class GuardAnswer(NamedTuple):
    """What came of one guard. state : of :data:`STATES`. by : the figures or fields that tell it, empty where none do."""

    words: Text
    state: str
    by: Text = Text("", "")

    @property
    def text(self) -> Text:
        """The guard and what came of it, as people read it."""
        return Text(*(self._in(language) for language in (0, 1)))

    def _in(self, language: int) -> str:
        words, state, by = self.words[language], STATES[self.state][language], self.by[language]
        colon, opened, closed, comma = (":", "(", ")", ",") if not language else (": ", " (", ")", ", ")
        if not state:
            return words
        told = f"{comma}{by}" if self.state in ("unchecked", "not_in_use") else f"{opened}{by}{closed}"
        return f"{words}{colon}{state}{told if by else ''}"


class _Field(NamedTuple):
    """A field that a guard rests on. of_others : of the row that the finding is held against, not its own."""

    table: str
    name: str
    column: str
    kind: Kind
    label: Text
    of_others: bool


class _Asked(NamedTuple):
    """A guard, as far as its rule and its parameters tell. told : its whole answer, where no field is asked for."""

    guard: Guard
    settled: tuple[Text, ...]
    fields: tuple[_Field, ...]
    told: GuardAnswer | None


class Guards:
    """The guards of a rule under some values of its parameters."""

    def __init__(self, rule: Rule, values: Mapping[str, Any], suppressions: Sequence[Suppression] = ()) -> None:
        self._asked = [_asked(guard, rule, values, suppressions) for guard in rule.guards]
        self._named = {field.name for asked in self._asked for field in asked.fields}

    def on(self, data: Dataset) -> GuardsOn:
        """The same for findings of a batch."""
        return GuardsOn(self._asked, self._named, data)


class GuardsOn:
    """Answers for the findings of one batch; those that rest on the same rows are made once."""

    def __init__(self, asked: Sequence[_Asked], named: set[str], data: Dataset) -> None:
        self._asked, self._named, self._data = asked, named, data
        tables = {field.table for one in asked for field in one.fields}
        self._own = bool(tables - {"cases"})
        self._cases = "cases" in tables
        self._known: dict[tuple[Any, ...], tuple[GuardAnswer, ...]] = {}

    def of(self, hit: Hit) -> tuple[GuardAnswer, ...]:
        """What came of each guard, in the order of the catalogue; then fields that no guard names and that were wanted."""
        unchecked = tuple(hit.facts.get("unchecked", ()))
        case = (hit.case, hit.others[:1]) if self._cases else ()
        key = (hit.subject, hit.table, case, hit.place if self._own else -1, unchecked)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(self._all(hit, unchecked))
        return found

    def _all(self, hit: Hit, unchecked: Sequence[str]) -> list[GuardAnswer]:
        found = [one.told or self._answer(one, hit, unchecked) for one in self._asked]
        lost = [_lacks([label(name)]) for name in unchecked if name not in self._named]
        return [*found, *(GuardAnswer(_OTHER, "unchecked", by) for by in lost)]

    def _answer(self, asked: _Asked, hit: Hit, unchecked: Sequence[str]) -> GuardAnswer:
        told, lost = list(asked.settled), list[Text]()
        for field in asked.fields:
            frame, row = self._data.table(field.table), _row(field, hit)
            value = _value(field, frame, row) if frame is not None and row >= 0 else None
            if field.name in unchecked or frame is None or not frame.has(field.column) or _is_lost(field, row, value):
                lost.append(field.label)
            elif row >= 0:
                said = Text(value, value) if value else _NOT_SAID
                told.append(Text(*(f"{field.label[at]} {said[at]}" for at in (0, 1))))
            else:
                told.append(field.label)
        if lost:
            return GuardAnswer(asked.guard.words, "unchecked", _lacks(lost))
        return GuardAnswer(asked.guard.words, asked.guard.answer or "checked", _joined(told))


def _row(field: _Field, hit: Hit) -> int:
    """The row that a field is looked up in; -1 where a finding has no one row of the table."""
    if field.of_others:
        return hit.others[0] if hit.others else -1
    if field.table == "cases" and hit.subject in ("case", "line"):
        return hit.case
    return hit.place if (hit.table or TABLE_OF.get(hit.subject)) == field.table else -1


def _is_lost(field: _Field, row: int, value: str | None) -> bool:
    return row >= 0 and not value and (field.table, field.name) not in OPTIONAL


def _value(field: _Field, frame: Frame, row: int) -> str | None:
    if not frame.has(field.column):
        return None
    if field.kind == "list":
        return "、".join(frame.codes(field.column, row))
    if field.kind == "id":
        return frame.text(field.column, row)
    if not frame.is_known(field.column, row):
        return None
    value = int(frame[field.column][row])
    if field.kind == "time":
        return time_text(value)
    return format_yuan(value) if field.kind == "money" else plain_numbers(format_scaled(value, PLACES[field.kind]))


def _asked(guard: Guard, rule: Rule, values: Mapping[str, Any], suppressions: Sequence[Suppression]) -> _Asked:
    fields, said, empty = list[_Field](), list[Text](), list[Text]()
    for name in guard.by:
        table, _, own = name.removeprefix(OTHERS).partition(".")
        if own:
            fields.append(_field(table, own, name.startswith(OTHERS)))
            continue
        words = _SUPPRESSED if name == SUPPRESSIONS else rule.parameters[name].words
        value = [one.id for one in suppressions] if name == SUPPRESSIONS else values.get(name)
        (empty if _is_empty(value) else said).append(Text(*(f"{words[at]} {_shown(value)[at]}" for at in (0, 1))))
    settled, told = (*said, *(empty if said else ())), None
    if empty and not said:
        names = [_words_of(name, rule) for name in guard.by if "." not in name]
        told = GuardAnswer(
            guard.words, "not_in_use", Text(*(_UNSET[at].format(names=_joined(names)[at]) for at in (0, 1)))
        )
    elif not fields:
        state = guard.answer or ("checked" if said else "stated")
        told = GuardAnswer(guard.words, state, _joined(settled))
    return _Asked(guard, settled, tuple(fields), told)


def _words_of(name: str, rule: Rule) -> Text:
    return _SUPPRESSED if name == SUPPRESSIONS else rule.parameters[name].words


def _field(table: str, name: str, of_others: bool) -> _Field:
    column = NAMES[table][name]
    (kind,) = {read.kind for read in TABLES[table] if read.name == column}
    known = fields_of(table).get(name) if table in table_names() else None
    return _Field(table, name, column, kind, known.label if known else label(name), of_others)


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value == "" or (hasattr(value, "__len__") and not len(value))


def _shown(value: Any) -> Text:
    """A value of a parameter: itself, a few one by one, or how many there are."""
    if _is_empty(value):
        return _NONE_SET
    if value is True:
        return Text("是", "yes")
    if isinstance(value, str) or not hasattr(value, "__len__"):
        return Text(str(value), str(value))
    plain = not isinstance(value, Mapping) and all(isinstance(one, str | int) for one in list(value)[: _FEW + 1])
    if plain and len(value) <= _FEW:
        texts = [str(one) for one in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
        return Text("、".join(texts), ", ".join(texts))
    return Text(f"{len(value)} 项", f"{len(value)} entries")


def _joined(texts: Sequence[Text]) -> Text:
    return Text(";".join(text.zh for text in texts), "; ".join(text.en for text in texts))


def _lacks(names: Sequence[Text]) -> Text:
    return Text(_LACKS.zh.format(names="、".join(name.zh for name in names)),
                _LACKS.en.format(names=", ".join(name.en for name in names)))  # fmt: skip
