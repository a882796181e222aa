"""The layers before the core groups, compiled: small catalogues against tables made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from drgdip.tables import CodeSystem, DipTables, Group, compile_dip, load_tables
from drgdip.tables.dip_compile import NO_EXCLUSIONS, Exclusions
from drgdip.tables.dip_conditions import NO_LIMIT, DiagnosisFinder, is_category, parse_range

DIAGNOSES = ("A40.000", "A40.100", "A46.x00", "P07.000", "P07.100", "T20.300", "T31.200")
PROCEDURES = ("33.5100", "33.5101", "96.7201", "99.2503")


def row(code: str, kind: str, category: str, operations: str = "", **cells: str) -> Group:
    return Group(code, kind, cells.pop("treatment_type", ""), category, operations, code, "1", "1", **cells)


def compiled(*rows: Group, exclusions: Exclusions = NO_EXCLUSIONS) -> DipTables:
    systems = CodeSystem.of(list(DIAGNOSES)), CodeSystem.of(list(PROCEDURES))
    return compile_dip(rows, *systems, dict.fromkeys(PROCEDURES, "surgery"), 1000, "10000", exclusions)


def listed(tables: DipTables, code: str) -> list[str]:
    """Rows before core by principal diagnosis, as the arrays have them."""
    arrays, place = tables.groups, tables.diagnoses.ids[code]
    rows = arrays.listed_group[arrays.listed_offset[place] : arrays.listed_offset[place + 1]]
    return [tables.group_codes[one] for one in rows]


def test_rows_stand_by_layer_and_then_as_in_the_file() -> None:
    tables = compiled(
        row("core", "core", "A40.0"), row("FZ", "assisted", "A40"), row("BX2", "merge", "A40.0/A46"),
        row("XQ", "pre", "A40.000"), row("BX1", "merge", "A40"),
    )  # fmt: skip

    assert tables.groups.group_order.tolist() == [4, 3, 1, 0, 2]
    assert listed(tables, "A40.000") == ["XQ", "BX2", "BX1", "FZ"]
    assert listed(tables, "A40.100") == ["BX1", "FZ"]
    assert listed(tables, "A46.x00") == ["BX2"]
    assert listed(tables, "T20.300") == []
    assert tables.groups.open_group.tolist() == []


def test_rows_of_any_principal_diagnosis_are_open() -> None:
    tables = compiled(
        row("low", "pre", "P07", diagnosis_place="any", age_days="0-28", birth_weight_g="-999"),
        row("lung", "pre", "*", "33.51", operation_place="main"),
        row("burn", "merge", "*", other_diagnoses="T31.2/A46+P07"),
    )
    arrays = tables.groups

    assert arrays.open_group.tolist() == [0, 1, 2]
    assert arrays.any_diagnosis_offset.tolist() == [0, 2, 2, 2]
    assert arrays.any_diagnosis.tolist() == [3, 4]
    assert arrays.diagnosis_term_offset.tolist() == [0, 0, 0, 2]
    assert arrays.diagnosis_alternative_offset.tolist() == [0, 2, 4]
    assert arrays.diagnosis_alternative.tolist() == [2, 6, 3, 4]
    assert arrays.diagnosis_opens.tolist() == [0, 0, 1, 1, 1, 0, 1]
    assert arrays.procedure_opens.tolist() == [1, 1, 0, 0]
    assert arrays.operation_place.tolist() == [0, 1, 0]
    assert arrays.has_bounds.tolist() == [1 | 4, 0, 8]
    assert arrays.bounds[0].tolist() == [0, 28, -1, NO_LIMIT, 1, 999]  # 0 g: not recorded
    assert arrays.bounds[1].tolist() == [-1, NO_LIMIT] * 3


def test_core_rows_of_another_form_are_found_by_diagnosis() -> None:
    tables = compiled(
        row("both", "core", "A40.0/A46.X"), row("one", "core", "P07.100", age_years="1-"), row("usual", "core", "A40.0")
    )
    arrays = tables.groups

    assert arrays.extra_offset.tolist() == [0, 1, 1, 2, 2, 3, 3, 3]
    assert [tables.group_codes[one] for one in arrays.extra_group] == ["both", "both", "one"]
    assert arrays.diagnosis_core_category.tolist() == [0, -1, -1, -1, -1, -1, -1]
    assert arrays.core_group.tolist() == [2]
    assert arrays.bounds[1].tolist() == [-1, NO_LIMIT, 1, NO_LIMIT, -1, NO_LIMIT]


def test_a_letter_stands_for_its_chapter() -> None:
    tables = compiled(
        row("A40", "comprehensive", "A40", treatment_type="surgery"),
        row("A", "comprehensive", "a", treatment_type="surgery"),
    )
    arrays = tables.groups

    by_category = arrays.comprehensive_group[arrays.diagnosis_comprehensive_category[0]]
    by_letter = arrays.comprehensive_group[arrays.diagnosis_letter_category[2]]
    assert (by_category.tolist(), by_letter.tolist()) == ([0, -1, -1, -1], [1, -1, -1, -1])
    assert arrays.diagnosis_comprehensive_category[2] == -1
    assert arrays.diagnosis_letter_category[5] == -1


def test_exclusion_lists_are_flags_and_part_of_the_hash() -> None:
    rows = [row("core", "core", "A40.0")]
    tables = compiled(*rows, exclusions=Exclusions(("t31.200",), ("96.7201",)))

    assert np.flatnonzero(tables.groups.principal_excluded).tolist() == [6]
    assert np.flatnonzero(tables.groups.procedure_unused).tolist() == [2]
    assert tables.sha256 != compiled(*rows).sha256
    assert tables.sha256 != compiled(*rows, exclusions=Exclusions((), ("t31.200", "96.7201"))).sha256


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("", (-1, NO_LIMIT)), ("0-28", (0, 28)), ("29-", (29, NO_LIMIT)), ("-999", (0, 999)), ("7-7", (7, 7)),
        ("8-7", None), ("-", None), ("a", None), ("1-2-3", None), (" 1-2", None), ("1234567-", None),
    ],
)  # fmt: skip
def test_ranges(text: str, ends: tuple[int, int] | None) -> None:
    assert parse_range(text) == ends


@pytest.mark.parametrize("text", ["A40", "A4X", "K35.3", "A46.X", "a46.x00", "K35.301x002"])
def test_categories(text: str) -> None:
    assert is_category(text)


@pytest.mark.parametrize("text", ["", "A", "A4", "4A0", "K35.", "K35-3", "*"])
def test_what_is_no_category(text: str) -> None:
    assert not is_category(text)


def test_a_category_holds_what_begins_so_and_a_code_only_itself() -> None:
    finder = DiagnosisFinder(CodeSystem.of(["K35.300", "K35.300x001", "K35.301", "k35.900", "K36.x00"]))

    assert finder.ids(["K35"]) == [0, 1, 2, 3]
    assert finder.ids(["K35.3"]) == [0, 1, 2]
    assert finder.ids(["K35.300"]) == [0]
    assert finder.ids(["K36.X", "K35.9"]) == [3, 4]
    assert finder.ids(["K37"]) == []


def test_the_example_edition_has_every_layer() -> None:
    tables = load_tables("dip", "demo-3.0")

    assert np.bincount(tables.groups.group_kind).tolist() == [8, 3, 5, 9, 10]
    assert listed(tables, "A40.000") == ["BX-1"]
    assert listed(tables, "Z51.100") == ["FZ-3", "FZ-4"]
    assert [tables.group_codes[one] for one in tables.groups.open_group] == [f"XQ-{n}" for n in range(1, 9)]
    assert [tables.diagnoses.codes[one] for one in np.flatnonzero(tables.groups.principal_excluded)] == [
        "T31.200", "T31.300", "Z38.000",
    ]  # fmt: skip
    assert [tables.procedures.codes[one] for one in np.flatnonzero(tables.groups.procedure_unused)] == ["38.9300"]
    assert tables.groups.bounds[tables.group_ids["XQ-5"]].tolist() == [0, 28, -1, NO_LIMIT, 750, 999]


def test_the_cache_holds_every_array() -> None:
    first, again = load_tables("dip", "demo-3.0"), load_tables("dip", "demo-3.0")

    assert first is not again
    for name, array in first.groups._asdict().items():
        np.testing.assert_array_equal(array, getattr(again.groups, name), err_msg=name)
    assert first.catalogue == again.catalogue
