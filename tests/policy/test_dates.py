"""Dated entries tile the effective period exactly; values, change days and citations follow them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from drgdip.base.errors import PolicyError
from drgdip.policy import load_policy
from tests.policy.samples import TINY, edited, low_entries, low_entry, only_problem, parse, problems_of

ONE_DAY = low_entries(
    low_entry("2026-01-01", "2026-03-14"),
    low_entry("2026-03-15", "2026-03-15", "0.4", ", status: disputed, note: One day"),
    low_entry("2026-03-16", "2026-12-31"),
)


def threshold(text: str, day: date) -> int:
    low = parse(text).on(day).deviation.low
    assert low is not None
    return low.threshold_e4


def test_one_day_in_the_middle_of_a_month() -> None:
    assert threshold(ONE_DAY, date(2026, 3, 14)) == 5000
    assert threshold(ONE_DAY, date(2026, 3, 15)) == 4000
    assert threshold(ONE_DAY, date(2026, 3, 16)) == 5000


def test_change_days() -> None:
    policy = parse(ONE_DAY)
    changes = [date(2026, 3, 15), date(2026, 3, 16)]
    assert policy.change_days(date(2026, 1, 1), date(2026, 12, 31)) == changes
    assert policy.change_days(date(2026, 3, 1), date(2026, 3, 31)) == changes
    assert policy.change_days(date(2026, 3, 15), date(2026, 3, 15)) == []
    assert policy.change_days(date(2026, 3, 14), date(2026, 3, 15)) == changes[:1]
    assert policy.change_days(date(2026, 4, 1), date(2026, 4, 30)) == []


def test_an_entry_that_repeats_the_value_is_no_change() -> None:
    policy = parse(low_entries(low_entry("2026-01-01", "2026-06-30"), low_entry("2026-07-01", "2026-12-31")))
    assert policy.change_days(date(2026, 1, 1), date(2026, 12, 31)) == []
    assert policy.citation("deviation.low", date(2026, 7, 1)) == "Order of 2026-07-01"


def test_entries_may_stand_in_any_order() -> None:
    text = low_entries(low_entry("2026-07-01", "2026-12-31", "0.3"), low_entry("2026-01-01", "2026-06-30"))
    assert threshold(text, date(2026, 6, 30)) == 5000
    assert threshold(text, date(2026, 7, 1)) == 3000


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (
            [("2026-01-01", "2026-06-29"), ("2026-07-01", "2026-12-31")],
            "gap: no value holds on 2026-06-30 – 2026-06-30",
        ),
        ([("2026-01-02", "2026-12-31")], "gap: no value holds on 2026-01-01 – 2026-01-01"),
        ([("2026-01-01", "2026-12-30")], "gap: no value holds on 2026-12-31 – 2026-12-31"),
        ([("2026-01-01", "2026-07-01"), ("2026-07-01", "2026-12-31")], "overlap: a value already holds on 2026-07-01"),
        ([("2026-01-01", "2026-12-31"), ("2026-05-01", "2026-05-31")], "overlap: a value already holds on 2026-05-01"),
        ([("2025-12-31", "2026-12-31")], "outside the effective period"),
        ([("2026-01-01", "2027-01-01")], "outside the effective period"),
        ([("2026-12-31", "2026-01-01")], "ends before it begins"),
    ],
)
def test_tiling(entries: list[tuple[str, str]], words: str) -> None:
    problem = only_problem(low_entries(*(low_entry(first, last) for first, last in entries)))
    assert words in problem.words.en
    assert problem.path.startswith("deviation.low")


def test_no_entries_at_all() -> None:
    assert "gap" in only_problem(low_entries().replace("  low:\n", "  low: []\n")).words.en


def test_dates_belong_into_a_list() -> None:
    text = low_entries().replace("  low:\n", f"  low: {low_entry('2026-01-01', '2026-12-31')}\n")
    assert [problem.path for problem in problems_of(text)] == ["deviation.low.from", "deviation.low.to"]


def test_a_list_needs_dates() -> None:
    text = low_entries('{value: none, cite: "Example"}')
    assert [problem.words.en for problem in problems_of(text)] == ["the key from is missing", "the key to is missing"]


def retention(first_end: str, second_start: str) -> str:
    listed = (
        f'\n    - {{from: 2026-01-01, to: {first_end}, value: "0.05", cite: E}}'
        f'\n    - {{from: {second_start}, to: 2026-12-31, value: "0.04", cite: E}}'
    )
    return edited((' {value: "0.05", cite: "Example"}', listed))


def test_values_of_a_month_change_on_the_first() -> None:
    assert parse(retention("2026-04-30", "2026-05-01")).on(date(2026, 5, 1)).month.retention_e4 == 400
    problem = only_problem(retention("2026-05-01", "2026-05-02"))
    assert problem.path == "month.retention[2].value"
    assert "1st" in problem.words.en


def test_basis_date_never_changes() -> None:
    listed = (
        "basis_date:\n  - {from: 2026-01-01, to: 2026-06-30, value: discharge, cite: E}"
        "\n  - {from: 2026-07-01, to: 2026-12-31, value: settlement, cite: E}"
    )
    text = edited(('basis_date: {value: discharge, cite: "Example"}', listed))
    assert "cannot change" in only_problem(text).words.en


def test_checks_between_values_hold_on_every_day() -> None:
    text = low_entries(low_entry("2026-01-01", "2026-03-14"), low_entry("2026-03-15", "2026-12-31", "2.5"))
    assert only_problem(text).path == "deviation.high.value"


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_a_day_not_covered_is_named(day: date) -> None:
    policy = parse(TINY)
    for ask in (policy.on, policy.describe, lambda asked: policy.citation("k", asked)):
        with pytest.raises(PolicyError) as caught:
            ask(day)
        assert day.isoformat() in caught.value.fact.en
        assert day.isoformat() in caught.value.fact.zh


def test_every_covered_day_has_values() -> None:
    policy = load_policy("demo_city")
    day = policy.period.first
    while day <= policy.period.last:
        assert policy.on(day).pools
        day += timedelta(days=1)


def test_citations() -> None:
    policy = parse(ONE_DAY)
    assert policy.citation("deviation.low", date(2026, 3, 15)) == "Order of 2026-03-15"
    assert policy.citation("deviation.low.threshold", date(2026, 3, 16)) == "Order of 2026-03-16"
    assert policy.citation("deviation", date(2026, 3, 15)) == "Example; Order of 2026-03-15"
    with pytest.raises(KeyError):
        policy.citation("deviations", date(2026, 3, 15))


def test_describe() -> None:
    policy = parse(ONE_DAY)
    rows = [row for row in policy.describe() if row.key == "deviation.low"]
    assert [(row.value, row.status, row.note) for row in rows] == [
        ("threshold: 0.5; inclusive: false; formula: ratio", "", ""),
        ("threshold: 0.4; inclusive: false; formula: ratio", "disputed", "One day"),
        ("threshold: 0.5; inclusive: false; formula: ratio", "", ""),
    ]
    (row,) = [row for row in policy.describe(date(2026, 3, 15)) if row.key == "deviation.low"]
    assert (str(row.period), row.citation) == ("2026-03-15 – 2026-03-15", "Order of 2026-03-15")


def test_a_policy_may_last_to_the_end_of_the_calendar() -> None:
    policy = parse(edited(("2026-12-31", "9999-12-31")))
    assert policy.on(date.max).basis_date == policy.on(date(2026, 1, 1)).basis_date
