"""The example of a hospital's month from cases to statement (settlement arithmetic 4.3, vector E01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.audit.selftest.policy import Money, deviation, policy_values
from drgdip.audit.selftest.pricing import Case, band, priced
from drgdip.audit.selftest.special import reviewed
from drgdip.audit.selftest.values import (
    common_units,
    e4,
    fen,
    flag,
    four,
    limit_e4,
    mapping,
    one_of,
    rows,
    yuan,
)
from drgdip.base.scaled import E4
from drgdip.interface.deduction import Deduction

if TYPE_CHECKING:
    import numpy as np

    from drgdip.interface.statement_row import StatementRow
    from drgdip.policy.values import PolicyValues

_PROFILE = ("low", "high", "ungrouped_factor", "basis", "negative")
_HOSPITAL = ("k", "retention", "deductions")
_CASE = ("id", "pool", "rw", "cost", "ref_cost", "patient", "other", "base_disease", "aux", "ungrouped")
_SPECIAL = ("special", "cost_allowed")
_MONTH = "2000-01"
_AUDIT = 10


class Stay(NamedTuple):
    """One stay of the month: how it is priced, and who has paid; fen."""

    id: str
    pool: str
    case: Case
    cost_fen: int
    outcome: str
    allowed_fen: int
    patient_fen: int
    other_fen: int


def month_e2e(profile: Any, hospital: Any, pools: Any, cases: Any) -> dict[str, Any]:
    """4.3: price, pay, split and clear the cases of one hospital's month."""
    rules, house = mapping(profile, _PROFILE), mapping(hospital, _HOSPITAL)
    point_values = {name: e4(mapping(pool, ("pv",), ("pv",))["pv"]) for name, pool in mapping(pools).items()}
    k = e4(house.get("k", "1"))
    values = policy_values(
        deviation(rules.get("low"), rules.get("high"), rules.get("basis", "ref_cost")),
        limit_e4(rules.get("ungrouped_factor", "1")),
        k,
        Money(point_values, negative=rules.get("negative", "clamp_case"), retention_e4=e4(house.get("retention", "0"))),
    )
    stays = [_stay(row, k, list(point_values)) for row in rows(cases)]
    columns = _paid(stays, values)
    deducted = {pool: fen(amount) for pool, amount in mapping(house.get("deductions", {})).items()}
    return {
        "cases": [_case_result(stay.id, columns, i) for i, stay in enumerate(stays)],
        "pools": {row.pool: _pool_result(row) for row in _statement(columns, values, deducted, len(stays))},
    }


def _stay(given: Any, k_e4: int, pools: Sequence[str]) -> Stay:
    row = mapping(given, (*_CASE, *_SPECIAL), ("id", "pool", "rw", "cost", "ref_cost"))
    outcome = one_of(row.get("special", "reject"), ("by_item", "reject"))
    cost, reference = common_units(row["cost"], row["ref_cost"])
    return Stay(
        id=row["id"],
        pool=one_of(row["pool"], pools),
        case=Case(
            e4(row["rw"]),
            cost,
            reference,
            k_e4,
            e4(row.get("aux", "1")),
            primary_care=flag(row.get("base_disease", False)),
            ungrouped=flag(row.get("ungrouped", False)),
        ),
        cost_fen=fen(row["cost"]),
        outcome=outcome,
        allowed_fen=fen(row.get("cost_allowed", row["cost"])),
        patient_fen=fen(row.get("patient", "0")),
        other_fen=fen(row.get("other", "0")),
    )


def _paid(stays: Sequence[Stay], values: PolicyValues) -> dict[str, np.ndarray]:
    """Price, review and pay; a stay that nobody decided on is one that was rejected."""
    import numpy as np

    from drgdip.fund_split import (
        FUND_COLUMNS,
        bedside_parameters,
        pay_cases,
        payment_parameters,
        split_bedside,
    )

    def fens(amounts: list[int]) -> np.ndarray:
        return np.array(amounts, dtype=np.int64)

    pools = list(values.pools)
    recorded = fens([stay.cost_fen - stay.patient_fen - stay.other_fen for stay in stays])
    ordinary = priced([stay.case for stay in stays], values)
    outcomes, allowed = [stay.outcome for stay in stays], [stay.allowed_fen for stay in stays]
    columns = reviewed(ordinary, values, outcomes, allowed, [E4] * len(stays))
    columns |= {fund.name: np.zeros(len(stays), dtype=np.int64) for fund in FUND_COLUMNS}
    columns |= {
        "pooled_fund_fen": recorded,
        "fund_total_fen": recorded,
        "other_payers_fen": fens([stay.other_fen for stay in stays]),
        "account_paid_fen": np.zeros(len(stays), dtype=np.int64),
        "cash_paid_fen": fens([stay.patient_fen for stay in stays]),
        "total_cost_fen": fens([stay.cost_fen for stay in stays]),
        "hospital_part_fen": np.zeros(len(stays), dtype=np.int64),
        "pool_index": np.array([pools.index(stay.pool) for stay in stays], dtype=np.int16),
        "hospital_id": np.zeros(len(stays), dtype=np.int32),
        "hospital_tier": np.zeros(len(stays), dtype=np.int8),
    }
    columns |= split_bedside(columns, bedside_parameters(values))
    point_values = [pool.opening_point_value_e4 for pool in values.pools.values()]
    return columns | pay_cases(columns, payment_parameters(values, point_values, [[E4] * len(pools)]))


def _statement(
    columns: Mapping[str, np.ndarray], values: PolicyValues, deducted: Mapping[str, int], groups: int
) -> list[StatementRow]:
    from drgdip.clearing import MonthTotals, month_point_values_e4, statement_rows

    totals = MonthTotals(len(values.pools), groups)
    totals.add_paid(columns, 1)
    open_items = [Deduction(pool, "H", pool, _AUDIT, f"{_MONTH}-01", amount) for pool, amount in deducted.items()]
    nothing_before = {("H", pool): 0 for pool in values.pools}
    point_values = month_point_values_e4(values, {}, {})
    return statement_rows(_MONTH, values, totals, ["H"], point_values, open_items, nothing_before)[0]


def _case_result(id_: str, columns: Mapping[str, np.ndarray], i: int) -> dict[str, Any]:
    return {
        "id": id_,
        "band": band(columns["deviation_band"][i]),
        "points": four(columns["points_e4"][i]),
        "gross": yuan(columns["gross_fen"][i]),
        "payable": yuan(columns["payable_fen"][i]),
    }


def _pool_result(row: StatementRow) -> dict[str, Any]:
    taken = (
        row.audit_deduction_fen
        + row.inspection_deduction_fen
        + row.prepayment_offset_fen
        + row.retention_hold_fen
        + row.other_deduction_fen
    )
    return {
        "points": four(row.points_e4),
        "gross": yuan(row.gross_fen),
        "payable": yuan(row.payable_fen),
        "recorded": yuan(row.recorded_fen),
        "difference": yuan(row.difference_fen),
        "retained": yuan(row.retained_fen),
        "deducted": yuan(taken),
        "paid": yuan(row.paid_fen),
    }
