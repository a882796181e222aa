"""Every step of a month with its input in memory, so that each can be timed alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.months import MONTH, POLICY
from drgdip import load_policy, load_tables
from drgdip.clearing import MonthTotals, statement_rows
from drgdip.intake import CaseReader
from drgdip.pipeline import settle_to_folder
from drgdip.pipeline.batch import keep
from drgdip.pipeline.chunk import OUT_OF_SCOPE, basis_column, check_chunk, decide_eligibility
from drgdip.pipeline.context import Context, contexts_for
from drgdip.pipeline.month_terms import month_values, window
from drgdip.pipeline.outputs import TABLE_COLUMNS, CaseTable
from drgdip.pipeline.process import PROCESS, Stage
from drgdip.pipeline.running import run_stages
from drgdip.quality_control import check
from drgdip.statement import failed, write_statements
from drgdip.statement.cases_parquet import CasesWriter

CHUNK_ROWS = 100_000
#: Steps in the order of the process; those of the package's process are taken from it.
STEPS = (
    "encode",
    "check",
    "eligibility",
    *(stage.key for stage in PROCESS.stages),
    "clearing",
    "case table",
    "statements",
)
Call = Callable[[], Any]


def read_cases(path: Path) -> list[Any]:
    """Read a case file to the end, its settlement IDs looked through first; nothing is encoded."""
    return list(_reader(path))


def prepare(cases: Path, folder: Path) -> dict[str, list[Call]]:
    """Settle a month once; step -> calls that repeat it on the input it had, one a chunk.

    ``folder`` takes files. Raises RuntimeError if a line of the month's proof does not hold.
    """
    report = settle_to_folder(POLICY, [cases], MONTH, folder / "result", threads=1)
    if failed(report.proof):
        raise RuntimeError(f"the proof of {cases.name} does not hold")
    calls: dict[str, list[Call]] = defaultdict(list)
    reader = _reader(cases)
    raw = list(reader)
    policy, tables = load_policy(POLICY), load_tables("dip", load_policy(POLICY).tables_edition)
    first, last = window(policy, MONTH)
    contexts = contexts_for(policy, tables, first, last, reader.hospitals)
    values = contexts[-1].values
    known = month_values(MonthTotals(len(values.pools), len(tables.group_codes)), policy, first, last)
    for context in contexts:
        context.month_values = known
    paid = [_follow(chunk, reader, contexts, calls) for chunk in raw]

    def clear() -> None:
        totals = MonthTotals(len(values.pools), len(tables.group_codes))
        for _, columns in paid:
            totals.add_paid(columns, len(reader.hospitals))
        statement_rows(MONTH, values, totals, list(reader.hospitals), known.point_values_e4, [], None)

    def write_table() -> None:
        table = CaseTable(tables, list(values.pools))
        with CasesWriter(folder / "cases.parquet", TABLE_COLUMNS) as writer:
            for text, columns in paid:
                writer.append(table.values(text, columns))

    written = folder / "statements"
    written.mkdir()
    calls["clearing"], calls["case table"] = [clear], [write_table]
    calls["statements"] = [partial(write_statements, written, report)]
    return calls


def _reader(cases: Path) -> CaseReader:
    tables = load_tables("dip", load_policy(POLICY).tables_edition)
    return CaseReader([cases], tables.diagnoses, tables.procedures, CHUNK_ROWS, 1)


def _follow(raw: Any, reader: CaseReader, contexts: list[Context], calls: dict[str, list[Call]]) -> tuple[Any, Any]:
    """Take a chunk through all stages, noting every call; text and columns of the paid stays."""
    encoded = reader.encode(raw)
    tolerance = contexts[0].values.quality_control.identity_tolerance_fen
    checked = check_chunk(raw, reader, contexts)
    calls["encode"].append(partial(reader.encode, raw))
    calls["check"].append(partial(check, encoded.columns, tolerance, skip=encoded.defects))
    calls["eligibility"].append(partial(decide_eligibility, checked.columns, contexts))
    basis = basis_column(contexts[0])
    case, payment = (tuple(_noted(stages, calls)) for stages in PROCESS)
    priced = run_stages(dict(checked.columns), case, contexts, checked.columns[basis])
    inside = priced["route"] != OUT_OF_SCOPE
    settled = dict(keep(priced, inside))
    return reader.text(raw, checked.rows[inside]), run_stages(settled, payment, contexts, settled[basis])


def _noted(stages: Iterable[Stage], calls: dict[str, list[Call]]) -> Iterable[Stage]:
    """The same stages, each noting what it is called with."""

    def noted(stage: Stage) -> Stage:
        def verb(columns: Any, context: Context) -> Any:
            calls[stage.key].append(partial(stage.verb, columns, context))
            return stage.verb(columns, context)

        return stage._replace(verb=verb)

    return map(noted, stages)
