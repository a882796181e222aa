"""Money that is held in a month and released in a later one: the stage, and the lines of ``holds.csv`` (2.9, 8.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from drgdip.base.text import Text
from drgdip.interface.hold import HoldLine
from drgdip.pipeline.run_folder import RunFolder
from drgdip.sanctions.holding import HOLD_READS, HOLD_WRITES, LATE, RESERVED, hold_cases

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns
    from drgdip.pipeline.context import Context
    from drgdip.pipeline.process import Process
    from drgdip.policy.values import PolicyValues

KEY, FILE = "holding", "holds.csv"


def holds(values: PolicyValues) -> bool:
    """Whether a policy may hold money back."""
    late = values.attribution is not None and values.attribution.late_list == "clearing"
    return late or values.suspension is not None or reserves(values)


def reserves(values: PolicyValues) -> bool:
    """Whether a policy may hold what open findings could take, or have held it in an earlier month."""
    return values.screening is not None and values.sanctions is not None


def with_holding(process: Process, days: Sequence[PolicyValues]) -> Process:
    """The process with money that is held, last of all; itself where the policy holds none."""
    if not any(map(holds, days)) or any(stage.key == KEY for stage in process.payment):
        return process
    late = any(values.attribution is not None for values in days)
    joins = (RESERVED,) if any(map(reserves, days)) else ()
    own = process.payment[0]._replace(
        key=KEY,
        title=Text("暂缓支付", "Money held"),
        reads=(*HOLD_READS, *((LATE,) if late else ()), *joins),
        writes=HOLD_WRITES,
        verb=_hold,
        policy_keys=("suspension", "attribution.late_list", "screening.unfinished"),
        joins=joins,
    )
    return process._replace(payment=(*process.payment, own))


def _hold(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    values = context.values
    late = values.attribution is not None and values.attribution.late_list == "clearing"
    windows = values.suspension.hospitals if values.suspension else ()
    return hold_cases(columns, windows, context.hospitals, context.period_last, late)


def read_holds(runs: Sequence[RunFolder]) -> list[HoldLine]:
    """The lines of earlier runs. Raises UsageError for a damaged file."""
    from drgdip.statement.hold_csv import hold_line

    found: list[HoldLine] = []
    for run in runs:
        if run.has(FILE):
            with run.reading(FILE):
                found += [hold_line(cells) for cells in run.rows(FILE)]
    return found
