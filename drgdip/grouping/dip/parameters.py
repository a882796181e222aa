"""Policy choices of DIP grouping, as the kernel takes them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drgdip.policy.values import Grouping

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
_MATCH_KEYS = ("full_match", "main_op", "max_ops")


class GroupingParameters(NamedTuple):
    """``tie_keys``: positions in TIE_KEYS, best first. ``type_rank``: rank of a treatment type (last slot: unknown)."""

    main_op_first: bool
    wildcard: bool
    intervention_as: int
    tie_keys: np.ndarray
    type_rank: np.ndarray


def _ordered_keys(values: Grouping) -> list[str]:
    keys: list[str] = list(values.tie_break)
    if values.subcategory_wildcard:
        position = next((i for i, key in enumerate(keys) if key not in _MATCH_KEYS), len(keys))
        keys.insert(position, "exact_code")
    return keys


def grouping_parameters(values: Grouping) -> GroupingParameters:
    """Code the policy's choices for the kernel."""
    rank = np.full(len(TREATMENT_TYPES) + 1, len(values.type_order), dtype=np.int64)
    for position, name in enumerate(values.type_order):
        rank[TREATMENT_TYPES.index(name)] = position
    return GroupingParameters(
        main_op_first=values.main_op_first,
        wildcard=values.subcategory_wildcard,
        intervention_as=TREATMENT_TYPES.index(values.intervention_as),
        tie_keys=np.array([TIE_KEYS.index(key) for key in _ordered_keys(values)], dtype=np.int64),
        type_rank=rank,
    )
