"""The section ``screening``: its form and its values of a day (review workflow 1 and 2). It may be left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy import readers as read
from drgdip.policy.form import Leaf, Tree
from drgdip.policy.problems import Problems
from drgdip.policy.sections import screening_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

_word = read.choice(v.Unfinished)
_by_kind = read.record({v.OTHER: _word}, {kind: _word for kind in v.KINDS if kind != v.OTHER})


def unfinished(node: Node, problems: Problems) -> Any:
    """``hold`` or ``pay`` for all findings, or one of them for each kind, with ``other`` for what no kind names."""
    if isinstance(node.value, dict):
        said = _by_kind(node, problems)
        return INVALID if said is INVALID else tuple((kind, said[kind]) for kind in v.KINDS if kind in said)
    word = _word(node, problems)
    return INVALID if word is INVALID else ((v.OTHER, word),)


SCREENING: Mapping[str, Tree] = {
    "reply_days": Leaf(read.count, "month_start"),
    "clear": Leaf(read.choice(v.Clear), "month_start"),
    "unfinished": Leaf(unfinished, "month_start"),
    "holidays": Leaf(read.list_of(read.day), "month_start"),
    "workdays": Leaf(read.list_of(read.day), "month_start"),
    "first_review_days": Leaf(read.count, "month_start"),
    "second_review_days": Leaf(read.count, "month_start"),
    "panel_days": Leaf(read.count, "month_start"),
    "info_days": Leaf(read.count, "month_start"),
    "overdue_times": Leaf(read.count, "month_start"),
    "agency_silence": Leaf(read.choice(v.Silence), "month_start"),
}
#: Keys that a file may leave out -> the agency's terms that they replace (review workflow 2 has the defaults).
_AGENCY: Mapping[str, str] = {"first_review_days": "first", "second_review_days": "second", "panel_days": "panel",
                              "info_days": "info", "overdue_times": "times", "agency_silence": "silence"}  # fmt: skip
OPTIONAL_SCREENING = tuple(_AGENCY)


def screening(on: Day) -> v.Screening | None:
    """The section ``screening``, or None where the file leaves it out."""
    if "screening.reply_days" not in on.contents.leaves:
        return None
    return v.Screening(
        reply_days=on["screening.reply_days"],
        clear=on["screening.clear"],
        unfinished=on["screening.unfinished"],
        holidays=tuple(on["screening.holidays"]),
        workdays=tuple(on["screening.workdays"]),
        agency=v.Agency(
            **{field: value for key, field in _AGENCY.items() if (value := on.get(f"screening.{key}")) is not None}
        ),
    )
