"""``drgdip selftest``: prove the engine against worked examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

if TYPE_CHECKING:
    from drgdip.audit.selftest import Report


@click.command(help="用算例自检,逐位比对 | Prove the engine against worked examples, to the last digit.")
@click.option("--vectors", type=click.Path(path_type=Path), help="算例文件(默认用随附算例) | a file of examples")
@json_option
@language_option
def selftest(vectors: Path | None, as_json: bool, lang: Language) -> None:
    """Run worked examples; exit 0 only if all of them came out as expected."""
    from drgdip.audit.selftest import run_selftest

    report = run_selftest(vectors)
    if as_json:
        print_json(_content(report))
    else:
        for line in _lines(report, lang):
            click.echo(line)
        click.echo(report.last_line())
    raise SystemExit(report.exit_code)


def _lines(report: Report, language: Language) -> list[str]:
    expected, got = Text("应为", "expected").in_language(language), Text("实得", "got").in_language(language)
    refused = Text("不支持", "unsupported").in_language(language)
    return [
        *(f"{refused} {refusal.id}: {refusal.words.in_language(language)}" for refusal in report.refusals),
        *(f"{f.id} {f.field}: {expected} {f.expected}, {got} {f.got}" for f in report.failures),
    ]


def _content(report: Report) -> dict[str, Any]:
    return {
        "passed": report.passed,
        "failed": report.failed,
        "unsupported": len(report.refusals),
        "failures": [failure._asdict() for failure in report.failures],
        "refusals": [{"id": refusal.id, **refusal.words._asdict()} for refusal in report.refusals],
    }
