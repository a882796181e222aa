"""What a stage declares and what it writes must be the same."""

from __future__ import annotations

import re

import numpy as np
import pytest

from drgdip.base.columns import Column, check_columns, names

DECLARED = (
    Column("payable_fen", "int64", "fen", "应付", "payable", "S6"),
    Column("group_id", "int32", "id", "病种", "group"),
    Column("refunded", "int8", "flag", "退费", "refunded"),
)


def written() -> dict[str, np.ndarray]:
    return {column.name: np.zeros(3, dtype=column.dtype) for column in DECLARED}


def test_names_keep_their_order() -> None:
    assert names(DECLARED) == ("payable_fen", "group_id", "refunded")
    assert names(()) == ()


def test_a_column_has_one_value_a_stay_and_no_source_unless_said() -> None:
    assert DECLARED[1].dims == "case"
    assert DECLARED[1].source == ""


def test_what_is_declared_may_be_written_in_any_order() -> None:
    check_columns(DECLARED, written(), "pricing")
    check_columns(DECLARED, dict(reversed(written().items())), "pricing")
    check_columns((), {}, "pricing")


@pytest.mark.parametrize("name", names(DECLARED))
def test_a_column_that_is_not_written(name: str) -> None:
    values = written()
    del values[name]

    with pytest.raises(TypeError, match=r"^pricing: declares .*, wrote "):
        check_columns(DECLARED, values, "pricing")


def test_a_column_that_is_not_declared() -> None:
    with pytest.raises(TypeError, match=r"^pricing: declares .*, wrote .*'margin_fen'"):
        check_columns(DECLARED, written() | {"margin_fen": np.zeros(3, dtype=np.int64)}, "pricing")


@pytest.mark.parametrize(
    ("name", "dtype", "words"),
    [
        ("payable_fen", "float64", "payable_fen is float64, not int64"),
        ("payable_fen", "int32", "payable_fen is int32, not int64"),
        ("payable_fen", "uint64", "payable_fen is uint64, not int64"),
        ("payable_fen", "object", "payable_fen is object, not int64"),
        ("group_id", "int64", "group_id is int64, not int32"),
        ("refunded", "bool", "refunded is bool, not int8"),
    ],
)
def test_a_column_of_another_type(name: str, dtype: str, words: str) -> None:
    with pytest.raises(TypeError, match=f"^pricing: {re.escape(words)}$"):
        check_columns(DECLARED, written() | {name: np.zeros(3, dtype=dtype)}, "pricing")


def test_bytes_in_another_order_are_another_type() -> None:
    swapped = np.zeros(3, dtype=np.dtype("int64").newbyteorder())

    with pytest.raises(TypeError, match="payable_fen"):
        check_columns(DECLARED, written() | {"payable_fen": swapped}, "pricing")
