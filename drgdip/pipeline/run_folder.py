"""The folder of a settled month, read again: its record, and its tables as the run has written them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from drgdip.base.errors import UsageError
from drgdip.base.provenance import RunRecord
from drgdip.base.text import Text

RECORD_FILE = "run.json"


class RunFolder:
    """A folder that ``settle --out`` has written.

    Raises UsageError for a folder that is none, or whose record cannot be read.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        if not (self.path / RECORD_FILE).is_file():
            raise UsageError(
                Text(f"{path} 不是结算结果文件夹。", f"{path} is not the folder of a settled month."),
                Text("请指定 settle --out 写出的文件夹。", "Give a folder that settle --out has written."),
            )
        with self.reading(RECORD_FILE) as file:
            self.record = RunRecord.model_validate_json(file.read_bytes())

    @contextmanager
    def reading(self, name: str) -> Iterator[Path]:
        """Read one of the run's files. What fails on the way means that the file is not as it was written."""
        try:
            yield self.path / name
        except (AttributeError, KeyError, OSError, TypeError, ValueError, csv.Error) as error:
            raise UsageError(
                Text(f"{self.path / name} 缺失、损坏或在结算后被改动。",
                     f"{self.path / name} is missing, damaged or changed since the run."),
                Text("请恢复该文件,或重新结算该月。", "Restore the file, or settle that month again."),
            ) from error  # fmt: skip

    def rows(self, name: str) -> list[dict[str, str]]:
        """Rows of a CSV file. A file with a hash in the record must have it; read it within :meth:`reading`."""
        content = (self.path / name).read_bytes()
        if self.record.outputs.get(name) not in (None, hashlib.sha256(content).hexdigest()):
            raise ValueError(f"{name} is not the file that the run wrote")
        return list(csv.DictReader(StringIO(content.decode("utf-8"), newline="")))

    def has(self, name: str) -> bool:
        """Whether the run wrote a file that not every run has."""
        return name in self.record.outputs or (self.path / name).exists()
