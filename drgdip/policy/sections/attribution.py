"""The section ``attribution``: its form, its values, and what they must be to each other (settlement arithmetic 2.9).

It may be left out: then every stay belongs to the month of its basis date, whenever its list comes, and no bill is an
interim one. Its values hold for the whole policy: a boundary that moved within it would lose stays, or count them twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from drgdip.base.text import Text
from drgdip.base.yaml_source import Node
from drgdip.policy import readers as read
from drgdip.policy.form import Leaf, Tree
from drgdip.policy.problems import Problems
from drgdip.policy.sections import attribution_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

#: Every month has this day.
_LAST_DAY = 28
_LEAP_YEAR = 2024


def cutoff_day(node: Node, problems: Problems) -> Any:
    """A day that every month has."""
    if isinstance(node.value, int) and not isinstance(node.value, bool) and 1 <= node.value <= _LAST_DAY:
        return node.value
    return read.reject(node, problems, f"须为 1 至 {_LAST_DAY} 的整数", f"must be a whole number from 1 to {_LAST_DAY}")


def month_and_day(node: Node, problems: Problems) -> Any:
    """``"MM-DD"``."""
    if isinstance(node.value, str) and re.fullmatch(r"[0-9]{2}-[0-9]{2}", node.value, re.ASCII):
        month, day = (int(part) for part in node.value.split("-"))
        try:
            date(_LEAP_YEAR, month, day)
        except ValueError:
            pass
        else:
            return month, day
    return read.reject(
        node, problems, '须为月-日,如 "01-31"(加引号)', 'must be month and day, such as "01-31" (in quotes)'
    )


ATTRIBUTION: Mapping[str, Tree] = {
    "list_cutoff_day": Leaf(read.or_none(cutoff_day), "never"),
    "late_list": Leaf(read.choice(v.LateList), "never"),
    "year_cutoff": Leaf(read.or_none(month_and_day), "never"),
    "interim_bill": Leaf(read.choice(v.InterimBill), "never"),
}


def attribution(on: Day) -> v.Attribution | None:
    """The section ``attribution``, or None where the file leaves it out."""
    if "attribution.late_list" not in on.contents.leaves:
        return None
    return v.Attribution(
        list_cutoff_day=on["attribution.list_cutoff_day"],
        late_list=on["attribution.late_list"],
        year_cutoff=on["attribution.year_cutoff"],
        interim_bill=on["attribution.interim_bill"],
    )


def check(on: Day, problems: Problems) -> None:
    """Tell what does not fit together on one day."""
    if "attribution.late_list" not in on.contents.leaves or on["basis_date"] == "discharge":
        return
    for name in ("list_cutoff_day", "year_cutoff"):
        entry = on.entry(f"attribution.{name}")
        if entry.value is not None:
            words = Text(
                "按结算日期取值时没有迟到的清单,须为 none",
                "by the date of settlement no list is late: write none",
            )
            problems.add(entry.node.line, entry.node.path, words)
