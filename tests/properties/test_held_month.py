"""Random small cities with suspended hospitals and a ceiling for all methods, equal to the plain reference to the fen."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drgdip.pipeline.report import month_proof
from tests.lanes import examples
from tests.properties.cities import HOSPITALS, MONTH, City, cities
from tests.properties.test_month import settled
from tests.reference.holding import Line, Suspended, due_fen, held_fen, over_fen

_GROUPS = ("route_group", "route_day_surgery", "route_tcm", "route_lower_of")
_FIRST = date.fromisoformat(f"{MONTH}-01")


class HeldCity(NamedTuple):
    city: City
    suspended: list[Suspended]
    shares: tuple[Fraction | None, ...]
    ceilings: dict[tuple[str, str], int]

    @property
    def lines(self) -> dict[str, Line]:
        routes = (_GROUPS, ("route_bed_day",), ("route_by_item",))
        return {name: Line(*pair) for name, *pair in zip(("groups", "days", "items"), routes, self.shares, strict=True)}

    @property
    def section(self) -> str:
        windows = ", ".join(
            f"{{hospital: {one.hospital}, from: {one.first}, to: {one.last}, decision: no. {n}}}"
            for n, one in enumerate(self.suspended)
        )
        text = f'\nsuspension:\n  hospitals: {{value: [{windows}], cite: "x"}}\n  release: {{value: after_end, cite: "x"}}\nmixed:\n  lines:\n'
        for name, line in self.lines.items():
            methods = ", ".join(route.removeprefix("route_") for route in line.routes)
            share = "none" if line.share is None else f'"{float(line.share):.4f}"'
            text += f'    {name}:\n      name: {{zh: "{name}", en: "{name}"}}\n      methods: {{value: [{methods}], cite: "x"}}\n      cap_share: {{value: {share}, cite: "x"}}\n'
        text += "  ceilings:\n" if self.ceilings else "  ceilings: {}\n"
        for hospital in sorted({hospital for hospital, _ in self.ceilings}):
            text += f"    {hospital}:\n"
            for (code, pool), fen in sorted(self.ceilings.items()):
                if code == hospital:
                    text += f'      "{pool}": {{value: "{fen // 100}.{fen % 100:02}", cite: "x"}}\n'
        return text


@st.composite
def held_cities(draw: st.DrawFn) -> HeldCity:
    city = draw(cities())
    pools, codes = list(city.values_on(_FIRST).pools), [code for code, _ in HOSPITALS]
    suspended = []
    for hospital in draw(st.lists(st.sampled_from(codes), max_size=2, unique=True)):
        first = _FIRST + timedelta(days=draw(st.sampled_from([-60, -1, 0, 14, 15, 30])))
        suspended.append(Suspended(hospital, first, first + timedelta(days=draw(st.sampled_from([0, 1, 14, 59, 90])))))
    shares = draw(st.tuples(*[st.sampled_from([None, Fraction(1, 4), Fraction(6543, 10_000)])] * 3))
    keys = st.tuples(st.sampled_from(codes), st.sampled_from(pools))
    amounts = st.sampled_from([1, 99_999, 333_333, 1_000_000, 5_000_000])
    return HeldCity(city, suspended, shares, draw(st.dictionaries(keys, amounts, max_size=4)))


@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(held_cities())
def test_what_is_held_and_what_is_over_agree_with_the_reference(held: HeldCity) -> None:
    city, reference = held.city, held.city.settle()
    month = settled(city, 3, 2, None, held.section).month
    values = city.values_on(_FIRST.replace(day=31))
    discharged = {row["setl_id"].strip(): row["dscg_time"][:10] for row in city.cases}

    def of(row: dict) -> int:  # type: ignore[type-arg]
        return held_fen(row, date.fromisoformat(discharged[row["setl_id"].strip()]), held.suspended, MONTH)

    assert all(line.holds for line in month_proof(month))
    cumulative = values.month.point_value == "cumulative"
    months = int(MONTH[5:]) if cumulative else 1
    rows = {(row.hospital_code, row.pool): row for row in month.rows}
    settled_rows = [row for row in reference.cases if row["route"] != "route_out_of_scope"]
    for theirs in reference.statement:
        key = (theirs["hospital_code"], theirs["pool"])
        own = [row for row in settled_rows if (row["hospital_code"], row["pool"]) == key]
        waits, ceiling = sum(map(of, own)), held.ceilings.get(key)
        over = over_fen(own, of, held.lines, None if ceiling is None else ceiling * months)
        mine = rows[key]
        assert (mine.payable_fen, mine.held_fen, mine.over_ceiling_fen) == (theirs["payable_fen"], waits, over)
        payable = theirs["payable_fen"] - waits - over
        assert mine.due_fen == due_fen(payable, values.month.retention_e4, theirs["paid_before_fen"], cumulative)
