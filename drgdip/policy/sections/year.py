"""The sections ``year`` (annual clearing) and ``prepayment``: their form, and their values of a day.

Both may be left out: then a year cannot be cleared, or nothing is prepaid. Methods hold for a calendar year; budgets
may be adjusted within it, and the last version counts (settlement arithmetic 4.4, 5, 11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.policy import readers as read
from drgdip.policy.form import Each, Leaf, Tree
from drgdip.policy.sections import year_readers as shapes
from drgdip.policy.sections import year_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

_POOL, _HOSPITAL = r"[A-Za-z0-9_-]+", r"[A-Za-z0-9]{1,30}"
_POOL_NAME, _HOSPITAL_CODE = Text("基金池名称", "a pool name"), Text("医疗机构代码", "a hospital code")
_AGREEMENT, _LOWEST = "year.agreement_ends_below", "year.agreement_ends_lowest"
_points = read.decimal(least=0, most=10**10 * E4, unit=Text(" 分", " points"))

YEAR: Mapping[str, Tree] = {
    "method": Leaf(read.choice(v.YearMethod), "year_start"),
    "point_value": Leaf(read.choice(v.YearPointValue), "year_start"),
    "distribution": Leaf(read.choice(v.Distribution), "year_start"),
    "by_item": Leaf(read.choice(v.ByItemBasis), "year_start"),
    "fund_ratio_level": Leaf(read.choice(v.RatioLevel), "year_start"),
    "fund_ratio_source": Leaf(read.choice(v.RatioSource), "year_start"),
    "assessment": Leaf(read.or_none(shapes.assessment), "year_start"),
    "score_if_missing": Leaf(read.or_none(shapes.score), "year_start"),
    "agreement_ends_below": Leaf(read.or_none(shapes.score), "year_start"),
    "agreement_ends_lowest": Leaf(read.or_none(read.count), "year_start"),
    "bands": Leaf(read.or_none(shapes.bands), "year_start"),
    "over_budget": Leaf(shapes.over_budget, "year_start"),
    "retention_release": Leaf(read.or_none(shapes.release), "year_start"),
    "budgets": Each(
        _POOL,
        _POOL_NAME,
        {
            "inpatient_yuan": Leaf(read.yuan, "month_start"),
            "adjustment_fund_yuan": Leaf(read.yuan_or_zero, "month_start"),
            "cross_region_yuan": Leaf(read.yuan_or_zero, "month_start"),
            "other_yuan": Leaf(read.yuan_or_zero, "month_start"),
            "fund_share": Leaf(read.share, "month_start"),
            "growth": Leaf(read.growth, "month_start"),
        },
        least=1,
    ),
    "elastic": Each(
        _POOL,
        _POOL_NAME,
        {
            "base_point_value": Leaf(read.ratio, "year_start"),
            "increment_cap": Leaf(read.or_none(read.ratio), "year_start"),
            "base_points": Each(_HOSPITAL, _HOSPITAL_CODE, Leaf(_points, "year_start"), least=1),
        },
    ),
}

PREPAYMENT: Mapping[str, Tree] = {
    "balance_months": Each(_POOL, _POOL_NAME, Leaf(read.ratio_or_zero, "year_start"), least=1),
    "years": Leaf(shapes.years, "year_start"),
    "months": Leaf(read.ratio, "year_start"),
    "coefficient": Leaf(read.or_none(shapes.assessment), "year_start"),
    "offset": Leaf(read.choice(v.Offset), "year_start"),
    "instalments": Leaf(shapes.instalments, "year_start"),
}


def year(on: Day) -> v.Year | None:
    """The section ``year``, or None where the file leaves it out."""
    if "year.method" not in on.contents.leaves:
        return None
    return v.Year(
        method=on["year.method"],
        point_value=on["year.point_value"],
        distribution=on["year.distribution"],
        by_item=on["year.by_item"],
        fund_ratio_level=on["year.fund_ratio_level"],
        fund_ratio_source=on["year.fund_ratio_source"],
        assessment=on["year.assessment"],
        score_if_missing_e4=on["year.score_if_missing"],
        bands=on["year.bands"] or (),
        over_budget=on["year.over_budget"],
        retention_release=on["year.retention_release"],
        budgets={name: budget(on, name) for name in on.names("year.budgets")},
        elastic={name: _elastic(on, name) for name in on.names("year.elastic")},
        agreement_ends_below_e4=on[_AGREEMENT] if _AGREEMENT in on.contents.leaves else None,
        agreement_ends_lowest=on[_LOWEST] if _LOWEST in on.contents.leaves else None,
    )


def budget(on: Day, name: str) -> v.Budget:
    """The budget of one pool: as it is named, or a share of the fund, or last year's with its growth (5.1)."""
    key = f"year.budgets.{name}"
    of_whole = on.get(f"{key}.fund_share") or E4, E4 + (on.get(f"{key}.growth") or 0)
    inpatient_fen = divide(on[f"{key}.inpatient_yuan"] * of_whole[0] * of_whole[1], E4 * E4)
    names = ("adjustment_fund_yuan", "cross_region_yuan", "other_yuan")
    return v.Budget(inpatient_fen, *(on[f"{key}.{part}"] for part in names))


def _elastic(on: Day, name: str) -> v.Elastic:
    key = f"year.elastic.{name}"
    base = {code: on[f"{key}.base_points.{code}"] for code in on.names(f"{key}.base_points")}
    return v.Elastic(on[f"{key}.base_point_value"], on[f"{key}.increment_cap"], base)


def prepayment(on: Day) -> v.Prepayment | None:
    """The section ``prepayment``, or None where the file leaves it out."""
    if "prepayment.years" not in on.contents.leaves:
        return None
    names = on.names("prepayment.balance_months")
    return v.Prepayment(
        balance_months_e4={name: on[f"prepayment.balance_months.{name}"] for name in names},
        years=on["prepayment.years"],
        months_e4=on["prepayment.months"],
        coefficient=on["prepayment.coefficient"],
        offset=on["prepayment.offset"],
        instalments=on["prepayment.instalments"],
    )
