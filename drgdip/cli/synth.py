"""``drgdip synth``: a month of synthetic stays from a DIP catalogue."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drgdip.base.text import Language, Text
from drgdip.cli.options import language_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from drgdip.synthetic.request import Format, Layout, ListForm, Synthesis
    from drgdip.tables import GroupTables

_DONE = Text(
    "已生成 {rows} 例,所用目录有 {groups} 个病种:{path}",
    "{rows} stays of an edition of {groups} groups written: {path}",
)
_LEFT_OUT = Text(
    "{count} 个病种没有可入组的编码组合,未生成(目录中共 {cases} 例):{codes}",
    "{count} groups have no codes that lead to them and were left out ({cases} catalogue cases): {codes}",
)
_LEFT_OUT_GROUPS = Text(
    "{count} 个病组没有可入组的编码组合,未生成:{codes}",
    "{count} groups have no codes that lead to them and were left out: {codes}",
)
_DIRTY = Text("其中问题数据 {count} 行,清单见 {path}", "{count} of the rows are dirty; they are listed in {path}")
_SHOWN = 10
_EDITIONS = {"dip": "2.0-pingdingshan-2025", "chs-drg": "2.0"}


@click.command("synth")
@click.option(
    "--scheme",
    type=click.Choice(["dip", "chs-drg"]),
    default="dip",
    show_default=True,
    help="分组体系;chs-drg 的份额、费用与住院日均为虚构 | scheme; shares, costs and stays of chs-drg are invented",
)
@click.option(
    "--edition",
    default=None,
    help="目录版本(默认 dip 2.0-pingdingshan-2025,chs-drg 2.0) | edition (dip: 2.0-pingdingshan-2025, chs-drg: 2.0)",
)
@click.option(
    "--mean-cost",
    default=None,
    metavar="YUAN",
    help="chs-drg:权重 1.0 的次均费用(元,默认 9575.25) | chs-drg: mean cost of weight 1",
)
@click.option(
    "--tables",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="目录文件夹,代替 --edition | table folder in place of --edition",
)
@click.option("--cases", type=click.IntRange(1), required=True, help="病例数 | number of stays")
@click.option("--month", required=True, metavar="YYYY-MM", help="出院月份 | month of discharge")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="随机种子,相同则结果相同 | seed")
@click.option(
    "--dirty",
    default="0",
    show_default=True,
    metavar="SHARE",
    help="问题数据比例(0–0.4),另写清单 | share of dirty rows, listed beside the output",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="输出文件 .parquet 或 .csv;布局为 tables、lists 时为新文件夹 | output file, or with --layout a new folder",
)
@click.option(
    "--layout",
    type=click.Choice(["flat", "tables", "lists"]),
    default="flat",
    show_default=True,
    help="flat 一例一行;tables 数据模型各表;lists 清单、结算与明细 | one row a stay; all tables; lists, results and fees",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["parquet", "csv"]),
    default="parquet",
    show_default=True,
    help="tables 的文件格式 | format of the tables",
)
@click.option(
    "--fees/--no-fees", default=True, show_default=True, help="是否生成费用明细(flat 无) | fee lines (flat has none)"
)
@click.option(
    "--lines",
    type=click.IntRange(10, 2000),
    default=200,
    show_default=True,
    help="每例住院费用明细平均行数 | mean number of fee lines a stay",
)
@click.option(
    "--list-form",
    type=click.Choice(["4101", "4101A"]),
    default="4101",
    show_default=True,
    help="lists 的清单形式 | form of the lists",
)
@click.option(
    "--violations",
    is_flag=True,
    help="在 tables 中植入各审核规则的违规与临界病例,另写答案 | plant violations and near misses of screening rules, with their key",
)
@language_option
def synth(
    scheme: str,
    mean_cost: str | None,
    edition: str | None,
    folder: Path | None,
    cases: int,
    month: str,
    seed: int,
    dirty: str,
    output: Path,
    layout: Layout,
    format_: Format,
    fees: bool,
    lines: int,
    list_form: ListForm,
    violations: bool,
    lang: Language,
) -> None:
    """按目录生成模拟病例:DIP 的份额、次均费用、变异系数与住院日均与目录一致;CHS-DRG 的费用按权重与城市次均费用。

    Draw synthetic stays from an edition: shares, mean costs, variation and stays follow a DIP catalogue, costs the
    weights of CHS-DRG.
    """
    from drgdip.synthetic.request import make_folder_request, make_request
    from drgdip.synthetic.run import run

    if layout == "flat":
        request = make_request(output, cases, month, seed, dirty)
    else:
        request = make_folder_request(
            output, cases, month, seed, dirty,
            layout=layout, format_=format_, fees=fees, lines=lines, list_form=list_form,
        )  # fmt: skip
    if violations:
        _check_violations(layout, fees, request.dirty)
    request = request._replace(violations=violations)
    with _progress(cases, lang) as advance:
        result = run(request._replace(mean_cost_fen=_fen(mean_cost)), _tables(scheme, edition, folder), advance)
    _report(result, lang)


def _check_violations(layout: Layout, fees: bool, dirty: Decimal) -> None:
    """Violations are planted among tables with fee lines, and their key says all that screening finds: no row may be broken."""
    from drgdip.base.errors import UsageError

    if layout != "tables" or not fees:
        raise UsageError(
            Text("--violations 须配 --layout tables 与费用明细。", "--violations goes with --layout tables and fee lines."),
            Text("请加上 --layout tables。", "Add --layout tables."),
        )  # fmt: skip
    if dirty:
        raise UsageError(
            Text("--violations 不能与 --dirty 同用:问题数据的疑点不在答案内。", "--violations and --dirty do not go together: the key knows nothing of broken rows."),
            Text("请分两个文件夹生成。", "Write two folders."),
        )  # fmt: skip


def _tables(scheme: str, edition: str | None, folder: Path | None) -> GroupTables:
    from drgdip.tables import load_tables

    known = edition or (None if folder else _EDITIONS[scheme])
    tables: GroupTables = load_tables(scheme, known, path=folder)
    return tables


def _fen(mean_cost: str | None) -> int | None:
    from drgdip.base.errors import UsageError
    from drgdip.base.money import MAX_CASE_FEN, parse_yuan

    try:
        fen = None if mean_cost is None else parse_yuan(mean_cost)
    except ValueError:
        fen = 0
    if fen is not None and not 0 < fen <= MAX_CASE_FEN:
        raise UsageError(
            Text(f"次均费用“{mean_cost}”不可用。", f"The mean cost cannot be '{mean_cost}'."),
            Text("请以元填写,最多两位小数,例如 9575.25。", "Write yuan with at most two decimals, such as 9575.25."),
        )
    return fen


@contextmanager
def _progress(cases: int, language: Language) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    label = Text("生成病例", "drawing stays").in_language(language)
    with click.progressbar(length=cases, label=label, file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)


def _report(result: Synthesis, language: Language) -> None:
    lines = [_DONE.fill(rows=result.rows, groups=result.groups, path=result.output)]
    if result.left_out:
        codes = ", ".join(result.left_out[:_SHOWN]) + (" …" if len(result.left_out) > _SHOWN else "")
        words = _LEFT_OUT if result.left_out_cases else _LEFT_OUT_GROUPS
        lines.append(words.fill(count=len(result.left_out), cases=result.left_out_cases, codes=codes))
    if result.manifest:
        lines.append(_DIRTY.fill(count=sum(result.defects.values()), path=result.manifest))
    for line in lines:
        click.echo(line.in_language(language))
