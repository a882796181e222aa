"""Signs of gaming by hospital, from settled stays: pairs of groups, drift of the case mix, bunching at limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from drgdip.audit.gaming.formulas import FAR, NEAR, TESTED, Shares, bunching, drift, lead_yuan, listed, pair_index
from drgdip.audit.gaming.terms import Limit, terms
from drgdip.audit.indicators.cases import Cases
from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.intake.year_files import checked_rows
from drgdip.statement.analysis.gaming import BunchRow, DriftRow, PairRow
from drgdip.tables import load_tables

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.tables.group_tables import GroupTables

_ADJACENT = 3
_NO_GROUP = Text("不是月份所用目录中的病种或病组", "is no group of the months' edition")
_NOT_HIGHER = Text("的分值(权重)不高于 low", "does not weigh more than low")


def e4(value: Fraction) -> int:
    """Four decimals, half-up; a negative number is rounded as its amount is."""
    scaled = abs(value) * E4
    found = divide(scaled.numerator, scaled.denominator)
    return found if value >= 0 else -found


def family_of(group: str, drg: bool) -> str:
    """The adjacent group (ADRG) of a CHS-DRG group; the diagnosis of a DIP group."""
    return group[:_ADJACENT] if drg else group.partition(":")[0]


def is_drg(cases: Cases) -> bool:
    """Whether the months were grouped by CHS-DRG."""
    return cases.runs[0].record.tables.name.startswith("chs-drg")


def weights(cases: Cases) -> dict[str, Fraction]:
    """Weight of every group that has a stay."""
    found: dict[str, Fraction] = {}
    grouped = np.flatnonzero(cases.group >= 0)
    first = {int(cases.group[row]): int(row) for row in grouped[::-1]}
    for group, row in first.items():
        found[cases.groups[group]] = Fraction(int(cases.whole["relative_weight_e4"][row]), E4)
    return found


def read_pairs(file: Path, tables: GroupTables) -> list[tuple[str, str]]:
    """Expert pairs of a CSV file with the columns ``high`` and ``low``.

    Raises UsageError for a row in doubt: a group that the edition does not have, a pair that stands twice, or one whose
    ``high`` does not weigh more.
    """
    found: list[tuple[str, str]] = []
    for row in checked_rows(file, ("high", "low")):
        weights_e4 = []
        for name in ("high", "low"):
            if (code := row.text(name)) not in tables.group_ids:
                raise row.fault(name, _NO_GROUP)
            weights_e4.append(int(tables.group_values.relative_weight_e4[tables.group_ids[code]]))
        if weights_e4[0] <= weights_e4[1]:
            raise row.fault("high", _NOT_HIGHER)
        pair = row.text("high"), row.text("low")
        if pair in found:
            raise row.fault("high", Text("与 low 的组合重复", "stands with this low twice"))
        found.append(pair)
    return found


def neighbours(cases: Cases) -> list[tuple[str, str]]:
    """Without expert pairs: groups of one adjacent group, each with the next lower weight. CHS-DRG only."""
    if not is_drg(cases):
        return []
    families: dict[str, list[tuple[Fraction, str]]] = {}
    for group, weight in weights(cases).items():
        families.setdefault(family_of(group, drg=True), []).append((weight, group))
    ordered = [sorted(families[family], reverse=True) for family in sorted(families)]
    return [(high, low) for own in ordered for (_, high), (_, low) in pairwise(own)]


def pair_rows(cases: Cases, pairs: Iterable[tuple[str, str]]) -> list[PairRow]:
    """Every pair in every hospital with enough stays on both sides, the worthiest lead first."""
    places, known, found = {name: i for i, name in enumerate(cases.groups)}, weights(cases), []
    for high, low in pairs:
        if high in places and low in places:
            found += list(_pair(cases, (high, low), (places[high], places[low]), known[high] - known[low]))
    out = listed([z for _, z in found], terms().rate)
    rows = [row._replace(listed="yes" if told else "no") for (row, _), told in zip(found, out, strict=True)]
    return sorted(rows, key=lambda row: (row.listed != "yes", -row.lead_fen, row.hospital, row.high, row.low))


def _pair(
    cases: Cases, names: tuple[str, str], groups: tuple[int, int], gain: Fraction
) -> Iterator[tuple[PairRow, Fraction]]:
    rows = np.flatnonzero(np.isin(cases.group, groups))
    high = cases.group[rows] == groups[0]
    hospital, cost = cases.hospital[rows], cases.whole["total_cost_fen"][rows]
    payable, weight = cases.whole["payable_fen"][rows], cases.whole["relative_weight_e4"][rows]
    for place in np.unique(hospital).tolist():
        own = hospital == place
        counts = [int(part.sum()) for part in (own & high, own & ~high, ~own & high, ~own & ~high)]
        if min(counts[0] + counts[1], counts[2] + counts[3]) < terms().min_cases:
            continue
        found = pair_index(*counts)
        if found is None:
            continue
        rate = Fraction(int(payable[own].sum()) * E4, max(1, int(weight[own].sum())))
        ratio = Fraction(0)
        if counts[0] and counts[2] and int(cost[~own & high].sum()):
            ratio = Fraction(int(cost[own & high].sum()) * counts[2], int(cost[~own & high].sum()) * counts[0])
        lead = lead_yuan(found.excess, gain, rate, Fraction(1))
        joint = found.excess > 0 and 0 < ratio < 1
        yield PairRow(
            cases.hospitals[place], *names, counts[0] + counts[1], e4(found.share), e4(found.peer_share), e4(found.z),
            e4(found.excess), divide(lead.numerator, lead.denominator), e4(ratio), "yes" if joint else "no", "",
        ), found.z  # fmt: skip


def drift_rows(before: Cases, after: Cases) -> list[DriftRow]:
    """The city, and every hospital that has enough stays in both periods; the largest tier part first."""
    old, new, found = weights(before), weights(after), []
    for hospital in ("", *sorted({*before.hospitals} & {*after.hospitals})):
        shares, counts = [], []
        for cases in (before, after):
            own, n = _shares(cases, hospital)
            shares.append(own)
            counts.append(n)
        if min(counts) >= (terms().min_cases if hospital else 1):
            one = drift(shares[0], shares[1], old, new)
            found.append(DriftRow(hospital, *counts, *map(e4, (one.before, one.after, one.after - one.before, one.mix, one.tier, one.weights))))  # fmt: skip
    return sorted(found, key=lambda row: (row.hospital != "", -row.tier_e4, row.hospital))


def _shares(cases: Cases, hospital: str) -> tuple[Shares, int]:
    rows = cases.group >= 0
    if hospital:
        rows &= cases.hospital == cases.hospitals.index(hospital)
    groups, counts = np.unique(cases.group[rows], return_counts=True)
    n, drg = int(counts.sum()), is_drg(cases)
    found: dict[str, dict[str, Fraction]] = {}
    for group, count in zip(groups.tolist(), counts.tolist(), strict=True):
        name = cases.groups[group]
        found.setdefault(family_of(name, drg), {})[name] = Fraction(count, n)
    return found, n


def bunch_rows(cases: Cases) -> list[BunchRow]:
    """Every limit in the city and in every hospital with enough stays around it; those that are told first."""
    found = []
    for limit in terms().limits:
        values = _values(cases, limit)
        for place, hospital in ((-1, ""), *enumerate(cases.hospitals)):
            own = values[(cases.hospital == place) & (values >= 0)] if hospital else values[values >= 0]
            bins = np.bincount(own // limit.width, minlength=1).tolist() if len(own) else [0]
            around = sum(
                bins[limit.last + step] for step in (*NEAR, *TESTED, *FAR) if 0 <= limit.last + step < len(bins)
            )
            if around < terms().min_density:
                continue
            one = bunching(bins, limit.last)
            told = one.share is not None and one.share >= terms().told_from
            name = Text(limit.name.zh, limit.name.en)
            found.append(BunchRow(limit.id, name, hospital, around, one.seen, e4(one.expected), e4(one.excess),
                                  e4(one.share or Fraction(0)), "yes" if told else "no"))  # fmt: skip
    return sorted(
        found, key=lambda row: (row.told != "yes", row.hospital != "", -row.share_e4, row.limit, row.hospital)
    )


def _values(cases: Cases, limit: Limit) -> np.ndarray:
    if limit.measure == "return_days":
        return cases.next_days
    name = {"stay_days": "length_of_stay_days", "cost_fen": "total_cost_fen", "cost_ratio_e4": "cost_ratio_e4"}[
        limit.measure
    ]
    grouped = cases.group >= 0
    return np.where(grouped | (limit.measure != "cost_ratio_e4"), cases.whole[name], -1)


def pairs_of(cases: Cases, file: Path | None, policy: Policy) -> Sequence[tuple[str, str]]:
    """Expert pairs where a file is given, else the neighbours of the edition. ``policy`` : that of the months."""
    if file is None:
        return neighbours(cases)
    return read_pairs(file, load_tables(policy.tables_scheme, policy.tables_edition))
