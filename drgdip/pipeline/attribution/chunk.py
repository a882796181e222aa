"""Attribution of a chunk: which month a stay belongs to, whether its list has passed, which bills it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.findings import Finding
from drgdip.base.money import MAX_CASE_FEN
from drgdip.base.reasons import number
from drgdip.interface.states import PASSED
from drgdip.pipeline.attribution.inputs import InterimBill, ListInputs
from drgdip.pipeline.attribution.stages import INTERIM_PAID, as_it_came
from drgdip.pipeline.context import Context, first_day_of
from drgdip.quality_control.attribution import attribute, month_of, month_time_s
from drgdip.quality_control.columns import AMOUNTS, ARRIVAL, BILL, FINAL

if TYPE_CHECKING:
    from drgdip.base.columns import Columns
    from drgdip.intake import RawChunk
    from drgdip.policy.values import PolicyValues

_NOT_PASSED, _NOT_FOUND = number("list_not_passed"), number("interim_not_found")
_TOO_LARGE, _OTHER_PERIOD = number("amount_out_of_range"), number("other_period")


class Attributed(NamedTuple):
    """What the register says of the stays of a chunk, in their order: columns that they are given, and states."""

    columns: dict[str, np.ndarray]
    state: np.ndarray


def registered(raw: RawChunk, rows: np.ndarray, given: ListInputs | None) -> Attributed:
    """The columns of some positions of a chunk; without a register every list came with its settlement and has passed."""
    columns, state = as_it_came(len(rows)), np.full(len(rows), PASSED, np.int8)
    if given is not None and len(given.register):
        columns[ARRIVAL.name], state, columns[BILL.name] = given.register.of(raw.text(rows, ("setl_id",))["setl_id"])
    return Attributed(columns, state)


def period_times(columns: Columns, values: PolicyValues) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The time that decides the period of every stay: its own, or where it moves the first second of its month."""
    if values.attribution is None:
        raise ValueError("the policy has no section attribution")
    found = attribute(columns, values.attribution, values.basis_date)
    own = columns[basis_time(values)]
    return np.where(found["late_list"] == 1, month_time_s(found["attributed_month"]), own), found


def basis_time(values: PolicyValues) -> str:
    """The time that decides the month of a stay that is not moved."""
    return "discharge_time_s" if values.basis_date == "discharge" else "settlement_time_s"


def with_lists(
    columns: dict[str, np.ndarray],
    state: np.ndarray,
    raw: RawChunk,
    rows: np.ndarray,
    given: ListInputs | None,
    values: PolicyValues,
) -> list[Finding]:
    """Leave out lists that have not passed, and make whole stays of final bills; tells what was put together."""
    reason = columns["exclusion_reason"]
    told = _too_early(columns, raw, rows)
    reason[(reason == 0) & (state != PASSED)] = _NOT_PASSED
    final = np.nonzero((reason == 0) & (columns[BILL.name] == FINAL))[0]
    deducted = values.attribution is not None and values.attribution.interim_bill == "deducted"
    if not len(final) or given is None or not deducted:
        return told
    pools = list(values.pools)
    cells = {name: raw.cells(name, rows[final]) for name in ("setl_id", "fixmedins_code", "mdtrt_id")}
    for place, setl_id, hospital, visit in zip(final, *cells.values(), strict=True):
        bills = given.interim.get((hospital.strip(), visit.strip()), ())
        pool = pools[int(columns["pool_index"][place])]
        if not bills or not visit.strip() or any(bill.pool != pool for bill in bills):
            reason[place] = _NOT_FOUND
            continue
        _merge(columns, int(place), bills)
        if int(columns["total_cost_fen"][place]) > MAX_CASE_FEN:
            reason[place] = _TOO_LARGE
        months = ", ".join(sorted({bill.month for bill in bills}))
        told.append(
            Finding(raw.file, raw.first_row + int(rows[place]), setl_id, "mdtrt_id", months, "interim_deducted")
        )
    return told


def _too_early(columns: dict[str, np.ndarray], raw: RawChunk, rows: np.ndarray) -> list[Finding]:
    """A list cannot come before the day of discharge: such a day is in doubt, and its list has not passed."""
    reason, came = columns["exclusion_reason"], columns[ARRIVAL.name].astype("int64")
    month = (came // 10_000 - 1970) * 12 + came // 100 % 100 - 1
    day = month.astype("datetime64[M]").astype("datetime64[D]").astype("int64") + came % 100 - 1
    early = np.nonzero((reason == 0) & (came >= 0) & (day < columns["discharge_time_s"] // 86_400))[0]
    reason[early] = _NOT_PASSED
    ids = raw.cells("setl_id", rows[early]) if len(early) else ()
    return [
        Finding(
            raw.file, raw.first_row + int(rows[place]), setl_id, "dscg_time", _day(came[place]), "list_before_discharge"
        )
        for place, setl_id in zip(early, ids, strict=True)
    ]


def _day(number: int) -> str:
    text = str(int(number))
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def _merge(columns: Mapping[str, np.ndarray], place: int, bills: Sequence[InterimBill]) -> None:
    for k, column in enumerate(AMOUNTS):
        columns[column.name][place] += sum(bill.amounts_fen[k] for bill in bills)
    columns[INTERIM_PAID.name][place] = sum(bill.paid_fen for bill in bills)


def moves(
    raw: RawChunk, rows: np.ndarray, columns: Columns, found: Columns, contexts: Sequence[Context]
) -> list[Finding]:
    """What moved into the period or out of it, each with the month that it moved to or from."""
    late, to = found["late_list"] == 1, found["attributed_month"]
    if not late.any():
        return []
    own_month = month_of(columns[basis_time(contexts[-1].values)])
    first, last = (day.year * 100 + day.month for day in (first_day_of(contexts), contexts[-1].last_day))
    here = (to >= first) & (to <= last)
    left = late & ~here & (own_month >= first) & (own_month <= last)
    told = []
    for mask, month, key in (
        (left, to, "list_attributed_later"),
        (late & here & (columns["exclusion_reason"] == 0), own_month, "list_of_earlier_month"),
    ):
        places = np.nonzero(mask)[0]
        for place, setl_id in zip(places, raw.cells("setl_id", rows[places]), strict=True):
            text = str(int(month[place]))
            told.append(Finding(raw.file, raw.first_row + int(rows[place]), setl_id, "setl_time", f"{text[:4]}-{text[4:]}", key))  # fmt: skip
    return told
