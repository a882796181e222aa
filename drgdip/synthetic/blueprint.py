"""Everything that is computed once, before stays are drawn chunk by chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.errors import TablesError
from drgdip.base.text import Text
from drgdip.synthetic import clinical
from drgdip.synthetic.costs import CostModel, fit_costs
from drgdip.synthetic.hospitals import Hospitals, make_hospitals, tier_shares, with_levels
from drgdip.synthetic.patterns import Patterns
from drgdip.synthetic.people import Population, make_population
from drgdip.synthetic.source import Source, dip_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drgdip.tables import DipTables, GroupTables

#: The first patterns of a group are drawn more often: place = floor(patterns × u ** PATTERN_SKEW).
PATTERN_SKEW = 1.6
MAX_OTHER_DIAGNOSES = 6
_POOL_LIMIT = 41
_POOL_CLASSES = (("newborn",), ("child", "mixed"), ("adult", "elderly", "mixed"))


class Blueprint(NamedTuple):
    """A catalogue prepared for drawing.

    category : (patterns,) number of the principal diagnosis's category (three characters).
    group_share : (groups,) share of stays, zero for groups left out; group_reach its running sum.
    mean_stay_days : (groups,). tier_reach : (groups, tiers) running sum of tier shares. relative_cost : (groups,).
    age_reach : (age classes, cells) class number + running sum of shares, flattened for one search.
    companions, companion_count : other diagnoses by age band (newborn, child, adult), and how many (a prime).
    left_out : groups that have cases but no pattern.
    """

    seed: int
    group_codes: tuple[str, ...]
    diagnosis_codes: tuple[str, ...]
    procedure_codes: tuple[str, ...]
    patterns: Patterns
    category: np.ndarray
    group_share: np.ndarray
    group_reach: np.ndarray
    mean_stay_days: np.ndarray
    relative_cost: np.ndarray
    costs: CostModel
    hospitals: Hospitals
    tier_reach: np.ndarray
    age_reach: np.ndarray
    population: Population
    companions: np.ndarray
    companion_count: np.ndarray
    left_out: tuple[str, ...]


def make_blueprint(tables: DipTables, mean_stay_days: np.ndarray, cv: np.ndarray, seed: int) -> Blueprint:
    """Prepare a catalogue; ``mean_stay_days`` and ``cv`` have one value a group."""
    return blueprint_of(tables, dip_source(tables, mean_stay_days, cv), seed)


def blueprint_of(tables: GroupTables, source: Source, seed: int) -> Blueprint:
    """Prepare what stays of an edition are drawn from."""
    codes, patterns = source.group_codes, source.patterns
    has_pattern = np.diff(patterns.group_offset) > 0
    share = _shares(source.cases * has_pattern)
    hospitals = make_hospitals(generator_for(seed, 0))
    if source.levels is not None:
        hospitals = with_levels(hospitals, source.levels)
    relative_cost = source.mean_cost_fen / source.region_mean_cost_fen
    tiers = tier_shares(relative_cost)
    ages = clinical.age_shares()
    companions, companion_count = _companions(source, share)
    return Blueprint(
        seed=seed,
        group_codes=codes,
        diagnosis_codes=tables.diagnoses.codes,
        procedure_codes=tables.procedures.codes,
        patterns=patterns,
        category=np.unique([tables.diagnoses.codes[d][:3] for d in patterns.diagnosis.tolist()], return_inverse=True)[
            1
        ],
        group_share=share,
        group_reach=_reach(share),
        mean_stay_days=source.mean_stay_days,
        relative_cost=relative_cost,
        costs=fit_costs(source.mean_cost_fen, source.cv, tiers @ hospitals.square),
        hospitals=hospitals,
        tier_reach=np.cumsum(tiers, axis=1),
        age_reach=_class_reach(ages),
        population=make_population(_cell_share(patterns, share, ages), seed),
        companions=companions,
        companion_count=companion_count,
        left_out=tuple(codes[g] for g in np.flatnonzero(~has_pattern & (source.cases > 0))),
    )


def generator_for(seed: int, *path: int) -> np.random.Generator:
    """The random stream of one part of the work; parts do not disturb each other."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=path)))


def _shares(cases: np.ndarray) -> np.ndarray:
    if not cases.any():
        raise TablesError(
            Text("目录中没有任何病种可由编码组合入组。", "No codes lead to any group of the catalogue."),
            Text("请检查目录的诊断类目与手术操作编码。", "Check its diagnosis categories and operation codes."),
        )
    share: np.ndarray = cases / cases.sum()
    return share


def _reach(share: np.ndarray) -> np.ndarray:
    """Running sum that ends at one exactly from the last entry with a share on."""
    reach = np.cumsum(share)
    reach[np.flatnonzero(share)[-1] :] = 1.0
    return reach


def _class_reach(shares: np.ndarray) -> np.ndarray:
    reach = np.array([position + _reach(row) for position, row in enumerate(shares)])
    return reach.ravel()


def _cell_share(patterns: Patterns, group_share: np.ndarray, ages: np.ndarray) -> np.ndarray:
    """Expected share of stays by sex (male, female) and age cell."""
    count = np.diff(patterns.group_offset)
    group = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(group)) - patterns.group_offset[group]
    power = 1 / PATTERN_SKEW
    weight = group_share[group] * (((place + 1) / count[group]) ** power - (place / count[group]) ** power)
    female = np.choose(patterns.sex, (0.5, 0.0, 1.0))
    by_class = np.stack(
        [np.bincount(patterns.age_class, weight * part, minlength=len(ages)) for part in (1 - female, female)]
    )
    share: np.ndarray = by_class @ ages
    return share


def _companions(source: Source, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Other diagnoses by age band; a prime number of each, so that strides visit all.

    Those of the source, for all ages but newborns; else frequent sexless principal diagnoses.
    """
    patterns = source.patterns
    chosen = [[], source.companions, source.companions] if source.companions is not None else _frequent(patterns, share)
    count = np.array([_prime_up_to(min(len(pool), _POOL_LIMIT)) for pool in chosen], dtype=np.int64)
    companions = np.zeros((len(chosen), max(int(count.max()), 1)), dtype=np.int32)
    for row, pool in enumerate(chosen):
        companions[row, : count[row]] = list(pool)[: count[row]]
    return companions, count


def _frequent(patterns: Patterns, share: np.ndarray) -> list[Sequence[int]]:
    first = patterns.group_offset[:-1][np.argsort(-share, kind="stable")]
    return [
        list(
            dict.fromkeys(
                patterns.diagnosis[k]
                for k in first
                if k < len(patterns.diagnosis)
                and patterns.sex[k] == clinical.ANY
                and clinical.AGE_CLASSES[patterns.age_class[k]] in classes
            )
        )
        for classes in _POOL_CLASSES
    ]


def _prime_up_to(limit: int) -> int:
    """The largest prime up to ``limit``, 0 if there is none."""
    return next((n for n in range(limit, 1, -1) if all(n % k for k in range(2, n))), 0)
