"""``drgdip prepay``: what hospitals are advanced at the start of a year."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from drgdip.base.money import format_yuan
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, open_store, print_json

_PATH = click.Path(path_type=Path)


@click.command(help="预付金:哪些基金池可预付,各机构预付多少 | Prepayment: which pools may, and how much.")
@click.option("--policy", required=True, help="政策文件或内置政策名 | policy file, or the name of a shipped one")
@click.option("--year", required=True, metavar="YYYY", help="预付年度 | the year that is prepaid for")
@click.option("--history", required=True, type=_PATH,
              help="以前年度基金支出 CSV(fixmedins_code,pool,year,fund_yuan)| expenditure of earlier years")  # fmt: skip
@click.option("--balances", required=True, type=_PATH,
              help="基金结余 CSV(pool,balance_months,year_result_yuan,rolling_deficit)| standing of the pools")  # fmt: skip
@click.option("--scores", type=_PATH, help="考核分 CSV(fixmedins_code,score)| assessment scores")
@click.option("--out", required=True, type=_PATH, help="结果文件夹 | folder for the results")
@click.option("--store", type=_PATH, help="台账文件:政策经两人批准方为正式 | ledger: official or a trial")
@click.option("--overwrite", is_flag=True, help="替换已有结果 | replace an earlier result")
@json_option
@language_option
def prepay(
    policy: str,
    year: str,
    history: Path,
    balances: Path,
    scores: Path | None,
    out: Path,
    store: Path | None,
    overwrite: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Work out a year's prepayment and say what it comes to."""
    from drgdip.pipeline.year.prepay import prepay_to_folder

    command = ["drgdip", *sys.argv[1:]]
    result = prepay_to_folder(
        policy, year, history, balances, out,
        scores=scores, overwrite=overwrite, command=command, keeper=open_store(store),
    )  # fmt: skip
    if as_json:
        print_json(
            {
                "official": result.approval.official,
                "pools": [row._asdict() for row in result.pools],
                "rows": [row._asdict() for row in result.rows],
            }
        )
        return
    from drgdip.statement.standing import approval_words

    click.echo(f"  {approval_words(result.approval).in_language(lang)}")
    for pool in result.pools:
        words = Text("可预付 {count} 家,{amount} 元", "may prepay {count} hospitals, {amount} yuan")
        if pool.eligible == "no":
            words = Text("不具备预付条件(结余 {months} 个月)", "may not prepay ({months} months laid by)")
        filled = words.fill(
            count=pool.hospitals, amount=format_yuan(pool.amount_fen), months=format_scaled(pool.balance_months_e4, 4)
        )
        click.echo(f"  {pool.pool}: {filled.in_language(lang)}")
    click.echo(Text(f"  结果:{out}", f"  Results: {out}").in_language(lang))
