"""What the report of a build says, as plain rows: everything the page and the workbook show is found here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.catalogue.criteria import Criterion
from drgdip.catalogue.report.words import CRITERIA
from drgdip.catalogue.settings import BuildSettings
from drgdip.catalogue.statistics import GroupStatistics, variation_e4
from drgdip.tables.dip_catalogue import KINDS
from drgdip.valuation.hospital_coefficient import TIERS

if TYPE_CHECKING:
    from drgdip.catalogue.numbers import CatalogueNumbers
    from drgdip.tables import Group

#: Upper ends of the classes of variation, four decimals; the last class is open.
VARIATION_CLASSES_E4 = (3_000, 5_000, 7_000, 10_000, 15_000)


class GroupRow(NamedTuple):
    """One group. ``_before`` is before trimming. drift_e4 : None with stays of less than two years."""

    code: str
    name: str
    kind: str
    treatment_type: str
    category: str
    operations: str
    points_e4: int
    mean_cost_fen: int
    cases: int
    share_e4: int
    cost_fen: int
    trimmed: int
    mean_stay_e4: int
    variation_before_e4: int | None
    variation_e4: int | None
    drift_e4: int | None
    primary_care: int
    tcm: int
    coefficients: int
    missed: tuple[Criterion, ...]

    @property
    def misses(self) -> str:
        """Criteria that it misses, in words."""
        return ";".join(CRITERIA[one].zh for one in self.missed)


class CoverageRow(NamedTuple):
    """Stays of one layer by year; ``kind`` empty: of no group."""

    kind: str
    groups: int
    stays: tuple[int, ...]
    cost_fen: int
    share_e4: int
    cost_share_e4: int

    @property
    def total(self) -> int:
        return sum(self.stays)


class TrimRow(NamedTuple):
    """What trimming left out in a year; ``groups`` : those that it took anything from."""

    year: int
    groups: int
    stays: int
    trimmed: int
    share_e4: int
    cost_fen: int


class VariationClass(NamedTuple):
    """Core groups by coefficient of variation, up to ``limit_e4`` (None: above all), before and after trimming."""

    limit_e4: int | None
    before: int
    after: int
    cases: int


class LevelRow(NamedTuple):
    """A level of hospitals. coefficient_e4 : None where stays are too few."""

    tier: str
    cases: int
    mean_cost_fen: int | None
    coefficient_e4: int | None


class SettingRow(NamedTuple):
    """A setting with its citation."""

    key: str
    value: str
    cite: str
    status: str
    note: str


class Homogeneity(NamedTuple):
    """How alike costs of a group are. Means of the coefficient of variation weigh by stays; ``explained_e4`` is the
    share of the variance of grouped stays that groups explain.
    """

    mean_variation_before_e4: int
    mean_variation_e4: int
    core_variation_before_e4: int
    core_variation_e4: int
    explained_e4: int


def share_e4(part: int, whole: int) -> int:
    """A share with four decimals, half-up; 0 of nothing."""
    return divide(part * E4, whole) if whole else 0


def group_rows(groups: Sequence[Group], names: Sequence[str], numbers: CatalogueNumbers) -> list[GroupRow]:
    """Every group that has numbers, in the order of the edition. ``names`` : codes of all groups that were found."""
    statistics = numbers.statistics
    places = {code: place for place, code in enumerate(names)}
    whole = int(statistics.all_cases.sum() + statistics.ungrouped_cases.sum())
    return [_group_row(group, places[group.dip_code], numbers, whole) for group in groups]


def _group_row(group: Group, place: int, numbers: CatalogueNumbers, whole: int) -> GroupRow:
    statistics, weights = numbers.statistics, numbers.weights
    cases, kept = int(statistics.all_cases[place].sum()), int(statistics.cases[place].sum())
    drift = int(weights.drift_e4[place])
    return GroupRow(
        group.dip_code, group.name, group.kind, group.treatment_type, group.diagnosis_category, group.operations,
        int(weights.relative_weight_e4[place]), int(weights.mean_cost_fen[place]), cases, share_e4(cases, whole),
        int(statistics.all_cost_fen[place].sum()), cases - kept,
        divide(int(statistics.stay_days[place].sum()) * E4, kept) if kept else 0,
        statistics.variation_e4(place, before=True), statistics.variation_e4(place), None if drift < 0 else drift,
        int(numbers.primary_care[place]), int(numbers.chinese_medicine[place]),
        sum(k is not None for k in numbers.diseases[place].coefficient_e4), numbers.missed[place],
    )  # fmt: skip


def coverage(kinds: Sequence[str], statistics: GroupStatistics) -> list[CoverageRow]:
    """Layers that have groups, then the stays of none. ``kinds`` : by group."""
    cost = statistics.all_cost_fen.sum(axis=1).tolist()
    stays = statistics.all_cases.tolist()
    none = statistics.ungrouped_cases.sum(axis=1).tolist()
    layers: dict[str, tuple[list[int], tuple[int, ...], int]] = {}
    for kind in KINDS:
        own = [place for place, one in enumerate(kinds) if one == kind and any(stays[place])]
        if own:
            years = tuple(sum(stays[place][y] for place in own) for y in range(len(statistics.years)))
            layers[kind] = own, years, sum(cost[place] for place in own)
    layers[""] = [], tuple(none), int(statistics.ungrouped_cost_fen.sum())
    whole, money = sum(sum(years) for _, years, _ in layers.values()), sum(fen for *_, fen in layers.values())
    return [
        CoverageRow(kind, len(own), years, fen, share_e4(sum(years), whole), share_e4(fen, money))
        for kind, (own, years, fen) in layers.items()
    ]


def trimming(statistics: GroupStatistics) -> list[TrimRow]:
    """What trimming left out, by year."""
    rows = []
    for y, year in enumerate(statistics.years):
        taken = statistics.trimmed_cases[:, y]
        stays, trimmed = int(statistics.all_cases[:, y].sum()), int(taken.sum())
        cost_fen = int(statistics.all_cost_fen[:, y].sum() - statistics.cost_fen[:, y].sum())
        rows.append(TrimRow(year, int((taken > 0).sum()), stays, trimmed, share_e4(trimmed, stays), cost_fen))
    return rows


def variation_classes(rows: Sequence[GroupRow]) -> list[VariationClass]:
    """Groups but comprehensive ones by class of variation."""
    judged = [row for row in rows if row.kind != "comprehensive"]
    limits = (*VARIATION_CLASSES_E4, None)
    before = [_class_of(row.variation_before_e4) for row in judged]
    after = [_class_of(row.variation_e4) for row in judged]
    return [
        VariationClass(
            limit,
            before.count(place),
            after.count(place),
            sum(row.cases for row, own in zip(judged, after, strict=True) if own == place),
        )
        for place, limit in enumerate(limits)
    ]


def _class_of(variation: int | None) -> int:
    value = variation or 0
    return sum(value > limit for limit in VARIATION_CLASSES_E4)


def homogeneity(rows: Sequence[GroupRow], statistics: GroupStatistics) -> Homogeneity:
    """Variation within groups before and after trimming, and the share of variance that groups explain."""
    core = [row for row in rows if row.kind != "comprehensive"]
    return Homogeneity(
        _mean_e4((row.variation_before_e4, row.cases) for row in rows),
        _mean_e4((row.variation_e4, row.cases - row.trimmed) for row in rows),
        _mean_e4((row.variation_before_e4, row.cases) for row in core),
        _mean_e4((row.variation_e4, row.cases - row.trimmed) for row in core),
        explained_e4(statistics),
    )


def _mean_e4(values: Iterator[tuple[int | None, int]]) -> int:
    known = [(value, weight) for value, weight in values if value is not None]
    whole = sum(weight for _, weight in known)
    return divide(sum(value * weight for value, weight in known), whole) if whole else 0


def explained_e4(statistics: GroupStatistics) -> int:
    """1 − variance within groups ÷ variance of all grouped stays, before trimming (reduction in variance)."""
    cases, cost = statistics.all_cases.sum(axis=1).tolist(), statistics.all_cost_fen.sum(axis=1).tolist()
    squares = [statistics.square(group, before=True) for group in range(len(cases))]
    within = sum(
        (square - Fraction(total**2, n) for square, total, n in zip(squares, cost, cases, strict=True) if n),
        Fraction(0),
    )
    count, total = sum(cases), sum(cost)
    whole = Fraction(sum(squares)) - (Fraction(total**2, count) if count else 0)
    explained = 1 - within / whole if whole else Fraction(0)
    return divide(explained.numerator * E4, explained.denominator)


def levels(numbers: CatalogueNumbers) -> list[LevelRow]:
    """Levels of hospitals, highest first."""
    found = [
        LevelRow(
            level.tier,
            level.cases,
            None if level.mean_fen is None else divide(level.mean_fen.numerator, level.mean_fen.denominator),
            level.coefficient_e4,
        )
        for level in numbers.levels.levels
    ]
    return [row for row in sorted(found, key=lambda row: -TIERS.index(row.tier)) if row.cases]


def settings_rows(settings: BuildSettings) -> list[SettingRow]:
    """Every setting with its citation, in the order of the file."""
    return list(_flat(settings.cited(), ""))


def _flat(values: Mapping[str, Any], prefix: str) -> Iterator[SettingRow]:
    for key, value in values.items():
        if "value" in value:
            yield SettingRow(
                prefix + key, _written(value["value"]), *(str(value.get(name, "")) for name in SettingRow._fields[2:])
            )
        else:
            yield from _flat(value, f"{prefix}{key}.")


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_written(one)}" for key, one in value.items() if one is not None)
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def region_variation_e4(statistics: GroupStatistics) -> int:
    """Coefficient of variation of all grouped stays together, before trimming."""
    squares = sum(statistics.square(group, before=True) for group in range(len(statistics.all_cases)))
    return variation_e4(int(statistics.all_cases.sum()), int(statistics.all_cost_fen.sum()), squares) or 0
