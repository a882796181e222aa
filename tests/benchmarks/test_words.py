"""How results are told and compared, on figures made up for it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from benchmarks import reference, whole, words
from tests.reference.eligibility import SetAside
from tests.reference.month import ReferenceResult

EARLIER = Path(__file__).with_name("earlier.json")


@pytest.fixture
def earlier() -> dict[str, Any]:
    return json.loads(EARLIER.read_text(encoding="utf-8"))


def test_a_comparison_is_new_by_old(earlier: dict[str, Any]) -> None:
    new = json.loads(json.dumps(earlier))
    new["reference"]["seconds"] = 0.33
    new["whole"][0].update(median_wall_s=3.0, peak_mib=200.0)
    new["parts"][0]["median_s"] = 0.05
    del new["whole"][1]

    lines = [line.rsplit(maxsplit=1) for line in words.compared(new, earlier)]

    ratios = {name.strip(): ratio for name, ratio in lines}
    assert ratios["reference program, time a case"] == "1.10"
    assert ratios["2,000 cases, 2 thread(s), wall"] == "1.50"
    assert ratios["2,000 cases, 2 thread(s), cpu"] == "1.00"
    assert ratios["2,000 cases, 2 thread(s), peak"] == "0.80"
    assert ratios["steps on one thread: grouping, 2,000"] == "0.10"
    assert "3 figures are in one of the two" in ratios


def test_other_machines_are_named(earlier: dict[str, Any]) -> None:
    new = {**earlier, "machine": {**earlier["machine"], "cores": 64}}

    assert [line for line in words.compared(new, earlier) if "not alike" in line] == [
        "  not alike: machine: cores 2 → 64"
    ]


def test_growth_of_memory_is_told_by_size() -> None:
    runs = [{"wall_s": 1.0, "cpu_s": 2.0, "peak_mib": peak} for peak in (100.0, 110.0)]
    sizes = [whole._entry(1_000, 2, runs[:1]), whole._entry(5_000, 2, runs)]

    (line,) = words._growth(sizes)

    assert line.strip() == "5,000 cases on 2 thread(s): peak of memory 1.10 × that of 1,000"


def test_the_median_is_that_of_the_runs() -> None:
    runs = [{"wall_s": wall, "cpu_s": wall + 1, "peak_mib": wall * 10} for wall in (9.0, 2.0, 4.0)]

    entry = whole._entry(8_000, 2, runs)

    assert (entry["median_wall_s"], entry["fastest_wall_s"], entry["slowest_wall_s"]) == (4.0, 2.0, 9.0)
    assert (entry["median_cpu_s"], entry["peak_mib"], entry["cases_per_s"]) == (5.0, 90.0, 2_000)


def test_a_failing_command_stops_the_program() -> None:
    with pytest.raises(SystemExit, match="exit code 3"):
        whole.measured(("sh", "-c", "exit 3"))


EXPECTED = ReferenceResult(
    [{"row": 1, "setl_id": "A", "group": "", "payable_fen": 100}],
    [SetAside(2, "B", ("unknown_diagnosis_code",))],
    [],
    [],
    0,
)


def result(cases: list[dict[str, Any]], *aside: int) -> Any:
    return SimpleNamespace(cases=pa.Table.from_pylist(cases), set_aside=[SimpleNamespace(row=row) for row in aside])


@pytest.mark.parametrize(
    ("engine", "found"),
    [
        (result([{"setl_id": "A", "dip_code": None, "payable_fen": 100}], 2), []),
        (
            result([{"setl_id": "A", "dip_code": None, "payable_fen": 101}], 2),
            ["A payable_fen: reference 100, engine 101"],
        ),
        (result([{"setl_id": "A", "dip_code": "K35", "payable_fen": 100}], 2), ["A group: reference , engine K35"]),
        (
            result([{"setl_id": "C", "dip_code": None, "payable_fen": 100}], 2),
            ["A: not settled by the engine", "C: settled by the engine only"],
        ),
        (
            result([{"setl_id": "A", "dip_code": None, "payable_fen": 100}], 3),
            ["row 2: set aside by one of them only", "row 3: set aside by one of them only"],
        ),
    ],
)
def test_every_difference_is_found(engine: Any, found: list[str]) -> None:
    assert list(reference.differences(EXPECTED, engine)) == found
