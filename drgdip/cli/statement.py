"""``drgdip statement``: settlement statements for hospitals to countersign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from drgdip.base.errors import EXIT_BLOCKED, DrgdipError
from drgdip.base.money import format_yuan
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

if TYPE_CHECKING:
    from drgdip.statement.finished_run import FinishedRun


class UnprovenRun(DrgdipError):
    """A run whose totals do not agree: nothing is signed on it."""

    exit_code = EXIT_BLOCKED


@click.command(
    help="由结算结果生成各医疗机构的结算单(HTML,A4,供打印、双方签章)| Settlement statements for hospitals to sign."
)
@click.option("--run", "run_folder", required=True, type=click.Path(path_type=Path),
              help="settle 的结果文件夹 | folder of a run")  # fmt: skip
@click.option("--hospital", "hospitals", multiple=True,
              help="定点医疗机构编号,可多次;不给则为全部 | hospital code, repeatable; all if none")  # fmt: skip
@click.option("--out", required=True, type=click.Path(path_type=Path), help="结算单文件夹 | folder for the statements")
@click.option(
    "--store", type=click.Path(path_type=Path), help="台账文件:结算单列出结算申报状态 | ledger: states of files"
)
@click.option("--overwrite", is_flag=True, help="替换已有结算单 | replace earlier statements")
@json_option
@language_option
def statement(
    run_folder: Path,
    hospitals: tuple[str, ...],
    out: Path,
    store: Path | None,
    overwrite: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Write statements and say what they come to."""
    from drgdip.pipeline.finished_run import read_finished_run
    from drgdip.statement.documents import chosen_hospitals, write_forms

    run = read_finished_run(run_folder)
    if run.broken_proof:
        lines = ", ".join(run.broken_proof)
        raise UnprovenRun(
            Text(
                f"该月平衡校验不符({lines}),不出具结算单。",
                f"The month's proof does not hold ({lines}); nothing is issued.",
            ),
            Text("请查明原因并重新结算。", "Find the cause and settle again."),
        )
    chosen = chosen_hospitals(run, hospitals)
    names = write_forms(run, run_folder, chosen, out, lang, overwrite=overwrite, states=_states(run, store))
    paid = _paid_fen(run)
    if as_json:
        print_json([{"fixmedins_code": code, "file": name, "paid_fen": paid[code]} for code, name in names.items()])
        return
    for code, name in names.items():
        click.echo(f"  {code}  {format_yuan(paid[code])}  {name}")
    words = Text("已生成 {count} 份结算单,打印用合集:{path}", "{count} statements; all of them for printing: {path}")
    click.echo(words.fill(count=len(names), path=out / "statements.html").in_language(lang))


def _states(run: FinishedRun, store: Path | None) -> dict[tuple[str, str], int] | None:
    if store is None:
        return None
    from drgdip.ledger import SqliteStore, file_states

    return file_states(SqliteStore(store, create=False), run.record.month)


def _paid_fen(run: FinishedRun) -> dict[str, int]:
    paid = dict.fromkeys(run.hospitals, 0)
    for row in run.rows:
        paid[row.hospital_code] += row.paid_fen
    return paid
