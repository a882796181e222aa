"""What a reason is made of, and how one is written down."""

from __future__ import annotations

from typing import Literal, NamedTuple

from drgdip.base.text import Text

Effect = Literal["set_aside", "excluded", "notice", "outcome"]


class Reason(NamedTuple):
    """One reason.

    effect : ``set_aside`` a defect, the row is not settled until mended; ``excluded`` in order, but not part of
        this month's case payment; ``notice`` is reported and changes nothing; ``outcome`` says how a rule decided.
    words : what is so. remedy : what to do about it (empty for outcomes).
    """

    number: int
    key: str
    effect: Effect
    words: Text
    remedy: Text


_NONE = Text("", "")


def a_reason(number: int, key: str, effect: Effect, zh: str, en: str, remedy: Text = _NONE) -> Reason:
    """One entry of the registry; outcomes need no remedy."""
    return Reason(number, key, effect, Text(zh, en), remedy)
