"""``drgdip clear``: from twelve months to the final payment, by hand (see ``city``)."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from drgdip import clear_year, load_policy
from drgdip.base.errors import PolicyError, UsageError
from drgdip.statement.year import YEAR_FILES
from tests.cli.conftest import Command, Ended, told_once
from tests.year.city import H1, H2, H3, MONTHS, POLICY, settle, settle_year, stay, stays
from tests.year.conftest import Write


@pytest.fixture
def clear(command: Command, policy: Path, runs: Path, scores: Path, tmp_path: Path) -> Callable[..., Ended]:
    def run(*more: object, runs: Path = runs, out: str = "out", policy: object = policy) -> Ended:
        given = ("--policy", policy, "--year", "2026", "--runs", runs, "--out", tmp_path / out)
        return command("clear", *given, "--scores", scores, *more)

    return run


def lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(path: Path) -> dict[tuple[str, str], dict[str, str]]:
    return {(row["fixmedins_code"], row["pool"]): row for row in lines_of(path)}


def amounts(row: dict[str, str], *names: str) -> list[str]:
    return [row[f"{name}_yuan"] for name in names]


def test_a_year_by_hand(clear, tmp_path: Path, prepayments: Path) -> None:
    """H1: 3,960 × 10 × 0.8 − 500 = 31,180; recorded 33,100, q 1.0616: 31,180 + 0.7 × 1,920 = 32,524. It has 33,840, an
    offset of 1,000 and 2,000 outstanding: −4,316. H2: 63,360 against 48,000, q 0.7576: 48,000, by item 2,000. It has
    54,140 and 200 deducted; of 2,860 withheld a score of 85 forfeits 5 %, 143: −4,483.
    """
    ended = clear("--prepayments", prepayments)
    rows = table(tmp_path / "out" / "year.csv")

    assert ended.code == 0, ended
    assert set(rows) == {(H1, "310"), (H2, "310"), (H1, "390"), (H3, "390")}
    first, second = rows[H1, "310"], rows[H2, "310"]
    assert (first["points"], first["point_value"], first["ratio"], first["rule"]) == (
        "3960.0000", "10.0000", "1.0616", "dip_plus",
    )  # fmt: skip
    assert amounts(first, "before", "audit_deductions", "dip", "recorded", "claimed", "clearing") == [
        "31680.00", "500.00", "31180.00", "33100.00", "32524.00", "32524.00",
    ]  # fmt: skip
    assert amounts(first, "paid", "prepayment_offset", "prepayment_outstanding", "forfeited", "final") == [
        "33840.00", "1000.00", "2000.00", "0.00", "-4316.00",
    ]  # fmt: skip
    assert amounts(second, "before", "dip", "recorded", "claimed", "by_item", "clearing") == [
        "63360.00", "63360.00", "48000.00", "48000.00", "2000.00", "50000.00",
    ]  # fmt: skip
    assert amounts(second, "withheld", "forfeited", "paid", "other_deductions", "final") == [
        "2860.00", "143.00", "54140.00", "200.00", "-4483.00",
    ]  # fmt: skip
    assert (second["score"], second["release_factor"], second["direction"]) == ("85.0000", "0.9500", "recover")


def test_a_pool_without_budget_is_as_its_months(clear, tmp_path: Path) -> None:
    """H1: 1,970 less 1,871.50 paid. H3: 660 over two months, of which 602 was paid: the negative month cancels out."""
    assert clear().code == 0
    rows = table(tmp_path / "out" / "year.csv")

    assert amounts(rows[H1, "390"], "clearing", "paid", "final") == ["1970.00", "1871.50", "98.50"]
    assert amounts(rows[H3, "390"], "clearing", "paid", "other_deductions", "final") == [
        "660.00", "602.00", "0.00", "58.00",
    ]  # fmt: skip
    assert {rows[key]["rule"] for key in ((H1, "390"), (H3, "390"))} == {"months"}


def test_the_fund_is_accounted_for_to_the_fen(clear, tmp_path: Path) -> None:
    """97,040 = 82,524 cleared + 500 deducted + 15,360 of surplus returned − 1,344 of overspend shared + 0 undistributed."""
    assert clear().code == 0
    (pool,) = lines_of(tmp_path / "out" / "pools.csv")
    proof = {line["id"]: line for line in lines_of(tmp_path / "out" / "proof.csv")}

    assert amounts(pool, "fund", "clearing", "audit_deductions", "returned", "sharing", "undistributed", "left") == [
        "97040.00", "82524.00", "500.00", "15360.00", "1344.00", "0.00", "14516.00",
    ]  # fmt: skip
    assert set(proof) == {"cases", "points", "months_payable", "fund_310", "limit_310", "retention", "paid", "payments"}
    assert {line["holds"] for line in proof.values()} == {"yes"}
    assert (proof["fund_310"]["left"], proof["cases"]["left"]) == ("97040.00", "40")


def test_the_files(clear, tmp_path: Path, runs: Path, policy: Path) -> None:
    assert clear().code == 0
    out = tmp_path / "out"
    record = json.loads((out / "run.json").read_text("utf-8"))

    assert {path.name for path in out.iterdir()} == YEAR_FILES - {"differences.csv"}
    assert list(record["months"]) == MONTHS
    assert record["point_values"] == {"310": "10.0000"}
    assert record["standing"]["marks"] == {"year.bands": "memory"}
    book = load_workbook(out / "year.xlsx", read_only=True)
    assert book.sheetnames[:2] == ["年终清算 Clearing", "基金池 Pools"]
    page = (out / "year.html").read_text("utf-8")
    assert "DIP 年终清算报告" in page
    assert "-4,483.00" in page
    assert "断崖" in page


def test_the_same_bytes_again_and_in_english(clear, tmp_path: Path) -> None:
    assert clear().code == clear(out="again").code == clear("--lang", "en", out="english").code == 0
    for name in YEAR_FILES - {"run.json", "differences.csv"}:
        first = (tmp_path / "out" / name).read_bytes()
        assert (tmp_path / "again" / name).read_bytes() == first, name
        if name != "year.html":
            assert (tmp_path / "english" / name).read_bytes() == first, name
    assert "DIP annual clearing" in (tmp_path / "english" / "year.html").read_text("utf-8")


def test_from_python(clear, policy: Path, runs: Path, tmp_path: Path) -> None:
    result = clear_year(load_policy(policy), 2026, runs, scores={H1: "92", H2: 85, H3: "90"})
    assert clear().code == 0

    written = [row["final_yuan"] for row in table(tmp_path / "out" / "year.csv").values()]
    assert [f"{fen / 100:.2f}" for fen in result.statement["final_fen"]] == written
    assert result.broken_proof == ()
    assert result.to_dict("yuan")["statement"][0]["final_yuan"] == written[0]


def test_json(clear) -> None:
    content = json.loads(clear("--json").out)

    assert [(row["hospital_code"], row["final_fen"]) for row in content["statement"]][-1] == (H3, 5800)
    assert set(content["proof"].values()) == {True}


# --- months that cannot be cleared ---------------------------------------------------------------


def test_missing_months_are_named(clear, own_runs: Path, tmp_path: Path) -> None:
    shutil.rmtree(own_runs / "2026-03")
    shutil.rmtree(own_runs / "2026-11")
    ended = clear(runs=own_runs)

    assert ended.code == 2
    assert "缺少 2026-03、2026-11 的结算结果" in told_once(ended)[0]
    assert not (tmp_path / "out").exists()


def test_a_month_twice_is_named(clear, own_runs: Path) -> None:
    shutil.copytree(own_runs / "2026-04", own_runs / "april-again")

    assert "april-again 与 2026-04 同为 2026-04 的结果" in told_once(clear(runs=own_runs))[0]


def test_a_foreign_year_is_named(clear, own_runs: Path) -> None:
    record = own_runs / "2026-04" / "run.json"
    record.write_text(record.read_text("utf-8").replace('"month": "2026-04"', '"month": "2025-04"'), "utf-8")
    statement = own_runs / "2026-04" / "statement.csv"
    ended = clear(runs=own_runs)

    assert statement.exists()
    assert ended.code == 2
    assert "2026-04" in told_once(ended)[0]


def test_another_year_is_refused_by_name(clear, policy: Path, runs: Path, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="2025-12-31"):
        clear_year(policy, "2025", runs)
    longer = tmp_path / "longer.yaml"
    longer.write_text(POLICY.replace("from: 2026-01-01", "from: 2025-01-01"), "utf-8")
    with pytest.raises(UsageError, match="2026-01 is a run of 2026-01, which is not of 2025"):
        clear_year(longer, "2025", runs)


def test_a_foreign_policy_is_named(clear, tmp_path: Path) -> None:
    town = tmp_path / "town.yaml"
    town.write_text(POLICY.replace("name: demo_tiny", "name: town"), encoding="utf-8")

    assert "2026-01 是按政策 demo_tiny 而不是 town 结算的" in told_once(clear(policy=town))[0]


@pytest.mark.parametrize("name", ["cases.parquet", "statement.csv", "run.json"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_month_is_named(clear, own_runs: Path, name: str, damage: str) -> None:
    file = own_runs / "2026-06" / name
    content = file.read_bytes()
    file.unlink()
    if damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    ended = clear(runs=own_runs)

    assert ended.code == 2
    assert "2026-06" in told_once(ended)[0]


def test_cases_of_another_month_are_noticed(clear, own_runs: Path) -> None:
    """The statement has a hash; the cases must come to what it says."""
    shutil.copy(own_runs / "2026-02" / "cases.parquet", own_runs / "2026-07" / "cases.parquet")

    assert "与结算单不符" in told_once(clear(runs=own_runs))[0]


def test_other_folders_are_left_alone(clear, own_runs: Path) -> None:
    (own_runs / "notes").mkdir()
    (own_runs / "list.csv").write_text("x\n", "utf-8")

    assert clear(runs=own_runs).code == 0


def test_a_clearing_among_the_months_is_named(clear, own_runs: Path, tmp_path: Path) -> None:
    assert clear().code == 0
    shutil.copytree(tmp_path / "out", own_runs / "cleared")

    assert "cleared" in told_once(clear(runs=own_runs, out="next"))[0]


# --- what comes beside the months ----------------------------------------------------------------


def test_a_missing_score_is_named(command: Command, policy: Path, runs: Path, tmp_path: Path, write: Write) -> None:
    given = ("--policy", policy, "--year", "2026", "--runs", runs, "--out", tmp_path / "out")
    assert f"缺少 {H1}、{H2}、{H3} 的考核分" in told_once(command("clear", *given))[0]
    two = write("two", "fixmedins_code,score", f"{H1},92", f"{H2},85")
    assert f"缺少 {H3} 的考核分" in told_once(command("clear", *given, "--scores", two))[0]


@pytest.mark.parametrize(
    ("row", "words"),
    [(f"{H1},100.0001", "第 2 行的 score"), (f"{H1},-1", "第 2 行的 score"), (f"{H1},", "为空"), (f"{H3},90", "重复")],
)  # fmt: skip
def test_a_score_in_doubt_is_refused(
    command, policy: Path, runs: Path, tmp_path: Path, write: Write, row, words
) -> None:
    path = write("doubt", "fixmedins_code,score", f"{H3},90", row, f"{H2},80", *([f"{H1},80"] if H1 not in row else []))
    given = ("--policy", policy, "--year", "2026", "--runs", runs, "--out", tmp_path / "out", "--scores", path)

    assert words in told_once(command("clear", *given))[0]


def test_scores_of_hospitals_that_no_month_settled(clear, runs: Path, tmp_path: Path, write: Write) -> None:
    """The city assesses more hospitals than it has settled: told, and no amount changes. H9 is the one of the lowest score."""
    four = write("four", "fixmedins_code,score", f"{H1},92", f"{H2},85", f"{H3},90", "H9,60")
    path = tmp_path / "city.yaml"
    more = '  agreement_ends_lowest: {value: 1, cite: "E"}\n  score_if_missing: {value: "59"'
    path.write_text(POLICY.replace("  score_if_missing: {value: none", more), "utf-8")
    ended = clear("--scores", four, "--lang", "en", policy=path)

    assert ended.code == 0
    assert "scores of hospitals that no month settled, on which no amount depends (check the codes): H9\n" in ended.out
    assert "policy ends agreements: H9 (60.0000)\n" in ended.out
    assert "no amount depends" not in (usual := clear(out="usual", policy=path)).out
    assert usual.code == 0
    assert lines_of(tmp_path / "out" / "year.csv") == lines_of(tmp_path / "usual" / "year.csv")


def test_a_score_that_may_be_that_of_a_hospital_without_one_is_refused(clear, tmp_path: Path, write: Write) -> None:
    """Whether the policy has a score for a hospital that nobody assessed, or not: with it, H3 would be paid by a wrong one."""
    doubt = write("doubt", "fixmedins_code,score", f"{H1},92", f"{H2},85", f"{H3[:-1]}8,90")
    path = tmp_path / "city.yaml"
    path.write_text(POLICY.replace("score_if_missing: {value: none", 'score_if_missing: {value: "59"'), "utf-8")

    for ended in (clear("--scores", doubt), clear("--scores", doubt, policy=path)):
        assert f"{H3[:-1]}8 全年没有结算,而参加清算的 {H3} 没有考核分" in told_once(ended)[0]


def test_no_score_matters_where_the_policy_asks_for_none(clear, tmp_path: Path, write: Write) -> None:
    path = tmp_path / "city.yaml"
    path.write_text(POLICY.replace('{full: "90", zero: "60", per_point: "0.01"}', "none"), "utf-8")
    one = write("one", "fixmedins_code,score", "H9,90")

    assert "其考核分不影响任何金额" in clear("--scores", one, policy=path).out


def test_a_policy_may_say_what_an_unassessed_hospital_gets(command, runs: Path, tmp_path: Path) -> None:
    path = tmp_path / "city.yaml"
    path.write_text(POLICY.replace("score_if_missing: {value: none", 'score_if_missing: {value: "59.9999"'), "utf-8")
    ended = command("clear", "--policy", path, "--year", "2026", "--runs", runs, "--out", tmp_path / "out")

    assert ended.code == 0
    assert "2026-01, 2026-02" in ended.out  # settled under another version of the file
    assert table(tmp_path / "out" / "year.csv")[H2, "310"]["forfeited_yuan"] == "2860.00"


def test_hospitals_whose_agreement_ends_are_named(clear, tmp_path: Path) -> None:
    """Below 90: H2 with 85, and not H3 with 90, which is among the two lowest. Nothing else of the year changes."""
    line = '  agreement_ends_below: {value: "90", cite: "E"}\n  agreement_ends_lowest: {value: 2, cite: "E"}\n  score_if_missing:'
    path = tmp_path / "city.yaml"
    path.write_text(POLICY.replace("  score_if_missing:", line), "utf-8")
    ended = clear("--lang", "en", policy=path)

    assert ended.code == 0
    assert f"scores below 90.0000, with which the policy ends agreements: {H2} (85.0000)\n" in ended.out
    assert (
        f"the 2 lowest scores (with equal ones), with which the policy ends agreements: {H2} (85.0000), {H3} (90.0000)\n"
        in ended.out
    )
    assert clear(out="without").code == 0
    assert lines_of(tmp_path / "out" / "year.csv") == lines_of(tmp_path / "without" / "year.csv")


DEDUCTIONS = "item_id,fixmedins_code,pool,deduction_type,date,amount_yuan"


def test_deductions_after_the_months(clear, tmp_path: Path, write: Write) -> None:
    """Audit items are netted in payable and recorded alike; an open offset is outstanding; another item is owed."""
    items = write(
        "items", DEDUCTIONS, f"N1,{H2},310,20,2027-01-05,1000.00", f"N2,{H2},310,99,2027-01-05,10.00",
        f"N3,{H1},310,30,2027-01-05,70.00",
    )  # fmt: skip
    assert clear("--deductions", items).code == 0
    rows = table(tmp_path / "out" / "year.csv")

    second = rows[H2, "310"]
    assert amounts(second, "dip", "recorded", "clearing", "open_deductions", "final") == [
        "62360.00", "47000.00", "49000.00", "10.00", "-5493.00",
    ]  # fmt: skip
    assert rows[H1, "310"]["prepayment_outstanding_yuan"] == "70.00"


def test_what_is_taken_of_a_hospital_without_a_month_is_told(clear, write: Write) -> None:
    """It may have closed, and then owes; or the code is wrong, and then nobody is asked."""
    items = write("items", DEDUCTIONS, "N1,H9,310,10,2027-01-05,5.00")
    scores = write("four", "fixmedins_code,score", *(f"{code},90" for code in (H1, H2, H3, "H9")))
    ended = clear("--scores", scores, "--deductions", items, "--lang", "en")

    assert ended.code == 0
    assert "deductions or prepayments of hospitals that no month settled: H9" in ended.out


@pytest.mark.parametrize(
    ("item", "words"),
    [("A1,{H1},310,10,2027-01-05,1", "A1 已在月度结算中处理"), ("N,{H1},310,40,2027-01-05,1", "年终清算不再暂扣"),
     ("N,{H1},311,10,2027-01-05,1", "第 1 行的 pool")],
)  # fmt: skip
def test_deductions_that_a_year_does_not_take(clear, write: Write, item: str, words: str) -> None:
    items = write("items", DEDUCTIONS, item.format(H1=H1))

    assert words in told_once(clear("--deductions", items))[0]


def test_an_advance_below_its_offsets_is_refused(clear, write: Write) -> None:
    path = write("less", "fixmedins_code,pool,amount_yuan", f"{H1},310,999.99")

    assert "少于各月已抵扣的 1000.00 元" in told_once(clear("--prepayments", path))[0]


# --- a later clearing ----------------------------------------------------------------------------

DECISIONS = "decision_id,fixmedins_code,pool,date,points,recorded_yuan,cost_yuan,by_item_cost_yuan,by_item_fund_yuan"


@pytest.fixture
def decisions(write: Write) -> Path:
    """One stay of H2 is decided to be paid by item: 330 points and 2,000 recorded leave, the funds bear 2,500."""
    return write("decisions", DECISIONS, f"S1,{H2},310,2027-02-01,-330,-2000.00,-3000.00,3000.00,2500.00")


def test_differences_are_posted_against_the_earlier_clearing(clear, tmp_path: Path, decisions: Path) -> None:
    """(97,040 − 4,500) ÷ 0.8 ÷ 11,550 = 10.01515…, half-up 10.0152. H1: 3,960 × 10.0152 × 0.8 − 500 = 31,228.15 and
    0.7 × (33,100 − 31,228.15) = 1,310.30 (32,538.445): 14.45 more. H2: 46,000 recorded of 60,812.29, and 4,500 by item:
    50,500, which is 500 more.
    """
    assert clear().code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    ended = clear("--decisions", decisions, "--prior", tmp_path / "out", out="later")
    lines = table(tmp_path / "later" / "differences.csv")

    assert ended.code == 0, ended
    assert {key: line["difference_yuan"] for key, line in lines.items()} == {
        (H1, "310"): "14.45", (H2, "310"): "500.00", (H1, "390"): "0.00", (H3, "390"): "0.00",
    }  # fmt: skip
    assert lines[H2, "310"]["before_yuan"] == "-4483.00"
    assert "2 项,共 514.45 元" in ended.out
    assert "differences" in {line["id"] for line in lines_of(tmp_path / "later" / "proof.csv")}
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_point_values_may_be_kept(clear, tmp_path: Path, decisions: Path) -> None:
    """At ten yuan a point nobody else moves."""
    assert clear().code == 0
    assert clear("--decisions", decisions, "--prior", tmp_path / "out", "--keep-point-values", out="later").code == 0
    lines = table(tmp_path / "later" / "differences.csv")

    assert {key: line["difference_yuan"] for key, line in lines.items() if line["difference_yuan"] != "0.00"} == {
        (H2, "310"): "500.00"
    }
    assert "--prior" in told_once(clear("--keep-point-values", out="third"))[1]


def test_a_closed_month_is_never_rewritten(clear, own_runs: Path, tmp_path: Path, policy: Path) -> None:
    assert clear(runs=own_runs).code == 0
    shutil.rmtree(own_runs / "2026-12")
    late = [*stays("2026-12"), stay("2026-12", "L", H1, 2800)]
    settle(tmp_path, "2026-12", late, policy, own_runs)
    ended = clear("--prior", tmp_path / "out", runs=own_runs, out="later")

    assert ended.code == 2
    fact, advice = told_once(ended)
    assert "2026-12 的结果" in fact
    assert "已关闭的月份不得改写" in advice


@pytest.mark.parametrize("change", ["other year", "edited", "no clearing"])
def test_an_earlier_clearing_must_be_one(clear, tmp_path: Path, runs: Path, change: str) -> None:
    assert clear().code == 0
    folder = tmp_path / "out"
    if change == "other year":
        record = folder / "run.json"
        record.write_text(record.read_text("utf-8").replace('"year": "2026"', '"year": "2025"'), "utf-8")
    elif change == "edited":
        file = folder / "year.csv"
        file.write_text(file.read_text("utf-8").replace("-4483.00", "-1.00"), "utf-8")
    else:
        folder = runs / "2026-01"
    ended = clear("--prior", folder, out="later")

    assert ended.code == 2
    assert str(folder) in told_once(ended)[0]


@pytest.mark.parametrize(
    ("row", "words"),
    [(f"S1,{H2},390,2027-02-01,0,0,0,0,0", "不是可用的基金池"), (f"S1,{H2},310,2025-02-01,0,0,0,0,0", "早于 2026 年"),
     (f"S1,{H2},310,2027-02-01,-7920.0001,0,0,0,0", "减去的多于"), (f"S1,{H2},310,2027-02-01,0.00001,0,0,0,0", "points"),
     ("S1,H9,310,2027-02-01,10,0,0,0,0", "H9 全年没有结算")],
)  # fmt: skip
def test_a_decision_in_doubt_is_refused(clear, write: Write, row: str, words: str) -> None:
    path = write("decisions", DECISIONS, row)

    assert words in told_once(clear("--decisions", path))[0]


@pytest.mark.parametrize("first", ["taken", "given"])
def test_decisions_together_take_no_more_than_there_is(clear, write: Write, first: str) -> None:
    """H2 has 7,920 points: of two decisions that together leave it just those, either may come first."""
    rows = [f"S1,{H2},310,2027-02-01,-7920.0001,0,0,0,0", f"S2,{H2},310,2027-02-02,7920.0001,0,0,0,0"]
    path = write("decisions", DECISIONS, *(rows if first == "taken" else rows[::-1]))

    assert clear("--decisions", path).code == 0


def test_stays_by_item_may_come_to_less_than_nothing_where_hospitals_bear_it(
    clear, policy: Path, write: Write, tmp_path: Path
) -> None:
    """The only stay of H2 that is paid by item has 2,000 of the fund; a decision takes a fen more than that."""
    path = write("decisions", DECISIONS, f"S1,{H2},310,2027-02-01,0,0,0,0,-2000.01")
    assert clear("--decisions", path).code == 0
    clamped = tmp_path / "clamped.yaml"
    clamped.write_text(
        policy.read_text("utf-8").replace("negative: {value: hospital_month", "negative: {value: clamp_case"), "utf-8"
    )

    assert "减去的多于" in told_once(clear("--decisions", path, policy=clamped, out="clamped"))[0]


# --- the folder ----------------------------------------------------------------------------------


def test_nothing_but_a_clearing_is_replaced(clear, own_runs: Path, tmp_path: Path) -> None:
    assert clear().code == 0
    assert clear().code == 2
    assert clear("--overwrite").code == 0
    shutil.copytree(own_runs / "2026-01", tmp_path / "month")
    assert "不属于年终清算结果" in told_once(clear("--overwrite", out="month"))[0]


def test_the_months_are_only_read(clear, own_runs: Path) -> None:
    before = {path: path.read_bytes() for path in own_runs.rglob("*") if path.is_file()}
    assert clear(runs=own_runs).code == 0

    assert {path: path.read_bytes() for path in own_runs.rglob("*") if path.is_file()} == before


def test_a_policy_without_the_section_is_refused(command: Command, runs: Path, tmp_path: Path) -> None:
    ended = command("clear", "--policy", "demo_tiny", "--year", "2026", "--runs", runs, "--out", tmp_path / "out")

    assert ended.code == 3
    assert "没有 year 一节" in told_once(ended)[0]


@pytest.mark.parametrize("year", ["26", "0000", "２０２６"])
def test_a_year_is_four_digits(command: Command, policy: Path, runs: Path, tmp_path: Path, year: str) -> None:
    ended = command("clear", "--policy", policy, "--year", year, "--runs", runs, "--out", tmp_path / "out")

    assert ended.code == 2
    assert "不是 YYYY" in told_once(ended)[0]


def test_a_payment_beyond_the_fund_blocks(clear, tmp_path: Path, command: Command, runs: Path, scores: Path) -> None:
    """By item 2,000 of a fund of 1,000: points get nothing, yet more is paid than fund and risk fund hold."""
    path = tmp_path / "poor.yaml"
    path.write_text(POLICY.replace('"105040"', '"9000"'), "utf-8")
    ended = clear(policy=path)

    assert ended.code == 1
    assert "310:清算不超过可用基金与风险金" in ended.out
    assert "不得据此拨付" in (tmp_path / "out" / "year.html").read_text("utf-8")


def test_cumulative_months_come_to_the_same_year(tmp_path: Path, command: Command) -> None:
    """The last month of the year to date holds all cases; payments are those of all months.

    Without the pool 390 and by-item stays: month fund 8,000... the opening value and the year's are both ten.
    """
    text = POLICY.replace("point_value: {value: fixed_opening", "point_value: {value: cumulative")
    # 990 points a month × 10 yuan × 0.8
    text = text.replace('month_fund_yuan: {value: "100000"', 'month_fund_yuan: {value: "7920"')
    policy, runs = tmp_path / "city.yaml", tmp_path / "runs"
    policy.write_text(text.replace('"105040"', '"103040"'), "utf-8")
    runs.mkdir()
    rows: list[str] = []
    for month in MONTHS:
        rows += [stay(month, "A", H1, 2800), stay(month, "B", H2, 2000), stay(month, "C", H2, 2000)]
        settle(tmp_path, month, rows, policy, runs)
    result = clear_year(policy, 2026, runs, scores={H1: "90", H2: "90"})
    first, second = result.report.rows

    assert result.broken_proof == ()
    assert (first.cases, first.points_e4, first.point_value_e4) == (12, 3960_0000, 10_0000)
    assert (first.months_payable_fen, first.withheld_fen, first.paid_fen) == (37_200_00, 1_860_00, 35_340_00)
    # 31,680 + 0.7 × 1,920 = 33,024, less 35,340; 48,000 less 52,440
    assert (first.final_fen, second.final_fen) == (-2_316_00, -4_440_00)


def test_pools_never_mix(tmp_path: Path, runs: Path, policy: Path) -> None:
    """12-3: a budget for the other pool moves nothing in this one."""
    text = POLICY.replace(
        "  elastic: {}",
        '    "390":\n      inpatient_yuan: {value: "5000", cite: "x"}\n      adjustment_fund_yuan: {value: "0", cite: "x"}\n'
        '      cross_region_yuan: {value: "0", cite: "x"}\n      other_yuan: {value: "0", cite: "x"}\n  elastic: {}',
    )
    other = tmp_path / "two.yaml"
    other.write_text(text, "utf-8")
    scores = {H1: "92", H2: "85", H3: "90"}
    one = clear_year(policy, 2026, runs, scores=scores).report.rows
    two = clear_year(other, 2026, runs, scores=scores).report.rows

    assert [row for row in one if row.pool == "310"] == [row for row in two if row.pool == "310"]
    assert [row for row in one if row.pool == "390"] != [row for row in two if row.pool == "390"]


def test_settle_year_is_what_it_says(settled_year: tuple[Path, Path]) -> None:
    """The city's own words: what the months came to."""
    rows = [row for month in MONTHS for row in lines_of(settled_year[1] / month / "statement.csv")]
    payable = [row["payable_yuan"] for row in rows if (row["fixmedins_code"], row["pool"]) == (H2, "310")]

    assert settle_year.__doc__
    assert payable == ["4600.00", "6600.00", *["4600.00"] * 10]
