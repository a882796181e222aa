"""The folder of tables: complete, its keys meet, the same for the same request."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from drgdip.base.errors import UsageError
from drgdip.interface.fields import fields_of
from drgdip.synthetic import chunks, city, synthesize, synthesize_city
from drgdip.synthetic.request import make_folder_request
from tests.synthetic.sample import LAYOUT, fen

ROWS = 900
MONTH = "2026-02"
TABLES = (
    "cases", "diagnoses", "fee_lines", "institutions", "outpatient_lines", "outpatient_settlements", "patients",
    "procedures",
)  # fmt: skip
Tables = dict[str, Any]


def draw(folder: Path, tables: Any, **more: Any) -> Path:
    synthesize_city(folder, tables=tables, cases=ROWS, month=MONTH, seed=5, **more)
    return folder


@pytest.fixture(scope="module")
def small_pieces() -> Any:
    """Several chunks, each of several blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK_ROWS", 400)
        patch.setattr(city, "STAYS_A_BLOCK", 150)
        patch.setattr(city, "VISITS_A_BLOCK", 300)
        yield


@pytest.fixture(scope="module")
def folder(tables: Any, tmp_path_factory: pytest.TempPathFactory, small_pieces: None) -> Path:
    return draw(tmp_path_factory.mktemp("city") / "out", tables)


@pytest.fixture(scope="module")
def drawn_tables(folder: Path) -> Tables:
    return {name: pq.read_table(folder / f"{name}.parquet") for name in TABLES}


def test_files(folder: Path, tmp_path: Path, tables: Any, small_pieces: None) -> None:
    bare = draw(tmp_path / "bare", tables, fees=False, format="csv")

    assert sorted(path.name for path in folder.iterdir()) == [f"{name}.parquet" for name in TABLES]
    assert sorted(path.name for path in bare.iterdir()) == [
        f"{name}.csv" for name in TABLES if name not in ("fee_lines", "outpatient_lines")
    ]
    assert list(folder.parent.iterdir()) == [folder]


def test_columns_are_those_of_the_interface(drawn_tables: Tables) -> None:
    for name, table in drawn_tables.items():
        known = fields_of(name)
        assert set(table.column_names) <= set(known)
        for field in known.values():
            if field.filled and field.name in table.column_names:
                assert table[field.name].null_count == 0, (name, field.name)


def test_cases_are_the_flat_rows_without_their_codes(
    drawn_tables: Tables, tables: Any, tmp_path: Path, small_pieces: None
) -> None:
    synthesize(tmp_path / "flat.parquet", tables=tables, cases=ROWS, month=MONTH, seed=5)
    flat = pq.read_table(tmp_path / "flat.parquet")

    assert drawn_tables["cases"].equals(flat)
    for name, field in (("diagnoses", "diag_code"), ("procedures", "oprn_oprt_code")):
        codes: dict[str, list[str]] = {}
        for row in drawn_tables[name].to_pylist():
            codes.setdefault(row["setl_id"], []).append(row[field])
        wanted = {
            i: c.split("|") for i, c in zip(flat["setl_id"].to_pylist(), flat[field].to_pylist(), strict=True) if c
        }
        assert codes == wanted
    assert drawn_tables["cases"].column_names == list(LAYOUT)


@pytest.mark.parametrize(
    ("table", "column", "of"),
    [
        ("diagnoses", "setl_id", "cases"), ("procedures", "setl_id", "cases"), ("fee_lines", "setl_id", "cases"),
        ("fee_lines", "mdtrt_id", "cases"), ("cases", "psn_no", "patients"), ("cases", "fixmedins_code", "institutions"),
        ("outpatient_settlements", "psn_no", "patients"), ("outpatient_settlements", "fixmedins_code", "institutions"),
        ("outpatient_lines", "setl_id", "outpatient_settlements"), ("outpatient_lines", "mdtrt_id", "outpatient_settlements"),
    ],
)  # fmt: skip
def test_references(drawn_tables: Tables, table: str, column: str, of: str) -> None:
    assert pc.all(pc.is_in(drawn_tables[table][column], drawn_tables[of][column].combine_chunks())).as_py()


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("cases", ["setl_id"]), ("diagnoses", ["setl_id", "diag_srt_no"]), ("procedures", ["setl_id", "oprn_srt_no"]),
        ("fee_lines", ["mdtrt_id", "feedetl_sn"]), ("outpatient_settlements", ["setl_id"]),
        ("outpatient_lines", ["mdtrt_id", "feedetl_sn"]), ("patients", ["psn_no"]), ("institutions", ["fixmedins_code"]),
    ],
)  # fmt: skip
def test_keys_are_unique(drawn_tables: Tables, table: str, key: list[str]) -> None:
    assert drawn_tables[table].group_by(key).aggregate([]).num_rows == drawn_tables[table].num_rows > 0


@pytest.mark.parametrize(
    ("lines", "header", "sums"),
    [
        ("fee_lines", "cases", {
            "det_item_fee_sumamt": "medfee_sumamt", "fulamt_ownpay_amt": "fulamt_ownpay_amt",
            "overlmt_amt": "overlmt_selfpay", "preselfpay_amt": "preselfpay_amt", "inscp_scp_amt": "inscp_scp_amt",
        }),
        ("outpatient_lines", "outpatient_settlements",
         {"det_item_fee_sumamt": "medfee_sumamt", "inscp_scp_amt": "inscp_scp_amt"}),
    ],
)  # fmt: skip
def test_lines_add_up_to_the_header(drawn_tables: Tables, lines: str, header: str, sums: dict[str, str]) -> None:
    for line_field, field in sums.items():
        total = drawn_tables[lines].group_by("setl_id").aggregate([(line_field, "sum")])
        found = dict(zip(total["setl_id"].to_pylist(), total[f"{line_field}_sum"].to_pylist(), strict=True))
        wanted = dict(
            zip(drawn_tables[header]["setl_id"].to_pylist(), drawn_tables[header][field].to_pylist(), strict=True)
        )
        assert found == wanted


@pytest.mark.parametrize("lines", ["fee_lines", "outpatient_lines"])
def test_quantity_times_price_is_the_amount(drawn_tables: Tables, lines: str) -> None:
    table = drawn_tables[lines]
    product = pc.multiply(table["cnt"], table["pric"])

    assert pc.all(pc.equal(product, table["det_item_fee_sumamt"].cast(pa.decimal128(38, 10)))).as_py()


def test_lines_lie_within_the_stay(drawn_tables: Tables) -> None:
    cases = drawn_tables["cases"].select(["setl_id", "adm_time", "dscg_time"])
    joined = drawn_tables["fee_lines"].select(["setl_id", "fee_ocur_time"]).join(cases, "setl_id")

    assert pc.all(pc.less_equal(joined["adm_time"], joined["fee_ocur_time"])).as_py()
    assert pc.all(pc.less_equal(joined["fee_ocur_time"], joined["dscg_time"])).as_py()


def test_operations_lie_within_the_stay(drawn_tables: Tables) -> None:
    cases = drawn_tables["cases"].select(["setl_id", "adm_time", "dscg_time"])
    joined = drawn_tables["procedures"].join(cases, "setl_id")

    assert pc.all(pc.less_equal(joined["adm_time"], joined["oprn_oprt_begntime"])).as_py()
    assert pc.all(pc.less(joined["oprn_oprt_begntime"], joined["oprn_oprt_endtime"])).as_py()
    assert pc.all(pc.less_equal(joined["oprn_oprt_endtime"], joined["dscg_time"])).as_py()
    assert pc.all(pc.equal(joined["oprn_oprt_begntime"].cast(pa.date32()), joined["oprn_oprt_date"])).as_py()


def test_nobody_is_an_outpatient_while_in_hospital_unborn_or_dead(drawn_tables: Tables) -> None:
    stays: dict[str, list[tuple[date, date]]] = {}
    for row in drawn_tables["cases"].select(["psn_no", "adm_time", "dscg_time"]).to_pylist():
        stays.setdefault(row["psn_no"], []).append((row["adm_time"].date(), row["dscg_time"].date()))
    lives = {
        row["psn_no"]: row for row in drawn_tables["patients"].select(["psn_no", "brdy", "death_date"]).to_pylist()
    }
    visitors = 0
    for row in drawn_tables["outpatient_settlements"].select(["psn_no", "setl_time"]).to_pylist():
        day = row["setl_time"].date()
        visitors += row["psn_no"] in stays
        assert not any(first <= day <= last for first, last in stays.get(row["psn_no"], ()))
        assert lives[row["psn_no"]]["brdy"] <= day <= (lives[row["psn_no"]]["death_date"] or date.max)
    assert visitors > 50


def test_chronic_visits_are_for_filed_diseases(drawn_tables: Tables) -> None:
    filed = dict(zip(*(drawn_tables["patients"][name].to_pylist() for name in ("psn_no", "filed_dise")), strict=True))
    kinds = set()
    for row in drawn_tables["outpatient_settlements"].to_pylist():
        kinds.add(row["med_type"])
        assert (row["med_type"] == "14") == (row["dise_code"] is not None)
        if row["dise_code"]:
            assert row["dise_code"] in filed[row["psn_no"]].split("|")
    assert kinds == {"11", "14"}


def test_who_pays_for_a_visit(drawn_tables: Tables) -> None:
    amounts = {
        name: fen(drawn_tables["outpatient_settlements"][name])
        for name in ("medfee_sumamt", "inscp_scp_amt", "hifp_pay", "fund_pay_sumamt", "acct_pay", "psn_cash_pay")
    }

    assert (amounts["hifp_pay"] == amounts["fund_pay_sumamt"]).all()
    paid = amounts["fund_pay_sumamt"] + amounts["acct_pay"] + amounts["psn_cash_pay"]
    assert (paid == amounts["medfee_sumamt"]).all()
    assert (amounts["fund_pay_sumamt"] <= amounts["inscp_scp_amt"]).all()
    assert min(values.min() for values in amounts.values()) >= 0


def test_patients_are_what_their_stays_say(drawn_tables: Tables) -> None:
    patients = {row["psn_no"]: row for row in drawn_tables["patients"].to_pylist()}
    for row in drawn_tables["cases"].to_pylist():
        patient, admission = patients[row["psn_no"]], row["adm_time"].date()
        for name in ("gend", "insutype", "insu_admdvs"):
            assert patient[name] == row[name]
        born = patient["brdy"]
        assert admission.year - born.year - ((admission.month, admission.day) < (born.month, born.day)) == row["age"]
        if row["nwb_age"] is not None:
            assert (admission - born).days == row["nwb_age"]
        if row["dscg_way"] == "5":
            assert patient["death_date"] == row["dscg_time"].date()
        assert patient["insu_begn"] >= born
        assert len(patient["certno_hash"]) == 64
    assert len({patient["certno_hash"] for patient in patients.values()}) == len(patients) > ROWS


def test_institutions_have_the_levels_of_the_cases(drawn_tables: Tables) -> None:
    levels = dict(
        zip(*(drawn_tables["institutions"][name].to_pylist() for name in ("fixmedins_code", "hosp_lv")), strict=True)
    )

    assert len(levels) == 60
    assert all(levels[row["fixmedins_code"]] == row["hosp_lv"] for row in drawn_tables["cases"].to_pylist())


def test_same_request_same_bytes(folder: Path, tables: Any, tmp_path: Path, small_pieces: None) -> None:
    again = draw(tmp_path / "again", tables)

    for path in folder.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_one_thread_gives_the_same(
    folder: Path, tables: Any, tmp_path: Path, small_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drgdip.synthetic.ahead.WORKERS", 1)
    again = draw(tmp_path / "again", tables)

    for path in folder.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_both_formats_say_the_same(drawn_tables: Tables, tables: Any, tmp_path: Path, small_pieces: None) -> None:
    text = draw(tmp_path / "csv", tables, format="csv")
    for name, table in drawn_tables.items():
        read = pyarrow.csv.read_csv(
            text / f"{name}.csv",
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(table.column_names, pa.string()), strings_can_be_null=True
            ),
        )
        for field in table.schema:
            wanted = table[field.name]
            if pa.types.is_timestamp(field.type):
                wanted = wanted.cast(pa.timestamp("s"))
            assert read[field.name].equals(wanted.cast(pa.string())), (name, field.name)


def test_mean_number_of_lines_is_what_was_asked_for(tables: Any, tmp_path: Path, small_pieces: None) -> None:
    folder = draw(tmp_path / "few", tables, lines=40)
    lines = pq.read_metadata(folder / "fee_lines.parquet").num_rows

    assert abs(lines / ROWS - 40) < 5


def test_requests(tmp_path: Path) -> None:
    def make(**more: Any) -> Any:
        return make_folder_request(
            more.pop("output", tmp_path / "out"), 10, MONTH, 1, "0", **{"layout": "tables", **more}
        )

    assert make().lines == 200
    assert make(layout="lists").format == "csv"
    (tmp_path / "empty").mkdir()
    assert make(output=tmp_path / "empty").layout == "tables"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    for wrong, word in (({"output": tmp_path / "full"}, "full"), ({"lines": 9}, "9"), ({"lines": 2_001}, "2001")):
        with pytest.raises(UsageError) as caught:
            make(**wrong)
        assert word in caught.value.fact.zh
        assert word in caught.value.fact.en


def test_an_empty_folder_is_filled_and_a_failed_run_leaves_none(tables: Any, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    synthesize_city(tmp_path / "here", tables=tables, cases=3, month=MONTH, fees=False)
    assert pq.read_metadata(tmp_path / "here" / "cases.parquet").num_rows == 3

    def fail(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesize_city(tmp_path / "there", tables=tables, cases=3, month=MONTH, fees=False, progress=fail)
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_share_of_visits(drawn_tables: Tables) -> None:
    person = drawn_tables["outpatient_settlements"]["psn_no"].to_pylist()

    assert 0.5 < len(person) / ROWS < 3
    assert np.bincount(np.unique(person, return_counts=True)[1]).argmax() in (1, 2)
