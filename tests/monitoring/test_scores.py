"""Scores of settled months: returns across months, marks of screening, errors of records, definitions of one's own."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

import drgdip
from drgdip.audit.monitoring import ScoreRow, monitoring_scores
from drgdip.base.errors import UsageError
from drgdip.cli.scores import scores as command

H1, H2 = "H99010000001", "H99010000002"


def stays(root: Path, month: str, rows: list[dict[str, str]]) -> pd.DataFrame:
    """Pneumonia stays of five days at 3000 yuan, one a row, with what the rows change."""
    cases = pd.read_csv(root / "examples/cases.csv", dtype=str, keep_default_na=False)
    plain = cases[cases.setl_id == "EX02"].iloc[0].to_dict()
    plain |= {
        "dscg_time": f"{month}-10 09:00:00",
        "setl_time": f"{month}-10 17:00:00",
        "adm_time": f"{month}-05 09:00:00",
    }
    full = [{**plain, "setl_id": f"{month}S{i}", "psn_no": f"{month}P{i}", **row} for i, row in enumerate(rows)]
    return pd.DataFrame(full)


def settled(root: Path, folder: Path, month: str, rows: list[dict[str, str]]) -> Path:
    source, out = folder / f"{month}.csv", folder / f"run-{month}"
    stays(root, month, rows).to_csv(source, index=False)
    drgdip.settle_to_folder("demo_tiny", [source], month, out)
    return out


def row(rows: list[ScoreRow], hospital: str, score: str) -> ScoreRow:
    return next(found for found in rows if (found.hospital_code, found.score_id) == (hospital, score))


@pytest.fixture
def months(root: Path, tmp_path: Path) -> list[Path]:
    """Forty stays a month in each of two hospitals; ten people of H1 come back within a week, in February."""
    january = [{"fixmedins_code": h} for h in (H1, H2) for _ in range(40)]
    for i in range(10):
        january[i] |= {"psn_no": f"back{i}", "adm_time": "2026-01-25 09:00:00", "dscg_time": "2026-01-30 09:00:00",
                       "setl_time": "2026-01-30 09:00:00"}  # fmt: skip
    for i in range(4):
        january[i] |= {"dscg_way": "5"} if i == 3 else {"act_ipt_days": "60"}
    january[50]["dscg_way"] = "5"
    february = [{"fixmedins_code": H2, "psn_no": f"back{i}", "adm_time": "2026-02-05 09:00:00"} for i in range(10)]
    return [settled(root, tmp_path, "2026-01", january), settled(root, tmp_path, "2026-02", february)]


def test_returns_count_for_the_hospital_that_discharged(months: list[Path]) -> None:
    found = monitoring_scores(months)
    first, second = row(found.rows, H1, "RSA"), row(found.rows, H2, "RSA")

    assert found.months == ("2026-01", "2026-02")
    assert (first.inputs["observed"], second.inputs["observed"]) == ([0, 10, 0, 0], [0, 0, 0, 0])
    # H2 sends nobody back: nothing is expected of H1. 0.75 × ((10 + 5) ÷ (0 + 5) − 1)
    assert first.value == "1.5000"
    # of 40 stays of H1 ten came back, so 12.5 of the 50 of H2 would
    assert (second.expected, second.value) == ("12.5000", "0.0000")


def test_one_month_alone_sees_no_return(months: list[Path]) -> None:
    assert row(monitoring_scores(months[:1]).rows, H1, "RSA").inputs["observed"] == [0, 0, 0, 0]


def test_overlong_stays_and_deaths(months: list[Path]) -> None:
    found = monitoring_scores(months[:1]).rows
    long, deaths = row(found, H1, "RLS"), row(found, H1, "RMR")

    # three of 80 stays are longer than the 76th of them; none of H2
    assert (long.observed, long.expected, long.value) == ("3", "0.0000", "0.3000")
    # one death in 40 on both sides
    assert (deaths.observed, deaths.expected, deaths.value) == ("1", "1.0000", "1.0000")


def test_marks_of_screening_take_the_place_of_the_stand_in(months: list[Path], tmp_path: Path) -> None:
    plain = row(monitoring_scores(months[:1]).rows, H1, "RLA")
    (tmp_path / "marked.csv").write_text("setl_id\n2026-01S0\n2026-01S1\nunknown\n", encoding="utf-8")
    marked = row(monitoring_scores(months[:1], low_standard=tmp_path / "marked.csv").rows, H1, "RLA")

    assert plain.inputs["from"].startswith("stand-in")
    assert (marked.observed, marked.value, marked.inputs["from"]) == ("2", "0.2000", "list of screening")


def test_errors_of_records(months: list[Path], tmp_path: Path) -> None:
    text = f"fixmedins_code,kind,count\n{H1},main_diagnosis,1\n{H1},field,2\n"
    (tmp_path / "errors.csv").write_text(text, encoding="utf-8")
    found = monitoring_scores(months[:1], errors=tmp_path / "errors.csv").rows

    # 100 × (1 − (0.4 + 0.2) ÷ 40)
    assert row(found, H1, "RQI").value == "98.5000"
    assert row(found, H2, "RQI").value == "100.0000"


def test_findings_of_a_run_count_once_a_record_and_kind(root: Path, tmp_path: Path) -> None:
    rows = [{"fixmedins_code": H1} for _ in range(9)] + [
        {"fixmedins_code": H1, "fund_pay_sumamt": "999.00", "medfee_sumamt": "1"}
    ]
    found = monitoring_scores([settled(root, tmp_path, "2026-01", rows)]).rows

    assert (row(found, H1, "RQI").value, row(found, H1, "RQI").cases) == ("99.0000", 10)


def test_few_cases_without_others_cannot_be_told(root: Path, tmp_path: Path) -> None:
    found = monitoring_scores(
        [settled(root, tmp_path, "2026-01", [{"fixmedins_code": H1}, {"fixmedins_code": H2}])]
    ).rows

    assert {r.value for r in found if r.score_id in ("RSA", "RLA", "RLS", "RMR")} == {""}
    assert all(r.few_cases for r in found)


def test_a_region_replaces_a_score(months: list[Path], tmp_path: Path) -> None:
    own: dict[str, Any] = {"id": "RLS", "version": "2026", "name": {"zh": "超长", "en": "long"}, "formula": "long_stays",
           "params": {"quantile": "0.99", "shrinkage": "1", "min_cases": 30}, "standing": "official",
           "use": "monitor", "source": {"zh": "文件", "en": "text"}}  # fmt: skip
    path = tmp_path / "own.yaml"
    path.write_text(json.dumps({"scores": [own]}), encoding="utf-8")
    found = monitoring_scores(months[:1], definitions=path)

    assert [score["id"] for score in found.definitions] == ["RQI", "RSA", "RLA", "RLS", "RMR"]
    assert (row(found.rows, H1, "RLS").version, row(found.rows, H1, "RLS").observed) == ("2026", "0")

    for change, words in (({"formula": "magic"}, "magic"), ({"params": {}}, "RLS"), ({"use": "pay"}, "use")):
        path.write_text(json.dumps({"scores": [{**own, **change}]}), encoding="utf-8")
        with pytest.raises(drgdip.DrgdipError, match=words):
            monitoring_scores(months[:1], definitions=path)


def test_the_same_month_twice_is_refused(months: list[Path]) -> None:
    with pytest.raises(UsageError, match="one month"):
        monitoring_scores([months[0], months[0]])


@pytest.mark.parametrize("text", ["hospital,kind\nA,b\n", f"fixmedins_code,kind,count\n{H1},field,many\n"])
def test_a_wrong_file_of_errors_is_refused(months: list[Path], tmp_path: Path, text: str) -> None:
    (tmp_path / "errors.csv").write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=r"errors\.csv"):
        monitoring_scores(months[:1], errors=tmp_path / "errors.csv")


def test_the_command_writes_csv_and_json(months: list[Path], tmp_path: Path) -> None:
    runs = [part for run in months for part in ("--run", str(run))]
    as_csv = CliRunner().invoke(command, [*runs, "--out", str(tmp_path / "s.csv"), "--lang", "en"])
    as_json = CliRunner().invoke(command, [*runs, "--out", str(tmp_path / "s.json"), "--json"])

    assert (as_csv.exit_code, as_json.exit_code) == (0, 0)
    assert "no payment depends on them" in as_csv.output
    rows = list(csv.DictReader(io.StringIO((tmp_path / "s.csv").read_text(encoding="utf-8"))))
    assert len(rows) == 10
    assert {r["use"] for r in rows} == {"monitor"}
    content = json.loads(as_json.output)
    assert content == json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert content["rows"][1]["value"] == rows[1]["value"] == "1.5000"
    assert json.loads(rows[1]["inputs"]) == content["rows"][1]["inputs"]


def test_scores_do_not_depend_on_the_order_of_runs(months: list[Path]) -> None:
    assert monitoring_scores(months).rows == monitoring_scores(months[::-1]).rows


def test_nothing_that_pays_knows_the_scores(root: Path) -> None:
    paying = ("valuation", "pricing", "fund_split", "clearing", "statement", "pipeline", "policy", "grouping")

    assert [
        p for part in paying for p in (root / "drgdip" / part).rglob("*.py") if "monitoring" in p.read_text("utf-8")
    ] == []
