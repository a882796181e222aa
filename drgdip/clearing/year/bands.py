"""Surplus and overspend: what is paid by the ratio of recorded to payable (settlement arithmetic 5.3).

Source: 按病种付费医疗保障经办管理规程 (2025) art. 33 leaves the table to the city; vectors V72a–V72j.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from drgdip.base.rounding import RoundingMode, divide
from drgdip.base.scaled import E4
from drgdip.clearing.year.rules import quotient_e4
from drgdip.policy.sections.bands import E8, paid_e8
from drgdip.policy.sections.year_values import Band, BandRule


class Banded(NamedTuple):
    """The ratio as it is shown (four decimals), the rule that holds, and what it pays before any budget."""

    ratio_e4: int
    rule: BandRule
    payable_fen: int


def banded(recorded_fen: int, dip_fen: int, bands: Sequence[Band], mode: RoundingMode = "half_up") -> Banded:
    """Compare recorded with payable, both net of deductions, and pay by the band. No bands: the payable.

    The comparison multiplies, so a fen to either side of a bound is on that side. A payable that is not above zero
    leaves nothing to compare: it stands as it is.
    """
    if dip_fen <= 0 or not bands:
        return Banded(quotient_e4(recorded_fen, dip_fen, mode) if dip_fen > 0 else 0, "dip", dip_fen)
    band = band_of(recorded_fen, dip_fen, bands)
    payable = divide(paid_e8(band, recorded_fen, dip_fen), E8, mode)
    return Banded(quotient_e4(recorded_fen, dip_fen, mode), band.rule, payable)


def band_of(recorded_fen: int, dip_fen: int, bands: Sequence[Band]) -> Band:
    """The first band whose upper bound recorded ÷ payable does not pass; the last has none."""
    for band in bands[:-1]:
        limit = (band.upto_e4 or 0) * dip_fen
        if recorded_fen * E4 < limit or (band.inclusive and recorded_fen * E4 == limit):
            return band
    return bands[-1]
