"""Sample extrapolation by hand: what is drawn, the rate and its interval, what it takes (settlement arithmetic 8.2)."""

from __future__ import annotations

import csv
import hashlib
import json
from math import comb
from pathlib import Path

import pytest

from drgdip.sanctions import Sampled, draw, extrapolate, frame_sha256, rate_interval_e4, sample_size
from tests.cli.conftest import HOSPITAL, Command, stay, told_once, write_stays
from tests.policy.samples import TINY
from tests.sanctions.test_denials import SANCTIONS

V101 = Sampled(stays=400, bad_stays=30, fund_fen=360_000_00, bad_fund_fen=16_416_00)
BASIS = ("--basis", "服务协议第 32 条", "--decision", "2027-1", "--date", "2027-01-20")


def test_the_two_readings_of_the_rate() -> None:
    assert extrapolate(V101, 3_600_000_00, "count") == (750, 270_000_00)
    assert extrapolate(V101, 3_600_000_00, "money") == (456, 164_160_00)


def test_a_deduction_is_never_above_the_fund_nor_below_zero() -> None:
    # More bad money than money in the sample: negative payables of other stays make that possible.
    assert extrapolate(Sampled(2, 1, 100, 150), 1000, "money") == (15_000, 1000)
    assert extrapolate(Sampled(2, 2, 100, 100), -5, "count") == (10_000, 0)


@pytest.mark.parametrize(("stays", "rate_e4", "size"), [(10, 1000, 1), (11, 1000, 2), (1, 1, 1), (20, 10_000, 20)])
def test_a_sample_is_never_short_of_its_share(stays: int, rate_e4: int, size: int) -> None:
    assert sample_size(stays, rate_e4) == size


def test_anybody_can_draw_the_sample_again() -> None:
    ids = [f"S{number}" for number in range(50)]
    by_hand = sorted(ids, key=lambda id_: hashlib.sha256(f"七:{id_}".encode()).hexdigest())[:5]

    assert draw(reversed(ids), "七", 5) == by_hand
    assert draw(ids, "八", 5) != by_hand
    assert frame_sha256({"B": 2, "A": -1}) == hashlib.sha256(b"A,-1\nB,2\n").hexdigest()


def is_kept(frame: int, drawn: int, found: int, bad: int) -> bool:
    """Whether both tails hold more than 2.5 % if so many stays are bad."""
    ways = [comb(bad, i) * comb(frame - bad, drawn - i) for i in range(drawn + 1)]
    return 40 * min(sum(ways[found:]), sum(ways[: found + 1])) > comb(frame, drawn)


def by_listing(frame: int, drawn: int, found: int) -> tuple[int, int]:
    """All numbers of bad stays whose tails both hold more than 2.5 %, by listing them."""
    kept = [bad for bad in range(frame + 1) if is_kept(frame, drawn, found, bad)]
    return kept[0] * 10_000 // frame, -(-kept[-1] * 10_000 // frame)


@pytest.mark.parametrize("frame", [1, 7, 24])
def test_the_interval_holds_what_the_sample_is_not_too_rare_for(frame: int) -> None:
    for drawn in range(1, frame + 1):
        for found in range(drawn + 1):
            assert rate_interval_e4(frame, drawn, found) == by_listing(frame, drawn, found)


def test_the_interval_of_a_large_sample() -> None:
    low, high = rate_interval_e4(4000, 400, 30)
    # The numbers of bad stays that the two ends stand for, and those just beyond them.
    first, last = -(-low * 4000 // 10_000), high * 4000 // 10_000

    assert (low, high) == (first * 10_000 // 4000, -(-last * 10_000 // 4000))
    assert [is_kept(4000, 400, 30, bad) for bad in (first - 1, first, last, last + 1)] == [False, True, True, False]
    assert low < 750 < high


def test_counts_that_cannot_be_have_no_interval() -> None:
    for frame, drawn, found in ((5, 6, 1), (5, 2, 3), (5, 0, 0), (5, 2, -1)):
        with pytest.raises(ValueError, match="fit"):
            rate_interval_e4(frame, drawn, found)
    with pytest.raises(ValueError, match="sample"):
        extrapolate(Sampled(1, 0, 0, 0), 10, "money")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def sampled(tmp_path: Path, command: Command) -> Path:
    """Two of five stays, each paid 2,300.00."""
    cases = write_stays(tmp_path / "c.csv", *(stay("2026-01", f"S{n}") for n in range(5)))
    run = ("--policy", "demo_tiny", "--cases", cases, "--month", "2026-01", "--out", tmp_path / "run")
    assert command("settle", *run).code == 0
    drawn = ("--run", tmp_path / "run", "--rate", "0.4", "--seed", "x", "--out", tmp_path / "sample")
    assert command("sample", "draw", *drawn).code == 0
    return tmp_path / "sample"


def check(sampled: Path, *results: str) -> Path:
    lines = [f"{row['setl_id']},{result}" for row, result in zip(rows(sampled / "sample.csv"), results, strict=True)]
    file = sampled.parent / "checked.csv"
    file.write_text("\n".join(["setl_id,violation,violation_fund_yuan", *lines]) + "\n", encoding="utf-8")
    return file


def test_a_sample_is_drawn_from_settled_stays(sampled: Path) -> None:
    drawn = rows(sampled / "sample.csv")

    assert [row["setl_id"] for row in drawn] == draw([f"S{n}" for n in range(5)], "x", 2)
    assert {(row["frame_stays"], row["frame_fund_yuan"], row["payable_yuan"]) for row in drawn} == {
        ("5", "11500.00", "2300.00")
    }
    assert {row["frame_sha256"] for row in drawn} == {frame_sha256({f"S{n}": 230_000 for n in range(5)})}
    assert len(rows(sampled / "frame.csv")) == 5
    assert [row["violation"] for row in rows(sampled / "checked.csv")] == ["", ""]
    assert json.loads((sampled / "run.json").read_text())["parameters"]["seed"] == "x"


def test_what_the_check_found_becomes_a_deduction(sampled: Path, tmp_path: Path, command: Command) -> None:
    given = ("--sample", sampled / "sample.csv", "--checked", check(sampled, "1,460.00", "0,"), "--out", tmp_path / "e")
    assert command("sample", "extrapolate", *given, "--by", "money", *BASIS).code == 0
    (line,) = rows(tmp_path / "e" / "extrapolation.csv")

    assert (line["count_rate"], line["count_deduction_yuan"]) == ("0.5000", "5750.00")
    assert (line["money_rate"], line["money_deduction_yuan"]) == ("0.1000", "1150.00")
    assert (line["count_rate_low"], line["count_rate_high"]) == ("0.2000", "0.8000")
    assert (line["by"], line["deduction_yuan"], line["basis"]) == ("money", "1150.00", "服务协议第 32 条")

    again = ("--policy", "demo_tiny", "--cases", tmp_path / "c.csv", "--month", "2026-01", "--out", tmp_path / "run2")
    assert command("settle", *again, "--deductions", tmp_path / "e" / "deductions.csv").code == 0
    (row,) = rows(tmp_path / "run2" / "statement.csv")
    assert row["fixmedins_code"] == HOSPITAL
    assert row["inspection_deduction_yuan"] == "1150.00"


def test_the_year_may_be_more_than_the_frame(sampled: Path, tmp_path: Path, command: Command) -> None:
    annual = tmp_path / "annual.csv"
    annual.write_text(f"fixmedins_code,pool,fund_yuan\n{HOSPITAL},310,100000.01\n", encoding="utf-8")
    given = ("--sample", sampled / "sample.csv", "--checked", check(sampled, "1,", "0,"), "--out", tmp_path / "e")
    assert command("sample", "extrapolate", *given, "--by", "count", *BASIS, "--annual", annual).code == 0

    # 50,000.005 is half-up 50,000.01.
    assert rows(tmp_path / "e" / "deductions.csv")[0]["amount_yuan"] == "50000.01"


@pytest.mark.parametrize(
    ("results", "key"),
    [
        (("1,", ","), "missing_value"),
        (("1,", "2,"), "unknown_code"),
        (("1,2300.01", "0,"), "sample_amount"),
        (("1,", "0,0.01"), "sample_amount"),
    ],
)
def test_a_hospital_with_a_doubtful_check_gets_no_deduction(
    sampled: Path, tmp_path: Path, command: Command, results: tuple[str, str], key: str
) -> None:
    given = ("--sample", sampled / "sample.csv", "--checked", check(sampled, *results), "--out", tmp_path / "e")
    ended = command("sample", "extrapolate", *given, "--by", "count", *BASIS)

    assert ended.code == 1
    assert [row["reason"] for row in rows(tmp_path / "e" / "findings.csv")] == [key, "sample_unchecked"]
    assert rows(tmp_path / "e" / "deductions.csv") == []


def test_a_stay_that_stands_twice_has_no_result(sampled: Path, tmp_path: Path, command: Command) -> None:
    file = check(sampled, "1,", "0,")
    file.write_text(file.read_text(encoding="utf-8") + "S9,1,\n" + f"{rows(sampled / 'sample.csv')[0]['setl_id']},0,\n", encoding="utf-8")  # fmt: skip
    given = ("--sample", sampled / "sample.csv", "--checked", file, "--out", tmp_path / "e")

    assert command("sample", "extrapolate", *given, "--by", "count", *BASIS).code == 1
    found = [row["reason"] for row in rows(tmp_path / "e" / "findings.csv")]
    assert found == ["sample_not_drawn", "sample_checked_twice", "sample_unchecked"]


def test_no_extrapolation_without_a_contract(sampled: Path, tmp_path: Path, command: Command) -> None:
    given = ("--sample", sampled / "sample.csv", "--checked", check(sampled, "1,", "0,"), "--out", tmp_path / "e")
    ended = command("sample", "extrapolate", *given, "--by", "count", "--basis", " ", *BASIS[2:], "--lang", "en")

    assert ended.code == 2
    assert "basis" in told_once(ended)[0]
    assert not (tmp_path / "e").exists()


@pytest.mark.parametrize("wrong", [("--rate", "0"), ("--rate", "1.01"), ("--rate", "x"), ("--hospital", "none")])
def test_what_cannot_be_drawn(sampled: Path, tmp_path: Path, command: Command, wrong: tuple[str, str]) -> None:
    given = ("--run", tmp_path / "run", "--rate", "0.1", "--seed", "x", "--out", tmp_path / "none")

    assert command("sample", "draw", *given, *wrong).code == 2
    assert not (tmp_path / "none").exists()


def test_a_policy_says_how_samples_are_taken(tmp_path: Path, command: Command) -> None:
    """Two of five stays, as above, and by money: what ``--rate 0.4`` and ``--by money`` say."""
    sanctions = SANCTIONS + (
        '  sample:\n    rate: {value: "0.4", cite: "E"}\n    by: {value: money, cite: "E"}\n    stays: {value: any, cite: "E"}\n'
    )
    (tmp_path / "city.yaml").write_text(TINY + sanctions, encoding="utf-8")
    (tmp_path / "plain.yaml").write_text(TINY + SANCTIONS, encoding="utf-8")
    cases = write_stays(tmp_path / "c.csv", *(stay("2026-01", f"S{n}") for n in range(5)))
    settled = ("--cases", cases, "--month", "2026-01", "--out", tmp_path / "run")
    assert command("settle", "--policy", tmp_path / "city.yaml", *settled).code == 0
    draw_ = ("sample", "draw", "--run", tmp_path / "run", "--seed", "x", "--out", tmp_path / "sample")
    for wrong in ((), ("--policy", tmp_path / "city.yaml", "--rate", "0.4")):
        ended = command(*draw_, *wrong, "--lang", "en")
        assert (ended.code, "one of --policy and --rate" in told_once(ended)[0]) == (2, True)
    ended = command(*draw_, "--policy", tmp_path / "plain.yaml", "--lang", "en")
    assert (ended.code, "sanctions.sample" in told_once(ended)[0]) == (3, True)
    assert command(*draw_, "--policy", tmp_path / "city.yaml").code == 0

    assert [row["setl_id"] for row in rows(tmp_path / "sample" / "sample.csv")] == draw(
        [f"S{n}" for n in range(5)], "x", 2
    )
    given = ("--sample", tmp_path / "sample" / "sample.csv", "--checked", check(tmp_path / "sample", "1,460.00", "0,"))
    again = ("sample", "extrapolate", *given, *BASIS, "--out", tmp_path / "e")
    assert "one of --policy and --by" in told_once(command(*again, "--lang", "en"))[0]
    assert command(*again, "--policy", tmp_path / "city.yaml").code == 0
    assert [row["by"] for row in rows(tmp_path / "e" / "extrapolation.csv")] == ["money"]
    assert json.loads((tmp_path / "e" / "run.json").read_text())["parameters"]["policy"].startswith("demo_tiny ")
