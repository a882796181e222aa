"""Screening from files or rows to findings: what the command and the library call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.base.findings import Finding as DataFinding
from drgdip.screening import screen

if TYPE_CHECKING:
    from drgdip.screening.context import Grouper
    from drgdip.screening.engine import Screened
    from drgdip.screening.lists import Pack
    from drgdip.screening.plan import Plan

__all__ = ["CaseScreened", "screen_rows"]


class CaseScreened(NamedTuple):
    """Findings and coverage, and what is wrong with the data themselves."""

    screened: Screened
    data_findings: list[DataFinding]


def screen_rows(
    tables: Mapping[str, Iterable[Mapping[str, Any]]],
    rules: Sequence[str] = (),
    settings: Mapping[str, Any] | Plan | None = None,
    pack: Pack | None = None,
    grouper: Grouper | None = None,
) -> CaseScreened:
    """Screen tables in memory: name of the table -> rows by national field names, values as text or numbers.

    settings : content of a params file, or a :class:`drgdip.screening.plan.Plan`, which has its rules and lists already.
    Raises UsageError for a table or rule that does not exist, PolicyError for a parameter that cannot be.
    """
    from drgdip.pipeline.screening.in_memory import dataset_of_rows

    data, findings = dataset_of_rows(tables)
    return CaseScreened(screen(data, rules, settings, pack, grouper), findings)
