"""CHS-DRG grouping: on arrays, from file to file, one stay alone, beside the plain interpreter of the same rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks.months import synthesize
from drgdip.grouping.drg import READS, assign_groups
from drgdip.intake import CaseReader
from drgdip.interface.fields import DRG_GROUPING_USE
from drgdip.pipeline.group_drg import group_drg_tables
from drgdip.pipeline.group_files import group_writer
from drgdip.pipeline.parallel import ordered_map
from drgdip.tables import load_tables
from tests.chs_drg.random_editions import columns_of, expected
from tests.chs_drg.random_stays import Draw, quick
from tests.reference.drg.group import group_stay

if TYPE_CHECKING:
    from benchmarks.conftest import Measure

GROUP = "CHS-DRG"
EDITION = "2.0"
CHUNK, DRAWN, PLAIN_STAYS = 50_000, 1_000, 200
CALLS = 2_000
Batch = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def tables() -> Any:
    return load_tables("chs-drg", EDITION)


@pytest.fixture(scope="module", autouse=True)
def checked_against_the_plain_interpreter(tables: Any) -> None:
    """Correctness first, on stays near the rules."""
    stays = [Draw(tables, "check").stay() for _ in range(PLAIN_STAYS)]
    found, wanted = assign_groups(columns_of(tables, stays), tables), expected(quick(tables.content), stays)
    if any(found[name].tolist() != wanted[name] for name in ("adrg_row", "drg_row")):
        raise RuntimeError("grouping differs from the plain interpreter")


@pytest.fixture(scope="module")
def batches(tables: Any, folder: Path, stays: int) -> list[Batch]:
    """Stays of a synthetic month."""
    cases = synthesize(folder, stays)
    with CaseReader([cases], tables.diagnoses, tables.procedures, CHUNK, use=DRG_GROUPING_USE) as reader:
        return [
            {**reader.encode(raw).columns, "department_id": np.full(raw.rows, -1, dtype=np.int32)} for raw in reader
        ]


def _repeated(columns: Batch, times: int) -> Batch:
    """The same stays several times over, their flat lists with them."""
    result = {}
    for column in READS:
        values = columns[column.name]
        if column.dims == "offset":
            result[column.name] = np.concatenate(
                [[0], *(values[1:] + values[-1] * turn for turn in range(times))], dtype=values.dtype
            )
        else:
            result[column.name] = np.tile(values, times)
    return result


def _chunk(tables: Any, drawn: list[Any], stays: int) -> Batch:
    """The drawn stays, repeated to a chunk, or to as many as the suite works on if these are fewer."""
    return _repeated(columns_of(tables, drawn), min(CHUNK, stays) // len(drawn))


def _rows(batch: Batch) -> int:
    return len(batch["diagnosis_offset"]) - 1


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("audit", [False, True], ids=["groups", "groups and audit"])
def test_arrays(measure: Measure, tables: Any, batches: list[Batch], stays: int, threads: int, audit: bool) -> None:
    def work() -> None:
        for _ in ordered_map(lambda batch: assign_groups(batch, tables, audit), batches, threads):
            pass

    measure(work, f"{GROUP} on arrays", stays)


@pytest.mark.parametrize("edition", ["1.1", "1.1p", "2.0"])
def test_editions(measure: Measure, stays: int, edition: str) -> None:
    tables: Any = load_tables("chs-drg", edition)
    draw = Draw(tables, "bench")
    batch = _chunk(tables, [draw.stay() for _ in range(min(DRAWN, stays))], stays)
    measure(lambda: assign_groups(batch, tables), f"{GROUP} by edition, stays near its rules", _rows(batch))


@pytest.mark.parametrize("diagnoses", [2, 10, 40])
def test_diagnoses(measure: Measure, tables: Any, stays: int, diagnoses: int) -> None:
    draw = Draw(tables, "bench")
    codes = tables.diagnoses.codes
    more = tuple(codes[(97 * n) % len(codes)] for n in range(40))
    drawn = [draw.stay() for _ in range(min(DRAWN, stays))]
    batch = _chunk(tables, [s._replace(diagnoses=(s.diagnoses + more)[:diagnoses]) for s in drawn], stays)
    measure(lambda: assign_groups(batch, tables), f"{GROUP} by diagnoses a stay", _rows(batch))


@pytest.mark.parametrize("audit", [False, True], ids=["groups", "groups and audit"])
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_files(measure: Measure, tables: Any, folder: Path, stays: int, tmp_path: Path, form: str, audit: bool) -> None:
    cases = synthesize(folder, stays, form)

    def work() -> None:
        with (tmp_path / f"out.{form}").open("wb") as file, closing(group_writer(file, form)) as writer:
            for grouped, _ in group_drg_tables([cases], tables, threads=2, audit=audit):
                writer.append(grouped)

    measure(work, f"{GROUP} from file to file, two threads", stays)


def test_plain_interpreter(measure: Measure, tables: Any) -> None:
    draw, content = Draw(tables, "bench"), quick(tables.content)
    stays = [draw.stay() for _ in range(PLAIN_STAYS)]
    measure(lambda: [group_stay(stay, content) for stay in stays], f"{GROUP} on arrays", PLAIN_STAYS)


def test_one_stay(benchmark: Any, tables: Any, stays: int) -> None:
    draw, rounds = Draw(tables, "bench"), min(CALLS, stays)
    columns = [columns_of(tables, [draw.stay()]) for _ in range(min(500, stays))]
    calls: Iterator[Batch] = cycle(columns)
    work: Callable[[Batch], Any] = lambda one: assign_groups(one, tables, audit=True)  # noqa: E731 - timed by name
    benchmark.group = f"{GROUP}, one stay"
    benchmark.pedantic(work, setup=lambda: ((next(calls),), {}), rounds=rounds, iterations=1, warmup_rounds=10)
    if benchmark.stats:
        taken = sorted(_processor_seconds(work, one) for one in columns)
        benchmark.extra_info |= {
            "p99_us": round(sorted(benchmark.stats.stats.data)[rounds * 99 // 100] * 1e6),
            "processor_p99_us": round(taken[len(taken) * 99 // 100] * 1e6),
        }


def _processor_seconds(work: Callable[[Batch], Any], one: Batch) -> float:
    started = time.thread_time()
    work(one)
    return time.thread_time() - started


def test_load(measure: Measure) -> None:
    measure(lambda: load_tables("chs-drg", EDITION), f"{GROUP}, an edition from the cache")
