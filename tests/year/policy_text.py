"""The smallest shipped policy with a section ``year``, as text whose pieces tests exchange."""

from __future__ import annotations

from tests.policy.samples import TINY

YEAR = """
year:
  method: {value: ratio, cite: "Example"}
  point_value: {value: floating, cite: "Example"}
  distribution: {value: point_value, cite: "Example"}
  by_item: {value: fund_amount, cite: "Example"}
  fund_ratio_level: {value: pool, cite: "Example"}
  fund_ratio_source: {value: fixed, cite: "Example"}
  assessment: {value: none, cite: "Example"}
  score_if_missing: {value: none, cite: "Example"}
  bands:
    value:
      - {upto: "0.80", rule: recorded}
      - {upto: "1.00", inclusive: true, rule: dip}
      - {upto: "1.10", inclusive: true, rule: dip_plus, start: "1.00", share: "0.70"}
      - {upto: none, rule: cap, start: "1.00", end: "1.10", share: "0.70"}
    cite: "Example"
    status: memory
  over_budget: {value: {risk_fund: "0.05", scale: share_only}, cite: "Example"}
  retention_release: {value: {full: "90", zero: "60", per_point: "0.01"}, cite: "Example"}
  budgets:
    "310":
      inpatient_yuan: {value: "50000", cite: "Example"}
      adjustment_fund_yuan: {value: "4000", cite: "Example"}
      cross_region_yuan: {value: "3000", cite: "Example"}
      other_yuan: {value: "1000", cite: "Example"}
  elastic: {}
"""
PREPAYMENT = """
prepayment:
  balance_months:
    "310": {value: "12", cite: "Example"}
  years: {value: 3, cite: "Example"}
  months: {value: "1", cite: "Example"}
  coefficient: {value: none, cite: "Example"}
  offset: {value: clearing, cite: "Example"}
  instalments: {value: 1, cite: "Example"}
"""


def year_policy(*exchanges: tuple[str, str], text: str = TINY + PREPAYMENT + YEAR) -> str:
    """The policy with each old piece (which must stand there) replaced by the new one."""
    for old, new in exchanges:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
