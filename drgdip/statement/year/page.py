"""``year.html``: the cleared year on paper – one file, nothing fetched, the same bytes for the same clearing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drgdip.base.text import Language
from drgdip.interface.year_row import CLEARING_RULES, DIRECTIONS
from drgdip.statement.columns import UNIT_NAMES, OutputColumn
from drgdip.statement.pages import needs_density, render
from drgdip.statement.proof import failed
from drgdip.statement.standing import approval_words
from drgdip.statement.words import MARKS, STATUS
from drgdip.statement.year.columns import DIFFERENCE_COLUMNS, POOL_COLUMNS, YEAR_COLUMNS, YearReport

#: Rows of the page's tables; a larger city finds all of them in ``year.xlsx``.
SHOWN = 200

_KEY_FIGURES = ("cases", "before_fen", "dip_fen", "recorded_fen", "clearing_fen", "paid_fen", "forfeited_fen",
                "final_fen")  # fmt: skip
_FUND_FIELDS = ("fund_fen", "risk_fund_fen", "fund_ratio_e4", "point_value_e4", "before_fen", "by_item_fen",
                "assessment_fen", "deductions_fen", "returned_fen", "cut_fen", "sharing_fen", "clearing_fen", "left_fen",
                "clearing_share_e4")  # fmt: skip
_CLEARING_FIELDS = (
    "points_e4",
    "before_fen",
    "coefficient_e4",
    "deductions_fen",
    "dip_fen",
    "recorded_fen",
    "ratio_e4",
)
_AFTER_RULE = ("claimed_fen", "by_item_fen", "clearing_fen", "true_up_fen")
_PAYMENT_FIELDS = ("clearing_fen", "paid_fen", "prepayment_offset_fen", "other_deductions_fen",
                   "prepayment_outstanding_fen", "open_deductions_fen", "withheld_fen", "release_e4", "forfeited_fen",
                   "final_fen")  # fmt: skip


def write_year_html(path: Path, report: YearReport, language: Language = "zh") -> None:
    """Write the page in one language."""
    path.write_text(year_html(report, language), encoding="utf-8", errors="backslashreplace", newline="\n")


def year_html(report: YearReport, language: Language = "zh") -> str:
    """The page as text."""
    rows = report.rows
    shown = sorted(rows, key=lambda row: (-abs(row.clearing_fen), row.hospital_code, row.pool))[:SHOWN]
    shown.sort(key=lambda row: (row.hospital_code, row.pool))
    return render(
        "year.html.j2", language, report=report, run=report.record, standing=report.record.standing, statuses=STATUS,
        units=UNIT_NAMES, rules=CLEARING_RULES, directions=DIRECTIONS, marks=MARKS, approval=approval_words(report.record.approval), broken=failed(report.proof),
        names=[Path(file.path).name for file in report.record.inputs], shown=shown,
        dense=needs_density(row.clearing_fen for row in rows),
        hospital_count=len({row.hospital_code for row in rows}),
        key_figures=[(column, sum(getattr(row, column.field) for row in rows))
                     for column in _pick(YEAR_COLUMNS, _KEY_FIGURES)],
        totals={field: sum(getattr(row, field) for row in rows) for field in (*_CLEARING_FIELDS, *_AFTER_RULE,
                                                                              *_PAYMENT_FIELDS)},
        ratios=("coefficient_e4", "ratio_e4", "release_e4"),
        fund_columns=_pick(POOL_COLUMNS, _FUND_FIELDS), clearing_columns=_pick(YEAR_COLUMNS, _CLEARING_FIELDS),
        after_columns=_pick(YEAR_COLUMNS, _AFTER_RULE), payment_columns=_pick(YEAR_COLUMNS, _PAYMENT_FIELDS),
        difference_columns=DIFFERENCE_COLUMNS[2:],
        changed=[line for line in report.differences or () if line.difference_fen],
        labels={column.field: column.label for column in YEAR_COLUMNS}, definitions=(*YEAR_COLUMNS, *POOL_COLUMNS[2:]),
    )  # fmt: skip


def _pick(columns: Sequence[OutputColumn], fields: Sequence[str]) -> list[OutputColumn]:
    by_field = {column.field: column for column in columns}
    return [by_field[field] for field in fields]
