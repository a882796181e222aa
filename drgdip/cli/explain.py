"""``drgdip explain``: one case's way through all stages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drgdip.base.errors import EXIT_BLOCKED, UsageError
from drgdip.base.text import Language, Text

if TYPE_CHECKING:
    from drgdip.audit.explain import Explanation, Line, Step


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
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="机器可读 | machine-readable")
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
    language: Language,
    as_json: bool,
) -> None:
    """Print the explanation of one case of a run, or of typed codes."""
    if dx:
        _explain_codes(scheme, edition, folder, dx, proc, language, as_json)
    elif run and setl_id:
        _explain_case(run, setl_id, language, as_json)
    else:
        raise UsageError(
            Text(
                "需要 --run 文件夹与结算ID,或 --edition 与 --dx。",
                "Either --run with a settlement ID or --edition with --dx is needed.",
            ),
            Text("例如:drgdip explain --run result ID。", "For example: drgdip explain --run result ID."),
        )


def _explain_case(run: Path, setl_id: str, language: Language, as_json: bool) -> None:
    from drgdip.audit.explain import explain as explain_case

    explanation = explain_case(run, setl_id, language)
    click.echo(_json(explanation) if as_json else "\n".join(_lines(explanation, language)))
    if explanation.differences:
        raise SystemExit(EXIT_BLOCKED)


def _explain_codes(
    scheme: str, edition: str | None, folder: Path | None, dx: str, proc: str, language: Language, as_json: bool
) -> None:
    from drgdip.audit.explain_codes import explain_codes
    from drgdip.tables import load_tables

    if scheme != "dip":
        raise UsageError(
            Text(f"本版本不支持分组方案 {scheme}。", f"This version does not group by {scheme}."),
            Text("请使用 --scheme dip。", "Use --scheme dip."),
        )
    found = explain_codes(load_tables(scheme, edition, path=folder), _codes(dx), _codes(proc))
    if as_json:
        click.echo(
            json.dumps({**found._asdict(), "reason": found.reason.key}, ensure_ascii=False, indent=2, default=dict)
        )
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


def _json(explanation: Explanation) -> str:
    def plain(value: object) -> object:
        if isinstance(value, Text):
            return {"zh": value.zh, "en": value.en}
        if hasattr(value, "_asdict"):
            return {name: plain(item) for name, item in value._asdict().items()}
        if hasattr(value, "__dataclass_fields__"):
            return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
        if isinstance(value, dict):
            return {name: plain(item) for name, item in value.items()}
        return [plain(item) for item in value] if isinstance(value, list | tuple) else value

    return json.dumps(plain(explanation), ensure_ascii=False, indent=2)


def _lines(explanation: Explanation, language: Language) -> list[str]:
    lines = ["  ".join(f"{name}: {value}" for name, value in explanation.identity.items()), ""]
    if explanation.set_aside:
        lines.append(Text("该行未结算:", "This row was not settled:").in_language(language))
        for row in explanation.set_aside:
            lines += ["  " + "  ".join(f"{name}={value}" for name, value in row.items() if value)]
        return lines
    for number, step in enumerate(explanation.steps, 1):
        lines += _step_lines(number, step, language)
    if explanation.differences:
        lines.append(Text("与运行记录不一致:", "Differs from the run's record:").in_language(language))
        lines += [f"  {difference}" for difference in explanation.differences]
    else:
        lines.append(
            Text("复算与运行记录逐列一致。", "Recomputed: every column agrees with the run.").in_language(language)
        )
    return lines


def _step_lines(number: int, step: Step, language: Language) -> list[str]:
    lines = [f"{number}. {step.title.in_language(language)}"]
    lines += ["   " + _value(line, language) for line in step.reads]
    if step.table_row:
        head = Text("目录行", "table row").in_language(language)
        lines.append(f"   [{head}] " + "  ".join(f"{name}={value}" for name, value in step.table_row.items() if value))
    lines += ["   → " + _value(line, language) for line in step.writes]
    lines += [f"     § {key}: {citation}" for key, citation in step.citations if citation]
    return [*lines, ""]


def _value(line: Line, language: Language) -> str:
    text = f"{line.label.in_language(language)} [{line.column}]: "
    text += f"{line.working} = {line.value}" if line.working else line.value
    return f"{text}    ({line.source})" if line.source else text
