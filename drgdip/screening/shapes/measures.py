"""K7 on facts of institutions: the grade of their year."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from drgdip.screening.amounts import NOTHING
from drgdip.screening.context import Run
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.shapes.institutions import of_institutions, place_hit
from drgdip.screening.shown import decimals

_E6 = 10**6
_RATES = {"denied_share": "denied_e6", "upheld_rate": "upheld_e6", "data_faults": "faults_e6", "complaint_rate": "complaints_e6",
          "appeal_won": "appeals_e6", "self_reported": "self_reported_e6"}  # fmt: skip

#: What adds to a score counts only where it is said.
_MAY_BE_LEFT_OUT = ("appeal_won", "self_reported")


def credit_grade(run: Run) -> Judged:
    """Grade of an institution by its year (I07): 100 less what each rate weighs, at most its cap; small ones shrunk."""
    table = run.data.table("inst_facts")
    if table is None:
        return not_run(0, "missing:inst_facts", "institution")
    answers = Answers(table.rows)
    answers.require({"n_setl": table.known("settlements")})
    answers.require({name: table.known(column) for name, column in _RATES.items() if name not in _MAY_BE_LEFT_OUT})
    params, hits = run.params, list[Hit]()
    rows = np.flatnonzero(answers.state == State.PASS).tolist()
    weights = params.mapping("weights")
    for row in rows:
        score = Fraction(100)
        alike = ("level", "period")
        peers = [other for other in rows if all(table.text(name, other) == table.text(name, row) for name in alike)]
        for name, one in sorted(weights.items()):
            column = _RATES[str(name)]
            rate = Fraction(int(table[column][row]), _E6)
            mean = Fraction(sum(int(table[column][other]) for other in peers), _E6 * len(peers))
            size, weight = int(table["settlements"][row]), params.integer("shrink")
            rate = (rate * size + mean * weight) / (size + weight)
            part = min(abs(params.number("weights", one["cap"])), abs(params.number("weights", one["weight"])) * rate)
            score += part if params.number("weights", one["weight"]) < 0 else -part
        grade = next(
            (
                letter
                for letter, least in zip("ABC", params.values["grades"], strict=True)
                if score >= params.number("grades", least)
            ),
            "D",
        )
        facts = {"score": decimals(score), "grade": grade, "sampling": str(params.mapping("sampling")[grade])}
        hits.append(
            place_hit(
                run,
                table.text("hospital", row),
                table.text("period", row),
                facts,
                amounts=NOTHING,
                place=row,
                table="inst_facts",
            )
        )
    answers.mark(np.array([hit.place for hit in hits], dtype=np.int64), State.FINDING, "")
    return of_institutions(table, answers, hits)
