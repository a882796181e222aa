"""What a CHS-DRG edition lacks for drawing: shares of stays, costs, spreads and lengths of stay, all invented.

Costs follow weight × mean cost of the city; shares fall with the weight, so that the mean weight of a stay is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drgdip.synthetic.drg_patterns import find_drg_patterns, neutral_diagnoses
from drgdip.synthetic.source import Source

if TYPE_CHECKING:
    from drgdip.tables.chs_drg.drg_tables import DrgTables

MEAN_COST_FEN = 957_525
#: Shares of ambiguous and of ungrouped stays, and of each group without a weight.
_AMBIGUOUS, _UNGROUPED, _UNWEIGHTED = 0.008, 0.005, 0.0002
#: Weights that groups without one are drawn with: transplants, and others.
_HEAVY, _ORDINARY = 30.0, 1.0
#: What a stay of the same group costs by tier of the hospital (unrated, primary, secondary, tertiary).
LEVELS = np.array([0.86, 0.88, 0.96, 1.05])


def drg_source(tables: DrgTables, mean_cost_fen: int = MEAN_COST_FEN) -> Source:
    """Statistics by id of ``tables.ids.drg_codes``; the same for every seed."""
    ids = tables.ids
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(20260101)))
    n, groups = len(ids.drg_codes), len(ids.group_codes)
    weight = np.ones(n)
    weight[:groups] = tables.group_values.relative_weight_e4 / 10_000
    absent = np.flatnonzero(weight == 0)
    weight[absent] = [_HEAVY if ids.drg_codes[group].startswith("A") else _ORDINARY for group in absent]
    volume = np.exp(generator.standard_normal(n))
    share = np.zeros(n)
    share[:groups] = _balanced(volume[:groups], weight[:groups])
    share[absent] = _UNWEIGHTED
    share[:groups] *= (1 - _AMBIGUOUS - _UNGROUPED) / share[:groups].sum()
    share[groups:-1] = _AMBIGUOUS / max(n - groups - 1, 1)
    share[-1] = _UNGROUPED
    return Source(
        group_codes=ids.drg_codes,
        patterns=find_drg_patterns(tables),
        cases=share,
        mean_cost_fen=weight * mean_cost_fen,
        region_mean_cost_fen=mean_cost_fen,
        mean_stay_days=np.minimum(2.5 + 5.5 * np.sqrt(weight), 45.0) * (0.85 + 0.3 * generator.random(n)),
        cv=0.35 + 0.35 * generator.random(n),
        companions=neutral_diagnoses(tables),
        levels=LEVELS,
    )


def _balanced(volume: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Shares in proportion to ``volume ÷ weight ** a``, with the exponent at which the mean weight is one."""
    low, high = 0.0, 4.0
    for _ in range(40):
        middle = (low + high) / 2
        share = volume / weight**middle
        too_heavy = (share * weight).sum() > share.sum()
        low, high = (middle, high) if too_heavy else (low, middle)
    share = volume / weight**low
    balanced: np.ndarray = share / share.sum()
    return balanced
