"""Suppressions that hold before rules fire (review rules 0.12): each with its reason and period, counted by coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.screening.data import DAY, Frame
from drgdip.screening.day import read_day

_EPOCH = date(1970, 1, 1)
#: Conditions on a case: key of the suppression -> column, and whether texts are beginnings.
_CONDITIONS = {
    "main_dx": ("principal", True), "med_type": ("care", False), "adm_way": ("admission_way", False),
    "dscg_way": ("discharge_way", False), "setl_id": ("settlement", False), "fixmedins_code": ("hospital", False),
    "mdtrt_admdvs": ("treated_region", True), "group": ("group", False), "psn_no": ("person", False),
}  # fmt: skip
_KEYS = frozenset({"id", "reason", "from", "to", "rules", "newborn", "item", *_CONDITIONS})


class Suppression(NamedTuple):
    """Cases that some rules leave alone. All conditions must hold; each is a set of texts.

    first, last : days of discharge that it covers. newborn : only stays of newborns. items : only these fee lines, so
    that hits on them are dropped and the case is judged all the same.
    """

    id: str
    reason: str
    first: date
    last: date
    rules: frozenset[str]
    conditions: Mapping[str, tuple[str, ...]]
    newborn: bool
    items: frozenset[str]


#: What holds without being asked for. Chemotherapy and dialysis cycles, newborns and bed-day care have their guards in
#: the catalogue too; here they reach every rule that they concern.
DEFAULTS: tuple[Mapping[str, Any], ...] = (
    {"id": "chemo_radio_cycle", "reason": "放化疗周期性住院", "rules": ["E01", "E05", "E06"], "main_dx": ["Z51.0", "Z51.1"]},
    {"id": "dialysis", "reason": "规律透析", "rules": ["E01", "E05", "E06", "C03"], "main_dx": ["Z49"]},
    {"id": "newborn_with_mother", "reason": "随母新生儿", "rules": ["B01", "E01", "E03"], "newborn": True},
)  # fmt: skip


def read_suppressions(given: Sequence[Any]) -> list[Suppression]:
    """Suppressions of a params file. Raises PolicyError for one that lacks its reason, rules or condition."""
    return [_read(item) for item in given]


def _read(item: Any) -> Suppression:
    if not isinstance(item, Mapping) or not item.get("id") or not item.get("reason") or not item.get("rules"):
        raise _wrong(str(item.get("id") if isinstance(item, Mapping) else item))
    name = str(item["id"])
    listed = {key: _texts(name, key, item[key]) for key in ("rules", "item", *_CONDITIONS) if key in item}
    newborn, named = item.get("newborn", False), frozenset(listed.pop("rules"))
    items = frozenset(listed.pop("item", ()))
    if set(item) - _KEYS or not isinstance(newborn, bool) or not (listed or items or newborn):
        raise _wrong(name)
    first, last = _day(name, item, "from", date.min), _day(name, item, "to", date.max)
    if first > last:
        raise _not(name, "from", str(item["from"]), Text("不晚于 to 的日期", "no later than to"))
    return Suppression(name, str(item["reason"]), first, last, named, listed, newborn, items)


def _texts(name: str, key: str, value: Any) -> tuple[str, ...]:
    """A list of texts that says something; a lone text is none, as its letters would be taken one by one."""
    if (
        not isinstance(value, list | tuple)
        or not value
        or any(one is None or isinstance(one, bool | dict | list) for one in value)
    ):
        raise _not(name, key, repr(value), Text("列表", "a list"))  # fmt: skip
    return tuple(str(one) for one in value)


def _day(name: str, item: Mapping[str, Any], key: str, missing: date) -> date:
    value = item.get(key)
    if value is None:
        return missing
    try:
        return read_day(value)
    except ValueError:
        raise _not(name, key, repr(value), Text("日期 YYYY-MM-DD", "a day as YYYY-MM-DD")) from None


def _not(name: str, key: str, value: str, form: Text) -> PolicyError:
    return PolicyError(
        Text(f"排除项 {name} 的 {key} 不能为 {value}。", f"{key} of the suppression {name} cannot be {value}."),
        Text(f"须为{form.zh}。", f"It must be {form.en}."),
    )


def _wrong(name: str) -> PolicyError:
    return PolicyError(
        Text(f"排除项 {name} 不完整。", f"The suppression {name} is not complete."),
        Text("须有 id、reason、rules 与至少一个条件。", "It needs id, reason, rules and at least one condition."),
    )


def covered_by(suppression: Suppression, cases: Frame) -> np.ndarray:
    """Which cases a suppression takes from its rules; bool, (n,). One for some items takes none as a whole."""
    return np.zeros(cases.rows, dtype=np.bool_) if suppression.items else _holds(suppression, cases)


def _holds(suppression: Suppression, cases: Frame) -> np.ndarray:
    found = np.ones(cases.rows, dtype=np.bool_)
    for key, texts in suppression.conditions.items():
        column, beginnings = _CONDITIONS[key]
        found &= cases.starts_with(column, texts) if beginnings else cases.is_any(column, texts)
    if suppression.newborn:
        found &= cases.known("newborn_days") & ~(cases["age_e4"] > 0)
    if suppression.first > date.min or suppression.last < date.max:
        day = cases["discharge_s"] // DAY
        low, high = (suppression.first - _EPOCH).days, (suppression.last - _EPOCH).days
        found &= cases.known("discharge_s") & (day >= low) & (day <= high)
    return found


def leaves_item(suppression: Suppression, rule: str, item: str, cases: Frame, case: int) -> bool:
    """Whether hits of a rule on an item of a case are dropped."""
    if rule not in suppression.rules or item not in suppression.items:
        return False
    return case < 0 or bool(_holds(suppression, cases)[case])
