"""What a year is cleared from: months, decisions, deductions, prepayments and scores, as clearing takes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, TypeAlias

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.clearing.year import Key, Measures, YearAccounts
from drgdip.intake.year_files import Decision, read_scores, score_e4
from drgdip.interface.deduction import Deduction
from drgdip.interface.special import SpecialLine
from drgdip.pipeline.year.case_sums import measures
from drgdip.pipeline.year.ledger import payments
from drgdip.pipeline.year.months import Month, sources
from drgdip.policy.sections.year_values import Year
from drgdip.policy.values import NegativeRule
from drgdip.statement.year import DeniedOfYear, YearProof

#: Scores by hospital (text or Decimal, never a float), or a file of them.
Scores: TypeAlias = str | Path | Mapping[str, str | Decimal | int] | None


class YearInputs(NamedTuple):
    """What comes beside the months. granted : prepayments by hospital and pool; None: as the months' deductions say.

    special : a file of decisions of special-case review on stays of the year. warnings : what deserves to be known.
    cancelled_fen : by open item, what of it changes the stays of the year itself, and is no deduction of it. denials : a file of
    denials after the months. decided_later : lines of stays that were decided on after their own month, or after denials of them.
    """

    scores_e4: Mapping[str, int]
    decisions: Sequence[Decision] = ()
    deductions: Sequence[Deduction] = ()
    granted: Mapping[Key, int] | None = None
    special: Path | None = None
    warnings: tuple[Text, ...] = ()
    cancelled_fen: Mapping[str, int] = {}
    denials: Path | None = None
    denied: DeniedOfYear | None = None
    decided_later: Sequence[SpecialLine] = ()


def given_scores(scores: Scores) -> dict[str, int]:
    """Scores as integers. Raises UsageError for one that is no number from 0 to 100."""
    if scores is None:
        return {}
    if isinstance(scores, str | Path):
        return read_scores(Path(scores))
    read: dict[str, int] = {}
    for code, value in scores.items():
        try:
            read[code] = score_e4("" if isinstance(value, float) else str(value))
        except ValueError:
            raise UsageError(
                Text(f"{code} 的考核分 {value!r} 不是 0 至 100 之间最多四位小数的数。",
                     f"The score {value!r} of {code} is no number from 0 to 100 with at most four decimals."),
                Text('请写成文本或 Decimal,例如 "92.5"。', 'Write it as text or Decimal, such as "92.5".'),
            ) from None  # fmt: skip
    return read


def year_accounts(
    year: str,
    terms: Year,
    months: Sequence[Month],
    given: YearInputs,
    kept: Mapping[str, int] | None,
    negative: NegativeRule = "clamp_case",
) -> tuple[YearAccounts, YearProof]:
    """The accounts of a year, and sums of its months for the proof. Raises UsageError where a score is missing.

    ``negative`` : what a payable below zero is; where hospitals bear it in their month, stays by item may come to less than none.
    """
    measured = measures(sources(months))
    tiers: dict[str, int] = {}
    for month in months:
        for row in month.run.rows:
            tiers[row.hospital_code] = max(row.hospital_tier, tiers.get(row.hospital_code, 0))
    rows = [row for month in sources(months) for row in month.run.rows]
    proof = YearProof(
        cases=sum(row.cases for row in rows),
        points_e4=sum(row.points_e4 for row in rows),
        decided_points_e4=sum(decision.points_e4 for decision in given.decisions),
        payable_fen=sum(row.payable_fen for row in rows) + sum(one.payable_fen for one in given.decisions),
        withheld_fen=0,
        paid_fen=sum(row.paid_fen for month in months for row in month.run.rows),
        finals_before_fen=None,
        denied=given.denied,
    )
    paid = payments(months, given.deductions, given.granted, given.cancelled_fen)
    _refuse_strangers(given.decisions, tiers)
    decided = _decided(measured, given.decisions, negative == "hospital_month")
    held = sum(row.retained_fen for row in rows) + sum(
        line.taken_fen for month in months for line in month.run.deductions if line.deduction_type == 40
    )
    hospitals = sorted({code for code, _ in (*decided, *paid)})
    accounts = YearAccounts(year, decided, paid, tiers, _scores(terms, hospitals, given.scores_e4), kept)
    return accounts, proof._replace(withheld_fen=held)


def over_ceilings(terms: Year, months: Sequence[Month]) -> list[Decision]:
    """What months did not pay beyond a hospital's ceiling, of pools that the months alone decide (8.5).

    A pool with a budget is cleared by its own fund and bands: there the ceilings of its months were advances.
    """
    return [
        Decision(
            f"CEILING-{row.month}", row.hospital_code, row.pool, f"{row.month}-01", 0, 0, 0, 0, 0, -row.over_ceiling_fen
        )
        for month in sources(months)
        for row in month.run.rows
        if row.over_ceiling_fen and row.pool not in terms.budgets
    ]


def _refuse_strangers(decisions: Iterable[Decision], settled: Collection[str]) -> None:
    """A decision of a hospital that has no stay in the year would lower the point value of all others."""
    for decision in decisions:
        if decision.hospital_code not in settled:
            raise UsageError(
                Text(f"决定 {decision.id} 的机构 {decision.hospital_code} 全年没有结算。",
                     f"The decision {decision.id} names {decision.hospital_code}, which no month settled."),
                Text("请核对医疗机构代码。", "Check the hospital code."),
            )  # fmt: skip


def _decided(measured: Mapping[Key, Measures], decisions: Iterable[Decision], below_zero: bool) -> dict[Key, Measures]:
    """Add decisions to the measures that they change. Raises UsageError where more is taken away than there is.

    That is known when all are added: of two on one stay the one that takes back may be added before the other that gave.
    """
    result = dict(measured)
    takes_more: dict[Key, str] = {}
    for decision in decisions:
        key = (decision.hospital_code, decision.pool)
        own = result.get(key, Measures())
        result[key] = own._replace(
            points_e4=own.points_e4 + decision.points_e4,
            recorded_fen=own.recorded_fen + decision.recorded_fen,
            cost_fen=own.cost_fen + decision.cost_fen,
            by_item_cost_fen=own.by_item_cost_fen + decision.by_item_cost_fen,
            by_item_fund_fen=own.by_item_fund_fen + decision.by_item_fund_fen,
            payable_fen=own.payable_fen + decision.payable_fen,
            months=(*own.months, *_posted(decision)),
        )
        if not _holds_enough(result[key], below_zero):
            takes_more.setdefault(key, decision.id)
    for key, id_ in takes_more.items():
        if not _holds_enough(result[key], below_zero):
            raise UsageError(
                Text(f"决定 {id_} 减去的多于 {key[0]} / {key[1]} 全年所有。",
                     f"The decision {id_} takes more away than the year of {key[0]} / {key[1]} holds."),
                Text("请核对决定中的分值与金额(元)。", "Check its points and amounts (yuan)."),
            )  # fmt: skip
    return result


def _holds_enough(own: Measures, below_zero: bool) -> bool:
    """Whether nothing is below zero that cannot be. below_zero : whether what is paid by item can."""
    counted = (own.points_e4, own.recorded_fen, own.cost_fen, own.by_item_cost_fen)
    return min(counted) >= 0 and (own.by_item_fund_fen >= 0 or below_zero)


def _posted(decision: Decision) -> tuple[tuple[int, int], ...]:
    """Points that a month has posted, and the point value of it: the settlement point value trues them up."""
    return ((decision.points_e4, decision.month_point_value_e4),) if decision.month_point_value_e4 else ()


def _scores(terms: Year, hospitals: Sequence[str], given: Mapping[str, int]) -> dict[str, int]:
    """The score of every hospital, where the policy asks for any. Scores of others change nothing; see ``_refuse_mistaken``."""
    if terms.assessment is None and terms.retention_release is None:
        return {code: given[code] for code in hospitals if code in given}
    missing = [code for code in hospitals if code not in given]
    if missing:
        _refuse_mistaken(sorted(set(given) - set(hospitals)), missing)
    if missing and terms.score_if_missing_e4 is None:
        raise UsageError(
            Text(f"缺少 {'、'.join(missing)} 的考核分。", f"The assessment scores of {', '.join(missing)} are missing."),
            Text("请以 --scores 给出(列 fixmedins_code、score),或在政策中规定 year.score_if_missing。",
                 "Give them with --scores (columns fixmedins_code, score), or let the policy say year.score_if_missing."),
        )  # fmt: skip
    return {code: given.get(code, terms.score_if_missing_e4 or 0) for code in hospitals}


def _refuse_mistaken(unsettled: Sequence[str], missing: Sequence[str]) -> None:
    """A score whose hospital has nothing in the year may be that of one which has no score: then what that is paid depends on it.

    It would be cleared with ``score_if_missing`` in place of its own. Raises UsageError.
    """
    if unsettled:
        names, lacking = "、".join(unsettled), "、".join(missing)
        raise UsageError(
            Text(f"考核分中的 {names} 全年没有结算,而参加清算的 {lacking} 没有考核分:如属代码填错,后者的清算应拨会因此不同。",
                 f"The scores name {', '.join(unsettled)}, which no month settled, and {', '.join(missing)}, which is cleared, has none: if"
                 " a code is wrong, what the latter is paid depends on it."),
            Text("请核对医疗机构代码;代码无误的,请为后者给出考核分(如政策的 year.score_if_missing)。",
                 "Check the codes; if they are right, give the latter a score, such as year.score_if_missing of the policy."),
        )  # fmt: skip
