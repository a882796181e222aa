"""Columns: what stages read and write. The trace of a case is its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Columns = Mapping[str, np.ndarray]


class Column(NamedTuple):
    """One column of a batch.

    name : English, unit last (``case_payable_fen``).
    dtype : numpy dtype name.
    unit : ``fen``, ``e4`` (ten-thousandths), ``code``, ``id``, ``days``, ``s`` (seconds since 1970), ``flag``, ``count``.
    zh, en : what it means, for reports and explanations.
    source : document and article the rule that writes it follows; empty for inputs.
    dims : ``case`` (one value a stay), ``offset`` (one more than stays), ``flat`` (list items of all stays).
    """

    name: str
    dtype: str
    unit: str
    zh: str
    en: str
    source: str = ""
    dims: str = "case"


def names(columns: Sequence[Column]) -> tuple[str, ...]:
    """The names of columns, in order."""
    return tuple(column.name for column in columns)


def check_columns(columns: Sequence[Column], values: Columns, stage: str) -> None:
    """Raise TypeError where a stage's result departs from what it declares (a programming fault)."""
    if set(names(columns)) != set(values):
        raise TypeError(f"{stage}: declares {sorted(names(columns))}, wrote {sorted(values)}")
    for column in columns:
        if values[column.name].dtype.name != column.dtype:
            raise TypeError(f"{stage}: {column.name} is {values[column.name].dtype.name}, not {column.dtype}")
