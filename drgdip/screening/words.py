"""The texts of an ID column by their codes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np

#: The code of no text.
NONE = -1
#: One text of an Arrow array costs as much as so many when all are listed.
_LISTED_AT = 16
#: Texts that may be asked for again by what was asked.
_FEW = 64


class Words(Sequence[str]):
    """The texts of an ID: a list, or an Arrow array whose texts become Python's only where they are read.

    in_order : whether they are sorted, so that codes compare as texts.
    """

    def __init__(self, texts: Any, *, in_order: bool = True) -> None:
        self._texts = texts
        self._arrow = hasattr(texts, "to_pylist")
        self.in_order = in_order
        self._listed: list[str] | None = None if self._arrow else list(texts)
        self._asked = 0
        self._answers: dict[Collection[str], np.ndarray] = {}
        self._none: dict[Collection[str], bool] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, place: Any) -> Any:
        if self._listed is not None:
            return self._listed[place]
        self._asked += 1
        if self._asked * _LISTED_AT >= len(self._texts):
            return self._all()[place]
        return self._texts[int(place)].as_py()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def _all(self) -> list[str]:
        if self._listed is None:
            self._listed = self._texts.to_pylist()
        return self._listed

    def ranks(self, codes: np.ndarray) -> np.ndarray:
        """Numbers that compare as the texts of these codes do; -1 is first."""
        if self.in_order:
            return codes
        there, inverse = np.unique(codes, return_inverse=True)
        words = self._all() if len(there) * _LISTED_AT >= len(self) else self
        texts = [words[code] if code >= 0 else "" for code in there.tolist()]  # no text of an ID is empty
        rank = np.empty(len(there), dtype=np.int64)
        rank[sorted(range(len(there)), key=texts.__getitem__)] = np.arange(len(there))
        return rank[inverse]

    def none_of(self, texts: Collection[str]) -> bool:
        """Whether none of some texts is among these. What costs is these, or the few texts; never the length of a list."""
        if isinstance(texts, Set | Mapping):
            return not texts or not any(map(texts.__contains__, self._all()))
        few = frozenset(texts)
        if few not in self._none:
            self._none[few] = not few or few.isdisjoint(self._all())
        return self._none[few]

    def answers(self, holds: Callable[[str], Any], asked: Collection[str] = ()) -> np.ndarray:
        """Whether a condition holds of each text, and False behind the last; bool.

        asked : a few texts that tell the condition from others of their type, so that the answer can be given again.
        """
        found = self._answers.get(asked)
        if found is None:
            found = np.array([*map(holds, self), False], dtype=np.bool_)
            if 0 < len(asked) <= _FEW:
                self._answers[asked] = found
        return found

    def find(self, text: str) -> int:
        """The code of a text, -1 if it is none. Only texts in order can be searched."""
        place = bisect_left(self, text)
        return place if place < len(self) and self[place] == text else NONE
