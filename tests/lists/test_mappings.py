"""Foreign exports read through mappings: renamed, translated, gathered, joined; what a mapping leaves open is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drgdip.base.errors import UsageError
from drgdip.intake.combine import Beside
from drgdip.interface.mapping import MappingFileError, load_mapping, parse_mapping, shipped_mappings
from tests.intake.sample import write_csv
from tests.lists.sample import Outcome, codes, outcome, stay, write_table

HEAD = """\
mapping:
  name: test
  title: {zh: 测试, en: Test}
  status: unverified
  source: {zh: 测试, en: Test}
tables:
"""


def mapping(tables: str) -> Any:
    return parse_mapping((HEAD + tables).encode(), "test.yaml")


def read(path: Path, tables: str, **beside: Any) -> Outcome:
    return outcome(path, beside=Beside(mapping=mapping(tables), **beside))


def renamed(folder: Path, case: dict[str, Any], names: dict[str, str]) -> Path:
    """A flat stay whose columns have other names."""
    theirs = {names.get(name, name): value for name, value in case.items()}
    return write_csv(folder / "theirs.csv", [theirs], list(theirs))


def test_a_column_is_renamed_whatever_its_case(tmp_path: Path) -> None:
    path = renamed(tmp_path, stay(1), {"medfee_sumamt": "TOTAL_Amount"})

    assert read(path, "  t:\n    columns: {medfee_sumamt: total_amount}").columns["total_cost_fen"] == [100_000]


@pytest.mark.parametrize(("written", "sex"), [("男", 1), ("女", 2)])
def test_values_are_translated(tmp_path: Path, written: str, sex: int) -> None:
    path = renamed(tmp_path, stay(1, gend=written), {"gend": "XB"})
    found = read(path, "  t:\n    columns: {gend: {from: XB, values: {男: '1', 女: '2'}}}")

    assert found.columns["sex"] == [sex]
    assert found.set_aside == []


def test_a_value_without_translation_sets_the_row_aside_even_if_it_is_a_code(tmp_path: Path) -> None:
    path = renamed(tmp_path, stay(1, gend="1"), {"gend": "XB"})
    found = read(path, "  t:\n    columns: {gend: {from: XB, values: {男: '1', 女: '2'}}}")

    assert found.keys() == [(1, "gend", "value_not_mapped")]
    assert found.findings[0].value == "1"


def test_units_are_converted_exactly(tmp_path: Path) -> None:
    case = stay(1, medfee_sumamt="100000", nwb_bir_wt="3.25", hifp_pay="0.04")
    tables = """\
  t:
    columns:
      medfee_sumamt: {from: A, unit: fen}
      nwb_bir_wt: {from: B, unit: kg}
      hifp_pay: {from: C, unit: ten_thousand_yuan}
"""
    found = read(renamed(tmp_path, case, {"medfee_sumamt": "A", "nwb_bir_wt": "B", "hifp_pay": "C"}), tables)

    assert found.columns["total_cost_fen"] == [100_000]
    assert found.columns["birth_weight_g"] == [3_250]
    assert found.columns["pooled_fund_fen"] == [40_000]
    assert found.set_aside == []


def test_a_constant_and_gathered_columns(tmp_path: Path) -> None:
    case = {name: value for name, value in stay(1).items() if name not in ("med_type", "diag_code")}
    theirs = {**case, "JBDM": "K35.300", "JBDM1": "", "JBDM2": "I63.900"}
    path = write_csv(tmp_path / "theirs.csv", [theirs], list(theirs))
    tables = "  t:\n    columns:\n      med_type: {constant: '21'}\n      diag_code: {gather: [JBDM, JBDM1..JBDM9]}\n"
    found = read(path, tables)

    assert found.findings == []
    assert found.columns["medical_type"] == [21]
    assert found.columns["diagnosis_id"] == [4, 3]


def test_no_principal_code_is_missing_and_not_the_next_one(tmp_path: Path) -> None:
    theirs = {**stay(1), "JBDM": "", "JBDM1": "I63.900"}
    path = write_csv(tmp_path / "theirs.csv", [theirs], list(theirs))

    found = read(path, "  t:\n    columns:\n      diag_code: {gather: [JBDM, JBDM1]}\n")
    assert found.keys() == [(1, "diag_code", "missing_value")]


def test_absent_columns_are_told_and_a_file_with_none_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "cases.csv", [stay(1)])
    found = read(path, "  t:\n    columns: {dscg_caty: ABT, med_type: {constant: '21'}}")

    assert [finding.value for finding in found.about_files if finding.key == "mapped_column_absent"] == [
        "ABT (dscg_caty)"
    ]
    with pytest.raises(UsageError, match="ABT"):
        read(path, "  t:\n    columns: {dscg_caty: ABT}")


def three_tables(folder: Path, cases: list[dict[str, Any]]) -> Path:
    """Cases, diagnoses and procedures as tables of their own; rows in reverse, to be ordered by their number."""
    flat = [name for name in cases[0] if name not in ("diag_code", "oprn_oprt_code")]
    write_table(folder / "cases.csv", cases, flat)
    diagnoses, operations = [], []
    for case in cases:
        for number, code in enumerate(codes(case["diag_code"])):
            flag = {"maindiag_flag": int(number == 0), "diag_type": 1, "diag_srt_no": 10 + number}
            diagnoses.append({"setl_id": case["setl_id"], "diag_code": code, **flag})
        diagnoses.append(
            {"setl_id": case["setl_id"], "diag_code": "BNW", "diag_type": 2, "maindiag_flag": 1, "diag_srt_no": 1}
        )
        for number, code in enumerate(codes(case["oprn_oprt_code"])):
            flag = {"oprn_oprt_type": 1 if number == 0 else 2, "oprn_srt_no": number}
            operations.append({"setl_id": case["setl_id"], "oprn_oprt_code": code, **flag})
    write_table(folder / "diagnoses.csv", diagnoses[::-1], list(diagnoses[0]))
    write_table(
        folder / "procedures.csv", operations[::-1], ["setl_id", "oprn_oprt_code", "oprn_oprt_type", "oprn_srt_no"]
    )
    return folder


@pytest.mark.parametrize("chunk_rows", [1, 2, 100_000])
def test_tables_of_the_interface_are_assembled(tmp_path: Path, chunk_rows: int) -> None:
    cases = [stay(1), stay(2, diag_code="I63.900|A01.000|K35.300", oprn_oprt_code=""), stay(3)]
    (tmp_path / "tables").mkdir()
    flat = write_csv(tmp_path / "flat.csv", cases)
    found = outcome(three_tables(tmp_path / "tables", cases), chunk_rows=chunk_rows, beside=Beside(mapping="tables"))

    assert found.findings == []
    assert found.columns == outcome(flat, chunk_rows=chunk_rows).columns


def test_a_stay_without_diagnoses_or_with_two_principal_ones(tmp_path: Path) -> None:
    folder = three_tables(tmp_path, [stay(1), stay(2), stay(3)])
    rows = [line for line in (folder / "diagnoses.csv").read_text().splitlines() if not line.startswith("S2,")]
    rows = [row.replace("I63.900,0,", "I63.900,1,") if row.startswith("S3,") else row for row in rows]
    (folder / "diagnoses.csv").write_text("\n".join(rows) + "\n")
    found = outcome(folder, beside=Beside(mapping="tables"))

    assert found.keys() == [(2, "diag_code", "missing_value"), (3, "diag_code", "principal_diagnosis_unclear")]


def test_several_rows_where_one_is_due_set_the_stay_aside(tmp_path: Path) -> None:
    flat = [name for name in stay(1) if name != "gend"]
    write_table(tmp_path / "main.csv", [stay(1), stay(2)], flat)
    write_table(tmp_path / "people.csv", [{"k": "S1", "g": 1}, {"k": "S2", "g": 1}, {"k": "S2", "g": 2}], ["k", "g"])
    tables = "  main: {key: setl_id}\n  people: {key: k, columns: {gend: g}}\n".replace(
        "{key: setl_id}", "{files: main, key: setl_id}"
    ).replace("{key: k", "{files: people, key: k")
    found = read(tmp_path, tables)

    assert found.keys() == [(2, "", "several_rows_for_one_stay")]
    assert found.columns["sex"][0] == 1


def test_a_file_of_no_table_and_a_table_without_file_are_refused(tmp_path: Path) -> None:
    folder = three_tables(tmp_path, [stay(1)])
    (folder / "diagnoses.csv").rename(folder / "notes.csv")
    with pytest.raises(UsageError, match=r"notes\.csv"):
        outcome(folder, beside=Beside(mapping="tables"))
    (folder / "notes.csv").unlink()
    with pytest.raises(UsageError, match="diagnoses"):
        outcome(folder, beside=Beside(mapping="tables"))


@pytest.mark.parametrize(
    ("stem", "table"),
    [("SETTLE_ZY", "SETTLE_ZY"), ("settle_zy_202601", "SETTLE_ZY"), ("SETTLE_ZY_DIAGNOSIS", "SETTLE_ZY_DIAGNOSIS"),
     ("SETTLE_ZY_DIAGNOSIS_2024-01", "SETTLE_ZY_DIAGNOSIS"), ("SETTLE_ZY_DETAIL", None), ("XSETTLE_ZY", None)],
)  # fmt: skip
def test_the_name_of_a_file_tells_its_table(stem: str, table: str | None) -> None:
    found = load_mapping("inspection-2024").table_of(stem)

    assert (found.name if found else None) == table


def inspection_sheets(folder: Path) -> Path:
    """The sample stay as sheets of the inspection, outpatient ones beside them."""
    folder.mkdir()
    case = stay(1)
    main = {
        "HISID": "S1", "ZYH": "M1", "PATIENT_ID": "P1", "HOSPITAL_ID": case["fixmedins_code"], "PATIENT_GENDER": "女",
        "PATIENT_AGE": "66", "NB_BIRTH_WEIGHT": "", "ADMISSION_DATE": case["adm_time"], "DISCHARGE_DATE": case["dscg_time"],
        "BILL_DATE": case["setl_time"], "ZYTS": "7", "DISCHARGE_DEPT_NAME": "A04", "TOTAL_AMOUNT": "1000", "GWYBZ": "10",
        "QYBC": "20", "DBBX": "30", "DEBC": "40", "YLJZ": "50", "CASH": "240",
    }  # fmt: skip
    operations = [
        {"SETL_ID": "S1", "OPRN_OPRT_CODE": code, "MAIN_OPRN_FLAG": flag}
        for code, flag in (("54.5100x005", "0"), ("47.0100", "1"))
    ]
    diagnosis = {"HISID": "S1", "DISCHARGE_DISEASE_ID_MAIN": "K35.300"}
    sheets = {"SETTLE_ZY": [main], "SETTLE_ZY_DIAGNOSIS": [diagnosis], "MDCS_FUND_SETL_LIST_OPRN_D": operations}
    sheets |= {name: [{"HISID": "S1"}] for name in ("SETTLE_ZY_DETAIL", "SETTLE_MZ", "SETTLE_MZ_DETAIL")}
    for name, rows in sheets.items():
        write_table(folder / f"{name}.csv", rows, list(rows[0]))
    return folder


def test_the_sheets_of_the_inspection(tmp_path: Path) -> None:
    folder = inspection_sheets(tmp_path / "sheets")
    results = write_csv(tmp_path / "results.csv", [stay(1)])
    found = outcome(folder, beside=Beside([results], mapping="inspection-2024"))
    whole = outcome(write_csv(tmp_path / "flat.csv", [stay(1, diag_code="K35.300")])).columns

    assert found.set_aside == []
    assert {name: found.columns[name] for name in whole} == whole
    assert {(f.file, f.value) for f in found.about_files if f.key == "file_skipped"} == {
        ("SETTLE_ZY_DETAIL.csv", "--fees"), ("SETTLE_MZ.csv", ""), ("SETTLE_MZ_DETAIL.csv", ""),
    }  # fmt: skip


def test_a_sheet_that_is_not_of_stays_is_refused_where_it_is_named(tmp_path: Path) -> None:
    folder = inspection_sheets(tmp_path / "sheets")
    with pytest.raises(UsageError, match=r"SETTLE_MZ\.csv"):
        outcome(folder, folder / "SETTLE_MZ.csv", beside=Beside(mapping="inspection-2024"))


def test_the_shipped_front_page(tmp_path: Path) -> None:
    page = {
        "BAH": "S1", "XB": "2", "NL": "66", "RYSJ": "2026-01-02 08:30:00", "CYSJ": "2026-01-09", "SJZYTS": "7",
        "LYFS": "1", "JBDM": "K35.300", "JBDM1": "I63.900", "SSJCZBM1": "47.0100", "SSJCZBM2": "54.5100x005", "ZFY": "1000",
    }  # fmt: skip
    path = write_table(tmp_path / "pages.csv", [page], list(page))
    rest = [
        name for name in stay(1) if name not in ("gend", "age", "diag_code", "oprn_oprt_code", "icu_hours", "dscg_caty")
    ]
    results = write_table(tmp_path / "results.csv", [stay(1)], rest)
    found = outcome(path, beside=Beside([results], mapping="front-page"))
    whole = outcome(write_csv(tmp_path / "flat.csv", [stay(1)])).columns

    assert found.set_aside == []
    for name in ("diagnosis_id", "procedure_id", "sex", "age_years", "total_cost_fen", "discharge_way"):
        assert found.columns[name] == whole[name]


def test_every_shipped_mapping_is_titled_and_says_its_standing() -> None:
    for name in shipped_mappings():
        found = load_mapping(name)
        assert found.name == name
        assert all(found.title)
        assert all(found.source)
        for table in (*found.tables, *filter(None, [found.fees])):
            assert all(column.evidence for column in table.columns.values())


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ("  t: {colums: {}}", "the key colums is not known; use columns"),
        ("  t: {columns: {gender: XB}}", "gender is not a field of a case"),
        ("  t: {columns: {gend: {from: XB, constant: '1'}}}", "one of from, gather and constant"),
        ("  t: {columns: {gend: {unit: g}}}", "one of from, gather and constant"),
        ("  t: {columns: {gend: {gather: [A, B]}}}", "cannot be read in this way"),
        ("  t: {columns: {medfee_sumamt: {from: A, unit: dollar}}}", "must be one of yuan"),
        ("  t: {rows: many, key: k, codes: {diag_code: {code: c}}}", "first table must have one row"),
        ("  a: {columns: {gend: X}}\n  b: {columns: {gend: Y}}", "the field gend comes from several places"),
        ("  a: {columns: {gend: X}}\n  b: {columns: {age: Y}}", "must have key and files"),
        ("  t: {columns: {gend: 1}}", "must be keys with values"),
        ("  t: {columns: {gend: X, gend: Y}}", "stands twice"),
        ("  t: []", "must be keys with values"),
        ("  t: {columns: {gend: X}}\nfees: {}", "the key columns is missing"),
        ("  t: {columns: {gend: X}}\nfees: {key: k, columns: {cnt: N}}", "the key key is not known"),
        ("  t: {columns: {gend: X}}\nfees: {columns: {gend: N}}", "gend is not a field of a fee line"),
        ("  t: {columns: {gend: X}}\nfees: {columns: {cnt: {gather: [A, B]}}}", "cannot be read in this way"),
        ("  t: {columns: {gend: X}}\nnot_read: {Y: words}", "must be keys with values"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_place(tables: str, words: str) -> None:
    with pytest.raises(MappingFileError) as error:
        mapping(tables)
    assert any(words in problem.words.en and problem.line >= 6 for problem in error.value.problems)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"mapping: &a {name: x}", b"a: " + b"[" * 200])
def test_what_is_no_mapping_at_all_is_refused(content: bytes) -> None:
    with pytest.raises(MappingFileError):
        parse_mapping(content, "x.yaml")


def test_a_mapping_that_does_not_exist() -> None:
    with pytest.raises(UsageError, match="no_such") as error:
        load_mapping("no_such")
    assert "front-page" in error.value.advice.en
