"""Fee lines: each limit from both sides, keys, refunds, and the sum of a stay; nothing of it changes a payment."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.intake import CaseReader
from drgdip.interface.mapping import parse_mapping
from drgdip.pipeline.fees import fee_findings
from drgdip.quality_control.fee_lines import price_misses_amount, sum_misses_header, too_many
from tests.intake.sample import DIAGNOSES, PROCEDURES, write_csv
from tests.lists.sample import stay, write_table

#: One line that is all of the stay of the sample.
LINE = {
    "mdtrt_id": "M1", "feedetl_sn": "1", "init_feedetl_sn": "", "setl_id": "", "fee_ocur_time": "2026-01-03 10:00:00",
    "med_list_codg": "X", "med_chrgitm_type": "01", "chrgitm_lv": "01", "cnt": "10", "pric": "100",
    "det_item_fee_sumamt": "1000.00", "fulamt_ownpay_amt": "100.00", "overlmt_amt": "50.00", "preselfpay_amt": "150.00",
    "inscp_scp_amt": "700.00",
}  # fmt: skip
NOTHING = {"det_item_fee_sumamt": "0", "fulamt_ownpay_amt": "0", "overlmt_amt": "0", "preselfpay_amt": "0",
           "inscp_scp_amt": "0", "cnt": "0", "pric": "0"}  # fmt: skip


def line(**changes: Any) -> dict[str, Any]:
    return {**LINE, **changes}


def write_fees(path: Path, lines: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(LINE), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return path


def found(folder: Path, fees: Any, *cases: dict[str, Any], chunk_rows: int = 100, mapping: Any = None) -> list[Finding]:
    path = write_csv(folder / "cases.csv", list(cases or (stay(1),)))
    files = write_fees(folder / "fees.csv", fees) if isinstance(fees, list) else fees
    with CaseReader([path], DIAGNOSES, PROCEDURES) as reader:
        return [finding for part in fee_findings(reader, [files], chunk_rows, mapping) for finding in part]


def keys(findings: list[Finding]) -> list[tuple[int, str, str]]:
    return [(finding.row, finding.field, finding.key) for finding in findings]


def test_lines_in_order(tmp_path: Path) -> None:
    assert found(tmp_path, [line()]) == []


@pytest.mark.parametrize(
    ("count", "price", "amount", "differs"),
    [
        ("1", "1000.01", "1000", False),
        ("1", "1000.010001", "1000", True),
        ("10", "100.01", "1000", False),
        ("10", "99.99", "1000", False),
        ("10", "100.010001", "1000", True),
        ("10", "99.989999", "1000", True),
        ("0.5", "2000.01", "1000", False),
        ("0.5", "2000.010002", "1000", True),
        ("", "5", "1000", False),
    ],
)
def test_the_amount_is_price_times_count_within_a_fen_a_unit(
    tmp_path: Path, count: str, price: str, amount: str, differs: bool
) -> None:
    lines = [line(cnt=count, pric=price, det_item_fee_sumamt=amount)]
    expected = [(1, "det_item_fee_sumamt", "fee_price_times_count")] if differs else []

    assert keys(found(tmp_path, lines)) == expected


def test_products_beyond_64_bits_are_exact() -> None:
    """10^10 units at 10^6 yuan: 10^16 yuan exactly, and a fen a unit and a bit more."""
    count, price = np.array([10**14] * 3), np.array([10**12, 10**12 + 10**4, 10**12 + 10**4 + 1])
    amount = np.array([10**18] * 3)

    assert price_misses_amount(price, count, amount).tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("part", "differs"), [("700.01", False), ("699.99", False), ("700.02", True), ("699.98", True)]
)
def test_the_parts_add_up_to_a_fen(tmp_path: Path, part: str, differs: bool) -> None:
    expected = [(1, "det_item_fee_sumamt", "fee_parts_differ")] if differs else []

    assert keys(found(tmp_path, [line(inscp_scp_amt=part)])) == expected


@pytest.mark.parametrize(
    ("time", "outside"),
    [
        ("2026-01-01 23:59:59", True),
        ("2026-01-02", False),
        ("2026-01-09 23:59:59", False),
        ("2026-01-10 00:00:00", True),
    ],
)
def test_fees_arise_between_the_days_of_admission_and_discharge(tmp_path: Path, time: str, outside: bool) -> None:
    expected = [(1, "fee_ocur_time", "fee_outside_stay")] if outside else []

    assert keys(found(tmp_path, [line(fee_ocur_time=time)])) == expected


@pytest.mark.parametrize(
    ("field", "value", "key"),
    [
        ("cnt", "x", "fee_value_unreadable"),
        ("pric", "1.1234567", "fee_value_unreadable"),
        ("fee_ocur_time", "2026-02-30", "fee_value_unreadable"),
        ("fulamt_ownpay_amt", "100.001", "fee_value_unreadable"),
        ("det_item_fee_sumamt", "", "fee_value_missing"),
        ("feedetl_sn", "", "fee_value_missing"),
    ],
)
def test_values_that_cannot_be_used(tmp_path: Path, field: str, value: str, key: str) -> None:
    told = found(tmp_path, [line(**{field: value})])

    assert (1, field, key) in keys(told)
    assert told[0].file == "fees.csv"


def test_refunds_name_a_line_that_is_there(tmp_path: Path) -> None:
    back = {name: "-" + value for name, value in NOTHING.items()} | {"cnt": "-1", "pric": "0"}
    lines = [
        line(),
        line(feedetl_sn="2", init_feedetl_sn="1", **back),
        line(feedetl_sn="3", init_feedetl_sn="", **back),
        line(feedetl_sn="4", init_feedetl_sn="9", **back),
    ]
    told = found(tmp_path, lines)

    assert keys(told) == [
        (3, "init_feedetl_sn", "fee_refund_without_line"),
        (4, "init_feedetl_sn", "fee_refund_of_nothing"),
    ]


def test_a_line_number_may_stand_once_in_a_visit(tmp_path: Path) -> None:
    lines = [line(), line(**NOTHING), line(mdtrt_id="M2"), line(**NOTHING)]
    told = found(tmp_path, lines, stay(1), stay(2, mdtrt_id="M2"), chunk_rows=2)

    assert [key for key in keys(told) if key[0]] == [
        (2, "feedetl_sn", "fee_line_repeated"),
        (4, "feedetl_sn", "fee_line_repeated"),
    ]
    assert [finding.value for finding in told if finding.key == "fee_keys_unsound"] == ["2 / 4"]


@pytest.mark.parametrize(("lines", "header", "differs"), [(99_500, 100_000, False), (99_499, 100_000, True),
                                                          (100_500, 100_000, False), (100_501, 100_000, True)])  # fmt: skip
def test_a_stay_may_differ_by_half_a_percent(lines: int, header: int, differs: bool) -> None:
    assert sum_misses_header(np.array([lines]), np.array([header]), np.array([100_000])).tolist() == [differs]


def test_lines_are_summed_by_stay(tmp_path: Path) -> None:
    lines = [
        line(),
        line(feedetl_sn="2", **{**NOTHING, "det_item_fee_sumamt": "6", "inscp_scp_amt": "6", "cnt": "1", "pric": "6"}),
    ]
    told = found(tmp_path, lines)

    assert keys(told) == [(1, "medfee_sumamt", "fee_sum_differs"), (1, "inscp_scp_amt", "fee_sum_differs")]
    assert [finding.value for finding in told] == ["1006.00 ≠ 1000.00", "706.00 ≠ 700.00"]
    assert {(finding.file, finding.setl_id) for finding in told} == {("cases.csv", "S1")}


def test_several_settlements_of_a_visit_count_together_and_refunded_ones_do_not(tmp_path: Path) -> None:
    refunded = stay(3, refd_setl_flag="1")
    lines = [line(), line(feedetl_sn="2"), line(feedetl_sn="3", setl_id="S2", **NOTHING)]

    assert found(tmp_path, lines, stay(1), stay(2), refunded) == []


def test_stays_without_lines_and_lines_without_stay_are_counted(tmp_path: Path) -> None:
    told = found(tmp_path, [line(), line(mdtrt_id="M8")], stay(1), stay(2, mdtrt_id="M2"))

    assert [(finding.key, finding.value) for finding in told if not finding.row] == [
        ("fee_lines_absent", "1: S2"),
        ("fee_line_without_stay", "1: 1000.00; M8"),
        ("fee_keys_unsound", "1 / 2"),
    ]


@pytest.mark.parametrize(("count", "lines", "many"), [(1, 1000, False), (1, 999, True), (0, 0, False)])
def test_one_line_in_a_thousand_may_be_astray(count: int, lines: int, many: bool) -> None:
    assert too_many(count, lines) is many


def test_unknown_codes_are_counted_by_table(tmp_path: Path) -> None:
    lines = [line(med_chrgitm_type="77"), line(feedetl_sn="2", **NOTHING, chrgitm_lv="1", med_chrgitm_type="77")]
    told = found(tmp_path, lines)

    assert [(finding.field, finding.value) for finding in told] == [("med_chrgitm_type", "med_chrgitm_type 2: 77 (2)")]


def test_fee_messages_are_read_too(tmp_path: Path) -> None:
    lines = [
        {name: value for name, value in line().items() if value},
        {**line(feedetl_sn="2", **NOTHING), "cnt": 0, "pric": 0.0},
    ]
    path = tmp_path / "fees.json"
    messages = [{"infno": "2301", "input": {"feedetail": lines}}, {"infno": "2301", "input": {"feedetail": 5}}]
    path.write_text("\n".join(map(json.dumps, messages)), encoding="utf-8")

    assert keys(found(tmp_path, path)) == [(3, "", "malformed_list")]


def test_other_names_of_columns_count(tmp_path: Path) -> None:
    path = write_fees(tmp_path / "f.csv", [line()])
    path.write_text(path.read_text().replace("overlmt_amt", "overlmt_selfpay").replace("inscp_scp_amt", "inscp_amt"))

    assert [(f.key, f.field, f.value) for f in found(tmp_path, path)] == [
        ("column_alias_used", "overlmt_amt", "overlmt_selfpay"),
        ("column_alias_used", "inscp_scp_amt", "inscp_amt"),
    ]


#: A line of the inspection sheet that is all of the stay of the sample, and what is said of each of its files.
SHEET = {
    "HISID": "S1", "ZYH": "M1", "BILL_DATE": "2026-01-09", "USAGE_DATE": "2026-01-03 10:00:00", "ITEM_ID": "X",
    "ITEM_NAME": "化验", "ITEM_ID_HOSP": "Y", "UNIT_PRICE": "100", "NUM": "10", "COST": "1000", "BMI_CONVERED_AMOUNT": "700",
}  # fmt: skip
NOT_CHECKED = (
    "feedetl_sn, init_feedetl_sn, fulamt_ownpay_amt, overlmt_amt, preselfpay_amt, med_chrgitm_type, chrgitm_lv"
)
INSPECTION = "inspection-2024"


def write_sheet(folder: Path, *lines: dict[str, Any], name: str = "SETTLE_ZY_DETAIL_202601.csv") -> Path:
    return write_table(folder / name, list(lines), list(lines[0]))


def test_the_sheet_of_the_inspection_is_read_through_its_mapping(tmp_path: Path) -> None:
    told = found(tmp_path, write_sheet(tmp_path, SHEET), mapping=INSPECTION)

    assert told == [Finding("SETTLE_ZY_DETAIL_202601.csv", 0, "", "", NOT_CHECKED, "fee_fields_not_mapped")]


def test_lines_of_the_inspection_are_checked_as_far_as_its_columns_go(tmp_path: Path) -> None:
    """Of three lines on one stay: two equal ones (no number tells them apart), a charge-back, and faults of values."""
    back = {**SHEET, "NUM": "-10", "COST": "-1000", "BMI_CONVERED_AMOUNT": "-700"}
    lines = [
        SHEET,
        SHEET,
        back,
        {**SHEET, "HISID": "S2", "ZYH": "M2", "UNIT_PRICE": "99.98", "USAGE_DATE": "2026-01-10"},
    ]
    told = found(tmp_path, write_sheet(tmp_path, *lines), stay(1), stay(2, mdtrt_id="M2"), mapping=INSPECTION)

    assert [(f.row, f.setl_id, f.field, f.key) for f in told[1:]] == [
        (4, "S2", "det_item_fee_sumamt", "fee_price_times_count"), (4, "S2", "fee_ocur_time", "fee_outside_stay"),
    ]  # fmt: skip
    off = [SHEET, {**SHEET, "COST": "6", "UNIT_PRICE": "0.6", "BMI_CONVERED_AMOUNT": "6"}]
    assert [(f.field, f.value) for f in found(tmp_path, write_sheet(tmp_path, *off), mapping=INSPECTION)[1:]] == [
        ("medfee_sumamt", "1006.00 ≠ 1000.00"), ("inscp_scp_amt", "706.00 ≠ 700.00"),
    ]  # fmt: skip


def test_columns_of_the_inspection_in_any_case_and_absent_ones_are_told(tmp_path: Path) -> None:
    lower = {name.lower(): value for name, value in SHEET.items() if name != "NUM"}
    told = found(tmp_path, write_sheet(tmp_path, lower), mapping=INSPECTION)

    assert [(f.key, f.value) for f in told] == [
        ("mapped_column_absent", "NUM (cnt)"),
        ("fee_fields_not_mapped", NOT_CHECKED.replace("fulamt", "cnt, fulamt")),
    ]
    with pytest.raises(UsageError, match="det_item_fee_sumamt"):
        found(tmp_path, write_sheet(tmp_path, {k: v for k, v in SHEET.items() if k != "COST"}), mapping=INSPECTION)


def test_tables_in_memory_need_no_name(tmp_path: Path) -> None:
    table = pa.table({name: [value] for name, value in SHEET.items()})

    assert [f.key for f in found(tmp_path, table, mapping=INSPECTION)] == ["fee_fields_not_mapped"]


def test_lines_under_national_names_need_no_mapping(tmp_path: Path) -> None:
    back = line(feedetl_sn="2", cnt="-1", pric="0", det_item_fee_sumamt="0", fulamt_ownpay_amt="0", overlmt_amt="0",
                preselfpay_amt="0", inscp_scp_amt="0")  # fmt: skip

    assert keys(found(tmp_path, [line(), back], mapping=INSPECTION)) == [
        (2, "init_feedetl_sn", "fee_refund_without_line")
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SETTLE_MZ_DETAIL.csv", "outpatient fee lines belong to no stay"),
        ("SETTLE_MZ_2026.csv", "outpatient settlements are not paid"),
        ("SETTLE_ZY.csv", r"The name of SETTLE_ZY\.csv does not say"),
        ("lines.csv", r"The name of lines\.csv does not say"),
    ],
)
def test_other_sheets_are_refused_as_fee_lines(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        found(tmp_path, write_sheet(tmp_path, SHEET, name=name), mapping=INSPECTION)


def test_a_mapping_of_ones_own_gives_numbers_parts_and_classes(tmp_path: Path) -> None:
    """What a mapping gives is checked, whatever the file is called; words that it cannot translate are told."""
    theirs = {name: f"X_{name}" for name in LINE if name != "setl_id"}
    columns = "".join(f"    {name}: {column}\n" for name, column in theirs.items() if name != "chrgitm_lv")
    level = "    chrgitm_lv: {from: X_chrgitm_lv, values: {甲: '01', 乙: '02'}}\n"
    text = f"""\
mapping:
  name: own
  title: {{zh: 自有, en: Own}}
  status: unverified
  source: {{zh: 自有, en: Own}}
tables:
  t: {{columns: {{gend: XB}}}}
fees:
  columns:
{columns}{level}"""
    lines = [
        line(chrgitm_lv="甲"),
        line(chrgitm_lv="丙", inscp_scp_amt="699.98"),
        line(feedetl_sn="2", chrgitm_lv="乙", **NOTHING),
    ]
    rows = [{theirs[name]: value for name, value in one.items() if name in theirs} for one in lines]
    told = found(tmp_path, write_sheet(tmp_path, *rows, name="x.csv"), mapping=parse_mapping(text.encode(), "own.yaml"))

    assert [(f.row, f.field, f.key) for f in told if f.row and f.file == "x.csv"] == [
        (2, "chrgitm_lv", "fee_value_unreadable"), (2, "det_item_fee_sumamt", "fee_parts_differ"),
        (2, "feedetl_sn", "fee_line_repeated"),
    ]  # fmt: skip
    assert [f.value for f in told if f.key == "fee_value_unreadable"] == ["丙"]


def test_a_file_without_amounts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fees.csv"
    path.write_text("mdtrt_id,feedetl_sn\nM1,1\n", encoding="utf-8")

    with pytest.raises(UsageError, match="det_item_fee_sumamt"):
        found(tmp_path, path)


@pytest.mark.parametrize("chunk_rows", [1, 3, 100])
def test_chunks_do_not_matter(tmp_path: Path, chunk_rows: int) -> None:
    lines = [line(feedetl_sn=str(number % 7), mdtrt_id=f"M{number % 3}", cnt=str(number)) for number in range(20)]

    assert sorted(found(tmp_path, lines, chunk_rows=chunk_rows)) == sorted(found(tmp_path, lines, chunk_rows=1_000))
