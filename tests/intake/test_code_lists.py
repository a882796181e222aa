"""Lists of codes: exact ids by bytes, blanks and empty items, letters folded only as a second try."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.intake import code_ids
from drgdip.intake.buffers import cells
from drgdip.intake.code_index import code_index, ids_in, read_code_lists
from drgdip.intake.status import MISSING, OK
from drgdip.tables.code_system import CodeSystem
from tests.intake.sample import DIAGNOSES


@pytest.mark.parametrize(
    ("cell", "ids"),
    [
        ("A01.000", [0]),
        ("A01.000x005", [1]),
        ("A01.000x005+J17.0*", [2]),
        ("I63.900|A01.000|I63.900", [3, 0, 3]),
        (" I63.900 | K35.300 ", [3, 4]),
        ("I63.900||K35.300|", [3, 4]),
        ("I63.900|Z99.999x999", [3, -1]),
        ("i63.900", [3]),
        ("a01.000X005", [1]),
        ("A01.00", [-1]),
        ("A01.0000", [-1]),
        ("A01.000x005+j17.0*", [2]),
        ("a01.000X005+J17.0*", [2]),
        ("a01.000X005+j17.0", [-1]),
        ("诊断", [-1]),
        ("I63.900，K35.300", [-1]),
        ("", []),
        ("|", []),
        (" | ", []),
    ],
)
def test_ids_of_a_cell(cell: str, ids: list[int]) -> None:
    assert code_ids(cell, DIAGNOSES).tolist() == ids


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("A01.000", OK),
        ("A01.000|", OK),
        ("x", OK),
        (None, MISSING),
        ("", MISSING),
        (" ", MISSING),
        ("|A01.000", MISSING),
        (" |A01.000", MISSING),
    ],
)
def test_a_list_needs_its_first_item(cell: str | None, status: int) -> None:
    _, _, states = read_code_lists(cells(pa.array([cell], pa.string())), code_index(DIAGNOSES))

    assert states.tolist() == [status]


def test_offsets_cut_the_ids_into_stays() -> None:
    column = pa.array(["A01.000|I63.900", None, "K35.300", "", "I63.900"]).slice(0, 5)
    ids, offsets, _ = read_code_lists(cells(column), code_index(DIAGNOSES))

    assert ids.tolist() == [0, 3, 4, 3]
    assert offsets.tolist() == [0, 2, 2, 3, 3, 4]

    ids, offsets, _ = read_code_lists(cells(column.slice(2, 3)), code_index(DIAGNOSES))
    assert (ids.tolist(), offsets.tolist()) == ([4, 3], [0, 1, 1, 2])


def test_a_code_as_written_wins_over_a_folded_one() -> None:
    system = CodeSystem.of(["A1x", "a1x", "A1X"])

    assert code_ids("a1x|A1x|A1X|a1X", system).tolist() == [1, 0, 2, 0]


codes = st.lists(st.text(alphabet="ABxy.01+*", min_size=1, max_size=20), min_size=1, max_size=60, unique=True)


@given(codes, st.lists(st.text(alphabet="ABxy.01+*", min_size=1, max_size=20), max_size=10))
def test_every_code_finds_itself_and_nothing_else(known: list[str], others: list[str]) -> None:
    index = code_index(CodeSystem.of(known))

    assert ids_in("|".join(known), index).tolist() == list(range(len(known)))
    for other in others:
        folds = [code.lower() for code in known]
        fold = folds.index(other.lower()) if other.lower() in folds else -1
        expected = known.index(other) if other in known else fold
        assert ids_in(other, index).tolist() == [expected]


def test_an_empty_code_system_knows_nothing() -> None:
    assert code_ids("A01.000", CodeSystem((), ())).tolist() == [-1]


@given(st.lists(st.text("aA1.x+*中", min_size=1, max_size=20), min_size=1, max_size=12, unique=True), st.data())
def test_codes_of_any_length_are_found_as_by_a_dictionary(codes: list[str], data: st.DataObject) -> None:
    system = CodeSystem.of(codes)
    asked = data.draw(
        st.lists(st.sampled_from([*codes, *map(_folded, codes), "1", "aaaaaaaaaaaaaaaaaaaaa"]), min_size=1)
    )
    first = {_folded(code): place for place, code in reversed(list(enumerate(codes)))}

    assert code_ids("|".join(asked), system).tolist() == [
        codes.index(code) if code in codes else first.get(_folded(code), -1) for code in asked
    ]


def _folded(code: str) -> str:
    return code.lower()
