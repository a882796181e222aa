"""Settlement arithmetic 6: gates, quota, places and outcomes of special-case review, straight from the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import NamedTuple

from drgdip.policy.sections.special_values import Gate, Special
from tests.reference.case import Case
from tests.reference.numbers import E4, from_e4, from_fen, rounded, shared_out

#: Bands of stays that a route takes out of group payment: no discharges of the quota, and never reviewed (6.2).
ROUTED_OUT = ("by_item", "not_tested")


class Asked(NamedTuple):
    """An approved stay: by item with an allowed cost, or adjusted by a factor on its standard points."""

    name: str
    cost_fen: int
    reference_fen: int
    standard_points_e4: int
    allowed_fen: int | None
    factor_e4: int | None


class Decision(NamedTuple):
    """A decision on a stay. outcome : by_item, adjusted (a factor, points or a standard in money), rejected."""

    id: str
    setl_id: str
    outcome: str
    allowed_fen: int | None = None
    factor_e4: int | None = None
    points_e4: int | None = None
    standard_fen: int | None = None


def quota(discharges: int, share_e4: int) -> int:
    """Floor of share × discharges to date."""
    return floor(Fraction(share_e4, E4) * discharges)


def admitted(asked: Sequence[Asked], places: int) -> list[str]:
    """The highest cost ratios first, ties by name."""
    order = sorted(asked, key=lambda one: (-Fraction(one.cost_fen, one.reference_fen), one.name))
    return [one.name for one in order[: max(places, 0)]]


def worth(one: Asked, point_value_e4: int) -> tuple[int, int]:
    """Points and gross under the decision: the allowed cost without points, or standard points × factor × point value."""
    if one.allowed_fen is not None:
        return 0, one.allowed_fen
    assert one.factor_e4 is not None
    points = rounded(Fraction(one.standard_points_e4 * one.factor_e4, E4))
    return points, rounded(Fraction(points * point_value_e4, 10**6))


def eligible(case: Case) -> bool:
    """Whether a stay may be reviewed: paid by group, and any gate holds, or all of them (6.1)."""
    terms = case.policy.special
    if terms is None or case.ordinary[0] in ROUTED_OUT:
        return False
    held = [_holds(gate, case) for gate in terms.gates]
    return all(held) if terms.match == "all" else any(held)


def _holds(gate: Gate, case: Case) -> bool:
    stay, patient = case.stay, case.stay.patient
    if gate.cost_above_e4 is not None:
        opening = case.policy.pools[stay.pool].opening_point_value_e4
        standard = from_e4(case.standard_points_e4) * from_e4(opening)
        compared = standard if gate.cost_basis == "standard" else from_fen(case.reference_cost_fen)
        if not from_fen(case.cost_fen) > compared * from_e4(gate.cost_above_e4):
            return False
    if gate.stay_from_days is not None and stay.days < gate.stay_from_days:
        return False
    if gate.icu_from_days is not None and (stay.icu_hours is None or stay.icu_hours < 24 * gate.icu_from_days):
        return False
    years, days = patient.age_years, patient.age_days
    if (gate.age_from_years, gate.age_to_years) != (None, None):
        most = gate.age_to_years
        if years is None or years < (gate.age_from_years or 0) or (most is not None and years > most):
            return False
    if gate.age_to_days is not None and (days is None or days > gate.age_to_days):
        return False
    return not gate.bands or case.ordinary[0] in gate.bands


def decided(case: Case, one: Decision) -> Case:
    """The stay as a decision says: the allowed cost and no points, or points in place of any automatic extra (6.4)."""
    if one.outcome == "rejected":
        return case._replace(outcome="rejected")
    if one.outcome == "by_item":
        points = case.points._replace(band="by_item", points_e4=0)
        return case._replace(route="by_item", points=points, allowed_fen=one.allowed_fen, outcome="by_item")
    given = one.points_e4 or 0
    if one.factor_e4 is not None:
        given = rounded(from_e4(one.factor_e4) * case.standard_points_e4, case.policy.rounding.mode)
    elif one.standard_fen is not None:
        opening = case.policy.pools[case.stay.pool].opening_point_value_e4
        given = rounded(from_fen(one.standard_fen) / from_e4(opening) * E4)
    return case._replace(route="dip", points=case.points._replace(points_e4=given), outcome="adjusted")


def above_cost(case: Case, one: Decision) -> bool:
    """Whether a decision is worth more than the stay cost, or all of its episode where it is paid for it (8.4), points at the opening
    point value.
    """
    bill = case.bill or case.stay.money
    if one.outcome == "by_item":
        return (one.allowed_fen or 0) > max(bill["medfee_sumamt"] - bill["hosp_part_amt"], 0)
    if one.outcome == "rejected":
        return False
    opening = case.policy.pools[case.stay.pool].opening_point_value_e4
    return from_e4(decided(case, one).points.points_e4) * from_e4(opening) > from_fen(bill["medfee_sumamt"])


def usable(known: Mapping[str, Case | None], decisions: Sequence[Decision], terms: Special) -> dict[str, Decision]:
    """The decisions that can be used, by stay. known : stays as a committee sees them; None where nothing is left of one."""
    found: dict[str, Decision] = {}
    for one in decisions:
        case = known.get(one.setl_id)
        if case is None or one.setl_id in found or one.outcome not in terms.outcomes:
            continue
        # A stay that is paid with another one is not decided on by itself (8.4).
        if one.outcome != "rejected" and _share_e4(case.stay.tier, terms) is None:
            continue
        if case.role == 2 or (one.outcome != "rejected" and (not eligible(case) or above_cost(case, one))):
            continue
        found[one.setl_id] = one
    return found


def in_force(
    cases: Sequence[Case],
    decisions: Sequence[Decision],
    terms: Special,
    seen: Mapping[str, Case | None] | None = None,
) -> dict[str, Decision]:
    """The decisions of a month that change its payment: those that can be used and get a place.

    cases : the discharges that the places are counted from. seen : stays as readmissions and denials before have left them; None
    where nothing is left.
    """
    known = {case.stay.setl_id: case for case in cases} | dict(seen or {})
    used = usable(known, decisions, terms)
    claims = [case for name in used if (case := known[name])]
    return {name: used[name] for name in placed(cases, claims, used, terms)}


def placed(
    cases: Sequence[Case],
    claims: Sequence[Case],
    decisions: Mapping[str, Decision],
    terms: Special,
    held: Sequence[Case] = (),
) -> list[str]:
    """Which stays get a place for the decision on them. held : those that have one from before, and keep it."""
    asking = [case for case in claims if decisions[case.stay.setl_id].outcome != "rejected"]
    scopes = sorted({_scope(case, terms) for case in cases if case.ordinary[0] not in ROUTED_OUT})
    return [name for scope in scopes for name in _places(scope, cases, asking, terms, held)]


def _scope(case: Case, terms: Special) -> tuple[str, str]:
    """Pool, where each has its quota, and level of the stay's hospital, where each has its share (R4: 5 ‰, 3 ‰, 1 ‰)."""
    return case.stay.pool if terms.base == "pool" else "", case.stay.tier if terms.level_shares_e4 else ""


def _share_e4(level: str, terms: Special) -> int | None:
    """The share of a level, or the one of all; None: the level has none, so that nobody decides on its stays."""
    return terms.level_shares_e4.get(level) if terms.level_shares_e4 else terms.share_e4


def _places(
    scope: tuple[str, str], cases: Sequence[Case], claims: Sequence[Case], terms: Special, held: Sequence[Case]
) -> list[str]:
    """Who gets a place of one quota: the dearest first, no more than are left, nor than a hospital's part (6.2)."""
    own = [case for case in cases if _scope(case, terms) == scope]
    discharges = sum(case.ordinary[0] not in ROUTED_OUT for case in own)
    total = rounded(from_e4(_share_e4(scope[1], terms) or 0) * discharges, terms.rounding)
    parts: Mapping[str, int] | None = None
    if terms.allocation != "none":
        weights: dict[str, int] = {}
        for case in own:
            if eligible(case):
                worth_e4 = 1 if terms.allocation == "eligible_cases" else case.weight_e4
                weights[case.stay.hospital] = weights.get(case.stay.hospital, 0) + worth_e4
        parts = shared_out(total, weights) if sum(weights.values()) else dict.fromkeys(weights, 0)
    before = [case for case in held if _scope(case, terms) == scope]
    got = list(before)
    for case in sorted((one for one in claims if _scope(one, terms) == scope), key=lambda one: _rank(one, terms)):
        own_places = sum(one.stay.hospital == case.stay.hospital for one in got)
        if len(got) < total and (parts is None or own_places < parts.get(case.stay.hospital, 0)):
            got.append(case)
    return [case.stay.setl_id for case in got[len(before) :]]


def _rank(case: Case, terms: Special) -> tuple[Fraction, str]:
    """By what the deviation test compares: the cost less what is paid outside, the reference with K where so compared."""
    compared = Fraction(case.reference_cost_fen)
    if case.policy.deviation.basis == "ref_cost_k":
        compared *= from_e4(case.k_e4)
    if terms.ranking == "excess_cost":
        return compared - case.net_fen, case.stay.setl_id
    return -case.net_fen / compared, case.stay.setl_id
