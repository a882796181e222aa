"""``drgdip smooth``: point values by the optimal interval, offline."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drgdip.base.scaled import format_scaled
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

if TYPE_CHECKING:
    from drgdip.pipeline.smoothing import Axis, Method

_PATH = click.Path(path_type=Path)


@click.command(
    help="点值测算(优值区间):由各机构分值、收入与成本 | Point values by the optimal interval, from accounts."
)
@click.argument("accounts", type=_PATH)
@click.option("--method", type=click.Choice(["two_dimensional", "one_dimensional"]), default="two_dimensional",
              show_default=True, help="二维(收入与成本)或一维(成本)| income and cost, or cost alone")  # fmt: skip
@click.option("--value", "axis", type=click.Choice(["cost", "income"]), default="cost", show_default=True,
              help="几何中心以哪一坐标为点值 | which number of the centre is the point value")  # fmt: skip
@click.option("--out", required=True, type=_PATH, help="结果文件夹 | folder for the results")
@click.option("--overwrite", is_flag=True, help="替换已有结果 | replace an earlier result")
@json_option
@language_option
def smooth(
    accounts: Path, method: Method, axis: Axis, out: Path, overwrite: bool, as_json: bool, lang: Language
) -> None:
    """Smooth point values and say what they are."""
    from drgdip.pipeline.smoothing import smooth_to_folder

    command = ["drgdip", *sys.argv[1:]]
    result = smooth_to_folder(accounts, out, method=method, axis=axis, overwrite=overwrite, command=command)
    if as_json:
        print_json(
            {"rows": [row._asdict() for row in result.rows], "hospitals": [one._asdict() for one in result.hospitals]}
        )
        return
    for row in result.rows:
        words = Text("点值 {value}(入选 {kept}/{all} 家)", "point value {value} ({kept} of {all} hospitals kept)")
        if row.fallback == "yes":
            words = Text(
                "无机构入选,点值取全区每分成本 {value}", "no hospital is kept; the regional mean cost stands: {value}"
            )
        filled = words.fill(value=format_scaled(row.value_e4, 4), kept=row.kept, all=row.hospitals)
        click.echo(f"  {row.pool} {row.period}: {filled.in_language(lang)}")
    click.echo(Text(f"  结果:{out}", f"  Results: {out}").in_language(lang))
