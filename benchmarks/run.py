"""Speed of a month, after a check of its correctness. See benchmarks/README.md."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import machine, reference  # noqa: E402 - found beside this file

OUT = ROOT / "build" / "bench"
EDITION, POLICY, MONTH = "2.0-pingdingshan-2025", "demo_city", "2026-01"
DRGDIP = (sys.executable, "-m", "drgdip")


def measured(command: tuple[str, ...]) -> dict[str, float]:
    """Run a command in a process of its own: wall and CPU seconds, and its peak of memory."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"exit code {process.returncode}: {' '.join(command)}")
    return {
        "wall_s": round(time.perf_counter() - started, 3),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_mib": round(usage.ru_maxrss / 1024, 1),
    }


def synthesize(cases: int, dirty: str = "0.002", form: str = "parquet") -> Path:
    """A month of cases, made once and kept."""
    path = OUT / f"cases-{cases}.{form}"
    if not path.exists():
        measured((*DRGDIP, "synth", "--edition", EDITION, "--cases", str(cases), "--month", MONTH, "--seed", "1",
                  "--dirty", dirty, "-o", str(path)))  # fmt: skip
    return path


def settle_command(cases: Path, threads: int) -> tuple[str, ...]:
    return (*DRGDIP, "settle", "--policy", POLICY, "--cases", str(cases), "--month", MONTH,
            "--out", str(OUT / "result"), "--overwrite", "--threads", str(threads))  # fmt: skip


def whole(cases: int, threads: int, runs: int) -> dict[str, Any]:
    """The whole month: one run to warm the caches, then the median of ``runs``."""
    command = settle_command(synthesize(cases), threads)
    measured(command)
    results = [measured(command) for _ in range(runs)]
    median = round(statistics.median(result["wall_s"] for result in results), 3)
    return {
        "cases": cases,
        "threads": threads,
        "median_s": median,
        "cases_per_s": round(cases / median),
        "peak_mib": max(result["peak_mib"] for result in results),
        "runs": results,
    }


def stages(cases: int) -> dict[str, float]:
    """Seconds of every stage, on one thread."""
    command = (sys.executable, str(ROOT / "benchmarks" / "stages.py"), POLICY, str(synthesize(cases)), MONTH)
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)


def main() -> None:
    """Check, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[1_000_000], help="sizes of the month")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=5, help="timed runs of each kind")
    parser.add_argument("--check-cases", type=int, default=2_000, help="size of the month that is checked")
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)

    checked = reference.check(POLICY, EDITION, synthesize(options.check_cases, "0.02", "csv"), MONTH)
    print(f"checked: {checked['cases']:,} cases agree with the reference program ({checked['cases_per_s']:,} cases/s)")
    report = {
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **machine.describe(ROOT),
        "policy": POLICY,
        "includes": "start, reading Parquet, quality control, all stages, all result files with every audit column",
        "reference": checked,
        "whole": [whole(cases, threads, options.runs) for cases in options.cases for threads in options.threads],
        "stages": {str(cases): stages(cases) for cases in options.cases},
    }
    for entry in report["whole"]:
        entry["ratio_to_reference"] = round(entry["cases_per_s"] / checked["cases_per_s"], 1)
    path = OUT / f"{datetime.now(UTC):%Y-%m-%d}-{report['commit']}.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    show(report, path)


def show(report: dict[str, Any], path: Path) -> None:
    """The report in words."""
    for entry in report["whole"]:
        print(
            f"{entry['cases']:>10,} cases, {entry['threads']} thread(s): {entry['median_s']:.2f} s, "
            f"{entry['cases_per_s']:,} cases/s, {entry['ratio_to_reference']} × reference, {entry['peak_mib']:.0f} MiB"
        )
    for cases, seconds in report["stages"].items():
        total = sum(seconds.values())
        print(f"{int(cases):>10,} cases by stage: " + ", ".join(f"{k} {v / total:.0%}" for k, v in seconds.items()))
    print(f"written: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
