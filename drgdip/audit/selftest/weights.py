"""Examples of numbers, relative weights and coefficients (settlement arithmetic 0.3, 1.1, 1.2, 2.3)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from drgdip.audit.selftest.values import (
    Unsupported,
    common_units,
    e4,
    exact,
    flag,
    four,
    limit_e4,
    mapping,
    number_text,
    one_of,
    rounded,
    rows,
    whole,
)
from drgdip.base.rounding import ROUNDING_MODES
from drgdip.base.scaled import E4, format_scaled, round_scaled
from drgdip.base.text import Text
from drgdip.tables.relative_weight import (
    MeanMode,
    rebase_weights,
    related_operation,
    relative_weight_e4,
    weighted_mean,
)
from drgdip.valuation.hospital_coefficient import hospital_coefficient_e4, ratio_coefficient_e4

_MEAN_MODES: tuple[MeanMode, ...] = ("avg_of_avgs", "pooled")


def round_demo(value: Any, places: Any) -> dict[str, Any]:
    """0.3: one number in every rounding mode."""
    text, decimals = number_text(value), whole(places)
    return {mode: format_scaled(round_scaled(text, decimals, mode), decimals) for mode in ROUNDING_MODES}


def related_op_split(without_avg: Any, with_avg: Any, threshold: Any) -> dict[str, Any]:
    """1.1: whether a related operation forms its own group."""
    result = related_operation(exact(without_avg), exact(with_avg), exact(threshold))
    return {"increase": four(result.increase_e4), "split": result.splits}


def rw(
    disease_avgs: Any,
    weights: Any,
    scale: Any,
    region_avgs: Any = None,
    M: Any = None,
    counts: Any = None,
    region_counts: Any = None,
    mode: Any = "avg_of_avgs",
) -> dict[str, Any]:
    """1.2: a relative weight by any of the three methods."""
    if M is None and region_avgs is None:
        raise Unsupported(Text("缺少输入:M 或 region_avgs", "an input is missing: M or region_avgs"))
    mean = _mean(disease_avgs, weights, counts, mode)
    base = _mean(region_avgs, weights, region_counts, mode) if M is None else exact(M)
    return {
        "m": rounded(mean, 4),
        "M": rounded(base, 4),
        "rw": four(relative_weight_e4(mean, base, exact(scale))),
    }


def _mean(means: Any, weights: Any, counts: Any, mode: Any) -> Fraction:
    return weighted_mean(
        [None if mean is None else exact(mean) for mean in rows(means)],
        [exact(weight) for weight in rows(weights)],
        None if counts is None else [0 if count is None else exact(count) for count in rows(counts)],
        one_of(mode, _MEAN_MODES),
    )


def rebase_rw(rows: Any, changes: Any) -> dict[str, Any]:
    """1.2: changed weights with total points unchanged."""
    groups = [mapping(row, ("id", "rw", "n"), ("id", "rw", "n")) for row in rows]
    result = rebase_weights(
        {group["id"]: e4(group["rw"]) for group in groups},
        {group["id"]: whole(group["n"]) for group in groups},
        {group: e4(weight) for group, weight in mapping(changes).items()},
    )
    return {
        "factor": rounded(result.factor, 6),
        "rw": {group: four(weight) for group, weight in result.weights_e4.items()},
    }


def hospital_coef(
    base: Any,
    bonuses: Any = None,
    mode: Any = "additive",
    bonus_cap: Any = None,
    floor: Any = None,
    cap: Any = None,
) -> dict[str, Any]:
    """2.3: the hospital coefficient from base and bonuses."""
    named = [] if bonuses is None else list(mapping(bonuses).values())
    k = hospital_coefficient_e4(
        e4(base),
        [e4(bonus) for bonus in named],
        one_of(mode, ("additive", "multiplicative")),
        bonus_cap_e4=None if bonus_cap is None else limit_e4(bonus_cap),
        floor_e4=None if floor is None else limit_e4(floor),
        cap_e4=None if cap is None else limit_e4(cap),
    )
    return {"k": four(k)}


def aux_select(triggers: Any, eligible: Any = True) -> dict[str, Any]:
    """1.5, 2.4: of several sub-types the highest counts; stays that are not eligible have none."""
    import numpy as np

    from drgdip.valuation.auxiliary.rules import highest

    found = {name: e4(coefficient) for name, coefficient in mapping(triggers).items()}
    if any(coefficient < 0 for coefficient in found.values()):
        raise Unsupported(Text("辅助分型系数为负", "a negative auxiliary coefficient"))
    best = highest(np.array(list(found.values()), dtype=np.int64)) if flag(eligible) else -1
    chosen = list(found)[best] if best >= 0 else None
    return {"aux": four(found[chosen] if chosen is not None else E4), "chosen": chosen}


def ratio_coef(part_avg: Any, whole_avg: Any) -> dict[str, Any]:
    """2.3: the coefficient by the level method."""
    part, city = common_units(part_avg, whole_avg)
    return {"coef": four(ratio_coefficient_e4(part, city))}
