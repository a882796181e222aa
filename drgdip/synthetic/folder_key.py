"""The key of a folder: which defects were planted in which of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from drgdip.synthetic.chunks import Chunk, Planted
from drgdip.synthetic.fee_defects import ABSENT, SUM_DIFFERS, TOGETHER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drgdip.synthetic.fee_defects import FeeDefect

#: File, data row (0: told of all together), settlement ID, kind, field.
KeyRow = tuple[str, int, str, str, str]


class FolderKey:
    """Collects what was planted while files are written.

    Parameters
    ----------
    cases, fees : names of the files. with_fees : whether fee lines are written.
    """

    def __init__(self, cases: str, fees: str, with_fees: bool) -> None:
        self._files = cases, fees
        self._with_fees = with_fees
        self._cases: list[Planted] = []
        self._lines: list[Planted] = []
        self._rows = 0

    def add_chunk(self, chunk: Chunk) -> None:
        """The defects of a chunk's rows."""
        self._cases += chunk.manifest
        if self._with_fees:
            rows = np.flatnonzero(~chunk.billed & ~chunk.same_visit)
            ids = chunk.clean["setl_id"].take(rows).to_pylist()
            self._lines += [Planted(0, setl_id, ABSENT, "mdtrt_id") for setl_id in ids]

    def add_fees(self, clean: Any, first_row: int, bills: np.ndarray, defects: list[FeeDefect], written: int) -> None:
        """The defects of a block of lines; ``clean`` has its stays, ``bills`` the stay of each line as drawn."""
        left_out = 0
        for defect in defects:
            bill = int(bills[defect.line])
            setl_id = clean["setl_id"][bill].as_py()
            if defect.kind == SUM_DIFFERS:
                left_out += 1
                fields = ("medfee_sumamt", "inscp_scp_amt")
                self._cases += [Planted(first_row + bill + 1, setl_id, defect.kind, field) for field in fields]
                continue
            row = 0 if defect.kind in TOGETHER else self._rows + defect.line - left_out + 1
            self._lines.append(Planted(row, setl_id, defect.kind, defect.field))
        self._rows += written

    def planted(self) -> list[Planted]:
        """All defects, those of stays first."""
        return [*self._in_order(), *self._lines]

    def rows(self) -> Iterator[KeyRow]:
        """The key, line by line."""
        for file, planted in zip(self._files, (self._in_order(), self._lines), strict=True):
            for defect in planted:
                yield (file, *defect)

    def _in_order(self) -> list[Planted]:
        """Defects of stays by their rows; lists are left out of the file where their results stand alone."""
        found, left_out = [], 0
        for planted in sorted(self._cases, key=lambda planted: planted.row):
            alone = planted.kind == "settlement_without_list"
            left_out += alone
            found.append(planted._replace(row=0 if alone else planted.row - left_out))
        return found
