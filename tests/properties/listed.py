"""Lists and bills for random cities: a register, a section ``attribution``, bills that earlier months have paid (2.9, 4.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from drgdip.intake.list_register import ListRegister
from drgdip.interface.list_register import BILLS, RegisteredList
from drgdip.pipeline.attribution.inputs import InterimBill, ListInputs, Visit
from drgdip.policy.sections.attribution_values import Attribution
from drgdip.policy.values import PolicyValues
from tests.properties.cities import MONTH, REGION, City, Draw, Row, _amounts, _replaced, _with_month_funds
from tests.properties.picking import pick
from tests.reference.eligibility import pool_of
from tests.reference.fields import MONEY
from tests.reference.lists import Listed, Lists, PaidBill
from tests.reference.pricing import residence

_FIRST = date.fromisoformat(f"{MONTH}-01")


@st.composite
def with_lists(draw: Draw, city: City) -> City:
    """The city with lists that come early, late and not at all, and with stays of several bills."""
    terms = draw(_attribution(city.policy[0][1].basis_date))
    listed, bills, rows = [], list[PaidBill](), []
    for row in city.cases:
        own = draw(_listed(row, terms)) if draw(pick((True, True, False))) else None
        rows.append({**row, "mdtrt_id": f"V{row['setl_id'].strip()}"[:30]})
        if own is not None and not any(own.setl_id == one.setl_id for one in listed):
            listed.append(own)
            if own.bill == "final" and draw(pick([True] * 5 + [False])):
                bills += draw(_bills(rows[-1], city.policy[0][1]))
    city = _replaced(city, lambda values: values._replace(attribution=terms))
    city = city._replace(cases=rows, lists=Lists(listed, bills))
    return _with_month_funds(city, Fraction(10_000, city.catalogue.point_scale))


@st.composite
def _attribution(draw: Draw, basis: str) -> Attribution:
    """By the date of settlement no list is late."""
    moves = basis == "discharge"
    return Attribution(
        draw(pick((None, 1, 10, 10, 28))) if moves else None,
        draw(pick(("arrival_month", "clearing"))),
        draw(pick((None, (1, 31), (2, 28)))) if moves else None,
        draw(pick(("deducted", "deducted", "by_item"))),
    )


@st.composite
def _listed(draw: Draw, row: Row, terms: Attribution) -> Listed:
    """Lists come about the day until which they are in time, within the month that is settled, or with the settlement."""
    try:
        own = datetime.fromisoformat(row["dscg_time"].strip()).date()
    except ValueError:  # a spoiled cell
        own = _FIRST
    following = (own.replace(day=1) + timedelta(days=32)).replace(day=terms.list_cutoff_day or 1)
    closes = date(own.year + 1, *(terms.year_cutoff or (1, 31)))
    days = [following, following, _FIRST.replace(day=11), _FIRST.replace(day=31), closes]
    if own < _FIRST:  # within the month that is settled, past most cut-offs
        days = [_FIRST.replace(day=29), _FIRST.replace(day=11), following]
    arrived = draw(pick([*days, None])), draw(pick((0, 0, 1, -1)))
    return Listed(
        row["setl_id"].strip(),
        None if arrived[0] is None else arrived[0] + timedelta(days=arrived[1]),
        draw(pick([2] * 9 + [0, 1, 3])),
        draw(pick(["whole"] * 4 + ["interim", "final", "final"])),
    )


@st.composite
def _bills(draw: Draw, row: Row, values: PolicyValues) -> list[PaidBill]:
    """One or two bills of the visit; seldom one that another pool has paid."""
    try:
        own = pool_of(values, row["insutype"], residence(row["insu_admdvs"], REGION))
    except (ValueError, KeyError):
        own = None
    found = []
    for number in range(draw(pick((1, 1, 2)))):
        pools = pick([own or next(iter(values.pools))] * 9 + list(values.pools))
        cells = draw(_amounts(draw(pick((1, 100_000, 333_333, 1_234_567, 10**10 - 1))), 0))
        money = {name: int(Fraction(cells[name] or 0) * 100) for name in MONEY if name in cells}
        paid = draw(pick((0, 1, 50_000, 10**9, -5_000)))
        found.append(
            PaidBill(f"B{number}-{row['setl_id']}", row["fixmedins_code"], row["mdtrt_id"], draw(pools), paid, money)
        )
    return found


def list_inputs(city: City) -> ListInputs | None:
    """The lists as the engine takes them; None under a policy without attribution."""
    if city.policy[0][1].attribution is None:
        return None
    interim: dict[Visit, list[InterimBill]] = {}
    for bill in city.lists.bills:
        amounts = tuple(bill.money.get(name, 0) for name in MONEY)
        own = InterimBill(bill.setl_id, "2026-02", bill.pool, bill.paid_fen, amounts)
        interim.setdefault((bill.hospital, bill.visit), []).append(own)
    return ListInputs(ListRegister(_registered(city.lists.register)), interim)


def _registered(register: Sequence[Listed]) -> list[RegisteredList]:
    return [
        RegisteredList(
            one.setl_id,
            -1 if one.arrived is None else int(f"{one.arrived:%Y%m%d}"),
            one.state,
            BILLS.index(one.bill),
        )
        for one in register
    ]
