"""``drgdip prepay``: who may, how much, and how it is offset; by hand (settlement arithmetic 4.4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from drgdip.ledger import SqliteStore, approve
from drgdip.policy import load_policy
from tests.cli.conftest import Command, Ended, told_once
from tests.policy.samples import TINY
from tests.year.city import H1, H2
from tests.year.conftest import Write
from tests.year.policy_text import PREPAYMENT, YEAR, year_policy
from tests.year.test_clear_command import lines_of

POLICY = year_policy(text=TINY + PREPAYMENT + YEAR)
MONTHLY = (('offset: {value: clearing', 'offset: {value: instalment'), ("instalments: {value: 1", "instalments: {value: 3"))  # fmt: skip


@pytest.fixture
def history(write: Write) -> Path:
    """H1: 108, 120, 132 million, as in V65; 99 million are too old. H2: one year only."""
    rows = [f"{H1},310,{year},{million}000000" for year, million in ((2022, 99), (2023, 108), (2024, 120), (2025, 132))]
    return write("history", "fixmedins_code,pool,year,fund_yuan", *rows, f"{H2},310,2025,100.00", f"{H2},390,2025,1")


@pytest.fixture
def prepay(command: Command, tmp_path: Path, history: Path, write: Write) -> Callable[..., Ended]:
    def run(balance: str, *more: object, policy: str = POLICY) -> Ended:
        file = tmp_path / "city.yaml"
        file.write_text(policy, encoding="utf-8")
        balances = write("balances", "pool,balance_months,year_result_yuan,rolling_deficit", *balance.split())
        given = ("--policy", file, "--year", "2026", "--history", history, "--balances", balances)
        return command("prepay", *given, "--out", tmp_path / "out", *more)

    return run


def test_the_mean_month_is_advanced(prepay, tmp_path: Path) -> None:
    assert prepay("310,12,0,no").code == 0
    rows = {row["fixmedins_code"]: row for row in lines_of(tmp_path / "out" / "prepayments.csv")}

    assert (rows[H1]["years"], rows[H1]["monthly_mean_yuan"], rows[H1]["amount_yuan"]) == (
        "3", "10000000.00", "10000000.00",
    )  # fmt: skip
    assert rows[H2]["amount_yuan"] == "8.33"
    assert {row["pool"] for row in rows.values()} == {"310"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"prepayments.csv", "pools.csv", "run.json"}


def test_a_prepayment_is_a_trial_until_two_have_approved(prepay, tmp_path: Path) -> None:
    trial = prepay("310,12,0,no")
    store = tmp_path / "runs.db"
    for person in ("甲", "乙"):
        approve(SqliteStore(store), load_policy(tmp_path / "city.yaml"), person)
    official = prepay("310,12,0,no", "--store", store, "--overwrite")

    assert [("试算" in ended.out, "正式" in ended.out) for ended in (trial, official)] == [(True, False), (False, True)]
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["approval"]["official"]


@pytest.mark.parametrize("balance", ["310,11.9999,5000000,no", "310,12,-0.01,no", "310,12,0,yes"])
def test_a_pool_that_may_not_prepays_nothing(prepay, tmp_path: Path, balance: str) -> None:
    ended = prepay(balance)

    assert ended.code == 0
    assert "不具备预付条件" in ended.out
    assert lines_of(tmp_path / "out" / "prepayments.csv") == []
    assert lines_of(tmp_path / "out" / "pools.csv")[0]["eligible"] == "no"


def test_instalments_are_deductions_of_their_months(prepay, tmp_path: Path) -> None:
    """8.33 in three parts: 2.78, 2.78, 2.77; each file is one that ``settle --deductions`` takes."""
    assert prepay("310,12,0,no", policy=year_policy(*MONTHLY, text=POLICY)).code == 0
    files = sorted((tmp_path / "out").glob("offsets-*.csv"))
    own = [line for file in files for line in lines_of(file) if line["fixmedins_code"] == H2]

    assert [file.name for file in files] == [f"offsets-2026-0{month}.csv" for month in (1, 2, 3)]
    assert [line["amount_yuan"] for line in own] == ["2.78", "2.78", "2.77"]
    assert {line["deduction_type"] for line in own} == {"30"}
    assert own[0]["item_id"] == f"PRE-2026-01-{H2}-310"


def test_a_score_adjusts_where_the_policy_says_so(prepay, write: Write, tmp_path: Path) -> None:
    policy = year_policy(
        ("coefficient: {value: none", 'coefficient: {value: {steps: [{from: "90", coefficient: "1"}, {from: "0", coefficient: "0.9"}]}'),
        text=POLICY,
    )  # fmt: skip
    scores = write("scores", "fixmedins_code,score", f"{H1},89.9999", f"{H2},90")
    assert f"{H1} 的考核分" in told_once(prepay("310,12,0,no", policy=policy))[0]
    assert prepay("310,12,0,no", "--scores", scores, policy=policy).code == 0

    rows = {row["fixmedins_code"]: row["amount_yuan"] for row in lines_of(tmp_path / "out" / "prepayments.csv")}
    assert rows == {H1: "9000000.00", H2: "8.33"}


@pytest.mark.parametrize(
    ("balance", "words"),
    [("390,12,0,no", "缺少基金池 310"), ("310,x,0,no", "第 1 行的 balance_months"), ("310,12,0,maybe", "yes 或 no"),
     ("310,12,0,no 310,12,0,no", "重复"), ("311,12,0,no", "第 1 行的 pool")],
)  # fmt: skip
def test_a_balance_in_doubt_is_refused(prepay, balance: str, words: str, tmp_path: Path) -> None:
    ended = prepay(balance)

    assert ended.code == 2
    assert words in told_once(ended)[0]
    assert not (tmp_path / "out").exists()


def test_a_policy_without_the_section_prepays_nothing(prepay) -> None:
    ended = prepay("310,12,0,no", policy=TINY)

    assert ended.code == 3
    assert "没有 prepayment 一节" in told_once(ended)[0]


def test_only_a_prepayment_is_replaced(prepay, tmp_path: Path) -> None:
    assert prepay("310,12,0,no").code == 0
    assert prepay("310,12,0,no").code == 2
    assert prepay("310,12,0,no", "--overwrite").code == 0
    (tmp_path / "out" / "notes.txt").write_text("x", "utf-8")
    assert "notes.txt" in told_once(prepay("310,12,0,no", "--overwrite"))[0]


def test_the_example_policy_prepays(command: Command, history: Path, write: Write, tmp_path: Path) -> None:
    balances = write("balances", "pool,balance_months,year_result_yuan,rolling_deficit", "310,14.2,1,no", "390,5,1,no")
    given = ("--policy", "demo_city", "--year", "2026", "--history", history, "--balances", balances)
    ended = command("prepay", *given, "--out", tmp_path / "out", "--json")

    assert ended.code == 0
    assert [row["eligible"] for row in lines_of(tmp_path / "out" / "pools.csv")] == ["yes", "no"]
