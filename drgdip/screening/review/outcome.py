"""What upheld findings come to: the denials that a settlement takes, and what is held meanwhile (review workflow 5, 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from drgdip.base.provenance import sha256_of_text
from drgdip.interface.denial import Denial
from drgdip.screening.findings import Finding
from drgdip.screening.review.states import GONE, PASSED, POSTED, UPHELD, Standing

#: Modes of which a stay can bear one: findings of one stay then make one denial.
_ONCE = ("reprice_cost", "regroup", "void")
_NO_STAY = frozenset({"outpatient", "institution", "drug_line", "trace", "batch"})


class Outcome(NamedTuple):
    """denials : for ``settle``, by stay and ID. of : finding -> ID of its denial. elsewhere : upheld, of no inpatient stay."""

    denials: list[Denial]
    of: dict[str, str]
    elsewhere: list[Standing]


def outcome(standings: Mapping[str, Standing], findings: Sequence[Finding], mode: str) -> Outcome:
    """Denials of what is upheld, whether this run has the stay's data or an earlier one had.

    mode : what the region does with a denial that names none (settlement arithmetic 8.3).
    """
    by_key = {finding.key: finding for finding in findings}
    stays: dict[tuple[str, str, str], list[Standing]] = {}
    elsewhere: list[Standing] = []
    for key in sorted(standings):
        finding = by_key.get(key)
        one = as_found(standings[key], finding)
        if one.state not in UPHELD or not one.subject or (finding and finding.merged_into):
            continue
        if not is_of_stay(one):
            elsewhere.append(standings[key])
            continue
        own = _mode(one, mode)
        shared = "" if own in _ONCE else key
        stays.setdefault((one.settlement, own, shared), []).append(one)
    denials = [denial for (_, own, _), found in stays.items() if (denial := _denial(found, own, mode))]
    of = {one.key: denial.id for denial in denials for one in stays[_place(denial, stays)]}
    return Outcome(sorted(denials, key=lambda one: (one.setl_id, one.id)), of, elsewhere)


def as_found(one: Standing, finding: Finding | None) -> Standing:
    """Where a finding stands, with what this run has found of it."""
    if finding is None:
        return one
    should = str(finding.facts.get("should", ""))
    return one._replace(
        subject=finding.hit.subject, outcome=finding.hit.outcome, severity=finding.severity, should=should
    )


def is_of_stay(one: Standing) -> bool:
    """Whether a finding is one of an inpatient stay, which ``settle`` pays."""
    return one.subject not in _NO_STAY and bool(one.settlement)


def _place(denial: Denial, stays: Mapping[tuple[str, str, str], list[Standing]]) -> tuple[str, str, str]:
    return next(place for place, found in stays.items() if _id(found) == denial.id)


def _mode(one: Standing, mode: str) -> str:
    if one.state == "FINAL_REGROUP" or (one.lane == "regroup" and one.state != "FINAL_PART"):
        return "regroup"
    if one.outcome == "DENY_CASE" and one.state != "FINAL_PART":
        return "void"
    return "deduct_amount" if one.state == "FINAL_PART" and mode in _ONCE else mode


def held_mode(one: Standing, mode: str, claimed_fen: int | None) -> str:
    """How an open finding would be denied, empty where it is the region's own; a case that is held for no amount waits as a
    whole.
    """
    own = "void" if one.outcome == "HOLD_CASE" and not claimed_fen else _mode(one, mode)
    return "" if own == mode else own


def _id(found: Sequence[Standing]) -> str:
    return sha256_of_text("|".join(f"{one.key}|{one.decided_on}" for one in found))


def _denial(found: Sequence[Standing], own: str, mode: str) -> Denial | None:
    """One denial of one stay; None if nothing is left of it."""
    fund = sum(denied_fen(one) for one in found)
    fee = sum(one.fee_fen or 0 for one in found)
    group = next((one.group or one.should for one in found), "")
    if own not in ("regroup", "void") and not (fee if own == "reprice_cost" else fund):
        return None
    last = max(found, key=lambda one: (one.decided_on, one.key))
    rules = "+".join(sorted({one.rule for one in found}))
    return Denial("denials.csv", 0, _id(found), last.settlement, last.decided_on, last.decided_by,
                  "" if own == mode else own, fund, fee, group if own == "regroup" else "", rules)  # fmt: skip


def denied_fen(one: Standing) -> int:
    """Fund amount of an upheld finding: what was decided of it, at most what is due of it."""
    due = one.fund_fen or 0
    return (
        due if one.decided_fen is None else min(due, one.decided_fen) if one.fund_fen is not None else one.decided_fen
    )


def is_open(one: Standing) -> bool:
    """Whether a finding is not decided yet, so that its money is held or paid as the region says."""
    return one.state not in UPHELD | PASSED | POSTED | GONE | {"MERGED", "TRANSFERRED"}
