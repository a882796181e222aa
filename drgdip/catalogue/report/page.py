"""``report.html`` of a build: one file, nothing fetched, the same bytes for the same build."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drgdip.base.scaled import format_scaled
from drgdip.base.text import Language, Text
from drgdip.catalogue.against import Against
from drgdip.catalogue.moves import HospitalEffect, by_hospital
from drgdip.catalogue.report.charts import (
    Difference,
    class_words,
    coverage_chart,
    difference_chart,
    largest_chart,
    percent,
    variation_chart,
)
from drgdip.catalogue.report.columns import EFFECT_COLUMNS, GROUP_COLUMNS, MOVE_COLUMNS, pick
from drgdip.catalogue.report.facts import BuildReport
from drgdip.catalogue.report.rows import explained_e4, share_e4
from drgdip.catalogue.report.words import CRITERIA, KINDS, MOVES, STANDINGS, TIERS, TYPES, WORDS
from drgdip.statement.cells import with_separators
from drgdip.statement.columns import UNIT_NAMES
from drgdip.statement.groups import UNGROUPED
from drgdip.statement.pages import Templates
from drgdip.statement.words import STATUS

#: Rows of the page's tables; everything is in the workbook.
GROUP_ROWS, MISSED_ROWS, MOVE_ROWS, HOSPITAL_ROWS = 20, 30, 30, 36

TEMPLATES = Templates(WORDS, "drgdip.catalogue.report")
_GROUP_FIELDS = ("code", "name", "kind", "points_e4", "mean_cost_fen", "cases", "share_e4", "mean_stay_e4",
                 "variation_before_e4", "variation_e4", "drift_e4")  # fmt: skip
_MISSED_FIELDS = ("code", "name", "kind", "points_e4", "mean_cost_fen", "cases", "variation_e4", "drift_e4", "misses")
MOVE_FIELDS = ("kind", "code_before", "code", "name", "points_before_e4", "points_e4", "change_e4", "cases_before",
                "cases", "effect_e4")  # fmt: skip
EFFECT_FIELDS = ("hospital_code", "cases", "cost_fen", "before_fen", "after_fen", "difference_fen", "change_e4")
#: Columns shown as per cent.
PERCENTS = frozenset({"share_e4", "change_e4", "drift_e4", "cost_share_e4"})


def write_report_html(path: Path, report: BuildReport, language: Language = "zh") -> None:
    """Write the page in one language."""
    path.write_text(report_html(report, language), encoding="utf-8", errors="backslashreplace", newline="\n")


def report_html(report: BuildReport, language: Language = "zh") -> str:
    """The page as text."""
    missed = sorted((row for row in report.groups if row.missed), key=lambda row: (-row.cases, row.code))
    largest = sorted(report.groups, key=lambda row: (-row.cases, row.code))[:GROUP_ROWS]
    columns = (*GROUP_COLUMNS, *((*MOVE_COLUMNS, *EFFECT_COLUMNS) if report.against else ()))
    return TEMPLATES.render(
        "catalogue.html.j2", language, report=report, statuses=STATUS, kinds=KINDS, moves=MOVES,
        types=TYPES, criteria=CRITERIA, tiers=TIERS, standings=STANDINGS, percent=percent, percents=PERCENTS, ungrouped=UNGROUPED,
        units=UNIT_NAMES, signed=signed, share=share_e4, definitions=list(dict.fromkeys(columns)),
        figures=_figures(report), group_columns=pick(GROUP_COLUMNS, _GROUP_FIELDS), largest=largest,
        missed_columns=pick(GROUP_COLUMNS, _MISSED_FIELDS), missed_rows=missed[:MISSED_ROWS], missed_count=len(missed),
        class_words=[class_words(report.classes, place, language) for place in range(len(report.classes))],
        sentences=_sentences(report), names=[Path(file.path).name for file in report.inputs],
        **_charts(report, language), **(_against(report.against, language) if report.against else {"moves_shown": None}),
    )  # fmt: skip


def signed(value_e4: int) -> str:
    """A change as per cent with its sign."""
    return f"{'+' if value_e4 > 0 else '-' if value_e4 < 0 else ''}{percent(abs(value_e4))}"


def ratio(value_e4: int) -> str:
    """A coefficient with two decimals, half-up."""
    return format_scaled((value_e4 + 50) // 100, 2)


def _figures(report: BuildReport) -> list[tuple[Text, str]]:
    spread = report.homogeneity
    core = sum(row.kind != "comprehensive" for row in report.groups)
    return [
        (WORDS["stays_kept"], f"{report.cleaning.kept:,}"),
        (WORDS["coverage"], percent(report.covered_e4)),
        (WORDS["group_count"], f"{len(report.groups):,}"),
        (WORDS["core_count"], f"{core:,}"),
        (WORDS["region_mean"], with_separators(report.region_mean_fen, "yuan")),
        (WORDS["core_variation"], f"{ratio(spread.core_variation_before_e4)} → {ratio(spread.core_variation_e4)}"),
        (WORDS["explained"], percent(spread.explained_e4)),
        (WORDS["threshold"], f"{report.threshold:,}"),
    ]


def _sentences(report: BuildReport) -> dict[str, Text]:
    spread, settings, trim = report.homogeneity, report.settings, report.settings.trim
    explained = {"now": percent(spread.explained_e4)}
    if report.against:
        explained["before"] = percent(explained_e4(report.against.statistics))
    limits = [100 * limit for limit in (settings.quality.maximum_variation, settings.quality.maximum_drift)]
    return {
        "means": WORDS["variation_means"].fill(
            core_before=ratio(spread.core_variation_before_e4), core=ratio(spread.core_variation_e4),
            all_before=ratio(spread.mean_variation_before_e4), all=ratio(spread.mean_variation_e4),
            region=ratio(report.region_variation_e4),
        ),
        "explained": WORDS["explained_before" if report.against else "explained_now"].fill(**explained),
        "missed": WORDS["missed_note"].fill(
            variation=ratio(int(limits[0] * 100)), drift=percent(int(limits[1] * 100))
        ),
        "trim": WORDS["trim_note"].fill(minimum=trim.minimum_cases) if trim else WORDS["trim_none"],
    }  # fmt: skip


def _charts(report: BuildReport, language: Language) -> dict[str, Any]:
    from markupsafe import Markup

    return {
        "coverage_svg": Markup(coverage_chart(report.coverage, report.years, language)),
        "variation_svg": Markup(variation_chart(report.classes, language)),
        "largest_svg": Markup(largest_chart(report.groups, language)) if report.groups else None,
    }


def _against(against: Against, language: Language) -> dict[str, Any]:
    from markupsafe import Markup

    effects = by_hospital(against.effects)
    kinds = Counter[str](move.kind for move in against.moves)
    moved = [move for move in against.moves if move.effect_e4]
    bars = [Difference(one.hospital_code, one.difference_fen, signed(one.change_e4)) for one in effects]
    return {
        "moves_shown": moved[:MOVE_ROWS],
        "move_columns": pick(MOVE_COLUMNS, MOVE_FIELDS),
        "moves_counts": WORDS["moves_counts"].fill(**{kind: f"{kinds[kind]:,}" for kind in MOVES}),
        "effects": effects[:HOSPITAL_ROWS],
        "effect_columns": pick(EFFECT_COLUMNS, EFFECT_FIELDS),
        "effect_sum": effect_sum(effects),
        "effects_svg": Markup(difference_chart(bars, "yuan", "by-effect")) if any(b.amount for b in bars) else None,
    }  # fmt: skip


def effect_sum(effects: Sequence[HospitalEffect]) -> Text:
    """What all hospitals gain and lose together, in words."""
    gain = sum(max(one.difference_fen, 0) for one in effects)
    loss = -sum(min(one.difference_fen, 0) for one in effects)
    share = percent(share_e4(gain, sum(one.cost_fen for one in effects)))
    return WORDS["effect_sum"].fill(gain=with_separators(gain, "yuan"), loss=with_separators(loss, "yuan"), share=share)
