"""Benefit amounts of a stay, in fen: coverage parts, funds and patient add up exactly.

The benefit parameters are invented; only the identities between the amounts are those of the national settlement
result (data model, tables 2304): cost = coverage parts, fund total = funds, cost = fund total + patient + others.
"""

from __future__ import annotations

import numpy as np

#: Deductible in fen and fund ratio in percent by tier; columns: employees, residents.
DEDUCTIBLE_FEN = {3: (90_000, 100_000), 2: (60_000, 60_000), 1: (30_000, 20_000)}
RATIO_PERCENT = {3: (85, 65), 2: (90, 75), 1: (92, 85)}
#: Percentage points less for patients from the province and from beyond.
AWAY_PERCENT = (0, 5, 10)
POOLED_CEILING_FEN = 15_000_000
SERIOUS_ILLNESS_DEDUCTIBLE_FEN = 1_100_000

Amounts = dict[str, np.ndarray]


def share_of(amount_fen: np.ndarray, percent: np.ndarray | int) -> np.ndarray:
    """Percent of an amount, rounded half up, in integers."""
    result: np.ndarray = (amount_fen * percent + 50) // 100
    return result


def settle(
    total_fen: np.ndarray,
    tier: np.ndarray,
    is_employee: np.ndarray,
    residence: np.ndarray,
    generator: np.random.Generator,
) -> Amounts:
    """All amounts of each stay, keyed by column name; shapes (n,), int64."""
    amounts = coverage(total_fen, generator)
    amounts.update(_funds(amounts, tier, is_employee, residence, generator))
    amounts.update(_payers(amounts, is_employee, generator))
    return amounts


def coverage(total: np.ndarray, generator: np.random.Generator) -> Amounts:
    """Fully self-paid 3–12 %, over limits 0–2 % of some, advance self-paid 4–10 %, the rest in scope."""
    n = len(total)
    self_paid = total * generator.integers(300, 1201, n) // 10_000
    over_limit = total * (generator.integers(0, 201, n) * (generator.random(n) < 0.4)) // 10_000
    advance = total * generator.integers(400, 1001, n) // 10_000
    return {
        "total_cost_fen": total,
        "self_paid_fen": self_paid,
        "over_limit_fen": over_limit,
        "advance_self_paid_fen": advance,
        "in_scope_fen": total - self_paid - over_limit - advance,
    }


def _funds(
    amounts: Amounts, tier: np.ndarray, is_employee: np.ndarray, residence: np.ndarray, generator: np.random.Generator
) -> Amounts:
    in_scope, pool = amounts["in_scope_fen"], np.where(is_employee, 0, 1)
    chance = generator.random((3, len(in_scope)))
    deductible = np.minimum(_by_tier(DEDUCTIBLE_FEN)[tier, pool], in_scope)
    percent = _by_tier(RATIO_PERCENT)[tier, pool] - np.array(AWAY_PERCENT)[residence]
    benefit = share_of(in_scope - deductible, percent)
    pooled = np.minimum(benefit, POOLED_CEILING_FEN)
    large = np.where(is_employee, share_of(benefit - pooled, 90), 0)
    left = in_scope - pooled - large
    serious = np.where(is_employee, 0, share_of(np.maximum(left - SERIOUS_ILLNESS_DEDUCTIBLE_FEN, 0), 60))
    left = left - serious
    civil = np.where(is_employee & (chance[0] < 0.08), share_of(left, 60), 0)
    enterprise = np.where(is_employee & (civil == 0) & (chance[1] < 0.02), share_of(left, 30), 0)
    aid = np.where(~is_employee & (chance[2] < 0.06), share_of(left, 50), 0)
    return {
        "deductible_fen": deductible,
        "pooled_fund_fen": pooled,
        "civil_servant_fund_fen": civil,
        "enterprise_fund_fen": enterprise,
        "serious_illness_fund_fen": serious,
        "large_amount_fund_fen": large,
        "medical_aid_fund_fen": aid,
        "fund_total_fen": pooled + civil + enterprise + serious + large + aid,
    }


def _payers(amounts: Amounts, is_employee: np.ndarray, generator: np.random.Generator) -> Amounts:
    """What the funds leave: rarely a part by the hospital or another payer, account and cash by the patient."""
    left = amounts["total_cost_fen"] - amounts["fund_total_fen"]
    chance = generator.random((3, len(left)))
    hospital = np.where(chance[0] < 0.005, share_of(left, 10), 0)
    other = np.where(chance[1] < 0.01, share_of(left, 20), 0)
    left = left - hospital - other
    balance = generator.integers(5_000, 300_001, len(left))
    account = np.where(is_employee & (chance[2] < 0.45), np.minimum(left, balance), 0)
    return {
        "hospital_part_fen": hospital,
        "other_payers_fen": other,
        "account_paid_fen": account,
        "cash_paid_fen": left - account,
    }


def _by_tier(values: dict[int, tuple[int, int]]) -> np.ndarray:
    table = np.zeros((max(values) + 1, 2), dtype=np.int64)
    for tier, pair in values.items():
        table[tier] = pair
    return table
