"""The scores of all hospitals by formula: counts of stays, what was to be expected, and the number they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from drgdip.audit.monitoring.baseline import as_fraction, expected_e6, reference_set, upper_limit
from drgdip.audit.monitoring.formulas import (
    excess,
    interval,
    record_quality,
    risk_levels,
    weighted_excess,
)
from drgdip.audit.monitoring.stays import Stays


class Measure(NamedTuple):
    """One hospital's score before it is written.

    value None: cannot be told. ``inputs`` : all counts it was made of, so that it can be recomputed.
    """

    value: Fraction | None
    cases: int
    observed: int | None
    expected: Fraction | None
    interval: tuple[Fraction, Fraction] | None
    inputs: Mapping[str, Any]


class Beside(NamedTuple):
    """What people add to the runs: errors of records by hospital and kind; settlement IDs of admissions below standard."""

    errors: Mapping[str, Mapping[str, int]] | None = None
    low_standard: frozenset[str] | None = None


def quality(stays: Stays, params: Mapping[str, Any], beside: Beside) -> list[Measure]:
    """病案质量指数; errors are those given, else the findings of the runs: a record counts once for each kind."""
    weights = {kind: Fraction(weight) for kind, weight in params["weights"].items()}
    given = beside.errors
    counts = given if given is not None else _errors_found(stays, params["reasons"], weights)
    source = "errors file" if given is not None else "findings of the runs"
    measures = []
    for place, code in enumerate(stays.hospitals):
        errors = {kind: counts.get(code, {}).get(kind, 0) for kind in weights}
        cases = int(stays.rows[place])
        value = record_quality(errors, cases, weights)
        measures.append(Measure(value, cases, sum(errors.values()), None, None, {"errors": errors, "from": source}))
    return measures


def _errors_found(
    stays: Stays, reasons: Mapping[str, Sequence[str]], weights: Mapping[str, Fraction]
) -> dict[str, dict[str, int]]:
    kind_of = {reason: kind for kind, keys in reasons.items() for reason in keys}
    last = list(weights)[-1]
    records = {(hospital, setl_id, kind_of.get(reason, last)) for hospital, setl_id, reason in stays.findings}
    counts: dict[str, dict[str, int]] = {}
    for hospital, _, kind in records:
        own = counts.setdefault(hospital, {})
        own[kind] = own.get(kind, 0) + 1
    return counts


def next_admission_days(stays: Stays, same: str) -> np.ndarray:
    """Days from each discharge to the person's next admission in the runs, −1 none.

    An admission before the discharge overlaps the stay and is no return. ``same`` : ``category`` looks only at stays of the
    same diagnosis category, ``any`` at all.
    """
    key = (
        stays.person * (int(stays.category.max(initial=0)) + 1) + stays.category if same == "category" else stays.person
    )
    order = np.lexsort((stays.discharge_day, stays.admission_day, key))
    low = int(stays.admission_day.min(initial=0))
    span = int(stays.discharge_day.max(initial=0)) - low + 2
    begins, ends = ((key * span + day - low)[order] for day in (stays.admission_day, stays.discharge_day))
    later = np.maximum(np.searchsorted(begins, ends), np.arange(len(order)) + 1)
    first = np.flatnonzero(later < len(order))
    first, later = order[first], order[later[first]]
    gap = np.full(len(order), -1, dtype=np.int64)
    together = (key[first] == key[later]) & (stays.person[first] >= 0)
    gap[first[together]] = (stays.admission_day[later] - stays.discharge_day[first])[together]
    return gap


def readmissions(stays: Stays, params: Mapping[str, Any], beside: Beside) -> list[Measure]:
    """二次入院评分: returns by bands of days, against the rates of other hospitals."""
    gap = next_admission_days(stays, params["same"])
    bands = [tuple(map(int, band.split("-"))) for band in params["bands"]]
    weights = [Fraction(weight) for weight in params["weights"]]
    columns = [_compared(stays, (gap >= low) & (gap <= high), params) for low, high in bands]
    measures = []
    for place in range(len(stays.hospitals)):
        own = [column[place] for column in columns]
        observed, expected = [band.observed for band in own], [band.expected for band in own]
        value = weighted_excess(observed, expected, weights, Fraction(params["shrinkage"])) if own[0].compared else None
        inputs = {
            "bands": list(params["bands"]),
            "observed": observed,
            "expected": [decimal(number, 6) for number in expected],
            "compared": own[0].compared,
        }
        total, whole = sum(observed), sum(expected, Fraction(0))
        measures.append(Measure(value, _cases(stays, place), total, whole, interval(total, whole), inputs))
    return measures


def low_standard(stays: Stays, params: Mapping[str, Any], beside: Beside) -> list[Measure]:
    """低标入院评分: stays that screening marked; without its list, cheap and short stays without operation stand in."""
    if beside.low_standard is not None:
        event = np.array([setl_id in beside.low_standard for setl_id in stays.setl_id], dtype=np.bool_)
        source = "list of screening"
    else:
        share = Fraction(params["cost_ratio_below"])
        cheap = stays.cost_fen * share.denominator < stays.reference_fen * share.numerator
        event = cheap & (stays.stay_days <= params["stay_at_most"]) & ~stays.has_operation
        source = "stand-in: cheap and short stays without operation"
    return _excesses(stays, event, params, {"from": source})


def long_stays(stays: Stays, params: Mapping[str, Any], beside: Beside) -> list[Measure]:
    """超长住院评分: stays longer than the region's quantile of their group."""
    level, per_mille = reference_set(stays.levels, params["min_cases"]), int(Fraction(params["quantile"]) * 1000)
    limits = [upper_limit(stays.stay_days, own, per_mille) for own in stays.levels]
    limit = np.choose(level, limits) if len(level) else level
    return _excesses(stays, stays.stay_days > limit, params, {"quantile": params["quantile"]})


def low_risk_deaths(stays: Stays, params: Mapping[str, Any], beside: Beside) -> list[Measure]:
    """死亡风险评分: deaths in groups of low risk, O ÷ E; risk by the region's mortality of each group."""
    died = stays.discharge_way == params["discharge_way"]
    size = len(stays.groups)
    grouped = stays.group >= 0
    cases = np.bincount(stays.group[grouped], minlength=size)
    deaths = np.bincount(stays.group[grouped & died], minlength=size)
    enough = [place for place in range(size) if cases[place] >= params["min_cases"]]
    levels = np.zeros(size, dtype=np.int64)
    levels[enough] = risk_levels([Fraction(int(deaths[place]), int(cases[place])) for place in enough])
    of_low_risk = grouped & np.isin(levels[np.maximum(stays.group, 0)], params["levels"])
    own = _only(stays, of_low_risk)
    measures = []
    for place, found in enumerate(_compared(own, died[of_low_risk], params)):
        value = found.observed / found.expected if found.expected else None
        inputs = {"cases_of_low_risk": _cases(own, place), "compared": found.compared, "levels": list(params["levels"])}
        limits = interval(found.observed, found.expected)
        measures.append(Measure(value, _cases(stays, place), found.observed, found.expected, limits, inputs))
    return measures


def _only(stays: Stays, keep: np.ndarray) -> Stays:
    """The stays that are kept, as far as counting needs them."""
    levels = tuple(level[keep] for level in stays.levels)
    return stays._replace(hospital=stays.hospital[keep], levels=levels, tier=stays.tier[keep], age=stays.age[keep])


def _excesses(stays: Stays, event: np.ndarray, params: Mapping[str, Any], inputs: Mapping[str, Any]) -> list[Measure]:
    found = _compared(stays, event, params)
    shrinkage = Fraction(params["shrinkage"])
    return [
        Measure(
            excess(own.observed, own.expected, shrinkage) if own.compared else None,
            _cases(stays, place),
            own.observed,
            own.expected,
            interval(own.observed, own.expected),
            {**inputs, "compared": own.compared},
        )
        for place, own in enumerate(found)
    ]


def _sets(stays: Stays, params: Mapping[str, Any]) -> tuple[np.ndarray, ...]:
    """Sets to compare in, finest first: a group within a level of hospitals and an age band as asked for, then whole groups."""
    within = params.get("within", [])
    finest, *above = stays.levels
    for name in within:
        part = stays.tier if name == "level" else np.searchsorted(params["age_bounds"], stays.age, side="right")
        finest = finest * (int(part.max(initial=0)) + 1) + part
    if not within:
        return stays.levels
    return np.unique(finest, return_inverse=True)[1].reshape(-1), stays.levels[0], *above


class _Compared(NamedTuple):
    """Of the cases of one hospital that can be compared: how many, events observed and expected."""

    compared: int
    observed: int
    expected: Fraction


def _compared(stays: Stays, event: np.ndarray, params: Mapping[str, Any]) -> list[_Compared]:
    size = len(stays.hospitals)
    expected, covered = expected_e6(stays.hospital, _sets(stays, params), event, size, params["min_cases"])
    compared = np.bincount(stays.hospital[covered], minlength=size).tolist()
    observed = np.bincount(stays.hospital[covered & event], minlength=size).tolist()
    return [_Compared(n, o, as_fraction(e)) for n, o, e in zip(compared, observed, expected, strict=True)]


def _cases(stays: Stays, place: int) -> int:
    return int(np.count_nonzero(stays.hospital == place))


def decimal(number: Fraction, places: int) -> str:
    """A number as decimal text, half-up."""
    from drgdip.base.rounding import divide
    from drgdip.base.scaled import format_scaled

    return format_scaled(divide(number.numerator * 10**places, number.denominator), places)


#: Formula -> scores of all hospitals, in their order.
MEASURES: dict[str, Callable[[Stays, Mapping[str, Any], Beside], list[Measure]]] = {
    "record_quality": quality,
    "readmissions": readmissions,
    "low_standard": low_standard,
    "long_stays": long_stays,
    "low_risk_deaths": low_risk_deaths,
}
