"""Codes of the clinical edition: mapped only where the policy says so, all of them, and each change is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from drgdip.base.errors import TablesError
from drgdip.intake.combine import Beside
from drgdip.policy.load import load_policy, parse_policy
from drgdip.tables.code_mapping import CodeMapping, import_code_mapping, load_code_mapping
from drgdip.tables.manifest import About, Words
from tests.intake.sample import write_csv
from tests.lists.sample import Outcome, outcome, stay

#: I63.900 is a code of both editions and means something else in each.
CODES = {"K35.300": "K35.300", "I63.900": "A01.000", "X99.900": "I63.900"}


def mapped(folder: Path, *cases: dict[str, Any], chunk_rows: int = 100) -> Outcome:
    mapping = CodeMapping("test", "diagnosis", CODES, folder / "mapping.csv")
    path = write_csv(folder / "cases.csv", list(cases))
    return outcome(path, chunk_rows=chunk_rows, beside=Beside(codes=(("diag_code", mapping),)))


@pytest.mark.parametrize("chunk_rows", [1, 100])
def test_every_code_is_mapped_and_each_case_tells_its_own(tmp_path: Path, chunk_rows: int) -> None:
    found = mapped(
        tmp_path, stay(1, diag_code="K35.300"), stay(2, diag_code="X99.900|I63.900"), stay(3, diag_code="k35.300"),
        chunk_rows=chunk_rows,
    )  # fmt: skip

    assert found.set_aside == []
    assert found.columns["diagnosis_id"] == [4, 3, 0, 4]
    assert [(finding.row, finding.setl_id, finding.value) for finding in found.findings] == [
        (2, "S2", "X99.900 → I63.900; I63.900 → A01.000"),
        (3, "S3", "k35.300 → K35.300"),
    ]


def test_a_code_that_the_edition_does_not_have_sets_the_row_aside_although_it_is_an_insurance_code(
    tmp_path: Path,
) -> None:
    found = mapped(tmp_path, stay(1, diag_code="K35.300|A01.000"))

    assert found.keys() == [(1, "diag_code", "code_not_mapped")]
    assert found.findings[0].value == "A01.000"


def test_without_a_mapping_codes_stay_as_they_are(tmp_path: Path) -> None:
    found = outcome(write_csv(tmp_path / "cases.csv", [stay(1, diag_code="K35.300|I63.900")]))

    assert found.findings == []
    assert found.columns["diagnosis_id"] == [4, 3]


def policy_text(section: str) -> bytes:
    source = load_policy("demo_tiny").source_path.read_text(encoding="utf-8")
    return f"{source}\n{section}".encode()


def test_the_policy_names_the_mapping_or_nothing(tmp_path: Path) -> None:
    day = date(2026, 1, 31)
    assert load_policy("demo_tiny").on(day).codes == (None, None, ())
    section = (
        'codes:\n  diagnosis_mapping: {value: some-list, cite: "C"}\n  procedure_mapping: {value: none, cite: "C"}\n'
    )
    assert parse_policy(policy_text(section), tmp_path / "p.yaml").on(day).codes == ("some-list", None, ())


def test_the_shipped_mappings() -> None:
    diagnoses = load_code_mapping("diagnosis-clinical-2.0-to-yb-2.0", "diagnosis")
    operations = load_code_mapping("procedure-clinical-3.0-to-yb-2.0", "procedure")

    assert (len(diagnoses.codes), len(operations.codes)) == (35_587, 13_653)
    assert diagnoses.of("A00.000") == "A00.000"
    assert diagnoses.of("A20.900x002") == "A20.900"
    assert operations.of("27.1x02") == "27.0x11"
    assert operations.of("no such") is None
    with pytest.raises(TablesError, match="no-such"):
        load_code_mapping("no-such", "diagnosis")
    with pytest.raises(TablesError, match="clinical-3"):
        load_code_mapping("procedure-clinical-3.0-to-yb-2.0", "diagnosis")


def about() -> About:
    return About(title=Words(zh="测试", en="Test"))


def test_import_and_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source.csv"
    source.write_text("g,gn,y,yn\nA1,甲,B1,乙\nA2,丙,A2,丙\n", encoding="utf-8")
    folder = tmp_path / "tables" / "code_mappings" / "mine"
    manifest = import_code_mapping(
        source, "mine", "diagnosis", folder, about(), columns=("g", "gn", "y", "yn"), imported_at=date(2026, 1, 1)
    )
    monkeypatch.setenv("DRGDIP_TABLES", str(tmp_path / "tables"))

    assert manifest.rows == {"codes": 2, "same_code": 1}
    assert load_code_mapping("mine", "diagnosis").codes == {"A1": "B1", "A2": "A2"}
    (folder / "mapping.csv").write_text("from_code,from_name,to_code,to_name\nA1,甲,B2,乙\n", encoding="utf-8")
    with pytest.raises(TablesError, match="manifest"):
        load_code_mapping("mine", "diagnosis")


@pytest.mark.parametrize(
    "rows", ["A1,甲,,乙", ",甲,B1,乙", "A1,甲,B1,乙\nA1,甲,B2,乙", "A1|A2,甲,B1,乙", "A1,甲,B 1,乙"]
)
def test_wrong_rows_are_refused(tmp_path: Path, rows: str) -> None:
    source = tmp_path / "source.csv"
    source.write_text(f"from_code,from_name,to_code,to_name\n{rows}\n", encoding="utf-8")

    with pytest.raises(TablesError):
        import_code_mapping(source, "mine", "diagnosis", tmp_path / "out", about(), imported_at=date(2026, 1, 1))
    assert not (tmp_path / "out").exists()
