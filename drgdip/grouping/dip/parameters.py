"""Policy choices of DIP grouping, as the kernel takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.policy.values import Grouping

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
#: Marks in a word, as in ``rules.BITS`` (not imported: rules load the compiler).
_BITS = 63
_MATCH_KEYS = ("full_match", "main_op", "max_ops")


class GroupingParameters(NamedTuple):
    """``tie_keys``: positions in TIE_KEYS, best first. ``type_rank``: rank of a treatment type (last slot: unknown).

    ``required_bits``: by group, marks of operations without which no stay meets it; a quick look before the full one.
    """

    main_op_first: bool
    wildcard: bool
    intervention_as: int
    tie_keys: np.ndarray
    type_rank: np.ndarray
    required_bits: np.ndarray


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


def grouping_parameters(values: Grouping, tables: DipArrays) -> GroupingParameters:
    """Code the policy's choices for the kernel, with what it looks up about the groups."""
    rank = np.full(len(TREATMENT_TYPES) + 1, len(values.type_order), dtype=np.int64)
    for position, name in enumerate(values.type_order):
        rank[TREATMENT_TYPES.index(name)] = position
    return GroupingParameters(
        main_op_first=values.main_op_first,
        wildcard=values.subcategory_wildcard,
        intervention_as=TREATMENT_TYPES.index(values.intervention_as),
        tie_keys=np.array([TIE_KEYS.index(key) for key in _ordered_keys(values)], dtype=np.int64),
        type_rank=rank,
        required_bits=required_bits(tables),
    )
