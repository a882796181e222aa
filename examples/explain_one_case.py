"""Price one case and show every step on the way: what a stage read, the catalogue's row, the formula, the citation.

    .venv/bin/python examples/explain_one_case.py

The case is EX03 of ``cases.csv``: its cost is 2.5 times the mean of its group, so it earns 500 × (2.5 − 2 + 1) = 750 points, worth
7500 yuan; the patient has paid 4000, so the funds owe 3500.
"""

from __future__ import annotations

import csv
from pathlib import Path

import drgdip


def main() -> None:
    """Print the explanation of EX03, then what is wrong with EX07."""
    engine = drgdip.Engine("demo_tiny")
    with Path(__file__).with_name("cases.csv").open(encoding="utf-8", newline="") as file:
        cases = {case["setl_id"]: case for case in csv.DictReader(file)}

    print(engine.explain(cases["EX03"], "en").to_text("en"))
    print(engine.explain(cases["EX07"], "en").to_text("en"))


if __name__ == "__main__":
    main()
