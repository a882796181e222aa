"""Findings of parts of a batch as findings of the batch, so that money is counted once over all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from drgdip.screening.data import Dataset, Frame
from drgdip.screening.findings import Finding

_NET = ("net_quantity_e4", "net_fee_fen", "net_scope_fen", "net_over_limit_fen")


class LinesOf(NamedTuple):
    """The fee lines of a part that findings are about: their places in it, and what money needs of them."""

    rows: list[int]
    values: dict[str, np.ndarray]


def lines_of(data: Dataset, findings: Sequence[Finding]) -> LinesOf:
    """The fee lines that some findings of a part are about."""
    rows = sorted({finding.hit.place for finding in findings if finding.hit.subject == "line"})
    return LinesOf(rows, {name: data.lines[name][rows] for name in _NET} if data.lines is not None and rows else {})


class Kept:
    """The fee lines that findings are about, of all parts: few of many, and no more of them than money needs."""

    def __init__(self) -> None:
        self._values: dict[str, list[np.ndarray]] = {name: [] for name in _NET}
        self._rows = 0

    def moved(self, lines: LinesOf, findings: Sequence[Finding], places: np.ndarray) -> list[Finding]:
        """Findings of a part with the places that their stays have in the batch, and their lines among those kept."""
        at = {row: self._rows + place for place, row in enumerate(lines.rows)}
        self._rows += len(lines.rows)
        for name, values in lines.values.items():
            self._values[name].append(values)
        return [self._of_batch(finding, at, places) for finding in findings]

    def _of_batch(self, finding: Finding, at: dict[int, int], places: np.ndarray) -> Finding:
        hit = finding.hit
        case = int(places[hit.case]) if hit.case >= 0 else hit.case
        place = at[hit.place] if hit.subject == "line" else case if hit.subject == "case" else hit.place
        return finding._replace(hit=replace(hit, case=case, place=place))

    def lines(self) -> Frame:
        """The kept lines."""
        values = {name: np.concatenate([np.empty(0, dtype=np.int64), *parts]) for name, parts in self._values.items()}
        return Frame(self._rows, values, {}, {})
