"""The folder of a run appears whole or not at all: everything is written aside and renamed into place at the end."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.statement.columns import RESULT_FILES


class OutputFolder:
    """``with OutputFolder(target) as folder:`` – write into ``folder``; on success it becomes ``target``.

    A folder that already holds files is refused, unless ``overwrite`` is set and it holds nothing but an earlier run.
    The folder is put in place by renaming, so a reader sees the old run or the new one, never a mixture. After
    any failure the target is as it was; a process that is killed leaves at most a hidden ``.NAME.*.partial``.

    Raises UsageError for a target that cannot be used.
    """

    def __init__(self, target: Path, *, overwrite: bool = False) -> None:
        self._target = Path(target).resolve()
        self._overwrite = overwrite
        self._aside = self._hidden("partial")

    def __enter__(self) -> Path:
        self._check()
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._aside.mkdir()
        return self._aside

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._check()
                self._put_in_place()
        finally:
            shutil.rmtree(self._aside, ignore_errors=True)

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

    def _check(self) -> None:
        if not self._target.exists():
            return
        if not self._target.is_dir():
            raise UsageError(
                Text(f"输出位置 {self._target} 不是文件夹。", f"The output {self._target} is not a folder."),
                Text("请用 --out 指定一个新的文件夹。", "Name a new folder with --out."),
            )
        present = set(os.listdir(self._target))
        if present and not self._overwrite:
            raise UsageError(
                Text(f"输出文件夹 {self._target} 不为空。", f"The output folder {self._target} is not empty."),
                Text("请指定新的文件夹,或加 --overwrite 替换原结果。", "Name a new folder, or add --overwrite."),
            )
        foreign = sorted(present - RESULT_FILES)
        if foreign:
            raise UsageError(
                Text(f"文件夹 {self._target} 中有不属于结算结果的文件:{foreign[0]}。",
                     f"The folder {self._target} holds {foreign[0]}, which is not part of a settlement."),
                Text("不予覆盖;请指定其他文件夹,或先移走该文件。",
                     "It is not replaced; name another folder or move that file away."),
            )  # fmt: skip

    def _hidden(self, kind: str) -> Path:
        return self._target.with_name(f".{self._target.name}.{secrets.token_hex(4)}.{kind}")
