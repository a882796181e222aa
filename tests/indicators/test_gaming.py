"""Signs of gaming: the worked examples of the review analytics to the digit, and a small city by hand."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from drgdip import settle_to_folder
from drgdip.audit.gaming.formulas import (
    Bunched,
    bunching,
    drift,
    lead_yuan,
    listed,
    pair_index,
)
from drgdip.audit.gaming.measures import e4
from drgdip.audit.gaming.terms import terms
from drgdip.audit.indicators import analyse_to_folder
from drgdip.audit.monitoring.formulas import shrunken_ratio
from drgdip.base.errors import UsageError
from drgdip.screening.review.triage import value_per_minute
from tests.indicators.test_analyse import LEAVES, ONE, SECTION, TWO, stay
from tests.policy.samples import TINY

F = Fraction


def test_a_pair_of_groups() -> None:
    """Section 3: n 400, share 0.62, peers 0.45, 0.55 of weight, 8,000 a weight, seven tenths of it from the funds."""
    found = pair_index(248, 152, 45, 55)

    assert found is not None
    assert (found.share, found.peer_share, found.excess) == (F("0.62"), F("0.45"), 68)
    assert e4(found.z) == 68_343  # 0.17 ÷ √(0.45 × 0.55 ÷ 400)
    assert lead_yuan(found.excess, F("0.55"), F(8000), F("0.7")) == 209_440
    assert pair_index(10, 30, 45, 55).excess == 0  # type: ignore[union-attr]
    assert [pair_index(*counts) for counts in ((0, 0, 1, 1), (1, 1, 0, 0), (1, 1, 0, 9), (1, 1, 9, 0))] == [None] * 4


def test_a_drift_that_is_all_of_tiers() -> None:
    """Section 3: 30 % to 45 % in the tier of 1.40, the others in that of 0.90: 1.05 becomes 1.125."""
    weights = {"BR21": F("1.40"), "BR25": F("0.90")}
    before, after = (
        {"BR2": {"BR21": F(share), "BR25": 1 - F(share)}} for share in ("0.30", "0.45")
    )  # fmt: skip

    assert drift(before, after, weights, weights) == (F("1.05"), F("1.125"), 0, F("0.075"), 0)


_SHARES = st.lists(st.integers(0, 5), min_size=6, max_size=6).filter(any)


@settings(max_examples=60)
@given(_SHARES, _SHARES, *[st.lists(st.integers(1, 40), min_size=6, max_size=6)] * 2)
def test_the_parts_of_a_drift_add_up(first: list[int], last: list[int], old: list[int], new: list[int]) -> None:
    """Two groups in each of three families; the index by plain sums of stays."""
    names = ["A1", "A3", "B1", "B3", "C1", "C3"]

    def shares(counts: list[int]) -> dict[str, dict[str, Fraction]]:
        found: dict[str, dict[str, Fraction]] = {}
        for name, count in zip(names, counts, strict=True):
            if count:
                found.setdefault(name[0], {})[name] = F(count, sum(counts))
        return found

    def index(counts: list[int], weights: list[int]) -> Fraction:
        return F(sum(n * w for n, w in zip(counts, weights, strict=True)), sum(counts))

    worth = [{name: F(weight) for name, weight in zip(names, one, strict=True)} for one in (old, new)]
    one = drift(shares(first), shares(last), *worth)

    assert (one.before, one.after) == (index(first, old), index(last, new))
    assert one.mix + one.tier + one.weights == one.after - one.before
    if old == new:
        assert one.weights == 0


def test_returns_that_gather_after_the_limit() -> None:
    """Section 5: 64 seen where 38 are expected: 26 more, 68 %."""
    one = Bunched(64, F(38))
    assert one.share is not None
    assert (one.excess, e4(one.share)) == (26, 6_842)
    assert one.share >= terms().told_from


def test_what_is_expected_comes_from_both_sides_alone() -> None:
    """50 − day on every day lets 34 + 33 + 32 + 31 + 30 expect on days 16 to 20, whatever is seen there."""
    counts = [50 - day for day in range(50)]
    assert bunching(counts, 15) == Bunched(160, F(160))
    for day in (*range(5), *range(11, 25), *range(41, 50)):
        counts[day] += 100
    assert bunching(counts, 15) == Bunched(660, F(160))
    counts[25] += 1
    assert bunching(counts, 15).expected != 160
    assert bunching([0] * 50, 15) == Bunched(0, F(0))
    assert bunching([99] * 11 + [0] * 40, 15).expected >= 0


def test_limits_are_those_of_the_analytics() -> None:
    ends = {one.id: (one.last + 1) * one.width for one in terms().limits}
    assert ends == {"returns_15": 16, "stay_60": 61, "cost_30000": 3_000_000, "ratio_low": 5_000, "ratio_high": 20_000}


@pytest.mark.parametrize(
    ("upheld", "exposure", "minutes", "value"),
    [("0.9", 120, 1, 108), ("0.35", 4_400, 40, F("38.5")), ("0.2", 40_000, 240, F(100, 3)), ("0.6", 90, 15, F("3.6"))],
)
def test_what_a_minute_is_worth(upheld: str, exposure: int, minutes: int, value: Fraction) -> None:
    assert value_per_minute(F(upheld), F(exposure), F(minutes)) == value


def test_small_numbers_are_drawn_to_one() -> None:
    assert e4(shrunken_ratio(30, F(20), F(10))) == 13_333  # 1.33 in place of 1.50


def test_only_what_stands_out_among_many_is_listed() -> None:
    """Tails of 4 × 10⁻¹², 0.5 and 0.16: the first is below 0.05 × 1 ÷ 3, the third not below 0.05 × 2 ÷ 3."""
    assert listed([F("6.8"), F(0), F(1)], F("0.05")) == [True, False, False]
    assert listed([], F("0.05")) == []


def month(folder: Path, name: str, high: dict[str, int]) -> Path:
    """A month of forty stays in each hospital, so many of them Erysipelas, the others hypertension."""
    rows = []
    for hospital, count in high.items():
        for n in range(40):
            row = stay(f"{hospital[-1]}{n}", hospital, 1, 6, person=f"{name}{hospital[-1]}{n}")
            rows.append((row if n < count else row.replace("A46.x00", "I10.x00")).replace("2026-01", name))
    policy, cases, run = folder / "city.yaml", folder / "cases.csv", folder / name
    policy.write_text(TINY + SECTION, encoding="utf-8")
    cases.write_text("\n".join([LEAVES, *rows]) + "\n", encoding="utf-8")
    settle_to_folder(policy, [cases], name, run, threads=1)
    return run


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_city_by_hand(tmp_path: Path) -> None:
    """Hospital one: 20 of 40 in the group of 300 points, others 10 of 40: 0.25 ÷ √(0.25 × 0.75 ÷ 40) = 3.6515, ten too many.

    Its stays pay 20 × 2,300 + 20 × 1,000 for 10,000 points, 6.60 each: 10 × 100 × 6.60 = 6,600. In January it had 10, too: its index
    rose from 225 to 250, for diagnoses it takes and not for tiers. All forty cost the same, so no ratio tells them apart.
    """
    january, february = (
        month(tmp_path, name, {ONE: count, TWO: 10}) for name, count in (("2026-01", 10), ("2026-02", 20))
    )
    (tmp_path / "pairs.csv").write_text("high,low\nA46.X,I10.X\n", encoding="utf-8")
    out = tmp_path / "out"
    analyse_to_folder(tmp_path / "city.yaml", [february], out, base=[january], pairs=tmp_path / "pairs.csv")

    first, second = table(out / "pairs.csv")
    assert first | {} == {
        "fixmedins_code": ONE, "high": "A46.X", "low": "I10.X", "cases": "40", "share": "0.5000", "peer_share": "0.2500",
        "z": "3.6515", "excess": "10.0000", "lead_yuan": "6600.00", "cost_ratio": "1.0000", "joint": "no", "listed": "yes",
    }  # fmt: skip
    assert (second["fixmedins_code"], second["excess"], second["listed"]) == (TWO, "0.0000", "no")
    rows = {row["fixmedins_code"]: row for row in table(out / "drift.csv")}
    assert [rows[ONE][name] for name in ("before", "after", "change", "mix", "tier", "weights")] == [
        "225.0000", "250.0000", "25.0000", "25.0000", "0.0000", "0.0000"]  # fmt: skip
    assert (rows[TWO]["change"], rows[""]["change"]) == ("0.0000", "12.5000")
    page = (out / "analysis.html").read_text(encoding="utf-8")
    assert "仅为线索,不作扣款依据" in page
    assert "CMI 变化" in page
    assert "Text(" not in page
    assert not [code for code in ("yes", "no", "none") if f">{code}</td>" in page]
    assert "<td>否</td><td>是</td>" in page  # no joint sign, and listed
    sheet = load_workbook(out / "analysis.xlsx")["病组对 Pairs"]
    assert [sheet.cell(3, column).value for column in (11, 12)] == ["否", "是"]


def test_a_base_is_before_what_is_analysed(tmp_path: Path) -> None:
    run = month(tmp_path, "2026-01", {ONE: 10})
    with pytest.raises(UsageError, match="not before 2026-01"):
        analyse_to_folder(tmp_path / "city.yaml", [run], tmp_path / "out", base=[run])


def test_a_file_of_pairs_that_cannot_be_used(tmp_path: Path) -> None:
    run = month(tmp_path, "2026-01", {ONE: 10})
    pairs = tmp_path / "pairs.csv"
    for text, place in (
        ("a,b\n", "has no column high"),
        ("high,low\nA46.X,I10.X\nA46.X,none\n", "row 2: low (“none”) is no group of the months' edition"),
        ("high,low\nA46.X,\n", "row 1: low (“”) is empty"),
        ("high,low\nI10.X,A46.X\n", "row 1: high (“I10.X”) does not weigh more than low"),
        ("high,low\nA46.X,I10.X\nA46.X,I10.X\n", "row 2: high (“A46.X”) stands with this low twice"),
        ("high,low\nA46.X,I10.X,x\n", "row 1 has more cells than the header"),
    ):
        pairs.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError) as told:
            analyse_to_folder(tmp_path / "city.yaml", [run], tmp_path / "out", pairs=pairs)
        assert place in told.value.fact.en
