"""``compare.html``: two editions on the same cases, on paper."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from drgdip.base.provenance import InputFile
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Language, Text
from drgdip.catalogue.compare import Comparison, Settled
from drgdip.catalogue.moves import by_hospital
from drgdip.catalogue.report.charts import Difference, difference_chart, percent
from drgdip.catalogue.report.columns import EFFECT_COLUMNS, MOVE_COLUMNS, pick
from drgdip.catalogue.report.compare_columns import GROUP_COLUMNS, HOSPITAL_COLUMNS, PAIR_COLUMNS, POOL_COLUMNS
from drgdip.catalogue.report.page import EFFECT_FIELDS, MOVE_FIELDS, PERCENTS, TEMPLATES, effect_sum, signed
from drgdip.catalogue.report.rows import share_e4
from drgdip.catalogue.report.words import MOVES, WORDS
from drgdip.statement.cells import with_separators
from drgdip.statement.columns import UNIT_NAMES
from drgdip.statement.groups import UNGROUPED
from drgdip.statement.words import STATUS

#: Rows of the page's tables; everything is in the workbook.
HOSPITAL_ROWS, GROUP_ROWS, PAIR_ROWS, MOVE_ROWS = 36, 30, 30, 30


def write_compare_html(path: Path, found: Comparison, inputs: list[InputFile], language: Language = "zh") -> None:
    """Write the page in one language."""
    text = compare_html(found, inputs, language)
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def compare_html(found: Comparison, inputs: list[InputFile], language: Language = "zh") -> str:
    """The page as text."""
    kinds = Counter[str](move.kind for move in found.moves)
    columns = (*POOL_COLUMNS, *HOSPITAL_COLUMNS, *GROUP_COLUMNS, *PAIR_COLUMNS, *MOVE_COLUMNS)
    return TEMPLATES.render(
        "compare.html.j2", language, found=found, inputs=inputs, names=[Path(file.path).name for file in inputs],
        statuses=STATUS, moves=MOVES, percent=percent, signed=signed, percents=PERCENTS, ungrouped=UNGROUPED, units=UNIT_NAMES,
        editions=((WORDS["edition_before"], found.before), (WORDS["edition_after"], found.after)),
        moves_counts=WORDS["moves_counts"].fill(**{kind: f"{kinds[kind]:,}" for kind in MOVES}),
        moves_shown=[move for move in found.moves if move.effect_e4][:MOVE_ROWS],
        move_columns=pick(MOVE_COLUMNS, MOVE_FIELDS), definitions=list(dict.fromkeys(columns)),
        **(_settled(found.settled, language) if found.settled else _weights(found, language)),
    )  # fmt: skip


def factor_words(settled: Settled) -> Text:
    """How total points were held, in words."""
    factor = settled.test.factor
    held = (2 * factor.numerator * 10**6 + factor.denominator) // (2 * factor.denominator)
    return WORDS[f"held_{settled.test.total_points}"].fill(factor=format_scaled(held, 6))


def _settled(settled: Settled, language: Language) -> dict[str, Any]:
    test, total = settled.test, settled.total
    moved = [row for row in settled.pairs if row.regrouped]
    stays = sum(row.cases for row in settled.pairs)
    regrouped = sum(row.cases for row in moved)
    only = WORDS["compare_only"].fill(before=f"{test.only_before:,}", after=f"{test.only_after:,}")
    return {
        "figures": [
            (WORDS["compare_cases"], f"{total.cases:,}"),
            (WORDS["compare_before"], with_separators(total.before_fen, "yuan")),
            (WORDS["compare_after"], with_separators(total.after_fen, "yuan")),
            (WORDS["compare_difference"], with_separators(total.difference_fen, "yuan")),
            (WORDS["compare_winners"], f"{sum(row.difference_fen > 0 for row in settled.hospitals):,}"),
            (WORDS["compare_losers"], f"{sum(row.difference_fen < 0 for row in settled.hospitals):,}"),
            (WORDS["compare_regrouped"], f"{regrouped:,} ({percent(share_e4(regrouped, stays))})"),
            (WORDS["compare_factor"], format_scaled(round(test.factor * 10_000), 4)),
        ],
        "held": factor_words(settled),
        "only": only if test.only_before or test.only_after else None,
        "total": total, "shown_hospitals": settled.hospitals[:HOSPITAL_ROWS], "shown_groups": settled.groups[:GROUP_ROWS],
        "shown_pairs": [row for row in moved if row.difference_fen][:PAIR_ROWS], "moved_pairs": len(moved),
        "pool_columns": POOL_COLUMNS, "hospital_columns": [c for c in HOSPITAL_COLUMNS if c.field != "pool"],
        "group_columns": GROUP_COLUMNS, "pair_columns": PAIR_COLUMNS,
        "hospitals_svg": _chart([(row.code, row.difference_fen, signed(row.change_e4)) for row in settled.hospitals],
                                "by-hospital", language),
        "groups_svg": _chart([(f"{row.code or '—'} {row.name or UNGROUPED.in_language(language)}", row.difference_fen, signed(row.change_e4))
                              for row in settled.groups], "by-group", language),
    }  # fmt: skip


def _weights(found: Comparison, language: Language) -> dict[str, Any]:
    effects = by_hospital(found.effects)
    return {
        "effects": effects[:HOSPITAL_ROWS],
        "effect_columns": pick(EFFECT_COLUMNS, EFFECT_FIELDS),
        "effect_sum": effect_sum(effects),
        "effects_svg": _chart([(one.hospital_code, one.difference_fen, signed(one.change_e4)) for one in effects],
                              "by-effect", language),
    }  # fmt: skip


def _chart(rows: list[tuple[str, int, str]], name: str, language: Language) -> Any:
    from markupsafe import Markup

    bars = [Difference(*row) for row in rows]
    return Markup(difference_chart(bars, "yuan", name)) if any(one.amount for one in bars) else None
