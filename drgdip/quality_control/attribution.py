"""The year a stay is settled in (settlement arithmetic 2.9). Weights, K and point value are those of that year."""

from __future__ import annotations

from datetime import date

from drgdip.policy.values import BasisDate


def settlement_year(discharge: date, settlement: date, rule: BasisDate, cutoff: tuple[int, int] | None = None) -> int:
    """The year whose weights, coefficients and point value a stay is settled with.

    Parameters
    ----------
    rule : ``settlement`` takes the year of settlement; ``discharge`` that of discharge, as long as the stay is
        settled by the cut-off of the following year.
    cutoff : last month and day (both included) on which the year before is still open; None: it never closes.

    A stay settled after the cut-off belongs to the next year that is still open. Vectors V115–V117.
    """
    if rule == "settlement":
        return settlement.year
    year = discharge.year
    while cutoff is not None and (settlement.year, settlement.month, settlement.day) > (year + 1, *cutoff):
        year += 1
    return year
