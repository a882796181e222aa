"""Add a stage of your own: its column stands in the case table and in the explanation of a case.

    .venv/bin/python examples/own_stage.py

The stage says what a hospital gains or loses on a case: payable by funds, patient and others, less what the stay cost. EX01 is worth
11000 and cost 12000: −1000 yuan.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import drgdip
from drgdip import Column, Stage, Text

GROSS = Column("gross_fen", "int64", "fen", "病例支付标准", "what the case is worth")
COST = Column("total_cost_fen", "int64", "fen", "医疗费总额", "total cost of the stay")
MARGIN = Column("margin_fen", "int64", "fen", "结余", "worth less cost", "house rule 1")


def margin(columns: Mapping[str, np.ndarray], context: Any) -> dict[str, np.ndarray]:
    """Worth less cost, in fen."""
    return {"margin_fen": columns["gross_fen"] - columns["total_cost_fen"]}


STAGE = Stage("margin", Text("结余", "Margin"), reads=(GROSS, COST), writes=(MARGIN,), verb=margin)


def main() -> None:
    """Print the column of the month, and the step of one case."""
    process = drgdip.PROCESS.insert(STAGE, after="payment")
    cases = Path(__file__).with_name("cases.csv")
    month = drgdip.settle_month("demo_tiny", cases, "2026-01", process=process)

    for case in month.cases.select(["setl_id", "margin_fen"]).to_pylist():
        print(f"{case['setl_id']} {case['margin_fen']:>9} fen")
    step = drgdip.explain(month, "EX01", "en", process=process).steps[-1]
    print(f"{step.title.en}: {step.writes[0].label.en} = {step.writes[0].value}")


if __name__ == "__main__":
    main()
