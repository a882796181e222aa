"""Stage 8, 基金分担: what the stay is worth, who has paid at the bedside, and what each fund pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.fund_split.columns import ALLOWED_COST, BEDSIDE_READS, BEDSIDE_WRITES, FUND_COLUMNS, READS, WRITES
from drgdip.fund_split.parameters import BedsideParameters, PaymentParameters, bedside_parameters, payment_parameters

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns

__all__ = [
    "ALLOWED_COST",
    "BEDSIDE_READS",
    "BEDSIDE_WRITES",
    "FUND_COLUMNS",
    "READS",
    "WRITES",
    "BedsideParameters",
    "PaymentParameters",
    "bedside_parameters",
    "pay_cases",
    "payment_parameters",
    "split_bedside",
]


def split_bedside(columns: Columns, parameters: BedsideParameters) -> dict[str, np.ndarray]:
    """What patient, other funds and the pool's own funds have paid or recorded at the bedside.

    Source: settlement arithmetic 0.1 and 4.2 (scope of funds).
    """
    from drgdip.fund_split.kernels import bedside

    recorded, other = bedside(_funds(columns), columns["other_payers_fen"], columns["pool_index"], parameters)
    return {
        "patient_fen": columns["account_paid_fen"] + columns["cash_paid_fen"],
        "other_funds_fen": other,
        "recorded_fen": recorded,
    }


def pay_cases(columns: Columns, parameters: PaymentParameters) -> dict[str, np.ndarray]:
    """What the stay is worth and what each fund pays, once point values are known.

    Source: settlement arithmetic 4.2, vectors V37–V44.
    """
    import numpy as np

    from drgdip.base.bill import counts_by_item_fen
    from drgdip.fund_split.kernels import pay, split

    funds = _funds(columns)
    allowed = columns.get(ALLOWED_COST.name)
    if allowed is None:
        allowed = counts_by_item_fen(columns["total_cost_fen"], columns["hospital_part_fen"])
    gross, balance, clamped, payable = pay(
        columns["points_e4"],
        columns["route"],
        columns["total_cost_fen"],
        allowed,
        columns["patient_fen"],
        columns["other_funds_fen"],
        columns["recorded_fen"],
        columns["pool_index"],
        columns["hospital_id"],
        columns.get("outside_points_fen", np.empty(0, dtype=np.int64)),
        parameters,
    )
    shares = split(funds, payable, columns["recorded_fen"], columns["pool_index"], parameters)
    return {
        "gross_fen": gross,
        "balance_fen": balance,
        "clamped_fen": clamped,
        "payable_fen": payable,
        **{fund.name.replace("_fen", "_payable_fen"): shares[:, i].copy() for i, fund in enumerate(FUND_COLUMNS)},
    }


def _funds(columns: Columns) -> np.ndarray:
    """What each fund has recorded, in the order of ``FUND_COLUMNS``; int64, (n, funds)."""
    import numpy as np

    funds = np.empty((len(columns["pool_index"]), len(FUND_COLUMNS)), dtype=np.int64)
    for place, fund in enumerate(FUND_COLUMNS):
        funds[:, place] = columns[fund.name]
    return funds
