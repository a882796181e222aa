"""K3 and K10 on charges: one item split into its parts, and lines that repeat each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.base.rounding import divide
from drgdip.screening.amounts import NOTHING, Amounts, share
from drgdip.screening.context import Run
from drgdip.screening.data import has_time
from drgdip.screening.hits import Hit, Judged, State, in_cases, not_run
from drgdip.screening.params import wrong_choice
from drgdip.screening.shapes.common import groups_of, line_hit, shared_rows, sum_of
from drgdip.screening.shapes.lines import line_answers, whole_line, whole_lines

_WINDOWS = ("单日", "单次就诊")
_MINUTE = 60


def split_bundle(run: Run) -> Judged:
    """Components of an item billed in its place for more than it costs (C04). The latest ones are denied.

    The item's price counts as often as the most frequent component, so that repeated examinations are no violation.
    """
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines = run.lines
    bundles: Mapping[str, Any] = run.params.mapping("bundles")
    parts = run.params.once("parts", "bundles", lambda: _parts(bundles))
    part = run.judged() & lines.is_any("item", parts) & (lines["case"] < run.cases.rows)
    hits: list[Hit] = []
    for name in sorted(bundles):
        row = bundles[name]
        window = str(row.get("window", _WINDOWS[0]))
        if window not in _WINDOWS:
            raise wrong_choice(run.params.rule, "bundles.window", window, _WINDOWS)
        own = (
            part
            & lines.is_any("item", [*map(str, row["components"]), str(name)])
            & (lines.known("time_s") | (window == _WINDOWS[1]))
        )
        keys = [lines["case"]] if window == _WINDOWS[1] else [lines["case"], lines["day"]]
        for rows in groups_of(keys, np.flatnonzero(own)).values():
            hits += _of_bundle(run, rows, str(name), row)
    needed = {"med_list_codg": lines.known("item"), "fee_ocur_time": ~part | lines.known("time_s"),
              "det_item_fee_sumamt": ~part | lines.known("fee_fen")}  # fmt: skip
    return Judged(hits, line_answers(run, needed, hits))


def _parts(bundles: Mapping[str, Any]) -> set[str]:
    """Codes of bundles and of their components."""
    return {str(code) for name, row in bundles.items() for code in (*row["components"], name)}


def _of_bundle(run: Run, rows: list[int], name: str, bundle: Mapping[str, Any]) -> list[Hit]:
    lines, params = run.lines, run.params
    items = [lines.text("item", row) for row in rows]
    components = {str(code) for code in bundle["components"]}
    if name in items or len(set(items)) < params.ratio("min_share") * len(components):
        return []
    counts: dict[str, int] = {}
    for row, item in zip(rows, items, strict=True):
        counts[item] = counts.get(item, 0) + int(lines["net_quantity_e4"][row])
    price = params.number("bundles", bundle["price"]) * 100 * max(10_000, *counts.values()) / 10_000
    allowed, total = divide(price.numerator, price.denominator), sum_of(lines, rows, "net_fee_fen")
    left, hits = total - allowed, []
    for row in reversed(rows):
        whole = whole_line(run, row)
        denied = min(max(0, left), whole.fee_fen or 0)
        left -= denied
        if denied:
            quantity, scope = (
                share(part or 0, denied, whole.fee_fen or 1) for part in (whole.quantity_e4, whole.scope_fen)
            )
            hits.append(
                line_hit(run, row, window=name, related=tuple(other for other in rows if other != row),
                         amounts=Amounts(quantity, denied, scope, None), facts={"bundle": name, "components": sorted(set(items))},
                         formula=f"{format_yuan(total)} − {format_yuan(allowed)}")
            )  # fmt: skip
    return hits


def repeated_lines(run: Run) -> Judged:
    """Lines that agree in item, minute, quantity, price and doctor (C08). All copies after the first are held."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, params = run.lines, run.params
    free = lines.is_any("charge_class", params.texts("repeatable_types"))
    free |= lines.is_any("item", params.texts("repeatable_codes"))
    part = run.judged() & ~free & (lines["case"] < run.cases.rows)
    timed = lines.known("time_s") & has_time(lines["time_s"])
    keys = [
        lines["case"],
        lines["item"],
        lines["time_s"] // _MINUTE,
        lines["quantity_e4"],
        lines["price_e6"],
        lines["performer"],
    ]
    copies = list[tuple[int, int]]()
    untimed, unlike = np.zeros(lines.rows, dtype=np.bool_), np.zeros(lines.rows, dtype=np.bool_)
    alike = lines.known("charge_class") & lines.known("price_e6") & lines.known("performer")
    repeated = shared_rows(keys, np.flatnonzero(part & lines.known("item")))
    run.shared.lines.read(repeated.tolist())
    for rows in groups_of(keys, repeated).values():
        first, *others = sorted(rows, key=lambda row: (run.shared.lines.of(row).number, row))
        if not timed[first]:
            untimed[rows] = len(rows) > 1
        elif not alike[first]:
            unlike[rows] = len(rows) > 1
        else:
            copies += [(row, first) for row in others]
    whole = whole_lines(run, [row for row, _ in copies])
    hits = [
        line_hit(run, row, related=(first,), involves=(run.shared.lines.of(first).number,), amounts=amounts)
        for (row, first), amounts in zip(copies, whole, strict=True)
    ]
    needed = {"med_list_codg": lines.known("item"), "med_chrgitm_type": lines.known("charge_class"),
              "pric": ~unlike | lines.known("price_e6"), "acord_dr_codg": ~unlike | lines.known("performer")}  # fmt: skip
    answers = line_answers(run, needed, [])
    answers.mark(in_cases(run.cases.rows, untimed, lines["case"]), State.NOT_RUN, "missing:time_of_day")
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def incompatible_items(run: Run) -> Judged:
    """Items that must not be used together, or not by this patient (D05): a warning, no money."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases = run.lines, run.cases
    rows = run.params.rows("constraints")
    with_item: dict[str, set[str]] = {}
    with_case: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row.get("other"):
            one, other = sorted((str(row["item"]), str(row["other"])))
            with_item.setdefault(one, set()).add(other)
        else:
            with_case.setdefault(str(row["item"]), []).append(row)
    named = {*with_item, *with_case, *(other for others in with_item.values() for other in others)}
    part = run.judged() & lines.is_any("item", named) & (lines["case"] < cases.rows)
    hits: list[Hit] = []
    for day in groups_of([lines["case"], lines["day"]], np.flatnonzero(part & lines.known("time_s"))).values():
        by_item: dict[str, list[int]] = {}
        for line in day:
            by_item.setdefault(lines.text("item", line), []).append(line)
        hits += [
            line_hit(run, by_item[other][0], window=one, related=(by_item[one][0],), lines=(by_item[other][0],), amounts=NOTHING,
                     involves=(lines.text("line", by_item[one][0]),), facts={"reason": f"{one} + {other}"})
            for one in sorted(by_item) for other in sorted(with_item.get(one, ())) if other in by_item
        ]  # fmt: skip
    for line in np.flatnonzero(part).tolist():
        hits += [
            line_hit(run, line, window=reason, amounts=NOTHING, facts={"reason": reason})
            for row in with_case.get(lines.text("item", line), ()) if (reason := _against(run, int(lines["case"][line]), row))
        ]  # fmt: skip
    by_age = (
        lines.looked_up(
            "item",
            {item: 1 for item, rows in with_case.items() if any(row.get("from_age") is not None for row in rows)},
            0,
        )
        == 1
    )
    aged = np.append(cases.known("age_e4"), True)[lines["case"]]
    needed = {
        "med_list_codg": lines.known("item"),
        "fee_ocur_time": ~part | lines.known("time_s"),
        "age": ~(part & by_age) | aged,
    }
    return Judged(hits, line_answers(run, needed, hits))


def _against(run: Run, case: int, row: Mapping[str, Any]) -> str:
    """What of the patient speaks against an item; nothing if nothing does."""
    from drgdip.screening.shapes.common import diagnoses_of

    cases = run.cases
    prefixes = tuple(str(code) for code in row.get("diagnoses", ()))
    code = next((code for code in diagnoses_of(cases, case) if prefixes and code.startswith(prefixes)), "")
    if code:
        return code
    if row.get("from_age") is not None and cases.known("age_e4")[case]:
        least = run.params.number("constraints", row["from_age"]) * 10_000
        return f"≥ {row['from_age']}" if cases["age_e4"][case] >= least else ""
    return ""
