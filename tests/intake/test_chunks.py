"""Chunks: what is read does not depend on their size, on the format, or on how rows are spread over files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from drgdip.base.columns import check_columns
from drgdip.intake import TEXT_FIELDS, WRITES
from drgdip.intake.parquet_source import ParquetSource
from drgdip.interface.fields import fields
from tests.intake.sample import as_table, columns_of, reader, seen, stay, write_csv, write_parquet

ROWS = [
    stay(1),
    stay(2, fixmedins_code="H41040100002", hosp_lv="05", oprn_oprt_code="", gend=""),
    stay(3, medfee_sumamt="x"),
    stay(4, diag_code="A01.000|A01.000x005|M80000/0", age="", nwb_age="3", nwb_bir_wt="1499.50"),
    stay(5, fixmedins_code="H41040100002", hosp_lv="08", age="3", nwb_age="7", refd_setl_flag="1"),
    stay(2, hosp_lv="11"),
    stay(7, fixmedins_code="H1", insutype="390", insu_admdvs="320100", icu_hours="0.5"),
    stay(1),
]
COLUMNS = {
    "row_number": [1, 2, 3, 4, 5, 6, 7, 8],
    "hospital_id": [0, 1, 0, 0, 1, 0, 2, 0],
    "hospital_tier": [3, 2, 3, 3, 1, 0, 3, 3],
    "insurance_type": [310, 310, 310, 310, 310, 310, 390, 310],
    "insured_region": [410402] * 6 + [320100, 410402],
    "sex": [2, -1, 2, 2, 2, 2, 2, 2],
    "age_years": [66, 66, 66, 0, 3, 66, 66, 66],
    "age_days": [-1, -1, -1, 3, -1, -1, -1, -1],
    "birth_weight_g": [-1, -1, -1, 1499, -1, -1, -1, -1],
    "icu_hours": [12, 12, 12, 12, 12, 12, 0, 12],
    "refunded": [0, 0, 0, 0, 1, 0, 0, 0],
    "admission_time_s": [1_767_342_600] * 8,
    "discharge_time_s": [1_767_952_800] * 8,
    "settlement_time_s": [1_767_957_330] * 8,
    "length_of_stay_days": [7] * 8,
    "diagnosis_offset": [0, 2, 4, 6, 9, 11, 13, 15, 17],
    "diagnosis_id": [4, 3, 4, 3, 4, 3, 0, 1, 5, 4, 3, 4, 3, 4, 3, 4, 3],
    "procedure_offset": [0, 2, 2, 4, 6, 8, 10, 12, 14],
    "procedure_id": [0, 2] * 7,
    "total_cost_fen": [100_000, 100_000, 0, 100_000, 100_000, 100_000, 100_000, 100_000],
    "in_scope_fen": [70_000] * 8,
    "medical_aid_fund_fen": [5_000] * 8,
}
FOUND = [
    (2, "setl_id", "S2", "conflicting_setl_id"),
    (3, "medfee_sumamt", "x", "wrong_type"),
    (6, "setl_id", "S2", "conflicting_setl_id"),
    (8, "setl_id", "S1", "duplicate_setl_id"),
]


def joined(chunks: Sequence[dict[str, np.ndarray]]) -> dict[str, list[int]]:
    """Chunks put together again, offsets counted on."""
    whole: dict[str, list[int]] = {}
    for column in WRITES:
        parts = [chunk[column.name] for chunk in chunks]
        if column.dims == "offset":
            whole[column.name] = [0, *np.cumsum(np.concatenate([np.diff(part) for part in parts])).tolist()]
        else:
            whole[column.name] = np.concatenate(parts).tolist()
    return whole


def as_text_table() -> pa.Table:
    return as_table(ROWS, **dict.fromkeys(fields(), pa.string()))


@pytest.fixture(params=["csv", "parquet", "groups", "dictionary", "large", "frame"])
def cases(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The same rows as CSV, Parquet, Parquet in row groups of three, and tables of other kinds of text."""
    if request.param == "csv":
        return write_csv(tmp_path / "cases.csv", ROWS)
    if request.param == "parquet":
        return write_parquet(tmp_path / "cases.parquet", ROWS, medfee_sumamt=pa.string())
    table = as_text_table()
    if request.param == "groups":
        pq.write_table(table, tmp_path / "cases.parquet", row_group_size=3)
        return tmp_path / "cases.parquet"
    if request.param == "frame":
        return table.to_pandas()
    kind = pa.dictionary(pa.int16(), pa.string()) if request.param == "dictionary" else pa.large_string()
    return pa.table({name: table[name].cast(kind) for name in table.column_names})


@pytest.mark.parametrize("chunk_rows", [1, 3, 7, 100])
def test_columns_and_findings(cases: Any, chunk_rows: int) -> None:
    chunks = columns_of(cases, chunk_rows=chunk_rows)
    whole = joined(chunks)

    assert {name: whole[name] for name in COLUMNS} == COLUMNS
    assert seen(cases, chunk_rows=chunk_rows) == FOUND
    for chunk in chunks:
        check_columns(WRITES, chunk, "intake")


def test_hospitals_are_listed_in_the_order_of_the_input(cases: Any) -> None:
    for chunk_rows in (1, 100):
        with reader(cases, chunk_rows=chunk_rows) as read:
            list(read)
            assert list(read.hospitals) == ["H41040100001", "H41040100002", "H1"]


@pytest.mark.parametrize("chunk_rows", [1, 3, 100])
def test_text_is_handed_through(cases: Any, chunk_rows: int) -> None:
    text: dict[str, list[Any]] = {name: [] for name in TEXT_FIELDS}
    with reader(cases, chunk_rows=chunk_rows) as read:
        for raw in read:
            for name, column in read.text(raw, np.arange(raw.rows)).items():
                text[name] += column.to_pylist()

    assert text == {name: [row[name] or None for row in ROWS] for name in TEXT_FIELDS}


def test_text_of_some_rows_without_blanks_around_it(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "cases.csv", [stay(1), stay(2, fixmedins_code=" H9 ", psn_no="  ", setl_id=" S2")])

    with reader(path) as read:
        raw = next(iter(read))
        text = read.text(raw, np.array([1]))
        assert list(read.hospitals) == ["H41040100001", "H9"]
    assert {name: text[name].to_pylist() for name in ("setl_id", "psn_no", "fixmedins_code")} == {
        "setl_id": ["S2"],
        "psn_no": [None],
        "fixmedins_code": ["H9"],
    }


def test_several_files_count_their_own_rows(tmp_path: Path) -> None:
    one = write_csv(tmp_path / "one.csv", ROWS[:3])
    two = write_parquet(tmp_path / "two.parquet", ROWS[3:])

    with reader(one, two, chunk_rows=2) as read:
        chunks = list(read)
        assert [(raw.file, raw.first_row, raw.rows) for raw in chunks] == [
            ("one.csv", 1, 2), ("one.csv", 3, 1), ("two.parquet", 1, 2), ("two.parquet", 3, 2), ("two.parquet", 5, 1),
        ]  # fmt: skip
        assert read.rows_by_file == {str(one): 3, str(two): 5}
        assert list(read.hospitals) == ["H41040100001", "H41040100002", "H1"]


def test_rows_that_are_not_settled_are_listed(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "cases.csv", [stay(1), stay(2, medfee_sumamt="x", gend="7"), stay(3), stay(4)])

    with reader(path) as read:
        raw = next(iter(read))
        rows, no_pool = read.set_aside(raw, read.encode(raw).defects, [(3, 222), (2, 224)])
    assert [tuple(row) for row in rows] == [
        ("cases.csv", 2, "S2", "H41040100001", "310", "x", ("wrong_type", "unknown_code")),
        ("cases.csv", 3, "S3", "H41040100001", "310", "1000.00", ("no_pool",)),
        ("cases.csv", 4, "S4", "H41040100001", "310", "1000.00", ("refunded",)),
    ]
    assert [tuple(found) for found in no_pool] == [("cases.csv", 3, "S3", "insutype", "310", "no_pool")]


@pytest.mark.parametrize(
    ("chunk_rows", "sizes"), [(3, [3, 3, 3, 1]), (6, [6, 4]), (7, [6, 4]), (2, [2, 1, 2, 1, 2, 1, 1])]
)
def test_row_groups_are_read_whole_where_they_fit(tmp_path: Path, chunk_rows: int, sizes: list[int]) -> None:
    pq.write_table(pa.table({"setl_id": [str(row) for row in range(10)]}), tmp_path / "c.parquet", row_group_size=3)
    tables = [piece.table for piece in ParquetSource(tmp_path / "c.parquet").read(["setl_id"], chunk_rows)]

    assert [table.num_rows for table in tables] == sizes
    assert pa.concat_tables(tables)["setl_id"].to_pylist() == [str(row) for row in range(10)]
