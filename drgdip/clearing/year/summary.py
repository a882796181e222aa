"""What became of a pool's fund, fen by fen (settlement arithmetic 5.1, 5.4, 10)."""

from __future__ import annotations

from collections.abc import Sequence

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.clearing.year.pool import PoolClearing, PoolTerms
from drgdip.clearing.year.rules import quotient_e4
from drgdip.interface.year_row import YearPool, YearRow
from drgdip.policy.sections.year_values import Year
from drgdip.policy.values import PolicyValues


def pool_summary(
    values: PolicyValues, year: Year, pool: str, terms: PoolTerms, result: PoolClearing, rows: Sequence[YearRow]
) -> YearPool:
    """Sum a pool's rows into what its fund was used for.

    The clearing share is what the final payments move, of what the months paid: large if the months' point value
    was off (5.6; action plan on fund clearing [S4] expects about 5 %, falling to 3 %).
    """
    before = sum(row.before_fen for row in rows)
    assessed = sum(divide(row.before_fen * row.coefficient_e4, E4, terms.mode) for row in rows)
    by_item = sum(row.by_item_fen for row in rows)
    granted = {row.hospital_code: row.clearing_fen - row.by_item_fen for row in rows}
    bases = {row.hospital_code: min(row.claimed_fen, row.dip_fen) for row in rows}
    cut = sum(max(bases[code] - granted[code], 0) for code in bases)
    clearing, paid = sum(row.clearing_fen for row in rows), sum(row.paid_fen for row in rows)
    budget = year.budgets[pool]
    return YearPool(
        pool=pool,
        pool_name=values.pools[pool].name,
        inpatient_fen=budget.inpatient_fen,
        adjustment_fund_fen=budget.adjustment_fund_fen,
        cross_region_fen=budget.cross_region_fen,
        other_fen=budget.other_fen,
        fund_fen=terms.fund_fen,
        risk_fund_fen=terms.risk_fund_fen,
        hospitals=len(rows),
        points_e4=sum(row.points_e4 for row in rows),
        fund_ratio_e4=result.ratio_e4,
        point_value_e4=result.point_value_e4,
        opening_point_value_e4=values.pools[pool].opening_point_value_e4,
        before_fen=before,
        by_item_fen=by_item,
        undistributed_fen=terms.fund_fen - before - by_item,
        assessment_fen=before - assessed,
        deductions_fen=sum(row.deductions_fen for row in rows),
        returned_fen=sum(row.dip_fen - bases[row.hospital_code] for row in rows),
        cut_fen=cut,
        sharing_claimed_fen=sum(row.claimed_fen - bases[row.hospital_code] for row in rows),
        sharing_fen=sum(max(granted[code] - bases[code], 0) for code in bases),
        clearing_fen=clearing,
        left_fen=terms.fund_fen - clearing,
        recorded_fen=sum(row.recorded_fen for row in rows),
        paid_fen=paid,
        final_fen=sum(row.final_fen for row in rows),
        clearing_share_e4=quotient_e4(sum(abs(row.final_fen) for row in rows), paid),
        scaled=result.scaled,
    )
