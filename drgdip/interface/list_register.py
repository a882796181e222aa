"""The register of settlement lists at the edge: when each list came, in which state it is, what kind of bill it settles.

States are those of :mod:`drgdip.interface.states`.
"""

from __future__ import annotations

from typing import NamedTuple

from drgdip.interface.states import PASSED

COLUMNS = ("setl_id",)
OPTIONAL = ("arrived", "state", "bill")

#: Kinds of bills, in the order of ``bill_kind``: of a whole stay, before discharge, and the last one after such.
BILLS = ("whole", "interim", "final")


class RegisteredList(NamedTuple):
    """One list. arrived : a day as YYYYMMDD, −1 where that of settlement counts. bill : place in ``BILLS``."""

    setl_id: str
    arrived: int = -1
    state: int = PASSED
    bill: int = 0
