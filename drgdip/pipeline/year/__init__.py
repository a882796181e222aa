"""The year, for callers: from twelve settled months to the final payment, in memory or into a folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.errors import PolicyError, UsageError
from drgdip.base.text import Text
from drgdip.pipeline.year.inputs import loaded_policy, year_text

if TYPE_CHECKING:
    from drgdip.base.text import Language
    from drgdip.interface.deduction import Deduction
    from drgdip.pipeline.keeping import RunKeeper
    from drgdip.pipeline.year.accounts import Scores, YearInputs
    from drgdip.pipeline.year.result import YearResult
    from drgdip.policy import Policy
    from drgdip.policy.sections.year_values import Year
    from drgdip.policy.values import PolicyValues

__all__ = ["clear_year", "clear_year_to_folder"]


def clear_year(
    policy: str | Path | Policy,
    year: str | int,
    runs: str | Path,
    *,
    scores: Scores = None,
    deductions: str | Path | Sequence[Deduction] = (),
    prepayments: str | Path | None = None,
    decisions: str | Path | None = None,
    denials: str | Path | None = None,
    prior: str | Path | None = None,
    keep_point_values: bool = False,
) -> YearResult:
    """Clear a year from its twelve settled months, in memory.

    Parameters
    ----------
    policy : str, Path or Policy
        A policy with a section ``year``, its file, or the name of a shipped one.
    year : str or int
        ``YYYY``.
    runs : str or Path
        A folder that holds the twelve folders that ``settle`` has written.
    scores : str, Path or mapping, optional
        Assessment scores by hospital, or a CSV file of them (``fixmedins_code,score``).
    deductions : str, Path or sequence of Deduction
        Deductions that no month has seen, or a CSV file of them in the form of ``settle``.
    prepayments : str or Path, optional
        What was prepaid (``fixmedins_code,pool,amount_yuan``); without it, what the months' open offsets say.
    decisions : str or Path, optional
        Decisions after the months: of special-case review on stays, in the form of ``settle``; or what other decisions
        change in a hospital's points and amounts.
    denials : str or Path, optional
        Denials after the months, in the form of ``settle``.
    prior : str or Path, optional
        An earlier clearing of the year: differences are posted against it, and no month may have changed since.
    keep_point_values : bool
        Keep the point values of the earlier clearing instead of new ones.

    Returns
    -------
    YearResult
        Rows by hospital and pool, the fund of every pool, differences, proof.

    Raises
    ------
    UsageError
        A month is missing, stands twice, is foreign or damaged; a file cannot be used; a score is missing.
    PolicyError
        The policy is invalid, does not cover the year, or has no section ``year``.
    """
    from drgdip.pipeline.year.result import cleared

    started = datetime.now(UTC)
    loaded = loaded_policy(policy)
    name, values, terms = _terms(loaded, year_text(year))
    given, _ = _inputs(terms, name, values, scores, deductions, prepayments, decisions, denials)
    return cleared(loaded, name, values, terms, runs, given, [], [], started, prior, keep_point_values)


def clear_year_to_folder(
    policy: str | Path | Policy,
    year: str | int,
    runs: str | Path,
    out: str | Path,
    *,
    scores: str | Path | None = None,
    deductions: str | Path | None = None,
    prepayments: str | Path | None = None,
    decisions: str | Path | None = None,
    denials: str | Path | None = None,
    prior: str | Path | None = None,
    keep_point_values: bool = False,
    overwrite: bool = False,
    language: Language = "zh",
    command: Sequence[str] = (),
    keeper: RunKeeper | None = None,
) -> YearResult:
    """Clear a year into a folder, which appears whole or not at all. The months are only read.

    Parameters
    ----------
    policy : str, Path or Policy
        A policy with a section ``year``, its file, or the name of a shipped one.
    year : str or int
        ``YYYY``.
    runs : str or Path
        A folder that holds the twelve folders that ``settle`` has written.
    out : str or Path
        The folder to write.
    scores : str or Path, optional
        A CSV file of assessment scores by hospital (``fixmedins_code,score``).
    deductions : str or Path, optional
        A CSV file of deductions that no month has seen, in the form of ``settle``.
    prepayments : str or Path, optional
        What was prepaid (``fixmedins_code,pool,amount_yuan``); without it, what the months' open offsets say.
    decisions : str or Path, optional
        Decisions after the months: of special-case review on stays, in the form of ``settle``; or what other decisions
        change in a hospital's points and amounts.
    denials : str or Path, optional
        Denials after the months, in the form of ``settle``.
    prior : str or Path, optional
        An earlier clearing of the year: differences are posted against it, and no month may have changed since.
    keep_point_values : bool
        Keep the point values of the earlier clearing instead of new ones.
    overwrite : bool
        Replace an earlier clearing in the folder.
    language : {"zh", "en"}
        Language of what people read.
    command : sequence of str
        What the record says it was started by.
    keeper : RunKeeper, optional
        Says whether the policy is approved and records the run, see :func:`drgdip.ledger.open_keeper`; without one the
        clearing is a trial.

    Returns
    -------
    YearResult
        What the files were written from.

    Raises
    ------
    UsageError
        As for :func:`clear_year`, or the folder cannot be used.
    PolicyError
        The policy is invalid, does not cover the year, or has no section ``year``.
    """
    from drgdip.pipeline.keeping import approval_of
    from drgdip.pipeline.year.result import cleared
    from drgdip.statement import OutputFolder
    from drgdip.statement.year import YEAR_FOLDER, write_year

    started = datetime.now(UTC)
    loaded = loaded_policy(policy)
    name, values, terms = _terms(loaded, year_text(year))
    given, files = _inputs(terms, name, values, scores, deductions or (), prepayments, decisions, denials)
    reads = [Path(runs), *files, loaded.source_path, *([Path(prior)] if prior else [])]
    with OutputFolder(Path(out), overwrite=overwrite, reads=reads, kind=YEAR_FOLDER) as folder:
        result = cleared(
            loaded, name, values, terms, runs, given, files, command or sys.argv, started, prior, keep_point_values,
            approval_of(keeper, loaded.sha256),
        )  # fmt: skip
        written = write_year(folder, result.report, language)
        if keeper:
            keeper.keep(written, Path(out))
    return result


def _terms(policy: Policy, year: str) -> tuple[str, PolicyValues, Year]:
    """The year as text, and the values of its last day."""
    values = policy.on(date(int(year), 12, 31))
    if values.year is None:
        raise PolicyError(
            Text(f"政策 {policy.name} 没有 year 一节,无法进行年终清算。",
                 f"The policy {policy.name} has no section year, so no year can be cleared under it."),
            Text("请在政策中规定预算、结余超支分档与考核(year 一节)。",
                 "Give the policy a section year: budgets, bands, assessment."),
        )  # fmt: skip
    return year, values, values.year


def _inputs(
    terms: Year,
    year: str,
    values: PolicyValues,
    scores: Scores,
    deductions: str | Path | Sequence[Deduction],
    prepayments: str | Path | None,
    decisions: str | Path | None,
    denials: str | Path | None,
) -> tuple[YearInputs, list[Path]]:
    """What comes beside the months, and the files that it was read from."""
    from drgdip.intake.deductions import read_deductions
    from drgdip.intake.year_files import read_decisions, read_prepayments
    from drgdip.pipeline.year.accounts import YearInputs, given_scores
    from drgdip.pipeline.year.special import names_stays

    files = [
        Path(file) for file in (scores, deductions, prepayments, decisions, denials) if isinstance(file, str | Path)
    ]
    items: Sequence[Deduction]
    if isinstance(deductions, str | Path):
        items, findings = read_deductions(Path(deductions), tuple(values.pools))
        if findings:
            first = findings[0]
            raise UsageError(
                Text(f"{first.file} 第 {first.row} 行的 {first.field}(“{first.value}”):{first.reason.words.zh}。",
                     f"{first.file}, row {first.row}, {first.field} (“{first.value}”): {first.reason.words.en}."),
                Text("请更正该行;有疑问的文件一概不用于清算。",
                     "Mend the row; a file with a row in doubt is not cleared with."),
            )  # fmt: skip
    else:
        items = deductions
    granted = read_prepayments(Path(prepayments), tuple(values.pools)) if prepayments else None
    special = Path(decisions) if decisions and names_stays(Path(decisions)) else None
    decided = read_decisions(Path(decisions), tuple(terms.budgets), year) if decisions and not special else []
    beside = Path(denials) if denials else None
    return YearInputs(given_scores(scores), decided, items, granted, special, denials=beside), files
