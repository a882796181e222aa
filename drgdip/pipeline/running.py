"""Running stages on a batch: values of the policy by each stay's basis date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from drgdip.base.columns import check_columns
from drgdip.pipeline.batch import rows_of, scatter, take
from drgdip.pipeline.context import Context, segment_of
from drgdip.pipeline.own_stage import check_written

if TYPE_CHECKING:
    pass
from drgdip.pipeline.process import PACKAGE_STAGES, Stage


def run_stages(
    columns: dict[str, np.ndarray], stages: Sequence[Stage], contexts: Sequence[Context], basis_time_s: np.ndarray
) -> dict[str, np.ndarray]:
    """Run stages on a batch and return it with their columns; values of the policy by each stay's basis date."""
    if len(contexts) == 1:
        return _run(columns, stages, contexts[0])
    segment = segment_of(basis_time_s, contexts)
    present = np.unique(segment)
    if len(present) <= 1:
        return _run(columns, stages, contexts[int(present[0]) if len(present) else 0])
    parts = []
    for number in present:
        rows = np.nonzero(segment == number)[0]
        result = _run(take(columns, rows), stages, contexts[int(number)])
        parts.append((rows, {name: result[name] for stage in stages for name in _names(stage)}))
    return {**columns, **scatter(parts, rows_of(columns))}


def _names(stage: Stage) -> tuple[str, ...]:
    return tuple(column.name for column in (*stage.joins, *stage.writes))


def _run(columns: Mapping[str, np.ndarray], stages: Sequence[Stage], context: Context) -> dict[str, np.ndarray]:
    result = dict(columns)
    for stage in stages:
        for column in stage.joins:
            if column.name not in result:
                result[column.name] = np.zeros(rows_of(result), dtype=column.dtype)
        written = stage.verb({column.name: result[column.name] for column in stage.reads}, context)
        if stage.key in PACKAGE_STAGES:
            check_columns(stage.writes, written, stage.key)
        else:
            check_written(stage, written, rows_of(result))
        result.update(written)
    return result
