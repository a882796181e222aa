"""cases.parquet, read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from drgdip.base.columns import Column
from drgdip.statement import CasesWriter

COLUMNS = (
    Column("setl_id", "text", "id", "结算ID", "settlement ID"),
    Column("fixmedins_code", "category", "code", "定点医疗机构编号", "hospital"),
    Column("payable_fen", "int64", "fen", "应付基金", "payable", "Settlement arithmetic 4.2"),
    Column("deviation_band", "int16", "reason", "费用区间", "cost band"),
)


def _batch(first: int, rows: int) -> dict[str, object]:
    return {
        "setl_id": pa.array([f"S{place}" for place in range(first, first + rows)]),
        "fixmedins_code": pa.array([f"H{place % 7}" for place in range(first, first + rows)]).dictionary_encode(),
        "payable_fen": np.arange(first, first + rows, dtype=np.int64) * 10_000_000_019 - 10**12,
        "deviation_band": np.full(rows, 511, dtype=np.int16),
    }


def _write(path: Path, sizes: list[int]) -> None:
    with CasesWriter(path, COLUMNS) as writer:
        first = 0
        for size in sizes:
            writer.append(_batch(first, size))
            first += size


def test_values_and_words_come_back(tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    _write(path, [3, 4])
    table = parquet.read_table(path)
    assert table["payable_fen"].to_pylist() == [place * 10_000_000_019 - 10**12 for place in range(7)]
    assert table["fixmedins_code"].to_pylist() == [f"H{place}" for place in range(7)]
    assert table["setl_id"][6].as_py() == "S6"
    assert table.schema.field("payable_fen").metadata == {
        b"unit": b"fen", b"zh": "应付基金".encode(), b"en": b"payable", b"source": b"Settlement arithmetic 4.2",
    }  # fmt: skip


def test_row_groups_do_not_follow_batches(tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    _write(path, [70_000, 50_000, 230_001])
    file = parquet.ParquetFile(path)
    assert [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)] == [100_000] * 3 + [50_001]
    assert file.read(columns=["setl_id"])["setl_id"].to_pylist() == [f"S{place}" for place in range(350_001)]


def test_same_cases_same_bytes(tmp_path: Path) -> None:
    _write(tmp_path / "a.parquet", [60_000, 60_000])
    _write(tmp_path / "b.parquet", [60_000, 60_000])
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_text_may_come_in_either_form(tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    batch = _batch(0, 2)
    batch["setl_id"] = pa.array(["S0", None]).dictionary_encode()
    batch["fixmedins_code"] = pa.chunked_array([["H0"], ["H1"]])
    with CasesWriter(path, COLUMNS) as writer:
        writer.append(batch)
    assert parquet.read_table(path)["setl_id"].to_pylist() == ["S0", None]
    assert parquet.read_table(path)["fixmedins_code"].to_pylist() == ["H0", "H1"]


def test_times_and_flags(tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    columns = (Column("settlement_time_s", "timestamp[s]", "s", "", ""), Column("refunded", "bool", "flag", "", ""))
    seconds = pa.array([0, 1_767_225_600]).cast(pa.timestamp("s"))
    with CasesWriter(path, columns) as writer:
        writer.append({"settlement_time_s": seconds, "refunded": np.array([True, False])})
    table = parquet.read_table(path)
    assert [str(time) for time in table["settlement_time_s"].to_pylist()] == [
        "1970-01-01 00:00:00",
        "2026-01-01 00:00:00",
    ]
    assert table["refunded"].to_pylist() == [True, False]


def test_no_cases_give_an_empty_table(tmp_path: Path) -> None:
    _write(tmp_path / "cases.parquet", [])
    assert parquet.read_table(tmp_path / "cases.parquet").num_rows == 0


def test_wrong_dtypes_are_refused(tmp_path: Path) -> None:
    batch = _batch(0, 2) | {"payable_fen": np.array([1.0, 2.0])}
    with CasesWriter(tmp_path / "cases.parquet", COLUMNS) as writer, pytest.raises(TypeError, match="payable_fen"):
        writer.append(batch)
    with pytest.raises(TypeError, match="more than one value"):
        CasesWriter(tmp_path / "x.parquet", [Column("diagnosis_id", "int32", "id", "", "", dims="flat")])
