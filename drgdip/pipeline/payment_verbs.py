"""The verbs of money: what every fund pays of a case, and what every hospital gets of a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drgdip.base.errors import UsageError
from drgdip.base.plain import MoneyForm, plain_values
from drgdip.base.text import Text
from drgdip.interface.statement_row import DeductionLine, StatementRow
from drgdip.pipeline.chain import advance, paid_totals
from drgdip.pipeline.stage_result import StageResult

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from drgdip.interface.deduction import Deduction
    from drgdip.pipeline.month_values import ByPool
    from drgdip.pipeline.process import Process
    from drgdip.pipeline.verbs import Cases, PolicyLike
    from drgdip.tables import GroupTables


@dataclass(frozen=True)
class Statement:
    """A month's statement: what every hospital gets from every pool.

    Attributes
    ----------
    month : str
        ``YYYY-MM``.
    rows : list of StatementRow
        One a hospital and pool; money in integer fen.
    deductions : list of DeductionLine
        Every open deduction: what was taken this month, and what is carried to the next.
    """

    month: str
    rows: list[StatementRow]
    deductions: list[DeductionLine]

    @property
    def table(self) -> pd.DataFrame:
        """The rows as a DataFrame, money in integer fen."""
        import pandas as pd

        rows = [{**row._asdict(), "pool_name": row.pool_name.zh} for row in self.rows]
        return pd.DataFrame(rows, columns=list(StatementRow._fields))

    def to_dict(self, money: MoneyForm = "fen") -> dict[str, Any]:
        """The statement as plain values that JSON can hold.

        Parameters
        ----------
        money : {"fen", "yuan"}
            Amounts as integer fen (``paid_fen``), or as text in yuan (``paid_yuan`` "7500.00").

        Returns
        -------
        dict
            ``month``, ``rows``, ``deductions``.
        """
        return {
            "month": self.month,
            "rows": [plain_values(row._asdict(), money) for row in self.rows],
            "deductions": [plain_values(line._asdict(), money) for line in self.deductions],
        }


def split(
    cases: Cases,
    policy: PolicyLike | None = None,
    *,
    month: str | None = None,
    tables: GroupTables | None = None,
    process: Process | None = None,
    point_values: ByPool | None = None,
    fund_ratios: ByPool | None = None,
    fees: Sequence[Any] = (),
) -> StageResult:
    """Turn points into money: what patient, other payers and each fund pay of every case.

    Point values are those given; else, for a floating or cumulative policy with a ``month``, those that the cases
    themselves come to; else those of the opening.

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
    point_values : mapping, optional
        Yuan per point by pool, as text or Decimal with at most four decimals.
    fund_ratios : mapping, optional
        Share of the funds by pool, where the policy pays by a ratio that is known only when the month is.
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
    >>> paid = drgdip.split("examples/cases.csv", "demo_tiny", month="2026-01")
    >>> paid.cases["payable_fen"].to_pylist()[:3]
    [750000, 85000, 350000]
    """
    return advance(cases, "payment", policy, month, tables, process, point_values, fund_ratios, fees)


def clear(
    cases: Cases,
    policy: PolicyLike | None = None,
    *,
    month: str | None = None,
    tables: GroupTables | None = None,
    process: Process | None = None,
    point_values: ByPool | None = None,
    fund_ratios: ByPool | None = None,
    deductions: Sequence[Deduction] = (),
    prior: Sequence[str | Path] = (),
    fees: Sequence[Any] = (),
) -> Statement:
    """Sum cases up by hospital and pool, hold back, deduct, and say what is paid.

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
    point_values : mapping, optional
        Yuan per point by pool, as text or Decimal with at most four decimals.
    fund_ratios : mapping, optional
        Share of the funds by pool, where the policy pays by a ratio that is known only when the month is.
    deductions : sequence of Deduction
        Open deductions.
    prior : sequence of str or Path
        Folders of earlier months' runs.
    fees : sequence of str, Path or table
        Fee lines (2301), for cases as they come; needed where the policy's case rules name them.

    Returns
    -------
    Statement
        The same rows as those of :func:`drgdip.settle_month`.

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
    >>> paid = drgdip.split("examples/cases.csv", "demo_tiny", month="2026-01")
    >>> drgdip.clear(paid).rows[0].paid_fen
    1244500
    """
    from drgdip.clearing import statement_rows
    from drgdip.pipeline.prior import read_prior

    paid = advance(cases, "payment", policy, month, tables, process, point_values, fund_ratios, fees)
    run, values = paid.run, paid.run.values
    known = run.contexts[-1].month_values
    if run.month is None or known is None:
        raise UsageError(
            Text("没有指定结算月份。", "No month is named."),
            Text('请在第一步指定月份,例如 month="2026-01"。', 'Name it in the first verb, such as month="2026-01".'),
        )
    earlier = read_prior(prior, run.policy.name, tuple(values.pools), run.month)
    rows, ledger = statement_rows(
        run.month,
        values,
        paid_totals(paid),
        list(run.hospitals),
        known.point_values_e4,
        [*earlier.carried, *deductions],
        earlier.paid_before_fen if values.month.point_value == "cumulative" else None,
    )
    return Statement(run.month, rows, ledger)
