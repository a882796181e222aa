"""A catalogue as plain objects: what is published, and nothing compiled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from fractions import Fraction
from typing import Any, NamedTuple

from drgdip.tables.chs_drg.rows import DrgContent
from tests.reference.numbers import e4, fen


class Catalogue(NamedTuple):
    """``groups`` are dicts with the columns of a catalogue file, numbers as published text.

    procedure_types : treatment type by procedure code. diagnosis_codes, procedure_codes : the codes that exist.
    drg : the rows of a CHS-DRG edition, whose groups stand in ``groups`` with their code and weight only.
    principal_excluded : diagnoses not allowed as principal. operations_unused : operations that grouping passes over.
    """

    groups: Sequence[Mapping[str, Any]]
    point_scale: int
    region_mean_cost_yuan: str
    procedure_types: Mapping[str, str]
    diagnosis_codes: Set[str]
    procedure_codes: Set[str]
    principal_excluded: Set[str] = frozenset()
    operations_unused: Set[str] = frozenset()
    drg: DrgContent | None = None


def relative_weight_e4(group: Mapping[str, Any]) -> int:
    """Published points at four decimals."""
    return e4(Fraction(str(group["points"])))


def mean_cost_fen(group: Mapping[str, Any]) -> int:
    """Published mean cost in fen."""
    return fen(Fraction(str(group["mean_cost_yuan"])))


def region_mean_cost_fen(catalogue: Catalogue) -> int:
    return fen(Fraction(catalogue.region_mean_cost_yuan))


def case_count(group: Mapping[str, Any]) -> int:
    return int(group["cases"] or 0)


def is_primary_care(group: Mapping[str, Any]) -> bool:
    return str(group["primary_care"]) in ("1", "True")
