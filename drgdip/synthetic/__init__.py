"""Synthetic months drawn from a DIP catalogue: seeded, streamed, exact in money.

Per group the share of stays, mean cost, coefficient of variation and mean length of stay follow the catalogue;
diagnoses and operations are chosen so that the grouping order lands each stay in the group it was drawn for.
Hospitals, persons with their histories, fee lines, outpatient visits, prices and benefit parameters are invented.
Same request and tables give the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.synthetic.request import (
    Format,
    Layout,
    ListForm,
    Request,
    Synthesis,
    make_folder_request,
    make_request,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from pathlib import Path

    from drgdip.tables import GroupTables

__all__ = ["Request", "Synthesis", "synthesize", "synthesize_city"]


def synthesize(
    output: Path | str,
    *,
    tables: GroupTables,
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
    from drgdip.synthetic.run import run

    request = make_request(output, cases, month, seed, dirty)
    return run(request, tables, progress or (lambda _: None))


def synthesize_city(
    output: Path | str,
    *,
    tables: GroupTables,
    cases: int,
    month: str,
    seed: int = 1,
    dirty: Decimal | str = "0",
    layout: Layout = "tables",
    format: Format = "parquet",
    fees: bool = True,
    lines: int = 200,
    list_form: ListForm = "4101",
    progress: Callable[[int], None] | None = None,
) -> Synthesis:
    """Draw the same month as :func:`synthesize` with all that belongs to it, into a new folder.

    Parameters
    ----------
    output : folder to make; it may exist if it is empty. With ``dirty``, its ``planted.csv`` lists what was broken.
    layout : ``tables`` the tables of the data model (cases, diagnoses, procedures, fee_lines, outpatient_settlements,
        outpatient_lines, patients, institutions); ``lists`` settlement lists as newline-delimited JSON with results
        (2304) and fee lines (2301) as CSV.
    format : of the tables. fees : whether fee lines are drawn. lines : their mean number a stay, 10 to 2000.
    list_form : ``4101`` or ``4101A``.
    cases, month, seed, dirty, progress : see :func:`synthesize`.

    Raises UsageError for a wrong request, TablesError where the edition cannot be drawn from.
    """
    from drgdip.synthetic.run import run

    request = make_folder_request(
        output, cases, month, seed, dirty, layout=layout, format_=format, fees=fees, lines=lines, list_form=list_form
    )
    return run(request, tables, progress or (lambda _: None))
