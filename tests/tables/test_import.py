"""Import: what comes out of a right file, and what is said of every wrong cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drgdip.base.errors import TablesError, UsageError
from drgdip.tables import TablesFileError, load_tables
from drgdip.tables.mapping import read_mapping
from tests.tables.conftest import APPENDIX, ERYSIPELAS, HEADER, SURGERY


def test_a_published_catalogue_becomes_an_edition(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    manifest, warnings = imported(catalogue(APPENDIX, ERYSIPELAS, SURGERY))

    assert warnings == []
    assert manifest.rows == {"groups": 3, "core": 2, "comprehensive": 1, "cases": 66}
    assert (manifest.point_scale, manifest.region_mean_cost_yuan) == (1000, "10000")
    tables = load_tables(path=tmp_path / "edition")
    assert tables.group_codes == ("K35.3:47.0100", "A46.x", "K35:SS")
    assert tables.group_names == ("阑尾炎+腹腔镜阑尾切除", "丹毒", "阑尾炎+手术")
    assert tables.row(1) == {
        "dip_code": "A46.x", "kind": "core", "treatment_type": "conservative", "diagnosis_category": "A46.X",
        "operations": "", "name": "丹毒", "points": "300.00004", "mean_cost_yuan": "3000.005", "mean_stay_days": "6",
        "cv": "0.4", "cases": "20", "primary_care": "0", "weight": "0.300000", "upper_limit_multiple": "3",
        "single_review": "0",
    }  # fmt: skip
    # Published numbers are rounded half-up when compiled: 300.00004 -> 300.0000, 3000.005 yuan -> 3000.01.
    assert tables.groups.relative_weight_e4.tolist() == [10_000_000, 3_000_000, 9_500_000]
    assert tables.groups.mean_cost_fen.tolist() == [1_000_000, 300_001, 950_000]


def test_related_operations_are_all_needed(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    imported(catalogue(APPENDIX.replace("47.0100,腹腔镜阑尾切除,,", '47.0100,a,"54.5100,54.5101",b')))

    assert load_tables(path=tmp_path / "edition").row(0)["operations"] == "47.0100+54.5100+54.5101"


@pytest.mark.parametrize(
    ("before", "after", "key", "field", "value"),
    [
        (",1000,10000,10000", ",-1,10000,10000", "not_positive", "points", "-1"),
        (",1000,10000,10000", ",,10000,10000", "missing_value", "points", ""),
        (",1000,10000,10000", ",1e3,10000,10000", "bad_number", "points", "1e3"),
        (",1000,10000,10000", ',"1,000",10000,10000', "bad_number", "points", "1,000"),
        (",1000,10000,10000", ",0.00004,10000,10000", "not_positive", "points", "0.00004"),
        (",1000,10000,10000", ",10000001,10000,10000", "too_large", "points", "10000001"),
        (",1000,10000,10000", ",1000,0,10000", "not_positive", "avg_fee", "0"),
        (",1000,10000,10000", ",1000,100000000.01,10000", "too_large", "avg_fee", "100000000.01"),
        (",40,3,0", ",-40,3,0", "negative_number", "cases", "-40"),
        (",40,3,0", ",4.5,3,0", "bad_number", "cases", "4.5"),
        (",core,K35.3", ",main,K35.3", "unknown_value", "type", "main"),
        (",core,K35.3", ",,K35.3", "missing_value", "type", ""),
        (",core,K35.3", ",core,K35", "bad_category", "dx_code", "K35"),
        (",core,K35.3", ",core,", "missing_value", "dx_code", ""),
        (",core,K35.3", ",core,K99.3", "unknown_diagnosis", "diagnosis_category", "K99.3"),
        ("K35.3:47.0100,", ",", "missing_value", "dip_code", ""),
        ("阑尾炎,47.0100", "阑尾炎,47.9999", "unknown_operation", "operations", "47.9999"),
        ("阑尾炎,47.0100", "阑尾炎,47.0100//54.5100", "bad_operations", "proc_codes", "47.0100//54.5100"),
        (",腹腔镜", ',"腹腔\n镜"', "line_break", "dx_name", "阑尾炎+腹腔\n镜阑尾切除"),
    ],
)
def test_a_wrong_cell_is_told_with_its_place(
    catalogue: Any, imported: Any, tmp_path: Path, before: str, after: str, key: str, field: str, value: str
) -> None:
    assert before in APPENDIX
    if key == "line_break":
        before, after = ",腹腔镜阑尾切除", ',"腹腔\n镜阑尾切除"'

    with pytest.raises(TablesFileError) as raised:
        imported(catalogue(ERYSIPELAS, APPENDIX.replace(before, after)))

    assert [tuple(problem)[:5] for problem in raised.value.problems] == [(key, "city.csv", 2, field, value)]
    assert "city.csv 第 2 行" in raised.value.message("zh")
    assert f"city.csv, row 2, {field}" in raised.value.message("en")
    assert not (tmp_path / "edition").exists()


def test_all_wrong_rows_are_told_together(catalogue: Any, imported: Any) -> None:
    wrong = APPENDIX.replace(",1000,10000,", ",x,-1,")

    with pytest.raises(TablesFileError) as raised:
        imported(catalogue(wrong, ERYSIPELAS, "too,short"))

    assert [(p.key, p.row, p.field) for p in raised.value.problems] == [
        ("bad_number", 1, "points"), ("not_positive", 1, "avg_fee"), ("cell_count", 3, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ((APPENDIX, APPENDIX), "duplicate_code"),
        ((APPENDIX, APPENDIX.replace("K35.3:47.0100", "other")), "duplicate_combination"),
        ((SURGERY, SURGERY.replace("K35:SS", "K35-2:SS")), "duplicate_comprehensive"),
        ((SURGERY.replace("K35:SS", "K35:??"),), "unknown_value"),
        ((SURGERY.replace("阑尾炎,,", "阑尾炎,47.0100,"),), "comprehensive_operations"),
    ],
)
def test_groups_that_contradict_each_other_are_refused(catalogue: Any, imported: Any, rows: Any, key: str) -> None:
    with pytest.raises(TablesFileError) as raised:
        imported(catalogue(*rows))

    assert key in {problem.key for problem in raised.value.problems}


def test_related_operations_in_another_order_are_the_same_combination(catalogue: Any, imported: Any) -> None:
    one = APPENDIX.replace("47.0100,腹腔镜阑尾切除,,", '47.0100,a,"54.5100,54.2100",b')
    other = one.replace("54.5100,54.2100", "54.2100,54.5100").replace("K35.3:47.0100", "other")

    with pytest.raises(TablesFileError) as raised:
        imported(catalogue(one, other))

    assert [(p.key, p.row) for p in raised.value.problems] == [("duplicate_combination", 2)]


def test_weight_and_points_that_disagree_are_a_warning(catalogue: Any, imported: Any) -> None:
    _, warnings = imported(catalogue(APPENDIX.replace("1.000000", "1.001000"), ERYSIPELAS))

    assert [(p.key, p.severity, p.row, p.value) for p in warnings] == [
        ("points_disagree", "warning", 1, "1000 ≠ 1.001000 × 1000")
    ]


def test_a_missing_column_is_named(catalogue: Any, imported: Any) -> None:
    with pytest.raises(TablesError, match=r"city\.csv has no column points") as raised:
        imported(catalogue(APPENDIX, header=HEADER.replace("points", "score")))

    assert "--mapping" in raised.value.advice.zh


def test_columns_of_other_names_are_mapped(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "columns: {dip_code: 病种编码, points: 分值}\nvalues: {kind: {基本: core}}\n"
        "operations: {columns: [proc_codes, other_proc_codes], all: [';'], any: ['|']}\n",
        encoding="utf-8",
    )
    header = HEADER.replace("dip_code", "病种编码").replace("points", "分值")
    row = APPENDIX.replace(",core,", ",基本,").replace("阑尾切除,,", "阑尾切除,54.5100|54.5101;54.2100,")
    source = catalogue(row, header=header, encoding="gb18030")

    imported(source, mapping=read_mapping(mapping))

    assert load_tables(path=tmp_path / "edition").row(0)["operations"] == "47.0100+54.5100/54.5101+54.2100"


def test_an_unknown_key_of_a_mapping_is_named(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("columns: {pionts: 分值}\n", encoding="utf-8")

    with pytest.raises(TablesError, match=r"columns\.pionts of .*mapping\.yaml"):
        read_mapping(mapping)


def test_the_regions_mean_cost_must_be_one(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    source = catalogue(APPENDIX, ERYSIPELAS.replace("3000.005,10000", "3000.005,10001"))

    with pytest.raises(TablesError, match="different mean costs"):
        imported(source)
    manifest, _ = imported(source, region_mean_cost_yuan="9999.995")
    assert manifest.region_mean_cost_yuan == "9999.995"
    assert load_tables(path=tmp_path / "edition").region_mean_cost_fen == 1_000_000


def test_a_released_edition_is_not_replaced(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    imported(catalogue(APPENDIX))

    with pytest.raises(UsageError, match="released editions never change"):
        imported(catalogue(ERYSIPELAS))
    imported(catalogue(ERYSIPELAS), overwrite=True)
    assert load_tables(path=tmp_path / "edition").group_codes == ("A46.x",)


def test_an_exported_catalogue_comes_back_the_same(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    imported(catalogue(APPENDIX, ERYSIPELAS, SURGERY))

    imported(tmp_path / "edition" / "groups.csv", region_mean_cost_yuan="10000", out=tmp_path / "again")

    first, second = (tmp_path / name / "groups.csv" for name in ("edition", "again"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("options", "place"),
    [({"edition": "a/b"}, "edition"), ({"region_mean_cost_yuan": "0.004"}, "region_mean_cost_yuan"),
     ({"region_mean_cost_yuan": "1e4"}, "region_mean_cost_yuan")],
)  # fmt: skip
def test_what_cannot_be_is_wrong_use(catalogue: Any, imported: Any, options: dict[str, str], place: str) -> None:
    with pytest.raises(UsageError, match=f"{place} cannot be"):
        imported(catalogue(APPENDIX), **options)
