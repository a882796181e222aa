"""CSV files, by hand."""

from __future__ import annotations

import csv
from pathlib import Path

from drgdip.base.findings import Finding
from drgdip.base.reasons import REASONS
from drgdip.statement import FindingsWriter, SetAsideRow, SetAsideWriter, proof_lines
from drgdip.statement.csv_tables import write_deductions_csv, write_proof_csv, write_statement_csv
from drgdip.statement.findings_csv import WORKBOOK_ROWS
from tests.statement import sample


def test_statement_csv_is_sorted_and_exact(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    write_statement_csv(path, sample.ROWS)
    lines = path.read_bytes().split(b"\n")
    assert lines[0] == (
        b"month,fixmedins_code,hospital_tier,pool,pool_name,cases,points,point_value,gross_yuan,patient_yuan,"
        b"other_funds_yuan,payable_yuan,clamped_yuan,recorded_yuan,difference_yuan,retained_yuan,paid_before_yuan,due_yuan,"
        b"audit_deduction_yuan,inspection_deduction_yuan,prepayment_offset_yuan,retention_hold_yuan,other_deduction_yuan,"
        b"paid_yuan,normal_cases,low_cases,high_cases,extreme_cases,ungrouped_cases,by_item_cases"
    )
    assert lines[2].decode() == (
        '"2026-01","H001",3,"resident","居民",10,10000.0000,8.0000,34956.79,30000.00,5000.00,-43.21,0.00,1.00,-44.21,0.00,'
        "0.00,-43.21,0.00,0.00,0.00,0.00,0.00,0.00,6,1,1,0,1,1"
    )
    with path.open(encoding="utf-8", newline="") as file:
        keys = [(row["fixmedins_code"], row["pool"]) for row in csv.DictReader(file)]
    assert keys == [("H001", "employee"), ("H001", "resident"), ("H002", "employee")]
    assert lines[-1] == b""
    assert b"\r" not in path.read_bytes()


def test_large_amounts_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    write_statement_csv(path, [sample.row(gross_fen=900_719_925_474_099_301)])
    assert "9007199254740993.01" in path.read_text(encoding="utf-8")


def test_deductions_csv(tmp_path: Path) -> None:
    path = tmp_path / "deductions.csv"
    write_deductions_csv(path, sample.DEDUCTIONS)
    assert path.read_text(encoding="utf-8").splitlines()[1:] == [
        '"H002","employee",10,"审核扣款","audit deduction","2026-01-05","J-1",1000.00,1000.00,0.00',
        '"H002","employee",20,"稽核扣款","inspection deduction","2026-01-09","J-2",0.01,0.01,0.00',
    ]


def test_proof_csv_shows_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "proof.csv"
    write_proof_csv(path, proof_lines(sample.totals(pool_payable_fen=12_995_680)))
    with path.open(encoding="utf-8", newline="") as file:
        lines = {line["id"]: line for line in csv.DictReader(file)}
    assert lines["payable_pools"]["left"] == "129956.79"
    assert lines["payable_pools"]["right"] == "129956.80"
    assert lines["payable_pools"]["difference"] == "-0.01"
    assert lines["payable_pools"]["holds"] == "no"
    assert lines["rows"]["left"] == "33"
    assert lines["rows"]["unit"] == "rows"
    assert lines["rows"]["holds"] == "yes"


def test_findings_are_appended_verbatim(tmp_path: Path) -> None:
    hostile = '=1+1","x\r\ny\udcff'
    path = tmp_path / "findings.csv"
    with FindingsWriter(path) as writer:
        writer.append([Finding("cases.csv", 7, "S7", "diag_code", hostile, "unknown_diagnosis_code")])
        writer.append([])
        writer.append([Finding("cases.csv", 9, "", "", "", "malformed_row")])
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["value"] == hostile.replace("\udcff", "\\udcff")
    reason = REASONS["unknown_diagnosis_code"]
    assert (rows[0]["row"], rows[0]["reason_number"], rows[0]["reason"]) == ("7", "201", "unknown_diagnosis_code")
    assert (rows[0]["words_zh"], rows[0]["remedy_en"]) == (reason.words.zh, reason.remedy.en)
    assert rows[1]["effect"] == "set_aside"
    assert len(rows) == 2
    assert writer.summary().counts == {"malformed_row": 1, "unknown_diagnosis_code": 1}
    assert list(writer.summary().counts) == ["malformed_row", "unknown_diagnosis_code"]


def test_findings_summary_keeps_only_the_first(tmp_path: Path) -> None:
    findings = [Finding("f", i, "", "", "", "missing_value") for i in range(1, WORKBOOK_ROWS + 6)]
    with FindingsWriter(tmp_path / "findings.csv") as writer:
        writer.append(findings)
    summary = writer.summary()
    assert summary.total == WORKBOOK_ROWS + 5
    assert len(summary.first) == WORKBOOK_ROWS
    assert len((tmp_path / "findings.csv").read_text().splitlines()) == WORKBOOK_ROWS + 6


def test_set_aside_counts_under_the_first_reason(tmp_path: Path) -> None:
    path = tmp_path / "set_aside.csv"
    with SetAsideWriter(path) as writer:
        writer.append([
            SetAsideRow("c.csv", 2, "S2", "H1", "310", "1000.50", ("wrong_type", "negative_amount")),
            SetAsideRow("c.csv", 4, "S4", "H1", "390", "oops", ("wrong_type",)),
            SetAsideRow("c.csv", 5, "S5", "@H", "390", "2", ("refunded",)),
        ])  # fmt: skip
        writer.count("other_period", 40)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[1].startswith(
        '"c.csv",2,"S2","H1","310","1000.50","wrong_type|negative_amount","字段类型不符|金额为负"'
    )
    assert '"@H"' in lines[3]
    assert len(lines) == 4
    assert [tuple(total) for total in writer.totals()] == [
        ("wrong_type", 2, 100_050), ("other_period", 40, 0), ("refunded", 1, 200),
    ]  # fmt: skip
