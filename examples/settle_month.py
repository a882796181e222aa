"""Settle seven rows that can be checked by hand, and print what became of each.

    .venv/bin/python examples/settle_month.py

Policy and catalogue are the small invented ones (``demo_tiny``, ``demo``): K is 1.1 on the tertiary, 1 on the secondary and 0.9 on
the primary level; a point is worth 10 yuan for employees (310) and 9 for residents (390); payable = points × point value − patient.

    EX01  K35.3:47.0100   RW 1000, normal cost          1000 × 1.1                = 1100 points   11000 − 3500 =  7500.00
    EX02  J18:BSZL        cost 1500 of mean 4000: low   400 × 1500/4000           =  150 points    1350 −  500 =   850.00
    EX03  K35.3           2.5 times the mean: high      500 × (2.5 − 2 + 1) × 1   =  750 points    7500 − 4000 =  3500.00
    EX04  no group        0.7 × cost/region mean        0.7 × 1000 × 2000/10000   =  140 points    1400 −  500 =   900.00
    EX05  I10.X           primary care: K counts as 1   200 × 1                   =  200 points    1800 −  700 =  1100.00
    EX06  other province  paid by item: what was recorded at the bedside                                          5600.00
    EX07  the funds do not add up: set aside, with a finding
"""

from __future__ import annotations

from pathlib import Path

import drgdip


def yuan(fen: int) -> str:
    """Fen as yuan, without ever becoming a float."""
    return f"{fen // 100}.{fen % 100:02d}"


def main() -> None:
    """Settle the example and print cases, statement and findings."""
    month = drgdip.settle_month(policy="demo_tiny", cases=Path(__file__).with_name("cases.csv"), month="2026-01")

    for case in month.cases.select(["setl_id", "dip_code", "points_e4", "payable_fen"]).to_pylist():
        points = case["points_e4"] // 10_000
        print(
            f"{case['setl_id']}  {case['dip_code'] or '-':<14} {points:>6} points {yuan(case['payable_fen']):>12} yuan"
        )
    print()
    print(
        month.statement[["hospital_code", "pool", "cases", "payable_fen", "retained_fen", "paid_fen"]].to_string(
            index=False
        )
    )
    print()
    for finding in month.findings:
        print(f"{finding.setl_id} {finding.field}: {finding.reason.words.zh} | {finding.reason.words.en}")


if __name__ == "__main__":
    main()
