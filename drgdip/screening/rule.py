"""A rule as data: what its declaration in the catalogue holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

from drgdip.base.text import Text

Life = Literal["draft", "shadow", "active", "deprecated"]
LIVES: tuple[Life, ...] = get_args(Life)
SEVERITIES = ("明确违规", "高度可疑", "轻度可疑", "")
OUTCOMES = (
    "DENY_LINE", "DENY_EXCESS", "DENY_PRICE", "DENY_SETTLEMENT", "DENY_CASE", "HOLD_LINE", "HOLD_CASE",
    "HOLD_SETTLEMENT", "REGROUP", "CUT_POINTS", "WARN", "NOTIFY", "REFER", "SPECIAL_REVIEW", "QUEUE_OVER_QUOTA", "ROUTE",
    "DEDUCT_RATIO", "COEF", "POINTS", "GRADE", "DISPOSE", "LIMIT", "BUDGET", "SELECT", "RATE", "SELF", "TRANSFER", "OFFSET",
)  # fmt: skip
#: What becomes of a rule's answers without a field.
ROLES = ("no_answer", "no_pass", "no_column", "unchecked", "suspect")
PROVENANCES = ("sourced", "mixed", "memory")
#: What a guard says of itself, and what it may rest on beside parameters and fields.
GUARD_ANSWERS = ("reply", "applied")
OTHERS, SUPPRESSIONS = "others.", "suppressions"
#: Order in which money is counted once (review rules 0.5).
STAGES = (
    "gate", "identity", "case", "line_limit", "charging", "quantity", "price", "regroup", "outpatient", "statistics",
)  # fmt: skip


class Parameter(NamedTuple):
    """A parameter: its default (None: must be given), where the number comes from, and what it does.

    form : what a value looks like (see :mod:`drgdip.screening.forms`), None where the default says it.
    """

    default: Any
    mark: str
    words: Text
    form: Any = None


class NeededList(NamedTuple):
    """How lists of a knowledge pack become a parameter.

    packs : names of the lists, in order. form : ``by_code`` (key -> value), ``rows`` (key -> all columns), ``pairs``, ``members`` (code -> group),
    ``groups`` (group -> days and times), ``codes`` (the keys alone) or ``listed`` (all columns of all rows). key, value : columns of the list.
    """

    packs: tuple[str, ...]
    form: str
    key: str
    value: str


class Lack(NamedTuple):
    """A field that a rule does not do without, and what it says where it is not there (see :mod:`drgdip.screening.lacking`).

    parameter : with which the field is read, behind ``!`` without which; empty where it always is.
    """

    role: str
    table: str
    field: str
    parameter: str


class Guard(NamedTuple):
    """What is left out of a rule, or kept to by it.

    by : what it rests on: parameters, ``table.field`` of the finding's own row, ``others.table.field`` of the one that it is
    held against, or the suppressions. answer : ``reply`` the reply has to show it, ``applied`` the computation keeps to it;
    empty for what would have left no finding, and for guards that rest on nothing that is declared.
    """

    words: Text
    by: tuple[str, ...] = ()
    answer: str = ""


class Rule(NamedTuple):
    """One row of the catalogue. fixed : choices of its shape that are no parameters: no region sets them."""

    id: str
    name: Text
    official_class: str
    official_code: str
    basis: str
    provenance: str
    inputs: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, Parameter]
    lists: Mapping[str, NeededList]
    outcome: str
    severity: str
    guards: tuple[Guard, ...]
    kernel: str
    shape: str
    stage: str
    state: Life
    sentences: Mapping[str, Text]
    digest: str
    fixed: Mapping[str, Any] = {}
    lacking: tuple[Lack, ...] = ()

    def sentence(self, *kinds: str) -> Text:
        """The template for the first of these that has one of its own: a reason, a kind of subject or an outcome."""
        return next((self.sentences[kind] for kind in kinds if kind in self.sentences), self.sentences["default"])
