"""``drgdip special``: candidates, committee list, publication."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import Command, command, told_once
from tests.special_cases.sample import H2, City, application, decision, special_policy, stay, write_applications

__all__ = ["command"]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Four discharges and one place; B (4×) has it, C (3×) waits."""
    city = City(tmp_path, special_policy(('"0.5", cite', '"0.4", cite')))
    rows = [stay("2026-01", "A"), stay("2026-01", "B", 12000, 4000), stay("2026-01", "C", 9000, 2000, H2)]
    given = [decision("D1", "B", "by_item", allowed_yuan="11000"), decision("D2", "C", "adjusted", factor="1.8")]
    city.settle("2026-01", [*rows, stay("2026-01", "D")], given, [application("A1", "B")])
    return city.run("2026-01")


def test_candidates(command: Command, run: Path) -> None:
    ended = command("special", "candidates", "--run", run, "--json")
    found = json.loads(ended.out)

    assert found["places"] == {"region": {"total": 1, "used": 1}}
    assert [(one["rank"], one["setl_id"], one["standing"], one["cost_ratio"]) for one in found["stays"]] == [
        (1, "B", "in_force", "4.0000"), (2, "C", "waiting", "3.0000"),
    ]  # fmt: skip


def test_the_committee_list(command: Command, run: Path, tmp_path: Path) -> None:
    given = write_applications(tmp_path / "given.csv", [application("A2", "C", hospital=H2), application("A3", "X")])
    out = tmp_path / "committee.xlsx"
    ended = command("special", "list", "--run", run, "--applications", given, "-o", out, "--anonymous", "--lang", "en")
    sheet = load_workbook(out).active
    names = [cell.value for cell in sheet[2]]
    row = dict(zip(names, [cell.value for cell in sheet[3]], strict=True))

    assert (ended.code, sheet.max_row) == (0, 3)
    assert "A3" in ended.out
    assert (row["setl_id"], row["fixmedins_code"], row["medfee_sumamt"], row["exit_rea"]) == (
        "C",
        "机构1",
        9000,
        "危重",
    )
    assert {"outcome", "allowed_yuan", "reviewers"} <= set(names)
    assert "beyond the quota" in row["findings"]
    assert told_once(command("special", "list", "--run", run, "-o", out, "--lang", "en"))[0].endswith("exists already.")


def test_publication(command: Command, run: Path, tmp_path: Path) -> None:
    """One of four discharges; 7,000 of 2,300 + 7,000 + 4,600 + 2,300 = 16,200; 1,100 more than the 5,900 without review."""
    ended = command("special", "publish", "--runs", run.parent, "-o", tmp_path / "p.csv", "--json")
    found = json.loads(ended.out)

    assert (found["applications"], found["approvals"], found["waiting"], found["case_share"]) == (2, 1, 1, "0.2500")
    assert (found["paid_yuan"], found["fund_yuan"], found["fund_share"]) == ("7000.00", "16200.00", "0.4321")
    assert (found["settled_yuan"], found["added_yuan"]) == ("11000.00", "1100.00")
    assert "7000.00" in (tmp_path / "p.csv").read_text(encoding="utf-8")
