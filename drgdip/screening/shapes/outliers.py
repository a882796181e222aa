"""K7 on items of which nobody knows beforehand that they are used too often (I11): leads by amount, in whole numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from drgdip.base.rounding import divide
from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.grouping import grouped
from drgdip.screening.hits import Hit, Judged, not_run
from drgdip.screening.shapes.institutions import place_hit, places
from drgdip.screening.shown import decimals
from drgdip.screening.statistics import poisson


def outlier_items(run: Run) -> Judged:
    """Items used far more often than in the same groups elsewhere, without knowing which to look for (I11): leads by amount."""
    if run.data.lines is None:
        return not_run(0, "missing:fee_lines", "institution")
    cases, lines, params = run.cases, run.lines, run.params
    ready = run.judged() & lines.known("item") & (lines["case"] < cases.rows)
    cases_of: dict[str, dict[str, int]] = {}
    for case in np.flatnonzero(~run.closed & cases.known("hospital") & cases.known("group")).tolist():
        own = cases_of.setdefault(cases.text("group", case), {})
        own[cases.text("hospital", case)] = own.get(cases.text("hospital", case), 0) + 1
    in_all = {group: sum(own.values()) for group, own in cases_of.items()}
    tested: list[_Tested] = []
    for item, by_hospital in sorted(_units(run, ready).items()):
        used_in: dict[str, int] = {}
        for by_group in by_hospital.values():
            for group, (quantity, _) in by_group.items():
                used_in[group] = used_in.get(group, 0) + quantity
        for hospital, by_group in sorted(by_hospital.items()):
            observed, parts = 0, dict[int, int]()
            for group, used in used_in.items():  # groups where others use it count, though it is not used here
                here, quantity = cases_of[group].get(hospital, 0), by_group.get(group, [0])[0]
                elsewhere = in_all[group] - here
                if not here or elsewhere < max(1, params.integer("min_n")):
                    continue
                observed += quantity
                parts[elsewhere] = parts.get(elsewhere, 0) + (used - quantity) * here
            if observed:
                expected = _sum_of(parts)
                sums = [sum(one[part] for one in by_group.values()) for part in (1, 0)]
                tested.append(_test(run, item, hospital, observed, expected, (sums[0], sums[1])))
    known = sorted({hospital for own in cases_of.values() for hospital in own})
    return places({}, _leads(run, tested), known)


class _Tested(NamedTuple):
    """An item at an institution. observed : units. expected : numerator and denominator of units, both e4. excess_fen : what is above."""

    chance: Decimal
    item: str
    hospital: str
    observed_e4: int
    expected_e4: tuple[int, int]
    excess_fen: int


def _sum_of(parts: Mapping[int, int]) -> tuple[int, int]:
    """The sum of fractions by their denominators, as one; not reduced."""
    whole = math.lcm(*parts)
    return sum(part * (whole // under) for under, part in parts.items()), whole


def _test(
    run: Run, item: str, hospital: str, observed: int, expected: tuple[int, int], used: tuple[int, int]
) -> _Tested:
    """Whether chance explains so many units. used : amount in fen and units e4 of the item there, in all groups."""
    params, (over, under) = run.params, expected
    if observed * under <= over:
        return _Tested(Decimal(1), item, hospital, observed, expected, 0)  # it was tested, too
    shrink, least, chance = params.integer("shrink") * 10_000 * under, params.ratio("least_ratio"), Decimal(1)
    if (observed * under + shrink) * least.denominator >= least.numerator * (over + shrink):
        chance = _chance(observed // 10_000, Fraction(over, under * 10_000))
    fee, units = used
    return _Tested(chance, item, hospital, observed, expected, divide((observed * under - over) * fee, under * units))


def _units(run: Run, ready: np.ndarray) -> dict[str, dict[str, dict[str, list[int]]]]:
    """Units and amounts by item, hospital and group, added up on arrays."""
    cases, lines = run.cases, run.lines
    group, hospital = (np.append(cases[name], -1)[lines["case"]] for name in ("group", "hospital"))
    groups = grouped([lines["item"], hospital, group], np.flatnonzero(ready & (group >= 0) & (hospital >= 0)))
    sums = [groups.sums(lines[name]).tolist() for name in ("net_quantity_e4", "net_fee_fen")]
    found: dict[str, dict[str, dict[str, list[int]]]] = {}
    for row, *one in zip(groups.first.tolist(), *sums, strict=True):
        own = found.setdefault(lines.text("item", row), {}).setdefault(str(cases.words["hospital"][hospital[row]]), {})
        own[str(cases.words["group"][group[row]])] = one
    return found


def _chance(count: int, mean: Fraction) -> Decimal:
    """Chance of at least so many: by Poisson, by the normal curve where many are expected."""
    if mean <= 0:
        return Decimal(0)
    if mean < 400 and count < 2000:
        return poisson(count, mean)
    return Decimal(repr(math.erfc((count - 0.5 - float(mean)) / math.sqrt(2 * float(mean))) / 2))


def _leads(run: Run, tested: list[_Tested]) -> list[Hit]:
    """Of all that were tested those below the false discovery rate (Benjamini and Hochberg), the largest amounts first, equal ones by item and place."""
    params, limit, rate = run.params, 0, Decimal(run.params.text("q"))
    order = sorted(tested)
    for place, one in enumerate(order, 1):
        if one.chance * len(order) <= rate * place:
            limit = place
    found = [one for one in order[:limit] if one.excess_fen > 0]
    chosen = sorted(found, key=lambda one: (-one.excess_fen, one.item, one.hospital))[: params.integer("most")]
    return [_lead(run, one) for one in chosen]


def _lead(run: Run, one: _Tested) -> Hit:
    shrink, (over, under) = run.params.integer("shrink") * 10_000, one.expected_e4
    ratio = Fraction((one.observed_e4 + shrink) * under, over + shrink * under)
    facts = {"item": one.item, "ratio": decimals(ratio), "expected": decimals(Fraction(over, under * 10_000))}
    return place_hit(run, one.hospital, one.item, facts, amounts=Amounts(None, one.excess_fen, None, None))
