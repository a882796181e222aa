"""Conditions that a published catalogue writes into one cell: ``main``, ``age_days<29;weight 0-999``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from drgdip.tables.dip_conditions import NO_LIMIT

RangeField = Literal["age_days", "age_years", "birth_weight_g"]

_NUMBER = re.compile(
    r"(?P<name>[^\d<>=≤≥]*?)\s*(?:(?P<sign><=|>=|[<>=≤≥])\s*(?P<value>\d{1,6})|(?P<low>\d{1,6})\s*[-–—~～至]\s*(?P<high>\d{1,6}))"
    r"\s*(?:g|克|d|days?|天|日|years?|岁|周岁)?"
)


class Conditions(BaseModel):
    """Where conditions stand and how they are written.

    column : of the file, None if it has none. separators : between conditions of a cell. names : what the file writes
    before a number -> our column. places : words that say where the first operation must stand -> main or any.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str | None = None
    separators: tuple[str, ...] = (";",)
    names: dict[str, RangeField] = {}
    places: dict[str, Literal["main", "any"]] = {}


class Read(NamedTuple):
    """Cells by our columns, and the parts that nobody knows."""

    cells: dict[str, str]
    unknown: list[str]


def read_conditions(cell: str, conditions: Conditions) -> Read:
    """The conditions of a cell; several on one number must all hold."""
    ranges: dict[str, tuple[int, int]] = {}
    found, unknown = Read({}, []), []
    for part in _parts(cell, conditions.separators):
        place = _known(part, conditions.places)
        if place is not None:
            found.cells["operation_place"] = place
            continue
        field, low, high = _range(part, conditions.names)
        if not field:
            unknown.append(part)
            continue
        before = ranges.get(field, (0, NO_LIMIT))
        ranges[field] = (max(before[0], low), min(before[1], high))
    cells = {field: f"{low}-{'' if high == NO_LIMIT else high}" for field, (low, high) in ranges.items()}
    return Read({**found.cells, **cells}, unknown)


def _parts(cell: str, separators: tuple[str, ...]) -> list[str]:
    pattern = "|".join(map(re.escape, separators)) or r"(?!)"
    return [part.strip() for part in re.split(pattern, cell) if part.strip()]


def _known(part: str, words: Mapping[str, str]) -> str | None:
    return {word.casefold(): meaning for word, meaning in words.items()}.get(part.casefold())


def _range(part: str, names: Mapping[str, str]) -> tuple[str, int, int]:
    """Our column and both ends; no column where the part is not understood."""
    match = _NUMBER.fullmatch(part)
    field = _known(match["name"].strip(), names) if match else None
    if match is None or field is None:
        return "", 0, 0
    if match["sign"] is None:
        return field, int(match["low"]), int(match["high"])
    low, high = _ends(match["sign"], int(match["value"]))
    return field, low, high


def _ends(sign: str, value: int) -> tuple[int, int]:
    return {
        "<": (0, value - 1), "<=": (0, value), "≤": (0, value), "=": (value, value),
        ">": (value + 1, NO_LIMIT), ">=": (value, NO_LIMIT), "≥": (value, NO_LIMIT),
    }[sign]  # fmt: skip
