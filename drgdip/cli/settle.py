"""``drgdip settle``: recompute a month's payouts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import EXIT_BLOCKED
from drgdip.base.money import format_yuan
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, open_store, print_json
from drgdip.cli.progress import progress_line

if TYPE_CHECKING:
    from drgdip.statement import MonthReport


_PATH = click.Path(path_type=Path)


@click.command(help="月度预结算:由病例文件计算各机构各基金池应拨金额 | Settle a month of cases.")
@click.option("--policy", required=True, help="政策文件或内置政策名 | policy file, or the name of a shipped one")
@click.option(
    "--cases",
    required=True,
    multiple=True,
    type=_PATH,
    help="病例文件或文件夹,- 为标准输入,可多次 | case file or folder, - for standard input, repeatable",
)
@click.option(
    "--settlements",
    multiple=True,
    type=_PATH,
    help="结算结果(2304),按结算ID与清单相联,可多次 | settlement results joined to lists by settlement ID, repeatable",
)
@click.option(
    "--institutions",
    multiple=True,
    type=_PATH,
    help="机构表:医院等级与归属区划 | table of institutions: level and division",
)
@click.option(
    "--mapping", metavar="NAME|FILE", help="列映射:随附映射名或文件 | mapping of columns: a shipped one or a file"
)
@click.option(
    "--fees",
    multiple=True,
    type=_PATH,
    help="费用明细(2301):核对;政策 case_rules 按明细支付的据以计算,可多次 | fee lines: checked, and paid by where the policy's case_rules name them, repeatable",
)
@click.option("--code-tables", type=_PATH, help="扩展的代码表 CSV | further codes of the place, CSV")
@click.option("--month", required=True, metavar="YYYY-MM", help="结算月份 | month")
@click.option("--out", required=True, type=_PATH, help="结果文件夹 | folder for the results")
@click.option("--deductions", type=_PATH, help="扣款清单 CSV | open deductions")
@click.option("--applications", type=_PATH, help="特例单议申请 CSV | applications for special-case review")
@click.option("--decisions", type=_PATH, help="特例单议决定 CSV | decisions of special-case review")
@click.option("--denials", type=_PATH, help="审核拒付决定 CSV | denials after review")
@click.option(
    "--lists", type=_PATH, help="清单登记 CSV:到达日、状态、账单类型 | register of lists: arrival, state, kind of bill"
)
@click.option(
    "--screening",
    type=_PATH,
    help="带 --policy 的审核结果文件夹,代替 --denials:取其拒付,暂缓未办结疑点 | results of screen with --policy, in place of --denials: its denials are taken, and money of open findings is held",
)
@click.option(
    "--prior", multiple=True, type=_PATH, help="以前月份的结果文件夹,可多次 | earlier months' runs, repeatable"
)
@click.option("--store", type=_PATH, help="台账文件:登记本次运行,政策经两人批准方为正式 | ledger: records the run")
@click.option("--overwrite", is_flag=True, help="替换已有结果 | replace an earlier run")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 64), help="线程数 | threads")
@click.option(
    "--chunk-rows",
    default=100_000,
    show_default=True,
    type=click.IntRange(1, 10_000_000),
    help="分块行数 | rows a chunk",
)
@json_option
@language_option
def settle(
    policy: str,
    cases: tuple[Path, ...],
    settlements: tuple[Path, ...],
    institutions: tuple[Path, ...],
    mapping: str | None,
    fees: tuple[Path, ...],
    code_tables: Path | None,
    month: str,
    out: Path,
    deductions: Path | None,
    applications: Path | None,
    decisions: Path | None,
    denials: Path | None,
    lists: Path | None,
    screening: Path | None,
    prior: tuple[Path, ...],
    store: Path | None,
    overwrite: bool,
    threads: int,
    chunk_rows: int,
    as_json: bool,
    lang: Language,
) -> None:
    """Settle a month and say what it came to."""
    from drgdip.pipeline import settle_to_folder
    from drgdip.statement import failed

    with progress_line(lang, quiet=as_json) as progress:
        report = settle_to_folder(
            policy,
            cases,
            month,
            out,
            deductions=deductions,
            prior=prior,
            threads=threads,
            chunk_rows=chunk_rows,
            overwrite=overwrite,
            language=lang,
            command=["drgdip", *sys.argv[1:]],
            keeper=open_store(store),
            progress=progress,
            settlements=settlements,
            institutions=institutions,
            mapping=mapping,
            fees=fees,
            code_tables=code_tables,
            applications=applications,
            decisions=decisions,
            denials=denials,
            lists=lists,
            screening=screening,
        )
    if as_json:
        print_json(_content(report))
    else:
        click.echo("\n".join(_summary(report, out, lang)))
    if failed(report.proof):
        raise SystemExit(EXIT_BLOCKED)


#: Totals of the statement, from the gross amount to the payout; those that only some months have are told where they are any.
_ALWAYS = ("gross_fen", "payable_fen", "recorded_fen", "difference_fen", "retained_fen", "due_fen", "paid_fen")
_IN_ORDER = (
    *_ALWAYS[:4], "special_difference_fen", "held_fen", "released_fen", "over_ceiling_fen", "paid_before_fen", *_ALWAYS[4:6],
    "deducted_fen", "paid_fen",
)  # fmt: skip


def _totals(report: MonthReport) -> dict[str, int]:
    """How the payout comes about, so that what is told adds up."""
    from drgdip.interface.statement_row import DEDUCTION_FIELDS

    sums = {name: sum(getattr(row, name) for row in report.rows) for name in _IN_ORDER if name != "deducted_fen"}
    sums["deducted_fen"] = sum(getattr(row, name) for row in report.rows for name in DEDUCTION_FIELDS.values())
    waits = ("held_fen", "released_fen") if sums["held_fen"] or sums["released_fen"] else ()
    return {name: sums[name] for name in _IN_ORDER if name in _ALWAYS or name in waits or sums[name]}


def _content(report: MonthReport) -> dict[str, Any]:
    return {
        "month": report.run.month,
        "official": report.run.approval.official,
        "rows": report.run.rows,
        "point_values": report.run.point_values,
        "totals_fen": _totals(report),
        "findings": report.findings.counts,
        "proof": {line.line_id: line.holds for line in report.proof},
    }


_WORDS = {
    "gross_fen": Text("分值金额", "gross"),
    "payable_fen": Text("应付基金", "payable"),
    "recorded_fen": Text("记账金额", "recorded"),
    "difference_fen": Text("差额", "difference"),
    "retained_fen": Text("预留金", "retained"),
    "due_fen": Text("本期应拨", "due"),
    "paid_fen": Text("实付", "paid"),
    "special_difference_fen": Text("特例补差", "posted for special cases of earlier months"),
    "over_ceiling_fen": Text("超出总额", "beyond ceilings"),
    "paid_before_fen": Text("前期已付", "paid before"),
    "deducted_fen": Text("扣款", "deducted"),
    "held_fen": Text("其中暂缓支付", "of it held"),
    "released_fen": Text("以前月份暂缓、本期恢复支付", "held earlier, released"),
}


def _summary(report: MonthReport, out: Path, language: Language) -> Iterator[str]:
    from drgdip.base.reasons import REASONS
    from drgdip.statement.standing import approval_words

    def say(zh: str, en: str) -> str:
        return Text(zh, en).in_language(language)

    rows = report.run.rows
    yield say(f"{report.run.month} 结算完成", f"{report.run.month} settled")
    yield f"  {approval_words(report.run.approval).in_language(language)}"
    yield say(
        f"  读入 {rows['read']:,} 行,结算 {rows['settled']:,} 例",
        f"  {rows['read']:,} rows read, {rows['settled']:,} cases settled",
    )
    for total in report.not_settled:
        yield f"    {REASONS[total.key].words.in_language(language)} ({total.key}): {total.rows:,}"
    told = {total.key for total in report.not_settled}
    for key, count in report.findings.counts.items():
        if key not in told:
            yield f"  {say('注意', 'note')}: {REASONS[key].words.in_language(language)} ({key}): {count:,}"
    for name, fen in _totals(report).items():
        yield f"  {_WORDS[name].in_language(language)}: {format_yuan(fen)} {say('元', 'yuan')}"
    for line in report.proof:
        if not line.holds:
            yield say(f"  校验不符:{line.words.zh}", f"  Proof fails: {line.words.en}")
    if all(line.holds for line in report.proof):
        yield say(f"  {len(report.proof)} 条校验全部相符", f"  all {len(report.proof)} proof lines hold")
    yield say(f"  结果:{out}", f"  Results: {out}")
