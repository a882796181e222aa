"""The explanation of a CHS-DRG grouping, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from drgdip.audit.drg_candidates import Rejected
from drgdip.audit.drg_conditions import Checked, Severity
from drgdip.audit.drg_language import condition, instance
from drgdip.audit.drg_walk import Tried
from drgdip.audit.steps import json_value
from drgdip.base.text import Language, Text
from drgdip.pipeline.drg_outcome import DrgOutcome

Kind = Literal["principal", "main_operation"]

#: What decides which code stands first.
TRUTH = Text(
    "以哪个编码作主要诊断或主要手术操作,由病历所支持的临床事实决定,而不由权重决定。",
    "Which code comes first is decided by what the record supports, the clinical truth, and never by the weight.",
)


class CodeLine(NamedTuple):
    """A code of the stay: as given, as understood (empty if not known), its name, whether the deciding rules found it."""

    variable: str
    given: str
    code: str
    name: str
    deciding: bool


class ValueLine(NamedTuple):
    """A number of the stay, or its department; empty where missing."""

    variable: str
    label: Text
    value: str


class Note(NamedTuple):
    """What speaks against codes where they stand, by key of the reason."""

    key: str
    codes: str
    words: Text


class PathStep(NamedTuple):
    """A category that was tried. ``adjacent`` : how many adjacent groups were asked in it before one held, if any."""

    row: Tried
    adjacent: int
    decided: bool


class WhatIf(NamedTuple):
    """Where the stay would belong with another principal diagnosis or main operation.

    note : key of what speaks against the code in this place; empty if nothing is known to.
    """

    kind: Kind
    code: str
    name: str
    outcome: DrgOutcome
    same: bool
    note: str


@dataclass(frozen=True)
class DrgExplanation:
    """Why a stay is in its CHS-DRG group.

    Attributes
    ----------
    identity : mapping
        Scheme and edition, its title, standing and hash, and the settlement ID of a stay from a file.
    outcome : DrgOutcome
        Category, adjacent group, group, weight and the rows that decided.
    diagnoses, operations : list of CodeLine
        The codes as understood.
    values : list of ValueLine
        Age, sex and what else rules can ask for.
    notes : list of Note
        Codes that should not stand where they stand: grey ones, principal diagnoses that are none.
    path : list of PathStep
        The categories tried, in their order, the deciding one last.
    decided : list of Tried
        The rows that took the stay: category, adjacent group, group; none if no row did.
    severities : list of Severity
        What every other diagnosis counts as.
    rejected : list of Rejected
        The rows that did not take it.
    near_misses : list of Rejected
        Those that exactly one condition keeps away.
    what_if : list of WhatIf
        The group with every other code in the first place, in the order of the stay's codes.
    differences : list of str
        Where what is shown disagrees with what grouping found; none, normally.
    """

    identity: Mapping[str, str]
    outcome: DrgOutcome
    diagnoses: list[CodeLine]
    operations: list[CodeLine]
    values: list[ValueLine]
    notes: list[Note]
    path: list[PathStep]
    decided: list[Tried]
    severities: list[Severity]
    rejected: list[Rejected]
    near_misses: list[Rejected]
    what_if: list[WhatIf]
    differences: list[str] = field(default_factory=list)

    def to_dict(self, everything: bool = False) -> dict[str, Any]:
        """The explanation as plain values that JSON can hold; text in both languages.

        Parameters
        ----------
        everything : bool
            Also the rejected rows that no code of the stay comes near.

        Returns
        -------
        dict
            The attributes by name.
        """
        rejected = [one for one in self.rejected if everything or one.near]
        whole: dict[str, Any] = json_value(_plain({**vars(self), "rejected": rejected, "truth": TRUTH}))
        return whole

    def to_text(self, language: Language = "zh", everything: bool = False) -> str:
        """The explanation as lines of text.

        Parameters
        ----------
        language : {"zh", "en"}
            Language of the words; codes and names stay as they are.
        everything : bool
            Every rejected row by itself, and every rule in full.

        Returns
        -------
        str
            Sections for the codes, the path, the deciding rules, complications, rejected rows and what-if.
        """
        from drgdip.audit.drg_explanation_text import explanation_lines

        return "\n".join(explanation_lines(self, language, everything))


def _plain(value: Any) -> Any:
    """Rules that were checked as words instead of trees; everything else as it is."""
    if isinstance(value, Checked):
        plain = {"rule": value.rule, "holds": value.holds}
        if value.joint:
            return {**plain, "joint": value.joint, "parts": [_plain(part) for part in value.parts]}
        shown = {"found": value.found, "elsewhere": value.elsewhere, "actual": value.actual}
        return {**plain, "condition": condition(value), "shows": instance(value), **shown}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
