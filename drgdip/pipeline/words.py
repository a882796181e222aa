"""Columns of words from columns of ids."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from drgdip.base.reasons import number


class Words:
    """Words by id, each kept once; the last id stands for none (also -1)."""

    def __init__(self, words: Iterable[str]) -> None:
        places: dict[str, int] = {}
        self._place = np.array([places.setdefault(word, len(places)) for word in words], dtype=np.int32)
        self._words = pa.array(places, pa.string())

    def of(self, ids: np.ndarray) -> pa.DictionaryArray:
        """The words of some ids."""
        return pa.DictionaryArray.from_arrays(pa.array(self._place.take(ids)), self._words, safe=False)


class ReasonWords(Words):
    """Keys of reasons by their numbers."""

    def __init__(self, keys: Iterable[str]) -> None:
        keys = tuple(keys)
        super().__init__(keys)
        self._place = np.zeros(max(map(number, keys)) + 1, dtype=np.int32)
        self._place[[number(key) for key in keys]] = range(len(keys))
