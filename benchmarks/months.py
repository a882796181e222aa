"""The synthetic months that are measured: drawn once, kept, always the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EDITION, POLICY, MONTH = "2.0-pingdingshan-2025", "demo_city", "2026-01"
DRGDIP = (sys.executable, "-m", "drgdip")
#: Share of defective rows: of a month as cities send it, and of the small one that is checked.
USUAL, MANY = "0.002", "0.02"


def synthesize(folder: Path, cases: int, form: str = "parquet", dirty: str = USUAL) -> Path:
    """A month of cases in a folder, made unless it is there."""
    path = folder.resolve() / f"cases-{cases}-{dirty}.{form}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = (*DRGDIP, "synth", "--edition", EDITION, "--cases", str(cases), "--month", MONTH, "--seed", "1",
                   "--dirty", dirty, "-o", str(path))  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return path
