"""The row that says which input rows were not settled, and why."""

from __future__ import annotations

from typing import NamedTuple


class SetAsideRow(NamedTuple):
    """A row that is not settled; all text as written. ``reasons`` are keys, the first one is what it counts under."""

    file: str
    row: int
    setl_id: str
    hospital_code: str
    insurance_type: str
    total_cost: str
    reasons: tuple[str, ...]
