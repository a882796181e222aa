"""A stay that is decided on in one month and denied in another: each starts from what the other has left of it (6.4, 8.3).

Whichever comes first, the stay ends as one that was denied and decided on together: worth the decision on what the denial
made of it, never more than the decision on the stay as it was, less the amounts that are denied of that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.interface.denial import DenialLine
from drgdip.pipeline.batch import split
from drgdip.pipeline.denials.effect import STRUCTURAL, Asked, Columns, changed_all
from drgdip.pipeline.denials.lines import again
from drgdip.pipeline.special.stay import NOTHING, Paid, Stay, Verdict, decided_all, paid_all
from drgdip.sanctions.rules import counts_otherwise, denied_fen, lost_fen, scaled_fen

if TYPE_CHECKING:
    from drgdip.policy.sections.sanctions_values import Sanctions


class Later(NamedTuple):
    """A decision that is in force on a stay of an earlier month. month : that has posted it."""

    month: str
    verdict: Verdict


class Worth(NamedTuple):
    """What a stay comes to under a decision. whole : before anything is denied of it. counted : as it counts in the year, where
    denials that make another stay of it may count, too. net_fen : its payable after all that is denied of it.
    """

    whole: Paid
    counted: Paid
    net_fen: int

    @property
    def taken_fen(self) -> int:
        """What is denied of it in all."""
        return self.whole.payable_fen - self.net_fen

    @property
    def deducted_fen(self) -> int:
        """What of that is deducted from what it counts as."""
        return self.counted.payable_fen - self.net_fen


class EarlierDenials:
    """What earlier runs have denied: the change of a stay, at most one of each, and amounts.

    terms : where they count after the pool, a changed stay counts as it was, and what it loses is deducted.
    """

    def __init__(self, lines: Sequence[DenialLine] = (), terms: Sanctions | None = None) -> None:
        posted = [line for line in lines if line.standing == "posted"]
        self.changes = {line.setl_id: line for line in posted if line.mode in STRUCTURAL}
        self._amounts: dict[str, list[DenialLine]] = {}
        for line in posted:
            if line.mode not in STRUCTURAL:
                self._amounts.setdefault(line.setl_id, []).append(line)
        self._moves = terms is None or terms.timing == "before_pool"

    def decidable(self, setl_id: str, year_to_date: bool) -> bool:
        """Whether a stay can still be decided on: none that is void, nor, in a year to date, one that was changed.

        There what a denial took stays a deduction beside the stay, whose decision would be paid on top of it.
        """
        line = self.changes.get(setl_id)
        return line is None or (line.mode != "void" and not year_to_date)

    def left_of(self, stays: Mapping[str, Stay]) -> dict[str, Stay]:
        """What was left of those of some stays that a denial has changed, but not made void."""
        changed = [stay for id_, stay in stays.items() if id_ in self.changes]
        left = self._changed([(stay, stay.columns) for stay in changed])
        return {
            stay.setl_id: replace(stay, columns=columns)
            for stay, columns in zip(changed, left, strict=True)
            if columns is not None
        }

    def _changed(self, stays: Sequence[tuple[Stay, Columns]]) -> list[Columns | None]:
        """Columns of stays as their denial leaves them, from given columns of each; None where that leaves nothing."""
        lines = [self.changes[stay.setl_id] for stay, _ in stays]
        return changed_all(
            [Asked(stay, columns, again(line), line.mode) for (stay, columns), line in zip(stays, lines, strict=True)]
        )

    def judged(self, stay: Stay, left: Stay | None) -> Stay:
        """A stay as a committee sees it, or what is left of it: denied cost is no cost of it."""
        if left is None:
            return stay
        line = self.changes[stay.setl_id]
        cost = stay.columns["total_cost_fen"] - np.int64(line.fee_fen if line.mode == "reprice_cost" else 0)
        return replace(left, columns={**left.columns, "total_cost_fen": cost})

    def worth(self, asked: Sequence[tuple[Stay, Verdict]]) -> list[Worth]:
        """What stays come to under decisions, in their order. A denial never pays more."""
        usual = paid_all(asked)
        places = [place for place, (stay, _) in enumerate(asked) if stay.setl_id in self.changes]
        left = dict(zip(places, self._left([asked[place] for place in places]), strict=True))
        found = []
        for place, ((stay, _), whole) in enumerate(zip(asked, usual, strict=True)):
            less = left.get(place, whole)
            moved = counts_otherwise(whole.points_e4, whole.payable_fen, less.points_e4, less.payable_fen)
            claimed = lost_fen(whole.payable_fen, less.payable_fen)
            claimed += sum(_claim_fen(line, whole.payable_fen) for line in self._amounts.get(stay.setl_id, ()))
            # A denial takes no stay below zero, and one that is there already stays where it is.
            kept = max(less.payable_fen, 0) if whole.payable_fen >= 0 else whole.payable_fen
            counted = less._replace(payable_fen=kept) if moved and self._moves else whole
            found.append(Worth(whole, counted, whole.payable_fen - denied_fen(claimed, whole.payable_fen)))
        return found

    def changed_by(self, asked: Sequence[tuple[Stay, Verdict]]) -> dict[str, int]:
        """What the denied amounts take of stays under decisions, less what they have taken before."""
        some = [(stay, verdict) for stay, verdict in asked if stay.setl_id in self._amounts]
        taken = {id_: sum(line.denied_fen for line in lines) for id_, lines in self._amounts.items()}
        return {
            stay.setl_id: worth.taken_fen - taken[stay.setl_id]
            for (stay, _), worth in zip(some, self.worth(some), strict=True)
        }

    def _left(self, asked: Sequence[tuple[Stay, Verdict]]) -> list[Paid]:
        """What decided stays come to once their denial is in them, too."""
        left = self._changed([(stay, own) for (stay, _), own in zip(asked, _decided(asked), strict=True)])
        found = [NOTHING] * len(asked)
        some = [place for place, columns in enumerate(left) if columns is not None]
        again = [(replace(asked[place][0], columns=left[place] or {}), asked[place][1]) for place in some]
        for place, paid in zip(some, paid_all(again), strict=True):
            found[place] = paid
        return found


def _claim_fen(line: DenialLine, payable_fen: int) -> int:
    """What an amount takes of a stay that is now payable otherwise: all that was asked for, not only what it had left (V103, V104)."""
    return scaled_fen(line.fund_fen, payable_fen, line.recorded_fen) if line.mode == "deduct_scaled" else line.fund_fen


def _decided(asked: Sequence[tuple[Stay, Verdict]]) -> list[Columns]:
    """Columns of stays under decisions, each as a batch of one."""
    found: dict[int, Columns] = {}
    for one in decided_all(asked):
        found |= zip(one.places, split(one.after), strict=True)
    return [found[place] for place in range(len(asked))]


def as_decided(
    stays: Mapping[str, Stay], later: Mapping[str, Later], earlier: EarlierDenials
) -> tuple[dict[str, Columns], dict[str, int]]:
    """Columns of the stays of earlier months that were decided on later, before any denial, and what earlier ones take of them."""
    asked = {id_: (stay, later[id_].verdict) for id_, stay in stays.items() if id_ in later}
    ways = list(asked.values())
    taken = {id_: one.taken_fen for id_, one in zip(asked, earlier.worth(ways), strict=True)}
    return dict(zip(asked, _decided(ways), strict=True)), taken
