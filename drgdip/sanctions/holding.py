"""Money that is held: of lists that came late, of suspended hospitals, and what open findings may take (2.9, 8.1, 8.3).

A stay that is held counts with its points like any other; what is held of it accumulates and is paid later, or denied.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from drgdip.base.columns import Column
from drgdip.base.reasons import number

if TYPE_CHECKING:
    from drgdip.base.columns import Columns
    from drgdip.policy.sections.suspension_values import SuspendedHospital

_SOURCE = "settlement arithmetic 8.1"
LATE = Column("late_list", "int8", "flag", "清单迟到", "the list came after the cut-off and the stay moved")
#: Given beside the cases, like what is denied: worked out by the month from findings that wait for a decision.
RESERVED = Column(
    "reserved_fen", "int64", "fen", "疑点暂缓金额", "what open findings of the stay may take", "review workflow 3"
)
HOLD_READS = (
    Column("payable_fen", "int64", "fen", "应支付金额", "payable by the funds of the pool"),
    Column("hospital_id", "int32", "id", "医疗机构", "hospital"),
    Column("discharge_time_s", "int64", "s", "出院时间", "time of discharge"),
)
HOLD_WRITES = (
    Column("hold_reason", "int16", "reason", "暂缓支付", "why the stay is not paid with its month", _SOURCE),
    Column("held_fen", "int64", "fen", "暂缓支付金额", "payable that is paid later", _SOURCE),
)
NOT_HELD, HELD_LATE, HELD_SUSPENDED, HELD_SCREENING = (
    number(key) for key in ("not_held", "held_late_list", "held_suspended", "held_screening")
)
_DAY_S = 86_400
_EPOCH = date(1970, 1, 1).toordinal()


def holds_on(window: SuspendedHospital, month_last_day: date | None) -> bool:
    """Whether a suspension still holds money back in a month: until the month that it ends in, included (8.1).

    None stands for the month of the stay itself.
    """
    return month_last_day is None or (window.last.year, window.last.month) >= (
        month_last_day.year,
        month_last_day.month,
    )


def hold_cases(
    columns: Columns,
    suspended: Sequence[SuspendedHospital],
    hospitals: Sequence[str],
    month_last_day: date | None,
    holds_late: bool,
) -> dict[str, np.ndarray]:
    """Why every stay is held, and what of it; columns of ``HOLD_WRITES``. Suspension goes before lateness, which goes before
    findings: a stay that waits as a whole holds what its findings may take.

    ``hospitals`` : codes by id. ``holds_late`` : stays of late lists wait for clearing.
    """
    payable = columns["payable_fen"]
    reserved = columns.get(RESERVED.name, np.zeros_like(payable))
    reason = np.where(reserved > 0, HELD_SCREENING, NOT_HELD).astype(np.int16)
    if holds_late:
        reason[columns[LATE.name] == 1] = HELD_LATE
    day = columns["discharge_time_s"] // _DAY_S
    known = {code: place for place, code in enumerate(hospitals)}
    for window in suspended:
        if window.hospital in known and holds_on(window, month_last_day):
            first, last = (one.toordinal() - _EPOCH for one in (window.first, window.last))
            own = columns["hospital_id"] == known[window.hospital]
            reason[own & (day >= first) & (day <= last)] = HELD_SUSPENDED
    part = (reason == NOT_HELD) | (reason == HELD_SCREENING)
    return {"hold_reason": reason, "held_fen": np.where(part, reserved, payable)}
