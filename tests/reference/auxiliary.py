"""Settlement arithmetic 1.5 on plain objects: sub-types of a stay by the rows of a classification, and what counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

Row = Mapping[str, str]


class Patient(NamedTuple):
    """A stay; numbers are None where the input has none."""

    diagnoses: Sequence[str]
    operations: Sequence[str]
    age_days: int | None
    age_years: int | None
    icu_hours: int | None
    stay_days: int
    discharge_way: int | None
    cost: Fraction
    standard: Fraction


def in_list(code: str, name: str, lists: Sequence[Row]) -> bool:
    return any(row["list"] == name and code.upper().startswith(row["code"].upper()) for row in lists)


def any_in(codes: Sequence[str], names: str, lists: Sequence[Row]) -> bool:
    return any(in_list(code, name, lists) for code in codes for name in names.split("/"))


def score(patient: Patient, lists: Sequence[Row], scores: Sequence[Row]) -> int:
    others = patient.diagnoses[1:]
    total = 0
    for row in scores:
        replaced = row["unless"] and any_in(others, row["unless"], lists)
        if any_in(others, row["list"], lists) and not replaced:
            total += int(row["weight"])
    return total


def inside(value: int | None, cell: str) -> bool:
    if not cell:
        return True
    if value is None:
        return False
    low, high = cell.split("-")
    return int(low or 0) <= value and (not high or value <= int(high))


def holds(row: Row, patient: Patient, points: int, lists: Sequence[Row]) -> bool:
    principal = patient.diagnoses[:1]
    others = list(patient.diagnoses[1:])
    names = row["principal"].split("/") if row["principal"] else []
    wanted, refused = [n for n in names if n[0] != "!"], [n[1:] for n in names if n[0] == "!"]
    if wanted and not any_in(principal, "/".join(wanted), lists):
        return False
    if refused and any_in(principal, "/".join(refused), lists):
        return False
    if row["another_category"] == "1":
        others = [code for code in others if code[:3].upper() != principal[0][:3].upper()]
    if row["other_diagnoses"] and not any_in(others, row["other_diagnoses"], lists):
        return False
    if row["operations"] and not any_in(patient.operations, row["operations"], lists):
        return False
    if row["discharge_ways"] and str(patient.discharge_way) not in row["discharge_ways"].split("/"):
        return False
    if row["cost_multiple"] and patient.cost < Fraction(row["cost_multiple"]) * patient.standard:
        return False
    if row["treatment_share"] or row["drug_share"]:
        return False  # case tables carry no fees by kind
    return (
        inside(patient.age_days, row["age_days"])
        and inside(patient.age_years, row["age_years"])
        and inside(patient.icu_hours, row["icu_hours"])
        and inside(patient.stay_days, row["stay_days"])
        and inside(points, row["cci_score"])
    )


def subtype(kind: str, patient: Patient, points: int, rows: Sequence[Row], lists: Sequence[Row]) -> str | None:
    """The first row of the type that holds."""
    found = (row["subtype"] for row in rows if row["type"] == kind and holds(row, patient, points, lists))
    return next(found, None)


def what_counts(
    found: Mapping[str, str | None],
    coefficients: Mapping[tuple[str, str], Fraction],
    types: Sequence[str],
    floor: Fraction | None = None,
    cap: Fraction | None = None,
) -> tuple[Fraction, str | None]:
    """The highest coefficient, the earlier type of equals, within floor and cap; one where there is none."""
    best: tuple[Fraction, str] | None = None
    for kind in types:
        key = (kind, found.get(kind) or "")
        if key in coefficients and (best is None or coefficients[key] > best[0]):
            best = (coefficients[key], "/".join(key))
    if best is None:
        return Fraction(1), None
    value = best[0] if floor is None else max(best[0], floor)
    return (value if cap is None else min(value, cap)), best[1]
