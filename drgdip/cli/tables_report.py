"""What the commands on tables print: editions, problems, JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.text import Language, Text

if TYPE_CHECKING:
    from drgdip.tables.manifest import Manifest
    from drgdip.tables.problems import TableProblem

_STATUS = {
    "official": Text("正式", "official"),
    "transcribed": Text("转录", "transcribed"),
    "derived": Text("推导", "derived"),
    "synthetic": Text("虚构", "synthetic"),
}
_SEVERITY = {"error": Text("错误", "error"), "warning": Text("提示", "warning")}
_SHOWN = 20


def head(manifest: Manifest) -> dict[str, Any]:
    """An edition in JSON."""
    kept = {"scheme", "edition", "kind", "title", "status", "region", "effective", "rows"}
    return manifest.model_dump(mode="json", by_alias=True, include=kept, exclude_none=True)


def title(manifest: Manifest, lang: Language) -> str:
    """An edition in two lines."""
    status = _STATUS[manifest.status].in_language(lang)
    counts = ", ".join(f"{name} {count:,}" for name, count in manifest.rows.items())
    return f"{manifest.scheme} {manifest.edition} [{status}] {manifest.title.text.in_language(lang)}\n  {counts}"


def problem_list(problems: Sequence[TableProblem]) -> list[dict[str, Any]]:
    """Problems in JSON."""
    return [
        {
            "severity": problem.severity,
            **problem._asdict(),
            "words": problem.words._asdict(),
            "remedy": problem.remedy._asdict(),
        }
        for problem in problems
    ]


def echo_problems(problems: Sequence[TableProblem], lang: Language, shown: int = _SHOWN) -> None:
    """Print problems, errors first, and of many the first."""
    problems = sorted(problems, key=lambda problem: problem.severity != "error")
    if not problems:
        click.echo(f"  {Text('未发现问题', 'no problems found').in_language(lang)}")
    for problem in problems[:shown]:
        label = _SEVERITY[problem.severity].in_language(lang)
        click.echo(f"  [{label}] {problem.in_language(lang)}。{problem.remedy.zh}" if lang == "zh" else
                   f"  [{label}] {problem.in_language(lang)}. {problem.remedy.en}")  # fmt: skip
    if len(problems) > shown:
        click.echo(f"  {Text(f'另有 {len(problems) - shown} 处', f'{len(problems) - shown} more').in_language(lang)}")
