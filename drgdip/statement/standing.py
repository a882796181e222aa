"""How far a result can be relied on, in words: official or a trial, and which policy values are in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.base.text import Language, Text
from drgdip.statement.words import MARKS, WORDS

if TYPE_CHECKING:
    from drgdip.base.provenance import Approval, Standing


def approval_words(approval: Approval) -> Text:
    """Official, and by whom; or a trial, and what it lacks."""
    names = ", ".join(f"{one.name} ({one.on})" for one in approval.approved_by)
    if approval.official:
        return WORDS["approval_official"].fill(names=names)
    if names:
        return WORDS["approval_one"].fill(names=names)
    return WORDS["approval_trial"]


def doubts(standing: Standing | None, language: Language) -> list[tuple[str, list[str]]]:
    """Keys of policy values that are not beyond dispute, by their mark."""
    marks = standing.marks if standing else {}
    return [
        (words.in_language(language), sorted(key for key, mark in marks.items() if mark == name))
        for name, words in MARKS.items()
        if name in marks.values()
    ]
