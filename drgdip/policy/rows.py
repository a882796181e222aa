"""Values of a policy as people read them: one row for each dated entry."""

from __future__ import annotations

from typing import NamedTuple

from drgdip.base.validity import Period
from drgdip.policy.dated import UNKNOWN, Entry
from drgdip.policy.readers import DOUBTS, written


class Row(NamedTuple):
    """One value as ``policy show`` prints it; ``status`` is its mark, ``confirmed`` a day, or empty."""

    key: str
    value: str
    period: Period
    citation: str
    status: str
    note: str
    line: int = 0
    confirmed: str = ""
    unknown: bool = False

    @property
    def in_doubt(self) -> bool:
        """Whether results that used the value must say how far it can be relied on."""
        return self.status in DOUBTS


def row_of(key: str, entry: Entry) -> Row:
    """One entry of a key as a row."""
    confirmed = entry.confirmed.isoformat() if entry.confirmed else ""
    return Row(
        key, written(entry.node), entry.period, entry.citation, entry.status or "", entry.note, entry.node.line, confirmed,
        entry.value is UNKNOWN,
    )  # fmt: skip
