"""One verb a stage, on files or tables: each by itself, or on what the verb before it returned.

What goes in as pandas comes out as pandas; Arrow tables and files give Arrow. A verb that is given cases as they come
runs the stages before its own, too. Nothing is swallowed: findings and rows set aside stand in every result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from drgdip.pipeline.chain import advance, start
from drgdip.pipeline.stage_result import StageResult

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa

    from drgdip.pipeline.process import Process
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables

    Cases: TypeAlias = (
        str | Path | pa.Table | pd.DataFrame | Sequence[str | Path | pa.Table | pd.DataFrame] | StageResult
    )
    PolicyLike: TypeAlias = str | Path | Policy


def check(
    cases: Cases,
    policy: PolicyLike | None = None,
    *,
    month: str | None = None,
    tables: GroupTables | None = None,
    process: Process | None = None,
    fees: Sequence[Any] = (),
) -> StageResult:
    """Read cases and check their quality: what is in order, what is wrong with the rest.

    Parameters
    ----------
    cases : str, Path, pyarrow.Table, pandas.DataFrame, a sequence of these, or StageResult
        Cases in the flat layout, or what another verb returned.
    policy : str, Path or Policy, optional
        A policy, its file, or the name of a shipped one; for cases as they come.
    month : str, optional
        ``YYYY-MM``; without it, cases of every month that the policy covers are taken.
    tables : GroupTables, optional
        The edition to group with; the one that the policy names unless given.
    process : Process, optional
        A process with stages of your own.
    fees : sequence of str, Path or table
        Fee lines (2301), for cases as they come; needed where the policy's case rules name them.

    Returns
    -------
    StageResult
        Cases that are in order with every column so far, findings, and rows set aside.

    Raises
    ------
    UsageError
        The cases cannot be read, or arguments do not fit together. Bad rows are findings.
    PolicyError
        The policy is invalid or does not cover the month.
    TablesError
        The tables are missing or invalid.

    Examples
    --------
    >>> import drgdip
    >>> checked = drgdip.check("examples/cases.csv", "demo_tiny", month="2026-01")
    >>> checked.cases.num_rows, [finding.key for finding in checked.findings]
    (6, ['fund_identity_broken'])
    """
    return cases if isinstance(cases, StageResult) else start(cases, policy, month, tables, process, fees)


def group(
    cases: Cases,
    policy: PolicyLike | None = None,
    *,
    month: str | None = None,
    tables: GroupTables | None = None,
    process: Process | None = None,
    fees: Sequence[Any] = (),
) -> StageResult:
    """Assign cases to their groups, in the order that the policy names.

    Parameters
    ----------
    cases : str, Path, pyarrow.Table, pandas.DataFrame, a sequence of these, or StageResult
        Cases in the flat layout, or what another verb returned.
    policy : str, Path or Policy, optional
        A policy, its file, or the name of a shipped one; for cases as they come.
    month : str, optional
        ``YYYY-MM``; without it, cases of every month that the policy covers are taken.
    tables : GroupTables, optional
        The edition to group with; the one that the policy names unless given.
    process : Process, optional
        A process with stages of your own.
    fees : sequence of str, Path or table
        Fee lines (2301), for cases as they come; needed where the policy's case rules name them.

    Returns
    -------
    StageResult
        Cases that are in order with every column so far, findings, and rows set aside.

    Raises
    ------
    UsageError
        The cases cannot be read, or arguments do not fit together. Bad rows are findings.
    PolicyError
        The policy is invalid or does not cover the month.
    TablesError
        The tables are missing or invalid.

    Examples
    --------
    >>> import drgdip
    >>> grouped = drgdip.group("examples/cases.csv", "demo_tiny", month="2026-01")
    >>> grouped.cases["dip_code"].to_pylist()[:2]
    ['K35.3:47.0100', 'J18:BSZL']
    """
    return advance(cases, "grouping", policy, month, tables, process, fees=fees)


def value(
    cases: Cases,
    policy: PolicyLike | None = None,
    *,
    month: str | None = None,
    tables: GroupTables | None = None,
    process: Process | None = None,
    fees: Sequence[Any] = (),
) -> StageResult:
    """Give cases their relative weight, coefficients, standard points and reference cost.

    Parameters
    ----------
    cases : str, Path, pyarrow.Table, pandas.DataFrame, a sequence of these, or StageResult
        Cases in the flat layout, or what another verb returned.
    policy : str, Path or Policy, optional
        A policy, its file, or the name of a shipped one; for cases as they come.
    month : str, optional
        ``YYYY-MM``; without it, cases of every month that the policy covers are taken.
    tables : GroupTables, optional
        The edition to group with; the one that the policy names unless given.
    process : Process, optional
        A process with stages of your own.
    fees : sequence of str, Path or table
        Fee lines (2301), for cases as they come; needed where the policy's case rules name them.

    Returns
    -------
    StageResult
        Cases that are in order with every column so far, findings, and rows set aside.

    Raises
    ------
    UsageError
        The cases cannot be read, or arguments do not fit together. Bad rows are findings.
    PolicyError
        The policy is invalid or does not cover the month.
    TablesError
        The tables are missing or invalid.

    Examples
    --------
    >>> import drgdip
    >>> valued = drgdip.value("examples/cases.csv", "demo_tiny", month="2026-01")
    >>> valued.cases["standard_points_e4"][0].as_py()
    11000000
    """
    return advance(cases, "valuation", policy, month, tables, process, fees=fees)


def price(
    cases: Cases,
    policy: PolicyLike | None = None,
    *,
    month: str | None = None,
    tables: GroupTables | None = None,
    process: Process | None = None,
    fees: Sequence[Any] = (),
) -> StageResult:
    """Find how each case is paid (route), its cost band and its points.

    Cases outside the scope of case payment leave ``cases`` here and are listed in ``set_aside``.

    Parameters
    ----------
    cases : str, Path, pyarrow.Table, pandas.DataFrame, a sequence of these, or StageResult
        Cases in the flat layout, or what another verb returned.
    policy : str, Path or Policy, optional
        A policy, its file, or the name of a shipped one; for cases as they come.
    month : str, optional
        ``YYYY-MM``; without it, cases of every month that the policy covers are taken.
    tables : GroupTables, optional
        The edition to group with; the one that the policy names unless given.
    process : Process, optional
        A process with stages of your own.
    fees : sequence of str, Path or table
        Fee lines (2301), for cases as they come; needed where the policy's case rules name them.

    Returns
    -------
    StageResult
        Cases that are in order with every column so far, findings, and rows set aside.

    Raises
    ------
    UsageError
        The cases cannot be read, or arguments do not fit together. Bad rows are findings.
    PolicyError
        The policy is invalid or does not cover the month.
    TablesError
        The tables are missing or invalid.

    Examples
    --------
    >>> import drgdip
    >>> priced = drgdip.price("examples/cases.csv", "demo_tiny", month="2026-01")
    >>> priced.cases["points_e4"].to_pylist()[:3]
    [11000000, 1500000, 7500000]
    """
    return advance(cases, "pricing", policy, month, tables, process, fees=fees)
