"""One stay as rules see it: codes as words, numbers that may be missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Stay(NamedTuple):
    """``diagnoses`` : principal first. ``operations`` : main one first. ``numbers`` : by variable; absent is missing."""

    diagnoses: tuple[str, ...]
    operations: tuple[str, ...] = ()
    numbers: Mapping[str, int] = {}
    department: str | None = None


class Place(NamedTuple):
    """A code of a stay: ``diagnosis`` or ``operation``, and its position there."""

    kind: str
    position: int


def places_of(stay: Stay, variable: str) -> list[Place]:
    """Where the codes of a variable stand: the first is the principal or main one, all others are the others."""
    kind, codes = ("diagnosis", stay.diagnoses) if variable.endswith("ZD") else ("operation", stay.operations)
    chosen = range(min(len(codes), 1)) if variable.startswith("ZY") else range(1, len(codes))
    return [Place(kind, position) for position in chosen]


def code_at(stay: Stay, place: Place) -> str:
    """The code that stands at a place."""
    return (stay.diagnoses if place.kind == "diagnosis" else stay.operations)[place.position]
