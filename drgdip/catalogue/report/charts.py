"""Charts of the reports: coverage, variation, largest groups, and who gains or loses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.text import Language
from drgdip.catalogue.report.rows import CoverageRow, GroupRow, VariationClass
from drgdip.catalogue.report.words import KINDS, WORDS
from drgdip.statement.cells import as_text, shorten, with_separators
from drgdip.statement.drawing import (
    DARK,
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
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GROUPS_SHOWN = 15
#: Of either sign.
DIFFERENCES_SHOWN = 12

_LAYERS = {
    "pre": "#7a6a9b",
    "merge": "#9b8fb5",
    "assisted": "#b9a878",
    "core": DARK,
    "comprehensive": MIDDLE,
    "": "#d5dbe3",
}
_LAYER_INK = {"assisted": INK, "": INK}


def percent(part_e4: int) -> str:
    """A share as per cent with two decimals."""
    return f"{part_e4 // 100}.{part_e4 % 100:02d}%"


def coverage_chart(rows: Sequence[CoverageRow], years: Sequence[int], language: Language) -> str:
    """Shares of stays by layer, one bar a year."""

    def paint(axes: Axes) -> None:
        bare(axes)
        for place, year in enumerate(years):
            label(axes, place, str(year))
            _stack(axes, place, [(row.kind, row.stays[place]) for row in rows])
        step = 1 / len(rows)
        for place, row in enumerate(rows):
            axes.barh(-0.95, 0.012, left=place * step, height=0.34, color=_LAYERS[row.kind])
            axes.text(
                place * step + 0.018, -0.95, KINDS[row.kind].in_language(language), va="center", fontsize=TEXT_SIZE
            )
        axes.set_xlim(0, 1)
        axes.set_ylim(len(years) - 0.5, -1.4)

    return draw("by-layer", (WHOLE, height_of(len(years) + 1, 0.27)), (0.6, 0.1, 0.05, 0.05), paint)


def _stack(axes: Axes, place: float, parts: Sequence[tuple[str, int]]) -> None:
    whole, left = sum(stays for _, stays in parts), 0.0
    for kind, stays in parts:
        if not stays:
            continue
        share = stays / whole
        axes.barh(place, share, left=left, height=0.66, color=_LAYERS[kind], edgecolor="white", linewidth=0.4)
        if share >= 0.05:
            words = f"{stays:,} ({share:.1%})" if share >= 0.13 else f"{stays:,}"
            axes.text(left + share / 2, place, words, ha="center", va="center", color=_LAYER_INK.get(kind, "white"),
                      fontsize=TEXT_SIZE - 0.5)  # fmt: skip
        left += share


def class_words(classes: Sequence[VariationClass], place: int, language: Language) -> str:
    """What a class of variation holds, in words."""
    below = classes[place - 1].limit_e4 if place else 0
    limit = classes[place].limit_e4
    if limit is None:
        return WORDS["above"].fill(limit=_short(below or 0)).in_language(language)
    return WORDS["up_to"].fill(low=_short(below or 0), limit=_short(limit)).in_language(language)


def _short(value_e4: int) -> str:
    return as_text(value_e4, "ratio")[:-2]


def variation_chart(classes: Sequence[VariationClass], language: Language) -> str:
    """Groups by class of variation, before and after trimming."""
    top = max([1, *(max(one.before, one.after) for one in classes)])

    def paint(axes: Axes) -> None:
        bare(axes)
        for place, one in enumerate(classes):
            label(axes, place, class_words(classes, place, language))
            for offset, count, colour in ((-0.19, one.before, LIGHT), (0.19, one.after, DARK)):
                bar(axes, place + offset, count / top, colour, 0.36)
                axes.text(count / top + 0.012, place + offset, f"{count:,}", va="center", fontsize=TEXT_SIZE - 1)
        room(axes, len(classes), 0)

    return draw("by-variation", (HALF, height_of(len(classes), 0.36)), (0.9, 0.6, 0.05, 0.05), paint)


def largest_chart(groups: Sequence[GroupRow], language: Language) -> str:
    """The groups with the most stays."""
    shown = sorted(groups, key=lambda row: (-row.cases, row.code))[:GROUPS_SHOWN]
    top = max([1, *(row.cases for row in shown)])

    def paint(axes: Axes) -> None:
        bare(axes)
        for place, row in enumerate(shown):
            bar(axes, place, row.cases / top, DARK if row.kind != "comprehensive" else MIDDLE, 0.62)
            label(axes, place - 0.17, shorten(row.code, 30))
            label(axes, place + 0.21, shorten(row.name, 34), size=TEXT_SIZE - 1.5, colour=SOFT)
            axes.text(row.cases / top + 0.015, place - 0.17, f"{row.cases:,} ({percent(row.share_e4)})", va="center",
                      fontsize=TEXT_SIZE - 0.5)  # fmt: skip
            axes.text(row.cases / top + 0.015, place + 0.21, with_separators(row.points_e4, "points"), va="center",
                      fontsize=TEXT_SIZE - 1.5, color=SOFT)  # fmt: skip
        room(axes, len(shown), 0)

    return draw("by-size", (HALF, height_of(len(shown), 0.31)), (1.95, 0.95, 0.05, 0.05), paint)


class Difference(NamedTuple):
    """What someone or something gains, or loses if below zero, with words for the right-hand side."""

    name: str
    amount: int
    beside: str


def difference_chart(differences: Sequence[Difference], unit: str, name: str, half: bool = False) -> str:
    """The largest gains above the largest losses; what does not move is left out."""
    ordered = sorted((one for one in differences if one.amount), key=lambda one: (-one.amount, one.name))
    gains, losses = [[one for one in ordered if (one.amount > 0) == side] for side in (True, False)]
    shown = [*gains[:DIFFERENCES_SHOWN], *losses[-DIFFERENCES_SHOWN:]]
    top = max([1, *(abs(one.amount) for one in shown)])

    def paint(axes: Axes) -> None:
        bare(axes)
        for place, one in enumerate(shown):
            length = one.amount / top
            bar(axes, place, length, DARK if length > 0 else LOSS, 0.62)
            label(axes, place, shorten(one.name, 34 if half else 60))
            sign, away, side = ("+", 0.015, "left") if length > 0 else ("", -0.015, "right")
            axes.text(length + away, place, sign + with_separators(one.amount, unit), va="center", ha=side,
                      fontsize=TEXT_SIZE - 0.5)  # fmt: skip
            axes.annotate(one.beside, (1, place), annotation_clip=False, xycoords=("axes fraction", "data"),
                          xytext=(6, 0), textcoords="offset points", va="center", fontsize=TEXT_SIZE - 0.5, color=SOFT)  # fmt: skip
        axes.set_xlim(-1.35 if losses else -0.03, 1.35 if gains else 0.03)
        axes.set_ylim(max(len(shown), 1) - 0.5, -0.5)
        axes.axvline(0, color=RULE, linewidth=0.8)

    left, right = (1.9, 0.75) if half else (3.6, 1.9)
    return draw(name, (HALF if half else WHOLE, height_of(len(shown))), (left, right, 0.05, 0.05), paint)
