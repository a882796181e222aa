"""Files with bytes changed at random: refused in one sentence, or read with every row accounted for."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.inputs import HEADER, IDS, STAYS, Outcome, read_bytes, samples
from tests.lists.sample import message

KINDS = ("csv", "gb18030", "utf-16", "quoted", "gzip", "parquet", "xlsx", "json")
#: Bytes that readers stumble over, beside any others.
TELLING = [
    b'"',
    b"\n",
    b"\r",
    b",",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\\",
    b"{",
    b"]",
    b"\x1a",
    "科".encode(),
    b"\xbf\xc6",
]
PIECES = st.one_of(st.sampled_from(TELLING), st.binary(max_size=8))
#: Place (in thousandths of the file), bytes taken out, bytes put in.
CHANGES = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 40), PIECES), max_size=4)
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def changed(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for place, out, piece in changes:
        at = len(content) * place // 1000
        content = content[:at] + piece + content[at + out :]
    return content


@cache
def whole(kind: str) -> Outcome:
    return read_bytes(samples()[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_samples_are_in_order(kind: str) -> None:
    outcome = whole(kind)

    assert outcome.refused == ""
    if kind == "json":  # without results, which have the amounts
        assert (outcome.rows, outcome.set_aside) == (8, 0)
    else:
        assert outcome.good == whole("csv").good
        assert set(outcome.good) == IDS


@pytest.mark.parametrize("kind", KINDS)
@given(changes=CHANGES, cut=st.one_of(st.none(), st.integers(0, 1000)))
@RELAXED
def test_any_change_is_refused_or_accounted_for(
    kind: str, changes: list[tuple[int, int, bytes]], cut: int | None
) -> None:
    content = changed(samples()[kind], changes)
    if cut is not None:
        content = content[: len(content) * cut // 1000]

    read_bytes(content)  # asserts what must hold


@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)))
@RELAXED
def test_anything_at_all(content: bytes) -> None:
    read_bytes(content)


@given(content=st.binary(max_size=300), tail=st.booleans())
@RELAXED
def test_anything_under_a_header(content: bytes, tail: bool) -> None:
    row = ",".join(STAYS[0].values()).encode() + b"\n"
    read_bytes(HEADER.encode() + b"\n" + content + (b"\n" + row if tail else b""))


@pytest.mark.parametrize("kind", ["csv", "gb18030", "quoted"])
@given(row=st.integers(1, 8), changes=CHANGES, chunk_rows=st.integers(1, 5))
@RELAXED
def test_other_rows_of_a_csv_are_read_the_same(
    kind: str, row: int, changes: list[tuple[int, int, bytes]], chunk_rows: int
) -> None:
    lines = samples()[kind].splitlines(keepends=True)
    lines[row] = changed(lines[row].rstrip(b"\n"), changes) + b"\n"
    outcome = read_bytes(b"".join(lines), chunk_rows=chunk_rows)
    others = IDS - {f"S{row}"}

    if outcome.refused:
        assert "holds whole rows" in outcome.refused
    else:
        # A changed row that takes another's ID conflicts with it.
        taken = {identity for identity in others if lines[row].count(identity.encode())}
        kept = {identity: outcome.good.get(identity) for identity in others - taken}
        assert kept == {identity: whole("csv").good[identity] for identity in others - taken}


@given(row=st.integers(0, 7), changes=CHANGES)
@RELAXED
def test_other_lists_are_read_the_same(row: int, changes: list[tuple[int, int, bytes]]) -> None:
    lines = [json.dumps(message(one), ensure_ascii=False).encode() + b"\n" for one in STAYS]
    lines[row] = changed(lines[row].rstrip(b"\n"), changes).replace(b"\n", b" ") + b"\n"
    outcome = read_bytes(b"".join(lines))
    others = IDS - {f"S{row + 1}"}

    if not outcome.refused:
        taken = {identity for identity in others if lines[row].count(identity.encode())}
        kept = {identity: outcome.good.get(identity) for identity in others - taken}
        assert kept == {identity: whole("json").good[identity] for identity in others - taken}
