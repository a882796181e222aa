"""Faults: one sentence of fact, one of advice, an exit code, and a way back from a worker process."""

from __future__ import annotations

import copy
import pickle

import pytest

from drgdip.base.errors import (
    EXIT_BLOCKED,
    EXIT_DONE,
    EXIT_INVALID,
    EXIT_USAGE,
    DrgdipError,
    PolicyError,
    TablesError,
    UsageError,
)
from drgdip.base.text import Text
from drgdip.policy.problems import PolicyFileError, Problem

FACT = Text("没有这个文件。", "There is no such file.")
ADVICE = Text("请核对路径。", "Check the path.")
KINDS = (DrgdipError, UsageError, TablesError, PolicyError)


def test_exit_codes_are_those_of_the_documents() -> None:
    assert (EXIT_DONE, EXIT_BLOCKED, EXIT_USAGE, EXIT_INVALID) == (0, 1, 2, 3)


@pytest.mark.parametrize(("kind", "code"), [(UsageError, 2), (TablesError, 3), (PolicyError, 3)])
def test_each_kind_ends_the_program_with_its_code(kind: type[DrgdipError], code: int) -> None:
    assert kind(FACT, ADVICE).exit_code == code


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_is_caught_as_one_of_the_program(kind: type[DrgdipError]) -> None:
    with pytest.raises(DrgdipError) as caught:
        raise kind(FACT, ADVICE)

    assert (caught.value.fact, caught.value.advice) == (FACT, ADVICE)


def test_usage_tables_and_policy_are_told_apart() -> None:
    assert not issubclass(TablesError, UsageError | PolicyError)
    assert not issubclass(PolicyError, UsageError | TablesError)
    assert not issubclass(UsageError, TablesError | PolicyError)


def test_the_message_is_chinese_first_and_english_on_request() -> None:
    fault = UsageError(FACT, ADVICE)

    assert fault.message() == fault.message("zh") == "没有这个文件。\n请核对路径。"
    assert fault.message("en") == "There is no such file.\nCheck the path."
    assert str(fault) == "There is no such file. Check the path."


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_fault_comes_back_from_a_worker_process(kind: type[DrgdipError], protocol: int) -> None:
    fault = kind(FACT, ADVICE)
    fault.add_note("in chunk 3")

    for other in (pickle.loads(pickle.dumps(fault, protocol)), copy.copy(fault)):
        assert type(other) is kind
        assert (other.fact, other.advice, str(other)) == (FACT, ADVICE, str(fault))
        assert other.__notes__ == ["in chunk 3"]


def test_so_does_a_fault_that_is_made_of_something_else() -> None:
    problems = [Problem("p.yaml", line, "payment.cap", Text("无效", "not valid")) for line in (3, 4)]
    fault = PolicyFileError(problems)

    other = pickle.loads(pickle.dumps(fault))

    assert type(other) is PolicyFileError
    assert other.problems == problems
    assert other.message() == fault.message()
    assert "2 problems" in str(other)
