"""Deductions over twelve months, as the year takes them; months made up for the purpose (settlement arithmetic 4.5, 5.6)."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from drgdip.base.errors import UsageError
from drgdip.clearing.year import Payments
from drgdip.interface.deduction import Deduction
from drgdip.interface.statement_row import DeductionLine
from drgdip.pipeline.year.ledger import payments
from drgdip.pipeline.year.months import Month, sources

H, POOL = "H1", "310"


def line(type_: int, item: str, amount: int, taken: int) -> DeductionLine:
    return DeductionLine(H, POOL, type_, "2026-01-01", item, amount, taken, amount - taken)


def month(number: int, *lines: DeductionLine, paid: int = 0, retained: int = 0, first_day: str = "") -> Month:
    name = f"2026-{number:02d}"
    record = SimpleNamespace(month=name, parameters={"first_day": first_day or f"{name}-01"})
    row = SimpleNamespace(hospital_code=H, pool=POOL, paid_fen=paid, retained_fen=retained)
    run: Any = SimpleNamespace(record=record, rows=[row], deductions=list(lines))
    return Month(Path(name), run, "")


def of(*months: Month, **more: Any) -> Payments:
    return payments(months, **more)[H, POOL]


def test_an_item_that_is_carried_counts_once() -> None:
    """300 of 1,000 in January, 500 in February, 200 still open in March: an audit item counts in full."""
    months = [month(1, line(10, "A", 1000, 300)), month(2, line(10, "A", 700, 500)), month(3, line(10, "A", 200, 0))]

    assert of(*months) == Payments(deductions_fen=1000)


def test_an_item_that_a_later_month_was_not_handed_stays_open() -> None:
    assert of(month(1, line(99, "X", 1000, 300)), month(2)) == Payments(other_fen=300, open_fen=700)


def test_every_type_has_its_place() -> None:
    months = [
        month(1, line(10, "A", 10, 10), line(20, "B", 20, 5), line(30, "C", 30, 12), line(40, "D", 40, 40),
              line(99, "E", 50, 20), paid=1000, retained=60),
    ]  # fmt: skip

    assert of(*months) == Payments(
        paid_fen=1000, deductions_fen=30, offset_fen=12, other_fen=20, withheld_fen=100, prepayment_fen=18, open_fen=30
    )


def test_a_negative_month_of_the_year_is_no_deduction_of_it() -> None:
    own = f"NEG-2026-01-{H}-{POOL}"
    months = [month(1, line(99, own, 500, 0)), month(2, line(99, own, 500, 400)), month(3, line(99, own, 100, 0))]

    assert of(*months) == Payments()


@pytest.mark.parametrize("item", [f"NEG-2025-12-{H}-{POOL}", f"NEG-2026-01-{H}-390", "NEG-2026-01"])
def test_any_other_item_of_that_kind_is(item: str) -> None:
    assert of(month(1, line(99, item, 500, 500))) == Payments(other_fen=500)


def test_advances_less_what_was_offset_are_outstanding() -> None:
    months = [month(1, line(30, "P", 300, 100))]

    assert of(*months) == Payments(offset_fen=100, prepayment_fen=200)
    assert of(*months, granted={(H, POOL): 1000}) == Payments(offset_fen=100, prepayment_fen=900)
    assert of(*months, granted={(H, POOL): 100}) == Payments(offset_fen=100)
    with pytest.raises(UsageError, match=r"0\.99 yuan, is less than"):
        of(*months, granted={(H, POOL): 99})


def test_items_after_the_months() -> None:
    decided = [Deduction(f"N{type_}", H, POOL, type_, "2027-01-01", type_) for type_ in (10, 20, 30, 99)]

    assert of(month(1), decided=decided) == Payments(deductions_fen=30, prepayment_fen=30, open_fen=99)
    with pytest.raises(UsageError, match="already taken up"):
        of(month(1, line(10, "N10", 1, 1)), decided=decided)


def test_a_cumulative_month_holds_the_retention_of_all_before_it() -> None:
    """Two single months, then the year to date, then one more: payments of all, retention of the last two."""
    months = [
        month(1, paid=10, retained=1), month(2, paid=10, retained=1),
        month(3, paid=10, retained=5, first_day="2026-01-01"), month(4, paid=10, retained=2),
    ]  # fmt: skip

    assert [one.name for one in sources(months)] == ["2026-03", "2026-04"]
    assert of(*months) == Payments(paid_fen=40, withheld_fen=7)
