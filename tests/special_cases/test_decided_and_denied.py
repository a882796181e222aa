"""A stay that is decided on in one later month and denied in another, by hand (6.4, 8.3): once, whichever comes first.

A cost 9,000 (three times the reference): 300 × (3 − 2 + 1) × 1.1 = 660 points, 6,600, of which the patient paid 1,000: 5,600
are payable. In Hypertension, a primary-care group without K, it has 200 points and 200 standard points; 9,000 is 4.5 times
its reference of 2,000: 200 × (4.5 − 2 + 1) = 700 points.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from drgdip import clear_year
from drgdip.statement import MonthReport
from tests.policy.samples import TINY
from tests.sanctions.test_denials import SANCTIONS, denial, write
from tests.special_cases.sample import H1, SPECIAL, City, decision, special_policy, stay, write_decisions
from tests.special_cases.test_year import MONTHS, TEXT

POLICY = TINY + SPECIAL + SANCTIONS
BY_ITEM = decision("V", "A", "by_item", allowed_yuan="8000.00")  # 7,000 payable
TWICE = decision("V", "A", "adjusted", factor="2")  # 660 points in place of 660
VOID = denial("N", "A", "void")
LESS = denial("N", "A", "reprice_cost", denied_fee_yuan="1000")  # 8,000: 300 × (8/3 − 1) × 1.1 = 550 points, 4,500
OTHER = denial("N", "A", "regroup", group_code="I10.X")
ALL = denial("Z", "A", "deduct_amount", denied_fund_yuan="9000")


def files(given: Sequence[dict[str, str]], day: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The decisions and the denials among what is given, of a day."""
    dated = [one | {"date": day} for one in given]
    return [one for one in dated if "decision_id" in one], [one for one in dated if "denial_id" in one]


def settle(city: City, *given: Sequence[dict[str, str]]) -> list[MonthReport]:
    """January with A, and a month for each list of decisions and denials after it."""
    reports = []
    for number, own in enumerate([(), *given]):
        month = MONTHS[number]
        decisions, denials = files(own, f"{month}-20")
        reports.append(
            city.settle(
                month,
                [stay(month, f"S{number}"), *([stay(month, "A", 9000)] if number == 0 else [])],
                decisions,
                prior=MONTHS[:number],
                denials=write(city.folder, denials) if denials else None,
            )
        )
        assert [line.line_id for line in reports[-1].proof if not line.holds] == []
    return reports


def moved(reports: Sequence[MonthReport]) -> list[int]:
    """What each month after January gives to A, or takes."""
    return [
        sum(line.posted_fen for line in report.special) - sum(line.denied_fen for line in report.denials)
        for report in reports[1:]
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([[BY_ITEM], [VOID]], [140_000, -700_000]),
        ([[BY_ITEM, VOID]], [140_000 - 700_000]),
        ([[VOID], [BY_ITEM]], [-560_000, 0]),
        ([[BY_ITEM], [LESS]], [140_000, 0]),  # what is paid by item is what the committee allowed
        ([[LESS], [BY_ITEM]], [-110_000, 250_000]),
        ([[TWICE], [OTHER]], [0, -260_000]),  # 400 points: 4,000 − 1,000
        ([[OTHER], [TWICE]], [0, -260_000]),  # 700 points would pay more, and change nothing by themselves
        (
            [[denial("M", "A", "deduct_amount", denied_fund_yuan="600")], [BY_ITEM], [VOID]],
            [-60_000, 140_000, -640_000],
        ),
        ([[LESS], [BY_ITEM], [ALL]], [-110_000, 250_000, -700_000]),
        ([[BY_ITEM], [LESS], [ALL]], [140_000, 0, -700_000]),
    ],
)
def test_a_stay_is_worth_its_decision_on_what_was_left_of_it(
    tmp_path: Path, given: list[list[dict[str, str]]], expected: list[int]
) -> None:
    assert moved(settle(City(tmp_path, POLICY), *given)) == expected


@pytest.mark.parametrize(("allowed", "why"), [("8000.00", ""), ("8000.01", "special_above_cost")])
def test_denied_cost_is_no_cost_that_can_be_allowed(tmp_path: Path, allowed: str, why: str) -> None:
    march = settle(City(tmp_path, POLICY), [LESS], [{**BY_ITEM, "allowed_yuan": allowed}])[-1]

    assert [line.why for line in march.special] == [why]


def test_a_void_stay_is_not_decided_on(tmp_path: Path) -> None:
    march = settle(City(tmp_path, POLICY), [VOID], [BY_ITEM])[-1]

    assert [(line.standing, line.why) for line in march.special] == [("refused", "special_stay_denied")]
    assert march.findings.counts["special_stay_denied"] == 1


def test_a_void_stay_waits_for_no_place(tmp_path: Path) -> None:
    """Half of one discharge is no place in January; in February there would be one."""
    city = City(tmp_path, POLICY)
    city.settle("2026-01", [stay("2026-01", "A", 9000)], [BY_ITEM])
    given = write(city.folder, [{**VOID, "date": "2026-02-20"}])
    city.settle("2026-02", [], prior=["2026-01"], denials=given)
    march = city.settle("2026-03", [stay("2026-03", "S"), stay("2026-03", "T")], prior=["2026-01", "2026-02"])

    assert [(line.standing, line.why, line.posted_fen) for line in march.special] == [
        ("rejected", "special_stay_denied", 0)
    ]


@pytest.mark.parametrize("given", [[[LESS], [BY_ITEM]], [[VOID], [BY_ITEM]]])
def test_a_year_to_date_does_not_decide_on_what_was_denied(tmp_path: Path, given: list[list[dict[str, str]]]) -> None:
    """There the stay is paid again with its decision, beside the deduction that was taken for what it was."""
    text = special_policy(("point_value: {value: fixed_opening", "point_value: {value: cumulative"), text=POLICY)
    city = City(tmp_path, text)
    rows = [stay("2026-01", "A", 9000), stay("2026-01", "S")]
    city.settle("2026-01", rows)
    denials = write(city.folder, [{**given[0][0], "date": "2026-02-20"}])
    city.settle("2026-02", rows, prior=["2026-01"], denials=denials)
    march = city.settle("2026-03", rows, [BY_ITEM], prior=["2026-01", "2026-02"])

    assert [(line.standing, line.why) for line in march.special] == [("refused", "special_stay_denied")]


@pytest.mark.parametrize(
    ("given", "late", "expected"),
    [
        ([[], [BY_ITEM], [VOID]], [], (0, 4_800_000, 0)),
        ([[], [LESS]], [BY_ITEM], (0, 4_800_000, 700_000)),
        ([[], [OTHER], [TWICE]], [], (4_000_000, 5_600_000, 0)),
        ([[], [TWICE]], [OTHER], (4_000_000, 5_600_000, 0)),
        ([], [BY_ITEM, VOID], (0, 4_800_000, 0)),
    ],
)
def test_the_year_counts_what_the_stay_is_in_the_end(
    tmp_path: Path, given: list[list[dict[str, str]]], late: list[dict[str, str]], expected: tuple[int, int, int]
) -> None:
    """24 stays of 330 points and 2,000 recorded, and A (8,000 recorded), decided on and denied in months or after the last."""
    city = City(tmp_path, TEXT + SANCTIONS)
    for number, month in enumerate(MONTHS):
        decisions, denials = files(given[number] if number < len(given) else [], f"{month}-20")
        rows = [stay(month, f"S{number}"), stay(month, f"T{number}")]
        city.settle(
            month,
            [*rows, *([stay(month, "A", 9000)] if number == 0 else [])],
            decisions,
            prior=MONTHS[:number],
            denials=write(tmp_path, denials) if denials else None,
        )
    decisions, denials = files(late, "2027-01-20")
    result = clear_year(
        city.policy, "2026", city.folder / "runs",
        decisions=write_decisions(tmp_path / "late.csv", decisions) if decisions else None,
        denials=write(tmp_path, denials) if denials else None,
    )  # fmt: skip

    assert result.broken_proof == ()
    (row,) = [row for row in result.report.rows if row.hospital_code == H1 and row.pool == "310"]
    points, recorded, by_item = expected
    assert (row.points_e4, row.recorded_fen) == (24 * 3_300_000 + points, recorded)
    assert (row.by_item_fen, row.deductions_fen) == (by_item, 0)
