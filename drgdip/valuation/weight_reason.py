"""Why a stay of CHS-DRG has the weight it has: what decides between payment by group, by a factor and by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.base.columns import Column

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns

WEIGHT_REASON = Column(
    "weight_reason", "int16", "reason", "权重依据", "where the weight is from", "settlement arithmetic 2.6, 2.8, 3"
)


def weight_reasons(columns: Columns, relative_weight_e4: np.ndarray) -> np.ndarray:
    """Numbers of reasons by stay (int16), from ``group_id``, ``group_reason`` and the weight that valuation gave."""
    import numpy as np

    from drgdip.base.reasons import number

    grouped, weighed = columns["group_id"] >= 0, relative_weight_e4 > 0
    ambiguous = ~grouped & (columns["group_reason"] == number("drg_ambiguous"))
    keys = {
        "weight_of_group": grouped & weighed,
        "weight_absent": grouped & ~weighed,
        "ambiguous_by_factor": ambiguous & weighed,
        "ambiguous_by_item": ambiguous & ~weighed,
        "ungrouped_by_factor": ~grouped & weighed,
    }
    found = np.select(list(keys.values()), [number(key) for key in keys], number("ungrouped_by_item"))
    return found.astype(np.int16)
