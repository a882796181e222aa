"""Policy, tables and cases as callers give them, opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.pipeline.tabular import as_sources

if TYPE_CHECKING:
    from drgdip.intake import CaseReader
    from drgdip.intake.combine import Beside
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues
    from drgdip.tables import GroupTables


def load_sources(policy: str | Path | Policy, tables: GroupTables | None) -> tuple[Policy, GroupTables]:
    """The policy, loaded if it is named, and its tables unless they are given."""
    from drgdip.policy import load_policy
    from drgdip.tables import load_tables

    loaded = load_policy(policy) if isinstance(policy, str | Path) else policy
    edition = tables or load_tables(loaded.tables_scheme, loaded.tables_edition)
    return loaded, edition


def pools_of(policy: Policy, month: str) -> tuple[str, ...]:
    """Names of the pools on the last day of a month."""
    return tuple(last_values(policy, month).pools)


def open_reader(cases: Any, tables: GroupTables, chunk_rows: int, threads: int, beside: Beside) -> CaseReader:
    """A reader of cases, encoded by the code lists of an edition."""
    from drgdip.intake import CaseReader

    return CaseReader(as_sources(cases), tables.diagnoses, tables.procedures, chunk_rows, threads, beside=beside)


def last_values(policy: Policy, month: str) -> PolicyValues:
    """The values of the last day of a month."""
    from drgdip.pipeline.context import month_bounds

    return policy.on(month_bounds(month)[1])
