"""Rows found again by key, exactly, and rows kept aside, in any order."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.intake import key_index, key_rows, spool
from drgdip.intake.kept_keys import KeptKeys
from drgdip.intake.key_index import KeyIndex, plain_text
from drgdip.intake.spool import Spool

KEYS = st.lists(st.one_of(st.none(), st.text("abÄ ", max_size=3)), max_size=30)


@settings(max_examples=100, deadline=None)
@given(KEYS, KEYS, st.integers(1, 10**6))
def test_every_row_of_a_key_is_found_even_if_hashes_collide(stored: Any, asked: Any, buckets: int) -> None:
    expected = defaultdict(list)
    for row, key in enumerate(stored):
        if key and key.strip():
            expected[key.strip()].append(row)
    real = key_index.hash_ids
    key_index.hash_ids = key_rows.hash_ids = lambda *cells: np.where(
        real(*cells) < 0, -1, real(*cells) % min(buckets, 3)
    )
    try:
        kept = KeptKeys()
        for part in (stored[:7], stored[7:]):
            kept.append(plain_text(pa.array(part, pa.string())))
        keys = kept.close()
        text = keys.cast(pa.binary())
        index = KeyIndex([text[:7], text[7:]], lambda rows: text.take(pa.array(rows)))
        found = index.find(plain_text(pa.array(asked, pa.string())))
        table = key_rows.FirstRows(keys)
        plain = pa.array([*asked, *stored], pa.string())
        first_rows = table.of(pa.chunked_array([plain])).tolist()
        assert table.of(pa.chunked_array([plain.dictionary_encode()])).tolist() == first_rows
    finally:
        key_index.hash_ids = key_rows.hash_ids = real
    rows = [index.order[first:last].tolist() for first, last in zip(*found, strict=True)]

    assert rows == [expected.get((key or "").strip(), []) for key in asked]
    assert first_rows == [expected.get((key or "").strip(), [-1])[0] for key in (*asked, *stored)]
    groups = [expected.get((key or "").strip(), [row]) for row, key in enumerate(stored)]
    assert table.firsts.tolist() == [group[0] for group in groups]


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (pa.array([" a ", "", None, "b"]), [b"a", None, None, b"b"]),
        (pa.array([1, None]), [b"1", None]),
        (pa.array([310.0, None]), [b"310", None]),
        (pa.array(["x", "y", "x"]).dictionary_encode(), [b"x", b"y", b"x"]),
        (pa.chunked_array([["a"], ["b"]]), [b"a", b"b"]),
        (pa.array(["aa", "b ", "cc"]).slice(1, 2), [b"b", b"cc"]),
        (pa.array([], pa.string()), []),
    ],
)
def test_plain_text(array: Any, text: Any) -> None:
    assert plain_text(array).to_pylist() == text


def test_rows_kept_aside_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "BATCH_ROWS", 3)
    kept = Spool(pa.schema([("a", pa.binary()), ("b", pa.binary())]))
    kept.append(pa.table({"a": [b"%d" % number for number in range(8)]}))
    kept.append(pa.table({"b": [b"x"], "a": [b"8"]}))
    kept.close()

    assert [table["a"].to_pylist() for table in kept.read(["a"], 4)] == [
        [b"0", b"1", b"2", b"3"],
        [b"4", b"5", b"6", b"7"],
        [b"8"],
    ]
    found = kept.take(np.array([8, -1, 0, 4, 4]), ["b", "a"])
    assert found.to_pydict() == {"b": [b"x", None, None, None, None], "a": [b"8", None, b"0", b"4", b"4"]}
    assert kept.take(np.array([], dtype=np.int64), ["a"]).num_rows == 0


def test_a_full_disk_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    from drgdip.base.errors import UsageError

    class Full:
        def write_batch(self, batch: Any) -> None:
            raise OSError(28, "No space left on device")

    kept = Spool(pa.schema([("a", pa.binary())]))
    monkeypatch.setattr(kept, "_writer", Full())
    with pytest.raises(UsageError, match="room"):
        kept.append(pa.table({"a": [b"1"]}))
