"""Definitions of the scores: id, version, formula, parameters, standing and source, read from YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.tables.manifest import Words, parse_model, read_yaml

SHIPPED = Path(__file__).with_name("scores.yaml")


class Definition(BaseModel):
    """One score. ``use`` is always monitor: no score enters a payment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: str
    name: Words
    formula: str
    params: dict[str, Any]
    standing: Literal["official", "transcribed", "derived", "proposal"]
    use: Literal["monitor"] = "monitor"
    source: Words


class _Definitions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scores: tuple[Definition, ...]


def read_definitions(own: Path | None, formulas: frozenset[str]) -> list[Definition]:
    """The shipped scores; those of a file of one's own take the place of the same id, others are added.

    Raises TablesError for a file that cannot be read, UsageError for a formula that does not exist.
    """
    found = {score.id: score for score in _read(SHIPPED)}
    if own is not None:
        found |= {score.id: score for score in _read(own)}
    for score in found.values():
        if score.formula not in formulas:
            raise UsageError(
                Text(f"没有名为 {score.formula} 的算式。", f"There is no formula named {score.formula}."),
                Text(f"可用:{'、'.join(sorted(formulas))}。", f"There are {', '.join(sorted(formulas))}."),
            )
    return list(found.values())


def _read(path: Path) -> tuple[Definition, ...]:
    return parse_model(_Definitions, read_yaml(path), path).scores
