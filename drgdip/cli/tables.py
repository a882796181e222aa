"""``drgdip tables``: list, check, show, import and derive grouper tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import EXIT_INVALID
from drgdip.base.text import Language, Text

if TYPE_CHECKING:
    from drgdip.tables.manifest import About, Manifest
    from drgdip.tables.problems import TableProblem

_STATUS = {
    "official": Text("正式", "official"),
    "transcribed": Text("转录", "transcribed"),
    "derived": Text("推导", "derived"),
    "synthetic": Text("虚构", "synthetic"),
}
_SEVERITY = {"error": Text("错误", "error"), "warning": Text("提示", "warning")}
_SHOWN = 20

_language = click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="输出语言 | language"
)
_json = click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_folder = click.Path(file_okay=False, path_type=Path)


def _edition_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--tables", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
                     help="目录文件夹,代替版本名 | folder in place of scheme and edition"),
        click.option("--edition", help="目录版本 | edition"),
        click.option("--scheme", default="dip", show_default=True, help="分组体系 | scheme"),
    ):  # fmt: skip
        command = option(command)
    return command


def _import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--overwrite", is_flag=True, help="覆盖文件夹中已有的目录 | replace tables that the folder holds"),
        click.option("--date", "imported_at", type=click.DateTime(["%Y-%m-%d"]), help="导入日期(默认今天) | day of import"),
        click.option("--about", type=_file, help="清单的说明部分(YAML:title、status、region、effective、sources、notes) | "
                                                 "what only people know: title, status, region, effective, sources, notes"),
        click.option("--out", type=_folder, required=True, help="写入的文件夹 | folder to write"),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group(help="分组目录:列出、检查、查看、导入、推导 | list, check, show, import and derive grouper tables.")
def tables() -> None:
    """Grouper tables."""


@tables.command("list", help="列出可用的目录与编码表 | list editions and code lists at hand.")
@_json
@_language
def list_tables(as_json: bool, lang: Language) -> None:
    """List all folders of tables."""
    from drgdip.tables.locate import folders

    found = list(folders())
    if as_json:
        _print_json([{**_head(manifest), "folder": str(folder)} for folder, manifest in found])
        return
    for _, manifest in found:
        click.echo(_title(manifest, lang))


@tables.command("check", help="检查目录,列出全部问题 | check tables and list every problem; exit code 3 if any is an error.")
@_edition_options
@_json
@_language
def check(scheme: str, edition: str | None, folder: Path | None, as_json: bool, lang: Language) -> None:
    """Check one edition, or all DIP editions at hand."""
    from drgdip.tables.check import check_edition
    from drgdip.tables.edition import open_edition
    from drgdip.tables.problems import errors

    reports = []
    for one in _chosen(scheme, edition, folder):
        opened = open_edition(one)
        reports.append((opened.manifest, check_edition(opened)))
    if as_json:
        _print_json([
            {**_head(manifest), "valid": not errors(problems), "findings": _problems(problems)}
            for manifest, problems in reports
        ])  # fmt: skip
    else:
        for manifest, problems in reports:
            click.echo(_title(manifest, lang))
            _echo_problems(problems, lang)
    if any(errors(problems) for _, problems in reports):
        raise SystemExit(EXIT_INVALID)


@tables.command("show", help="显示目录概要;给出病种编码 CODE 时显示该病种 | show an edition, or one of its groups.")
@click.argument("code", required=False)
@_edition_options
@_json
@_language
def show(code: str | None, scheme: str, edition: str | None, folder: Path | None, as_json: bool, lang: Language) -> None:
    """Show a manifest, or one group."""
    if not (edition or folder):
        raise click.UsageError("请给出 --edition 或 --tables | name --edition or --tables")
    if code:
        _show_group(code, scheme, edition, folder, as_json, lang)
        return
    from drgdip.tables.manifest import read_manifest

    manifest = read_manifest(_chosen(scheme, edition, folder)[0])
    if as_json:
        _print_json(manifest.model_dump(mode="json", by_alias=True))
        return
    click.echo(_title(manifest, lang))
    for line in _details(manifest, lang):
        click.echo(f"  {line}")


@tables.group("import", help="导入病种目录或编码表 | import a catalogue or a code list.")
def import_() -> None:
    """Import tables."""


@import_.command("dip", help="导入城市公布的 DIP 病种目录(CSV) | import a city's published DIP catalogue (CSV).")
@click.argument("file", type=_file)
@click.option("--edition", required=True, help="版本名 | name of the edition")
@click.option("--mapping", type=_file, help="列映射(YAML),默认按表头识别 | column mapping; recognised by the header if left out")
@click.option("--diagnoses", help="诊断编码表:名称或 CSV 文件 | diagnoses: name of a list, or a CSV file")
@click.option("--procedures", help="手术操作编码表:名称或 CSV 文件 | procedures: name of a list, or a CSV file")
@click.option("--treatment-types", help="治疗方式表:名称或 CSV 文件 | treatment types: name of a list, or a CSV file")
@click.option("--point-scale", type=click.IntRange(1), default=1000, show_default=True, help="均费病种的分值 | points of a group of mean cost")
@click.option("--region-mean-cost", metavar="YUAN", help="地区次均费用(元),默认取自文件 | mean cost of the region, if the file has none")
@_import_options
@_json
@_language
def import_dip_(file: Path, edition: str, mapping: Path | None, diagnoses: str | None, procedures: str | None,
                treatment_types: str | None, point_scale: int, region_mean_cost: str | None, out: Path, about: Path | None,
                imported_at: datetime | None, overwrite: bool, as_json: bool, lang: Language) -> None:  # fmt: skip
    """Import a DIP catalogue."""
    from drgdip.tables.dip_import import import_dip, resolve_lists
    from drgdip.tables.mapping import read_mapping

    chosen = {"diagnoses": diagnoses, "procedures": procedures, "treatment_types": treatment_types}
    manifest, warnings = _told(as_json, lang, lambda: import_dip(
        file, edition, out, _about(about, edition),
        lists=resolve_lists({role: choice for role, choice in chosen.items() if choice}),
        mapping=read_mapping(mapping) if mapping else None,
        point_scale=point_scale, region_mean_cost_yuan=region_mean_cost, imported_at=_day(imported_at), overwrite=overwrite,
    ))  # fmt: skip
    _report(manifest, out, warnings, as_json, lang)


@import_.command("code-system", help="导入编码表(CSV,列 code、name) | import a code list (CSV with code and name).")
@click.argument("file", type=_file)
@click.option("--name", required=True, help="编码表名称 | name of the list")
@click.option("--kind", type=click.Choice(["diagnosis", "procedure"]), required=True, help="诊断或手术操作 | what it lists")
@_import_options
@_json
@_language
def import_code_system_(file: Path, name: str, kind: Any, out: Path, about: Path | None, imported_at: datetime | None,
                        overwrite: bool, as_json: bool, lang: Language) -> None:  # fmt: skip
    """Import a code list."""
    from drgdip.tables.list_import import import_code_system

    manifest = _told(as_json, lang, lambda: import_code_system(
        file, name, kind, out, _about(about, name), imported_at=_day(imported_at), overwrite=overwrite
    ))  # fmt: skip
    _report(manifest, out, [], as_json, lang)


@tables.group("derive", help="推导未公布的表 | derive tables that are not published.")
def derive() -> None:
    """Derive tables."""


@derive.command("treatment-types", help="推导手术操作的治疗方式 | derive the treatment type of every procedure.")
@click.option("--procedures", type=_file, required=True, help="手术操作编码表(CSV) | list of procedures (CSV)")
@click.option("--not-surgery", type=_file, required=True, help="国家分组不使用的手术操作(CSV) | procedures that national grouping does not use")
@click.option("--catalogue", type=_file, required=True, help="病种目录(CSV) | a DIP catalogue (CSV)")
@click.option("--mapping", type=_file, help="目录的列映射(YAML) | column mapping of the catalogue")
@click.option("--name", required=True, help="表名 | name of the table")
@_import_options
@_json
@_language
def derive_treatment_types_(procedures: Path, not_surgery: Path, catalogue: Path, mapping: Path | None, name: str, out: Path,
                            about: Path | None, imported_at: datetime | None, overwrite: bool, as_json: bool,
                            lang: Language) -> None:  # fmt: skip
    """Derive treatment types."""
    from drgdip.tables.list_import import derive_type_table
    from drgdip.tables.mapping import read_mapping

    manifest = _told(as_json, lang, lambda: derive_type_table(
        procedures, not_surgery, catalogue, name, out, _about(about, name),
        mapping=read_mapping(mapping) if mapping else None, imported_at=_day(imported_at), overwrite=overwrite,
    ))  # fmt: skip
    _report(manifest, out, [], as_json, lang)


def _chosen(scheme: str, edition: str | None, folder: Path | None) -> list[Path]:
    from drgdip.tables.locate import edition_folder, folders

    if edition and folder:
        raise click.UsageError("--edition 与 --tables 只能用一个 | use either --edition or --tables")
    if folder:
        return [folder]
    return [edition_folder(scheme, edition)] if edition else [path for path, one in folders() if one.scheme == scheme]


def _show_group(code: str, scheme: str, edition: str | None, folder: Path | None, as_json: bool, lang: Language) -> None:
    from drgdip.base.errors import UsageError
    from drgdip.tables import load_tables

    loaded = load_tables(path=folder) if folder else load_tables(scheme, edition)
    if code not in loaded.group_ids:
        raise UsageError(
            Text(f"目录中没有病种 {code}。", f"There is no group {code} in the tables."),
            Text("请核对编码,注意大小写。", "Check the code and its capitals."),
        )
    row = loaded.row(loaded.group_ids[code])
    if as_json:
        _print_json(dict(row))
        return
    for name, value in row.items():
        if value:
            click.echo(f"{name:<22}{value}")
    for operation in (one for term in loaded.rows[loaded.group_ids[code]].terms() for one in term):
        if operation in loaded.procedures.ids:
            click.echo(f"  {operation} {loaded.procedures.names[loaded.procedures.ids[operation]]}")


def _told(as_json: bool, lang: Language, work: Callable[[], Any]) -> Any:
    """Run an import; if rows are wrong, tell them before the error ends the command."""
    from drgdip.tables.problems import TablesFileError

    try:
        return work()
    except TablesFileError as error:
        if as_json:
            _print_json({"valid": False, "findings": _problems(error.problems)})
        else:
            _echo_problems(error.problems, lang)
        raise


def _report(manifest: Manifest, out: Path, warnings: Sequence[TableProblem], as_json: bool, lang: Language) -> None:
    if as_json:
        _print_json({**_head(manifest), "folder": str(out), "valid": True, "findings": _problems(warnings)})
        return
    click.echo(_title(manifest, lang))
    _echo_problems(warnings, lang)
    click.echo(Text(f"已写入 {out}", f"written to {out}").in_language(lang))


def _about(path: Path | None, name: str) -> About:
    from drgdip.tables.manifest import About, Words, parse_model, read_yaml

    if path is None:
        return About(title=Words(zh=name, en=name))
    return parse_model(About, read_yaml(path), path)


def _day(moment: datetime | None) -> date:
    return moment.date() if moment else date.today()


def _head(manifest: Manifest) -> dict[str, Any]:
    kept = {"scheme", "edition", "kind", "title", "status", "region", "effective", "rows"}
    return manifest.model_dump(mode="json", by_alias=True, include=kept, exclude_none=True)


def _title(manifest: Manifest, lang: Language) -> str:
    status = _STATUS[manifest.status].in_language(lang)
    counts = ", ".join(f"{name} {count:,}" for name, count in manifest.rows.items())
    return f"{manifest.scheme} {manifest.edition} [{status}] {manifest.title.text.in_language(lang)}\n  {counts}"


def _details(manifest: Manifest, lang: Language) -> list[str]:
    lines = []
    if manifest.region:
        lines.append(f"{Text('地区', 'region').in_language(lang)}: {manifest.region.admdvs} {manifest.region.name.text.in_language(lang)}")
    if manifest.effective:
        lines.append(f"{Text('有效期', 'effective').in_language(lang)}: {manifest.effective.from_} – {manifest.effective.to or ''}")
    if manifest.point_scale:
        lines.append(f"{Text('分值比例', 'point scale').in_language(lang)}: {manifest.point_scale}")
        lines.append(f"{Text('地区次均费用(元)', 'mean cost of the region (yuan)').in_language(lang)}: {manifest.region_mean_cost_yuan}")
    for role, used in manifest.code_systems.items():
        lines.append(f"{role}: {used.name} sha256 {used.sha256[:12]}")
    for name, digest in manifest.files.items():
        lines.append(f"{name}: sha256 {digest[:12]}")
    for label, words in ((Text("来源", "source"), manifest.sources), (Text("说明", "note"), manifest.notes)):
        lines += [f"{label.in_language(lang)}: {one.text.in_language(lang)}" for one in words]
    return lines


def _problems(problems: Sequence[TableProblem]) -> list[dict[str, Any]]:
    return [
        {"severity": problem.severity, **problem._asdict(), "words": problem.words._asdict(), "remedy": problem.remedy._asdict()}
        for problem in problems
    ]


def _echo_problems(problems: Sequence[TableProblem], lang: Language) -> None:
    if not problems:
        click.echo(f"  {Text('未发现问题', 'no problems found').in_language(lang)}")
    for problem in problems[:_SHOWN]:
        label = _SEVERITY[problem.severity].in_language(lang)
        click.echo(f"  [{label}] {problem.in_language(lang)}。{problem.remedy.zh}" if lang == "zh" else
                   f"  [{label}] {problem.in_language(lang)}. {problem.remedy.en}")  # fmt: skip
    if len(problems) > _SHOWN:
        click.echo(f"  {Text(f'另有 {len(problems) - _SHOWN} 处', f'{len(problems) - _SHOWN} more').in_language(lang)}")


def _print_json(content: Any) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))
