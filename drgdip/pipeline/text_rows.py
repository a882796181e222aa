"""Rows of a chunk by settlement ID."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def rows_with_ids(text: Mapping[str, pa.Array], wanted: Collection[str]) -> list[tuple[int, str]]:
    """Positions of the stays with one of the wanted settlement IDs, and the ID."""
    if not wanted:
        return []
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = text["setl_id"].cast(pa.string())
    rows = pc.indices_nonzero(pc.is_in(ids, value_set=pa.array([*wanted], pa.string())))
    return [*zip(rows.to_pylist(), ids.take(rows).to_pylist(), strict=True)]
