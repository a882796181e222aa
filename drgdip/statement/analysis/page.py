"""``analysis.html``: a period on paper – one file, nothing fetched, the same bytes for the same months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from drgdip.base.text import Language
from drgdip.statement.analysis.columns import (
    EXECUTION_COLUMNS,
    FLOW_COLUMNS,
    QUARTER_COLUMNS,
    Analysis,
    ScopeRow,
)
from drgdip.statement.analysis.files import gaming_tables
from drgdip.statement.analysis.words import ANALYSIS_WORDS, LEVELS, VALUE_WORDS
from drgdip.statement.cells import shorten, with_separators
from drgdip.statement.drawing import DARK, GREY, HALF, LOSS, MIDDLE, RULE, TEXT_SIZE, bar, bare, draw, height_of, label
from drgdip.statement.pages import Templates
from drgdip.statement.table_sheets import worded
from drgdip.statement.words import WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Hospitals on the page; all of them are in ``analysis.xlsx``.
SHOWN = 40
#: Signs of gaming on the page; all of them are in the CSV files.
SIGNS = 25
_KEY = (
    "mean_cost",
    "mean_stay",
    "cmi",
    "grouping_rate",
    "paid_over_recorded",
    "low_share",
    "high_share",
    "readmission_14",
)
_HOSPITAL = ("mean_cost", "mean_stay", "cmi", "time_index", "cost_index", "paid_over_recorded", "self_paid_share",
             "low_share", "high_share", "readmission_14", "quality_rate")  # fmt: skip
_E4 = 10_000
_TEMPLATES = Templates({**WORDS, **ANALYSIS_WORDS}, "drgdip.statement")


def analysis_html(analysis: Analysis, language: Language = "zh") -> str:
    """The page as text."""
    from markupsafe import Markup

    by_key = {column.key: column for column in analysis.indicators}
    city = next(row for row in analysis.scopes if row.scope == "city")
    hospitals = sorted(_of(analysis, "hospital"), key=lambda row: (-row.cases, row.key))
    return _TEMPLATES.render(
        "analysis.html.j2", language, analysis=analysis, run=analysis.record, levels=LEVELS, city=city,
        worded=worded, value_words=VALUE_WORDS,
        key_columns=[by_key[key] for key in _KEY], hospital_columns=[by_key[key] for key in _HOSPITAL],
        hospitals=hospitals[:SHOWN], counties=_of(analysis, "county"),
        county_columns=[by_key[key] for key in ("admission_rate", *_HOSPITAL[:2], *_HOSPITAL[4:8])],
        quarter_columns=QUARTER_COLUMNS, execution_columns=EXECUTION_COLUMNS, flow_columns=FLOW_COLUMNS,
        index_chart=Markup(index_chart(hospitals[:SHOWN])),
        execution_chart=Markup(execution_chart(analysis)) if analysis.execution else "",
        drift_chart=Markup(drift_chart(analysis)) if len(analysis.drift) > 1 else "",
        gaming=[(f"analysis_{name}", columns, rows[:SIGNS]) for name, columns, rows in gaming_tables(analysis)],
    )  # fmt: skip


def drift_chart(analysis: Analysis) -> str:
    """By hospital what the case-mix index has changed by: families of groups (lower bar) and tiers within them (upper)."""
    shown = [row for row in analysis.drift if row.hospital][:20]
    top = max([1, *(abs(value) for row in shown for value in (row.tier_e4, row.mix_e4))])

    def paint(axes: Axes) -> None:
        bare(axes)
        for place, row in enumerate(shown):
            bar(axes, place - 0.19, row.tier_e4 / top, LOSS if row.tier_e4 > 0 else DARK, 0.36)
            bar(axes, place + 0.19, row.mix_e4 / top, GREY, 0.36)
            label(axes, place, shorten(row.hospital, 20))
            axes.text(max(row.tier_e4, row.mix_e4, 0) / top + 0.02, place, with_separators(row.tier_e4, "ratio"),
                      va="center", fontsize=TEXT_SIZE - 1)  # fmt: skip
        axes.set_xlim(-1.05, 1.3)
        axes.set_ylim(max(len(shown), 1) - 0.5, -0.5)
        axes.axvline(0, color=RULE, linewidth=0.8)

    return draw("by-drift", (HALF, height_of(len(shown))), (1.45, 0.3, 0.05, 0.05), paint)


def _of(analysis: Analysis, scope: str) -> list[ScopeRow]:
    return [row for row in analysis.scopes if row.scope == scope]


def index_chart(hospitals: Sequence[ScopeRow]) -> str:
    """Cost and time consumption index by hospital, as distance from one."""
    shown = [row for row in hospitals if row.values["cost_index"] is not None][:20]
    away = [[(row.values[key] or _E4) - _E4 for key in ("cost_index", "time_index")] for row in shown]
    top = max([500, *(abs(value) for pair in away for value in pair)])

    def paint(axes: Axes) -> None:
        bare(axes)
        for place, (row, pair) in enumerate(zip(shown, away, strict=True)):
            bar(axes, place - 0.19, pair[0] / top, LOSS if pair[0] > 0 else DARK, 0.36)
            bar(axes, place + 0.19, pair[1] / top, GREY, 0.36)
            label(axes, place, shorten(row.key, 20))
            words = f"{with_separators(row.values['cost_index'] or 0, 'ratio')}"
            axes.text(max(max(pair), 0) / top + 0.02, place, words, va="center", fontsize=TEXT_SIZE - 1)
        axes.set_xlim(-1.05, 1.3)
        axes.set_ylim(max(len(shown), 1) - 0.5, -0.5)
        axes.axvline(0, color=RULE, linewidth=0.8)

    return draw("by-index", (HALF, height_of(len(shown))), (1.45, 0.3, 0.05, 0.05), paint)


def execution_chart(analysis: Analysis) -> str:
    """Budget execution by pool; a line stands at one."""
    rows = analysis.execution
    top = max(_E4 * 12 // 10, *(row.execution_e4 for row in rows)) if rows else _E4
    colours = {"none": MIDDLE, "yellow": "#c9a227", "red": LOSS}

    def paint(axes: Axes) -> None:
        bare(axes)
        for place, row in enumerate(rows):
            bar(axes, place, row.execution_e4 / top, colours[row.level], 0.62)
            label(axes, place, shorten(row.pool, 24))
            axes.text(row.execution_e4 / top + 0.012, place, with_separators(row.execution_e4, "ratio"), va="center",
                      fontsize=TEXT_SIZE)  # fmt: skip
        axes.set_xlim(0, 1.15)
        axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
        axes.axvline(_E4 / top, color=RULE, linewidth=1)

    return draw("by-execution", (HALF, height_of(len(rows))), (1.6, 0.2, 0.05, 0.05), paint)
