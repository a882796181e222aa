"""A hospital's notice of findings, with the form of appeal: a page for browser and A4, and a workbook. Source: review workflow 4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from drgdip.base.text import Language
from drgdip.interface.notice import Notice, NoticeLine
from drgdip.statement.documents import file_names
from drgdip.statement.notice_words import NOTICE_WORDS, PARTS, STATES
from drgdip.statement.pages import Templates
from drgdip.statement.xlsx import Head, Sheet, both, open_workbook

_TEMPLATES = Templates(NOTICE_WORDS, "drgdip.statement")
_COLUMNS = (
    ("key", "key", "text", 20), ("rule", "rule", "text", 8), ("rule_name", "rule", "text", 24), ("severity", "severity", "text", 10),
    ("state", "state", "text", 16), ("deadline", "deadline", "text", 12), ("settlement", "settlement", "text", 26),
    ("visit", "visit", "text", 26), ("sentence", "fact", "text", 60), ("offending", "lines", "text", 30),
    ("related", "related", "text", 30), ("formula", "formula", "text", 30), ("fee_fen", "fee", "yuan", 12),
    ("scope_fen", "scope", "yuan", 12), ("fund_fen", "fund", "yuan", 12), ("basis", "basis", "text", 40),
)  # fmt: skip
_GROUNDS = (
    ("key", "key", "text", 66), ("rule", "rule", "text", 8), ("basis", "basis", "text", 44), ("lists", "list", "text", 60),
    ("guards", "guards", "text", 44), ("values", "values", "text", 30),
)  # fmt: skip
_ITEMS = (
    ("key", "key", "text", 66), ("rule", "rule", "text", 8), ("kind", "kind", "text", 10), ("number", "line", "text", 24),
    ("item", "item", "text", 26), ("time", "time", "text", 20), ("quantity", "quantity", "text", 12), ("fee_fen", "charge", "yuan", 12),
)  # fmt: skip
#: Fee lines of one finding that a page shows; the workbook has all of them.
_SHOWN = 12


def notices_html(notices: Sequence[Notice], language: Language = "zh") -> Iterator[str]:
    """Each notice as a page."""
    template = _TEMPLATES.compiled("notice.html.j2", language)
    for notice in notices:
        yield template.render(notice=notice, parts=PARTS, states=STATES, shown=_SHOWN)


def write_notice_xlsx(path: Path, notice: Notice) -> None:
    """The notice as a workbook: a sheet for each part, and the answers to fill in."""
    with open_workbook(path, both(NOTICE_WORDS["title"])) as book:
        for part, title in PARTS.items():
            heads = [Head(NOTICE_WORDS[words].zh, field, unit, width) for field, words, unit, width in _COLUMNS]
            sheet = Sheet(
                book,
                {"answer": "待答复 answer", "denied": "拟扣回 denied", "held": "暂缓 held", "open": "审核中 open"}[
                    part
                ],
                heads,
            )
            lines = notice.of(part)
            sheet.add([_cell(line, field) for field, *_ in _COLUMNS] for line in lines)
            total = [notice.fund_fen(part) if field == "fund_fen" else both(NOTICE_WORDS["total"]) if field == "key" else ""
                     for field, *_ in _COLUMNS]  # fmt: skip
            sheet.add_totals([[None if value == "" and unit == "yuan" else value
                               for value, (_, _, unit, _) in zip(total, _COLUMNS, strict=True)]])  # fmt: skip
            sheet.note(title)
        heads = [Head(NOTICE_WORDS[words].zh, field, unit, width) for field, words, unit, width in _ITEMS]
        Sheet(book, "明细 lines", heads).add(_items_of(notice))
        heads = [Head(NOTICE_WORDS[words].zh, field, unit, width) for field, words, unit, width in _GROUNDS]
        Sheet(book, "依据 grounds", heads).add(
            [_shown(getattr(line, field)) for field, *_ in _GROUNDS] for line in notice.lines
        )
        heads = [Head("疑点编号", "finding_key", "text", 66), Head("答复", "decision", "text", 14),
                 Head("理由", "reason", "text", 50), Head("答复人", "decided_by", "text", 16), Head("日期", "date", "text", 12)]  # fmt: skip
        Sheet(book, "答复 reply", heads).add([line.key, "", "", "", ""] for line in notice.of("answer"))


def _items_of(notice: Notice) -> Iterator[list[object]]:
    """Fee lines of all findings, for the workbook."""
    for line in notice.lines:
        for item in line.items:
            kind = NOTICE_WORDS["at_fault" if item.offending else "concerned"].zh
            yield [line.key, line.rule, kind, item.number, item.item, item.time, item.quantity, item.fee_fen]


def _cell(line: NoticeLine, field: str) -> object:
    """A field as the workbook has it: states in words, as on the page."""
    return STATES[line.state].zh if field == "state" and line.state in STATES else _shown(getattr(line, field))


def _shown(value: object) -> object:
    return getattr(value, "zh", value)


def notice_names(hospitals: list[str]) -> dict[str, str]:
    """File names without their ending, by hospital."""
    return {code: name.removesuffix(".html") for code, name in file_names("notice", hospitals).items()}
