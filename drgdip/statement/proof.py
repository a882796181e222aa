"""Proof lines: every total reached on two ways. A line that does not hold is shown, never hidden.

Source: settlement arithmetic 0.3 (5) (a statement always adds up), 4.2 and 4.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from drgdip.base.reasons import REASONS
from drgdip.base.text import Text
from drgdip.statement.columns import ProofLine


class ProofTotals(NamedTuple):
    """Independent sums of a run; money in fen.

    ``case_*`` are sums over cases, ``hospital_*`` over statement rows, ``pool_*`` over pools as priced.
    ``notional_fen`` is the part of gross that a ratio or fund point value leaves to nobody (0 for the residual method).
    ``rows_by_reason`` counts rows that are not settled, each under one reason. ``payout`` is None in cumulative mode.
    """

    rows_read: int
    rows_settled: int
    rows_by_reason: Mapping[str, int]
    statement_cases: int
    case_payable_fen: int
    hospital_payable_fen: int
    pool_payable_fen: int
    case_recorded_fen: int
    hospital_recorded_fen: int
    gross_fen: int
    patient_fen: int
    other_funds_fen: int
    clamped_fen: int
    notional_fen: int
    fund_payable_fen: Mapping[str, int]
    bedside: BedsideTotals
    payout: PayoutTotals | None
    special: SpecialTotals | None = None
    denials: DenialTotals | None = None
    held: HeldTotals | None = None
    mixed: MixedTotals | None = None


class BedsideTotals(NamedTuple):
    """Sums of the bedside settlement over the settled cases, in fen.

    ``tolerated_fen`` : what the policy lets the amounts of all these cases miss their sum by.
    """

    total_cost_fen: int
    fund_fen: int
    patient_fen: int
    hospital_part_fen: int
    other_payers_fen: int
    tolerated_fen: int = 0


class SpecialTotals(NamedTuple):
    """Special-case review: what is posted for stays of earlier months, twice; places held and places there are, by quota.

    after_fen, before_fen : payables of the posted stays under the decision, and as their months paid them. denied_fen : what
    earlier denials take more of them, or less.
    """

    statement_fen: int
    after_fen: int
    before_fen: int
    denied_fen: int
    used: Mapping[str, int]
    allowed: Mapping[str, int]


class DenialTotals(NamedTuple):
    """Denials in fen, three times: of the month's stays by their own columns and by lines, and all that is deducted.

    lines_fen : lines of the month's stays. earlier_fen : lines of earlier months' stays. deducted_fen : open items.
    statement_fen : both, on the statement.
    """

    case_fen: int
    lines_fen: int
    earlier_fen: int
    deducted_fen: int
    statement_fen: int


class HeldTotals(NamedTuple):
    """Money that is held in fen, three times: by the cases' own columns, by lines, on the statement; what is released,
    twice; what final bills give back of interim ones, by the cases' own columns and as open items.
    """

    case_fen: int
    lines_fen: int
    statement_fen: int
    released_lines_fen: int
    released_fen: int
    interim_fen: int
    deducted_fen: int


class MixedTotals(NamedTuple):
    """Lines of methods in fen: payable of the cases without what is held, by their own columns and by lines; what is allowed
    and what is over, by lines; what is over, on the statement; what months with a ceiling may come to at most, and come to.
    """

    case_fen: int
    lines_fen: int
    allowed_fen: int
    over_fen: int
    statement_fen: int
    limit_fen: int
    limited_fen: int


class PayoutTotals(NamedTuple):
    """Where payable goes, in fen. ``shortfall_fen`` is what negative months carry to the next (positive)."""

    paid_fen: int
    deducted_fen: int
    retained_fen: int
    shortfall_fen: int


def proof_lines(totals: ProofTotals) -> tuple[ProofLine, ...]:
    """All lines that apply to the run, in the order of the process."""
    return (
        *_row_lines(totals),
        *_bedside_lines(totals.bedside),
        *_payable_lines(totals),
        *_special_lines(totals.special),
        *_denial_lines(totals.denials),
        *_held_lines(totals.held),
        *_mixed_lines(totals.mixed),
        *_payout_lines(totals),
    )


def failed(lines: Iterable[ProofLine]) -> tuple[ProofLine, ...]:
    """The lines that do not hold."""
    return tuple(line for line in lines if not line.holds)


def _row_lines(totals: ProofTotals) -> Iterator[ProofLine]:
    effects = {"set_aside": 0, "excluded": 0}
    for key, rows in totals.rows_by_reason.items():
        effects["set_aside" if REASONS[key].effect == "set_aside" else "excluded"] += rows
    words = Text(
        "读入行数 = 结算 {settled} + 搁置 {set_aside} + 不纳入 {excluded}",
        "rows read = settled {settled} + set aside {set_aside} + excluded {excluded}",
    ).fill(settled=totals.rows_settled, **effects)
    yield ProofLine("rows", words, totals.rows_read, totals.rows_settled + sum(effects.values()), "rows")
    words = Text("结算病例行数 = 结算单病例数", "rows settled = cases on the statement")
    yield ProofLine("cases", words, totals.rows_settled, totals.statement_cases, "rows")


def _bedside_lines(bedside: BedsideTotals) -> Iterator[ProofLine]:
    words = Text(
        "医疗费总额 = 基金 + 个人 + 医院负担 + 其他支付",
        "total cost = funds + patient + hospital part + other payers",
    )
    payers = bedside.fund_fen + bedside.patient_fen + bedside.hospital_part_fen + bedside.other_payers_fen
    yield ProofLine("bedside", words, bedside.total_cost_fen, payers, "yuan", bedside.tolerated_fen)


def _payable_lines(totals: ProofTotals) -> Iterator[ProofLine]:
    payable = totals.case_payable_fen
    words = Text("分值金额 = 应付 + 个人 + 范围外 − 负数归零额", "gross = payable + patient + other funds − clamped")
    if totals.notional_fen:
        words = Text(f"{words.zh} + 不归任何支付方的部分", f"{words.en} + the part borne by nobody")
    parts = payable + totals.patient_fen + totals.other_funds_fen - totals.clamped_fen + totals.notional_fen
    yield ProofLine("gross", words, totals.gross_fen, parts, "yuan")
    words = Text("各基金应付之和 = 病例应付之和", "sum of the funds' payables = sum over cases")
    yield ProofLine("funds", words, sum(totals.fund_payable_fen.values()), payable, "yuan")
    words = Text("病例应付之和 = 机构应付之和", "payable: sum over cases = sum over hospitals")
    yield ProofLine("payable_hospitals", words, payable, totals.hospital_payable_fen, "yuan")
    words = Text("机构应付之和 = 基金池应付之和", "payable: sum over hospitals = sum over pools")
    yield ProofLine("payable_pools", words, totals.hospital_payable_fen, totals.pool_payable_fen, "yuan")
    words = Text("病例记账之和 = 机构记账之和", "recorded: sum over cases = sum over hospitals")
    yield ProofLine("recorded_hospitals", words, totals.case_recorded_fen, totals.hospital_recorded_fen, "yuan")


def _special_lines(special: SpecialTotals | None) -> Iterator[ProofLine]:
    if special is None:
        return
    words = Text(
        "特例补差 = 决定后应付 − 原月应付", "posted for special cases = payable by decision − payable of their months"
    )
    if special.denied_fen:
        words = Text(f"{words.zh} − 原拒付增减", f"{words.en} − what earlier denials take more of it")
    posted = special.after_fen - special.before_fen - special.denied_fen
    yield ProofLine("special_posted", words, special.statement_fen, posted, "yuan")
    for scope, allowed in special.allowed.items():
        used = special.used.get(scope, 0)
        words = Text(f"特例单议不超过名额 {allowed}({scope})", f"special cases within the quota of {allowed} ({scope})")
        yield ProofLine(f"special_quota_{scope}", words, used, min(used, allowed), "rows")


def _denial_lines(denials: DenialTotals | None) -> Iterator[ProofLine]:
    if denials is None:
        return
    words = Text("本月病例拒付之和 = 拒付决定之和", "denied: sum over cases of the month = sum over denials")
    yield ProofLine("denied_cases", words, denials.case_fen, denials.lines_fen, "yuan")
    words = Text("拒付之和 = 列入审核扣款的金额", "denied of all months' cases = posted as audit deductions")
    yield ProofLine("denied_posted", words, denials.lines_fen + denials.earlier_fen, denials.deducted_fen, "yuan")
    words = Text("拒付之和 = 结算单拒付之和", "denied = denied on the statement")
    yield ProofLine("denied_statement", words, denials.lines_fen + denials.earlier_fen, denials.statement_fen, "yuan")


def _held_lines(held: HeldTotals | None) -> Iterator[ProofLine]:
    if held is None:
        return
    words = Text("病例暂缓支付之和 = 暂缓清单", "held: sum over cases = list of what is held")
    yield ProofLine("held_cases", words, held.case_fen, held.lines_fen, "yuan")
    words = Text("暂缓清单 = 结算单暂缓支付", "held: list = statement")
    yield ProofLine("held_statement", words, held.lines_fen, held.statement_fen, "yuan")
    words = Text("恢复支付清单 = 结算单恢复支付", "released: list = statement")
    yield ProofLine("released", words, held.released_lines_fen, held.released_fen, "yuan")
    words = Text(
        "出院账单扣除的中途结算 = 列入其他扣款的金额",
        "interim bills taken back by final ones = posted as other deductions",
    )
    yield ProofLine("interim_posted", words, held.interim_fen, held.deducted_fen, "yuan")


def _mixed_lines(mixed: MixedTotals | None) -> Iterator[ProofLine]:
    if mixed is None:
        return
    words = Text(
        "各支付方式行之和 = 病例应付(不含暂缓)", "lines of methods = payable of the cases, without what is held"
    )
    yield ProofLine("lines", words, mixed.lines_fen, mixed.case_fen, "yuan")
    words = Text("各行应付 = 总额内应付 + 超总额", "lines = within ceilings + over")
    yield ProofLine("lines_ceiling", words, mixed.lines_fen, mixed.allowed_fen + mixed.over_fen, "yuan")
    words = Text("各行超总额 = 结算单超总额", "over: lines = statement")
    yield ProofLine("over_ceiling", words, mixed.over_fen, mixed.statement_fen, "yuan")
    words = Text("有总额的机构不超过总额", "hospitals with a ceiling stay within it")
    yield ProofLine("ceilings", words, mixed.limited_fen, min(mixed.limited_fen, mixed.limit_fen), "yuan")


def _payout_lines(totals: ProofTotals) -> Iterator[ProofLine]:
    payout = totals.payout
    if payout is None:
        return
    posted = totals.special.statement_fen if totals.special else 0
    words = Text("应付 = 实付 + 扣款 + 预留", "payable = paid + deducted + retained")
    if posted:
        words = Text(
            "应付 + 特例补差 = 实付 + 扣款 + 预留", "payable + special-case difference = paid + deducted + retained"
        )
    if payout.shortfall_fen:
        words = Text(f"{words.zh} − 结转下期的负数", f"{words.en} − negative months carried over")
    waits = totals.held.statement_fen - totals.held.released_fen if totals.held else 0
    if waits:
        words = Text(f"{words.zh} + 暂缓 − 恢复支付", f"{words.en} + held − released")
    over = totals.mixed.statement_fen if totals.mixed else 0
    if over:
        words = Text(f"{words.zh} + 超总额", f"{words.en} + over the ceilings")
    uses = over + waits + payout.paid_fen + payout.deducted_fen + payout.retained_fen - payout.shortfall_fen
    yield ProofLine("payout", words, totals.hospital_payable_fen + posted, uses, "yuan")
