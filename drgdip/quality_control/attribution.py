"""The month and year a stay is settled in (settlement arithmetic 2.9). Weights, K and point value are those of that year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from drgdip.policy.sections.attribution_values import Attribution
from drgdip.policy.values import BasisDate
from drgdip.quality_control.columns import ARRIVAL

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns

_DAY_S = 86_400
_MONTHS = 12


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
    from drgdip.quality_control.rules import attributed_year

    settled_on = settlement.month * 100 + settlement.day
    year: int = attributed_year(discharge.year, settlement.year, settled_on, _coded(cutoff))
    return year


def attribute(columns: Columns, terms: Attribution, basis: BasisDate) -> dict[str, np.ndarray]:
    """The month that every stay is settled in, and whether its list is late; columns of ``ATTRIBUTION_WRITES``.

    The list arrives on the day that the register says, else on that of settlement.
    """
    import numpy as np

    from drgdip.quality_control.kernels import attribute_rows

    own = _months(columns["discharge_time_s" if basis == "discharge" else "settlement_time_s"] // _DAY_S)
    settled = columns["settlement_time_s"] // _DAY_S
    settled_month = _months(settled)
    first = settled_month.astype("datetime64[M]").astype("datetime64[D]").astype("int64")
    listed = columns[ARRIVAL.name].astype("int64")
    told = listed >= 0
    came = np.where(told, (listed // 10_000 - 1970) * _MONTHS + listed // 100 % 100 - 1, settled_month)
    day = np.where(told, listed % 100, settled - first + 1)
    months, late = attribute_rows(own, came, day, terms.list_cutoff_day or 0, _coded(terms.year_cutoff))
    return {"attributed_month": _written(months), "late_list": late}


def month_time_s(month: np.ndarray) -> np.ndarray:
    """First second of months written YYYYMM."""
    index = (month.astype("int64") // 100 - 1970) * _MONTHS + month % 100 - 1
    seconds: np.ndarray = index.astype("datetime64[M]").astype("datetime64[s]").astype("int64")
    return seconds


def month_of(times_s: np.ndarray) -> np.ndarray:
    """Months of times, written YYYYMM."""
    return _written(_months(times_s // _DAY_S))


def _written(months: np.ndarray) -> np.ndarray:
    written: np.ndarray = ((months // _MONTHS + 1970) * 100 + months % _MONTHS + 1).astype("int32")
    return written


def _months(days: np.ndarray) -> np.ndarray:
    months: np.ndarray = days.astype("datetime64[D]").astype("datetime64[M]").astype("int64")
    return months


def _coded(cutoff: tuple[int, int] | None) -> int:
    return 0 if cutoff is None else cutoff[0] * 100 + cutoff[1]
