"""Rows of a batch: taking some and putting them back loses and mixes nothing."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.pipeline.batch import joined, rows_of, scatter, split, take
from drgdip.pipeline.parallel import ordered_map


def batch(lists: list[list[int]]) -> dict[str, np.ndarray]:
    lengths = [len(item) for item in lists]
    return {
        "row_number": np.arange(1, len(lists) + 1, dtype=np.int64),
        "total_cost_fen": np.arange(len(lists), dtype=np.int64) * 100,
        "diagnosis_id": np.array([x for item in lists for x in item], dtype=np.int32),
        "diagnosis_offset": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
    }


def lists_of(columns: dict[str, np.ndarray]) -> list[list[int]]:
    offset = columns["diagnosis_offset"]
    return [columns["diagnosis_id"][a:b].tolist() for a, b in itertools.pairwise(offset)]


@given(st.data(), st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=12))
def test_take_gives_the_rows_asked_for(data: st.DataObject, lists: list[list[int]]) -> None:
    rows = data.draw(st.lists(st.integers(0, len(lists) - 1), max_size=12))
    taken = take(batch(lists), np.array(rows, dtype=np.int64))
    assert rows_of(taken) == len(rows)
    assert taken["row_number"].tolist() == [row + 1 for row in rows]
    assert lists_of(taken) == [lists[row] for row in rows]


@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_scatter_undoes_a_split(chosen: list[bool]) -> None:
    values = np.arange(len(chosen), dtype=np.int64) * 7 + 3
    parts = [np.nonzero(np.array(chosen) == side)[0] for side in (True, False)]
    whole = scatter([(rows, {"points_e4": values[rows]}) for rows in parts], len(chosen))
    assert whole["points_e4"].tolist() == values.tolist()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_input(threads: int) -> None:
    assert list(ordered_map(lambda x: x * x, iter(range(50)), threads)) == [x * x for x in range(50)]


@pytest.mark.parametrize("threads", [1, 3])
def test_a_fault_in_one_chunk_is_raised(threads: int) -> None:
    def work(x: int) -> int:
        if x == 7:
            raise ValueError("seven")
        return x

    with pytest.raises(ValueError, match="seven"):
        list(ordered_map(work, range(20), threads))


def test_few_items_are_held_at_once() -> None:
    taken: list[int] = []

    def items():
        for x in range(100):
            taken.append(x)
            yield x

    results = ordered_map(lambda x: x, items(), 2)
    next(results)
    assert len(taken) <= 4


@given(st.data(), st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=12))
def test_stays_of_batches_are_joined_in_their_order(data: st.DataObject, lists: list[list[int]]) -> None:
    """Whether they share a batch, come from several or stand alone, and whichever columns are wanted."""
    first, second = batch(lists), batch(lists[::-1])
    second["row_number"] = second["row_number"] + 100
    alone = {name: values.copy() for name, values in split(first)[0].items()}
    stays = [*split(first), *split(second), *data.draw(st.lists(st.just(alone), max_size=1))]
    chosen = data.draw(st.lists(st.sampled_from(stays), min_size=1, max_size=8))

    whole = joined(chosen)
    assert whole["row_number"].tolist() == [int(one["row_number"][0]) for one in chosen]
    assert lists_of(whole) == [one["diagnosis_id"].tolist() for one in chosen]
    assert all(one["diagnosis_offset"].tolist() == [0, len(one["diagnosis_id"])] for one in chosen)
    assert joined(chosen, {"total_cost_fen"}).keys() == {"total_cost_fen"}
    assert {name: values.dtype for name, values in whole.items()} == {n: v.dtype for n, v in first.items()}
