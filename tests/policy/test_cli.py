"""drgdip policy list | show | check."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drgdip.base.errors import PolicyError
from drgdip.cli.policy import policy
from drgdip.policy import PolicyFileError
from tests.policy.samples import TINY, edited


def run(*arguments: str) -> Result:
    return CliRunner().invoke(policy, arguments)


def test_list() -> None:
    result = run("list")
    assert result.exit_code == 0
    assert "demo_city 2026.1 [虚构]" in result.output
    assert {"demo_city", "demo_tiny", "jining"} <= {entry["name"] for entry in json.loads(run("list", "--json").output)}


def test_show_makes_marks_visible() -> None:
    result = run("show", "demo_city")
    assert result.exit_code == 0
    assert "[存疑" in result.output
    english = run("show", "demo_city", "--lang", "en").output
    assert "[disputed: texts disagree]" in english
    assert "[from general knowledge, no text]" in english


def test_show_on_a_day_keeps_what_holds() -> None:
    assert run("show", "demo_city").output.count("H99010000020.sanction") == 3
    result = run("show", "demo_city", "--on", "2026-05-01")
    assert result.output.count("k.bonuses.H99010000020.sanction = -0.05") == 1
    assert "2026-04-01 – 2026-06-30" in result.output


def test_show_json() -> None:
    shown = json.loads(run("show", "demo_tiny", "--on", "2026-05-01", "--json").output)
    assert shown["tables"] == {"scheme": "dip", "edition": "demo"}
    low = next(value for value in shown["values"] if value["key"] == "deviation.low")
    assert low == {
        "key": "deviation.low",
        "value": "threshold: 0.5; inclusive: false; formula: ratio",
        "from": "2026-01-01",
        "to": "2026-12-31",
        "cite": "Example",
        "status": "",
        "note": "",
        "confirmed": "",
    }


BASIS = 'basis_date: {value: discharge, cite: "Example"}'


def test_a_value_is_not_confirmed_on_a_day_to_come(tmp_path: Path) -> None:
    """Told by the commands alone: what a policy gives must not depend on the clock."""
    file = tmp_path / "city.yaml"
    today = date.today()
    for day, told in ((today, False), (today + timedelta(days=1), True)):
        file.write_text(edited((BASIS, f"{BASIS[:-1]}, confirmed: {day}}}")), encoding="utf-8")
        for command in ("check", "show"):
            result = run(command, str(file), "--lang", "en")
            assert result.exit_code == 0
            assert (f"basis_date: confirmed on {day}, which is after today" in result.output) == told
            assert [one["path"] for one in json.loads(run(command, str(file), "--json").output)["warnings"]] == [
                "basis_date"] * told  # fmt: skip


@pytest.mark.parametrize("arguments", [("demo_city", "--on", "2027-01-01"), ("nowhere",)])
def test_show_passes_faults_on(arguments: tuple[str, ...]) -> None:
    result = run("show", *arguments)
    assert isinstance(result.exception, PolicyError)


def test_show_refuses_a_day_that_is_none() -> None:
    assert run("show", "demo_city", "--on", "2026-13-01").exit_code == 2


def test_check_a_good_file(tmp_path: Path) -> None:
    file = tmp_path / "city.yaml"
    file.write_text(TINY, encoding="utf-8")
    result = run("check", str(file))
    assert result.exit_code == 0
    assert "有效" in result.output
    assert json.loads(run("check", str(file), "--json").output)["valid"] is True


def test_check_shows_warnings(tmp_path: Path) -> None:
    file = tmp_path / "city.yaml"
    file.write_text(edited(('retention: {value: "0.05"', 'retention: {value: "0.1"')), encoding="utf-8")
    assert "第二十六条" in run("check", str(file)).output
    assert json.loads(run("check", str(file), "--json").output)["warnings"][0]["path"] == "month.retention.value"


def test_check_lists_every_problem(tmp_path: Path) -> None:
    file = tmp_path / "city.yaml"
    file.write_text(edited(('"0.7"', "0.7"), ('"0.05"', "0.05")), encoding="utf-8")
    result = run("check", str(file), "--lang", "en")
    assert isinstance(result.exception, PolicyFileError)
    assert result.exception.exit_code == 3
    lines = result.output.splitlines()
    assert [line.split()[1] for line in lines] == ["grouping.ungrouped_factor.value:", "month.retention.value:"]
    assert all(line.startswith("city.yaml:") for line in lines)
    told = json.loads(run("check", str(file), "--json").output)
    assert [problem["path"] for problem in told["problems"]] == [
        "grouping.ungrouped_factor.value",
        "month.retention.value",
    ]
    assert told["valid"] is False
