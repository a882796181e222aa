"""Edits on columns: both sides of every tolerance, each defect at its field, none about what is known to be wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from drgdip.base.reasons import number, reason
from drgdip.interface.defects import WHOLE_ROW, Defects, defects_of, join_defects
from drgdip.interface.fields import field_names, fields
from drgdip.quality_control import CHECK_READS, check

#: Fen. Cost: 100 + 50 + 150 + 700. Funds: 400 + 10 + 20 + 30 + 40 + 50. Payers: 550 + 200 + 240 + 7 + 3.
AMOUNTS = {
    "total_cost_fen": 1000, "self_paid_fen": 100, "over_limit_fen": 50, "advance_self_paid_fen": 150, "in_scope_fen": 700,
    "deductible_fen": 300, "pooled_fund_fen": 400, "civil_servant_fund_fen": 10, "enterprise_fund_fen": 20,
    "serious_illness_fund_fen": 30, "large_amount_fund_fen": 40, "medical_aid_fund_fen": 50, "hospital_part_fen": 7,
    "other_payers_fen": 3, "fund_total_fen": 550, "account_paid_fen": 200, "cash_paid_fen": 240,
}  # fmt: skip
DAY = 86_400
NOON = 20_000 * DAY + 43_200


def batch(*rows: dict[str, Any]) -> dict[str, np.ndarray]:
    """Rows in order but for the changes given; one known diagnosis and no operation unless lists are given."""
    whole = [
        {**AMOUNTS, "admission_time_s": NOON - DAY, "discharge_time_s": NOON, "settlement_time_s": NOON, **row}
        for row in rows
    ]
    columns = {
        column.name: np.array([row[column.name] for row in whole], dtype=column.dtype)
        for column in CHECK_READS
        if column.dims == "case"
    }
    for flat, offset, usual in (("diagnosis_id", "diagnosis_offset", [5]), ("procedure_id", "procedure_offset", [])):
        lists = [row.get(flat, usual) for row in rows]
        columns[flat] = np.array([code for codes in lists for code in codes], dtype=np.int32)
        columns[offset] = np.cumsum([0, *map(len, lists)], dtype=np.int32)
    return columns


def found(*rows: dict[str, Any], tolerance: int = 0, skip: Defects | None = None) -> list[tuple[int, str, str]]:
    defects = check(batch(*rows), tolerance, skip)
    return [
        (row, field_names()[field], reason(key).key)
        for row, field, key in zip(*(array.tolist() for array in defects), strict=True)
    ]


def test_rows_in_order() -> None:
    assert found({}, {}, tolerance=0) == []
    assert found() == []


@pytest.mark.parametrize("tolerance", [0, 1, 5])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("column", "key", "field"),
    [
        ("self_paid_fen", "cost_identity_broken", "medfee_sumamt"),
        ("over_limit_fen", "cost_identity_broken", "medfee_sumamt"),
        ("advance_self_paid_fen", "cost_identity_broken", "medfee_sumamt"),
        ("in_scope_fen", "cost_identity_broken", "medfee_sumamt"),
        ("pooled_fund_fen", "fund_identity_broken", "fund_pay_sumamt"),
        ("civil_servant_fund_fen", "fund_identity_broken", "fund_pay_sumamt"),
        ("enterprise_fund_fen", "fund_identity_broken", "fund_pay_sumamt"),
        ("serious_illness_fund_fen", "fund_identity_broken", "fund_pay_sumamt"),
        ("large_amount_fund_fen", "fund_identity_broken", "fund_pay_sumamt"),
        ("medical_aid_fund_fen", "fund_identity_broken", "fund_pay_sumamt"),
        ("hospital_part_fen", "payer_identity_broken", "medfee_sumamt"),
        ("account_paid_fen", "payer_identity_broken", "medfee_sumamt"),
        ("cash_paid_fen", "payer_identity_broken", "medfee_sumamt"),
    ],
)
def test_an_identity_holds_up_to_the_tolerance(column: str, key: str, field: str, sign: int, tolerance: int) -> None:
    within = {column: AMOUNTS[column] + sign * tolerance}
    beyond = {column: AMOUNTS[column] + sign * (tolerance + 1)}

    assert found(within, beyond, tolerance=tolerance) == [(1, field, key)]


def test_a_total_in_two_identities_breaks_both() -> None:
    assert found({"total_cost_fen": 1001}) == [
        (0, "medfee_sumamt", "cost_identity_broken"),
        (0, "medfee_sumamt", "payer_identity_broken"),
    ]
    assert found({"fund_total_fen": 551}) == [
        (0, "medfee_sumamt", "payer_identity_broken"),
        (0, "fund_pay_sumamt", "fund_identity_broken"),
    ]


def test_the_deductible_is_in_no_identity() -> None:
    assert found({"deductible_fen": 12_345}) == []


@pytest.mark.parametrize("column", sorted(AMOUNTS))
def test_no_amount_may_be_negative(column: str) -> None:
    name = next(field.name for field in fields().values() if field.column == column)
    negative = [entry for entry in found({column: -1}, {column: 0}) if entry[2] == "negative_amount"]

    assert negative == [(0, name, "negative_amount")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"admission_time_s": NOON}, []),
        ({"admission_time_s": NOON + 1}, [("dscg_time", "discharge_before_admission")]),
        ({"settlement_time_s": 20_000 * DAY}, []),
        ({"settlement_time_s": 20_000 * DAY - 1}, [("setl_time", "settlement_before_discharge")]),
        ({"settlement_time_s": NOON + 400 * DAY}, []),
        ({"discharge_time_s": -1, "admission_time_s": -2, "settlement_time_s": -DAY}, []),
        ({"discharge_time_s": -1, "admission_time_s": -2, "settlement_time_s": -DAY - 1}, [("setl_time", "settlement_before_discharge")]),
    ],
)  # fmt: skip
def test_times_in_order(changes: dict[str, int], expected: list[tuple[str, str]]) -> None:
    assert found({}, changes) == [(1, *entry) for entry in expected]


def test_unknown_codes_are_one_defect_a_row_and_field() -> None:
    rows = [{"diagnosis_id": [5, -1, 7, -1]}, {}, {"diagnosis_id": []}, {"diagnosis_id": [-1], "procedure_id": [3, -1]}]

    assert found(*rows) == [
        (0, "diag_code", "unknown_diagnosis_code"),
        (3, "diag_code", "unknown_diagnosis_code"),
        (3, "oprn_oprt_code", "unknown_procedure_code"),
    ]


def known(row: int, field: str, key: str = "wrong_type") -> Defects:
    return defects_of(np.array([row]), fields()[field].position, key)


@pytest.mark.parametrize(
    ("field", "silent"),
    [
        ("inscp_scp_amt", {"cost_identity_broken"}),
        ("maf_pay", {"fund_identity_broken"}),
        ("oth_pay", {"payer_identity_broken"}),
        ("fund_pay_sumamt", {"fund_identity_broken", "payer_identity_broken"}),
        ("medfee_sumamt", {"cost_identity_broken", "payer_identity_broken"}),
        ("adm_time", {"discharge_before_admission"}),
        ("dscg_time", {"discharge_before_admission", "settlement_before_discharge"}),
        ("diag_code", {"unknown_diagnosis_code"}),
        ("setl_id", set()),
        ("act_pay_dedc", {"negative_amount"}),
    ],
)
def test_an_edit_is_silent_where_a_cell_it_reads_is_known_to_be_wrong(field: str, silent: set[str]) -> None:
    broken = {
        "in_scope_fen": 0, "pooled_fund_fen": 0, "cash_paid_fen": 0, "deductible_fen": -1, "diagnosis_id": [-1],
        "admission_time_s": NOON + 9 * DAY, "settlement_time_s": 0,
    }  # fmt: skip
    everything = {key for _, _, key in found(broken)}
    speaking = {(row, key) for row, _, key in found(broken, broken, skip=known(1, field))}

    assert len(everything) == 7
    assert speaking == {(0, key) for key in everything} | {(1, key) for key in everything - silent}


def test_nothing_is_said_about_a_row_that_is_no_row() -> None:
    whole = defects_of(np.array([0]), WHOLE_ROW, "malformed_row")

    assert found({"in_scope_fen": 0, "diagnosis_id": [-1]}, skip=whole) == []


def test_defects_are_joined_in_order_and_once() -> None:
    one, two = known(3, "adm_time"), known(1, "psn_cash_pay")
    joined = join_defects(one, two, join_defects(), one)

    assert joined.row.tolist() == [1, 3]
    assert [field_names()[field] for field in joined.field.tolist()] == ["psn_cash_pay", "adm_time"]
    assert joined.reason.tolist() == [number("wrong_type")] * 2
    assert [array.dtype.name for array in joined] == ["int32", "int16", "int16"]
