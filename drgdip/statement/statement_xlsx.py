"""``statement.xlsx``: the statement, its pools, groups, deductions, what is not settled, proof, and what it all means."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.reasons import REASONS
from drgdip.base.text import Text
from drgdip.interface.statement_row import DEDUCTION_TYPES, DeductionLine, StatementRow
from drgdip.statement.columns import UNIT_NAMES, GroupTotal, MonthReport, OutputColumn, ProofLine, statement_columns
from drgdip.statement.detail_sections import SHEET_ROWS, DetailSection, sections_of, term
from drgdip.statement.findings_xlsx import EFFECTS
from drgdip.statement.groups import UNGROUPED, by_difference, group_columns, group_sum, is_drg
from drgdip.statement.proof import failed
from drgdip.statement.sheet_columns import DEDUCTION_COLUMNS, NOT_SETTLED_COLUMNS, PROOF_COLUMNS
from drgdip.statement.standing import approval_words
from drgdip.statement.totals import grand_total, in_order, pool_totals
from drgdip.statement.words import MARKS, STATUS, WORDS
from drgdip.statement.xlsx import Head, Sheet, both, open_workbook

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

    from drgdip.base.provenance import RunRecord

#: Groups that the workbook lists, those with the largest difference; all of them stand in ``groups.csv``.
GROUP_ROWS = 500

_HOSPITAL_FIELDS = ("hospital_code", "hospital_tier")


def write_statement_xlsx(path: Path, report: MonthReport) -> None:
    """Write the workbook of a settled month."""
    groups, scheme = group_columns(report.run), "CHS-DRG" if is_drg(report.run) else "DIP"
    columns = statement_columns(report.run.parameters)
    with open_workbook(path, f"{scheme} {report.run.month}") as book:
        _statement(book, report.rows, report.proof, columns, report.run)
        _pools(book, report.rows, columns)
        _groups(book, report.groups, groups)
        if report.deductions:
            _deductions(book, report.deductions)
        sections = sections_of(report)
        for section in sections:
            _detail(book, section)
        _not_settled(book, report)
        _proof(book, report.proof)
        _definitions(book, columns, groups, sections)
        _basis(book, report)


def _statement(
    book: Workbook,
    rows: Sequence[StatementRow],
    proof: Sequence[ProofLine],
    columns: Sequence[OutputColumn],
    run: RunRecord,
) -> None:
    sheet = Sheet(book, "结算单 Statement", _heads(columns))
    sheet.add(_values(row, columns) for row in in_order(rows))
    totals = [row._replace(hospital_code="小计 subtotal") for row in pool_totals(rows)]
    totals.append(grand_total(rows)._replace(hospital_code="合计 total"))
    sheet.add_totals(_total_values(row, columns) for row in totals)
    if not run.approval.official:
        sheet.note(approval_words(run.approval))
    broken = failed(proof)
    if broken:
        sheet.note(WORDS["proof_bad"].fill(count=len(broken), lines=", ".join(line.line_id for line in broken)))


def _pools(book: Workbook, rows: Sequence[StatementRow], all_columns: Sequence[OutputColumn]) -> None:
    columns = [column for column in all_columns if column.field not in _HOSPITAL_FIELDS]
    sheet = Sheet(book, "基金池 Pools", _heads(columns))
    sheet.add(_values(row, columns) for row in pool_totals(rows))
    sheet.add_totals([_total_values(grand_total(rows), columns)])


def _groups(book: Workbook, groups: Sequence[GroupTotal], columns: Sequence[OutputColumn]) -> None:
    sheet = Sheet(book, "病种 Groups", _heads(columns))
    shown = by_difference(groups)[:GROUP_ROWS]
    named = (group if group.code else group._replace(name=both(UNGROUPED)) for group in shown)
    sheet.add(_values(group, columns) for group in named)
    sheet.add_totals([_values(group_sum(groups, "全部病种合计 total of all groups"), columns)])
    if len(shown) < len(groups):
        sheet.note(WORDS["rest_groups_sheet"].fill(all=f"{len(groups):,}", shown=f"{len(shown):,}"))


def _deductions(book: Workbook, lines: Sequence[DeductionLine]) -> None:
    sheet = Sheet(book, "扣款 Deductions", _heads(DEDUCTION_COLUMNS))
    sheet.add((line.hospital_code, line.pool, line.deduction_type, both(DEDUCTION_TYPES[line.deduction_type]),
               line.date, line.item_id, line.amount_fen, line.taken_fen, line.carried_fen)
              for line in sorted(lines))  # fmt: skip
    sums = (sum(getattr(line, field) for line in lines) for field in ("amount_fen", "taken_fen", "carried_fen"))
    sheet.add_totals([("合计 total", "", None, "", "", "", *sums)])


def _detail(book: Workbook, section: DetailSection) -> None:
    """One list beside the statement: its first rows, and where all of them stand."""
    sheet = Sheet(book, both(section.title), _heads(section.columns))
    fields = attrgetter(*(column.field for column in section.columns))
    sheet.add([*map(_cell, fields(row))] for row in section.rows[:SHEET_ROWS])
    if section.summed:
        sums = [section.total(column.field) for column in section.columns]
        sheet.add_totals([["合计 total", *sums[1:]]])
    if len(section.rows) > SHEET_ROWS:
        sheet.note(WORDS["rest_lines"].fill(all=f"{len(section.rows):,}", shown=f"{SHEET_ROWS:,}", file=section.file))


def _cell(value: object) -> object:
    if isinstance(value, int):
        return value
    shown = term(value)
    return both(shown) if isinstance(shown, Text) else shown


def _not_settled(book: Workbook, report: MonthReport) -> None:
    sheet = Sheet(book, "未结算 Not settled", _heads(NOT_SETTLED_COLUMNS))
    for total in report.not_settled:
        reason = REASONS[total.key]
        sheet.add([(reason.number, reason.words.zh, reason.words.en, both(EFFECTS[reason.effect]), reason.remedy.zh,
                    total.rows, total.amount_fen)])  # fmt: skip
    sums = (sum(total.rows for total in report.not_settled), sum(total.amount_fen for total in report.not_settled))
    sheet.add_totals([(None, "合计 total", "", "", "", *sums)])
    sheet.note(WORDS["not_settled_files"])


def _proof(book: Workbook, lines: Sequence[ProofLine]) -> None:
    for unit, name in (("yuan", "平衡校验 Proof"), ("rows", "行数校验 Row proof")):
        heads = [head._replace(unit=unit) if head.unit == "yuan" else head for head in _heads(PROOF_COLUMNS)]
        Sheet(book, name, heads).add(
            (line.line_id, line.words.zh, line.words.en, line.left, line.right, line.difference,
             both(UNIT_NAMES[unit]), "相符 yes" if line.holds else "不符 NO")
            for line in lines if line.unit == unit)  # fmt: skip


def _definitions(
    book: Workbook,
    of_statement: Sequence[OutputColumn],
    groups: Sequence[OutputColumn],
    sections: Sequence[DetailSection],
) -> None:
    heads = [
        Head("工作表", "sheet", "text", 24),
        Head("列名", "zh", "text", 20),
        Head("英文列名", "header", "text", 26),
        Head("单位", "unit", "text", 20),
        Head("含义", "meaning_zh", "text", 52),
        Head("英文含义", "meaning_en", "text", 70),
        Head("依据", "source", "text", 52),
    ]
    sheet = Sheet(book, "说明 Definitions", heads)
    for name, columns in (("结算单 Statement", of_statement), ("病种 Groups", groups),
                          ("扣款 Deductions", DEDUCTION_COLUMNS), ("未结算 Not settled", NOT_SETTLED_COLUMNS),
                          *((both(section.title), section.columns) for section in sections),
                          ("平衡校验 Proof", PROOF_COLUMNS)):  # fmt: skip
        sheet.add((name, column.label.zh, column.header, both(UNIT_NAMES[column.unit]), *column.meaning,
                   both(column.source)) for column in columns)  # fmt: skip


def _basis(book: Workbook, report: MonthReport) -> None:
    """What the figures rest on, so that a workbook on its own says where it comes from."""
    run, standing = report.run, report.standing
    lines: list[tuple[Text, str]] = [
        (WORDS["region"], both(standing.region.text)),
        (WORDS["month"], run.month),
        (WORDS["engine"], f"drgdip {run.engine_version}"),
        (WORDS["policy"], f"{both(standing.policy.text)} · {run.policy.name} · {run.policy.sha256}"),
        (WORDS["policy_status"], both(STATUS[standing.policy_status])),
        (WORDS["tables"], f"{both(standing.tables.text)} · {run.tables.name} · {run.tables.sha256}"),
        (WORDS["status"], both(STATUS[standing.tables_status])),
        (WORDS["approval"], both(approval_words(run.approval))),
        *([(WORDS["weights"], both(standing.weights.text))] if standing.weights else []),
        *((WORDS["inputs"], f"{Path(file.path).name} · {file.rows:,} · {file.sha256}") for file in run.inputs),
        *((WORDS["marks"], f"{key} · {both(MARKS[mark])}") for key, mark in standing.marks.items()),
    ]
    heads = [Head("项目", "zh", "text", 16), Head("英文", "en", "text", 24), Head("内容", "value", "text", 150)]
    Sheet(book, "结算依据 Basis", heads).add((words.zh, words.en, value) for words, value in lines)


def _heads(columns: Sequence[OutputColumn]) -> list[Head]:
    return [Head(column.label.zh, column.header, column.unit, _WIDTHS.get(column.header, 0)) for column in columns]


_WIDTHS = {
    "words_zh": 48,
    "words_en": 60,
    "remedy_zh": 44,
    "zh": 44,
    "en": 56,
    "type": 32,
    "dip_name": 48,
    "drg_name": 48,
}


def _values(row: StatementRow | GroupTotal, columns: Sequence[OutputColumn]) -> list[object]:
    return [_plain(getattr(row, column.field)) for column in columns]


def _total_values(row: StatementRow, columns: Sequence[OutputColumn]) -> list[object]:
    """A total's cells: no tier, and a point value only where it is one pool's."""
    values = dict(zip((column.field for column in columns), _values(row, columns), strict=True))
    values["hospital_tier"] = None
    if not row.pool:
        values["point_value_e4"] = None
    return [values[column.field] for column in columns]


def _plain(value: object) -> object:
    return value.zh if isinstance(value, Text) else value
