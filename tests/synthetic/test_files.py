"""Files: layout, types, determinism, and the same content in both formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from drgdip.synthetic import chunks as run_module
from drgdip.synthetic import synthesize
from drgdip.synthetic.blueprint import Blueprint
from drgdip.synthetic.chunks import draw_chunk, draw_chunks
from drgdip.synthetic.request import make_request
from tests.synthetic.sample import COVERAGE, FUNDS, LAYOUT, PAYERS, fen

ROWS = 3_000


@pytest.fixture(scope="module")
def small_chunks() -> Any:
    """Chunks small enough that files of this module have several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "CHUNK_ROWS", 1_250)
        yield


@pytest.fixture(scope="module")
def parquet(tables: Any, tmp_path_factory: pytest.TempPathFactory, small_chunks: None) -> Path:
    path = tmp_path_factory.mktemp("files") / "cases.parquet"
    steps: list[int] = []
    result = synthesize(path, tables=tables, cases=ROWS, month="2026-02", seed=7, progress=steps.append)
    assert steps == [1_250, 2_500, 3_000]
    assert (result.rows, result.output, result.manifest, result.defects) == (ROWS, path, None, {})
    assert (result.groups, result.left_out, result.left_out_cases) == (4444, (), 0)
    return path


@pytest.fixture(scope="module")
def csv_file(tables: Any, tmp_path_factory: pytest.TempPathFactory, small_chunks: None) -> Path:
    path = tmp_path_factory.mktemp("files") / "cases.csv"
    synthesize(path, tables=tables, cases=ROWS, month="2026-02", seed=7)
    return path


@pytest.fixture(scope="module")
def table(parquet: Path) -> Any:
    return pq.read_table(parquet)


def test_columns_stand_in_the_order_of_the_layout(table: Any, csv_file: Path) -> None:
    assert table.column_names == LAYOUT
    assert csv_file.read_text(encoding="utf-8").split("\n", 1)[0].split(",") == LAYOUT
    assert table.num_rows == ROWS


def test_types(table: Any, parquet: Path) -> None:
    money = LAYOUT[LAYOUT.index("medfee_sumamt") :]
    numbers = {"age", "nwb_age", "nwb_bir_wt", "act_ipt_days", "icu_hours"}
    for field in table.schema:
        if field.name in money:
            assert field.type == pa.decimal128(16, 2)
        elif field.name in numbers:
            assert field.type == pa.int16()
        elif field.name.endswith("_time"):
            assert pa.types.is_timestamp(field.type)
        else:
            assert field.type == pa.string()
    assert pq.ParquetFile(parquet).metadata.num_row_groups == 3


def test_same_seed_same_bytes(tables: Any, parquet: Path, csv_file: Path, tmp_path: Path, small_chunks: None) -> None:
    for first in (parquet, csv_file):
        second = tmp_path / first.name
        synthesize(second, tables=tables, cases=ROWS, month="2026-02", seed=7)
        assert second.read_bytes() == first.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.csv", "cases.parquet"]


def test_another_seed_gives_other_stays(tables: Any, table: Any, tmp_path: Path, small_chunks: None) -> None:
    synthesize(tmp_path / "other.parquet", tables=tables, cases=ROWS, month="2026-02", seed=8)
    other = pq.read_table(tmp_path / "other.parquet")

    assert (other["medfee_sumamt"].to_numpy() != table["medfee_sumamt"].to_numpy()).mean() > 0.9


def test_both_formats_say_the_same(table: Any, csv_file: Path) -> None:
    text = pyarrow.csv.read_csv(
        csv_file,
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(LAYOUT, pa.string()), strings_can_be_null=True
        ),
    )
    for field in table.schema:
        wanted = table[field.name]
        if pa.types.is_timestamp(field.type):
            wanted = wanted.cast(pa.timestamp("s"))
        assert text[field.name].equals(wanted.cast(pa.string())), field.name


def test_a_chunk_does_not_depend_on_the_chunks_before_it(blueprint: Blueprint, small_chunks: None) -> None:
    request = make_request("cases.parquet", ROWS, "2026-01", 20260101, "0.1")
    chunks = list(draw_chunks(blueprint, request))

    assert [chunk.table.num_rows for chunk in chunks] == [1_250, 1_250, 500]
    for number in (2, 1):
        again = draw_chunk(blueprint, request, number)
        assert again.table.equals(chunks[number].table)
        assert again.manifest == chunks[number].manifest


def test_identities_in_the_file(table: Any) -> None:
    amounts = {name: fen(table[name]) for name in (*COVERAGE, *FUNDS, *PAYERS, "medfee_sumamt")}

    assert (sum(amounts[name] for name in COVERAGE) == amounts["medfee_sumamt"]).all()
    assert (sum(amounts[name] for name in FUNDS) == amounts["fund_pay_sumamt"]).all()
    assert (sum(amounts[name] for name in PAYERS) == amounts["medfee_sumamt"]).all()


def test_ids(table: Any) -> None:
    assert pc.count_distinct(table["setl_id"]).as_py() == ROWS
    assert pc.count_distinct(table["mdtrt_id"]).as_py() == ROWS
    for name in ("setl_id", "mdtrt_id", "psn_no"):
        assert pc.max(pc.utf8_length(table[name])).as_py() <= 30


def test_times(table: Any) -> None:
    admission, discharge, settlement = (table[name].to_numpy() for name in ("adm_time", "dscg_time", "setl_time"))
    nights = discharge.astype("datetime64[D]") - admission.astype("datetime64[D]")

    assert (discharge.astype("datetime64[M]") == np.datetime64("2026-02")).all()
    assert len(np.unique(discharge.astype("datetime64[D]"))) == 28
    assert (admission < discharge).all()
    assert (discharge < settlement).all()
    assert (settlement.astype("datetime64[D]") - discharge.astype("datetime64[D]") <= np.timedelta64(3, "D")).all()
    assert (np.maximum(nights.astype(int), 1) == table["act_ipt_days"].to_numpy()).all()
    assert (nights == np.timedelta64(0, "D")).any()


def test_codes_of_the_file(table: Any, tables: Any) -> None:
    values = {name: set(table[name].to_pylist()) for name in LAYOUT[:22]}

    assert values["insutype"] == {"310", "390"}
    assert values["gend"] == {"1", "2"}
    assert values["mdtrt_admdvs"] == {"990100"}
    assert values["refd_setl_flag"] == {"0"}
    assert values["med_type"] == {"21", "22", "52"}
    assert values["dscg_way"] <= {"1", "2", "3", "4", "5", "9"}
    diagnoses, procedures = set(tables.diagnoses.codes), set(tables.procedures.codes)
    assert all(set(codes.split("|")) <= diagnoses for codes in values["diag_code"])
    assert all(set(codes.split("|")) <= procedures for codes in table["oprn_oprt_code"].drop_null().to_pylist())
    assert table["oprn_oprt_code"].null_count > 0
    assert "" not in table["oprn_oprt_code"].to_pylist()


def test_icu_hours_never_exceed_the_stay(table: Any) -> None:
    in_icu = table.filter(pc.is_valid(table["icu_hours"]))

    assert 0 < in_icu.num_rows < ROWS * 0.1
    assert (in_icu["icu_hours"].to_numpy() <= 24 * in_icu["act_ipt_days"].to_numpy()).all()


def test_a_failed_run_leaves_no_file(tables: Any, tmp_path: Path) -> None:
    def fail(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesize(tmp_path / "cases.parquet", tables=tables, cases=10, month="2026-01", progress=fail)
    assert list(tmp_path.iterdir()) == []
