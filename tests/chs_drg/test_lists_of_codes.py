"""Lists of the codes that decided: each told once, every stay with its own."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.grouping.drg.list_kernels import distinct_lists, join_words

WORDS = ["A01", "", "B", "手术CC", "E11.900"]
#: Stays as (code, flag); few codes, so that lists come again, in other orders and with codes twice.
STAYS = st.lists(st.lists(st.tuples(st.integers(0, len(WORDS) - 1), st.sampled_from([-2, -1, 0, 1, 2])), max_size=5))


@settings(max_examples=150)
@given(STAYS, st.sampled_from([1, -1]))
def test_every_stay_has_its_own_codes_once(stays: list[list[tuple[int, int]]], sign: int) -> None:
    ids = np.array([code for stay in stays for code, _ in stay], dtype=np.int32)
    flags = np.array([flag for stay in stays for _, flag in stay], dtype=np.int8)
    offset = np.cumsum([0, *map(len, stays)], dtype=np.int32)
    text = pa.array(WORDS)
    word_offset, word_data = (
        np.frombuffer(text.buffers()[place], kind) for place, kind in ((1, np.int32), (2, np.uint8))
    )
    of_stay, codes, ends = distinct_lists(ids, offset, flags, sign)
    text_ends, data = join_words(codes, ends, word_offset, word_data)
    words = [data[left:right].tobytes().decode() for left, right in pairwise(text_ends)]
    wanted = [list(dict.fromkeys(code for code, flag in stay if flag * sign > 0)) for stay in stays]
    assert [words[place] for place in of_stay] == ["|".join(WORDS[code] for code in codes) for codes in wanted]
    lists = [tuple(codes[left:right].tolist()) for left, right in pairwise(ends)]
    assert lists == list(dict.fromkeys([(), *map(tuple, wanted)]))
