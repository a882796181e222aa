"""What comes beside the cases for denials, and what earlier months' runs say of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.interface.denial import Denial, DenialLine, PoolReading
from drgdip.pipeline.run_folder import RunFolder

if TYPE_CHECKING:
    from drgdip.pipeline.context import Context, MonthValues
    from drgdip.pipeline.denials.month import Denials
    from drgdip.pipeline.process import Process
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues
    from drgdip.tables import GroupTables

FILE = "denials.csv"


class DenialInputs(NamedTuple):
    """Denials, the lines of earlier runs in the order of their months, and these runs by month."""

    denials: Sequence[Denial] = ()
    earlier: Sequence[DenialLine] = ()
    runs: Sequence[tuple[str, RunFolder]] = ()


NO_DENIALS = DenialInputs()


def read_denial_inputs(
    values: PolicyValues, denials: str | Path | Sequence[Denial] | None, prior: Sequence[str | Path]
) -> tuple[DenialInputs, list[Finding]]:
    """A file of denials, or such objects, and the earlier runs. Raises UsageError as the readers do."""
    from drgdip.intake.denial_files import read_denials
    from drgdip.statement.denial_csv import denial_line

    if values.sanctions is None and values.readmission is None and not denials:
        return NO_DENIALS, []
    findings: list[Finding] = []
    if denials is None or isinstance(denials, str | Path):
        denials, findings = read_denials(Path(denials) if denials else None)
    runs = sorted((RunFolder(folder) for folder in prior), key=lambda run: run.record.month)
    earlier: list[DenialLine] = []
    for run in runs:
        if run.has(FILE):
            with run.reading(FILE):
                earlier += [denial_line(cells) for cells in run.rows(FILE)]
    return DenialInputs(denials, earlier, [(run.record.month, run) for run in runs]), findings


def denials_of(
    month: str,
    policy: Policy,
    tables: GroupTables,
    process: Process,
    contexts: Sequence[Context],
    given: DenialInputs,
    tell: Callable[[Sequence[Finding]], None],
) -> Denials | None:
    """The month's denials, or None under a policy without. Raises PolicyError where some are given all the same."""
    if contexts[-1].values.sanctions is None:
        if given.denials:
            raise PolicyError(
                Text(f"政策 {policy.name} 没有 sanctions 一节,不能处理拒付。",
                     f"The policy {policy.name} has no section sanctions: it knows no denials."),
                Text("请在政策中规定拒付方式(sanctions 一节)。", "Give the policy a section sanctions."),
            )  # fmt: skip
        return None
    from drgdip.pipeline.denials.month import Denials

    return Denials(month, policy, tables, process, contexts, given, tell)


def pool_readings(
    pools: Sequence[str], kept: Sequence[int], left: Sequence[int], values: MonthValues, values_left: MonthValues
) -> list[PoolReading]:
    """Points and point value of every pool with the denied points in it, and without (8.3, vector V110)."""
    return [
        PoolReading(pool, *numbers)
        for pool, *numbers in zip(pools, kept, left, values.point_values_e4, values_left.point_values_e4, strict=True)
    ]
