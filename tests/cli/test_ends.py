"""Runs that end early, run at once, or speak to a terminal that cannot take what they say."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest

from tests.cli.conftest import environment, start, stay, write_stays

#: Executed before a command: the run stops when all but its last files are written, and says so. It takes signals
#: even if these tests run in the background, which leaves them ignored.
HALT = """
import signal
import time
import drgdip.statement

signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

def halt(*_):
    print("halted", flush=True)
    time.sleep(60)

drgdip.statement.write_statements = halt
"""


@pytest.fixture
def arguments(january: Path, tmp_path: Path) -> list[object]:
    out = tmp_path / "out"
    return ["settle", "--policy", "demo_tiny", "--cases", january, "--month", "2026-01", "--out", out, "--overwrite"]


def tree(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def halted(arguments: list[object]) -> subprocess.Popen[bytes]:
    """A run that is halfway."""
    process = start(*arguments, code=HALT)
    assert process.stdout is not None
    assert process.stdout.readline() == b"halted\n"
    return process


def test_a_signal_that_nobody_heard_ends_the_run_when_it_comes_again(arguments: list[object]) -> None:
    """An exception that comes while a finalizer runs is lost."""
    waits = '    print("halted", flush=True)\n    time.sleep(60)\n'
    deaf = HALT.replace(waits, f"    try:\n{indent(waits, '    ')}    except SystemExit:\n        halt()\n")
    assert "except SystemExit" in deaf
    process = start(*arguments, code=deaf)
    assert process.stdout is not None
    for _ in range(2):
        assert process.stdout.readline() == b"halted\n"
        process.send_signal(signal.SIGTERM)
    assert process.wait(30) == -signal.SIGTERM
    process.communicate()


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (signal.SIGINT, 130, "\n已中断,未完成的结果不保留。\n"),
        (signal.SIGTERM, 143, ""),
        (signal.SIGHUP, 129, ""),
    ],
)
def test_a_run_that_is_stopped_leaves_what_was_there(
    settled: Path, tmp_path: Path, arguments: list[object], number: int, code: int, words: str
) -> None:
    settled.rename(tmp_path / "out")
    before = tree(tmp_path / "out")
    process = halted(arguments)
    process.send_signal(number)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out, err.decode()) == (code, b"", words)
    assert tree(tmp_path / "out") == before
    assert sorted(os.listdir(tmp_path)) == ["january.csv", "out"]


def test_a_run_that_is_killed_leaves_nothing_that_looks_finished(tmp_path: Path, arguments: list[object]) -> None:
    process = halted(arguments)
    process.kill()
    process.communicate()
    left = [name for name in os.listdir(tmp_path) if name != "january.csv"]
    assert [bool(re.fullmatch(r"\.out\.[0-9a-f]{8}\.partial", name)) for name in left] == [True]
    assert "run.json" not in os.listdir(tmp_path / left[0])
    later = start(*arguments)
    assert later.communicate(timeout=300)[1] == b""
    assert later.returncode == 0
    assert sorted(os.listdir(tmp_path)) == ["january.csv", "out"]


def test_a_run_that_is_killed_while_replacing_a_result_loses_none(
    settled: Path, tmp_path: Path, arguments: list[object]
) -> None:
    """The state between two renames: the old result is hidden, the new one not yet in place."""
    before = tree(settled)
    settled.rename(tmp_path / ".out.0123abcd.old")
    later = start(*arguments[:-1])
    _, err = later.communicate(timeout=300)
    assert later.returncode == 2
    assert "不为空" in err.decode()
    assert tree(tmp_path / "out") == before


def test_two_runs_do_not_write_one_folder_at_once(tmp_path: Path, arguments: list[object]) -> None:
    first = halted(arguments)
    second = start(*arguments)
    _, err = second.communicate(timeout=300)
    assert second.returncode == 2
    assert err.decode().startswith(f"另一次结算正在写入 {tmp_path / 'out'}。\n")
    other = start(*arguments[:-2], tmp_path / "other")
    assert other.communicate(timeout=300)[1] == b""
    first.kill()
    first.communicate()
    assert sorted(name for name in os.listdir(tmp_path) if name[0] != ".") == ["january.csv", "other"]


def test_a_full_disk_is_named_and_nothing_is_left(settled: Path, tmp_path: Path, arguments: list[object]) -> None:
    settled.rename(tmp_path / "out")
    before = tree(tmp_path / "out")
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))"
    process = start(*arguments, code=limit)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (2, b"")
    assert "文件超出允许的大小" in err.decode().splitlines()[0]
    assert len(err.decode().splitlines()) == 2
    assert tree(tmp_path / "out") == before
    assert sorted(os.listdir(tmp_path)) == ["january.csv", "out"]


@pytest.mark.parametrize("line", ["policy show demo_city", "policy list --json", "tables show --edition demo"])
def test_a_reader_that_has_seen_enough_is_no_fault(line: str) -> None:
    assert ended_without_reader(start(*line.split())) == (128 + signal.SIGPIPE, b"")


def ended_without_reader(process: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """Exit code and standard error of a process whose output nobody reads."""
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
    return process.returncode, err


def test_a_result_stays_although_nobody_reads_the_summary(tmp_path: Path, arguments: list[object]) -> None:
    assert ended_without_reader(start(*arguments)) == (128 + signal.SIGPIPE, b"")
    assert (tmp_path / "out" / "run.json").is_file()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk"])
def test_any_terminal_is_spoken_to(encoding: str, settled: Path) -> None:
    """Signs that it lacks are shown by their number; where it claims to know no more than ASCII, as UTF-8."""
    for line in (["policy", "show", "demo_city"], ["explain", "--run", settled, "S1"], ["settle", "--help"]):
        process = start(*line, PYTHONIOENCODING=encoding)
        out, err = process.communicate(timeout=300)
        assert (process.returncode, err) == (0, b"")
        assert out.decode("utf-8" if encoding == "ascii" else encoding)
    process = start("policy", PYTHONIOENCODING=encoding)
    assert b"Traceback" not in process.communicate(timeout=300)[1]
    assert process.returncode == 2


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_what_programs_read_is_utf_8_on_any_terminal(encoding: str, tmp_path: Path) -> None:
    out, _ = start("policy", "list", "--json", PYTHONIOENCODING=encoding).communicate(timeout=300)
    assert "最小示例政策(虚构)" in {policy["title"]["zh"] for policy in json.loads(out.decode("utf-8"))}
    cases = write_stays(tmp_path / "c.csv", stay("2026-01", "甲1"))
    out, _ = start("group", cases, "--edition", "demo", PYTHONIOENCODING=encoding).communicate(timeout=300)
    assert out.decode("utf-8").splitlines()[1].startswith("甲1,A46.X,core,")


def test_nothing_but_words_goes_where_output_is_kept(arguments: list[object]) -> None:
    out, err = start(*arguments).communicate(timeout=300)
    assert err == b""
    assert b"\x1b" not in out
    assert b"\r" not in out


def test_a_terminal_sees_progress_that_goes_away(arguments: list[object]) -> None:
    """On a terminal of 40 columns: the steps appear, and the cursor is given back."""
    main_end, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "drgdip", *map(str, arguments)],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environment(TERM="xterm", COLUMNS="40"),
    ) as process:
        os.close(terminal)
        shown = b""
        while part := _read(main_end):
            shown += part
    os.close(main_end)
    assert process.returncode == 0
    assert b"\x1b[?25l" in shown
    assert shown.rindex(b"\x1b[?25h") < shown.index("2026-01 结算完成".encode())


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end is closed
        return b""
