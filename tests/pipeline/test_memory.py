"""What a run changes of the process for its own sake is as it was when the run has ended, well or not."""

from __future__ import annotations

import gc

import pyarrow as pa
import pytest

from drgdip.pipeline.memory import kept_for_the_next


def look_and_fail() -> None:
    assert pa.default_memory_pool().backend_name == "system"
    assert gc.get_freeze_count() > 0
    raise ZeroDivisionError


def test_the_process_is_left_as_it_was() -> None:
    pool, frozen = pa.default_memory_pool().backend_name, gc.get_freeze_count() > 0
    with pytest.raises(ZeroDivisionError), kept_for_the_next():
        look_and_fail()

    assert (pa.default_memory_pool().backend_name, gc.get_freeze_count() > 0) == (pool, frozen)


def test_what_others_keep_from_collection_stays_so() -> None:
    gc.freeze()
    try:
        with kept_for_the_next():
            pass
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
