"""Findings: what is wrong with data, as values that carry file, row, field, value and remedy."""

from __future__ import annotations

from typing import NamedTuple

from drgdip.base.reasons import REASONS, Reason


class Finding(NamedTuple):
    """One finding.

    file : name of the input file (never a path). row : 1-based data row, 0 for the file as a whole.
    setl_id : settlement ID as written, empty if unknown. field : national field name, empty for the row as a whole.
    value : what stood there, as written. key : key of the reason in :mod:`drgdip.base.reasons`.
    """

    file: str
    row: int
    setl_id: str
    field: str
    value: str
    key: str

    @property
    def reason(self) -> Reason:
        return REASONS[self.key]
