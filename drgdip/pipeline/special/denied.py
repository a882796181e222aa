"""A stay that is decided on in one month and denied in another: each starts from what the other has left of it (6.4, 8.3).

Whichever comes first, the stay ends as one that was denied and decided on together: worth the decision on what the denial
made of it, and never more than the decision on the stay as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from drgdip.interface.denial import DenialLine
from drgdip.pipeline.batch import split
from drgdip.pipeline.denials.effect import STRUCTURAL, Asked, changed_all
from drgdip.pipeline.denials.lines import again
from drgdip.pipeline.special.stay import Paid, Stay, Verdict, decided_all, paid_all


class Later(NamedTuple):
    """A decision that is in force on a stay of an earlier month. month : that has posted it."""

    month: str
    verdict: Verdict


class EarlierDenials:
    """What earlier runs have denied: the change of a stay, at most one of each, and amounts."""

    def __init__(self, lines: Sequence[DenialLine] = ()) -> None:
        posted = [line for line in lines if line.standing == "posted"]
        self.changes = {line.setl_id: line for line in posted if line.mode in STRUCTURAL}
        self.amounts = Counter[str]()
        for line in posted:
            if line.mode not in STRUCTURAL:
                self.amounts[line.setl_id] += line.denied_fen

    def decidable(self, setl_id: str, year_to_date: bool) -> bool:
        """Whether a stay can still be decided on: none that is void, nor, in a year to date, one that was changed.

        There what a denial took stays a deduction beside the stay, whose decision would be paid on top of it.
        """
        line = self.changes.get(setl_id)
        return line is None or (line.mode != "void" and not year_to_date)

    def left_of(self, stays: Mapping[str, Stay]) -> dict[str, Stay]:
        """What was left of those of some stays that a denial has changed, but not made void."""
        changed = [(stay, self.changes[id_]) for id_, stay in stays.items() if id_ in self.changes]
        asked = [Asked(stay, stay.columns, again(line), line.mode) for stay, line in changed]
        return {
            one.stay.setl_id: replace(one.stay, columns=columns)
            for one, columns in zip(asked, changed_all(asked), strict=True)
            if columns is not None
        }

    def judged(self, stay: Stay, left: Stay | None) -> Stay:
        """A stay as a committee sees it, or what is left of it: denied cost is no cost of it."""
        if left is None:
            return stay
        line = self.changes[stay.setl_id]
        cost = stay.columns["total_cost_fen"] - np.int64(line.fee_fen if line.mode == "reprice_cost" else 0)
        return replace(left, columns={**left.columns, "total_cost_fen": cost})


def lower(asked: Sequence[tuple[Stay, Stay | None, Verdict]]) -> list[tuple[Paid, Stay]]:
    """What stays come to under decisions, and which stay it is: the stay as it was, or what a denial has left of it.

    The latter only where that is less: a denial never pays more.
    """
    usual = paid_all([(stay, verdict) for stay, _, verdict in asked])
    places = [place for place, (_, left, _) in enumerate(asked) if left is not None]
    less = paid_all([(left, verdict) for _, left, verdict in asked if left is not None])
    found = [(paid, stay) for paid, (stay, _, _) in zip(usual, asked, strict=True)]
    for place, paid in zip(places, less, strict=True):
        left = asked[place][1]
        if left is not None and paid.payable_fen < found[place][0].payable_fen:
            found[place] = paid, left
    return found


def as_decided(
    stays: Mapping[str, Stay], later: Mapping[str, Later], earlier: EarlierDenials
) -> tuple[dict[str, Mapping[str, np.ndarray]], set[str]]:
    """Columns of the stays of earlier months that were decided on later, and IDs of those with an earlier denial in them."""
    decided = {id_: stay for id_, stay in stays.items() if id_ in later}
    before = {
        id_ for id_ in decided if id_ in earlier.changes and earlier.changes[id_].month < later[id_].month
    }  # a month decides first, and denies of what was decided
    left = earlier.left_of({id_: decided[id_] for id_ in before})
    asked = [(stay, left.get(id_), later[id_].verdict) for id_, stay in decided.items()]
    ids = list(decided)
    found: dict[str, Mapping[str, np.ndarray]] = {}
    worth = [(stay, later[id_].verdict) for id_, (_, stay) in zip(ids, lower(asked), strict=True)]
    for one in decided_all(worth):
        found |= zip((ids[place] for place in one.places), split(one.after), strict=True)
    return found, before
