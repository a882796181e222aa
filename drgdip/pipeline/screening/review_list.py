"""What reviewers look at first: open findings by what a minute on them is worth, and a random share of the other stays.

The random part tells how much screening misses; without it only what rules know is ever looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from drgdip.base.money import format_yuan
from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled
from drgdip.sanctions import draw, sample_size
from drgdip.screening.review.outcome import is_open
from drgdip.screening.review.states import WAITING, Standing
from drgdip.screening.review.triage import DEFAULTS, Lane, upheld_shares, value_per_minute
from drgdip.statement.csv_tables import Bare, write_csv

REVIEW_LIST = "review_list.csv"
_COLUMNS = ("place", "drawn_as", "finding_key", "rule_id", "state", "fixmedins_code", "setl_id", "fund_yuan", "upheld", "minutes",
            "yuan_per_minute")  # fmt: skip


def write_review_list(
    folder: Path, standings: Mapping[str, Standing], stays: Mapping[str, str], seed: str, share_e4: int,
    lanes: Mapping[str, Lane] = DEFAULTS,
) -> None:  # fmt: skip
    """Write the list. stays : settlement ID -> hospital of all stays. seed : without one nothing is drawn at random.

    lanes : how often findings are upheld, and how long they take, to begin with.
    """
    upheld = upheld_shares(standings.values(), lanes)
    open_ones = [
        _weighed(one, upheld, lanes) for one in standings.values() if is_open(one) and one.state not in WAITING
    ]
    ranked = sorted(open_ones, key=lambda one: (-one.value, -(one.standing.fund_fen or 0), one.standing.key))
    found = {one.settlement for one in standings.values()}
    frame = [name for name in stays if name not in found]
    drawn = draw(frame, seed, sample_size(len(frame), share_e4)) if seed else []
    write_csv(folder / REVIEW_LIST, list(_COLUMNS), _rows(ranked, drawn, stays))


class _Weighed(NamedTuple):
    standing: Standing
    upheld: Fraction
    minutes: Fraction
    value: Fraction


def _weighed(one: Standing, upheld: Mapping[tuple[str, str], Fraction], lanes: Mapping[str, Lane]) -> _Weighed:
    share, minutes = upheld.get((one.rule, one.lane), Fraction(0)), lanes.get(one.lane, lanes["review"]).minutes
    return _Weighed(one, share, minutes, value_per_minute(share, Fraction(one.fund_fen or 0, 100), minutes))


def _rows(ranked: Iterable[_Weighed], drawn: Iterable[str], stays: Mapping[str, str]) -> Iterable[list[str]]:
    place = 0
    for one, upheld, minutes, value in ranked:
        place += 1
        yield [Bare(str(place)), "ranked", one.key, one.rule, one.state, one.hospital, one.settlement,
               Bare("" if one.fund_fen is None else format_yuan(one.fund_fen)), Bare(_decimal(upheld, 4)),
               Bare(_decimal(minutes, 0)), Bare(_decimal(value, 2))]  # fmt: skip
    for name in drawn:
        place += 1
        yield [Bare(str(place)), "random", "", "", "", stays[name], name, *[Bare("")] * 4]


def _decimal(value: Fraction, places: int) -> str:
    scaled = value * 10**places
    return format_scaled(divide(scaled.numerator, scaled.denominator), places)
