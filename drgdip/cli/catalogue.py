"""``drgdip catalogue``: a DIP catalogue from the history of cases."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json
from drgdip.cli.progress import progress_line

if TYPE_CHECKING:
    from drgdip.catalogue.backtest import TotalPoints
    from drgdip.catalogue.lists import BuildLists
    from drgdip.catalogue.report.facts import BuildReport
    from drgdip.tables.manifest import About

_PATH = click.Path(path_type=Path)


@click.group(help="由历史病例测算 DIP 病种目录 | build a DIP catalogue from the history of cases.")
def catalogue() -> None:
    """Build and compare catalogues."""


@catalogue.command(
    help="测算病种目录:清洗、聚类、分值、系数、点值与报告 | build a catalogue: groups, weights, coefficients, report."
)
@click.option(
    "--cases",
    multiple=True,
    required=True,
    type=_PATH,
    help="历史病例文件或文件夹,可多次 | files or folders of cases, repeatable",
)
@click.option("--edition", required=True, help="新版本名 | name of the new edition")
@click.option(
    "--year",
    required=True,
    type=click.IntRange(2000, 2100),
    help="目录适用年度,用其前几年的病例 | year that it is for; the years before count",
)
@click.option("--out", required=True, type=_PATH, help="写入的文件夹 | folder to write")
@click.option(
    "--settings", type=_PATH, help="测算设置(YAML),只写与默认不同的值 | settings that differ from the shipped ones"
)
@click.option(
    "--base",
    metavar="EDITION|FOLDER",
    help="沿用其编码表、排除名单与先期、并项、辅助病种 | edition whose lists and earlier layers are taken over",
)
@click.option("--earlier", metavar="EDITION|FOLDER", help="与之比较变动的上一版本 | edition to show what moved against")
@click.option("--policy", metavar="NAME|FILE", help="按政策划分基金池 | pools as a policy has them")
@click.option("--mapping", metavar="NAME|FILE", help="列映射 | mapping of columns")
@click.option("--diagnoses", help="诊断编码表:名称或 CSV | diagnoses: a list or a CSV file")
@click.option("--procedures", help="手术操作编码表:名称或 CSV | procedures: a list or a CSV file")
@click.option("--treatment-types", help="治疗方式表:名称或 CSV | treatment types: a list or a CSV file")
@click.option("--about", type=_PATH, help="清单的说明部分(YAML) | title, status, region, effective, sources, notes")
@click.option("--date", "built_at", type=click.DateTime(["%Y-%m-%d"]), help="测算日期(默认今天) | day of the build")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 64), help="线程数 | threads")
@click.option("--overwrite", is_flag=True, help="替换已有的测算结果 | replace an earlier build")
@json_option
@language_option
def build(
    cases: tuple[Path, ...],
    edition: str,
    year: int,
    out: Path,
    settings: Path | None,
    base: str | None,
    earlier: str | None,
    policy: str | None,
    mapping: str | None,
    diagnoses: str | None,
    procedures: str | None,
    treatment_types: str | None,
    about: Path | None,
    built_at: datetime | None,
    threads: int,
    overwrite: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Build a catalogue and its report."""
    from drgdip.catalogue.build import build_catalogue
    from drgdip.catalogue.settings import read_settings
    from drgdip.intake.combine import Beside
    from drgdip.tables import load_tables

    chosen = {"diagnoses": diagnoses, "procedures": procedures, "treatment_types": treatment_types}
    with progress_line(lang, quiet=as_json) as progress:
        built = build_catalogue(
            list(cases),
            edition,
            out,
            year,
            lists=_lists(base, {role: choice for role, choice in chosen.items() if choice}),
            about=_about(about, edition, year, policy),
            settings=read_settings(settings),
            pools=_pools(policy, year),
            earlier=load_tables(path=edition_place(earlier)) if earlier else None,
            beside=Beside(mapping=mapping),
            built_at=built_at.date() if built_at else date.today(),
            threads=threads,
            overwrite=overwrite,
            language=lang,
            command=["drgdip", *sys.argv[1:]],
            progress=progress,
        )
    if as_json:
        print_json(_content(built, out))
    else:
        click.echo("\n".join(_summary(built, out, lang)))


@catalogue.command(
    name="compare",
    help="比较两版目录:加 --policy 则按政策逐例回测,列出受益与受损 | compare two editions; with --policy a year is settled under both.",
)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--cases",
    multiple=True,
    required=True,
    type=_PATH,
    help="病例文件或文件夹,可多次 | files or folders of cases, repeatable",
)
@click.option("--policy", metavar="NAME|FILE", help="回测所用政策 | policy to settle by")
@click.option(
    "--year", type=click.IntRange(2000, 2100), help="回测年度(默认为政策年度) | year; that of the policy unless given"
)
@click.option(
    "--total-points",
    type=click.Choice(["all", "unchanged", "free"]),
    help="保持总分值:调整全部分值、只调未变动的、不调(默认随政策:固定点值 all,浮动 free)"
    " | hold total points by scaling all weights, those unchanged, or none; by default as the policy's point values ask",
)
@click.option("--out", type=_PATH, help="结果文件夹 | folder for the results")
@click.option("--mapping", metavar="NAME|FILE", help="列映射 | mapping of columns")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 64), help="线程数 | threads")
@click.option("--overwrite", is_flag=True, help="替换已有结果 | replace an earlier comparison")
@json_option
@language_option
def compare_(
    before: str,
    after: str,
    cases: tuple[Path, ...],
    policy: str | None,
    year: int | None,
    total_points: TotalPoints | None,
    out: Path | None,
    mapping: str | None,
    threads: int,
    overwrite: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Compare two catalogues on the same cases."""
    from drgdip.catalogue.run_compare import run_compare
    from drgdip.cli.compare_words import content, summary
    from drgdip.tables import load_tables

    editions = [load_tables(path=edition_place(name)) for name in (before, after)]
    with progress_line(lang, quiet=as_json) as progress:
        found = run_compare(
            list(cases),
            *editions,
            policy=policy,
            year=year,
            total_points=total_points,
            out=out,
            mapping=mapping,
            threads=threads,
            overwrite=overwrite,
            language=lang,
            command=["drgdip", *sys.argv[1:]],
            progress=progress,
        )
    if as_json:
        print_json(content(found))
    else:
        click.echo("\n".join(summary(found, out, lang)))


def edition_place(name: str) -> Path:
    """Folder of an edition that is named, or the folder itself."""
    from drgdip.tables.locate import edition_folder

    return Path(name) if Path(name).is_dir() else edition_folder("dip", name)


def _lists(base: str | None, chosen: dict[str, str]) -> BuildLists:
    from drgdip.base.errors import UsageError
    from drgdip.catalogue.lists import lists_of_base, named_lists

    if base and chosen:
        raise UsageError(
            Text("--base 已带编码表与治疗方式表。", "--base brings its code lists and treatment types."),
            Text("请去掉 --base 或另外指定的编码表。", "Leave out --base, or the lists named beside it."),
        )
    return lists_of_base(edition_place(base)) if base else named_lists(chosen)


def _about(path: Path | None, edition: str, year: int, policy: str | None) -> About:
    from drgdip.policy import load_policy
    from drgdip.tables.manifest import About, Effective, Region, Words, parse_model, read_yaml

    if path:
        return parse_model(About, read_yaml(path), path)
    loaded = load_policy(policy) if policy else None
    return About(
        region=Region(admdvs=loaded.region_admdvs, name=Words(**loaded.region_name._asdict())) if loaded else None,
        title=Words(zh=f"{edition}(由历史病例测算)", en=f"{edition} (built from the history of cases)"),
        status="derived",
        effective=Effective.model_validate({"from": date(year, 1, 1)}),
    )


def _pools(policy: str | None, year: int) -> dict[str, tuple[int, ...]] | None:
    if policy is None:
        return None
    from drgdip.policy import load_policy

    loaded = load_policy(policy)
    # A catalogue is built before the policy of its year is written: the nearest day that there is a policy for.
    day = max(loaded.period.first, date(year, 1, 1))
    pools = loaded.on(min(day, loaded.period.last)).pools
    # A history does not say where patients are insured: of pools that part by it, the first stands for all.
    found: dict[str, tuple[int, ...]] = {}
    for name, pool in pools.items():
        taken = {code for types in found.values() for code in types}
        if own := tuple(code for code in map(int, pool.insurance_types) if code not in taken):
            found[name] = own
    return found


def _content(built: BuildReport, out: Path) -> dict[str, Any]:
    from drgdip.base.scaled import format_scaled

    return {
        "edition": built.manifest.edition,
        "folder": str(out),
        "rows": built.manifest.rows,
        "stays": {"read": built.cleaning.read, "kept": built.cleaning.kept,
                  **{line.rule.key: line.stays for line in built.cleaning.lines()}},
        "ungrouped": _ungrouped(built),
        "coverage": format_scaled(built.covered_e4, 4),
        "core_threshold": built.threshold,
        "missed": {key: groups for key, groups, _ in built.missed},
        "opening_point_values": {
            pool.pool: None if pool.value is None else format_scaled(pool.value.point_value_e4, 4)
            for pool in built.opening
        },
    }  # fmt: skip


def _ungrouped(built: BuildReport) -> int:
    return sum(row.total for row in built.coverage if not row.kind)


def _summary(built: BuildReport, out: Path, language: Language) -> Iterator[str]:
    from drgdip.base.scaled import format_scaled

    def say(zh: str, en: str) -> str:
        return Text(zh, en).in_language(language)

    rows, cleaning = built.manifest.rows, built.cleaning
    yield say(f"{built.manifest.edition} 测算完成", f"{built.manifest.edition} is built")
    yield say(
        f"  读入 {cleaning.read:,} 例,采用 {cleaning.kept:,} 例",
        f"  {cleaning.read:,} stays read, {cleaning.kept:,} kept",
    )
    for line in cleaning.lines():
        if line.stays:
            yield f"    {line.rule.words.in_language(language)}: {line.stays:,}"
    yield say(
        f"  {rows['groups']:,} 个病种:核心 {rows['core']:,},综合 {rows['comprehensive']:,}(核心病种至少 {built.threshold} 例)",
        f"  {rows['groups']:,} groups: {rows['core']:,} core, {rows['comprehensive']:,} comprehensive "
        f"(core ones have {built.threshold} stays or more)",
    )
    share, ungrouped = format_scaled(built.covered_e4, 2), _ungrouped(built)
    yield say(
        f"  入组率 {share}%,未入组 {ungrouped:,} 例", f"  {share}% of stays have a group, {ungrouped:,} have none"
    )
    for pool in built.weighted_pools:
        value = format_scaled(pool.value.point_value_e4, 4) if pool.value else ""
        yield say(f"  {pool.pool} 年初点值 {value} 元", f"  {pool.pool}: opening point value {value} yuan")
    yield say(f"  目录与报告:{out}", f"  Catalogue and report: {out}")
