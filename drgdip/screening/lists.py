"""Lists that rules need: from the params file, else from a knowledge pack; without one the rule does not run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from drgdip.screening.rule import NeededList, Rule

Row = Mapping[str, str]


class Pack(Protocol):
    """A knowledge pack as rules see it: rows of a list by its name, and what the pack is."""

    @property
    def name(self) -> str:
        """Name of the pack."""
        ...

    @property
    def digest(self) -> str:
        """Hash of its content."""
        ...

    def rows(self, name: str) -> Sequence[Row] | None:
        """Rows of a list, None where the pack does not have it."""
        ...


def with_lists(rule: Rule, given: Mapping[str, Any], pack: Pack | None) -> tuple[dict[str, Any], list[str]]:
    """All parameter values of a rule, and the lists of the pack that went into them.

    What is given comes first, then the pack, then the default.
    """
    values = {name: parameter.default for name, parameter in rule.parameters.items()}
    used: list[str] = []
    for name, needed in rule.lists.items():
        rows = [row for listed in needed.packs for row in _rows(pack, listed, used)] if name not in given else []
        if rows:
            values[name] = _formed(name, needed, rows)
    values.update(given)
    return values, used


def _rows(pack: Pack | None, name: str, used: list[str]) -> Sequence[Row]:
    rows = pack.rows(name) if pack else None
    if rows:
        used.append(name)
    return rows or ()


def _formed(name: str, needed: NeededList, rows: Sequence[Row]) -> Any:
    if needed.form == "by_code":
        words = needed.words
        return {
            row[needed.key]: words.get(row[needed.value], row[needed.value])
            for row in rows if not words or row[needed.value] in words
        }  # fmt: skip
    if needed.form == "period":
        return _periods(name, rows)
    if not needed.value:
        return [row[needed.key] for row in rows]
    return [{"main": row[needed.key], "sub": row[needed.value], "window": row["window"]} for row in rows]


def _periods(name: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Codes of one test by different methods make one group: what stands before the bracket of the name."""
    if name == "groups":
        return {_group(row): {"period_days": row["period_days"], "limit_times": row["limit_times"]} for row in rows}
    return {row["code"]: {"group": _group(row)} for row in rows}


def _group(row: Row) -> str:
    return re.split(r"[((]", row["name"], maxsplit=1)[0].strip()
