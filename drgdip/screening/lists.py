"""Lists that rules need: from the params file, else from a knowledge pack; without one the rule does not run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from drgdip.screening.rule import NeededList, Rule

#: Columns that every list has: where and when a row holds, and where it comes from.
_STANDING = frozenset({"region", "valid_from", "valid_to", "source"})
#: Windows of a pack's pairs -> those of the rule.
_WINDOWS = {"day": "单日", "stay": "单次就诊", "clock_hour": "同一小时"}


class Pack(Protocol):
    """A knowledge pack as rules see it: rows of a list by its name, each with the list's columns as attributes."""

    name: str
    digest: str

    def rows(self, name: str) -> Sequence[Any]:
        """Rows of a list; none if the pack lacks it."""
        ...


def with_lists(
    rule: Rule, given: Mapping[str, Any], pack: Pack | None
) -> tuple[dict[str, Any], dict[str, Sequence[Any]]]:
    """All parameter values of a rule with what is fixed of its shape, and the lists of the pack that went into them with their rows.

    What is given comes first, then the pack, then the default.
    """
    values = {**rule.fixed, **{name: parameter.default for name, parameter in rule.parameters.items()}}
    used: dict[str, Sequence[Any]] = {}
    for name, needed in rule.lists.items():
        rows = [row for listed in needed.packs for row in _rows(pack, listed, used)] if name not in given else []
        if rows:
            values[name] = _formed(needed, rows)
    values.update(given)
    return values, used


def _rows(pack: Pack | None, name: str, used: dict[str, Sequence[Any]]) -> Sequence[Any]:
    rows = pack.rows(name) if pack else ()
    if rows and pack:
        used[f"{pack.name}/{name}"] = rows
    return rows


def row_text(row: Any) -> str:
    """A row of a list as findings cite it: the knowledge point or the file that it comes from, and its cells."""
    values = row._asdict() if hasattr(row, "_asdict") else vars(row)
    cells = {name: value for name, value in values.items() if value not in (None, "") and name not in _STANDING}
    return " ".join(filter(None, [getattr(row, "source", ""), *map(str, cells.values())]))


def _formed(needed: NeededList, rows: Sequence[Any]) -> Any:
    match needed.form:
        case "by_code":
            return {getattr(row, needed.key): getattr(row, needed.value) for row in rows}
        case "rows":
            return {getattr(row, needed.key): row._asdict() for row in rows}
        case "codes":
            return [getattr(row, needed.key) for row in rows]
        case "listed":
            return [row._asdict() for row in rows]
        case "groups":
            return {row.group: {"period_days": row.period_days, "limit_times": row.times} for row in rows}
        case "members":
            return {row.code: {"group": row.group} for row in rows}
        case _:
            return [{"main": row.main_code, "sub": row.sub_code, "window": _window(row)} for row in rows]


def _window(row: Any) -> str:
    return _WINDOWS.get(row.window) or f"{row.hours}小时"
