"""What two policies say differently, value by value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.policy.rows import Row

if TYPE_CHECKING:
    from drgdip.policy.load import Policy


class Change(NamedTuple):
    """A key whose values differ: the entries of either side, none where that side does not have the key."""

    key: str
    before: Sequence[Row]
    after: Sequence[Row]


#: The head's plain values that matter to results; they have no citation.
HEAD = ("effective", "region.admdvs", "tables.scheme", "tables.edition")


def differences(before: Policy, after: Policy, on: date | None = None) -> list[Change]:
    """Keys whose values differ, in the order of the file; on a day, or over the whole of both.

    Values are compared, not their spelling, citations or marks. Without a day, a value that holds for all of a policy
    compares with one that holds for all of the other, whatever their years. Raises PolicyError if a day is not covered.
    """
    left, right = before.describe(on), after.describe(on)
    by_key = [{key: list(rows) for key, rows in groupby(side, lambda row: row.key)} for side in (left, right)]
    found = []
    for key in _in_order(*by_key):
        sides = [keys.get(key, []) for keys in by_key]
        shapes = [_shape(policy, key, on) for policy in (before, after)]
        if shapes[0] != shapes[1]:
            found.append(Change(key, *sides))
    return found


def head_differences(before: Policy, after: Policy) -> list[tuple[str, str, str]]:
    """Plain values of the head that differ: key, and both as text."""
    return [(key, str(one), str(other)) for key in HEAD if (one := before.plain(key)) != (other := after.plain(key))]


def _shape(policy: Policy, key: str, on: date | None) -> Any:
    """What is compared: the value of the day; or all values with their days, but for one that always holds."""
    entries = policy.entries(key)
    if on is not None:
        return [entry.value for entry in entries if on in entry.period]
    if len({repr(entry.value) for entry in entries}) == 1:
        return [entries[0].value]
    return [(entry.period, entry.value) for entry in entries]


def _in_order(before: dict[str, list[Row]], after: dict[str, list[Row]]) -> Iterator[str]:
    """Keys of both: those of the first in its order, each followed by what the second has beside it."""
    order = list(before)
    place = 0
    for key in after:
        if key in before:
            place = order.index(key) + 1
        else:
            order.insert(place, key)
            place += 1
    return iter(order)
