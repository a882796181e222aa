"""Policy choices of DIP grouping, as the kernel takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.policy.values import GROUP_CLASSES, LAYERS, Grouping

if TYPE_CHECKING:
    from drgdip.tables import DipArrays

#: Order in which tie-break keys are coded; ``exact_code`` is not a policy key but follows from sub-category
#: wildcards ("the full code beats it", settlement arithmetic 1.4, Jingmen).
TIE_KEYS = (
    "full_match",
    "main_op",
    "max_ops",
    "exact_code",
    "max_rw",
    "min_cost_gap",
    "type_order",
    "max_n",
    "id",
)

#: Treatment types in the order of their codes in compiled tables.
TREATMENT_TYPES = ("surgery", "therapeutic", "diagnostic", "conservative", "intervention")
SURGERY, THERAPEUTIC, DIAGNOSTIC, CONSERVATIVE, INTERVENTION = range(5)
#: A class of groups that no step of the policy looks at.
NO_STEP = -1
#: Bits of what a row before the core groups asks for.
ASKS_OPERATIONS, ASKS_DIAGNOSIS, ASKS_CONDITIONS = 1, 2, 4
#: Marks in a word, as in ``rules.BITS`` (not imported: rules load the compiler).
_BITS = 63
_MATCH_KEYS = ("full_match", "main_op", "max_ops")


class TieBreaks(NamedTuple):
    """What ties are broken by, apart from the rest: compiled code hands a tuple on by copying it.

    tie_keys : positions in TIE_KEYS, best first. type_rank : rank of a treatment type (last slot: unknown). wildcard :
    sub-category codes stand for their operations. The others are those of :class:`~drgdip.tables.DipArrays`.
    """

    tie_keys: np.ndarray
    type_rank: np.ndarray
    wildcard: bool
    term_offset: np.ndarray
    alternative_offset: np.ndarray
    alternative_procedure: np.ndarray
    alternative_wildcard: np.ndarray
    relative_weight_e4: np.ndarray
    mean_cost_fen: np.ndarray
    group_treatment_type: np.ndarray
    group_cases: np.ndarray
    group_rank: np.ndarray


class FirstLayers(NamedTuple):
    """Rows before the core groups that the policy uses.

    listed_offset, listed_group, open_group : as in :class:`~drgdip.tables.DipArrays`. always_open : whether one of the
    rows for any principal diagnosis asks for no code. asked : by group, bits of what a row asks: operations, a diagnosis
    that may stand anywhere, conditions. first_bits : by group, marks of the operations that meet its
    first term. required_bits, main_first, wildcard : as in :class:`GroupingParameters`.
    """

    listed_offset: np.ndarray
    listed_group: np.ndarray
    open_group: np.ndarray
    always_open: bool
    asked: np.ndarray
    first_bits: np.ndarray
    required_bits: np.ndarray
    main_first: np.ndarray
    wildcard: bool


class GroupingParameters(NamedTuple):
    """What a policy chooses, with what the kernel looks up about the groups.

    main_first : by group, whether its first term must be met by the main operation. wildcard : sub-category codes
    stand for their operations. required_bits : by group, marks of operations without which no stay meets it; a quick look
    before the full one. first : rows before the core groups. has_core : by step, whether it looks at core groups.
    comprehensive_types : by step, bits of the types whose comprehensive groups it looks at. for_none : by step, whether it has groups for stays without operations. core_step : by group, the step
    that it is looked at in, NO_STEP if in none. comprehensive_step : the same by treatment type. other_core : whether
    core groups are for other than one category. excludes_principals, leaves_out_operations, asks_ages : whether the edition
    has principal diagnoses that it excludes, operations that it does not look at, groups with conditions on ages or birth
    weight. unmatched : conservative groups also take stays whose operations no group of the step meets. any_operation : every
    operation counts for a comprehensive group, not the main one alone.
    """

    ties: TieBreaks
    main_first: np.ndarray
    wildcard: bool
    intervention_as: int
    required_bits: np.ndarray
    first: FirstLayers
    has_core: np.ndarray
    comprehensive_types: np.ndarray
    for_none: np.ndarray
    core_step: np.ndarray
    comprehensive_step: np.ndarray
    other_core: bool
    excludes_principals: bool
    leaves_out_operations: bool
    asks_ages: bool
    unmatched: bool
    any_operation: bool


def asks_ages(tables: DipArrays) -> bool:
    """Whether rows of an edition have conditions on ages or birth weight."""
    return bool((tables.has_bounds & 7).any())


def leaves_out_operations(tables: DipArrays) -> bool:
    """Whether an edition has operations that grouping does not look at."""
    return bool(tables.procedure_unused.any())


def _ordered_keys(values: Grouping) -> list[str]:
    keys: list[str] = list(values.tie_break)
    if values.subcategory_wildcard:
        position = next((i for i, key in enumerate(keys) if key not in _MATCH_KEYS), len(keys))
        keys.insert(position, "exact_code")
    return keys


def required_bits(tables: DipArrays) -> np.ndarray:
    """Marks of the terms that a single operation meets; other terms are left to the full comparison."""
    lengths = np.diff(tables.alternative_offset)
    single = np.nonzero(lengths == 1)[0]
    marks = np.zeros(len(lengths), dtype=np.int64)
    marks[single] = np.int64(1) << (
        tables.alternative_procedure[tables.alternative_offset[single]].astype(np.int64) % _BITS
    )
    bits = np.zeros(len(tables.term_offset) - 1, dtype=np.int64)
    np.bitwise_or.at(bits, np.repeat(np.arange(len(bits)), np.diff(tables.term_offset)), marks)
    return bits


def core_classes(tables: DipArrays, intervention_as: int) -> np.ndarray:
    """By group, the type of its class: conservative without operations; operations of unknown type are diagnostic.

    Groups whose operations have no type of their own come last among those with operations: a reading of ours, since
    no text has one.
    """
    types = tables.group_treatment_type.astype(np.int64)
    types[types == INTERVENTION] = intervention_as
    types[(types < 0) | (types >= CONSERVATIVE)] = DIAGNOSTIC
    types[np.diff(tables.term_offset) == 0] = CONSERVATIVE
    return types


def _steps(values: Grouping) -> tuple[np.ndarray, np.ndarray]:
    """The step of every class: of core groups by type, of comprehensive ones by type."""
    place = {name: step for step, names in enumerate(values.steps) for name in names}
    found = [place.get(name, NO_STEP) if name.split("_")[0] in values.layers else NO_STEP for name in GROUP_CLASSES]
    steps = np.array(found, dtype=np.int64)
    return steps[:4], steps[4:]


def _always_open(tables: DipArrays, rows: np.ndarray) -> bool:
    """Whether a row for any principal diagnosis asks for no code at all."""
    asks = (
        np.diff(tables.term_offset)[rows]
        + np.diff(tables.any_diagnosis_offset)[rows]
        + np.diff(tables.diagnosis_term_offset)[rows]
    )
    return bool((asks == 0).any())


def _first_layers(values: Grouping, tables: DipArrays, required: np.ndarray, main_first: np.ndarray) -> FirstLayers:
    used = np.array([layer in values.layers for layer in LAYERS], dtype=np.bool_)[tables.group_kind]
    kept = used[tables.listed_group]
    before = np.concatenate(([0], np.cumsum(kept)))
    open_group = tables.open_group[used[tables.open_group]]
    return FirstLayers(
        listed_offset=before[tables.listed_offset].astype(np.int32),
        listed_group=tables.listed_group[kept],
        open_group=open_group,
        always_open=_always_open(tables, open_group),
        asked=_asked(tables),
        first_bits=_first_bits(tables),
        required_bits=required,
        main_first=main_first,
        wildcard=values.subcategory_wildcard,
    )


def _asked(tables: DipArrays) -> np.ndarray:
    operations = (np.diff(tables.term_offset) > 0) * ASKS_OPERATIONS
    anywhere = (np.diff(tables.any_diagnosis_offset) > 0) * ASKS_DIAGNOSIS
    return (operations + anywhere + (tables.has_bounds > 0) * ASKS_CONDITIONS).astype(np.int8)


def _first_bits(tables: DipArrays) -> np.ndarray:
    """Marks of the operations that meet a row's first term."""
    marks = np.int64(1) << (tables.alternative_procedure.astype(np.int64) % _BITS)
    of_term = np.zeros(len(tables.alternative_offset) - 1, dtype=np.int64)
    np.bitwise_or.at(of_term, np.repeat(np.arange(len(of_term)), np.diff(tables.alternative_offset)), marks)
    bits = np.zeros(len(tables.term_offset) - 1, dtype=np.int64)
    some = np.nonzero(np.diff(tables.term_offset))[0]
    bits[some] = of_term[tables.term_offset[some]]
    return bits


def _tie_breaks(values: Grouping, tables: DipArrays) -> TieBreaks:
    rank = np.full(len(TREATMENT_TYPES) + 1, len(values.type_order), dtype=np.int64)
    for position, name in enumerate(values.type_order):
        rank[TREATMENT_TYPES.index(name)] = position
    keys = np.array([TIE_KEYS.index(key) for key in _ordered_keys(values)], dtype=np.int64)
    of_tables = (getattr(tables, name) for name in TieBreaks._fields[3:])
    return TieBreaks(keys, rank, values.subcategory_wildcard, *of_tables)


def grouping_parameters(values: Grouping, tables: DipArrays) -> GroupingParameters:
    """Code the policy's choices for the kernel, with what it looks up about the groups."""
    intervention_as = TREATMENT_TYPES.index(values.intervention_as)
    classes, comprehensive_step = _steps(values)
    core_step = classes[core_classes(tables, intervention_as)].astype(np.int8)
    steps, kinds = np.arange(len(values.steps)), np.arange(len(comprehensive_step))
    place, core = tables.operation_place, LAYERS.index("core")
    unsaid = np.where(tables.group_kind == core, values.main_op_first, True)
    main_first = np.where(place == 0, unsaid, place == 1).astype(np.int8)
    required = required_bits(tables)
    return GroupingParameters(
        ties=_tie_breaks(values, tables),
        main_first=main_first,
        wildcard=values.subcategory_wildcard,
        intervention_as=intervention_as,
        required_bits=required,
        first=_first_layers(values, tables, required, main_first),
        has_core=np.isin(steps, core_step),
        comprehensive_types=np.array([((comprehensive_step == step) << kinds).sum() for step in steps], dtype=np.int64),
        for_none=np.isin(steps, (classes[CONSERVATIVE], comprehensive_step[CONSERVATIVE])),
        core_step=core_step,
        comprehensive_step=comprehensive_step,
        other_core=len(tables.extra_group) > 0,
        excludes_principals=bool(tables.principal_excluded.any()),
        leaves_out_operations=leaves_out_operations(tables),
        asks_ages=asks_ages(tables),
        unmatched=values.conservative_takes == "unmatched",
        any_operation=values.comprehensive_by == "any_operation",
    )
