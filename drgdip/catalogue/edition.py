"""A built catalogue as an edition on disk: what every other command loads, and how it was made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from drgdip.base.money import format_yuan
from drgdip.base.provenance import sha256_of_text
from drgdip.base.rounding import divide
from drgdip.base.scaled import E4, format_scaled
from drgdip.catalogue.coefficients import DiseaseCoefficients, Levels
from drgdip.catalogue.statistics import GroupStatistics
from drgdip.catalogue.weights import GroupWeights
from drgdip.tables.auxiliary import AUXILIARY_FILE, CoefficientRow, coefficients_text
from drgdip.tables.check import count_rows
from drgdip.tables.csv_file import csv_text
from drgdip.tables.dip_catalogue import GROUPS_FILE, Group, groups_text
from drgdip.tables.folder import write_folder
from drgdip.tables.manifest import About, ListReference, Manifest, new_manifest
from drgdip.valuation.hospital_coefficient import TIERS

LEVELS_FILE = "hospital_coefficients.csv"
DISEASES_FILE = "disease_coefficients.csv"
STATISTICS_FILE = "statistics.csv"
BUILD_FILE = "build.json"


class Lists(NamedTuple):
    """Code lists of the edition: references for its manifest, and the files it keeps itself."""

    references: Mapping[str, ListReference]
    files: Mapping[str, str]


def numbered_groups(
    groups: Sequence[Group],
    statistics: GroupStatistics,
    weights: GroupWeights,
    primary_care: Sequence[bool],
    chinese_medicine: Sequence[bool],
) -> list[Group]:
    """Groups with their numbers, in order; groups without stays stay out.

    cases : all stays of the history. The mean cost is the weighted one that the weight was found from; stay and
    variation are of the stays that trimming keeps, over all years.
    """
    numbered = []
    for place, group in enumerate(groups):
        if weights.mean_fen[place] is None:
            continue
        cases = int(statistics.cases[place].sum())
        days = divide(int(statistics.stay_days[place].sum()) * E4, cases)
        variation = statistics.variation_e4(place)
        numbered.append(
            group._replace(
                points=format_scaled(int(weights.relative_weight_e4[place]), 4),
                mean_cost_yuan=format_yuan(int(weights.mean_cost_fen[place])),
                mean_stay_days=format_scaled(days, 4),
                cv="" if variation is None else format_scaled(variation, 4),
                cases=str(int(statistics.all_cases[place].sum())),
                primary_care="1" if primary_care[place] else "0",
                weight="",
                tcm="1" if chinese_medicine[place] else group.tcm,
            )
        )
    return numbered


def edition_files(
    groups: Sequence[Group],
    statistics: GroupStatistics,
    levels: Levels,
    diseases: Sequence[DiseaseCoefficients],
    auxiliary: Iterable[CoefficientRow],
    all_codes: Sequence[str],
    build: Mapping[str, Any],
) -> dict[str, str]:
    """Texts of the edition's files by name. ``groups``: :func:`numbered_groups`; ``all_codes``: of all groups, numbered
    or not. ``build``: what it was made of and by which rules, as JSON.
    """
    rows = list(auxiliary)
    files = {
        GROUPS_FILE: groups_text(groups),
        LEVELS_FILE: levels_text(levels),
        DISEASES_FILE: diseases_text(all_codes, diseases),
        STATISTICS_FILE: statistics_text(all_codes, statistics),
        BUILD_FILE: json.dumps(build, ensure_ascii=False, indent=2) + "\n",
    }
    return {**files, AUXILIARY_FILE: coefficients_text(rows)} if rows else files


def levels_text(levels: Levels) -> str:
    """K by level of hospital; empty where a level has too few stays."""
    return csv_text(
        ("level", "cases", "mean_cost_yuan", "coefficient"),
        [
            (
                level.tier,
                str(level.cases),
                _yuan(level.mean_fen),
                "" if level.coefficient_e4 is None else format_scaled(level.coefficient_e4, 4),
            )
            for level in reversed(levels.levels)
        ],
    )


def diseases_text(codes: Sequence[str], diseases: Sequence[DiseaseCoefficients]) -> str:
    """Every group by the levels that treat it: kept stays, weighted mean cost, and the group's own coefficient.

    ``reason`` : why a group has no coefficients of its own (:data:`~drgdip.catalogue.coefficients.DiseaseOutcome`).
    """
    return csv_text(
        ("dip_code", "level", "cases", "mean_cost_yuan", "coefficient", "reason"),
        [
            (code, TIERS[tier], str(cases), _yuan(found.mean_fen[tier]), "" if k is None else format_scaled(k, 4),
             found.outcome)
            for code, found in zip(codes, diseases, strict=True)
            for tier, (cases, k) in reversed(list(enumerate(zip(found.cases, found.coefficient_e4, strict=True))))
            if cases
        ],
    )  # fmt: skip


def statistics_text(codes: Sequence[str], statistics: GroupStatistics) -> str:
    """Sums that every number can be found from again, by group and year; ``all_`` before trimming."""
    header = ("dip_code", "year", "cases", "cost_yuan", "stay_days", "all_cases", "all_cost_yuan")
    columns = [
        values.tolist()
        for values in (
            statistics.cases, statistics.cost_fen, statistics.stay_days, statistics.all_cases, statistics.all_cost_fen
        )
    ]  # fmt: skip
    return csv_text(
        header,
        [
            (code, str(year), str(n), format_yuan(cost), str(days), str(all_n), format_yuan(all_cost))
            for code, *by_year in zip(codes, *columns, strict=True)
            for year, n, cost, days, all_n, all_cost in zip(statistics.years, *by_year, strict=True)
            if all_n
        ],
    )


def _yuan(amount_fen: Any) -> str:
    return "" if amount_fen is None else format_yuan(divide(amount_fen.numerator, amount_fen.denominator))


def write_edition(
    folder: Path,
    about: About,
    edition: str,
    files: Mapping[str, str],
    groups: Sequence[Group],
    weights: GroupWeights,
    lists: Lists,
    *,
    built_at: date,
    overwrite: bool = False,
) -> Manifest:
    """Write the folder of an edition; :func:`drgdip.load_tables` reads it.

    The manifest's mean cost is that of ``point_scale`` points: the region's by the average-cost method, the benchmark
    group's or the quota by the others, so that weights and costs convert into each other. Raises UsageError if the
    folder holds an edition already.
    """
    base = weights.base.cost_fen
    manifest = new_manifest(
        about,
        scheme="dip",
        edition=edition,
        imported_at=built_at,
        rows=count_rows(groups),
        files={name: sha256_of_text(text) for name, text in {**files, **lists.files}.items()},
        point_scale=weights.base.scale,
        region_mean_cost_yuan=format_yuan(divide(base.numerator, base.denominator)),
        code_systems=dict(lists.references),
    )
    write_folder(folder, {**files, **lists.files}, manifest, overwrite)
    return manifest
