"""Settlement arithmetic 3: a stay of CHS-DRG on its way to the weight it is paid by."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from drgdip.policy.sections.drg_values import Drg
from drgdip.policy.values import PolicyValues
from tests.reference.catalogue import Catalogue
from tests.reference.drg.group import group_stay
from tests.reference.drg.stay import Stay
from tests.reference.eligibility import Stay as Accepted
from tests.reference.numbers import E4, e4, rounded


class Found(NamedTuple):
    """group : code and published weight, None where no group takes the stay. labels : what outputs name it by."""

    group: Mapping[str, Any] | None
    reason: str
    labels: dict[str, Any]


def found(stay: Accepted, catalogue: Catalogue) -> Found:
    """The group by the rules of the edition; an adjacent group without groups is an ambiguous one."""
    assert catalogue.drg is not None
    patient = stay.patient
    known = {"NL": patient.age_years, "XSRTL": patient.age_days, "XSRTZ": patient.birth_weight_g, "ZYTS": stay.days}
    numbers = {name: value for name, value in known.items() if value is not None}
    outcome = group_stay(Stay(patient.diagnoses, stay.operations, numbers), catalogue.drg)
    adrg, drg = outcome.adrg, outcome.drg
    if adrg is None:
        return Found(None, "drg_ungrouped", _labels("0000", "0000", "0000", 0, 0))
    if drg is None:
        return Found(None, "drg_ambiguous", _labels(adrg.mdc, adrg.code, adrg.code, adrg.row, 0))
    group = next(group for group in catalogue.groups if group["dip_code"] == drg.code)
    return Found(group, "drg_grouped", _labels(adrg.mdc, adrg.code, drg.code, adrg.row, drg.row))


def _labels(mdc: str, adrg: str, drg: str, adrg_row: int, drg_row: int) -> dict[str, Any]:
    return {"mdc_code": mdc, "adrg_code": adrg, "drg_code": drg, "adrg_sheet_row": adrg_row, "drg_sheet_row": drg_row}


def weight_e4(one: Found, rules: Drg) -> int:
    """Weight at the policy's scale; 0 for what is paid by item."""
    if one.group is not None:
        return e4(Fraction(str(one.group["weight"] or 0))) * rules.point_scale
    rule = rules.ambiguous if one.reason == "drg_ambiguous" else rules.ungrouped
    return 0 if rule == "by_item" else rules.point_scale * E4


def weight_reason(one: Found, weight: int) -> str:
    if one.group is not None:
        return "weight_of_group" if weight else "weight_absent"
    return f"{one.reason.removeprefix('drg_')}_{'by_factor' if weight else 'by_item'}"


def reference_cost_fen(one: Found, weight: int, pool: str, policy: PolicyValues) -> int:
    """Weight × the pool's opening rate, or × the mean cost of weight 1; without a group that mean cost itself."""
    rules = policy.drg
    assert rules is not None
    if one.group is None:
        return rules.region_mean_cost_fen
    if policy.deviation.reference == "rw_x_rate":
        return rounded(Fraction(weight * policy.pools[pool].opening_point_value_e4 * 100, E4 * E4))
    return rounded(Fraction(weight * rules.region_mean_cost_fen, rules.point_scale * E4))
