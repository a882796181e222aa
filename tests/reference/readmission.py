"""Settlement arithmetic 8.4: readmissions, straight from the text: group once, higher weight, costs summed before the
deviation test; or the later stays at a share.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from drgdip.policy.sections.readmission_values import Readmission
from tests.reference.case import Case
from tests.reference.case_rules import FeeLine
from tests.reference.numbers import from_e4, rounded
from tests.reference.special import ROUTED_OUT

#: Prices a stay again: (earlier pricing, bill, lines, whether it is beyond the quota of high cost).
Again = Callable[[Case, dict[str, int], Sequence[FeeLine], bool], Case]


def chains(cases: Sequence[Case], terms: Readmission) -> list[list[Case]]:
    """Stays that follow one another within the window: same patient, group or category, pool, and hospital if asked.

    A bill before discharge is no stay by itself.
    """
    rows: dict[tuple[str, ...], list[Case]] = {}
    for case in cases:
        code = case.stay.patient.diagnoses[0]
        group = "" if case.grouped.group is None else case.grouped.group["dip_code"]
        what = group if terms.same == "group" else code[:3]
        if case.stay.bill != "interim" and case.stay.person and what and not code.startswith(terms.planned):
            where = (case.stay.hospital,) if terms.same_hospital else ()
            rows.setdefault((case.stay.person, what, *where, case.stay.pool), []).append(case)
    found: list[list[Case]] = []
    for own in rows.values():
        last: Case | None = None
        for case in sorted(
            own, key=lambda one: (one.stay.admission.date(), one.stay.discharge.date(), one.stay.setl_id)
        ):
            gap = None if last is None else (case.stay.admission.date() - last.stay.discharge.date()).days
            if gap is not None and 0 <= gap <= terms.window_days:
                found[-1].append(case)
            else:
                found.append([case])
            last = case
    return found


def paid_together(
    cases: Sequence[Case],
    terms: Readmission,
    lines: dict[str, list[FeeLine]],
    decided: Collection[str],
    again: Again,
    beyond: Collection[int],
) -> list[Case]:
    """The cases with readmissions paid as the policy says; an episode with a decided stay stays as it is."""
    changed: dict[int, Case] = {}
    for chain in chains(cases, terms):
        members = [case for case in chain if case.ordinary[0] not in ROUTED_OUT]
        if terms.action == "flag" or len(members) < 2 or any(case.stay.setl_id in decided for case in members):
            continue
        if terms.action == "share":
            changed |= {case.stay.row: shared(case._replace(role=3), terms) for case in members[1:]}
            continue
        lead = max(members, key=lambda case: case.weight_e4)
        for case in members:
            changed[case.stay.row] = with_another(case)
        changed[lead.stay.row] = paid_for_all(lead, members, lines, again, lead.stay.row in beyond)
    return [changed.get(case.stay.row, case) for case in cases]


def shared(case: Case, terms: Readmission) -> Case:
    """A later stay at the share."""
    points = case.points.points_e4
    if points > 0:
        points = rounded(points * from_e4(terms.share_e4 or 0), case.policy.rounding.mode)
    return case._replace(points=case.points._replace(points_e4=points))


def with_another(case: Case) -> Case:
    """A stay that is paid with another one: nothing of its own."""
    route = "dip" if case.route == "by_item" else case.route
    points = case.points._replace(points_e4=0)
    return case._replace(role=2, route=route, points=points, outside_fen=0, added_e4=0, borne_fen=(0, 0))


def paid_for_all(
    lead: Case, members: Sequence[Case], lines: dict[str, list[FeeLine]], again: Again, beyond: bool
) -> Case:
    """The stay with the highest weight, priced by all bills and fee lines of the episode.

    It has a place in the quota of high cost only if it had one by its own bill.
    """
    high = lead.policy.deviation.high
    capped = high is not None and high.share_cap is not None
    bill = {name: sum(case.stay.money[name] for case in members) for name in ("medfee_sumamt", "hosp_part_amt")}
    all_lines = [line for case in members for line in lines.get(case.stay.setl_id, [])]
    priced = again(lead, bill, all_lines, beyond or (capped and lead.ordinary[0] != "high"))
    borne = (sum(case.patient_fen for case in members), sum(case.other_funds_fen for case in members))
    allowed = max(bill["medfee_sumamt"] - bill["hosp_part_amt"], 0)
    return priced._replace(stay=lead.stay, role=1, borne_fen=borne, allowed_fen=allowed)
