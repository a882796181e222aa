"""Payment methods as lines of one month under one total, by hand and against the reference (8.5).

A and B are paid by group: 3,300 − 1,000 = 2,300 each. C is from another province, by item: 3,000 − 1,000 = 2,000.
"""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip import load_policy, settle_month
from drgdip.clearing.ceiling import under_ceiling
from drgdip.pipeline.year.accounts import over_ceilings
from drgdip.statement import MonthReport
from tests.attribution.test_attribution import SUSPENSION, row, settle
from tests.cli.conftest import HEADER
from tests.policy.samples import TINY, only_problem
from tests.reference import ceiling as reference
from tests.special_cases.sample import H1, H2, City, special_policy, stay

LINES = """
mixed:
  lines:
    groups:
      name: {zh: "按病种", en: "by group"}
      methods: {value: [group, day_surgery, tcm, lower_of, bed_day], cite: "Example"}
      cap_share: {value: none, cite: "Example"}
    items:
      name: {zh: "按项目", en: "by item"}
      methods: {value: [by_item], cite: "Example"}
      cap_share: {value: none, cite: "Example"}
  ceilings:
    H99010000001:
      "310": {value: "6000", cite: "Example"}
"""
POLICY = TINY + LINES
_ITEMS = 'methods: {value: [by_item], cite: "Example"}\n      cap_share: {value: none'
CAPPED = (_ITEMS, _ITEMS.replace("none", '"0.3"'))


def stays(month: str = "2026-01") -> list[str]:
    return [stay(month, "A"), stay(month, "B"), stay(month, "C", place="110100"), stay(month, "D", hospital=H2)]


def ceiling(yuan: str) -> tuple[str, str]:
    return ('"310": {value: "6000"', f'"310": {{value: "{yuan}"')


def lines(report: MonthReport, hospital: str = H1) -> dict[str, tuple[int, int, int]]:
    own = [line for line in report.lines if line.hospital_code == hospital]
    return {line.line: (line.amount_fen, line.allowed_fen, line.over_fen) for line in own}


@pytest.mark.parametrize(
    ("exchanges", "groups", "items"),
    [
        # 6,000 of 4,600 : 2,000 is 4,181.818… and 1,818.181…; the fen goes to the larger remainder.
        ([], 418_182, 181_818),
        ([ceiling("6600")], 460_000, 200_000),
        ([ceiling("6599.99")], 459_999, 200_000),
        # The line's own cap first: 1,800 of 6,000; then 6,000 of 4,600 : 1,800.
        ([CAPPED], 431_250, 168_750),
        ([CAPPED, ceiling("6666.66")], 460_000, 199_999),
        ([CAPPED, ceiling("6666.67")], 460_000, 200_000),
    ],
)
def test_lines_share_one_total(tmp_path: Path, exchanges: list[tuple[str, str]], groups: int, items: int) -> None:
    report = settle(City(tmp_path, special_policy(*exchanges, text=POLICY)), "2026-01", stays())

    assert lines(report) == {"groups": (460_000, groups, 460_000 - groups), "items": (200_000, items, 200_000 - items)}
    own, over = row(report), 660_000 - groups - items
    assert (own.payable_fen, own.over_ceiling_fen) == (660_000, over)
    due = 660_000 - over
    assert own.paid_fen == due - own.retained_fen
    assert own.retained_fen == (due * 5 + 50) // 100
    # H2 has no ceiling.
    assert lines(report, H2) == {"groups": (230_000, 230_000, 0), "items": (0, 0, 0)}


def test_lines_are_written_and_proven(tmp_path: Path) -> None:
    city = City(tmp_path, POLICY)
    report = settle(city, "2026-01", stays())
    with (city.run("2026-01") / "lines.csv").open(encoding="utf-8", newline="") as file:
        written = [
            (one["line_name"], one["cap_yuan"], one["ceiling_yuan"], one["allowed_yuan"])
            for one in csv.DictReader(file)
        ]

    assert written[:2] == [("按病种 by group", "", "6000.00", "4181.82"), ("按项目 by item", "", "6000.00", "1818.18")]
    assert {line.line_id for line in report.proof} >= {"lines", "lines_ceiling", "over_ceiling", "ceilings"}


def test_what_is_held_is_under_no_ceiling(tmp_path: Path) -> None:
    held = SUSPENSION.replace("2026-02-05", "2026-01-01")
    report = settle(City(tmp_path, POLICY + held), "2026-01", stays())

    assert (row(report).held_fen, row(report).over_ceiling_fen, row(report).paid_fen) == (660_000, 0, 0)


def test_a_year_to_date_has_the_ceilings_of_its_months(tmp_path: Path) -> None:
    city = City(
        tmp_path, special_policy(("point_value: {value: fixed_opening", "point_value: {value: cumulative"), text=POLICY)
    )
    first = settle(city, "2026-01", stays())
    second = settle(
        city, "2026-02", [*stays(), *(one.replace(",H", "2,H", 1) for one in stays("2026-02"))], prior=["2026-01"]
    )

    assert [{line.ceiling_fen for line in report.lines if line.hospital_code == H1} for report in (first, second)] == [
        {600_000}, {1_200_000},
    ]  # fmt: skip


def test_only_pools_without_a_budget_lose_it_in_the_year() -> None:
    def month(pool: str) -> Any:
        found = SimpleNamespace(month="2026-01", hospital_code=H1, pool=pool, over_ceiling_fen=700)
        return SimpleNamespace(cumulative=False, run=SimpleNamespace(rows=[found]))

    terms: Any = SimpleNamespace(budgets={"310": None})
    assert [(one.pool, one.payable_fen) for one in over_ceilings(terms, [month("310"), month("390")])] == [
        ("390", -700)
    ]


_amounts = st.dictionaries(st.sampled_from("abcd"), st.integers(-500, 3000) | st.just(0), min_size=1)


@settings(max_examples=200)
@given(_amounts, st.lists(st.none() | st.integers(1, 10_000), min_size=4, max_size=4), st.none() | st.integers(1, 4000))
def test_lines_agree_with_the_reference(amounts: dict[str, int], shares: list[int | None], most: int | None) -> None:
    own = dict(zip("abcd", shares, strict=True))
    found = under_ceiling(amounts, own, most)

    assert found == reference.allowed_fen(
        amounts, {k: None if s is None else Fraction(s, 10_000) for k, s in own.items()}, most
    )
    assert all(found[name] <= amount for name, amount in amounts.items())
    assert most is None or sum(found.values()) <= most


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("[by_item]", "[by_item, bed_day]", "stands on the line groups"),
        ("lower_of, bed_day]", "lower_of]", "do not come to the total: bed_day"),
        ('"310": {value: "6000"', '"311": {value: "6000"', "there is no pool 311"),
    ],
)
def test_what_the_section_cannot_say(old: str, new: str, word: str) -> None:
    assert word in only_problem(special_policy((old, new), text=POLICY)).in_language("en")


def test_chunks_and_threads_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("\n".join([HEADER, *stays()]) + "\n", encoding="utf-8")
    (tmp_path / "city.yaml").write_text(POLICY, encoding="utf-8")
    one, many = (
        settle_month(load_policy(tmp_path / "city.yaml"), tmp_path / "cases.csv", "2026-01", chunk_rows=rows, threads=threads)
        for rows, threads in ((100, 1), (1, 3))
    )  # fmt: skip

    assert one.month.mixed == many.month.mixed
    assert one.month.rows == many.month.rows
