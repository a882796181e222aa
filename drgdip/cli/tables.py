"""``drgdip tables``: list, check and show grouper tables; import and derive them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import EXIT_INVALID, UsageError
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json
from drgdip.cli.tables_diff import diff_
from drgdip.cli.tables_import import amend, derive, import_
from drgdip.cli.tables_report import echo_problems, head, problem_list, title
from drgdip.cli.tables_types import import_types_, types

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drgdip.audit.table_check import TableReport
    from drgdip.tables.manifest import Manifest


def _edition_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--tables", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
                     help="目录文件夹,代替版本名 | folder in place of scheme and edition"),
        click.option("--edition", help="目录版本 | edition"),
        click.option("--scheme", help="分组体系:dip(默认)、chs-drg | scheme: dip unless named"),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group(help="分组目录:列出、检查、查看、导入、推导 | list, check, show, import and derive grouper tables.")
def tables() -> None:
    """Grouper tables."""


@tables.command("list", help="列出可用的目录与编码表 | list editions and code lists at hand.")
@json_option
@language_option
def list_tables(as_json: bool, lang: Language) -> None:
    """List all folders of tables."""
    from drgdip.tables.locate import folders

    found = list(folders())
    if as_json:
        print_json([{**head(manifest), "folder": str(folder)} for folder, manifest in found])
        return
    for _, manifest in found:
        click.echo(title(manifest, lang))


@tables.command(
    "check", help="检查目录,列出全部问题 | check tables and list every problem; exit code 3 if any is an error."
)
@_edition_options
@click.option(
    "--witnesses",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写出入各组的样例病例(CSV) | write a case for each group, in the flat case layout",
)
@json_option
@language_option
def check(
    scheme: str | None, edition: str | None, folder: Path | None, witnesses: Path | None, as_json: bool, lang: Language
) -> None:
    """Check one edition, or all editions at hand."""
    from drgdip.audit.table_check import check_tables
    from drgdip.tables.problems import errors

    reports = [check_tables(one) for one in _chosen(scheme, edition, folder)]
    if witnesses:
        _write_witnesses(witnesses, reports)
    if as_json:
        print_json([
            {**head(report.manifest), "valid": not errors(report.problems), "findings": problem_list(report.problems),
             "witnesses": report.reach.reached if report.reach else None}
            for report in reports
        ])  # fmt: skip
    else:
        for report in reports:
            click.echo(title(report.manifest, lang))
            echo_problems(report.problems, lang, len(report.problems))
            if report.reach:
                click.echo(f"  {_reached(*report.reach).in_language(lang)}")
    if any(errors(report.problems) for report in reports):
        raise SystemExit(EXIT_INVALID)


def _reached(count: int, whole: int) -> Text:
    return Text(
        f"{count:,}/{whole:,} 个入组结果各有一个样例病例可达", f"{count:,} of {whole:,} outcomes are reached by a case built for them"
    )  # fmt: skip


def _write_witnesses(path: Path, reports: Sequence[TableReport]) -> None:
    from drgdip.audit.table_check import witness_rows
    from drgdip.tables.csv_file import csv_text

    found = [report for report in reports if report.reach]
    if len(found) != 1:
        raise UsageError(
            Text("样例病例只能为一个版本写出。", "Cases for each group are written for one edition."),
            Text("请用 --scheme 与 --edition 指定一个版本。", "Name one with --scheme and --edition."),
        )
    header, rows = witness_rows(found[0])
    path.write_text(csv_text(header, rows), encoding="utf-8")


@tables.command(
    "show",
    help="显示目录概要;给出编码 CODE 时显示该病种、诊断或手术操作 | show an edition, or one of its groups, diagnoses or operations.",
)
@click.argument("code", required=False)
@_edition_options
@json_option
@language_option
def show(
    code: str | None, scheme: str | None, edition: str | None, folder: Path | None, as_json: bool, lang: Language
) -> None:
    """Show a manifest, or one group."""
    if not (edition or folder):
        raise _which_edition()
    if code:
        _show_code(code, _chosen(scheme, edition, folder)[0], as_json, lang)
        return
    from drgdip.tables.manifest import read_manifest

    manifest = read_manifest(_chosen(scheme, edition, folder)[0])
    if as_json:
        print_json(manifest.model_dump(mode="json", by_alias=True))
        return
    click.echo(title(manifest, lang))
    for line in _details(manifest, lang):
        click.echo(f"  {line}")


def _chosen(scheme: str | None, edition: str | None, folder: Path | None) -> list[Path]:
    from drgdip.tables.locate import edition_folder, folders

    if edition and folder:
        raise _which_edition()
    if folder:
        return [folder]
    if edition:
        return [edition_folder(scheme or "dip", edition)]
    wanted = (scheme,) if scheme else ("dip", "chs-drg")
    return [path for path, one in folders() if one.scheme in wanted]


def _which_edition() -> UsageError:
    return UsageError(
        Text("需要 --edition 与 --tables 中的一个。", "One of --edition and --tables is needed."),
        Text("请用 drgdip tables list 查看可用版本。", "drgdip tables list shows the editions at hand."),
    )


def _show_code(code: str, folder: Path, as_json: bool, lang: Language) -> None:
    from drgdip.cli.tables_show_dip import show_dip_code
    from drgdip.cli.tables_show_drg import show_drg_code
    from drgdip.tables import load_tables
    from drgdip.tables.manifest import read_manifest

    if read_manifest(folder).scheme == "chs-drg":
        show_drg_code(code, load_tables("chs-drg", path=folder), as_json, lang)
        return
    show_dip_code(code, load_tables(path=folder), as_json, lang)


def _details(manifest: Manifest, lang: Language) -> list[str]:
    lines = []
    if manifest.region:
        lines.append(
            f"{Text('地区', 'region').in_language(lang)}: {manifest.region.admdvs} {manifest.region.name.text.in_language(lang)}"
        )
    if manifest.effective:
        lines.append(
            f"{Text('有效期', 'effective').in_language(lang)}: {manifest.effective.from_} – {manifest.effective.to or ''}"
        )
    if manifest.point_scale:
        lines.append(f"{Text('分值比例', 'point scale').in_language(lang)}: {manifest.point_scale}")
    if manifest.region_mean_cost_yuan:
        lines.append(
            f"{Text('地区次均费用(元)', 'mean cost of the region (yuan)').in_language(lang)}: {manifest.region_mean_cost_yuan}"
        )
    for role, used in manifest.code_systems.items():
        lines.append(f"{role}: {used.name} sha256 {used.sha256[:12]}")
    for name, digest in manifest.files.items():
        lines.append(f"{name}: sha256 {digest[:12]}")
    for label, words in ((Text("来源", "source"), manifest.sources), (Text("说明", "note"), manifest.notes)):
        lines += [f"{label.in_language(lang)}: {one.text.in_language(lang)}" for one in words]
    return lines


import_.add_command(import_types_)
tables.add_command(import_)
tables.add_command(types)
tables.add_command(diff_)
tables.add_command(amend)
tables.add_command(derive)
