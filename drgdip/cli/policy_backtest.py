"""``drgdip policy backtest``: closed months under the old and the new policy."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drgdip.base.errors import EXIT_BLOCKED
from drgdip.base.money import format_yuan
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json
from drgdip.cli.progress import progress_line

if TYPE_CHECKING:
    from drgdip.catalogue.policies.result import PolicyBackTest

_PATH = click.Path(path_type=Path)


@click.command(
    help="政策回测:已结各月按新旧政策各结一次,列出差额与成因 | Closed months under two policies, and why they differ."
)
@click.option("--policy-a", "before", help="原政策;有 --run 时可省 | old policy; with --run that of the runs")
@click.option("--policy-b", "after", required=True, help="新政策 | new policy")
@click.option("--cases", multiple=True, type=_PATH, help="病例文件或文件夹,可多次 | cases, repeatable")
@click.option("--month", "months", multiple=True, metavar="YYYY-MM", help="月份,可多次 | month, repeatable")
@click.option(
    "--run", "runs", multiple=True, type=_PATH, help="settle 的结果文件夹,代替 --cases,可多次 | runs in place of cases"
)
@click.option("--settlements", multiple=True, type=_PATH, help="结算结果(2304),可多次 | settlement results, repeatable")
@click.option("--institutions", multiple=True, type=_PATH, help="机构表 | table of institutions")
@click.option("--mapping", metavar="NAME|FILE", help="列映射 | mapping of columns")
@click.option("--code-tables", type=_PATH, help="扩展的代码表 CSV | further codes of the place, CSV")
@click.option(
    "--fees", multiple=True, type=_PATH, help="费用明细(2301),政策按其计算时须给出,可多次 | fee lines, repeatable"
)
@click.option("--out", required=True, type=_PATH, help="结果文件夹 | folder for the results")
@click.option("--overwrite", is_flag=True, help="替换已有结果 | replace an earlier result")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 64), help="线程数 | threads")
@json_option
@language_option
def backtest(
    before: str | None,
    after: str,
    cases: tuple[Path, ...],
    months: tuple[str, ...],
    runs: tuple[Path, ...],
    settlements: tuple[Path, ...],
    institutions: tuple[Path, ...],
    mapping: str | None,
    code_tables: Path | None,
    fees: tuple[Path, ...],
    out: Path,
    overwrite: bool,
    threads: int,
    as_json: bool,
    lang: Language,
) -> None:
    """Back-test a policy and say what makes the difference."""
    from drgdip.catalogue.policies import backtest_policies
    from drgdip.statement import failed

    with progress_line(lang, quiet=as_json) as progress:
        found = backtest_policies(
            before, after, cases=cases, months=months, runs=runs, settlements=settlements, institutions=institutions,
            mapping=mapping, code_tables=code_tables, fees=fees, out=out, threads=threads, overwrite=overwrite, language=lang,
            command=["drgdip", *sys.argv[1:]], progress=progress,
        )  # fmt: skip
    if as_json:
        print_json({
            "months": list(found.months), "before_fen": found.total.before_fen, "after_fen": found.total.after_fen,
            "difference_fen": found.total.difference_fen, "due_difference_fen": found.total.due_difference_fen,
            "causes": [one._asdict() for one in found.by_cause], "not_applied": [one._asdict() for one in found.not_applied],
            "proof": {line.line_id: line.holds for line in found.proof},
        })  # fmt: skip
    else:
        click.echo("\n".join(_summary(found, out, lang)))
    if failed(found.proof):
        raise SystemExit(EXIT_BLOCKED)


def _summary(found: PolicyBackTest, out: Path, lang: Language) -> Iterator[str]:
    from drgdip.catalogue.policies.page import notes

    def say(zh: str, en: str) -> str:
        return Text(zh, en).in_language(lang)

    total = found.total
    yield f"{found.before.policy.name} → {found.after.policy.name} · {', '.join(found.months)}"
    for words in notes(found):
        yield f"  {words.in_language(lang)}"
    yield say(f"  应付 {format_yuan(total.before_fen)} → {format_yuan(total.after_fen)} 元,差额 {format_yuan(total.difference_fen)} 元",
              f"  payable {format_yuan(total.before_fen)} → {format_yuan(total.after_fen)}, difference {format_yuan(total.difference_fen)} yuan")  # fmt: skip
    for one in found.by_cause:
        due = format_yuan(one.due_difference_fen)
        yield f"    {one.cause}: {format_yuan(one.difference_fen)} {say(f'元(应拨 {due} 元)', f'yuan (due {due})')}"
    for line in found.proof:
        if not line.holds:
            yield say(f"  校验不符:{line.words.zh}", f"  Proof fails: {line.words.en}")
    yield say(f"  结果:{out}", f"  Results: {out}")
