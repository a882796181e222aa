"""Screening: each rule of the catalogue alone with the name of its shape, a folder of tables by the command, and one case of 1,000 lines."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from itertools import count, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from benchmarks.months import DRGDIP, MONTH, ROOT
from drgdip.pipeline.screening import screen_rows
from drgdip.pipeline.screening.files import read_folder
from drgdip.pipeline.screening.tables import read_batch
from drgdip.screening import screen
from drgdip.screening.catalogue import rules
from drgdip.tables.knowledge import load_pack

if TYPE_CHECKING:
    from benchmarks.conftest import Measure
    from drgdip.screening.data import Dataset

GROUP = "screening, by rule"
#: Stays of the other suites for one of this: a stay has some 200 fee lines.
SHARE, LINES = 100, 1_000
#: Calls a round with one case, with different cases, and before any is timed: five rounds are enough for a 99th percentile.
CALLS, MANY_CALLS, WARM = 60, 200, 20
Tables = dict[str, list[dict[str, str]]]
#: The gate and the rules of first priority.
FIRST = ("A02", "A03", "B01", "B10", "C01", "C02", "C03", "C07", "E01", "E02", "E03", "E04", "E05", "E06", "G01", "G02", "G06",
         "O01", "O04", "O07", "X01")  # fmt: skip
SETTINGS: dict[str, Any] = {
    "B01": {"sex_limit": {"002101030300000": "2"}},
    "C01": {"pairs": [{"main": "001103000010000", "sub": "001102000030000", "window": "单日"}]},
    "C02": {"daily_limit": {"001109000010000": 1, "001102000050000": 1}},
    "C03": {
        "period_limit": {"002503020030000": {"group": "G"}},
        "groups": {"G": {"period_days": 15, "limit_times": 1}},
    },
    "C07": {"stay_groups": {"001109000010000": "BED"}},
    "E06": {"low_acuity_dx": ["J06", "J00", "K29", "R51", "M54"]},
    "O01": {"baseline": {"*": 1}},
}


@pytest.fixture(scope="module")
def tables(folder: Path, stays: int) -> Path:
    path = folder.resolve() / f"tables-{stays // SHARE}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = (
            *DRGDIP,
            "synth",
            "--cases",
            str(stays // SHARE),
            "--month",
            MONTH,
            "--layout",
            "tables",
            "-o",
            str(path),
        )
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return path


@pytest.fixture(scope="module")
def data(tables: Path) -> Dataset:
    read = read_folder(tables)
    return read_batch(read.tables, read.lines, stays_a_part=None)[0].whole


@pytest.mark.parametrize("rule", [f"{rule.id} {rule.shape} ({rule.kernel})" for rule in rules().values()])
def test_rule(measure: Measure, data: Dataset, rule: str) -> None:
    measure(lambda: screen(data, [rule.split()[0]], SETTINGS), GROUP, data.lines.rows if data.lines else 0)


@pytest.mark.parametrize("wanted", [FIRST, ()], ids=["gate and first priority", "all rules"])
def test_command(measure: Measure, tables: Path, tmp_path: Path, wanted: tuple[str, ...]) -> None:
    """The whole command, files to files. With ``--stays 7000000`` a city's month: limits are 12 s and 40 s on two cores."""
    params = tmp_path / "params.json"
    params.write_text(json.dumps({"rules": SETTINGS}), encoding="utf-8")
    command = [
        *DRGDIP,
        "screen",
        "--data",
        str(tables),
        "--params",
        str(params),
        "--out",
        str(tmp_path / "out"),
        "--overwrite",
    ]
    command += ["--rules", ",".join(wanted)] if wanted else []
    stays = pq.ParquetFile(tables / "cases.parquet").metadata.num_rows
    measure(
        lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT),
        "screening, files to files",
        stays,
    )


def _one_case(at_fault: bool, number: int = 1) -> Tables:
    """A stay of 20 days; at fault, seven in ten of its lines repeat another. number : of the stay, whose IDs and items are its own."""
    visit = {"setl_id": f"S{number}", "mdtrt_id": f"M{number}"}
    case = {**visit, "psn_no": f"P{number}", "fixmedins_code": "H1", "adm_time": "2026-03-01 09:00:00",
            "dscg_time": "2026-03-20 10:00:00", "gend": "1", "main_dx": "I63.900", "dscg_way": "1",
            "medfee_sumamt": "10000.00", "inscp_scp_amt": "8000.00", "fund_pay_sumamt": "6000.00"}  # fmt: skip
    lines = [
        {**visit, "feedetl_sn": f"{number}-{at:05}", "init_feedetl_sn": "", "med_list_codg": f"I{at % 300 + number % 50}",
         "fee_ocur_time": f"2026-03-{1 + at % 20:02} {8 if at_fault else 8 + at // 300:02}:00:00", "cnt": "1", "pric": "10",
         "det_item_fee_sumamt": "10.00", "inscp_scp_amt": "8.00", "med_chrgitm_type": "05", "acord_dr_codg": "D1"}
        for at in range(LINES)
    ]  # fmt: skip
    return {"cases": [case], "fee_lines": lines}


def _one_by_one(benchmark: Any, rounds: int, cases: Iterator[Tables], calls: int = CALLS, pack: Any = None) -> None:
    """A service that is warm, with one case after the other; what counts is the 99th percentile."""

    def work(tables: Tables) -> None:
        screen_rows(tables, settings=SETTINGS, pack=pack)

    for _ in range(WARM):
        work(next(cases))
    benchmark.group = "screening, one case"
    benchmark.pedantic(work, setup=lambda: ((next(cases),), {}), rounds=calls * rounds, iterations=1)
    if benchmark.stats:
        taken = sorted(benchmark.stats.stats.data)
        figures = {
            "cases_per_s": round(LINES / taken[len(taken) // 2]),
            "p99_s": round(taken[len(taken) * 99 // 100], 6),
        }
        benchmark.extra_info.update(cases=LINES, **figures)


@pytest.mark.parametrize("at_fault", [False, True], ids=["in order", "700 findings"])
def test_one_case(benchmark: Any, rounds: int, at_fault: bool) -> None:
    _one_by_one(benchmark, rounds, repeat(_one_case(at_fault)))


def test_one_case_by_the_national_lists(benchmark: Any, rounds: int) -> None:
    _one_by_one(benchmark, rounds, repeat(_one_case(at_fault=False)), pack=load_pack("nhsa-2026"))


def test_one_case_after_another(benchmark: Any, rounds: int) -> None:
    """Every case is another one, as a service sees them."""
    _one_by_one(benchmark, rounds, (_one_case(at_fault=False, number=number) for number in count(1)), calls=MANY_CALLS)
