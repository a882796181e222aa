"""Two regions that treat each other's patients: statements both ways, calculated by hand, that net to zero.

Every stay is Erysipelas in a tertiary hospital under the tiny policy: 300 points × K 1.1 × 10 yuan = 3,300.00, less
1,000.00 paid by the patient = 2,300.00 payable; 2,000.00 are recorded at the bedside.
"""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from drgdip import settle_to_folder
from drgdip.base.errors import PolicyError, UsageError
from drgdip.pipeline.cross_region import clear_between_regions
from drgdip.statement.hold_csv import HOLD_COLUMNS
from tests.cli.conftest import HEADER, Command, command
from tests.policy.samples import TINY, parse, problems_of

__all__ = ["command"]

HOSPITAL = "H99010000001"
SECTION = """
cross_region:
  rules: {value: place, cite: "Example"}
  benefits: {value: home, cite: "Example"}
  clearing: {value: CLEARING, cite: "Example"}
  sub_pool: {value: false, cite: "Example"}
  joint_review_yuan: {value: LEAST, cite: "Example"}
"""


def policy_text(region: str = "990100", clearing: str = "dip_payable", least: str = '"3000.00"') -> str:
    section = SECTION.replace("CLEARING", clearing).replace("LEAST", least)
    return TINY.replace('admdvs: "990100"', f'admdvs: "{region}"') + section


def stay(name: str, home: str, place: str = "990100", hospital: str = HOSPITAL, cost: int = 3000) -> str:
    times = "2026-01-01 08:00:00,2026-01-07 09:00:00,2026-01-07 10:00:00,6"
    amounts = f"{cost}.00,0,0,0,{cost}.00,2000.00,2000.00,0,{cost - 2000}.00"
    return f"{name},{hospital},01,310,{home},{place},{times},A46.x00,{amounts}"


def settled(folder: Path, name: str, text: str, *rows: str) -> tuple[Path, Path]:
    """A policy file and a settled month."""
    policy, cases, run = folder / f"{name}.yaml", folder / f"{name}.csv", folder / f"{name}-run"
    policy.write_text(text, encoding="utf-8")
    cases.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    settle_to_folder(policy, [cases], "2026-01", run, threads=1)
    return policy, run


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def one(tmp_path: Path) -> tuple[Path, Path]:
    """A local stay, two of a city of the province (by districts), one of another province."""
    rows = stay("L", "990102"), stay("P1", "990201"), stay("P2", "990202"), stay("C", "110105")
    return settled(tmp_path, "one", policy_text(), *rows)


def test_what_home_regions_owe(one: tuple[Path, Path], tmp_path: Path) -> None:
    report = clear_between_regions(one[0], [one[1]], tmp_path / "out")

    assert [line.holds for line in report.proof] == [True] * 5
    assert table(tmp_path / "out" / "clearing.csv") == [
        # Another province is paid by item: 3,000.00 − 1,000.00 = 2,000.00.
        {"place": "990100", "home": "110100", "month": "2026-01", "fixmedins_code": HOSPITAL, "pool": "310", "cases": "1",
         "total_cost_yuan": "3000.00", "gross_yuan": "3000.00", "patient_yuan": "1000.00", "other_funds_yuan": "0.00",
         "payable_yuan": "2000.00", "recorded_yuan": "2000.00", "home_pays_yuan": "2000.00",
         "hospital_receives_yuan": "2000.00", "place_pool_difference_yuan": "0.00"},
        {"place": "990100", "home": "990200", "month": "2026-01", "fixmedins_code": HOSPITAL, "pool": "310", "cases": "2",
         "total_cost_yuan": "6000.00", "gross_yuan": "6600.00", "patient_yuan": "2000.00", "other_funds_yuan": "0.00",
         "payable_yuan": "4600.00", "recorded_yuan": "4000.00", "home_pays_yuan": "4600.00",
         "hospital_receives_yuan": "4600.00", "place_pool_difference_yuan": "0.00"},
    ]  # fmt: skip
    assert [(row["home"], row["level"]) for row in table(tmp_path / "out" / "homes.csv")] == [
        ("110100", "cross_province"), ("990200", "in_province"),
    ]  # fmt: skip


def test_the_place_bears_the_difference_of_recorded_amounts(tmp_path: Path) -> None:
    policy, run = settled(tmp_path, "one", policy_text(clearing="recorded"), stay("P", "990201"))

    report = clear_between_regions(policy, [run], tmp_path / "out")

    (line,) = report.lines
    assert (line.home_pays_fen, line.hospital_receives_fen, line.place_pool_difference_fen) == (
        200_000,
        230_000,
        -30_000,
    )
    assert all(line.holds for line in report.proof)


def test_both_ways_net_to_zero(one: tuple[Path, Path], tmp_path: Path) -> None:
    rows = stay("Q", "990101", "990200"), stay("R", "990103", "990200", "H99020000001"), stay("T", "990104", "990200")
    other = settled(tmp_path, "other", policy_text("990200").replace(HOSPITAL, "H99020000009"), *rows)
    clear_between_regions(one[0], [one[1]], tmp_path / "a")
    clear_between_regions(other[0], [other[1]], tmp_path / "b")

    ours = clear_between_regions(one[0], [one[1]], tmp_path / "c", received=[tmp_path / "b" / "sent-990100.csv"])
    theirs = clear_between_regions(other[0], [other[1]], tmp_path / "d", received=[tmp_path / "a" / "sent-990200.csv"])

    [mine] = [line for line in ours.net if line.other == "990200"]
    [yours] = theirs.net
    assert (mine.receivable_fen, mine.payable_fen) == (460_000, 690_000)
    assert (mine.net_fen, yours.net_fen) == (-230_000, 230_000)
    assert all(line.holds for line in (*ours.proof, *theirs.proof))


@pytest.mark.parametrize(
    ("change", "field", "key"),
    [
        (("990200", "990300"), "home", "clearing_of_another_region"),
        (('"4600.00"', '"x"'), "", ""),
        (("4600.00,4600.00,0.00", "4600.01,4600.00,0.01"), "home_pays_yuan", "clearing_does_not_add_up"),
        (("4600.00,4600.00,0.00", "4600.00,4600.00,1.00"), "home_pays_yuan", "clearing_does_not_add_up"),
        (("4600.00,4600.00,0.00", "4600.00,4600.00,"), "place_pool_difference_yuan", "missing_value"),
        (("6600.00", "66O0.00"), "gross_yuan", "wrong_type"),
    ],
)
def test_lines_in_doubt_are_not_netted(
    one: tuple[Path, Path], tmp_path: Path, change: tuple[str, str], field: str, key: str
) -> None:
    clear_between_regions(one[0], [one[1]], tmp_path / "a")
    sent = tmp_path / "a" / "sent-990200.csv"
    text = sent.read_text(encoding="utf-8")
    received = tmp_path / "received.csv"
    received.write_text(text.replace(*change), encoding="utf-8")
    other = settled(tmp_path, "other", policy_text("990200"), stay("Q", "990201", "990200"))

    report = clear_between_regions(other[0], [other[1]], tmp_path / "out", received=[received])

    netted = sum(line.payable_fen for line in report.net)
    assert [(f.file, f.row, f.field, f.key) for f in report.findings] == (
        [("received.csv", 1, field, key)] if key else []
    )
    assert netted == (0 if key else 460_000)


def test_a_line_that_stands_twice_counts_once(one: tuple[Path, Path], tmp_path: Path) -> None:
    clear_between_regions(one[0], [one[1]], tmp_path / "a")
    sent = tmp_path / "a" / "sent-990200.csv"
    other = settled(tmp_path, "other", policy_text("990200"), stay("Q", "990201", "990200"))

    report = clear_between_regions(other[0], [other[1]], tmp_path / "out", received=[sent, sent])

    assert [f.key for f in report.findings] == ["clearing_line_repeated"]
    assert [line.payable_fen for line in report.net] == [460_000]


def test_dear_stays_of_other_provinces_are_reviewed(tmp_path: Path) -> None:
    rows = (
        stay("LIMIT", "110105", cost=30000),
        stay("BELOW", "110105", cost=29999),
        stay("DEARER", "620102", cost=40000),
        stay("PROVINCE", "990201", cost=50000),
    )
    policy, run = settled(tmp_path, "one", policy_text(least='"30000.00"'), *rows)
    findings = tmp_path / "screen.csv"
    findings.write_text("setl_id,rule_id\nLIMIT,E03\nLIMIT,C01\nLIMIT,C01\nBELOW,E03\n", encoding="utf-8")

    report = clear_between_regions(policy, [run], tmp_path / "out", findings=[findings])

    assert [(line.setl_id, line.lane, line.findings, line.insured_province) for line in report.review] == [
        ("LIMIT", "joint", "C01|E03", "11"), ("DEARER", "usual", "", "62"),
    ]  # fmt: skip


def test_rows_of_findings_that_cannot_be_used(tmp_path: Path) -> None:
    """A row without a rule is no finding; IDs that no month settled are told once; findings of institutions have none."""
    policy, run = settled(tmp_path, "one", policy_text(least='"30000.00"'), stay("A", "110105", cost=30000))
    given = tmp_path / "screen.csv"
    given.write_bytes("setl_id,rule_id,note\nA,,\n,I03,某院\nZ1,E03,\nZ2,E03,\nA,E03,x,y\n".encode("gb18030"))

    report = clear_between_regions(policy, [run], tmp_path / "out", findings=[given])

    assert [(f.row, f.field, f.value, f.key) for f in report.findings] == [
        (1, "rule_id", "", "missing_value"), (5, "", "y", "malformed_row"), (3, "setl_id", "Z1 (2)", "finding_without_stay"),
    ]  # fmt: skip
    assert [(line.setl_id, line.lane, line.findings) for line in report.review] == [("A", "usual", "")]
    for text in ("setl_id,other\nA,x\n", "rule_id\nE03\n", 'setl_id,rule_id\nA,"E03\n', "setl_id,setl_id,rule_id\n"):
        given.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match=r"screen\.csv"):
            clear_between_regions(policy, [run], tmp_path / "again", findings=[given])


def test_only_suspected_violations_make_a_review_joint(tmp_path: Path) -> None:
    """Of the run: a readmission and what a rule of screening holds money for; not its notices of data and lists."""
    names = ("NOTICE", "AGAIN", "HELD", "LATE", "RULE", "WORDS", "ROUTED", "QUIET", "OPEN", "TRIED")
    policy, run = settled(
        tmp_path, "one", policy_text(least='"30000.00"'), *(stay(n, "110105", cost=30000) for n in names)
    )
    found = [(n, key) for n, key in zip(names, ("list_result_differ", "readmission"), strict=False)]
    rewrite(run, "findings.csv", "".join(f"a.csv,1,{n},f,v,1,{key},notice,,,,\n" for n, key in found))
    held = (",held_screening,k,1,0,1,0,1,HELD,C01+E03,\n", ",held_late_list,,1,0,1,0,1,,,\n")
    rewrite(run, "holds.csv", "".join(f"2026-01,{HOSPITAL},310{row}" for row in held), HOLDS)
    hand, screen = tmp_path / "hand.csv", tmp_path / "screen.csv"
    hand.write_text(
        "setl_id,reason\nLATE,list_of_earlier_month\nQUIET,grey_diagnosis_code\nWORDS,挂床\nOPEN,held_screening\n",
        encoding="utf-8",
    )
    screen.write_text(
        "finding_key,rule_id,severity,setl_id,life\nk1,E03,轻度可疑,RULE,active\nk2,N01,,ROUTED,active\nk3,E03,轻度可疑,TRIED,shadow\n",
        encoding="utf-8",
    )

    report = clear_between_regions(policy, [run], tmp_path / "out", findings=[hand, screen])

    assert {line.setl_id: line.findings for line in report.review if line.lane == "joint"} == {
        "AGAIN": "readmission", "HELD": "C01|E03", "RULE": "E03", "WORDS": "挂床", "OPEN": "held_screening",
    }  # fmt: skip
    assert {line.setl_id: line.findings for line in report.review if line.lane == "usual"} == dict.fromkeys(
        ("NOTICE", "LATE", "ROUTED", "QUIET", "TRIED"), ""
    )
    assert [(f.file, f.row, f.setl_id, f.value, f.key) for f in report.findings] == [
        ("hand.csv", 1, "LATE", "list_of_earlier_month (2)", "finding_of_no_violation"),
        ("screen.csv", 2, "ROUTED", "N01 (2)", "finding_of_no_violation"),
    ]


HOLDS = ",".join(column.header for column in HOLD_COLUMNS) + "\n"


def rewrite(run: Path, name: str, rows: str, header: str = "") -> None:
    """Add rows to a file of a run, whose record then has its hash."""
    path = run / name
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else header) + rows, encoding="utf-8")
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    record["outputs"][name] = hashlib.sha256(path.read_bytes()).hexdigest()
    (run / "run.json").write_text(json.dumps(record), encoding="utf-8")


def test_none_is_reviewed_where_the_policy_says_so(tmp_path: Path) -> None:
    policy, run = settled(tmp_path, "one", policy_text(least="none"), stay("C", "110105", cost=90000))

    assert clear_between_regions(policy, [run], tmp_path / "out").review == []


def test_the_same_bytes_whatever_the_order(one: tuple[Path, Path], tmp_path: Path) -> None:
    rows = stay("C", "110105"), stay("P2", "990202"), stay("P1", "990201"), stay("L", "990102")
    again = settled(tmp_path, "again", policy_text(), *rows)
    clear_between_regions(one[0], [one[1]], tmp_path / "a")
    clear_between_regions(again[0], [again[1]], tmp_path / "b")

    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "b").iterdir())
    for name in names:
        if name != "run.json":
            assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_the_command(one: tuple[Path, Path], tmp_path: Path, command: Command) -> None:
    out = tmp_path / "out"
    done = command("cross-region", "--policy", one[0], "--runs", one[1], "--out", out)
    shown = command("cross-region", "--policy", one[0], "--runs", one[1], "--out", out, "--overwrite", "--json")
    refused = command("cross-region", "--policy", one[0], "--runs", one[1], "--out", out, "--lang", "en")

    assert (done.code, shown.code, refused.code) == (0, 0, 2)
    assert "990200:应收 4600.00,应付 0.00,净额 4600.00 元" in done.out
    content: dict[str, Any] = json.loads(shown.out)
    assert {row["other"]: row["net_fen"] for row in content["net"]} == {"110100": 200_000, "990200": 460_000}
    assert "is not empty" in refused.err


def test_runs_that_cannot_be_cleared(one: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="runs of one month"):
        clear_between_regions(one[0], [one[1], one[1]], tmp_path / "out")
    with pytest.raises(UsageError, match="was settled under demo_tiny"):
        clear_between_regions("demo_city", [one[1]], tmp_path / "out")
    with pytest.raises(PolicyError, match="no section cross_region"):
        clear_between_regions("demo_tiny", [one[1]], tmp_path / "out")


def test_own_pools_take_no_patients_of_any_place() -> None:
    problems = problems_of(policy_text().replace("sub_pool: {value: false", "sub_pool: {value: true"))

    assert [problem.words.en for problem in problems] == [
        f"with sub_pool true the pool {pool} cannot have patients any" for pool in ("310", "390")
    ]


def test_a_shared_pool_is_warned_of() -> None:
    assert any("dilute" in warning.in_language("en") for warning in parse(policy_text()).warnings)
