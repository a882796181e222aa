"""Special-case review at the edge: applications and decisions as they come in, and the line that says what came of them.

National names are used where the interface has them (3601–3604: ``exit_type``, ``exit_rea``, ``pay_std_amt``,
``drg_fund_payamt``, ``exit_fund_payamt``); codes of ``exit_type`` are kept as written, for they are local.
Source: settlement arithmetic 6.3, 6.4.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

State = Literal[
    "DRAFT",
    "SUBMITTED",
    "RETURNED",
    "CHECKED",
    "AUTO_REVIEW",
    "EXPERT_REVIEW",
    "APPROVED_BY_ITEM",
    "APPROVED_ADJUSTED",
    "REJECTED",
    "NOTIFIED",
    "FINAL",
    "POSTED",
    "PUBLISHED",
]
Outcome = Literal["by_item", "adjusted", "rejected"]

APPLICATION_COLUMNS = ("application_id", "setl_id", "fixmedins_code", "date", "exit_rea")
APPLICATION_OPTIONAL = ("exit_type",)
DECISION_COLUMNS = ("decision_id", "setl_id", "outcome", "date", "reviewers")
DECISION_OPTIONAL = ("allowed_yuan", "factor", "points", "pay_std_amt", "reviewer_units", "decision_rea")


class Application(NamedTuple):
    """A hospital's application for one stay. row, file : where it stands. exit_type, exit_rea : as the hospital wrote them."""

    file: str
    row: int
    id: str
    setl_id: str
    hospital_code: str
    date: str
    exit_type: str
    reason: str


class SpecialDecision(NamedTuple):
    """A decision on one stay; what an outcome does not need is None.

    allowed_fen : cost that is paid by item. factor_e4, points_e4, standard_fen : of an adjusted stay exactly one of
    them: a factor on its standard points, points, or a standard in money that becomes points at the opening point
    value. reviewers : ids of those who decided. units : whom each works for, in the same order, empty if not told.
    """

    file: str
    row: int
    id: str
    setl_id: str
    outcome: Outcome
    date: str
    reviewers: tuple[str, ...]
    units: tuple[str, ...]
    allowed_fen: int | None = None
    factor_e4: int | None = None
    points_e4: int | None = None
    standard_fen: int | None = None
    reason: str = ""


class SpecialLine(NamedTuple):
    """What came of one application or decision, as ``special.csv`` keeps it; money in fen, numbers in ten-thousandths.

    month : whose run this is. stay_month : the month that the stay was settled in. standing : ``in_force`` (the decision
    changed the payment), ``waiting`` (approved, no place left yet), ``open`` (no decision yet), ``rejected``, or
    ``refused`` (not used; ``why`` is the key of the finding). history : states in order, joined by ``>``.
    The ``before`` amounts are the ordinary payment, the ``after`` ones what is paid in the end. ``posted_fen`` is what
    this month's statement posts for a stay of an earlier month: after less before, less ``denied_change_fen``, what earlier
    denials of the stay take more of it (below zero: less) than they had; of a stay that the month settles itself, the latter alone. The routes
    are keys of how it is paid, empty in runs before they were told. level : of the hospital, for a decision whose place is of
    its level's quota.
    """

    month: str
    stay_month: str
    setl_id: str
    hospital_code: str
    pool: str
    application_id: str
    application_date: str
    exit_type: str
    application_reason: str
    decision_id: str
    decision_date: str
    outcome: str
    reviewers: str
    standing: str
    why: str
    history: str
    cost_fen: int
    reference_fen: int
    allowed_fen: int
    factor_e4: int
    decided_points_e4: int
    before_points_e4: int
    before_gross_fen: int
    before_payable_fen: int
    after_points_e4: int
    after_gross_fen: int
    after_payable_fen: int
    recorded_fen: int
    posted_fen: int
    denied_change_fen: int = 0
    before_route: str = ""
    after_route: str = ""
    level: str = ""

    @property
    def state(self) -> str:
        """The last state of its history."""
        return self.history.rsplit(">", 1)[-1]
