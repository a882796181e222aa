"""``drgdip cross-region``: what other regions owe, what is owed to them, and which stays are reviewed jointly."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import EXIT_BLOCKED
from drgdip.base.money import format_yuan
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

if TYPE_CHECKING:
    from drgdip.statement.cross_region import CrossRegionReport

_PATH = click.Path(path_type=Path)


@click.command(help="异地清算:向各参保地的清算单、净额与联合核查名单 | Clear with other regions.")
@click.option("--policy", required=True, help="政策文件或内置政策名 | policy file, or the name of a shipped one")
@click.option("--runs", multiple=True, required=True, type=_PATH,
              help="settle 的结果文件夹,每月一个,可多次 | folder of a settled month, repeatable")  # fmt: skip
@click.option("--received", multiple=True, type=_PATH,
              help="其他统筹区发来的清算单 CSV,可多次 | statements received from other regions, repeatable")  # fmt: skip
@click.option("--findings", multiple=True, type=_PATH,
              help="病例违规疑点 CSV(setl_id, rule_id),可多次 | suspected violations of stays, repeatable")  # fmt: skip
@click.option("--out", required=True, type=_PATH, help="结果文件夹 | folder for the results")
@click.option("--overwrite", is_flag=True, help="替换已有结果 | replace an earlier result")
@json_option
@language_option
def cross_region(
    policy: str,
    runs: tuple[Path, ...],
    received: tuple[Path, ...],
    findings: tuple[Path, ...],
    out: Path,
    overwrite: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Clear with other regions and say what it comes to."""
    from drgdip.pipeline.cross_region import clear_between_regions
    from drgdip.statement import failed

    report = clear_between_regions(
        policy,
        runs,
        out,
        received=received,
        findings=findings,
        overwrite=overwrite,
        command=["drgdip", *sys.argv[1:]],
    )
    if as_json:
        print_json(_content(report))
    else:
        click.echo("\n".join(line.in_language(lang) for line in _summary(report, out)))
    if failed(report.proof):
        raise SystemExit(EXIT_BLOCKED)


def _content(report: CrossRegionReport) -> dict[str, Any]:
    return {
        "region": report.record.region,
        "months": list(report.record.months),
        "clearing": report.record.clearing,
        "homes": [row._asdict() for row in report.homes],
        "net": [row._asdict() for row in report.net],
        "review": [row._asdict() for row in report.review],
        "findings": [finding._asdict() for finding in report.findings],
        "proof": {line.line_id: line.holds for line in report.proof},
    }


def _summary(report: CrossRegionReport, out: Path) -> Iterator[Text]:
    from drgdip.statement import failed

    months = " ".join(report.record.months)
    yield Text(
        f"{report.record.region} {months} 异地清算", f"{report.record.region} {months}, clearing between regions"
    )
    for line in report.net:
        words = Text("  {other}:应收 {asked},应付 {owed},净额 {net} 元",
                     "  {other}: receivable {asked}, payable {owed}, net {net} yuan")  # fmt: skip
        asked, owed, net = map(format_yuan, (line.receivable_fen, line.payable_fen, line.net_fen))
        yield words.fill(other=line.other, asked=asked, owed=owed, net=net)
    joint = sum(line.lane == "joint" for line in report.review)
    yield Text(f"  跨省高额病例 {len(report.review)} 例,其中联合核查 {joint} 例",
               f"  {len(report.review)} dear stays of other provinces, {joint} for joint review")  # fmt: skip
    if report.findings:
        yield Text(f"  收到的清算单与疑点清单中有问题 {len(report.findings)} 条,所涉行未轧差、未采用(findings.csv)",
                   f"  {len(report.findings)} findings about statements received and lists of findings: their lines are not used (findings.csv)")  # fmt: skip
    for proof in failed(report.proof):
        yield Text(f"  校验不符:{proof.words.zh}", f"  Proof fails: {proof.words.en}")
    yield Text(f"  结果:{out}", f"  Results: {out}")
