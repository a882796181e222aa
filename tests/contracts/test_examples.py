"""The examples run, and give what their own words say was calculated by hand."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

from tests.contracts.source import ROOT

EXAMPLES = ROOT / "examples"


def run(name: str, given: str = "") -> str:
    command = [sys.executable, str(EXAMPLES / name)]
    result = subprocess.run(
        command, cwd=ROOT, input=given, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def cases() -> list[dict[str, str]]:
    with (EXAMPLES / "cases.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_example_is_tested_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")

    assert [path.name for path in EXAMPLES.glob("*.py") if f'"{path.name}"' not in text] == []


def test_a_settled_month_gives_what_it_says() -> None:
    text = (EXAMPLES / "settle_month.py").read_text(encoding="utf-8")
    output = run("settle_month.py")
    said = re.findall(r"^    (EX0[1-6]) .* ([\d.]+\.\d\d)$", text, re.MULTILINE)
    given = re.findall(r"^(EX0[1-6]) .* ([\d.]+) yuan$", output, re.MULTILINE)

    assert len(said) == 6
    assert given == said
    assert "EX07 fund_pay_sumamt" in output


def test_an_explained_case_shows_its_arithmetic() -> None:
    output = run("explain_one_case.py")

    assert re.search(r"points_e4\]: .*= 750\.0000", output)
    assert re.search(r"\[payable_fen\]: .*= 3500\.00 yuan", output)
    assert "dip_code=K35.3 " in output
    assert "key=fund_identity_broken" in output


def test_compared_policies_differ_by_what_it_says() -> None:
    rows = [line.split() for line in run("compare_policies.py").splitlines()[1:]]

    assert {(hospital, pool): int(more) for hospital, pool, *_, more in rows if more != "0"} == {
        ("H99010000001", "310"): 95_000
    }


def test_a_service_answers_every_line_in_order() -> None:
    rows = cases()
    lines = [*(json.dumps(row) for row in rows), "not JSON", "[1]", json.dumps(rows[0]), "[" * 100_000]
    answers = [json.loads(line) for line in run("service_loop.py", "\n".join(lines) + "\n").splitlines()]

    assert [entry.get("status", "error") for entry in answers] == [
        *["priced"] * 6, "set_aside", "error", "error", "priced", "error",
    ]  # fmt: skip
    assert [entry["columns"]["payable_yuan"] for entry in answers[:6]] == [
        "7500.00", "850.00", "3500.00", "900.00", "1100.00", "5600.00",
    ]  # fmt: skip
    assert answers[6]["findings"][0]["key"] == "fund_identity_broken"
    assert "mapping" in answers[8]["error"]["fact"]


def test_a_stage_of_ones_own_shows_what_it_says() -> None:
    output = run("own_stage.py")

    assert re.search(r"^EX01 +-100000 fen$", output, re.MULTILINE)
    assert "Margin: worth less cost = -1000.00 yuan" in output
