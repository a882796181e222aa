"""``drgdip group``: assign stays to groups, without settling them."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from drgdip.base.errors import UsageError
from drgdip.base.text import Language, Text
from drgdip.cli.options import language_option

if TYPE_CHECKING:
    from drgdip.cli.group_choice import Choice


@click.command(help="病例入组 | Assign stays to groups.")
@click.argument("cases", type=click.Path(path_type=Path))
@click.option("--scheme", default="dip", show_default=True, help="分组方案 | scheme")
@click.option("--edition", help="目录版本 | edition")
@click.option(
    "--tables", "folder", type=click.Path(path_type=Path), help="目录文件夹,代替方案与版本 | folder of an edition"
)
@click.option(
    "--region",
    metavar="ADMDVS",
    help="统筹区六位代码:按出院日期选用该地区适用的版本 | the edition of a region on the days of discharge",
)
@click.option(
    "--policy",
    metavar="NAME|FILE",
    help="按政策的版本与入组规则入组 | group by the edition and the choices of a policy",
)
@click.option(
    "--mapping", metavar="NAME|FILE", help="列映射:随附映射名或文件 | mapping of columns: a shipped one or a file"
)
@click.option(
    "--block",
    metavar="grey,principal,operation",
    help="使灰码(grey)、不应作为主要诊断(principal)、不作为分组依据的主要手术(operation)的病例不入组 | "
    "checks on codes whose cases are not grouped",
)
@click.option(
    "--tell",
    metavar="grey,principal,operation",
    help="CHS-DRG:逐例列出上述提示 | checks whose cases are listed one by one",
)
@click.option("--audit/--no-audit", default=True, help="CHS-DRG:是否输出入组依据各列 | also write what decided")
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path),
    default="-",
    help="输出 CSV,或 .parquet 文件;- 为标准输出 | CSV or .parquet file to write",
)
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 64), help="线程数 | threads")
@click.option("--json", "as_json", is_flag=True, help="逐行 JSON | JSON lines")
@language_option
def group(
    cases: Path,
    scheme: str,
    edition: str | None,
    folder: Path | None,
    region: str | None,
    policy: str | None,
    mapping: str | None,
    block: str | None,
    tell: str | None,
    audit: bool,
    output: Path,
    threads: int,
    as_json: bool,
    lang: Language,
) -> None:
    """Group a file of cases; findings go to standard error."""
    from drgdip.cli.group_choice import choose
    from drgdip.intake.combine import Beside
    from drgdip.pipeline.group_files import group_writer

    form = "json" if as_json else "parquet" if output.suffix.lower() == ".parquet" else "csv"
    settled = findings = 0
    with ExitStack() as stack:
        source = stack.enter_context(_source(cases))
        choice = choose([source], scheme, edition, folder, region, policy)
        file = stack.enter_context(_target(output, cases))
        writer = stack.enter_context(closing(group_writer(file, form)))
        options = {"audit": audit, "block": _families(block), "tell": _families(tell)}
        for grouped, found in _grouped([source], choice, threads, Beside(mapping=mapping), options):
            writer.append(grouped)
            for finding in found:
                words = finding.reason.words.in_language(lang)
                place = f"{finding.file}:{finding.row} " if finding.file else ""
                click.echo(f"{place}{finding.field} {finding.value}: {words}", err=True)
            settled += grouped.num_rows
            findings += sum(1 for finding in found if finding.row)
    done = Text(f"入组 {settled} 例,问题 {findings} 项", f"{settled} cases grouped, {findings} findings")
    click.echo(done.in_language(lang), err=True)


def _families(words: str | None) -> tuple[str, ...]:
    """Families of checks by name. Raises UsageError for one that there is not."""
    from drgdip.quality_control.code_lists import FAMILIES

    chosen = tuple(word.strip() for word in (words or "").split(",") if word.strip())
    for family in chosen:
        if family not in FAMILIES:
            raise UsageError(
                Text(f"没有名为 {family} 的检查。", f"There is no check {family}."),
                Text(f"可用:{'、'.join(FAMILIES)}。", f"There are {', '.join(FAMILIES)}."),
            )
    return chosen


def _grouped(
    cases: list[Path], choice: Choice, threads: int, beside: Any, options: dict[str, Any]
) -> Iterator[tuple[Any, list[Any]]]:
    """Batches of grouped stays and their findings, by the scheme that tables belong to; ``audit`` is for CHS-DRG."""
    tables, grouping, codes = choice
    if codes:
        from drgdip.pipeline.inputs import code_translations

        options["block"] = tuple(dict.fromkeys((*options["block"], *codes.barred)))
        beside = beside._replace(codes=code_translations(codes))
    if tables.manifest.scheme == "chs-drg":
        from drgdip.pipeline.group_drg import group_drg_tables

        yield from group_drg_tables(cases, tables, threads, beside, **options)
        return
    from drgdip.pipeline.group import NATIONAL_ORDER, group_tables

    yield from group_tables(
        cases, tables, grouping or NATIONAL_ORDER, threads, beside, options["block"], options["tell"]
    )


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
def _target(output: Path, cases: Path) -> Iterator[IO[bytes]]:
    """Standard output or a device, or a file that appears when it is complete."""
    if str(output) == "-":
        with click.open_file("-", "wb") as file:
            yield file
            file.flush()
        return
    if output.is_dir() or output.resolve() == cases.resolve():
        raise UsageError(
            Text(f"不能写入 {output}:它是文件夹或病例文件本身。",
                 f"{output} cannot be written: it is a folder, or the case file itself."),
            Text("请用 -o 指定另一个文件。", "Name another file with -o."),
        )  # fmt: skip
    if output.exists() and not output.is_file():
        with output.open("wb") as file:
            yield file
        return
    part = output.with_name(f".{output.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(output)
    finally:
        with suppress(OSError):
            part.unlink()
