"""The agency's silence by hand: passed on after its term, and the hold released after twice of it (review workflow 2)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from drgdip.interface.review_decision import ReviewDecision
from drgdip.policy.sections.screening_values import Agency, Screening
from drgdip.screening.review.course import Course
from drgdip.screening.review.states import Event, Standing, chained, replay
from tests.sanctions.test_denials import JANUARY, row
from tests.screening.test_review import LAST, LATE, MAIN, NOTICE, POLICY, SUB, Office, stands
from tests.special_cases.sample import City, stay

#: Ten working days after ``LAST``, past the holidays.
TWICE, OVER = "2026-03-09", "2026-03-10"
HOLDS = Screening(10, "review", (("other", "hold"),), (), ())
#: Mondays, without holidays.
MONDAYS = ("2026-06-01", "2026-06-08", "2026-06-15", "2026-06-22", "2026-06-29", "2026-07-06")


def test_the_day_of_twice_the_term_still_holds_and_the_next_releases(tmp_path: Path) -> None:
    office = Office(tmp_path)
    for day, state, escalated, held in (
        (NOTICE, "DISPATCHED", "", 1), (LAST, "DISPATCHED", "", 1), (LATE, "DISPATCHED", LATE, 1),
        (TWICE, "DISPATCHED", LATE, 1), (OVER, "FINAL_PASS", "", 0),
    ):  # fmt: skip
        office.screen(day, [MAIN, SUB], rules=("C01",))
        own = office.states()["C01"]
        assert (own["state"], own["escalated"], len(office.table("held.csv"))) == (state, escalated, held)
        if held:
            assert (own["due"], own["release"]) == (LAST, TWICE)
    assert (own["reason"], own["decided_by"], own["due"], own["release"]) == ("AGENCY_TIMEOUT", "system", "", "")
    assert office.table("denials.csv") == []

    dearer = {**SUB, "det_item_fee_sumamt": "45.00", "inscp_scp_amt": "45.00"}
    office.screen("2026-03-11", [MAIN, dearer], rules=("C01",))  # other facts: the panel has a term of its own
    assert (stands(office), office.states()["C01"]["release"]) == ({"C01": "STALE"}, "2026-04-08")


def waiting(state: str = "DISPATCHED", terms: Screening = HOLDS, **more: str) -> Course:
    """One finding that came to its state on the first Monday."""
    one = Standing(
        "k", "C01", "A", "H1", "review", state, MONDAYS[0], "", 1, 1, 1, 1, "f", "r", severity="高度可疑", **more
    )
    course = Course([], terms, date.fromisoformat(MONDAYS[0]))
    course.standings["k"] = one
    course._happens(MONDAYS[0], "system", "DETECTED", None, one)
    return course


def later(course: Course, day: str, *decisions: tuple[str, str], terms: Screening = HOLDS) -> tuple[Course, list[str]]:
    """The course on a day, with decisions and their days; and why some could not be."""
    told: list[str] = []
    after = Course(course.events, terms, date.fromisoformat(day))
    given = [
        ReviewDecision("d.csv", n, "k", what, "x", f"p{n}", at, None, "") for n, (what, at) in enumerate(decisions)
    ]
    after.decide(given, lambda _, field, key: told.append(key))
    after.close({})
    assert replay(after.events) == after.standings
    return after, told


@pytest.mark.parametrize(
    ("state", "before"),
    [("DISPATCHED", ""), ("APPEALED", ""), ("APPEALED2", ""), ("PANEL", ""), ("STALE", "R2_UPHELD")],
)
def test_each_review_has_its_term(state: str, before: str) -> None:
    """Two, three and four working days, thrice: 6, 9 and 12 working days after Monday, 1 June."""
    terms = HOLDS._replace(agency=Agency(2, 3, 4, times=3))
    last, over = {
        "DISPATCHED": ("2026-06-09", "2026-06-10"), "APPEALED": ("2026-06-12", "2026-06-13"), "STALE": ("2026-06-12", "2026-06-13"),
    }.get(state, ("2026-06-17", "2026-06-18"))  # fmt: skip
    course = waiting(state, terms, before=before)
    assert later(course, last, terms=terms)[0].standings["k"].state == state
    assert later(course, over, terms=terms)[0].standings["k"].state == "FINAL_PASS"


def test_a_decision_after_the_release_is_none_however_late_the_next_run() -> None:
    """Twenty working days after 1 June is the 29th."""
    course = waiting()
    after, told = later(course, MONDAYS[5], ("R1_UPHELD", "2026-06-29"))
    assert (after.standings["k"].state, told) == ("FED_BACK", [])
    after, told = later(course, MONDAYS[5], ("R1_UPHELD", "2026-06-30"))
    assert (after.standings["k"].state, after.standings["k"].reason, told) == (
        "FINAL_PASS",
        "AGENCY_TIMEOUT",
        ["review_not_possible"],
    )


@pytest.mark.parametrize(
    ("steps", "release"),
    [
        ([("R1_NEED_INFO", "2026-06-08"), ("DISPATCHED", "2026-06-11")], "2026-07-02"),  # stood still for three days
        ([("R1_NEED_INFO", "2026-06-08"), ("DISPATCHED", "2026-06-22")], "2026-07-06"),  # for ten, of which five count
        ([("R1_NEED_INFO", "2026-06-08"), ("DISPATCHED", "2026-06-11"), ("R1_NEED_INFO", "2026-06-12"),
          ("DISPATCHED", "2026-06-19")], "2026-07-02"),  # once only
    ],
)  # fmt: skip
def test_a_question_stops_the_clock_once(steps: list[tuple[str, str]], release: str) -> None:
    after, told = later(waiting(), "2026-06-22", *steps)
    assert (after.standings["k"].release, told) == (release, [])


def test_a_question_that_nobody_answers_stops_it_for_five_days() -> None:
    asked, _ = later(waiting(), "2026-06-08", ("R1_NEED_INFO", "2026-06-08"))
    assert later(asked, "2026-07-06")[0].standings["k"].state == "R1_NEED_INFO"
    assert later(asked, "2026-07-07")[0].standings["k"].state == "FINAL_PASS"


def test_what_is_paid_or_posted_already_is_not_passed_by_silence() -> None:
    pays = HOLDS._replace(unfinished=(("高度可疑", "pay"), ("other", "hold")))
    after, _ = later(waiting(terms=pays), "2026-12-01", terms=pays)
    assert (after.standings["k"].state, after.standings["k"].escalated) == ("DISPATCHED", "2026-12-01")
    after, _ = later(waiting("PANEL", denial_id="N"), "2026-12-01")
    assert (after.standings["k"].state, after.standings["k"].due) == ("PANEL", "")


def test_events_from_before_these_terms_begin_one_with_the_next_run() -> None:
    events: list[Event] = []
    one = Standing("k", "C01", "A", "H1", "review", "DISPATCHED", "2026-01-05", "", 1, 1, 1, 1, "f", "r")
    chained(events, "2026-01-05", "system", "DETECTED", None, one)
    course = Course(events, HOLDS, date.fromisoformat(MONDAYS[0]))
    after, _ = later(course, MONDAYS[0])
    assert (after.standings["k"].state, after.standings["k"].release, after.events[-1].what) == (
        "DISPATCHED",
        "2026-06-29",
        "TERM_SET",
    )
    assert len(later(after, MONDAYS[0])[0].events) == 2


def test_what_silence_releases_is_paid_once_by_the_next_settlement(tmp_path: Path) -> None:
    """Of A, 30 × 0.8 = 24.00 are held in January; held on the last day of the hold, paid from the day after, never denied."""
    office, city, months = Office(tmp_path), City(tmp_path, POLICY), list[str]()
    told = []
    for month, stays, day in (
        ("2026-01", JANUARY, NOTICE), ("2026-02", [stay("2026-02", "E")], TWICE),
        ("2026-03", [stay("2026-03", "F")], OVER), ("2026-04", [stay("2026-04", "G")], ""),
    ):  # fmt: skip
        if day:
            office.screen(day, [MAIN, SUB], rules=("C01",))
        report = city.settle(month, stays, prior=months, screening=office.out)
        months.append(month)
        own = row(report)
        told.append(
            (own.held_fen, own.released_fen, own.audit_deduction_fen, own.paid_fen, own.retained_fen,
             [(one.before_fen, one.held_fen, one.released_fen, one.open_fen) for one in report.holds])
        )  # fmt: skip

    assert told == [
        (2_400, 0, 0, 653_220, 34_380, [(0, 2_400, 0, 2_400)]),  # 3 × 2,300 − 24 = 6,876, of which 5 % are retained
        (0, 0, 0, 218_500, 11_500, [(2_400, 0, 0, 2_400)]),  # 2,300
        (0, 2_400, 0, 220_780, 11_620, [(2_400, 0, 2_400, 0)]),  # 2,300 + 24
        (0, 0, 0, 218_500, 11_500, []),
    ]
