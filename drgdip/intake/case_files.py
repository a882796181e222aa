"""Which files are meant by what is given: a file, a folder of them, or standard input."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.source import unreadable

STANDARD_INPUT = "-"
_ACCESS = Text("请检查文件权限。", "Check the permissions of the file.")


class CaseFile(NamedTuple):
    """path : of the file. name : what findings call it. skip : it is not looked at."""

    path: Path
    name: str
    skip: bool = False


def case_files(path: Path) -> list[CaseFile]:
    """The file, or the files of a folder and its sub-folders by name. Raises UsageError if there is no such thing."""
    kind = _kind(path)
    if stat.S_ISDIR(kind):
        return _inside(path)
    if stat.S_ISREG(kind):
        return [CaseFile(path, path.name)]
    raise UsageError(
        Text(f"{path.name} 不是普通文件。", f"{path.name} is no regular file."),
        Text("管道中的数据请用 - 从标准输入读取。", "Read what comes from a pipe by -, as standard input."),
    )


def _kind(path: Path) -> int:
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise UsageError(
            Text(f"找不到病例文件 {path}。", f"There is no case file {path}."),
            Text("请核对文件名与所在文件夹。", "Check its name and folder."),
        ) from error
    except OSError as error:  # no permission, a link to itself, a name too long
        raise unreadable(path.name, _ACCESS) from error


def _inside(folder: Path) -> list[CaseFile]:
    found: list[CaseFile] = []
    for parent, below, names in os.walk(folder, onerror=_no_access):
        here = Path(parent)
        for name in [*below]:
            if name.startswith(".") or (here / name).is_symlink():
                found.append(_file(folder, here / name, True))
                below.remove(name)
        found += [_file(folder, here / name, _skipped(here / name)) for name in names]
    return sorted(found, key=lambda file: file.path.relative_to(folder).parts)


def _file(folder: Path, path: Path, skip: bool) -> CaseFile:
    return CaseFile(path, path.relative_to(folder).as_posix(), skip)


def _skipped(path: Path) -> bool:
    """Hidden files, locks of open workbooks, links that lead nowhere, and what is no file."""
    if path.name.startswith((".", "~$")):
        return True
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return True


def _no_access(error: OSError) -> None:
    raise unreadable(Path(error.filename or "").name, _ACCESS) from error
