"""``drgdip selftest``: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from drgdip.audit.selftest import OWN_EXAMPLES, run_selftest
from drgdip.audit.selftest.compare import differences
from drgdip.audit.selftest.examples import OWN_REVIEW_EXAMPLES, read_examples
from drgdip.base.errors import EXIT_USAGE, UsageError
from drgdip.cli.selftest import selftest

RIGHT = {
    "id": "R",
    "fn": "ratio_coef",
    "inputs": {"part_avg": "12000", "whole_avg": "10500"},
    "expected": {"coef": "1.14290"},
}
WRONG = RIGHT | {"id": "W", "expected": {"coef": "1.1428"}}
UNKNOWN = RIGHT | {"id": "U", "fn": "bed_day"}


@pytest.fixture
def run(tmp_path: Path):  # type: ignore[no-untyped-def]
    def command(content: Any, *options: str) -> Result:
        file = tmp_path / "examples.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return CliRunner().invoke(selftest, ["--vectors", str(file), *options])

    return command


@pytest.mark.parametrize(
    ("vectors", "last", "code"),
    [
        ([RIGHT], "passed 1 failed 0 unsupported 0", 0),
        ([RIGHT, WRONG], "passed 1 failed 1 unsupported 0", 1),
        ([RIGHT, UNKNOWN], "passed 1 failed 0 unsupported 1", 1),
        ([RIGHT, UNKNOWN, WRONG, RIGHT], "passed 2 failed 1 unsupported 1", 1),
    ],
)
def test_the_last_line_counts_and_the_exit_code_follows(run, vectors: list[Any], last: str, code: int) -> None:  # type: ignore[no-untyped-def]
    result = run({"vectors": vectors})

    assert result.output.splitlines()[-1] == last
    assert result.exit_code == code


def test_a_failure_names_example_field_and_both_values(run) -> None:  # type: ignore[no-untyped-def]
    chinese, english = run({"vectors": [WRONG]}), run({"vectors": [WRONG]}, "--lang", "en")

    assert chinese.output.splitlines()[0] == "W coef: 应为 1.1428, 实得 1.1429"
    assert english.output.splitlines()[0] == "W coef: expected 1.1428, got 1.1429"


def test_json(run) -> None:  # type: ignore[no-untyped-def]
    result = run({"vectors": [RIGHT, WRONG, UNKNOWN]}, "--json")
    content = json.loads(result.output)

    assert (content["passed"], content["failed"], content["unsupported"]) == (1, 1, 1)
    assert content["failures"] == [{"id": "W", "field": "coef", "expected": "1.1428", "got": "1.1429"}]
    assert [refusal["id"] for refusal in content["refusals"]] == ["U"]
    assert result.exit_code == 1


def test_without_a_file_the_own_examples_run() -> None:
    result = CliRunner().invoke(selftest, [])

    count = len(read_examples(OWN_EXAMPLES)) + len(read_examples(OWN_REVIEW_EXAMPLES))
    assert (result.output, result.exit_code) == (f"passed {count} failed 0 unsupported 0\n", 0)


def test_examples_of_review_rules(run) -> None:  # type: ignore[no-untyped-def]
    cases = [{"setl_id": "S1", "insu_admdvs": "620702", "mdtrt_admdvs": "610100", "medfee_sumamt": "30000"}]
    right = {"tables": {"cases": cases}, "params": {}, "expect": [{"rule_id": "X01", "lane": "常规协查", "risk": 0}]}
    wrong = {**right, "expect": []}
    rules = [
        {"id": "Z01", "example": "prose"},
        {"id": "X01", "example": [right, wrong]},
        {"id": "Z02", "example": [right]},
    ]

    result = run({"meta": {}, "rules": rules}, "--lang", "en")

    assert result.output.splitlines()[-1] == "passed 1 failed 1 unsupported 2"
    assert "X01#2" in result.output
    assert "Z01#1" in result.output
    assert result.exit_code == 1


def test_an_example_in_prose_is_proved_by_the_package_s_own(run) -> None:  # type: ignore[no-untyped-def]
    result = run({"rules": [{"id": "X02", "example": "prose"}]})

    assert (result.output, result.exit_code) == ("passed 3 failed 0 unsupported 0\n", 0)


BROKEN = [
    "{",
    "",
    "[]",
    "3",
    '{"vectors": {}}',
    '{"vectors": []}',
    '{"rules": [{"example": []}]}',
    '{"rules": [7]}',
    '{"rules": [{"id": "A02", "example": [{"tables": {}, "params": {}}]}]}',
    '{"vectors": [1]}',
    '{"vectors": [{"id": "a", "fn": "rw", "inputs": []}]}',
    '{"vectors": [{"id": "a", "fn": "rw", "inputs": {}, "expected": "1"}]}',
    '{"vectors": [{"id": "a", "fn": 7, "inputs": {}, "expected": {}}]}',
    "[" * 100_000,
]


@pytest.mark.parametrize("content", BROKEN, ids=lambda content: content[:40])
def test_a_broken_file_is_wrong_use(content: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        run_selftest(file)

    assert caught.value.exit_code == EXIT_USAGE
    for sentence in (caught.value.fact.zh, caught.value.fact.en):
        assert "broken.json" in sentence
        assert "\n" not in sentence


def test_a_file_that_is_missing_or_no_text_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe{")

    for name in ("missing.json", "bytes.json", "."):
        with pytest.raises(UsageError):
            run_selftest(tmp_path / name)


def test_numbers_need_no_quotes(run) -> None:  # type: ignore[no-untyped-def]
    """What is written counts, never its binary neighbour."""
    result = run(
        '{"vectors": [{"id": "a", "fn": "round_demo", "inputs": {"value": 2.675, "places": 2}, "expected": {"half_up": 2.68}}]}'
    )

    assert result.exit_code == 0


def test_an_example_that_expects_nothing_proves_nothing(run) -> None:  # type: ignore[no-untyped-def]
    result = run({"vectors": [RIGHT | {"expected": {}}]})

    assert result.output.splitlines()[-1] == "passed 0 failed 0 unsupported 1"


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("8", "8.0000"),
        ("-0.00", "0"),
        (2025, "2025"),
        (None, None),
        ({"a": "1"}, {"a": "1.0", "b": "2"}),
        ([{"id": "a", "v": "1"}, {"id": "b", "v": "2"}], [{"id": "b", "v": "2.0"}, {"id": "a", "v": "1"}]),
    ],
)
def test_what_counts_as_equal(expected: Any, got: Any) -> None:
    assert list(differences(expected, got)) == []


@pytest.mark.parametrize(
    ("expected", "got", "field"),
    [
        ({"a": "8.0001"}, {"a": "8.0000"}, "a"),
        ({"a": True}, {"a": "1"}, "a"),
        ({"a": None}, {"a": "0"}, "a"),
        ({"a": "x"}, {}, "a"),
        ({"a": ["1"]}, {"a": ["1", "2"]}, "a"),
        ({"a": ["B", "C"]}, {"a": ["C", "B"]}, "a[0]"),
        ({"a": [{"id": "x", "v": "1"}]}, {"a": [{"id": "x", "v": "2"}]}, "a[x].v"),
        ({"a": [{"id": "x"}]}, {"a": [{"id": "y"}]}, "a[x]"),
        ({"a": {"b": "1"}}, {"a": {"b": "2"}}, "a.b"),
        ({"a": {"b": "1"}}, {"a": "2"}, "a"),
    ],
)
def test_what_counts_as_different(expected: Any, got: Any, field: str) -> None:
    assert next(differences(expected, got))[0] == field
