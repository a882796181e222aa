"""What a notice of denial says of one finding (review workflow 4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from drgdip.base.text import Text


class NoticeItem(NamedTuple):
    """One fee line that a finding is about, as people read it; what the data do not say is empty, the fee None.

    offending : it is at fault; else it is only concerned. name : the hospital's own of the item. price_e6 : of a unit, in yuan.
    """

    offending: bool
    number: str
    item: str
    time: str
    quantity: str
    fee_fen: int | None
    name: str = ""
    price_e6: int | None = None
    order: str = ""
    doctor: str = ""
    department: str = ""


def says(items: Iterable[NoticeItem], field: str) -> bool:
    """Whether any of these has something in a field."""
    return any(getattr(item, field) not in ("", None) for item in items)


class NoticeLine(NamedTuple):
    """One finding as its hospital reads it.

    part : ``answer`` it waits for the hospital's answer until the deadline, ``denied`` it is taken at the next
    settlement, ``held`` the agency has not decided, and its amount is held, ``open`` it has not, and pays meanwhile. Amounts in fen, None where the data do not say.
    lists : rows of lists. guards : each with what came of it. values : parameters that hold for its place and day, where these depend on them.
    """

    part: str
    key: str
    rule: str
    rule_name: Text
    severity: str
    state: str
    deadline: str
    settlement: str
    visit: str
    offending: str
    related: str
    sentence: Text
    formula: str
    basis: str
    lists: str
    guards: tuple[Text, ...]
    fee_fen: int | None
    scope_fen: int | None
    fund_fen: int | None
    values: str = ""
    items: tuple[NoticeItem, ...] = ()


class Notice(NamedTuple):
    """One hospital's notice. number : tells it from all others. day : of the run. reply_days : working days to answer.

    holds : amounts of its open findings are kept back, those that wait for its answer among them.
    """

    number: str
    hospital: str
    policy: str
    region: Text
    day: str
    reply_days: int
    lines: tuple[NoticeLine, ...]
    holds: bool = False

    def of(self, part: str) -> list[NoticeLine]:
        """Its lines of one part."""
        return [line for line in self.lines if line.part == part]

    def fund_fen(self, part: str) -> int:
        """What is known of the fund amounts of one part."""
        return sum(line.fund_fen or 0 for line in self.of(part))
