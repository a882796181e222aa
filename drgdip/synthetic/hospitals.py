"""About sixty invented hospitals on three levels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

#: Tier (3 tertiary, 2 secondary, 1 primary), number of hospitals, and the levels (hosp_lv) they carry in turn.
TIERS = (
    (3, 8, ("02", "02", "03", "02", "03", "01", "04", "03")),
    (2, 22, ("05", "05", "06", "05", "06", "07")),
    (1, 30, ("08", "09", "08", "10", "08")),
)
EFFICIENCY_DEVIATION = 0.08
_SKEW = 0.8


class Hospitals(NamedTuple):
    """Hospitals, tertiary first, then by size.

    codes, levels : fixmedins_code and hosp_lv. tier : (hospitals,) 3, 2, 1.
    reach : (hospitals,) position of the tier in TIERS + cumulative share of stays within the tier.
    efficiency : (hospitals,) cost factor; its mean over a tier's stays is one.
    square : (tiers,) mean of the squared factor over each tier's stays.
    """

    codes: tuple[str, ...]
    levels: tuple[str, ...]
    tier: np.ndarray
    reach: np.ndarray
    efficiency: np.ndarray
    square: np.ndarray


def make_hospitals(generator: np.random.Generator) -> Hospitals:
    """Sixty hospitals with skewed volumes and slightly different cost levels."""
    tier, reach, efficiency, square, levels = [], [], [], [], []
    for position, (name, count, cycle) in enumerate(TIERS):
        share = 1 / (np.arange(count) + 2.0) ** _SKEW
        share /= share.sum()
        factor = np.exp(EFFICIENCY_DEVIATION * np.clip(generator.standard_normal(count), -2, 2))
        factor /= (share * factor).sum()
        tier += [name] * count
        levels += [cycle[k % len(cycle)] for k in range(count)]
        reach.append(position + np.minimum(np.cumsum(share), 1.0))
        reach[-1][-1] = position + 1
        efficiency.append(factor)
        square.append((share * factor**2).sum())
    codes = tuple(f"H990100{k + 1:05d}" for k in range(len(tier)))
    return Hospitals(
        codes,
        tuple(levels),
        np.array(tier, dtype=np.int8),
        np.concatenate(reach),
        np.concatenate(efficiency),
        np.array(square),
    )


def with_levels(hospitals: Hospitals, factor: np.ndarray) -> Hospitals:
    """Hospitals whose costs also differ by level; ``factor`` by tier (unrated, primary, secondary, tertiary)."""
    return hospitals._replace(efficiency=hospitals.efficiency * factor[hospitals.tier])


def tier_shares(relative_cost: np.ndarray) -> np.ndarray:
    """Share of each group's stays by tier, shape (groups, tiers): costly groups go to higher tiers."""
    heaviness = np.log(np.clip(relative_cost, 0.1, 20.0))
    scores = np.stack([0.25 + 1.1 * heaviness, 0.35 + 0.1 * heaviness, -1.35 - 1.0 * heaviness], axis=1)
    weights = np.exp(scores)
    shares: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return shares


def draw_hospitals(
    hospitals: Hospitals, cumulative: np.ndarray, group: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Hospital of each stay; ``cumulative`` is the running sum of ``tier_shares`` over tiers."""
    pick = generator.random(len(group))
    tier = (pick[:, None] >= cumulative[group][:, :-1]).sum(axis=1)
    drawn = np.searchsorted(hospitals.reach, tier + generator.random(len(group)), side="right")
    return np.minimum(drawn, len(hospitals.codes) - 1).astype(np.int32)
