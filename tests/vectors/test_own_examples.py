"""The examples that come with the package hold, and none of them would hold with another digit."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from drgdip.audit.selftest import OWN_EXAMPLES, Refusal, run_selftest
from drgdip.audit.selftest.examples import OWN_REVIEW_EXAMPLES, Example, read_examples
from drgdip.audit.selftest.kinds import KINDS
from drgdip.audit.selftest.run import run_example

EXAMPLES = [*read_examples(OWN_EXAMPLES), *read_examples(OWN_REVIEW_EXAMPLES)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_example(example: Example) -> None:
    assert run_example(example) == []


def test_every_kind_has_an_example_and_none_is_unsupported() -> None:
    report = run_selftest()

    assert {example.kind for example in EXAMPLES} == set(KINDS)
    assert len({example.id for example in EXAMPLES}) == len(EXAMPLES) > 100
    assert report.last_line() == f"passed {len(EXAMPLES)} failed 0 unsupported 0"


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of all values at the ends of a tree."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from leaves(value[key], (*path, key))
    else:
        yield path


def other(value: Any) -> Any:
    """The value with its last sign changed."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value is None or value == "":
        return "something"
    return value[:-1] + ("1" if value[-1] == "0" else "0")


def changed(tree: Any, path: tuple[Any, ...]) -> Any:
    copy = deepcopy(tree)
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = other(place[path[-1]])
    return copy


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_every_expected_value_is_looked_at(example: Example) -> None:
    for path in leaves(example.expected):
        outcome = run_example(example._replace(expected=changed(example.expected, path)))

        assert not isinstance(outcome, Refusal)
        assert len(outcome) == 1, path


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_an_unknown_input_is_unsupported(example: Example) -> None:
    outcome = run_example(example._replace(inputs={**example.inputs, "new_input": "1"}))

    assert isinstance(outcome, Refusal)
    assert "new_input" in outcome.words.en
