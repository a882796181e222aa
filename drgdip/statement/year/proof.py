"""Proof of a cleared year: every total reached on two ways, and every pool's fund accounted for to the fen.

Source: settlement arithmetic 0.3 (5), 5.4, 5.6, 12 (1, 3, 8, 9).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from drgdip.base.money import format_yuan
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Text
from drgdip.interface.year_row import YearDifference, YearPool, YearRow
from drgdip.statement.columns import ProofLine


class DeniedOfYear(NamedTuple):
    """Denials of a year in fen: by their lines, by the open items of months and after them, and what of these changes the
    stays of the year in place of being deducted. points_e4 : that leave the year with it.
    """

    lines_fen: int
    items_fen: int
    moved_fen: int
    points_e4: int


class YearProof(NamedTuple):
    """Sums taken from the months' statements themselves, in fen (points in ten-thousandths).

    decided_points_e4 : of decisions after the months. finals_before_fen : of the earlier clearing, None without one. denied :
    None under a policy without denials.
    """

    cases: int
    points_e4: int
    decided_points_e4: int
    payable_fen: int
    withheld_fen: int
    paid_fen: int
    finals_before_fen: int | None
    denied: DeniedOfYear | None = None


def year_proof(
    sums: YearProof,
    rows: Sequence[YearRow],
    pools: Sequence[YearPool],
    differences: Sequence[YearDifference] | None,
) -> tuple[ProofLine, ...]:
    """All lines that apply, in the order of the process."""
    lines = [*_month_lines(sums, rows)]
    for pool in pools:
        lines += _fund_lines(pool, [row for row in rows if row.pool == pool.pool])
    lines += _denial_lines(sums.denied)
    lines += _payment_lines(sums, rows)
    if differences is not None and sums.finals_before_fen is not None:
        words = Text("清算应拨 = 前次清算应拨 + 差额", "final payments = those of the earlier clearing + differences")
        posted = sums.finals_before_fen + sum(line.difference_fen for line in differences)
        lines.append(ProofLine("differences", words, _sum(rows, "final_fen"), posted, "yuan"))
    return tuple(lines)


def _month_lines(sums: YearProof, rows: Sequence[YearRow]) -> Iterator[ProofLine]:
    words = Text("各月结算病例数 = 清算病例数", "cases of the months = cases of the year")
    yield ProofLine("cases", words, sums.cases, _sum(rows, "cases"), "rows")
    words = Text("各月分值 + 清算前决定的分值 = 清算分值(万分之一分)",
                 "points of the months + of decisions = points of the year (ten-thousandths)")  # fmt: skip
    yield ProofLine("points", words, sums.points_e4 + sums.decided_points_e4, _sum(rows, "points_e4"), "rows")
    words = Text("各月应付合计 = 各机构各月应付之和", "payable: sum of the months = sum over hospitals")
    yield ProofLine("months_payable", words, sums.payable_fen, _sum(rows, "months_payable_fen"), "yuan")


def _fund_lines(pool: YearPool, rows: Sequence[YearRow]) -> Iterator[ProofLine]:
    """The fund of one pool: where each fen went, and that no more was given than there is."""
    name = pool.pool
    words = Text(f"{name}:可用基金 = 清算 + 未分配 + 考核扣减 + 扣款 + 结余交回 + 应付折减 − 超支分担",
                 f"{name}: fund = clearing + undistributed + assessment + deductions + returned + cut − sharing")  # fmt: skip
    uses = (
        _sum(rows, "clearing_fen") + pool.undistributed_fen + pool.assessment_fen + pool.deductions_fen
        + pool.returned_fen + pool.cut_fen - pool.sharing_fen
    )  # fmt: skip
    yield ProofLine(f"fund_{name}", words, pool.fund_fen, uses, "yuan")
    limit = pool.fund_fen + pool.risk_fund_fen
    words = Text(f"{name}:清算不超过可用基金与风险金", f"{name}: clearing stays within fund and risk fund")
    yield ProofLine(f"limit_{name}", words, pool.clearing_fen, min(pool.clearing_fen, limit), "yuan")
    if pool.scaled and pool.sharing_fen < pool.sharing_claimed_fen and pool.sharing_fen > 0:
        words = Text(
            f"{name}:折算后清算恰等于可用基金加风险金", f"{name}: scaled, clearing is fund and risk fund to the fen"
        )
        yield ProofLine(f"scaled_{name}", words, pool.clearing_fen, limit, "yuan")


def _denial_lines(denied: DeniedOfYear | None) -> Iterator[ProofLine]:
    if denied is None:
        return
    words = Text(
        "拒付之和 = 年度审核扣款 {kept} 元 + 已改计病例的 {moved} 元(减少分值 {points})",
        "denied = audit deductions of the year, {kept} yuan, + stays that count otherwise, {moved} yuan ({points} points less)",
    ).fill(
        kept=format_yuan(denied.items_fen - denied.moved_fen),
        moved=format_yuan(denied.moved_fen),
        points=format_scaled(denied.points_e4, 4),
    )
    yield ProofLine("denials", words, denied.lines_fen, denied.items_fen, "yuan")


def _payment_lines(sums: YearProof, rows: Sequence[YearRow]) -> Iterator[ProofLine]:
    words = Text("预留金 = 兑现 + 扣减", "retention = released + forfeited")
    yield ProofLine("retention", words, sums.withheld_fen, _sum(rows, "released_fen", "forfeited_fen"), "yuan")
    words = Text("各月实付合计 = 各机构月度实付之和", "paid: sum of the months = sum over hospitals")
    yield ProofLine("paid", words, sums.paid_fen, _sum(rows, "paid_fen"), "yuan")
    words = Text("清算额 = 月度实付 + 已抵扣预付金 + 其他已扣 + 未抵扣预付金 + 未扣款项 + 扣减预留金 + 清算应拨",
                 "clearing = paid + prepayment offset + other taken + outstanding + open + forfeited + final")  # fmt: skip
    parts = ("paid_fen", "prepayment_offset_fen", "other_deductions_fen", "prepayment_outstanding_fen",
             "open_deductions_fen", "forfeited_fen", "final_fen")  # fmt: skip
    yield ProofLine("payments", words, _sum(rows, "clearing_fen"), _sum(rows, *parts), "yuan")


def _sum(rows: Sequence[YearRow], *fields: str) -> int:
    return sum(getattr(row, field) for row in rows for field in fields)


def totals(rows: Sequence[YearRow]) -> Mapping[str, int]:
    """What the year came to, for its record."""
    names = ("before", "dip", "recorded", "claimed", "by_item", "clearing", "withheld", "released", "forfeited", "paid",
             "final")  # fmt: skip
    return {name: _sum(rows, f"{name}_fen") for name in names}
