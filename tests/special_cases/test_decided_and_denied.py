"""A stay that is decided on in one later month and denied in another, by hand (6.4, 8.3): once, whichever comes first.

A cost 9,000 (three times the reference): 300 × (3 − 2 + 1) × 1.1 = 660 points, 6,600, of which the patient paid 1,000: 5,600
are payable. In Hypertension, a primary-care group without K, it has 200 points and 200 standard points; 9,000 is 4.5 times
its reference of 2,000: 200 × (4.5 − 2 + 1) = 700 points.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import drgdip.cli.settle as settle_command
from drgdip import clear_year
from drgdip.statement import MonthReport
from drgdip.statement.report import report_html
from tests.policy.samples import TINY
from tests.properties.city_folder import FOR_PEOPLE
from tests.sanctions.test_denials import SANCTIONS, denial, write
from tests.sanctions.test_readmission import PAIR, READMISSION, Persons
from tests.sanctions.test_readmission import stay as visit
from tests.special_cases.sample import H1, SPECIAL, City, decision, special_policy, stay, write_decisions
from tests.special_cases.test_year import MONTHS, TEXT
from tests.year.test_beside_points import FEES
from tests.year.test_case_sums import RULES

POLICY = TINY + SPECIAL + SANCTIONS
BY_ITEM = decision("V", "A", "by_item", allowed_yuan="8000.00")  # 7,000 payable
TWICE = decision("V", "A", "adjusted", factor="2")  # 660 points in place of 660
VOID = denial("N", "A", "void")
LESS = denial("N", "A", "reprice_cost", denied_fee_yuan="1000")  # 8,000: 300 × (8/3 − 1) × 1.1 = 550 points, 4,500
OTHER = denial("N", "A", "regroup", group_code="I10.X")
ONCE = decision("V", "A", "adjusted", factor="1")  # 330 points, 2,300
FUND = denial("M", "A", "deduct_amount", denied_fund_yuan="5600")
SCALED = denial("M", "A", "deduct_scaled", denied_fund_yuan="1000")
#: Half the standard points, and a bill of less than the drugs in it (see the test).
HALF = decision("V", "A", "adjusted", factor="0.5")
LESS_THAN_DRUGS = denial("N", "A", "reprice_cost", denied_fee_yuan="6000")
ALL = denial("Z", "A", "deduct_amount", denied_fund_yuan="9000")


def files(given: Sequence[dict[str, str]], day: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The decisions and the denials among what is given, of a day."""
    dated = [one | {"date": day} for one in given]
    return [one for one in dated if "decision_id" in one], [one for one in dated if "denial_id" in one]


def settle(city: City, *given: Sequence[dict[str, str]], **more: Any) -> list[MonthReport]:
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
                **more,
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
        # What is denied is denied of what the stay is paid in the end, not only of what it was paid at first.
        ([[ALL], [BY_ITEM]], [-560_000, 0]),
        ([[LESS], [FUND], [BY_ITEM]], [-110_000, -450_000, 140_000]),
        ([[BY_ITEM], [LESS], [FUND]], [140_000, 0, -560_000]),
        ([[FUND], [ONCE]], [-560_000, 0]),  # 2,300 are payable, and none of them is left
        ([[SCALED], [BY_ITEM]], [-70_000, 122_500]),  # 1,000 × 7 ÷ 8 in place of 1,000 × 5.6 ÷ 8
        ([[BY_ITEM], [SCALED]], [140_000, -87_500]),
    ],
)
def test_a_stay_is_worth_its_decision_on_what_was_left_of_it(
    tmp_path: Path, given: list[list[dict[str, str]]], expected: list[int]
) -> None:
    assert moved(settle(City(tmp_path, POLICY), *given)) == expected


def test_what_is_told_of_a_month_adds_up(tmp_path: Path) -> None:
    """S1 of February has 2,300, A is paid 1,400 more, of S0 100 are denied: 5 % of 3,700 are retained, 3,515 are due."""
    less = denial("L", "S0", "deduct_amount", denied_fund_yuan="100")
    february = settle(City(tmp_path, POLICY), [BY_ITEM, less])[-1]

    told = settle_command._content(february)["totals_fen"]
    assert [*told][2:] == [
        "recorded_fen",
        "difference_fen",
        "special_difference_fen",
        "retained_fen",
        "due_fen",
        "deducted_fen",
        "paid_fen",
    ]
    assert [told[f"{name}_fen"] for name in ("payable", "special_difference", "retained", "due", "deducted", "paid")] == [
        230_000, 140_000, 18_500, 351_500, 10_000, 341_500,
    ]  # fmt: skip
    figures = report_html(february).partition("各基金池")[0]
    assert all(text in figures for text in ("特例补差", "1,400.00", "本期应拨", "3,515.00"))


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


#: A year to date whose points are always worth ten yuan.
TEN = 'pay_ratio: {value: "0.8"'
YEAR_TO_DATE = (
    ("point_value: {value: fixed_opening", "point_value: {value: cumulative"),
    (
        TEN,
        f'point_value_floor: {{value: "10", cite: "Example"}}\n    point_value_cap: {{value: "10", cite: "Example"}}\n    {TEN}',
    ),
)


@pytest.mark.parametrize(
    ("given", "changes", "taken"),
    [
        ([[FUND], [ONCE], []], [0, -330_000, -330_000], [560_000, 0, 0]),  # of 2,300 no more than 2,300 stay denied
        ([[ONCE], [FUND]], [0, 0], [0, 230_000]),
        ([[SCALED], [BY_ITEM]], [0, 17_500], [70_000, 0]),
        # Of 7,000 the 5,600 stay denied; a later denial finds 1,400 of it, and none where all is denied.
        ([[FUND], [BY_ITEM], [{**ALL, "denial_id": "Y"}]], [0, 0, 0], [560_000, 0, 140_000]),
        ([[ALL], [BY_ITEM], [{**FUND, "denial_id": "Y"}]], [0, 140_000, 140_000], [560_000, 0, 0]),
    ],
)
def test_a_year_to_date_denies_amounts_of_what_is_paid_in_the_end(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: list[list[dict[str, str]]],
    changes: list[int],
    taken: list[int],
) -> None:
    """Whatever comes first: all months together pay 95 % of what is payable and of what was denied too much, less what was denied."""
    for name in FOR_PEOPLE:
        monkeypatch.setattr(f"drgdip.statement.{name}", lambda *_: None)
    city, rows = City(tmp_path, special_policy(*YEAR_TO_DATE, text=POLICY)), [stay("2026-01", "A", 9000)]
    reports = []
    for number, own in enumerate([[], *given]):
        month = MONTHS[number]
        rows += [stay(month, f"{name}{number}") for name in "STU"]
        decisions, denials = files(own, f"{month}-20")
        reports.append(
            city.settle(
                month, rows, decisions, prior=MONTHS[:number], denials=write(tmp_path, denials) if denials else None
            )
        )
        assert [line.line_id for line in reports[-1].proof if not line.holds] == []
    own_rows = [next(row for row in report.rows if row.cases) for report in reports]

    assert [sum(line.denied_change_fen for line in report.special) for report in reports[1:]] == changes
    assert [-row.special_difference_fen for row in own_rows[1:]] == changes
    assert [row.audit_deduction_fen for row in own_rows[1:]] == taken
    payable = 3 * len(reports) * 230_000 + (700_000 if any(BY_ITEM in own for own in given) else 230_000)
    assert sum(row.paid_fen for row in own_rows) == (payable - changes[-1]) * 95 // 100 - sum(taken)


def test_the_cost_of_a_void_stay_by_item_stays_out_of_a_year_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """125,000 of cost a month for 660 points of S and T, and 8,000 of A by item until it is void: (125,000 − 8,000) ÷ 660,
    250,000 ÷ 660, and 375,000 ÷ 660 in the month after.
    """
    for name in FOR_PEOPLE:
        monkeypatch.setattr(f"drgdip.statement.{name}", lambda *_: None)
    city = City(tmp_path, special_policy(YEAR_TO_DATE[0], text=POLICY))
    rows = [stay("2026-01", "A", 9000), stay("2026-01", "S"), stay("2026-01", "T")]
    months = [
        city.settle("2026-01", rows, [BY_ITEM]),
        city.settle("2026-02", rows, prior=MONTHS[:1], denials=write(tmp_path, [VOID | {"date": "2026-02-20"}])),
        city.settle("2026-03", rows, prior=MONTHS[:2]),
    ]

    values = [next(row.point_value_e4 for row in month.rows if row.pool == "310") for month in months]
    assert values == [1_772_727, 3_787_879, 5_681_818]


@pytest.mark.parametrize(
    ("given", "late", "expected"),
    [
        ([[], [BY_ITEM], [VOID]], [], (0, 4_800_000, 0, 0)),
        ([[], [LESS]], [BY_ITEM], (0, 4_800_000, 700_000, 0)),
        ([[], [OTHER], [TWICE]], [], (4_000_000, 5_600_000, 0, 0)),
        ([[], [TWICE]], [OTHER], (4_000_000, 5_600_000, 0, 0)),
        ([], [BY_ITEM, VOID], (0, 4_800_000, 0, 0)),
        # Recorded is net of what is deducted: never more than the stay comes to, and all of that where all is denied.
        ([[], [FUND], [ONCE]], [], (3_300_000, 5_600_000 - 230_000, 0, 230_000)),
        ([[], [ALL]], [BY_ITEM], (0, 4_800_000 - 700_000, 700_000, 700_000)),
    ],
)
def test_the_year_counts_what_the_stay_is_in_the_end(
    tmp_path: Path, given: list[list[dict[str, str]]], late: list[dict[str, str]], expected: tuple[int, ...]
) -> None:
    """24 stays of 330 points and 2,000 recorded, and A (8,000 recorded), decided on and denied in months or after the last."""
    assert cleared(tmp_path, TEXT + SANCTIONS, given, late) == expected


@pytest.mark.parametrize("given", [[[], [LESS], [BY_ITEM]], [[], [BY_ITEM], [LESS]]])
def test_a_stay_by_item_leaves_no_points_where_denied_stays_keep_theirs(
    tmp_path: Path, given: list[list[dict[str, str]]]
) -> None:
    """After the pool the 550 points of a lower cost are deducted from 660; by item neither stands in the year."""
    text = special_policy(
        ("void_points: {value: exclude", "void_points: {value: keep"),
        ("timing: {value: before_pool", "timing: {value: after_pool"),
        text=TEXT + SANCTIONS,
    )
    assert cleared(tmp_path, text, given, []) == (0, 4_800_000, 700_000, 0)


def test_a_year_to_date_decides_and_denies_after_its_clearing(tmp_path: Path) -> None:
    """By item 7,000 of A are payable, whatever of the cost is denied, but for 1,000 of the fund. B is as A; 5,600 of it were denied in
    February, but March has decided it at 330 points: of 2,300 no more than 2,300 are deducted.
    """
    text = special_policy(*YEAR_TO_DATE, ("scale: share_only", "scale: share_then_base"), text=TEXT + SANCTIONS)
    late = [BY_ITEM, LESS, denial("M", "A", "deduct_amount", denied_fund_yuan="1000")]

    months = [[], [FUND | {"setl_id": "B", "denial_id": "B"}], [ONCE | {"setl_id": "B", "decision_id": "B"}]]

    assert cleared(tmp_path, text, months, late, stay("2026-01", "B", 9000)) == (
        3_300_000,
        5_600_000 - 330_000,
        700_000,
        330_000,
    )


def cleared(
    folder: Path, text: str, given: Sequence[list[dict[str, str]]], late: Sequence[dict[str, str]], *more: str
) -> tuple[int, ...]:
    """Points beside those of 24 stays, recorded, by item and deducted, of a year with A in January."""
    city, before = City(folder, text), [*more]
    for number, month in enumerate(MONTHS):
        decisions, denials = files(given[number] if number < len(given) else [], f"{month}-20")
        rows = [
            stay(month, f"S{number}"),
            stay(month, f"T{number}"),
            *([stay(month, "A", 9000)] if number == 0 else []),
        ]
        before = [*before, *rows] if "value: cumulative" in text else rows
        city.settle(
            month, before, decisions, prior=MONTHS[:number], denials=write(folder, denials) if denials else None
        )
    decisions, denials = files(late, "2027-01-20")
    result = clear_year(
        city.policy, "2026", city.folder / "runs",
        decisions=write_decisions(folder / "late.csv", decisions) if decisions else None,
        denials=write(folder, denials) if denials else None,
    )  # fmt: skip

    assert result.broken_proof == ()
    (row,) = [row for row in result.report.rows if row.hospital_code == H1 and row.pool == "310"]
    return row.points_e4 - 24 * 3_300_000, row.recorded_fen, row.by_item_fen, row.deductions_fen


@pytest.mark.parametrize(
    ("given", "expected"),
    [([[LESS_THAN_DRUGS], [HALF]], [-430_000, 165_000]), ([[HALF], [LESS_THAN_DRUGS]], [-165_000, -100_000])],
)
def test_denied_cost_that_eats_into_what_is_paid_outside_the_group(
    tmp_path: Path, given: list[list[dict[str, str]]], expected: list[int]
) -> None:
    """A has 4,000 of drugs that are paid outside: 330 points for the other 5,000, 3,300 + 4,000 − 1,000 = 6,300. Of a bill of 3,000
    there is nothing else than drugs: 3,000 − 1,000. Half the standard points: 1,650 + 4,000 − 1,000, or with 3,000 of drugs 3,650.
    """
    text = special_policy(('cost_above: "2"', 'cost_above: "0.5"'), text=POLICY + RULES)
    fees = tmp_path / "fees.csv"
    fees.write_text(FEES + "V1,A,1,D1,4000.00\n", encoding="utf-8")

    assert moved(settle(City(tmp_path, text), *given, fees=[fees])) == expected


def test_an_episode_is_decided_on_as_one(tmp_path: Path) -> None:
    """7,000 for both stays, 440 points: 4,400 less the 2,500 of the patient. By item 6,000 are allowed: 3,500. The fund's 1,000
    that are denied in March stay denied; a stay that is paid with the other is not decided on by itself.
    """
    text = special_policy(('cost_above: "2"', 'cost_above: "0.5"'), text=POLICY + READMISSION)
    city, day = Persons(tmp_path, text), "2026-02-20"
    city.settle("2026-01", PAIR)
    both = [
        decision("V", "A", "by_item", day, allowed_yuan="6000.00"),
        decision("W", "B", "by_item", day, allowed_yuan="1.00"),
    ]
    other = visit("C", "2026-02-02", "2026-02-08", person="Q")
    february = city.settle("2026-02", [other], prior=["2026-01"], decisions=write_decisions(tmp_path / "d.csv", both))
    taken = [denial("N", "A", "deduct_amount", "2026-03-20", denied_fund_yuan="1000")]
    march = city.settle(
        "2026-03", [visit("D", "2026-03-02", "2026-03-08", person="R")], prior=["2026-01", "2026-02"],
        denials=write(tmp_path, taken),
    )  # fmt: skip

    assert [(line.setl_id, line.standing, line.why, line.posted_fen) for line in february.special] == [
        ("A", "in_force", "", 350_000 - 190_000),
        ("B", "refused", "special_in_episode", 0),
    ]
    assert [(line.before_payable_fen, line.denied_fen) for line in march.denials] == [(350_000, 100_000)]
    for report in (february, march):
        assert [line.line_id for line in report.proof if not line.holds] == []


@pytest.mark.parametrize(("allowed", "why"), [("7000.00", ""), ("7000.01", "special_above_cost")])
def test_what_an_episode_may_be_allowed(tmp_path: Path, allowed: str, why: str) -> None:
    city = Persons(tmp_path, special_policy(('cost_above: "2"', 'cost_above: "0.5"'), text=POLICY + READMISSION))
    city.settle("2026-01", PAIR)
    given = write_decisions(tmp_path / "d.csv", [decision("V", "A", "by_item", "2026-02-20", allowed_yuan=allowed)])
    other = visit("C", "2026-02-02", "2026-02-08", person="Q")

    assert [line.why for line in city.settle("2026-02", [other], prior=["2026-01"], decisions=given).special] == [why]


def test_an_episode_takes_its_place_by_the_cost_of_all_of_it(tmp_path: Path) -> None:
    """A third of four discharges is one place: for the 7,000 of A and B, not for the 5,000 of C; by itself A cost 3,000."""
    text = special_policy(
        ('cost_above: "2"', 'cost_above: "0.5"'), ('share: {value: "0.5"', 'share: {value: "0.34"'), text=POLICY + READMISSION
    )  # fmt: skip
    city, day = Persons(tmp_path, text), "2026-02-20"
    city.settle("2026-01", [*PAIR, visit("C", "2026-01-02", "2026-01-08", 5000, person="Q")])
    both = [
        decision("V", "A", "by_item", day, allowed_yuan="6000.00"),
        decision("W", "C", "by_item", day, allowed_yuan="4000.00"),
    ]
    other, given = visit("D", "2026-02-02", "2026-02-08", person="R"), write_decisions(tmp_path / "d.csv", both)
    february = city.settle("2026-02", [other], prior=["2026-01"], decisions=given)

    assert {line.setl_id: line.standing for line in february.special} == {"A": "in_force", "C": "waiting"}


def test_a_later_stay_is_paid_as_decided_and_not_the_share_of_that(tmp_path: Path) -> None:
    """99 points of 330 less 500 of the patient: 490. Decided at 330: 2,800; a denial of 600 of cost before changes nothing."""
    text = special_policy(
        ('cost_above: "2"', 'cost_above: "0.5"'), ("action: {value: merge", "action: {value: share"),
        ("share: {value: none", 'share: {value: "0.3"'), text=POLICY + READMISSION,
    )  # fmt: skip
    city = Persons(tmp_path, text)
    city.settle("2026-01", [PAIR[0], visit("B", "2026-01-20", "2026-01-25", 4000, 500)])
    lower = write(tmp_path, [denial("N", "B", "reprice_cost", "2026-02-20", denied_fee_yuan="600")])
    city.settle("2026-02", [visit("C", "2026-02-12", "2026-02-18", person="Q")], prior=["2026-01"], denials=lower)
    given = write_decisions(tmp_path / "d.csv", [decision("V", "B", "adjusted", "2026-03-20", factor="1")])
    other = visit("D", "2026-03-02", "2026-03-08", person="R")
    march = city.settle("2026-03", [other], prior=["2026-01", "2026-02"], decisions=given)

    assert [(line.before_payable_fen, line.after_payable_fen, line.posted_fen) for line in march.special] == [
        (49_000, 280_000, 231_000)
    ]
