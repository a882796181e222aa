"""The sentence of fact of a finding, in Chinese and English: the rule's template with the values of the case."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from datetime import datetime, timedelta
from functools import cache, lru_cache
from string import Formatter
from typing import Any, NamedTuple

from drgdip.base.money import format_yuan
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Language, Text
from drgdip.screening.amounts import Amounts
from drgdip.screening.data import DAY, Dataset, Frame
from drgdip.screening.fact_words import fact_word
from drgdip.screening.hits import Hit
from drgdip.screening.rule import Rule

_LANGUAGES: tuple[Language, Language] = ("zh", "en")
#: Facts that are quantities, days or prices: never codes, whose zeros mean something.
_FIGURES = frozenset({
    "available", "billed", "ceiling", "cut_points", "days", "days_beyond", "excess_days", "grams", "doses", "limit", "overlap_days",
    "price", "quantity", "total", "cost_ratio", "evidence",
})  # fmt: skip
_EXACT = re.compile(r"(?<![\w.])\d+\.(?:\d{6}|\d{4})(?![\w.])")
_LINES = {"line": "fee_lines", "drug_line": "drug_lines", "outpatient_line": "outpatient_lines"}
_SEX = {"1": Text("男", "male"), "2": Text("女", "female"), "9": Text("未说明", "not stated")}
_UNKNOWN_SEX = Text("未知", "not known")
#: Values of the stay.
_OF_CASES = frozenset({"admission", "discharge", "total"})
_EPOCH = datetime(1970, 1, 1)


@lru_cache(4096)
def time_text(seconds: int) -> str:
    """A time as people write it; without a time of day only the date."""
    time = _EPOCH + timedelta(seconds=seconds)
    return time.strftime("%Y-%m-%d" if seconds % DAY == 0 else "%Y-%m-%d %H:%M:%S")


class _Known(dict[str, str]):
    """Values of a template; one that the data do not have shows as a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


class _Template(NamedTuple):
    """How a rule says one kind of hit. short : said instead where a value of ``asked`` is not there. wanted : all values that either shows."""

    text: Text
    short: Text | None
    asked: frozenset[str]
    wanted: frozenset[str]


class Sentences:
    """The sentences of one rule on one batch; its templates are looked at once."""

    def __init__(self, data: Dataset, rule: Rule) -> None:
        self._cases, self._rule = data.cases, rule
        self._tables = {subject: data.table(name) for subject, name in _LINES.items()}
        self._templates: dict[tuple[str, str, str], _Template] = {}

    def of(self, hit: Hit, amounts: Amounts) -> Text:
        """The rule's sentence for this hit."""
        facts = hit.facts
        template, short, asked, wanted = self._template(str(facts.get("reason", "")), hit.subject, hit.outcome)
        values = self._values(hit, amounts, wanted)
        chinese = english = values
        if facts or len(hit.involves) > 1:
            chinese, english = (
                _Known({**_facts(self._rule.id, hit, language, wanted), **values}) for language in _LANGUAGES
            )
        elif hit.involves:
            chinese["involves"] = hit.involves[0]
        if short and not all(name in chinese for name in asked):
            template = short
        return Text(template.zh.format_map(chinese), template.en.format_map(english))

    def _template(self, *kinds: str) -> _Template:
        key = kinds[0], kinds[1], kinds[2]
        if key not in self._templates:
            text, short = self._rule.sentence(*kinds), self._rule.sentences.get("short")
            shown = (*text, *(short or ()))
            self._templates[key] = _Template(text, short, _names(text.zh), frozenset().union(*map(_names, shown)))
        return self._templates[key]

    def _values(self, hit: Hit, amounts: Amounts, wanted: Set[str]) -> _Known:
        """What reads the same in both languages, as far as it is wanted."""
        values = _Known(subject=hit.keys[0])
        if hit.formula:
            values["formula"] = hit.formula
        if hit.facts:
            _add_facts(values, hit.facts)
        if amounts.quantity_e4 is not None and "quantity" in wanted:
            values["quantity"] = plain_numbers(format_scaled(amounts.quantity_e4, 4))
        if hit.case >= 0 and not wanted.isdisjoint(_OF_CASES):
            self._add_case(values, hit, wanted)
        frame = self._tables.get(hit.subject)
        if frame is not None:
            _add_line(values, frame, hit.place, wanted)
        return values

    def _add_case(self, values: dict[str, str], hit: Hit, wanted: Set[str]) -> None:
        cases = self._cases
        for name, column in (("admission", "admission_s"), ("discharge", "discharge_s")):
            if name in wanted and cases.known(column)[hit.case]:
                values[name] = time_text(int(cases[column][hit.case]))
        told = "total" in values or "total" in hit.facts
        if "total" in wanted and not told and cases.known("total_fen")[hit.case]:
            values["total"] = format_yuan(int(cases["total_fen"][hit.case]))


def _add_facts(values: dict[str, str], facts: Mapping[str, Any]) -> None:
    """Money in yuan, and the words of sexes."""
    for name, value in facts.items():
        if name.endswith("_fen") and value is not None:
            values[name.removesuffix("_fen")] = format_yuan(int(value))
    for name in ("sex", "limited_to"):
        if name in facts:
            word = _SEX.get(str(facts[name]), _UNKNOWN_SEX)
            values[f"{name}_word"], values[f"{name}_word_en"] = word.zh, word.en


def _add_line(values: dict[str, str], frame: Frame, place: int, wanted: Set[str]) -> None:
    for name in ("line", "item"):
        if name in wanted:
            values[name] = frame.text(name, place)
    if ("time" in wanted or "day" in wanted) and frame.is_known("time_s", place):
        seconds = int(frame["time_s"][place])
        if "time" in wanted:
            values["time"] = time_text(seconds)
        if "day" in wanted:
            values["day"] = time_text(seconds // DAY * DAY)


@cache
def _names(template: str) -> frozenset[str]:
    """What a template shows."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


def _facts(rule: str, hit: Hit, language: Language, wanted: Set[str]) -> dict[str, str]:
    """What was found and whom it involves, as the language writes it, as far as it is wanted. What is empty is not there."""
    joint = "、" if language == "zh" else ", "
    values = {
        name: shown
        for name, value in hit.facts.items()
        if name in wanted and (shown := _shown(rule, name, value, joint, language))
    }
    if hit.involves:
        values["involves"] = joint.join(hit.involves)
    return values


def _shown(rule: str, name: str, value: Any, joint: str, language: Language) -> str:
    if isinstance(value, list | tuple):
        return joint.join(_shown(rule, name, item, joint, language) for item in value)
    if isinstance(value, Mapping):
        return joint.join(f"{fact_word(rule, key, language)} {item}" for key, item in value.items())
    text = "" if value is None else str(value)
    return fact_word(rule, plain_numbers(text) if name in _FIGURES else text, language)


def plain_numbers(text: str) -> str:
    """Numbers without the zeros that only say how exactly they are kept: ``3.0000 − 2.0000`` is ``3 − 2``; money keeps its two."""
    return _EXACT.sub(lambda number: number[0].rstrip("0").rstrip("."), text)
