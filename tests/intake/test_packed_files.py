"""Packed files, standard input, folders, and what is no file: read, passed over with a notice, or refused."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from drgdip.base.errors import UsageError
from drgdip.intake import packed
from drgdip.pipeline import settle_to_folder
from tests.contracts.source import ROOT
from tests.intake.sample import reader, seen, stay, write_csv, write_parquet
from tests.intake.test_workbooks import cases, workbook

BAD = stay(2, medfee_sumamt="x")
FOUND = [(2, "medfee_sumamt", "x", "wrong_type")]


def refusal(*given: object) -> UsageError:
    with pytest.raises(UsageError) as caught:
        for _ in reader(*given):
            pass
    return caught.value


def pack(path: Path, kind: str) -> Path:
    target = path.with_name(path.name + (".gz" if kind == "gzip" else ".zst"))
    content = path.read_bytes()
    target.write_bytes(gzip.compress(content) if kind == "gzip" else pa.Codec("zstd").compress(content, asbytes=True))
    path.unlink()
    return target


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_packed_csv(tmp_path: Path, kind: str) -> None:
    path = pack(write_csv(tmp_path / "cases.csv", [stay(1), BAD]), kind)

    assert seen(path) == FOUND
    with reader(path) as read:
        assert [raw.file for raw in read] == [path.name]
        assert read.rows_by_file == {str(path): 2}


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_packed_parquet_and_workbook(tmp_path: Path, kind: str) -> None:
    rows = [stay(1), stay(2, insutype=None)]
    table = pack(write_parquet(tmp_path / "a.parquet", rows), kind)
    book = pack(workbook(tmp_path / "b.xlsx", cases(stay(1), stay(2, gend="3"))), kind)

    assert seen(table) == [(2, "insutype", "", "missing_value")]
    assert seen(book) == [(2, "gend", "3", "unknown_code")]


def test_several_members_are_one_file(tmp_path: Path) -> None:
    content = write_csv(tmp_path / "cases.csv", [stay(1), BAD]).read_bytes()
    path = tmp_path / "cases.csv.gz"
    path.write_bytes(gzip.compress(content[:100]) + gzip.compress(content[100:]))

    assert seen(path) == FOUND


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "kept"))
    (tmp_path / "kept").mkdir()
    path = pack(write_csv(tmp_path / "cases.csv", [stay(1), BAD], encoding="gb18030"), "gzip")

    assert seen(path) == FOUND
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: data[:60] + b"?" * 9 + data[69:]])
@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_damaged_packing(tmp_path: Path, kind: str, damage) -> None:  # type: ignore[no-untyped-def]
    path = pack(write_csv(tmp_path / "cases.csv", [stay(number) for number in range(99)]), kind)
    path.write_bytes(damage(path.read_bytes()))

    assert path.name in refusal(path).fact.zh


def test_what_grows_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "SMALL", 1 << 20)
    path = tmp_path / "cases.csv.gz"
    path.write_bytes(gzip.compress(b"setl_id\n" + b"S1\n" * 3_000_000))
    assert "300" in refusal(path).fact.zh

    monkeypatch.setattr(packed, "MOST_RATIO", 10_000)
    monkeypatch.setattr(packed, "MOST_BYTES", 2 << 20)
    assert "GiB" in refusal(path).fact.zh


def test_a_line_without_end_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv.gz"
    path.write_bytes(gzip.compress(b"x" * (100 << 20), 1))

    assert "1 MiB" in refusal(path).fact.zh


def test_archives_are_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "cases.csv", [stay(1)])
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.add(path, "cases.csv")
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.add(path, "cases.csv")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(path, "cases.csv")

    for name in ("a.tar.gz", "a.tar", "a.zip"):
        fault = refusal(tmp_path / name)
        assert name in fault.fact.zh
        assert "解开" in fault.advice.zh


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    stream = SimpleNamespace(buffer=io.BytesIO(content), isatty=lambda: False)
    monkeypatch.setattr(sys, "stdin", stream)


@pytest.mark.parametrize("kind", ["", "gzip", "zstd"])
def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    path = write_csv(tmp_path / "cases.csv", [stay(1), BAD])
    piped(monkeypatch, (pack(path, kind) if kind else path).read_bytes())

    with reader("-") as read:
        found = [found for raw in read for found in read.findings(raw, read.encode(raw).defects)]
        assert read.rows_by_file == {"-": 2}
    assert [(f.file, f.row, f.key) for f in found] == [("-", 2, "wrong_type")]


def test_a_terminal_is_no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(), isatty=lambda: True))
    assert refusal("-").exit_code == 2

    piped(monkeypatch, b"")
    assert "-" in refusal("-").fact.zh


def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "一月"
    (folder / "二院").mkdir(parents=True)
    write_csv(folder / "b.csv", [stay(1)])
    write_parquet(folder / "a.parquet", [stay(2)])
    pack(write_csv(folder / "二院" / "c.csv", [stay(3), stay(4, gend="3")]), "gzip")
    write_csv(folder / ".hidden.csv", [stay(5)])
    (folder / "说明.txt").write_text("病例按月导出\n", encoding="utf-8")
    (folder / "empty.csv").touch()
    (folder / "扣款.csv").write_text("item_id,fixmedins_code,pool,amount_yuan\n", encoding="utf-8")
    (folder / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    workbook(folder / "汇总.xlsx", [["科室", "人数"]])
    (folder / "again").symlink_to(folder)
    (folder / "nowhere.csv").symlink_to(folder / "none")

    with reader(folder) as read:
        assert [raw.file for raw in read] == ["a.parquet", "b.csv", "二院/c.csv.gz"]
        skipped = [found.file for found in read.file_findings if found.key == "file_skipped"]
    assert skipped == [
        ".hidden.csv", "again", "empty.csv", "logo.png", "nowhere.csv", "扣款.csv", "汇总.xlsx", "说明.txt",
    ]  # fmt: skip
    assert seen(folder) == [(2, "gend", "3", "unknown_code")]


def test_a_case_file_of_a_folder_is_never_passed_over(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [stay(1)])
    columns = [name for name in stay() if name != "hifp_pay"]
    write_csv(tmp_path / "b.csv", [stay(2)], columns)
    assert "b.csv 缺少必填列:hifp_pay" in refusal(tmp_path).fact.zh

    (tmp_path / "b.csv").write_bytes(b"PAR1 broken")
    assert "b.csv" in refusal(tmp_path).fact.zh


def test_a_folder_without_cases(tmp_path: Path) -> None:
    (tmp_path / "说明.txt").write_text("无", encoding="utf-8")

    assert tmp_path.name in refusal(tmp_path).fact.zh


@pytest.mark.skipif(sys.platform == "win32", reason="files of other systems")
def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    for path in (tmp_path / "pipe", tmp_path / "loop", Path("/dev/zero"), Path("/dev/null"), tmp_path / "x" / "y"):
        assert path.name in refusal(path).fact.zh
    assert refusal(tmp_path / ("n" * 300)).exit_code == 2
    assert refusal("a\0b").exit_code == 2


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="reads anything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "cases.csv", [stay(1)])
    path.chmod(0)

    assert "cases.csv" in refusal(path).fact.zh


def test_standard_input_is_read_once_and_named_in_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = (ROOT / "examples" / "cases.csv").read_bytes()
    piped(monkeypatch, content)

    report = settle_to_folder("demo_tiny", ["-"], "2026-01", tmp_path / "run")

    assert [(file.path, file.sha256, file.rows) for file in report.run.inputs] == [
        ("-", hashlib.sha256(content).hexdigest(), content.count(b"\n") - 1)
    ]
