"""Columns of a table of which some are made when they are first asked for: most rules read few of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


class Later(dict[str, Any]):
    """Columns by name; what stands for one may be a function that makes it, once."""

    def __getitem__(self, name: str) -> np.ndarray:
        column = super().__getitem__(name)
        if callable(column):
            self[name] = column = column()
        return column

    def get(self, name: str, default: Any = None) -> Any:
        """A column, made now if it has not been."""
        try:
            return self[name]
        except KeyError:
            return default

    def items(self) -> Any:
        """All columns, made now."""
        return {name: self[name] for name in self}.items()

    def values(self) -> Any:
        """All columns, made now."""
        return [self[name] for name in self]


def beside(columns: Mapping[str, np.ndarray], more: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Columns and more of them; none is made for it."""
    return Later({**dict(dict.items(columns)), **more}) if isinstance(columns, Later) else {**columns, **more}


def taken(columns: Mapping[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    """Some rows of columns; of those not made yet when they are asked for."""
    if not isinstance(columns, Later):
        return {name: values[rows] for name, values in columns.items()}
    return Later({
        name: (lambda make=column: make()[rows]) if callable(column) else column[rows]
        for name, column in dict.items(columns)
    })  # fmt: skip
