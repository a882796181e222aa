"""What comes beside the cases for denials, and what earlier months' runs say of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import PolicyError, UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.interface.denial import Denial, DenialLine, PoolReading
from drgdip.interface.held_finding import HeldFinding
from drgdip.pipeline.run_folder import RunFolder

if TYPE_CHECKING:
    from drgdip.pipeline.context import Context, MonthValues
    from drgdip.pipeline.denials.month import Denials
    from drgdip.pipeline.process import Process
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues
    from drgdip.tables import GroupTables

FILE, HELD = "denials.csv", "held.csv"


class DenialInputs(NamedTuple):
    """Denials, the lines of earlier runs in the order of their months, and these runs by month.

    held : findings whose money waits for a decision; None where no screening is given.
    """

    denials: Sequence[Denial] = ()
    earlier: Sequence[DenialLine] = ()
    runs: Sequence[tuple[str, RunFolder]] = ()
    held: Sequence[HeldFinding] | None = None


NO_DENIALS = DenialInputs()


def read_denial_inputs(
    values: PolicyValues,
    denials: str | Path | Sequence[Denial] | None,
    prior: Sequence[str | Path],
    screening: str | Path | None = None,
) -> tuple[DenialInputs, list[Finding]]:
    """A file of denials, or such objects, or a screening that has both denials and what is held, and the earlier runs.

    Raises UsageError as the readers do.
    """
    from drgdip.intake.denial_files import read_denials
    from drgdip.intake.held_files import read_held
    from drgdip.statement.denial_csv import denial_line

    findings: list[Finding] = []
    held = None
    if screening is not None:
        denials = _file_of(Path(screening), FILE, denials)
        held, findings = read_held(_file_of(Path(screening), HELD))
    if values.sanctions is None and values.readmission is None and not denials:
        return NO_DENIALS, []
    if denials is None or isinstance(denials, str | Path):
        denials, found = read_denials(Path(denials) if denials else None)
        findings += found
    runs = sorted((RunFolder(folder) for folder in prior), key=lambda run: run.record.month)
    earlier: list[DenialLine] = []
    for run in runs:
        if run.has(FILE):
            with run.reading(FILE):
                earlier += [denial_line(cells) for cells in run.rows(FILE)]
    return DenialInputs(denials, earlier, [(run.record.month, run) for run in runs], held), findings


def _file_of(screening: Path, name: str, given: object = None) -> Path:
    """A file of a screening. UsageError if it has none, or denials are given beside it."""
    path = screening / name
    if given is not None or not path.is_file():
        raise UsageError(
            Text(f"--screening {screening.name} 没有 {name},或同时给出了 --denials。",
                 f"--screening {screening.name} has no {name}, or --denials is given beside it."),
            Text("请给出带 --policy 运行的 drgdip screen 的结果文件夹。", "Give the folder of a drgdip screen that was run with --policy."),
        )  # fmt: skip
    from drgdip.pipeline.screening.review_files import broken, is_changed

    try:
        changed = is_changed(screening, name)
    except (OSError, ValueError) as error:
        raise broken(screening, "run.json") from error
    if changed:
        raise broken(screening, name)
    return path


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
    values = contexts[-1].values
    if given.held and (values.screening is None or values.sanctions is None):
        raise PolicyError(
            Text(f"政策 {policy.name} 没有 screening 或 sanctions 一节,不能暂缓支付疑点金额。",
                 f"The policy {policy.name} has no section screening or sanctions: it cannot hold what findings may take."),
            Text("请使用审核时的政策,并在其中规定拒付方式。", "Use the policy of the screening, and give it a section sanctions."),
        )  # fmt: skip
    if values.sanctions is None:
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
