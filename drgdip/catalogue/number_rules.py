"""What settings mean for the numbers of a catalogue: one rule for each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from drgdip.catalogue.auxiliary_numbers import AuxiliaryRule
from drgdip.catalogue.coefficients import DiseaseRule, LevelRule
from drgdip.catalogue.criteria import ChineseMedicineRule, PrimaryCareRule, QualityRule
from drgdip.catalogue.settings import BuildSettings
from drgdip.catalogue.trim import TrimRule
from drgdip.catalogue.weights import WeightRule
from drgdip.valuation.hospital_coefficient import TIERS


class NumberRules(NamedTuple):
    """Every choice that the numbers depend on.

    years : that count, oldest first. trim, primary_care, chinese_medicine, auxiliary : None: not done. pools : name ->
    insurance types, None: each type is a pool. ungrouped_factor : settlement arithmetic 2.6.
    """

    years: tuple[int, ...]
    weights: WeightRule
    trim: TrimRule | None
    trim_within_year: bool
    levels: LevelRule
    disease: DiseaseRule
    quality: QualityRule
    primary_care: PrimaryCareRule | None
    chinese_medicine: ChineseMedicineRule | None
    auxiliary: AuxiliaryRule | None
    pools: Mapping[str, Sequence[int]] | None
    ungrouped_factor: Fraction


def years_before(year: int, settings: BuildSettings) -> tuple[int, ...]:
    """The years of history that a catalogue for ``year`` is built from, oldest first, one for each year weight."""
    return tuple(range(year - len(settings.year_weights), year))


def number_rules(settings: BuildSettings, year: int, pools: Mapping[str, Sequence[int]] | None = None) -> NumberRules:
    """Rules for a catalogue that holds in ``year``. pools : name -> insurance types, None: each type is a pool."""
    trim, medicine = settings.trim, settings.tcm
    return NumberRules(
        years=years_before(year, settings),
        weights=WeightRule(
            settings.method,
            settings.mean_mode,
            settings.year_weights,
            settings.point_scale,
            settings.benchmark,
            settings.quota_fen,
        ),
        trim=TrimRule(trim.low, trim.high, trim.minimum_cases) if trim else None,
        trim_within_year=trim.within_year if trim else True,
        levels=LevelRule(settings.hospital_levels.basis, settings.hospital_levels.minimum_cases),
        disease=DiseaseRule(settings.disease_coefficient.minimum_cases, settings.disease_coefficient.minimum_gap),
        quality=QualityRule(settings.quality.maximum_variation, settings.quality.maximum_drift),
        primary_care=_primary_care(settings),
        chinese_medicine=(
            ChineseMedicineRule(medicine.operations, medicine.minimum_cases, medicine.minimum_share)
            if medicine
            else None
        ),
        auxiliary=_auxiliary(settings),
        pools=pools,
        ungrouped_factor=settings.ungrouped_factor,
    )


def _primary_care(settings: BuildSettings) -> PrimaryCareRule | None:
    care = settings.primary_care
    if care is None:
        return None
    levels = tuple(TIERS.index(level) for level in care.levels)
    return PrimaryCareRule(
        care.maximum_variation,
        levels,
        care.minimum_cases,
        care.minimum_level_cases,
        care.minimum_level_share,
        care.operations,
    )


def _auxiliary(settings: BuildSettings) -> AuxiliaryRule | None:
    given = settings.auxiliary
    if given is None:
        return None
    return AuxiliaryRule(given.types, given.minimum_group_cases, given.minimum_subtype_cases, given.minimum_fall)
