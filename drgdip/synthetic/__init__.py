"""Synthetic stays drawn from a DIP catalogue: seeded, streamed, exact in money.

Per group the share of stays, mean cost, coefficient of variation and mean length of stay follow the catalogue;
diagnoses and operations are chosen so that the grouping order lands each stay in the group it was drawn for.
Hospitals, persons and benefit parameters are invented. Same seed, size and tables give the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.synthetic.request import Request, Synthesis, make_request

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from pathlib import Path

    from drgdip.tables import DipTables

__all__ = ["Request", "Synthesis", "synthesize"]


def synthesize(
    output: Path | str,
    *,
    tables: DipTables,
    cases: int,
    month: str,
    seed: int = 1,
    dirty: Decimal | str = "0",
    progress: Callable[[int], None] | None = None,
) -> Synthesis:
    """Draw a month of stays and write them in the flat case layout.

    Parameters
    ----------
    output : file to write; ``.csv`` or ``.parquet`` decides the format.
    tables : DIP edition with case counts, mean costs, stays and coefficients of variation.
    cases : number of rows. month : ``YYYY-MM``, every discharge falls in it. seed : any whole number from 0.
    dirty : share of rows to break, at most 0.4; ``<name>.dirty.csv`` beside the output then lists them.
    progress : called with the number of rows written so far.

    Returns
    -------
    What was written, and the groups that were left out because no codes lead to them.

    Raises UsageError for a wrong request, TablesError where the edition cannot be drawn from.
    """
    request = make_request(output, cases, month, seed, dirty)
    from drgdip.synthetic.run import run

    return run(request, tables, progress or (lambda _: None))
