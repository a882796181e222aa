"""The suite's options, the check that comes before every measurement, and how one is made."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.months import MANY, ROOT, synthesize

_CHECKED = pytest.StashKey[dict[str, Any]]()
Measure = Callable[..., None]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("drgdip")
    group.addoption("--stays", type=int, default=200_000, help="stays that every stage works on")
    group.addoption("--check-cases", type=int, default=2_000, help="size of the month that is checked first")
    group.addoption("--rounds", type=int, default=5, help="times that every measurement is taken")
    group.addoption("--folder", type=Path, default=ROOT / "build" / "bench", help="where the months are kept")


def pytest_configure() -> None:
    """One thread for libraries that would take more."""
    import pyarrow as pa

    os.environ["OMP_NUM_THREADS"] = "1"
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


@pytest.fixture(scope="session", autouse=True)
def checked(pytestconfig: pytest.Config, folder: Path) -> None:
    """Correctness first: if one figure differs from the reference program's, nothing is timed."""
    from benchmarks import reference

    cases = synthesize(folder, pytestconfig.getoption("check_cases"), dirty=MANY)
    try:
        pytestconfig.stash[_CHECKED] = reference.check(cases)
    except reference.Differs as found:
        pytest.exit(str(found), returncode=1)


def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    """Put the reference program's speed into the file of results."""
    output_json["reference"] = config.stash[_CHECKED]


@pytest.fixture(scope="session")
def folder(pytestconfig: pytest.Config) -> Path:
    """Where the months are kept."""
    return Path(pytestconfig.getoption("folder"))


@pytest.fixture(scope="session")
def stays(pytestconfig: pytest.Config) -> int:
    """How many stays every stage works on."""
    return int(pytestconfig.getoption("stays"))


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> int:
    """How many times every measurement is taken."""
    return int(pytestconfig.getoption("rounds"))


@pytest.fixture
def measure(benchmark: Any, pytestconfig: pytest.Config) -> Measure:
    """``measure(work, group, cases)`` times a call after one that warms it; ``setup`` runs before each, untimed.

    ``warm=False`` leaves the first call out.
    """

    def run(
        work: Callable[[], Any], group: str, cases: int = 0, setup: Callable[[], None] | None = None, cold: bool = False
    ) -> None:
        benchmark.group = group
        rounds = 1 if cold else pytestconfig.getoption("rounds")
        benchmark.pedantic(work, setup=setup, rounds=rounds, warmup_rounds=0 if setup or cold else 1, iterations=1)
        if cases and benchmark.stats:
            benchmark.extra_info.update(cases=cases, cases_per_s=round(cases / benchmark.stats.stats.median))

    return run
