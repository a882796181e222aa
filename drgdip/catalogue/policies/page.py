"""``backtest.html``: two policies on the same closed months, on paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drgdip.base.provenance import InputFile
from drgdip.base.text import Language, Text
from drgdip.catalogue.policies import columns as c
from drgdip.catalogue.policies.result import PolicyBackTest
from drgdip.catalogue.policies.words import WORDS
from drgdip.catalogue.report.charts import Difference, difference_chart, percent
from drgdip.catalogue.report.page import PERCENTS, signed
from drgdip.statement.cells import with_separators
from drgdip.statement.columns import UNIT_NAMES
from drgdip.statement.groups import UNGROUPED
from drgdip.statement.pages import Templates
from drgdip.statement.proof import failed
from drgdip.statement.words import STATUS

#: Rows of the page's tables; everything is in the workbook.
SHOWN = 30
_TEMPLATES = Templates(WORDS, "drgdip.catalogue.report")


def write_backtest_html(
    path: Path, found: PolicyBackTest, inputs: Sequence[InputFile], language: Language = "zh"
) -> None:
    """Write the page in one language."""
    text = backtest_html(found, inputs, language)
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def backtest_html(found: PolicyBackTest, inputs: Sequence[InputFile], language: Language = "zh") -> str:
    """The page as text."""
    ungrouped = UNGROUPED.in_language(language)
    groups = [row._replace(name=row.name if row.code else ungrouped) for row in found.groups]
    columns = (*c.BY_CAUSE_COLUMNS, *c.POOL_COLUMNS, *c.HOSPITAL_COLUMNS, *c.GROUP_COLUMNS)
    return _TEMPLATES.render(
        "backtest.html.j2", language, found=found, inputs=inputs, names=[Path(file.path).name for file in inputs],
        statuses=STATUS, moves={}, percent=percent, signed=signed, percents=PERCENTS, units=UNIT_NAMES,
        broken=failed(found.proof), figures=_figures(found), lent=notes(found),
        sides=((WORDS["policy_before"], found.before.policy), (WORDS["policy_after"], found.after.policy)),
        cause_columns=c.BY_CAUSE_COLUMNS, pool_columns=c.POOL_COLUMNS, hospital_columns=c.HOSPITAL_COLUMNS,
        group_columns=c.GROUP_COLUMNS, groups=groups, rows_shown=SHOWN, definitions=list(dict.fromkeys(columns)),
        causes_svg=_chart([(one.cause, one.difference_fen, "") for one in found.by_cause], "by-cause"),
        hospitals_svg=_chart([(row.code, row.difference_fen, signed(row.change_e4)) for row in found.hospitals], "by-hospital"),
        groups_svg=_chart([(f"{row.code or '—'} {row.name}", row.difference_fen, signed(row.change_e4)) for row in groups],
                          "by-group"),
    )  # fmt: skip


def notes(found: PolicyBackTest) -> list[Text]:
    """Which policy lends the period the values of a day that is none of it, what is taken along, and what is not."""
    words = Text(
        "{name} 不含回测期间,按其 {day} 的取值结算",
        "{name} does not cover the period: its values of {day} stand for it",
    )
    late = Text(
        "{months} 因清单迟到暂缓的金额两侧均未计入",
        "what {months} hold for lists that came late is left out on both sides",
    )
    held = Text(
        "未办结疑点共 {all} 条,新旧两侧均按各自政策暂缓,影响应拨而不影响应付",
        "{all} open findings hold money on both sides, as each policy says: of what is due, not of what is payable",
    )
    taken = Text(
        "特例单议决定与拒付共 {all} 项,在病例结算月份一并计入新旧两侧",
        "{all} decisions and denials are taken along on both sides, in the months of their stays",
    )
    without = Text(
        "不起作用的 {n} 项,逐项原因见 findings.csv:{ids}",
        "without effect under a policy: {n} (findings.csv says why): {ids}",
    )
    lent = [
        words.fill(name=f"{one.policy.name} {one.policy.version}", day=one.day.isoformat())
        for one in (found.before, found.after)
        if one.day is not None
    ]
    ids = ", ".join(f"{one.id} ({one.side})" for one in found.not_applied[:SHOWN])
    number = len({(one.kind, one.id) for one in found.not_applied})
    return [
        *lent,
        *([taken.fill(all=f"{found.taken:,}")] if found.taken else []),
        *([without.fill(n=f"{number:,}", ids=ids)] if found.not_applied else []),
        *([held.fill(all=f"{found.held:,}")] if found.held else []),
        *([late.fill(months=", ".join(found.left_out))] if found.left_out else []),
    ]


def _figures(found: PolicyBackTest) -> list[tuple[Text, str]]:
    total = found.total
    return [
        (WORDS["compare_cases"], f"{total.cases:,}"),
        (WORDS["compare_before"], with_separators(total.before_fen, "yuan")),
        (WORDS["compare_after"], with_separators(total.after_fen, "yuan")),
        (WORDS["compare_difference"], with_separators(total.difference_fen, "yuan")),
        (WORDS["policies_due"], with_separators(total.due_difference_fen, "yuan")),
        (WORDS["compare_winners"], f"{sum(row.difference_fen > 0 for row in found.hospitals):,}"),
        (WORDS["compare_losers"], f"{sum(row.difference_fen < 0 for row in found.hospitals):,}"),
    ]


def _chart(rows: list[tuple[str, int, str]], name: str) -> Any:
    from markupsafe import Markup

    bars = [Difference(*row) for row in rows]
    return Markup(difference_chart(bars, "yuan", name)) if any(one.amount for one in bars) else None
