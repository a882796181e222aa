"""The life of an application for special-case review, as data: which state may follow which (6.3)."""

from __future__ import annotations

from typing import cast, get_args

from drgdip.base.text import Text
from drgdip.interface.special import State

#: State -> those that may follow it.
TRANSITIONS: dict[State, tuple[State, ...]] = {
    "DRAFT": ("SUBMITTED",),
    "SUBMITTED": ("CHECKED", "RETURNED"),
    "RETURNED": ("SUBMITTED",),
    "CHECKED": ("AUTO_REVIEW", "RETURNED"),
    "AUTO_REVIEW": ("EXPERT_REVIEW", "RETURNED"),
    "EXPERT_REVIEW": ("APPROVED_BY_ITEM", "APPROVED_ADJUSTED", "REJECTED"),
    "APPROVED_BY_ITEM": ("NOTIFIED", "REJECTED"),
    "APPROVED_ADJUSTED": ("NOTIFIED", "REJECTED"),
    "REJECTED": ("NOTIFIED",),
    "NOTIFIED": ("FINAL",),
    "FINAL": ("POSTED",),
    "POSTED": ("PUBLISHED",),
    "PUBLISHED": (),
}
assert tuple(TRANSITIONS) == get_args(State)

STATE_WORDS: dict[State, Text] = {
    "DRAFT": Text("起草", "draft"),
    "SUBMITTED": Text("已申请", "submitted"),
    "RETURNED": Text("退回", "returned"),
    "CHECKED": Text("形式审查通过", "checked"),
    "AUTO_REVIEW": Text("条件与名额核对", "reviewed by rule"),
    "EXPERT_REVIEW": Text("专家评审", "before the experts"),
    "APPROVED_BY_ITEM": Text("同意按项目付费", "approved: by item"),
    "APPROVED_ADJUSTED": Text("同意调整分值", "approved: adjusted"),
    "REJECTED": Text("未通过", "rejected"),
    "NOTIFIED": Text("已告知", "notified"),
    "FINAL": Text("结果确定", "final"),
    "POSTED": Text("已入账", "posted"),
    "PUBLISHED": Text("已公布", "published"),
}


def walk(history: str, *states: State) -> str:
    """A history of states (``A>B``) with further ones; ValueError for a step that does not exist."""
    known = history.split(">") if history else ["DRAFT"]
    for state in states:
        before = cast("State", known[-1])
        if state not in TRANSITIONS[before]:
            raise ValueError(f"{state} cannot follow {before}")
        known.append(state)
    return ">".join(known)
