"""K7 on facts of institutions: coefficients, grades, assessment, rates and offsets that the agency decides."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.base.rounding import divide
from drgdip.screening.amounts import NOTHING, Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import Frame
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.shapes.common import groups_of
from drgdip.screening.shapes.institutions import of_institutions, place_hit
from drgdip.screening.shown import decimals

_E6 = 10**6


def _facts(run: Run, fields: dict[str, str]) -> tuple[Frame, Answers] | None:
    """The table of facts and which of its rows have what a rule needs: national field -> our column."""
    table = run.data.table("inst_facts")
    if table is None:
        return None
    answers = Answers(table.rows)
    answers.require({field: _said(table, name) for field, name in fields.items()})
    return table, answers


def _said(table: Frame, name: str) -> np.ndarray:
    """Which rows have a value; a list of nothing is none."""
    known = table.known(name)
    return (
        known & np.array([bool(codes) for codes in table.lists[name]], dtype=np.bool_) if name in table.lists else known
    )


def _fen(value: Fraction) -> int:
    return divide(value.numerator, value.denominator)


def _fact_hit(run: Run, table: Frame, row: int, amounts: Amounts, formula: str = "", **facts: Any) -> Hit:
    return place_hit(
        run,
        table.text("hospital", row),
        table.text("period", row),
        facts,
        amounts=amounts,
        place=row,
        table="inst_facts",
        formula=formula,
    )


def _judged(table: Frame, answers: Answers, hits: list[Hit]) -> Judged:
    answers.mark(np.array([hit.place for hit in hits], dtype=np.int64), State.FINDING, "")
    return of_institutions(table, answers, hits)


_RATES = {"denied_share": "denied_e6", "upheld_rate": "upheld_e6", "data_faults": "faults_e6", "complaint_rate": "complaints_e6",
          "appeal_won": "appeals_e6", "self_reported": "self_reported_e6"}  # fmt: skip


def credit_grade(run: Run) -> Judged:
    """Grade of an institution by its year (I07): 100 less what each rate weighs, at most its cap; small ones shrunk."""
    found = _facts(
        run,
        {
            "n_setl": "settlements",
            **{name: column for name, column in _RATES.items() if name not in ("appeal_won", "self_reported")},
        },
    )
    if found is None:
        return not_run(0, "missing:inst_facts", "institution")
    table, answers = found
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
        hits.append(
            _fact_hit(
                run,
                table,
                row,
                NOTHING,
                score=decimals(score),
                grade=grade,
                sampling=str(params.mapping("sampling")[grade]),
            )
        )
    return _judged(table, answers, hits)


def assessment(run: Run) -> Judged:
    """Who is at the line of the yearly assessment or at the end of its list, and what of the deposit is kept (I08)."""
    found = _facts(run, {"score": "score_e4", "deposit": "deposit_fen"})
    if found is None:
        return not_run(0, "missing:inst_facts", "institution")
    table, answers = found
    params, hits = run.params, list[Hit]()
    rows = np.flatnonzero(answers.state == State.PASS).tolist()
    ending = set[int]()
    for _, own in sorted(groups_of([table["period"]], np.array(rows, dtype=np.int64)).items()):
        last = params.ratio("last_pct") * len(own)
        order = sorted(own, key=lambda row: (int(table["score_e4"][row]), table.text("hospital", row)))
        ending.update(order[: last.numerator // last.denominator])
    for row in rows:
        score = Fraction(int(table["score_e4"][row]), 10_000)
        line = params.ratio("line")
        below = score <= line if params.flag("inclusive") else score < line
        ratio = next(
            (
                params.number("deposit", share)
                for least, share in params.values["deposit"]
                if score >= params.number("deposit", least)
            ),
            Fraction(0),
        )
        kept = _fen(int(table["deposit_fen"][row]) * (1 - ratio))
        reasons = (["line"] if below else []) + (["last_of_list"] if row in ending else [])
        if table.text("sole", row) == "1" and reasons:
            reasons = ["sole_provider"]
        if reasons or kept:
            hits.append(_fact_hit(run, table, row, Amounts(fund_fen=kept), f"{format_yuan(int(table['deposit_fen'][row]))} × (1 − {float(ratio):g})",
                                  score=f"{float(score):g}", reasons=reasons, return_ratio=f"{float(ratio):g}"))  # fmt: skip
    return _judged(table, answers, hits)
