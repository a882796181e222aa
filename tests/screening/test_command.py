"""``drgdip screen``: files in and out, one case, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from drgdip.cli.screen import screen
from drgdip.pipeline.screening.outputs import SCREENING_FILES, findings_columns
from drgdip.screening.catalogue import rules
from drgdip.screening.told import reason_words
from tests.screening.test_engine import case, line

CASES = [case(dx="I10|E11"), case(setl_id="S2", mdtrt_id="M2", psn_no="P2", medfee_sumamt="999.00", dx="")]
LINES = [line("1", fee_ocur_time="2026-03-22"), line("2", setl_id="S2", mdtrt_id="M2")]
PARAMS = "A02: {tol: 0.5}\nC02:\n  daily_limit: {A: 3}\n"


def write(folder: Path, name: str, rows: list[dict[str, Any]], kind: str) -> None:
    folder.mkdir(exist_ok=True)
    table = pa.table({key: [str(row[key]) for row in rows] for key in rows[0]})
    if kind == "parquet":
        pq.write_table(table, folder / f"{name}.parquet")
    else:
        text = [
            ",".join(table.column_names),
            *(",".join(str(value) for value in row.values()) for row in table.to_pylist()),
        ]
        (folder / f"{name}.csv").write_text("\n".join(text) + "\n", encoding="utf-8")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(screen, [str(argument) for argument in arguments], catch_exceptions=False)


def test_codes_joined_in_a_cell_are_read_from_any_form(tmp_path: Path) -> None:
    """A person's filed diseases, in text files as in Parquet; bytes that are no text are a finding. A field
    may stand for two columns, such as the doctor.
    """
    visit = {
        "setl_id": "O1",
        "mdtrt_id": "O1",
        "psn_no": "P1",
        "fixmedins_code": "R1",
        "med_type": "14",
        "setl_time": "2026-03-12",
    }
    drug = {
        **visit,
        "feedetl_sn": "1",
        "med_list_codg": "AML",
        "med_chrgitm_type": "09",
        "cnt": "1",
        "det_item_fee_sumamt": "9.00",
        "inscp_scp_amt": "9.00",
    }
    settings = tmp_path / "drugs.yaml"
    settings.write_text("O09:\n  disease_drugs: {M01: [MET], M02: [AML]}\n", encoding="utf-8")
    for kind in ("csv", "parquet"):
        write(tmp_path / kind, "outpatient_settlements", [visit], kind)
        write(tmp_path / kind, "outpatient_lines", [drug], kind)
        write(tmp_path / kind, "fee_lines", [line("1", bilg_dr_codg="D1")], kind)
        write(
            tmp_path / kind,
            "patients",
            [{"psn_no": "P1", "filed_dise": "M01|M02"}, {"psn_no": "P2", "filed_dise": "M0?"}],
            kind,
        )
    broken = tmp_path / "csv" / "patients.csv"
    broken.write_bytes(broken.read_bytes().replace(b"?", b"\xff"))

    results = [
        run("--data", tmp_path / kind, "--rules", "O09", "--params", settings, "--out", tmp_path / f"out-{kind}")
        for kind in ("csv", "parquet")
    ]

    assert [result.exit_code for result in results] == [0, 0]
    assert all(
        "PASS" in (tmp_path / f"out-{kind}" / "coverage.csv").read_text(encoding="utf-8-sig")
        for kind in ("csv", "parquet")
    )
    assert "filed_dise" in (tmp_path / "out-csv" / "data_findings.csv").read_text(encoding="utf-8-sig")


@pytest.fixture
def params(tmp_path: Path) -> Path:
    file = tmp_path / "params.yaml"
    file.write_text(PARAMS, encoding="utf-8")
    return file


def test_the_same_tables_in_any_form_and_order_give_the_same_bytes(tmp_path: Path, params: Path) -> None:
    written = []
    for kind, step in (("csv", 1), ("parquet", -1)):
        for name, rows in (("cases", CASES), ("fee_lines", LINES)):
            write(tmp_path / kind, name, rows[::step], kind)
        result = run("--data", tmp_path / kind, "--params", params, "--out", tmp_path / f"out-{kind}", "--lang", "en")
        assert result.exit_code == 0
        written.append(
            {name: (tmp_path / f"out-{kind}" / name).read_bytes() for name in SCREENING_FILES - {"run.json"}}
        )

    assert written[0] == written[1]
    assert "C01 did not run: held:A02 1, list_absent:pairs 1" in result.output
    assert reason_words("C01", "held:A02").zh == "数据校验 A02 暂缓"
    assert reason_words("C01", "list_absent:pairs").zh == f"未给{rules()['C01'].parameters['pairs'].words.zh}"
    assert reason_words("E06", "undecided:low_cost+no_parenteral").zh == "征象不明(费用偏低、无注射用药)"
    findings = pq.read_table(tmp_path / "out-csv" / "findings.parquet").to_pylist()
    # 999 against lines of 120 differs by more than half: the second case is held, and nothing else is said of it.
    assert [(f["rule_id"], f["setl_id"], f["deny_fee_fen"], f["due_fee_fen"]) for f in sorted(findings, key=lambda f: f["rule_id"])] == [
        ("A02", "S2", None, None), ("A03", "S1", 12_000, 12_000), ("C02", "S1", 3000, 0),
    ]  # fmt: skip
    assert list(findings[0]) == list(findings_columns())
    header = written[0]["findings.csv"].decode().splitlines()[0].split(",")
    assert {"setl_id", "vola_qty", "deny_fee", "deny_scp", "deny_fund"} <= set(header)
    record = json.loads((tmp_path / "out-csv" / "run.json").read_text(encoding="utf-8"))
    assert record["gate"] is True
    assert record["lanes_fen"]["deny"] == {"findings": 2, "fee": 12_000, "scope": 12_000, "fund": 6000}


def test_other_names_are_read_and_what_cannot_be_read_is_a_finding_of_the_data(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(
        data,
        "cases",
        [{**{k: v for k, v in row.items() if k != "adm_time"}, "begntime": row["adm_time"]} for row in CASES],
        "csv",
    )
    write(data, "fee_lines", [LINES[0], {**LINES[1], "cnt": "many"}], "csv")

    result = run("--data", data, "--rules", "A03", "--out", tmp_path / "out")

    assert result.exit_code == 0
    assert "A03 拒付明细:1" in result.output
    defects = (tmp_path / "out" / "data_findings.csv").read_text(encoding="utf-8")
    assert "column_alias_used" in defects
    assert '"fee_lines.csv",2,"S2","cnt","many"' in defects


def test_one_case(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps({"cases": case(), "fee_lines": LINES[:1]}), encoding="utf-8")
    late = run("--case", file, "--rules", "A03", "--json")
    file.write_text(json.dumps({"tables": {"cases": [case()], "fee_lines": [line("1")]}}), encoding="utf-8")

    assert late.exit_code == 1
    assert [(f["rule_id"], f["deny_fund"]) for f in json.loads(late.output)["findings"]] == [("A03", "60.00")]
    assert run("--case", file, "--rules", "A03").exit_code == 0


@pytest.mark.parametrize(
    "arguments", [(), ("--data", "x"), ("--case", "x", "--out", "y"), ("--data", "x", "--case", "y", "--out", "z")]
)
def test_wrong_use(arguments: tuple[str, ...]) -> None:
    from drgdip.base.errors import UsageError

    with pytest.raises(UsageError):
        run(*arguments)


def test_a_folder_without_tables_or_with_one_twice_is_refused(tmp_path: Path) -> None:
    from drgdip.base.errors import UsageError

    data = tmp_path / "data"
    data.mkdir()
    with pytest.raises(UsageError, match="no table"):
        run("--data", data, "--out", tmp_path / "out")
    write(data, "cases", CASES, "csv")
    write(data, "cases", CASES, "parquet")
    with pytest.raises(UsageError, match="two files"):
        run("--data", data, "--out", tmp_path / "out")


def test_a_shipped_pack_gives_the_lists(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(data, "cases", [case()], "csv")
    write(
        data,
        "fee_lines",
        [line("1", "002101030300000"), line("2", "001102000050000", cnt="2", fee_ocur_time="2026-03-13")],
        "csv",
    )

    result = run(
        "--data",
        data,
        "--rules",
        "B01,C01,C02,C03,C07",
        "--knowledge",
        "nhsa-2026",
        "--out",
        tmp_path / "out",
        "--lang",
        "en",
    )

    # 002101030300000 is for women (batch 1), 001102000050000 payable once a day (batch 8-1).
    assert result.output.splitlines()[2:4] == ["  B01 DENY_LINE: 1", "  C02 DENY_EXCESS: 1"]
    assert "did not run" not in result.output
