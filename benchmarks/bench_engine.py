"""One case at a time, as a service prices them: every call is timed, and the 99th percentile is told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from benchmarks.months import POLICY, synthesize
from drgdip import Engine

CALLS = 5_000
GROUP = "one case of a service"
Case = dict[str, Any]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(POLICY)


@pytest.fixture(scope="module")
def cases(folder: Path, stays: int) -> list[Case]:
    """Stays as JSON brings them: every value as text."""
    batch = next(pq.ParquetFile(synthesize(folder, stays)).iter_batches(2_000))
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in batch.to_pylist()]


WORK: dict[str, Callable[[Engine, Case], Any]] = {
    "price": lambda engine, case: engine.price(case),
    "price, from JSON to JSON": lambda engine, case: json.dumps(engine.price(json.loads(case["json"])).to_dict("yuan")),
    "explain": lambda engine, case: engine.explain(case),
}


@pytest.mark.parametrize("what", WORK)
def test_one_case(benchmark: Any, engine: Engine, cases: list[Case], stays: int, what: str) -> None:
    work = WORK[what]
    todo = cycle([{"json": json.dumps(case)} for case in cases] if "JSON" in what else cases)
    benchmark.group = GROUP
    calls = min(CALLS if what != "explain" else CALLS // 5, stays // 10)  # a tiny suite only shows that it runs
    benchmark.pedantic(work, setup=lambda: ((engine, next(todo)), {}), rounds=calls, iterations=1)
    if benchmark.stats:
        processor = [_processor_seconds(work, engine, next(todo)) for _ in range(calls)]
        benchmark.extra_info |= {
            "p99_us": _p99_us(benchmark.stats.stats.data),
            "processor_p99_us": _p99_us(processor),  # what other processes take away is not in it
        }


def _processor_seconds(work: Callable[[Engine, Case], Any], engine: Engine, case: Case) -> float:
    started = time.thread_time()
    work(engine, case)
    return time.thread_time() - started


def _p99_us(seconds: Sequence[float]) -> int:
    return round(sorted(seconds)[len(seconds) * 99 // 100] * 1e6)
