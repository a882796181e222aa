"""K3 in the case: items without the diagnosis, operation or service that they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import NOTHING
from drgdip.screening.context import Run
from drgdip.screening.data import DAY
from drgdip.screening.hits import Answers, Hit, Judged, State, in_cases, not_run
from drgdip.screening.shapes.common import CLEAR, case_hit, diagnoses_of, found_cases, groups_of, line_hit
from drgdip.screening.shapes.lines import line_answers, units_of_line, whole_line, within_scope
from drgdip.screening.shapes.regroup import billed_items


class _Needed(NamedTuple):
    """Beginnings of diagnoses of which one must be there; pure: the condition asks for nothing else."""

    prefixes: tuple[str, ...]
    pure: bool


def without_indication(run: Run) -> Judged:
    """Items without any diagnosis that their list asks for, in the case or in the person's last stays (B07, D07).

    ``learned: true`` asks besides that the item goes with the case's diagnosis clearly less often than with others: its
    lift in this batch is below ``lift``, where the diagnosis has at least ``support`` cases.
    """
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases = run.lines, run.cases
    listed_for = run.params.mapping("indication")
    needed = run.params.once(
        "needed", "indication", lambda: {str(code): _needed(row) for code, row in listed_for.items()}
    )
    listed = run.judged() & lines.is_any("item", needed) & (lines["case"] < cases.rows)
    if run.params.flag("in_scope_only"):
        listed &= within_scope(lines)
    diagnosed = cases.known("principal") | cases.known("diagnoses")
    history = _history(run)
    learned = _Learned(run) if run.params.flag("learned") else None
    hits, weak, unpriced = [], set[int](), set[int]()
    priced = lines.known("scope_fen") | ~np.array(run.params.flag("in_scope_only"))
    for row in np.flatnonzero(listed).tolist():
        case, rule = int(lines["case"][row]), needed[lines.text("item", row)]
        if not diagnosed[case] or any(
            code.startswith(rule.prefixes) for code in (*diagnoses_of(cases, case), *history.of(case))
        ):
            continue
        rare = None if learned is None else learned.rare(row)
        if learned is not None and rare is None:
            weak.add(case)
        elif not priced[row]:
            unpriced.add(case)
        elif learned is None or rare:
            hits.append(line_hit(run, row, amounts=whole_line(run, row), severity=CLEAR if rule.pure else "",
                                 facts={"indication": list(rule.prefixes)}))  # fmt: skip
    answers = line_answers(run, {"med_list_codg": lines.known("item")}, [])
    answers.mark(in_cases(cases.rows, listed, lines["case"]) & ~diagnosed, State.NOT_RUN, "missing:diag_code")
    answers.mark(np.array(sorted(weak), dtype=np.int64), State.NOT_RUN, "too_little_support")
    answers.mark(np.array(sorted(unpriced), dtype=np.int64), State.NOT_RUN, "missing:inscp_scp_amt")
    return Judged(hits, found_cases(answers, hits))


def _needed(row: Any) -> _Needed:
    if isinstance(row, Mapping):
        return _Needed(
            tuple(str(code) for code in row.get("any", ())), str(row.get("pure", "")) in ("True", "true", "1")
        )
    return _Needed(tuple(str(code) for code in row), False)


class _History:
    """Diagnoses of a person's stays that ended within so many days before."""

    def __init__(self, run: Run, days: int) -> None:
        cases = run.cases
        self._cases, self._days = cases, days
        there = cases.known("person") & cases.known("discharge_s") & ~cases.is_any("refunded", ("1",))
        self._stays = groups_of([cases["person"]], np.flatnonzero(there)) if days else {}

    def of(self, case: int) -> list[str]:
        cases = self._cases
        if not self._days or not cases.known("admission_s")[case]:
            return []
        day = int(cases["admission_s"][case]) // DAY
        return [
            code for other in self._stays.get((int(cases["person"][case]),), ())
            if other != case and 0 <= day - int(cases["discharge_s"][other]) // DAY <= self._days
            for code in diagnoses_of(cases, other)
        ]  # fmt: skip


def _history(run: Run) -> _History:
    return _History(run, run.params.integer("history_days"))


class _Learned:
    """How often an item goes with a principal diagnosis (three characters) in this batch: ``lift = n_td N / (n_t n_d)``.

    Settlements that were reversed do not count.
    """

    def __init__(self, run: Run) -> None:
        cases, lines = run.cases, run.lines
        gone = cases.is_any("refunded", ("1",)).tolist()
        self._run, self._of = (
            run,
            ["" if gone[case] else cases.text("principal", case)[:3] for case in range(cases.rows)],
        )
        self._all = sum(1 for code in self._of if code)
        self._with_diagnosis: dict[str, int] = {}
        for code in filter(None, self._of):
            self._with_diagnosis[code] = self._with_diagnosis.get(code, 0) + 1
        self._with_item: dict[int, int] = {}
        self._both: dict[tuple[int, str], int] = {}
        rows = np.flatnonzero((lines["net_quantity_e4"] > 0) & (lines["case"] < cases.rows))
        pairs = (
            np.unique(np.stack([lines["item"][rows], lines["case"][rows]]), axis=1)
            if len(rows)
            else np.zeros((2, 0), np.int64)
        )
        for item, case in pairs.T.tolist():
            if self._of[case]:
                self._with_item[item] = self._with_item.get(item, 0) + 1
                self._both[item, self._of[case]] = self._both.get((item, self._of[case]), 0) + 1

    def rare(self, row: int) -> bool | None:
        """Whether the lift is below the limit; None with too few cases of the diagnosis."""
        item, diagnosis = int(self._run.lines["item"][row]), self._of[int(self._run.lines["case"][row])]
        cases = self._with_diagnosis.get(diagnosis, 0)
        if not diagnosis or cases < self._run.params.integer("support"):
            return None
        return bool(
            self._both[item, diagnosis] * self._all < self._run.params.ratio("lift") * self._with_item[item] * cases
        )


def without_carrier(run: Run) -> Judged:
    """Consumables or drugs without the operation or service that uses them, or more than those can use (C11, D10)."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases = run.lines, run.cases
    given = run.params.mapping("carriers")
    carriers = run.params.once("carriers", "carriers", lambda: {str(code): row for code, row in given.items()})
    listed = run.judged() & lines.is_any("item", carriers) & (lines["case"] < cases.rows)
    hits: list[Hit] = []
    unclear = set[int]()
    for (case,), rows in groups_of([lines["case"]], np.flatnonzero(listed)).items():
        if not _answered(run, case, rows, carriers):
            unclear.add(case)
            continue
        for group, members in _classes(run, rows, carriers).items():
            hits += _too_many(run, case, group, members, carriers)
    answers = line_answers(run, {"med_list_codg": lines.known("item"), "cnt": lines.known("quantity_e4")}, [])
    answers.mark(np.array(sorted(unclear), dtype=np.int64), State.NOT_RUN, "missing:oprn_oprt_code")
    return Judged(hits, found_cases(answers, hits))


def _answered(run: Run, case: int, rows: list[int], carriers: Mapping[str, Any]) -> bool:
    """Whether operations are known where one could carry an item."""
    by_operation = any(carriers[run.lines.text("item", row)].get("operations") for row in rows)
    return not by_operation or bool(run.cases.known("operations")[case])


def _classes(run: Run, rows: list[int], carriers: Mapping[str, Any]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in rows:
        item = run.lines.text("item", row)
        found.setdefault(str(carriers[item].get("group") or item), []).append(row)
    return found


def _too_many(run: Run, case: int, group: str, rows: list[int], carriers: Mapping[str, Any]) -> list[Hit]:
    """All units without a carrier; else those above what each carrier may use, the latest first."""
    lines, entry = run.lines, carriers[run.lines.text("item", rows[0])]
    operations, services = (tuple(str(code) for code in entry.get(key) or ()) for key in ("operations", "services"))
    first, after = run.data.offsets[case : case + 2].tolist()
    billed = (
        [
            row
            for row in range(first, after)
            if lines["net_quantity_e4"][row] > 0 and lines.text("item", row).startswith(services)
        ]
        if services
        else []
    )
    coded = [code for code in run.cases.codes("operations", case) if operations and code.startswith(operations)]
    uses = max(len(coded) * 10_000, int(lines["net_quantity_e4"][billed].sum()) if billed else 0)
    facts: dict[str, Any] = {"group": group, "carriers": [*operations, *services]}
    if not uses:
        return [line_hit(run, row, window=group, amounts=whole_line(run, row), facts=facts) for row in rows]
    if entry.get("most") is None:
        return []
    limit = int(run.params.number("carriers", entry["most"]) * uses)
    hits, before = [], 0
    for row in rows:
        quantity = int(lines["net_quantity_e4"][row])
        excess = quantity - min(quantity, max(0, limit - before))
        before += quantity
        if excess:
            hits.append(
                line_hit(run, row, window=group, amounts=units_of_line(run, row, excess), related=tuple(billed),
                         facts={**facts, "limit": format_scaled(limit, 4)}, formula=f"{format_scaled(before, 4)} − {format_scaled(limit, 4)}")
            )  # fmt: skip
    return hits


def unsupported_codes(run: Run) -> Judged:
    """Diagnoses without the services that show them (A06). Share of kinds of evidence of which something is billed."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    cases, answers, hits = run.cases, Answers(run.cases.rows), list[Hit]()
    profiles: Mapping[str, Sequence[Sequence[str]]] = run.params.mapping("evidence")
    complications = run.params.values.get("complications")
    answers.mark(np.diff(run.data.offsets) == 0, State.NOT_RUN, "missing:fee_lines")
    answers.require({"main_dx": cases.known("principal")})
    for case in np.flatnonzero((answers.state == State.PASS) & ~run.closed).tolist():
        codes = diagnoses_of(cases, case)
        judged = [
            code
            for code in dict.fromkeys(codes)
            if code in profiles and (code == codes[0] or complications is None or code in complications)
        ]
        if not judged:
            answers.mark(np.array([case]), State.NOT_APPLICABLE, "not_listed")
            continue
        billed = billed_items(run, case)
        shares = {
            code: (sum(1 for kind in profiles[code] if billed.intersection(kind)), len(profiles[code]))
            for code in judged
        }
        weak = {
            code: f"{there}/{kinds}"
            for code, (there, kinds) in shares.items()
            if there < run.params.ratio("min_evidence") * kinds
        }
        if weak:
            hits.append(
                case_hit(
                    run, case, amounts=NOTHING, facts={"codes": sorted(weak), "evidence": dict(sorted(weak.items()))}
                )
            )
    return Judged(hits, found_cases(answers, hits))
