"""By hand: a rule that is upheld too seldom goes back to shadow from the next run on (review rules 0.13)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from drgdip.base.errors import PolicyError
from drgdip.screening.review.quality import LifeCycle, Quality, qualities
from drgdip.screening.review.states import Standing
from drgdip.screening.settings import settings_of
from tests.screening.test_review import MAIN, NOTICE, OUTSIDE, PARAMS, SUB, Office

DAY = date(2026, 3, 31)
RULES = ("A03", "C01")


def decided(number: int, state: str, on: str = "2026-03-02", reason: str = "x") -> Standing:
    return Standing(f"{number:03}", "E01", "S", "H1", "hold", state, on, "", None, None, None, None, "", "", decided_on=on, reason=reason)  # fmt: skip


def quality(upheld: int, passed: int, *more: Standing, **cycle: Any) -> Quality:
    own = [decided(n, "FINAL_DENY" if n < upheld else "R1_PASS") for n in range(upheld + passed)]
    (found,) = qualities([*own, *more], LifeCycle(**cycle), DAY)
    return found


def test_sixty_in_a_hundred_of_fifty_decisions() -> None:
    assert quality(30, 20) == Quality("E01", 50, 30, 0, False, False)
    assert quality(29, 21) == Quality("E01", 50, 29, 0, True, False)
    assert not quality(0, 49).falls
    # What silence of the agency decided counts nowhere; silence of the hospital accepts; what is open waits.
    assert quality(0, 49, decided(900, "FINAL_PASS", reason="AGENCY_TIMEOUT"), decided(901, "DISPATCHED")).decided == 49
    assert quality(0, 49, decided(902, "DEEMED_ACCEPTED")) == Quality("E01", 50, 1, 0, True, False)
    # The latest fifty: an old decision goes as a new one comes.
    assert quality(30, 20, decided(903, "POSTED", "2026-01-05")).upheld == 30
    assert quality(30, 20, decided(904, "R2_PASS", "2026-03-05")).upheld == 29


def test_what_was_decided_before_a_rule_was_put_right_counts_no_more() -> None:
    later = [decided(n, "R1_PASS", "2026-03-10") for n in range(100, 149)]
    assert not quality(0, 50, *later, restored={"E01": "2026-03-10"}).falls
    assert quality(0, 50, *later, decided(149, "R1_PASS", "2026-03-11"), restored={"E01": "2026-03-10"}).falls


def test_three_errors_of_the_rule_in_one_month() -> None:
    errors = [decided(n, "R1_PASS", "2026-03-05", "RULE_ERROR") for n in (200, 201)]
    assert not quality(1, 0, *errors, decided(202, "R1_PASS", "2026-02-27", "RULE_ERROR")).again
    assert quality(1, 0, *errors, decided(202, "R1_PASS", "2026-03-31", "RULE_ERROR")).again


def test_it_is_told_at_once_and_holds_from_the_next_run_on(tmp_path: Path) -> None:
    office = Office(tmp_path)

    def screened(
        day: str, *decisions: tuple[str, ...], upon: Path | None = None, **cycle: Any
    ) -> tuple[str, str, dict[str, str]]:
        own = {**PARAMS, "life_cycle": {"decisions": 1, **cycle}}
        (tmp_path / "params.json").write_text(json.dumps(own), encoding="utf-8")
        run = office.screen(day, [OUTSIDE, MAIN, SUB], *decisions, rules=RULES, upon=upon)
        (found,) = [one for one in run.screened.findings if one.rule.id == "C01"]
        life = {row.life for row in run.screened.coverage if row.rule == "C01"}
        told = {
            row["rule_id"]: f"{row['in_shadow']}{row['in_shadow_next']}" for row in office.table("rule_quality.csv")
        }
        return "".join(life), found.lane, told

    assert screened(NOTICE) == ("active", "review", {})
    passed = (office.key("C01"), "R1_PASS", "RULE_ERROR", "first", NOTICE)
    assert screened(NOTICE, passed) == ("active", "review", {"C01": "01"})
    before = office.out
    assert screened("2026-02-03", upon=before) == ("shadow", "", {"C01": "11"})
    first = {path.name: path.read_bytes() for path in office.out.iterdir() if path.name != "run.json"}
    assert screened("2026-02-03", upon=before) == ("shadow", "", {"C01": "11"})
    assert {path.name: path.read_bytes() for path in office.out.iterdir() if path.name != "run.json"} == first
    assert office.states()["C01"]["state"] == "R1_PASS"  # shadow withdraws nothing
    assert screened("2026-02-03", upon=before, restored={"C01": "2026-02-03"}) == ("active", "review", {})
    assert screened("2026-02-03", upon=before, floor="0") == ("active", "review", {"C01": "00"})


def test_a_rule_falls_wherever_it_is_active() -> None:
    given = {
        "states": {"E03": "draft"},
        "by_place_and_day": [{"mdtrt_admdvs": "6207", "states": {"C01": "active", "E03": "active"}}],
    }
    fallen = settings_of(given).in_shadow(frozenset(("C01", "E03")))

    assert dict(fallen.states) == {"E03": "draft", "C01": "shadow"}
    assert [dict(block.states) for block in fallen.blocks] == [{"C01": "shadow", "E03": "shadow"}]


@pytest.mark.parametrize(
    "own",
    [{"none": 1}, {"floor": "1.1"}, {"floor": "x"}, {"decisions": 0}, {"rule_errors": True}, {"restored": {"Z99": "2026-03-01"}},
     {"restored": {"E01": "spring"}}, {"restored": ["E01"]}, 3],
)  # fmt: skip
def test_a_life_cycle_that_cannot_be(own: Any) -> None:
    with pytest.raises(PolicyError, match="life_cycle"):
        settings_of({"life_cycle": own})
