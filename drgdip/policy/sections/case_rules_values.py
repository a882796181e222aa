"""Values of the section ``case_rules``, and of what ``k`` and ``deviation`` may have beside their plain rules.

Ratios and weights carry four decimals (``_e4``), money is in fen (settlement arithmetic 2.3, 2.8, 3.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

BedDayPayment = Literal["outside_points", "as_points"]
QuotaScope = Literal["hospital", "pool"]


class FeeFact(NamedTuple):
    """A sum of a stay's fee lines: those whose item stands in ``items`` or whose charge type in ``charge_types``.

    Without either: all lines.
    """

    items: tuple[str, ...] = ()
    charge_types: tuple[str, ...] = ()


class BedDayTier(NamedTuple):
    """Yuan a day, as fen, up to a day of the stay (included; None: all further days)."""

    upto_days: int | None
    rate_fen: int


class BedDay(NamedTuple):
    """Payment of one kind of ward: marginal tiers of days, outside points or as points at the opening point value."""

    paid: BedDayPayment
    tiers: tuple[BedDayTier, ...]


class ChineseMedicine(NamedTuple):
    """The gate of groups of Chinese medicine: share of its fees that a stay must reach.

    numerator, denominator : fee facts. fallback : group whose weight counts where the share is not reached, by group.
    """

    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    threshold_e4: int
    fallback: Mapping[str, str]


class Addition(NamedTuple):
    """Points on top for a new drug or technology: a share of a fee fact, up to a cap, at the opening point value.

    leaves_cost : whether what it is for leaves the cost before the deviation test.
    """

    fact: str
    ratio_e4: int
    cap_fen: int | None
    leaves_cost: bool


class CaseRules(NamedTuple):
    """Settlement arithmetic 2.8. ``exclusions``: fee facts paid outside the group, before the deviation test."""

    fee_facts: Mapping[str, FeeFact]
    bed_day: Mapping[str, BedDay]
    own_weights: Mapping[str, Mapping[str, int]]
    tcm: ChineseMedicine | None
    additions: Mapping[str, Addition]
    exclusions: tuple[str, ...]


NO_RULES = CaseRules({}, {}, {}, None, {}, ())


class HospitalType(NamedTuple):
    """Hospitals of a type, and their base by tier in place of the general one."""

    hospitals: tuple[str, ...]
    base: Mapping[str, int]


class CoefficientWindow(NamedTuple):
    """A coefficient changed by decision for discharges of some days, both included: by ``delta_e4``, or × ``factor_e4``."""

    hospital: str
    first: date
    last: date
    delta_e4: int | None
    factor_e4: int | None
    decision: str


class ShareCap(NamedTuple):
    """How many stays of high cost count as such: a share of discharges, by cost ratio, of each hospital or pool."""

    share_e4: int
    scope: QuotaScope
