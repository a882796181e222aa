"""Quotes that are not by the book, and rows that are too long: what is around them is read."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.errors import UsageError
from drgdip.intake import csv_repair, csv_scan, csv_source
from drgdip.intake.csv_repair import cut
from drgdip.intake.csv_scan import scan
from drgdip.intake.csv_source import CsvSource
from tests.intake.sample import STAY, seen, stay

HEADER = ",".join(STAY)


def row(number: int, **changes: str) -> str:
    return ",".join(stay(number, **changes).values())


def csv_file(folder: Path, *lines: str, end: str = "\n") -> Path:
    path = folder / "cases.csv"
    path.write_text("".join(line + end for line in (HEADER, *lines)), encoding="utf-8", newline="")
    return path


def rows_of(
    path: Path, fields: tuple[str, ...] = ("setl_id", "dscg_caty"), chunk_rows: int = 3
) -> list[tuple[str, ...]]:
    return [
        tuple((cell or b"").decode("utf-8", "replace") for cell in cells)
        for piece in CsvSource(path, known=STAY).read(fields, chunk_rows)
        for cells in zip(*(piece.table[name].to_pylist() for name in fields), strict=True)
    ]


def test_a_lone_quote_at_the_beginning_of_a_cell(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(1), row(2, dscg_caty='"内科'), row(3), row(4))

    assert seen(path) == [(2, "", row(2, dscg_caty='"内科')[:200], "open_quote")]
    assert rows_of(path) == [("S1", "A04"), ("", ""), ("S3", "A04"), ("S4", "A04")]


def test_a_quote_within_a_cell_is_a_sign_like_others(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(1, dscg_caty='5"病区'), row(2, dscg_caty='内科"一"'))

    assert seen(path) == []
    assert rows_of(path) == [("S1", '5"病区'), ("S2", '内科"一"')]


def test_something_after_a_closing_quote(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(1, dscg_caty='"内"科'), row(2))

    assert [(line, key) for line, _, _, key in seen(path)] == [(1, "malformed_row")]
    assert rows_of(path)[1] == ("S2", "A04")


def test_two_lone_quotes_some_rows_apart(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(1, dscg_caty='"内科'), row(2), row(3), row(4, fixmedins_code='"H1'), row(5))

    assert [(line, key) for line, _, _, key in seen(path)] == [(1, "open_quote"), (4, "open_quote")]
    assert [cells[0] for cells in rows_of(path)] == ["S1"[:0], "S2", "S3", "", "S5"]


def test_two_readings_are_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(1, dscg_caty='"内科'), row(2), row(3), row(4, dscg_caty='内科"'), row(5))

    with pytest.raises(UsageError) as caught:
        seen(path)
    assert "cases.csv 第 1 行" in caught.value.fact.zh


def test_cells_over_several_lines(tmp_path: Path) -> None:
    several = row(2, dscg_caty='"内科\r\n二楼,""东""\n\n三床"')
    path = csv_file(tmp_path, row(1), several, '"甲\n乙",1', row(3))

    assert seen(path) == [(3, "", '"甲\n乙",1', "malformed_row")]
    assert rows_of(path) == [("S1", "A04"), ("S2", '内科\r\n二楼,"东"\n\n三床'), ("", ""), ("S3", "A04")]


def test_a_long_row(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(1), row(2, dscg_caty="长" * 4_000_000), row(3), "x" * 2_000_000, row(4))

    assert [(line, key, len(value)) for line, _, value, key in seen(path)] == [
        (2, "row_too_long", 200),
        (4, "row_too_long", 200),
    ]
    assert [cells[0] for cells in rows_of(path)] == ["S1", "", "S3", "", "S4"]


@pytest.mark.parametrize(("length", "longer"), [(1 << 20, False), ((1 << 20) + 1, True)])
@pytest.mark.parametrize("spoiled", [[], ['"']])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_longest_row(tmp_path: Path, length: int, longer: bool, spoiled: list[str], end: str) -> None:
    padding = length - len(row(1)) + len("A04")
    path = csv_file(tmp_path, row(1, dscg_caty="x" * padding), row(2), *spoiled, end=end)

    assert seen(path)[0][3] == ("row_too_long" if longer else "value_too_long")


def test_a_quoted_cell_that_is_too_long(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(1), row(2, dscg_caty='"' + "长\n" * 3_000 + '"'), row(3))
    found = seen(path)

    assert found[0][0] == 2
    assert found[0][3] == "open_quote"
    assert {key for *_, key in found[1:]} == {"malformed_row", "open_quote"}
    assert rows_of(path)[-1] == ("S3", "A04")


def test_a_file_that_has_lost_its_quoting(tmp_path: Path) -> None:
    path = csv_file(tmp_path, *(row(number, dscg_caty='"内科') for number in range(1_002)))

    with pytest.raises(UsageError) as caught:
        seen(path)
    assert "1000" in caught.value.fact.zh


@pytest.mark.parametrize("opening", ["", '"'], ids=["plain", "quoted"])
@pytest.mark.parametrize("bad", [7, 8])
def test_more_bad_rows_than_anybody_reads(
    tmp_path: Path, opening: str, bad: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (csv_repair, csv_source):
        monkeypatch.setattr(module, "MOST_BAD_ROWS", 7)
    path = csv_file(tmp_path, row(1), opening + "a", *["a"] * (bad - 1), row(2))

    if bad == 7:
        assert [line for line, *_ in seen(path)] == list(range(2, 9))
        assert rows_of(path)[-1] == ("S2", "A04")
    else:
        with pytest.raises(UsageError, match="More than 7 rows of cases"):
            seen(path)


def test_nothing_but_quotes(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(1), '"' * 3_000_001, row(2))

    assert [(line, key) for line, _, _, key in seen(path)] == [(2, "row_too_long")]


def test_a_mark_of_ours_in_a_file(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(1), '"\x1aqxy"', '"', row(2))

    assert [(line, key) for line, _, _, key in seen(path)] == [(2, "malformed_row"), (3, "open_quote")]


def _of_two_readings(fault: UsageError) -> None:
    assert "holds whole rows" in fault.fact.en


CELLS = st.text(alphabet='ab,"\n\r ', max_size=6)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6), st.integers(1, 4))
def test_files_by_the_book_are_read_as_written(rows: list[list[str]], chunk_rows: int) -> None:
    """Whatever a correct writer quotes comes back, unless it cannot be told from whole rows."""
    import tempfile

    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        [["setl_id", "dscg_caty", "psn_no"], *rows]
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.csv"
        path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
        try:
            read = rows_of(path, ("setl_id", "dscg_caty", "psn_no"), chunk_rows)
        except UsageError as error:
            return _of_two_readings(error)
    whole = any(cell.count(",") >= 2 for cells in rows for cell in cells)
    assert whole or read == [tuple(cells) for cells in rows]


@given(st.lists(st.text(alphabet='a,"\n', max_size=30), max_size=6))
def test_any_quotes_leave_the_rows_without_them(parts: list[str]) -> None:
    """Rows without quotes between spoiled ones are never lost, whatever quotes do around them."""
    import tempfile

    lines = ["setl_id,dscg_caty,psn_no"]
    plain = []
    for number, part in enumerate(parts):
        lines += [part, f"S{number},内科,P"]
        plain.append(f"S{number}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        try:
            pieces = list(CsvSource(path, known=STAY).read(("setl_id",), 2))
        except UsageError as error:
            return _of_two_readings(error)
    ids = [cell for piece in pieces for cell in piece.table["setl_id"].to_pylist()]
    assert [cell.decode() for cell in ids if cell is not None and cell.startswith(b"S")] == plain


@given(st.text(alphabet='ab,"', max_size=20))
def test_cutting_agrees_with_a_strict_reader(line: str) -> None:
    result, _ = cut(line.encode(), b",")
    try:
        expected = [len(cells) for cells in csv.reader([line], strict=True)] or [1]
    except csv.Error:
        expected = []

    if expected and line:
        assert result == expected[0]
    elif line:
        assert result < 0


@given(st.lists(st.sampled_from(["a", '"', '""', ",", "\n", "bb", "\r\n"]), max_size=40), st.integers(1, 7))
def test_the_scan_does_not_depend_on_blocks(parts: list[str], block: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.csv"
        path.write_text("".join(parts), encoding="utf-8", newline="")
        whole = scan(path, ",")
        kept = csv_scan.BLOCK
        try:
            csv_scan.BLOCK = block
            assert scan(path, ",") == whole
        finally:
            csv_scan.BLOCK = kept


def test_a_million_quotes_take_no_time(tmp_path: Path) -> None:
    signs = random.Random(1).choices('",\na', k=400_000)
    path = tmp_path / "cases.csv"
    path.write_text("setl_id,dscg_caty,psn_no\n" + "".join(signs), encoding="utf-8")

    with pytest.raises(UsageError):
        CsvSource(path, known=STAY)
