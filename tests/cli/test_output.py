"""Where results go: nothing of anybody else's is ever replaced or deleted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Ended, told_once


@pytest.fixture
def settle(command: Command, january: Path):
    def run(out: object, *more: object, cases: Path = january) -> Ended:
        return command("settle", "--policy", "demo_tiny", "--cases", cases, "--month", "2026-01", "--out", out, *more)

    return run


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(ended: Ended, words: str) -> None:
    assert ended.code == 2
    assert words in told_once(ended)[0]


def test_a_second_run_needs_to_be_told_to_replace_the_first(settle, tmp_path: Path) -> None:
    assert settle(tmp_path / "out").code == 0
    before = tree(tmp_path / "out")
    refused(settle(tmp_path / "out"), "不为空")
    assert tree(tmp_path / "out") == before
    assert settle(tmp_path / "out", "--overwrite").code == 0
    assert sorted(os.listdir(tmp_path)) == ["january.csv", "out"]


@pytest.mark.parametrize("place", ["/", "//", "/dev/.."])
def test_the_root_is_no_place(settle, place: str) -> None:
    refused(settle(place, "--overwrite"), "不能作为输出文件夹")


def test_the_folder_one_stands_in_is_no_place(settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be renamed away under the feet of the person."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    refused(settle("."), "不能作为输出文件夹")
    refused(settle(""), "不能作为输出文件夹")


def test_a_file_is_no_place_and_stays(settle, january: Path) -> None:
    before = january.read_bytes()
    refused(settle(january, "--overwrite"), "不是文件夹")
    refused(settle(january / "out", "--overwrite"), "无法读写")
    assert january.read_bytes() == before


def test_a_name_that_is_too_long_is_refused(settle, tmp_path: Path) -> None:
    refused(settle(tmp_path / ("x" * 300)), "名称过长")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(settle, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    refused(settle(tmp_path / "closed" / "out"), "没有权限")


def test_foreign_files_stay(settle, tmp_path: Path) -> None:
    settle(tmp_path / "out")
    (tmp_path / "out" / "letter.txt").write_text("mine", encoding="utf-8")
    before = tree(tmp_path / "out")
    refused(settle(tmp_path / "out", "--overwrite"), "letter.txt")
    assert tree(tmp_path / "out") == before


def test_a_folder_with_a_result_file_s_name_stays(settle, tmp_path: Path) -> None:
    settle(tmp_path / "out")
    (tmp_path / "out" / "report.html").unlink()
    (tmp_path / "out" / "report.html").mkdir()
    (tmp_path / "out" / "report.html" / "letter.txt").write_text("mine", encoding="utf-8")
    refused(settle(tmp_path / "out", "--overwrite"), "report.html")
    assert (tmp_path / "out" / "report.html" / "letter.txt").read_text(encoding="utf-8") == "mine"


def test_files_that_are_called_like_results_are_not_a_run(settle, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cases.parquet").write_bytes(b"a year's work")
    refused(settle(tmp_path / "data", "--overwrite"), "cases.parquet")
    assert tree(tmp_path / "data") == {"cases.parquet": b"a year's work"}


def test_the_cases_are_never_replaced_by_their_result(settle, tmp_path: Path) -> None:
    settle(tmp_path / "out")
    cases = tmp_path / "out" / "cases.parquet"
    before = tree(tmp_path / "out")
    refused(settle(tmp_path / "out", "--overwrite", cases=cases), "本次要读取的 cases.parquet")
    assert tree(tmp_path / "out") == before


def test_a_link_to_a_folder_keeps_pointing_there(settle, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    assert settle(tmp_path / "out").code == 0
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "disk" / "run.json").is_file()


def test_groups_never_replace_their_cases(command: Command, january: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = january.read_bytes()
    monkeypatch.chdir(january.parent)
    for target in (january, "january.csv", "./january.csv", f"../{january.parent.name}/january.csv"):
        refused(command("group", january, "--edition", "demo", "-o", target), "病例文件本身")
    assert january.read_bytes() == before


def test_groups_need_a_file_to_go_to(command: Command, january: Path, tmp_path: Path) -> None:
    refused(command("group", january, "--edition", "demo", "-o", tmp_path), "文件夹")
    refused(command("group", january, "--edition", "demo", "-o", tmp_path / "none" / "g.csv"), "文件或文件夹不存在")


def test_groups_may_go_to_a_device(command: Command, january: Path) -> None:
    """A device is written to, not replaced by a file."""
    assert command("group", january, "--edition", "demo", "-o", "/dev/null").code == 0
    assert not Path("/dev/null").is_file()


def test_groups_that_fail_leave_the_earlier_ones(command: Command, january: Path, tmp_path: Path) -> None:
    target = tmp_path / "g.csv"
    target.write_text("earlier", encoding="utf-8")
    (tmp_path / "bad.csv").write_text("x\n1\n", encoding="utf-8")
    assert command("group", tmp_path / "bad.csv", "--edition", "demo", "-o", target).code == 2
    assert target.read_text(encoding="utf-8") == "earlier"
    assert sorted(os.listdir(tmp_path)) == ["bad.csv", "g.csv", "january.csv"]
