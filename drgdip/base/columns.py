"""Columns: what stages read and write. The trace of a case is its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Columns = Mapping[str, np.ndarray]


class Column(NamedTuple):
    """One column of a batch.

    Parameters
    ----------
    name : str
        English, unit last (``case_payable_fen``).
    dtype : str
        Name of a numpy dtype.
    unit : str
        ``fen``, ``e4`` (ten-thousandths), ``code``, ``id``, ``days``, ``s`` (seconds since 1970), ``flag``, ``count``.
    zh, en : str
        What it means, for reports and explanations.
    source : str
        Document and article that the rule which writes it follows; empty for inputs.
    dims : {"case", "offset", "flat"}
        One value a stay, one more than stays, or the list items of all stays.
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


@cache
def _dtype(name: str) -> np.dtype[Any]:
    import numpy as np

    return np.dtype(name)


def check_columns(columns: Sequence[Column], values: Columns, stage: str) -> None:
    """Raise TypeError where a stage's result departs from what it declares (a programming fault)."""
    if len(values) != len(columns):
        raise _other_columns(columns, values, stage)
    for column in columns:
        if column.name not in values:
            raise _other_columns(columns, values, stage)
        if values[column.name].dtype != _dtype(column.dtype):
            raise TypeError(f"{stage}: {column.name} is {values[column.name].dtype.name}, not {column.dtype}")


def _other_columns(columns: Sequence[Column], values: Columns, stage: str) -> TypeError:
    return TypeError(f"{stage}: declares {sorted(names(columns))}, wrote {sorted(values)}")
