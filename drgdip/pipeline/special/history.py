"""What earlier months' runs say of special cases: applications and decisions, discharges, places held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from drgdip.interface.special import SpecialLine
from drgdip.pipeline.run_folder import RunFolder
from drgdip.pipeline.special.tally import Tally, added, empty_tally, read_tally
from drgdip.statement.special_csv import special_line

FILE = "special.csv"


class History(NamedTuple):
    """Earlier runs, in the order of their months; lines by decision (else application), the latest of each.

    An application that has been decided is told by its decision alone.

    tally : of the year's earlier months, nothing where months are cumulative. runs : folders by month. without_levels :
    months of the tally that do not count by level of hospital.
    """

    lines: Mapping[str, SpecialLine]
    tally: Tally
    runs: Sequence[tuple[str, RunFolder]]
    without_levels: Sequence[str] = ()

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
    year = [run.record for run in runs if run.record.month[:4] == month[:4]]
    tallies = [(one.month, read_tally(one.parameters["special"])) for one in year if "special" in one.parameters]
    if cumulative:
        tallies = tallies[-1:] if closing else []
    without_levels = [name for name, tally in tallies if tally.levels is None]
    return History(
        lines, added(tally for _, tally in tallies), [(run.record.month, run) for run in runs], without_levels
    )


def key_of(line: SpecialLine) -> str:
    """What a line is about: its decision, or the application that is not decided."""
    return f"decision {line.decision_id}" if line.decision_id else f"application {line.application_id}"
