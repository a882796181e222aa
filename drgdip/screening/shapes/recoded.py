"""K8 on codes: complications without support, principal diagnoses that are none, operations that belong to another disease."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.screening.amounts import NOTHING, Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import Frame
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.shapes.common import case_hit, found_cases
from drgdip.screening.shapes.peers import beyond_expected, expected_by_group
from drgdip.screening.shapes.regroup import Worth, billed_items, without
from drgdip.screening.shown import decimals


def without_support(run: Run) -> Judged:
    """Codes of which nothing is billed that shows them, where the group is another without them (G02, G03). Declared (``fixed``) are

    of : ``diagnoses`` (other ones) or ``operations``. support : the list of what shows each code. same_group : ``told`` as a warning, or
    ``left``. institutions : whether those with far more such stays than others are told, too.
    """
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    if run.grouper is None:
        return not_run(run.cases.rows, "no_grouper")
    cases, worth, fixed = run.cases, Worth(run), run.params.values
    of, told = str(fixed["of"]), fixed.get("same_group") == "told"
    support = {str(code): _items(shown) for code, shown in run.params.mapping(str(fixed["support"])).items() if shown}
    answers, hits = Answers(cases.rows), list[Hit]()
    answers.mark(np.diff(run.data.offsets) == 0, State.NOT_RUN, "missing:fee_lines")
    answers.require({"main_dx": cases.known("principal"), _FIELDS[of]: cases.known(of)})
    for case in np.flatnonzero((answers.state == State.PASS) & ~run.closed).tolist():
        listed = [code for code in cases.codes(of, case) if code in support]
        if not listed:
            answers.mark(np.array([case]), State.NOT_APPLICABLE, "not_listed")
            continue
        billed = billed_items(run, case)
        dropped = sorted({code for code in listed if not support[code] & billed})
        found = without(run, case, worth, **{of: dropped}) if dropped else None
        if found is None or (not told and found.claimed is not None and found.claimed == found.should):
            continue
        if found.own is None or found.other is None:
            answers.mark(np.array([case]), State.NOT_RUN, "no_weight_or_mean")
            continue
        gain = found.own - found.other
        if gain > 0 or told:
            hits.append(case_hit(run, case, outcome=run.params.text("outcome") if gain > 0 else "WARN", facts=found.facts(dropped),
                                 amounts=worth.fund(case, gain) if gain > 0 else NOTHING, formula=worth.formula(case, found.own, found.other)))  # fmt: skip
    others = _too_many(run, set(support)) if fixed.get("institutions") is True else []
    return Judged([*hits, *others], found_cases(answers, hits))


_FIELDS = {"diagnoses": "dx", "operations": "oprn"}


def _items(shown: Sequence[str] | Sequence[Sequence[str]]) -> set[str]:
    """All items that show a code, of one list or of several kinds."""
    return {str(item) for kind in shown for item in ([kind] if isinstance(kind, str) else kind)}


def _too_many(run: Run, listed: set[str]) -> list[Hit]:
    """Institutions whose share of stays with such a complication is far above that of others, by group and age band."""
    cases, params = run.cases, run.params
    marked = np.array(
        [any(code in listed for code in cases.codes("diagnoses", case)) for case in range(cases.rows)], dtype=np.bool_
    )
    bounds = [int(params.number("age_bounds", bound)) for bound in params.texts("age_bounds")]
    family = [
        f"{group}|{_age_band(cases, case, bounds)}" if (group := cases.text("group", case)[:-1]) else ""
        for case in range(cases.rows)
    ]
    hits = []
    for hospital, one in sorted(expected_by_group(run, family, marked, params.integer("min_n")).items()):
        if beyond_expected(one, params.ratio("oe"), params.ratio("z")):
            facts = {
                "fixmedins_code": hospital,
                "observed": one.observed,
                "expected": decimals(one.expected),
                "cases": one.cases,
            }
            hits.append(Hit("WARN", "institution", (hospital,), window="complications", amounts=NOTHING, facts=facts,
                            place=one.place, table="cases"))  # fmt: skip
    return hits


def _age_band(cases: Frame, case: int, bounds: list[int]) -> str:
    """The band of a case's age by its lower bound; ages that are not known are a band of their own."""
    known = bool(cases.known("age_e4")[case])
    return str(max((bound for bound in bounds if bound * 10_000 <= cases["age_e4"][case]), default="")) if known else ""


def doubtful_principal(run: Run) -> Judged:
    """Principal diagnoses that cannot be one, or beside which another explains most of what was done (G09)."""
    cases, params, answers, hits = run.cases, run.params, Answers(run.cases.rows), list[Hit]()
    barred = tuple(str(code) for code in params.texts("not_principal"))
    explained = {str(code): set(map(str, items)) for code, items in params.mapping("explains").items()}
    answers.require({"main_dx": cases.known("principal")})
    for case in np.flatnonzero((answers.state == State.PASS) & ~run.closed).tolist():
        principal = cases.text("principal", case)
        if barred and principal.startswith(barred):
            hits.append(
                case_hit(
                    run,
                    case,
                    amounts=Amounts(),
                    facts={"reason": "not_principal", "main_dx": principal, "should_main_dx": ""},
                )
            )
            continue
        found = _explains_more(run, case, explained)
        if isinstance(found, str):
            answers.mark(np.array([case]), State.NOT_RUN, found)
        elif found:
            hits.append(found)
    return Judged(hits, found_cases(answers, hits))


def _explains_more(run: Run, case: int, explained: Mapping[str, set[str]]) -> Hit | str | None:
    """The other diagnosis that most of the cost of operations and treatment belongs to, in another main category."""
    cases, params = run.cases, run.params
    others = [code for code in cases.codes("diagnoses", case) if code in explained]
    if not others:
        return None
    first, after = run.data.offsets[case : case + 2].tolist() if run.data.lines is not None else (0, 0)
    if first == after or run.grouper is None:
        return "missing:fee_lines" if first == after else "no_grouper"
    lines, types = run.lines, params.texts("treatment_types")
    treated = [
        row
        for row in range(first, after)
        if lines["net_quantity_e4"][row] > 0 and lines.text("charge_class", row) in types
    ]
    total = int(lines["net_fee_fen"][treated].sum()) if treated else 0
    operations, settlement, principal = (
        cases.codes("operations", case),
        cases.text("settlement", case),
        cases.text("principal", case),
    )
    own = run.grouper(principal, cases.codes("diagnoses", case), operations, settlement)
    found = []
    for code in sorted(set(others)):
        part = sum(int(lines["net_fee_fen"][row]) for row in treated if lines.text("item", row) in explained[code])
        rest = (principal, *(other for other in cases.codes("diagnoses", case) if other != code))
        group = run.grouper(code, rest, operations, settlement)
        if total and part >= params.ratio("share") * total and own and group and own[0] != group[0]:
            amounts = _difference(run, case, own, group)
            found.append((_weight(run, group), case_hit(
                run, case, amounts=amounts, formula=f"{format_yuan(part)} / {format_yuan(total)}",
                facts={"reason": "explains_more", "main_dx": principal, "should_main_dx": code, "claimed": own, "should": group})))  # fmt: skip
    return max(found, key=lambda one: one[0])[1] if found else None  # the best one for the hospital, as in G01


def _weight(run: Run, group: str) -> Fraction:
    """Weight of a group; 0 where it is not given."""
    weights = run.params.values.get("weight") or {}
    return run.params.number("weight", weights[group]) if group in weights else Fraction(0)


def _difference(run: Run, case: int, claimed: str, should: str) -> Amounts:
    """What the groups differ by for the funds, where weights and rate are given (as in G01)."""
    if not run.params.has("weight") or not run.params.has("rate"):
        return Amounts()
    worth = Worth(run)
    own, other = worth.weight(claimed), worth.weight(should)
    return worth.fund(case, own - other) if own is not None and other is not None and own > other else Amounts()


def unrelated_operation(run: Run) -> Judged:
    """Main operations that belong to another disease (A09): a group for that, or a pair that hardly ever occurs."""
    cases, params, answers, hits = run.cases, run.params, Answers(run.cases.rows), list[Hit]()
    answers.require({"main_dx": cases.known("principal"), "oprn": cases.known("operations")})
    none = np.array([not cases.codes("operations", case) for case in range(cases.rows)], dtype=np.bool_)
    answers.mark(cases.known("operations") & none, State.NOT_APPLICABLE, "no_operation")
    with_dx: dict[str, int] = {}
    with_operation: dict[str, int] = {}
    both: dict[tuple[str, str], int] = {}
    pairs: dict[int, tuple[str, str]] = {}
    for case in np.flatnonzero((answers.state == State.PASS) & ~cases.is_any("refunded", ("1",))).tolist():
        pair = cases.text("principal", case)[:3], cases.codes("operations", case)[0][:4]
        pairs[case] = pair
        with_dx[pair[0]] = with_dx.get(pair[0], 0) + 1
        with_operation[pair[1]] = with_operation.get(pair[1], 0) + 1
        both[pair] = both.get(pair, 0) + 1
    for case, (diagnosis, operation) in pairs.items():
        if run.closed[case]:
            continue
        group = cases.text("group", case)
        if not group and run.grouper is not None:
            group = run.grouper(cases.text("principal", case), cases.codes("diagnoses", case), cases.codes("operations", case),
                                cases.text("settlement", case)) or ""  # fmt: skip
        enough = min(with_dx[diagnosis], with_operation[operation]) >= params.integer("support")
        lift = Fraction(both[diagnosis, operation] * len(pairs), with_dx[diagnosis] * with_operation[operation])
        if group.endswith("QY") or (enough and lift < params.ratio("lift")):
            facts = {
                "main_dx": cases.text("principal", case),
                "operation": cases.codes("operations", case)[0],
                "group": group,
            }
            hits.append(case_hit(run, case, amounts=NOTHING, facts=facts))
        elif run.grouper is None and not enough:
            answers.mark(np.array([case]), State.NOT_RUN, "no_grouper")
    return Judged(hits, found_cases(answers, hits))
