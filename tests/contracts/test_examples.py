"""The example runs, and gives what its own words say was calculated by hand."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.contracts.source import ROOT

SCRIPT = ROOT / "examples" / "settle_month.py"


def test_the_example_gives_what_it_says() -> None:
    result = subprocess.run([sys.executable, SCRIPT], cwd=ROOT, env=None, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    said = re.findall(r"^    (EX0[1-6]) .* ([\d.]+\.\d\d)$", SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)
    given = re.findall(r"^(EX0[1-6]) .* ([\d.]+) yuan$", result.stdout, re.MULTILINE)
    assert len(said) == 6
    assert given == said
    assert "EX07 fund_pay_sumamt" in result.stdout
