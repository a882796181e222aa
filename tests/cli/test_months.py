"""Month after month at the command line: what is carried, and runs that cannot be an earlier month."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import HOSPITAL, Command, Ended, stay, told_once, write_stays
from tests.policy.samples import edited


@pytest.fixture
def month(command: Command, tmp_path: Path):
    """Settle one stay of a month (2,185.00 due, see ``stay``)."""

    def settle(name: str, *more: object, policy: object = "demo_tiny", out: str = "") -> Ended:
        cases = write_stays(tmp_path / f"{name}.csv", stay(name))
        return command(
            "settle", "--policy", policy, "--cases", cases, "--month", name, "--out", tmp_path / (out or name), *more
        )

    return settle


@pytest.fixture
def deductions(tmp_path: Path) -> Path:
    """One open item of 3,000.00."""
    path = tmp_path / "deductions.csv"
    path.write_text(
        f"item_id,fixmedins_code,pool,deduction_type,date,amount_yuan\nD1,{HOSPITAL},310,10,2026-01-05,3000.00\n",
        encoding="utf-8",
    )
    return path


def column(folder: Path, name: str, file: str = "statement.csv") -> list[str]:
    with (folder / file).open(encoding="utf-8", newline="") as source:
        return [row[name] for row in csv.DictReader(source)]


def test_a_deduction_goes_through_the_months(month, tmp_path: Path, deductions: Path) -> None:
    """3,000.00 = 2,185.00 of January + 815.00 of February, which pays 1,370.00; March pays all."""
    assert month("2026-01", "--deductions", deductions).code == 0
    assert column(tmp_path / "2026-01", "paid_yuan") == ["0.00"]
    assert column(tmp_path / "2026-01", "carried_yuan", "deductions.csv") == ["815.00"]
    assert month("2026-02", "--prior", tmp_path / "2026-01").code == 0
    assert column(tmp_path / "2026-02", "audit_deduction_yuan") == ["815.00"]
    assert column(tmp_path / "2026-02", "paid_yuan") == ["1370.00"]
    assert month("2026-03", "--prior", tmp_path / "2026-02", "--prior", tmp_path / "2026-01").code == 0
    assert column(tmp_path / "2026-03", "paid_yuan") == ["2185.00"]


def test_a_list_handed_in_again_deducts_nothing_again(month, tmp_path: Path, deductions: Path) -> None:
    month("2026-01", "--deductions", deductions)
    ended = month("2026-02", "--prior", tmp_path / "2026-01", "--deductions", deductions)
    assert "duplicate_deduction" in ended.out
    assert column(tmp_path / "2026-02", "paid_yuan") == ["1370.00"]
    month("2026-03", "--prior", tmp_path / "2026-02", "--deductions", deductions)
    assert column(tmp_path / "2026-03", "paid_yuan") == ["2185.00"]


def test_a_month_without_stays_hands_on_what_it_was_handed(month, command: Command, tmp_path: Path, deductions) -> None:
    month("2026-01", "--deductions", deductions)
    ended = command(
        "settle", "--policy", "demo_tiny", "--cases", tmp_path / "2026-01.csv", "--month", "2026-02",
        "--out", tmp_path / "2026-02", "--prior", tmp_path / "2026-01",
    )  # fmt: skip
    assert ended.code == 0
    assert column(tmp_path / "2026-02", "carried_yuan", "deductions.csv") == ["815.00"]
    month("2026-03", "--prior", tmp_path / "2026-01", "--prior", tmp_path / "2026-02")
    assert column(tmp_path / "2026-03", "paid_yuan") == ["1370.00"]


def test_a_month_with_no_stay_at_all_is_settled(command: Command, tmp_path: Path, january: Path) -> None:
    out = tmp_path / "out"
    ended = command("settle", "--policy", "demo_tiny", "--cases", january, "--month", "2026-02", "--out", out)
    assert ended.code == 0
    assert "other_period" in ended.out
    assert column(out, "paid_yuan") == []


def test_a_cumulative_month_says_what_it_does_not_know(month, tmp_path: Path) -> None:
    policy = tmp_path / "city.yaml"
    policy.write_text(edited(("point_value: {value: fixed_opening", "point_value: {value: cumulative")), "utf-8")
    assert month("2026-01", policy=policy).code == 0
    assert "prior_month_missing" in month("2026-02", policy=policy).out
    findings = zip(*(column(tmp_path / "2026-02", name, "findings.csv") for name in ("reason", "value")), strict=True)
    assert [value for reason, value in findings if reason == "prior_month_missing"] == ["2026-01"]
    ended = month("2026-02", "--prior", tmp_path / "2026-01", policy=policy, out="with")
    assert "prior_month_missing" not in ended.out


@pytest.mark.parametrize(
    ("months", "words"),
    [
        (("2026-02",), "是 2026-02 的结果,不早于本次的 2026-02"),
        (("2026-03",), "是 2026-03 的结果,不早于本次的 2026-02"),
        (("2026-01", "2026-01"), "同为 2026-01 的结果"),
    ],
)
def test_a_month_that_cannot_be_earlier_is_refused(month, tmp_path: Path, months: tuple[str, ...], words: str) -> None:
    for name in set(months):
        assert month(name).code == 0
    ended = month("2026-02", *[option for name in months for option in ("--prior", tmp_path / name)], out="out")
    assert ended.code == 2
    assert words in told_once(ended)[0]
    assert not (tmp_path / "out").exists()


def test_a_month_under_another_policy_is_refused(month, tmp_path: Path) -> None:
    policy = tmp_path / "town.yaml"
    policy.write_text(edited(("name: demo_tiny", "name: town")), encoding="utf-8")
    assert month("2026-01", policy=policy).code == 0
    ended = month("2026-02", "--prior", tmp_path / "2026-01")
    assert ended.code == 2
    assert "按政策 town 而不是 demo_tiny 结算" in told_once(ended)[0]


@pytest.mark.parametrize("name", ["run.json", "statement.csv", "deductions.csv"])
@pytest.mark.parametrize("damage", ["cut", "edited", "gone"])
def test_a_damaged_month_is_refused(month, tmp_path: Path, deductions: Path, name: str, damage: str) -> None:
    month("2026-01", "--deductions", deductions)
    file = tmp_path / "2026-01" / name
    content = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(content[: len(content) // 2] if damage == "cut" else content.replace(b"2", b"x"))
    ended = month("2026-02", "--prior", tmp_path / "2026-01")
    assert ended.code == 2
    assert str(file if (name, damage) != ("run.json", "gone") else file.parent) in told_once(ended)[0]
    assert not (tmp_path / "2026-02").exists()


def test_the_earlier_month_is_not_replaced_by_the_one_that_reads_it(month, tmp_path: Path) -> None:
    month("2026-01")
    before = {path.name: path.read_bytes() for path in (tmp_path / "2026-01").iterdir()}
    ended = month("2026-02", "--prior", tmp_path / "2026-01", "--overwrite", out="2026-01")
    assert ended.code == 2
    assert "本次要读取的 2026-01" in told_once(ended)[0]
    assert {path.name: path.read_bytes() for path in (tmp_path / "2026-01").iterdir()} == before


def test_a_result_may_be_moved(month, tmp_path: Path, command: Command) -> None:
    month("2026-01")
    moved = shutil.move(tmp_path / "2026-01", tmp_path / "archive")
    assert month("2026-02", "--prior", moved).code == 0
    assert command("explain", "--run", moved, "S1").code == 0
