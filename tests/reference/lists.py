"""Lists and bills beside the cases (settlement arithmetic 2.9, 4.6): when a list came, whether it has passed, what a stay is.

A stay that is billed before discharge is paid by item then. Its last bill makes one stay of all bills, paid by its group; what
earlier months have paid is deducted. Or, where the policy says so, by item is all that bills before discharge ever get.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tests.reference.reading import MAX_CASE_FEN

PASSED = 2


class Listed(NamedTuple):
    """What the register says of a list. state : 0 not submitted, 1 submitted, 2 passed, 3 failed."""

    setl_id: str
    arrived: date | None = None
    state: int = PASSED
    bill: str = "whole"


class PaidBill(NamedTuple):
    """A bill before discharge, as an earlier month has paid it. money : fen by national field."""

    setl_id: str
    hospital: str
    visit: str
    pool: str
    paid_fen: int
    money: Mapping[str, int]


class Lists(NamedTuple):
    """The register, and what earlier months have paid for bills before discharge."""

    register: Sequence[Listed] = ()
    bills: Sequence[PaidBill] = ()

    def of(self, setl_id: str) -> Listed:
        """A list that nobody has registered came with its settlement, has passed, and is a whole stay's."""
        return next((one for one in self.register if one.setl_id == setl_id), Listed(setl_id))

    def before(self, hospital: str, visit: str, pool: str) -> list[PaidBill] | None:
        """The bills that a last one has before it; None where there are none, or one is another pool's."""
        found = [one for one in self.bills if visit and (one.hospital, one.visit) == (hospital, visit)]
        return found if found and all(one.pool == pool for one in found) else None


NO_LISTS = Lists()


def together(money: Mapping[str, int], bills: Sequence[PaidBill]) -> dict[str, int] | None:
    """The amounts of a stay of several bills; None above what one stay can cost."""
    added = {name: amount + sum(bill.money.get(name, 0) for bill in bills) for name, amount in money.items()}
    return added if added["medfee_sumamt"] <= MAX_CASE_FEN else None
