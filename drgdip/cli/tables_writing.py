"""What commands that write a folder of tables share: options, and what they tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.text import Language, Text
from drgdip.cli.options import print_json
from drgdip.cli.tables_report import echo_problems, head, problem_list, title

if TYPE_CHECKING:
    from drgdip.tables.manifest import About, Manifest
    from drgdip.tables.problems import TableProblem

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_folder = click.Path(file_okay=False, path_type=Path)


OVERWRITE = click.option(
    "--overwrite", is_flag=True, help="覆盖文件夹中已有的目录 | replace tables that the folder holds"
)
DATE = click.option(
    "--date", "imported_at", type=click.DateTime(["%Y-%m-%d"]), help="导入日期(默认今天) | day of import"
)
_ABOUT = click.option(
    "--about",
    type=FILE,
    help="清单的说明部分(YAML:title、status、region、effective、sources、notes) | "
    "what only people know: title, status, region, effective, sources, notes",
)
OUT = click.option("--out", type=_folder, required=True, help="写入的文件夹 | folder to write")


def options_of(*options: Callable[[Any], Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Several options as one decorator."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in options:
            command = option(command)
        return command

    return decorate


import_options = options_of(OVERWRITE, DATE, _ABOUT, OUT)


def told(as_json: bool, lang: Language, work: Callable[[], Any]) -> Any:
    """Run an import; if rows are wrong, tell them before the error ends the command."""
    from drgdip.tables.problems import TablesFileError

    try:
        return work()
    except TablesFileError as error:
        if as_json:
            print_json({"valid": False, "findings": problem_list(error.problems)})
        else:
            echo_problems(error.problems, lang)
        raise


def report(manifest: Manifest, out: Path, warnings: Sequence[TableProblem], as_json: bool, lang: Language) -> None:
    """Tell what was written, and the warnings."""
    if as_json:
        print_json({**head(manifest), "folder": str(out), "valid": True, "findings": problem_list(warnings)})
        return
    click.echo(title(manifest, lang))
    echo_problems(warnings, lang)
    click.echo(Text(f"已写入 {out}", f"written to {out}").in_language(lang))


def about_of(path: Path | None, name: str) -> About:
    """What a file tells of a folder of tables, or its name alone."""
    from drgdip.tables.manifest import About, Words, parse_model, read_yaml

    if path is None:
        return About(title=Words(zh=name, en=name))
    return parse_model(About, read_yaml(path), path)


def day_of(moment: datetime | None) -> date:
    """The day named, or today."""
    return moment.date() if moment else date.today()
