"""One chunk of input rows through quality control and the case process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.findings import Finding
from drgdip.base.reasons import number
from drgdip.interface.defects import Defects, join_defects
from drgdip.interface.set_aside import SetAsideRow
from drgdip.pipeline.batch import keep
from drgdip.pipeline.context import Context, first_day_of, seconds
from drgdip.pipeline.drg_stages import with_departments
from drgdip.pipeline.given import NOTHING_GIVEN, Given
from drgdip.pipeline.process import PROCESS, Stage
from drgdip.pipeline.running import run_stages
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


class CheckedChunk(NamedTuple):
    """A chunk after quality control.

    columns, rows : the stays that the month settles, and their positions in ``raw``. excluded : positions and reason
    numbers of those in order that it does not settle; rows of other months are only counted.
    """

    raw: RawChunk
    columns: Mapping[str, np.ndarray]
    rows: np.ndarray
    defects: Defects
    findings: list[Finding]
    excluded: list[tuple[int, int]]
    other_period: int
    other_period_cost_fen: int


def check_chunk(
    raw: RawChunk, reader: CaseReader, contexts: Sequence[Context], given: Given = NOTHING_GIVEN
) -> CheckedChunk:
    """Encode one chunk, find its defects, and decide which stays the month settles and from which pool."""
    encoded = reader.encode(raw)
    tolerance = contexts[0].values.quality_control.identity_tolerance_fen
    found = check(encoded.columns, tolerance, skip=encoded.defects)
    defects = join_defects(encoded.defects, found, contexts[0].barred(encoded.columns))
    findings = contexts[0].with_codes(reader.findings(raw, defects))
    good = np.ones(raw.rows, dtype=np.bool_)
    good[defects.row] = False
    rows = np.nonzero(good)[0]
    with_departments(encoded.columns, contexts[0].tables, raw.columns.get("dscg_caty"))
    columns = dict(keep(encoded.columns, good))
    findings += _decide(columns, raw, rows, contexts, given)
    reason = columns["exclusion_reason"]
    other = reason == OTHER_PERIOD
    settled = rows[reason == 0]
    return CheckedChunk(
        raw,
        {**keep(columns, reason == 0), **given.of_chunk(raw, settled)},
        settled,
        defects,
        findings,
        [(int(rows[i]), int(reason[i])) for i in np.nonzero((reason != 0) & ~other)[0]],
        int(other.sum()),
        int(columns["total_cost_fen"][other].sum()),
    )


def _decide(
    columns: dict[str, np.ndarray], raw: RawChunk, rows: np.ndarray, contexts: Sequence[Context], given: Given
) -> list[Finding]:
    """Add which stays the period settles, by their own dates or by their lists; tells what lists move."""
    if not given.attribution:
        columns.update(decide_eligibility(columns, contexts))
        return []
    from drgdip.pipeline.attribution.chunk import moves, period_times, registered, with_lists

    beside = registered(raw, rows, given.lists)
    # Bills are put together in place: the amounts of the chunk itself stay as they were read.
    columns.update({name: columns[name].copy() for name in columns if name.endswith("_fen")}, **beside.columns)
    times_s, found = period_times(columns, contexts[-1].values)
    columns.update(decide_eligibility(columns, contexts, times_s))
    told = with_lists(columns, beside.state, raw, rows, given.lists, contexts[-1].values)
    return [*told, *moves(raw, rows, columns, found, contexts)]


def outside_scope(rows: np.ndarray, route: np.ndarray) -> list[tuple[int, int]]:
    """Positions and reason of stays that pricing found to be outside the scope of case payment."""
    return [(int(row), OUT_OF_SCOPE) for row in rows[route == OUT_OF_SCOPE]]


def price_chunk(
    raw: RawChunk,
    reader: CaseReader,
    contexts: Sequence[Context],
    stages: Sequence[Stage] = PROCESS.case,
    given: Given = NOTHING_GIVEN,
) -> PricedChunk:
    """Encode, check and price one chunk."""
    checked = check_chunk(raw, reader, contexts, given)
    priced = run_stages(dict(checked.columns), stages, contexts, checked.columns[basis_column(contexts[0])])
    inside = priced["route"] != OUT_OF_SCOPE
    excluded = sorted(checked.excluded + outside_scope(checked.rows, priced["route"]))
    set_aside, no_pool = reader.set_aside(raw, checked.defects, excluded)
    return PricedChunk(
        rows_read=raw.rows,
        columns=keep(priced, inside),
        text=reader.text(raw, checked.rows[inside]),
        findings=checked.findings + no_pool,
        set_aside=set_aside,
        other_period=checked.other_period,
        other_period_cost_fen=checked.other_period_cost_fen,
    )


def pay_chunk(
    columns: Mapping[str, np.ndarray], contexts: Sequence[Context], stages: Sequence[Stage] = PROCESS.payment
) -> dict[str, np.ndarray]:
    """Pay priced stays, once the contexts know the month's values."""
    return run_stages(dict(columns), stages, contexts, columns[basis_column(contexts[0])])


def decide_eligibility(
    columns: Mapping[str, np.ndarray], contexts: Sequence[Context], times_s: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """See :func:`drgdip.quality_control.eligibility`; the period is that of the contexts."""
    values = contexts[0].values
    return eligibility(
        columns,
        month_first_s=seconds(first_day_of(contexts)),
        month_end_s=seconds(contexts[-1].last_day) + 86_400,
        by_settlement=values.basis_date == "settlement",
        region_admdvs=int(contexts[0].region_admdvs),
        pools=tuple(values.pools.values()),
        times_s=times_s,
    )
