"""The compiled reader of one case: all cells that hold numbers in one call, by the readers of columns."""

from __future__ import annotations

from typing import Any

from drgdip.base.accelerate import kernel
from drgdip.intake.cell_kernels import bounds, read_codes, read_numbers, read_times

CODES, NUMBERS, TIMES = range(3)


@kernel
def read_cells(data: Any, offsets: Any, valid: Any, runs: Any, values: Any, status: Any) -> Any:
    """Fill values (int64) and statuses (int8) of the cells in ``runs``; start and end (int32) of all cells.

    ``runs`` : int64, (m, 7): cells that are read alike, as first cell, the one after the last, one of CODES, NUMBERS and
    TIMES, and what the reader asks: least length or places, most digits or limit, value where missing, whether to cut.
    """
    start, end = bounds(offsets, data, valid, 0)
    for run in range(len(runs)):
        first, stop, kind = runs[run, 0], runs[run, 1], runs[run, 2]
        least, most, missing, cut = runs[run, 3], runs[run, 4], runs[run, 5], runs[run, 6] != 0
        if kind == CODES:
            read = read_codes(data, start[first:stop], end[first:stop], least, most, missing)
        elif kind == NUMBERS:
            read = read_numbers(data, start[first:stop], end[first:stop], least, cut, most, missing)
        else:
            read = read_times(data, start[first:stop], end[first:stop])
        values[first:stop], status[first:stop] = read
    return start, end
