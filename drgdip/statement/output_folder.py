"""The folder of a run appears whole or not at all: everything is written aside and renamed into place at the end."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.statement.columns import RESULT_FILES


class FolderKind(NamedTuple):
    """What a folder must be to be replaced.

    holds : whether a file of this name may be in it. mark : without this file it is none, whatever the others are
    called. words : what it holds.
    """

    holds: Callable[[str], bool]
    mark: str
    words: Text


RUN_FOLDER = FolderKind(RESULT_FILES.__contains__, "run.json", Text("结算结果", "a settlement"))


class OutputFolder:
    """``with OutputFolder(target) as folder:`` – write into ``folder``; on success it becomes ``target``.

    A folder that already holds files is refused, unless ``overwrite`` is set and it holds nothing but an earlier
    result of the same ``kind`` (a run, if not said); so is one that holds any of ``reads``, the files and folders
    that are read. The folder is put in place by renaming, so a reader sees the old result or the new one, never a
    mixture. After any failure the target is as it was; a process that is killed leaves at most a hidden
    ``.NAME.*.partial``, which the next run clears away.

    Raises UsageError for a target that cannot be used, or that another run is just writing.
    """

    def __init__(
        self, target: Path, *, overwrite: bool = False, reads: Sequence[Path] = (), kind: FolderKind | None = None
    ) -> None:
        self._target = Path(target).resolve()
        self._overwrite = overwrite
        self._kind = kind or RUN_FOLDER
        self._reads = [path.resolve() for path in reads]
        self._aside = self._hidden("partial")
        self._lock: int | None = None

    def __enter__(self) -> Path:
        self._check_place()
        self._target.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(self._target.parent):
            self._clear_leftovers()
            self._check()
            self._aside.mkdir()
            with suppress(OSError):
                self._lock = _lock(self._aside)
        return self._aside

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                with _alone_in(self._target.parent):
                    self._check()
                    self._put_in_place()
        finally:
            shutil.rmtree(self._aside, ignore_errors=True)
            if self._lock is not None:
                os.close(self._lock)

    def _put_in_place(self) -> None:
        if not self._target.exists():
            os.rename(self._aside, self._target)
            return
        old = self._hidden("old")
        os.rename(self._target, old)
        try:
            os.rename(self._aside, self._target)
        except BaseException:
            os.rename(old, self._target)
            raise
        shutil.rmtree(old, ignore_errors=True)

    def _clear_leftovers(self) -> None:
        """Remove what killed runs have left, and put back a result that one was just replacing."""
        for path in list(self._target.parent.iterdir()):
            kind = self._leftover_kind(path.name)
            if kind == "old" and not self._target.exists():
                os.rename(path, self._target)
            elif kind and self._is_abandoned(path):
                shutil.rmtree(path, ignore_errors=True)

    def _leftover_kind(self, name: str) -> str:
        match = re.fullmatch(rf"\.{re.escape(self._target.name)}\.[0-9a-f]{{8}}\.(partial|old)", name)
        return match[1] if match else ""

    def _is_abandoned(self, folder: Path) -> bool:
        """Whether no run holds a hidden folder any more; unknown, and so False, where the disk knows no locks."""
        try:
            os.close(_lock(folder))
        except BlockingIOError as error:
            raise UsageError(
                Text(f"另一次结算正在写入 {self._target}。", f"Another run is writing {self._target}."),
                Text("请等待其完成,或指定其他文件夹。", "Wait until it has ended, or name another folder."),
            ) from error
        except OSError:
            return False
        return True

    def _check_place(self) -> None:
        if self._target.name and self._target != Path.cwd():
            return
        raise UsageError(
            Text(f"{self._target} 不能作为输出文件夹。", f"{self._target} cannot be the output folder."),
            Text(
                "请用 --out 指定其中一个新的文件夹,例如 result。", "Name a new folder within it, such as --out result."
            ),
        )

    def _check(self) -> None:
        if not self._target.exists():
            return
        if not self._target.is_dir():
            raise UsageError(
                Text(f"输出位置 {self._target} 不是文件夹。", f"The output {self._target} is not a folder."),
                Text("请用 --out 指定一个新的文件夹。", "Name a new folder with --out."),
            )
        present = {entry.name: entry.is_file() for entry in self._target.iterdir()}
        if present and not self._overwrite:
            raise UsageError(
                Text(f"输出文件夹 {self._target} 不为空。", f"The output folder {self._target} is not empty."),
                Text("请指定新的文件夹,或加 --overwrite 替换原结果。", "Name a new folder, or add --overwrite."),
            )
        self._check_replaceable(present)

    def _check_replaceable(self, present: dict[str, bool]) -> None:
        """Nothing but a run is ever replaced, and not while this run reads from it."""
        needed = [path for path in self._reads if self._target in (path, *path.parents)]
        foreign = sorted(name for name, is_file in present.items() if not self._kind.holds(name) or not is_file)
        if present and not foreign and self._kind.mark not in present:
            foreign = sorted(present)
        if needed:
            fact = Text(f"输出文件夹 {self._target} 中有本次要读取的 {needed[0].name}。",
                        f"The output folder {self._target} holds {needed[0].name}, which this run reads.")  # fmt: skip
        elif foreign:
            zh, en = self._kind.words
            fact = Text(f"文件夹 {self._target} 中有不属于{zh}的文件:{foreign[0]}。",
                        f"The folder {self._target} holds {foreign[0]}, which is not part of {en}.")  # fmt: skip
        else:
            return
        raise UsageError(
            fact,
            Text("不予覆盖;请指定其他文件夹,或先移走该文件。",
                 "It is not replaced; name another folder or move that file away."),
        )  # fmt: skip

    def _hidden(self, kind: str) -> Path:
        return self._target.parent / f".{self._target.name}.{secrets.token_hex(4)}.{kind}"


def _lock(folder: Path, *, wait: bool = False) -> int:
    """Lock a folder until the descriptor is closed or the process ends. Raises BlockingIOError if another holds it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep runs that begin or end in the same folder at the same moment apart; a disk without locks cannot."""
    descriptor = None
    with suppress(OSError):
        descriptor = _lock(folder, wait=True)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)
