"""Marks, the day a value was last confirmed, and values that are unknown."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import drgdip
from drgdip.base.errors import PolicyError
from drgdip.cli.policy import policy
from drgdip.policy import PolicyFileError
from tests.policy.samples import edited, low_entries, low_entry, only_problem, parse

FACTOR = 'ungrouped_factor: {value: "0.7", cite: "Example"}'
POINT_VALUE = 'opening_point_value: {value: "10", cite: "Example"}'
MAY = date(2026, 5, 15)


def marked(more: str) -> str:
    return edited((FACTOR, FACTOR[:-1] + more + "}"))


@pytest.mark.parametrize(
    ("status", "in_doubt"),
    [("sourced", False), ("derived", False), ("unverified", True), ("memory", True), ("disputed", True)],
)
def test_every_mark_is_kept_and_only_doubts_are_shown_with_results(status: str, in_doubt: bool) -> None:
    read = parse(marked(f", status: {status}, confirmed: 2026-02-28"))
    (row,) = [row for row in read.describe(MAY) if row.key == "grouping.ungrouped_factor"]

    assert (row.status, row.confirmed, row.in_doubt) == (status, "2026-02-28", in_doubt)
    assert read.doubts(MAY, MAY) == ({row.key: status} if in_doubt else {})


@pytest.mark.parametrize("written", ['"2026-02-28"', "true", "2026-02-30", "yesterday"])
def test_confirmed_is_a_date(written: str) -> None:
    problem = only_problem(marked(f", confirmed: {written}"))

    assert problem.path == "grouping.ungrouped_factor.confirmed"


def test_doubts_are_those_of_the_days_asked_for() -> None:
    """An entry that ended the day before, or begins the day after, has no part in a month."""
    read = parse(low_entries(low_entry("2026-01-01", "2026-03-31", more=", status: memory"),
                             low_entry("2026-04-01", "2026-12-31", "0.4")))  # fmt: skip

    assert read.doubts(date(2026, 3, 31), date(2026, 4, 30)) == {"deviation.low": "memory"}
    assert read.doubts(date(2026, 4, 1), date(2026, 4, 30)) == {}
    assert read.doubts(date(2026, 1, 1), date(2026, 1, 31), ("deviation.",)) == {}


def test_show_prints_marks_and_the_day_of_confirmation(tmp_path: Path) -> None:
    file = tmp_path / "city.yaml"
    file.write_text(marked(", status: derived, confirmed: 2026-02-28"), encoding="utf-8")

    shown = CliRunner().invoke(policy, ["show", str(file)]).output
    rows = json.loads(CliRunner().invoke(policy, ["show", str(file), "--json"]).output)["values"]

    assert "[推导得出 · 核对日期 2026-02-28]" in shown
    assert {row["confirmed"] for row in rows if row["key"] == "grouping.ungrouped_factor"} == {"2026-02-28"}


# --- unknown -------------------------------------------------------------------------------------


def unknown() -> str:
    return edited((POINT_VALUE, POINT_VALUE.replace('"10"', "unknown")))


def test_an_unknown_value_loads_and_is_refused_by_name_when_it_is_needed() -> None:
    read = parse(unknown())

    assert [(row.key, row.unknown) for row in read.unknown(MAY)] == [("pools.310.opening_point_value", True)]
    assert read.grouping_on(MAY).ungrouped_factor_e4 == 7000
    with pytest.raises(PolicyError, match=r"unknown for pools\.310\.opening_point_value") as caught:
        read.on(MAY)
    assert "policy check" in caught.value.advice.en


def test_known_days_of_a_policy_stay_usable() -> None:
    """Unknown from April on: March is settled, April refused."""
    read = parse(low_entries(low_entry("2026-01-01", "2026-03-31"),
                             '{from: 2026-04-01, to: 2026-12-31, value: unknown, cite: "not yet published"}'))  # fmt: skip

    assert read.on(date(2026, 3, 31)).deviation.low is not None
    with pytest.raises(PolicyError, match=r"deviation\.low"):
        read.on(date(2026, 4, 1))
    assert len(read.distinct_values()) == 1


def test_unknown_must_be_cited_and_only_stands_for_a_whole_value() -> None:
    uncited = only_problem(edited((POINT_VALUE, "opening_point_value: {value: unknown}")))
    inside = only_problem(edited(('tertiary: "1.1"', "tertiary: unknown")))

    assert "cite is missing" in uncited.words.en
    assert inside.path == "k.base.value.tertiary"


def test_settle_refuses_it_and_check_lists_it(tmp_path: Path) -> None:
    file = tmp_path / "city.yaml"
    file.write_text(unknown(), encoding="utf-8")

    with pytest.raises(PolicyError, match=r"pools\.310\.opening_point_value"):
        drgdip.settle_month(file, "examples/cases.csv", "2026-01")
    result = CliRunner().invoke(policy, ["check", str(file), "--lang", "en"])
    assert isinstance(result.exception, PolicyFileError)
    assert result.exception.exit_code == 3
    (line,) = result.output.splitlines()
    assert line.startswith("city.yaml:")
    assert "pools.310.opening_point_value: the value is unknown" in line


def test_an_unknown_value_still_lets_others_be_checked_against_each_other() -> None:
    text = unknown().replace("pooled_fund: {value: hifp_pay", "pooled_fund: {value: maf_pay", 1)

    assert only_problem(text).path == "pools.310.pooled_fund.value"


def test_results_name_the_values_in_doubt_that_they_used(tmp_path: Path) -> None:
    """Report and workbook name what is in doubt; a mark of the section year has no part in a month."""
    from openpyxl import load_workbook

    file = tmp_path / "city.yaml"
    file.write_text(marked(", status: unverified"), encoding="utf-8")
    drgdip.settle_to_folder(file, ["examples/cases.csv"], "2026-01", tmp_path / "run")

    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "未核实原文: grouping.ungrouped_factor" in page
    basis = load_workbook(tmp_path / "run" / "statement.xlsx")["结算依据 Basis"]
    assert [row[2].value for row in basis if row[0].value == "存疑或未核实的取值"] == [
        "grouping.ungrouped_factor · 未核实原文 unverified against the text"
    ]
