"""A year's prepayment: which pools may, what each hospital is advanced, and how it is offset (settlement arithmetic 4.4)."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip import __version__
from drgdip.base.errors import PolicyError, UsageError
from drgdip.base.provenance import TRIAL, Approval, Identity, InputFile, PrepaymentRecord, sha256_of_file
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.clearing.year.prepayment import PoolBalance, advance, eligible, instalments
from drgdip.clearing.year.scores import coefficient_e4
from drgdip.interface.prepayment_row import PrepaymentOffset, PrepaymentPool, PrepaymentRow

if TYPE_CHECKING:
    from drgdip.intake.year_files import Balance
    from drgdip.pipeline.keeping import RunKeeper
    from drgdip.policy import Policy
    from drgdip.policy.sections.year_values import Prepayment
    from drgdip.policy.values import PolicyValues

_OFFSET_TYPE = 30


@dataclass(frozen=True)
class PrepaymentResult:
    """A year's prepayment; integers.

    Attributes
    ----------
    rows : tuple of PrepaymentRow
        By hospital and pool.
    pools : tuple of PrepaymentPool
        Whether each pool may prepay, and what it does.
    offsets : tuple of PrepaymentOffset
        Instalments by month; none where the year's clearing offsets the advance.
    approval : Approval
        Official, or a trial.
    """

    rows: tuple[PrepaymentRow, ...]
    pools: tuple[PrepaymentPool, ...]
    offsets: tuple[PrepaymentOffset, ...]
    approval: Approval = TRIAL

    @property
    def total_fen(self) -> int:
        """What is advanced in all."""
        return sum(row.amount_fen for row in self.rows)


def prepay_to_folder(
    policy: str | Path | Policy,
    year: str | int,
    history: str | Path,
    balances: str | Path,
    out: str | Path,
    *,
    scores: str | Path | None = None,
    overwrite: bool = False,
    command: Sequence[str] = (),
    keeper: RunKeeper | None = None,
) -> PrepaymentResult:
    """Work out what hospitals are advanced at the start of a year, into a folder.

    Parameters
    ----------
    policy : str, Path or Policy
        A policy with a section ``prepayment``, its file, or the name of a shipped one.
    year : str or int
        ``YYYY``: the year that is prepaid for; history is that of the years before.
    history : str or Path
        CSV file: ``fixmedins_code,pool,year,fund_yuan``.
    balances : str or Path
        CSV file: ``pool,balance_months,year_result_yuan,rolling_deficit`` (yes or no).
    out : str or Path
        The folder to write.
    scores : str or Path, optional
        Assessment scores, where the policy adjusts by them.
    overwrite : bool
        Replace an earlier prepayment in the folder.
    command : sequence of str
        What the record says it was started by.
    keeper : RunKeeper, optional
        Says whether the policy is approved, see :func:`drgdip.ledger.open_keeper`; without one the prepayment is a trial.

    Returns
    -------
    PrepaymentResult
        What the files were written from.

    Raises
    ------
    UsageError
        A file cannot be used, or a balance or score is missing.
    PolicyError
        The policy is invalid, does not cover the year, or has no section ``prepayment``.
    """
    from drgdip.intake.year_files import read_balances, read_history, read_scores
    from drgdip.pipeline.keeping import approval_of
    from drgdip.pipeline.year.inputs import loaded_policy, year_text
    from drgdip.statement import OutputFolder
    from drgdip.statement.year.prepayment_files import PREPAYMENT_FOLDER, write_prepayment

    started = datetime.now(UTC)
    loaded, name = loaded_policy(policy), year_text(year)
    approval = approval_of(keeper, loaded.sha256)
    values = loaded.on(date(int(name), 1, 1))
    terms = values.prepayment
    if terms is None:
        raise PolicyError(
            Text(f"政策 {loaded.name} 没有 prepayment 一节,不拨付预付金。",
                 f"The policy {loaded.name} has no section prepayment, so nothing is prepaid under it."),
            Text("请在政策中规定 prepayment 一节。", "Give the policy a section prepayment."),
        )  # fmt: skip
    pools = tuple(values.pools)
    years = [str(int(name) - back) for back in range(1, terms.years + 1)]
    totals = read_history(Path(history), pools, years)
    files = [Path(file) for file in (history, balances, scores) if file]
    result = prepayments(
        values, terms, name, totals, read_balances(Path(balances), pools), read_scores(Path(scores)) if scores else {}
    )
    with OutputFolder(
        Path(out), overwrite=overwrite, reads=[*files, loaded.source_path], kind=PREPAYMENT_FOLDER
    ) as folder:
        write_prepayment(folder, result.rows, result.pools, result.offsets)
        record = PrepaymentRecord(
            engine_version=__version__,
            command=list(command or sys.argv),
            started_at=started.isoformat(timespec="seconds"),
            finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
            year=name,
            policy=Identity(name=f"{loaded.name} {loaded.version}", sha256=loaded.sha256),
            policy_file=loaded.reference,
            inputs=[InputFile.of_csv(file) for file in files],
            total_fen=result.total_fen,
            approval=approval,
            outputs={path.name: sha256_of_file(path) for path in sorted(folder.glob("*.csv"))},
        )
        (folder / "run.json").write_text(record.to_json(), encoding="utf-8", newline="\n")
    return replace(result, approval=approval)


def prepayments(
    values: PolicyValues,
    terms: Prepayment,
    year: str,
    totals: Mapping[tuple[str, str], Sequence[int]],
    balances: Mapping[str, Balance],
    scores_e4: Mapping[str, int],
) -> PrepaymentResult:
    """Advances of every hospital of the pools that may prepay. Raises UsageError for a missing balance or score."""
    rows: list[PrepaymentRow] = []
    pools: list[PrepaymentPool] = []
    for pool, least in terms.balance_months_e4.items():
        if pool not in balances:
            raise _missing(Text(f"基金池 {pool} 的结余情况", f"the standing of the pool {pool}"))
        balance = PoolBalance(*balances[pool])
        may = eligible(balance, least)
        own = [
            _row(values, terms, code, pool, amounts, scores_e4)
            for (code, held), amounts in sorted(totals.items())
            if held == pool and may
        ]
        rows += own
        pools.append(
            PrepaymentPool(
                pool, balance.months_e4, least, balance.year_result_fen, "yes" if balance.rolling_deficit else "no",
                "yes" if may else "no", len(own), sum(row.amount_fen for row in own),
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (row.hospital_code, row.pool))
    offsets = [line for row in rows for line in _offsets(terms, year, row)] if terms.offset == "instalment" else []
    return PrepaymentResult(tuple(rows), tuple(pools), tuple(offsets))


def _row(
    values: PolicyValues,
    terms: Prepayment,
    code: str,
    pool: str,
    amounts: Sequence[int],
    scores_e4: Mapping[str, int],
) -> PrepaymentRow:
    coefficient = E4
    if terms.coefficient is not None:
        if code not in scores_e4:
            raise _missing(Text(f"{code} 的考核分", f"the score of {code}"))
        coefficient = coefficient_e4(terms.coefficient, scores_e4[code], values.rounding.mode)
    result = advance(amounts, terms.months_e4, coefficient_e4=coefficient, mode=values.rounding.mode)
    return PrepaymentRow(code, pool, len(amounts), result.monthly_mean_fen, coefficient, result.amount_fen)


def _offsets(terms: Prepayment, year: str, row: PrepaymentRow) -> list[PrepaymentOffset]:
    parts = instalments(row.amount_fen, terms.instalments)
    return [
        PrepaymentOffset(
            f"PRE-{year}-{number:02d}-{row.hospital_code}-{row.pool}", row.hospital_code, row.pool, _OFFSET_TYPE,
            f"{year}-{number:02d}-01", amount,
        )
        for number, amount in enumerate(parts, 1)
        if amount
    ]  # fmt: skip


def _missing(what: Text) -> UsageError:
    return UsageError(
        Text(f"缺少{what.zh}。", f"There is no word of {what.en}."),
        Text("请在 --balances 或 --scores 的文件中补充。", "Add it to the file of --balances or --scores."),
    )
