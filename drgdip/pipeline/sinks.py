"""Where results go while cases stream through: files of a folder, or memory for library callers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol, Self

import pyarrow as pa

from drgdip.base.columns import Column
from drgdip.base.findings import Finding
from drgdip.base.reasons import REASONS
from drgdip.interface.set_aside import SetAsideRow
from drgdip.pipeline.outputs import TABLE_COLUMNS
from drgdip.pipeline.spill import KeptInMemory, Spill
from drgdip.statement.cases_parquet import CasesWriter, cases_schema
from drgdip.statement.columns import FindingsSummary, ReasonTotal
from drgdip.statement.findings_csv import FindingsWriter, SetAsideWriter, amount_fen


class Sink(Protocol):
    """Takes results in the order of the input."""

    def cases(self, values: Mapping[str, Any]) -> None: ...

    def findings(self, findings: Sequence[Finding]) -> None: ...

    def set_aside(self, rows: Sequence[SetAsideRow]) -> None: ...

    def count(self, key: str, rows: int, amount_fen: int) -> None: ...

    def keep_aside(self) -> Spill | KeptInMemory: ...

    def close(self) -> tuple[FindingsSummary, tuple[ReasonTotal, ...]]: ...


class FolderSink:
    """Streams cases, findings and set-aside rows into the files of a run.

    Cases are written on a thread of their own, a chunk at most behind, so that the next ones are priced meanwhile.
    """

    def __init__(self, folder: Path, columns: Sequence[Column] = TABLE_COLUMNS) -> None:
        self._open = ExitStack()
        self._writing: Future[None] | None = None
        self._cases = self._open.enter_context(CasesWriter(folder / "cases.parquet", columns))
        self._findings = self._open.enter_context(FindingsWriter(folder / "findings.csv"))
        self._set_aside = self._open.enter_context(SetAsideWriter(folder / "set_aside.csv"))
        self._writer = self._open.enter_context(ThreadPoolExecutor(1))

    def cases(self, values: Mapping[str, Any]) -> None:
        self._wait()
        self._writing = self._writer.submit(self._cases.append, values)

    def _wait(self) -> None:
        """For the chunk before, and for what went wrong with it."""
        if self._writing is not None:
            self._writing.result()

    def findings(self, findings: Sequence[Finding]) -> None:
        self._findings.append(findings)

    def set_aside(self, rows: Sequence[SetAsideRow]) -> None:
        self._set_aside.append(rows)

    def count(self, key: str, rows: int, amount_fen: int) -> None:
        self._set_aside.count(key, rows, amount_fen)

    def keep_aside(self) -> Spill:
        """Where priced stays wait for the month's point values: a temporary file."""
        return Spill()

    def close(self) -> tuple[FindingsSummary, tuple[ReasonTotal, ...]]:
        self._wait()
        self._open.close()
        return self._findings.summary(), self._set_aside.totals()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: Any) -> None:
        self._open.__exit__(*fault)  # so that what fails in closing does not hide what went wrong before


class MemorySink:
    """Keeps everything, for callers that settle from a program."""

    def __init__(self, columns: Sequence[Column] = TABLE_COLUMNS) -> None:
        self._schema = cases_schema(columns)
        self._batches: list[pa.Table] = []
        self.all_findings: list[Finding] = []
        self.all_set_aside: list[SetAsideRow] = []
        self._counted: dict[str, list[int]] = {}

    def cases(self, values: Mapping[str, Any]) -> None:
        schema = self._schema
        arrays = [
            pa.array(values[f.name]) if not isinstance(values[f.name], pa.Array) else values[f.name] for f in schema
        ]
        self._batches.append(
            pa.Table.from_arrays([a.cast(f.type) for a, f in zip(arrays, schema, strict=True)], schema=schema)
        )

    def findings(self, findings: Sequence[Finding]) -> None:
        self.all_findings += findings

    def set_aside(self, rows: Sequence[SetAsideRow]) -> None:
        self.all_set_aside += rows
        for row in rows:
            self.count(row.reasons[0], 1, amount_fen(row.total_cost))

    def count(self, key: str, rows: int, amount_fen: int) -> None:
        total = self._counted.setdefault(key, [0, 0])
        total[0] += rows
        total[1] += amount_fen

    def table(self) -> pa.Table:
        """All settled cases."""
        if not self._batches:
            return self._schema.empty_table()
        return pa.concat_tables(self._batches).unify_dictionaries()

    def keep_aside(self) -> KeptInMemory:
        """Where priced stays wait for the month's point values: memory, since nothing is to be written."""
        return KeptInMemory()

    def close(self) -> tuple[FindingsSummary, tuple[ReasonTotal, ...]]:
        counts: dict[str, int] = {}
        for finding in self.all_findings:
            counts[finding.key] = counts.get(finding.key, 0) + 1
        totals = tuple(
            ReasonTotal(key, rows, fen) for key, (rows, fen) in sorted(self._counted.items(), key=_by_number)
        )
        return FindingsSummary(dict(sorted(counts.items(), key=_by_number)), tuple(self.all_findings)), totals


def _by_number(item: tuple[str, object]) -> int:
    return REASONS[item[0]].number
