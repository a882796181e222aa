"""What the register of knowledge points adds to a list's file: rows that only it has, and what its updates change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from drgdip.tables.knowledge.mapping import ListMapping
from drgdip.tables.knowledge.register import Point, Points
from drgdip.tables.knowledge.texts import READERS

Cells = dict[str, str]


def with_limit(mapping: ListMapping, cells: Cells, limit: str, text: str) -> Cells | None:
    """Cells with what limit and text say; None if they cannot be read and the list has no place for the text."""
    if mapping.reader is None:
        return cells
    found = READERS[mapping.reader](limit, text)
    if found is not None:
        return {**cells, **found}
    if mapping.reader not in ("age", "course"):
        return None
    written = limit or text
    return {**cells, "text": mapping.kept.get(written, written)}


def apply_register(rows: list[Cells], mapping: ListMapping, points: Points) -> list[str]:
    """Complete the rows of a list in place; gives the codes left out because no limit could be read.

    Updates apply one day of publication after another: codes of superseded points that the update no longer names end
    the day before, codes that it brings begin on its day, and all others stand as they did.
    """
    later = points.later
    unread: list[str] = []
    if not mapping.file:
        ids = {point.id for point in later}
        unread += _add(rows, (point for point in points.all.values() if point.id not in ids), points, mapping)
    for day in sorted({point.published for point in later if point.published}):
        group = [point for point in later if point.published == day]
        _end(rows, group, points, day)
        unread += _add(rows, group, points, mapping)
    return unread


def _end(rows: list[Cells], group: list[Point], points: Points, day: date) -> None:
    named: dict[str, set[str]] = defaultdict(set)
    dropped: set[tuple[str, str]] = set()
    for point in group:
        named[point.rule_class].update(point.codes)
    for point in group:
        for old in (points.all[one] for one in point.supersedes if one in points.all):
            dropped |= {(point.rule_class, code) for code in old.codes if code not in named[point.rule_class]}
    for row in rows:
        source = points.all.get(row.get("source", ""))
        if source and not row.get("valid_to") and (source.rule_class, row.get("code", "")) in dropped:
            row["valid_to"] = (day - timedelta(days=1)).isoformat()


def _add(rows: list[Cells], group: Iterable[Point], points: Points, mapping: ListMapping) -> list[str]:
    standing = {row.get("code", "") for row in rows if not row.get("valid_to")}
    by_code = {row.get("code", ""): row for row in rows}
    unread = []
    for point in group:
        superseded = (code for one in point.supersedes if one in points.all for code in points.all[one].codes)
        before = next((by_code[code] for code in superseded if code in by_code), None)
        for code in point.codes:
            if code in standing:
                continue
            made = _from_point(code, point, mapping, before)
            if made is None:
                unread.append(code)
                continue
            standing.add(code)
            rows.append(made)
    return unread


def _from_point(code: str, point: Point, mapping: ListMapping, before: Mapping[str, str] | None) -> Cells | None:
    """A row that only the register has: by its class, by a row of the point that it supersedes, or by its text."""
    cells = {"code": code, "name": point.name, "source": point.id}
    cells |= {column: by_class[point.rule_class] for column, by_class in mapping.class_values.items()}
    if point.published:
        cells["valid_from"] = point.published.isoformat()
    if mapping.rule:
        cells[mapping.rule] = point.rule
    missing = [column for column in mapping.values if column not in cells]
    if missing and before is None:
        return None
    cells |= {column: before.get(column, "") for column in missing} if before else {}
    limit = mapping.class_limit.get(point.rule_class, "")
    if mapping.reader == "course" and before and before.get("days"):
        limit = f"{before['days']}天"
    return with_limit(mapping, cells, limit, point.text)
