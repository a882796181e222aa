"""``drgdip explain``: one case's way through all stages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drgdip.base.text import Language, Text

if TYPE_CHECKING:
    from drgdip.audit.explain import Explanation, Line, Step


@click.command(help="逐步解释一个病例的入组、分值与支付 | One case's way through all stages.")
@click.argument("setl_id")
@click.option(
    "--run", "run", required=True, type=click.Path(path_type=Path), help="settle 的结果文件夹 | folder of a run"
)
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="机器可读 | machine-readable")
def explain(setl_id: str, run: Path, language: Language, as_json: bool) -> None:
    """Print the explanation of one case."""
    from drgdip.audit.explain import explain as explain_case

    explanation = explain_case(run, setl_id, language)
    click.echo(_json(explanation) if as_json else "\n".join(_lines(explanation, language)))
    if explanation.differences:
        raise SystemExit(1)


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
