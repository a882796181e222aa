"""Hospitals that a policy names by their codes, to be compared with the data: a wrong code there does nothing, unseen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from drgdip.policy.values import PolicyValues


class NamedHospital(NamedTuple):
    """A hospital's code and the key of the policy under which it stands."""

    key: str
    code: str


def named_hospitals(days: Iterable[PolicyValues], first: date, last: date) -> list[NamedHospital]:
    """Hospitals named for a period, each once under each key, in order. Windows and suspensions count that touch the period.

    Growth and adjustments of ceilings need none: they are of hospitals that have a ceiling.
    """
    return sorted({named for values in days for named in _named(values, first, last)})


def _named(values: PolicyValues, first: date, last: date) -> Iterator[NamedHospital]:
    places: dict[str, Iterable[str]] = {"k.hospitals": values.k.hospitals, "k.bonuses": values.k.bonuses}
    for name, kind in values.k.hospital_types.items():
        places[f"k.hospital_types.{name}.hospitals"] = kind.hospitals
    places["k.windows"] = (one.hospital for one in values.k.windows if one.first <= last and first <= one.last)
    if values.suspension:
        windows = values.suspension.hospitals
        places["suspension.hospitals"] = (one.hospital for one in windows if one.first <= last and first <= one.last)
    if values.mixed:
        places["mixed.ceilings"] = values.mixed.ceilings
    for pool, elastic in (values.year.elastic if values.year else {}).items():
        places[f"year.elastic.{pool}.base_points"] = elastic.base_points_e4
    for key, codes in places.items():
        yield from (NamedHospital(key, code) for code in codes)
