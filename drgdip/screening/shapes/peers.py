"""K7: institutions against others: observed and expected numbers, and who is of one level; exact throughout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from drgdip.screening.context import Run


class Expected(NamedTuple):
    """One institution: what was observed, expected from others, its variance, how many cases, its first case."""

    observed: int
    expected: Fraction
    variance: Fraction
    cases: int
    place: int


def expected_by_group(run: Run, group: Sequence[str], marked: np.ndarray, least: int) -> dict[str, Expected]:
    """Observed and expected number of marked cases by hospital: ``E = Σ n × rate`` of the group at other hospitals.

    A group with fewer than ``least`` cases elsewhere does not count. Closed cases do not count either.
    """
    cases = run.cases
    hospitals, marks = cases.texts("hospital"), marked.tolist()
    totals: dict[str, list[int]] = {}
    own: dict[tuple[str, str], list[int]] = {}
    first: dict[str, int] = {}
    for case in np.flatnonzero(~run.closed & cases.known("hospital")).tolist():
        if not group[case]:
            continue
        hospital = hospitals[case]
        first.setdefault(hospital, case)
        for counts in (totals.setdefault(group[case], [0, 0]), own.setdefault((hospital, group[case]), [0, 0])):
            counts[0] += 1
            counts[1] += marks[case]
    sums: dict[str, list[Fraction]] = {}
    for (hospital, name), (cases_here, marked_here) in own.items():
        elsewhere, marked_elsewhere = totals[name][0] - cases_here, totals[name][1] - marked_here
        if elsewhere < max(1, least):
            continue
        rate = Fraction(marked_elsewhere, elsewhere)
        one = sums.setdefault(hospital, [Fraction(0)] * 4)
        for place, value in enumerate(
            (Fraction(marked_here), cases_here * rate, cases_here * rate * (1 - rate), Fraction(cases_here))
        ):
            one[place] += value
    return {name: Expected(int(one[0]), one[1], one[2], int(one[3]), first[name]) for name, one in sums.items()}


def shrunken(one: Expected, weight: int = 10) -> Fraction:
    """``(O + a) / (E + a)``: small numbers are drawn towards 1."""
    return (one.observed + weight) / (one.expected + weight)


def beyond_expected(one: Expected, ratio: Fraction, z: Fraction) -> bool:
    """Whether ``O / E`` is above a ratio and ``(O − E) / √variance`` above z; squares are compared, so it is exact."""
    over = one.observed - one.expected
    return over > 0 and one.observed > ratio * one.expected and over * over > z * z * one.variance


def _levels(run: Run) -> dict[str, str]:
    """Institution -> its level: of the register's last row that names one, else of the first case that does."""
    table, cases, levels = run.data.table("institutions"), run.cases, dict[str, str]()
    counts = (~cases.is_any("refunded", ("1",))).tolist()
    for hospital, level, count in zip(cases.texts("hospital"), cases.texts("level"), counts, strict=True):
        if level and count:
            levels.setdefault(hospital, level)
    if table is not None:
        rows = sorted(zip(table["from_s"].tolist(), table.texts("level"), table.texts("hospital"), strict=True))
        levels |= {hospital: level for _, level, hospital in rows if level}
    return levels


def by_institution(run: Run, values: Mapping[str, Fraction]) -> dict[str, list[str]]:
    """Institutions by their level; one without a level is with the others of none."""
    levels = run.shared.once("levels", lambda: _levels(run))
    found: dict[str, list[str]] = {}
    for name in sorted(values):
        found.setdefault(levels.get(name, ""), []).append(name)
    return found
