"""Bytes kept aside in a temporary file that goes with its object."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import weakref
from pathlib import Path
from types import TracebackType
from typing import Self

from drgdip.base.errors import UsageError
from drgdip.base.text import Text


class TemporaryBytes:
    """A temporary file: write, close, then read it by ``path`` as often as needed.

    On Linux the file has no name any more once it is closed, so nothing is left of a killed process.
    """

    def __init__(self) -> None:
        self._handle, name = tempfile.mkstemp(prefix="drgdip-")
        self._named = Path(name)
        self._finalizer = weakref.finalize(self, _remove, self._handle, self._named)
        self.path = self._named
        self.size = 0

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes. Raises UsageError if the disk is full."""
        rest = memoryview(data)
        try:
            while len(rest):
                rest = rest[os.write(self._handle, rest) :]
        except OSError as error:
            raise UsageError(
                Text(
                    "临时文件夹空间不足,无法展开病例文件。", "The temporary folder has no room to unpack the case file."
                ),
                Text("请腾出空间,或用环境变量 TMPDIR 指定其他文件夹。", "Free some, or name another folder in TMPDIR."),
            ) from error
        self.size += len(data)

    def close(self) -> None:
        """No more bytes."""
        if sys.platform == "linux" and Path("/proc/self/fd").is_dir():
            self.path = Path(f"/proc/self/fd/{self._handle}")
            _unlink(self._named)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self._finalizer()


def _remove(handle: int, path: Path) -> None:
    with contextlib.suppress(OSError):
        os.close(handle)
    _unlink(path)


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
