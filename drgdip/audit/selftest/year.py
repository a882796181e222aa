"""Examples of the year: prepayment, annual clearing, the final payment (settlement arithmetic 4.4, 5, 10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drgdip.audit.selftest.values import (
    Unsupported,
    e4,
    exact,
    fen,
    flag,
    four,
    limit_e4,
    mapping,
    one_of,
    rows,
    whole,
    yuan,
)
from drgdip.base.rounding import ROUNDING_MODES
from drgdip.base.text import Text
from drgdip.clearing.year import HospitalYear, PoolTerms, banded, clear_pool, rules
from drgdip.clearing.year.point_value import elastic_gross_fen, increment_value
from drgdip.clearing.year.prepayment import NATIONAL_BALANCE_MONTHS_E4, PoolBalance, advance, eligible
from drgdip.policy.sections.year_values import Band, BandRule, Elastic

_BAND_RULES: tuple[BandRule, ...] = ("recorded", "recorded_plus", "dip", "dip_plus", "cap")


def prepayment(year_fund_totals: Any, months: Any, scale_months: Any) -> dict[str, Any]:
    """4.4: the advance from the mean of some years."""
    totals = [fen(total) for total in rows(year_fund_totals)]
    if not totals or whole(months) < 1:
        raise Unsupported(Text("缺少年度基金支出或月数", "no expenditure of a year, or no months"))
    result = advance(totals, e4(scale_months), whole(months))
    return {"monthly_avg": yuan(result.monthly_mean_fen), "prepayment": yuan(result.amount_fen)}


def prepayment_eligible(pool: Any, cum_months: Any, year_result: Any, rolling_deficit: Any) -> dict[str, Any]:
    """4.4: whether a pool may prepay."""
    least = NATIONAL_BALANCE_MONTHS_E4[one_of(pool, tuple(NATIONAL_BALANCE_MONTHS_E4))]
    return {"eligible": eligible(PoolBalance(limit_e4(cum_months), fen(year_result), flag(rolling_deficit)), least)}


def annual_ratio(case_groups: Any, pv: Any, assess: Any, deductions: Any) -> dict[str, Any]:
    """5.2: points at the settlement point value and ratio, assessed, less deductions."""
    groups = [mapping(row, ("points", "fund_ratio"), ("points", "fund_ratio")) for row in rows(case_groups)]
    before = sum(rules.ratio_amount_fen(e4(group["points"]), e4(pv), e4(group["fund_ratio"])) for group in groups)
    return {"before": yuan(before), "payable": yuan(rules.assessed_fen(before, e4(assess), fen(deductions)))}


def clearing_band(recorded: Any, dip: Any, bands: Any) -> dict[str, Any]:
    """5.3: surplus and overspend."""
    result = banded(fen(recorded), fen(dip), _bands(bands))
    return {"ratio": four(result.ratio_e4), "rule": result.rule, "payable": yuan(result.payable_fen)}


def retention_release(withheld: Any, score: Any, full: Any, zero: Any, per_point: Any = None) -> dict[str, Any]:
    """5.5: the part of the retention that a score releases."""
    loss = None if per_point is None else e4(per_point)
    factor = rules.release_factor_e4(limit_e4(score), limit_e4(full), limit_e4(zero), loss)
    return {"factor": four(factor), "release": yuan(rules.released_fen(fen(withheld), factor))}


def final_payable(
    clearing: Any,
    monthly_paid: Any,
    prepayment_outstanding: Any,
    deductions_outstanding: Any,
    retention_forfeit: Any = "0",
) -> dict[str, Any]:
    """5.6: what is left to pay, or to pay back."""
    final = rules.final_fen(
        fen(clearing), fen(monthly_paid), fen(prepayment_outstanding), fen(deductions_outstanding),
        fen(retention_forfeit),
    )  # fmt: skip
    return {"final": yuan(final), "direction": rules.direction(final)}


def year_true_up(points: Any, month_pv: Any, settle_pv: Any) -> dict[str, Any]:
    """5.6: the months' points at the settlement point value instead of the months' own."""
    pairs = zip(rows(points), rows(month_pv), strict=True)
    total = sum(rules.true_up_fen(e4(each), e4(value), e4(settle_pv)) for each, value in pairs)
    return {"true_up": yuan(total)}


def elastic_pv(
    base_points_region: Any,
    base_pv: Any,
    budget: Any,
    incr_points_region: Any,
    incr_cap: Any,
    hospital_base: Any,
    hospital_actual: Any,
) -> dict[str, Any]:
    """5.1: base points at a fixed value, the increment at what is left."""
    cap = None if incr_cap is None else e4(incr_cap)
    elastic = Elastic(e4(base_pv), cap, {})
    value = increment_value(
        fen(budget), e4(base_points_region), e4(incr_points_region), elastic.base_point_value_e4, cap
    )
    gross = elastic_gross_fen(e4(hospital_actual), e4(hospital_base), elastic, value.point_value_e4)
    return {"base_total": yuan(value.base_total_fen), "incr_pv": four(value.point_value_e4), "gross": yuan(gross)}


def residual_vs_ratio(points: Any, pv: Any, patient_paid: Any, pool_ratio: Any) -> dict[str, Any]:
    """5.2: the same points by both methods."""
    numbers = (e4(points), e4(pv), e4(pool_ratio))
    gross, ratio = rules.gross_fen(*numbers[:2]), rules.ratio_amount_fen(*numbers)
    return {
        "gross": yuan(gross),
        "residual": yuan(gross - fen(patient_paid)),
        "ratio": yuan(ratio),
        "difference": yuan(rules.structural_difference_fen(*numbers, fen(patient_paid))),
    }


def ratio_level(budget: Any, hospitals: Any, level: Any) -> dict[str, Any]:
    """5.2: the fund ratio of the pool, or of each hospital, in the payable."""
    needed = ("id", "points", "cost", "recorded")
    given = [mapping(row, needed, needed) for row in rows(hospitals)]
    years = [HospitalYear(h["id"], e4(h["points"]), fen(h["recorded"]), fen(h["cost"])) for h in given]
    result = clear_pool(PoolTerms(fen(budget), ratio_level=one_of(level, ("pool", "hospital"))), years)
    # Without bands nothing is shared, so nothing is scaled: the payables show by how much they miss the budget.
    return {
        "pool_ratio": four(result.ratio_e4),
        "pv": four(result.point_value_e4),
        "payable": {hospital.code: yuan(hospital.dip_fen) for hospital in result.hospitals},
        "total": yuan(result.total_fen),
        "over_budget": yuan(result.total_fen - fen(budget)),
    }


def annual_e2e(
    budget: Any, pay_ratio: Any, pv_rounding: Any, bands: Any, hospitals: Any, risk_fund: Any = "0"
) -> dict[str, Any]:
    """5: a pool's year from points to the final payment."""
    needed = ("id", "points", "recorded")
    known = (*needed, "deduction", "assess", "monthly_paid", "prepayment")
    given = {row["id"]: row for row in (mapping(row, known, needed) for row in rows(hospitals))}
    terms = PoolTerms(
        fen(budget), fen(risk_fund), ratio_e4=e4(pay_ratio), bands=_bands(bands),
        point_value_mode=one_of(pv_rounding, ROUNDING_MODES),
    )  # fmt: skip
    result = clear_pool(terms, [_hospital(row) for row in given.values()])
    lines = []
    for hospital in result.hospitals:
        row = given[hospital.code]
        paid = (fen(row.get("monthly_paid", "0")), fen(row.get("prepayment", "0")))
        lines.append({
            "id": hospital.code,
            "dip": yuan(hospital.dip_fen),
            "recorded": yuan(hospital.recorded_fen),
            "ratio": four(hospital.band.ratio_e4),
            "rule": hospital.band.rule,
            "clearing": yuan(hospital.clearing_fen),
            "final": yuan(rules.final_fen(hospital.clearing_fen, *paid, 0)),
        })  # fmt: skip
    return {
        "pv": four(result.point_value_e4),
        "scaled": result.scaled,
        "total_clearing": yuan(result.total_fen),
        "hospitals": lines,
    }


def pay_rate(recorded: Any, paid: Any) -> dict[str, Any]:
    """10: the two opposite definitions of the pay rate."""
    if not exact(recorded) or not exact(paid):
        raise Unsupported(Text("金额为零,支付率无定义", "an amount of zero has no pay rate"))
    return {
        "paid_over_recorded": four(rules.quotient_e4(fen(paid), fen(recorded))),
        "recorded_over_paid": four(rules.quotient_e4(fen(recorded), fen(paid))),
    }


def _hospital(row: Any) -> HospitalYear:
    return HospitalYear(
        row["id"], e4(row["points"]), fen(row["recorded"]), deductions_fen=fen(row.get("deduction", "0")),
        coefficient_e4=e4(row.get("assess", "1")),
    )  # fmt: skip


def _bands(value: Any) -> Sequence[Band]:
    known = ("upto", "inclusive", "rule", "share", "start", "end", "carry")
    bands = []
    for row in rows(value):
        given = mapping(row, known, ("rule",))
        upto = limit_e4(given["upto"]) if "upto" in given else None
        share, start, end, carry = (
            e4(given.get(name, default))
            for name, default in (("share", "0"), ("start", "1"), ("end", "1"), ("carry", "0"))
        )
        rule = one_of(given["rule"], _BAND_RULES)
        bands.append(Band(upto, flag(given.get("inclusive", False)), rule, share, start, end, carry))
    if not bands or bands[-1].upto_e4 is not None or any(band.upto_e4 is None for band in bands[:-1]):
        raise Unsupported(Text("最后一档须无上限,其余须有", "the last band has no upper bound, all others have one"))
    return bands
