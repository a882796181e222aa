"""A cleared year, as callers get it, and how it comes about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip import __version__
from drgdip.base.errors import UsageError
from drgdip.base.money import format_yuan
from drgdip.base.plain import MoneyForm, plain_values
from drgdip.base.provenance import (
    TRIAL,
    Approval,
    Identity,
    InputFile,
    Standing,
    Words,
    YearRecord,
    combine,
)
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Text
from drgdip.clearing.year import YearAccounts, YearStatement, year_statement
from drgdip.interface.year_row import YearRow
from drgdip.pipeline.year.accounts import YearInputs, over_ceilings, year_accounts
from drgdip.pipeline.year.denials import with_denials
from drgdip.pipeline.year.interim import with_interim_bills
from drgdip.pipeline.year.months import Month, read_months
from drgdip.pipeline.year.prior import EarlierClearing, read_earlier
from drgdip.pipeline.year.special import with_special_cases
from drgdip.statement import ProofLine, failed
from drgdip.statement.year import YearReport, year_proof
from drgdip.statement.year.proof import totals

if TYPE_CHECKING:
    import pandas as pd

    from drgdip.policy import Policy
    from drgdip.policy.sections.year_values import Year
    from drgdip.policy.values import PolicyValues


@dataclass(frozen=True)
class YearResult:
    """A cleared year.

    Attributes
    ----------
    report : YearReport
        Rows by hospital and pool, funds by pool, differences, proof, record; integers.
    """

    report: YearReport

    @property
    def statement(self) -> pd.DataFrame:
        """The statement as a DataFrame: one row a hospital and pool, money in integer fen."""
        import pandas as pd

        rows = [{**row._asdict(), "pool_name": row.pool_name.zh} for row in self.report.rows]
        return pd.DataFrame(rows, columns=list(YearRow._fields))

    @property
    def broken_proof(self) -> tuple[ProofLine, ...]:
        """The proof lines that do not hold; nothing is paid before their cause is found."""
        return failed(self.report.proof)

    def to_dict(self, money: MoneyForm = "fen") -> dict[str, Any]:
        """Everything as plain values that JSON can hold.

        Parameters
        ----------
        money : {"fen", "yuan"}
            Amounts as integer fen (``final_fen``), or as text in yuan (``final_yuan`` "7500.00").

        Returns
        -------
        dict
            ``year``, ``statement``, ``pools``, ``differences``, ``proof``, ``warnings``.
        """
        report = self.report
        return {
            "year": report.record.year,
            "official": report.record.approval.official,
            "statement": [plain_values(row._asdict(), money) for row in report.rows],
            "pools": [plain_values(pool._asdict(), money) for pool in report.pools],
            "differences": None if report.differences is None else [
                plain_values({**line._asdict(), "difference_fen": line.difference_fen}, money)
                for line in report.differences
            ],
            "proof": {line.line_id: line.holds for line in report.proof},
            "warnings": [words._asdict() for words in report.warnings],
        }  # fmt: skip


def cleared(
    policy: Policy,
    year: str,
    values: PolicyValues,
    terms: Year,
    runs: str | Path,
    given: YearInputs,
    files: Sequence[Path],
    command: Sequence[str],
    started: datetime,
    prior: str | Path | None,
    keep_point_values: bool,
    approval: Approval = TRIAL,
) -> YearResult:
    """Clear a year: read the months, form the accounts, clear every pool, prove it."""
    months = read_months(runs, policy.name, year)
    _check_pools(months, values)
    earlier = read_earlier(prior, policy.name, year, months) if prior else None
    if keep_point_values and earlier is None:
        raise UsageError(
            Text("--keep-point-values 需要前次清算。", "--keep-point-values needs an earlier clearing."),
            Text("请以 --prior 给出前次清算的文件夹。", "Give its folder with --prior."),
        )
    given = with_special_cases(policy, year, values, months, given)
    given = with_denials(policy, year, values, months, with_interim_bills(months, given))
    given = given._replace(decisions=[*given.decisions, *over_ceilings(terms, months)])
    kept = earlier.point_values_e4 if earlier and keep_point_values else None
    accounts, sums = year_accounts(year, terms, months, given, kept, values.payment.negative)
    statement = year_statement(values, accounts)
    differences = None if earlier is None else earlier.differences(statement.rows)
    if earlier is not None:
        sums = sums._replace(finals_before_fen=sum(earlier.finals_fen.values()))
    proof = year_proof(sums, statement.rows, statement.pools, differences)
    record = _record(policy, year, values, months, statement, files, command, started, earlier, prior)
    record = record.model_copy(update={"approval": approval})
    warnings = (
        *_warnings(policy), *_suspended(values, year), *_ended(terms, {**given.scores_e4, **accounts.scores_e4}), *_not_cleared(given, accounts), *_open_findings(months), *_month_warnings(policy, months), *_trial_months(approval, months), *_strangers(months, given), *given.warnings
    )  # fmt: skip
    return YearResult(YearReport(record, statement.rows, statement.pools, differences, proof, warnings))


def _check_pools(months: Sequence[Month], values: PolicyValues) -> None:
    for month in months:
        for row in month.run.rows:
            if row.pool not in values.pools:
                raise UsageError(
                    Text(f"{month.path.name} 中有政策没有的基金池 {row.pool}。",
                         f"{month.path.name} has the pool {row.pool}, which the policy lacks."),
                    Text("请使用各月结算时的政策。", "Use the policy that the months were settled under."),
                )  # fmt: skip


def _warnings(policy: Policy) -> list[Text]:
    """What the policy's section ``year`` departs in from what is usual."""
    return [problem.words for problem in policy.warnings if problem.path.startswith(("year.", "prepayment."))]


def _suspended(values: PolicyValues, year: str) -> list[Text]:
    """Hospitals whose settlement is suspended on the last day of the year: what the year owes them is not paid out yet."""
    last = date(int(year), 12, 31)
    windows = values.suspension.hospitals if values.suspension else ()
    held = [f"{w.hospital} ({w.decision})" for w in windows if w.first <= last <= w.last]
    words = Text(
        "{names} 年末仍暂停结算,清算应拨暂不支付", "suspended at the end of the year, not to be paid meanwhile: {names}"
    )
    return [words.fill(names=", ".join(held))] if held else []


def _ended(terms: Year, scores_e4: Mapping[str, int]) -> Iterator[Text]:
    """Hospitals whose score ends their agreement (5.5): told, for nothing of it is arithmetic."""
    limit, lowest = terms.agreement_ends_below_e4, terms.agreement_ends_lowest
    if limit and (names := _scored(scores_e4, lambda score: score < limit)):
        words = Text("考核分低于 {limit},按政策解除协议:{names}",
                     "scores below {limit}, with which the policy ends agreements: {names}")  # fmt: skip
        yield words.fill(limit=format_scaled(limit, 4), names=names)
    if lowest and scores_e4:
        last = sorted(scores_e4.values())[:lowest][-1]
        words = Text("考核分为末 {count} 位(同分并列),按政策解除协议:{names}",
                     "the {count} lowest scores (with equal ones), with which the policy ends agreements: {names}")  # fmt: skip
        yield words.fill(count=str(lowest), names=_scored(scores_e4, lambda score: score <= last))


def _not_cleared(given: YearInputs, accounts: YearAccounts) -> list[Text]:
    """Hospitals that were assessed and that the year owes nothing and asks nothing of: no amount depends on their scores."""
    others = sorted({*given.scores_e4} - {code for code, _ in (*accounts.measures, *accounts.payments)})
    words = Text("考核分中的 {codes} 全年没有结算,其考核分不影响任何金额;请核对医疗机构代码",
                 "scores of hospitals that no month settled, on which no amount depends (check the codes): {codes}")  # fmt: skip
    return [words.fill(codes=", ".join(others))] if others else []


def _scored(scores_e4: Mapping[str, int], wanted: Callable[[int], bool]) -> str:
    return ", ".join(
        f"{code} ({format_scaled(score, 4)})" for code, score in sorted(scores_e4.items()) if wanted(score)
    )


def _open_findings(months: Sequence[Month]) -> list[Text]:
    """What the last month still holds for findings: the year pays it unless they are denied."""
    held = [line for line in months[-1].run.holds if line.findings and line.open_fen]
    words = Text(
        "仍有 {count} 项疑点暂缓 {yuan} 元未办结,清算将予支付;须拒付的请以 --denials 给出",
        "findings are open that hold {yuan} yuan ({count} lines); the clearing pays it: give what is denied with --denials",
    )
    total = format_yuan(sum(line.open_fen for line in held))
    return [words.fill(count=str(len(held)), yuan=total)] if held else []


def _month_warnings(policy: Policy, months: Sequence[Month]) -> list[Text]:
    """Months that were settled under another version of the policy file: in order, but to be known."""
    others = [month.name for month in months if month.run.record.policy.sha256 != policy.sha256]
    if not others:
        return []
    words = Text("{months} 按政策文件的其他版本结算", "settled under another version of the policy file: {months}")
    return [words.fill(months=", ".join(others))]


def _trial_months(approval: Approval, months: Sequence[Month]) -> list[Text]:
    """Months that were trials under an official clearing."""
    trials = [month.name for month in months if not month.run.record.approval.official]
    if not approval.official or not trials:
        return []
    words = Text("{months} 的月度结算为试算", "the monthly settlement was a trial: {months}")
    return [words.fill(months=", ".join(trials))]


def _strangers(months: Sequence[Month], given: YearInputs) -> list[Text]:
    """Hospitals without a settled month from which the year is to recover something: it may be right, or a wrong code."""
    settled = {row.hospital_code for month in months for row in month.run.rows}
    named = {item.hospital_code for item in given.deductions} | {code for code, _ in given.granted or {}}
    words = Text("{codes} 全年没有结算,扣款或预付金须另行收回", "deductions or prepayments of hospitals that no month settled: {codes}")  # fmt: skip
    return [words.fill(codes=", ".join(sorted(named - settled)))] if named - settled else []


def _record(
    policy: Policy,
    year: str,
    values: PolicyValues,
    months: Sequence[Month],
    statement: YearStatement,
    files: Sequence[Path],
    command: Sequence[str],
    started: datetime,
    earlier: EarlierClearing | None,
    prior: str | Path | None,
) -> YearRecord:
    last = months[-1].run.record
    return YearRecord(
        engine_version=__version__,
        command=list(command),
        started_at=started.isoformat(timespec="seconds"),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        year=year,
        policy=Identity(name=f"{policy.name} {policy.version}", sha256=policy.sha256),
        policy_file=policy.reference,
        tables=last.tables,
        months={month.name: month.sha256 for month in months},
        inputs=[InputFile.of_csv(file) for file in files],
        prior=None if earlier is None else Identity(name=str(prior), sha256=combine(earlier.record.outputs.values())),
        point_values={pool.pool: format_scaled(pool.point_value_e4, 4) for pool in statement.pools},
        fund_ratios={pool.pool: format_scaled(pool.fund_ratio_e4, 4) for pool in statement.pools},
        totals_fen=dict(totals(statement.rows)),
        standing=_standing(policy, year, values, last.standing),
    )


def _standing(policy: Policy, year: str, values: PolicyValues, of_months: Standing | None) -> Standing:
    """The standing of the months, with the marks of every value of the year's last day."""
    if of_months is None:
        raise ValueError("the months' record lacks its standing")
    return Standing(
        region=Words(**policy.region_name._asdict()),
        policy=Words(**policy.title._asdict()),
        policy_status=policy.status,
        tables=of_months.tables,
        tables_status=of_months.tables_status,
        pools={key: Words(**pool.name._asdict()) for key, pool in values.pools.items()},
        marks=policy.doubts(date(int(year), 1, 1), date(int(year), 12, 31)),
    )
