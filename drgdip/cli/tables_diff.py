"""``drgdip tables diff``: what moved between two editions, and which cases change group."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json
from drgdip.cli.tables_report import title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drgdip.pipeline.compare_groups import Comparison, Move
    from drgdip.tables.diff import Change

_SHOWN = 40


@click.command(
    "diff", help="比较两个版本:变动清单,以及给定病例的组别变化 | what moved between two editions, and for which cases."
)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--scheme", default="dip", show_default=True, help="分组体系 | scheme")
@click.option(
    "--cases", multiple=True, type=click.Path(path_type=Path), help="病例文件,可多次 | case files to group by both"
)
@click.option(
    "-o", "output", type=click.Path(dir_okay=False, path_type=Path), help="变动清单 CSV | all changes, as CSV"
)
@json_option
@language_option
def diff_(
    before: str, after: str, scheme: str, cases: tuple[Path, ...], output: Path | None, as_json: bool, lang: Language
) -> None:
    """Compare two editions, named or by folder."""
    from drgdip.tables.diff import diff

    editions = [_load(name, scheme) for name in (before, after)]
    changes = diff(*editions)
    compared = None
    if cases:
        from drgdip.pipeline.compare_groups import compare_groups

        compared = compare_groups(list(cases), *editions)
    if output:
        write_changes(output, changes)
    if as_json:
        print_json(_as_json(changes, compared))
        return
    for edition in editions:
        click.echo(title(edition.manifest, lang))
    for line in _lines(changes, lang, output):
        click.echo(line)
    if compared:
        for line in _case_lines(*compared, lang):
            click.echo(line)


def _load(name: str, scheme: str) -> Any:
    from drgdip.tables import load_tables

    return load_tables(path=name) if Path(name).is_dir() else load_tables(scheme, name)


def write_changes(output: Path, changes: Sequence[Change]) -> None:
    """Write changes as CSV, whole or not at all."""
    from drgdip.tables.diff import Change

    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(Change._fields)
            writer.writerows(changes)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def _lines(changes: list[Change], lang: Language, output: Path | None) -> list[str]:
    from drgdip.tables.diff import KIND_WORDS, counts
    from drgdip.tables.diff_words import PART_WORDS

    if not changes:
        return [Text("两个版本内容相同", "the editions are the same").in_language(lang)]
    lines = [
        f"  {PART_WORDS[part].in_language(lang)} {KIND_WORDS[kind].in_language(lang)} {count:,}"
        for (part, kind), count in counts(changes).items()
    ]
    # Codes of sets come by the thousand; rows of the scheme are what a reader looks for first.
    rows = [change for change in changes if not change.part.endswith("_code")] or changes
    lines += [f"  {change.in_words().in_language(lang)}" for change in rows[:_SHOWN]]
    if len(changes) > min(len(rows), _SHOWN):
        rest = Text("全部变动请用 -o FILE.csv 写出", "write all changes with -o FILE.csv")
        lines.append(f"  … {len(changes):,} {'' if output else rest.in_language(lang)}".rstrip())
    return lines


def _case_lines(found: Comparison, moves: list[Move], lang: Language) -> list[str]:
    total = Text(
        f"病例 {found.cases:,},组别不变 {found.same:,},变化 {found.moved:,}",
        f"{found.cases:,} cases, {found.same:,} in the same group, {found.moved:,} in another",
    )
    weight = Text(
        f"两版均有权重的 {found.weighed:,} 例:权重合计 {found.weight_before} → {found.weight_after}",
        f"{found.weighed:,} cases with a weight in both: weights {found.weight_before} → {found.weight_after}",
    )
    lines = [total.in_language(lang), *([weight.in_language(lang)] if found.weighed else [])]
    lines += [f"  {move.before or '—'} → {move.after or '—'}  {move.cases:,}" for move in moves[:_SHOWN]]
    return lines + ([f"  … {len(moves):,}"] if len(moves) > _SHOWN else [])


def _as_json(changes: list[Change], compared: tuple[Comparison, list[Move]] | None) -> dict[str, Any]:
    result: dict[str, Any] = {"changes": [change._asdict() for change in changes]}
    if compared:
        found, moves = compared
        result["cases"] = {
            "cases": found.cases, "same": found.same, "moved": found.moved, "weighed": found.weighed,
            "weight_before": str(found.weight_before), "weight_after": str(found.weight_after),
            "moves": [move._asdict() for move in moves],
        }  # fmt: skip
    return result
