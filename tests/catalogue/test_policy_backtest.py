"""The back-test of policies, with differences and causes calculated by hand.

The example month (see examples/settle_month.py) has EX01 with K on the tertiary level, normal, 1000 points of ten yuan; EX03
on the secondary level, high at 2.5 times the mean, 500 × (2.5 − 2 + 1) × 1 = 750 points; EX02 500 yuan from its threshold.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import drgdip
from drgdip.base.errors import UsageError
from drgdip.catalogue.policies import backtest_policies
from drgdip.catalogue.policies.beside import beside_of
from drgdip.catalogue.policies.result import PolicyBackTest
from drgdip.cli.policy import policy
from drgdip.pipeline.run_folder import RunFolder
from tests.cli.conftest import HEADER
from tests.policy.samples import TINY, edited
from tests.sanctions.test_denials import SANCTIONS, denial, write
from tests.sanctions.test_held_findings import SCREENING
from tests.sanctions.test_seasonal import NO_FUND, SEASONAL
from tests.special_cases.sample import H1, SPECIAL, decision, special_policy, write_decisions
from tests.special_cases.sample import stay as special_stay
from tests.year.policy_text import YEAR

CASES = ["examples/cases.csv"]
JANUARY = ["2026-01"]
MONTHS = [*JANUARY, "2026-02"]
TERTIARY = ('tertiary: "1.1"', 'tertiary: "1.2"')
SECONDARY = ('secondary: "1"', 'secondary: "1.2"')
HIGH = ('threshold: "2", inclusive', 'threshold: "1.5", inclusive')
RETENTION = ('retention: {value: "0.05"', 'retention: {value: "0.1"')
FLOATING = ("point_value: {value: fixed_opening", "point_value: {value: floating")
CUMULATIVE = ("point_value: {value: fixed_opening", "point_value: {value: cumulative")

EXCLUSION = """
case_rules:
  fee_facts:
    drug: {value: {items: [D1]}, cite: "Example"}
  exclusions: {value: [drug], cite: "Example"}
"""


def written(tmp_path: Path, *exchanges: tuple[str, str], name: str = "new.yaml") -> Path:
    path = tmp_path / name
    path.write_text(edited(*exchanges), encoding="utf-8")
    return path


def outcome(tmp_path: Path, *exchanges: tuple[str, str]) -> PolicyBackTest:
    return backtest_policies("demo_tiny", written(tmp_path, *exchanges), cases=CASES, months=JANUARY)


def causes(found: PolicyBackTest) -> dict[str, int]:
    assert all(line.holds for line in found.proof)
    return {one.cause: one.difference_fen for one in found.by_cause}


def test_one_section_is_the_whole_cause(tmp_path: Path) -> None:
    """K 1.2 for 1.1: EX01 has 100 points more, 1000 yuan."""
    found = outcome(tmp_path, TERTIARY)

    assert causes(found) == {"k": 100_000}
    assert (found.total.before_fen, found.total.after_fen) == (1_945_000, 2_045_000)
    assert [(row.code, row.pool, row.difference_fen) for row in found.hospital_pools if row.difference_fen] == [
        ("H99010000001", "310", 100_000)
    ]
    assert [(row.code, row.difference_fen, row.points_e4 - row.points_before_e4) for row in found.groups if row.difference_fen] == [
        ("K35.3:47.0100", 100_000, 1_000_000)
    ]  # fmt: skip
    assert {row.code: row.difference_fen for row in found.pools} == {"310": 100_000, "390": 0}
    # 5 % are held back.
    assert found.total.due_difference_fen == 95_000
    # 1000 ÷ 19450
    assert found.total.change_e4 == 514


def test_what_two_sections_do_together_goes_to_the_later_one(tmp_path: Path) -> None:
    """EX03: 750 points; with K 1.2 900 (+1500 yuan); with the threshold 1.5 beside, 500 × 2 × 1.2 = 1200 (+3000)."""
    found = outcome(tmp_path, SECONDARY, HIGH)

    assert causes(found) == {"k": 150_000, "deviation": 300_000}
    assert found.total.difference_fen == 450_000


def test_retention_moves_what_is_due_and_not_what_is_payable(tmp_path: Path) -> None:
    """10 % of each row for 5 %: rows 13100, 4400, 850, 1100 yuan hold back 655, 220, 42.50 and 55 more."""
    found = outcome(tmp_path, RETENTION)

    assert causes(found) == {"month": 0}
    assert found.total.due_difference_fen == -97_250
    assert [one.due_difference_fen for one in found.by_cause] == [-97_250]


def test_sections_that_do_not_fit_alone_stand_together(tmp_path: Path) -> None:
    """The new pools have no fund of the month, which the old floating point value needs."""
    none = [(f'month_fund_yuan: {{value: "{fund}"', "month_fund_yuan: {value: none") for fund in ("100000", "80000")]
    old = written(tmp_path, FLOATING, TERTIARY, name="old.yaml")
    found = backtest_policies(old, written(tmp_path, *none), cases=CASES, months=JANUARY)

    assert list(causes(found)) == ["k", "pools + month"]
    assert sum(causes(found).values()) == found.total.difference_fen != 0


def test_a_season_has_the_budget_of_the_year(tmp_path: Path) -> None:
    """0.0833 of 1,000,000 is 83,300; ÷ 0.8 − 8,000 by item (EX06) for 1,100 + 750 + 140 points: 48.3040. With 1,100,000 53.5364.

    53,134.40 + 36,228.00 + 6,762.56 become 58,890.04 + 40,152.30 + 7,495.10. Bands and prices of the year pay no month.
    """
    old = edited(NO_FUND, SEASONAL) + YEAR.replace('"50000"', '"1008000"')
    for name, text in (
        ("old", old),
        ("new", old.replace('"1008000"', '"1108000"')),
        ("bands", old.replace('share: "0.70"', 'share: "0.60"')),
    ):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    found = backtest_policies(tmp_path / "old.yaml", tmp_path / "new.yaml", cases=CASES, months=JANUARY)

    assert causes(found) == {"year": 1_041_248}
    same = backtest_policies(tmp_path / "old.yaml", tmp_path / "bands.yaml", cases=CASES, months=JANUARY)
    assert (causes(same), same.total.difference_fen) == ({}, 0)
    gone = backtest_policies(tmp_path / "old.yaml", "demo_tiny", cases=CASES, months=JANUARY)
    assert sum(causes(gone).values()) == gone.total.difference_fen != 0


def test_equal_policies_have_no_cause(tmp_path: Path) -> None:
    found = outcome(tmp_path, ('cite: "Example"', 'cite: "Another order"'))

    assert (causes(found), found.total.difference_fen) == ({}, 0)


def test_a_policy_of_next_year_lends_its_first_day(tmp_path: Path) -> None:
    year = ("effective: {from: 2026-01-01, to: 2026-12-31}", "effective: {from: 2027-01-01, to: 2027-12-31}")
    found = outcome(tmp_path, TERTIARY, year)

    assert causes(found) == {"k": 100_000}
    assert found.before.day is None
    assert str(found.after.day) == "2027-01-01"


def test_a_change_within_the_months_counts_from_its_day(tmp_path: Path) -> None:
    """EX01 leaves on 11 January: K 1.2 from the 11th on counts for it, from the 12th on it does not."""
    base = 'base: {value: {tertiary: "1.1", secondary: "1", primary: "0.9", unrated: "0.8"}, cite: "Example"}'
    for start, before, expected in (("11", "10", {"k": 100_000}), ("12", "11", {"k": 0})):
        dated = "base:\n" + "".join(
            f'    - {{from: {first}, to: {last}, value: {{tertiary: "{k}", secondary: "1", primary: "0.9", unrated: "0.8"}}, cite: "E"}}\n'
            for first, last, k in (
                ("2026-01-01", f"2026-01-{before}", "1.1"),
                (f"2026-01-{start}", "2026-12-31", "1.2"),
            )
        )
        assert causes(outcome(tmp_path, (base, dated.rstrip("\n")))) == expected


def test_months_add_up_and_the_cumulative_mode_counts_each_case_once(tmp_path: Path) -> None:
    """February repeats January's cases; year to date they come to twice the month, under either mode with ample funds."""
    text = Path(CASES[0]).read_text(encoding="utf-8").replace("2026-01-", "2026-02-")
    february = tmp_path / "february.csv"
    february.write_text(text.replace("EX0", "FX0"), encoding="utf-8")
    both, months = [*CASES, str(february)], ["2026-01", "2026-02"]
    found = backtest_policies("demo_tiny", written(tmp_path, TERTIARY), cases=both, months=months)
    assert (found.total.before_fen, causes(found)) == (2 * 1_945_000, {"k": 200_000})

    old = written(tmp_path, CUMULATIVE, name="old.yaml")
    running = backtest_policies(old, written(tmp_path, CUMULATIVE, TERTIARY), cases=both, months=months)
    once = outcome(tmp_path, TERTIARY)
    assert running.total.cases == 2 * once.total.cases
    assert all(line.holds for line in running.proof)
    with pytest.raises(UsageError, match="begins in January"):
        backtest_policies(old, old, cases=both, months=["2026-02"])


# --- runs ----------------------------------------------------------------------------------------


def run_folder(tmp_path: Path, cases: Path) -> Path:
    command = ["drgdip", "settle", "--policy", "demo_tiny", "--cases", str(cases), "--month=2026-01", "--out", "x"]
    drgdip.settle_to_folder("demo_tiny", [cases], "2026-01", tmp_path / "run", command=command)
    return tmp_path / "run"


def test_a_closed_month_is_read_again_from_what_it_was_settled_from(tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_bytes(Path(CASES[0]).read_bytes())
    run = run_folder(tmp_path, cases)
    found = backtest_policies(None, written(tmp_path, TERTIARY), runs=[run])

    assert causes(found) == {"k": 100_000}
    assert {line.line_id: line.right for line in found.proof}["runs"] == 1_945_000
    cases.write_text(cases.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match="has changed"):
        backtest_policies(None, written(tmp_path, TERTIARY), runs=[run])


def test_fee_lines_are_read_where_a_policy_pays_by_them(tmp_path: Path) -> None:
    """EX03 has 3,000.00 of an item that the old policy pays beside the group: 1.9 times the mean, 5,000 + 3,000 − 4,000;
    the new one does not: 2.5 times, 7,500 − 4,000.
    """
    old, fees = tmp_path / "old.yaml", tmp_path / "fees.csv"
    old.write_text(edited() + EXCLUSION, encoding="utf-8")
    fees.write_text(
        "mdtrt_id,setl_id,feedetl_sn,med_list_codg,det_item_fee_sumamt\nV03,,1,D1,3000.00\n", encoding="utf-8"
    )
    command = [
        "drgdip",
        "settle",
        "--policy",
        str(old),
        "--cases",
        *CASES,
        "--fees",
        str(fees),
        "--month=2026-01",
        "--out",
        "x",
    ]
    drgdip.settle_to_folder(old, CASES, "2026-01", tmp_path / "run", fees=[fees], command=command)

    for given in ({"cases": CASES, "months": JANUARY, "fees": [fees]}, {"runs": [tmp_path / "run"]}):
        assert causes(backtest_policies(old, "demo_tiny", **given)) == {"case_rules": -50_000}
    with pytest.raises(UsageError, match="Give the fee lines with --fees"):
        backtest_policies("demo_tiny", old, cases=CASES, months=JANUARY)


OPEN = TINY + SANCTIONS + SCREENING


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """January has A of 3,000 (2,300), of which 500 are held until February, and S; February U of 4,000 (2,300 of 3,000 recorded), of which
    300 are held in proportion: 230.
    """
    folder = tmp_path_factory.mktemp("held")
    policy = folder / "old.yaml"
    policy.write_text(OPEN, encoding="utf-8")
    rows = {
        "2026-01": [special_stay("2026-01", "A"), special_stay("2026-01", "S")],
        "2026-02": [special_stay("2026-02", "U", 4000)],
    }
    doubts = {
        "2026-01": "k1,A,C01,500,,高度可疑,医疗类/超量",
        "2026-02": "k2,U,C01,300,deduct_scaled,高度可疑,医疗类/超量",
    }
    for number, (month, own) in enumerate(rows.items()):
        screening, cases = folder / f"screened-{month}", folder / f"{month}.csv"
        screening.mkdir()
        head = "key,settlement,rule,fund_yuan,hold_mode,severity,official_class\n"
        (screening / "held.csv").write_text(f"{head}{doubts[month]}\n", encoding="utf-8")
        write(screening, []).rename(screening / "denials.csv")
        cases.write_text("\n".join([HEADER, *own]) + "\n", encoding="utf-8")
        command = ["drgdip", "settle", "--cases", str(cases), "--screening", str(screening)]
        prior = [folder / one for one in MONTHS[:number]]
        drgdip.settle_to_folder(
            policy, [cases], month, folder / month, command=command, prior=prior, screening=screening
        )
    return folder


@pytest.mark.parametrize(
    ("exchanges", "expected", "told"),
    [
        # K 1.2: 2,600 each. 300 × 2,600 ÷ 3,000 = 260 are held: 95 % of 900 more, and of 30 less.
        ([TERTIARY], {"k": (90_000, 85_500), "holds": (0, -2_850)}, []),
        ([("高度可疑: hold", "高度可疑: pay")], {"screening": (0, 0), "holds": (0, 21_850)}, []),
        ([(SCREENING, "")], {"screening": (0, 0), "holds": (0, 21_850)}, ["k1", "k2"]),
    ],
)
def test_what_is_open_is_held_as_each_policy_says(
    held: Path, tmp_path: Path, exchanges: list[tuple[str, str]], expected: dict[str, tuple[int, int]], told: list[str]
) -> None:
    """All months together are due 95 % of 6,900 less 230; the 500 of January are paid in February."""
    new = tmp_path / "new.yaml"
    new.write_text(special_policy(*exchanges, text=OPEN), encoding="utf-8")
    found = backtest_policies(
        None, new, runs=[held / month for month in reversed(MONTHS)], out=tmp_path / "out", threads=1
    )

    assert {one.cause: (one.difference_fen, one.due_difference_fen) for one in found.by_cause} == expected
    assert (found.total.before_fen, found.total.due_before_fen) == (690_000, (690_000 - 23_000) * 95 // 100)
    assert [line.line_id for line in found.proof if not line.holds] == []
    assert {line.line_id: line.right for line in found.proof}["runs"] == 690_000
    assert [(one.side, one.kind, one.id, one.why) for one in found.not_applied] == [
        ("new", "finding", key, "held_no_section") for key in told
    ]
    assert "2 条" in (tmp_path / "out" / "backtest.html").read_text(encoding="utf-8")


# --- decisions and denials ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """January has A of 9,000 (660 points: 5,600), S and T of 3,000 (330 points: 2,300), February U as these. In February A is decided by
    item, 8,000 allowed: 7,000; and T is void.
    """
    folder = tmp_path_factory.mktemp("decided")
    policy = folder / "old.yaml"
    policy.write_text(TINY + SPECIAL + SANCTIONS, encoding="utf-8")
    rows = {"2026-01": [special_stay("2026-01", "A", 9000), special_stay("2026-01", "S"), special_stay("2026-01", "T")]}
    rows["2026-02"] = [special_stay("2026-02", "U")]
    verdict = decision("V", "A", "by_item", "2026-02-20", allowed_yuan="8000.00")
    given = {
        "decisions": write_decisions(folder / "decisions.csv", [verdict]),
        "denials": write(folder, [denial("N", "T", "void", "2026-02-20")]),
    }
    for month, own in rows.items():
        cases = folder / f"{month}.csv"
        cases.write_text("\n".join([HEADER, *own]) + "\n", encoding="utf-8")
        more = given if month == "2026-02" else {}
        command = [
            "drgdip",
            "settle",
            "--cases",
            str(cases),
            *(part for name, file in more.items() for part in (f"--{name}", str(file))),
        ]
        drgdip.settle_to_folder(
            policy, [cases], month, folder / month, command=command, **more,
            prior=[folder / "2026-01"] if more else [],
        )  # fmt: skip
    return folder


def again(decided: Path, tmp_path: Path, months: list[str], *exchanges: tuple[str, str]) -> PolicyBackTest:
    new = tmp_path / "new.yaml"
    new.write_text(special_policy(*exchanges, text=TINY + SPECIAL + SANCTIONS), encoding="utf-8")
    runs = [decided / month for month in months]
    return backtest_policies(None, new, runs=runs, out=tmp_path / "out", threads=1, language="en")


def test_decisions_and_denials_are_taken_along(decided: Path, tmp_path: Path) -> None:
    """K 1.2 for 1.1: A alone has 720 points, 6,200, the others 360, 2,600: 600 + 3 × 300 more. By item A has 800 more instead of 1,400; of T
    2,600 are denied instead of 2,300. 11,600 become 12,200. A quarter of four discharges is a place; of January's three it is none.

    Due are 95 % less what is denied: 11,020 − 2,300 + 2,185 = 10,905, and 11,590 − 2,600 + 2,470 = 11,460.
    """
    found = again(decided, tmp_path, MONTHS, TERTIARY, ('share: {value: "0.5"', 'share: {value: "0.25"'))

    assert causes(found) == {"k": 150_000, "special": 0, "decisions": -60_000, "denials": -30_000}
    assert (found.total.before_fen, found.total.after_fen) == (1_160_000, 1_220_000)
    assert found.total.due_difference_fen == 55_500
    assert [(row.code, row.pool, row.difference_fen) for row in found.hospital_pools] == [(H1, "310", 60_000)]
    assert [(row.code, row.difference_fen) for row in found.groups] == [("A46.X", 60_000)]
    assert {line.line_id: line.right for line in found.proof}["runs"] == 1_160_000
    assert (found.taken, found.not_applied) == (2, [])


def test_what_has_no_effect_under_the_new_policy_is_named(decided: Path, tmp_path: Path) -> None:
    """0.24 of four discharges is no place, and nothing can be denied: 5,600 + 3 × 2,300 = 12,500 for 11,600."""
    found = again(decided, tmp_path, MONTHS, (SANCTIONS, ""), ('share: {value: "0.5"', 'share: {value: "0.24"'))

    assert causes(found) == {"special": 0, "sanctions": 0, "decisions": -140_000, "denials": 230_000}
    assert [(one.side, one.kind, one.id, one.setl_id, one.why) for one in found.not_applied] == [
        ("new", "decision", "V", "A", "special_over_quota"),
        ("new", "denial", "N", "T", "denial_no_section"),
    ]
    with (tmp_path / "out" / "findings.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["id"], row["why"]) for row in csv.DictReader(file)] == [
            ("V", "special_over_quota"),
            ("N", "denial_no_section"),
        ]
    page = (tmp_path / "out" / "backtest.html").read_text(encoding="utf-8")
    assert "without effect under a policy: 2 " in page
    assert "V (new), N (new)" in page


def test_a_year_to_date_tells_the_months_of_its_stays(tmp_path: Path) -> None:
    """February settles A of January again, and denies 100 of it: that is of January, whatever month the line names."""
    policy, rows = tmp_path / "old.yaml", [special_stay("2026-01", "A"), special_stay("2026-02", "U")]
    policy.write_text(special_policy(CUMULATIVE, text=TINY + SANCTIONS), encoding="utf-8")
    given = write(tmp_path, [denial("N", "A", "", "2026-02-20", denied_fund_yuan="100.00")])
    for number, month in enumerate(MONTHS):
        cases = tmp_path / f"{month}.csv"
        cases.write_text("\n".join([HEADER, *rows[: number + 1]]) + "\n", encoding="utf-8")
        prior = [tmp_path / one for one in MONTHS[:number]]
        drgdip.settle_to_folder(
            policy, [cases], month, tmp_path / month, prior=prior, denials=given if number else None
        )
    found = beside_of([RunFolder(tmp_path / month) for month in MONTHS], [])

    assert {month: [one.id for one in own] for month, own in found.denials.items()} == {"2026-01": ["N"]}
    assert (found.late, found.fen) == (True, -10_000)


def test_what_is_about_a_month_that_is_not_tested_is_named(decided: Path, tmp_path: Path) -> None:
    found = again(decided, tmp_path, MONTHS[1:])

    assert causes(found) == {"decisions": 0, "denials": 0}
    assert {(one.side, one.id, one.month, one.why) for one in found.not_applied} == {
        ("both", "V", "2026-01", "stay_not_tested"),
        ("both", "N", "2026-01", "stay_not_tested"),
    }


@pytest.mark.parametrize(
    "given",
    [{}, {"cases": CASES}, {"months": JANUARY}, {"cases": CASES, "months": JANUARY, "runs": ["x"]},
     {"cases": CASES, "months": ["2026-13"]}, {"cases": ["nowhere.csv"], "months": JANUARY}],
)  # fmt: skip
def test_what_cannot_be_back_tested(given: dict[str, list[str]]) -> None:
    with pytest.raises(UsageError):
        backtest_policies("demo_tiny", "demo_tiny", **given)


# --- files ---------------------------------------------------------------------------------------


def test_command_and_files(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    new = written(tmp_path, SECONDARY, HIGH)
    arguments = [
        "backtest",
        "--policy-a",
        "demo_tiny",
        "--policy-b",
        str(new),
        "--cases",
        CASES[0],
        "--month",
        "2026-01",
    ]
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder, threads in zip(folders, ("1", "2"), strict=True):
        result = CliRunner().invoke(
            policy, [*arguments, "--out", str(folder), "--threads", threads], catch_exceptions=False
        )
        assert result.exit_code == 0
        assert "deviation: 3000.00 元" in result.output
    for path in folders[0].iterdir():
        if path.name != "run.json":
            assert path.read_bytes() == (folders[1] / path.name).read_bytes(), path.name

    with (folders[0] / "causes.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            (row["section"], row["fixmedins_code"], row["pool"], row["difference_yuan"]) for row in csv.DictReader(file)
        ]
    assert rows == [("k", "H99010000002", "310", "1500.00"), ("deviation", "H99010000002", "310", "3000.00")]
    record = json.loads((folders[0] / "run.json").read_text(encoding="utf-8"))
    assert record["causes_fen"] == {"k": 150_000, "deviation": 300_000}
    page = (folders[0] / "backtest.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    assert "4,500.00" in page
    book = load_workbook(folders[0] / "backtest.xlsx")
    assert [cell.value for cell in book["成因 Causes"]["B"]][2:] == [1500, 3000, 4500]
    again = CliRunner().invoke(policy, [*arguments, "--out", str(folders[0])])
    assert isinstance(again.exception, UsageError)
