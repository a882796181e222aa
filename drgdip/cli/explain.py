"""``drgdip explain``: one case's way through all stages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import EXIT_BLOCKED, UsageError
from drgdip.base.text import Language, Text
from drgdip.cli.explain_drg import Shown, explain_of_file, explain_typed
from drgdip.cli.options import json_option, language_option, print_json

if TYPE_CHECKING:
    from drgdip.tables import DipTables

_NUMBER = click.IntRange(min=0)


@click.command(
    help="逐步解释一个病例的入组、分值与支付;或由编码、病例文件查看入组的经过 | "
    "One case's way through all stages; or from codes, or a case file, to a group."
)
@click.argument("setl_id", required=False)
@click.option("--run", "run", type=click.Path(path_type=Path), help="settle 的结果文件夹 | folder of a run")
@click.option("--cases", type=click.Path(path_type=Path), help="病例文件(仅 CHS-DRG) | case file (CHS-DRG only)")
@click.option("--scheme", default="dip", show_default=True, help="分组方案:dip 或 chs-drg | scheme: dip or chs-drg")
@click.option("--edition", help="目录版本(与 --dx 同用) | edition, with --dx")
@click.option("--tables", "folder", type=click.Path(path_type=Path), help="目录文件夹 | folder of an edition")
@click.option("--dx", help="诊断编码,主要诊断在前,逗号分隔 | diagnoses, principal first, by commas")
@click.option("--proc", default="", help="手术操作编码,主要操作在前,逗号分隔 | operations, main one first, by commas")
@click.option("--sex", type=_NUMBER, help="性别,1 男 2 女(DRG) | sex, 1 male 2 female (DRG)")
@click.option("--age", type=_NUMBER, help="年龄,岁 | age in years")
@click.option("--age-days", type=_NUMBER, help="不足一周岁天数 | age in days below one year")
@click.option("--weight", "birth_weight", type=_NUMBER, help="新生儿出生体重,克 | birth weight in grams")
@click.option("--stay", type=_NUMBER, help="住院天数(DRG) | length of stay in days (DRG)")
@click.option("--discharge-way", type=_NUMBER, help="离院方式(DRG) | way of discharge (DRG)")
@click.option("--department", default="", help="出院科别(DRG) | department of discharge (DRG)")
@click.option("--icu-hours", type=_NUMBER, help="重症监护小时数(DRG) | hours in intensive care (DRG)")
@click.option("--all", "everything", is_flag=True, help="列出全部未入的组(DRG) | every rejected row (DRG)")
@json_option
@language_option
def explain(
    setl_id: str | None,
    run: Path | None,
    cases: Path | None,
    scheme: str,
    edition: str | None,
    folder: Path | None,
    dx: str | None,
    proc: str,
    everything: bool,
    as_json: bool,
    lang: Language,
    **numbers: Any,
) -> None:
    """Print the explanation of one case of a run, of typed codes, or of one case of a file."""
    shown = Shown(lang, as_json, everything)
    if dx and not (run or cases or setl_id):
        _explain_codes(_tables(scheme, edition, folder), dx, proc, numbers, shown)
    elif run and setl_id and not (dx or cases):
        _explain_case(run, setl_id, lang, as_json)
    elif cases and setl_id and not (dx or run):
        _explain_of_file(_tables(scheme, edition, folder), cases, setl_id, shown)
    else:
        raise UsageError(
            Text(
                "需要 --run 文件夹与结算ID,或 --edition 与 --dx,二者取一。",
                "Either --run with a settlement ID or --edition with --dx is needed, and not both.",
            ),
            Text("例如:drgdip explain --run result ID。", "For example: drgdip explain --run result ID."),
        )


def _tables(scheme: str, edition: str | None, folder: Path | None) -> Any:
    from drgdip.tables import load_tables

    if scheme not in ("dip", "chs-drg"):
        raise UsageError(
            Text(f"本版本不支持分组方案 {scheme}。", f"This version does not group by {scheme}."),
            Text("请使用 --scheme dip 或 chs-drg。", "Use --scheme dip or chs-drg."),
        )
    return load_tables(scheme, edition, path=folder)


def _explain_case(run: Path, setl_id: str, language: Language, as_json: bool) -> None:
    from drgdip.audit.explain import explain as explain_case

    explanation = explain_case(run, setl_id, language)
    if as_json:
        print_json(explanation.to_dict())
    else:
        click.echo(explanation.to_text(language))
        if explanation.steps and not explanation.differences:
            agrees = Text("复算与运行记录逐列一致。", "Recomputed: every column agrees with the run.")
            click.echo(agrees.in_language(language))
    if explanation.differences:
        raise SystemExit(EXIT_BLOCKED)


def _explain_of_file(tables: Any, cases: Path, setl_id: str, shown: Shown) -> None:
    if tables.manifest.scheme != "chs-drg":
        raise UsageError(
            Text("病例文件中的病例仅可按 CHS-DRG 解释。", "Cases of a file are explained for CHS-DRG only."),
            Text("请加 --scheme chs-drg,或先结算再用 --run。", "Add --scheme chs-drg, or settle first and use --run."),
        )
    explain_of_file(tables, cases, setl_id, shown)


def _explain_codes(tables: Any, dx: str, proc: str, numbers: Mapping[str, Any], shown: Shown) -> None:
    if tables.manifest.scheme == "chs-drg":
        explain_typed(tables, _parts(dx), _parts(proc), numbers, shown)
    else:
        known = {name: numbers[name] for name in ("age", "age_days", "birth_weight")}
        _explain_dip(tables, _codes(dx), _codes(proc), known, shown)


def _explain_dip(tables: DipTables, dx: list[str], proc: list[str], numbers: Mapping[str, Any], shown: Shown) -> None:
    from drgdip.audit.dip_candidates import lines_of
    from drgdip.audit.explain_codes import explain_codes
    from drgdip.audit.steps import json_value

    language = shown.language
    found = explain_codes(tables, dx, proc, **numbers)
    if shown.as_json:
        print_json(json_value({**found._asdict(), "reason": found.reason.key}))
        return

    def say(zh: str, en: str) -> str:
        return Text(zh, en).in_language(language)

    click.echo(f"{say('诊断', 'diagnoses')}: " + " | ".join(" ".join(item) for item in found.diagnoses))
    click.echo(f"{say('手术操作', 'operations')}: " + (" | ".join(" ".join(item) for item in found.procedures) or "—"))
    click.echo(f"→ {found.reason.words.in_language(language)} ({found.reason.key})")
    for label, row in ((say("入组病种", "group"), found.group), (say("次选病种", "runner-up"), found.runner_up)):
        click.echo(f"{label}: " + ("  ".join(f"{name}={value}" for name, value in row.items() if value) or "—"))
    click.echo(f"{say('候选病种', 'candidates')}: " + ("" if found.candidates else "—"))
    for line in lines_of(found.candidates, language):
        click.echo(f"  {line}")
    if found.differences:
        click.echo("\n".join(found.differences))
        raise SystemExit(EXIT_BLOCKED)


def _codes(text: str) -> list[str]:
    return [code for code in _parts(text) if code]


def _parts(text: str) -> list[str]:
    """Codes as people type them in a row; an empty first one is kept, since it is the principal."""
    return [code.strip() for code in re.split("[,\uff0c、;\uff1b|]", text)]
