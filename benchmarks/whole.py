"""``drgdip settle`` as users call it, in processes of its own: wall, CPU, peak of memory.

Nothing heavy is imported here: the peak that Linux reports for a process counts what its parent held when it was started.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.months import DRGDIP, MONTH, POLICY, ROOT, synthesize

#: What a run is made of, for the result file.
INCLUDES = "start, reading Parquet, quality control, all stages, all result files with every audit column"


def measured(command: Sequence[str]) -> dict[str, float]:
    """Run a command: wall and CPU seconds, and its peak of memory. Stops the program if the command fails."""
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


def settle_command(folder: Path, cases: int, threads: int) -> tuple[str, ...]:
    """One settlement of a month; a proof line that does not hold makes it fail."""
    return (*DRGDIP, "settle", "--policy", POLICY, "--cases", str(synthesize(folder, cases)), "--month", MONTH,
            "--out", str(folder.resolve() / "result"), "--overwrite", "--threads", str(threads))  # fmt: skip


def whole(folder: Path, sizes: Sequence[int], threads: Sequence[int], runs: int) -> list[dict[str, Any]]:
    """Every size on every number of threads.

    Per size, one run warms the caches; then the numbers of threads take turns, so that a drift of the machine meets all of them.
    """
    entries = []
    for cases in sizes:
        commands = {count: settle_command(folder, cases, count) for count in threads}
        measured(commands[threads[0]])
        results: dict[int, list[dict[str, float]]] = {count: [] for count in threads}
        for _ in range(runs):
            for count, command in commands.items():
                results[count].append(measured(command))
        entries += [_entry(cases, count, results[count]) for count in threads]
    return entries


def _entry(cases: int, threads: int, runs: list[dict[str, float]]) -> dict[str, Any]:
    wall = [run["wall_s"] for run in runs]
    return {
        "cases": cases,
        "threads": threads,
        "median_wall_s": round(statistics.median(wall), 3),
        "fastest_wall_s": min(wall),
        "slowest_wall_s": max(wall),
        "median_cpu_s": round(statistics.median(run["cpu_s"] for run in runs), 3),
        "peak_mib": max(run["peak_mib"] for run in runs),
        "cases_per_s": round(cases / statistics.median(wall)),
        "runs": runs,
    }
