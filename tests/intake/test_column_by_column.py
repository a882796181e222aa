"""A Parquet file that is read column by column has the cells of one that is read as a whole."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from drgdip.base.errors import UsageError
from drgdip.intake.parquet_source import Groups, ParquetSource

TABLE = pa.table({"feedetl_sn": ["1", None, "3", "4", "5"], "cnt": [1, 2, 3, 4, None], "bilg_dr_codg": list("abcde")})


def source(path: Path) -> ParquetSource:
    found = ParquetSource(path)
    found.repeating, found.by_column = frozenset(found.columns), True
    return found


@pytest.mark.parametrize("chunk", [2, 3, 4, 9])
def test_pieces_have_the_cells_of_the_file(tmp_path: Path, chunk: int) -> None:
    path = tmp_path / "fee_lines.parquet"
    pq.write_table(TABLE, path, row_group_size=2)
    names = ["cnt", "feedetl_sn", "absent"]
    pieces = [piece.table for piece in source(path).read(names, chunk)]

    assert all(isinstance(piece, Groups) and piece.column_names == names[:2] for piece in pieces)
    assert [piece.num_rows for piece in pieces] == {2: [2, 2, 1], 3: [2, 3], 4: [4, 1], 9: [5]}[chunk]
    for name in names[:2]:
        assert [cell for piece in pieces for cell in piece[name].to_pylist()] == TABLE[name].to_pylist()


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    path = tmp_path / "fee_lines.parquet"
    pq.write_table(TABLE, path)
    (piece,) = source(path).read(["feedetl_sn", "bilg_dr_codg"], 9)
    named = piece.table.rename_columns(["line", "doctor"])

    assert [named[name].to_pylist() for name in ("doctor", "line", "line")] == [
        list("abcde"), TABLE["feedetl_sn"].to_pylist(), TABLE["feedetl_sn"].to_pylist(),
    ]  # fmt: skip


def test_row_groups_beyond_a_piece_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "fee_lines.parquet"
    pq.write_table(TABLE, path)
    pieces = [piece.table for piece in source(path).read(["cnt"], 2)]

    assert [piece["cnt"].to_pylist() for piece in pieces] == [[1, 2], [3, 4], [None]]


def test_damage_is_told(tmp_path: Path) -> None:
    path = tmp_path / "fee_lines.parquet"
    pq.write_table(TABLE, path, compression="zstd")
    content = path.read_bytes()
    path.write_bytes(content[:4] + bytes(200) + content[204:])
    (piece,) = source(path).read(["feedetl_sn"], 9)

    with pytest.raises(UsageError, match=r"fee_lines\.parquet"):
        piece.table["feedetl_sn"]
