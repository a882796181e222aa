"""One chunk of input rows through quality control and the case process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from drgdip.base.findings import Finding
from drgdip.base.reasons import number
from drgdip.interface.defects import join_defects
from drgdip.interface.set_aside import SetAsideRow
from drgdip.pipeline.batch import keep
from drgdip.pipeline.context import Context, seconds
from drgdip.pipeline.process import CASE_PAYMENT, CASE_PROCESS, run_stages
from drgdip.quality_control import check, eligibility

if TYPE_CHECKING:
    import pyarrow as pa

    from drgdip.intake import CaseReader, RawChunk

OUT_OF_SCOPE = number("route_out_of_scope")
OTHER_PERIOD = number("other_period")


@dataclass
class PricedChunk:
    """What a chunk came to before payment: priced stays with their text, and all rows that are not settled."""

    rows_read: int
    columns: Mapping[str, np.ndarray]
    text: Mapping[str, pa.Array]
    findings: list[Finding] = field(default_factory=list)
    set_aside: list[SetAsideRow] = field(default_factory=list)
    other_period: int = 0
    other_period_cost_fen: int = 0


def basis_column(context: Context) -> str:
    """The time that decides which month and which policy values a stay falls under."""
    return "discharge_time_s" if context.values.basis_date == "discharge" else "settlement_time_s"


def price_chunk(raw: RawChunk, reader: CaseReader, contexts: list[Context]) -> PricedChunk:
    """Encode, check and price one chunk."""
    encoded = reader.encode(raw)
    first = contexts[0]
    tolerance = first.values.quality_control.identity_tolerance_fen
    defects = join_defects(encoded.defects, check(encoded.columns, tolerance, skip=encoded.defects))
    findings = reader.findings(raw, defects)
    good = np.ones(raw.rows, dtype=np.bool_)
    good[defects.row] = False
    rows = np.nonzero(good)[0]
    columns = dict(keep(encoded.columns, good))
    columns.update(_eligibility(columns, contexts))
    reason = columns["exclusion_reason"]
    in_month = np.nonzero(reason == 0)[0]
    eligible = dict(keep(columns, reason == 0))
    priced = run_stages(eligible, CASE_PROCESS, contexts, eligible[basis_column(first)])
    inside = priced["route"] != OUT_OF_SCOPE
    excluded = _excluded(rows, reason, in_month, priced)
    other = reason == OTHER_PERIOD
    set_aside, no_pool = reader.set_aside(raw, defects, excluded)
    return PricedChunk(
        rows_read=raw.rows,
        columns=keep(priced, inside),
        text=reader.text(raw, rows[in_month][inside]),
        findings=findings + no_pool,
        set_aside=set_aside,
        other_period=int(other.sum()),
        other_period_cost_fen=int(columns["total_cost_fen"][other].sum()),
    )


def pay_chunk(columns: Mapping[str, np.ndarray], contexts: list[Context]) -> dict[str, np.ndarray]:
    """Pay priced stays, once the contexts know the month's values."""
    return run_stages(dict(columns), CASE_PAYMENT, contexts, columns[basis_column(contexts[0])])


def _eligibility(columns: Mapping[str, np.ndarray], contexts: list[Context]) -> dict[str, np.ndarray]:
    values = contexts[0].values
    return eligibility(
        columns,
        month_first_s=seconds(contexts[0].first_day),
        month_end_s=seconds(contexts[-1].last_day) + 86_400,
        by_settlement=values.basis_date == "settlement",
        region_admdvs=int(contexts[0].region_admdvs),
        pools=tuple(values.pools.values()),
    )


def _excluded(
    rows: np.ndarray, reason: np.ndarray, in_month: np.ndarray, priced: Mapping[str, np.ndarray]
) -> list[tuple[int, int]]:
    """Rows in order but not settled, with their reason; those of other months are only counted."""
    listed = np.nonzero((reason != 0) & (reason != OTHER_PERIOD))[0]
    outside = np.nonzero(priced["route"] == OUT_OF_SCOPE)[0]
    pairs = [(int(rows[i]), int(reason[i])) for i in listed]
    pairs += [(int(rows[in_month[i]]), OUT_OF_SCOPE) for i in outside]
    return sorted(pairs)
