"""An edition with other weights."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from drgdip.base.rounding import divide

if TYPE_CHECKING:
    from drgdip.tables import DipTables


def with_factor(tables: DipTables, factor: Fraction, scaled: np.ndarray, whole: bool) -> DipTables:
    """An edition with the weights of ``scaled`` groups multiplied, four decimals, half-up.

    If all are (``whole``), a point is worth less cost, too: the regional mean is divided by the factor, so that ungrouped
    stays keep their share of points and costs that follow from weights stay as they are.
    """
    weights = [
        max(divide(int(weight) * factor.numerator, factor.denominator), 1) if chosen else int(weight)
        for weight, chosen in zip(tables.groups.relative_weight_e4, scaled, strict=True)
    ]
    groups = tables.groups._replace(relative_weight_e4=np.array(weights, dtype=np.int64))
    mean_fen = tables.region_mean_cost_fen
    if whole:
        mean_fen = max(divide(mean_fen * factor.denominator, factor.numerator), 1)
    return replace(tables, groups=groups, region_mean_cost_fen=mean_fen)
