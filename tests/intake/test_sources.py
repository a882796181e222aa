"""Files as people make them: byte order marks, line ends, quotes, broken rows, and what is no case file at all."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from drgdip.base.errors import UsageError
from tests.intake.sample import STAY, as_table, columns_of, reader, seen, stay, write_csv, write_parquet
from tests.lanes import PLAIN

HEADER = ",".join(STAY)
ROW = ",".join(STAY.values())
#: More rows than are searched for a quote at once; read as plain Python they would take a minute.
MANY_ROWS = 1_000 if PLAIN else 20_000


def csv_file(folder: Path, content: str | bytes) -> Path:
    path = folder / "cases.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_byte_order_mark(tmp_path: Path, end: str, mark: str, last: bool) -> None:
    path = csv_file(tmp_path, mark + HEADER + end + ROW + end + ROW.replace("S1", "S2") + (end if last else ""))

    columns = columns_of(path)[0]
    assert seen(path) == []
    assert columns["row_number"].tolist() == [1, 2]
    assert columns["cash_paid_fen"].tolist() == [24000, 24000]


def test_quoted_cells_may_hold_anything(tmp_path: Path) -> None:
    rows = [stay(1, dscg_caty='内科,"一"病区\n二楼'), stay(2, medfee_sumamt="x")]
    path = write_csv(tmp_path / "cases.csv", rows)

    assert '"内科,""一""病区\n二楼"' in path.read_text(encoding="utf-8")
    assert seen(path) == [(2, "medfee_sumamt", "x", "wrong_type")]
    with reader(path) as read:
        raw = next(iter(read))
        assert read.text(raw, columns_of(path)[0]["row_number"] - 1)["dscg_caty"].to_pylist() == [
            '内科,"一"病区\n二楼',
            "A04",
        ]


def test_quoted_amounts_and_quoted_nothing(tmp_path: Path) -> None:
    quoted = ",".join(f'"{cell}"' for cell in STAY.values())

    assert seen(csv_file(tmp_path, f"{HEADER}\n{quoted}\n")) == []


def test_malformed_rows_are_counted_where_they_stand(tmp_path: Path) -> None:
    lines = [
        HEADER,
        "1,2,3",
        ROW,
        ROW.replace("S1", "S2") + ",4",
        "",
        ROW.replace("S1", "S3").replace("1000.00", "x"),
        "8,9",
    ]
    path = csv_file(tmp_path, "\n".join(lines) + "\n")
    expected = [
        (1, "", "1,2,3", "malformed_row"),
        (3, "", lines[3][:200], "malformed_row"),
        (4, "medfee_sumamt", "x", "wrong_type"),
        (5, "", "8,9", "malformed_row"),
    ]

    for chunk_rows in (1, 2, 3, 100):
        assert seen(path, chunk_rows=chunk_rows) == expected
        with reader(path, chunk_rows=chunk_rows) as read:
            assert sum(raw.rows for raw in read) == 5
            assert read.rows_by_file == {str(path): 5}


def test_nothing_but_malformed_rows(tmp_path: Path) -> None:
    path = csv_file(tmp_path, HEADER + "\n1,2\n3,4\n")

    assert [(row, key) for row, _, _, key in seen(path)] == [(1, "malformed_row"), (2, "malformed_row")]


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    for content in (HEADER, HEADER + "\n", "\ufeff" + HEADER + "\r\n"):
        path = csv_file(tmp_path, content)
        with reader(path) as read:
            assert list(read) == []
            assert read.rows_by_file == {str(path): 0}
    assert seen(write_parquet(tmp_path / "cases.parquet", [])) == []


def test_header_names_are_trimmed(tmp_path: Path) -> None:
    assert seen(csv_file(tmp_path, HEADER.replace("setl_id", " setl_id ") + "\n" + ROW + "\n")) == []


def test_unknown_and_absent_columns_are_noticed_once(tmp_path: Path) -> None:
    columns = [*(name for name in STAY if name not in ("oth_pay", "gend")), "drug_fee", "科室名称"]
    path = write_csv(tmp_path / "cases.csv", [stay(1, hosp_part_amt="10.00"), stay(2, hosp_part_amt="10.00")], columns)

    assert seen(path) == []
    with reader(path) as read:
        assert [(found.row, found.value, found.key) for found in read.file_findings] == [
            (0, "drug_fee, 科室名称", "unknown_column"),
            (0, "gend, oth_pay", "optional_column_absent"),
        ]
    assert columns_of(path)[0]["other_payers_fen"].tolist() == [0, 0]
    assert columns_of(path)[0]["sex"].tolist() == [-1, -1]


def test_every_optional_column_may_be_absent(tmp_path: Path) -> None:
    from drgdip.interface.fields import required_fields

    row = stay(1, medfee_sumamt="990.00", inscp_scp_amt="690.00", hifp_pay="550.00")
    path = write_csv(tmp_path / "cases.csv", [row], required_fields())
    columns = columns_of(path)[0]

    assert seen(path) == []
    assert {name: columns[name].tolist() for name in ("refunded", "medical_type", "age_years", "birth_weight_g", "maf_pay") if name in columns} == {
        "refunded": [0], "medical_type": [-1], "age_years": [-1], "birth_weight_g": [-1],
    }  # fmt: skip
    assert columns["procedure_id"].tolist() == []
    assert columns["procedure_offset"].tolist() == [0, 0]


def refusal(*cases: object) -> UsageError:
    with pytest.raises(UsageError) as caught:
        for _ in reader(*cases):
            pass
    assert caught.value.fact.zh
    assert caught.value.advice.zh
    return caught.value


def test_required_columns_are_missing(tmp_path: Path) -> None:
    fact = refusal(csv_file(tmp_path, HEADER.replace("setl_id", "id").replace("hifp_pay", "fund") + "\n")).fact

    assert fact.zh.endswith("缺少必填列:setl_id, hifp_pay。")


def test_a_column_stands_twice(tmp_path: Path) -> None:
    assert "acct_pay" in refusal(csv_file(tmp_path, HEADER + ",acct_pay\n" + ROW + ",1\n")).fact.en
    table = as_table([stay()])
    pq.write_table(table.append_column("acct_pay", table["acct_pay"]), tmp_path / "twice.parquet")
    assert "acct_pay" in refusal(tmp_path / "twice.parquet").fact.en


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 an archive",
        b"\xd0\xcf\x11\xe0 an old workbook",
        gzip.compress(HEADER.encode())[:-9],
        b"\x28\xb5\x2f\xfd no more",
        gzip.compress(gzip.compress(HEADER.encode())),
        HEADER.encode("utf-16-le"),
        b"PAR1 broken",
        b"PAR1\xff\xff\xff\x7fPAR1",
        b"\x00\x01\x02",
        b'"never closed',
    ],
    ids=[
        "empty",
        "zip",
        "xls",
        "gzip",
        "zstd",
        "twice",
        "utf-16",
        "parquet",
        "footer",
        "binary",
        "quote",
    ],
)
def test_no_case_file_at_all(tmp_path: Path, content: bytes) -> None:
    assert "cases.csv" in refusal(csv_file(tmp_path, content)).fact.en


@pytest.mark.parametrize("content", ['{"infno":"4101","input":', '{"a":' * 10_000 + "1" + "}" * 10_000, "[" * 1_000])
def test_lists_of_which_none_can_be_read(tmp_path: Path, content: str) -> None:
    path = tmp_path / "lists.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(UsageError, match=r"no list in lists\.json that can be read"):
        seen(path)


def test_no_file(tmp_path: Path) -> None:
    assert "none.csv" in refusal(tmp_path / "none.csv").fact.en
    assert refusal(tmp_path).exit_code == 2


@pytest.mark.parametrize("rows_after", [1, MANY_ROWS])
def test_a_quote_that_is_never_closed_spoils_its_row(tmp_path: Path, rows_after: int) -> None:
    rows = "".join(ROW.replace("S1", f"T{number}") + "\n" for number in range(rows_after))
    path = csv_file(tmp_path, f'{HEADER}\n{ROW}\n"{ROW}\n{rows}')

    assert [(row, key) for row, _, _, key in seen(path)] == [(2, "open_quote")]
    assert sum(len(columns["row_number"]) for columns in columns_of(path)) == 2 + rows_after


@pytest.mark.parametrize("between", [1, MANY_ROWS])
def test_a_quote_that_closes_in_a_later_row_spoils_both(tmp_path: Path, between: int) -> None:
    rows = "".join(ROW.replace("S1", f"T{number}") + "\n" for number in range(between))
    path = csv_file(tmp_path, f'{HEADER}\n{ROW}\n"{ROW}\n{rows}"{ROW}\n')

    assert [(row, key) for row, _, _, key in seen(path)] == [(2, "open_quote"), (3 + between, "open_quote")]


def test_a_malformed_row_may_hold_a_line_break(tmp_path: Path) -> None:
    path = csv_file(tmp_path, f'{HEADER}\n"a\nb",2\n{ROW}\n')

    assert seen(path) == [(1, "", '"a\nb",2', "malformed_row")]


def test_a_header_may_hold_a_line_break(tmp_path: Path) -> None:
    assert seen(csv_file(tmp_path, f'{HEADER},"出院\n科室"\n{ROW},x\n')) == []


def test_nested_columns_are_refused(tmp_path: Path) -> None:
    table = as_table([stay()]).drop_columns("diag_code").append_column("diag_code", pa.array([["A01.000"]]))
    pq.write_table(table, tmp_path / "cases.parquet")

    assert "cases.parquet" in refusal(tmp_path / "cases.parquet").fact.en


def test_tables_and_frames_in_memory() -> None:
    table = as_table([stay(1), stay(2, medfee_sumamt="1.00")])
    frame = pd.DataFrame([stay(1), stay(2, medfee_sumamt="x")])

    assert [key for *_, key in seen(table)] == ["cost_identity_broken", "payer_identity_broken"]
    assert seen(frame) == [(2, "medfee_sumamt", "x", "wrong_type")]
    with reader(table, frame) as read:
        assert [raw.file for raw in read] == ["table 1", "table 2"]
