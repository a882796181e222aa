"""Text in the encodings that people's programs write, alone and mixed in one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.sample import STAY, reader, seen, stay

HEADER = ",".join(STAY)


def lines(*stays: dict[str, str], separator: str = ",") -> str:
    return "\n".join([separator.join(STAY), *(separator.join(row.values()) for row in stays)]) + "\n"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "cases.csv"
    path.write_bytes(content)
    return path


def departments(path: Path) -> list[str | None]:
    with reader(path) as read:
        return [cell for raw in read for cell in read.text(raw, range_of(raw.rows))["dscg_caty"].to_pylist()]


def range_of(rows: int):  # type: ignore[no-untyped-def]
    import numpy as np

    return np.arange(rows)


def notices(path: Path) -> list[tuple[str, str]]:
    with reader(path) as read:
        return [(found.key, found.value) for found in read.file_findings if found.key == "read_from_encoding"]


TEXT = lines(stay(1, dscg_caty="心血管内科"), stay(2, dscg_caty="骨科"), stay(3, dscg_caty="㐂𠮷科"))


@pytest.mark.parametrize(
    ("codec", "told"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("gb18030", [("read_from_encoding", "GB18030")]),
        ("utf-16", [("read_from_encoding", "UTF-16")]),
        ("utf-32", [("read_from_encoding", "UTF-32")]),
    ],
)
def test_whole_files(tmp_path: Path, codec: str, told: list[tuple[str, str]]) -> None:
    path = written(tmp_path, TEXT.encode(codec))

    assert seen(path) == []
    assert departments(path) == ["心血管内科", "骨科", "㐂𠮷科"]
    assert notices(path) == told


def test_utf_16_of_the_other_order(tmp_path: Path) -> None:
    assert departments(written(tmp_path, b"\xfe\xff" + TEXT.encode("utf-16-be"))) == ["心血管内科", "骨科", "㐂𠮷科"]


def test_a_few_lines_of_another_encoding_are_set_aside(tmp_path: Path) -> None:
    utf_8 = [stay(number, dscg_caty="骨科") for number in range(1, 4)]
    odd = ",".join(stay(4, dscg_caty="内科").values()) + "\n"
    path = written(tmp_path, lines(*utf_8).encode() + odd.encode("gb18030"))

    assert [(row, field, key) for row, field, _, key in seen(path)] == [(4, "dscg_caty", "bad_encoding")]
    assert notices(path) == []

    path = written(tmp_path, lines(*utf_8).encode("gb18030") + odd.encode())
    assert [(row, field, key) for row, field, _, key in seen(path)] == [(4, "dscg_caty", "bad_encoding")]
    assert notices(path) == [("read_from_encoding", "GB18030")]


def test_rows_that_are_bad_in_both_ways(tmp_path: Path) -> None:
    bad = "内科,1\n".encode("gb18030")
    path = written(
        tmp_path, lines(stay(1, dscg_caty="骨科")).encode() + bad + lines(stay(2)).encode().split(b"\n", 1)[1]
    )

    assert [(row, key) for row, _, _, key in seen(path)] == [(2, "malformed_row")]


def test_half_a_sign_at_the_end(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT.encode("utf-16") + b"\x41")

    assert [row for row, *_ in seen(path)] == [4]


def test_text_in_columns_that_are_not_used_does_not_matter(tmp_path: Path) -> None:
    text = f"{HEADER},说明\n{','.join(STAY.values())},好\n"
    path = written(tmp_path, text.encode() + ",".join(stay(2).values()).encode() + ",坏\n".encode("gb18030"))

    assert seen(path) == []


@pytest.mark.parametrize("separator", ["\t", ";", ","])
def test_separators(tmp_path: Path, separator: str) -> None:
    path = written(tmp_path, lines(stay(1, dscg_caty="内科"), stay(2, dscg_caty="外 科"), separator=separator).encode())

    assert seen(path) == []
    assert departments(path) == ["内科", "外 科"]


def test_other_separators_may_stand_in_cells(tmp_path: Path) -> None:
    path = written(tmp_path, lines(stay(1, dscg_caty="内科,外科;儿科"), separator="\t").encode())

    assert departments(path) == ["内科,外科;儿科"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_line_ends_in_every_encoding(tmp_path: Path, end: str, codec: str) -> None:
    assert departments(written(tmp_path, TEXT.replace("\n", end).encode(codec))) == ["心血管内科", "骨科", "㐂𠮷科"]
