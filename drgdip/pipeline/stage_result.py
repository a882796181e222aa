"""What the verb of a stage returns: cases so far, what is wrong with the rest, and all that the next verb needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from drgdip.base.findings import Finding
from drgdip.base.plain import MoneyForm, plain_findings
from drgdip.interface.set_aside import SetAsideRow
from drgdip.pipeline.context import Context
from drgdip.pipeline.outputs import CaseTable, table_columns
from drgdip.pipeline.process import Process, Stage
from drgdip.pipeline.tabular import Kind, as_kind, findings_table

if TYPE_CHECKING:
    from drgdip.intake import RawChunk
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables

_CHUNK_ROWS = 100_000


class Run(NamedTuple):
    """What all verbs of one chain share."""

    policy: Policy
    tables: GroupTables
    process: Process
    month: str | None
    contexts: list[Context]
    hospitals: Sequence[str]
    kind: Kind

    @property
    def values(self) -> Any:
        """The values that hold for the month as a whole."""
        return self.contexts[-1].values


class Part(NamedTuple):
    """The stays of one chunk that are still in: their positions in it, and their columns so far."""

    raw: RawChunk
    rows: np.ndarray
    columns: Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class StageResult:
    """Cases as one verb leaves them, ready for the next.

    It can be pickled and copied.

    Attributes
    ----------
    stage : str
        Key of the last stage that has run; ``check`` before grouping.
    findings : list of Finding
        What is wrong with the input: whole files, columns and rows.
    set_aside : list of SetAsideRow
        Rows that are not settled, with their reasons; in the order of the input.
    other_period : int
        Rows of other months, which are only counted.
    run, parts : Run, sequence of Part
        What the next verb goes on with; columns by chunk as numpy arrays.
    """

    stage: str
    findings: list[Finding]
    set_aside: list[SetAsideRow]
    other_period: int
    run: Run
    parts: tuple[Part, ...]

    @cached_property
    def cases(self) -> Any:
        """The cases that are in order, with every column so far: pandas where they came as pandas, else Arrow.

        Columns and types are those of ``cases.parquet``; money is in integer fen.
        """
        import pyarrow as pa

        from drgdip.statement.cases_parquet import cases_schema

        stages = done_stages(self)
        schema = cases_schema(table_columns(stages))
        naming = CaseTable(self.run.tables, list(self.run.values.pools), stages)
        tables = [_table(naming.values(part.raw.text(part.rows), part.columns), schema) for part in self.parts]
        whole = pa.concat_tables(tables).unify_dictionaries() if tables else schema.empty_table()
        return as_kind(whole, self.run.kind)

    @property
    def findings_table(self) -> Any:
        """The findings as a table with words and remedies, in the form of the cases."""
        return findings_table(self.findings, self.run.kind)

    def to_dict(self, money: MoneyForm = "fen") -> dict[str, Any]:
        """Cases, findings and set-aside rows as plain values that JSON can hold.

        Parameters
        ----------
        money : {"fen", "yuan"}
            Amounts as integer fen (``payable_fen``), or as text in yuan (``payable_yuan`` "7500.00").

        Returns
        -------
        dict
            ``stage``, ``cases``, ``findings``, ``set_aside``, ``other_period``.
        """
        from drgdip.base.plain import plain_values

        table = self.cases if self.run.kind == "arrow" else replace_kind(self, "arrow").cases
        return {
            "stage": self.stage,
            "cases": [plain_values(_json_row(row), money) for row in table.to_pylist()],
            "findings": plain_findings(self.findings),
            "set_aside": [{**row._asdict(), "reasons": list(row.reasons)} for row in self.set_aside],
            "other_period": self.other_period,
        }


def replace_kind(result: StageResult, kind: Kind) -> StageResult:
    """The same result with its tables in another form."""
    return replace(result, run=result.run._replace(kind=kind))


def _json_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat(" ") if hasattr(value, "isoformat") else value for name, value in row.items()}


def _table(values: Mapping[str, Any], schema: Any) -> Any:
    import pyarrow as pa

    arrays = [values[f.name] if isinstance(values[f.name], pa.Array) else pa.array(values[f.name]) for f in schema]
    return pa.Table.from_arrays([a.cast(f.type) for a, f in zip(arrays, schema, strict=True)], schema=schema)


def done_stages(result: StageResult) -> tuple[Stage, ...]:
    """The stages that have run."""
    keys = [stage.key for stage in result.run.process.stages]
    return result.run.process.stages[: keys.index(result.stage) + 1 if result.stage in keys else 0]
