"""Settle the same month under a changed policy and compare what each hospital is paid.

    .venv/bin/python examples/compare_policies.py

The change: on the tertiary level K is 1.2 instead of 1.1. Only EX01 has K in its points there: 1000 × 1.2 = 1200 points, 1000 yuan
more. Of these 5 % are held back, so 950 yuan more are paid.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import drgdip

CASES = Path(__file__).with_name("cases.csv")
BEFORE, AFTER = '{tertiary: "1.1"', '{tertiary: "1.2"'


def changed_policy(folder: Path) -> Path:
    """A copy of the shipped policy with one value changed."""
    text = drgdip.load_policy("demo_tiny").source_path.read_text(encoding="utf-8")
    if BEFORE not in text:
        raise SystemExit("the policy no longer has the value that this example changes")
    path = folder / "changed.yaml"
    path.write_text(text.replace(BEFORE, AFTER), encoding="utf-8")
    return path


def main() -> None:
    """Print the statement rows that differ."""
    with tempfile.TemporaryDirectory() as folder:
        before = drgdip.settle_month("demo_tiny", CASES, "2026-01").statement
        after = drgdip.settle_month(changed_policy(Path(folder)), CASES, "2026-01").statement

    both = before.merge(after, on=["hospital_code", "pool"], suffixes=("_before", "_after"))
    both["more_fen"] = both["paid_fen_after"] - both["paid_fen_before"]
    print(both[["hospital_code", "pool", "paid_fen_before", "paid_fen_after", "more_fen"]].to_string(index=False))


if __name__ == "__main__":
    main()
