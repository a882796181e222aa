"""Hospital codes of a policy that nobody knows: told, with their place; no payment changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from drgdip.policy.named_hospitals import named_hospitals
from tests.policy.samples import TINY, parse
from tests.special_cases.sample import H1, H2, City, special_policy, stay

# Each place has a code of its own, so that each that is forgotten is seen. H7: the window is over before February.
OWN = "H90000000001", "H90000000002", "H90000000003", "H90000000004", "H90000000005", "H90000000006", "H90000000007"
BASE, BONUS, TYPE, WINDOW, SUSPENDED, CEILING, OVER = OWN
POLICY = special_policy(
    (
        "  hospitals: {}\n  bonuses: {}\n",
        f"""  hospitals:
    {BASE}: {{value: "1", cite: "Example"}}
    {H2}: {{value: "1", cite: "Example"}}
  bonuses:
    {BONUS}: {{school: {{value: "0.1", cite: "Example"}}}}
  hospital_types:
    eyes:
      hospitals: {{value: [{H1}, {TYPE}], cite: "Example"}}
      type_base: {{value: {{tertiary: "1.1", secondary: "1", primary: "0.9", unrated: "0.8"}}, cite: "Example"}}
  windows:
    value:
      - {{hospital: {WINDOW}, from: 2026-02-28, to: 2026-03-31, delta: "-0.05", decision: "no. 1"}}
      - {{hospital: {OVER}, from: 2026-01-01, to: 2026-01-31, delta: "-0.05", decision: "no. 2"}}
    cite: "Example"
""",
    ),
    text=f"""{TINY}
suspension:
  hospitals: {{value: [{{hospital: {SUSPENDED}, from: 2026-01-01, to: 2026-02-01, decision: "no. 3"}}], cite: "Example"}}
  release: {{value: after_end, cite: "Example"}}
mixed:
  lines:
    all: {{name: {{zh: 全部, en: all}}, methods: {{value: [group, day_surgery, tcm, lower_of, bed_day, by_item], cite: "Example"}}, cap_share: {{value: none, cite: "Example"}}}}
  ceilings:
    {CEILING}: {{"310": {{value: "100.00", cite: "Example"}}}}
""",
)
PLACES = {
    BASE: "k.hospitals", H2: "k.hospitals", BONUS: "k.bonuses", TYPE: "k.hospital_types.eyes.hospitals", WINDOW: "k.windows",
    SUSPENDED: "suspension.hospitals", CEILING: "mixed.ceilings",
}  # fmt: skip


def told(city: City, month: str, *hospitals: str, **more: Any) -> tuple[dict[str, str], int]:
    """Codes that are told, with their places, and what the month pays."""
    rows = [stay(month, f"{month}-{hospital}", hospital=hospital) for hospital in hospitals]
    report = city.settle(month, rows, **more)
    found = {one.value: one.field for one in report.findings.first if one.key == "policy_hospital_unknown"}
    return found, sum(row.payable_fen for row in report.rows)


def test_codes_that_nobody_knows(tmp_path: Path) -> None:
    city = City(tmp_path, POLICY)

    assert told(city, "2026-02", H1) == (PLACES, 230_000)
    # In January the first window has not begun, and another is in force.
    assert told(city, "2026-01", H1, H2)[0] == {
        key: place for key, place in (PLACES | {OVER: "k.windows"}).items() if key not in (WINDOW, H2)
    }


@pytest.mark.parametrize("known", ["earlier", "listed"])
def test_hospitals_without_stays_this_month_are_known_otherwise(tmp_path: Path, known: str) -> None:
    city = City(tmp_path, POLICY)
    if known == "earlier":
        assert told(city, "2026-01", H1, H2, BASE)[1] > 0
        more: dict[str, Any] = {"prior": ["2026-01"]}
    else:
        table = tmp_path / "institutions.csv"
        table.write_text(f"fixmedins_code,hosp_lv\n{H2},01\n{BASE},02\n", encoding="utf-8")
        more = {"institutions": [table]}

    assert told(city, "2026-02", H1, **more) == (
        {c: place for c, place in PLACES.items() if c not in (H2, BASE)},
        230_000,
    )


def test_base_points_of_a_year_are_a_place_too() -> None:
    from tests.year.city import POLICY as YEAR

    values = parse(
        special_policy(
            ("  elastic: {}", f'  elastic: {{"310": {{base_point_value: {{value: "8", cite: "E"}}, increment_cap: {{value: none, cite: "E"}}, base_points: {{{H1}: {{value: "10", cite: "E"}}}}}}}}'),
            text=YEAR,
        )
    ).on(date(2026, 1, 31))  # fmt: skip

    assert ("year.elastic.310.base_points", H1) in named_hospitals([values], date(2026, 1, 1), date(2026, 1, 31))
