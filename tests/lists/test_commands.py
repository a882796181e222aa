"""The commands with lists, results, institutions, fees, mappings and extended code tables: the month comes out the same."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from drgdip.cli import cli
from tests.contracts.source import ROOT
from tests.lists.sample import message, write_institutions, write_lists, write_results, write_table

CASES = ROOT / "examples" / "cases.csv"


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result


def settle(cases: Path, out: Path, *options: object) -> Path:
    run("settle", "--policy", "demo_tiny", "--cases", cases, "--month", "2026-01", "--out", out, *options)
    return out


def rows() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, Path]:
    levels = {row["fixmedins_code"]: row["hosp_lv"] for row in rows()}
    institutions = (
        {"fixmedins_code": code, "hosp_lv": level, "fix_blng_admdvs": "990100"} for code, level in levels.items()
    )
    folder = tmp_path / "lists"
    folder.mkdir()
    write_lists(folder / "a.json", [message(row) for row in rows()[:3]], "array")
    write_lists(folder / "b.ndjson", [message(row) for row in rows()[3:]])
    return {
        "lists": folder,
        "settlements": write_results(tmp_path / "results.csv", rows()),
        "institutions": write_institutions(tmp_path / "institutions.csv", *institutions),
    }


def findings(folder: Path) -> list[dict[str, Any]]:
    with (folder / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_folder_of_lists_with_results_settles_as_flat_cases_do(tmp_path: Path, inputs: dict[str, Path]) -> None:
    flat = settle(CASES, tmp_path / "flat")
    options = ("--settlements", inputs["settlements"], "--institutions", inputs["institutions"])
    joined = settle(inputs["lists"], tmp_path / "joined", *options)

    assert (joined / "statement.csv").read_bytes() == (flat / "statement.csv").read_bytes()
    read = {Path(one["path"]).name: one["rows"] for one in json.loads((joined / "run.json").read_text())["inputs"]}
    assert read == {"a.json": 3, "b.ndjson": 4, "results.csv": 0, "institutions.csv": 0}
    assert "EX01" in run("explain", "--run", joined, "EX01").output


def test_fee_lines_are_checked_and_pay_nothing(tmp_path: Path, inputs: dict[str, Path]) -> None:
    fees = [
        {"mdtrt_id": row["mdtrt_id"], "feedetl_sn": "1", "det_item_fee_sumamt": row["medfee_sumamt"]}
        for row in rows()[1:]
    ]
    path = write_table(tmp_path / "fees.csv", fees, list(fees[0]))
    flat, checked = settle(CASES, tmp_path / "flat"), settle(CASES, tmp_path / "checked", "--fees", path)

    assert (checked / "statement.csv").read_bytes() == (flat / "statement.csv").read_bytes()
    assert [(one["reason"], one["value"]) for one in findings(checked) if one["reason"].startswith("fee")] == [
        ("fee_lines_absent", "1: EX01")
    ]


def test_codes_of_the_clinical_edition_are_settled_as_insurance_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mapping that renames every code of the example: the statement is the same, and each case says what was mapped."""
    from drgdip.policy.load import load_policy

    clinical = [
        {**row, "diag_code": row["diag_code"].replace("K35.30", "Q99.30").replace("I10.x00", "Q10.000")}
        for row in rows()
    ]
    cases = write_table(tmp_path / "clinical.csv", clinical, list(clinical[0]))
    known = {row["diag_code"] for row in rows()} - {"I10.x00"}
    pairs = [("Q99.301", "K35.301"), ("Q99.300", "K35.300"), ("Q10.000", "I10.x00"), *((code, code) for code in known)]
    source = write_table(
        tmp_path / "pairs.csv", [{"a": a, "n": "x", "b": b, "m": "y"} for a, b in pairs], ["a", "n", "b", "m"]
    )
    folder = tmp_path / "tables" / "code_mappings" / "renamed"
    run("tables", "import", "code-mapping", source, "--name", "renamed", "--kind", "diagnosis", "--columns", "a,n,b,m",
        "--out", folder)  # fmt: skip
    monkeypatch.setenv("DRGDIP_TABLES", str(tmp_path / "tables"))
    policy = tmp_path / "policy.yaml"
    section = '\ncodes:\n  diagnosis_mapping: {value: renamed, cite: "Example"}\n  procedure_mapping: {value: none, cite: "Example"}\n'
    policy.write_text(load_policy("demo_tiny").source_path.read_text(encoding="utf-8") + section, encoding="utf-8")
    flat = settle(CASES, tmp_path / "flat")
    run("settle", "--policy", policy, "--cases", cases, "--month", "2026-01", "--out", tmp_path / "mapped")

    assert (tmp_path / "mapped" / "statement.csv").read_bytes() == (flat / "statement.csv").read_bytes()
    mapped = {one["setl_id"]: one["value"] for one in findings(tmp_path / "mapped") if one["reason"] == "code_mapped"}
    assert mapped == {
        "EX01": "Q99.301 → K35.301", "EX03": "Q99.300 → K35.300", "EX05": "Q10.000 → I10.x00", "EX07": "Q10.000 → I10.x00",
    }  # fmt: skip
    inputs = json.loads((tmp_path / "mapped" / "run.json").read_text())["inputs"]
    assert [Path(one["path"]).name for one in inputs] == ["clinical.csv", "mapping.csv"]
    assert "K35.301" in run("explain", "--run", tmp_path / "mapped", "EX01").output


def test_a_front_page_is_grouped(tmp_path: Path) -> None:
    pages = [{"BAH": row["setl_id"], "JBDM": row["diag_code"], "SSJCZBM1": row["oprn_oprt_code"]} for row in rows()]
    path = write_table(tmp_path / "pages.csv", pages, list(pages[0]))
    as_mapped = run("group", path, "--edition", "demo", "--mapping", "front-page", "-o", tmp_path / "a.csv")
    run("group", CASES, "--edition", "demo", "-o", tmp_path / "b.csv")

    assert as_mapped.exit_code == 0
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


def test_tables_of_a_place_extend_the_codes(tmp_path: Path) -> None:
    local = [{**row, "med_type": "2101"} for row in rows()]
    cases = write_table(tmp_path / "local.csv", local, list(local[0]))
    more = tmp_path / "codes.csv"
    more.write_text("table,code,zh,en\nmed_type,2101,本地住院,local inpatient\n", encoding="utf-8")

    plain = findings(settle(cases, tmp_path / "plain"))
    assert [one["value"] for one in plain if one["reason"] == "code_not_in_table"] == ["med_type 7: 2101 (7)"]
    extended = findings(settle(cases, tmp_path / "extended", "--code-tables", more))
    assert [one for one in extended if one["reason"] == "code_not_in_table"] == []
