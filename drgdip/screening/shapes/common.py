"""What several shapes share: diagnoses of a case, days of a person, and the answers of found cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import Frame
from drgdip.screening.grouping import grouped
from drgdip.screening.hits import Answers, Hit, State

Kind = TypeVar("Kind", bound=Any)
EPOCH = date(1970, 1, 1)
CLEAR, SUSPECT = "明确违规", "高度可疑"


def diagnosed(cases: Frame, prefixes: Sequence[str]) -> np.ndarray:
    """Cases with a diagnosis, principal or other, that begins so; bool, (n,)."""
    beginnings = tuple(prefixes)
    found = cases.starts_with("principal", beginnings)
    return found | cases.any_code("diagnoses", lambda code: code.startswith(beginnings)) if beginnings else found


def diagnoses_of(cases: Frame, case: int) -> tuple[str, ...]:
    """All diagnoses of a case, the principal first."""
    principal = cases.text("principal", case)
    return (principal, *cases.codes("diagnoses", case)) if principal else cases.codes("diagnoses", case)


def found_cases(answers: Answers, hits: Iterable[Hit]) -> Answers:
    """The same answers with FINDING for the cases of these hits."""
    answers.mark(np.array([hit.case for hit in hits if hit.case >= 0], dtype=np.int64), State.FINDING, "")
    return answers


def found_places(answers: Answers, hits: Iterable[Hit]) -> Answers:
    """The same answers with FINDING for the rows of these hits."""
    places = [place for hit in hits for place in (hit.place, *hit.others) if place >= 0]
    answers.mark(np.array(places, dtype=np.int64), State.FINDING, "")
    return answers


def case_hit(run: Run, case: int, **other: Any) -> Hit:
    """A hit on a case with the rule's own outcome."""
    name = run.cases.text("settlement", case)
    return Hit(
        **{
            "outcome": run.params.text("outcome"),
            "subject": "case",
            "keys": (name,),
            "case": case,
            "place": case,
            **other,
        }
    )


def line_hit(run: Run, row: int, **other: Any) -> Hit:
    """A hit on a fee line with the rule's own outcome."""
    hit = Hit(run.params.text("outcome"), "line", run.line_keys(row), run.case_index(row), row, lines=(row,))
    for name, value in other.items():
        setattr(hit, name, value)
    return hit


def day_of(day: int) -> date:
    """A calendar day by its number since 1970-01-01."""
    return EPOCH + timedelta(days=day)


def number_of(day: date) -> int:
    """The number of a calendar day since 1970-01-01."""
    return (day - EPOCH).days


def later(day: date, count: int, unit: str) -> date:
    """The day that is so many units later; the 29th of February becomes the 1st of March, as birthdays do."""
    if unit == "day":
        return day + timedelta(days=count)
    months = day.month - 1 + (count if unit == "month" else 12 * count)
    year, month = day.year + months // 12, months % 12 + 1
    try:
        return date(year, month, day.day)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)


def groups_of(keys: Sequence[np.ndarray], rows: np.ndarray) -> dict[tuple[int, ...], list[int]]:
    """Rows by their keys, in the order in which the rows stand. keys : columns of the whole table."""
    if not len(rows):
        return {}
    places = np.arange(len(rows))
    groups = grouped([key[rows] for key in keys], places)
    listed, starts = rows[groups.rows].tolist(), [*groups.starts.tolist(), len(rows)]
    names = np.stack([key[rows[groups.first]] for key in keys]).T.tolist()
    return {tuple(names[at]): listed[starts[at] : starts[at + 1]] for at in np.argsort(groups.first).tolist()}


def texts_of(frame: Frame, name: str, rows: np.ndarray) -> list[str]:
    """The texts of an ID that some rows have (places or bool), in order."""
    if name not in frame.values:
        return []
    there = np.zeros(len(frame.words[name]) + 1, dtype=np.bool_)
    there[frame[name][rows]] = True
    return sorted(str(frame.words[name][code]) for code in np.flatnonzero(there[:-1]).tolist())


def sum_of(frame: Frame, rows: Sequence[int], name: str) -> int:
    """Sum of a column over rows."""
    return int(frame[name][list(rows)].sum()) if rows else 0


def numbered(names: Mapping[str, Kind]) -> tuple[list[Kind], dict[str, int]]:
    """What codes stand for, each once and in order, and its place there for each code."""
    kinds = sorted(set(names.values()))
    places = {kind: place for place, kind in enumerate(kinds)}
    return kinds, {code: places[kind] for code, kind in names.items()}


def texts_by_key(run: Run, name: str) -> dict[str, tuple[str, ...]]:
    """A list of lists: key -> its texts."""
    return {str(key): tuple(str(item) for item in items) for key, items in run.params.mapping(name).items()}


def fund_of_case(run: Run, case: int) -> Amounts:
    """Exposure of a whole stay: what the funds paid, None where it is not said."""
    known = run.cases.known("fund_fen")[case]
    return Amounts(fund_fen=int(run.cases["fund_fen"][case]) if known else None)


def share_text(cases: Frame, case: int) -> str:
    """The funds' share of a stay as formulas write it, ``× 0.7`` or ``× paid / total``; empty where it is not known."""
    if cases.known("fund_share_e6")[case]:
        return f" × {format_scaled(int(cases['fund_share_e6'][case]), 6)}"
    if cases.known("fund_fen")[case] and cases.known("total_fen")[case] and cases["total_fen"][case] > 0:
        return f" × {format_yuan(int(cases['fund_fen'][case]))} / {format_yuan(int(cases['total_fen'][case]))}"
    return ""


def shared_rows(keys: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """The rows that have all their keys in common with another row."""
    groups = grouped(keys, rows)
    return np.sort(groups.rows[np.repeat(groups.sizes > 1, groups.sizes)])


def distinct_rows(keys: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """The first row of each set of keys."""
    return np.sort(grouped(keys, rows).first)


def months_of(days: np.ndarray) -> np.ndarray:
    """Calendar months, as months since January 1970, of days since then."""
    first, last = (int(days.min()), int(days.max())) if len(days) else (0, 0)
    if last - first >= len(days):
        return _months(days)
    return _months(np.arange(first, last + 1))[days - first]


def _months(days: np.ndarray) -> np.ndarray:
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))


def month_text(month: int) -> str:
    """``2026-03`` of a number of months since January 1970."""
    return f"{1970 + month // 12}-{month % 12 + 1:02}"
