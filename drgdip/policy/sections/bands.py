"""What the bands of surplus and overspend come to, exactly; so that a policy can be told where they jump (5.3)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.policy.sections.year_values import Band

E8 = E4 * E4


def paid_e8(band: Band, recorded: int, dip: int) -> int:
    """What a band pays for amounts recorded and payable, × 10^8 (settlement arithmetic 5.3, vectors V72a–V72j)."""
    carried = dip * (E4 + band.carry_e4) * E4
    match band.rule:
        case "recorded":
            return recorded * E8
        case "recorded_plus":
            return recorded * E8 + band.share_e4 * E4 * (dip - recorded)
        case "dip":
            return dip * E8
        case "dip_plus":
            return carried + band.share_e4 * (recorded * E4 - band.start_e4 * dip)
        case "cap":
            return carried + band.share_e4 * (band.end_e4 - band.start_e4) * dip


class Cliff(NamedTuple):
    """A bound where a fen of recorded amount moves the payment by ``jump_e4`` of the payable."""

    upto_e4: int
    jump_e4: int


def cliffs(bands: Sequence[Band]) -> list[Cliff]:
    """The bounds at which the payment jumps, however small the step: each is worth a warning (5.3)."""
    found = []
    for below, above in pairwise(bands):
        bound = below.upto_e4 or 0
        # With a payable of one (10^4), recorded at the bound is the bound.
        jump = paid_e8(above, bound, E4) - paid_e8(below, bound, E4)
        if jump:
            found.append(Cliff(bound, divide(jump, E8)))
    return found
