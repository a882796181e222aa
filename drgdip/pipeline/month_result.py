"""A month settled in memory, as callers get it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drgdip.base.plain import MoneyForm, plain_findings, plain_values
from drgdip.base.scaled import format_scaled
from drgdip.interface.statement_row import StatementRow

if TYPE_CHECKING:
    import pandas as pd

    from drgdip.base.findings import Finding
    from drgdip.base.provenance import RunRecord
    from drgdip.interface.set_aside import SetAsideRow
    from drgdip.pipeline.month import SettledMonth


@dataclass(frozen=True)
class MonthResult:
    """A month settled in memory.

    It can be pickled and copied. Nothing in it is written anywhere.

    Attributes
    ----------
    month : SettledMonth
        Sums and rows of the statement, integers.
    cases : pyarrow.Table or pandas.DataFrame
        Every settled stay with every column, money in integer fen; pandas where the cases came as pandas.
    findings : list of Finding
        What is wrong with the input.
    set_aside : list of SetAsideRow
        The rows that were not settled, with their reasons.
    record : RunRecord or None
        Versions, hashes and point values: all that is needed to compute it again.
    """

    month: SettledMonth
    cases: Any
    findings: list[Finding]
    set_aside: list[SetAsideRow]
    record: RunRecord | None = None

    @property
    def statement(self) -> pd.DataFrame:
        """The statement as a DataFrame: one row a hospital and pool, money in integer fen."""
        import pandas as pd

        rows = [{**row._asdict(), "pool_name": row.pool_name.zh} for row in self.month.rows]
        return pd.DataFrame(rows, columns=list(StatementRow._fields))

    def to_dict(self, money: MoneyForm = "fen") -> dict[str, Any]:
        """Everything but the cases as plain values that JSON can hold.

        Parameters
        ----------
        money : {"fen", "yuan"}
            Amounts as integer fen (``paid_fen``), or as text in yuan (``paid_yuan`` "7500.00").

        Returns
        -------
        dict
            ``month``, ``rows_read``, ``rows_settled``, ``point_values``, ``statement``, ``deductions``,
            ``findings``, ``set_aside``.
        """
        month = self.month
        points = zip(month.values.pools, month.month_values.point_values_e4, strict=True)
        return {
            "month": month.month,
            "rows_read": month.rows_read,
            "rows_settled": month.rows_settled,
            "point_values": {pool: format_scaled(value, 4) for pool, value in points},
            "statement": [plain_values(row._asdict(), money) for row in month.rows],
            "deductions": [plain_values(line._asdict(), money) for line in month.ledger],
            "findings": plain_findings(self.findings),
            "set_aside": [{**row._asdict(), "reasons": list(row.reasons)} for row in self.set_aside],
        }
