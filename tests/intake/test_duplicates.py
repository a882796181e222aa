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
    other = {"psn_no": "P2", "oth_pay": "3.01", "diag_code": "K35.300", "adm_time": "2026-01-02 08:30:01"}[field]

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


#: Types of the columns of a Parquet file, beside decimals and timestamps, and the same stay as another program writes it.
STORED = {"act_ipt_days": pa.int32(), "age": pa.float64(), "gend": pa.int8(), "hosp_lv": pa.int64(), "acct_pay": pa.float64(),
          "insutype": pa.dictionary(pa.int8(), pa.string())}  # fmt: skip
WRITTEN = {
    "acct_pay": "200", "cvlserv_pay": "10.0", "adm_time": "2026/1/2 8:30", "dscg_time": "20260109100000",
    "setl_time": "2026-01-09T11:15:30", "diag_code": " K35.300 | i63.900 |", "age": "66.0", "icu_hours": "12.00",
    "med_type": " 21 ", "dscg_way": "01",
}  # fmt: skip


@pytest.mark.parametrize("first", ["csv", "parquet"])
def test_equal_values_are_equal_in_whatever_form(tmp_path: Path, first: str) -> None:
    typed = write_parquet(tmp_path / "c.parquet", [stay(1)], **STORED)
    text = write_csv(tmp_path / "c.csv", [stay(1, **WRITTEN)])
    again = "c.parquet" if first == "csv" else "c.csv"

    for name, cell in WRITTEN.items():
        other = write_csv(tmp_path / "one.csv", [stay(1, **{name: cell})])
        assert repeated(typed, other) == [("one.csv", 1, "duplicate_setl_id")], name
    assert repeated(*((text, typed) if first == "csv" else (typed, text))) == [(again, 1, "duplicate_setl_id")]


@pytest.mark.parametrize(
    ("field", "cell"),
    [("acct_pay", "200.01"), ("acct_pay", ""), ("acct_pay", "二百"), ("adm_time", "2026-01-02 08:30:01"), ("age", "66.1"),
     ("icu_hours", "12.01"), ("gend", "1"), ("gend", "x2"), ("diag_code", "K35.300"), ("diag_code", "|K35.300|I63.900"),
     ("diag_code", "I63.900|K35.300"), ("psn_no", "p1"), ("dscg_caty", "A 04")],
)  # fmt: skip
def test_values_that_differ_conflict_in_whatever_form(tmp_path: Path, field: str, cell: str) -> None:
    typed = write_parquet(tmp_path / "c.parquet", [stay(1)], **STORED)
    other = write_csv(tmp_path / "c.csv", [stay(1, **{field: cell})])

    assert repeated(typed, other) == [("c.parquet", 1, "conflicting_setl_id"), ("c.csv", 1, "conflicting_setl_id")]


def test_an_absent_column_counts_as_empty_and_not_as_zero(tmp_path: Path) -> None:
    columns = [name for name in stay() if name != "oth_pay"]
    for value, key in (("", "duplicate_setl_id"), ("0", "conflicting_setl_id")):
        with_it = write_csv(tmp_path / "1.csv", [stay(1, oth_pay=value)])
        without = write_csv(tmp_path / "2.csv", [stay(1)], columns)
        assert {found[2] for found in repeated(with_it, without)} == {key}


def test_what_cannot_be_read_is_equal_as_written(tmp_path: Path) -> None:
    same = write_csv(tmp_path / "1.csv", [stay(1, acct_pay="二百"), stay(1, acct_pay=" 二百")])
    other = write_csv(tmp_path / "2.csv", [stay(1, acct_pay="二百"), stay(1, acct_pay="2百")])

    assert repeated(same) == [("1.csv", 2, "duplicate_setl_id")]
    assert [key for _, _, key in repeated(other)] == ["conflicting_setl_id"] * 2


def test_blanks_around_an_id_do_not_count_but_letters_do(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "c.csv", [stay(setl_id="a1"), stay(setl_id=" a1 "), stay(setl_id="A1"), stay(setl_id="a1 0")]
    )

    assert repeated(path) == [("c.csv", 2, "duplicate_setl_id")]


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


@pytest.mark.parametrize(("kind", "first_lost"), [(pa.float64(), 2**53), (pa.float32(), 2**24)])
def test_ids_stored_as_fractions_are_refused_where_digits_may_be_lost(
    tmp_path: Path, kind: pa.DataType, first_lost: int
) -> None:
    rows = [stay(1, psn_no=float(first_lost - 1)), stay(2, psn_no=float(first_lost)), stay(3, psn_no=None)]

    for cases in (write_parquet(tmp_path / "c.parquet", rows, psn_no=kind), as_table(rows, psn_no=kind)):
        assert [found[:2] + found[3:] for found in seen(cases)] == [(2, "psn_no", "digits_lost")]


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
