"""A hospital's notice of findings, with the form of appeal: a page for browser and A4, and a workbook. Source: review workflow 4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.text import Language
from drgdip.interface.notice import Notice, NoticeItem, NoticeLine, says
from drgdip.statement.cells import with_separators
from drgdip.statement.documents import file_names
from drgdip.statement.notice_words import NOTICE_WORDS, PARTS, STATES
from drgdip.statement.pages import Templates
from drgdip.statement.xlsx import Head, Sheet, both, open_workbook

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_TEMPLATES = Templates(NOTICE_WORDS, "drgdip.statement")
#: Field, words, unit and width of the columns of each sheet; text takes as many lines as it needs, so that a page across
#: has all of them at a size that can be read.
_COLUMNS = (
    ("key", "key", "text", 18), ("rule", "rule", "text", 6), ("rule_name", "rule", "text", 16), ("severity", "severity", "text", 9),
    ("state", "state", "text", 10), ("deadline", "deadline", "text", 11), ("settlement", "settlement", "text", 14),
    ("visit", "visit", "text", 14), ("sentence", "fact", "text", 36), ("offending", "lines", "text", 10),
    ("related", "related", "text", 10), ("formula", "formula", "text", 15), ("fee_fen", "fee", "yuan", 11),
    ("scope_fen", "scope", "yuan", 11), ("fund_fen", "fund", "yuan", 11), ("basis", "basis", "text", 18),
)  # fmt: skip
_GROUNDS = (
    ("key", "key", "text", 18), ("rule", "rule", "text", 6), ("basis", "basis", "text", 34), ("lists", "list", "text", 34),
    ("guards", "guards", "text", 50), ("values", "values", "text", 26),
)  # fmt: skip
_ITEMS = (
    ("key", "key", "text", 18), ("rule", "rule", "text", 6), ("kind", "kind", "text", 7), ("number", "line", "text", 18),
    ("item", "item", "text", 20), ("time", "time", "text", 19), ("quantity", "quantity", "text", 9), ("fee_fen", "charge", "yuan", 12),
    ("name", "name", "text", 24), ("price_e6", "price", "price", 11), ("order", "order", "text", 18), ("department", "department", "text", 10),
    ("doctor", "doctor", "text", 15),
)  # fmt: skip
_REPLY = (
    ("finding_key", "key", 18), ("decision", "answer", 14), ("reason", "reason", 44), ("decided_by", "answered_by", 14),
    ("date", "sign_day", 12), ("rule", "rule", 6), ("rule_name", "rule", 18), ("fund_yuan", "fund", 11), ("deadline", "deadline", 11),
)  # fmt: skip
_SHEETS = {"answer": "待答复 answer", "denied": "拟扣回 denied", "held": "暂缓 held", "open": "审核中 open"}
#: What a page shows of a fee line, in order: field, words and whether it is a figure.
_OF_LINES = (
    ("kind", "kind", False), ("number", "line", False), ("item", "item", False), ("name", "name", False), ("time", "time", False),
    ("quantity", "quantity", True), ("price_e6", "price", True), ("fee_fen", "charge", True), ("order", "order", False),
    ("department", "department", False), ("doctor", "doctor", False),
)  # fmt: skip
#: Fields of fee lines that are shown only where the data have them.
_WHERE_SAID = frozenset({"name", "price_e6", "order", "department", "doctor"})
#: Fee lines of one finding that a page shows; the workbook has all of them.
_SHOWN = 12


def notices_html(notices: Sequence[Notice], language: Language = "zh") -> Iterator[str]:
    """Each notice as a page."""
    template = _TEMPLATES.compiled("notice.html.j2", language)
    for notice in notices:
        yield template.render(notice=notice, parts=PARTS, states=STATES, shown=_SHOWN, columns=_of_lines, price=_price)


def _of_lines(items: Sequence[NoticeItem]) -> list[tuple[str, str, bool]]:
    """Columns of some fee lines, less those that none of them has anything in."""
    return [one for one in _OF_LINES if one[0] not in _WHERE_SAID or says(items, one[0])]


def _price(price_e6: int | None) -> str:
    """A price in yuan with two decimals, and as many more as it has."""
    if price_e6 is None:
        return ""
    whole, _, decimals = with_separators(price_e6, "price").partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def write_notice_xlsx(path: Path, notice: Notice) -> None:
    """The notice as a workbook: a sheet for each part, and the answers to fill in."""
    with open_workbook(path, both(NOTICE_WORDS["title"])) as book:
        for part, title in PARTS.items():
            sheet = _sheet(book, _SHEETS[part], _COLUMNS, notice)
            lines = notice.of(part)
            sheet.add([_cell(line, field) for field, *_ in _COLUMNS] for line in lines)
            total = [notice.fund_fen(part) if field == "fund_fen" else both(NOTICE_WORDS["total"]) if field == "key" else ""
                     for field, *_ in _COLUMNS]  # fmt: skip
            sheet.add_totals([[None if value == "" and unit == "yuan" else value
                               for value, (_, _, unit, _) in zip(total, _COLUMNS, strict=True)]])  # fmt: skip
            sheet.note(title)
        items = [item for line in notice.lines for item in line.items]
        columns = [one for one in _ITEMS if one[0] not in _WHERE_SAID or says(items, one[0])]
        _sheet(book, "明细 lines", columns, notice).add(_items_of(notice, [field for field, *_ in columns]))
        _sheet(book, "依据 grounds", _GROUNDS, notice).add(
            [_shown(getattr(line, field)) for field, *_ in _GROUNDS] for line in notice.lines
        )
        reply = _sheet(book, "答复 reply", [(name, words, "yuan" if name == "fund_yuan" else "text", wide) for name, words, wide in _REPLY], notice)  # fmt: skip
        reply.add([line.key, "", "", "", "", line.rule, line.rule_name.zh, line.fund_fen, line.deadline] for line in notice.of("answer"))  # fmt: skip
        reply.offer(1, ("ACCEPTED", "APPEALED"))
        reply.note(NOTICE_WORDS["answers"])


def _sheet(book: Workbook, name: str, columns: Sequence[tuple[str, str, str, int]], notice: Notice) -> Sheet:
    """A sheet that says on every printed page what notice it is of, and to whom."""
    heads = [
        Head(NOTICE_WORDS[words].zh, field, unit, width, wraps=field != "key" or columns is _COLUMNS)
        for field, words, unit, width in columns
    ]
    title, hospital = NOTICE_WORDS["title"].zh, NOTICE_WORDS["hospital"].zh
    above = (f"{title} {notice.number}", f"{hospital} {notice.hospital} · {notice.region.zh} · {notice.day}")
    return Sheet(book, name, heads, above)


def _items_of(notice: Notice, fields: Sequence[str]) -> Iterator[list[object]]:
    """Fee lines of all findings, for the workbook."""
    for line in notice.lines:
        for item in line.items:
            kind = NOTICE_WORDS["at_fault" if item.offending else "concerned"].zh
            own = {"key": line.key, "rule": line.rule, "kind": kind}
            yield [own[field] if field in own else getattr(item, field) for field in fields]


def _cell(line: NoticeLine, field: str) -> object:
    """A field as the workbook has it: states in words, as on the page."""
    return STATES[line.state].zh if field == "state" and line.state in STATES else _shown(getattr(line, field))


def _shown(value: object) -> object:
    """Words in Chinese, several of them as one text; all else as it is."""
    if type(value) is tuple:
        return "；".join(words.zh for words in value)
    return getattr(value, "zh", value)


def notice_names(hospitals: list[str]) -> dict[str, str]:
    """File names without their ending, by hospital."""
    return {code: name.removesuffix(".html") for code, name in file_names("notice", hospitals).items()}
