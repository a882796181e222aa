"""``drgdip knowledge``: the packs behind the screening rules: import, list, check, show, diff."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import EXIT_INVALID, UsageError
from drgdip.base.text import Language, Text
from drgdip.cli.knowledge_diff import diff
from drgdip.cli.options import json_option, language_option, print_json
from drgdip.cli.tables_report import echo_problems, head, problem_list, title
from drgdip.cli.tables_writing import FILE, about_of, day_of, import_options, report, told

if TYPE_CHECKING:
    from drgdip.tables.knowledge import Pack
    from drgdip.tables.manifest import Manifest

_PACK = click.argument("pack", required=False)
_DAY = click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="费用发生日(默认最新状态) | day of the fees; the latest state"
)
_REGION = click.option("--region", help="就医地行政区划代码(六位) | division code of the place of care")


@click.group(help="知识包(审核规则所用清单):导入、列出、检查、查看、比较 | packs of lists behind the screening rules.")
def knowledge() -> None:
    """Knowledge packs."""


@knowledge.command("list", help="列出可用的知识包 | list the packs at hand.")
@json_option
@language_option
def list_packs(as_json: bool, lang: Language) -> None:
    """List all packs."""
    from drgdip.tables.locate import folders

    found = [(folder, manifest) for folder, manifest in folders() if manifest.scheme == "knowledge"]
    if as_json:
        print_json(
            [{**head(manifest), "extends": _extends(manifest), "folder": str(folder)} for folder, manifest in found]
        )
        return
    for _, manifest in found:
        click.echo(title(manifest, lang))
        if manifest.extends:
            click.echo(
                Text(f"  扩展 {manifest.extends.edition}", f"  extends {manifest.extends.edition}").in_language(lang)
            )


@knowledge.command(
    "import",
    help="导入清单:国家公布的清单文件夹,或(--base)在基础包上增、改、撤的本地清单 | import a folder of lists: the published ones, or, "
    "with --base, rows of your own that change a pack.",
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", required=True, help="知识包名 | name of the pack")
@click.option("--base", metavar="PACK", help="所扩展的知识包:名称或文件夹 | pack to extend: its name or folder")
@click.option(
    "--mapping", type=FILE, help="列映射(YAML),默认为国家清单 | column mapping; that of the national lists if left out"
)
@import_options
@json_option
@language_option
def import_pack(folder: Path, name: str, base: str | None, mapping: Path | None, out: Path, about: Path | None,
                imported_at: datetime | None, overwrite: bool, as_json: bool, lang: Language) -> None:  # fmt: skip
    """Import a pack."""
    from drgdip.tables.knowledge.extending import import_local
    from drgdip.tables.knowledge.importing import import_public
    from drgdip.tables.knowledge.mapping import read_knowledge_mapping

    if base and mapping:
        raise UsageError(
            Text(
                "本地清单用本项目的列名,不需要 --mapping。",
                "Lists that extend a pack have our own columns and no --mapping.",
            ),
            Text("请去掉 --base 或 --mapping。", "Leave out --base or --mapping."),
        )

    def work() -> Any:
        words, day = about_of(about, name), day_of(imported_at)
        if base:
            return import_local(folder, base, name, out, words, imported_at=day, overwrite=overwrite)
        chosen = read_knowledge_mapping(mapping)
        return import_public(folder, name, out, words, mapping=chosen, imported_at=day, overwrite=overwrite)

    manifest, warnings = told(as_json, lang, work)
    report(manifest, out, warnings, as_json, lang)


@knowledge.command(
    "check",
    help="检查知识包:重复、矛盾、互为主从、有效期重叠、未知编码 | check packs; exit code 3 if there is an error.",
)
@_PACK
@click.option(
    "--items",
    metavar="LIST",
    help="项目目录:名称或 CSV 文件,提示不在其中的编码 | list of items: warn of codes it lacks",
)
@json_option
@language_option
def check(pack: str | None, items: str | None, as_json: bool, lang: Language) -> None:
    """Check one pack, or all packs at hand."""
    from drgdip.tables.knowledge.check import check_opened
    from drgdip.tables.knowledge.load import open_pack
    from drgdip.tables.locate import folders
    from drgdip.tables.problems import errors

    chosen = [pack] if pack else [str(folder) for folder, one in folders() if one.scheme == "knowledge"]
    known = _codes(items) if items else None
    reports = [(opened.manifest, check_opened(opened, known)) for opened in map(open_pack, chosen)]
    if as_json:
        print_json(
            [{**head(one), "valid": not errors(found), "findings": problem_list(found)} for one, found in reports]
        )
    else:
        for manifest, found in reports:
            click.echo(title(manifest, lang))
            echo_problems(found, lang, len(found))
    if any(errors(found) for _, found in reports):
        raise SystemExit(EXIT_INVALID)


def _codes(items: str) -> tuple[str, ...]:
    from drgdip.tables.code_system import CODES_FILE, read_code_system
    from drgdip.tables.locate import list_folder

    path = Path(items)
    return read_code_system(path if path.is_file() else list_folder("items", items) / CODES_FILE).codes


@knowledge.command(
    "show",
    help="显示知识包的清单与来源;给出编码或清单名 CODE 时显示涉及它的行 | show the lists of a pack and where they are from, every row "
    "that names a CODE, or the rows of a list.",
)
@click.argument("pack")
@click.argument("code", required=False)
@_DAY
@_REGION
@json_option
@language_option
def show(pack: str, code: str | None, day: datetime | None, region: str | None, as_json: bool, lang: Language) -> None:
    """Show a pack, or what it says of a code."""
    from drgdip.tables.knowledge import load_pack

    loaded = load_pack(pack, day.date() if day else None, region)
    if code in loaded.lists:
        _show_list(loaded, code, as_json)
        return
    rows = _rows_of(loaded, code) if code else []
    if code and not rows:
        raise UsageError(
            Text(f"知识包 {loaded.name} 没有涉及 {code} 的行。", f"The pack {loaded.name} has no row of {code}."),
            Text("请核对编码与日期。", "Check the code and the day."),
        )
    if as_json:
        print_json(
            [{"list": name, **_cells(row)} for name, row in rows]
            if code
            else {**loaded.manifest.model_dump(mode="json", by_alias=True), "digest": loaded.digest}
        )
        return
    if code:
        for name, row in rows:
            filled = "  ".join(f"{column}={value}" for column, value in _cells(row).items() if value not in (None, ""))
            click.echo(f"{name}  {filled}")
        return
    click.echo(title(loaded.manifest, lang))
    for line in _details(loaded, lang):
        click.echo(f"  {line}")


def _show_list(pack: Pack, name: str, as_json: bool) -> None:
    """The rows of a list as they stand in its file: what a list of one's own looks like, but for the change."""
    from drgdip.tables.knowledge.rows import Entry, list_text

    if as_json:
        print_json([_cells(row) for row in pack.rows(name)])
        return
    click.echo(list_text(name, (Entry(row, 0) for row in pack.rows(name)), False), nl=False)


def _rows_of(pack: Pack, code: str) -> list[tuple[str, Any]]:
    columns = ("code", "main_code", "sub_code")
    return [
        (name, row)
        for name in pack.lists
        for row in pack.rows(name)
        if code in (getattr(row, c, None) for c in columns)
    ]


def _cells(row: Any) -> dict[str, Any]:
    return {
        column: value if value is None or isinstance(value, int) else str(value)
        for column, value in row._asdict().items()
    }


def _details(pack: Pack, lang: Language) -> list[str]:
    manifest = pack.manifest
    effective = manifest.effective
    lines = [f"sha256 {pack.digest}"]
    if effective:
        lines.append(f"{Text('有效期', 'effective').in_language(lang)}: {effective.from_} – {effective.to or ''}")
    if manifest.extends:
        lines.append(f"{Text('扩展', 'extends').in_language(lang)}: {manifest.extends.edition}")
    for name in pack.lists:
        origin = manifest.lists.get(name)
        held = Text(f"{len(pack.rows(name)):,} 行", f"{len(pack.rows(name)):,} rows").in_language(lang)
        words = [held]
        if origin and origin.batches:
            batches = ", ".join(f"{batch} ({day})" if day else batch for batch, day in origin.batches.items())
            words.append(f"{Text('批次', 'batch').in_language(lang)} {batches}")
        if origin and origin.unread:
            words.append(Text(f"未识别 {origin.unread}", f"unread {origin.unread}").in_language(lang))
        words += [f"{mark} {count:,}" for mark, count in (origin.marked if origin else {}).items()]
        lines.append(f"{name}: {' · '.join(words)}")
    for label, told_ in ((Text("来源", "source"), manifest.sources), (Text("说明", "note"), manifest.notes)):
        lines += [f"{label.in_language(lang)}: {one.text.in_language(lang)}" for one in told_]
    return lines


knowledge.add_command(diff)


def _extends(manifest: Manifest) -> str | None:
    return manifest.extends.edition if manifest.extends else None
