"""How the verbs of stages hang together: cases are read and checked once, then brought forward stage by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.clearing import MonthTotals
from drgdip.interface.defects import join_defects
from drgdip.interface.set_aside import SetAsideRow
from drgdip.pipeline.batch import keep
from drgdip.pipeline.chunk import OUT_OF_SCOPE, basis_column, check_chunk, outside_scope
from drgdip.pipeline.context import contexts_for, first_day_of, period_contexts
from drgdip.pipeline.given import given_for
from drgdip.pipeline.month_terms import month_values, prove, whole_month_values, window
from drgdip.pipeline.month_values import ByPool, given_values, point_values_known
from drgdip.pipeline.process import Process, Stage, process_for
from drgdip.pipeline.process_rules import given_columns
from drgdip.pipeline.quota import HighQuota
from drgdip.pipeline.running import run_stages
from drgdip.pipeline.stage_result import Part, Run, StageResult, done_stages
from drgdip.pipeline.tabular import as_sources, kind_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import numpy as np

    from drgdip.base.findings import Finding
    from drgdip.intake import CaseReader
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables

_CHUNK_ROWS = 100_000


def start(
    cases: Any,
    policy: str | Path | Policy | None,
    month: str | None,
    tables: GroupTables | None,
    process: Process | None,
    fees: Sequence[Any] = (),
) -> StageResult:
    """Read and check cases, and their fee lines if there are any: where every chain begins."""
    from drgdip.intake import CaseReader
    from drgdip.intake.combine import Beside
    from drgdip.pipeline.inputs import code_translations
    from drgdip.pipeline.sources import load_sources

    if policy is None:
        raise UsageError(
            Text("没有给出政策。", "No policy is given."),
            Text('请给出政策名、文件或 load_policy 的结果,例如 policy="demo_city"。',
                 'Give its name, its file, or what load_policy returned, such as policy="demo_city".'),
        )  # fmt: skip
    loaded, edition = load_sources(policy, tables)
    prove(loaded, edition)
    first, last = window(loaded, month) if month else whole_period(loaded)
    beside = Beside(codes=code_translations(loaded.on(last).codes))
    reader = CaseReader(as_sources(cases), edition.diagnoses, edition.procedures, _CHUNK_ROWS, beside=beside)
    contexts = (period_contexts if month else contexts_for)(loaded, edition, first, last, reader.hospitals)
    facts, told = _read_fees(reader, fees, loaded)
    given = given_for(loaded.distinct_values(), facts)
    run = Run(loaded, edition, process_for(process, loaded, edition), month, contexts, reader.hospitals, kind_of(cases))
    findings, set_aside, parts, other = [*reader.file_findings, *told], list[SetAsideRow](), list[Part](), 0
    for raw in reader:
        checked = check_chunk(raw, reader, contexts, given)
        aside, no_pool = reader.set_aside(raw, checked.defects, sorted(checked.excluded))
        findings += checked.findings + no_pool
        set_aside += aside
        other += checked.other_period
        parts.append(Part(raw, checked.rows, checked.columns))
    findings += reader.closing_findings()
    return StageResult("check", findings, set_aside, other, run, tuple(parts))


def _read_fees(
    reader: CaseReader, fees: Sequence[Any], policy: Policy
) -> tuple[Mapping[str, np.ndarray], list[Finding]]:
    """The sums that a policy asks for, by row of the cases, and what is wrong with the lines."""
    from drgdip.pipeline.fee_facts import facts_of
    from drgdip.pipeline.fees import FeeReading

    if not len(as_sources(fees)):
        return {}, []
    reading = FeeReading(reader, as_sources(fees), _CHUNK_ROWS, facts_of(policy.distinct_values()))
    told = [finding for found in reading.findings() for finding in found]
    return reading.sums, told


def whole_period(policy: Policy) -> tuple[date, date]:
    """All days of a policy, for cases of any month.

    Raises UsageError if a value that holds for a month as a whole changes within it.
    """
    if len({repr(whole_month_values(values)) for values in policy.distinct_values()}) > 1:
        raise UsageError(
            Text("政策按月统一的取值在有效期内有变化。",
                 "Values of the policy that hold for a whole month change within its period."),
            Text('请指定月份,例如 month="2026-01"。', 'Name the month, such as month="2026-01".'),
        )  # fmt: skip
    return policy.period.first, policy.period.last


def advance(
    cases: Any,
    key: str,
    policy: str | Path | Policy | None,
    month: str | None,
    tables: GroupTables | None,
    process: Process | None,
    point_values: ByPool | None = None,
    fund_ratios: ByPool | None = None,
    fees: Sequence[Any] = (),
) -> StageResult:
    """Bring cases, or what another verb returned, through the stage with a key and own stages that follow it."""
    if isinstance(cases, StageResult):
        _check_alone(policy, month, tables, process, fees if len(as_sources(fees)) else None)
        result = cases
    else:
        result = start(cases, policy, month, tables, process, fees)
    todo = _todo(result, key)
    if any(stage in result.run.process.payment for stage in todo):
        result = _with_month(_before_payment(result), point_values, fund_ratios)
        todo = _todo(result, key)
    return _run(result, todo) if todo else result


def _check_alone(*given: object) -> None:
    if any(value is not None for value in given):
        raise UsageError(
            Text("前一步的结果自带政策、月份、目录、流程与费用明细。",
                 "What another verb returned has its policy, month, tables, process and fee lines with it."),
            Text("请只对病例文件或表格给出这些参数。", "Give these arguments with files or tables of cases only."),
        )  # fmt: skip


def _todo(result: StageResult, key: str) -> tuple[Stage, ...]:
    """Stages from where the result stands to the one with the key, and stages of the caller's own right after it."""
    stages, own = result.run.process.stages, result.run.process.own
    stop = [stage.key for stage in stages].index(key) + 1
    while stop < len(stages) and stages[stop] in own:
        stop += 1
    return stages[len(done_stages(result)) : stop]


def _before_payment(result: StageResult) -> StageResult:
    case = result.run.process.case
    todo = case[len(done_stages(result)) :]
    return _run(result, todo) if todo else result


def _run(result: StageResult, stages: Sequence[Stage]) -> StageResult:
    from drgdip.intake.report import set_aside_rows

    contexts = result.run.contexts
    facts = [column.name for column in given_columns(stages) if column.name.startswith("fee_")]
    if any(name not in part.columns for part in result.parts for name in facts):
        given_for(result.run.policy.distinct_values()).require_facts()
    set_aside, parts = list(result.set_aside), []
    for part in result.parts:
        columns = run_stages(dict(part.columns), stages, contexts, part.columns[basis_column(contexts[0])])
        rows = part.rows
        if any(column.name == "route" for stage in stages for column in stage.writes):
            listed, _ = set_aside_rows(part.raw, join_defects(), outside_scope(rows, columns["route"]))
            set_aside += listed
            inside = columns["route"] != OUT_OF_SCOPE
            rows, columns = rows[inside], dict(keep(columns, inside))
        parts.append(Part(part.raw, rows, columns))
    order = {source: n for n, source in enumerate(dict.fromkeys(part.raw.file for part in result.parts))}
    set_aside.sort(key=lambda row: (order.get(row.file, 0), row.row))
    return replace(result, stage=stages[-1].key, set_aside=set_aside, parts=tuple(parts))


def _with_month(result: StageResult, point_values: ByPool | None, fund_ratios: ByPool | None) -> StageResult:
    """Settle point values and ratios: those given, else those of the month's cases, else those of the opening."""
    result = _within_quota(result)
    run = result.run
    if run.month and not point_values_known(run.values) and point_values is None and fund_ratios is None:
        first, last = first_day_of(run.contexts), run.contexts[-1].last_day
        known = month_values(_priced_totals(result), run.policy, first, last)
    else:
        known, _ = given_values(run.values, point_values, fund_ratios)
    prove(run.policy, run.tables, max(known.point_values_e4), sum(part.raw.rows for part in result.parts))
    return replace(result, run=run._replace(contexts=[context.in_month(known) for context in run.contexts]))


def _within_quota(result: StageResult) -> StageResult:
    """The cases after the quota of high cost, where the policy has one: over all that are there."""
    run = result.run
    if not given_for(run.policy.distinct_values()).quota:
        return result
    quota = HighQuota(run.contexts, done_stages(result))
    for part in result.parts:
        quota.add(part.raw.text(part.rows)["setl_id"], part.columns)
    decided = quota.decided((part, part.columns) for part in result.parts)
    parts = tuple(part._replace(columns=columns) for part, columns in decided)
    return replace(result, parts=parts)


def _priced_totals(result: StageResult) -> MonthTotals:
    """Sums of priced stays by hospital and pool."""
    totals = _no_totals(result)
    for part in result.parts:
        totals.add_priced(part.columns, len(result.run.hospitals))
    return totals


def paid_totals(result: StageResult) -> MonthTotals:
    """Sums of paid stays by hospital and pool."""
    totals = _no_totals(result)
    for part in result.parts:
        totals.add_paid(part.columns, len(result.run.hospitals))
    return totals


def _no_totals(result: StageResult) -> MonthTotals:
    return MonthTotals(len(result.run.values.pools), len(result.run.tables.group_codes))
