"""The quota of stays of high cost, over all chunks of a period: who keeps the extra, who has standard points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from drgdip.base.errors import UsageError
from drgdip.base.reasons import number
from drgdip.base.text import Text
from drgdip.pipeline.batch import LISTS, rows_of
from drgdip.pipeline.chunk import basis_column
from drgdip.pipeline.context import Context, segment_of
from drgdip.pipeline.process import Stage
from drgdip.pipeline.running import run_stages
from drgdip.pricing.quota import HighCase, quota_of, within_quota

if TYPE_CHECKING:
    import pyarrow as pa

_HIGH = number("band_high")
#: Bands of stays that take no part in group payment: they are no discharges of the quota.
_OUTSIDE = (number("band_by_item"), number("band_not_tested"))

_Text = TypeVar("_Text")
_Batch = Mapping[str, np.ndarray]
#: Stretch of days, hospital (−1: all), pool.
Scope = tuple[int, int, int]


class _Place(NamedTuple):
    chunk: int
    row: int


class HighQuota:
    """Collects the stays of high cost of a period; ``decided`` then prices those again that the quota leaves out."""

    def __init__(self, contexts: Sequence[Context], stages: Sequence[Stage]) -> None:
        self._contexts, self._stages = contexts, stages
        # Stays whose lists came late have stretches of their own; under the same values they share the quota of the month.
        values = [context.values for context in contexts]
        self._shared = [values.index(own) for own in values]
        self._discharges: dict[Scope, int] = {}
        self._cases: dict[Scope, dict[HighCase, list[_Place]]] = {}
        self._chunks = 0
        self._beyond: dict[int, list[int]] | None = None

    def add(self, setl_id: pa.Array, columns: Mapping[str, np.ndarray]) -> None:
        """Count the stays of a chunk; chunks come in the order in which :meth:`decided` gets them again."""
        segment = segment_of(columns[basis_column(self._contexts[0])], self._contexts)
        counted = ~np.isin(columns["deviation_band"], _OUTSIDE)
        high = columns["deviation_band"] == _HIGH
        for stretch in np.unique(segment).tolist():
            rule = self._contexts[stretch].values.deviation.high
            if rule is None or rule.share_cap is None:
                continue
            by_hospital = rule.share_cap.scope == "hospital"
            here = segment == stretch
            hospital = columns["hospital_id"] if by_hospital else np.full(len(here), -1)
            first = self._shared[stretch]
            for scope, count in _counts(hospital[here & counted], columns["pool_index"][here & counted]).items():
                key = (first, *scope)
                self._discharges[key] = self._discharges.get(key, 0) + count
            with_k = self._contexts[stretch].values.deviation.basis == "ref_cost_k"
            for row in np.nonzero(here & high)[0].tolist():
                key = (first, int(hospital[row]), int(columns["pool_index"][row]))
                case = HighCase(_ratio(columns, row, with_k), setl_id[row].as_py() or "")
                self._cases.setdefault(key, {}).setdefault(case, []).append(_Place(self._chunks, row))
        self._chunks += 1

    def decided(self, chunks: Iterable[tuple[_Text, Mapping[str, np.ndarray]]]) -> Iterator[tuple[_Text, _Batch]]:
        """All chunks under the quota, each with what came with it; where none was added, they are as they were."""
        for place, (text, columns) in enumerate(chunks):
            flags = self._flags(place, rows_of(columns))
            yield text, priced_again(columns, flags, self._stages, self._contexts)

    def _flags(self, chunk: int, rows: int) -> np.ndarray:
        """Stays (int8) of a chunk that are of high cost and beyond the quota."""
        if self._beyond is None:
            self._beyond = self._decide()
        flags = np.zeros(rows, dtype=np.int8)
        flags[self._beyond.get(chunk, [])] = 1
        return flags

    def _decide(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for key, cases in self._cases.items():
            rule = self._contexts[key[0]].values.deviation.high
            assert rule is not None
            assert rule.share_cap is not None
            kept = set(within_quota(cases, quota_of(self._discharges.get(key, 0), rule.share_cap.share_e4)))
            for case, places in cases.items():
                for place in () if case in kept else places:
                    found.setdefault(place.chunk, []).append(place.row)
        return found


def _counts(hospital: np.ndarray, pool: np.ndarray) -> dict[tuple[int, int], int]:
    """Stays by hospital (−1: all) and pool."""
    pools = int(pool.max(initial=0)) + 1
    counts = np.bincount((hospital.astype(np.int64) + 1) * pools + pool)
    return {(key // pools - 1, key % pools): int(counts[key]) for key in np.nonzero(counts)[0].tolist()}


def _ratio(columns: Mapping[str, np.ndarray], row: int, with_k: bool) -> Fraction:
    """The ratio that the deviation test has compared, exactly."""
    cost = columns["net_cost_fen"] if "net_cost_fen" in columns else columns["total_cost_fen"]
    ratio = Fraction(int(cost[row]), int(columns["reference_cost_fen"][row]))
    if with_k:
        ratio *= Fraction(
            10**8, int(columns["hospital_coefficient_e4"][row] * columns["auxiliary_coefficient_e4"][row])
        )
    return ratio


def priced_again(
    columns: Mapping[str, np.ndarray], beyond: np.ndarray, stages: Sequence[Stage], contexts: Sequence[Context]
) -> _Batch:
    """A priced chunk with the quota's decision; where it changes nothing, as it was.

    Stages after pricing run again. Raises UsageError if one of them reads codes, which are not kept.
    """
    if not beyond.any():
        return columns
    place = next(i for i, stage in enumerate(stages) if stage.key == "pricing")
    lists = {*LISTS, *LISTS.values()}
    for stage in stages[place:]:
        if any(column.name in lists for column in stage.reads):
            raise UsageError(
                Text(f"政策限定高倍率病例数,{stage.key} 在定价之后读取编码,无法重算。",
                     f"The policy limits stays of high cost, and {stage.key} reads codes after pricing."),
                Text("请将该阶段放在 pricing 之前。", "Put that stage before pricing."),
            )  # fmt: skip
    basis = columns[basis_column(contexts[0])]
    return run_stages({**columns, "beyond_quota": beyond}, stages[place:], contexts, basis)
