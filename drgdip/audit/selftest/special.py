"""Examples of special-case review: quota, its distribution, outcomes (settlement arithmetic 6.2, 6.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from drgdip.audit.selftest.policy import Money, deviation, policy_values, require_proof
from drgdip.audit.selftest.pricing import Case, priced
from drgdip.audit.selftest.values import e4, fen, four, limit_e4, mapping, one_of, whole, yuan
from drgdip.base.scaled import E4
from drgdip.policy.sections.special_values import Gate, Special

if TYPE_CHECKING:
    import numpy as np

    from drgdip.policy.values import PolicyValues

OUTCOMES = ("by_item", "adjusted", "reject")


def quota(discharges: Any, share: Any, rounding: Any = "floor") -> dict[str, Any]:
    """6.2: special cases that so many discharges allow."""
    from drgdip.special_cases.quota import quota as allowed

    mode = {"floor": "down"}.get(rounding, rounding)
    return {"quota": allowed(whole(discharges), limit_e4(share), one_of(mode, ("down", "half_up", "half_even")))}


def allocate_quota(total_quota: Any, weights: Any) -> dict[str, Any]:
    """6.2: the area's quota between hospitals."""
    from drgdip.special_cases.quota import allocate_quota as allocated

    return {
        "alloc": allocated(whole(total_quota), {name: limit_e4(weight) for name, weight in mapping(weights).items()})
    }


def special_case(
    outcome: Any,
    rw: Any,
    k: Any,
    pv: Any,
    cost_allowed: Any = "0",
    patient: Any = "0",
    other_funds: Any = "0",
    factor: Any = None,
) -> dict[str, Any]:
    """6.4: what a decision makes of one stay, by the residual method; reviewed and paid by the engine's own stages."""
    coefficient, weight = e4(k), e4(rw)
    values = policy_values(deviation(None, None, "ref_cost"), 0, coefficient, Money({"pool": e4(pv)}))
    require_proof(values, weight, 1, E4, 0)
    factors = [E4 if factor is None else limit_e4(factor)]
    columns = priced([Case(weight, 1, 1, coefficient)], values)
    columns = reviewed(columns, values, [one_of(outcome, OUTCOMES)], [fen(cost_allowed)], factors)
    columns |= paid(columns, values, fen(patient), fen(other_funds))
    return {"points": four(columns["points_e4"][0]), "payable": yuan(columns["payable_fen"][0])}


def reviewed(
    columns: Mapping[str, np.ndarray],
    values: PolicyValues,
    outcomes: Sequence[str],
    allowed_fen: Sequence[int],
    factors_e4: Sequence[int],
) -> dict[str, np.ndarray]:
    """Priced stays under decisions, by the engine's own review."""
    import numpy as np

    from drgdip.special_cases import ORDINARY, READS, review_cases, special_parameters

    terms = Special("any", (Gate(stay_from_days=0),), E4, "region", "down", "cost_ratio", "none", "wait",
                    ("by_item", "adjusted", "rejected"), "before_pv", 2, None)  # fmt: skip
    rows = len(outcomes)
    given: dict[str, np.ndarray] = {ORDINARY.get(name, name): array for name, array in columns.items()}
    given |= {
        "decision_outcome": np.array([OUTCOMES.index(outcome) + 1 for outcome in outcomes], dtype=np.int8),
        "decision_allowed_fen": np.array(allowed_fen, dtype=np.int64),
        "decision_factor_e4": np.array(factors_e4, dtype=np.int64),
    }
    whole_batch = {column.name: np.zeros(rows, dtype=column.dtype) for column in READS} | given
    parameters = special_parameters(values._replace(special=terms), [""] * rows)
    return whole_batch | review_cases(whole_batch, parameters)


def paid(
    columns: Mapping[str, np.ndarray], values: PolicyValues, patient_fen: int, other_fen: int
) -> dict[str, np.ndarray]:
    """What the stay comes to."""
    import numpy as np

    from drgdip.fund_split import FUND_COLUMNS, READS, pay_cases, payment_parameters

    empty = {column.name: np.zeros(1, dtype=column.dtype) for column in (*READS, *FUND_COLUMNS)}
    bedside = {
        "patient_fen": np.array([patient_fen], dtype=np.int64),
        "other_funds_fen": np.array([other_fen], dtype=np.int64),
    }
    point_values = [pool.opening_point_value_e4 for pool in values.pools.values()]
    return pay_cases({**empty, **columns, **bedside}, payment_parameters(values, point_values, [[E4]]))
