"""What reviewers look at first: what a minute of theirs is worth (review analytics 9).

How often findings of a lane are upheld and how long one takes are proposals, which a params file may replace (``triage``);
what has been decided of a rule moves the first of them. The random part of the list says what rules miss.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.screening.review.agency import TIMEOUT
from drgdip.screening.review.states import PASSED, POSTED, UPHELD, Standing

#: Decisions that the proposal counts for, beside those that have been taken.
_PRIOR = 10


class Lane(NamedTuple):
    """upheld : share of findings that are upheld, to begin with. minutes : that one takes."""

    upheld: Fraction
    minutes: Fraction


#: From the worked examples of the page: a clear denial, small excess, upcoding, false admission.
DEFAULTS: Mapping[str, Lane] = {
    "deny": Lane(Fraction("0.9"), Fraction(1)),
    "review": Lane(Fraction("0.6"), Fraction(15)),
    "points": Lane(Fraction("0.35"), Fraction(40)),
    "regroup": Lane(Fraction("0.35"), Fraction(40)),
    "hold": Lane(Fraction("0.2"), Fraction(240)),
}


def lanes_of(given: Any) -> dict[str, Lane]:
    """The lanes of a params file (``triage: {hold: {upheld: "0.3", minutes: 120}}``) over the proposals.

    Raises PolicyError for an unknown lane or key, a share outside 0 to 1, or minutes that are not above zero.
    """
    found = dict(DEFAULTS)
    for name, values in (given or {}).items():
        try:
            own = found[name]._asdict() | {key: Fraction(str(value)) for key, value in values.items()}
            found[name] = lane = Lane(**own)
            if not 0 <= lane.upheld <= 1 or lane.minutes <= 0:
                raise ValueError(name)
        except (KeyError, ValueError, TypeError, AttributeError, ZeroDivisionError) as error:
            raise PolicyError(
                Text(f"参数文件 triage 中的 {name} 有误。", f"{name} in triage of the params file is wrong."),
                Text(f"可用:{', '.join(DEFAULTS)};upheld 为 0 至 1,minutes 大于 0。",
                     f"There are {', '.join(DEFAULTS)}; upheld lies between 0 and 1, minutes above 0."),
            ) from error  # fmt: skip
    return found


def value_per_minute(upheld: Fraction, exposure_yuan: Fraction, minutes: Fraction) -> Fraction:
    """``P(upheld) × exposure ÷ minutes`` (9)."""
    return upheld * exposure_yuan / minutes


def upheld_shares(standings: Iterable[Standing], lanes: Mapping[str, Lane]) -> dict[tuple[str, str], Fraction]:
    """By rule and lane: ``(10 p + upheld) ÷ (10 + decided)``, p being the lane's proposal; silence decides nothing."""
    counts: dict[tuple[str, str], list[int]] = {}
    for one in standings:
        own = counts.setdefault((one.rule, one.lane), [0, 0])
        own[0] += one.state in UPHELD | POSTED
        own[1] += one.state in UPHELD | POSTED | PASSED and one.reason != TIMEOUT
    return {
        key: (_PRIOR * lanes[key[1]].upheld + upheld) / (_PRIOR + decided)
        for key, (upheld, decided) in counts.items()
        if key[1] in lanes
    }
