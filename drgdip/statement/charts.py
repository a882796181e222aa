"""The reports' charts: payable against recorded, cost bands by pool, the groups that cost most or differ most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from drgdip.base.rounding import divide
from drgdip.base.text import Language, Text
from drgdip.interface.statement_row import StatementRow
from drgdip.statement.cells import as_text, shorten, with_separators
from drgdip.statement.columns import BAND_FIELDS, STATEMENT_COLUMNS, GroupTotal
from drgdip.statement.drawing import (
    DARK,
    GREY,
    HALF,
    INK,
    LIGHT,
    LOSS,
    MIDDLE,
    RULE,
    SOFT,
    TEXT_SIZE,
    WHOLE,
    bar,
    bare,
    draw,
    height_of,
    label,
    room,
)  # fmt: skip
from drgdip.statement.groups import UNGROUPED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HOSPITALS_SHOWN = 20
GROUPS_SHOWN = 15
#: Of either sign.
DIFFERENCES_SHOWN = 8

_BAND_COLOURS = (LIGHT, MIDDLE, DARK, LOSS, GREY, "#d9c9a3")
_BAND_INK = (INK, "white", "white", "white", "white", INK)


def largest(rows: Sequence[StatementRow], count: int) -> list[StatementRow]:
    """The rows with the largest payable, ties by hospital and pool."""
    return sorted(rows, key=lambda row: (-row.payable_fen, row.hospital_code, row.pool))[:count]


def hospital_chart(hospitals: Sequence[StatementRow]) -> str:
    """Payable and recorded as paired bars, the largest hospitals on top."""
    shown = largest(hospitals, HOSPITALS_SHOWN)
    top = max([1, *(max(row.payable_fen, row.recorded_fen) for row in shown)])

    def paint(axes: Axes) -> None:
        bare(axes)
        for place, row in enumerate(shown):
            bar(axes, place - 0.19, row.payable_fen / top, DARK, 0.36)
            bar(axes, place + 0.19, row.recorded_fen / top, LIGHT, 0.36)
            label(axes, place, shorten(row.hospital_code, 20))
            end = max(row.payable_fen, row.recorded_fen, 0) / top
            sign = "+" if row.difference_fen > 0 else ""
            axes.text(end + 0.012, place, sign + with_separators(row.difference_fen, "yuan"), va="center",
                      fontsize=TEXT_SIZE - 1)  # fmt: skip
        room(axes, len(shown), min([0, *(min(row.payable_fen, row.recorded_fen) for row in shown)]) / top)

    return draw("by-hospital", (HALF, height_of(len(shown))), (1.45, 1.0, 0.05, 0.05), paint)


def group_chart(groups: Sequence[GroupTotal], language: Language) -> str:
    """The groups with the largest payable."""
    shown = sorted(groups, key=lambda group: (-group.payable_fen, group.code))[:GROUPS_SHOWN]
    top = max([1, *(group.payable_fen for group in shown)])
    cases = "例" if language == "zh" else "cases"

    def paint(axes: Axes) -> None:
        bare(axes)
        for place, group in enumerate(shown):
            bar(axes, place, group.payable_fen / top, MIDDLE, 0.62)
            label(axes, place - 0.17, shorten(group.code, 30))
            label(
                axes,
                place + 0.21,
                shorten(_name(group, language), 34),
                size=TEXT_SIZE - 1.5,
                colour=SOFT,
            )
            axes.text(max(group.payable_fen, 0) / top + 0.015, place - 0.17, with_separators(group.payable_fen, "yuan"),
                      va="center", fontsize=TEXT_SIZE - 0.5)  # fmt: skip
            axes.text(max(group.payable_fen, 0) / top + 0.015, place + 0.21, f"{group.cases:,} {cases}", va="center",
                      fontsize=TEXT_SIZE - 1.5, color=SOFT)  # fmt: skip
        room(axes, len(shown), min([0, *(group.payable_fen for group in shown)]) / top)

    return draw("by-group", (HALF, height_of(len(shown), 0.31)), (1.95, 1.0, 0.05, 0.05), paint)


def difference_chart(groups: Sequence[GroupTotal], language: Language) -> str:
    """Payable less recorded: the groups with the largest surplus above those with the largest shortfall.

    Cases and cost ratio stand at the right. Groups without a difference are left out.
    """
    ordered = sorted((group for group in groups if group.difference_fen), key=_surplus_first)
    gains, losses = [[g for g in ordered if (g.difference_fen > 0) == side] for side in (True, False)]
    shown = [*gains[:DIFFERENCES_SHOWN], *losses[-DIFFERENCES_SHOWN:]]
    top = max([1, *(abs(group.difference_fen) for group in shown)])
    words = Text("{cases} 例,费用比 {ratio}", "{cases} cases, cost ratio {ratio}").in_language(language)

    def paint(axes: Axes) -> None:
        bare(axes)
        for place, group in enumerate(shown):
            length = group.difference_fen / top
            bar(axes, place, length, DARK if length > 0 else LOSS, 0.62)
            label(axes, place, shorten(f"{shorten(group.code, 26)} {_name(group, language)}".strip(), 62))
            sign, away, side = ("+", 0.015, "left") if length > 0 else ("", -0.015, "right")
            axes.text(length + away, place, sign + with_separators(group.difference_fen, "yuan"), va="center",
                      ha=side, fontsize=TEXT_SIZE - 0.5)  # fmt: skip
            ratio = as_text(divide(group.cost_ratio_e4, 100) * 100, "ratio")[:-2]
            axes.annotate(words.format(cases=f"{group.cases:,}", ratio=ratio), (1, place), annotation_clip=False,
                          xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
                          va="center", fontsize=TEXT_SIZE - 0.5, color=SOFT)  # fmt: skip
        axes.set_xlim(-1.28 if losses else -0.03, 1.28 if gains else 0.03)
        axes.set_ylim(max(len(shown), 1) - 0.5, -0.5)
        axes.axvline(0, color=RULE, linewidth=0.8)

    return draw("by-difference", (WHOLE, height_of(len(shown))), (4.1, 1.7, 0.05, 0.05), paint)


def _surplus_first(group: GroupTotal) -> tuple[int, str]:
    return -group.difference_fen, group.code


def _name(group: GroupTotal, language: Language) -> str:
    return group.name if group.code else UNGROUPED.in_language(language)


def band_chart(pools: Sequence[StatementRow], language: Language) -> str:
    """Shares of cases by cost band, one bar a pool, counts in the bars."""
    labels = {c.field: c.label.in_language(language) for c in STATEMENT_COLUMNS}

    def paint(axes: Axes) -> None:
        bare(axes)
        for place, row in enumerate(pools):
            _bands(axes, place, [getattr(row, field) for field in BAND_FIELDS])
            label(axes, place, shorten(row.pool_name.in_language(language), 34))
        step = 1 / len(BAND_FIELDS)
        for place, field in enumerate(BAND_FIELDS):
            axes.barh(-0.95, 0.012, left=place * step, height=0.34, color=_BAND_COLOURS[place])
            axes.text(place * step + 0.018, -0.95, labels[field], va="center", fontsize=TEXT_SIZE)
        axes.set_xlim(0, 1)
        axes.set_ylim(len(pools) - 0.5, -1.4)

    return draw("by-band", (WHOLE, height_of(len(pools) + 1, 0.24)), (2.0, 0.1, 0.05, 0.05), paint)


def _bands(axes: Axes, place: float, counts: Sequence[int]) -> None:
    whole, left = sum(counts), 0.0
    for count, colour, ink in zip(counts, _BAND_COLOURS, _BAND_INK, strict=True):
        if count == 0:
            continue
        share = count / whole
        axes.barh(place, share, left=left, height=0.66, color=colour, edgecolor="white", linewidth=0.4)
        if share >= 0.045:
            tenths = (count * 2000 + whole) // (2 * whole)
            words = f"{count:,} ({tenths // 10}.{tenths % 10}%)" if share >= 0.12 else f"{count:,}"
            axes.text(left + share / 2, place, words, ha="center", va="center", color=ink, fontsize=TEXT_SIZE - 0.5)
        left += share
