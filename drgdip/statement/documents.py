"""Where documents made on demand go: one file, or a folder with one for each hospital, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from drgdip.base.errors import UsageError
from drgdip.base.text import Language, Text
from drgdip.statement.file_states import FileStates
from drgdip.statement.finished_run import FinishedRun
from drgdip.statement.hospital_report import hospital_html, index_html
from drgdip.statement.output_folder import FolderKind, OutputFolder
from drgdip.statement.settlement_form import forms_html

#: Longest part of a hospital's code in a file name.
_NAME_LENGTH = 60

_STATEMENT_FILE = re.compile(r"statements\.html|statement-[A-Za-z0-9._-]+\.html")
_REPORT_FILE = re.compile(r"index\.html|hospital-[A-Za-z0-9._-]+\.html")
STATEMENTS_FOLDER = FolderKind(
    lambda name: bool(_STATEMENT_FILE.fullmatch(name)), "statements.html", Text("机构结算单", "hospitals' statements")
)
REPORTS_FOLDER = FolderKind(
    lambda name: bool(_REPORT_FILE.fullmatch(name)), "index.html", Text("机构报告", "hospitals' reports")
)


def write_forms(
    run: FinishedRun,
    run_folder: Path,
    hospitals: Sequence[str],
    out: Path,
    language: Language,
    *,
    overwrite: bool,
    states: FileStates | None = None,
) -> dict[str, str]:
    """Write a statement for each hospital, and ``statements.html`` with all of them for printing.

    Returns the file names by hospital.
    """
    names = file_names("statement", hospitals)
    with OutputFolder(out, overwrite=overwrite, reads=[run_folder], kind=STATEMENTS_FOLDER) as folder:
        for code, name in names.items():
            _write(folder / name, forms_html(run, [code], language, states))
        _write(folder / "statements.html", forms_html(run, list(names), language, states))
    return names


def write_reports(
    run: FinishedRun, run_folder: Path, out: Path, language: Language, *, overwrite: bool
) -> dict[str, str]:
    """Write a report for every hospital, and ``index.html`` that leads to them. Returns the file names by hospital."""
    names = file_names("hospital", run.hospitals)
    with OutputFolder(out, overwrite=overwrite, reads=[run_folder], kind=REPORTS_FOLDER) as folder:
        for code, page in hospital_html(run, run_folder, run.hospitals, language):
            _write(folder / names[code], page)
        _write(folder / "index.html", index_html(run, names, language))
    return names


def write_report(
    run: FinishedRun, run_folder: Path, hospital: str, target: Path, language: Language, *, overwrite: bool
) -> None:
    """Write one hospital's report into a file, which appears whole or not at all.

    Raises UsageError if the file exists and ``overwrite`` is not set, or is a folder.
    """
    if target.is_dir() or (target.exists() and not overwrite):
        what = Text("是文件夹", "is a folder") if target.is_dir() else Text("已存在", "exists")
        raise UsageError(
            Text(f"{target} {what.zh}。", f"{target} {what.en}."),
            Text(
                "请指定新的文件名,或加 --overwrite 替换原文件。",
                "Name a new file, or add --overwrite to replace a file.",
            ),
        )
    ((_, page),) = hospital_html(run, run_folder, [hospital], language)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    try:
        _write(aside, page)
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def chosen_hospitals(run: FinishedRun, codes: Sequence[str]) -> list[str]:
    """The hospitals asked for, each once; all of the statement's if none is.

    Raises UsageError for a code that is not on the statement.
    """
    for code in codes:
        if code not in run.hospitals:
            near = get_close_matches(code, run.hospitals, n=3) or run.hospitals[:3]
            raise UsageError(
                Text(f"结算单上没有医疗机构 {code}。", f"The statement has no hospital {code}."),
                Text(f"请核对编号,例如 {'、'.join(near)}。", f"Check the code; there are {', '.join(near)}.")
                if near else Text("该月没有结算任何医疗机构。", "The month settled no hospital at all."),
            )  # fmt: skip
    return sorted(set(codes)) or run.hospitals


def file_names(prefix: str, codes: Sequence[str]) -> dict[str, str]:
    """A file name for each code: the code itself where any system can write it, told apart by a hash where not."""
    plain = {code: re.sub(r"[^A-Za-z0-9_-]", "_", code)[:_NAME_LENGTH] for code in codes}
    folded = [name.casefold() for name in plain.values()]
    names = {}
    for code, name in plain.items():
        if name != code or folded.count(name.casefold()) > 1:
            name += "-" + hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:10]
        names[code] = f"{prefix}-{name}.html"
    return names


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
