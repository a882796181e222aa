"""``drgdip policy diff``, ``new`` and ``schema``: what changed, a file to begin with, the values for programs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import UsageError
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

if TYPE_CHECKING:
    from drgdip.policy.diff import Change
    from drgdip.policy.rows import Row

_DAY = click.DateTime(["%Y-%m-%d"])
_PATH = click.Path(path_type=Path)
_SIDES = {"before": Text("前", "before"), "after": Text("后", "after")}


@click.command(help="比较两个政策,列出每一项不同的取值及双方依据 | Every value that two policies say differently.")
@click.argument("before")
@click.argument("after")
@click.option("--on", "day", type=_DAY, help="只比较该日的取值 | values of this day only")
@click.option("-o", "--out", type=_PATH, help="写出 CSV 文件 | write a CSV file")
@json_option
@language_option
def diff(before: str, after: str, day: datetime | None, out: Path | None, as_json: bool, lang: Language) -> None:
    """Compare two policies."""
    from drgdip.policy import load_policy
    from drgdip.policy.diff import differences, head_differences

    one, other = load_policy(before), load_policy(after)
    head = head_differences(one, other)
    changes = differences(one, other, day.date() if day else None)
    if out:
        _write(out, head, changes)
    if as_json:
        print_json({
            "before": {"name": one.name, "version": one.version, "sha256": one.sha256},
            "after": {"name": other.name, "version": other.version, "sha256": other.sha256},
            "head": [{"key": key, "before": left, "after": right} for key, left, right in head],
            "changes": [_plain(change) for change in changes],
        })  # fmt: skip
        return
    click.echo("\n".join(_told(head, changes, lang)))


def _told(head: list[tuple[str, str, str]], changes: list[Change], lang: Language) -> Iterator[str]:
    for key, left, right in head:
        yield f"{key}: {left} → {right}"
    for change in changes:
        yield change.key
        for side, rows in (("before", change.before), ("after", change.after)):
            label = _SIDES[side].in_language(lang)
            if not rows:
                yield f"  {label}: {Text('无此项', 'not there').in_language(lang)}"
            for row in rows:
                yield f"  {label}: {row.value}"
                yield f"      {row.period} · {row.citation}{_marks(row, lang)}"
    count = len(head) + len(changes)
    yield Text(f"共 {count} 项不同", f"{count} differ").in_language(lang)


def _marks(row: Row, lang: Language) -> str:
    from drgdip.cli.policy import MARKS

    confirmed = f"{Text('核对日期', 'last confirmed').in_language(lang)} {row.confirmed}" if row.confirmed else ""
    marks = [MARKS[row.status].in_language(lang)] if row.status else []
    told = " · ".join([*marks, *([confirmed] if confirmed else [])])
    return f" [{told}]" if told else ""


def _plain(change: Change) -> dict[str, Any]:
    from drgdip.cli.policy import row_content

    sides = {"before": change.before, "after": change.after}
    return {"key": change.key, **{side: [row_content(row) for row in rows] for side, rows in sides.items()}}


def _write(path: Path, head: list[tuple[str, str, str]], changes: list[Change]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["key", "side", "value", "from", "to", "cite", "status", "confirmed", "note"])
        for key, left, right in head:
            table.writerows([[key, "before", left, *[""] * 6], [key, "after", right, *[""] * 6]])
        for change in changes:
            for side, rows in (("before", change.before), ("after", change.after)):
                table.writerows(
                    [row.key, side, row.value, *row.period, row.citation, row.status, row.confirmed, row.note]
                    for row in rows
                )


@click.command(help="生成新政策文件:逐项说明,本地应定的取值留待填写 | A commented file to begin a policy with.")
@click.argument("name")
@click.option(
    "--from", "source", default="demo_city", show_default=True, help="所依结构的政策 | policy whose form it takes"
)
@click.option("--year", type=click.IntRange(2000, 2199), help="适用年度 | year")
@click.option("-o", "--out", required=True, type=_PATH, help="写出的文件 | file to write")
@json_option
@language_option
def new(name: str, source: str, year: int | None, out: Path, as_json: bool, lang: Language) -> None:
    """Write a skeleton, which ``policy check`` refuses until the place has decided what is its own."""
    import re

    from drgdip.policy import load_policy
    from drgdip.policy.load import load_policy_file
    from drgdip.policy.skeleton import skeleton

    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise UsageError(
            Text(f"“{name}”不能作政策名。", f"“{name}” cannot name a policy."),
            Text("请用小写字母、数字与下划线,以字母开头。", "Use lower-case letters, digits and underscores."),
        )
    if out.exists():
        raise UsageError(
            Text(f"{out} 已存在。", f"{out} exists."), Text("请指定新的文件名。", "Name a file that does not exist.")
        )
    taken = load_policy(source)
    out.write_text(skeleton(taken, name, year or taken.period.first.year), encoding="utf-8", newline="\n")
    unknown = [row.key for row in load_policy_file(out).unknown()]
    if as_json:
        print_json({"file": str(out), "from": taken.name, "unknown": unknown})
        return
    count = len(unknown)
    words = Text(f"已写出 {out}:{count} 项须依据本地文件填写,填后请运行 drgdip policy check {out}",
                 f"{out} is written: {count} values are for the place to decide; then run drgdip policy check {out}")  # fmt: skip
    click.echo(words.in_language(lang))


@click.command(help="某日全部取值(JSON)或其 JSON schema | The values of a day for programs, or their schema.")
@click.argument("name", required=False)
@click.option("--on", "day", type=_DAY, help="哪一日 | which day")
@json_option
@language_option
def schema(name: str | None, day: datetime | None, as_json: bool, lang: Language) -> None:
    """Print the values of a day as integers with their scale, or the schema of such values: JSON in any case.

    Only faults have a language.
    """
    from drgdip.policy import load_policy
    from drgdip.policy.schema import typed_values, values_schema

    if name is None:
        print_json(values_schema())
        return
    loaded = load_policy(name)
    print_json(typed_values(loaded.on(day.date() if day else loaded.period.first)).model_dump(mode="json"))
