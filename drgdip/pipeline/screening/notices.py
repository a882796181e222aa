"""Notices of findings, one a hospital, from where findings stand after a run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.scaled import format_scaled
from drgdip.interface.notice import Notice, NoticeItem, NoticeLine
from drgdip.screening.findings import Finding
from drgdip.screening.review.outcome import denied_fen, is_open
from drgdip.screening.review.states import UPHELD, WAITING, Standing
from drgdip.screening.sentences import plain_numbers, time_text

if TYPE_CHECKING:
    from drgdip.pipeline.screening.reviewing import Review


def notices_of(findings: Sequence[Finding], review: Review) -> list[Notice]:
    """Notices by hospital, of all findings that wait, are upheld or are held."""
    by_hospital: dict[str, list[NoticeLine]] = {}
    held = {one.standing.key for one in review.held}
    for finding in sorted(findings, key=lambda one: (one.settlement, one.rule.id, one.key)):
        one = review.course.standings.get(finding.key)
        part = _part(one, held) if one else ""
        if one and part and not finding.merged_into and finding.hospital:
            by_hospital.setdefault(finding.hospital, []).append(_line(part, finding, one))
    day = review.day.isoformat()
    return [
        Notice(f"YD-{day}-{hospital}", hospital, review.policy_name, review.region, day, review.terms.reply_days, tuple(lines),
               any(line.key in held for line in lines))
        for hospital, lines in sorted(by_hospital.items())
    ]  # fmt: skip


def _part(one: Standing, held: Collection[str]) -> str:
    if one.state in WAITING:
        return "answer"
    if one.state in UPHELD:
        return "denied"
    return ("held" if one.key in held else "open") if is_open(one) else ""


def _line(part: str, finding: Finding, one: Standing) -> NoticeLine:
    rule = finding.rule
    fund = denied_fen(one) if part == "denied" else one.fund_fen
    return NoticeLine(
        part, finding.key, rule.id, rule.name, finding.severity, one.state, one.deadline, finding.settlement, finding.visit,
        _numbers(finding.offending), _numbers(finding.related), finding.sentence, finding.hit.formula, rule.basis,
        ";".join(finding.list_rows or finding.lists), tuple(guard.text for guard in finding.answers), one.fee_fen, one.scope_fen, fund,
        str(finding.facts.get("values", "")), tuple(_items(finding)),
    )  # fmt: skip


def _items(finding: Finding) -> Iterator[NoticeItem]:
    """The lines of a finding, the offending first."""
    for place, line in enumerate(finding.lines):
        time = "" if line.time_s is None else time_text(line.time_s)
        quantity = "" if line.quantity_e4 is None else plain_numbers(format_scaled(line.quantity_e4, 4))
        yield NoticeItem(
            place < len(finding.offending), line.number, line.item, time, quantity, line.fee_fen, line.name,
            line.price_e6, line.order, line.doctor, line.department,
        )  # fmt: skip


def _numbers(lines: Sequence[tuple[str, str]]) -> str:
    return "、".join(number for _, number in lines)


def write_notices(folder: Path, findings: Sequence[Finding], review: Review) -> None:
    """Write a page and a workbook for each hospital, and the platform's answer for all findings."""
    from drgdip.pipeline.screening.answer import answer_text
    from drgdip.statement.notice import notice_names, notices_html, write_notice_xlsx

    notices = notices_of(findings, review)
    names = notice_names([notice.hospital for notice in notices])
    for notice, page in zip(notices, notices_html(notices), strict=True):
        name = names[notice.hospital]
        (folder / f"{name}.html").write_text(page, encoding="utf-8", errors="backslashreplace", newline="\n")
        write_notice_xlsx(folder / f"{name}.xlsx", notice)
    (folder / "results.json").write_text(answer_text(findings, review.course.standings), encoding="utf-8", newline="\n")
