"""The section ``screening``: its form and its values of a day (review workflow 1 and 2). It may be left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drgdip.policy import readers as read
from drgdip.policy.form import Leaf, Tree
from drgdip.policy.sections import screening_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

SCREENING: Mapping[str, Tree] = {
    "reply_days": Leaf(read.count, "month_start"),
    "clear": Leaf(read.choice(v.Clear), "month_start"),
    "unfinished": Leaf(read.choice(v.Unfinished), "month_start"),
    "holidays": Leaf(read.list_of(read.day), "month_start"),
    "workdays": Leaf(read.list_of(read.day), "month_start"),
}


def screening(on: Day) -> v.Screening | None:
    """The section ``screening``, or None where the file leaves it out."""
    if "screening.reply_days" not in on.contents.leaves:
        return None
    return v.Screening(
        reply_days=on["screening.reply_days"],
        clear=on["screening.clear"],
        unfinished=on["screening.unfinished"],
        holidays=tuple(on["screening.holidays"]),
        workdays=tuple(on["screening.workdays"]),
    )
