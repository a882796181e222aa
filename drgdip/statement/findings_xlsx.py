"""``findings.xlsx``: the findings in a workbook, up to a cap that says where the full list is."""

from __future__ import annotations

from pathlib import Path

from drgdip.base.findings import Finding
from drgdip.base.reasons import REASONS
from drgdip.base.text import Text
from drgdip.interface.fields import label
from drgdip.statement.columns import FindingsSummary
from drgdip.statement.xlsx import Head, Sheet, both, open_workbook

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
    Head("字段名称", "field_zh", "text", 22),
    Head("原值", "value", "text", 24),
    Head("问题编号", "reason_number", "code", 10),
    Head("问题", "words_zh", "text", 44),
    Head("处理", "effect", "text", 16),
    Head("修改建议", "remedy_zh", "text", 40),
    Head("英文说明", "words_en", "text", 44),
    Head("英文建议", "remedy_en", "text", 40),
)

#: What the columns of the list mean, in their order.
_MEANINGS = (
    Text("输入文件名", "name of the input file"),
    Text("数据行号,表头不计;0 为整个文件", "data row, the header not counted; 0: the file as a whole"),
    Text("清单上的结算ID", "settlement ID of the list"),
    Text("国家接口字段名;空为整行", "field of the national interface; empty: the row as a whole"),
    Text("字段的中文名称", "what the field is called"),
    Text("清单上的原值", "what stood there"),
    Text("问题编号,见汇总", "number of the reason, see the summary"),
    Text("问题是什么", "what is wrong"),
    Text(
        "搁置:更正后可结算;不纳入:不属于本月病种付费;提示:已结算,请核对",
        "set aside: settled once corrected; excluded: not part of the month; notice: settled, please check",
    ),
    Text("应做的事", "what to do"),
    Text("问题的英文说明", "the problem in English"),
    Text("建议的英文说明", "the remedy in English"),
)

_DEFINITION_HEADS = (
    Head("列名", "zh", "text", 16),
    Head("英文列名", "header", "text", 18),
    Head("含义", "meaning_zh", "text", 60),
    Head("英文含义", "meaning_en", "text", 90),
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
        Sheet(book, "说明 Definitions", _DEFINITION_HEADS).add(
            (head.label, head.header, *meaning) for head, meaning in zip(_HEADS, _MEANINGS, strict=True)
        )


def _row(finding: Finding) -> tuple[object, ...]:
    reason = finding.reason
    return (finding.file, finding.row, finding.setl_id, finding.field, _label(finding.field), finding.value, reason.number, reason.words.zh,
            both(EFFECTS[reason.effect]), reason.remedy.zh, reason.words.en, reason.remedy.en)  # fmt: skip


def _count(key: str, count: int) -> tuple[object, ...]:
    reason = REASONS[key]
    return reason.number, reason.words.zh, reason.words.en, both(EFFECTS[reason.effect]), count


def _label(field: str) -> str:
    return label(field).zh if field else ""
