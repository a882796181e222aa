"""K1 on outpatient lines: what all rules on them share, and drugs of another disease."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import Frame
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run


def listed_outpatient_lines(
    run: Run, wanted: Callable[[Frame], np.ndarray]
) -> tuple[Frame, Answers, np.ndarray, np.ndarray] | None:
    """Outpatient lines with their settlements: the lines, their answers, the rows that matter, the settlement of each."""
    lines, visits = run.data.table("outpatient_lines"), run.data.outpatient
    if lines is None or visits is None:
        return None
    owner = visit_of(lines, visits)
    answers = lines_of_visits(run, lines, wanted(lines))
    return lines, answers, np.flatnonzero(answers.state == State.PASS), owner


def visit_of(lines: Frame, visits: Frame) -> np.ndarray:
    """The settlement that each line belongs to, -1 without one."""
    place = {visits.text("settlement", row): row for row in range(visits.rows)}
    owner = np.array([place.get(word, -1) for word in lines.words.get("settlement", ())] + [-1], dtype=np.int64)
    return np.asarray(owner[lines["settlement"]]) if lines.has("settlement") else np.full(lines.rows, -1)


def lines_of_visits(run: Run, lines: Frame, wanted: np.ndarray) -> Answers:
    """Answers of lines of visits before they are looked at; wanted : bool, (n,)."""
    visits = run.data.outpatient
    assert visits is not None
    owner, answers = visit_of(lines, visits), Answers(lines.rows)
    answers.require({"med_list_codg": lines.known("item")})
    answers.mark(owner < 0, State.NOT_RUN, "missing:outpatient_settlements")
    refunded = np.append(visits.is_any("refunded", ("1",)), False)[owner]
    answers.settle(refunded | (lines["net_quantity_e4"] <= 0), State.NOT_APPLICABLE, "refunded")
    answers.mark(~wanted, State.NOT_APPLICABLE, "not_listed")
    return answers


def line_of_visit(lines: Frame, row: int) -> Amounts:
    """All that is left of a line after refunds."""
    net = [int(lines[f"net_{name}"][row]) for name in ("quantity_e4", "fee_fen", "scope_fen")]
    return Amounts(net[0], net[1], net[2], None)


def _line(run: Run, lines: Frame, row: int, facts: Mapping[str, Any]) -> Hit:
    amounts = line_of_visit(lines, row)
    visit = lines.text("visit", row) or lines.text("settlement", row)
    return Hit(
        run.params.text("outcome"),
        "outpatient_line",
        (visit, lines.text("line", row)),
        place=row,
        amounts=amounts,
        facts=facts,
    )


def other_disease(run: Run) -> Judged:
    """Drugs settled under a chronic disease whose list has them not (O09). Several filed diseases count together."""
    listed = run.params.mapping("disease_drugs")
    drugs = run.params.once(
        "drugs", "disease_drugs", lambda: {str(dise): frozenset(map(str, codes)) for dise, codes in listed.items()}
    )
    types = run.params.texts("drug_types")
    found = listed_outpatient_lines(
        run, lambda lines: lines.is_any("charge_class", types) & (lines["net_scope_fen"] > 0)
    )
    if found is None:
        return not_run(0, "missing:outpatient_lines", "outpatient_line")
    lines, answers, rows, owner = found
    visits, hits = run.data.outpatient, list[Hit]()
    assert visits is not None
    patients = run.data.table("patients")
    filed = (
        {patients.text("person", row): patients.codes("filed_diseases", row) for row in range(patients.rows)}
        if patients
        else {}
    )
    chronic = visits.starts_with("care", run.params.texts("med_types"))
    for row in rows.tolist():
        visit = int(owner[row])
        if not chronic[visit]:
            answers.mark(np.array([row]), State.NOT_APPLICABLE, "other_care")
            continue
        diseases = {visits.text("disease", visit), *filed.get(visits.text("person", visit), ())} - {""}
        if any(lines.text("item", row) in drugs.get(disease, ()) for disease in diseases):
            continue
        if not diseases or not diseases <= drugs.keys():
            answers.mark(
                np.array([row]), State.NOT_RUN, "missing:dise_code" if not diseases else "list_absent:disease_drugs"
            )
        else:
            hits.append(_line(run, lines, row, {"diseases": sorted(diseases)}))
    answers.mark(np.array([hit.place for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers, "outpatient_line")
