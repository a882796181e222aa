"""K2, the gate: do header and lines agree, and does every refund refer to a line?"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import Dataset
from drgdip.screening.exact import exceeds
from drgdip.screening.hits import Answers, Hit, Judged, State, in_cases, not_run

_NO_AMOUNTS = Amounts()


def header_and_lines(run: Run) -> Judged:
    """Cases that are held because their data do not agree with themselves (A02)."""
    cases = run.cases
    if run.data.lines is None:
        return not_run(cases.rows, "missing:fee_lines")
    lines, answers = run.lines, Answers(cases.rows)
    reasons: list[list[str]] = [[] for _ in range(cases.rows)]
    unreadable = in_cases(cases.rows, ~(lines.known("fee_fen") & lines.known("quantity_e4")), lines["case"])
    answers.require({"medfee_sumamt": cases.known("total_fen"), "det_item_fee_sumamt": ~unreadable})
    mismatch, sums = _mismatch(run)
    for case in np.flatnonzero(mismatch & (answers.state == State.PASS)).tolist():
        reasons[case].append("HEADER_DETAIL_MISMATCH")
    for name, rows in (("DUPLICATE", run.data.repeated), ("NEGATIVE_WITHOUT_REFUND_REF", run.data.unmatched_refunds)):
        for case in sorted({run.case_index(row) for row in rows} - {-1}):
            reasons[case].append(name)
    hits = [
        Hit("HOLD_CASE", "case", (cases.text("settlement", case),), case, case, amounts=_NO_AMOUNTS,
            lines=_concerned(run, case), facts={"reasons": sorted(why), **_sum_facts(run, case, sums)})
        for case, why in enumerate(reasons) if why and not run.closed[case]
    ]  # fmt: skip
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged([*hits, *_orphans(run), *([] if run.data.part else shares(run, counted(run.data)))], answers)


def _mismatch(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Whether the difference is above the tolerance and above its floor; and the sums of lines."""
    tolerance = run.params.ratio("tol")
    floor_fen = run.params.scaled("floor", 2)
    to_here = np.append(0, np.cumsum(run.lines["fee_fen"]))
    sums = to_here[run.data.offsets[1:]] - to_here[run.data.offsets[:-1]]
    total = run.cases["total_fen"]
    off = np.abs(sums - total)
    return exceeds(off, tolerance, np.abs(total)) & (off > floor_fen), sums


def _sum_facts(run: Run, case: int, sums: np.ndarray) -> dict[str, int]:
    return {"lines_fen": int(sums[case]), "header_fen": int(run.cases["total_fen"][case])}


def _concerned(run: Run, case: int) -> tuple[int, ...]:
    """Repeated lines and refunds of nothing."""
    first, after = run.data.offsets[case : case + 2].tolist()
    return tuple(sorted(row for row in run.data.repeated | run.data.unmatched_refunds if first <= row < after))


def _orphans(run: Run) -> list[Hit]:
    """Settlements that have lines and no case."""
    if not run.cases.rows:
        return []
    rows = np.arange(int(run.data.offsets[-1]), run.lines.rows).tolist()
    found: dict[str, list[int]] = {}
    run.shared.lines.read(rows)
    for row in rows:
        line = run.shared.lines.of(row)
        found.setdefault(line.settlement or line.visit, []).append(row)
    return [
        Hit("HOLD_CASE", "batch", (name,), window="ORPHAN", amounts=_NO_AMOUNTS, lines=tuple(found[name][:20]),
            facts={"reasons": ["ORPHAN"], "lines": len(found[name]), "settlement": name})
        for name in sorted(found)
    ]  # fmt: skip


class Counted(NamedTuple):
    """Fee lines of a batch or of a part: all, those whose number is repeated, and those of no case."""

    rows: int = 0
    repeated: int = 0
    unmatched: int = 0

    def plus(self, other: Counted) -> Counted:
        """Two parts together."""
        return Counted(self.rows + other.rows, self.repeated + other.repeated, self.unmatched + other.unmatched)


def counted(data: Dataset) -> Counted:
    """What :func:`shares` needs of a batch or of a part."""
    rows = data.lines.rows if data.lines is not None else 0
    return Counted(rows, len(data.repeated), rows - int(data.offsets[-1]))


def shares(run: Run, lines: Counted) -> list[Hit]:
    """Shares of repeated and unmatched lines in the batch as a whole."""
    tolerance = run.params.ratio("batch_tol")
    counts = {"DUPLICATE_SHARE": lines.repeated}
    if run.cases.rows:
        counts["UNMATCHED_SHARE"] = lines.unmatched
    return [
        Hit("WARN", "batch", ("",), window=name, amounts=_NO_AMOUNTS,
            facts={"reasons": [name], "lines": count, "of": lines.rows})
        for name, count in counts.items() if Fraction(count) > tolerance * lines.rows
    ]  # fmt: skip
