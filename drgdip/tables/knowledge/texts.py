"""Limit texts of the public lists as exact figures; a text that says none of them is kept and counted, never guessed.

Where the word in the list and its payment condition differ, the row says ``disputed`` and takes what denies less.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

#: What a text gives: column -> cell; None if it cannot be read.
Cells = dict[str, str]
Reader = Callable[[str, str], Cells | None]

_AGE_CLASSES = {"儿童": "child", "新生儿": "newborn", "婴幼儿": "infant"}
_UNITS = {"岁": "year", "周岁": "year", "月": "month", "月龄": "month", "天": "day", "日": "day", "": "year"}
_AGE_RANGE = re.compile(r"(\d+)(周岁|岁|月)?(?:至|-|~|～)(\d+)(周岁|岁)")
_AGE_FROM = re.compile(r"(\d+)(周岁|岁|月)(?:及(?:\d+岁)?)?以上")
_AGE_UPTO = re.compile(r"(?<![至\-~～\d])(\d+)(周岁|岁|月)(?:及)?以下")
_CLAUSE = re.compile(r"(?:^|[:：；;])\d\.")
_DAYS = re.compile(r"(?:不超过|最多支付)(\d+|一)(天|个月|年)")
_INTERVAL = re.compile(r"间隔时间不短于(\d+)天")
_PER_WEEK = re.compile(r"每周最多支付([一二三四五六七\d])次")
_LEVELS = {"二级": "2", "三级": "3"}
_NUMERALS = {sign: str(n) for n, sign in enumerate("一二三四五六七", 1)}


def age_limit(limit: str, text: str) -> Cells | None:
    """The age class of the list; narrower bounds only from a payment condition (``限…``), and then ``derived``.

    以上, 以下 and 至 include the number (Civil Code, article 1259): 14 岁 as a last year is below 15.
    """
    age_class = _AGE_CLASSES.get(limit)
    if age_class is None:
        return None
    return {"age_class": age_class, **_stated_ages(text)}


def _stated_ages(text: str) -> Cells:
    text = text.strip()
    if not text.startswith("限"):
        return {}
    spans = [(int(low), _UNITS[unit or "岁"], int(high) + 1, "year") for low, unit, high, _ in _AGE_RANGE.findall(text)]
    lows = [(int(number), _UNITS[unit]) for number, unit in _AGE_FROM.findall(text)]
    highs = [(int(number) + 1, _UNITS[unit]) for number, unit in _AGE_UPTO.findall(text)]
    if len(spans) + len(lows) + len(highs) < max(1, len(_CLAUSE.findall(text))):
        return {}  # A clause without an age is open to every age of the class.
    cells: Cells = {}
    froms = [(low, unit) for low, unit, _, _ in spans] + lows
    belows = [(high, unit) for _, _, high, unit in spans] + highs
    if froms and not highs:
        age, unit = min(froms, key=_in_months)
        cells |= {"from_age": str(age), "from_unit": unit}
    if belows and not lows:
        age, unit = max(belows, key=_in_months)
        cells |= {"below_age": str(age), "below_unit": unit}
    return {**cells, "mark": "derived"} if cells else {}


def _in_months(bound: tuple[int, str]) -> int:
    return bound[0] * (12 if bound[1] == "year" else 1)


def course(limit: str, text: str) -> Cells | None:
    """Days of a course, its scope, and the least distance of two uses.

    Where list and condition name other numbers of days, the greater one counts and the row is ``disputed``.
    """
    listed = re.fullmatch(r"(\d+)天", limit)
    stated = [_in_days(*found) for found in _DAYS.findall(text)]
    days = [*([int(listed[1])] if listed else []), *stated]
    interval, week = _INTERVAL.search(text), _PER_WEEK.search(text)
    if not days and not interval and not week:
        return None
    cells = {"days": str(max(days))} if days else {}
    if "单次住院" in text or "住院方可支付，单次" in text or "住院方可支付,单次" in text:
        cells["scope"] = "stay"
    elif "一个疾病过程" in text:
        cells["scope"] = "course"
    if interval:
        cells["interval_days"] = interval[1]
    if week:
        cells |= {"times": _NUMERALS.get(week[1], week[1]), "period_days": "7"}
    mark = "disputed" if len(set(days)) > 1 else "" if listed else "derived"
    return {**cells, "mark": mark}


def _in_days(number: str, unit: str) -> int:
    count = 1 if number == "一" else int(number)
    if unit == "个月":
        return count // 12 * 365 + count % 12 * 31
    return count * 365 if unit == "年" else count


def level(limit: str, text: str) -> Cells | None:
    """The lowest level of hospitals, and whom the payment condition exempts."""
    found = _LEVELS.get(limit)
    if found is None:
        by_text = re.search(r"(三级)(?:综合)?医院|(二级|三级)及以上医疗机构", text)
        found = _LEVELS[by_text[1] or by_text[2]] if by_text else None
    if found is None:
        return None
    if re.search(r"或二级及以上\w*专科医院", text):
        return {"level": found, "exception": "specialist"}
    return {"level": found, "exception": "first_prescription" if "首次处方时需由" in text else ""}


def visit(limit: str, text: str) -> Cells | None:
    """Kinds of visits; a condition that lets emergency patients have the drug widens the list's word."""
    if limit != "住院" and "住院" not in text:
        return None
    if re.search(r"急诊(?:或|、|及|和)住院|住院(?:或|、|及|和)急诊", text):
        return {"visits": "inpatient|emergency", "mark": "disputed"}
    return {"visits": "inpatient", "mark": "" if limit else "derived"}


def window(limit: str, text: str) -> Cells | None:
    """Window of a pair: 单日, 单次就诊, 同一小时, or so many hours."""
    named = {"单日": "day", "单次就诊": "stay", "同一小时": "clock_hour"}.get(limit)
    hours = re.fullmatch(r"(\d+)小时", limit)
    if named:
        return {"window": named}
    return {"window": "hours", "hours": hours[1]} if hours else None


def family(limit: str, text: str) -> Cells | None:
    """The group of a code's methods: the service whose sub-codes they are (first eleven digits)."""
    return {"group": f"{limit[:11]}0000"} if re.fullmatch(r"\d{15}", limit) else None


#: Name in a mapping -> how the texts of a list are read.
READERS: Mapping[str, Reader] = {
    "age": age_limit, "course": course, "level": level, "visit": visit, "window": window, "family": family,
}  # fmt: skip
