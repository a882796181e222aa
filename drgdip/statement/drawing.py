"""Figures as SVG text: the same bytes everywhere, no fonts of the machine, nothing fetched.

Text is measured with the one font that comes with matplotlib and shown with the reader's Chinese font. Only here,
where lengths are drawn, do amounts become floats.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DARK, MIDDLE, LIGHT, GREY, RULE, INK = "#1f3a5f", "#5b7fa6", "#a9bdd3", "#8a97a8", "#d5dbe3", "#25313f"
LOSS, SOFT = "#8c2f39", "#5d6b7c"

#: Points of text size, and of height that a bar row takes.
TEXT_SIZE = 7.5
#: Inches of a figure that takes half the paper's width, or all of it.
HALF, WHOLE = 5.2, 10.7

_FONTS = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',SimHei,sans-serif"
_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "drgdip",
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT_SIZE,
    "text.parse_math": False,
    "text.usetex": False,
    "text.color": INK,
    "axes.linewidth": 0.6,
    "path.simplify": False,
}


def draw(name: str, inches: tuple[float, float], margins: tuple[float, float, float, float],
         paint: Callable[[Axes], None]) -> str:  # fmt: skip
    """Paint one pair of axes and return the ``<svg>`` element.

    name : prefix of the element ids, so that several figures share a page.
    margins : left, right, bottom, top in inches.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    wide, high = inches
    left, right, bottom, top = margins
    sink = io.StringIO()
    with warnings.catch_warnings(), rc_context(_SETTINGS):
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Figure(figsize=inches)
        FigureCanvasSVG(figure)
        axes = figure.add_axes((left / wide, bottom / high, (wide - left - right) / wide, (high - bottom - top) / high))
        figure.patch.set_visible(False)
        axes.patch.set_visible(False)
        paint(axes)
        figure.savefig(sink, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _inline(sink.getvalue(), name)


def bare(axes: Axes) -> None:
    """Take away frame and ticks; what is drawn is labelled directly."""
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])


def bar(axes: Axes, place: float, length: float, colour: str, height: float) -> None:
    """A bar from zero."""
    axes.barh(place, length, height=height, color=colour, linewidth=0)


def label(axes: Axes, place: float, text: str, size: float = TEXT_SIZE, colour: str = INK) -> None:
    """Words at the left of the axes."""
    axes.annotate(text, (0, place), xycoords=("axes fraction", "data"), xytext=(-5, 0), textcoords="offset points",
                  ha="right", va="center", fontsize=size, color=colour, annotation_clip=False)  # fmt: skip


def room(axes: Axes, rows: int, least: float) -> None:
    """Room for ``rows`` bars, the first on top, and a line at zero."""
    axes.set_xlim(min(least, 0), 1)
    axes.set_ylim(max(rows, 1) - 0.5, -0.5)
    axes.axvline(0, color=RULE, linewidth=0.8)


def height_of(rows: int, row: float = 0.235) -> float:
    """Inches that rows of bars take."""
    return max(rows, 1) * row + 0.1


def _inline(document: str, name: str) -> str:
    """The figure without what a file needs: prolog, comments, metadata; ids made its own."""
    svg = document[document.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    svg = svg.replace("'DejaVu Sans'", _FONTS)
    svg = re.sub(r"<svg ", f'<svg role="img" class="{name}" ', svg, count=1)
    return re.sub(r"\n\s*", "\n", svg)
