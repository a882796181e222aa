"""What a checked sample takes from each hospital and pool (settlement arithmetic 8.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.interface.sample import Checked, ExtrapolationLine, SampleDeduction, SampleLine
from drgdip.pipeline.sample_terms import one_of, sample_terms
from drgdip.pipeline.sampling import write_record
from drgdip.sanctions import Extrapolation, Sampled, extrapolate, rate_interval_e4
from drgdip.sanctions.sample import RateBy

if TYPE_CHECKING:
    from drgdip.policy import Policy

_INSPECTION = 20


class ExtrapolationResult(NamedTuple):
    """What a checked sample comes to, by hospital and pool; findings say what kept others from it."""

    lines: tuple[ExtrapolationLine, ...]
    deductions: tuple[SampleDeduction, ...]
    findings: tuple[Finding, ...]


def extrapolate_sample(
    sample: str | Path,
    checked: str | Path,
    out: str | Path,
    *,
    by: RateBy | None = None,
    basis: str,
    decision: str,
    day: str,
    annual: str | Path | None = None,
    policy: str | Path | Policy | None = None,
    overwrite: bool = False,
    command: Sequence[str] = (),
) -> ExtrapolationResult:
    """Work out what a checked sample takes from each hospital and pool, into a folder.

    A hospital and pool of whose sample a stay has no usable result gets no deduction, and a finding for each such stay.

    Parameters
    ----------
    sample, checked : str or Path
        ``sample.csv`` as it was drawn, and ``checked.csv`` as the inspectors filled it in.
    out : str or Path
        The folder to write.
    by : {"count", "money"}, optional
        The reading of the rate that the deduction follows; the other is shown beside it. Left out with a policy.
    basis : str
        The clause of the contract that allows the extrapolation, in words. Without one there is none.
    decision, day : str
        Number and day (``YYYY-MM-DD``) of the decision; they name and date the deductions.
    annual : str or Path, optional
        CSV file ``fixmedins_code,pool,fund_yuan``: fund payments of the year, where the frame is not the whole year.
    policy : str, Path or Policy, optional
        A policy whose ``sanctions.sample`` says the reading, in place of ``by``.
    overwrite : bool
        Replace an earlier extrapolation in the folder.
    command : sequence of str
        What the record says it was started by.

    Returns
    -------
    ExtrapolationResult
        What the files were written from.

    Raises
    ------
    UsageError
        A file cannot be used, no basis or decision is given, or the day is none.
    PolicyError
        The policy is invalid or says nothing of samples.
    """
    from drgdip.intake.sample_files import read_annual, read_checked, read_sample
    from drgdip.statement import OutputFolder
    from drgdip.statement.sample_files import EXTRAPOLATION_FOLDER, write_extrapolation

    started = datetime.now(UTC)
    _check_decision(basis, decision, day)
    one_of(policy, by, "by")
    drawn = read_sample(Path(sample))
    named = ""
    if policy is not None:
        loaded, terms = sample_terms(policy, [line.month for line in drawn])
        by, named = terms.by, f"{loaded.name} {loaded.version} {loaded.sha256}"
    assert by is not None
    results, findings = read_checked(Path(checked), drawn)
    funds = read_annual(Path(annual)) if annual else {}
    lines: list[ExtrapolationLine] = []
    for part in _sampled(drawn):
        missing = [line for line in part if line.setl_id not in results]
        findings += [
            Finding(Path(checked).name, 0, line.setl_id, "violation", "", "sample_unchecked") for line in missing
        ]
        key = (part[0].hospital_code, part[0].pool)
        if annual and key not in funds:
            findings.append(Finding(Path(annual).name, 0, "", "fixmedins_code", "/".join(key), "sample_no_annual_fund"))
        elif not missing:
            lines.append(_line(part, results, funds.get(key, part[0].frame_fund_fen), by, basis.strip()))
    deductions = [_deduction(line, decision.strip(), day) for line in lines if line.deduction_fen]
    inputs = [Path(file) for file in (sample, checked, annual) if file]
    with OutputFolder(Path(out), overwrite=overwrite, reads=inputs, kind=EXTRAPOLATION_FOLDER) as folder:
        write_extrapolation(folder, lines, deductions, findings)
        parameters = {"by": by, "basis": basis, "decision": decision, "date": day, "policy": named}
        write_record(folder, inputs, parameters, command, started)
    return ExtrapolationResult(tuple(lines), tuple(deductions), tuple(findings))


def _check_decision(basis: str, decision: str, day: str) -> None:
    try:
        known = date.fromisoformat(day).isoformat() == day
    except ValueError:
        known = False
    if not (basis.strip() and decision.strip() and known):
        raise UsageError(
            Text("抽样放大须有协议依据、决定文号与日期(YYYY-MM-DD)。",
                 "An extrapolation needs its basis in the contract, and number and day (YYYY-MM-DD) of the decision."),
            Text("请写明协议条款,例如 --basis “2026 年服务协议第 32 条”。",
                 'Name the clause, such as --basis "service agreement 2026, clause 32".'),
        )  # fmt: skip


def _sampled(drawn: Sequence[SampleLine]) -> Iterator[list[SampleLine]]:
    parts: dict[tuple[str, str], list[SampleLine]] = {}
    for line in sorted(drawn):
        parts.setdefault((line.hospital_code, line.pool), []).append(line)
    yield from parts.values()


def _line(
    part: Sequence[SampleLine], results: Mapping[str, Checked], annual_fen: int, by: RateBy, basis: str
) -> ExtrapolationLine:
    bad = [(line, results[line.setl_id]) for line in part if results[line.setl_id].bad]
    bad_fund = sum(line.payable_fen if one.bad_fund_fen is None else one.bad_fund_fen for line, one in bad)
    found = Sampled(len(part), len(bad), sum(line.payable_fen for line in part), max(bad_fund, 0))
    first = part[0]
    by_count = extrapolate(found, annual_fen, "count")
    by_money = extrapolate(found, annual_fen, "money") if found.fund_fen > 0 else Extrapolation(0, 0)
    low, high = rate_interval_e4(first.frame_stays, found.stays, found.bad_stays)
    return ExtrapolationLine(
        first.hospital_code,
        first.pool,
        first.frame_stays,
        found.stays,
        found.bad_stays,
        found.fund_fen,
        found.bad_fund_fen,
        annual_fen,
        by_count.rate_e4,
        low,
        high,
        by_count.deduction_fen,
        by_money.rate_e4,
        by_money.deduction_fen,
        by,
        (by_count if by == "count" else by_money).deduction_fen,
        first.frame_sha256,
        basis,
    )


def _deduction(line: ExtrapolationLine, decision: str, day: str) -> SampleDeduction:
    name = f"SAMPLE-{decision}-{line.hospital_code}-{line.pool}"
    return SampleDeduction(name, line.hospital_code, line.pool, _INSPECTION, day, line.deduction_fen)
