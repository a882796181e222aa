"""An earlier clearing of the same year: what it paid, and what it was cleared from."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.money import parse_yuan
from drgdip.base.provenance import YearRecord, sha256_of_file
from drgdip.base.scaled import parse_scaled
from drgdip.base.text import Text
from drgdip.clearing.year import Key
from drgdip.interface.year_row import YearDifference, YearRow
from drgdip.pipeline.run_folder import RECORD_FILE
from drgdip.pipeline.year.months import Month


class EarlierClearing(NamedTuple):
    """What an earlier clearing came to. finals_fen : by hospital and pool."""

    record: YearRecord
    finals_fen: Mapping[Key, int]

    @property
    def point_values_e4(self) -> dict[str, int]:
        """Settlement point values by pool."""
        return {pool: parse_scaled(value, 4) for pool, value in self.record.point_values.items()}

    def differences(self, rows: Sequence[YearRow]) -> list[YearDifference]:
        """What the new rows post against the earlier ones; a row that only one of them has counts as zero there."""
        now = {(row.hospital_code, row.pool): row.final_fen for row in rows}
        return [
            YearDifference(*key, self.finals_fen.get(key, 0), now.get(key, 0))
            for key in sorted(set(now) | set(self.finals_fen))
        ]


def read_earlier(folder: str | Path, policy_name: str, year: str, months: Sequence[Month]) -> EarlierClearing:
    """Read an earlier clearing, and see that no closed month has changed since.

    Raises UsageError for a folder that is none, is damaged, is of another year or policy, or where a month differs
    from the one that was cleared then.
    """
    path = Path(folder)
    record = _record(path)
    settled_by = record.policy.name.split(" ")[0]
    if record.year != year or settled_by != policy_name:
        raise _unfit(path, Text(f"是 {record.year} 年按政策 {settled_by} 的清算",
                                f"is the clearing of {record.year} under {settled_by}"))  # fmt: skip
    for month in months:
        if record.months.get(month.name) != month.sha256:
            raise UsageError(
                Text(f"{month.name} 的结果({month.path.name})与前次清算所依据的不同。",
                     f"The run of {month.name} ({month.path.name}) is not the one that was cleared before."),
                Text("已关闭的月份不得改写:请恢复原结果,后续变动以 --decisions、--deductions 或 --scores 给出。",
                     "A closed month is never rewritten: restore it, and give what changed by --decisions,"
                     " --deductions or --scores."),
            )  # fmt: skip
    return EarlierClearing(record, _finals(path, record))


def _record(path: Path) -> YearRecord:
    if not (path / RECORD_FILE).is_file():
        raise _unfit(path, Text("不是年终清算的结果文件夹", "is not the folder of an annual clearing"))
    try:
        return YearRecord.model_validate_json((path / RECORD_FILE).read_bytes())
    except ValueError as error:
        raise _unfit(path, Text("不是年终清算的结果,或已损坏", "is no annual clearing, or is damaged")) from error


def _finals(path: Path, record: YearRecord) -> dict[Key, int]:
    file = path / "year.csv"
    try:
        if record.outputs.get(file.name) != sha256_of_file(file):
            raise ValueError(file.name)
        rows = csv.DictReader(StringIO(file.read_text(encoding="utf-8"), newline=""))
        return {(row["fixmedins_code"], row["pool"]): parse_yuan(row["final_yuan"]) for row in rows}
    except (OSError, ValueError, KeyError, csv.Error) as error:
        words = Text("的 year.csv 缺失、损坏或被改动", "has a year.csv that is missing, damaged or changed")
        raise _unfit(path, words) from error


def _unfit(path: Path, what: Text) -> UsageError:
    return UsageError(
        Text(f"--prior {path} {what.zh}。", f"--prior {path} {what.en}."),
        Text("请给出同一年度、同一政策的前次清算结果。",
             "Give the folder of an earlier clearing of this year under this policy."),
    )  # fmt: skip
