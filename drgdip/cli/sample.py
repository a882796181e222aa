"""``drgdip sample``: draw stays for a check, and extrapolate what the check found."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drgdip.base.errors import EXIT_BLOCKED, UsageError
from drgdip.base.money import format_yuan
from drgdip.base.scaled import format_scaled, parse_scaled
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

if TYPE_CHECKING:
    from drgdip.interface.sample import Stays
    from drgdip.pipeline.extrapolation import ExtrapolationResult
    from drgdip.sanctions.sample import RateBy

_PATH = click.Path(path_type=Path)


@click.group(help="抽样核查:抽取病例,按核查结果放大扣减 | Samples of stays, and what their check comes to.")
def sample() -> None:
    """Samples."""


@sample.command(help="按机构与基金池随机抽取已结算病例,可重现 | Draw settled stays, reproducibly.")
@click.option("--run", "runs", required=True, multiple=True, type=_PATH,
              help="settle 的结果文件夹,每月一个,可多次 | folder of a settled month, repeatable")  # fmt: skip
@click.option(
    "--policy", help="政策:由其 sanctions.sample 定比例与范围 | policy whose sanctions.sample says share and stays"
)
@click.option("--rate", help="抽样比例,如 0.10,代替 --policy | share of stays, such as 0.10, in place of --policy")
@click.option("--seed", required=True, help="随机种子,任意文字 | seed, any text")
@click.option("--hospital", "hospitals", multiple=True, help="只抽该机构,可多次 | this hospital only, repeatable")
@click.option("--stays", type=click.Choice(["any", "bed_day"]), default="any", show_default=True,
              help="全部病例或仅床日病例 | all stays, or those paid by bed-day")  # fmt: skip
@click.option("--out", required=True, type=_PATH, help="结果文件夹 | folder for the results")
@click.option("--overwrite", is_flag=True, help="替换已有结果 | replace an earlier result")
@json_option
@language_option
def draw(
    runs: tuple[Path, ...],
    policy: str | None,
    rate: str | None,
    seed: str,
    hospitals: tuple[str, ...],
    stays: Stays,
    out: Path,
    overwrite: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Draw a sample and say what it holds."""
    from drgdip.pipeline.sampling import draw_sample

    drawn = draw_sample(
        runs,
        out,
        rate_e4=None if rate is None else _share(rate),
        policy=policy,
        seed=seed,
        hospitals=hospitals,
        stays=stays,
        overwrite=overwrite,
        command=["drgdip", *sys.argv[1:]],
    )
    if as_json:
        print_json({"sample": [line._asdict() for line in drawn]})
        return
    frames = {(line.hospital_code, line.pool): line.frame_stays for line in drawn}
    words = Text(
        "抽取 {drawn} 例,来自 {groups} 个机构与基金池的 {stays} 例",
        "{drawn} stays drawn from {stays} of {groups} hospitals and pools",
    )
    click.echo(words.fill(drawn=len(drawn), groups=len(frames), stays=sum(frames.values())).in_language(lang))
    click.echo(
        Text(f"  请在 {out / 'checked.csv'} 中填写核查结果", f"  Fill in {out / 'checked.csv'}").in_language(lang)
    )


@sample.command(help="由核查结果计算违规率与扣减,供 settle --deductions 使用 | Extrapolate what a check found.")
@click.option("--sample", "drawn", required=True, type=_PATH, help="抽样清单 sample.csv | the sample as it was drawn")
@click.option("--checked", required=True, type=_PATH, help="核查结果 checked.csv | what the check found")
@click.option("--policy", help="政策:由其 sanctions.sample 定口径 | policy whose sanctions.sample says the reading")
@click.option("--by", type=click.Choice(["count", "money"]),
              help="违规率按例数或按金额,代替 --policy | rate by number of stays, or by money, in place of --policy")  # fmt: skip
@click.option("--basis", required=True, help="协议依据(条款)| the clause of the contract that allows it")
@click.option("--decision", required=True, help="决定文号 | number of the decision")
@click.option("--date", "day", required=True, metavar="YYYY-MM-DD", help="决定日期 | day of the decision")
@click.option("--annual", type=_PATH,
              help="全年基金支付 CSV(fixmedins_code,pool,fund_yuan)| fund payments of the year, if the frame is less")  # fmt: skip
@click.option("--out", required=True, type=_PATH, help="结果文件夹 | folder for the results")
@click.option("--overwrite", is_flag=True, help="替换已有结果 | replace an earlier result")
@json_option
@language_option
def extrapolate(
    drawn: Path,
    checked: Path,
    policy: str | None,
    by: RateBy | None,
    basis: str,
    decision: str,
    day: str,
    annual: Path | None,
    out: Path,
    overwrite: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Extrapolate a checked sample and say what it comes to."""
    from drgdip.pipeline.extrapolation import extrapolate_sample

    result = extrapolate_sample(
        drawn,
        checked,
        out,
        by=by,
        policy=policy,
        basis=basis,
        decision=decision,
        day=day,
        annual=annual,
        overwrite=overwrite,
        command=["drgdip", *sys.argv[1:]],
    )
    if as_json:
        print_json({name: [line._asdict() for line in getattr(result, name)] for name in result._fields})
    else:
        _say(result, out, lang)
    if result.findings:
        raise SystemExit(EXIT_BLOCKED)


def _say(result: ExtrapolationResult, out: Path, lang: Language) -> None:
    words = Text(
        "  {hospital} {pool}:样本 {drawn} 例,违规 {bad} 例;按例数 {count_rate}(95% 区间 {low}–{high})扣 {count} 元,"
        "按金额 {money_rate} 扣 {money} 元;采用 {by}:{deduction} 元",
        "  {hospital} {pool}: {bad} of {drawn} stays break the rules; by count {count_rate} (95 % interval {low}–{high}) takes"
        " {count} yuan, by money {money_rate} takes {money} yuan; used is {by}: {deduction} yuan",
    )
    for line in result.lines:
        filled = words.fill(
            hospital=line.hospital_code, pool=line.pool, drawn=line.sample_stays, bad=line.bad_stays, by=line.by,
            **{name.removesuffix("_e4"): format_scaled(getattr(line, name), 4)
               for name in ("count_rate_e4", "low_e4", "high_e4", "money_rate_e4")},
            **{name.removesuffix("_deduction_fen").removesuffix("_fen"): format_yuan(getattr(line, name))
               for name in ("count_deduction_fen", "money_deduction_fen", "deduction_fen")},
        )  # fmt: skip
        click.echo(filled.in_language(lang))
    if result.findings:
        click.echo(Text(f"  {len(result.findings)} 条问题见 findings.csv", f"  {len(result.findings)} findings: findings.csv").in_language(lang))  # fmt: skip
    click.echo(Text(f"  结果:{out}", f"  Results: {out}").in_language(lang))


def _share(text: str) -> int:
    try:
        return parse_scaled(text, 4)
    except ValueError as error:
        raise UsageError(
            Text(f"抽样比例写法有误:{text}。", f"This is not a share: {text}."),
            Text("请写成至多四位小数,例如 0.10。", "Write at most four decimals, such as 0.10."),
        ) from error
