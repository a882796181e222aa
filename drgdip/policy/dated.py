"""Dated values of a policy file.

A leaf is ``{value: …, cite: "…"}``, valid for the policy's whole effective period, or a list of
``{from: …, to: …, value: …, cite: "…"}`` that tile the effective period exactly. An entry may carry
``status: sourced|derived|unverified|memory|disputed``, the day it was last ``confirmed``, and a ``note``.

``value: unknown`` says that the author of the file could not know the value: the policy loads and shows, and nothing
is settled with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, Literal, NamedTuple

from drgdip.base.text import Text
from drgdip.base.validity import Period
from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy.problems import Problems
from drgdip.policy.readers import EntryStatus, Reader, choice, day, record, reject, words

#: When a value may change: some belong to a whole month (point value, payment), to a year, or to the whole
#: policy.
Changes = Literal["any_day", "month_start", "year_start", "never"]

_ONE_DAY = timedelta(days=1)


class _Unknown:
    """Stands for a value that nobody has filled in yet."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()
_UNKNOWN_WORD = "unknown"


class Entry(NamedTuple):
    """One dated value; ``node`` is its place in the file, ``confirmed`` the day it was last compared with its source."""

    period: Period
    value: Any
    citation: str
    status: EntryStatus | None
    note: str
    node: Node
    confirmed: date | None = None


def entry_on(entries: Sequence[Entry], on: date) -> Entry | None:
    """The entry that holds on a day, or None."""
    return next((entry for entry in entries if on in entry.period), None)


def read_entries(node: Node, reader: Reader, changes: Changes, whole: Period | None, problems: Problems) -> Any:
    """The entries of a leaf in the order of time, or INVALID; ``whole`` is None where the effective period is unknown."""
    if isinstance(node.value, list):
        entries = [_read_entry(item, reader, None, problems) for item in node.value]
    else:
        # A stand-in for an effective period that was refused; the file is refused with it.
        entries = [_read_entry(node, reader, whole or Period(date.min, date.max), problems)]
    if INVALID in entries:
        return INVALID
    entries.sort(key=lambda entry: entry.period)
    if whole is not None:
        _check_tiling(node, entries, whole, problems)
        _check_changes(entries, changes, whole, problems)
    return tuple(entries)


def _anything(node: Node, _problems: Problems) -> Any:
    return node


_STATEMENT = {"value": _anything, "cite": words}
_REMARKS = {"status": choice(EntryStatus), "note": words, "confirmed": day}
_UNDATED = record(_STATEMENT, _REMARKS)
_DATED = record({"from": day, "to": day, **_STATEMENT}, _REMARKS)


def _read_entry(node: Node, reader: Reader, whole: Period | None, problems: Problems) -> Any:
    fields = (_DATED if whole is None else _UNDATED)(node, problems)
    # The value is read even where something beside it is wrong, so that all problems show at once.
    place = node.value.get("value") if isinstance(node.value, dict) else None
    value = INVALID if place is None else _read_value(place, reader, problems)
    if fields is INVALID or value is INVALID:
        return INVALID
    period = whole or Period(fields["from"], fields["to"])
    if period.first > period.last:
        return reject(node, problems, "结束日期早于开始日期", "it ends before it begins")
    remarks = fields.get("status"), fields.get("note", ""), fields["value"], fields.get("confirmed")
    return Entry(period, value, fields["cite"], *remarks)


def _read_value(node: Node, reader: Reader, problems: Problems) -> Any:
    return UNKNOWN if node.value == _UNKNOWN_WORD else reader(node, problems)


def _check_tiling(node: Node, entries: Sequence[Entry], whole: Period, problems: Problems) -> None:
    # Days as numbers: the calendar's last day has none after it.
    expected = whole.first.toordinal()
    for entry in entries:
        first, last = entry.period
        if first < whole.first or last > whole.last:
            words = Text(
                f"{entry.period} 超出政策有效期 {whole}", f"{entry.period} lies outside the effective period {whole}"
            )
            problems.add(entry.node.line, entry.node.path, words)
        elif first.toordinal() < expected:
            words = Text(f"日期重叠:{first} 已有取值", f"overlap: a value already holds on {first}")
            problems.add(entry.node.line, entry.node.path, words)
        elif first.toordinal() > expected:
            _tell_gap(entry.node, Period(date.fromordinal(expected), first - _ONE_DAY), problems)
        expected = max(expected, last.toordinal() + 1)
    if expected <= whole.last.toordinal():
        _tell_gap(node, Period(date.fromordinal(expected), whole.last), problems)


def _tell_gap(node: Node, missing: Period, problems: Problems) -> None:
    problems.add(node.line, node.path, Text(f"日期缺口:{missing} 无取值", f"gap: no value holds on {missing}"))


def _check_changes(entries: Sequence[Entry], changes: Changes, whole: Period, problems: Problems) -> None:
    for entry in entries:
        first = entry.period.first
        if first <= whole.first or changes == "any_day":
            continue
        if changes == "never":
            reject(entry.node, problems, "该值在政策有效期内不得变更", "this value cannot change within a policy")
        elif changes == "year_start" and (first.month, first.day) != (1, 1):
            reject(
                entry.node,
                problems,
                "该值按年生效,只能自 1 月 1 日变更",
                "this value belongs to a year: it changes on 1 January only",
            )
        elif first.day != 1:
            reject(
                entry.node,
                problems,
                "该值按月生效,只能自每月 1 日变更",
                "this value belongs to a month: it changes on the 1st only",
            )
