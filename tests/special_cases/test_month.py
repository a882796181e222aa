"""A month with special-case review, by hand (see ``sample``), and what a later month does about a decided stay."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from drgdip import explain, load_policy, settle_month
from drgdip.base.errors import PolicyError
from drgdip.interface.special import SpecialLine
from drgdip.statement import MonthReport
from tests.special_cases.sample import H1, H2, City, application, decision, special_policy, stay

JANUARY = [
    stay("2026-01", "A"),
    stay("2026-01", "B", 12000, 4000),
    stay("2026-01", "C", 9000, 2000, H2),
    stay("2026-01", "D"),
]
BY_ITEM = decision("D1", "B", "by_item", allowed_yuan="11000.00")
ADJUSTED = decision("D2", "C", "adjusted", factor="1.8")


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path, special_policy())


def lines(report: MonthReport) -> dict[str, SpecialLine]:
    return {line.decision_id or line.application_id: line for line in report.special}


def keys(report: MonthReport) -> set[str]:
    return {key for key in report.findings.counts if key.startswith("special_")}


def payable(report: MonthReport, hospital: str = H1) -> int:
    return next(row.payable_fen for row in report.rows if row.hospital_code == hospital)


def holds(report: MonthReport) -> bool:
    return all(line.holds for line in report.proof)


def test_without_decisions_a_month_is_paid_as_usual(city: City) -> None:
    """B costs four times the reference: 300 × (4 − 2 + 1) × 1.1 = 990; C three times: 300 × 2 × 1.1 = 660."""
    report = city.settle("2026-01", JANUARY)

    assert payable(report) == 230_000 + (990_000 - 400_000) + 230_000
    assert payable(report, H2) == 660_000 - 200_000
    assert report.special == []
    assert holds(report)


def test_decisions_replace_what_pricing_gave(city: City) -> None:
    """B by item: 11,000 allowed − 4,000 = 7,000 (V88). C: 330 × 1.8 = 594 in place of 660 points, never added to them;
    5,940 − 2,000 = 3,940 (V90).
    """
    given = [application("A1", "B"), application("A2", "C", hospital=H2)]
    report = city.settle("2026-01", JANUARY, [BY_ITEM, ADJUSTED], given)
    first, second = lines(report)["D1"], lines(report)["D2"]

    assert (first.standing, first.before_payable_fen, first.after_payable_fen) == ("in_force", 590_000, 700_000)
    assert (second.after_points_e4, second.after_gross_fen, second.after_payable_fen) == (5_940_000, 594_000, 394_000)
    assert first.history.endswith("EXPERT_REVIEW>APPROVED_BY_ITEM>NOTIFIED>FINAL>POSTED")
    assert payable(report) == 2 * 230_000 + 700_000
    row = report.rows[0]
    assert (row.special_cases, row.by_item_cases, row.high_cases, row.points_e4) == (1, 1, 0, 6_600_000)
    assert (row.special_difference_fen, keys(report)) == (0, set())
    assert holds(report)


def test_a_rejected_stay_is_paid_as_usual(city: City) -> None:
    """Vector V91."""
    report = city.settle("2026-01", JANUARY, [decision("D1", "B", "rejected")], [application("A1", "B")])

    assert payable(report) == 1_050_000
    assert lines(report)["D1"].standing == "rejected"
    assert lines(report)["D1"].state == "FINAL"
    assert holds(report)


@pytest.mark.parametrize(
    ("cells", "points"),
    [({"points": "500"}, 5_000_000), ({"pay_std_amt": "5000.00"}, 5_000_000), ({"factor": "1.5"}, 4_950_000)],
)
def test_points_may_be_set_by_points_money_or_factor(city: City, cells: dict[str, str], points: int) -> None:
    report = city.settle("2026-01", JANUARY, [decision("D1", "B", "adjusted", **cells)], [application("A1", "B")])

    assert lines(report)["D1"].after_points_e4 == points


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (decision("D1", "X", "rejected"), "special_unknown_stay"),
        (decision("D1", "A", "by_item", allowed_yuan="2000"), "special_not_eligible"),
        (decision("D1", "B", "by_item", allowed_yuan="12000.01"), "special_above_cost"),
        (decision("D1", "B", "adjusted", points="1200.0001"), "special_above_cost"),
        (decision("D1", "B", "adjusted", pay_std_amt="12000.01"), "special_above_cost"),
        ({**BY_ITEM, "reviewers": "R1|R1"}, "special_few_reviewers"),
        ({**BY_ITEM, "reviewer_units": f"U1|{H1}"}, "special_recusal"),
        ({**BY_ITEM, "date": "2026-01-06"}, "special_before_discharge"),
        ({**BY_ITEM, "factor": "1.2"}, "special_amounts_unclear"),
        (decision("D1", "B", "adjusted"), "special_amounts_unclear"),
        (decision("D1", "B", "adjusted", factor="1", points="2"), "special_amounts_unclear"),
        (decision("D1", "B", "rejected", allowed_yuan="1"), "special_amounts_unclear"),
        ({**BY_ITEM, "outcome": "perhaps"}, "unknown_code"),
        ({**BY_ITEM, "allowed_yuan": "-1"}, "wrong_type"),
        ({**BY_ITEM, "date": "2026-02-30"}, "impossible_date"),
    ],
)
def test_a_decision_in_doubt_changes_nobodys_payment(city: City, given: dict[str, str], key: str) -> None:
    report = city.settle("2026-01", JANUARY, [given], [application("A1", "B")])

    assert key in report.findings.counts
    assert payable(report) == 1_050_000
    assert payable(report, H2) == 460_000
    assert "in_force" not in {line.standing for line in report.special}


@pytest.mark.parametrize("given", [{"allowed_yuan": "12000.00"}, {"points": "1200"}, {"pay_std_amt": "12000.00"}])
def test_a_decision_up_to_the_cost_is_used(city: City, given: dict[str, str]) -> None:
    outcome = "by_item" if "allowed_yuan" in given else "adjusted"
    report = city.settle("2026-01", JANUARY, [decision("D1", "B", outcome, **given)], [application("A1", "B")])

    assert payable(report) == 460_000 + 1_200_000 - 400_000


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (application("A1", "B", day="2026-02-07"), "special_late_application"),
        (application("A1", "B", day="2026-01-06"), "special_before_discharge"),
        (application("A1", "B", hospital=H2), "special_other_hospital"),
        (application("A1", "A"), "special_not_eligible"),
        (application("A1", "X"), "special_unknown_stay"),
    ],
)
def test_an_application_that_cannot_be_used_is_returned(city: City, given: dict[str, str], key: str) -> None:
    report = city.settle("2026-01", JANUARY, [decision("D1", given["setl_id"], "rejected")], [given])

    assert key in keys(report)
    assert lines(report)["A1"].state == "RETURNED"
    assert lines(report)["D1"].standing == "refused"


def test_an_application_on_the_last_day_is_in_time(city: City) -> None:
    report = city.settle("2026-01", JANUARY, (), [application("A1", "B", day="2026-02-06")])

    assert keys(report) == set()
    assert (lines(report)["A1"].standing, lines(report)["A1"].state) == ("open", "EXPERT_REVIEW")


def test_a_decision_without_application_is_used_and_told(city: City) -> None:
    report = city.settle("2026-01", JANUARY, [BY_ITEM])

    assert keys(report) == {"special_without_application"}
    assert payable(report) == 1_160_000


def test_a_stay_is_decided_once(city: City) -> None:
    report = city.settle("2026-01", JANUARY, [BY_ITEM, decision("D9", "B", "adjusted", factor="2")])

    assert "special_decided_before" in keys(report)
    assert lines(report)["D9"].standing == "refused"
    assert payable(report) == 1_160_000


def test_places_go_to_the_highest_cost_ratio(tmp_path: Path) -> None:
    """Four discharges, share 0.4: floor(1.6) = one place, which B (4×) gets before C (3×)."""
    city = City(tmp_path, special_policy(('"0.5", cite', '"0.4", cite')))
    report = city.settle("2026-01", JANUARY, [ADJUSTED, BY_ITEM])

    assert (lines(report)["D1"].standing, lines(report)["D2"].standing) == ("in_force", "waiting")
    assert "special_over_quota" in keys(report)
    assert payable(report, H2) == 460_000
    assert lines(report)["D2"].state == "APPROVED_ADJUSTED"
    assert holds(report)


def test_stays_that_a_route_takes_out_do_not_count(tmp_path: Path) -> None:
    """Of four stays one is from another province and paid by item: floor(3 × 0.5) = one place, not two."""
    city = City(tmp_path, special_policy())
    rows = [*JANUARY[:3], stay("2026-01", "D", place="110100")]
    report = city.settle("2026-01", rows, [ADJUSTED, BY_ITEM])

    assert [line.right for line in report.proof if line.line_id == "special_quota_region"] == [1]
    assert lines(report)["D2"].standing == "waiting"


def test_a_place_that_opens_later_posts_the_difference_once(tmp_path: Path) -> None:
    """C waits in January; February's two discharges make 6 × 0.4 = 2 places. H2 is posted 3,940 − 4,600 = −660 in
    February: what is due of nothing else falls short and is carried.
    """
    city = City(tmp_path, special_policy(('"0.5", cite', '"0.4", cite')))
    city.settle("2026-01", JANUARY, [ADJUSTED, BY_ITEM])
    february = [stay("2026-02", "E"), stay("2026-02", "F", hospital=H2)]
    report = city.settle("2026-02", february, prior=["2026-01"])
    line, row = lines(report)["D2"], report.rows[1]

    assert (line.standing, line.stay_month, line.posted_fen) == ("in_force", "2026-01", -66_000)
    assert (row.hospital_code, row.payable_fen, row.special_difference_fen) == (H2, 230_000, -66_000)
    assert row.due_fen == 164_000 - 8_200
    assert holds(report)

    march = city.settle("2026-03", [stay("2026-03", "G")], prior=["2026-01", "2026-02"])
    assert march.special == []
    assert [row.special_difference_fen for row in march.rows] == [0]


def test_a_decision_after_the_month_was_paid(city: City) -> None:
    """7,000 − 5,900 = 1,100 are posted to H1 in February, 5 % of it retained; January's files stay as they are."""
    city.settle("2026-01", JANUARY)
    before = {path.name: path.read_bytes() for path in city.run("2026-01").iterdir()}
    late = {**BY_ITEM, "date": "2026-02-10"}
    report = city.settle("2026-02", [stay("2026-02", "E")], [late], prior=["2026-01"])
    line, row = lines(report)["D1"], report.rows[0]

    assert (line.month, line.stay_month, line.posted_fen) == ("2026-02", "2026-01", 110_000)
    assert (row.cases, row.special_cases, row.payable_fen, row.special_difference_fen) == (1, 0, 230_000, 110_000)
    assert (row.retained_fen, row.due_fen, row.paid_fen) == (17_000, 323_000, 323_000)
    assert {path.name: path.read_bytes() for path in city.run("2026-01").iterdir()} == before
    assert holds(report)

    again = city.settle("2026-02", [stay("2026-02", "E")], [late], prior=["2026-01"], out="again")
    assert again.special == report.special
    march = city.settle("2026-03", [stay("2026-03", "G")], [late], prior=["2026-01", "2026-02"])
    assert "special_repeated" in keys(march)
    assert march.rows[0].special_difference_fen == 0


def test_what_waits_in_december_is_rejected(tmp_path: Path) -> None:
    city = City(tmp_path, special_policy(('"0.5", cite', '"0.4", cite')))
    rows = [row.replace("2026-01", "2026-12") for row in JANUARY]
    day = "2026-12-20"
    report = city.settle("2026-12", rows, [{**ADJUSTED, "date": day}, {**BY_ITEM, "date": day}])

    assert (lines(report)["D2"].standing, lines(report)["D2"].why) == ("rejected", "special_quota_exhausted")
    assert {"special_quota_exhausted", "special_prior_missing"} <= keys(report)


def test_a_hospital_has_no_more_than_its_part(tmp_path: Path) -> None:
    """Two places by weight of eligible stays: H1 two, H2 one of three: largest remainder 1 and 1. H1's second waits."""
    city = City(tmp_path, special_policy(("allocation: {value: none", "allocation: {value: eligible_weight")))
    rows = [stay("2026-01", "B", 12000, 4000), stay("2026-01", "B2", 15000, 4000), JANUARY[2], JANUARY[0]]
    given = [BY_ITEM, decision("D3", "B2", "by_item", allowed_yuan="15000"), ADJUSTED]
    report = city.settle("2026-01", rows, given)

    assert {name: line.standing for name, line in lines(report).items()} == {
        "D3": "in_force", "D1": "waiting", "D2": "in_force",
    }  # fmt: skip


def test_a_floating_point_value_counts_stays_as_decided_or_as_priced(tmp_path: Path) -> None:
    """Month fund 12,000 at ratio 0.5: 24,000. Points A 330, C 660, D 330, B 990 or by item 11,000.
    Before: (24,000 − 11,000) ÷ 1,320 = 9.8485 (V89). After: 24,000 ÷ 2,310 = 10.3896.
    """
    floating = (("point_value: {value: fixed_opening", "point_value: {value: floating"),)
    fund = _fund()
    for effect, expected in (("before_pv", "9.8485"), ("after_pv", "10.3896")):
        folder = tmp_path / effect
        folder.mkdir()
        city = City(folder, special_policy(*floating, *fund, ("value: before_pv", f"value: {effect}")))
        report = city.settle("2026-01", JANUARY, [BY_ITEM])
        assert report.run.point_values["310"] == expected
        assert lines(report)["D1"].after_payable_fen == 700_000
        assert holds(report)


def _fund() -> tuple[tuple[str, str], ...]:
    text = special_policy()
    start = text.index("month_fund_yuan")
    fund = text[start : text.index("\n", start)]
    ratio = text[text.index("pay_ratio", start) : text.index("\n", text.index("pay_ratio", start))]
    return (
        (fund, 'month_fund_yuan: {value: "12000", cite: "Example"}'),
        (ratio, 'pay_ratio: {value: "0.5", cite: "Example"}'),
    )


def test_a_cumulative_month_keeps_earlier_decisions(tmp_path: Path) -> None:
    """The year to date is settled again: what was decided stays decided, and is due once."""
    text = special_policy(("point_value: {value: fixed_opening", "point_value: {value: cumulative"), *_fund())
    city = City(tmp_path, text)
    first = city.settle("2026-01", JANUARY, [BY_ITEM])
    report = city.settle(
        "2026-02",
        [*JANUARY, stay("2026-02", "E"), stay("2026-02", "F")],
        [ADJUSTED | {"date": "2026-02-10"}],
        prior=["2026-01"],
    )

    assert {name: line.standing for name, line in lines(report).items()} == {"D1": "in_force", "D2": "in_force"}
    assert lines(report)["D1"].after_payable_fen == lines(first)["D1"].after_payable_fen == 700_000
    assert [row.special_cases for row in report.rows] == [1, 1]
    assert [row.special_difference_fen for row in report.rows] == [0, 0]
    assert holds(report)


def test_the_decided_stay_is_explained(city: City) -> None:
    city.settle("2026-01", JANUARY, [BY_ITEM, ADJUSTED])
    for setl_id, words in (("B", "11000.00"), ("C", "330.0000 × 1.8000")):
        told = explain(city.run("2026-01"), setl_id, "en")
        step = next(step for step in told.steps if step.title.en == "Special-case review")
        assert told.differences == []
        assert any(words in (line.working + line.value) for line in step.writes)
        assert any(key == "special.share" for key, _ in step.citations)


def test_files_of_the_run(city: City) -> None:
    city.settle("2026-01", JANUARY, [BY_ITEM], [application("A1", "B")])
    with (city.run("2026-01") / "special.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    with (city.run("2026-01") / "statement.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))

    assert (row["exit_fund_payamt"], row["drg_fund_payamt"], row["exit_rea"]) == ("7000.00", "5900.00", "危重")
    assert header[-2:] == ["special_cases", "special_difference_yuan"]


def test_threads_and_chunks_change_nothing(city: City) -> None:
    one = city.settle("2026-01", JANUARY, [BY_ITEM, ADJUSTED])
    other = city.settle("2026-01", JANUARY, [BY_ITEM, ADJUSTED], out="chunks", chunk_rows=1)

    assert (one.rows, one.special) == (other.rows, other.special)
    assert (city.run("2026-01") / "cases.parquet").read_bytes() != b""


def test_a_policy_without_the_section_knows_no_decisions(city: City) -> None:
    city.settle("2026-01", JANUARY, [BY_ITEM])

    with pytest.raises(PolicyError, match="special"):
        settle_month(
            load_policy("demo_tiny"),
            city.folder / "2026-01.csv",
            "2026-01",
            decisions=city.folder / "2026-01-decisions.csv",
        )
