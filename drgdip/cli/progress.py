"""The progress of a long command, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from drgdip.base.text import Language, Text


@contextmanager
def progress_line(language: Language, quiet: bool) -> Iterator[Callable[[Text, int], None]]:
    """A line that lives on a terminal only; nothing where output is kept."""
    if quiet or not sys.stderr.isatty():
        yield lambda step, rows: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        unit = Text("例", "cases").in_language(language)
        task = bar.add_task("…", total=None)
        yield lambda step, rows: bar.update(task, description=f"{step.in_language(language)} ({unit})", completed=rows)
