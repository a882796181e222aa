"""The settlement statement of one hospital, in the form that both sides sign: A4, figures and capital numerals.

Source: settlement arithmetic 4.3 (columns), 4.5 (deductions); capital numerals: see :mod:`drgdip.base.capitals`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from drgdip.base.provenance import RunRecord, combine
from drgdip.base.text import Language, Text
from drgdip.interface.statement_row import DEDUCTION_FIELDS, DEDUCTION_TYPES, DeductionLine, StatementRow
from drgdip.statement.columns import ALL_COLUMNS, OutputColumn
from drgdip.statement.detail_sections import DetailSection, of_hospital, term
from drgdip.statement.file_states import FileStates, state_words
from drgdip.statement.finished_run import FinishedRun
from drgdip.statement.pages import needs_density, render
from drgdip.statement.standing import approval_words, doubts
from drgdip.statement.totals import deducted_fen, grand_total
from drgdip.statement.words import STATUS, WORDS

#: Pools side by side in one table; a hospital with more gets further tables.
POOLS_ACROSS = 6
#: Input files named one by one; more are summed up under one hash.
INPUTS_NAMED = 3

_COUNTED = ("cases", "points_e4")
_MONEY = ("gross_fen", "patient_fen", "other_funds_fen", "clamped_fen", "payable_fen", "recorded_fen",
          "difference_fen", "special_difference_fen", "held_fen", "released_fen", "over_ceiling_fen", "retained_fen",
          "paid_before_fen", "due_fen", *DEDUCTION_FIELDS.values(), "paid_fen")  # fmt: skip
#: Left out where no pool of the hospital has any.
#: What some policies add to the payable before it is due, with its sign.
_FURTHER = {"special_difference_fen": "+", "held_fen": "−", "released_fen": "+", "over_ceiling_fen": "−"}
_IF_ANY = frozenset(("clamped_fen", "paid_before_fen", *_FURTHER))
_COLUMNS = {column.field: column for column in ALL_COLUMNS}
_PLAIN = re.compile(r"[A-Za-z0-9._-]+\Z")


class SettlementForm(NamedTuple):
    """One hospital's statement as the template shows it. ``foot`` names every page, or is empty."""

    number: str
    foot: str
    total: StatementRow
    pools: Sequence[StatementRow]
    tables: Sequence[Sequence[StatementRow]]
    counted: Sequence[OutputColumn]
    money: Sequence[OutputColumn]
    deductions: Sequence[DeductionLine]
    states: Sequence[Text] = ()
    sections: Sequence[DetailSection] = ()
    due_note: Text = WORDS["form_difference_note"]


def settlement_form(run: FinishedRun, hospital: str, states: FileStates | None = None) -> SettlementForm:
    """The statement of a hospital that the run's statement names; ``states`` : of its settlement files, where known."""
    rows = sorted((row for row in run.rows if row.hospital_code == hospital), key=lambda row: row.pool)
    total = grand_total(rows)._replace(hospital_code=hospital, hospital_tier=max(row.hospital_tier for row in rows))
    money = [f for f in _MONEY if f not in _IF_ANY or any(getattr(row, f) for row in rows)]
    number = f"DIP-{run.record.month}-{hospital}"
    return SettlementForm(
        number=number,
        foot=number if _PLAIN.match(number) else "",
        total=total,
        pools=rows,
        tables=[rows[start : start + POOLS_ACROSS] for start in range(0, len(rows), POOLS_ACROSS)],
        counted=[_COLUMNS[field] for field in _COUNTED],
        money=[_COLUMNS[field] for field in money],
        deductions=sorted(line for line in run.deductions if line.hospital_code == hospital),
        sections=of_hospital(run.special, run.denials, run.holds, hospital),
        due_note=_due_note(rows),
        states=[] if states is None else [state_words(row, states.get((hospital, row.pool))) for row in rows],
    )


def _due_note(rows: Sequence[StatementRow]) -> Text:
    """How what is due comes about, with what the hospital's pools have of further parts."""
    parts = [(sign, _COLUMNS[f].label) for f, sign in _FURTHER.items() if any(getattr(row, f) for row in rows)]
    zh = "".join(f" {sign} {words.zh}" for sign, words in parts)
    en = "".join(f" {sign} {words.en}" for sign, words in parts)
    note = WORDS["form_difference_note"]
    return Text(
        note.zh.replace("本期应拨 = 应付基金", f"本期应拨 = 应付基金{zh}"),
        note.en.replace("due = payable", f"due = payable{en}"),
    )


def forms_html(
    run: FinishedRun, hospitals: Sequence[str], language: Language = "zh", states: FileStates | None = None
) -> str:
    """Statements of these hospitals, each beginning on a page of its own."""
    record = run.record
    return render(
        "form.html.j2", language, forms=[settlement_form(run, code, states) for code in hospitals], run=record,
        standing=record.standing, period=_period(record), statuses=STATUS,
        dense=any(needs_density((row.gross_fen, row.paid_fen)) for row in run.rows), marks=doubts(record.standing, language),
        approval=approval_words(record.approval), term=term,
        reference_only=_reference_only(record), inputs=_inputs(record), deducted=deducted_fen,
        finished=record.finished_at.replace("T", " "), types=DEDUCTION_TYPES,
    )  # fmt: skip


def _period(record: RunRecord) -> Text:
    first = date.fromisoformat(f"{record.month}-01")
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return WORDS["form_period_days"].fill(first=record.parameters.get("first_day", first), last=last)


def _reference_only(record: RunRecord) -> Text | None:
    """A warning unless both policy and tables are official."""
    standing = record.standing
    if standing is None or {standing.policy_status, standing.tables_status} == {"official"}:
        return None
    policy, tables = STATUS[standing.policy_status], STATUS[standing.tables_status]
    words = WORDS["form_reference_only"]
    return Text(
        words.zh.format(policy=policy.zh, tables=tables.zh), words.en.format(policy=policy.en, tables=tables.en)
    )


def _inputs(record: RunRecord) -> list[tuple[str, str]]:
    """Name, rows and hash of every input; many inputs under one hash over theirs, in their order."""
    if len(record.inputs) <= INPUTS_NAMED:
        return [(f"{Path(file.path).name} ({file.rows:,})", file.sha256) for file in record.inputs]
    return [("", combine(file.sha256 for file in record.inputs))]
