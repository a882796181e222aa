"""Values of the section ``screening``: what may happen to findings, and when (review workflow 1 and 2)."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Clear = Literal["deny", "review"]
Unfinished = Literal["hold", "pay"]


class Screening(NamedTuple):
    """Review workflow 1 and 2.

    reply_days : working days that a hospital has to answer a notice. clear : whether a clear violation goes to the
    hospital at once and is denied where it does not answer in time, or is reviewed by a person first; a suspicion always
    is. unfinished : what is open when the month is settled is held back, or paid and taken later. holidays, workdays :
    days of the calendar that are off although weekdays, or worked although at a weekend.
    """

    reply_days: int
    clear: Clear
    unfinished: Unfinished
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
