"""CHS-DRG grouping: on arrays, from file to file, one stay alone, beside the plain interpreter of the same rules."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks.months import DRGDIP, ROOT, synthesize
from drgdip import DrgGrouper
from drgdip.grouping.drg import READS, assign_groups
from drgdip.intake import CaseReader
from drgdip.interface.fields import DRG_GROUPING_USE
from drgdip.pipeline.group_drg import group_drg_tables
from drgdip.pipeline.group_files import group_writer
from drgdip.pipeline.parallel import ordered_map
from drgdip.tables import load_tables
from drgdip.tables.chs_drg.drg_tables import compile_drg
from drgdip.tables.chs_drg.syntax import NUMBER_VARIABLES
from tests.chs_drg.random_editions import columns_of, expected
from tests.chs_drg.random_stays import Draw, quick
from tests.reference.drg.group import group_stay
from tests.reference.drg.stay import Stay

if TYPE_CHECKING:
    from benchmarks.conftest import Measure

GROUP = "CHS-DRG"
EDITION = "2.0"
CHUNK, DRAWN, PLAIN_STAYS = 50_000, 1_000, 200
CALLS, FEW = 2_000, 1_000
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


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("audit", [False, True], ids=["groups", "groups and audit"])
def test_arrays(measure: Measure, tables: Any, batches: list[Batch], stays: int, threads: int, audit: bool) -> None:
    def work() -> None:
        for _ in ordered_map(lambda batch: assign_groups(batch, tables, audit), batches, threads):
            pass

    measure(work, f"{GROUP} on arrays", stays)


@pytest.mark.parametrize("edition", ["1.1", "1.1p", "2.0"])
def test_editions(measure: Measure, edition: str) -> None:
    tables: Any = load_tables("chs-drg", edition)
    draw = Draw(tables, "bench")
    batch = _repeated(columns_of(tables, [draw.stay() for _ in range(DRAWN)]), CHUNK // DRAWN)
    measure(lambda: assign_groups(batch, tables), f"{GROUP} by edition, stays near its rules", CHUNK)


@pytest.mark.parametrize("diagnoses", [2, 10, 40])
def test_diagnoses(measure: Measure, tables: Any, diagnoses: int) -> None:
    draw = Draw(tables, "bench")
    codes = tables.diagnoses.codes
    stays = [draw.stay() for _ in range(DRAWN)]
    stays = [
        s._replace(diagnoses=(s.diagnoses + tuple(codes[(97 * n) % len(codes)] for n in range(40)))[:diagnoses])
        for s in stays
    ]
    batch = _repeated(columns_of(tables, stays), CHUNK // DRAWN)
    measure(lambda: assign_groups(batch, tables), f"{GROUP} by diagnoses a stay", CHUNK)


@pytest.mark.parametrize("audit", [False, True], ids=["groups", "groups and audit"])
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_files(measure: Measure, tables: Any, folder: Path, stays: int, tmp_path: Path, form: str, audit: bool) -> None:
    work = partial(_group_file, tables, synthesize(folder, stays, form), tmp_path / f"out.{form}", form, audit=audit)
    measure(work, f"{GROUP} from file to file, two threads", stays)


def test_clean_file(measure: Measure, tables: Any, folder: Path, stays: int, tmp_path: Path) -> None:
    """A file in which no settlement ID stands twice, so that no row is looked at as a whole."""
    work = partial(_group_file, tables, synthesize(folder, stays, dirty="0"), tmp_path / "out.parquet", "parquet")
    measure(work, f"{GROUP} from file to file, two threads", stays)


def _group_file(tables: Any, cases: Path, out: Path, form: str, audit: bool = True) -> None:
    with out.open("wb") as file, closing(group_writer(file, form)) as writer:
        for grouped, _ in group_drg_tables([cases], tables, threads=2, audit=audit):
            writer.append(grouped)


def test_plain_interpreter(measure: Measure, tables: Any) -> None:
    draw, content = Draw(tables, "bench"), quick(tables.content)
    stays = [draw.stay() for _ in range(PLAIN_STAYS)]
    measure(lambda: [group_stay(stay, content) for stay in stays], f"{GROUP} on arrays", PLAIN_STAYS)


@pytest.mark.parametrize("tenths", [1, 4, 10])
def test_growth(measure: Measure, tables: Any, folder: Path, stays: int, tmp_path: Path, tenths: int) -> None:
    cases = max(stays * tenths // 10, 1)
    file = synthesize(folder, cases)
    work = partial(_group_file, tables, file, tmp_path / "out.parquet", "parquet", audit=True)
    measure(work, f"{GROUP} by cases, Parquet to Parquet, two threads", cases)


@pytest.mark.parametrize("share", [10, 3, 1], ids=["a tenth of the rows", "a third of the rows", "all rows"])
def test_edition_size(measure: Measure, tables: Any, share: int) -> None:
    """The same edition with fewer adjacent groups, every category kept; stays are near the rules of all of it."""
    draw, content = Draw(tables, "bench"), tables.content
    kept = content.adrgs[::share]
    keys = {(row.code, row.mdc) for row in kept}
    fewer = replace(content, adrgs=kept, drgs=tuple(row for row in content.drgs if (row.adrg, row.mdc) in keys))
    smaller = compile_drg(fewer, tables.diagnoses, tables.procedures, tables.manifest, tables.sha256)
    batch = _repeated(columns_of(tables, [draw.stay() for _ in range(DRAWN)]), CHUNK // DRAWN)
    measure(lambda: assign_groups(batch, smaller), f"{GROUP} by size of the edition", CHUNK)


@pytest.mark.parametrize("kept", [False, True], ids=["first, compiled", "later, from the cache"])
def test_run(measure: Measure, folder: Path, stays: int, tmp_path: Path, kept: bool) -> None:
    """``drgdip group`` of few stays in a process of its own, with an empty cache or with one that is filled."""
    if not kept and stays < FEW:
        pytest.skip("compiling takes longest of all; a tiny suite only shows that it runs")
    cases, out = synthesize(folder, FEW), tmp_path / "out.csv"
    command = (*DRGDIP, "group", str(cases), "--scheme", "chs-drg", "--edition", EDITION, "-o", str(out))
    own = {} if kept else {"XDG_CACHE_HOME": str(tmp_path / "empty")}

    def work() -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env={**os.environ, **own})

    measure(work, f"{GROUP}, a run of {FEW} stays", cold=not kept)


def test_one_call(benchmark: Any, tables: Any) -> None:
    """The library's call for one stay: codes and numbers in, group, weight and rows out."""
    draw, grouper = Draw(tables, "bench"), DrgGrouper(tables=tables)
    stays = [draw.stay() for _ in range(500)]
    given = [{"dx": s.diagnoses, "proc": s.operations, **_numbers_of(s)} for s in stays if s.diagnoses]
    _time_one(benchmark, lambda one: grouper.group(**one), given)


def test_one_stay(benchmark: Any, tables: Any) -> None:
    draw = Draw(tables, "bench")
    columns = [columns_of(tables, [draw.stay()]) for _ in range(500)]
    _time_one(benchmark, lambda one: assign_groups(one, tables, audit=True), columns)


def _numbers_of(stay: Stay) -> dict[str, Any]:
    """Numbers and department of a stay as the library's call takes them."""
    names = ("age", "age_days", "birth_weight", "sex", "stay", "discharge_way", "icu_hours")
    by_variable = dict(zip(NUMBER_VARIABLES, names, strict=True))
    return {by_variable[key]: value for key, value in stay.numbers.items()} | {"department": stay.department or ""}


def _time_one(benchmark: Any, work: Callable[[Any], Any], stays: list[Any]) -> None:
    calls = cycle(stays)
    benchmark.group = f"{GROUP}, one stay"
    benchmark.pedantic(work, setup=lambda: ((next(calls),), {}), rounds=CALLS, iterations=1, warmup_rounds=10)
    if benchmark.stats:
        taken = sorted(_processor_seconds(work, one) for one in stays)
        benchmark.extra_info |= {
            "p99_us": round(sorted(benchmark.stats.stats.data)[CALLS * 99 // 100] * 1e6),
            "processor_p99_us": round(taken[len(taken) * 99 // 100] * 1e6),
        }


def _processor_seconds(work: Callable[[Batch], Any], one: Batch) -> float:
    started = time.thread_time()
    work(one)
    return time.thread_time() - started


def test_load(measure: Measure) -> None:
    measure(lambda: load_tables("chs-drg", EDITION), f"{GROUP}, an edition from the cache")
