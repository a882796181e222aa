"""Fee lines: they add up to the header to the fen, hang together, and look like fee lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.base.money import MAX_CASE_FEN
from drgdip.synthetic import benefits
from drgdip.synthetic.blueprint import Blueprint
from drgdip.synthetic.charging import MEDICAL, OUTPATIENT, SURGICAL
from drgdip.synthetic.city import stay_bills
from drgdip.synthetic.fees import Bills, Lines, draw_lines
from drgdip.synthetic.items import (
    BED,
    CLASS_B,
    CLASS_C,
    CONSULTATION,
    MATERIAL,
    NURSING,
    OPERATION,
    WESTERN,
    category_of,
    load_items,
)
from drgdip.synthetic.own_shares import whole_shares
from tests.synthetic.sample import Drawn

STAYS = 3_000
DAY_S = 86_400


@pytest.fixture(scope="module")
def bills(blueprint: Blueprint, drawn: Drawn) -> Bills:
    return stay_bills(blueprint, drawn.chunks[0], 0, STAYS, 200, np.random.default_rng(1))


@pytest.fixture(scope="module")
def lines(bills: Bills) -> Lines:
    return draw_lines(bills, load_items(), np.random.default_rng(2))


def check(bills: Bills, lines: Lines) -> None:
    """Sums by bill, and every line by itself."""
    n = len(bills.total_fen)

    def total(values: np.ndarray) -> np.ndarray:
        sums = np.zeros(n, dtype=np.int64)
        np.add.at(sums, lines.bill, values)
        return sums

    assert (total(lines.amount_fen) == bills.total_fen).all()
    assert (total(lines.self_paid_fen) == bills.self_paid_fen).all()
    assert (total(lines.over_limit_fen) == bills.over_limit_fen).all()
    assert (total(lines.advance_fen) == bills.advance_fen).all()
    in_scope = bills.total_fen - bills.self_paid_fen - bills.over_limit_fen - bills.advance_fen
    assert (total(lines.in_scope_fen) == in_scope).all()
    assert (lines.quantity * lines.price_fen == lines.amount_fen).all()
    parts = np.stack([lines.self_paid_fen, lines.over_limit_fen, lines.advance_fen, lines.in_scope_fen])
    assert (parts.sum(axis=0) == lines.amount_fen).all()
    assert (parts * np.sign(lines.amount_fen) >= 0).all()
    assert (lines.amount_fen != 0).all()
    assert (lines.time_s >= bills.begin_s[lines.bill]).all()
    assert (lines.time_s <= bills.end_s[lines.bill]).all()


def test_sums_and_lines(bills: Bills, lines: Lines) -> None:
    check(bills, lines)


@settings(max_examples=60, deadline=None)
@given(
    costs=st.lists(st.integers(1, MAX_CASE_FEN // 100), min_size=1, max_size=12),
    days=st.integers(0, 60),
    wanted=st.integers(1, 600),
    profile=st.sampled_from((MEDICAL, SURGICAL, OUTPATIENT)),
    seed=st.integers(0, 10_000),
)
def test_sums_of_any_bill(costs: list[int], days: int, wanted: int, profile: int, seed: int) -> None:
    """A bill of a fen and one of a million yuan alike."""
    n, generator = len(costs), np.random.default_rng(seed)
    parts = benefits.coverage(np.array(costs), generator)
    bills = Bills(
        parts["total_cost_fen"], parts["self_paid_fen"], parts["over_limit_fen"], parts["advance_self_paid_fen"],
        np.full(n, 1_700_000_000), np.full(n, 1_700_000_000 + days * DAY_S), np.full(n, days), np.full(n, profile),
        np.zeros(n, dtype=bool), np.full(n, wanted),
    )  # fmt: skip

    check(bills, draw_lines(bills, load_items(), generator))


def test_own_part_is_what_the_share_gives(lines: Lines) -> None:
    """The share of one's own of every line has four decimals, and gives the amount to the fen, half up."""
    amount, own = np.abs(lines.amount_fen), np.abs(lines.advance_fen)
    share = (2 * own * 10_000 + amount) // (2 * amount)

    assert (np.abs(own - (2 * amount * share + 10_000) // 20_000) <= (lines.quantity > 1)).all()
    assert (lines.advance_fen > 0).sum() > STAYS


@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**9)).map(lambda pair: (pair[0], min(pair))), min_size=1)
)
def test_any_own_part_is_split_into_whole_shares(parts: list[tuple[int, int]]) -> None:
    amount, own = (np.array(column, dtype=np.int64) for column in zip(*parts, strict=True))

    lines, shares, of = whole_shares(amount, own)

    assert np.bincount(of, lines, len(parts)).tolist() == amount.tolist()
    assert np.bincount(of, shares, len(parts)).tolist() == own.tolist()
    rate = (2 * shares * 10_000 + lines) // (2 * lines)
    assert (shares == (2 * lines * rate + 10_000) // 20_000).all()


def test_lines_per_stay(bills: Bills, lines: Lines) -> None:
    """150 to 400 for the ordinary stay at the default mean of 200; only very cheap stays have fewer."""
    count = np.bincount(lines.bill, minlength=STAYS)
    low, high = np.percentile(count, [5, 99.5])

    assert abs(count.mean() - 200) < 10
    assert low > 140
    assert high < 400
    assert (bills.total_fen[count < 100] < 100_000).all()


def test_stays_that_are_long_for_their_group_have_more_lines(
    blueprint: Blueprint, drawn: Drawn, bills: Bills, lines: Lines
) -> None:
    count = np.bincount(lines.bill, minlength=STAYS)
    usual = blueprint.mean_stay_days[drawn.chunks[0].group[:STAYS]]

    assert np.corrcoef(count, bills.days / usual)[0, 1] > 0.2


def share_of_cost(lines: Lines, bills: Bills, profile: int) -> np.ndarray:
    kept = bills.profile[lines.bill] == profile
    sums = np.bincount(load_items().category[lines.item[kept]], lines.amount_fen[kept], minlength=15)
    return sums / sums.sum()


def test_cost_by_category(lines: Lines, bills: Bills) -> None:
    """Bands of what such hospitals report; operations belong to operated stays alone."""
    medical, surgical = (share_of_cost(lines, bills, profile) for profile in (MEDICAL, SURGICAL))

    assert medical[OPERATION] == 0
    assert 0.05 < surgical[OPERATION] < 0.25
    for share in (medical, surgical):
        assert 0.2 < share[WESTERN] < 0.4
        assert share[BED] + share[CONSULTATION] + share[NURSING] < 0.2
        assert (share[1:12] >= 0).all()
    assert surgical[MATERIAL] > medical[MATERIAL]


@pytest.mark.parametrize("category", [BED, CONSULTATION, NURSING])
def test_days_are_charged_once(lines: Lines, bills: Bills, category: int) -> None:
    kept = load_items().category[lines.item] == category
    day = lines.bill[kept] * 1_000_000 + lines.time_s[kept] // DAY_S
    count = np.bincount(lines.bill[kept], minlength=STAYS)

    assert len(np.unique(day)) == len(day) > STAYS
    assert (count <= bills.days).all()
    assert (lines.quantity[kept] == 1).all()


def test_refunds(lines: Lines) -> None:
    """Each refers to a charge of the same bill, item and price, no smaller and no later."""
    refund = np.flatnonzero(lines.refers)
    place = {
        (bill, number): k
        for k, (bill, number) in enumerate(zip(lines.bill.tolist(), lines.number.tolist(), strict=True))
    }
    charge = np.array([place[lines.bill[k], lines.refers[k]] for k in refund])

    assert (lines.quantity[refund] < 0).all()
    assert (np.delete(lines.quantity, refund) > 0).all()
    assert 0.005 < len(refund) / len(lines.bill) < 0.015
    assert (lines.item[charge] == lines.item[refund]).all()
    assert (lines.price_fen[charge] == lines.price_fen[refund]).all()
    assert (lines.quantity[charge] >= -lines.quantity[refund]).all()
    assert (lines.time_s[charge] <= lines.time_s[refund]).all()
    assert len(np.unique(charge)) == len(charge)
    assert set((-lines.quantity[refund] < lines.quantity[charge]).tolist()) == {True, False}


def test_numbers_and_order(lines: Lines) -> None:
    first = np.append(True, lines.bill[1:] != lines.bill[:-1])

    assert (lines.number[first] == 1).all()
    assert (np.diff(lines.number)[~first[1:]] == 1).all()
    assert (np.diff(lines.time_s)[~first[1:]] >= 0).all()


def test_price_limits(lines: Lines, bills: Bills) -> None:
    """What exceeds the limit is not covered: amount − count × limit."""
    beyond = np.flatnonzero(lines.over_limit_fen)

    assert (lines.limit_fen[beyond] >= 0).all()
    assert (
        lines.amount_fen[beyond] - lines.quantity[beyond] * lines.limit_fen[beyond] == lines.over_limit_fen[beyond]
    ).all()
    assert (np.delete(lines.limit_fen, beyond) == -1).all()
    assert len(beyond) == (bills.over_limit_fen > 0).sum()


def test_share_of_ones_own(lines: Lines) -> None:
    items = load_items()
    priced = (items.price_fen[lines.item] > 0) & (lines.level == CLASS_B) & (lines.refers == 0)
    percent = items.own_percent[lines.item[priced]]
    apart = 200 * lines.advance_fen[priced] - 2 * lines.amount_fen[priced] * percent

    assert set(percent.tolist()) == {5, 10, 15}
    assert (np.abs(apart) <= 200).all()
    assert not lines.advance_fen[lines.level != CLASS_B].any()
    assert (lines.level == items.level[lines.item]).all()


def test_prices_of_an_item_are_one_price(lines: Lines) -> None:
    items = load_items()
    priced = items.price_fen[lines.item] > 0

    assert (lines.price_fen[priced] == items.price_fen[lines.item[priced]]).all()
    assert 0.5 < lines.amount_fen[priced].sum() / lines.amount_fen.sum() < 0.95


@pytest.mark.parametrize(
    ("code", "category"),
    [("001109000010000", "01"), ("001102000050000", "02"), ("001201000040000", "07"), ("002503030010000", "04"),
     ("003310010030000", "06"), ("XC02CXY168B002010100239", "09"), ("ZA12HAS0790010103827", "11"), ("T000100057", "10")],
)  # fmt: skip
def test_category_of_a_code(code: str, category: str) -> None:
    assert f"{category_of(code):02d}" == category


def test_items_are_those_of_the_shipped_lists(root: Any) -> None:
    folder = root / "grouper_tables" / "code_systems"
    known = {
        line.split(",")[0]
        for name in ("items-nhsa-points-2025", "items-synthetic")
        for line in (folder / name / "codes.csv").read_text(encoding="utf-8").splitlines()[1:]
    }
    items = load_items()

    assert set(items.codes) == known
    assert len(items.codes) == len(known) > 1_000
    assert (items.price_fen >= 0).all()
    assert set(np.flatnonzero(items.price_fen == 0)) == {
        place for place, code in enumerate(items.codes) if code.startswith(("C9990", "X9990", "F9990"))
    }
    assert {int(c) for c in items.level} == {0, CLASS_B, CLASS_C}
