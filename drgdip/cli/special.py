"""``drgdip special``: candidates, committee lists and publication figures of special-case review."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import click

from drgdip.base.errors import UsageError
from drgdip.base.plain import plain_values
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

_PATH = click.Path(path_type=Path)
_prior = click.option(
    "--prior", multiple=True, type=_PATH, help="本年以前月份的结果,可多次 | earlier months' runs, repeatable"
)


@click.group(help="特例单议:候选病例、评审名单、公布数据 | Special-case review.")
def special() -> None:
    """Hold the commands of special-case review."""


@special.command(help="可申请病例的排序、名额与现状 | Eligible stays, ranked, with the places there are.")
@click.option("--run", required=True, type=_PATH, help="settle 结果文件夹 | folder of a settled month")
@_prior
@json_option
@language_option
def candidates(run: Path, prior: tuple[Path, ...], as_json: bool, lang: Language) -> None:
    """List who may be reviewed."""
    from drgdip.base.scaled import format_scaled
    from drgdip.pipeline.special.candidates import candidates as found_in

    found = found_in(run, prior)
    if as_json:
        places = {scope: {"total": known.total, "used": known.used_in_all} for scope, known in found.places.items()}
        stays = [plain_values(stay._asdict(), "yuan") for stay in found.stays]
        print_json({"month": found.month, "places": places, "stays": stays})
        return
    for scope, known in found.places.items():
        words = Text("{scope}:名额 {total},已用 {used}", "{scope}: {total} places, {used} in use")
        click.echo(words.fill(scope=scope, total=known.total, used=known.used_in_all).in_language(lang))
    for stay in found.stays:
        click.echo(
            f"{stay.rank:>5}  {stay.setl_id}  {stay.hospital_code}  {stay.group}  {format_scaled(stay.cost_ratio_e4, 4)}"
            f"  {stay.standing}"
        )


@special.command("list", help="专家评审名单(XLSX)| The committee's list.")
@click.option("--run", required=True, type=_PATH, help="settle 结果文件夹 | folder of a settled month")
@click.option(
    "--applications", type=_PATH, help="申请 CSV;不给出则列全部可申请病例 | applications; else all eligible stays"
)
@click.option("-o", "--output", required=True, type=_PATH, help="XLSX 文件 | the workbook to write")
@click.option("--anonymous", is_flag=True, help="隐去医疗机构 | hide the hospitals")
@_prior
@json_option
@language_option
def list_(
    run: Path,
    applications: Path | None,
    output: Path,
    anonymous: bool,
    prior: tuple[Path, ...],
    as_json: bool,
    lang: Language,
) -> None:
    """Write what the committee decides from."""
    from drgdip.intake.special_files import read_applications
    from drgdip.pipeline.special import candidates as of
    from drgdip.statement.committee import write_committee_xlsx

    if output.exists():
        raise UsageError(
            Text(f"{output} 已存在。", f"{output} exists already."),
            Text("请另取文件名。", "Give another name."),
        )
    found = of.candidates(run, prior)
    given, findings = read_applications(applications)
    stays = of.of_applications(found, given) if applications else list(found.stays)
    write_committee_xlsx(output, found.month, of.anonymous(stays) if anonymous else stays, _findings(run, lang))
    known = {stay.setl_id for stay in stays}
    if as_json:
        unknown = [one.id for one in given if one.setl_id not in known]
        told = [finding._asdict() for finding in findings]
        print_json({"stays": len(stays), "output": str(output), "not_eligible": unknown, "findings": told})
        return
    for finding in findings:
        click.echo(f"  {finding.file} {finding.row}: {finding.field} {finding.reason.words.in_language(lang)}")
    for one in given:
        if one.setl_id not in known:
            words = Text("{id}:病例未结算或不符合申请条件", "{id}: the stay is not settled, or not eligible")
            click.echo(f"  {words.fill(id=one.id).in_language(lang)} ({one.setl_id})")
    words = Text("{count} 例写入 {path}", "{count} stays written to {path}")
    click.echo(words.fill(count=len(stays), path=output).in_language(lang))


@special.command(help="公布数据:申请、通过、占比与金额 | Figures to publish.")
@click.option("--runs", required=True, type=_PATH, help="存放各月 settle 结果的文件夹 | folder of the months' runs")
@click.option("-o", "--output", type=_PATH, help="CSV 文件 | a CSV file to write")
@json_option
@language_option
def publish(runs: Path, output: Path | None, as_json: bool, lang: Language) -> None:
    """Say what a region publishes (6.5)."""
    from drgdip.pipeline.run_folder import RECORD_FILE
    from drgdip.pipeline.special.publication import publication
    from drgdip.statement.publication import publication_lines, write_publication_csv

    folders = (
        [runs] if (runs / RECORD_FILE).is_file() else sorted(file.parent for file in runs.glob(f"*/{RECORD_FILE}"))
    )
    if not folders:
        raise UsageError(
            Text(f"{runs} 中没有结算结果。", f"{runs} holds no settled month."),
            Text("请用 --runs 指定存放各月结果的文件夹。", "Give the folder of the months' runs with --runs."),
        )
    figures = publication(folders)
    if output:
        write_publication_csv(output, figures)
    if as_json:
        print_json(plain_values(figures._asdict(), "yuan"))
        return
    click.echo("\n".join(publication_lines(figures, lang)))


def _findings(run: Path, language: Language) -> dict[str, str]:
    """The findings of a run by settlement ID, in words."""
    from drgdip.base.reasons import REASONS
    from drgdip.pipeline.run_folder import RunFolder

    words: dict[str, str] = {}
    folder = RunFolder(run)
    with folder.reading("findings.csv") as path, path.open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    for row in rows:
        reason = REASONS.get(row["reason"])
        if row["setl_id"] and reason:
            before = words.get(row["setl_id"])
            own = f"{reason.words.in_language(language)} ({row['field']})"
            words[row["setl_id"]] = f"{before}; {own}" if before else own
    return words
