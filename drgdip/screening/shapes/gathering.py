"""What rules that hold lines of different persons together need of a part of a batch: few of its lines, or their sums.

A shape that is named here sees, in place of the lines of a large batch, what is gathered of its parts, and comes to the same:
either the very lines that it looks at, or one line for each group that it adds up, with the sums of the group.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.grouping import grouped
from drgdip.screening.shapes.common import months_of
from drgdip.screening.shapes.recoded import items_of

_HOUR = 3600
_SUMS = ("net_quantity_e4", "net_fee_fen", "net_scope_fen")
#: Columns that say whose a line is.
_WHOSE = ("settlement", "visit", "hospital", "case")


def _chosen(run: Run, rows: np.ndarray) -> Frame:
    """Some lines as they are. rows : bool."""
    return run.lines.take(np.flatnonzero(rows))


def _summed(run: Run, keys: Sequence[np.ndarray], rows: np.ndarray, columns: Sequence[str], largest: str = "") -> Frame:
    """One line for each group: its first one, with the sums of the group and how many lines they are of. rows : bool."""
    lines, groups = run.lines, grouped(keys, np.flatnonzero(rows))
    first = groups.first
    names = [name for name in (*_WHOSE, *columns) if lines.has(name)]
    values = {name: lines[name][first] for name in names}
    values |= {name: groups.sums(lines[name]) for name in _SUMS}
    weight = lines["weight"] if lines.has("weight") else np.ones(lines.rows, dtype=np.int64)
    values["weight"] = groups.sums(weight)
    if largest:
        values[largest] = groups.largest(lines[largest])
    known = {name: lines.known(name)[first] for name in names}
    return Frame(len(first), values, known, {name: words for name, words in lines.words.items() if name in values})


def _listed(run: Run, codes: set[str]) -> np.ndarray:
    return np.asarray(run.lines.is_any("item", codes))


def _of_case(run: Run, name: str) -> np.ndarray:
    """A column of cases by line, -1 without a case."""
    return np.append(run.cases[name], -1)[run.lines["case"]]


def _first_of(run: Run, keys: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """The first line of each group; bool. rows : bool."""
    found = np.zeros(run.lines.rows, dtype=np.bool_)
    found[grouped(keys, np.flatnonzero(rows)).first] = True
    return found


def _late_uploads(run: Run) -> Frame:
    lines = run.lines
    judged = run.judged() & lines.known("hospital")
    ready = judged & lines.known("time_s") & lines.known("posted_s")
    late = ready & (lines["posted_s"] - lines["time_s"] > run.params.integer("late_h") * _HOUR)
    days = [np.where(ready, day, 0) for day in (lines["day"], lines["posted_s"] // DAY)]
    return _summed(run, [lines["case"], lines["hospital"], ready, late, *days], judged, ("time_s", "posted_s", "day"))


def _cost_shares(run: Run) -> Frame:
    lines = run.lines
    codes = {str(code) for row in run.params.mapping("indicators").values() for code in row.get("codes") or ()}
    item = np.where(_listed(run, codes), lines["item"], -1)
    keys = [_of_case(run, "hospital"), _of_case(run, "department"), lines["charge_class"], item]
    judged = run.judged() & lines.known("hospital") & (lines["case"] < run.cases.rows)
    return _summed(run, keys, judged, ("charge_class", "item"))


def _procured_products(run: Run) -> Frame:
    lines = run.lines
    judged = run.judged() & lines.known("hospital") & lines.known("item")
    return _summed(run, [lines["hospital"], lines["item"]], judged, ("item", "price_e6"), "price_e6")


def _outlier_items(run: Run) -> Frame:
    lines, group, hospital = run.lines, _of_case(run, "group"), _of_case(run, "hospital")
    ready = run.judged() & lines.known("item") & (group >= 0) & (hospital >= 0)
    return _summed(run, [lines["item"], hospital, group], ready, ("item",))


def _stock_mismatch(run: Run) -> Frame:
    lines, stock = run.lines, run.data.table("inventory")
    codes = {stock.text("item", row) for row in range(stock.rows)} if stock is not None else set()
    sold = _listed(run, codes) & (lines["net_quantity_e4"] > 0) & lines.known("time_s")
    return _summed(run, [lines["hospital"], lines["item"], months_of(lines["day"])], sold, ("item", "time_s"))


def _swapped_items(run: Run) -> Frame:
    lines, params = run.lines, run.params
    judged = run.judged() & lines.known("hospital") & lines.known("item")
    families = params.mapping("cheaper")
    codes = {str(code) for code in params.mapping("national")} | {
        str(code) for pair in families.items() for code in pair
    }
    codes |= {str(row[name]) for row in params.mapping("methods").values() for name in ("low", "high")}
    months = np.where(lines.known("time_s"), months_of(lines["day"]), -1)
    first = _first_of(run, [lines["hospital"], lines["own_item"], months, lines["item"]], judged)
    return _chosen(run, first | (judged & _listed(run, codes)))


def _routine_tests(run: Run) -> Frame:
    codes = {str(code) for row in run.params.mapping("sets").values() for code in row["codes"]}
    return _chosen(run, run.judged() & _listed(run, codes))


def _beyond_capacity(run: Run) -> Frame:
    return _chosen(run, run.judged() & _listed(run, {str(code) for code in run.params.mapping("minutes")}))


def _dearest_of_family(run: Run) -> Frame:
    codes = {str(code) for row in run.params.mapping("families").values() for code in row["codes"]}
    judged = run.judged()
    return _chosen(run, judged & (_listed(run, codes) | _first_of(run, [run.lines["hospital"]], judged)))


def _first_of_stays(run: Run) -> np.ndarray:
    """A line of each stay, so that it has some; bool."""
    return _first_of(run, [run.lines["case"]], np.ones(run.lines.rows, dtype=np.bool_))


def _without_support(run: Run) -> Frame:
    listed = run.params.mapping(str(run.params.values["support"])).values()
    codes = {code for shown in listed for code in items_of(shown)}
    return _chosen(run, (_listed(run, codes) & (run.lines["net_quantity_e4"] > 0)) | _first_of_stays(run))


def _units_above_peers(run: Run) -> Frame:
    codes = {str(code) for code in run.params.mapping("treatments")}
    wanted = _listed(run, codes) | ~run.lines.known("item")
    return _chosen(run, (run.judged() & wanted) | _first_of_stays(run))


GATHERED: dict[str, Callable[[Run], Frame]] = {
    "late_uploads": _late_uploads,
    "cost_shares": _cost_shares,
    "procured_products": _procured_products,
    "outlier_items": _outlier_items,
    "stock_mismatch": _stock_mismatch,
    "swapped_items": _swapped_items,
    "routine_tests": _routine_tests,
    "beyond_capacity": _beyond_capacity,
    "dearest_of_family": _dearest_of_family,
    "without_support": _without_support,
    "units_above_peers": _units_above_peers,
}
