"""Seconds of every stage of a month on one thread, as JSON: ``stages.py POLICY CASES MONTH``."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drgdip.pipeline import chunk, month, settle_to_folder
from drgdip.pipeline.process import Stage

seconds: dict[str, float] = defaultdict(float)


def timed(stage: Stage) -> Stage:
    """The same stage with a clock around its verb."""

    def verb(columns: Mapping[str, Any], context: Any) -> Any:
        started = time.perf_counter()
        try:
            return stage.verb(columns, context)
        finally:
            seconds[stage.key] += time.perf_counter() - started

    return stage._replace(verb=verb)


def settle(policy: str, cases: str, period: str) -> float:
    """Settle into a folder that is thrown away; seconds of the whole."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        settle_to_folder(policy, [Path(cases)], period, Path(folder) / "result", threads=1)
        return time.perf_counter() - started


def main() -> None:
    chunk.CASE_PROCESS = tuple(map(timed, chunk.CASE_PROCESS))
    month.CASE_PAYMENT = tuple(map(timed, month.CASE_PAYMENT))
    settle(*sys.argv[1:4])  # compiles what is not compiled yet
    seconds.clear()
    whole = settle(*sys.argv[1:4])
    seconds["reading, checks and writing"] = whole - sum(seconds.values())
    print(json.dumps({name: round(value, 3) for name, value in seconds.items()}))


if __name__ == "__main__":
    main()
