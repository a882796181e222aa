"""What earlier months' runs say of special cases: applications and decisions, discharges, places held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from drgdip.interface.special import SpecialLine
from drgdip.pipeline.run_folder import RunFolder
from drgdip.statement.special_csv import special_line

FILE = "special.csv"


class Tally(NamedTuple):
    """What a quota is counted from: discharges that are paid by group, by pool; difficult cases, by hospital and pool.

    weights, cases : of eligible stays: relative weight (e4), and number.
    """

    discharges: Counter[str]
    cases: Counter[tuple[str, str]]
    weights: Counter[tuple[str, str]]

    def plain(self) -> dict[str, Any]:
        """As ``run.json`` keeps it."""
        pairs = {name: getattr(self, name) for name in ("cases", "weights")}
        return {
            "discharges": dict(sorted(self.discharges.items())),
            **{name: {"/".join(key): n for key, n in sorted(found.items())} for name, found in pairs.items()},
        }


def empty_tally() -> Tally:
    """Nothing counted yet."""
    return Tally(Counter(), Counter(), Counter())


def added(tallies: Iterable[Tally]) -> Tally:
    """The sum of several."""
    total = empty_tally()
    for tally in tallies:
        total.discharges.update(tally.discharges)
        total.cases.update(tally.cases)
        total.weights.update(tally.weights)
    return total


def _tally(plain: Mapping[str, Any]) -> Tally:
    pairs = [Counter({tuple(key.rsplit("/", 1)): n for key, n in plain[name].items()}) for name in ("cases", "weights")]
    return Tally(Counter(plain["discharges"]), *pairs)


class History(NamedTuple):
    """Earlier runs, in the order of their months; lines by decision (else application), the latest of each.

    An application that has been decided is told by its decision alone.

    tally : of the year's earlier months, nothing where months are cumulative. runs : folders by month.
    """

    lines: Mapping[str, SpecialLine]
    tally: Tally
    runs: Sequence[tuple[str, RunFolder]]

    def of_decisions(self, *standings: str) -> list[SpecialLine]:
        """The latest lines of decisions with one of the given standings, in the order of their ids."""
        return [line for _, line in sorted(self.lines.items()) if line.decision_id and line.standing in standings]


NO_HISTORY = History({}, empty_tally(), ())


def read_history(folders: Sequence[str | Path], month: str, cumulative: bool, closing: bool = False) -> History:
    """Read ``special.csv`` and the tallies of earlier runs; only those of the month's year count for its quota.

    A cumulative month counts the whole year to date by itself; ``closing`` a year, its last month has counted it all.
    """
    runs = sorted((RunFolder(folder) for folder in folders), key=lambda run: run.record.month)
    lines: dict[str, SpecialLine] = {}
    for run in runs:
        if run.record.month[:4] == month[:4] and run.has(FILE):
            with run.reading(FILE):
                found = [special_line(cells) for cells in run.rows(FILE)]
            lines |= {key_of(line): line for line in found}
            for line in found:
                if line.decision_id and line.standing != "refused":
                    lines.pop(f"application {line.application_id}", None)
    year = [run.record.parameters for run in runs if run.record.month[:4] == month[:4]]
    tallies = [_tally(known["special"]) for known in year if "special" in known]
    if cumulative:
        tallies = tallies[-1:] if closing else []
    return History(lines, added(tallies), [(run.record.month, run) for run in runs])


def key_of(line: SpecialLine) -> str:
    """What a line is about: its decision, or the application that is not decided."""
    return f"decision {line.decision_id}" if line.decision_id else f"application {line.application_id}"
