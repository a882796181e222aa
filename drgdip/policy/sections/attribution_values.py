"""Values of the section ``attribution`` (settlement arithmetic 2.9)."""

from __future__ import annotations

from typing import Literal, NamedTuple

LateList = Literal["arrival_month", "clearing"]
InterimBill = Literal["by_item", "deducted"]


class Attribution(NamedTuple):
    """Settlement arithmetic 2.9.

    list_cutoff_day : last day of the following month on which a list of the month is in time; None: any day is. late_list :
    a list that comes later is paid in the month of its arrival, or counts there and its money waits for clearing.
    year_cutoff : last month and day of the following year on which a year is open; None: it never closes. interim_bill :
    a bill before discharge is paid by item and that is all, or it is paid by item and its payment deducted once the whole
    stay is paid by its group.
    """

    list_cutoff_day: int | None
    late_list: LateList
    year_cutoff: tuple[int, int] | None
    interim_bill: InterimBill
