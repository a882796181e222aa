"""Three minutes of coverage-guided fuzzing, where the fuzzer is installed (the extra ``fuzz``)."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 180
#: More than any seeds; what is kept beyond them was found.
MOST_SEEDS = 50
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="未安装 atheris(pip install -e '.[fuzz]') | atheris is not installed",
)
def test_nothing_but_refusals(tmp_path: Path) -> None:
    # Uncompiled, so that the fuzzer sees its way through kernels, too.
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.coverage_guided", str(SECONDS), str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        timeout=SECONDS + 300,
        check=False,
    )
    found = sorted(path.name for path in tmp_path.glob("found-*"))
    report = run.stderr.decode("utf-8", "replace")

    assert run.returncode == 0, report[-4000:]
    assert found == []
    assert "DONE" in report or "Done" in report
    assert kept_of(report) > MOST_SEEDS, "the fuzzer did not see what its inputs reach"


def kept_of(report: str) -> int:
    """How many inputs the fuzzer has kept because they reached something new; it keeps one if it sees nothing."""
    return max(int(number) for number in re.findall(r"corp: (\d+)/", report))
