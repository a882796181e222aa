"""Policies between two: sections of one, the rest of the other, so that a back-test can say which section did what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.provenance import combine
from drgdip.base.validity import Period
from drgdip.policy.dated import Entry
from drgdip.policy.load import assembled
from drgdip.policy.model import FILE, OF_SCHEME, Contents
from drgdip.policy.problems import Problems
from drgdip.policy.resolve import Day
from drgdip.policy.sanity import check_day

if TYPE_CHECKING:
    from drgdip.policy.load import Policy

#: Sections that no month is settled by; the head's identity is neither. Of the year a month has its season's budget.
_NOT_OF_A_MONTH = frozenset(("policy", "region", "effective", "prepayment"))
_SEASON, _BUDGETS = "month.seasonal_quota", "year.budgets"
#: The order in which sections are exchanged: that of the policy file.
SECTIONS = tuple(key for key in FILE if key not in _NOT_OF_A_MONTH)
#: What a change of scheme exchanges together: none of these fits the other scheme.
_WITH_THE_SCHEME = ("tables", *OF_SCHEME)


class Side(NamedTuple):
    """A policy over a closed period. ``day`` : whose values stand for a period that it does not cover; else None."""

    policy: Policy
    day: date | None


def side(policy: Policy, period: Period) -> Side:
    """How a policy stands to a period: it covers it, or its day that is nearest lends its values to all of it."""
    if period.first in policy.period and period.last in policy.period:
        return Side(policy, None)
    return Side(policy, policy.period.first if period.first < policy.period.first else policy.period.last)


def changed_sections(before: Side, after: Side, period: Period) -> list[str]:
    """Sections whose values differ in the period, in the order in which they are exchanged."""
    together = _with_the_scheme(before, after)
    order = [*together, *(key for key in SECTIONS if key not in together)]
    seasonal = any(entry.value for one in (before, after) for entry in _entries(one, _SEASON, period))
    content = {key: _BUDGETS if key == "year" else key for key in order if key != "year" or seasonal}
    return [key for key, name in content.items() if _content(before, name, period) != _content(after, name, period)]


def _with_the_scheme(before: Side, after: Side) -> tuple[str, ...]:
    """Sections that are exchanged together because the policies are of two schemes."""
    return () if before.policy.tables_scheme == after.policy.tables_scheme else _WITH_THE_SCHEME


def blended(before: Side, after: Side, from_after: Collection[str], period: Period) -> Policy | None:
    """``before`` with some sections of ``after``, over a period; None if these do not fit together.

    Prepayment is left out of it. The year goes with the pools where nothing of it bears on a month, and in the end is that
    of ``after``. Raises PolicyError where a value is unknown.
    """
    changed = changed_sections(before, after, period)
    from_after = {*from_after, *_year_with(changed, from_after)}
    together = {key for key in changed if key in _with_the_scheme(before, after)}
    if together & set(from_after) and not together <= set(from_after):
        return None
    contents = Contents({}, {}, {})
    for key in FILE:
        one = after if key in from_after else before
        source = one.policy
        if key == "prepayment":
            continue
        contents.plain.update({name: source.plain(name) for name in source.plain_keys() if _within(name, key)})
        contents.names.update({name: source.names(name) for name in source.named_keys() if _within(name, key)})
        contents.leaves.update({name: _entries(one, name, period) for name in source.leaf_keys() if _within(name, key)})
    contents.plain["effective"] = period
    problems = Problems(before.policy.source_path.name)
    for start in sorted({entry.period.first for entries in contents.leaves.values() for entry in entries}):
        check_day(Day(contents, start), problems)
    if problems:
        return None
    identity = combine([before.policy.sha256, after.policy.sha256, *sorted(from_after)])
    blend = assembled(contents, identity.encode(), Path(before.policy.source_path))
    blend.on(period.last)
    return blend


def _year_with(changed: Sequence[str], from_after: Collection[str]) -> tuple[str, ...]:
    """The year, if it is ``after``'s though it is no section that is exchanged."""
    follows = "year" not in changed and "pools" in from_after
    return ("year",) if follows or (changed and set(changed) <= set(from_after)) else ()


def _within(name: str, section: str) -> bool:
    return name == section or name.startswith(f"{section}.")


def _entries(one: Side, key: str, period: Period) -> tuple[Entry, ...]:
    """The entries of a key, cut to the period; one for all of it where the policy lends a day."""
    entries: Sequence[Entry] = one.policy.entries(key)
    if one.day is not None:
        return tuple(entry._replace(period=period) for entry in entries if one.day in entry.period)
    return tuple(
        entry._replace(period=Period(max(entry.period.first, period.first), min(entry.period.last, period.last)))
        for entry in entries
        if entry.period.first <= period.last and entry.period.last >= period.first
    )


def _content(one: Side, section: str, period: Period) -> object:
    source = one.policy
    plain = [
        (name, source.plain(name)) for name in source.plain_keys() if _within(name, section) and name[-5:] != ".name"
    ]
    leaves = [
        (name, [(entry.period, entry.value) for entry in _entries(one, name, period)])
        for name in source.leaf_keys()
        if _within(name, section)
    ]
    return plain, leaves
