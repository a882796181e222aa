"""Repeated settlement IDs: exact, over all files, and never by a collision of hashes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from drgdip.base.reasons import reason
from drgdip.intake import CaseReader, duplicates, source
from drgdip.intake.buffers import cells
from drgdip.intake.cell_kernels import hash_ids
from drgdip.interface.fields import fields
from tests.intake.sample import DIAGNOSES, PROCEDURES, as_table, findings, seen, stay, write_csv, write_parquet


def repeated(*paths: Path, chunk_rows: int = 100_000) -> list[tuple[str, int, str]]:
    found = findings(*paths, chunk_rows=chunk_rows)
    return [(f.file, f.row, f.key) for f in found if f.key.endswith("_setl_id")]


def test_of_identical_rows_the_first_stands(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "c.csv", [stay(1), stay(2), stay(1), stay(1)])

    for chunk_rows in (1, 2, 100):
        assert repeated(path, chunk_rows=chunk_rows) == [
            ("c.csv", 3, "duplicate_setl_id"),
            ("c.csv", 4, "duplicate_setl_id"),
        ]


def test_of_rows_that_differ_none_stands(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "c.csv", [stay(1), stay(1), stay(1, dscg_caty="A05"), stay(2)])

    assert repeated(path) == [("c.csv", row, "conflicting_setl_id") for row in (1, 2, 3)]


@pytest.mark.parametrize("field", ["psn_no", "oth_pay", "diag_code", "adm_time"])
def test_a_difference_in_any_known_field_is_a_conflict(tmp_path: Path, field: str) -> None:
    other = {"psn_no": "P2", "oth_pay": "3.000", "diag_code": "K35.300", "adm_time": "2026-01-02 08:30:01"}[field]

    assert len(repeated(write_csv(tmp_path / "c.csv", [stay(1), stay(1, **{field: other})]))) == 2


def test_columns_that_are_not_known_do_not_count(tmp_path: Path) -> None:
    columns = [*stay(), "note"]
    path = write_csv(tmp_path / "c.csv", [stay(1, note="a"), stay(1, note="b")], columns)

    assert repeated(path) == [("c.csv", 2, "duplicate_setl_id")]


def test_over_files_and_formats(tmp_path: Path) -> None:
    one = write_csv(tmp_path / "1.csv", [stay(1), stay(2), stay(3)])
    two = write_parquet(tmp_path / "2.parquet", [stay(4), stay(2, psn_no="P9")])
    three = write_csv(tmp_path / "3.csv", [stay(3)])

    assert repeated(one, two, three, chunk_rows=2) == [
        ("1.csv", 2, "conflicting_setl_id"),
        ("2.parquet", 2, "conflicting_setl_id"),
        ("3.csv", 1, "duplicate_setl_id"),
    ]


def test_blanks_around_an_id_do_not_count_but_letters_do(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "c.csv", [stay(setl_id="a1"), stay(setl_id=" a1 "), stay(setl_id="A1"), stay(setl_id="a1 0")]
    )

    assert repeated(path) == [("c.csv", 1, "conflicting_setl_id"), ("c.csv", 2, "conflicting_setl_id")]


def test_empty_ids_and_malformed_rows_are_not_each_others_duplicates(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "c.csv", [stay(setl_id=""), stay(setl_id=" "), stay(1)])
    path.write_text(path.read_text(encoding="utf-8") + "1,2\n3,4\n", encoding="utf-8")

    assert repeated(path) == []
    assert [(row, key) for row, _, _, key in seen(path)] == [
        (1, "missing_value"), (2, "missing_value"), (4, "malformed_row"), (5, "malformed_row"),
    ]  # fmt: skip


@pytest.mark.parametrize("row_group_size", [1, 2, 3, 100])
def test_over_row_groups_of_parquet(tmp_path: Path, row_group_size: int) -> None:
    rows = [stay(1), stay(2), stay(3), stay(1), stay(2, dscg_caty="A05"), stay(4), stay(3)]
    pq.write_table(as_table(rows), tmp_path / "c.parquet", row_group_size=row_group_size)

    for threads in (1, 2, 3):
        with CaseReader([tmp_path / "c.parquet"], DIAGNOSES, PROCEDURES, 2, threads) as read:
            found = [
                (raw.first_row + row, reason(why).key) for raw in read for row, _, why in zip(*raw.known, strict=True)
            ]
        assert found == [
            (2, "conflicting_setl_id"), (4, "duplicate_setl_id"), (5, "conflicting_setl_id"), (7, "duplicate_setl_id"),
        ]  # fmt: skip


def test_repeated_rows_are_looked_at_a_few_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [stay(1), stay(2), stay(3), stay(1), stay(2, dscg_caty="A05"), stay(4), stay(3), stay(3)]
    paths = [
        write_parquet(tmp_path / "a.parquet", rows),
        write_csv(tmp_path / "b.csv", [stay(5), stay(6), stay(5), stay(5)]),
    ]
    whole = repeated(*paths)

    assert whole == [
        ("a.parquet", 2, "conflicting_setl_id"), ("a.parquet", 4, "duplicate_setl_id"),
        ("a.parquet", 5, "conflicting_setl_id"), ("a.parquet", 7, "duplicate_setl_id"),
        ("a.parquet", 8, "duplicate_setl_id"), ("b.csv", 3, "duplicate_setl_id"), ("b.csv", 4, "duplicate_setl_id"),
    ]  # fmt: skip
    for most in (1, 2, 3):
        monkeypatch.setattr(source, "_MOST_AT_ONCE", most)
        assert repeated(*paths, chunk_rows=2) == whole


def test_columns_under_another_name(tmp_path: Path) -> None:
    rows = [stay(1), stay(2), stay(1), stay(2, psn_no="P9")]
    field = next(field for field in fields().values() if field.aliases and field.name != "setl_id")
    table = as_table(rows)
    names = [field.aliases[0] if name == field.name else name for name in table.column_names]
    pq.write_table(table.rename_columns(names), tmp_path / "c.parquet", row_group_size=1)

    for cases in (tmp_path / "c.parquet", table):
        assert [(f.row, f.key) for f in findings(cases, chunk_rows=3) if f.key.endswith("_setl_id")] == [
            (2, "conflicting_setl_id"), (3, "duplicate_setl_id"), (4, "conflicting_setl_id"),
        ]  # fmt: skip


def test_what_a_float_stands_for_does_not_depend_on_the_rows_beside_it(tmp_path: Path) -> None:
    rows = [stay(1, act_ipt_days=3.0), stay(2, act_ipt_days=2.5), stay(1, act_ipt_days=3.0), stay(2, act_ipt_days=2.5)]
    path = write_parquet(tmp_path / "c.parquet", rows, act_ipt_days=pa.float64())

    for chunk_rows in (1, 2, 3, 100):
        assert repeated(path, chunk_rows=chunk_rows) == [
            ("c.parquet", 3, "duplicate_setl_id"), ("c.parquet", 4, "duplicate_setl_id"),
        ]  # fmt: skip


def test_ids_stored_as_numbers(tmp_path: Path) -> None:
    rows = [stay(setl_id=7), stay(setl_id=8), stay(setl_id=7)]

    assert repeated(write_parquet(tmp_path / "c.parquet", rows, setl_id=pa.int64())) == [
        ("c.parquet", 3, "duplicate_setl_id")
    ]


def test_colliding_hashes_set_nothing_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "hash_ids", lambda data, start, end: np.zeros(len(start), dtype=np.int64))
    path = write_csv(tmp_path / "c.csv", [stay(1), stay(2), stay(3), stay(2)])

    assert repeated(path) == [("c.csv", 4, "duplicate_setl_id")]


def test_hashes_differ() -> None:
    ids = [f"410400202601{number:012d}" for number in range(20_000)] + ["", " ", "a", "b", "ab", "ba"]
    hashes = hash_ids(*cells(pa.array(ids)))

    assert hashes[20_000:20_002].tolist() == [-1, -1]
    assert len(np.unique(hashes)) == len(ids) - 1
    assert (hashes[:20_000] >= 0).all()
