"""All that the report of a build is written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.provenance import InputFile
from drgdip.catalogue.against import Against
from drgdip.catalogue.cleaning import CleaningCount
from drgdip.catalogue.criteria import Criterion
from drgdip.catalogue.opening import PoolOpening
from drgdip.catalogue.report.level_rows import GroupLevelRow, SubtypeRow, group_level_rows, subtype_rows
from drgdip.catalogue.report.rows import (
    CoverageRow,
    GroupRow,
    Homogeneity,
    LevelRow,
    SettingRow,
    TrimRow,
    VariationClass,
    coverage,
    group_rows,
    homogeneity,
    levels,
    region_variation_e4,
    settings_rows,
    share_e4,
    trimming,
    variation_classes,
)
from drgdip.catalogue.settings import BuildSettings
from drgdip.tables.manifest import Manifest

if TYPE_CHECKING:
    from drgdip.base.findings import Finding
    from drgdip.catalogue.numbers import CatalogueNumbers
    from drgdip.tables import Group


class ListCount(NamedTuple):
    """A list of groups: the key of its words, its groups and their stays."""

    key: str
    groups: int
    cases: int


class BuildReport(NamedTuple):
    """A build as plain data.

    groups : those with numbers. missed : criteria with groups and stays that miss them. against : None without an
    earlier edition. inverted : a higher level of hospitals has a lower coefficient. group_levels, subtypes : for the workbook only.
    """

    manifest: Manifest
    engine_version: str
    year: int
    years: tuple[int, ...]
    threshold: int
    settings: BuildSettings
    cleaning: CleaningCount
    findings: Sequence[Finding]
    inputs: Sequence[InputFile]
    groups: list[GroupRow]
    coverage: list[CoverageRow]
    trimming: list[TrimRow]
    classes: list[VariationClass]
    homogeneity: Homogeneity
    region_variation_e4: int
    region_mean_fen: int
    missed: list[tuple[Criterion, int, int]]
    levels: list[LevelRow]
    inverted: bool
    group_levels: list[GroupLevelRow]
    subtypes: list[SubtypeRow]
    lists: list[ListCount]
    opening: list[PoolOpening]
    rows: list[SettingRow]
    against: Against | None

    @property
    def covered_e4(self) -> int:
        """Share of stays that have a group."""
        whole = sum(row.total for row in self.coverage)
        return share_e4(sum(row.total for row in self.coverage if row.kind), whole)

    @property
    def weighted_pools(self) -> list[PoolOpening]:
        """Pools that have an opening point value."""
        return [pool for pool in self.opening if pool.value is not None]


def build_report(
    manifest: Manifest,
    groups: Sequence[Group],
    found: Sequence[Group],
    numbers: CatalogueNumbers,
    *,
    engine_version: str,
    year: int,
    threshold: int,
    settings: BuildSettings,
    cleaning: CleaningCount,
    findings: Sequence[Finding],
    inputs: Sequence[InputFile],
    against: Against | None,
) -> BuildReport:
    """Gather the report. ``found`` : all groups in the order of the numbers; ``groups`` : those that have some."""
    codes, names = [group.dip_code for group in found], {group.dip_code: group.name for group in groups}
    rows = group_rows(groups, codes, numbers)
    mean = numbers.weights.region_mean_fen
    return BuildReport(
        manifest=manifest,
        engine_version=engine_version,
        year=year,
        years=numbers.statistics.years,
        threshold=threshold,
        settings=settings,
        cleaning=cleaning,
        findings=findings,
        inputs=inputs,
        groups=rows,
        coverage=coverage([group.kind for group in found], numbers.statistics),
        trimming=trimming(numbers.statistics),
        classes=variation_classes(rows),
        homogeneity=homogeneity(rows, numbers.statistics),
        region_variation_e4=region_variation_e4(numbers.statistics),
        region_mean_fen=(2 * mean.numerator + mean.denominator) // (2 * mean.denominator),
        missed=_missed(rows),
        levels=levels(numbers),
        inverted=numbers.levels.inverted,
        group_levels=group_level_rows(names, codes, numbers.diseases),
        subtypes=subtype_rows(names, numbers.auxiliary),
        lists=_lists(rows, Counter(row.dip_code for row in numbers.auxiliary)),
        opening=numbers.opening,
        rows=settings_rows(settings),
        against=against,
    )


def _missed(rows: Sequence[GroupRow]) -> list[tuple[Criterion, int, int]]:
    order: tuple[Criterion, ...] = ("variation", "drift", "years")
    return [
        (one, sum(one in row.missed for row in rows), sum(row.cases for row in rows if one in row.missed))
        for one in order
    ]


def _lists(rows: Sequence[GroupRow], auxiliary: Mapping[str, int]) -> list[ListCount]:
    chosen = {
        "list_care": [row for row in rows if row.primary_care],
        "list_tcm": [row for row in rows if row.tcm],
        "list_disease": [row for row in rows if row.coefficients],
        "list_auxiliary": [row for row in rows if row.code in auxiliary],
    }
    return [ListCount(key, len(own), sum(row.cases for row in own)) for key, own in chosen.items()]
