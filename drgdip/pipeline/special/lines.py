"""Lines of ``special.csv``: an application, then the decision on it, then what it came to (6.3, 6.4)."""

from __future__ import annotations

from drgdip.base.reasons import reason
from drgdip.interface.special import Application, SpecialDecision, SpecialLine, State
from drgdip.pipeline.special.stay import Paid, Stay, Verdict
from drgdip.special_cases.states import walk

_BEFORE_EXPERTS = walk("", "SUBMITTED", "CHECKED", "AUTO_REVIEW", "EXPERT_REVIEW")
_APPROVED: dict[str, State] = {"by_item": "APPROVED_BY_ITEM", "adjusted": "APPROVED_ADJUSTED", "rejected": "REJECTED"}


def blank(month: str, setl_id: str, stay: Stay | None) -> SpecialLine:
    """A line about a stay, or about one that is not found."""
    values = dict.fromkeys(SpecialLine._fields, "") | {
        name: 0 for name in SpecialLine._fields if name.endswith(("_fen", "_e4"))
    }
    line = SpecialLine(**{**values, "month": month, "setl_id": setl_id})  # type: ignore[arg-type]
    if stay is None:
        return line
    return line._replace(
        stay_month=stay.month,
        hospital_code=stay.hospital,
        pool=stay.pool,
        cost_fen=stay.value("total_cost_fen"),
        reference_fen=stay.value("reference_cost_fen"),
        recorded_fen=stay.value("recorded_fen"),
    )


def applied(line: SpecialLine, application: Application, why: str) -> SpecialLine:
    """A line with an application on it: before the experts, or returned."""
    history = walk("", "SUBMITTED", "RETURNED") if why else _BEFORE_EXPERTS
    return line._replace(
        hospital_code=line.hospital_code or application.hospital_code,
        application_id=application.id,
        application_date=application.date,
        exit_type=application.exit_type,
        application_reason=application.reason,
        standing="refused" if why else "open",
        why=why,
        history=history,
    )


def decided(line: SpecialLine, decision: SpecialDecision, verdict: Verdict) -> SpecialLine:
    """A line with a decision on it that can be used: rejected, or waiting for its place."""
    line = named(line, decision)._replace(
        why="",
        allowed_fen=verdict.allowed_fen,
        factor_e4=verdict.factor_e4,
        decided_points_e4=verdict.points_e4,
        history=walk(line.history or "EXPERT_REVIEW", _APPROVED[decision.outcome]),
    )
    if decision.outcome == "rejected":
        return line._replace(standing="rejected", history=walk(line.history, "NOTIFIED", "FINAL"))
    return line._replace(standing="waiting", why="special_over_quota")


def named(line: SpecialLine, decision: SpecialDecision) -> SpecialLine:
    """A line with the identity of a decision."""
    return line._replace(
        decision_id=decision.id,
        decision_date=decision.date,
        outcome=decision.outcome,
        reviewers="|".join(decision.reviewers),
    )


def in_force(line: SpecialLine) -> SpecialLine:
    """A decision that has its place and changes the payment."""
    return line._replace(standing="in_force", why="", history=walk(line.history, "NOTIFIED", "FINAL", "POSTED"))


def without_place(line: SpecialLine) -> SpecialLine:
    """A decision that gets no place any more."""
    history = walk(line.history, "REJECTED", "NOTIFIED", "FINAL")
    return line._replace(standing="rejected", why="special_quota_exhausted", history=history)


def paid(line: SpecialLine, before: Paid, after: Paid, posted_fen: int, denied_change_fen: int) -> SpecialLine:
    """A line with what the stay comes to without and with the decision."""
    return line._replace(
        before_points_e4=before.points_e4,
        before_gross_fen=before.gross_fen,
        before_payable_fen=before.payable_fen,
        after_points_e4=after.points_e4,
        after_gross_fen=after.gross_fen,
        after_payable_fen=after.payable_fen,
        before_route=reason(before.route).key,
        after_route=reason(after.route).key,
        posted_fen=posted_fen,
        denied_change_fen=denied_change_fen,
    )


def cell(decision: SpecialDecision, field: str) -> str:
    """What stands in a cell of a decision, as far as it is kept."""
    if field == "reviewer_units":
        return "|".join(decision.units)
    return "|".join(decision.reviewers) if field == "reviewers" else str(getattr(decision, field))
