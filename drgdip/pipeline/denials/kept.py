"""Stays of the month that something is decided on, kept from the chunks that they come in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from drgdip.pipeline.batch import split, take
from drgdip.pipeline.special.stay import Stay
from drgdip.pipeline.text_rows import rows_with_ids

if TYPE_CHECKING:
    import pyarrow as pa

    from drgdip.pipeline.context import Context
    from drgdip.pipeline.process import Process


class KeptStays:
    """Feed it priced chunks with :meth:`see`; ``stays`` are those that were wanted, by settlement ID."""

    def __init__(self, month: str, process: Process, contexts: Sequence[Context], wanted: Collection[str]) -> None:
        self.wanted, self.stays = set(wanted), dict[str, Stay]()
        self._month, self._process, self._contexts = month, process, contexts
        self._pools = list(contexts[-1].values.pools)

    def see(self, text: Mapping[str, pa.Array], columns: Mapping[str, np.ndarray], hospitals: Sequence[str]) -> None:
        """Keep the wanted stays of a chunk."""
        rows = rows_with_ids(text, self.wanted)
        kept = split(take(columns, np.array([row for row, _ in rows], dtype=np.int64))) if rows else []
        for (_, setl_id), own in zip(rows, kept, strict=True):
            hospital, pool = hospitals[int(own["hospital_id"][0])], self._pools[int(own["pool_index"][0])]
            if setl_id in self.stays:  # seen again once a quota has decided, without its codes
                own = {**self.stays[setl_id].columns, **own}
            self.stays[setl_id] = Stay(setl_id, self._month, hospital, pool, own, self._contexts, self._process)

    def priced(self, replaced: Mapping[str, Mapping[str, np.ndarray]]) -> dict[str, Mapping[str, np.ndarray]]:
        """Their columns, with those that special-case review or readmission has changed."""
        return {id_: {**stay.columns, **replaced.get(id_, {})} for id_, stay in self.stays.items()}
