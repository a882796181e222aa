"""The year's statement: every pool cleared apart, and the final payment of every hospital (settlement arithmetic 5.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.clearing.year import rules
from drgdip.clearing.year.pool import HospitalClearing, HospitalYear, PoolClearing, PoolTerms, clear_pool
from drgdip.clearing.year.scores import coefficient_e4, retention_factor_e4
from drgdip.clearing.year.summary import pool_summary
from drgdip.interface.year_row import YearPool, YearRow
from drgdip.policy.sections.year_values import Year
from drgdip.policy.values import PolicyValues

#: Hospital and pool.
Key = tuple[str, str]


class Measures(NamedTuple):
    """A hospital's cases of a year in one pool; fen. recorded, cost : of cases with points.

    months : points and the point value that they were paid at, month by month.
    """

    cases: int = 0
    points_e4: int = 0
    recorded_fen: int = 0
    cost_fen: int = 0
    by_item_cost_fen: int = 0
    by_item_fund_fen: int = 0
    payable_fen: int = 0
    months: tuple[tuple[int, int], ...] = ()


class Payments(NamedTuple):
    """What happened to a hospital's dues of a year in one pool; fen.

    deductions_fen : audit deductions decided in the year, taken or open. offset_fen, other_fen : prepayment and other
    items taken from the months. withheld_fen : held back. prepayment_fen, open_fen : outstanding.
    """

    paid_fen: int = 0
    deductions_fen: int = 0
    offset_fen: int = 0
    other_fen: int = 0
    withheld_fen: int = 0
    prepayment_fen: int = 0
    open_fen: int = 0


class YearAccounts(NamedTuple):
    """All that a year is cleared from. scores_e4 : by hospital. kept_point_values_e4 : by pool, of an earlier clearing."""

    year: str
    measures: Mapping[Key, Measures]
    payments: Mapping[Key, Payments]
    tiers: Mapping[str, int]
    scores_e4: Mapping[str, int]
    kept_point_values_e4: Mapping[str, int] | None = None


class YearStatement(NamedTuple):
    """Rows by hospital and pool, and one summary for each pool with a budget."""

    rows: tuple[YearRow, ...]
    pools: tuple[YearPool, ...]


def year_statement(values: PolicyValues, accounts: YearAccounts) -> YearStatement:
    """Clear a year under the values of its last day. Pools never mix."""
    year = values.year
    if year is None:
        raise ValueError("the policy has no section year")
    keys = sorted(set(accounts.measures) | set(accounts.payments))
    rows: list[YearRow] = []
    pools: list[YearPool] = []
    for pool in values.pools:
        codes = [code for code, own in keys if own == pool]
        if pool not in year.budgets:
            rows += [_as_months(values, accounts, year, code, pool) for code in codes]
            continue
        terms = pool_terms(values, year, pool, accounts.kept_point_values_e4)
        hospitals = [_hospital(values, accounts, year, code, pool) for code in codes]
        result = clear_pool(terms, hospitals)
        own_rows = [
            _cleared(values, accounts, year, pool, result, hospital, line)
            for hospital, line in zip(hospitals, result.hospitals, strict=True)
        ]
        rows += own_rows
        pools.append(pool_summary(values, year, pool, terms, result, own_rows))
    return YearStatement(tuple(sorted(rows, key=lambda row: (row.hospital_code, row.pool))), tuple(pools))


def pool_terms(values: PolicyValues, year: Year, pool: str, kept: Mapping[str, int] | None = None) -> PoolTerms:
    """The terms that a policy gives one pool; a kept point value stands in place of a computed one."""
    fund = year.budgets[pool].case_payment_fen
    fixed = year.point_value == "fixed" or kept is not None
    own = values.pools[pool]
    return PoolTerms(
        fund_fen=fund,
        risk_fund_fen=divide(fund * year.over_budget.risk_fund_e4, E4, "down"),
        method=year.method,
        ratio_level=year.fund_ratio_level,
        ratio_e4=own.pay_ratio_e4 if year.fund_ratio_source == "fixed" else None,
        point_value="fixed" if fixed and year.point_value != "elastic" else year.point_value,
        fixed_point_value_e4=own.opening_point_value_e4 if kept is None else kept[pool],
        kept_increment_e4=None if kept is None else kept[pool],
        elastic=year.elastic.get(pool),
        distribution="point_value" if kept is not None else year.distribution,
        by_item=year.by_item,
        bands=year.bands,
        scale=year.over_budget.scale,
        mode=values.rounding.mode,
        point_value_mode=values.rounding.point_value_mode,
        floor_e4=own.point_value_floor_e4,
        cap_e4=own.point_value_cap_e4,
    )


def _hospital(values: PolicyValues, accounts: YearAccounts, year: Year, code: str, pool: str) -> HospitalYear:
    own, paid = accounts.measures.get((code, pool), Measures()), accounts.payments.get((code, pool), Payments())
    coefficient = coefficient_e4(year.assessment, accounts.scores_e4.get(code, 0), values.rounding.mode)
    return HospitalYear(
        code, own.points_e4, own.recorded_fen, own.cost_fen, own.by_item_cost_fen, own.by_item_fund_fen,
        paid.deductions_fen, coefficient,
    )  # fmt: skip


def _cleared(
    values: PolicyValues,
    accounts: YearAccounts,
    year: Year,
    pool: str,
    result: PoolClearing,
    hospital: HospitalYear,
    line: HospitalClearing,
) -> YearRow:
    own = accounts.measures.get((hospital.code, pool), Measures())
    # Elastic points have two values: no single one trues up the months.
    months = () if year.point_value == "elastic" else own.months
    true_up = sum(
        rules.true_up_fen(points, month, result.point_value_e4, values.rounding.mode) for points, month in months
    )
    row = _row(values, accounts, year, hospital.code, pool, line.clearing_fen)
    return row._replace(
        point_value_e4=result.point_value_e4,
        fund_ratio_e4=line.fund_ratio_e4,
        before_fen=line.before_fen,
        coefficient_e4=hospital.coefficient_e4,
        dip_fen=line.dip_fen,
        recorded_fen=line.recorded_fen,
        ratio_e4=line.band.ratio_e4,
        rule=line.band.rule,
        claimed_fen=line.band.payable_fen,
        by_item_fen=line.by_item_fund_fen,
        true_up_fen=true_up,
    )


def _as_months(values: PolicyValues, accounts: YearAccounts, year: Year, code: str, pool: str) -> YearRow:
    """A pool without budget: what its months came to, less audit deductions."""
    own, paid = accounts.measures.get((code, pool), Measures()), accounts.payments.get((code, pool), Payments())
    return _row(values, accounts, year, code, pool, own.payable_fen - paid.deductions_fen)


def _row(values: PolicyValues, accounts: YearAccounts, year: Year, code: str, pool: str, clearing_fen: int) -> YearRow:
    """A row with all but the clearing itself: retention, payments, the final amount."""
    own, paid = accounts.measures.get((code, pool), Measures()), accounts.payments.get((code, pool), Payments())
    factor = retention_factor_e4(year.retention_release, accounts.scores_e4.get(code, 0), values.rounding.mode)
    released = rules.released_fen(paid.withheld_fen, factor, values.rounding.mode)
    settled = paid.paid_fen + paid.offset_fen + paid.other_fen
    forfeited = paid.withheld_fen - released
    final = rules.final_fen(clearing_fen, settled, paid.prepayment_fen, paid.open_fen, forfeited)
    return YearRow(
        year=accounts.year,
        hospital_code=code,
        hospital_tier=accounts.tiers.get(code, 0),
        pool=pool,
        pool_name=values.pools[pool].name,
        cases=own.cases,
        points_e4=own.points_e4,
        point_value_e4=0,
        fund_ratio_e4=0,
        before_fen=0,
        score_e4=accounts.scores_e4.get(code),
        coefficient_e4=E4,
        deductions_fen=paid.deductions_fen,
        dip_fen=clearing_fen,
        recorded_fen=own.recorded_fen - paid.deductions_fen,
        ratio_e4=0,
        rule="months",
        claimed_fen=clearing_fen,
        by_item_fen=0,
        clearing_fen=clearing_fen,
        months_payable_fen=own.payable_fen,
        true_up_fen=0,
        withheld_fen=paid.withheld_fen,
        release_e4=factor,
        released_fen=released,
        forfeited_fen=forfeited,
        paid_fen=paid.paid_fen,
        prepayment_offset_fen=paid.offset_fen,
        other_deductions_fen=paid.other_fen,
        prepayment_outstanding_fen=paid.prepayment_fen,
        open_deductions_fen=paid.open_fen,
        final_fen=final,
        direction=rules.direction(final),
    )
