"""Whatever ends a command becomes two sentences."""

from __future__ import annotations

import errno

import pytest

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.cli import cli
from drgdip.cli.faults import told
from tests.cli.conftest import Command, told_once


def fail_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def invoke(*_: object) -> None:
        raise error

    monkeypatch.setattr(type(cli), "invoke", invoke)


def test_a_fault_with_its_own_words_keeps_them() -> None:
    fault = UsageError(Text("甲。", "A."), Text("乙。", "B."))
    assert told(fault) is fault


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (errno.ENOSPC, "无法读写 x:磁盘空间不足。", "x cannot be read or written: the disk is full."),
        (errno.EROFS, "无法读写 x:磁盘为只读。", "x cannot be read or written: the disk is read-only."),
        (errno.EACCES, "无法读写 x:没有权限。", "x cannot be read or written: permission denied."),
        (errno.ELOOP, "无法读写 x:Too many levels", "x cannot be read or written: Too many levels"),
    ],
)
def test_what_the_system_refuses_is_named(number: int, zh: str, en: str) -> None:
    fault = told(OSError(number, "whatever", "x"))
    assert fault.exit_code == 2
    assert fault.fact.zh.startswith(zh)
    assert fault.fact.en.startswith(en)


def test_a_full_disk_is_named_even_if_cleaning_up_fails_after_it() -> None:
    error = ValueError("operation on closed file")
    error.__context__ = OSError(errno.ENOSPC, "whatever")
    assert told(error).fact.zh == "读写失败:磁盘空间不足。"


def test_a_fault_of_the_program_shows_no_trace(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(KeyError("lost"), monkeypatch)
    ended = command("policy", "list")
    fact, advice = told_once(ended)
    assert (ended.code, ended.out) == (1, "")
    assert fact == "程序内部出错(KeyError: 'lost')。"
    assert "DRGDIP_TRACE" in advice


def test_who_asks_for_the_place_gets_it(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(KeyError("lost"), monkeypatch)
    monkeypatch.setenv("DRGDIP_TRACE", "1")
    with pytest.raises(KeyError, match="lost"):
        command("policy", "list")


def test_little_memory_has_a_remedy(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(MemoryError(), monkeypatch)
    ended = command("policy", "list", "--lang", "en")
    assert ended.code == 2
    assert told_once(ended) == (
        "There is not enough memory.",
        "Close other programs, or lower --threads (and --chunk-rows, where the command has it).",
    )


def test_an_interruption_says_that_nothing_is_left(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(KeyboardInterrupt(), monkeypatch)
    ended = command("policy", "list")
    assert ended.code == 130
    assert ended.err.strip() == "已中断,未完成的结果不保留。"
