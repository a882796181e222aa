"""The output folder: whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from drgdip.base.errors import UsageError
from drgdip.statement import OutputFolder


def _write(target: Path, fault: type[BaseException] | None = None) -> None:
    with OutputFolder(target, overwrite=True) as folder:
        (folder / "run.json").write_text("new")
        if fault:
            raise fault


def test_appears_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "run"
    with OutputFolder(target) as folder:
        (folder / "proof.csv").write_text("x")
        assert not target.exists()
        assert folder.parent == target.parent
        assert folder.name.startswith(".")
    assert (target / "proof.csv").read_text() == "x"
    assert os.listdir(target.parent) == ["run"]


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt])
def test_a_failure_leaves_nothing(tmp_path: Path, fault: type[BaseException]) -> None:
    with pytest.raises(fault):
        _write(tmp_path / "run", fault)
    assert os.listdir(tmp_path) == []


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with OutputFolder(tmp_path / "run") as folder:
        (folder / "proof.csv").write_text("x")
    assert os.listdir(tmp_path) == ["run"]
    assert os.listdir(tmp_path / "run") == ["proof.csv"]


def test_results_are_not_overwritten_unasked(tmp_path: Path) -> None:
    target = tmp_path / "run"
    target.mkdir()
    (target / "run.json").write_text("old")
    with pytest.raises(UsageError, match="not empty"), OutputFolder(target):
        pytest.fail("entered")
    assert (target / "run.json").read_text() == "old"
    assert os.listdir(tmp_path) == ["run"]


def test_overwriting_replaces_all_or_nothing(tmp_path: Path) -> None:
    target = tmp_path / "run"
    target.mkdir()
    (target / "run.json").write_text("old")
    (target / "deductions.csv").write_text("old")
    with pytest.raises(RuntimeError):
        _write(target, RuntimeError)
    assert (target / "run.json").read_text() == "old"
    assert os.listdir(tmp_path) == ["run"]
    _write(target)
    assert os.listdir(target) == ["run.json"]
    assert (target / "run.json").read_text() == "new"
    assert os.listdir(tmp_path) == ["run"]


def test_the_old_run_returns_when_the_last_step_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "run"
    target.mkdir()
    (target / "run.json").write_text("old")
    rename = os.rename

    def fail_for_partial(source: Path, goal: Path) -> None:
        if str(source).endswith(".partial"):
            raise OSError("disk")
        rename(source, goal)

    monkeypatch.setattr(os, "rename", fail_for_partial)
    with pytest.raises(OSError, match="disk"):
        _write(target)
    assert (target / "run.json").read_text() == "old"
    assert os.listdir(tmp_path) == ["run"]


def test_foreign_files_are_never_deleted(tmp_path: Path) -> None:
    target = tmp_path / "home"
    target.mkdir()
    (target / "letters.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"letters\.txt"), OutputFolder(target, overwrite=True):
        pytest.fail("entered")
    assert (target / "letters.txt").read_text() == "mine"


def test_a_file_cannot_be_the_output(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("x")
    with pytest.raises(UsageError, match="not a folder"), OutputFolder(tmp_path / "run", overwrite=True):
        pytest.fail("entered")


def test_a_killed_process_leaves_nothing_that_looks_finished(tmp_path: Path) -> None:
    script = (
        "import os, sys, pathlib\n"
        "from drgdip.statement.output_folder import OutputFolder\n"
        "with OutputFolder(pathlib.Path(sys.argv[1])) as folder:\n"
        "    (folder / 'run.json').write_text('half')\n"
        "    os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path / "run")]).returncode == 9
    assert not (tmp_path / "run").exists()
    assert all(name.startswith(".run.") and name.endswith(".partial") for name in os.listdir(tmp_path))
    with OutputFolder(tmp_path / "run") as folder:
        (folder / "run.json").write_text("whole")
    assert (tmp_path / "run" / "run.json").read_text() == "whole"
