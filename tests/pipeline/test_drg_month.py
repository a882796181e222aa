"""A month, and a year, of the city that pays by CHS-DRG 2.0: drawn, settled, explained, cleared."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

import drgdip
from drgdip.pipeline.run_folder import RunFolder
from drgdip.synthetic import synthesize
from drgdip.synthetic.blueprint import Blueprint, blueprint_of
from drgdip.synthetic.source import source_of
from drgdip.synthetic.stays import draw_stays
from drgdip.tables.chs_drg.drg_tables import DrgTables

MONTH = "2026-01"
SIX = ["AA19", "AC19", "AD19", "AF19", "NG19", "PB19"]


@pytest.fixture(scope="module")
def tables() -> DrgTables:
    return drgdip.load_tables("chs-drg", "2.0")


@pytest.fixture(scope="module")
def cases(tables: DrgTables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("drg") / "cases.parquet"
    synthesize(path, tables=tables, cases=1_500, month=MONTH, seed=3, dirty="0.02")
    return path


@pytest.fixture(scope="module")
def run(tables: DrgTables, cases: Path) -> Path:
    out = cases.parent / "run"
    drgdip.settle_to_folder("demo_drg_city", [cases], MONTH, out, tables=tables, threads=1)
    return out


@pytest.fixture(scope="module")
def settled(run: Path) -> pa.Table:
    return pq.read_table(run / "cases.parquet")


def test_a_stay_lands_in_the_group_it_was_drawn_for(tables: DrgTables) -> None:
    """Every group that has patterns, whatever age, sex and companions are drawn."""
    blueprint = blueprint_of(tables, source_of(tables), 5)
    stays = draw_stays(blueprint, MONTH, 0, 0, 4_000)
    codes = grouped(tables, blueprint, stays)
    drawn = [tables.ids.drg_codes[group] for group in stays.group.tolist()]

    assert [pair for pair in zip(drawn, codes, strict=True) if pair[0] != pair[1]] == []
    assert {"0000"} <= set(drawn)
    assert any(code.endswith("QY") for code in drawn)
    assert len(blueprint.left_out) <= 10


def grouped(tables: DrgTables, blueprint: Blueprint, stays: Any) -> list[str]:
    from drgdip.grouping.drg import assign_groups

    n, traits = len(stays.row), stays.traits
    result = assign_groups(
        {
            "diagnosis_id": stays.diagnoses.values, "diagnosis_offset": stays.diagnoses.offset,
            "procedure_id": stays.operations.values, "procedure_offset": stays.operations.offset,
            "age_years": traits.age_years, "age_days": traits.age_days,
            "birth_weight_g": traits.birth_weight_g.astype(np.int32), "sex": (1 + stays.female).astype(np.int8),
            "length_of_stay_days": stays.stay_days.astype(np.int32), "discharge_way": np.ones(n, dtype=np.int8),
            "icu_hours": stays.icu_hours.astype(np.int32), "department_id": np.full(n, -2, dtype=np.int32),
        },
        tables,
    )  # fmt: skip
    return [
        tables.drg_codes[drg] if drg >= 0 else tables.ids.drg_codes[tables.ids.drg_of_adrg[adrg]]
        for adrg, drg in zip(result["adrg_row"].tolist(), result["drg_row"].tolist(), strict=True)
    ]


def test_costs_follow_weight_and_mean_cost(settled: pa.Table) -> None:
    """Mean weight near one, and the mean cost of a unit of weight near that of the city, 9,575.25."""
    weighed = settled.to_pandas()
    weighed = weighed[weighed.relative_weight_e4 > 0]

    assert 0.85 < weighed.relative_weight_e4.mean() / 10_000 < 1.15
    per_weight = weighed.total_cost_fen.sum() / (weighed.relative_weight_e4.sum() / 10_000)
    assert 0.9 < per_weight / 957_525 < 1.15


def test_the_columns_tell_group_weight_and_rows(settled: pa.Table) -> None:
    rows = settled.to_pylist()

    assert settled.column_names[45:52] == [
        "mdc_code", "adrg_code", "drg_code", "group_reason", "adrg_sheet_row", "drg_sheet_row", "weight_reason",
    ]  # fmt: skip
    assert not {"dip_code", "dip_kind", "runner_up_code", "group_id"} & set(settled.column_names)
    for row in rows:
        if row["group_reason"] == "drg_ambiguous":
            assert row["drg_code"] == row["adrg_code"]
            assert row["drg_code"].endswith("QY")
            assert (row["weight_reason"], row["route"]) == ("ambiguous_by_item", "route_by_item")
        if row["group_reason"] == "drg_ungrouped":
            assert row["mdc_code"] == row["adrg_code"] == row["drg_code"] == "0000"
            assert row["weight_reason"] == "ungrouped_by_factor"
        assert (row["drg_code"] in SIX) == (row["weight_reason"] == "weight_absent")


def test_six_groups_have_no_weight(tables: DrgTables) -> None:
    weights = dict(zip(tables.group_codes, tables.group_values.relative_weight_e4.tolist(), strict=True))

    assert sorted(code for code, weight in weights.items() if not weight) == SIX
    assert weights["AA29"] == 267_759


def case_of(diagnosis: str, operation: str = "", cost: str = "8000", **more: str) -> dict[str, str]:
    return {
        "setl_id": "A", "fixmedins_code": "H99010000009", "hosp_lv": "05", "insutype": "310", "insu_admdvs": "990100",
        "mdtrt_admdvs": "990100", "adm_time": "2026-01-02", "dscg_time": "2026-01-10", "setl_time": "2026-01-10",
        "act_ipt_days": "8", "dscg_way": "1", "gend": "1", "age": "50", "diag_code": diagnosis, "oprn_oprt_code": operation,
        "medfee_sumamt": cost, "fulamt_ownpay_amt": "0", "overlmt_selfpay": "0", "preselfpay_amt": "0",
        "inscp_scp_amt": cost, "hifp_pay": "5000", "fund_pay_sumamt": "5000", "acct_pay": "0",
        "psn_cash_pay": str(int(cost) - 5000), **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def engine(tables: DrgTables) -> drgdip.Engine:
    return drgdip.Engine("demo_drg_city", tables=tables)


def columns_of(engine: drgdip.Engine, case: Mapping[str, str]) -> dict[str, Any]:
    result = engine.price(case)
    assert result.priced, result.findings
    return result.columns


def test_a_case_by_hand(engine: drgdip.Engine, tables: DrgTables) -> None:
    """BR23 in a secondary hospital, K 0.97: RW × 9,688.00 is the standard, × 0.97 what is paid less the patient's 3,000."""
    found = columns_of(engine, case_of("I63.900"))
    weight = tables.group_values.relative_weight_e4[tables.group_ids[found["drg_code"]]]
    assert found["relative_weight_e4"] == weight > 0
    assert found["hospital_coefficient_e4"] == 9_700
    points = (weight * 9_700 + 5_000) // 10_000
    assert found["points_e4"] == points
    assert found["reference_cost_fen"] == (weight * 96_880_000 + 500_000) // 1_000_000
    assert found["gross_fen"] == (points * 96_880_000 + 500_000) // 1_000_000
    assert found["payable_fen"] == found["gross_fen"] - 300_000


def test_forty_per_cent_of_the_standard_is_paid_by_item(engine: drgdip.Engine) -> None:
    """The line itself is low, one fen more is not: cost × 10 ≤ standard × K × 4, exactly."""
    reference = columns_of(engine, case_of("I63.900"))["reference_cost_fen"]
    line = reference * 9_700 * 4 // (10_000 * 10)

    def band(cost_fen: int) -> tuple[str, str]:
        yuan = f"{cost_fen // 100}.{cost_fen % 100:02}"
        case = case_of(
            "I63.900", medfee_sumamt=yuan, inscp_scp_amt=yuan, hifp_pay="0", fund_pay_sumamt="0", psn_cash_pay=yuan
        )
        found = columns_of(engine, case)
        return found["deviation_band"], found["route"]

    assert band(line) == ("band_low", "route_by_item")
    assert band(line + 1) == ("band_normal", "route_group")


def test_a_group_without_weight_is_paid_what_it_cost(engine: drgdip.Engine) -> None:
    found = columns_of(engine, case_of("I42.000", "33.6x00", "300000"))

    assert (found["drg_code"], found["weight_reason"], found["route"]) == ("AA19", "weight_absent", "route_by_item")
    assert (found["points_e4"], found["reference_cost_fen"], found["cost_ratio_e4"]) == (0, 0, 0)
    assert found["gross_fen"] == 30_000_000
    assert found["payable_fen"] == 30_000_000 - 29_500_000


def test_a_base_group_has_no_coefficient(engine: drgdip.Engine) -> None:
    found = columns_of(engine, case_of("J06.900"))

    assert found["drg_code"] == "DT19"
    assert found["hospital_coefficient_e4"] == 10_000


def test_engine_and_month_agree(engine: drgdip.Engine, cases: Path, settled: pa.Table) -> None:
    """Every column, for a case of each way to be paid."""
    given = {row["setl_id"]: row for row in pq.read_table(cases).to_pylist()}
    rows = settled.to_pylist()
    by_kind = {(row["group_reason"], row["weight_reason"], row["deviation_band"]): row for row in rows}
    for row in by_kind.values():
        case = {name: str(value) for name, value in given[row["setl_id"]].items() if value is not None}
        mine = columns_of(engine, case)
        same = {name: value for name, value in row.items() if name not in ("row_number", "age_days")}
        assert {name: str(mine[name]) for name in same} == {name: str(value) for name, value in same.items()}


def test_every_kind_of_case_is_explained_as_it_was_paid(run: Path, settled: pa.Table, tables: DrgTables) -> None:
    frame = settled.to_pandas()
    for setl_id in frame.groupby(["group_reason", "weight_reason"], observed=True).setl_id.first():
        found = drgdip.explain(run, setl_id, tables=tables)
        assert found.differences == []
    weight = next(line for step in found.steps for line in step.writes if line.column == "weight_reason")
    assert weight.label.zh == "权重依据"
    keys = [key for step in found.steps for key, _ in step.citations]
    assert {"drg.ungrouped", "drg.ambiguous", "drg.without_weight", "deviation.reference"} <= set(keys)


def test_what_is_written_names_scheme_and_standing_of_the_weights(run: Path) -> None:
    record = RunFolder(run).record
    page = (run / "report.html").read_text(encoding="utf-8")
    groups = (run / "groups.csv").read_text(encoding="utf-8-sig").split(",", 2)

    assert record.tables.name == "chs-drg/2.0"
    assert record.standing is not None
    assert record.standing.weights is not None
    assert record.standing.weights.en == "reference weights are unofficial; 6 groups have none and are paid by item"
    assert "CHS-DRG 月度结算报告" in page
    assert "参考权重非官方发布;6 个病组没有权重,按项目付费" in page
    assert groups[:2] == ["drg_code", "drg_name"]


def test_hospitals_get_their_pages_and_forms(run: Path, tmp_path: Path) -> None:
    from drgdip.pipeline.finished_run import read_finished_run
    from drgdip.statement.hospital_report import hospital_html

    finished = read_finished_run(run)
    pages = dict(hospital_html(finished, run, finished.hospitals[:3], "en"))

    assert len(pages) == 3
    assert all("month under CHS-DRG" in page and "unofficial" in page for page in pages.values())


def test_scores_take_ambiguous_stays_for_ungrouped(run: Path, settled: pa.Table) -> None:
    from drgdip.audit.monitoring.stays import read_stays

    stays = read_stays([run])
    codes = [stays.groups[group] if group >= 0 else None for group in stays.group.tolist()]
    expected = [None if code == "0000" or code.endswith("QY") else code for code in settled["drg_code"].to_pylist()]

    assert codes == expected
    assert None in codes


def test_neither_chunks_nor_threads_change_a_byte(tables: DrgTables, cases: Path, run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    drgdip.settle_to_folder("demo_drg_city", [cases], MONTH, other, tables=tables, threads=2, chunk_rows=97)

    for name in ("statement.csv", "groups.csv", "set_aside.csv", "proof.csv", "findings.csv"):
        assert (other / name).read_bytes() == (run / name).read_bytes(), name
    assert pq.read_table(other / "cases.parquet").to_pylist() == pq.read_table(run / "cases.parquet").to_pylist()


def _moved(row: Mapping[str, str], month: int) -> dict[str, str]:
    """The stay in another month of the year, as long as it was."""
    discharge = datetime(2026, month, 20, 9)
    admission = discharge - timedelta(days=int(row["act_ipt_days"]))
    times = {"adm_time": admission, "dscg_time": discharge, "setl_time": discharge + timedelta(hours=1)}
    return {**row, "setl_id": f"{month:02}{row['setl_id'][2:]}", **{name: str(time) for name, time in times.items()}}


def test_twelve_months_are_cleared(tables: DrgTables, cases: Path, settled: pa.Table, tmp_path: Path) -> None:
    """Budgets of the order of what sixty stays a month come to; every proof line of the year holds."""
    wanted = set(settled["setl_id"].to_pylist()[:60])
    buffer = pa.BufferOutputStream()
    pacsv.write_csv(pq.read_table(cases), buffer)
    rows = [r for r in csv.DictReader(io.StringIO(buffer.getvalue().to_pybytes().decode())) if r["setl_id"] in wanted]
    shipped = (Path(drgdip.__file__).parent / "policy/regions/demo_drg_city.yaml").read_text(encoding="utf-8")
    text = shipped.replace("000000.00", "000.00")
    policy, runs = tmp_path / "city.yaml", tmp_path / "runs"
    policy.write_text(text, encoding="utf-8")
    runs.mkdir()
    for month in range(1, 13):
        file = tmp_path / f"{month}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, rows[0])
            writer.writeheader()
            writer.writerows(_moved(row, month) for row in rows)
        name = f"2026-{month:02}"
        drgdip.settle_to_folder(policy, [file], name, runs / name, tables=tables, threads=1)
    year = drgdip.clear_year_to_folder(policy, "2026", runs, tmp_path / "year")

    assert all(line.holds for line in year.report.proof)
    lines = list(csv.DictReader(io.StringIO((tmp_path / "year" / "year.csv").read_text(encoding="utf-8-sig"))))
    assert {line["pool"] for line in lines} >= {"310", "390"}
    assert "CHS-DRG 年终清算报告" in (tmp_path / "year" / "year.html").read_text(encoding="utf-8")
