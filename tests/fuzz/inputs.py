"""Files of every kind made of a few stays, and what must hold of whatever a reader makes of any file."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from drgdip.base.errors import UsageError
from drgdip.base.reasons import REASONS
from drgdip.intake import CaseReader
from drgdip.interface.defects import join_defects
from drgdip.interface.fields import Use, fields, settlement_use
from drgdip.quality_control import check
from tests.intake.sample import DIAGNOSES, PROCEDURES, STAY, stay, write_csv, write_parquet
from tests.intake.test_workbooks import cases, workbook
from tests.lists.sample import message, write_lists

#: So many with Chinese in them that no changed row outvotes the encoding of the file.
STAYS: Sequence[Mapping[str, str]] = [
    stay(number, dscg_caty="骨科" if number % 2 else "内科") for number in range(1, 9)
]
IDS = {one["setl_id"] for one in STAYS}
#: Lists come without their results: nothing of a result is required of them.
ANY_USE = Use(settlement_use().reads, frozenset(("setl_id", "diag_code")))
#: Columns by which rows of two readings are compared.
COMPARED = [field.column for field in fields().values() if field.column and field.type not in ("codes", "text")]


class Outcome(NamedTuple):
    """refused : the fault, if the file was. rows : data rows. good : ID -> values of rows without defects."""

    refused: str
    rows: int
    good: dict[str, tuple[int, ...]]
    set_aside: int


def read_bytes(content: bytes, name: str = "cases", chunk_rows: int = 3) -> Outcome:
    """Read a file through the public reader. Raises AssertionError if what it says does not add up."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read_path(path, chunk_rows)


def read_path(path: Path, chunk_rows: int = 3) -> Outcome:
    """See :func:`read_bytes`."""
    rows = aside = 0
    good: dict[str, tuple[int, ...]] = {}
    try:
        with CaseReader([path], DIAGNOSES, PROCEDURES, chunk_rows, use=ANY_USE) as reader:
            for raw in reader:
                assert raw.first_row == rows + 1
                encoded = reader.encode(raw)
                defects = encoded.defects
                if "setl_time" in raw.columns:  # lists alone have no result to check
                    defects = join_defects(defects, check(encoded.columns, 1, skip=defects))
                bad = np.unique(defects.row)
                assert not len(bad) or 0 <= bad[0] <= bad[-1] < raw.rows
                found = reader.findings(raw, defects)
                listed, _ = reader.set_aside(raw, defects, [])
                assert [row.row for row in listed] == (bad + raw.first_row).tolist()
                assert {one.row for one in found if REASONS[one.key].effect == "set_aside"} == {r.row for r in listed}
                kept = np.setdiff1d(np.arange(raw.rows), bad)
                for identity, position in zip(
                    reader.text(raw, kept)["setl_id"].to_pylist(), kept.tolist(), strict=True
                ):
                    good[identity] = tuple(int(encoded.columns[name][position]) for name in COMPARED)
                rows += raw.rows
                aside += len(listed)
            assert sum(reader.rows_by_file.values()) == rows
    except UsageError as error:
        return Outcome(_one_sentence(error), 0, {}, 0)
    assert len(good) + aside == rows
    return Outcome("", rows, good, aside)


def _one_sentence(fault: UsageError) -> str:
    assert "\n" not in fault.fact.zh
    assert all((fault.fact.zh, fault.fact.en, fault.advice.zh, fault.advice.en))
    return str(fault)


@cache
def samples() -> dict[str, bytes]:
    """Kind -> the bytes of a small file with the same stays."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = write_csv(folder / "a.csv", STAYS).read_text(encoding="utf-8")
        return {
            "csv": text.encode(),
            "gb18030": text.encode("gb18030"),
            "utf-16": text.encode("utf-16"),
            "quoted": "\n".join(
                ",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()
            ).encode(),
            "gzip": gzip.compress(text.encode(), mtime=0),
            "parquet": write_parquet(folder / "a.parquet", STAYS).read_bytes(),
            "xlsx": workbook(folder / "a.xlsx", cases(*STAYS)).read_bytes(),
            "json": write_lists(folder / "a.json", [message(one) for one in STAYS]).read_bytes(),
        }


HEADER = ",".join(STAY)
