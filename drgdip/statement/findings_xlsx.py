"""``findings.xlsx``: the findings in a workbook, up to a cap that says where the full list is."""

from __future__ import annotations

from pathlib import Path

from drgdip.base.findings import Finding
from drgdip.base.reasons import REASONS
from drgdip.base.text import Text
from drgdip.statement.columns import FindingsSummary
from drgdip.statement.xlsx import Head, Sheet, open_workbook

EFFECTS: dict[str, Text] = {
    "set_aside": Text("搁置", "set aside"),
    "excluded": Text("不纳入", "excluded"),
    "notice": Text("提示", "notice"),
    "outcome": Text("处理结果", "outcome"),
}

_HEADS = (
    Head("文件", "file", "text", 22),
    Head("行号", "row", "rows", 9),
    Head("结算ID", "setl_id", "text", 24),
    Head("字段", "field", "text", 20),
    Head("原值", "value", "text", 24),
    Head("问题编号", "reason_number", "code", 10),
    Head("问题", "words_zh", "text", 44),
    Head("处理", "effect", "text", 16),
    Head("修改建议", "remedy_zh", "text", 40),
    Head("英文说明", "words_en", "text", 44),
    Head("英文建议", "remedy_en", "text", 40),
)

_SUMMARY_HEADS = (
    Head("问题编号", "reason_number", "code", 10),
    Head("问题", "words_zh", "text", 48),
    Head("英文说明", "words_en", "text", 60),
    Head("处理", "effect", "text", 16),
    Head("条数", "count", "count", 12),
)


def write_findings_xlsx(path: Path, findings: FindingsSummary) -> None:
    """Write the first findings and the count of each reason."""
    capped = Text(
        "问题清单仅列前 {shown} 条,共 {total} 条;完整清单见 findings.csv。",
        "The list shows the first {shown} of {total} findings; the full list is findings.csv.",
    ).fill(shown=len(findings.first), total=findings.total)
    with open_workbook(path, "findings") as book:
        summary = Sheet(book, "汇总 Summary", _SUMMARY_HEADS)
        summary.add(_count(key, count) for key, count in findings.counts.items())
        sheet = Sheet(book, "问题清单 Findings", _HEADS)
        sheet.add(map(_row, findings.first))
        if findings.total > len(findings.first):
            summary.note(capped)
            sheet.note(capped)


def _row(finding: Finding) -> tuple[object, ...]:
    reason = finding.reason
    return (finding.file, finding.row, finding.setl_id, finding.field, finding.value, reason.number, reason.words.zh,
            _both(EFFECTS[reason.effect]), reason.remedy.zh, reason.words.en, reason.remedy.en)  # fmt: skip


def _count(key: str, count: int) -> tuple[object, ...]:
    reason = REASONS[key]
    return reason.number, reason.words.zh, reason.words.en, _both(EFFECTS[reason.effect]), count


def _both(words: Text) -> str:
    return f"{words.zh} {words.en}"
