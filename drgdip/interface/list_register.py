"""The register of settlement lists at the edge: when each list came, in which state it is, what kind of bill it settles.

States are those of the national interface (4.6): 0 not submitted, 1 submitted, 2 passed, 3 failed [S8].
"""

from __future__ import annotations

from typing import NamedTuple

from drgdip.base.text import Text

COLUMNS = ("setl_id",)
OPTIONAL = ("arrived", "state", "bill")

#: States of a settlement list [S8]; only lists that have passed are settled.
LIST_STATES: dict[int, Text] = {
    0: Text("未提交", "not submitted"),
    1: Text("已提交", "submitted"),
    2: Text("审核通过", "passed"),
    3: Text("审核不通过", "failed"),
}
PASSED = 2
#: Kinds of bills, in the order of ``bill_kind``: of a whole stay, before discharge, and the last one after such.
BILLS = ("whole", "interim", "final")


class RegisteredList(NamedTuple):
    """One list. arrived_day : from 1970-01-01, −1 where the day of settlement counts. bill : place in ``BILLS``."""

    setl_id: str
    arrived_day: int = -1
    state: int = PASSED
    bill: int = 0
