"""Findings: what is wrong with data, as values that carry file, row, field, value and remedy."""

from __future__ import annotations

from typing import NamedTuple

from drgdip.base.reasons import REASONS, Reason


class Finding(NamedTuple):
    """One finding.

    Parameters
    ----------
    file : str
        Name of the input file, never a path; empty for a case that came by itself.
    row : int
        Data row from 1; 0 for the file as a whole.
    setl_id : str
        Settlement ID as written, empty if unknown.
    field : str
        National field name, empty for the row as a whole.
    value : str
        What stood there, as written.
    key : str
        Key of the reason; ``reason`` has its words and remedy.
    """

    file: str
    row: int
    setl_id: str
    field: str
    value: str
    key: str

    @property
    def reason(self) -> Reason:
        """The reason: what is so and what to do about it, in Chinese and English."""
        return REASONS[self.key]
