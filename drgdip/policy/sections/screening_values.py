"""Values of the section ``screening``: what may happen to findings, and when (review workflow 1 and 2)."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Clear = Literal["deny", "review"]
Unfinished = Literal["hold", "pay"]
Silence = Literal["release", "hold"]
#: What ``unfinished`` may tell apart: how grave a finding is, then the official class of its rule; ``other`` is all else.
OTHER = "other"
KINDS = ("明确违规", "高度可疑", "轻度可疑", "政策类", "医疗类", "管理类", OTHER)


class Agency(NamedTuple):
    """Terms of the agency in working days; where a file leaves them out, those of the review workflow (2).

    first, second, panel : of the first and second review and the panel (``t_r1``, ``t_r2``, ``t_panel``). info : for which
    a question stops the clock, once a review. silence : whether a hold is released when nothing has been decided within
    ``times`` the term (``AGENCY_TIMEOUT``), or stays.
    """

    first: int = 10
    second: int = 10
    panel: int = 10
    info: int = 5
    times: int = 2
    silence: Silence = "release"


class Screening(NamedTuple):
    """Review workflow 1 and 2.

    reply_days : working days that a hospital has to answer a notice. clear : whether a clear violation goes to the
    hospital at once and is denied where it does not answer in time, or is reviewed by a person first; a suspicion always
    is. unfinished : what is open when the month is settled is held back, or paid and taken later, by kind of finding.
    holidays, workdays : days of the calendar that are off although weekdays, or worked although at a weekend. agency : its
    own terms.
    """

    reply_days: int
    clear: Clear
    unfinished: tuple[tuple[str, Unfinished], ...]
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    agency: Agency = Agency()

    def holds(self, severity: str, official_class: str) -> bool:
        """Whether the money of an open finding is held back: its severity says so, else its class, else ``other``."""
        said = dict(self.unfinished)
        kind = next((one for one in (severity, official_class.partition("/")[0]) if one in said), OTHER)
        return said[kind] == "hold"

    @property
    def pays(self) -> bool:
        """Whether nothing that is open is held back."""
        return all(word == "pay" for _, word in self.unfinished)
