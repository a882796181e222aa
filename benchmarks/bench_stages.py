"""Each step of a month alone, on one thread, its input in memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.months import synthesize
from benchmarks.prepared import STEPS, Call, prepare, read_cases

if TYPE_CHECKING:
    from benchmarks.conftest import Measure

GROUP = "steps on one thread"


@pytest.fixture(scope="module")
def calls(folder: Path, stays: int, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Call]]:
    return prepare(synthesize(folder, stays), tmp_path_factory.mktemp("stages"))


@pytest.mark.parametrize("what", ["reading parquet", "reading csv"])
def test_read(measure: Measure, folder: Path, stays: int, what: str) -> None:
    cases = synthesize(folder, stays, what.split()[-1])
    measure(lambda: read_cases(cases), GROUP, stays)


@pytest.mark.parametrize("step", STEPS)
def test_step(measure: Measure, calls: dict[str, list[Call]], stays: int, step: str) -> None:
    depends_on_cases = step != "statements"
    measure(lambda: [call() for call in calls[step]], GROUP, stays if depends_on_cases else 0)


def test_every_step_is_measured(calls: dict[str, list[Call]]) -> None:
    assert tuple(sorted(calls)) == tuple(sorted(STEPS))
