"""``drgdip knowledge diff``: what moved between two packs of lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json
from drgdip.cli.tables_diff import write_changes
from drgdip.cli.tables_report import title

if TYPE_CHECKING:
    from drgdip.tables.knowledge.diff import PackDiff

_SHOWN = 40
_DAY = click.DateTime(["%Y-%m-%d"])
_SAME = Text("两个知识包内容相同", "the packs are the same")
_ONLY = (
    Text("仅旧包在此日变动", "only the earlier pack changes on"),
    Text("仅新包在此日变动", "only the later pack changes on"),
)


@click.command(
    "diff",
    help="比较两个知识包:各清单新增、删除、变更的行,变动日,来源与说明的不同 | what moved between two packs: rows by list, days, manifests.",
)
@click.argument("before", metavar="OLD")
@click.argument("after", metavar="NEW")
@click.option("--day", type=_DAY, help="只比较该日有效的行 | only the rows that hold on this day")
@click.option(
    "--region", help="就医地行政区划代码(六位)(与 --day 同用) | division code of the place of care, with --day"
)
@click.option(
    "-o", "output", type=click.Path(dir_okay=False, path_type=Path), help="变动清单 CSV | all changes, as CSV"
)
@json_option
@language_option
def diff(before: str, after: str, day: datetime | None, region: str | None, output: Path | None, as_json: bool, lang: Language) -> None:  # fmt: skip
    """Compare two packs, named or by folder."""
    from drgdip.tables.knowledge import load_pack
    from drgdip.tables.knowledge.diff import diff_packs, rows_by_list

    packs = [load_pack(name, day.date() if day else None, region) for name in (before, after)]
    found = diff_packs(*packs)
    if output:
        write_changes(output, found.changes)
    if as_json:
        print_json({
            **{side: {"name": pack.name, "digest": pack.digest} for side, pack in zip(("before", "after"), packs, strict=True)},
            "manifest": [{"key": key, "before": old, "after": new} for key, old, new in found.manifest],
            "change_days": {"before": found.days[0], "after": found.days[1]},
            "lists": rows_by_list(found.changes),
            "changes": [change._asdict() for change in found.changes],
        })  # fmt: skip
        return
    for pack in packs:
        click.echo(title(pack.manifest, lang).split("\n")[0])
    for line in _lines(found, lang, output):
        click.echo(line)


def _lines(found: PackDiff, lang: Language, output: Path | None) -> Iterator[str]:
    from drgdip.tables.diff import KIND_WORDS
    from drgdip.tables.knowledge.diff import COLUMN_WORDS, LIST_WORDS, rows_by_list

    if not found.changes and not found.manifest:
        yield _SAME.in_language(lang)
        return
    for key, old, new in found.manifest:
        yield f"  {key}: {old or '—'} → {new or '—'}"
    for words, days in zip(_ONLY, found.days, strict=True):
        if days:
            yield f"  {words.in_language(lang)} {', '.join(days)}"
    for name, kinds in rows_by_list(found.changes).items():
        told = ", ".join(f"{KIND_WORDS[kind].in_language(lang)} {count:,}" for kind, count in kinds.items())  # type: ignore[index]
        yield f"  {name} {LIST_WORDS[name].in_language(lang)}: {told}"
    for change in found.changes[:_SHOWN]:
        yield f"    {change.in_words(LIST_WORDS, COLUMN_WORDS).in_language(lang)}"
    if len(found.changes) > _SHOWN:
        rest = Text("全部变动请用 -o FILE.csv 写出", "write all changes with -o FILE.csv")
        yield f"    … {len(found.changes):,} {'' if output else rest.in_language(lang)}".rstrip()
