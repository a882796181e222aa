"""``drgdip report``: a page about one hospital's month, or about each of them."""

from __future__ import annotations

from pathlib import Path

import click

from drgdip.base.errors import UsageError
from drgdip.base.text import Language, Text
from drgdip.cli.options import language_option


@click.command(
    help="由结算结果生成医疗机构报告(HTML):病种偏差、费用区间、数据问题、未结算的行 | A hospital's month as a page."
)
@click.option("--run", "run_folder", required=True, type=click.Path(path_type=Path),
              help="settle 的结果文件夹 | folder of a run")  # fmt: skip
@click.option("--hospital", help="定点医疗机构编号 | hospital code")
@click.option("--all", "every", is_flag=True, help="全部医疗机构,写入文件夹 | all hospitals, into a folder")
@click.option("--out", "-o", required=True, type=click.Path(path_type=Path),
              help="HTML 文件;与 --all 同用时为文件夹 | HTML file; with --all a folder")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="替换已有报告 | replace an earlier report")
@language_option
def report(run_folder: Path, hospital: str | None, every: bool, out: Path, overwrite: bool, lang: Language) -> None:
    """Write the page, or the pages."""
    from drgdip.pipeline.finished_run import read_finished_run
    from drgdip.statement.documents import chosen_hospitals, write_report, write_reports

    if every == bool(hospital):
        raise UsageError(
            Text("请在 --hospital 与 --all 中选用一个。", "Exactly one of --hospital and --all is needed."),
            Text("--hospital CODE -o FILE.html 为一家,--all -o FOLDER 为全部。",
                 "--hospital CODE -o FILE.html for one, --all -o FOLDER for all."),
        )  # fmt: skip
    run = read_finished_run(run_folder)
    if hospital:
        (code,) = chosen_hospitals(run, [hospital])
        write_report(run, run_folder, code, out, lang, overwrite=overwrite)
        click.echo(Text(f"已生成:{out}", f"Written: {out}").in_language(lang))
        return
    names = write_reports(run, run_folder, out, lang, overwrite=overwrite)
    words = Text("已生成 {count} 份机构报告,目录:{path}", "{count} hospitals; overview: {path}")
    click.echo(words.fill(count=len(names), path=out / "index.html").in_language(lang))
