"""``make bench`` on a tiny month, from its first step to its last; how long anything takes does not matter here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from drgdip.pipeline.process import PROCESS
from drgdip.screening.catalogue import rules

pytestmark = pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="measures compiled code")
SMALL = ("--cases", "2000", "--runs", "1", "--threads", "2", "--stays", "500", "--rounds", "1", "--check-cases", "300")
EARLIER = Path(__file__).with_name("earlier.json")


class Run(NamedTuple):
    code: int
    said: str
    results: list[dict[str, Any]]


def bench(root: Path, folder: Path, *arguments: str, **environment: str) -> Run:
    # The tests' own workers would make pytest-benchmark stand aside.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, str(root / "benchmarks" / "run.py"), *SMALL, "--folder", str(folder), *arguments]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=600, env={**plain, **environment}
    )
    results = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("2*.json")]
    return Run(run.returncode, run.stdout + run.stderr, results)


def test_every_measurement_can_be_collected(root: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-c", "benchmarks/pytest.ini", "--collect-only", "-q"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=600)

    assert run.returncode == 0, run.stdout
    modules = {path.stem for path in (root / "benchmarks").glob("bench_*.py")}
    assert set(re.findall(r"(bench_\w+)\.py", run.stdout)) == modules


@pytest.mark.long
def test_the_bench_runs_from_its_first_step_to_its_last(root: Path, tmp_path: Path) -> None:
    run = bench(root, tmp_path, "--compare", str(EARLIER))

    assert run.code == 0, run.said
    (result,) = run.results
    is_measured_on_something_known(result)
    has_the_whole_month(result)
    has_every_step(result)
    assert run.said.startswith("checked: 300 rows")
    assert "2,000 cases on 2 thread(s)" in run.said
    assert "new / old, against 2026-01-31T12:00:00+00:00 (0000000)" in run.said
    assert "not alike: machine" in run.said
    assert "written: " in run.said


def is_measured_on_something_known(result: dict[str, Any]) -> None:
    assert result["machine"]["cores"] >= 1
    assert {"python", "drgdip", "numba", "pyarrow", "pytest-benchmark"} <= result["versions"].keys()
    assert result["commit"]
    assert result["options"]["cases"] == [2000]
    assert result["reference"]["cases"] == 300
    assert 200 < result["reference"]["settled"] <= 300


def has_the_whole_month(result: dict[str, Any]) -> None:
    (whole,) = result["whole"]

    assert (whole["cases"], whole["threads"], len(whole["runs"])) == (2000, 2, 1)
    assert whole["median_wall_s"] == whole["runs"][0]["wall_s"] > 0
    assert whole["median_cpu_s"] > 0
    assert whole["peak_mib"] > 10
    assert whole["ratio_to_reference"] > 0


def has_every_step(result: dict[str, Any]) -> None:
    drg = [part for part in result["parts"] if part["group"].startswith("CHS-DRG")]
    dip = [part["name"] for part in result["parts"] if part["group"] == "DIP grouping on one thread"]
    own = ("CHS-DRG", "DIP grouping", "building a catalogue", "screening")
    parts = {part["name"]: part for part in result["parts"] if not part["group"].startswith(own)}
    screened = {part["name"].split()[0] for part in result["parts"] if part["group"] == "screening, by rule"}
    steps = {"reading parquet", "reading csv", "encode", "check", "eligibility", "clearing", "case table"}

    assert steps | {stage.key for stage in PROCESS.stages} == {name for name, part in parts.items() if "cases" in part}
    assert all(part["cases"] == 500 and part["cases_per_s"] > 0 for part in parts.values() if "cases" in part)
    assert {"statements", "from its files", "from the cache", "import drgdip", "drgdip --help"} <= parts.keys()
    assert all(part["median_s"] > 0 for part in result["parts"])
    assert {"2.0-demo_city", "layered-demo_city"} <= set(dip)
    assert screened == set(rules())
    assert {"on arrays", "from file to file, two threads"} <= {part["group"].removeprefix("CHS-DRG ") for part in drg}


def test_nothing_is_measured_when_one_fen_differs(root: Path, tmp_path: Path) -> None:
    run = bench(root, tmp_path, PYTEST_ADDOPTS="-p tests.benchmarks.wrong_engine")

    assert run.code == 1
    assert "payable_fen: reference" in run.said
    assert run.results == []


@pytest.mark.long
def test_every_rule_is_measured_against_the_plain_month(root: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(root / "benchmarks" / "rules.py"), "--cases", "2000", "--runs", "1"]
    run = subprocess.run(
        [*command, "--folder", str(tmp_path)], capture_output=True, text=True, check=False, timeout=600
    )

    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    names = ["plain", "plain with fee lines", "every rule", "everything"]
    assert [line.split(", ")[1].split(":")[0] for line in lines] == names
    assert all(line.count(" × ") == 3 for line in lines)
    # What is measured last has taken effect.
    result = tmp_path / "result"
    assert "in_force" in (result / "special.csv").read_text(encoding="utf-8-sig")
    assert (result / "denials.csv").read_text(encoding="utf-8-sig").count("posted") > 5
