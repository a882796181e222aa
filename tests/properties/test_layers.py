"""Random layered editions: the compiled grouping and the plain reference agree on every stay."""

from __future__ import annotations

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from drgdip.audit.dip_candidates import VERDICTS, find_candidates
from drgdip.policy.values import NATIONAL_STEPS
from tests.lanes import examples
from tests.properties.layered import Case, by_engine, by_reference, cases, columns_of, compiled, stays

FREELY = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(FREELY, max_examples=examples(200))
@given(cases())
def test_engine_and_reference_agree(case: Case) -> None:
    found = by_engine(case)

    for _, why, _ in found:
        event(why)
    assert found == by_reference(case)


@settings(FREELY, max_examples=examples(100))
@given(cases(), st.randoms(use_true_random=False))
def test_neither_the_order_of_stays_nor_their_company_matters(case: Case, random: object) -> None:
    found = by_engine(case)
    order = list(range(len(case.stays)))
    random.shuffle(order)  # type: ignore[attr-defined]

    assert by_engine(case._replace(stays=[case.stays[i] for i in order])) == [found[i] for i in order]
    assert by_engine(case._replace(stays=case.stays[:1])) == found[:1]


@settings(FREELY, max_examples=examples(100))
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_core_and_comprehensive_rows_does_not_matter(case: Case, random: object) -> None:
    """That of the layers before them does: their first row that holds decides."""
    groups = list(case.catalogue.groups)
    random.shuffle(groups)  # type: ignore[attr-defined]
    layers = iter([group for group in case.catalogue.groups if group["kind"] not in ("core", "comprehensive")])
    mixed = [group if group["kind"] in ("core", "comprehensive") else next(layers) for group in groups]

    assert by_engine(case._replace(catalogue=case.catalogue._replace(groups=mixed))) == by_engine(case)


@settings(FREELY, max_examples=examples(100))
@given(cases(), st.data())
def test_a_row_that_no_stay_meets_changes_nothing(case: Case, data: st.DataObject) -> None:
    found = by_engine(case)
    unmet = {**case.catalogue.groups[0], "kind": "pre", "dip_code": "X", "diagnosis_category": "Q99",
             "diagnosis_place": data.draw(st.sampled_from(["", "any"])), "treatment_type": ""}  # fmt: skip
    more = case.catalogue._replace(groups=[unmet, *case.catalogue.groups])
    stay = data.draw(stays(case.catalogue))

    assert by_engine(case._replace(catalogue=more)) == found
    assert by_engine(case._replace(stays=[*case.stays, stay]))[:-1] == found


@settings(FREELY, max_examples=examples(100))
@given(cases())
def test_without_the_other_layers_the_national_order_is_that_of_core_and_comprehensive(case: Case) -> None:
    """1.0 and 2.0 are the same engine with fewer layers."""
    rules = case.rules._replace(layers=("core", "comprehensive"), steps=NATIONAL_STEPS)
    groups = [group for group in case.catalogue.groups if group["kind"] in ("core", "comprehensive")]
    fewer = case.catalogue._replace(groups=groups)
    if groups:
        codes = [found[0] for found in by_engine(case._replace(rules=rules))]
        assert [found[0] for found in by_engine(Case(fewer, rules, case.stays))] == codes


@settings(FREELY, max_examples=examples(160))
@given(cases())
def test_candidates_explain_what_the_engine_found(case: Case) -> None:
    """Exactly one is taken if a group takes the stay, the runner-up is named, every other one says why not."""
    tables = compiled(case.catalogue)
    for stay, (group, _, second) in zip(case.stays, by_engine(case), strict=True):
        found = find_candidates(columns_of([stay]), tables, case.rules)
        named = {verdict: [one.dip_code for one in found.found if one.verdict == verdict] for verdict in VERDICTS}
        assert (named["taken"], named["runner_up"]) == ([group] if group else [], [second] if second else [])
        assert (found.group_id, found.runner_up_id) == tuple(
            tables.group_ids[code] if code else -1 for code in (group, second)
        )
        assert len({one.group_id for one in found.found}) == len(found.found)
        assert all(one.why.zh and one.why.en for one in found.found)
