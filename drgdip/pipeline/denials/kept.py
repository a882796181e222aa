"""Stays of the month that something is decided on, kept from the chunks that they come in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from drgdip.pipeline.batch import joined, split, take
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
        # Stays are seen again once a quota has decided, without their codes.
        again = [setl_id in self.stays for _, setl_id in rows]
        self._keep([one for one, known in zip(rows, again, strict=True) if not known], columns, hospitals)
        self._keep([one for one, known in zip(rows, again, strict=True) if known], columns, hospitals)

    def _keep(
        self, rows: Sequence[tuple[int, str]], columns: Mapping[str, np.ndarray], hospitals: Sequence[str]
    ) -> None:
        """Keep rows of a chunk of which either all have been kept before or none."""
        if not rows:
            return
        kept = take(columns, np.array([row for row, _ in rows], dtype=np.int64))
        if rows[0][1] in self.stays:
            kept = {**joined([self.stays[setl_id].columns for _, setl_id in rows]), **kept}
        for (_, setl_id), own in zip(rows, split(kept), strict=True):
            hospital, pool = hospitals[int(own["hospital_id"][0])], self._pools[int(own["pool_index"][0])]
            self.stays[setl_id] = Stay(setl_id, self._month, hospital, pool, own, self._contexts, self._process)

    def priced(self, replaced: Mapping[str, Mapping[str, np.ndarray]]) -> dict[str, Mapping[str, np.ndarray]]:
        """Their columns, with those that special-case review or readmission has changed."""
        return {
            id_: {**stay.columns, **replaced[id_]} if id_ in replaced else stay.columns
            for id_, stay in self.stays.items()
        }
