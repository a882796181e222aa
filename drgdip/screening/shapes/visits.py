"""K6 and K7 on outpatient settlements: many of one person, split prescriptions, single large amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.shapes.common import groups_of


def open_visits(run: Run, table: Frame, fields: Mapping[str, str]) -> Answers:
    """Answers of settlements: refunded ones and other kinds of care do not count; fields that a rule needs."""
    answers = Answers(table.rows)
    answers.require({field: table.known(name) for field, name in fields.items()})
    if run.params.has("med_types"):
        answers.settle(~table.starts_with("care", run.params.texts("med_types")), State.NOT_APPLICABLE, "other_care")
    if run.params.has("exempt_dise"):
        answers.settle(table.is_any("disease", run.params.texts("exempt_dise")), State.NOT_APPLICABLE, "guard")
    answers.settle(table.is_any("refunded", ("1",)), State.NOT_APPLICABLE, "refunded")
    return answers


def visit_hit(run: Run, table: Frame, row: int, fund: int | None, **other: Any) -> Hit:
    """A hit on an outpatient settlement with the rule's own outcome; ``fund`` is what it is about."""
    given = {"outcome": run.params.text("outcome"), "subject": "outpatient", "keys": (table.text("settlement", row),), "place": row,
             "table": "outpatient_settlements", "amounts": Amounts(fund_fen=fund)}  # fmt: skip
    return Hit(**{**given, **other})


def fund_of_visit(table: Frame, row: int) -> int | None:
    """What the funds paid for a settlement, None where it is not said."""
    return int(table["fund_fen"][row]) if table.known("fund_fen")[row] else None


def in_time(table: Frame, rows: np.ndarray) -> np.ndarray:
    """Settlements in order of time, then of their ID."""
    return rows[np.lexsort((table["settlement"][rows], table["time_s"][rows]))]


def visits_of(table: Frame, rows: Sequence[int]) -> list[list[int]]:
    """Settlements by visit, in the order in which the visits begin; one without a visit is its own."""
    found: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        visit = int(table["visit"][row])
        found.setdefault((0, visit) if visit >= 0 else (1, row), []).append(row)
    return list(found.values())


def split_prescriptions(run: Run) -> Judged:
    """Settlements of one person, doctor and day that each stay just below a ceiling, or would fit one prescription (D03).

    Held is what goes beyond the ceiling of a single one, from the second on.
    """
    table = run.data.outpatient
    if table is None:
        return not_run(0, "missing:outpatient_settlements", "outpatient")
    fields = {"psn_no": "person", "setl_time": "time_s", "bilg_dr_codg": "doctor", "fund_pay_sumamt": "fund_fen"}
    answers, params = open_visits(run, table, fields), run.params
    rows = in_time(table, np.flatnonzero(answers.state == State.PASS))
    keys = [table["person"], table["doctor"], table["time_s"] // DAY]
    cap, near, hits = params.scaled("cap", 2), params.ratio("near"), list[Hit]()
    for _, found in sorted(groups_of(keys, rows).items()):
        for same in _same_disease(table, found):
            just = [row for row in same if near * cap <= int(table["fund_fen"][row]) <= cap]
            kinds = [int(table["drugs"][row]) for row in same if table.known("drugs")[row]]
            fits = len(kinds) == len(same) and 0 < sum(kinds) <= params.integer("kinds")
            split = (
                just if len(just) >= params.integer("n") else same if fits and len(same) >= params.integer("n") else []
            )
            room = cap
            for row in split:
                fund = int(table["fund_fen"][row])
                over, room = max(0, fund - room), max(0, room - fund)
                if over:
                    names = [table.text("settlement", one) for one in split]
                    hits.append(visit_hit(run, table, row, over, involves=tuple(name for name in names if name != table.text("settlement", row)),
                                          facts={"settlements": len(split), "cap_fen": cap}, formula=f"> {format_yuan(cap)}"))  # fmt: skip
    answers.mark(np.array([hit.place for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers, "outpatient")


def _same_disease(table: Frame, rows: Sequence[int]) -> list[list[int]]:
    """Settlements whose first diagnoses agree in three characters; those without one are together."""
    found: dict[str, list[int]] = {}
    for row in rows:
        codes = table.codes("diagnoses", row)
        found.setdefault(codes[0][:3] if codes else "", []).append(row)
    return [found[key] for key in sorted(found)]
