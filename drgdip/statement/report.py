"""``report.html``: the month on paper – one file, nothing fetched, the same bytes for the same run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drgdip.base.reasons import REASONS
from drgdip.base.text import Language, Text
from drgdip.interface.statement_row import StatementRow
from drgdip.statement.cells import with_separators
from drgdip.statement.charts import HOSPITALS_SHOWN, band_chart, group_chart, hospital_chart, largest
from drgdip.statement.columns import ALL_COLUMNS, UNIT_NAMES, MonthReport, OutputColumn, statement_columns
from drgdip.statement.detail_sections import sections_of, term
from drgdip.statement.findings_xlsx import EFFECTS
from drgdip.statement.group_section import group_section
from drgdip.statement.pages import needs_density, render
from drgdip.statement.proof import failed
from drgdip.statement.standing import approval_words, doubts
from drgdip.statement.totals import deducted_fen, grand_total, hospital_totals, in_order, pool_totals
from drgdip.statement.words import STATUS, WORDS

#: Rows of the payout table; a larger city finds all of them in ``statement.xlsx``.
PAYOUT_ROWS = 200

_KEY_FIGURES = ("cases", "gross_fen", "payable_fen", "recorded_fen", "difference_fen", "retained_fen", "paid_fen")
_POOL_FIELDS = ("cases", "points_e4", "point_value_e4", "gross_fen", "patient_fen", "other_funds_fen", "payable_fen",
                "recorded_fen", "difference_fen", "clamped_fen", "paid_fen")  # fmt: skip
_PAYOUT_FIELDS = ("cases", "points_e4", "gross_fen", "patient_fen", "other_funds_fen", "payable_fen", "recorded_fen",
                  "difference_fen", "special_difference_fen", "retained_fen", "paid_before_fen", "due_fen")  # fmt: skip
#: In place of the special-case difference where money is held or over a ceiling: one column, for the paper is full.
_FURTHER = OutputColumn("further_fen", "", "yuan", Text("其他增减", "further"), WORDS["further"], WORDS["further"])
_COLUMNS = {column.field: column for column in (*ALL_COLUMNS, _FURTHER)}
#: Columns of the payout that stand there only where some hospital has an amount in them.
_SOMETIMES = ("special_difference_fen", "paid_before_fen")


def write_report_html(path: Path, report: MonthReport, language: Language = "zh") -> None:
    """Write the report in one language."""
    path.write_text(report_html(report, language), encoding="utf-8", errors="backslashreplace", newline="\n")


def report_html(report: MonthReport, language: Language = "zh") -> str:
    """The report as text."""
    return render(
        "report.html.j2", language, report=report, run=report.run, standing=report.standing, statuses=STATUS, approval=approval_words(report.run.approval),
        marks=doubts(report.standing, language),
        units=UNIT_NAMES, definitions=statement_columns(report.run.parameters), reasons=REASONS, effects=EFFECTS, deducted=deducted_fen,
        broken=failed(report.proof), names=[Path(input_file.path).name for input_file in report.run.inputs],
        finding_counts=[(key, count, 0) for key, count in report.findings.counts.items()],
        sections=sections_of(report), term=term,
        **_tables(report), **_charts(report, language), **group_section(report.groups, report.run, language),
    )  # fmt: skip


def _tables(report: MonthReport) -> dict[str, object]:
    rows = in_order(largest(report.rows, PAYOUT_ROWS))
    total = grand_total(report.rows)
    payout = [field for field in _PAYOUT_FIELDS if field not in _SOMETIMES or any(getattr(r, field) for r in rows)]
    if any(row.further_fen != row.special_difference_fen for row in rows):
        payout = [field for field in payout if field != "special_difference_fen"]
        payout.insert(payout.index("retained_fen"), "further_fen")
    return {
        "rows": rows,
        "total": total,
        "dense": needs_density((total.gross_fen, *(row.gross_fen for row in rows))),
        "pools": pool_totals(report.rows),
        "hospital_count": len({row.hospital_code for row in report.rows}),
        "key_figures": [(_COLUMNS[field], getattr(total, field)) for field in _key_figures(total)],
        "pool_columns": _pick(_POOL_FIELDS),
        "payout_columns": _pick(payout),
        "paid": _COLUMNS["paid_fen"],
        "labels": {field: column.label for field, column in _COLUMNS.items()},
    }


def _key_figures(total: StatementRow) -> list[str]:
    """From the gross amount to the payout; with all that stands between payable and payout, where there is any."""
    fields = list(_KEY_FIGURES)
    if total.further_fen:
        only_special = total.further_fen == total.special_difference_fen
        fields.insert(fields.index("retained_fen"), "special_difference_fen" if only_special else "further_fen")
    if total.paid_before_fen:
        fields.insert(fields.index("paid_fen"), "paid_before_fen")
    if total.further_fen or total.paid_before_fen or total.due_fen != total.paid_fen:
        fields.insert(fields.index("paid_fen"), "due_fen")
    return fields


def _charts(report: MonthReport, language: Language) -> dict[str, object]:
    """The charts as markup; hospitals beyond those drawn are summed in words."""
    from markupsafe import Markup

    if not report.rows:
        return {"bands_svg": None, "hospitals_svg": None, "groups_svg": None, "rest": None}
    hospitals = hospital_totals(report.rows)
    drawn = {row.hospital_code for row in largest(hospitals, HOSPITALS_SHOWN)}
    rest = [row for row in hospitals if row.hospital_code not in drawn]
    return {
        "bands_svg": Markup(band_chart(pool_totals(report.rows), language)),
        "hospitals_svg": Markup(hospital_chart(hospitals)),
        "groups_svg": Markup(group_chart(report.groups, language)) if report.groups else None,
        "rest": _rest(rest) if rest else None,
    }


def _rest(rows: Sequence[StatementRow]) -> Text:
    total = grand_total(rows)
    return WORDS["rest_hospitals"].fill(
        count=len(rows),
        payable=with_separators(total.payable_fen, "yuan"),
        recorded=with_separators(total.recorded_fen, "yuan"),
    )


def _pick(fields: Sequence[str]) -> list[OutputColumn]:
    return [_COLUMNS[field] for field in fields]
