"""What readmissions change of one chunk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.pipeline.batch import split, take

if TYPE_CHECKING:
    import pyarrow as pa

    from drgdip.base.columns import Column

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


class JoinedStays:
    """Stays that episodes change, by settlement ID, with what their stages are given; made once for all chunks.

    What they come to is kept with :meth:`keep`, and put into their chunks by :meth:`put`.
    """

    def __init__(self, joined: Mapping[str, Mapping[str, int]], given: Sequence[Column]) -> None:
        import pyarrow as pa

        self._ids = pa.array([*joined], pa.string())
        self._given = {
            column.name: np.array([own.get(column.name, 0) for own in joined.values()], dtype=column.dtype)
            for column in given
        }
        self._after: dict[str, np.ndarray] = {}

    def in_chunk(self, setl_ids: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """Positions of such stays in a chunk, and among all of them."""
        import pyarrow as pa
        import pyarrow.compute as pc

        places = pc.index_in(setl_ids.cast(pa.string()), value_set=self._ids).fill_null(-1).to_numpy()
        rows = np.nonzero(places >= 0)[0]
        return rows, places[rows]

    def at(self, places: np.ndarray) -> tuple[list[str], dict[str, np.ndarray]]:
        """The settlement IDs of some of them, and the columns that they are given."""
        import pyarrow as pa

        return self._ids.take(pa.array(places)).to_pylist(), {n: v[places] for n, v in self._given.items()}

    def keep(self, places: np.ndarray, changes: Changes) -> None:
        """Keep what some of them come to."""
        for name in changes.names & changes.before.keys():
            values = changes.after[name]
            self._after.setdefault(name, np.zeros(len(self._ids), dtype=values.dtype))[places] = values

    def put(self, setl_ids: pa.Array, columns: Columns) -> Columns:
        """A chunk with what its stays come to; the chunk itself where it has none."""
        rows, places = self.in_chunk(setl_ids)
        if not len(rows):
            return columns
        found = dict(columns)
        for name, after in self._after.items():
            if name not in columns:  # another chunk has this optional column; nothing of this one was kept in it
                continue
            found[name] = columns[name].copy()
            found[name][rows] = after[places]
        return found
