"""Compiling: the demo edition and small catalogues against tables made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from drgdip.base.errors import TablesError
from drgdip.tables import CodeSystem, DipTables, Group, compile_dip, load_tables
from drgdip.tables.dip_catalogue import KINDS

SURGERY, THERAPEUTIC, DIAGNOSTIC, CONSERVATIVE, INTERVENTION = range(5)


@pytest.fixture
def demo() -> DipTables:
    return load_tables("dip", "demo")


def group(code: str, category: str, operations: str = "", kind: str = "core", **cells: str) -> Group:
    given = {"treatment_type": "", "name": code, "points": "1", "mean_cost_yuan": "1", **cells}
    return Group(code, kind, given.pop("treatment_type"), category, operations, **given)


def compiled(*groups: Group, procedures: str = "", diagnoses: str = "K35.300") -> DipTables:
    codes = CodeSystem.of(procedures.split())
    types = dict.fromkeys(codes.codes, "surgery")
    return compile_dip(groups, CodeSystem.of(diagnoses.split()), codes, types, 1000, "10000")


def terms(tables: DipTables, code: str) -> list[list[tuple[str, int]]]:
    """Terms of a group as code and wildcard flag, read back from the arrays."""
    a, g = tables.groups, tables.group_ids[code]
    return [
        [
            (tables.procedures.codes[a.alternative_procedure[k]], int(a.alternative_wildcard[k]))
            for k in range(a.alternative_offset[t], a.alternative_offset[t + 1])
        ]
        for t in range(a.term_offset[g], a.term_offset[g + 1])
    ]


def core_groups(tables: DipTables, diagnosis: str) -> list[str]:
    a = tables.groups
    category = a.diagnosis_core_category[tables.diagnoses.ids[diagnosis]]
    if category < 0:
        return []
    return [tables.group_codes[g] for g in a.core_group[a.core_offset[category] : a.core_offset[category + 1]]]


def comprehensive_groups(tables: DipTables, diagnosis: str) -> list[str | None]:
    category = tables.groups.diagnosis_comprehensive_category[tables.diagnoses.ids[diagnosis]]
    row = tables.groups.comprehensive_group[category] if category >= 0 else []
    return [tables.group_codes[g] if g >= 0 else None for g in row]


def test_diagnoses_fall_into_their_categories(demo: DipTables) -> None:
    k35 = ["K35.3", "K35.3:47.0100", "K35.3:47.0100+54.5100", "K35.3:47.0100+54.5100/54.5101", "K35.3:47.09"]
    assert core_groups(demo, "K35.301") == k35
    assert core_groups(demo, "A46.x00") == ["A46.X"]
    assert core_groups(demo, "I10.x00x002") == ["I10.X"]
    assert core_groups(demo, "K35.800") == []
    assert core_groups(demo, "R51.x00") == []
    assert comprehensive_groups(demo, "K35.800") == ["K35:SS", "K35:ZLXCZ", "K35:ZDXCZ", "K35:BSZL"]
    assert comprehensive_groups(demo, "J18.900") == [None, None, None, "J18:BSZL"]
    assert comprehensive_groups(demo, "R51.x00") == []


def test_combinations_become_terms_and_alternatives(demo: DipTables) -> None:
    assert terms(demo, "K35.3") == []
    assert terms(demo, "K35.3:47.0100+54.5100/54.5101") == [[("47.0100", 0)], [("54.5100", 0), ("54.5101", 0)]]
    assert terms(demo, "I20.0:36.0700/36.0601") == [[("36.0700", 0), ("36.0601", 0)]]
    assert terms(demo, "K35.3:47.09") == [[("47.0901", 1), ("47.0902", 1)]]


def test_values_of_the_demo_edition(demo: DipTables) -> None:
    a, ids = demo.groups, demo.group_ids
    assert (demo.point_scale, demo.region_mean_cost_fen) == (1000, 1_000_000)
    assert a.relative_weight_e4[ids["K35.3:47.0100"]] == 10_000_000
    assert a.mean_cost_fen[ids["I20.0:36.0700+00.6601"]] == 3_100_000
    assert a.group_cases.sum() == 2760
    assert [demo.group_codes[g] for g in np.flatnonzero(a.group_primary_care)] == ["I10.X"]
    assert a.group_kind.tolist() == [KINDS.index("core")] * 11 + [KINDS.index("comprehensive")] * 5
    assert a.group_treatment_type[[ids["A46.X"], ids["I20.0:88.5500"], ids["K35:ZLXCZ"]]].tolist() == [
        CONSERVATIVE, DIAGNOSTIC, THERAPEUTIC,
    ]  # fmt: skip
    in_order = sorted(demo.group_codes)
    assert [in_order[rank] for rank in a.group_rank] == list(demo.group_codes)
    types = dict(zip(demo.procedures.codes, a.procedure_treatment_type.tolist(), strict=True))
    assert (types["36.0700"], types["44.1300x001"], types["96.0700"]) == (INTERVENTION, DIAGNOSTIC, THERAPEUTIC)


def test_types_of_arrays_are_those_that_kernels_are_compiled_for(demo: DipTables) -> None:
    int8 = {
        "alternative_wildcard",
        "group_kind",
        "group_treatment_type",
        "group_primary_care",
        "procedure_treatment_type",
        "procedure_opens",
        "diagnosis_opens",
        "operation_place",
        "has_bounds",
        "principal_excluded",
        "procedure_unused",
    }
    int64 = {"relative_weight_e4", "mean_cost_fen", "group_cases"}
    again = load_tables("dip", "demo")
    for tables in (demo, again, compiled(group("a", "K35.3")), compiled()):
        for name, array in tables.groups._asdict().items():
            assert array.dtype.name == ("int8" if name in int8 else "int64" if name in int64 else "int32"), name
            assert array.flags.c_contiguous, name
            assert array.flags.writeable, name


def test_a_code_that_exists_is_exact_and_still_stands_for_its_subcategory() -> None:
    tables = compiled(group("a", "K35.3", "47.09"), procedures="47.0901 47.09 47.0100")

    assert terms(tables, "a") == [[("47.09", 0), ("47.0901", 1)]]


def test_three_digits_and_full_codes_are_no_subcategory() -> None:
    tables = compiled(group("a", "K35.3", "47.0"), group("b", "K35.3", "47.0900"), procedures="47.0901 47.0900x001")

    assert terms(tables, "a") == [[]]
    assert terms(tables, "b") == [[]]


def test_a_core_group_without_a_type_has_that_of_its_main_operation() -> None:
    groups = [group("a", "K35.3", "47.0100+88.0100"), group("b", "K35.3", "47.0100/88.0100"), group("c", "K35.3")]
    codes = CodeSystem.of(["47.0100", "88.0100"])
    types = {"47.0100": "surgery", "88.0100": "diagnostic"}

    tables = compile_dip(groups, CodeSystem.of(["K35.300"]), codes, types, 1000, "10000")

    assert tables.groups.group_treatment_type.tolist() == [SURGERY, -1, CONSERVATIVE]


def test_procedures_without_a_type_are_unknown() -> None:
    tables = compile_dip([], CodeSystem.of([]), CodeSystem.of(["47.0100"]), {}, 1000, "10000")

    assert tables.groups.procedure_treatment_type.tolist() == [-1]


def test_small_letters_of_categories_do_not_matter() -> None:
    assert core_groups(compiled(group("a", "A46.x"), diagnoses="A46.x00 a46.X00"), "A46.x00") == ["a"]


def test_what_kernels_could_not_tell_apart_is_refused() -> None:
    with pytest.raises(TablesError, match="a is repeated"):
        compiled(group("a", "K35.3"), group("a", "K35.3", "47.0100"))
    pair = [group(code, "K35", kind="comprehensive", treatment_type="surgery") for code in ("a", "b")]
    with pytest.raises(TablesError, match="a and b share"):
        compiled(*pair)


def test_tables_in_memory_have_a_hash_of_their_content() -> None:
    one, same, other = (compiled(group("a", "K35.3", points=points)) for points in ("1", "1", "2"))

    assert one.sha256 == same.sha256 != other.sha256
    assert one.row(0)["points"] == "1"
