"""The registry of all tables: whole, labelled, and honest about what it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from drgdip.base.errors import UsageError
from drgdip.intake.combine import Beside
from drgdip.interface.code_tables import code_tables, extended_tables
from drgdip.interface.fields import aliases_of, field_names, fields, fields_of, table_names
from tests.intake.sample import write_csv
from tests.lists.sample import outcome, stay

TABLES = {
    "cases", "diagnoses", "procedures", "icu_stays", "blood", "charge_class", "fund_pay", "fee_lines",
    "outpatient_settlements", "outpatient_lines", "special_outpatient_diagnoses", "patients", "institutions", "staff",
    "drug_trace", "inventory", "inst_month", "orders", "manual_claims", "care_assessments", "inst_facts", "upheld_findings",
    "sample_reviews", "self_returns", "record_reviews", "drug_lines", "pairs",
}  # fmt: skip


def test_every_table_is_there_with_its_key() -> None:
    assert set(table_names()) == TABLES
    for table in TABLES - {"icu_stays", "blood", "special_outpatient_diagnoses"}:
        assert any(field.key == "primary" for field in fields_of(table).values()), table


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_field_says_what_it_is_and_how_sure_that_is(table: str) -> None:
    for name, field in fields_of(table).items():
        assert (field.name, field.table) == (name, table)
        assert all((*field.label, field.source, field.evidence)), name
        assert not field.code_table or field.code_table in code_tables(), name
        assert bool(field.code_table) == bool(field.code_check), name
    assert not set(aliases_of(table)) & set(fields_of(table))
    assert len(aliases_of(table)) == sum(len(field.aliases) for field in fields_of(table).values())


def test_the_flat_layout_begins_the_cases() -> None:
    assert tuple(fields_of("cases"))[: len(fields())] == field_names()
    assert [field.position for field in fields_of("cases").values()] == list(range(len(fields_of("cases"))))


def test_fields_of_another_code_system_are_no_aliases() -> None:
    """The list's kinds of insurance (1, 2, 9) and of care (1, 2) are not 310, 390 and 21, 28."""
    for name in ("hi_type", "ipt_med_type", "psn_selfpay"):
        assert name not in aliases_of("cases")
        assert fields_of("cases")[name].evidence.count("another code system") == (name != "psn_selfpay")


@pytest.mark.parametrize(
    ("table", "field", "length", "decimals"),
    [("cases", "nwb_bir_wt", 4, 2), ("cases", "age", 3, 1), ("cases", "medfee_sumamt", 16, 2), ("fee_lines", "cnt", 12, 4),
     ("fee_lines", "pric", 10, 6), ("fee_lines", "selfpay_prop", 1, 4), ("procedures", "oprn_oprt_code", 30, 0)],
)  # fmt: skip
def test_types_of_the_interface(table: str, field: str, length: int, decimals: int) -> None:
    found = fields_of(table)[field]

    assert (found.max_length, found.decimals) == (length, decimals)


def extension(folder: Path, *rows: str) -> Path:
    path = folder / "codes.csv"
    path.write_text("\n".join(("table,code,zh,en", *rows)) + "\n", encoding="utf-8")
    return path


def test_unknown_codes_of_an_open_table_are_counted_and_settled(tmp_path: Path) -> None:
    from drgdip.intake import CaseReader
    from tests.intake.sample import DIAGNOSES, PROCEDURES

    kinds = ["99", "98", "99", "21", ""]
    path = write_csv(tmp_path / "cases.csv", [stay(number, med_type=kind) for number, kind in enumerate(kinds)])
    for chunk_rows in (1, 100):
        with CaseReader([path], DIAGNOSES, PROCEDURES, chunk_rows) as reader:
            for raw in reader:
                assert not len(reader.encode(raw).defects.row)
            [notice] = reader.closing_findings()
        assert (notice.field, notice.key, notice.value) == (
            "med_type",
            "code_not_in_table",
            "med_type 3: 99 (2), 98 (1)",
        )


def test_a_place_extends_the_tables(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "cases.csv", [stay(1, dscg_way="8")])
    more = extension(tmp_path, "dscg_way,8,转家庭病床,to a bed at home")

    assert outcome(path).keys() == [(1, "dscg_way", "unknown_code")]
    assert outcome(path, beside=Beside(code_tables=more)).columns["discharge_way"] == [8]
    assert "8" not in code_tables()["dscg_way"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("nothing,1,x,x", "no such table"),
        ("hosp_lv,15,x,x", "cannot be extended"),
        ("med_type,2x,x,x", "of digits"),
        ("med_type,1234567890,x,x", "of digits"),
        ("med_type,21,x,x", "there already"),
        ("gend,100,x,x", "too large"),
    ],
)
def test_what_cannot_extend_a_table_is_refused(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        extended_tables(extension(tmp_path, "med_type,99,x,x", row))


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"\xff\xfe", b'table,code,zh,en\n"med_type'])
def test_what_is_no_code_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "codes.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError):
        extended_tables(path)
    with pytest.raises(UsageError):
        extended_tables(tmp_path / "absent.csv")
