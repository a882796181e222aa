"""What reviewers look at first: open findings by their amount, and a random share of the other stays, drawn by a seed.

The random part tells how much screening misses; without it only what rules know is ever looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from drgdip.base.money import format_yuan
from drgdip.sanctions import draw, sample_size
from drgdip.screening.review.outcome import is_open
from drgdip.screening.review.states import WAITING, Standing
from drgdip.statement.csv_tables import Bare, write_csv

REVIEW_LIST = "review_list.csv"
_COLUMNS = ("place", "drawn_as", "finding_key", "rule_id", "state", "fixmedins_code", "setl_id", "fund_yuan")


def write_review_list(
    folder: Path, standings: Mapping[str, Standing], stays: Mapping[str, str], seed: str, share_e4: int
) -> None:
    """Write the list. stays : settlement ID -> hospital of all stays. seed : without one nothing is drawn at random."""
    open_ones = [one for one in standings.values() if is_open(one) and one.state not in WAITING]
    ranked = sorted(open_ones, key=lambda one: (-(one.fund_fen or 0), one.key))
    found = {one.settlement for one in standings.values()}
    frame = [name for name in stays if name not in found]
    drawn = draw(frame, seed, sample_size(len(frame), share_e4)) if seed else []
    write_csv(folder / REVIEW_LIST, list(_COLUMNS), _rows(ranked, drawn, stays))


def _rows(ranked: Iterable[Standing], drawn: Iterable[str], stays: Mapping[str, str]) -> Iterable[list[str]]:
    place = 0
    for one in ranked:
        place += 1
        yield [Bare(str(place)), "ranked", one.key, one.rule, one.state, one.hospital, one.settlement,
               Bare("" if one.fund_fen is None else format_yuan(one.fund_fen))]  # fmt: skip
    for name in drawn:
        place += 1
        yield [Bare(str(place)), "random", "", "", "", stays[name], name, Bare("")]
