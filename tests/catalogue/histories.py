"""Histories written out by hand: stays as rows, in the columns that the numbers of a catalogue are found from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.reference.building import Stay

_TYPES = {
    "year": np.int16,
    "hospital_id": np.int32,
    "hospital_tier": np.int8,
    "insurance_type": np.int32,
    "length_of_stay_days": np.int32,
    "total_cost_fen": np.int64,
    "age_years": np.int16,
    "age_days": np.int16,
    "icu_hours": np.int32,
    "discharge_way": np.int8,
}


class RowHistory:
    """What a history gives to those who read it: pieces of its columns, and the codes of hospitals."""

    def __init__(self, columns: dict[str, np.ndarray], lists: dict[str, Sequence[Sequence[int]]]) -> None:
        self.columns, self.lists = columns, lists
        self.hospital_codes = tuple(f"H{i}" for i in range(int(columns["hospital_id"].max(initial=-1)) + 1))

    def rows(self, first: int, last: int) -> dict[str, np.ndarray]:
        piece = {name: values[first:last] for name, values in self.columns.items()}
        for name, lists in self.lists.items():
            own = lists[first:last]
            piece[f"{name}_id"] = np.array([code for codes in own for code in codes], dtype=np.int32)
            piece[f"{name}_offset"] = np.concatenate([[0], np.cumsum([len(codes) for codes in own])]).astype(np.int64)
        return piece


def history_of(
    stays: Sequence[Stay],
    groups: Sequence[str],
    diagnoses: Sequence[Sequence[int]] | None = None,
    procedures: Sequence[Sequence[int]] | None = None,
    **more: Sequence[int],
) -> tuple[Any, np.ndarray]:
    """A history of stays and their group ids, by position in ``groups``."""
    given: dict[str, Sequence[int]] = {
        "year": [stay.year for stay in stays],
        "hospital_id": [stay.hospital for stay in stays],
        "hospital_tier": [stay.tier for stay in stays],
        "insurance_type": [stay.insurance for stay in stays],
        "length_of_stay_days": [stay.days for stay in stays],
        "total_cost_fen": [stay.cost_fen for stay in stays],
        **{name: [-1] * len(stays) for name in ("age_years", "age_days", "icu_hours", "discharge_way")},
        **more,
    }
    columns = {name: np.array(values, dtype=_TYPES[name]) for name, values in given.items()}
    lists = {"diagnosis": diagnoses or [[0]] * len(stays), "procedure": procedures or [[]] * len(stays)}
    ids = [-1 if stay.group is None else groups.index(stay.group) for stay in stays]
    return RowHistory(columns, lists), np.array(ids, dtype=np.int32)
