"""Grouping a history by a catalogue in the making, and settling which groups stay.

Stays are grouped by the engine that groups cases for payment, so that a finished catalogue regroups its own history into
itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.catalogue.clusters import (
    CoreKey,
    category_names,
    comprehensive_names,
    core_candidates,
    core_group,
    every_comprehensive,
    threshold_of,
)
from drgdip.catalogue.combinations import Combinations, categories_of, find_combinations
from drgdip.catalogue.history import History
from drgdip.catalogue.settings import BuildSettings
from drgdip.grouping import dip
from drgdip.pipeline.parallel import ordered_map
from drgdip.policy.values import Grouping
from drgdip.tables import Group, compile_dip
from drgdip.tables.dip_catalogue import TREATMENT_TYPES
from drgdip.tables.dip_compile import NO_EXCLUSIONS, Exclusions

if TYPE_CHECKING:
    from drgdip.tables import CodeSystem, DipTables

_PIECE = 500_000


class CodeLists(NamedTuple):
    """What a catalogue is written in: code lists, treatment types by operation, codes that do not count."""

    diagnoses: CodeSystem
    procedures: CodeSystem
    treatment_types: Mapping[str, str]
    exclusions: Exclusions = NO_EXCLUSIONS


def code_lists(tables: DipTables) -> CodeLists:
    """The lists that an edition is written in."""
    arrays = tables.groups
    types = {
        code: TREATMENT_TYPES[kind]
        for code, kind in zip(tables.procedures.codes, arrays.procedure_treatment_type.tolist(), strict=True)
        if kind >= 0
    }
    excluded = tuple(tables.diagnoses.codes[place] for place in np.flatnonzero(arrays.principal_excluded))
    unused = tuple(tables.procedures.codes[place] for place in np.flatnonzero(arrays.procedure_unused))
    return CodeLists(tables.diagnoses, tables.procedures, types, Exclusions(excluded, unused))


class Clustered(NamedTuple):
    """Groups without numbers, and the group of every stay (int32, −1 none). ``threshold`` : stays of a core group."""

    groups: list[Group]
    group_id: np.ndarray
    threshold: int
    dropped: int


def building_order(settings: BuildSettings) -> Grouping:
    """The choices that stays are grouped by while a catalogue is built: nothing that depends on its numbers."""
    return Grouping(
        main_op_first=True,
        tie_break=settings.tie_break,
        type_order=(),
        subcategory_wildcard=False,
        intervention_as="surgery",
        ungrouped_factor_e4=0,
    )


def cluster(
    history: History, lists: CodeLists, settings: BuildSettings, fixed: Sequence[Group] = (), threads: int = 2
) -> Clustered:
    """Find the groups of a history.

    Parameters
    ----------
    lists : code lists and treatment types.
    fixed : rows of earlier layers (pre-groups, merges, diagnosis-assisted groups), which take their stays first.

    Returns
    -------
    Groups in the order fixed, core, comprehensive; fixed ones stay whether or not any stay meets them.
    """
    unused = _unused(lists)
    choices = building_order(settings)
    taken = None
    if fixed:
        taken = regroup(history, tables_of(fixed, lists), choices, threads) >= 0
    categories = categories_of(lists.diagnoses, lists.exclusions.principals)
    combinations = find_combinations(history, categories, unused, taken)
    threshold = threshold_of(combinations, settings.core_threshold)
    candidates = core_candidates(combinations, lists.procedures, threshold, settings.related_operation_increase)
    core = _kept_core(combinations, candidates, threshold, lists, choices)
    names = category_names(lists.diagnoses, 4)
    core_rows = [core_group(key, lists.procedures, names) for key in core]
    rest = every_comprehensive(comprehensive_names(lists.diagnoses), category_names(lists.diagnoses, 3))
    every = [*fixed, *core_rows, *rest]
    group_id = regroup(history, tables_of(every, lists), choices, threads)
    stays = np.bincount(group_id[group_id >= 0], minlength=len(every))
    kept = [
        place < len(fixed) + len(core_rows) or stays[place] >= settings.comprehensive_min_cases
        for place in range(len(every))
    ]
    return Clustered(
        groups=[group for group, stay in zip(every, kept, strict=True) if stay],
        group_id=_renumbered(group_id, np.array(kept)),
        threshold=threshold,
        dropped=len(candidates) - len(core),
    )


def _kept_core(
    combinations: Combinations, candidates: Sequence[CoreKey], threshold: int, lists: CodeLists, choices: Grouping
) -> list[CoreKey]:
    """The candidates that keep their threshold when stays are grouped by what is kept."""
    names = category_names(lists.diagnoses, 4)
    kept = list(candidates)
    columns = _columns(combinations)
    while kept:
        groups = [core_group(key, lists.procedures, names) for key in kept]
        tables = tables_of(groups, lists)
        group_id = dip.assign_groups(columns, tables.groups, dip.grouping_parameters(choices, tables.groups))[
            "group_id"
        ]
        grouped = group_id >= 0
        stays = np.bincount(group_id[grouped], weights=combinations.stays[grouped], minlength=len(kept))
        failing = [place for place in range(len(kept)) if stays[place] < threshold]
        if not failing:
            break
        # What drops first gives its stays to groups with fewer operations of the same category and main operation.
        deepest: dict[tuple[str, int], int] = {}
        for place in failing:
            key = kept[place]
            deepest[key[:2]] = max(deepest.get(key[:2], 0), len(key.related))
        gone = {place for place in failing if len(kept[place].related) == deepest[kept[place][:2]]}
        kept = [key for place, key in enumerate(kept) if place not in gone]
    return kept


def _columns(combinations: Combinations) -> dict[str, np.ndarray]:
    """A stay for every combination, with a diagnosis of its category as the principal one."""
    n = len(combinations.category)
    operated = combinations.main >= 0
    lengths = np.diff(combinations.related_offset) + operated
    offset = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(lengths, out=offset[1:])
    procedures = np.empty(int(offset[-1]), dtype=np.int32)
    mains = offset[:-1][operated]
    procedures[mains] = combinations.main[operated]
    others = np.ones(len(procedures), dtype=np.bool_)
    others[mains] = False
    procedures[others] = combinations.related_id
    return {
        "diagnosis_id": combinations.diagnosis[combinations.category],
        "diagnosis_offset": np.arange(n + 1, dtype=np.int32),
        "procedure_id": procedures,
        "procedure_offset": offset,
        "total_cost_fen": np.zeros(n, dtype=np.int64),
    }


def regroup(history: History, tables: DipTables, choices: Grouping, threads: int = 2) -> np.ndarray:
    """Group of every stay (int32, −1 none)."""
    parameters = dip.grouping_parameters(choices, tables.groups)
    group_id = np.empty(len(history), dtype=np.int32)

    def work(first: int) -> tuple[int, np.ndarray]:
        rows = history.rows(first, min(first + _PIECE, len(history)))
        return first, dip.assign_groups(rows, tables.groups, parameters)["group_id"]

    for first, found in ordered_map(work, range(0, len(history), _PIECE), threads):
        group_id[first : first + len(found)] = found
    return group_id


def tables_of(groups: Sequence[Group], lists: CodeLists) -> DipTables:
    """Groups without numbers, ready to group by."""
    return compile_dip(
        groups, lists.diagnoses, lists.procedures, lists.treatment_types, 1, "1", exclusions=lists.exclusions
    )


def _unused(lists: CodeLists) -> np.ndarray:
    wanted = {code.casefold() for code in lists.exclusions.operations}
    return np.array([code.casefold() in wanted for code in lists.procedures.codes], dtype=np.int8)


def _renumbered(group_id: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Ids by the groups that are kept; stays of others have none."""
    place = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    return np.where(group_id >= 0, place[np.maximum(group_id, 0)], -1).astype(np.int32)
