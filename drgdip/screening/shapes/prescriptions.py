"""K2 by prescription: slices that are not paid, or not alone, and kinds of drugs."""

from __future__ import annotations

import numpy as np

from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import NOTHING
from drgdip.screening.context import Run
from drgdip.screening.hits import Hit, Judged, not_run
from drgdip.screening.shapes.common import SUSPECT, groups_of, line_hit
from drgdip.screening.shapes.lines import line_answers, whole_line


def _prescriptions(run: Run, part: np.ndarray) -> tuple[list[tuple[bool, list[int]]], np.ndarray]:
    """Lines by prescription, or by case and day where none is numbered: whether numbered, and the lines."""
    lines = run.lines
    numbered = np.flatnonzero(part & lines.known("order"))
    loose = np.flatnonzero(part & ~lines.known("order") & lines.known("time_s"))
    found = [(True, rows) for rows in groups_of([lines["case"], lines["order"]], numbered).values()]
    found += [(False, rows) for rows in groups_of([lines["case"], lines["day"]], loose).values()]
    return found, part & ~lines.known("order") & ~lines.known("time_s")


def unpaid_slices(run: Run) -> Judged:
    """Prepared herbs that are never paid, or not where a prescription has no others (B09); very large prescriptions.

    Without a number of the prescription the day stands for it, and what depends on it is a suspicion.
    """
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, params = run.lines, run.params
    unpaid = {code: str(word) for code, word in params.mapping("slice_limit").items()}
    slices = run.judged() & lines.is_any("charge_class", params.texts("slice_types")) & (lines["case"] < run.cases.rows)
    slices |= run.judged() & lines.is_any("item", unpaid) & (lines["case"] < run.cases.rows)
    groups, unclear = _prescriptions(run, slices)
    open_, hits = _maybe_slices(run, slices), []
    unsorted = np.zeros(lines.rows, dtype=np.bool_)
    for numbered, rows in groups:
        words = {row: unpaid.get(lines.text("item", row), "") for row in rows}
        alone = all(words.values())
        if (
            alone
            and (int(lines["case"][rows[0]]), int(lines["order" if numbered else "day"][rows[0]]), numbered) in open_
        ):
            unsorted[rows] = [words[row] != "never" for row in rows]
            alone = False
        for row in rows:
            if words[row] == "never" or alone:
                severity = "" if words[row] == "never" or numbered else SUSPECT
                hits.append(
                    line_hit(run, row, related=tuple(other for other in rows if other != row), amounts=whole_line(run, row),
                             severity=severity, facts={"limit": words[row], "prescription": lines.text("order", row)})
                )  # fmt: skip
        large = _oversized(run, rows)
        if large and numbered:
            hits.append(
                line_hit(
                    run, rows[0], outcome="WARN", window="oversized", lines=tuple(rows), facts=large, amounts=NOTHING
                )
            )
    needed = {"med_list_codg": lines.known("item"), "rx_drord_no": ~unclear, "med_chrgitm_type": ~unsorted}
    return Judged(hits, line_answers(run, needed, hits))


def _maybe_slices(run: Run, slices: np.ndarray) -> set[tuple[int, int, bool]]:
    """Prescriptions, or days of cases, with a line that may be a slice or not: the listed ones are then alone or not."""
    lines = run.lines
    loose = np.flatnonzero(run.judged() & ~slices & ~lines.known("charge_class")).tolist()
    numbered = [
        (int(lines["case"][row]), int(lines["order"][row]), True) for row in loose if lines.is_known("order", row)
    ]
    return {*numbered, *((int(lines["case"][row]), int(lines["day"][row]), False) for row in loose)}


def _oversized(run: Run, rows: list[int]) -> dict[str, str]:
    """Kinds, and grams a dose, where they are above their limit; doses are the days of supply."""
    lines, params = run.lines, run.params
    kinds = len({lines.text("item", row) for row in rows})
    doses = max((int(lines["supply_days_e4"][row]) for row in rows if lines.known("supply_days_e4")[row]), default=0)
    grams = int(lines["net_quantity_e4"][rows].sum())
    limit = params.ratio("max_g_per_dose")
    heavy = doses > 0 and grams * 10_000 > limit * 10_000 * doses
    if kinds <= params.integer("max_kinds") and not heavy:
        return {}
    return {"kinds": str(kinds), "grams": format_scaled(grams, 4), "doses": format_scaled(doses, 4)}


def kinds_of_drugs(run: Run) -> Judged:
    """Prescriptions with too many kinds of drugs (D06)."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, params = run.lines, run.params
    drugs = run.judged() & lines.is_any("charge_class", params.texts("drug_types")) & (lines["case"] < run.cases.rows)
    solvents = lines.is_any("item", params.texts("solvents"))
    visits = run.cases.is_any("care", params.texts("med_types"))
    part = drugs & ~solvents & np.append(visits, False)[lines["case"]]
    hits: list[Hit] = []
    for rows in groups_of([lines["case"], lines["order"]], np.flatnonzero(part & lines.known("order"))).values():
        kinds = sorted({lines.text("item", row) for row in rows})
        if len(kinds) > params.integer("n"):
            hits.append(
                line_hit(run, rows[0], window=lines.text("order", rows[0]), lines=tuple(rows), amounts=NOTHING,
                         facts={"prescription": lines.text("order", rows[0]), "kinds": len(kinds), "limit": params.integer("n")})
            )  # fmt: skip
    needed = {"med_chrgitm_type": lines.known("charge_class"), "rx_drord_no": ~part | lines.known("order")}
    return Judged(hits, line_answers(run, needed, hits))
