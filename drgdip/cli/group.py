"""``drgdip group``: assign stays to groups, without settling them."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from drgdip.base.errors import UsageError
from drgdip.base.text import Language, Text


@click.command(help="病例入组 | Assign stays to groups.")
@click.argument("cases", type=click.Path(path_type=Path))
@click.option("--scheme", default="dip", show_default=True, help="分组方案 | scheme")
@click.option("--edition", help="目录版本 | edition")
@click.option(
    "--tables", "folder", type=click.Path(path_type=Path), help="目录文件夹,代替方案与版本 | folder of an edition"
)
@click.option("-o", "output", type=click.Path(path_type=Path), default="-", help="输出 CSV,- 为标准输出 | CSV to write")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 64), help="线程数 | threads")
@click.option("--json", "as_json", is_flag=True, help="逐行 JSON | JSON lines")
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def group(
    cases: Path,
    scheme: str,
    edition: str | None,
    folder: Path | None,
    output: Path,
    threads: int,
    as_json: bool,
    language: Language,
) -> None:
    """Group a file of cases; findings go to standard error."""
    from drgdip.pipeline.group import COLUMNS, group_cases
    from drgdip.tables import load_tables

    if scheme != "dip":
        raise UsageError(
            Text(f"本版本不支持分组方案 {scheme}。", f"This version does not group by {scheme}."),
            Text("请使用 --scheme dip。", "Use --scheme dip."),
        )
    tables = load_tables(scheme, edition, path=folder)
    settled = findings = 0
    with _source(cases) as source, _target(output) as file:
        writer = csv.writer(file, lineterminator="\n")
        if not as_json:
            writer.writerow(COLUMNS)
        for grouped, found in group_cases([source], tables, threads=threads):
            if as_json:
                file.writelines(json.dumps(case._asdict(), ensure_ascii=False) + "\n" for case in grouped)
            else:
                writer.writerows(grouped)
            for finding in found:
                words = finding.reason.words.in_language(language)
                click.echo(f"{finding.file}:{finding.row} {finding.field} {finding.value}: {words}", err=True)
            settled += len(grouped)
            findings += sum(1 for finding in found if finding.row)
    done = Text(f"入组 {settled} 例,问题 {findings} 项", f"{settled} cases grouped, {findings} findings")
    click.echo(done.in_language(language), err=True)


@contextmanager
def _source(cases: Path) -> Iterator[Path]:
    """The file; what comes on standard input is put aside first, since IDs are looked through twice."""
    if str(cases) != "-":
        yield cases
        return
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="drgdip-") as folder:
        path = Path(folder) / "stdin"
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield path


@contextmanager
def _target(output: Path) -> Iterator[IO[str]]:
    """Standard output, or a file that appears when it is complete."""
    if str(output) == "-":
        yield sys.stdout
        return
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
