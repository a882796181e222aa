"""``drgdip clear``: the final payment of a year."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drgdip.base.errors import EXIT_BLOCKED
from drgdip.base.money import format_yuan
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, open_store, print_json

if TYPE_CHECKING:
    from drgdip.pipeline.year.result import YearResult

_PATH = click.Path(path_type=Path)


@click.command(help="年终清算:由十二个月的结算结果计算各机构各基金池清算应拨 | Clear a year from its twelve months.")
@click.option("--policy", required=True, help="政策文件或内置政策名 | policy file, or the name of a shipped one")
@click.option("--year", required=True, metavar="YYYY", help="清算年度 | year")
@click.option("--runs", required=True, type=_PATH, help="存放各月 settle 结果的文件夹 | folder of the months' runs")
@click.option("--out", required=True, type=_PATH, help="结果文件夹 | folder for the results")
@click.option("--scores", type=_PATH, help="考核分 CSV(fixmedins_code,score)| assessment scores")
@click.option("--deductions", type=_PATH, help="各月未处理的扣款清单 CSV | deductions that no month has seen")
@click.option("--prepayments", type=_PATH,
              help="已拨预付金 CSV(fixmedins_code,pool,amount_yuan)| what was prepaid")  # fmt: skip
@click.option("--decisions", type=_PATH, help="月结后的决定 CSV:分值与金额的增减 | decisions after the months")
@click.option("--denials", type=_PATH, help="月结后的审核拒付 CSV | denials after the months")
@click.option("--prior", type=_PATH, help="同年度的前次清算,本次列出差额 | an earlier clearing, to post differences")
@click.option("--keep-point-values", is_flag=True,
              help="沿用前次清算的点值 | keep the point values of the earlier clearing")  # fmt: skip
@click.option("--store", type=_PATH, help="台账文件:登记本次运行,政策经两人批准方为正式 | ledger: records the run")
@click.option("--overwrite", is_flag=True, help="替换已有清算结果 | replace an earlier clearing")
@json_option
@language_option
def clear(
    policy: str,
    year: str,
    runs: Path,
    out: Path,
    scores: Path | None,
    deductions: Path | None,
    prepayments: Path | None,
    decisions: Path | None,
    denials: Path | None,
    prior: Path | None,
    keep_point_values: bool,
    store: Path | None,
    overwrite: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Clear a year and say what it came to."""
    from drgdip.pipeline.year import clear_year_to_folder

    result = clear_year_to_folder(
        policy,
        year,
        runs,
        out,
        scores=scores,
        deductions=deductions,
        prepayments=prepayments,
        decisions=decisions,
        denials=denials,
        prior=prior,
        keep_point_values=keep_point_values,
        overwrite=overwrite,
        language=lang,
        command=["drgdip", *sys.argv[1:]],
        keeper=open_store(store),
    )
    if as_json:
        print_json(result.to_dict())
    else:
        click.echo("\n".join(_summary(result, out, lang)))
    if result.broken_proof:
        raise SystemExit(EXIT_BLOCKED)


_WORDS = {
    "clearing_fen": Text("清算额", "clearing"),
    "paid_fen": Text("月度实付", "paid by month"),
    "prepayment_outstanding_fen": Text("未抵扣预付金", "prepayment outstanding"),
    "forfeited_fen": Text("扣减预留金", "retention forfeited"),
    "final_fen": Text("清算应拨", "final"),
}


def _summary(result: YearResult, out: Path, language: Language) -> Iterator[str]:
    def say(zh: str, en: str) -> str:
        return Text(zh, en).in_language(language)

    from drgdip.statement.standing import approval_words

    report = result.report
    yield say(f"{report.record.year} 年清算完成", f"{report.record.year} cleared")
    yield f"  {approval_words(report.record.approval).in_language(language)}"
    for pool in report.pools:
        value, share = format_scaled(pool.point_value_e4, 4), format_scaled(pool.clearing_share_e4, 4)
        yield say(
            f"  {pool.pool_name.zh}:点值 {value},清算 {format_yuan(pool.clearing_fen)} 元,基金结余"
            f" {format_yuan(pool.left_fen)} 元{',超支分担已折算' if pool.scaled else ''},清算占比 {share}",
            f"  {pool.pool_name.en}: point value {value}, clearing {format_yuan(pool.clearing_fen)}, left in the fund"
            f" {format_yuan(pool.left_fen)}{', sharing scaled' if pool.scaled else ''}, clearing share {share}",
        )
    for name, words in _WORDS.items():
        total = sum(getattr(row, name) for row in report.rows)
        yield f"  {words.in_language(language)}: {format_yuan(total)} {say('元', 'yuan')}"
    owing = [row for row in report.rows if row.final_fen < 0]
    if owing:
        yield say(
            f"  应收回 {len(owing)} 项,共 {format_yuan(-sum(row.final_fen for row in owing))} 元",
            f"  to be recovered in {len(owing)} rows: {format_yuan(-sum(row.final_fen for row in owing))} yuan",
        )
    if report.differences is not None:
        changed = [line for line in report.differences if line.difference_fen]
        posted = format_yuan(sum(line.difference_fen for line in changed))
        yield say(f"  与前次清算差额 {len(changed)} 项,共 {posted} 元", f"  {len(changed)} differences, {posted} yuan")
    for words in report.warnings:
        yield f"  {say('注意', 'note')}: {words.in_language(language)}"
    for line in result.broken_proof:
        yield say(f"  校验不符:{line.words.zh}", f"  Proof fails: {line.words.en}")
    if not result.broken_proof:
        yield say(f"  {len(report.proof)} 条校验全部相符", f"  all {len(report.proof)} proof lines hold")
    yield say(f"  结果:{out}", f"  Results: {out}")
