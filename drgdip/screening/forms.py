"""Forms of parameters: what a value of a params file has to look like, said before any rule runs.

A form is a kind (``text``, ``number``, ``signed``, ``share``, ``above zero``, ``date``, ``flag``), ``[form]`` for a list, ``[form, form]`` for one of that length, with a last ``"..."`` of at least that,
``{"*": form}`` for values by any key (``"*|*"`` by keys of two parts), ``{either: [form, form]}``, or a record of named entries,
``?`` behind those that may be left out; a record with ``"..."`` may have others, as rows of a knowledge pack have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from drgdip.base.errors import PolicyError
from drgdip.base.scaled import parse_ratio
from drgdip.base.text import Language, Text
from drgdip.screening.rule import Parameter, Rule

#: No amount, quantity or number of days comes near it, and all of them times 10**6 are whole numbers of 64 bits.
_LARGEST = 10**12
_ANY, _PAIRED, _EITHER, _OTHERS = "*", "*|*", "either", "..."


def form_of(parameter: Parameter) -> Any:
    """The form that is declared, or else that of the default; None where neither says it."""
    if parameter.form is not None:
        return parameter.form
    default = parameter.default
    if isinstance(default, bool):
        return "flag"
    if isinstance(default, int) or (isinstance(default, str) and _number(default) is not None):
        return "number"
    if isinstance(default, str):
        return "text"
    return ["text"] if isinstance(default, list) and all(isinstance(one, str) for one in default) else None


def check_values(rule: Rule, values: Any) -> None:
    """Raise PolicyError for values of a rule that do not have their form; names that it does not know are left to others."""
    if not isinstance(values, Mapping):
        raise _wrong(rule.id, "", values, {_ANY: "text"})
    for name, value in values.items():
        form = form_of(rule.parameters[name]) if name in rule.parameters else None
        if form is not None and value is not None:
            _check(rule.id, str(name), value, form)


def check_form(rule: str, place: str, value: Any, form: Any) -> None:
    """Raise PolicyError for a value that does not have a form."""
    _check(rule, place, value, form)


def is_form(form: Any) -> bool:
    """Whether it says something."""
    if isinstance(form, str):
        return form in _KINDS
    if isinstance(form, list):
        own = form[:-1] if form and form[-1] == _OTHERS else form
        return bool(own) and all(map(is_form, own))
    if not isinstance(form, dict) or not form:
        return False
    below = form[_EITHER] if _EITHER in form else [one for key, one in form.items() if key != _OTHERS]
    return all(map(is_form, below))


def described(form: Any) -> Text:
    """A form as people read it."""
    return Text(_said(form, "zh"), _said(form, "en"))


def _said(form: Any, language: Language) -> str:
    if isinstance(form, str):
        return _WORDS[form].in_language(language)
    if isinstance(form, list):
        own = [_said(one, language) for one in form if one != _OTHERS]
        return f"[{', '.join(own)}{', …' if len(form) == 1 or len(own) < len(form) else ''}]"
    if _EITHER in form:
        return " / ".join(_said(one, language) for one in form[_EITHER])
    named = {_ANY: "…", _PAIRED: "…|…"}
    entries = (f"{named.get(key, key)}: {_said(one, language)}" for key, one in form.items() if key != _OTHERS)
    return f"{{{', '.join(entries)}}}"


def _check(rule: str, place: str, value: Any, form: Any) -> None:
    if isinstance(form, str):
        if not _KINDS[form](value):
            raise _wrong(rule, place, value, form)
    elif isinstance(form, list):
        _check_list(rule, place, value, form)
    elif _EITHER in form:
        if not any(_holds(value, one) for one in form[_EITHER]):
            raise _wrong(rule, place, value, form)
    elif isinstance(value, Mapping):
        _check_entries(rule, place, value, form)
    else:
        raise _wrong(rule, place, value, form)


def _holds(value: Any, form: Any) -> bool:
    try:
        _check("", "", value, form)
    except PolicyError:
        return False
    return True


def _check_list(rule: str, place: str, value: Any, form: Sequence[Any]) -> None:
    own = [one for one in form if one != _OTHERS]
    if isinstance(value, str) or not isinstance(value, Sequence | set | frozenset) or not _is_long(len(value), form):
        raise _wrong(rule, place, value, form)
    for number, one in enumerate(value):
        _check(rule, f"{place}[{number + 1}]", one, own[min(number, len(own) - 1)])


def _is_long(length: int, form: Sequence[Any]) -> bool:
    """Any number of one, as many as several, or at least as many where others may follow."""
    if form[-1] == _OTHERS:
        return length >= len(form) - 1
    return len(form) == 1 or length == len(form)


def _check_entries(rule: str, place: str, value: Mapping[Any, Any], form: Mapping[str, Any]) -> None:
    every = form.get(_ANY, form.get(_PAIRED))
    if every is not None:
        for key, one in value.items():
            if _PAIRED in form and len(str(key).split("|")) != 2:
                raise _wrong(rule, f"{place}.{key}", one, form)
            _check(rule, f"{place}.{key}", one, every)
        return
    named = {key.removesuffix("?"): one for key, one in form.items() if key != _OTHERS}
    absent = [key for key in form if key != _OTHERS and not key.endswith("?") and value.get(key) is None]
    unknown = [key for key in value if key not in named and _OTHERS not in form]
    if absent or unknown:
        raise _wrong(rule, place, dict(value), form)
    for key, one in value.items():
        if key in named and one is not None:
            _check(rule, f"{place}.{key}", one, named[key])


def _text(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _number(value: Any) -> tuple[int, int] | None:
    """A number as it is written, as a fraction."""
    if not _text(value):
        return None
    try:
        found = parse_ratio(str(value))
    except ValueError:
        return None
    return found if abs(found[0]) <= _LARGEST * found[1] else None


def _within(holds: Callable[[int, int], bool]) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        number = _number(value)
        return number is not None and holds(*number)

    return check


def _date(value: Any) -> bool:
    if isinstance(value, date):
        return True
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "text": _text, "number": _within(lambda part, whole: part >= 0), "signed": _within(lambda part, whole: True),
    "share": _within(lambda part, whole: 0 <= part <= whole), "above zero": _within(lambda part, whole: part > 0),
    "date": _date, "flag": lambda value: isinstance(value, bool) or value in ("true", "false"),
}  # fmt: skip


_WORDS = {
    "text": Text("文字", "text"), "number": Text("数", "number"), "signed": Text("数(可为负)", "number, which may be negative"),
    "share": Text("0 至 1 的数", "number from 0 to 1"), "above zero": Text("大于 0 的数", "number above 0"),
    "date": Text("日期", "date"), "flag": Text("true/false", "true/false"),
}  # fmt: skip


def _wrong(rule: str, place: str, value: Any, form: Any) -> PolicyError:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else f"{shown[:60]}…"
    return PolicyError(
        Text(f"规则 {rule} 的参数 {place} 不能为 {shown}。", f"Parameter {place} of rule {rule} cannot be {shown}."),
        Text(f"形式应为 {described(form).zh}。", f"Its form is {described(form).en}."),
    )
