"""``drgdip scores``: the monitoring scores of hospitals, beside the month and never part of a payment."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import click

from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(help="五项监管评分(仅供监测,不参与支付)| the five monitoring scores; they enter no payment.")
@click.option("--run", "runs", type=click.Path(path_type=Path), multiple=True, required=True,
              help="settle 的结果文件夹,可多次给出(每月一个)| folder of a run; repeat for more months")  # fmt: skip
@click.option("--params", type=_file, help="自己的评分定义(YAML)| definitions of one's own")
@click.option("--errors", type=_file, help="病案质量差错(CSV:fixmedins_code, kind, count)| errors found in records")
@click.option("--low-standard", type=_file, help="筛查出的低标入院(CSV:setl_id)| admissions that screening marked")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写入的文件(.csv 或 .json)| file to write")
@json_option
@language_option
def scores(
    runs: tuple[Path, ...],
    params: Path | None,
    errors: Path | None,
    low_standard: Path | None,
    out: Path | None,
    as_json: bool,
    lang: Language,
) -> None:
    """Print or write the scores of every hospital."""
    from drgdip.audit.monitoring import monitoring_scores

    found = monitoring_scores(runs, definitions=params, errors=errors, low_standard=low_standard)
    content = {"months": list(found.months), "scores": found.definitions, "rows": [row._asdict() for row in found.rows]}
    if out is not None:
        text = (
            json.dumps(content, ensure_ascii=False, indent=2) + "\n"
            if out.suffix.lower() == ".json"
            else _csv(found.rows)
        )
        _write(out, text)
    if as_json:
        print_json(content)
        return
    names = {
        score["id"]: Text(score["name"]["zh"], score["name"]["en"]).in_language(lang) for score in found.definitions
    }
    note = Text(
        "仅供监测,算式为建议,不参与支付。", "For monitoring only; formulas are proposals; no payment depends on them."
    )
    click.echo(f"{' '.join(found.months)}  {note.in_language(lang)}")
    for row in found.rows:
        compared = f"  O {row.observed} / E {row.expected}" if row.expected else ""
        limits = f"  [{row.low}, {row.high}]" if row.low else ""
        few = Text("  病例不足 50", "  fewer than 50 cases").in_language(lang) if row.few_cases else ""
        click.echo(
            f"{row.hospital_code}  {row.score_id} {names[row.score_id]}: {row.value or '—'}  n={row.cases}{compared}{limits}{few}"
        )
    if out is not None:
        click.echo(Text(f"已写入 {out}", f"written to {out}").in_language(lang))


def _csv(rows: list[Any]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("hospital_code", "hospital_tier", "score_id", "version", "standing", "use", "cases", "value",
                     "observed", "expected", "low", "high", "few_cases", "inputs"))  # fmt: skip
    for row in rows:
        inputs = json.dumps(row.inputs, ensure_ascii=False, sort_keys=True)
        writer.writerow((*row[:-2], int(row.few_cases), inputs))
    return buffer.getvalue()


def _write(out: Path, text: str) -> None:
    from drgdip.base.errors import UsageError

    try:
        out.write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise UsageError(
            Text(f"无法写入 {out}。", f"{out} cannot be written ({error.strerror})."),
            Text("请检查路径与权限。", "Check the path and its permissions."),
        ) from error
