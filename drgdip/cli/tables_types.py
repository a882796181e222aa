"""Treatment types: ``drgdip tables import treatment-types``, and ``drgdip tables types``: what rests on types nobody published."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import UsageError
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json
from drgdip.cli.tables_report import title
from drgdip.cli.tables_writing import about_of, day_of, import_options, report, told

if TYPE_CHECKING:
    from drgdip.pipeline.type_effect import TypeEffect
    from drgdip.tables import DipTables

_SHOWN = 20
_STANDINGS = {
    "published": Text("公布", "published"),
    "derived": Text("推导", "derived"),
    "missing": Text("缺失", "missing"),
}
_TYPES = {
    "surgery": Text("手术", "surgery"),
    "therapeutic": Text("治疗性操作", "therapeutic"),
    "diagnostic": Text("诊断性操作", "diagnostic"),
    "conservative": Text("保守治疗", "conservative"),
}


@click.command(
    "treatment-types",
    help="导入手术操作治疗方式(CSV 或 XLSX):城市或国家公布 | import treatment types of operations that a city or the nation publishes.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="表名 | name of the table")
@click.option("--columns", default="code,treatment_type", show_default=True, metavar="A,B",
              help="编码、治疗方式所在列 | columns of code and type")  # fmt: skip
@click.option(
    "--procedures",
    default="procedure-yb-2.0",
    show_default=True,
    help="手术操作编码表名称 | name of the list of procedures",
)
@click.option(
    "--fill",
    metavar="NAME",
    help="未列出的操作取自此表(如 derived-2026) | list for operations that the file does not have",
)
@import_options
@json_option
@language_option
def import_types_(file: Path, name: str, columns: str, procedures: str, fill: str | None, out: Path, about: Path | None,
                  imported_at: datetime | None, overwrite: bool, as_json: bool, lang: Language) -> None:  # fmt: skip
    """Import treatment types."""
    from drgdip.tables.type_import import import_types

    names = tuple(column.strip() for column in columns.split(","))
    manifest, warnings = told(as_json, lang, lambda: import_types(
        file, name, out, about_of(about, name), columns=names, procedures=procedures, fill=fill,
        imported_at=day_of(imported_at), overwrite=overwrite,
    ))  # fmt: skip
    report(manifest, out, warnings, as_json, lang)


@click.command(
    "types",
    help="治疗方式为推导或缺失时的影响:有多少病例的综合病种取决于它 | what rests on treatment types that are derived or missing.",
)
@click.option("--edition", help="DIP 目录版本 | DIP edition")
@click.option("--tables", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="目录文件夹,代替版本名 | folder in place of the edition")  # fmt: skip
@click.option("--cases", multiple=True, type=click.Path(path_type=Path), help="病例文件,可多次 | case files")
@click.option("--against", metavar="NAME", help="与另一治疗方式表比较 | compare with another list of types")
@json_option
@language_option
def types(
    edition: str | None,
    folder: Path | None,
    cases: tuple[Path, ...],
    against: str | None,
    as_json: bool,
    lang: Language,
) -> None:
    """Report what rests on treatment types."""
    from drgdip.tables.edition import open_edition
    from drgdip.tables.load import load_tables
    from drgdip.tables.locate import edition_folder
    from drgdip.tables.type_standing import type_standings

    if (edition is None) == (folder is None):
        raise UsageError(
            Text("需要 --edition 与 --tables 中的一个。", "One of --edition and --tables is needed."),
            Text("请用 drgdip tables list 查看可用版本。", "drgdip tables list shows the editions at hand."),
        )
    if against and not cases:
        raise UsageError(
            Text("--against 需要病例。", "--against needs cases."),
            Text("请用 --cases 指定。", "Name them with --cases."),
        )
    opened = open_edition(folder or edition_folder("dip", str(edition)))
    tables = load_tables("dip", path=opened.folder)
    standings = type_standings(opened, tables.procedures)
    counts = {name: sum(one == name for one in standings) for name in _STANDINGS}
    effect = None
    if cases:
        from drgdip.pipeline.type_effect import type_effect

        effect = type_effect(list(cases), tables, standings, _other(opened.folder, against))
    if as_json:
        print_json({"operations": counts, **(_as_json(effect) if effect else {})})
        return
    click.echo(title(tables.manifest, lang))
    listed = Text("、".join(f"{_STANDINGS[name].zh} {count:,}" for name, count in counts.items()),
                  ", ".join(f"{_STANDINGS[name].en} {count:,}" for name, count in counts.items()))  # fmt: skip
    click.echo(Text(f"手术操作的治疗方式:{listed.zh}", f"treatment types of operations: {listed.en}").in_language(lang))
    for line in _lines(effect, tables, against) if effect else []:
        click.echo(line.in_language(lang))


def _other(folder: Path, against: str | None) -> DipTables | None:
    from drgdip.tables.type_standing import with_types

    return with_types(folder, against) if against else None


def _lines(effect: TypeEffect, tables: DipTables, against: str | None) -> list[Text]:
    derived, missing = effect.resting["derived"], effect.resting["missing"]
    lines = [
        Text(f"病例 {effect.cases:,} 例,其中 {effect.comprehensive:,} 例按综合病种查找(含未入组)",
             f"{effect.cases:,} cases, of which {effect.comprehensive:,} come to comprehensive groups or to none"),
        Text(f"取决于推导的治疗方式 {derived:,} 例,取决于缺失的治疗方式 {missing:,} 例;换一种治疗方式即改变组别的 {effect.movable:,} 例",
             f"{derived:,} rest on a derived type, {missing:,} on a missing one; another type would move {effect.movable:,}"),
    ]  # fmt: skip
    for name, count in effect.elsewhere.items():
        kind = _TYPES[name]
        lines.append(
            Text(f"  如均为{kind.zh}:{count:,} 例改变组别", f"  were they all {kind.en}: {count:,} cases elsewhere")
        )
    names = dict(zip(tables.group_codes, tables.group_names, strict=True))
    for code, count in _largest(effect.groups):
        ungrouped = Text("未入组", "ungrouped")
        lines.append(
            Text(
                f"  {code or ungrouped.zh} {names.get(code, '')} {count:,}",
                f"  {code or ungrouped.en} {names.get(code, '')} {count:,}",
            )
        )
    if against:
        moved = sum(effect.moves.values())
        lines.append(Text(f"按 {against}:{moved:,} 例改变组别", f"by {against}: {moved:,} cases elsewhere"))
        for (one, other), count in _largest(effect.moves):
            lines.append(Text(*(f"  {one or '—'} → {other or '—'}  {count:,}",) * 2))
    return lines


def _largest(counter: Any) -> list[tuple[Any, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]


def _as_json(effect: TypeEffect) -> dict[str, Any]:
    return {
        "cases": effect.cases,
        "comprehensive": effect.comprehensive,
        "resting": dict(effect.resting),
        "movable": effect.movable,
        "elsewhere": dict(effect.elsewhere),
        "groups": dict(sorted(effect.groups.items())),
        "moves": [
            {"before": one, "after": other, "cases": count} for (one, other), count in sorted(effect.moves.items())
        ],
    }
