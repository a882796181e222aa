"""What several shapes share: diagnoses of a case, days of a person, and the answers of found cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import Frame
from drgdip.screening.hits import Answers, Hit, State

EPOCH = date(1970, 1, 1)
CLEAR, SUSPECT = "明确违规", "高度可疑"


def diagnosed(cases: Frame, prefixes: Sequence[str]) -> np.ndarray:
    """Cases with a diagnosis, principal or other, that begins so; bool, (n,)."""
    found = cases.starts_with("principal", prefixes).copy()
    beginnings = tuple(prefixes)
    for row, codes in enumerate(cases.lists.get("diagnoses", ())):
        if codes and any(code.startswith(beginnings) for code in codes):
            found[row] = True
    return found


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
    given = {"outcome": run.params.text("outcome"), "subject": "line", "keys": run.line_keys(row), "case": run.case_index(row),
             "place": row, "lines": (row,)}  # fmt: skip
    return Hit(**{**given, **other})


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
    found: dict[tuple[int, ...], list[int]] = {}
    for key, row in zip(
        np.stack([key[rows] for key in keys]).T.tolist() if len(rows) else (), rows.tolist(), strict=True
    ):
        found.setdefault(tuple(key), []).append(row)
    return found


def sum_of(frame: Frame, rows: Sequence[int], name: str) -> int:
    """Sum of a column over rows."""
    return int(frame[name][list(rows)].sum()) if rows else 0


def amounts_of(run: Run, rows: Sequence[int]) -> Amounts:
    """All that is left of some lines after refunds."""
    sums = [sum_of(run.lines, rows, f"net_{name}") for name in ("quantity_e4", "fee_fen", "scope_fen")]
    return Amounts(sums[0], sums[1], sums[2], None)


def texts_by_key(run: Run, name: str) -> dict[str, tuple[str, ...]]:
    """A list of lists: key -> its texts."""
    return {str(key): tuple(str(item) for item in items) for key, items in run.params.mapping(name).items()}


def fund_of_case(run: Run, case: int) -> Amounts:
    """Exposure of a whole stay: what the funds paid, None where it is not said."""
    known = run.cases.known("fund_fen")[case]
    return Amounts(fund_fen=int(run.cases["fund_fen"][case]) if known else None)


def needed_of(frame: Frame, fields: Mapping[str, str]) -> dict[str, np.ndarray]:
    """National field -> which rows have it, for :meth:`Answers.require`."""
    return {field: frame.known(name) for field, name in fields.items()}


_MIX = np.uint64(0x9E3779B97F4A7C15)


def mixed(keys: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """One number for each row by its keys: equal keys give equal numbers; unequal ones hardly ever do."""
    found = np.zeros(len(rows), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for key in keys:
            found = (found ^ key[rows].astype(np.int64).view(np.uint64)) * _MIX
            found ^= found >> np.uint64(29)
    return found


def shared_rows(keys: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """The rows whose keys some other row may have too: a first look that leaves few to be compared exactly."""
    numbers = mixed(keys, rows)
    order = np.argsort(numbers, kind="stable")
    same = np.diff(numbers[order]) == 0
    chosen = np.zeros(len(rows), dtype=np.bool_)
    chosen[order[:-1][same]] = chosen[order[1:][same]] = True
    return np.asarray(rows[chosen])


def distinct_rows(keys: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """The first row of each set of keys; sets that the mixing takes for one are told apart by their keys."""
    if not len(rows):
        return rows
    numbers = mixed(keys, rows)
    order = np.argsort(numbers, kind="stable")
    new = np.ones(len(rows), dtype=np.bool_)
    for key in keys:
        values = key[rows][order]
        new[1:] |= np.diff(values) != 0
    new[1:] |= np.diff(numbers[order]) != 0
    found = np.sort(rows[order[new]])
    seen: dict[tuple[int, ...], int] = {}
    for values, row in zip(np.stack([key[found] for key in keys]).T.tolist(), found.tolist(), strict=True):
        seen.setdefault(tuple(values), row)
    return np.array(sorted(seen.values()), dtype=np.int64)


def months_of(days: np.ndarray) -> np.ndarray:
    """Calendar months, as months since January 1970, of days since then."""
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))


def month_text(month: int) -> str:
    """``2026-03`` of a number of months since January 1970."""
    return f"{1970 + month // 12}-{month % 12 + 1:02}"
