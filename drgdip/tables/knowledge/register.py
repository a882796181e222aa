"""The register of knowledge points behind the public lists: where each row is from, and what updates changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from drgdip.tables.csv_file import header_of, read_text, require_columns, rows_of
from drgdip.tables.knowledge.mapping import ListMapping
from drgdip.tables.problems import TableProblem, raise_if_errors

_POINTS = ("kp_id", "rule_class", "gz_code", "item_name", "constraint", "published_at", "supersedes", "batch_file")
_CODES = ("kp_id", "code")
_POINT = re.compile(r"KP-[0-9a-f]+")


class Point(NamedTuple):
    """A knowledge point: its official class and rule, what it says of which codes, and which points it supersedes."""

    id: str
    rule_class: str
    rule: str
    name: str
    text: str
    published: date | None
    supersedes: tuple[str, ...]
    batch: str
    codes: tuple[str, ...]


@dataclass
class Points:
    """Points of the classes of one list; ``later`` are those that add to the list's file or change it."""

    all: dict[str, Point] = field(default_factory=dict)

    @property
    def later(self) -> list[Point]:
        """Points of updates, in the order of the register."""
        return [point for point in self.all.values() if point.published and (point.supersedes or self._updates(point))]

    def _updates(self, point: Point) -> bool:
        """Whether other points of its batch supersede earlier ones, so that the batch is an update."""
        return any(one.supersedes and one.batch == point.batch for one in self.all.values())

    def batches(self) -> dict[str, date | None]:
        """Batch -> day of its publication."""
        days: dict[str, date | None] = {}
        for point in self.all.values():
            days.setdefault(_batch(point.batch), point.published)
        return days

    def rules(self) -> list[str]:
        """Codes of the official rules."""
        return sorted({point.rule for point in self.all.values() if point.rule})


def read_register(points: Path, codes: Path) -> list[Point]:
    """The register. Raises TablesError if a file or a column is missing or a row is wrong."""
    problems: list[TableProblem] = []
    members: dict[str, list[str]] = defaultdict(list)
    for _, cells in _rows(codes, _CODES, problems):
        members[cells["kp_id"]].append(cells["code"])
    register = [
        Point(
            cells["kp_id"], cells["rule_class"], cells["gz_code"], cells["item_name"], cells["constraint"],
            date.fromisoformat(cells["published_at"]) if cells["published_at"] else None,
            tuple(_POINT.findall(cells["supersedes"])), cells["batch_file"], tuple(dict.fromkeys(members[cells["kp_id"]])),
        )
        for _, cells in _rows(points, _POINTS, problems)
    ]  # fmt: skip
    raise_if_errors(problems)
    return register


def _rows(path: Path, columns: Iterable[str], problems: list[TableProblem]) -> Iterator[tuple[int, dict[str, str]]]:
    text = read_text(path)
    require_columns(header_of(text), columns, path.name)
    yield from rows_of(text, path.name, problems)


def points_of(register: Iterable[Point], mapping: ListMapping) -> Points:
    """The points of a list."""
    return Points({point.id: point for point in register if point.rule_class in mapping.classes})


def _batch(file: str) -> str:
    name = Path(file).stem
    number = re.fullmatch(r"batch_0*(\d+)", name)
    return number[1] if number else name.replace("_", " ")
