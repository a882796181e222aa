"""Every kind of defect, from CSV and from Parquet: row, field, value as written, reason; all defects of a row."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from drgdip.base.findings import Finding
from drgdip.base.reasons import REASONS
from drgdip.interface.fields import required_fields
from tests.intake.sample import columns_of, findings, seen, stay, write_csv, write_parquet

LONG_ID = "S" * 31


def spoiled(**changes: Any) -> list[dict[str, Any]]:
    return [stay(1), stay(**{"number": 2, **changes}), stay(3)]


#: What is written in the second of three rows, and what is found there.
TEXT_CASES: list[tuple[dict[str, str], list[tuple[str, str, str]]]] = [
    ({"medfee_sumamt": "一千元"}, [("medfee_sumamt", "一千元", "wrong_type")]),
    ({"medfee_sumamt": "1,000.00"}, [("medfee_sumamt", "1,000.00", "wrong_type")]),
    ({"medfee_sumamt": "1000.001"}, [("medfee_sumamt", "1000.001", "too_many_decimals")]),
    ({"medfee_sumamt": "100000000.01"}, [("medfee_sumamt", "100000000.01", "amount_out_of_range")]),
    ({"oth_pay": "abc"}, [("oth_pay", "abc", "wrong_type")]),
    ({"adm_time": "2026-02-30 08:00:00"}, [("adm_time", "2026-02-30 08:00:00", "impossible_date")]),
    ({"adm_time": "1899-12-31"}, [("adm_time", "1899-12-31", "impossible_date")]),
    ({"dscg_time": "昨天"}, [("dscg_time", "昨天", "wrong_type")]),
    ({"act_ipt_days": "seven"}, [("act_ipt_days", "seven", "wrong_type")]),
    ({"act_ipt_days": "-1"}, [("act_ipt_days", "-1", "wrong_type")]),
    ({"act_ipt_days": "7.5"}, [("act_ipt_days", "7.5", "wrong_type")]),
    ({"act_ipt_days": "100000"}, [("act_ipt_days", "100000", "value_too_long")]),
    ({"age": "-2"}, [("age", "-2", "wrong_type")]),
    ({"age": "1000"}, [("age", "1000", "value_too_long")]),
    ({"age": "151"}, [("age", "151", "number_not_possible")]),
    ({"age": "150.9"}, []),
    ({"age": "0", "nwb_age": "366"}, [("nwb_age", "366", "number_not_possible")]),
    ({"age": "0", "nwb_age": "365"}, []),
    # Above 0 years the age in days is ignored, also where it would be wrong.
    ({"age": "1", "nwb_age": "1000"}, []),
    ({"age": "0", "nwb_age": "1000"}, [("nwb_age", "1000", "value_too_long")]),
    ({"age": "", "nwb_age": "1000"}, [("nwb_age", "1000", "value_too_long")]),
    ({"hosp_lv": "15"}, [("hosp_lv", "15", "unknown_code")]),
    ({"hosp_lv": "2"}, [("hosp_lv", "2", "unknown_code")]),
    ({"hosp_lv": "00"}, [("hosp_lv", "00", "unknown_code")]),
    ({"hosp_lv": "三级"}, [("hosp_lv", "三级", "unknown_code")]),
    ({"gend": "3"}, [("gend", "3", "unknown_code")]),
    ({"gend": "男"}, [("gend", "男", "unknown_code")]),
    ({"dscg_way": "6"}, [("dscg_way", "6", "unknown_code")]),
    ({"refd_setl_flag": "2"}, [("refd_setl_flag", "2", "unknown_code")]),
    ({"insutype": "职工"}, [("insutype", "职工", "wrong_type")]),
    ({"insutype": "3100000"}, [("insutype", "3100000", "value_too_long")]),
    ({"insu_admdvs": "4104"}, [("insu_admdvs", "4104", "wrong_type")]),
    ({"insu_admdvs": "4104000"}, [("insu_admdvs", "4104000", "value_too_long")]),
    ({"insu_admdvs": "000000"}, [("insu_admdvs", "000000", "wrong_type")]),
    ({"setl_id": LONG_ID}, [("setl_id", LONG_ID, "value_too_long")]),
    ({"diag_code": "Z99.999x999"}, [("diag_code", "Z99.999x999", "unknown_diagnosis_code")]),
    ({"diag_code": "I63.900| Z1 |K35.300|Z2"}, [("diag_code", "Z1|Z2", "unknown_diagnosis_code")]),
    ({"oprn_oprt_code": "47.0100|99.9999"}, [("oprn_oprt_code", "99.9999", "unknown_procedure_code")]),
    ({"diag_code": "|I63.900"}, [("diag_code", "|I63.900", "missing_value")]),
    ({"overlmt_selfpay": "-50.00", "fulamt_ownpay_amt": "200.00"}, [("overlmt_selfpay", "-50.00", "negative_amount")]),
    ({"dscg_time": "2026-01-02 08:29:59"}, [("dscg_time", "2026-01-02 08:29:59", "discharge_before_admission")]),
    ({"setl_time": "2026-01-08 23:59:59"}, [("setl_time", "2026-01-08 23:59:59", "settlement_before_discharge")]),
    ({"inscp_scp_amt": "700.02"}, [("medfee_sumamt", "1000.00", "cost_identity_broken")]),
    ({"hifp_pay": "400.02"}, [("fund_pay_sumamt", "550.00", "fund_identity_broken")]),
    ({"psn_cash_pay": "239.98"}, [("medfee_sumamt", "1000.00", "payer_identity_broken")]),
    (
        {"medfee_sumamt": "x", "adm_time": "2026-13-01", "diag_code": "Q", "acct_pay": "-1", "hifp_pay": "1"},
        [
            ("adm_time", "2026-13-01", "impossible_date"), ("diag_code", "Q", "unknown_diagnosis_code"),
            ("medfee_sumamt", "x", "wrong_type"), ("fund_pay_sumamt", "550.00", "fund_identity_broken"),
            ("acct_pay", "-1", "negative_amount"),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"), TEXT_CASES, ids=lambda case: ",".join(case) if isinstance(case, dict) else ""
)
def test_defects_of_text(tmp_path: Path, changes: dict[str, str], expected: list[tuple[str, str, str]]) -> None:
    rows = spoiled(**changes)
    all_text = dict.fromkeys(rows[0], pa.string())

    assert seen(write_csv(tmp_path / "cases.csv", rows)) == [(2, *found) for found in expected]
    assert seen(write_parquet(tmp_path / "cases.parquet", rows, **all_text)) == [(2, *found) for found in expected]


@pytest.mark.parametrize("field", required_fields())
def test_a_required_value_is_missing(tmp_path: Path, field: str) -> None:
    rows = spoiled(**{field: ""})

    assert seen(write_csv(tmp_path / "cases.csv", rows)) == [(2, field, "", "missing_value")]
    assert seen(write_parquet(tmp_path / "cases.parquet", rows)) == [(2, field, "", "missing_value")]


def test_blanks_are_no_value(tmp_path: Path) -> None:
    rows = spoiled(setl_id="  ", fixmedins_code=" ", diag_code="  ", medfee_sumamt=" ", insutype="\t", adm_time=" ")

    assert {key for *_, key in seen(write_csv(tmp_path / "c.csv", rows))} == {"missing_value"}
    assert len(seen(write_csv(tmp_path / "c.csv", rows))) == 6


def test_an_optional_value_may_be_missing(tmp_path: Path) -> None:
    optional = {field: "" for field in stay() if field not in required_fields()}
    rows = spoiled(**optional, medfee_sumamt="840.00", hifp_pay="550.00", inscp_scp_amt="540.00", acct_pay="50.00")

    assert seen(write_csv(tmp_path / "cases.csv", rows)) == []
    assert seen(write_parquet(tmp_path / "cases.parquet", rows)) == []


@pytest.mark.parametrize(
    ("changes", "types", "expected"),
    [
        ({"medfee_sumamt": 1000.001}, {"medfee_sumamt": pa.float64()}, ("medfee_sumamt", "1000.001", "too_many_decimals")),
        ({"medfee_sumamt": float("nan")}, {"medfee_sumamt": pa.float64()}, ("medfee_sumamt", "", "missing_value")),
        ({"medfee_sumamt": 1e9}, {"medfee_sumamt": pa.float64()}, ("medfee_sumamt", "1000000000", "amount_out_of_range")),
        ({"adm_time": datetime(1800, 1, 1, 8)}, {}, ("adm_time", "1800-01-01 08:00:00.000000", "impossible_date")),
        ({"act_ipt_days": -1}, {"act_ipt_days": pa.int16()}, ("act_ipt_days", "-1", "wrong_type")),
        ({"insu_admdvs": 4104}, {"insu_admdvs": pa.int32()}, ("insu_admdvs", "4104", "wrong_type")),
        ({"hosp_lv": 15}, {"hosp_lv": pa.int8()}, ("hosp_lv", "15", "unknown_code")),
        ({"hifp_pay": "400.02"}, {}, ("fund_pay_sumamt", "550.00", "fund_identity_broken")),
        ({"overlmt_selfpay": "-50.00", "fulamt_ownpay_amt": "200.00"}, {}, ("overlmt_selfpay", "-50.00", "negative_amount")),
    ],
)  # fmt: skip
def test_defects_of_typed_columns(
    tmp_path: Path, changes: dict[str, Any], types: Any, expected: tuple[str, str, str]
) -> None:
    path = write_parquet(tmp_path / "cases.parquet", spoiled(**changes), **types)

    assert seen(path) == [(2, *expected)]


def test_a_stay_of_stored_numbers_is_in_order(tmp_path: Path) -> None:
    numbers = {name: pa.int32() for name in ("hosp_lv", "insutype", "insu_admdvs", "mdtrt_admdvs", "med_type", "gend")}
    numbers |= {
        "age": pa.float64(),
        "act_ipt_days": pa.float32(),
        "medfee_sumamt": pa.float64(),
        "acct_pay": pa.int64(),
    }
    path = write_parquet(tmp_path / "cases.parquet", [stay(1, acct_pay=200)], **numbers)

    assert seen(path) == []
    columns = columns_of(path)[0]
    assert (columns["hospital_tier"][0], columns["insurance_type"][0], columns["age_years"][0]) == (3, 310, 66)


def test_text_that_is_no_text(tmp_path: Path) -> None:
    rows = [stay(1, psn_no="李四"), stay(2, psn_no="张三"), stay(3, psn_no="P\0")]
    path = write_csv(tmp_path / "cases.csv", rows)
    path.write_bytes(path.read_bytes().replace("张三".encode(), "张三".encode("gb18030")))
    expected = [(2, "psn_no", "bad_encoding"), (3, "psn_no", "bad_encoding")]

    assert [(found.row, found.field, found.key) for found in findings(path)] == expected
    assert "\ufffd" in findings(path)[0].value


def test_a_finding_names_file_row_id_and_remedy(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "一月.csv", spoiled(medfee_sumamt="x"))

    assert findings(path) == [Finding("一月.csv", 2, "S2", "medfee_sumamt", "x", "wrong_type")]
    assert REASONS["wrong_type"].remedy.zh


@pytest.mark.parametrize(("difference", "broken"), [("0.01", False), ("-0.01", False), ("0.02", True), ("-0.02", True)])
def test_identities_up_to_the_tolerance(tmp_path: Path, difference: str, broken: bool) -> None:
    from decimal import Decimal

    rows = [stay(1, inscp_scp_amt=str(Decimal("700.00") + Decimal(difference)))]

    assert bool(seen(write_csv(tmp_path / "cases.csv", rows))) == broken
