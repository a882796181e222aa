"""One hospital's month as a page: payout, cost bands, deviations by group, findings, and what was set aside and why."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from drgdip.base.errors import UsageError
from drgdip.base.reasons import REASONS
from drgdip.base.text import Language, Text
from drgdip.interface.fields import label
from drgdip.interface.statement_row import DEDUCTION_TYPES
from drgdip.statement.cells import shorten
from drgdip.statement.charts import band_chart
from drgdip.statement.columns import ALL_COLUMNS, UNIT_NAMES
from drgdip.statement.detail_sections import of_hospital, term
from drgdip.statement.findings_xlsx import EFFECTS
from drgdip.statement.finished_run import FinishedRun
from drgdip.statement.group_section import group_section
from drgdip.statement.groups import GROUP_COLUMNS
from drgdip.statement.hospital_cases import HospitalCases, agrees, read_cases, sums_by_hospital
from drgdip.statement.hospital_findings import HospitalFindings, findings_by_hospital
from drgdip.statement.pages import needs_density, render
from drgdip.statement.standing import approval_words
from drgdip.statement.totals import deducted_fen, grand_total, hospital_totals, in_order
from drgdip.statement.words import STATUS

_KEY_FIGURES = ("cases", "gross_fen", "payable_fen", "recorded_fen", "difference_fen", "retained_fen", "due_fen",
                "paid_fen")  # fmt: skip
_POOL_FIELDS = ("cases", "points_e4", "point_value_e4", "gross_fen", "patient_fen", "other_funds_fen", "payable_fen",
                "recorded_fen", "difference_fen", "special_difference_fen", "held_fen", "released_fen", "over_ceiling_fen",
                "retained_fen", "paid_before_fen", "due_fen")  # fmt: skip
#: Left out where no pool of the hospital has any.
_IF_ANY = frozenset(("special_difference_fen", "held_fen", "released_fen", "over_ceiling_fen", "paid_before_fen"))
_BAND_FIELDS = ("cases", "total_cost_fen", "mean_cost_fen", "mean_reference_fen", "cost_ratio_e4", "points_e4",
                "gross_fen", "payable_fen", "recorded_fen", "difference_fen")  # fmt: skip
_COLUMNS = {column.field: column for column in (*ALL_COLUMNS, *GROUP_COLUMNS)}
_BANDS = ("band_normal", "band_low", "band_high", "band_extreme", "band_ungrouped", "band_by_item",
          "band_not_tested")  # fmt: skip
#: Longest input text that a list shows.
_SHOWN = 60
_ID_SHOWN = 30


def hospital_html(
    run: FinishedRun, folder: Path, hospitals: Sequence[str], language: Language = "zh"
) -> Iterator[tuple[str, str]]:
    """Code and page of each hospital, one at a time.

    Raises UsageError if the run's cases or lists are damaged, or do not come to the statement.
    """
    names = {code: group.name for code, group in run.groups.items()}
    try:
        table = read_cases(folder / "cases.parquet", hospitals)
        cases = sums_by_hospital(table, names)
        owners = dict(zip(table["setl_id"].to_pylist(), table["fixmedins_code"].to_pylist(), strict=True))
        del table
        findings = findings_by_hospital(folder, owners)
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise UsageError(
            Text(f"{folder} 中的病例或清单缺失、损坏或被改动。", f"Cases or lists of {folder} are missing, damaged or changed."),
            Text("请恢复原文件,或重新结算该月。", "Restore the files of the run, or settle that month again."),
        ) from error  # fmt: skip
    for hospital in hospitals:
        if not agrees(cases.get(hospital), [row for row in run.rows if row.hospital_code == hospital]):
            raise UsageError(
                Text(f"{folder} 中 {hospital} 的病例与结算单不符。",
                     f"In {folder} the cases of {hospital} do not come to its statement."),
                Text("请恢复原文件,或重新结算该月。", "Restore the files of the run, or settle that month again."),
            )  # fmt: skip
        own = cases.get(hospital, HospitalCases((), (), (), ()))
        yield hospital, _page(run, hospital, own, findings.get(hospital, HospitalFindings()), language)


def _page(run: FinishedRun, hospital: str, cases: HospitalCases, findings: HospitalFindings, language: Language) -> str:
    from markupsafe import Markup

    rows = in_order(row for row in run.rows if row.hospital_code == hospital)
    total = grand_total(rows)._replace(hospital_code=hospital, hospital_tier=max(row.hospital_tier for row in rows))
    bands = {band.code: band for band in cases.bands}
    return render(
        "hospital.html.j2", language, run=run.record, standing=run.record.standing, statuses=STATUS, units=UNIT_NAMES,
        names=[Path(file.path).name for file in run.record.inputs], broken=run.broken_proof, dense=needs_density([total.gross_fen]), total=total, rows=rows,
        key_figures=[(_COLUMNS[field], getattr(total, field)) for field in _KEY_FIGURES],
        approval=approval_words(run.record.approval),
        sections=of_hospital(run.special, run.denials, run.holds, hospital), term=term,
        pool_columns=_pick(_POOL_FIELDS, rows), deducted=deducted_fen, paid=_COLUMNS["paid_fen"],
        pool_names={row.pool: row.pool_name for row in rows}, labels={f: c.label for f, c in _COLUMNS.items()},
        band_columns=[_COLUMNS[field] for field in _BAND_FIELDS],
        bands=[(REASONS[key].words, bands[key]) for key in _BANDS if key in bands],
        bands_svg=Markup(band_chart(rows, language)) if total.cases else None,
        city_ratios={code: group.cost_ratio_e4 for code, group in run.groups.items()},
        group_count=len(cases.groups), **group_section(cases.groups, run.record, language),
        shortfalls=cases.shortfalls, group_names={code: group.name for code, group in run.groups.items()},
        deductions=sorted(line for line in run.deductions if line.hospital_code == hospital), types=DEDUCTION_TYPES,
        reasons=REASONS, effects=EFFECTS, findings=findings, field_label=label,
        finding_total=sum(findings.counts.values()), row_total=sum(entry.rows for entry in findings.not_settled),
        cut=lambda text: shorten(text, _SHOWN), short=lambda text: shorten(text, _ID_SHOWN),
    )  # fmt: skip


def _pick(fields: Sequence[str], rows: Sequence[object]) -> list[object]:
    """The columns; what only some policies have is left out elsewhere."""
    return [_COLUMNS[f] for f in fields if f not in _IF_ANY or any(getattr(row, f) for row in rows)]


def index_html(run: FinishedRun, names: Mapping[str, str], language: Language = "zh") -> str:
    """The hospitals of a month, each leading to its page beside this one."""
    fields = ("cases", "points_e4", "gross_fen", "payable_fen", "recorded_fen", "difference_fen", "paid_fen")
    return render(
        "hospitals.html.j2", language, run=run.record, standing=run.record.standing, names=names,
        hospitals=hospital_totals(run.rows), total=grand_total(run.rows), broken=run.broken_proof,
        approval=approval_words(run.record.approval),
        columns=[_COLUMNS[field] for field in fields], labels={f: c.label for f, c in _COLUMNS.items()},
    )  # fmt: skip
