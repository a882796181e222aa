"""Random small cities with denials, settled by the engine and by the plain reference: equal to the fen (8.3)."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from drgdip.base.errors import PolicyError
from drgdip.interface.denial import Denial
from drgdip.pipeline.denials.inputs import DenialInputs
from drgdip.pipeline.report import month_proof
from drgdip.policy.sections.sanctions_values import Sanctions
from tests.lanes import PLAIN
from tests.properties.cities import City, cities
from tests.properties.test_month import assert_same, settled
from tests.reference.denials import Denied
from tests.reference.month import ReferenceResult, settle_month

MODES = ("deduct_amount", "deduct_scaled", "void")


class DeniedCity(NamedTuple):
    city: City
    terms: Sanctions
    denials: list[Denied]

    @property
    def section(self) -> str:
        modes = ", ".join(self.terms.modes)
        return (
            "\nsanctions:\n"
            f'  denial: {{value: {self.terms.denial}, cite: "Example"}}\n  modes: {{value: [{modes}], cite: "Example"}}\n'
            f'  void_points: {{value: {self.terms.void_points}, cite: "Example"}}\n'
            f'  timing: {{value: {self.terms.timing}, cite: "Example"}}\n'
        )

    def settle(self) -> ReferenceResult:
        own = self.city._replace(policy=tuple((day, v._replace(sanctions=self.terms)) for day, v in self.city.policy))
        return settle_month(
            own.values_on, own.catalogue, own.cases, own.month, own.deductions, own.prior,
            region=own.region, fees=own.fees, denials=self.denials,
        )  # fmt: skip

    @property
    def given(self) -> DenialInputs:
        return DenialInputs(
            [Denial("d.csv", n, one.id, one.setl_id, one.date, "R", one.mode, one.fund_fen) for n, one in enumerate(self.denials, 1)]
        )  # fmt: skip


@st.composite
def denied_cities(draw: st.DrawFn) -> DeniedCity:
    city = draw(cities())
    payable = {
        row["setl_id"]: row["payable_fen"]
        for row in city.settle().cases
        if row["route"] != "route_out_of_scope" and row["setl_id"].strip() == row["setl_id"]
    }
    assume(payable)
    void_points = draw(st.sampled_from(("exclude", "keep")))
    timing = "before_pool" if void_points == "exclude" else draw(st.sampled_from(("before_pool", "after_pool")))
    denials: list[Denied] = []
    for number in range(draw(st.integers(1, 4))):
        setl_id = draw(st.sampled_from(sorted(payable)))
        mode = draw(st.sampled_from(MODES))
        if mode == "void" and any(one.setl_id == setl_id and one.mode == "void" for one in denials):
            mode = "deduct_amount"
        near = max(payable[setl_id], 1)
        fund = draw(st.one_of(st.integers(1, 3 * near), st.sampled_from((max(near - 1, 1), near, near + 1))))
        day = draw(st.sampled_from(("2099-01-01", "2099-01-02")))
        denials.append(Denied(f"N{number}", setl_id, day, mode, fund))
    return DeniedCity(city, Sanctions("deduct_amount", MODES, void_points, timing), denials)


def same(denied: DeniedCity, chunk_rows: int, threads: int) -> None:
    try:
        engine = settled(denied.city, chunk_rows, threads, None, denied.section, denied.given)
    except PolicyError:  # without the void stays the fund no longer covers what is paid by item
        assume(False)
    reference = denied.settle()
    assert_same(denied.city, engine, reference)
    assert all(line.holds for line in month_proof(engine.month))
    posted = sum(row.denied_fen for row in engine.month.rows)
    assert posted == sum(row["denied_fen"] for row in reference.cases)


@settings(max_examples=10 if PLAIN else 60, deadline=None, suppress_health_check=list(HealthCheck))
@given(denied_cities())
def test_denials_agree_with_the_reference(denied: DeniedCity) -> None:
    same(denied, 100_000, 1)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(denied_cities())
def test_denials_in_chunks_on_two_threads(denied: DeniedCity) -> None:
    same(denied, 3, 2)
