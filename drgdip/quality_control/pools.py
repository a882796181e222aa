"""Insurance pools of a policy, as the kernel of eligibility takes them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.quality_control.rules import ANY_PATIENTS, CROSS_PROVINCE, IN_PROVINCE, LOCAL

if TYPE_CHECKING:
    from drgdip.policy.values import Pool

_PATIENTS = {"local": LOCAL, "in_province": IN_PROVINCE, "cross_province": CROSS_PROVINCE, "any": ANY_PATIENTS}


class PoolArrays(NamedTuple):
    """Insurance types of pool p are ``insurance_type[type_offset[p]:type_offset[p + 1]]``; ``patients`` as in rules."""

    patients: np.ndarray
    type_offset: np.ndarray
    insurance_type: np.ndarray


@lru_cache(maxsize=64)
def pool_arrays(pools: tuple[Pool, ...]) -> PoolArrays:
    """Pools in the order in which they are tried."""
    types = [[int(code) for code in pool.insurance_types] for pool in pools]
    return PoolArrays(
        patients=np.array([_PATIENTS[pool.patients] for pool in pools], dtype=np.int8),
        type_offset=np.cumsum([0, *map(len, types)], dtype=np.int64),
        insurance_type=np.array([code for codes in types for code in codes], dtype=np.int32),
    )
