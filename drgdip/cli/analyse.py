"""``drgdip analyse``: indicators, budget execution, flows and warnings of settled months."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

if TYPE_CHECKING:
    from drgdip.statement.analysis import Analysis

_PATH = click.Path(path_type=Path)
_SHOWN = ("mean_cost", "mean_stay", "cmi", "grouping_rate", "paid_over_recorded", "low_share", "high_share")


@click.command(help="运行分析:指标、预算执行、流向与预警 | Analyse settled months: indicators and warnings.")
@click.option("--policy", required=True, help="政策文件或内置政策名 | policy file, or the name of a shipped one")
@click.option("--runs", multiple=True, required=True, type=_PATH,
              help="settle 的结果文件夹或存放它们的文件夹,可多次 | runs, or a folder of runs, repeatable")  # fmt: skip
@click.option("--population", type=_PATH,
              help="参保人数 CSV(insu_admdvs,insured),用于住院率 | persons insured by county")  # fmt: skip
@click.option("--received", multiple=True, type=_PATH,
              help="其他统筹区发来的清算单 CSV,用于流出 | statements received from other regions")  # fmt: skip
@click.option("--base", multiple=True, type=_PATH,
              help="对比期的结果文件夹,可多次:分解 CMI 变化 | earlier months: what the case-mix index changed by")  # fmt: skip
@click.option("--pairs", type=_PATH,
              help="相邻病组对 CSV(high,low) | pairs of groups; else neighbours within CHS-DRG's adjacent groups")  # fmt: skip
@click.option("--out", required=True, type=_PATH, help="结果文件夹 | folder for the results")
@click.option("--overwrite", is_flag=True, help="替换已有结果 | replace an earlier result")
@json_option
@language_option
def analyse(
    policy: str,
    runs: tuple[Path, ...],
    population: Path | None,
    received: tuple[Path, ...],
    base: tuple[Path, ...],
    pairs: Path | None,
    out: Path,
    overwrite: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Analyse settled months and say what stands out."""
    from drgdip.audit.indicators import analyse_to_folder

    analysis = analyse_to_folder(
        policy,
        runs,
        out,
        population=population,
        received=received,
        base=base,
        pairs=pairs,
        overwrite=overwrite,
        language=lang,
        command=["drgdip", *sys.argv[1:]],
    )
    if as_json:
        print_json(_content(analysis))
    else:
        click.echo("\n".join(line.in_language(lang) for line in _summary(analysis, out)))


def _content(analysis: Analysis) -> dict[str, Any]:
    return {
        "months": analysis.record.months,
        "scopes": [{**row._asdict(), "values": dict(row.values)} for row in analysis.scopes],
        "figures": [row._asdict() | {"name": row.name.en, "formula": row.formula.en} for row in analysis.figures],
        "quarters": [row._asdict() for row in analysis.quarters],
        "execution": [row._asdict() for row in analysis.execution],
        "flows": [row._asdict() for row in analysis.flows],
        "pairs": [row._asdict() for row in analysis.pairs],
        "drift": [row._asdict() for row in analysis.drift],
        "bunching": [row._asdict() | {"name": row.name._asdict()} for row in analysis.bunches],
        "warnings": [row._asdict() | {"words": row.words._asdict()} for row in analysis.warnings],
    }


def _summary(analysis: Analysis, out: Path) -> Iterator[Text]:
    from drgdip.statement.cells import as_text

    months = " ".join(analysis.record.months)
    city = analysis.scopes[0]
    yield Text(f"{months} 运行分析,{city.cases:,} 例", f"{months} analysed, {city.cases:,} stays")
    for column in analysis.indicators:
        value = city.values[column.key]
        if column.key in _SHOWN and value is not None:
            written = as_text(value, column.unit)
            yield Text(f"  {column.name.zh}: {written}", f"  {column.name.en}: {written}")
    for row in analysis.warnings:
        yield Text(f"  [{row.level}] {row.key} {row.words.zh}", f"  [{row.level}] {row.key} {row.words.en}")
    if not analysis.record.warned:
        yield Text("  政策没有 warning 一节,不作预警", "  the policy has no section warning, so nothing is warned of")
    yield Text(f"  结果:{out}", f"  Results: {out}")
