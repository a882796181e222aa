"""Layouts of catalogues: the national one of version 3.0, workbooks, a city's own headers, weights from another file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from drgdip.base.errors import TablesError
from drgdip.tables import TablesFileError, load_tables
from drgdip.tables.condition_cells import Conditions, read_conditions
from drgdip.tables.local_weights import read_weights
from drgdip.tables.mapping import read_mapping

NATIONAL = "layer,seq,name,dx,procedures,condition"
LUNG = "XQ,7,肺移植,*,33.5000x001|33.5100|33.5200,main"
VENTILATED = "XQ,13,有创呼吸机伴CRRT,*,96.7201+39.9500x007,any"
SMALL = "XQ,16,超低出生体重儿,P07(any dx),,age_days<29;weight 0-999"
MERGED = "BX,25,,A40,33.2400x001|33.2402,main"
ASSISTED = "FZ,1,白血病再次化疗,Z51.1+C91|C92,99.2503,main"


def rows_of(folder: Path) -> list[dict[str, str]]:
    """Rows of an edition without the cells that every row of a national catalogue leaves empty."""
    return [
        {name: cell for name, cell in row.cells().items() if cell and name not in ("primary_care",)}
        for row in load_tables(path=folder).rows
    ]


def test_the_national_layout_is_known_by_its_header(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    manifest, warnings = imported(catalogue(LUNG, VENTILATED, SMALL, MERGED, ASSISTED, header=NATIONAL))

    assert warnings == []
    assert manifest.rows == {
        "groups": 5, "pre": 3, "merge": 1, "assisted": 1, "core": 0, "comprehensive": 0, "cases": 0
    }  # fmt: skip
    assert manifest.region_mean_cost_yuan is None
    assert rows_of(tmp_path / "edition") == [
        {"dip_code": "XQ-7", "kind": "pre", "diagnosis_category": "*", "operations": "33.5000x001/33.5100/33.5200",
         "name": "肺移植", "operation_place": "main"},
        {"dip_code": "XQ-13", "kind": "pre", "diagnosis_category": "*", "operations": "96.7201+39.9500x007",
         "name": "有创呼吸机伴CRRT", "operation_place": "any"},
        {"dip_code": "XQ-16", "kind": "pre", "diagnosis_category": "P07", "name": "超低出生体重儿",
         "diagnosis_place": "any", "age_days": "0-28", "birth_weight_g": "0-999"},
        {"dip_code": "BX-25", "kind": "merge", "diagnosis_category": "A40", "operations": "33.2400x001/33.2402",
         "name": "A40 33.2400x001|33.2402", "operation_place": "main"},
        {"dip_code": "FZ-1", "kind": "assisted", "diagnosis_category": "Z51.1", "operations": "99.2503",
         "name": "白血病再次化疗", "other_diagnoses": "C91/C92", "operation_place": "main"},
    ]  # fmt: skip


def test_an_edition_without_weights_groups_and_does_not_settle(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    import drgdip

    imported(catalogue(LUNG, header=NATIONAL))
    tables = load_tables(path=tmp_path / "edition")

    assert not tables.weighted
    for refused in (lambda: drgdip.Engine("demo_tiny", tables=tables),
                    lambda: drgdip.settle_month("demo_tiny", tmp_path / "none.csv", "2026-01", tables=tables)):  # fmt: skip
        with pytest.raises(TablesError, match="test-1 has no weights: it groups, but cannot settle") as raised:
            refused()
        assert "--weights" in raised.value.advice.zh


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("main;sex 1", "sex 1"),
        ("age_days<", "age_days<"),
        ("weight 0-1.5kg", "weight 0-1.5kg"),
        ("any where", "any where"),
    ],
)
def test_a_condition_that_is_not_understood_is_told(catalogue: Any, imported: Any, condition: str, value: str) -> None:
    with pytest.raises(TablesFileError) as raised:
        imported(catalogue(LUNG, LUNG.replace("XQ,7", "XQ,8").replace("main", condition), header=NATIONAL))

    problems = [(p.key, p.file, p.row, p.field, p.value) for p in raised.value.problems]
    assert problems == [("unknown_value", "city.csv", 2, "condition", value)]


@pytest.mark.parametrize(
    ("cell", "cells"),
    [
        ("main", {"operation_place": "main"}),
        ("年龄≥18岁", {"age_years": "18-"}),
        ("年龄 7-17；any", {"operation_place": "any", "age_years": "7-17"}),
        ("age_days<29;weight 0-999", {"age_days": "0-28", "birth_weight_g": "0-999"}),
        ("weight>=1000;weight<1500g", {"birth_weight_g": "1000-1499"}),
        ("weight<=1499;weight>999", {"birth_weight_g": "1000-1499"}),
        ("age_days=0", {"age_days": "0-0"}),
        ("", {}),
    ],
)
def test_conditions_in_one_cell(cell: str, cells: dict[str, str]) -> None:
    names = {"age_days": "age_days", "weight": "birth_weight_g", "年龄": "age_years"}
    conditions = Conditions.model_validate(
        {"column": "c", "separators": [";", "；"], "names": names, "places": {"main": "main", "any": "any"}}
    )

    assert read_conditions(cell, conditions) == (cells, [])


def test_conditions_that_contradict_each_other_are_told(catalogue: Any, imported: Any) -> None:
    with pytest.raises(TablesFileError) as raised:
        imported(catalogue(SMALL.replace("weight 0-999", "age_days>=29"), header=NATIONAL))

    assert [(p.key, p.row, p.field) for p in raised.value.problems] == [("bad_range", 1, "age_days")]


def test_sheets_of_a_workbook_are_read_below_their_titles(imported: Any, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "先期"
    for cells in (["国家分组方案"], NATIONAL.split(","), ["XQ", 7, "肺移植", "*", "33.5100", "main"], [None] * 6,
                  ["XQ", 16.0, "超低出生体重儿", "P07(any dx)", None, "age_days<29;weight 0-999"]):  # fmt: skip
        first.append(cells)
    book.create_sheet("说明").append(["此表为说明"])
    merges = book.create_sheet("并项")
    merges.append(NATIONAL.split(","))
    merges.append(["BX", 25, None, "A40", "33.2402", "main"])
    book.save(tmp_path / "national.xlsx")

    manifest, _ = imported(tmp_path / "national.xlsx")

    assert (manifest.rows["pre"], manifest.rows["merge"]) == (2, 1)
    assert load_tables(path=tmp_path / "edition").group_codes == ("XQ-7", "XQ-16", "BX-25")


def test_a_sheet_can_be_the_layer(imported: Any, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "先期"
    book.active.append(["序号", "病种名称", "诊断", "操作"])
    book.active.append(["1", "肺移植", "*", "33.5100"])
    book.save(tmp_path / "sheets.xlsx")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        'columns: {dip_code: ["@sheet", 序号], kind: "@sheet", diagnosis_category: 诊断, points: null, mean_cost_yuan: null}\n'
        "operations: {columns: [操作]}\nname: [病种名称]\n",
        encoding="utf-8",
    )

    imported(tmp_path / "sheets.xlsx", mapping=read_mapping(mapping))

    assert load_tables(path=tmp_path / "edition").group_codes == ("先期-1",)


def test_a_workbook_without_the_columns_is_refused(imported: Any, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["层", "序号"])
    book.save(tmp_path / "other.xlsx")

    with pytest.raises(TablesError, match=r"other\.xlsx has no column"):
        imported(tmp_path / "other.xlsx")


def test_a_file_that_is_no_workbook_is_refused(imported: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK no workbook")

    with pytest.raises(TablesError, match="cannot be read"):
        imported(tmp_path / "broken.xlsx")


CITY_HEADER = "病种编号,病种类别,诊断编码,附加诊断,手术编码,入组条件,中医优势,名称,分数,次均费用"
CITY_MAPPING = """
columns: {dip_code: 病种编号, kind: 病种类别, diagnosis_category: 诊断编码, points: 分数, mean_cost_yuan: 次均费用}
optional: {other_diagnoses: 附加诊断, tcm: 中医优势}
diagnoses: {any: ["、"], all: ["&"]}
operations: {columns: [手术编码], all: ["&"], any: ["、"]}
conditions: {column: 入组条件}
name: [名称]
treatment_type: {column: 病种类别, after: "-"}
values:
  kind: {综合-手术: comprehensive}
  treatment_type: {先期: "", 诊断辅助: "", 核心: ""}
region_mean_cost: null
"""


def test_a_citys_own_headers_are_mapped(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    mapping = tmp_path / "city.yaml"
    mapping.write_text(CITY_MAPPING, encoding="utf-8")
    source = catalogue(
        "A1,先期,*,,96.7201,任一手术操作,否,呼吸机,8000,80000",
        "A2,诊断辅助,T20、T21,T31.2、T31.3,,年龄<18岁,否,儿童烧伤,3500,35000",
        "A3,核心,M54.1、M54.5,,17.9110、17.91100,,是,针刺,300,3000",
        "A4,综合-手术,K35,,,,否,阑尾炎手术,950,9500",
        header=CITY_HEADER, encoding="gb18030",
    )  # fmt: skip

    _, warnings = imported(source, mapping=read_mapping(mapping), region_mean_cost_yuan="10000")

    assert [(p.key, p.row, p.value) for p in warnings] == [("unused_operation", 3, "17.9110")]
    shown = ("dip_code", "kind", "treatment_type", "diagnosis_category", "other_diagnoses", "operations",
             "operation_place", "age_years", "tcm")  # fmt: skip
    assert [[row.cells().get(name, "") for name in shown] for row in load_tables(path=tmp_path / "edition").rows] == [
        ["A1", "pre", "", "*", "", "96.7201", "any", "", "0"],
        ["A2", "assisted", "", "T20/T21", "T31.2/T31.3", "", "", "0-17", "0"],
        ["A3", "core", "", "M54.1/M54.5", "", "17.9110/17.91100", "", "", "1"],
        ["A4", "comprehensive", "surgery", "K35", "", "", "", "", "0"],
    ]


def weights(
    tmp_path: Path, *rows: str, leave_out: bool = False, header: str = "dip_code,points,mean_cost_yuan,cases"
) -> Any:
    path = tmp_path / "weights.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return read_weights(path, leave_out)


def test_a_place_adds_its_own_weights(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    local = weights(tmp_path, "BX-25,2000,20000.5,40", "XQ-7,30000,300000,")

    manifest, warnings = imported(
        catalogue(LUNG, MERGED, header=NATIONAL), weights=local, region_mean_cost_yuan="10000"
    )

    assert warnings == []
    assert manifest.rows["cases"] == 40
    tables = load_tables(path=tmp_path / "edition")
    assert tables.weighted
    assert tables.groups.relative_weight_e4.tolist() == [300_000_000, 20_000_000]
    assert tables.groups.mean_cost_fen.tolist() == [30_000_000, 2_000_050]


def test_a_group_that_no_weight_names_is_told_or_left_out(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    source = catalogue(LUNG, MERGED, header=NATIONAL)

    with pytest.raises(TablesFileError) as raised:
        imported(source, weights=weights(tmp_path, "XQ-7,30000,300000,"), region_mean_cost_yuan="10000")
    assert [(p.key, p.row, p.field) for p in raised.value.problems] == [
        ("missing_value", 2, "points"), ("missing_value", 2, "mean_cost_yuan")
    ]  # fmt: skip

    local = weights(tmp_path, "XQ-7,30000,300000,", leave_out=True)
    _, warnings = imported(source, weights=local, region_mean_cost_yuan="10000")
    assert [(p.key, p.row, p.value) for p in warnings] == [("left_out", 2, "BX-25")]
    assert load_tables(path=tmp_path / "edition").group_codes == ("XQ-7",)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (("XQ-7,30000,300000,", "XQ-8,1,1,"), ("unknown_group", "weights.csv", 2, "dip_code", "XQ-8")),
        (("XQ-7,30000,300000,", "XQ-7,1,1,"), ("duplicate_code", "weights.csv", 2, "dip_code", "XQ-7")),
        ((",1,1,", "XQ-7,30000,300000,"), ("missing_value", "weights.csv", 1, "dip_code", "")),
        (("XQ-7,0.00001,300000,",), ("not_positive", "weights.csv", 1, "points", "0.00001")),
        (("XQ-7,30000,3e5,",), ("bad_number", "weights.csv", 1, "mean_cost_yuan", "3e5")),
    ],
)
def test_wrong_weights_are_told(
    catalogue: Any, imported: Any, tmp_path: Path, rows: tuple[str, ...], problem: tuple[str, str, int, str, str]
) -> None:
    with pytest.raises(TablesFileError) as raised:
        imported(catalogue(LUNG, header=NATIONAL), weights=weights(tmp_path, *rows), region_mean_cost_yuan="10000")

    assert problem in [tuple(one) for one in raised.value.problems]


def test_weights_need_the_mean_cost_of_the_region(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    with pytest.raises(TablesError, match="has no mean cost of the region"):
        imported(catalogue(LUNG, header=NATIONAL), weights=weights(tmp_path, "XQ-7,30000,300000,"))


def test_exclusion_lists_belong_to_an_edition(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("code,name\nT31.200,烧伤\nT31.999,没有\nT31.200,烧伤\n", encoding="utf-8")
    (tmp_path / "o.csv").write_text("code\n38.9300\n", encoding="utf-8")

    manifest, warnings = imported(
        catalogue(LUNG, header=NATIONAL),
        excluded={"principals_excluded": tmp_path / "p.csv", "operations_unused": tmp_path / "o.csv"},
    )

    assert [(p.key, p.file, p.row, p.value) for p in warnings] == [
        ("code_twice", "principals_excluded.csv", 3, "T31.200"),
        ("unlisted_diagnosis", "principals_excluded.csv", 2, "T31.999"),
    ]
    assert set(manifest.files) == {"groups.csv", "principals_excluded.csv", "operations_unused.csv"}
    tables = load_tables(path=tmp_path / "edition")
    assert tables.groups.principal_excluded[tables.diagnoses.ids["T31.200"]] == 1
    assert tables.groups.procedure_unused[tables.procedures.ids["38.9300"]] == 1
    assert (tables.groups.principal_excluded.sum(), tables.groups.procedure_unused.sum()) == (1, 1)


@pytest.mark.parametrize(
    ("cell", "problems"),
    [
        ("33.5000x001|33.5100|33.9999", [("unused_operation", "warning", "33.9999")]),
        ("33.9998|33.9999", [("unknown_operation", "error", "33.9998"), ("unknown_operation", "error", "33.9999")]),
        ("33.5100|33.5100", [("code_twice", "warning", "33.5100")]),
    ],
)
def test_codes_of_a_term(catalogue: Any, imported: Any, cell: str, problems: list[tuple[str, str, str]]) -> None:
    source = catalogue(LUNG.replace("33.5000x001|33.5100|33.5200", cell), header=NATIONAL)

    try:
        found = imported(source)[1]
    except TablesFileError as error:
        found = error.problems

    assert [(p.key, p.severity, p.value) for p in found] == problems


def test_an_exported_layered_catalogue_comes_back_the_same(root: Path, imported: Any, tmp_path: Path) -> None:
    from drgdip.tables.dip_import import resolve_lists

    folder = root / "grouper_tables" / "dip" / "demo-3.0"
    lists = resolve_lists(
        {role: str(folder / f"{role}.csv") for role in ("diagnoses", "procedures", "treatment_types")}
    )

    imported(folder / "groups.csv", region_mean_cost_yuan="10000", lists=lists, out=tmp_path / "again")

    assert (tmp_path / "again" / "groups.csv").read_bytes() == (folder / "groups.csv").read_bytes()
