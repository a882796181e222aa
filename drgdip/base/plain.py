"""Results as plain values that JSON can hold: fen as integers, or yuan and scaled numbers as decimal text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from drgdip.base.findings import Finding
from drgdip.base.money import format_yuan
from drgdip.base.reasons import REASONS
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Text

#: ``fen``: integers under the names of the columns. ``yuan``: ``payable_fen`` 750000 becomes ``payable_yuan``
#: "7500.00", and ``points_e4`` 11000000 becomes ``points`` "1100.0000". Neither is ever a float.
MoneyForm = Literal["fen", "yuan"]


def plain_values(values: Mapping[str, Any], money: MoneyForm = "fen") -> dict[str, Any]:
    """The values in one of both forms; text in two languages becomes a mapping."""
    return dict(_plain(name, value, money) for name, value in values.items())


def _plain(name: str, value: Any, money: MoneyForm) -> tuple[str, Any]:
    if isinstance(value, Text):
        return name, value._asdict()
    if money == "yuan" and isinstance(value, int) and not isinstance(value, bool):
        if name.endswith("_fen"):
            return f"{name[:-4]}_yuan", format_yuan(value)
        if name.endswith("_e4"):
            return name[:-3], format_scaled(value, 4)
    return name, value


def plain_findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings with the words of their reasons."""
    return [
        {
            **finding._asdict(),
            "effect": finding.reason.effect,
            "words": finding.reason.words._asdict(),
            "remedy": finding.reason.remedy._asdict(),
        }
        for finding in findings
    ]


def plain_reasons(keys: Iterable[str]) -> list[dict[str, Any]]:
    """Reasons by key, with their words."""
    return [
        {"key": key, "effect": REASONS[key].effect, "words": REASONS[key].words._asdict(),
         "remedy": REASONS[key].remedy._asdict()}
        for key in keys
    ]  # fmt: skip
