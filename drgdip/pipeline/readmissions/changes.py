"""What readmissions change of one chunk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from typing import NamedTuple

import numpy as np

from drgdip.pipeline.batch import split, take

Columns = Mapping[str, np.ndarray]


class Changes(NamedTuple):
    """Stays of a chunk that are paid otherwise: their rows and settlement IDs, and their columns before and after; names of those
    that differ.
    """

    rows: np.ndarray
    ids: list[str]
    before: Columns
    after: Columns
    names: Set[str]

    def by_id(self, wanted: Collection[str]) -> dict[str, Columns]:
        """The columns after of some stays, each as a batch of one."""
        places = [place for place, id_ in enumerate(self.ids) if id_ in wanted]
        kept = split(take(self.after, np.array(places))) if places else []
        return {self.ids[place]: own for place, own in zip(places, kept, strict=True)}
