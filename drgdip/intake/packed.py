"""Packed files and streams, laid out in a temporary file: gzip, zstd, standard input.

What is unpacked is bounded twice, in bytes and against the size of the packed file, so that a small file cannot fill
a disk.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.case_files import STANDARD_INPUT
from drgdip.intake.source import unreadable
from drgdip.intake.temporary import TemporaryBytes

#: Case files pack six- to thirtyfold; what grows more than this is not one.
MOST_RATIO = 300
MOST_BYTES = 16 << 30
#: Sizes that need no bound.
SMALL = 64 << 20
_BLOCK = 1 << 20
_GIB = 1 << 30
PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}

_AGAIN = Text("文件可能已损坏或不完整,请重新传送。", "It may be damaged or cut short; send it again.")


def packing(head: bytes) -> str:
    """``gzip``, ``zstd`` or empty, by the first bytes."""
    return next((kind for magic, kind in PACKED.items() if head.startswith(magic)), "")


def unpacked(path: Path, name: str, kind: str, look: Callable[[bytes], None]) -> TemporaryBytes:
    """The content of a packed file. Raises UsageError if it is damaged or grows too much.

    ``look`` is called with the first bytes of the content and may refuse it.
    """
    most = max(SMALL, MOST_RATIO * path.stat().st_size)
    try:
        with pa.input_stream(str(path), compression=kind, buffer_size=_BLOCK) as stream:
            return _kept(_blocks(stream), name, most, look)
    except (pa.ArrowException, OSError) as error:
        raise unreadable(name, _AGAIN) from error


class StandardInput:
    """Standard input as a case source: read once, when it is first asked for, and kept aside.

    Give the same object wherever the same input is meant; as a path it is ``-``.
    """

    def __init__(self) -> None:
        self._kept: TemporaryBytes | None = None

    def __fspath__(self) -> str:
        return STANDARD_INPUT

    def content(self, look: Callable[[bytes], None]) -> TemporaryBytes:
        """All of it; ``look`` is called with its first bytes and may refuse them.

        Raises UsageError if nothing is piped in, or too much.
        """
        if self._kept is None:
            stream = getattr(sys.stdin, "buffer", None)
            if stream is None or sys.stdin.isatty():
                raise UsageError(
                    Text("标准输入没有数据。", "There is nothing on standard input."),
                    Text(
                        "请用管道传入,如 gzip -dc cases.csv.gz | drgdip …",
                        "Pipe it in: gzip -dc cases.csv.gz | drgdip …",
                    ),
                )
            self._kept = _kept(_blocks(stream), STANDARD_INPUT, MOST_BYTES, look)
        return self._kept


def _blocks(stream: IO[bytes] | Any) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield bytes(block)


def _kept(blocks: Iterator[bytes], name: str, most: int, look: Callable[[bytes], None]) -> TemporaryBytes:
    most = min(most, MOST_BYTES)
    with TemporaryBytes() as kept:
        head = b""
        for block in blocks:
            if kept.size < _BLOCK:
                head += block[: _BLOCK - len(head)]
                if len(head) == _BLOCK:
                    look(head)
            kept.write(block)
            if kept.size > most:
                raise _too_large(name, most)
        if len(head) < _BLOCK:
            look(head)
    return kept


def _too_large(name: str, most: int) -> UsageError:
    if most < MOST_BYTES:
        return UsageError(
            Text(
                f"{name} 解压后超过原大小的 {MOST_RATIO} 倍,已停止读取。",
                f"{name} unpacks to more than {MOST_RATIO} times its size; reading has stopped.",
            ),
            Text(
                "请确认文件来源;确为病例文件的,请先解压。",
                "Check where it comes from; unpack it first if it is in order.",
            ),
        )
    return UsageError(
        Text(
            f"{name} 展开后超过 {MOST_BYTES // _GIB} GiB 的上限,已停止读取。",
            f"{name} is beyond the cap of {MOST_BYTES // _GIB} GiB; reading has stopped.",
        ),
        Text("请将病例分成多个文件。", "Split the cases into several files."),
    )
