"""Rows of the two sheets that are finer than a group: its levels of hospitals, and its sub-types of the directory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.money import parse_yuan
from drgdip.base.rounding import divide
from drgdip.base.scaled import parse_scaled
from drgdip.base.text import Text
from drgdip.catalogue.coefficients import DiseaseCoefficients, DiseaseOutcome
from drgdip.valuation.hospital_coefficient import TIERS

if TYPE_CHECKING:
    from drgdip.tables.auxiliary import CoefficientRow

#: Why a group has no coefficients of its own by level.
OUTCOMES: dict[DiseaseOutcome, Text] = {
    "": Text("", ""),
    "primary_care": Text("基层病种不用系数", "primary care has no coefficient"),
    "conservative": Text("保守治疗用级别系数", "conservative groups use the level's"),
    "one_level": Text("只有一个级别", "one level only"),
    "few_cases": Text("有级别病例数不足", "too few stays at a level"),
    "inverted": Text("级别倒挂", "a higher level is cheaper"),
    "small_gap": Text("级别差异过小", "levels differ too little"),
}


class GroupLevelRow(NamedTuple):
    """A group at one level of hospitals: kept stays, weighted mean cost, its own coefficient or why it has none."""

    code: str
    name: str
    tier: str
    cases: int
    mean_cost_fen: int
    coefficient_e4: int | None
    outcome: DiseaseOutcome


class SubtypeRow(NamedTuple):
    """A coefficient of the auxiliary directory: ``fall_e4`` is what splitting takes off the group's variation."""

    code: str
    name: str
    type: str
    subtype: str
    cases: int
    mean_cost_fen: int
    coefficient_e4: int
    fall_e4: int


def group_level_rows(
    names: Mapping[str, str], codes: Sequence[str], diseases: Sequence[DiseaseCoefficients]
) -> list[GroupLevelRow]:
    """Groups by level, the highest first, where there are stays. ``names`` : by code, of the groups that are written."""
    return [
        GroupLevelRow(
            code, names[code], TIERS[tier], found.cases[tier], divide(mean.numerator, mean.denominator),
            found.coefficient_e4[tier], found.outcome,
        )
        for code, found in zip(codes, diseases, strict=True)
        if code in names
        for tier, mean in reversed(list(enumerate(found.mean_fen)))
        if mean is not None
    ]  # fmt: skip


def subtype_rows(names: Mapping[str, str], rows: Sequence[CoefficientRow]) -> list[SubtypeRow]:
    """Coefficients of the auxiliary directory with the names of their groups."""
    return [
        SubtypeRow(
            row.dip_code, names[row.dip_code], row.type, row.subtype, int(row.cases), parse_yuan(row.mean_cost_yuan),
            parse_scaled(row.coefficient, 4), parse_scaled(row.cv_fall, 4),
        )
        for row in rows
    ]  # fmt: skip
