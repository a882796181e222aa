"""``drgdip tables import`` and ``drgdip tables derive``: published files become folders of tables."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option
from drgdip.cli.tables_writing import (
    DATE,
    FILE,
    OUT,
    OVERWRITE,
    about_of,
    day_of,
    import_options,
    options_of,
    report,
    told,
)

if TYPE_CHECKING:
    pass


@click.group("import", help="导入病种目录或编码表 | import a catalogue or a code list.")
def import_() -> None:
    """Import tables."""


@import_.command(
    "dip",
    help="导入 DIP 病种目录(CSV 或 XLSX):城市公布的目录,或国家 3.0 版式 | import a DIP catalogue (CSV or XLSX): a city's, or the "
    "national layout of 3.0.",
)
@click.argument("file", type=FILE)
@click.option("--edition", required=True, help="版本名 | name of the edition")
@click.option(
    "--mapping", type=FILE, help="列映射(YAML),默认按表头识别 | column mapping; recognised by the header if left out"
)
@click.option("--diagnoses", help="诊断编码表:名称或 CSV 文件 | diagnoses: name of a list, or a CSV file")
@click.option("--procedures", help="手术操作编码表:名称或 CSV 文件 | procedures: name of a list, or a CSV file")
@click.option("--treatment-types", help="治疗方式表:名称或 CSV 文件 | treatment types: name of a list, or a CSV file")
@click.option(
    "--point-scale",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="均费病种的分值 | points of a group of mean cost",
)
@click.option(
    "--weights",
    type=FILE,
    help="本地分值(CSV:dip_code、points、mean_cost_yuan 等) | local weights of groups: dip_code, points, mean_cost_yuan …",
)
@click.option(
    "--leave-out-unweighted",
    is_flag=True,
    help="没有本地分值的病种不纳入版本 | leave out groups that --weights does not name",
)
@click.option(
    "--principals-excluded",
    type=FILE,
    help="不应作为主要诊断的编码(CSV:code) | diagnoses not allowed as principal",
)
@click.option(
    "--operations-unused",
    type=FILE,
    help="不用于分组的手术操作(CSV:code) | operations that grouping does not use",
)
@click.option(
    "--region-mean-cost",
    metavar="YUAN",
    help="地区次均费用(元),默认取自文件 | mean cost of the region, if the file has none",
)
@import_options
@json_option
@language_option
def import_dip_(file: Path, edition: str, mapping: Path | None, weights: Path | None, leave_out_unweighted: bool,
                point_scale: int, region_mean_cost: str | None, out: Path, about: Path | None, imported_at: datetime | None,
                overwrite: bool, as_json: bool, lang: Language, **lists: Any) -> None:  # fmt: skip
    """Import a DIP catalogue."""
    from drgdip.tables.dip_import import import_dip, resolve_lists
    from drgdip.tables.edition import EXCLUSION_FILES, ROLES
    from drgdip.tables.local_weights import read_weights
    from drgdip.tables.mapping import read_mapping

    manifest, warnings = told(as_json, lang, lambda: import_dip(
        file, edition, out, about_of(about, edition),
        lists=resolve_lists({role: lists[role] for role in ROLES if lists[role]}),
        mapping=read_mapping(mapping) if mapping else None,
        weights=read_weights(weights, leave_out_unweighted) if weights else None,
        excluded={role: lists[role] for role in EXCLUSION_FILES if lists[role]},
        point_scale=point_scale, region_mean_cost_yuan=region_mean_cost, imported_at=day_of(imported_at), overwrite=overwrite,
    ))  # fmt: skip
    report(manifest, out, warnings, as_json, lang)


@import_.command(
    "chs-drg",
    help="导入 CHS-DRG 分组方案工作簿(XLSX,或六张表的 CSV 文件夹) | import a CHS-DRG workbook (or a folder of its sheets).",
)
@click.argument("workbook", type=click.Path(exists=True, path_type=Path))
@click.option("--edition", required=True, help="版本名 | name of the edition")
@click.option("--weights", type=FILE, help="参考权重(CSV:drg_code、reference_weight) | reference weights of groups")
@click.option("--diagnoses", help="诊断编码表:名称或 CSV 文件 | diagnoses: name of a list, or a CSV file")
@click.option("--procedures", help="手术操作编码表:名称或 CSV 文件 | procedures: name of a list, or a CSV file")
@import_options
@json_option
@language_option
def import_chs_drg_(workbook: Path, edition: str, weights: Path | None, diagnoses: str | None, procedures: str | None, out: Path,
                    about: Path | None, imported_at: datetime | None, overwrite: bool, as_json: bool,
                    lang: Language) -> None:  # fmt: skip
    """Import a CHS-DRG edition."""
    from drgdip.tables.chs_drg.importing import import_chs_drg
    from drgdip.tables.dip_import import resolve_lists

    chosen = {"diagnoses": diagnoses, "procedures": procedures}
    manifest, warnings = told(as_json, lang, lambda: import_chs_drg(
        workbook, edition, out, about_of(about, edition),
        lists=resolve_lists({role: choice for role, choice in chosen.items() if choice}, chosen),
        weights=weights, imported_at=day_of(imported_at), overwrite=overwrite,
    ))  # fmt: skip
    report(manifest, out, warnings, as_json, lang)


@import_.command("code-system", help="导入编码表(CSV,列 code、name) | import a code list (CSV with code and name).")
@click.argument("file", type=FILE)
@click.option("--name", required=True, help="编码表名称 | name of the list")
@click.option(
    "--kind",
    type=click.Choice(["diagnosis", "procedure", "item"]),
    required=True,
    help="诊断、手术操作或收费项目 | what it lists: diagnoses, procedures, or drugs, services and material",
)
@import_options
@json_option
@language_option
def import_code_system_(file: Path, name: str, kind: Any, out: Path, about: Path | None, imported_at: datetime | None,
                        overwrite: bool, as_json: bool, lang: Language) -> None:  # fmt: skip
    """Import a code list."""
    from drgdip.tables.list_import import import_code_system

    manifest = told(as_json, lang, lambda: import_code_system(
        file, name, kind, out, about_of(about, name), imported_at=day_of(imported_at), overwrite=overwrite
    ))  # fmt: skip
    report(manifest, out, [], as_json, lang)


@import_.command(
    "code-mapping",
    help="导入编码映射(CSV):临床版编码到医保版编码 | import a mapping of clinical to insurance codes (CSV).",
)
@click.argument("file", type=FILE)
@click.option("--name", required=True, help="映射名称 | name of the mapping")
@click.option(
    "--kind", type=click.Choice(["diagnosis", "procedure"]), required=True, help="诊断或手术操作 | what it maps"
)
@click.option("--columns", default="from_code,from_name,to_code,to_name", show_default=True, metavar="A,B,C,D",
              help="原编码、原名称、目标编码、目标名称所在列 | columns of code and name, from and to")  # fmt: skip
@import_options
@json_option
@language_option
def import_code_mapping_(file: Path, name: str, kind: Any, columns: str, out: Path, about: Path | None,
                         imported_at: datetime | None, overwrite: bool, as_json: bool, lang: Language) -> None:  # fmt: skip
    """Import a code mapping."""
    from drgdip.base.errors import UsageError
    from drgdip.tables.code_mapping import import_code_mapping

    names = tuple(column.strip() for column in columns.split(","))
    if len(names) != 4:
        raise UsageError(
            Text("--columns 须为四个列名。", "--columns must name four columns."),
            Text("请以英文逗号分隔。", "Part them by commas."),
        )
    manifest = told(as_json, lang, lambda: import_code_mapping(
        file, name, kind, out, about_of(about, name), columns=names, imported_at=day_of(imported_at), overwrite=overwrite
    ))  # fmt: skip
    report(manifest, out, [], as_json, lang)


@import_.command(
    "auxiliary",
    help="为 DIP 目录加入辅助目录系数(CSV),生成新版本 | give a DIP edition an auxiliary directory (CSV); makes a new edition.",
)
@click.argument("file", type=FILE)
@click.option("--base", required=True, help="基础版本名或文件夹 | base edition, by name or folder")
@click.option("--edition", required=True, help="新版本名 | name of the new edition")
@click.option(
    "--classification", default="national-3.0-draft", show_default=True, help="分型条件 | what sub-types ask for"
)
@options_of(OVERWRITE, DATE, OUT)
@json_option
@language_option
def import_auxiliary_(file: Path, base: str, edition: str, classification: str, out: Path, imported_at: datetime | None,
                      overwrite: bool, as_json: bool, lang: Language) -> None:  # fmt: skip
    """Import coefficients of an auxiliary directory."""
    from drgdip.tables.auxiliary_import import import_auxiliary
    from drgdip.tables.locate import edition_folder

    folder = Path(base) if Path(base).is_dir() else edition_folder("dip", base)
    manifest = told(as_json, lang, lambda: import_auxiliary(
        file, folder, edition, out, classification=classification, imported_at=day_of(imported_at), overwrite=overwrite
    ))  # fmt: skip
    report(manifest, out, [], as_json, lang)


@click.command(
    "amend", help="由基础版本与变更文件(YAML)生成新版本:勘误或地方版 | make an edition from a base and an overlay."
)
@click.argument("overlay", type=FILE)
@click.option("--base", required=True, help="基础版本名或文件夹 | base edition, by name or folder")
@click.option("--edition", required=True, help="新版本名 | name of the new edition")
@options_of(OVERWRITE, DATE, OUT)
@json_option
@language_option
def amend(overlay: Path, base: str, edition: str, out: Path, imported_at: datetime | None, overwrite: bool, as_json: bool,
          lang: Language) -> None:  # fmt: skip
    """Make a CHS-DRG edition from another one and an overlay."""
    from drgdip.tables.chs_drg.importing import amend_chs_drg
    from drgdip.tables.locate import edition_folder

    folder = Path(base) if Path(base).is_dir() else edition_folder("chs-drg", base)
    manifest, warnings = told(as_json, lang, lambda: amend_chs_drg(
        folder, overlay, edition, out, imported_at=day_of(imported_at), overwrite=overwrite
    ))  # fmt: skip
    report(manifest, out, warnings, as_json, lang)


@click.group("derive", help="推导未公布的表 | derive tables that are not published.")
def derive() -> None:
    """Derive tables."""


@derive.command("treatment-types", help="推导手术操作的治疗方式 | derive the treatment type of every procedure.")
@click.option("--procedures", type=FILE, required=True, help="手术操作编码表(CSV) | list of procedures (CSV)")
@click.option(
    "--not-surgery",
    type=FILE,
    required=True,
    help="国家分组不使用的手术操作(CSV) | procedures that national grouping does not use",
)
@click.option("--catalogue", type=FILE, required=True, help="病种目录(CSV) | a DIP catalogue (CSV)")
@click.option("--mapping", type=FILE, help="目录的列映射(YAML) | column mapping of the catalogue")
@click.option("--name", required=True, help="表名 | name of the table")
@import_options
@json_option
@language_option
def derive_treatment_types_(procedures: Path, not_surgery: Path, catalogue: Path, mapping: Path | None, name: str, out: Path,
                            about: Path | None, imported_at: datetime | None, overwrite: bool, as_json: bool,
                            lang: Language) -> None:  # fmt: skip
    """Derive treatment types."""
    from drgdip.tables.list_import import derive_type_table
    from drgdip.tables.mapping import read_mapping

    manifest = told(as_json, lang, lambda: derive_type_table(
        procedures, not_surgery, catalogue, name, out, about_of(about, name),
        mapping=read_mapping(mapping) if mapping else None, imported_at=day_of(imported_at), overwrite=overwrite,
    ))  # fmt: skip
    report(manifest, out, [], as_json, lang)
