"""One case's way through all stages: the same pipeline on a batch of one, every column kept."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.audit.steps import Explanation, Line, Step, steps_of
from drgdip.base.errors import PolicyError, TablesError, UsageError
from drgdip.base.text import Language, Text
from drgdip.pipeline import MonthResult
from drgdip.pipeline.run_folder import RunFolder

if TYPE_CHECKING:
    from drgdip.base.provenance import RunRecord
    from drgdip.pipeline.process import Process
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables

__all__ = ["Explanation", "Line", "Step", "explain"]


def explain(
    run: str | Path | MonthResult,
    setl_id: str,
    language: Language = "zh",
    *,
    policy: Policy | None = None,
    tables: GroupTables | None = None,
    process: Process | None = None,
) -> Explanation:
    """Follow one case of a settled month through all stages.

    The stages run again on this one case; ``differences`` of the explanation says where they give something else
    than the run recorded.

    Parameters
    ----------
    run : str, Path or MonthResult
        A folder that ``settle_to_folder`` or ``drgdip settle`` has written, or a month settled in memory.
    setl_id : str
        Settlement ID of the case.
    language : {"zh", "en"}
        Language of values that are words.
    policy : Policy, optional
        The policy of the run; loaded again unless given.
    tables : GroupTables, optional
        The tables of the run; loaded again unless given.
    process : Process, optional
        The process of the run, where it had stages of the caller's own.

    Returns
    -------
    Explanation
        The steps; or, for a case that was not settled, what was wrong with it.

    Raises
    ------
    UsageError
        Not a run's folder, a damaged one, no such case in it, or a run with stages that are not in ``process``.
    PolicyError
        The policy has changed since the run.
    TablesError
        The tables have changed since the run.

    Examples
    --------
    >>> import drgdip
    >>> month = drgdip.settle_month("demo_tiny", "examples/cases.csv", "2026-01")
    >>> [step.title.en for step in drgdip.explain(month, "EX01").steps]
    ['Grouping', 'Valuation', 'Pricing', 'Bedside settlement', 'Fund split']
    """
    from drgdip.pipeline.process import PROCESS, process_for

    setl_id = setl_id.strip().encode("utf-8", "replace").decode("utf-8")
    found = _in_memory(run, setl_id) if isinstance(run, MonthResult) else _in_folder(RunFolder(run), setl_id)
    record, stored, set_aside = found
    identity = {
        "setl_id": setl_id,
        "month": record.month,
        "policy": f"{record.policy.name} {record.policy.sha256[:12]}",
        "tables": f"{record.tables.name} {record.tables.sha256[:12]}",
    }
    if stored is None:
        if not set_aside:
            raise UsageError(
                Text(f"运行结果中没有结算ID {setl_id}。", f"The run holds no case with settlement ID {setl_id}."),
                Text("请核对结算ID与结果文件夹;其他月份的病例只计数,不在其中。",
                     "Check the ID and the folder of the run; stays of other months are only counted."),
            )  # fmt: skip
        return Explanation(setl_id, identity, [], [], set_aside)
    _check_stages(record, process or PROCESS)
    policy, tables = _sources(record, policy, tables)
    process = process_for(process, policy, tables)
    if isinstance(run, MonthResult):
        return _follow(setl_id, identity, stored, record, policy, tables, process, language)
    with RunFolder(run).reading("cases.parquet"):
        return _follow(setl_id, identity, stored, record, policy, tables, process, language)


_Found = tuple["RunRecord", dict[str, Any] | None, list[Mapping[str, str]]]


def _in_folder(folder: RunFolder, setl_id: str) -> _Found:
    with folder.reading("cases.parquet") as path:
        stored = _stored_case(path, setl_id)
    return folder.record, stored, [] if stored else _set_aside(folder, setl_id)


def _in_memory(month: MonthResult, setl_id: str) -> _Found:
    import pyarrow as pa

    if month.record is None:
        raise UsageError(
            Text("该月度结果不含运行记录。", "This result of a month has no record of its run."),
            Text("请使用 settle_month 的结果。", "Give what settle_month returned."),
        )
    cases = month.cases if isinstance(month.cases, pa.Table) else pa.Table.from_pandas(month.cases)
    stored = _row_with(cases, setl_id)
    rows: list[Mapping[str, str]] = []
    if stored is None:
        aside = [entry for entry in month.set_aside if entry.setl_id.strip() == setl_id]
        rows += [_words({**entry._asdict(), "reasons": ";".join(entry.reasons)}) for entry in aside]
        rows += [_words(entry._asdict()) for entry in month.findings if entry.setl_id.strip() == setl_id]
    return month.record, stored, rows


def _words(values: Mapping[str, object]) -> Mapping[str, str]:
    return {name: str(value) for name, value in values.items() if value != ""}


def _row_with(table: Any, setl_id: str) -> dict[str, Any] | None:
    import pyarrow.compute as pc

    position = pc.index(pc.cast(table.column("setl_id"), "string"), setl_id).as_py()
    return dict(table.slice(position, 1).to_pylist()[0]) if position >= 0 else None


def _stored_case(path: Path, setl_id: str) -> dict[str, Any] | None:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    for group in range(file.num_row_groups):
        ids = file.read_row_group(group, columns=["setl_id"]).column("setl_id")
        if pc.index(pc.cast(ids, "string"), setl_id).as_py() >= 0:
            return _row_with(file.read_row_group(group), setl_id)
    return None


def _set_aside(folder: RunFolder, setl_id: str) -> list[Mapping[str, str]]:
    rows: list[Mapping[str, str]] = []
    for name in ("set_aside.csv", "findings.csv"):
        with folder.reading(name) as path, path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if "setl_id" not in (reader.fieldnames or ()):
                raise ValueError(f"{name} has no column setl_id")
            rows += [row for row in reader if row["setl_id"] == setl_id]
    return rows


def _check_stages(record: RunRecord, process: Process) -> None:
    then, now = record.parameters.get("own_stages", []), [stage.key for stage in process.own]
    if then != now:
        raise UsageError(
            Text(f"本次运行的自定义阶段为 {then},而给出的流程为 {now}。",
                 f"The run had stages of its own, {then}, and the process given has {now}."),
            Text("请以 process= 给出运行时的流程。", "Give the process of the run as process=."),
        )  # fmt: skip


def _sources(record: RunRecord, policy: Policy | None, tables: GroupTables | None) -> tuple[Policy, GroupTables]:
    from drgdip.policy import load_policy
    from drgdip.tables import load_tables

    policy = policy or load_policy(record.policy_file)
    if policy.sha256 != record.policy.sha256:
        raise PolicyError(
            Text("政策文件自本次运行后已被修改,无法据此解释。", "The policy file has changed since this run."),
            Text("请恢复运行时的政策文件,或重新结算。", "Restore the file of the run, or settle again."),
        )
    tables = tables or load_tables(policy.tables_scheme, policy.tables_edition)
    if tables.sha256 != record.tables.sha256:
        raise TablesError(
            Text("分组目录自本次运行后已被修改,无法据此解释。", "The grouper tables have changed since this run."),
            Text("请恢复运行时的目录版本,或重新结算。", "Restore the edition of the run, or settle again."),
        )
    return policy, tables


def _follow(
    setl_id: str,
    identity: Mapping[str, str],
    stored: Mapping[str, Any],
    record: RunRecord,
    policy: Policy,
    tables: GroupTables,
    process: Process,
    language: Language,
) -> Explanation:
    from drgdip.pipeline.chunk import basis_column
    from drgdip.pipeline.context import MonthValues, month_bounds, period_contexts, segment_of
    from drgdip.pipeline.outputs import differences, rebuilt_columns
    from drgdip.pipeline.running import run_stages

    last = month_bounds(record.month)[1]
    first = date.fromisoformat(record.parameters["first_day"])
    hospital, pools = stored["fixmedins_code"], list(policy.on(last).pools)
    columns = rebuilt_columns(stored, tables, pools, process.stages)
    contexts = period_contexts(policy, tables, first, last, [hospital])
    ratios = record.parameters["fund_ratios_e4"]
    for context in contexts:
        month = MonthValues(record.parameters["point_values_e4"], [ratios[hospital if hospital in ratios else "*"]])
        context.month_values = month
    basis = columns[basis_column(contexts[0])]
    result = run_stages(columns, process.stages, contexts, basis)
    context = contexts[int(segment_of(basis, contexts)[0])]
    day = min(max(datetime.fromtimestamp(int(basis[0]), UTC).date(), contexts[0].first_day), last)
    steps = steps_of(result, process.stages, context, policy, day, language)
    return Explanation(setl_id, identity, steps, differences(stored, result, tables, pools, process.stages))
