"""``drgdip explain``: one case's way through all stages."""

from __future__ import annotations

from pathlib import Path

import click

from drgdip.base.errors import EXIT_BLOCKED, UsageError
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json


@click.command(
    help="逐步解释一个病例的入组、分值与支付;或由编码直接查看入组 | One case's way through all stages, or codes to a group."
)
@click.argument("setl_id", required=False)
@click.option("--run", "run", type=click.Path(path_type=Path), help="settle 的结果文件夹 | folder of a run")
@click.option("--scheme", default="dip", show_default=True, help="分组方案(与 --dx 同用) | scheme, with --dx")
@click.option("--edition", help="目录版本(与 --dx 同用) | edition, with --dx")
@click.option("--tables", "folder", type=click.Path(path_type=Path), help="目录文件夹 | folder of an edition")
@click.option("--dx", help="诊断编码,主要诊断在前,逗号分隔 | diagnoses, principal first, by commas")
@click.option("--proc", default="", help="手术操作编码,主要操作在前,逗号分隔 | operations, main one first, by commas")
@click.option("--sex", help="性别,本方案不使用 | not used by this scheme")
@click.option("--age", help="年龄,本方案不使用 | not used by this scheme")
@json_option
@language_option
def explain(
    setl_id: str | None,
    run: Path | None,
    scheme: str,
    edition: str | None,
    folder: Path | None,
    dx: str | None,
    proc: str,
    sex: str | None,
    age: str | None,
    as_json: bool,
    lang: Language,
) -> None:
    """Print the explanation of one case of a run, or of typed codes."""
    if dx and not (run or setl_id):
        _explain_codes(scheme, edition, folder, dx, proc, lang, as_json)
    elif run and setl_id and not dx:
        _explain_case(run, setl_id, lang, as_json)
    else:
        raise UsageError(
            Text(
                "需要 --run 文件夹与结算ID,或 --edition 与 --dx,二者取一。",
                "Either --run with a settlement ID or --edition with --dx is needed, and not both.",
            ),
            Text("例如:drgdip explain --run result ID。", "For example: drgdip explain --run result ID."),
        )


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


def _explain_codes(
    scheme: str, edition: str | None, folder: Path | None, dx: str, proc: str, language: Language, as_json: bool
) -> None:
    from drgdip.audit.explain_codes import explain_codes
    from drgdip.audit.steps import json_value
    from drgdip.tables import load_tables

    if scheme != "dip":
        raise UsageError(
            Text(f"本版本不支持分组方案 {scheme}。", f"This version does not group by {scheme}."),
            Text("请使用 --scheme dip。", "Use --scheme dip."),
        )
    found = explain_codes(load_tables(scheme, edition, path=folder), _codes(dx), _codes(proc))
    if as_json:
        print_json(json_value({**found._asdict(), "reason": found.reason.key}))
        return

    def say(zh: str, en: str) -> str:
        return Text(zh, en).in_language(language)

    click.echo(f"{say('诊断', 'diagnoses')}: " + " | ".join(" ".join(item) for item in found.diagnoses))
    click.echo(f"{say('手术操作', 'operations')}: " + (" | ".join(" ".join(item) for item in found.procedures) or "—"))
    click.echo(f"→ {found.reason.words.in_language(language)} ({found.reason.key})")
    for label, row in ((say("入组病种", "group"), found.group), (say("次选病种", "runner-up"), found.runner_up)):
        click.echo(f"{label}: " + ("  ".join(f"{name}={value}" for name, value in row.items() if value) or "—"))


def _codes(text: str) -> list[str]:
    return [code.strip() for code in text.split(",") if code.strip()]
