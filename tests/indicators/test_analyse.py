"""Months analysed: figures by hand of a city of a few stays, files, warnings and refusals.

Every stay is Erysipelas in a tertiary hospital under the tiny policy: 300 points × K 1.1 × 10 yuan = 3,300.00.
"""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from drgdip import settle_to_folder
from drgdip.audit.indicators import analyse_to_folder
from drgdip.base.errors import UsageError
from drgdip.intake.clearing_lines import COLUMNS
from drgdip.statement.analysis.columns import Analysis
from tests.cli.conftest import HEADER, Command, command
from tests.policy.samples import TINY, only_problem

__all__ = ["command"]

ONE, TWO = "H99010000001", "H99010000002"
SECTION = """
warning:
  execution: {value: none, cite: "Example"}
  seasonal: {value: none, cite: "Example"}
  outliers:
    value: [{indicator: mean_stay, multiple: "1.5", min_cases: 2}]
    cite: "Example"
  point_value_fall: {value: none, cite: "Example"}
  crowding: {value: {band: "0.1", multiple: "1", min_cases: 1}, cite: "Example"}
"""
LEAVES = HEADER + ",psn_no"


def stay(
    name: str, hospital: str, first: int, days: int, *, cost: int = 3000, home: str = "990101", person: str = ""
) -> str:
    """A stay of January; the reference cost of the group is 3,000.00."""
    times = (
        f"2026-01-{first:02d} 08:00:00,2026-01-{first + days:02d} 09:00:00,2026-01-{first + days:02d} 10:00:00,{days}"
    )
    amounts = f"{cost}.00,0,0,0,{cost}.00,{cost - 1000}.00,{cost - 1000}.00,0,1000.00"
    return f"{name},{hospital},01,310,{home},990100,{times},A46.x00,{amounts},{person}"


def settled(folder: Path, text: str, *rows: str) -> tuple[Path, Path]:
    policy, cases, run = folder / "city.yaml", folder / "cases.csv", folder / "run"
    policy.write_text(text, encoding="utf-8")
    cases.write_text("\n".join([LEAVES, *rows]) + "\n", encoding="utf-8")
    settle_to_folder(policy, [cases], "2026-01", run, threads=1)
    return policy, run


@pytest.fixture
def city(tmp_path: Path) -> tuple[Path, Path]:
    """Hospital one: two stays of 2 days; hospital two: two of 6 days, of one person; one more from elsewhere."""
    return settled(
        tmp_path,
        TINY + SECTION,
        stay("A", ONE, 1, 2, cost=2000, person="P1"),
        stay("B", ONE, 2, 2, cost=2000, person="P2", home="990102"),
        stay("C", TWO, 1, 6, cost=4000, person="P3"),
        stay("D", TWO, 21, 6, cost=4000, person="P3"),
        stay("E", TWO, 3, 4, cost=3000, person="P5", home="990201"),
    )


def values(analysis: Analysis, scope: str, key: str = "") -> dict[str, int | None]:
    return dict(next(row.values for row in analysis.scopes if (row.scope, row.key) == (scope, key)))


def test_indicators_by_hand(city: tuple[Path, Path], tmp_path: Path) -> None:
    analysis = analyse_to_folder(*(city[0], [city[1]]), tmp_path / "out")
    whole, one, two = values(analysis, "city"), values(analysis, "hospital", ONE), values(analysis, "hospital", TWO)

    # Of the city: 15,000.00 and 20 days over five stays, all of one group of 300 points.
    assert (whole["mean_cost"], whole["mean_stay"], whole["cmi"], whole["grouping_rate"]) == (
        300_000,
        40_000,
        3_000_000,
        10_000,
    )
    assert (whole["time_index"], whole["cost_index"]) == (10_000, 10_000)
    # Hospital one: 2 of 4 days, 2,000.00 of 3,000.00; hospital two: 16 ÷ 3 of 4 days, 11,000.00 ÷ 3 of 3,000.00.
    assert (one["time_index"], one["cost_index"]) == (5_000, 6_667)
    assert (two["time_index"], two["cost_index"]) == (13_333, 12_222)
    # Recorded 1,000.00 twice, 3,000.00 twice and 2,000.00; the fifth stay, as all, is payable 3,300.00 − 1,000.00.
    assert whole["recorded_over_paid"] == round(10_000 * 10_000 / 11_500)
    assert whole["own_share"] == round(10_000 * 5_000 / 15_000)
    # C is followed by D after 14 days (7 to 21 January).
    assert (whole["readmission_14"], whole["readmission_30"], two["readmission_14"]) == (2_000, 2_000, 3_333)
    assert whole["admission_rate"] is None


def test_a_return_on_the_fifteenth_day_is_none_within_fourteen(tmp_path: Path) -> None:
    rows = stay("C", TWO, 1, 6, person="P3"), stay("D", TWO, 22, 6, person="P3"), stay("N", TWO, 20, 1)
    policy, run = settled(tmp_path, TINY, *rows)

    whole = values(analyse_to_folder(policy, [run], tmp_path / "out"), "city")

    # Two stays whose person is known.
    assert (whole["readmission_14"], whole["readmission_30"]) == (0, 5_000)


def test_admission_rates_by_county(city: tuple[Path, Path], tmp_path: Path) -> None:
    population = tmp_path / "insured.csv"
    population.write_text("insu_admdvs,insured\n990101,100\n990102,50\n990103,25\n", encoding="utf-8")

    analysis = analyse_to_folder(city[0], [city[1]], tmp_path / "out", population=population)

    assert values(analysis, "county", "990101")["admission_rate"] == 300
    assert values(analysis, "county", "990102")["admission_rate"] == 200
    assert values(analysis, "county", "990103")["admission_rate"] == 0
    assert values(analysis, "city")["admission_rate"] == round(10_000 * 4 / 175)


def test_warnings_by_the_policy(city: tuple[Path, Path], tmp_path: Path) -> None:
    analysis = analyse_to_folder(city[0], [city[1]], tmp_path / "out")

    # 16 ÷ 3 days are 1.33 times the city's 4: below 1.5. No stay is near half of 3,000.00.
    assert analysis.warnings == []
    assert analysis.record.warned

    text = city[0].read_text(encoding="utf-8").replace('multiple: "1.5"', 'multiple: "1.3333"')
    city[0].write_text(text, encoding="utf-8")
    again = analyse_to_folder(city[0], [city[1]], tmp_path / "again")

    assert [(row.scope, row.key, row.indicator, row.value, row.limit) for row in again.warnings] == [
        ("hospital", TWO, "mean_stay", "5.3333", "4.0000")
    ]


def test_costs_that_crowd_above_the_threshold(tmp_path: Path) -> None:
    """Half of 3,000.00 is the low threshold: 1,500.00 to 1,799.99 lie above it, 1,200.00 to 1,499.99 below."""
    costs = (1500, 1799, 1800, 1499, 1199)
    policy, run = settled(tmp_path, TINY + SECTION, *(stay(f"S{c}", ONE, 1, 2, cost=c) for c in costs))

    analysis = analyse_to_folder(policy, [run], tmp_path / "out")

    assert [(row.indicator, row.value, row.limit) for row in analysis.warnings] == [("low_crowding", "2", "1")]


def test_flows_and_quarters(city: tuple[Path, Path], tmp_path: Path) -> None:
    analysis = analyse_to_folder(city[0], [city[1]], tmp_path / "out")

    assert analysis.flows == [("in", "990200", 1, 300_000, 230_000)]
    (quarter,) = analysis.quarters
    assert (quarter.quarter, quarter.months, quarter.cases, quarter.payable_fen) == ("2026-Q1", 1, 5, 1_150_000)


def test_the_same_bytes_whatever_the_order(city: tuple[Path, Path], tmp_path: Path) -> None:
    lines = (tmp_path / "cases.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "b").mkdir()
    again = settled(tmp_path / "b", TINY + SECTION, *reversed(lines[1:]))
    analyse_to_folder(city[0], [city[1]], tmp_path / "one")
    analyse_to_folder(again[0], [again[1]], tmp_path / "two")

    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "analysis.html" in names
    for name in names:
        if name != "run.json":
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_the_command(city: tuple[Path, Path], tmp_path: Path, command: Command) -> None:
    out = tmp_path / "out"
    done = command("analyse", "--policy", city[0], "--runs", city[1], "--out", out)
    shown = command("analyse", "--policy", city[0], "--runs", tmp_path, "--out", out, "--overwrite", "--json")

    assert (done.code, shown.code) == (0, 0), shown.err
    assert "2026-01 运行分析,5 例" in done.out
    assert json.loads(shown.out)["scopes"][0]["values"]["mean_cost"] == 300_000
    with (out / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = {(r["scope"], r["key"], r["indicator"]): r["value"] for r in csv.DictReader(file)}
    assert rows["city", "", "mean_cost"] == "3000.00"
    assert rows["city", "", "admission_rate"] == ""


def test_what_cannot_be_analysed(city: tuple[Path, Path], tmp_path: Path) -> None:
    wrong = tmp_path / "insured.csv"
    wrong.write_text("insu_admdvs,insured\n990101,0\n", encoding="utf-8")
    lines = tmp_path / "received.csv"
    lines.write_text(f"{','.join(COLUMNS)}\n990200,990100{',' * (len(COLUMNS) - 2)}\n", encoding="utf-8")
    other = tmp_path / "february"
    shutil.copytree(city[1], other)
    record = json.loads((other / "run.json").read_text(encoding="utf-8"))
    record |= {"month": "2026-02", "tables": {**record["tables"], "sha256": "0" * 64}}
    (other / "run.json").write_text(json.dumps(record), encoding="utf-8")

    with pytest.raises(UsageError, match="are of one month"):
        analyse_to_folder(city[0], [city[1], city[1]], tmp_path / "out")
    with pytest.raises(UsageError, match=r"insured\.csv, row 1: insured"):
        analyse_to_folder(city[0], [city[1]], tmp_path / "out", population=wrong)
    with pytest.raises(UsageError, match=r"received\.csv, row 1, month .*: a required field is empty"):
        analyse_to_folder(city[0], [city[1]], tmp_path / "out", received=[lines])
    with pytest.raises(UsageError, match="settled under the policy demo_tiny, not demo_city"):
        analyse_to_folder("demo_city", [city[1]], tmp_path / "out")
    with pytest.raises(UsageError, match="february was grouped by another catalogue than 2026-01"):
        analyse_to_folder(city[0], [city[1], other], tmp_path / "out")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("seasonal: {value: none", 'seasonal: {value: ["1"]', "at least 12|twelve shares"),
        ("execution: {value: none", 'execution: {value: {yellow: "1.1", red: "1.1"}', "red must be above yellow"),
        ('multiple: "1.5", min_cases: 2}', 'multiple: "1.5", min_cases: 2}, {indicator: mean_stay, multiple: "2", min_cases: 1}',
         "an indicator stands twice"),
    ],
)  # fmt: skip
def test_sections_that_make_no_sense(old: str, new: str, words: str) -> None:
    import re

    assert re.search(words, only_problem(TINY + SECTION.replace(old, new)).in_language("en"))
