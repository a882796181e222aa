"""Values of the section ``mixed`` (settlement arithmetic 8.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from drgdip.base.text import Text

LineMethod = Literal["group", "day_surgery", "tcm", "lower_of", "bed_day", "by_item"]


class PaymentLine(NamedTuple):
    """One line of a hospital's month: how its stays are paid, and the most it may come to, as a share of the ceiling."""

    name: Text
    methods: tuple[LineMethod, ...]
    cap_share_e4: int | None


class Mixed(NamedTuple):
    """Settlement arithmetic 8.5. ceilings : of a month, by hospital and pool, in fen; those not named have none."""

    lines: Mapping[str, PaymentLine]
    ceilings: Mapping[str, Mapping[str, int]]
