"""Lines of denials: as they are given, with what is wrong with their amounts, and with what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.base.reasons import reason
from drgdip.interface.denial import Denial, DenialLine

if TYPE_CHECKING:
    from drgdip.pipeline.denials.effect import Effect
    from drgdip.pipeline.special.stay import Stay


def blank(month: str, denial: Denial, stay: Stay | None, mode: str) -> DenialLine:
    """The line of a denial before anything is known of what it comes to."""
    return DenialLine(
        month,
        stay.month if stay else "",
        denial.setl_id,
        stay.hospital if stay else "",
        stay.pool if stay else "",
        denial.id,
        denial.date,
        denial.decided_by,
        mode,
        denial.reason,
        "posted",
        "",
        denial.fund_fen,
        denial.fee_fen,
        denial.group,
        stay.value("recorded_fen") if stay else 0,
        *[0] * 11,  # type: ignore[arg-type]  # the numbers, not the routes after them
    )._replace(cost_fen=stay.value("total_cost_fen") if stay else 0)


def amount_defects(denial: Denial, stay: Stay, mode: str) -> list[tuple[str, str]]:
    """What the mode needs: an amount above zero, a cost within the bill, a group of the edition."""
    if mode in ("deduct_amount", "deduct_scaled"):
        return [] if denial.fund_fen else [("denied_fund_yuan", "denial_amount_missing")]
    if mode == "reprice_cost":
        if not denial.fee_fen:
            return [("denied_fee_yuan", "denial_amount_missing")]
        return [("denied_fee_yuan", "denial_above_cost")] if denial.fee_fen >= stay.value("total_cost_fen") else []
    if mode == "regroup" and denial.group not in stay.context.tables.group_codes:
        return [("group_code", "denial_unknown_group")]
    return []


def told(line: DenialLine, effect: Effect, left_fen: int, denied: int) -> DenialLine:
    """The line with what the denial comes to, what was left of the payable before it, and what is denied."""
    return line._replace(
        before_points_e4=effect.before.points_e4,
        before_gross_fen=effect.before.gross_fen,
        before_payable_fen=effect.before.payable_fen,
        after_points_e4=effect.after.points_e4,
        after_gross_fen=effect.after.gross_fen,
        after_payable_fen=effect.after.payable_fen,
        before_route=reason(effect.before.route).key,
        after_route=reason(effect.after.route).key,
        left_fen=left_fen,
        asked_fen=effect.asked_fen,
        denied_fen=denied,
    )


def again(line: DenialLine) -> Denial:
    """The denial that a line of an earlier run holds."""
    return Denial("--prior", 0, line.denial_id, line.setl_id, line.date, line.decided_by, line.mode, line.fund_fen,
                  line.fee_fen, line.group, line.reason)  # fmt: skip
